/* SPDX-License-Identifier: ISC */
#include "seat_calls.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "answer_calls.h"
#include "overview.h"
#include "pool_use.h"
#include "routes_inside.h"
#include "verifier/seat_terms.h"

enum { SEATS_LISTED = 1000 /* unless told otherwise */ };

/* --- telling --------------------------------------------------------------------------------- */

static void
free_claim(struct routes *routes, struct call_claim *claim)
{
	answers_done(routes->reach.answers, &claim->held);
	free(claim);
}

/* What it came to, by its error and fate. */
static enum routes_seat
told_as(const struct seat_answer *answer)
{
	switch (answer->fate) {
	case SEAT_CLAIMED:
		return ROUTES_SEAT_CLAIMED;
	case SEAT_RENEWED:
		return ROUTES_SEAT_RENEWED;
	case SEAT_RELEASED:
		return ROUTES_SEAT_RELEASED;
	case SEAT_REFUSED:
		break;
	}
	if (answer->err == SKERRY_ERR_SEAT_NONE_FREE)
		return ROUTES_SEAT_NONE_FREE;
	return ROUTES_SEAT_REFUSED;
}

static void
tell_claim(struct routes *routes, struct call_claim *claim)
{
	routes->seats_told[told_as(&claim->granted.answer)]++;
	claim->tell(routes, claim);
	free_claim(routes, claim);
}

void
seat_calls_refuse(
	struct routes *routes, const struct call_claim *claim, struct call_refusal *refusal)
{
	const struct seats_granted *granted = &claim->granted;

	if (granted->answer.retry_at != INT64_MAX && granted->in_s > 0 &&
		granted->answer.err == SKERRY_ERR_SEAT_NONE_FREE) {
		refusal->retry_in = granted->in_s;
		refusal->retry_at = claim->held.now + granted->in_s;
	}
	/* The verdict says why, and whom to call. */
	if (granted->answer.err == SKERRY_ERR_NO_ACCESS && refusal->err == SKERRY_ERR_NO_ACCESS)
		refusal->message = claim->held.step->message;
	call_refuse(routes, claim->call, refusal);
}

static const char *
given(const char *text)
{
	return text == NULL || text[0] == '\0' ? NULL : text;
}

/* Who has it instead, for who is to know whom to ask. */
static void
find_owner(
	struct routes *routes, const struct call_claim *claim, char ret_owner[SEATS_OWNER_MAX + 1])
{
	enum skerry_err err = claim->granted.answer.err;
	struct seats_moment moment;

	ret_owner[0] = '\0';
	if (err != SKERRY_ERR_SEAT_HELD && err != SKERRY_ERR_SEAT_SECRET)
		return;
	pool_use_moment(&routes->reach, &moment);
	show_seat_owner(routes->reach.seats, claim->held.pool, claim->call->segments[2], &moment,
		ret_owner);
}

struct show_seat
seat_calls_describe(
	struct routes *routes, const struct call_claim *claim, char ret_owner[SEATS_OWNER_MAX + 1])
{
	const struct answers_held *held = &claim->held;
	const struct license *license = snapshot_license_of(held->snapshot, held->step);

	find_owner(routes, claim, ret_owner);
	return (struct show_seat){ .holder = claim->call->segments[2],
		.pool = held->pool,
		.product = held->product,
		.release = claim->release,
		.granted = &claim->granted,
		.now = held->now,
		.max = license == NULL ? 0 : license->seats_max,
		.owner = ret_owner };
}

static void
tell_seat(struct routes *routes, struct call_claim *claim)
{
	static const int STATUS[] = {
		[SEAT_CLAIMED] = 201, [SEAT_RENEWED] = 202, [SEAT_RELEASED] = 204
	};
	enum http_format format = claim->call->format == HTTP_TEXT ? HTTP_TEXT : HTTP_JSON;
	char owner[SEATS_OWNER_MAX + 1];
	const struct show_seat seat = seat_calls_describe(routes, claim, owner);
	struct call_refusal refusal = { .err = SKERRY_ERR_NO_MEMORY };
	enum command_exit exit = COMMAND_CANNOT_TELL;
	struct show_failure failure;
	struct call_paper paper;
	struct show show;
	bool told;

	call_paper_open(&paper);
	show = call_show(routes, claim->call, paper.out, format == HTTP_JSON);
	told = paper.out != NULL && show_seat(&show, &seat, &exit, &failure);
	if (paper.out != NULL && !told)
		refusal = call_failed(&failure);
	if (call_paper_close(&paper) && told) {
		/* Who asks for words gets them, and 204 has none. */
		bool bare = claim->release && format != HTTP_TEXT;
		const struct call_answer answer = {
			.status =
				claim->release && !bare ? 200 : STATUS[claim->granted.answer.fate],
			.format = format,
			.text = bare ? NULL : paper.text,
			.text_len = bare ? 0 : paper.len,
			.exit = (int)exit
		};

		call_tell(routes, claim->call, &answer);
	} else {
		seat_calls_refuse(routes, claim, &refusal);
	}
	call_paper_free(&paper);
}

