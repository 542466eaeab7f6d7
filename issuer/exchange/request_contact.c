/* SPDX-License-Identifier: ISC */
#include "request_contact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/mark.h"
#include "issuer/exchange/replies.h"
#include "issuer/exchange/request_text.h"

/* --- who it is --------------------------------------------------------------------------------- */

static enum skerry_err
tell(struct request_work *work, const char *action)
{
	const struct installation *row = &work->installation;
	char subject[AUDIT_SUBJECT_MAX], site[17], opening[2 * COSE_KID_LEN + 1] = "none";
	uint8_t thumbprint[COSE_THUMBPRINT_LEN];

	for (size_t i = 0; i < 8; i++)
		snprintf(site + 2 * i, 3, "%02x", row->site_id[i]);
	if (row->has_opening_key) {
		hash_thumbprint(&row->opening_key, thumbprint);
		for (size_t i = 0; i < COSE_KID_LEN; i++)
			snprintf(opening + 2 * i, 3, "%02x", thumbprint[i]);
	}
	snprintf(subject, sizeof subject, "installation %lld", (long long)row->id);
	return audit_append(
		work->desk, action, subject, "site=%s opening=%s tag=%s", site, opening, row->tag);
}

/* What its newest request says. */
static void
describe(const struct request *request, struct installation *row)
{
	row->number = request->number;
	memcpy(row->nonce, request->nonce, sizeof row->nonce);
	row->kind = request->kind;
	row->issued_at = request->issued_at;
	row->wall = request->wall;
	row->condition = request->condition;
	row->manifest_version = request->manifest_version;
	row->reply_taken = request->reply_number;
	row->rolled_back_since = request->rolled_back_since;
	if (request->hostname.chars != NULL)
		request_text_copy(request->hostname, row->hostname, sizeof row->hostname);
	if (request->os.chars != NULL)
		request_text_copy(request->os, row->os, sizeof row->os);
	if (request->app_version.chars != NULL)
		request_text_copy(request->app_version, row->app_version, sizeof row->app_version);
	if (request->install_id.chars != NULL)
		request_text_copy(request->install_id, row->install_id, sizeof row->install_id);
}

enum skerry_err
request_contact_find(struct request_work *work)
{
	const struct request *request = &work->exchange->request;
	struct installation *row = &work->installation;
	enum skerry_err err = installations_find_key(work->desk, work->exchange->site_id, row);

	if (err != SKERRY_OK || row->id != 0)
		return err;
	memcpy(row->site_id, work->exchange->site_id, sizeof row->site_id);
	row->site_key = request->site_key;
	row->has_site_key = true;
	row->has_opening_key = request->has_opening_key;
	row->opening_key = request->opening_key;
	row->first_contact_at = row->last_contact_at = work->desk->now;
	row->settled_at = LICENSE_NEVER;
	describe(request, row);
	err = installations_write(work->desk, row);
	return err == SKERRY_OK ? tell(work, "site.new") : err;
}

static bool
has_new_opening_key(const struct request *request, const struct installation *row)
{
	return request->has_opening_key &&
	       (!row->has_opening_key || memcmp(row->opening_key.x, request->opening_key.x,
						 sizeof row->opening_key.x) != 0);
}

enum skerry_err
request_contact_note(struct request_work *work)
{
	const struct request *request = &work->exchange->request;
	struct installation *row = &work->installation;
	bool is_new = work->verdict.arrival == FORK_NEW, opening = false;
	enum skerry_err err;

	row->last_contact_at = work->desk->now;
	if (is_new) {
		opening = has_new_opening_key(request, row);
		describe(request, row);
	}
	if (opening) {
		row->has_opening_key = true;
		row->opening_key = request->opening_key;
	}
	err = installations_write(work->desk, row);
	return err == SKERRY_OK && opening ? tell(work, "site.opening") : err;
}

struct counting {
	int64_t request_id;
	size_t left;
};

static enum skerry_err
count_answer(void *context, const struct replies_left *left)
{
	struct counting *counting = context;

	counting->left += left->request_id == counting->request_id;
	return SKERRY_OK;
}

/* Whether all its answers are left anyway. */
static enum skerry_err
is_left(struct request_work *work, bool *ret_left)
{
	struct counting counting = { .request_id = work->request_id };
	struct store_query q;
	size_t answers = 0;
	enum skerry_err err;

	store_query(work->desk->store, &q,
		"SELECT count(*) FROM reply r CROSS JOIN document d ON d.id = r.document_id"
		" WHERE r.request_id = ? AND length(d.bytes) > 0");
	store_bind_int(&q, work->request_id);
	if (store_step(&q))
		answers = (size_t)store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		err = replies_each_left(work->desk, work->requests->signing.trust,
			&work->installation, count_answer, &counting);
	*ret_left = counting.left >= answers;
	return err;
}

