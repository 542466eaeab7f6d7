/* SPDX-License-Identifier: ISC */
#include "call.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "formats/date.h"
#include "formats/member.h"
#include "json_cbor.h"
#include "routes_inside.h"

enum { NUMBER_MAX = 24 };

/* --- a text that grows ----------------------------------------------------------------------- */

void
call_paper_open(struct call_paper *ret_paper)
{
	*ret_paper = (struct call_paper){ .text = NULL };
	ret_paper->out = open_memstream(&ret_paper->text, &ret_paper->len);
}

bool
call_paper_close(struct call_paper *paper)
{
	bool whole = paper->out != NULL && ferror(paper->out) == 0;

	if (paper->out != NULL && fclose(paper->out) != 0)
		whole = false;
	paper->out = NULL;
	return whole && paper->text != NULL;
}

void
call_paper_free(struct call_paper *paper)
{
	if (paper->out != NULL)
		fclose(paper->out);
	free(paper->text);
	*paper = (struct call_paper){ .text = NULL };
}

/* --- answering ------------------------------------------------------------------------------- */

/* What goes out: the text, or its CBOR. */
struct ready {
	struct http_reply reply;
	uint8_t *cbor;
	char exit[NUMBER_MAX];
};

static enum skerry_err
make_ready(const struct call_answer *answer, enum http_format wanted, struct ready *ret_ready)
{
	struct http_reply *reply = &ret_ready->reply;

	*ret_ready = (struct ready){ .cbor = NULL };
	*reply = (struct http_reply){ .status = answer->status,
		.format = answer->format,
		.body = answer->text,
		.body_len = answer->text_len,
		.header2_name = answer->name,
		.header2_value = answer->value };
	if (answer->exit != CALL_NO_EXIT) {
		snprintf(ret_ready->exit, sizeof ret_ready->exit, "%d", answer->exit);
		reply->header_name = "Skerry-Exit";
		reply->header_value = ret_ready->exit;
	}
	if (answer->format != HTTP_JSON || wanted != HTTP_CBOR || answer->text == NULL)
		return SKERRY_OK;
	reply->format = HTTP_CBOR;
	return json_cbor(answer->text, answer->text_len, &ret_ready->cbor, &reply->body_len);
}

void
call_note(struct routes *routes, const struct http_call *call, int status, enum skerry_err err)
{
	routes->answered[status / 100]++;
	if (routes->reach.answered != NULL)
		routes->reach.answered(routes->reach.context, call, status, err);
}

void
call_tell(struct routes *routes, struct http_call *call, const struct call_answer *answer)
{
	struct ready ready;
	enum skerry_err err = make_ready(answer, call->format, &ready);
	const struct call_refusal refusal = { .err = err };

	if (err != SKERRY_OK) {
		call_refuse(routes, call, &refusal);
		return;
	}
	if (ready.cbor != NULL)
		ready.reply.body = (const char *)ready.cbor;
	call_note(routes, call, answer->status, answer->err);
	http_reply(call, &ready.reply);
	free(ready.cbor);
}

struct http_kept *
call_tell_kept(struct routes *routes, struct http_call *call, const struct call_answer *answer)
{
	struct http_kept *kept = NULL;
	struct ready ready;

	if (make_ready(answer, call->format, &ready) == SKERRY_OK) {
		if (ready.cbor != NULL)
			ready.reply.body = (const char *)ready.cbor;
		kept = http_keep(&ready.reply);
	}
	free(ready.cbor);
	if (kept != NULL) {
		call_note(routes, call, answer->status, answer->err);
		http_reply_kept(call, kept);
	}
	return kept;
}

/* --- refusing -------------------------------------------------------------------------------- */

static int
status_of_caller(enum skerry_err err)
{
	switch (err) {
	case SKERRY_ERR_HTTP_TOO_LARGE:
		return 413;
	case SKERRY_ERR_HTTP_HOST:
	case SKERRY_ERR_NOT_ALLOWED:
	case SKERRY_ERR_NO_ACCESS:
	case SKERRY_ERR_SEAT_SECRET:
		return 403;
	case SKERRY_ERR_HTTP_TOKEN:
		return 401;
	case SKERRY_ERR_HTTP_PATH:
	case SKERRY_ERR_SEAT_UNKNOWN:
	case SKERRY_ERR_NOT_FOUND:
		return 404;
	case SKERRY_ERR_HTTP_METHOD:
		return 405;
	case SKERRY_ERR_SEAT_NONE_FREE:
		return 410;
	case SKERRY_ERR_SEAT_CAP:
		return 429;
	case SKERRY_ERR_ARGUMENT:
	case SKERRY_ERR_HTTP_MALFORMED:
	case SKERRY_ERR_HTTP_BODY:
	case SKERRY_ERR_DATE:
		return 400;
	case SKERRY_ERR_NOT_UNIQUE:
	case SKERRY_ERR_NO_SEATS:
	case SKERRY_ERR_SEAT_HELD:
	case SKERRY_ERR_NOT_PAIRED:
	case SKERRY_ERR_NO_LICENSE:
	case SKERRY_ERR_REQUEST_WAITS:
	case SKERRY_ERR_NO_STEPS:
	case SKERRY_ERR_NO_EXCHANGE_KEY:
		return 409;
	default:
		return 0;
	}
}

