/* SPDX-License-Identifier: ISC */
#include "deed_calls.h"

#include <stdlib.h>
#include <string.h>

#include "formats/base64.h"
#include "routes_inside.h"
#include "verifier/state/events.h"

/* --- its life -------------------------------------------------------------------------------- */

static void
free_deed(void *own)
{
	struct deed *deed = own;

	if (deed == NULL)
		return;
	call_body_free(&deed->body);
	free((void *)deed->bytes.data);
	free(deed->order);
	free(deed);
}

struct deed *
deed_new(struct routes *routes, struct http_call *call, unsigned takes,
	bool (*run)(struct deed *, struct call_job *, struct site *, const struct show *,
		enum command_exit *))
{
	struct deed *deed = calloc(1, sizeof *deed);
	struct call_refusal refusal = { .err = SKERRY_ERR_NO_MEMORY };

	if (deed != NULL && call_question_read(call, takes, &deed->question, &refusal)) {
		deed->need = KEEPER_WRITE;
		deed->run = run;
		return deed;
	}
	free(deed);
	call_refuse(routes, call, &refusal);
	return NULL;
}

void
deed_refuse(struct routes *routes, struct http_call *call, struct deed *deed, enum skerry_err err,
	const char *message)
{
	const struct call_refusal refusal = { .err = err, .message = message };

	call_refuse(routes, call, &refusal);
	free_deed(deed);
}

bool
deed_read(struct routes *routes, struct http_call *call, struct deed *deed,
	const struct call_body_field *fields, size_t fields_len)
{
	if (call->body_len > CALL_BODY_MAX || call->spooled >= 0) {
		deed_refuse(routes, call, deed, SKERRY_ERR_HTTP_TOO_LARGE, NULL);
		return false;
	}
	if (call_body_read(&deed->body, call->body, call->body_len, fields, fields_len))
		return true;
	deed_refuse(routes, call, deed, SKERRY_ERR_HTTP_BODY, deed->body.problem);
	return false;
}

bool
deed_decode(const char *text, size_t max, struct cbor_bytes *ret_bytes)
{
	size_t len = strlen(text), digits = len;
	struct base64 decoder = { .bytes = NULL };

	while (digits > 0 && len - digits < 2 && text[digits - 1] == '=')
		digits--;
	if (len % 4 != 0 || len / 4 * 3 > max + 2)
		return false;
	decoder.bytes = malloc(len / 4 * 3 + 3);
	if (decoder.bytes == NULL)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (base64_value(text[i]) == BASE64_NO_DIGIT)
			goto refused;
		base64_add(&decoder, base64_value(text[i]));
	}
	if (base64_padding(&decoder) != len - digits || !base64_end(&decoder) ||
		decoder.bytes_len > max)
		goto refused;
	*ret_bytes = (struct cbor_bytes){ decoder.bytes, decoder.bytes_len };
	return true;
refused:
	free(decoder.bytes);
	return false;
}

/* --- doing ----------------------------------------------------------------------------------- */

/* Words on two streams, as they were asked for. */
static void
join_notes(struct call_job *job, const struct deed *deed, struct call_paper *notes)
{
	size_t len;
	char *text;

	if (!deed->question.told) {
		fwrite(notes->text, 1, notes->len, job->paper.out);
		return;
	}
	/* A paper that is open stays where it is. */
	(void)call_paper_close(&job->paper);
	text = job->paper.text;
	len = job->paper.len;
	call_paper_open(&job->paper);
	if (text != NULL && job->paper.out != NULL)
		show_told(job->paper.out, text, len, notes->text, notes->len);
	free(text);
	job->format = HTTP_JSON;
	job->status = 200;
}

static void
choose_form(const struct deed *deed, struct call_job *job, struct show *show)
{
	if (deed->question.told)
		show->json = deed->question.told_json;
	if (deed->json_alone) {
		show->json = true;
		job->format = HTTP_JSON;
	}
}

static bool
do_deed(struct call_job *job, struct site *site)
{
	struct deed *deed = job->own;
	struct show show = call_job_show(job, site);
	enum command_exit exit = COMMAND_CANNOT_TELL;
	struct call_paper notes;
	bool done;

	choose_form(deed, job, &show);
	call_paper_open(&notes);
	show.notes = notes.out;
	done = deed->run(deed, job, site, &show, &exit);
	job->wrote = deed->need == KEEPER_WRITE;
	if (call_paper_close(&notes) && done && (deed->question.told || !show.json))
		join_notes(job, deed, &notes);
	call_paper_free(&notes);
	if (!done && deed->refused)
		return false;
	return call_shown(job, done, exit);
}

