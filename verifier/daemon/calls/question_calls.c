/* SPDX-License-Identifier: ISC */
#include "question_calls.h"

#include <stdlib.h>

#include "call_question.h"
#include "pool_use.h"
#include "routes_inside.h"
#include "verifier/seat_terms.h"

struct asked {
	struct call_question question;
	struct pool_uses uses; /* as they were when it was asked */
};

static void
ask(struct routes *routes, struct http_call *call, unsigned takes,
	bool (*work)(struct call_job *job, struct site *site))
{
	struct asked *asked = malloc(sizeof *asked);
	struct call_refusal refusal = { .err = SKERRY_ERR_NO_MEMORY };
	const struct call_work post = { .need = KEEPER_ASK, .work = work, .own = asked };

	if (asked == NULL || !call_question_read(call, takes, &asked->question, &refusal)) {
		free(asked);
		call_refuse(routes, call, &refusal);
		return;
	}
	pool_uses_read(&routes->reach, &asked->uses);
	call_post(routes, call, &post);
}

/* --- status ---------------------------------------------------------------------------------- */

static bool
count_seats(void *context, const struct license *license, uint64_t *ret_used)
{
	const struct pool_uses *uses = context;
	char pool[SEATS_POOL_MAX];
	struct seats_use use;

	seat_pool_of(license, pool);
	if (!pool_uses_find(uses, pool, &use))
		return false;
	*ret_used = use.used;
	return true;
}

static bool
tell_status(struct call_job *job, struct site *site)
{
	struct asked *asked = job->own;
	struct show show = call_job_show(job, site);
	enum command_exit exit;
	bool shown;

	show.seats_used = count_seats;
	show.seats_context = &asked->uses;
	shown = show_status(&show, site, &asked->question.question, &exit, &job->failure);
	return call_shown(job, shown, exit);
}

void
question_call_status(struct routes *routes, struct http_call *call)
{
	ask(routes, call, CALL_TAKES_WAY | CALL_TAKES_MACHINE, tell_status);
}

/* --- why, what if ---------------------------------------------------------------------------- */

static bool
tell_why(struct call_job *job, struct site *site)
{
	const struct asked *asked = job->own;
	const struct show show = call_job_show(job, site);
	enum command_exit exit;
	bool shown = show_why(&show, site, &asked->question.question, &exit, &job->failure);

	return call_shown(job, shown, exit);
}

void
question_call_why(struct routes *routes, struct http_call *call)
{
	ask(routes, call, CALL_TAKES_WAY | CALL_TAKES_MACHINE | CALL_TAKES_AT, tell_why);
}

static bool
tell_what_if(struct call_job *job, struct site *site)
{
	const struct asked *asked = job->own;
	const struct show show = call_job_show(job, site);
	enum command_exit exit;
	bool shown = show_what_if(&show, site, &asked->question.question, &exit, &job->failure);

	return call_shown(job, shown, exit);
}

void
question_call_what_if(struct routes *routes, struct http_call *call)
{
	ask(routes, call, CALL_TAKES_WAY | CALL_TAKES_MACHINE | CALL_TAKES_AT | CALL_TAKES_WITHOUT,
		tell_what_if);
}

/* --- clock, fingerprint, journal ------------------------------------------------------------- */

static bool
tell_clock(struct call_job *job, struct site *site)
{
	const struct show show = call_job_show(job, site);
	enum command_exit exit;

	show_clock(&show, site, &exit);
	return call_shown(job, true, exit);
}

void
question_call_clock(struct routes *routes, struct http_call *call)
{
	ask(routes, call, 0, tell_clock);
}

static bool
tell_fingerprint(struct call_job *job, struct site *site)
{
	const struct asked *asked = job->own;
	const struct show show = call_job_show(job, site);
	enum command_exit exit;
	bool shown = show_fingerprint(&show, site, &asked->question.question, &exit, &job->failure);

	return call_shown(job, shown, exit);
}

void
question_call_fingerprint(struct routes *routes, struct http_call *call)
{
	ask(routes, call, CALL_TAKES_MACHINE, tell_fingerprint);
}

static bool
tell_journal(struct call_job *job, struct site *site)
{
	const struct asked *asked = job->own;
	const struct show show = call_job_show(job, site);
	int64_t limit = asked->question.limit > 0 ? asked->question.limit : SHOW_JOURNAL_ROWS;
	enum command_exit exit;
	bool shown = show_journal(&show, site, asked->question.after, limit, &exit, &job->failure);

	return call_shown(job, shown, exit);
}

void
question_call_journal(struct routes *routes, struct http_call *call)
{
	ask(routes, call, CALL_TAKES_AFTER, tell_journal);
}
