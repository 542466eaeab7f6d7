/* SPDX-License-Identifier: ISC */
#include "requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/attempt.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/brand_guard.h"
#include "issuer/desk/desk_keys.h"
#include "issuer/exchange/request_acts.h"
#include "issuer/exchange/request_case.h"
#include "issuer/exchange/request_contact.h"
#include "issuer/exchange/request_facts.h"
#include "issuer/exchange/request_lost.h"
#include "issuer/exchange/request_replies.h"
#include "issuer/exchange/request_steps.h"

/* --- what answering needs ---------------------------------------------------------------------- */

struct kids {
	uint8_t (*kids)[COSE_KID_LEN];
	size_t len;
	bool short_of_memory;
};

static void
add_kid(void *context, const struct desk_key *key)
{
	struct kids *kids = context;
	uint8_t(*more)[COSE_KID_LEN];

	if (key->purpose != KEY_EXCHANGE || kids->short_of_memory)
		return;
	more = realloc(kids->kids, (kids->len + 1) * sizeof *more);
	if (more == NULL) {
		kids->short_of_memory = true;
		return;
	}
	kids->kids = more;
	memcpy(kids->kids[kids->len++], key->kid, COSE_KID_LEN);
}

static enum skerry_err
open_pairs(struct desk *desk, struct requests *requests)
{
	struct kids kids = { .len = 0 };
	enum skerry_err err = desk_keys_each(desk, add_kid, &kids);

	if (err == SKERRY_OK)
		requests->pairs = calloc(kids.len + 1, sizeof *requests->pairs);
	if (err == SKERRY_OK && (kids.short_of_memory || requests->pairs == NULL))
		err = SKERRY_ERR_NO_MEMORY;
	for (size_t i = 0; i < kids.len && err == SKERRY_OK; i++) {
		err = desk_keys_open(
			desk, kids.kids[i], KEY_EXCHANGE, &requests->pairs[requests->pairs_len]);
		requests->pairs_len += err == SKERRY_OK;
	}
	free(kids.kids);
	return err;
}

enum skerry_err
requests_begin(struct desk *desk, struct requests *ret_requests)
{
	struct requests requests = { .pairs = NULL };
	enum skerry_err err = signing_open(desk, &requests.signing);

	if (err == SKERRY_OK)
		err = open_pairs(desk, &requests);
	if (err == SKERRY_OK) {
		requests.scratch = malloc(sizeof *requests.scratch);
		if (requests.scratch == NULL)
			err = SKERRY_ERR_NO_MEMORY;
	}
	if (err == SKERRY_OK)
		*ret_requests = requests;
	else
		requests_close(&requests);
	return err;
}

void
requests_close(struct requests *requests)
{
	signing_close(&requests->signing);
	for (size_t i = 0; i < requests->pairs_len; i++)
		key_pair_free(&requests->pairs[i]);
	free(requests->pairs);
	free(requests->scratch);
	plan_shelf_clear(&requests->shelf);
	requests->pairs = NULL;
	requests->scratch = NULL;
	requests->pairs_len = 0;
}

/* --- opened ------------------------------------------------------------------------------------ */

enum skerry_err
requests_open(const struct requests *requests, struct cbor_bytes sealed,
	struct requests_opened *ret_opened, size_t *ret_offset)
{
	uint8_t *plain = malloc(sealed.len + 1);
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	*ret_offset = 0;
	if (plain != NULL)
		err = exchange_open_request(requests->pairs, requests->pairs_len,
			&requests->signing.trust->manifest, sealed, plain, sealed.len,
			&ret_opened->exchange, ret_offset);
	if (err == SKERRY_OK) {
		ret_opened->plain = plain;
		ret_opened->plain_len = sealed.len;
		return SKERRY_OK;
	}
	/* Whatever kept it out, it may be open. */
	if (plain != NULL)
		secretbox_wipe(plain, sealed.len);
	free(plain);
	return err;
}

void
requests_opened_free(struct requests_opened *opened)
{
	if (opened->plain != NULL)
		secretbox_wipe(opened->plain, opened->plain_len);
	free(opened->plain);
	opened->plain = NULL;
}

/* --- held against its history ------------------------------------------------------------------ */

static void
put_fork_request(const struct exchange_request *exchange, struct fork_request *ret_fork)
{
	const struct request *request = &exchange->request;

	*ret_fork = (struct fork_request){ .list_len = request->pending_len,
		.reply = request->reply_number,
		.seq = request->journal.hash == NULL ? 0 : request->journal.seq,
		.told = request->restored };
	ret_fork->self.number = request->number;
	memcpy(ret_fork->self.digest, exchange->digest, FORK_DIGEST_LEN);
	for (size_t i = 0; i < request->pending_len; i++) {
		ret_fork->list[i].number = request->pending[i].number;
		memcpy(ret_fork->list[i].digest, request->pending[i].digest, FORK_DIGEST_LEN);
	}
}

