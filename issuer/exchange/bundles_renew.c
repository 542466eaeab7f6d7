/* SPDX-License-Identifier: ISC */
/*
 * Two crews, one behind the other. The first signs documents; what it delivers is gathered site by site
 * and brand by brand into replies, which the second one signs. All records are changed by the caller's
 * thread, in the order in which documents were drafted.
 */
#include "bundles_renew.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/crew.h"
#include "issuer/desk/attempt.h"
#include "issuer/desk/narrow.h"
#include "issuer/exchange/replies_told.h"
#include "issuer/license_plan.h"
#include "issuer/reissue.h"

enum {
	SQL_MAX = 2048,
	BULK = 1000, /* documents from which on the database gets more memory */
	REPLY_FILL = REPLY_PAYLOAD_MAX - REPLIES_TOLD_ROOM /* documents of a reply */
};

struct due {
	int64_t installation, brand, activation;
	bool clone; /* found of its installation, and nobody settled it */
	bool tells; /* no document: its license stands no more, and why is told */
};

struct due_list {
	struct due *list;
	size_t len, max;
};

/* A document on its way, or what is told in place of one. */
struct sheet {
	struct issue_draft draft;
	struct due due;
	char brand[LICENSE_SLUG_MAX + 1];
};

/* The reply that is being filled, and all that goes with the two crews. */
struct renewing {
	struct desk *desk;
	const struct signing *signing;
	struct plan_shelf *shelf;
	struct bundles_summary *summary;
	struct crew *documents, *replies;
	struct installation installation; /* of the reply; id 0: none yet */
	struct replies_draft draft;
	char brand[LICENSE_SLUG_MAX + 1];
	uint8_t *filled; /* REPLY_FILL bytes of documents */
	size_t filled_len;
	bool tells;                    /* it leaves without documents as well */
	struct license_record license; /* of the document that is drafted */
	struct reissue reissue;
	struct plan plan; /* the same, where it is none on the shelf */
};

/* --- what is due ----------------------------------------------------------------------------- */

#define DUE_OF                                                                                     \
	"SELECT a.installation_id, a.brand_id, a.id, i.fork_found FROM activation a"               \
	" JOIN installation i ON i.id = a.installation_id JOIN license l ON l.id = a.license_id"   \
	" WHERE a.unpaired_at IS NULL AND a.installation_id IS NOT NULL AND a.kind <> 'starter'"   \
	" AND i.opening_key IS NOT NULL"
#define STANDS "l.status NOT IN ('suspended', 'revoked')"
#define OUTDATED "a.outdated = 1 AND " STANDS
#define TELLS "a.outdated = 1 AND l.status IN ('suspended', 'revoked') AND " REPLIES_TOLD_OF
#define RENEWS                                                                                     \
	STANDS " AND a.renew_by IS NOT NULL AND a.renew_by <= ?1"                                  \
	       " AND (l.valid_until IS NULL OR a.renew_by < l.valid_until)"                        \
	       " AND ifnull((SELECT d.issued_at FROM document d WHERE d.activation_id = a.id"      \
	       " ORDER BY d.edition DESC LIMIT 1), 0) <= ?2"

static enum skerry_err
add_due(struct due_list *list, const struct due *due)
{
	if (list->len == list->max) {
		size_t max = list->max == 0 ? 64 : list->max * 2;
		struct due *more = realloc(list->list, max * sizeof *more);

		if (more == NULL)
			return SKERRY_ERR_NO_MEMORY;
		list->list = more;
		list->max = max;
	}
	list->list[list->len++] = *due;
	return SKERRY_OK;
}