void
deed_post(struct routes *routes, struct http_call *call, struct deed *deed)
{
	const struct call_work work = {
		.need = deed->need, .work = do_deed, .own = deed, .free_own = free_deed
	};

	call_post(routes, call, &work);
}

/* --- extend, clock confirm ------------------------------------------------------------------- */

static bool
run_extend(struct deed *deed, struct call_job *job, struct site *site, const struct show *show,
	enum command_exit *ret_exit)
{
	return show_extend(show, site, deed->text, ret_exit, &job->failure);
}

void
deed_call_extend(struct routes *routes, struct http_call *call)
{
	struct deed *deed = deed_new(routes, call, CALL_TAKES_TOLD, run_extend);

	if (deed == NULL)
		return;
	const struct call_body_field fields[] = {
		{ "code", CALL_BODY_TEXT, .needed = true, .text_max = 128, .text = &deed->text },
	};

	if (deed_read(routes, call, deed, fields, 1))
		deed_post(routes, call, deed);
}

static bool
run_extend_list(struct deed *deed, struct call_job *job, struct site *site, const struct show *show,
	enum command_exit *ret_exit)
{
	(void)job;
	show_extend_list(show, site, deed->question.question.product, ret_exit);
	return true;
}

void
deed_call_extend_list(struct routes *routes, struct http_call *call)
{
	struct deed *deed =
		deed_new(routes, call, CALL_TAKES_WAY | CALL_TAKES_TOLD, run_extend_list);

	if (deed == NULL)
		return;
	deed->need = KEEPER_ASK;
	deed_post(routes, call, deed);
}

static bool
run_confirm(struct deed *deed, struct call_job *job, struct site *site, const struct show *show,
	enum command_exit *ret_exit)
{
	struct show_question question = { .domain = deed->name,
		.install_path = deed->wish.machine.install_path,
		.custom = deed->custom.list,
		.custom_len = deed->custom.len };

	return show_confirm(show, site, deed->text, &question, ret_exit, &job->failure);
}

void
deed_call_confirm(struct routes *routes, struct http_call *call)
{
	struct deed *deed = deed_new(routes, call, CALL_TAKES_TOLD, run_confirm);

	if (deed == NULL)
		return;
	const struct call_body_field fields[] = {
		{ "date", CALL_BODY_TEXT, .needed = true, .text_max = 40, .text = &deed->text },
		{ "custom", CALL_BODY_TEXTS, .text_max = COMPONENT_VALUE_MAX,
			.list_max = COMPONENTS_CUSTOM_MAX, .texts = &deed->custom },
		{ "install_path", CALL_BODY_TEXT, .text_max = COMPONENT_VALUE_MAX,
			.text = &deed->wish.machine.install_path },
		{ "domain", CALL_BODY_TEXT, .text_max = LICENSE_DOMAIN_MAX, .text = &deed->name },
	};

	if (!deed_read(routes, call, deed, fields, sizeof fields / sizeof *fields))
		return;
	if (show_confirm_reads(deed->text))
		deed_post(routes, call, deed);
	else
		deed_refuse(routes, call, deed, SKERRY_ERR_DATE,
			"date is to be a day, as 2027-04-28, or an instant, as "
			"2027-04-28T12:00:00Z.");
}

/* --- telemetry and events -------------------------------------------------------------------- */

/* What is said of a command line, as a sentence. */
static void
refuse_misuse(struct routes *routes, struct http_call *call, struct deed *deed,
	const char misuse[SHOW_MISUSE_MAX])
{
	char sentence[SHOW_MISUSE_MAX + 1];
	size_t len = strlen(misuse);

	snprintf(sentence, sizeof sentence, "%s%s", misuse,
		len > 0 && misuse[len - 1] == '.' ? "" : ".");
	deed_refuse(routes, call, deed, SKERRY_ERR_HTTP_BODY, sentence);
}

static bool
run_telemetry(struct deed *deed, struct call_job *job, struct site *site, const struct show *show,
	enum command_exit *ret_exit)
{
	return show_telemetry(show, site, deed->order, ret_exit, &job->failure);
}

struct telemetry_body {
	struct call_body_values set;
	struct call_body_texts allow, deny, forget;
};

static bool
add_values(struct show_order *order, const struct call_body_values *values,
	char ret_misuse[SHOW_MISUSE_MAX])
{
	char number[24];

	for (size_t i = 0; i < values->len; i++) {
		const struct call_body_value *value = &values->list[i];

		snprintf(number, sizeof number, "%lld", (long long)value->number);
		if (!show_order_add(order, value->name, strlen(value->name),
			    value->text != NULL ? value->text : number, ret_misuse))
			return false;
	}
	return true;
}