static enum skerry_err
tell_history(struct request_work *work)
{
	const struct fork_verdict *verdict = &work->verdict;
	char subject[AUDIT_SUBJECT_MAX];
	enum skerry_err err = SKERRY_OK;

	snprintf(subject, sizeof subject, "installation %lld", (long long)work->installation.id);
	if (verdict->adopted)
		err = audit_append(work->desk, "site.history", subject, "adopted number=%llu",
			(unsigned long long)work->exchange->request.number);
	if (err == SKERRY_OK && verdict->found != FORK_NONE)
		err = audit_append(work->desk, "site.fork", subject,
			"found=%s line=%u number=%llu%s", fork_found_name(verdict->found),
			verdict->line, (unsigned long long)work->exchange->request.number,
			verdict->told ? " told" : "");
	return err;
}

/* A newer pair, migrate or unpair of its site was answered. */
static enum skerry_err
read_superseded(struct request_work *work)
{
	struct store_query q;

	if (work->verdict.arrival == FORK_NEW)
		return SKERRY_OK;
	store_query(work->desk->store, &q,
		"SELECT 1 FROM request WHERE installation_id = ? AND number > ? AND arrived"
		" AND kind IN ('pair', 'migrate', 'unpair') LIMIT 1");
	store_bind_int(&q, work->installation.id);
	store_bind_int(&q, (int64_t)work->exchange->request.number);
	work->superseded = store_step(&q);
	return store_done(&q);
}

static enum skerry_err
judge_history(struct request_work *work)
{
	const struct request *request = &work->exchange->request;
	struct fork_request *fork = malloc(sizeof *fork);
	struct installations_request kept = { .fork = fork,
		.kind = request->kind,
		.received_at = work->desk->now,
		.journal = &request->journal };
	struct fork_row *rows = NULL;
	struct fork_site site;
	size_t rows_len = 0;
	int64_t id = work->installation.id;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (fork != NULL) {
		put_fork_request(work->exchange, fork);
		err = installations_load_history(
			work->desk, id, fork_from(fork), request->number, &site, &rows, &rows_len);
	}
	if (err == SKERRY_OK) {
		fork_judge(&site, rows, rows_len, fork, work->installation.reply_made,
			work->desk->now, &site, &work->verdict);
		work->found = site.found;
		err = installations_apply(
			work->desk, id, &site, &work->verdict, &kept, &work->request_id);
	}
	if (err == SKERRY_OK)
		err = tell_history(work);
	if (err == SKERRY_OK)
		err = read_superseded(work);
	free(rows);
	free(fork);
	return err;
}

/* --- answered ---------------------------------------------------------------------------------- */

/* What is neither known nor contradicted has no row: its answer is known by its nonce. */
static enum skerry_err
find_forgotten(struct request_work *work, bool *ret_answered)
{
	struct reply *reply = malloc(sizeof *reply);
	struct store_query q;
	size_t offset;

	*ret_answered = false;
	if (reply == NULL)
		return SKERRY_ERR_NO_MEMORY;
	store_query(work->desk->store, &q,
		"SELECT d.bytes FROM reply r CROSS JOIN document d ON d.id = r.document_id"
		" WHERE r.installation_id = ? AND r.request_id IS NULL ORDER BY r.number DESC "
		"LIMIT 16");
	store_bind_int(&q, work->installation.id);
	while (!*ret_answered && store_step(&q)) {
		struct cbor_bytes bytes = store_bytes(&q, 0);
		struct cose_sign1 message;

		*ret_answered =
			cose_sign1_parse(bytes.data, bytes.len, &message, &offset) == SKERRY_OK &&
			reply_parse(message.payload, reply, &offset) == SKERRY_OK &&
			reply->nonce != NULL &&
			memcmp(reply->nonce, work->exchange->request.nonce, REPLY_NONCE_LEN) == 0;
	}
	free(reply);
	return store_done(&q);
}

static enum skerry_err
judge_all(struct request_work *work)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < work->cases_len && err == SKERRY_OK; i++) {
		work->cases[i]->answer = answer_judge(&work->cases[i]->facts);
		err = request_acts_do(work, work->cases[i]);
	}
	return err;
}

/* A key that nobody knows is told without its text. */
static enum skerry_err
tell_unknown(struct request_work *work)
{
	char subject[AUDIT_SUBJECT_MAX];
	size_t unknown = 0;

	for (size_t i = 0; i < work->cases_len; i++)
		unknown += work->cases[i]->answer.code == REPLY_KEY_UNKNOWN;
	if (unknown == 0)
		return SKERRY_OK;
	snprintf(subject, sizeof subject, "installation %lld", (long long)work->installation.id);
	return audit_append(work->desk, "site.key_unknown", subject, "keys=%zu request=%lld",
		unknown, (long long)work->request_id);
}

static void
report_case(const struct request_case *one, struct requests_result *ret_result)
{
	*ret_result = (struct requests_result){ .code = one->answer.code,
		.issued = one->issued,
		.activation = one->told_number,
		.until = one->answer.until };
	memcpy(ret_result->license, one->license.public_id, sizeof ret_result->license);
	if (one->license.id != 0)
		snprintf(ret_result->product, sizeof ret_result->product, "%s/%s",
			one->license.brand, one->license.product);
}