/* The ranges of skerry_error.h. */
int
call_status(enum skerry_err err)
{
	int status = status_of_caller(err);

	if (status != 0)
		return status;
	if (err == SKERRY_ERR_NO_MEMORY || err == SKERRY_ERR_HTTP_BUSY || (int)err >= 700)
		return 503;
	return (int)err >= 200 ? 422 : 500;
}

/* The members of failure_json, and when to come again. */
static void
write_refusal(FILE *out, const struct call_refusal *refusal)
{
	enum skerry_err err = refusal->err;
	struct json j;

	json_init(&j, command_sink, out);
	json_object_open(&j);
	json_name(&j, "error");
	json_object_open(&j);
	member_given(&j, "code", skerry_err_name(err));
	member_given(
		&j, "message", refusal->message != NULL ? refusal->message : skerry_strerror(err));
	json_name(&j, "offset");
	if (refusal->has_offset)
		json_uint(&j, refusal->offset);
	else
		json_null(&j);
	member_given(
		&j, "advice", refusal->advice != NULL ? refusal->advice : skerry_err_advice(err));
	member_given(&j, "subject", refusal->subject);
	if (refusal->retry_in > 0) {
		json_name(&j, "retry_at");
		json_date(&j, refusal->retry_at);
		json_name(&j, "retry_in");
		json_int(&j, refusal->retry_in);
	}
	json_object_close(&j);
	json_object_close(&j);
	putc('\n', out);
}

void
call_refuse(struct routes *routes, struct http_call *call, const struct call_refusal *refusal)
{
	static const char BARE[] = "{\"error\":{\"code\":\"no_memory\",\"message\":\"There is not "
				   "enough memory.\",\"advice\":\"\"}}\n";
	struct call_answer answer = { .status = refusal->status != 0 ? refusal->status
								     : call_status(refusal->err),
		.exit = refusal->has_exit ? refusal->exit : (int)command_exit_of(refusal->err),
		.err = refusal->err };
	char retry_in[NUMBER_MAX];
	struct call_paper paper;
	struct ready ready;

	if (refusal->retry_in > 0) {
		snprintf(retry_in, sizeof retry_in, "%" PRId64, refusal->retry_in);
		answer.name = "Retry-After";
		answer.value = retry_in;
	} else if (refusal->allow != NULL) {
		answer.name = "Allow";
		answer.value = refusal->allow;
	}
	call_paper_open(&paper);
	if (paper.out != NULL)
		write_refusal(paper.out, refusal);
	answer.text = call_paper_close(&paper) ? paper.text : BARE;
	answer.text_len = answer.text == BARE ? sizeof BARE - 1 : paper.len;
	if (make_ready(&answer, call->error_format, &ready) != SKERRY_OK)
		(void)make_ready(&answer, HTTP_JSON, &ready);
	if (ready.cbor != NULL)
		ready.reply.body = (const char *)ready.cbor;
	call_note(routes, call, answer.status, refusal->err);
	http_reply(call, &ready.reply);
	free(ready.cbor);
	call_paper_free(&paper);
}

bool
call_refusal_set(struct call_refusal *ret_refusal, enum skerry_err err, const char *format, ...)
{
	va_list args;

	*ret_refusal = (struct call_refusal){ .err = err };
	va_start(args, format);
	vsnprintf(ret_refusal->text, sizeof ret_refusal->text, format, args);
	va_end(args);
	ret_refusal->message = ret_refusal->text;
	return false;
}

/* --- who asks -------------------------------------------------------------------------------- */

bool
call_is_operator(const struct routes *routes, const struct http_peer *peer)
{
	if (!peer->local)
		return false;
	if (peer->uid == 0 || peer->uid == routes->rules.owner)
		return true;
	for (size_t i = 0; i < routes->rules.operators_len; i++)
		if (routes->rules.operators[i] == peer->uid)
			return true;
	return false;
}

bool
call_may_operate(
	const struct routes *routes, const struct http_call *call, struct call_refusal *ret_refusal)
{
	if (call_is_operator(routes, &call->peer))
		return true;
	call_refusal_set(ret_refusal, SKERRY_ERR_NOT_ALLOWED,
		"Only an operator may do that: root, the owner of the state folder, or a user whom "
		"skerryd's configuration names under `operators`, on this machine.");
	return false;
}

void
call_owner(const struct http_peer *peer, char ret_owner[SEATS_OWNER_MAX])
{
	if (peer->local)
		snprintf(ret_owner, SEATS_OWNER_MAX, "uid:%lu", (unsigned long)peer->uid);
	else if (peer->token[0] != '\0')
		snprintf(ret_owner, SEATS_OWNER_MAX, "token:%s", peer->token);
	else
		snprintf(ret_owner, SEATS_OWNER_MAX, "tcp");
}