enum skerry_err
request_contact_repeat(struct request_work *work)
{
	char subject[AUDIT_SUBJECT_MAX];
	struct store_query q;
	bool left = false;
	enum skerry_err err = is_left(work, &left);

	if (err != SKERRY_OK || left)
		return err;
	store_query(work->desk->store, &q, "UPDATE request SET again_at = ? WHERE id = ?");
	store_bind_int(&q, work->desk->now);
	store_bind_int(&q, work->request_id);
	err = store_run(&q);
	snprintf(subject, sizeof subject, "installation %lld", (long long)work->installation.id);
	return err == SKERRY_OK ? audit_append(work->desk, "site.again", subject,
					  "request=%lld number=%llu", (long long)work->request_id,
					  (unsigned long long)work->exchange->request.number)
				: err;
}

/* --- that it was heard of ---------------------------------------------------------------------- */

static enum skerry_err
add_heartbeat(struct request_work *work, int64_t brand_id, int64_t activation, const char *report)
{
	static const char *const SOURCES[] = { "stick", "mail", "http" };
	struct store_query q;

	store_query(work->desk->store, &q,
		"INSERT INTO heartbeat (brand_id, activation_id, received_at, source, telemetry)"
		" VALUES (?, ?, ?, ?, ?)");
	store_bind_int(&q, brand_id);
	store_bind_int(&q, activation);
	store_bind_int(&q, work->desk->now);
	store_bind_text(&q, SOURCES[work->source]);
	store_bind_optional(&q, report);
	return store_run(&q);
}

static enum skerry_err
note_contact(struct request_work *work, int64_t activation)
{
	const struct request *request = &work->exchange->request;
	struct store_query q;

	store_query(work->desk->store, &q,
		"UPDATE activation SET last_contact_at = ?1, last_request = ?2, journal_head = ?3"
		" WHERE id = ?4");
	store_bind_int(&q, work->desk->now);
	store_bind_int(&q, (int64_t)request->number);
	store_bind_bytes(
		&q, request->journal.hash, request->journal.hash == NULL ? 0 : REQUEST_HASH_LEN);
	store_bind_int(&q, activation);
	return store_run(&q);
}

static bool
is_of_site(const struct request_work *work, const struct request_case *one)
{
	enum answer_act act = one->answer.act;
	enum answer_place place = one->facts.place;

	if (one->activation.id == 0)
		return false;
	return act != ANSWER_NOTHING || place == ANSWER_HERE || place == ANSWER_CHANGED ||
	       place == ANSWER_ENDED ||
	       (place == ANSWER_BY_HAND && work->exchange->request.kind == REQUEST_HEARTBEAT);
}

enum skerry_err
request_contact_heartbeat(struct request_work *work)
{
	char *report = malloc(REQUEST_TEXT_REPORT_MAX + 1);
	enum skerry_err err = report == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	if (report != NULL)
		request_text_report(&work->exchange->request, report);
	for (size_t i = 0; i < work->cases_len && err == SKERRY_OK; i++) {
		const struct request_case *one = work->cases[i];

		if (!is_of_site(work, one))
			continue;
		err = add_heartbeat(work, one->brand_id, one->activation.id, report);
		if (err == SKERRY_OK && work->verdict.arrival == FORK_NEW)
			err = note_contact(work, one->activation.id);
	}
	free(report);
	return err;
}

/* --- what reached it --------------------------------------------------------------------------- */

/* Whether this site shows a document of the activation, which may be bound by hand. */
static bool
shows(const struct request_work *work, int64_t activation)
{
	for (size_t i = 0; i < work->held.len; i++)
		if (work->held.proofs[i].activation_id == activation)
			return true;
	return false;
}

/* The activation of an index, 0 where there is none or it is another site's. */
static enum skerry_err
find_reached(
	struct request_work *work, const struct request_reached *reached, int64_t *ret_activation)
{
	static const size_t PREFIX = sizeof STATUS_LIST_URI_PREFIX - 1;
	char brand[LICENSE_SLUG_MAX + 1];
	struct store_query q;
	bool mine = false, bare = false;
	int64_t id = 0;
	enum skerry_err err;