/* --- deciding -------------------------------------------------------------------------------- */

static struct seat_terms
terms_of(const struct routes *routes, const struct answers_held *held)
{
	const struct license *license = snapshot_license_of(held->snapshot, held->step);
	struct skerry_verdict verdict;
	struct seat_terms terms;

	snapshot_verdict(held->snapshot, held->now, &verdict);
	seat_terms_of(license, &verdict, routes->rules.seats_per_user, &terms);
	return terms;
}

/* Nothing was ever licensed under that name: there is no pool to look into. */
static struct seats_granted
without_pool(bool release)
{
	return (struct seats_granted){ .answer = { .fate = SEAT_REFUSED,
					       .err = release ? SKERRY_ERR_SEAT_UNKNOWN
							      : SKERRY_ERR_NO_ACCESS,
					       .retry_at = INT64_MAX },
		.in_s = -1 };
}

static enum skerry_err
decide(struct routes *routes, struct call_claim *claim, const struct seats_asker *asker)
{
	const struct answers_held *held = &claim->held;
	const char *holder = claim->call->segments[2];
	struct seat_terms terms = terms_of(routes, held);
	struct seats_moment moment;

	if (given(held->pool) == NULL) {
		claim->granted = without_pool(claim->release);
		return SKERRY_OK;
	}
	pool_use_moment(&routes->reach, &moment);
	if (claim->release)
		return seats_release(
			routes->reach.seats, held->pool, holder, asker, &moment, &claim->granted);
	return seats_put(
		routes->reach.seats, held->pool, holder, &terms, asker, &moment, &claim->granted);
}

/* Health and log have it, once, and once more when it is over. */
static void
note_trouble(struct routes *routes, enum skerry_err err)
{
	const struct routes_reach *reach = &routes->reach;

	if (seats_made_anew(reach->seats) && reach->seats_anew != NULL)
		reach->seats_anew(reach->context);
	if (err == routes->seats_trouble)
		return;
	routes->seats_trouble = err;
	if (reach->seats_trouble != NULL)
		reach->seats_trouble(reach->context, err);
}

/* After an error nothing of this round is held. */
static void
refuse_all(struct routes *routes, enum skerry_err err)
{
	struct call_refusal refusal = { .err = err };

	/* The site's own database it is not: there is nothing to restore. */
	if (err == SKERRY_ERR_STORE_DAMAGED) {
		refusal.message = "The file of the seats is damaged or gone, and is made anew.";
		refusal.advice = "Claim the seat again.";
	}
	note_trouble(routes, err);
	while (routes->claims != NULL) {
		struct call_claim *claim = routes->claims;

		routes->claims = claim->next;
		call_refuse(routes, claim->call, &refusal);
		free_claim(routes, claim);
	}
	routes->claims_end = &routes->claims;
}

static void
commit_claims(struct routes *routes)
{
	struct call_claim *claims = routes->claims;
	enum skerry_err err = seats_commit(routes->reach.seats);

	if (err != SKERRY_OK) {
		refuse_all(routes, err);
		return;
	}
	note_trouble(routes, SKERRY_OK);
	routes->claims = NULL;
	routes->claims_end = &routes->claims;
	while (claims != NULL) {
		struct call_claim *claim = claims;

		claims = claim->next;
		tell_claim(routes, claim);
	}
}

static void
wait_for_commit(struct routes *routes, struct call_claim *claim)
{
	*routes->claims_end = claim;
	routes->claims_end = &claim->next;
}

/*
 * Renewals are told at once, and so is what was refused. Where claims come one by one, there is nobody to share
 * a commit with: to put the call off until the round's end, and to wake it again, costs a tenth of it.
 */
static void
follow(struct routes *routes, struct call_claim *claim, enum skerry_err err)
{
	enum seat_fate fate = claim->granted.answer.fate;

	if (err != SKERRY_OK) {
		wait_for_commit(routes, claim);
		refuse_all(routes, err);
	} else if (fate == SEAT_CLAIMED || fate == SEAT_RELEASED) {
		wait_for_commit(routes, claim);
		if (++routes->claims_come == 1 && routes->one_by_one)
			commit_claims(routes);
	} else {
		tell_claim(routes, claim);
	}
}