/* `installation` 0: any that the wish names otherwise. */
static enum skerry_err
collect(struct desk *desk, const struct bundles_wish *wish, const char *condition, bool tells,
	int64_t installation, struct due_list *list)
{
	char sql[SQL_MAX] = DUE_OF;
	enum skerry_err err = SKERRY_OK, done;
	struct store_query q;

	narrow(sql, sizeof sql, true, condition);
	narrow(sql, sizeof sql, wish->brand_id != 0, "a.brand_id + 0 = ?3");
	narrow(sql, sizeof sql, installation != 0, "a.installation_id = ?4");
	narrow(sql, sizeof sql, installation == 0 && wish->group != NULL, "i.group_name = ?5");
	store_query(desk->store, &q, sql);
	store_bind_int_at(&q, 1, wish->due_until);
	store_bind_int_at(&q, 2, desk->now - BUNDLES_RENEWED_S);
	store_bind_int_at(&q, 3, wish->brand_id);
	store_bind_int_at(&q, 4, installation);
	store_bind_text_at(&q, 5, wish->group);
	while (err == SKERRY_OK && store_step(&q)) {
		struct due due = { store_int(&q, 0), store_int(&q, 1), store_int(&q, 2),
			store_int(&q, 3) == FORK_CLONE, tells };

		err = add_due(list, &due);
	}
	done = store_done(&q);
	return err != SKERRY_OK ? err : done;
}

static enum skerry_err
collect_each(struct desk *desk, const struct bundles_wish *wish, int64_t installation,
	struct due_list *list)
{
	enum skerry_err err = collect(desk, wish, OUTDATED, false, installation, list);

	if (err == SKERRY_OK)
		err = collect(desk, wish, TELLS, true, installation, list);
	return err == SKERRY_OK && wish->due_until > 0
		       ? collect(desk, wish, RENEWS, false, installation, list)
		       : err;
}

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_site(const void *a, const void *b)
{
	const struct due *x = a, *y = b;
	int order = compare(x->installation, y->installation);

	if (order == 0)
		order = compare(x->brand, y->brand);
	return order == 0 ? compare(x->activation, y->activation) : order;
}

static enum skerry_err
collect_all(struct desk *desk, const struct bundles_wish *wish, struct due_list *list)
{
	enum skerry_err err = SKERRY_OK;

	if (wish->all || wish->group != NULL)
		err = collect_each(desk, wish, 0, list);
	for (size_t i = 0; i < wish->installations_len && err == SKERRY_OK; i++)
		err = collect_each(desk, wish, wish->installations[i], list);
	if (err == SKERRY_OK && list->len > 0)
		qsort(list->list, list->len, sizeof *list->list, by_site);
	return err;
}

/* --- replies --------------------------------------------------------------------------------- */

static enum skerry_err
sign_reply(void *context, void *piece)
{
	const struct renewing *renewing = context;

	return replies_sign(renewing->signing, piece);
}

static void
clear_reply(void *piece)
{
	replies_made_free(piece);
}

static enum skerry_err
record_reply(void *context, void *piece)
{
	struct renewing *renewing = context;
	enum skerry_err err = replies_record(renewing->desk, renewing->signing, piece);

	clear_reply(piece);
	return err;
}

/* That it was restored is told once, with the answer. */
static enum reply_history
history_of(enum fork_found found)
{
	return found == FORK_CLONE ? REPLY_HISTORY_CLONE : REPLY_HISTORY_OK;
}

/* Hands the filled reply to a signer; harmless on an empty one. */
static enum skerry_err
flush(struct renewing *renewing)
{
	struct reply *reply = &renewing->draft.reply;
	struct replies_made *made;
	enum skerry_err err;

	if (reply->licenses_len == 0 && !renewing->tells)
		return SKERRY_OK;
	made = crew_next(renewing->replies);
	if (made == NULL)
		return crew_failed(renewing->replies);
	reply->brand = cbor_text_from_chars(renewing->brand);
	reply->acknowledged = renewing->installation.number;
	reply->history = history_of(renewing->installation.found);
	err = replies_compose(
		renewing->desk, renewing->signing, &renewing->installation, &renewing->draft, made);
	if (err == SKERRY_OK)
		crew_hand(renewing->replies);
	reply->licenses_len = renewing->filled_len = 0;
	renewing->tells = false;
	return err;
}

static bool
fits(const struct renewing *renewing, const struct sheet *sheet)
{
	return renewing->installation.id == sheet->due.installation &&
	       renewing->draft.brand_id == sheet->due.brand &&
	       renewing->draft.reply.licenses_len < REPLY_LICENSES_MAX &&
	       renewing->filled_len + sheet->draft.issued.len <= REPLY_FILL;
}