/* What it tells of its site. One that is older than all that is kept tells nothing of what is so today. */
static enum skerry_err
take_news(struct request_work *work, struct requests_answered *answered)
{
	enum skerry_err err;

	if (work->verdict.arrival == FORK_FORGOTTEN)
		return SKERRY_OK;
	err = request_contact_heartbeat(work);
	if (err == SKERRY_OK)
		err = request_contact_reached(work, &answered->propagated);
	return err;
}

/* All that a request which was not answered before gets. */
static enum skerry_err
answer_anew(struct request_work *work, struct requests_answered *answered)
{
	const struct request *request = &work->exchange->request;
	bool resets = answer_resets_time(request->condition, work->verdict.arrival);
	enum skerry_err err = SKERRY_OK;

	if (resets && work->installation.has_reset &&
		memcmp(work->installation.reset_nonce, request->nonce, REQUEST_NONCE_LEN) == 0)
		resets = false;
	if (resets) {
		work->installation.has_reset = true;
		memcpy(work->installation.reset_nonce, request->nonce, REQUEST_NONCE_LEN);
	}
	if (work->verdict.arrival != FORK_FORGOTTEN)
		err = request_contact_note(work);
	if (err == SKERRY_OK)
		err = request_held_read(work->desk, &work->requests->signing, request, &work->held);
	if (err == SKERRY_OK)
		err = request_held_lengthen(work->desk, &work->held);
	if (err == SKERRY_OK)
		err = request_facts_gather(work);
	if (err == SKERRY_OK)
		err = request_lost_take(work, answered);
	/* Before the next document, which begins its own count. */
	if (err == SKERRY_OK && work->verdict.arrival != FORK_FORGOTTEN)
		err = request_steps_take(work, &answered->steps_told);
	if (err == SKERRY_OK)
		err = judge_all(work);
	if (err == SKERRY_OK)
		err = tell_unknown(work);
	if (err == SKERRY_OK)
		err = take_news(work, answered);
	if (err == SKERRY_OK)
		err = request_contact_heads(work, &answered->log_contradicted);
	if (err == SKERRY_OK)
		err = request_replies_make(work, resets, &answered->replies);
	if (err != SKERRY_OK)
		return err;
	answered->time_reset = resets;
	for (size_t i = 0; i < work->cases_len; i++)
		report_case(work->cases[i], &answered->results[answered->results_len++]);
	return SKERRY_OK;
}

static enum skerry_err
repeat(struct request_work *work, struct requests_answered *answered)
{
	enum skerry_err err = request_contact_repeat(work);

	return err == SKERRY_OK ? request_replies_read(work, answered) : err;
}

/* A request changes its site's history, whatever it asks. */
static enum skerry_err
ask_guard(struct request_work *work)
{
	char subject[AUDIT_SUBJECT_MAX];

	snprintf(subject, sizeof subject, "installation %lld", (long long)work->installation.id);
	return brand_guard_ask_subject(work->desk, subject);
}

static enum skerry_err
answer(struct request_work *work, struct requests_answered *answered)
{
	bool before = false;
	enum skerry_err err = request_contact_find(work);

	if (err == SKERRY_OK)
		err = ask_guard(work);
	if (err == SKERRY_OK)
		err = judge_history(work);
	if (err == SKERRY_OK && work->verdict.arrival == FORK_FORGOTTEN)
		err = find_forgotten(work, &before);
	if (err != SKERRY_OK)
		return err;
	if (before)
		work->verdict.arrival = FORK_AGAIN;
	if (work->verdict.arrival != FORK_AGAIN)
		err = answer_anew(work, answered);
	else if (work->request_id != 0)
		err = repeat(work, answered);
	answered->installation = work->installation;
	answered->installation.found = work->found;
	answered->kind = work->exchange->request.kind;
	answered->number = work->exchange->request.number;
	answered->arrival = work->verdict.arrival;
	answered->found = work->verdict.found;
	answered->adopted = work->verdict.adopted;
	answered->told = work->verdict.told;
	return err;
}

static void
work_free(struct request_work *work)
{
	request_held_free(&work->held);
	for (size_t i = 0; i < work->cases_len; i++) {
		free(work->cases[i]->document);
		free(work->cases[i]);
	}
	free(work);
}

enum skerry_err
requests_answer(struct desk *desk, struct requests *requests, const struct requests_opened *opened,
	enum requests_source source, struct requests_answered *ret_answered)
{
	struct request_work *work = calloc(1, sizeof *work);
	struct requests_answered *answered = calloc(1, sizeof *answered);
	struct attempt attempt;
	enum skerry_err err = work == NULL || answered == NULL ? SKERRY_ERR_NO_MEMORY
							       : attempt_begin(desk, &attempt);

	if (err == SKERRY_OK) {
		work->desk = desk;
		work->requests = requests;
		work->exchange = &opened->exchange;
		work->source = source;
		err = attempt_end(desk, &attempt, answer(work, answered));
	}
	if (err == SKERRY_OK)
		*ret_answered = *answered;
	if (work != NULL)
		work_free(work);
	free(answered);
	return err;
}
