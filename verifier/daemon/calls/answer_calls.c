/* SPDX-License-Identifier: ISC */
#include "answer_calls.h"

#include <stdlib.h>
#include <string.h>

#include "routes_inside.h"

/* --- what is known --------------------------------------------------------------------------- */

/* A way that nobody has asked in before. */
struct first_time {
	struct answers_way way;
	void (*serve)(struct routes *routes, struct http_call *call);
};

static bool
ask(struct call_job *job, struct site *site)
{
	const struct first_time *first = job->own;
	enum skerry_err err = answers_ask(job->routes->reach.answers, site, &first->way);

	job->refusal = (struct call_refusal){ .err = err };
	return err == SKERRY_OK;
}

static void
serve_again(struct call_job *job)
{
	const struct first_time *first = job->own;

	job->routes->again = true;
	first->serve(job->routes, job->call);
	job->routes->again = false;
}

static void
ask_keeper(struct routes *routes, struct http_call *call, const struct answers_way *way,
	void (*serve)(struct routes *, struct http_call *))
{
	struct first_time *first = malloc(sizeof *first);
	const struct call_work work = {
		.need = KEEPER_ASK, .work = ask, .then = serve_again, .own = first
	};
	/* Others have pushed it out meanwhile: there are too many ways of asking. */
	struct call_refusal refusal = { .err = SKERRY_ERR_HTTP_BUSY };

	if (first == NULL || routes->again) {
		free(first);
		if (first == NULL)
			refusal.err = SKERRY_ERR_NO_MEMORY;
		call_refuse(routes, call, &refusal);
		return;
	}
	*first = (struct first_time){ .way = *way, .serve = serve };
	call_post(routes, call, &work);
}

bool
answer_calls_find(struct routes *routes, struct http_call *call,
	const struct call_question *question, void (*serve)(struct routes *, struct http_call *),
	struct answers_held *ret_held)
{
	struct call_refusal refusal;
	struct show_failure failure;
	struct answers_way way;
	struct show show;

	if (!call_question_way(question, call_texts(routes, call), &way, &refusal)) {
		call_refuse(routes, call, &refusal);
		return false;
	}
	if (!answers_find(routes->reach.answers, &way, ret_held)) {
		ask_keeper(routes, call, &way, serve);
		return false;
	}
	if (ret_held->snapshot != NULL)
		return true;
	show = call_show(routes, call, NULL, true);
	show_unanswered(&show, ret_held->err, &failure);
	answers_done(routes->reach.answers, ret_held);
	refusal = call_failed(&failure);
	/* Who reads CBOR is the program skerry, which has the option that is named there. */
	if (refusal.err == SKERRY_ERR_NOT_UNIQUE && call->error_format == HTTP_JSON)
		refusal.advice = "Name one of them with ?product=; GET /v1/status?product= tells "
				 "of each.";
	call_refuse(routes, call, &refusal);
	return false;
}

/* --- check and limits ------------------------------------------------------------------------ */

/* One answer, written. False: *ret_failure. */
static bool
write_answer(const struct show *show, const struct show_grant *grant, bool limit, bool read,
	enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	if (limit)
		return show_limit(show, grant, ret_exit, ret_failure);
	show_feature(show, grant, read, ret_exit);
	return true;
}

static void
keep(struct routes *routes, struct http_call *call, const struct answers_held *held,
	const struct call_answer *answer)
{
	const struct call_refusal no_memory = { .err = SKERRY_ERR_NO_MEMORY };
	/* The call is gone once it is answered: what its answer is kept by is taken before. */
	struct kept_key key;
	struct http_kept *kept;

	kept_key(&key, call);
	kept = call_tell_kept(routes, call, answer);
	if (kept == NULL)
		call_refuse(routes, call, &no_memory);
	else
		kept_put(routes->kept, &key, held->generation, held->now, held->until, kept);
}

static void
answer(struct routes *routes, struct http_call *call, const struct call_question *question,
	const struct answers_held *held, bool limit)
{
	enum http_format format = call->format == HTTP_TEXT ? HTTP_TEXT : HTTP_JSON;
	enum command_exit exit = COMMAND_CANNOT_TELL;
	struct skerry_verdict verdict;
	const struct show_grant grant = { .license =
						  snapshot_license_of(held->snapshot, held->step),
		.verdict = &verdict,
		.product = question->question.product,
		.tenant = question->question.tenant,
		.name = call->segments[2] };
	struct call_refusal refusal = { .err = SKERRY_ERR_NO_MEMORY };
	struct show_failure failure;
	struct call_paper paper;
	struct show show;
	bool told;

	snapshot_verdict(held->snapshot, held->now, &verdict);
	call_paper_open(&paper);
	show = call_show(routes, call, paper.out, format == HTTP_JSON);
	local_time_read("/", &routes->place);
	show.place = &routes->place;
	told = paper.out != NULL &&
	       write_answer(&show, &grant, limit, question->read, &exit, &failure);
	if (paper.out != NULL && !told)
		refusal = call_failed(&failure);
	if (call_paper_close(&paper) && told) {
		const struct call_answer found = { .status = 200,
			.format = format,
			.text = paper.text,
			.text_len = paper.len,
			.exit = (int)exit };

		keep(routes, call, held, &found);
	} else {
		call_refuse(routes, call, &refusal);
	}
	call_paper_free(&paper);
}

static void
serve(struct routes *routes, struct http_call *call, bool limit,
	void (*again)(struct routes *, struct http_call *))
{
	unsigned takes = CALL_TAKES_WAY | CALL_TAKES_MACHINE | (limit ? 0 : CALL_TAKES_READ);
	struct call_question question;
	struct call_refusal refusal;
	struct answers_held held;

	if (!call_question_read(call, takes, &question, &refusal))
		call_refuse(routes, call, &refusal);
	else if (answer_calls_find(routes, call, &question, again, &held)) {
		answer(routes, call, &question, &held, limit);
		answers_done(routes->reach.answers, &held);
	}
}

void
answer_call_check(struct routes *routes, struct http_call *call)
{
	serve(routes, call, false, answer_call_check);
}

void
answer_call_limit(struct routes *routes, struct http_call *call)
{
	serve(routes, call, true, answer_call_limit);
}