static bool
check_call(const struct routes *routes, const struct http_call *call, bool node,
	uint8_t ret_secret[SEATS_SECRET_LEN], struct call_refusal *ret_refusal)
{
	const char *holder = call->segments[2];

	if (routes->reach.seats == NULL) {
		*ret_refusal =
			(struct call_refusal){ .err = routes->reach.seats_err, .status = 503 };
		return false;
	}
	if (!seats_is_holder(holder, strlen(holder)))
		return call_refusal_set(ret_refusal, SKERRY_ERR_ARGUMENT,
			"A %s is 1 to %d bytes of UTF-8 without control characters.",
			node ? "node's fingerprint" : "holder's name", SEATS_HOLDER_MAX);
	/* What no claim returns is a wrong secret like any other: all zeros is nobody's. */
	if (!node && call->seat_secret != NULL &&
		!show_seat_secret_read(call->seat_secret, ret_secret))
		memset(ret_secret, 0, SEATS_SECRET_LEN);
	return true;
}

void
seat_calls_decide(struct routes *routes, struct http_call *call, const struct seat_wish *wish)
{
	struct call_claim *claim;
	uint8_t secret[SEATS_SECRET_LEN];
	char owner[SEATS_OWNER_MAX];
	const struct seats_asker asker = { .owner = owner,
		.node = wish->node,
		.operator= wish->release && call_is_operator(routes, &call->peer),
		.secret = wish->node || call->seat_secret == NULL ? NULL : secret };
	struct call_question question;
	struct call_refusal refusal;
	struct answers_held held;

	if (!check_call(routes, call, wish->node, secret, &refusal) ||
		!call_question_read(
			call, CALL_TAKES_WAY | CALL_TAKES_MACHINE, &question, &refusal)) {
		call_refuse(routes, call, &refusal);
		return;
	}
	if (!answer_calls_find(routes, call, &question, wish->serve, &held))
		return;
	claim = calloc(1, sizeof *claim);
	if (claim == NULL) {
		answers_done(routes->reach.answers, &held);
		refusal = (struct call_refusal){ .err = SKERRY_ERR_NO_MEMORY };
		call_refuse(routes, call, &refusal);
		return;
	}
	*claim = (struct call_claim){
		.call = call, .release = wish->release, .held = held, .tell = wish->tell
	};
	call_owner(&call->peer, owner);
	follow(routes, claim, decide(routes, claim, &asker));
}

void
seat_call_put(struct routes *routes, struct http_call *call)
{
	const struct seat_wish wish = { .tell = tell_seat, .serve = seat_call_put };

	seat_calls_decide(routes, call, &wish);
}

void
seat_call_release(struct routes *routes, struct http_call *call)
{
	const struct seat_wish wish = {
		.release = true, .tell = tell_seat, .serve = seat_call_release
	};

	seat_calls_decide(routes, call, &wish);
}

/* --- who holds them -------------------------------------------------------------------------- */

struct listing_wish {
	struct call_question question;
	struct overview overview;
};

static bool
find_pools(struct call_job *job, struct site *site)
{
	struct listing_wish *wish = job->own;

	overview_of_site(site, &wish->overview);
	return true;
}

static bool
is_listed(const struct show_seat_pool *pools, size_t pools_len, const char *pool)
{
	for (size_t i = 0; i < pools_len; i++)
		if (strcmp(pools[i].pool, pool) == 0)
			return true;
	return false;
}

/* Those of licenses with seats, and those in which somebody still holds one. */
static size_t
list_pools(const struct routes *routes, const struct listing_wish *wish,
	const struct pool_uses *uses, struct show_seat_pool ret_pools[OVERVIEW_MAX + POOL_USE_MAX])
{
	size_t len = 0;

	for (size_t i = 0; i < wish->overview.rows_len; i++) {
		const struct overview_row *row = &wish->overview.rows[i];

		if (row->seats_max == 0)
			continue;
		ret_pools[len] = (struct show_seat_pool){
			.pool = row->pool, .max = row->seats_max, .burst = row->seats_burst
		};
		(void)pool_use_read(&routes->reach, row->pool, &ret_pools[len++].use);
	}
	for (size_t i = 0; i < uses->len; i++)
		if (!is_listed(ret_pools, len, uses->list[i].pool))
			ret_pools[len++] = (struct show_seat_pool){ .pool = uses->list[i].pool,
				.use = uses->list[i].use };
	return len;
}