static bool
add_names(struct show_order *order, enum show_work work, const struct call_body_texts *names,
	char ret_misuse[SHOW_MISUSE_MAX])
{
	if (names->len > 0)
		order->work = work;
	for (size_t i = 0; i < names->len; i++)
		if (!show_order_add(
			    order, names->list[i], strlen(names->list[i]), NULL, ret_misuse))
			return false;
	return true;
}

/* One kind of order in a call: what is set is the product's word, the rest the customer's. */
static bool
make_order(struct show_order *order, const struct telemetry_body *body,
	char ret_misuse[SHOW_MISUSE_MAX])
{
	size_t kinds = (size_t)(body->set.len > 0) + (body->allow.len > 0) + (body->deny.len > 0) +
		       (body->forget.len > 0);

	order->work = SHOW_SET;
	if (kinds == 1)
		return add_values(order, &body->set, ret_misuse) &&
		       add_names(order, SHOW_ALLOW, &body->allow, ret_misuse) &&
		       add_names(order, SHOW_DENY, &body->deny, ret_misuse) &&
		       add_names(order, SHOW_FORGET, &body->forget, ret_misuse);
	snprintf(ret_misuse, SHOW_MISUSE_MAX,
		"One of set, allow, deny and forget is to stand there, with a name in it.");
	return false;
}

void
deed_call_telemetry(struct routes *routes, struct http_call *call)
{
	struct deed *deed = deed_new(routes, call, CALL_TAKES_TOLD, run_telemetry);
	struct telemetry_body body = { .set = { .len = 0 } };
	struct call_refusal refusal;
	char misuse[SHOW_MISUSE_MAX];

	if (deed == NULL)
		return;
	const struct call_body_field fields[] = {
		{ "set", CALL_BODY_VALUES, .text_max = TELEMETRY_TEXT_MAX,
			.list_max = CALL_BODY_LIST_MAX, .values = &body.set },
		{ "allow", CALL_BODY_TEXTS, .text_max = TELEMETRY_NAME_MAX,
			.list_max = CALL_BODY_LIST_MAX, .texts = &body.allow },
		{ "deny", CALL_BODY_TEXTS, .text_max = TELEMETRY_NAME_MAX,
			.list_max = CALL_BODY_LIST_MAX, .texts = &body.deny },
		{ "forget", CALL_BODY_TEXTS, .text_max = TELEMETRY_NAME_MAX,
			.list_max = CALL_BODY_LIST_MAX, .texts = &body.forget },
	};

	if (!deed_read(routes, call, deed, fields, 4))
		return;
	deed->order = calloc(1, sizeof *deed->order);
	if (deed->order == NULL) {
		deed_refuse(routes, call, deed, SKERRY_ERR_NO_MEMORY, NULL);
		return;
	}
	deed->order->who = call->peer.local ? (int64_t)call->peer.uid : -1;
	if (!make_order(deed->order, &body, misuse))
		refuse_misuse(routes, call, deed, misuse);
	else if (deed->order->work != SHOW_SET && !call_may_operate(routes, call, &refusal))
		deed_refuse(routes, call, deed, refusal.err, refusal.message);
	else
		deed_post(routes, call, deed);
}

static bool
run_telemetry_list(struct deed *deed, struct call_job *job, struct site *site,
	const struct show *show, enum command_exit *ret_exit)
{
	(void)deed;
	return show_telemetry_list(show, site, ret_exit, &job->failure);
}

void
deed_call_telemetry_list(struct routes *routes, struct http_call *call)
{
	struct deed *deed = deed_new(routes, call, CALL_TAKES_TOLD, run_telemetry_list);

	if (deed == NULL)
		return;
	deed->need = KEEPER_ASK;
	deed_post(routes, call, deed);
}

static bool
run_event(struct deed *deed, struct call_job *job, struct site *site, const struct show *show,
	enum command_exit *ret_exit)
{
	return show_event(show, site, deed->name, deed->text, ret_exit, &job->failure);
}

void
deed_call_event(struct routes *routes, struct http_call *call)
{
	struct deed *deed = deed_new(routes, call, CALL_TAKES_TOLD, run_event);
	char misuse[SHOW_MISUSE_MAX];

	if (deed == NULL)
		return;
	const struct call_body_field fields[] = {
		{ "name", CALL_BODY_TEXT, .needed = true, .text_max = TELEMETRY_NAME_MAX,
			.text = &deed->name },
		{ "text", CALL_BODY_ANY_TEXT, .text_max = EVENT_TEXT_MAX, .text = &deed->text },
	};

	if (!deed_read(routes, call, deed, fields, 2))
		return;
	if (show_event_check(deed->name, deed->text, misuse))
		deed_post(routes, call, deed);
	else
		refuse_misuse(routes, call, deed, misuse);
}