/* --- documents ------------------------------------------------------------------------------- */

static enum skerry_err
sign_document(void *context, void *piece)
{
	const struct renewing *renewing = context;
	struct sheet *sheet = piece;

	return sheet->due.tells ? SKERRY_OK : issue_sign(renewing->signing, &sheet->draft);
}

/* The reply into which it goes: the one that is being filled, or the next. */
static enum skerry_err
open_reply(struct renewing *renewing, const struct sheet *sheet)
{
	enum skerry_err err = fits(renewing, sheet) ? SKERRY_OK : flush(renewing);

	if (err == SKERRY_OK && renewing->installation.id != sheet->due.installation)
		err = installations_find_row(
			renewing->desk, sheet->due.installation, &renewing->installation);
	if (err != SKERRY_OK)
		return err;
	renewing->draft.brand_id = sheet->due.brand;
	memcpy(renewing->brand, sheet->brand, sizeof renewing->brand);
	return SKERRY_OK;
}

static enum skerry_err
record_document(void *context, void *piece)
{
	struct renewing *renewing = context;
	const struct sheet *sheet = piece;
	const struct issued *issued = &sheet->draft.issued;
	struct reply *reply = &renewing->draft.reply;
	uint8_t *place;
	enum skerry_err err = SKERRY_OK;

	if (!sheet->due.tells)
		err = issue_record(renewing->desk, renewing->signing, &sheet->draft);
	if (err == SKERRY_OK)
		err = open_reply(renewing, sheet);
	if (err != SKERRY_OK)
		return err;
	if (sheet->due.tells) {
		renewing->tells = true;
		return SKERRY_OK;
	}
	place = renewing->filled + renewing->filled_len;
	memcpy(place, issued->bytes, issued->len);
	renewing->filled_len += issued->len;
	reply->licenses[reply->licenses_len++] = (struct cbor_bytes){ place, issued->len };
	renewing->summary->renewed++;
	return SKERRY_OK;
}

/* A clone's documents run out where the plan says so, as when it asks (decide/answer.h). */
static enum skerry_err
check_clone(struct renewing *renewing, const struct due *due)
{
	const struct plan *plan;
	enum skerry_err err;

	if (!due->clone)
		return SKERRY_OK;
	err = license_plan(
		renewing->desk, renewing->shelf, &renewing->license, &renewing->plan, &plan);
	return err == SKERRY_OK && plan->ladder.rollback_policy == LICENSE_ROLLBACK_GRACE
		       ? SKERRY_ERR_STATUS_FORBIDS
		       : err;
}