static void
tell_list(struct call_job *job)
{
	const struct listing_wish *wish = job->own;
	const struct call_question *question = &wish->question;
	struct show_seat_pool pools[OVERVIEW_MAX + POOL_USE_MAX];
	enum command_exit exit = COMMAND_CANNOT_TELL;
	struct seats_moment moment;
	struct pool_uses uses;
	struct show_seats seats = { .pools = pools,
		.seats = job->routes->reach.seats,
		.moment = &moment,
		.after_pool = question->after_pool,
		.after_holder = question->after_holder,
		.limit = question->limit > 0 ? (size_t)question->limit : SEATS_LISTED,
		.holder = question->holder };
	struct answers_health health;
	struct call_paper paper;
	struct show show;
	bool told;

	pool_use_moment(&job->routes->reach, &moment);
	pool_uses_read(&job->routes->reach, &uses);
	seats.pools_len = list_pools(job->routes, wish, &uses, pools);
	answers_health(job->routes->reach.answers, &health);
	seats.now = health.site_now;
	job->format = job->call->format == HTTP_TEXT ? HTTP_TEXT : HTTP_JSON;
	call_paper_open(&paper);
	show = call_show(job->routes, job->call, paper.out, job->format == HTTP_JSON);
	job->refusal = (struct call_refusal){ .err = SKERRY_ERR_NO_MEMORY };
	told = paper.out != NULL && show_seats(&show, &seats, &exit, &job->failure);
	if (paper.out != NULL && !told)
		job->refusal = call_failed(&job->failure);
	if (call_paper_close(&paper) && told) {
		const struct call_answer answer = { .status = 200,
			.format = job->format,
			.text = paper.text,
			.text_len = paper.len,
			.exit = (int)exit };

		call_tell(job->routes, job->call, &answer);
	} else {
		call_refuse(job->routes, job->call, &job->refusal);
	}
	call_paper_free(&paper);
}

void
seat_call_list(struct routes *routes, struct http_call *call)
{
	struct listing_wish *wish = malloc(sizeof *wish);
	struct call_refusal refusal = { .err = SKERRY_ERR_NO_MEMORY };
	const struct call_work work = {
		.need = KEEPER_ASK, .work = find_pools, .then = tell_list, .own = wish
	};

	if (routes->reach.seats == NULL)
		refusal = (struct call_refusal){ .err = routes->reach.seats_err, .status = 503 };
	if (wish != NULL && routes->reach.seats != NULL &&
		call_question_read(call, CALL_TAKES_SEATS, &wish->question, &refusal)) {
		call_post(routes, call, &work);
		return;
	}
	free(wish);
	call_refuse(routes, call, &refusal);
}

/* --- rounds ---------------------------------------------------------------------------------- */

/* In trouble it is tried again each SEATS_LAZY_S, whoever asks. */
static bool
tries_again(struct routes *routes, const struct seats_moment *moment)
{
	if (routes->seats_trouble == SKERRY_OK ||
		moment->boottime_s - routes->seats_tried_s < SEATS_LAZY_S)
		return false;
	routes->seats_tried_s = moment->boottime_s;
	return true;
}

void
seat_calls_round(struct routes *routes)
{
	struct seats *seats = routes->reach.seats;
	struct seats_moment moment;

	if (seats == NULL)
		return;
	if (routes->claims != NULL)
		commit_claims(routes);
	if (routes->claims_come > 0)
		routes->one_by_one = routes->claims_come == 1;
	routes->claims_come = 0;
	pool_use_moment(&routes->reach, &moment);
	if (seats_due(seats, &moment) <= 0 || tries_again(routes, &moment))
		/* What it could not do it does at its next time; who claims is told. */
		note_trouble(routes, seats_tick(seats, &moment));
}

int
seat_calls_timeout_ms(struct routes *routes)
{
	struct seats_moment moment;
	int64_t due;

	if (routes->reach.seats == NULL)
		return -1;
	if (routes->claims != NULL)
		return 0;
	pool_use_moment(&routes->reach, &moment);
	due = seats_due(routes->reach.seats, &moment);
	if (due <= 0)
		return 1000; /* it was tried just now */
	if (routes->seats_trouble != SKERRY_OK && due > SEATS_LAZY_S)
		due = SEATS_LAZY_S;
	return due > INT_MAX / 1000 ? -1 : (int)due * 1000;
}

void
seat_calls_free(struct routes *routes)
{
	while (routes->claims != NULL) {
		struct call_claim *claim = routes->claims;

		routes->claims = claim->next;
		free_claim(routes, claim);
	}
}