const struct texts *
call_texts(const struct routes *routes, const struct http_call *call)
{
	const struct texts *texts = call->language[0] == '\0' ? NULL : texts_find(call->language);

	return texts == NULL ? routes->rules.texts : texts;
}

/* --- with the keeper ------------------------------------------------------------------------- */

static void
free_own(const struct call_work *work)
{
	if (work->free_own != NULL)
		work->free_own(work->own);
	else
		free(work->own);
}

static void
free_job(struct call_job *job)
{
	call_paper_free(&job->paper);
	free_own(&job->work);
	free(job);
}

static void
refuse_folder(struct call_job *job, enum skerry_err err, const struct site_failure *failure)
{
	job->refusal = (struct call_refusal){ .err = err, .status = 503 };
	if (failure != NULL && failure->file[0] != '\0') {
		snprintf(job->refusal.text, sizeof job->refusal.text, "%s", failure->file);
		job->refusal.subject = job->refusal.text;
	}
}

static bool
run(struct keeper_job *keeper_job, struct site *site, enum skerry_err err,
	const struct site_failure *failure)
{
	struct call_job *job = (struct call_job *)(void *)keeper_job;

	if (site == NULL) {
		refuse_folder(job, err, failure);
		return false;
	}
	job->refusal = (struct call_refusal){ .err = SKERRY_ERR_NO_MEMORY };
	call_paper_open(&job->paper);
	if (job->paper.out == NULL)
		return false;
	job->done = job->work.work(job, site) && call_paper_close(&job->paper);
	return job->wrote;
}

void
call_post(struct routes *routes, struct http_call *call, const struct call_work *work)
{
	struct call_job *job = calloc(1, sizeof *job);
	const struct call_refusal no_memory = { .err = SKERRY_ERR_NO_MEMORY };

	if (job == NULL) {
		free_own(work);
		call_refuse(routes, call, &no_memory);
		return;
	}
	*job = (struct call_job){ .job = { .need = work->need, .run = run },
		.routes = routes,
		.call = call,
		.work = *work,
		.own = work->own,
		.status = 200,
		.exit = CALL_NO_EXIT,
		/* Where nobody takes it, it comes back like that. */
		.refusal = { .err = SKERRY_ERR_HTTP_BUSY } };
	if (keeper_post(routes->reach.keeper, &job->job))
		return;
	call_done(job);
}

void
call_done(struct call_job *job)
{
	if (job->work.then != NULL && (job->done || job->work.always)) {
		job->work.then(job);
	} else if (!job->done) {
		call_refuse(job->routes, job->call, &job->refusal);
	} else {
		const struct call_answer answer = { .status = job->status,
			.format = job->format,
			.text = job->paper.text,
			.text_len = job->paper.len,
			.exit = job->exit };

		call_tell(job->routes, job->call, &answer);
	}
	free_job(job);
}

/* --- answers of verifier/show ----------------------------------------------------------------- */

/* What a terminal would say of itself: who asks for it says so. */
static bool
is_set(const struct http_call *call, const char *name)
{
	const char *value = http_arg(call, name);

	return value != NULL && strcmp(value, "1") == 0;
}

struct show
call_show(const struct routes *routes, const struct http_call *call, FILE *out, bool json)
{
	const char *columns = http_arg(call, "columns");
	struct timespec wall = { .tv_sec = 0 };

	clock_gettime(CLOCK_REALTIME, &wall);
	return (struct show){ .out = out,
		.json = json,
		.texts = call_texts(routes, call),
		.utf8 = is_set(call, "utf8"),
		.color = is_set(call, "color"),
		.columns = columns == NULL ? 0 : (size_t)strtoul(columns, NULL, 10),
		.wall = wall.tv_sec,
		.folder = routes->reach.state };
}

struct show
call_job_show(struct call_job *job, const struct site *site)
{
	struct show show;

	job->format = job->call->format == HTTP_TEXT ? HTTP_TEXT : HTTP_JSON;
	show = call_show(job->routes, job->call, job->paper.out, job->format == HTTP_JSON);
	show.place = &site->machine->local;
	return show;
}

bool
call_shown(struct call_job *job, bool shown, enum command_exit exit)
{
	if (shown)
		job->exit = (int)exit;
	else
		job->refusal = call_failed(&job->failure);
	return shown;
}

struct call_refusal
call_failed(const struct show_failure *kept)
{
	const struct command_failure *failure = &kept->failure;

	return (struct call_refusal){ .err = failure->err,
		/* What was asked for is well-formed, and the site says no. */
		.status = failure->err == SKERRY_ERR_ARGUMENT && kept->exit == COMMAND_NO ? 409 : 0,
		.subject = failure->subject,
		.has_offset = failure->has_offset,
		.offset = failure->offset,
		.message = failure->message,
		.advice = failure->advice,
		.has_exit = true,
		.exit = (int)kept->exit };
}