	*ret_activation = 0;
	if (reached->uri.len <= PREFIX || reached->uri.len - PREFIX > LICENSE_SLUG_MAX ||
		memcmp(reached->uri.chars, STATUS_LIST_URI_PREFIX, PREFIX) != 0)
		return SKERRY_OK;
	snprintf(brand, sizeof brand, "%.*s", (int)(reached->uri.len - PREFIX),
		reached->uri.chars + PREFIX);
	store_query(work->desk->store, &q,
		"SELECT a.id, ifnull(a.installation_id = ? OR a.site_id = ?, 0), a.site_id IS NULL"
		" FROM brand b CROSS JOIN activation a ON a.brand_id = b.id AND a.status_index = ?"
		" WHERE b.slug = ?");
	store_bind_int(&q, work->installation.id);
	store_bind_bytes(&q, work->exchange->site_id, COSE_THUMBPRINT_LEN);
	store_bind_int(&q, (int64_t)reached->index);
	store_bind_text(&q, brand);
	if (store_step(&q)) {
		id = store_int(&q, 0);
		mine = store_int(&q, 1) != 0;
		bare = store_int(&q, 2) != 0;
	}
	err = store_done(&q);
	if (err == SKERRY_OK && id != 0 && (mine || (bare && shows(work, id))))
		*ret_activation = id;
	return err;
}

/* The date of the list that the site holds, by this desk's clock; false where it names none. */
static bool
find_held_list(const struct request *request, struct cbor_text uri, int64_t *ret_issued_at)
{
	for (size_t i = 0; i < request->statuses_len; i++)
		if (cbor_text_same(request->statuses[i].uri, uri)) {
			*ret_issued_at = request->statuses[i].issued_at;
			return true;
		}
	return false;
}

enum skerry_err
request_contact_reached(struct request_work *work, size_t *ret_propagated)
{
	const struct request *request = &work->exchange->request;
	size_t propagated = 0;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < request->reached_len && err == SKERRY_OK; i++) {
		struct store_query q;
		int64_t activation, held = 0;

		err = find_reached(work, &request->reached[i], &activation);
		if (err != SKERRY_OK || activation == 0 ||
			!find_held_list(request, request->reached[i].uri, &held))
			continue;
		/*
		 * What reached it may be a suspension from before: only a list from since then says
		 * so. The site's clock is its own: no earlier than it was revoked, no later than now.
		 */
		store_query(work->desk->store, &q,
			"UPDATE revocation SET propagated_at = min(max(?1, at), ?2) WHERE"
			" activation_id = ?3 AND propagated_at IS NULL AND max(at, effective_at)"
			" <= ?4");
		store_bind_int(&q, request->reached[i].at);
		store_bind_int(&q, work->desk->now);
		store_bind_int(&q, activation);
		store_bind_int(&q, held);
		err = store_run(&q);
		if (err == SKERRY_OK)
			propagated += (size_t)store_changes(work->desk->store);
	}
	*ret_propagated = propagated;
	return err;
}

/* --- the desk's log ---------------------------------------------------------------------------- */

static enum skerry_err
judge_head(struct request_work *work, const struct request_head *head, bool *ret_contradicted)
{
	struct store_query q;
	bool contradicted, covered = false;
	enum skerry_err err;

	/* Archived rows are not there to be compared, but for the last one of them. */
	store_query(work->desk->store, &q,
		"SELECT CASE WHEN EXISTS (SELECT 1 FROM audit WHERE seq = ?1) THEN NOT EXISTS "
		"(SELECT 1"
		" FROM audit WHERE seq = ?1 AND hash = ?2) WHEN EXISTS (SELECT 1 FROM audit_anchor"
		" WHERE seq = ?1) THEN NOT EXISTS (SELECT 1 FROM audit_anchor WHERE hash = ?2)"
		" ELSE NOT EXISTS (SELECT 1 FROM audit_anchor WHERE seq > ?1) END");
	store_bind_int(&q, (int64_t)head->seq);
	store_bind_bytes(&q, head->hash, REQUEST_HASH_LEN);
	contradicted = store_step(&q) && store_int(&q, 0) != 0;
	err = store_done(&q);
	/* It may be of records that were lost. */
	if (err == SKERRY_OK && contradicted)
		err = mark_settled_covers(work->desk, (int64_t)head->seq, &covered);
	*ret_contradicted |= err == SKERRY_OK && contradicted && !covered;
	return err;
}

enum skerry_err
request_contact_heads(struct request_work *work, bool *ret_contradicted)
{
	const struct request *request = &work->exchange->request;
	enum skerry_err err = SKERRY_OK;

	*ret_contradicted = false;
	for (size_t i = 0; i < request->heads_len && err == SKERRY_OK; i++)
		err = judge_head(work, &request->heads[i], ret_contradicted);
	return err;
}