static enum skerry_err
draft(struct renewing *renewing, const struct due *due, struct sheet *sheet)
{
	struct desk *desk = renewing->desk;
	int64_t license = 0, number = 0;
	struct store_query q;
	struct issue issue;
	enum skerry_err err;

	store_query(desk->store, &q, "SELECT license_id, number FROM activation WHERE id = ?");
	store_bind_int(&q, due->activation);
	if (store_step(&q)) {
		license = store_int(&q, 0);
		number = store_int(&q, 1);
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		err = licenses_find_row(desk, license, &renewing->license);
	sheet->due = *due;
	sheet->draft.issued.len = 0;
	memcpy(sheet->brand, renewing->license.brand, sizeof sheet->brand);
	if (err != SKERRY_OK || due->tells)
		return err;
	err = check_clone(renewing, due);
	if (err == SKERRY_OK)
		err = reissue_load(desk, &renewing->license, number, &renewing->reissue);
	if (err != SKERRY_OK)
		return err;
	issue = reissue_issue(&renewing->reissue, &renewing->license);
	issue.record = &renewing->license;
	return issue_draft(desk, renewing->signing, renewing->shelf, &issue, &sheet->draft);
}

/* The license is not to be issued for: that is its site's affair when it asks. */
static bool
is_passed_over(enum skerry_err err)
{
	return err == SKERRY_ERR_SUSPENDED || err == SKERRY_ERR_REVOKED ||
	       err == SKERRY_ERR_EXPIRED || err == SKERRY_ERR_STATUS_FORBIDS;
}

/* One license that cannot be renewed is no reason to leave nothing for all others. */
static bool
is_of_one_license(enum skerry_err err)
{
	return err == SKERRY_ERR_TRUST_LATEST || err == SKERRY_ERR_TRUST_PERPETUAL ||
	       err == SKERRY_ERR_TRUST_GRACE || err == SKERRY_ERR_TRUST_BRAND ||
	       err == SKERRY_ERR_TRUST_ROLE || err == SKERRY_ERR_TRUST_NOT_YET ||
	       err == SKERRY_ERR_TRUST_RETIRED || err == SKERRY_ERR_TRUST_KEY_REVOKED ||
	       err == SKERRY_ERR_DOCUMENT_TOO_LARGE;
}

static void
note_refused(struct renewing *renewing, enum skerry_err err)
{
	const struct desk *desk = renewing->desk;
	struct bundles_summary *summary = renewing->summary;

	if (summary->refused++ > 0)
		return;
	summary->refusal = err;
	memcpy(summary->refused_license, renewing->license.public_id,
		sizeof summary->refused_license);
	snprintf(summary->refused_advice, sizeof summary->refused_advice, "%s",
		desk->refused == err ? desk->advice : "");
}

static enum skerry_err
add(struct renewing *renewing, const struct due *due)
{
	struct sheet *sheet = crew_next(renewing->documents);
	struct attempt attempt;
	enum skerry_err err;

	if (sheet == NULL)
		return crew_failed(renewing->documents);
	err = attempt_begin(renewing->desk, &attempt);
	/* What is refused takes no number. */
	if (err == SKERRY_OK)
		err = attempt_end(renewing->desk, &attempt, draft(renewing, due, sheet));
	if (err == SKERRY_OK) {
		crew_hand(renewing->documents);
		return SKERRY_OK;
	}
	if (is_of_one_license(err))
		note_refused(renewing, err);
	else if (!is_passed_over(err))
		return err;
	renewing->desk->refused = SKERRY_OK;
	return SKERRY_OK;
}

/* --- all of it ------------------------------------------------------------------------------- */

static enum skerry_err
renew_list(struct renewing *renewing, const struct due_list *list)
{
	enum skerry_err err = SKERRY_OK;

	if (list->len >= BULK)
		store_expect_bulk(renewing->desk->store);
	for (size_t i = 0; i < list->len && err == SKERRY_OK; i++)
		/* Twice in the list: outdated, and due. */
		if (i == 0 || list->list[i].activation != list->list[i - 1].activation)
			err = add(renewing, &list->list[i]);
	if (err == SKERRY_OK)
		err = crew_drain(renewing->documents);
	if (err == SKERRY_OK)
		err = flush(renewing);
	return err == SKERRY_OK ? crew_drain(renewing->replies) : err;
}

static enum skerry_err
open_crews(struct renewing *renewing)
{
	enum skerry_err err;

	renewing->filled = malloc(REPLY_FILL);
	if (renewing->filled == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = crew_open(sizeof(struct sheet), sign_document, record_document, renewing,
		&renewing->documents);
	return err == SKERRY_OK ? crew_open(sizeof(struct replies_made), sign_reply, record_reply,
					  renewing, &renewing->replies)
				: err;
}

enum skerry_err
bundles_renew(struct desk *desk, const struct signing *signing, struct plan_shelf *shelf,
	const struct bundles_wish *wish, struct bundles_summary *summary)
{
	struct due_list list = { NULL, 0, 0 };
	struct renewing *renewing = NULL;
	enum skerry_err err = collect_all(desk, wish, &list);

	if (err != SKERRY_OK || list.len == 0)
		goto out;
	renewing = calloc(1, sizeof *renewing);
	if (renewing == NULL) {
		err = SKERRY_ERR_NO_MEMORY;
		goto out;
	}
	renewing->desk = desk;
	renewing->signing = signing;
	renewing->shelf = shelf;
	renewing->summary = summary;
	err = open_crews(renewing);
	if (err == SKERRY_OK)
		err = renew_list(renewing, &list);
	crew_close(renewing->documents, NULL);
	crew_close(renewing->replies, clear_reply);
	free(renewing->filled);
out:
	free(renewing);
	free(list.list);
	return err;
}
