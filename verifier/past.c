/* SPDX-License-Identifier: ISC */
#include "past.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "question_row.h"
#include "verifier/decide/why_link.h"

/* --- rows ------------------------------------------------------------------------------------ */

struct found {
	bool is;
	int64_t seq, recorded_at;
	struct verdict_record record;
	enum verdict_reading reading;
};

static bool
take_row(void *context, const struct journal_row *row)
{
	struct found *found = context;

	found->seq = row->seq;
	found->recorded_at = row->moment.settled;
	found->reading = verdict_record_read(row->detail, &found->record);
	/* Before the first document there was no time that it could have held at. */
	found->is = found->reading != VERDICT_RECORD_NONE && row->moment.settled > 0;
	return false;
}

static enum skerry_err
find_row(struct store *store, const char *subject, int64_t until, struct found *ret_found)
{
	*ret_found = (struct found){ .is = false };
	return journal_last_verdict(store, subject, until, take_row, ret_found);
}

/* --- the nearest way of asking --------------------------------------------------------------- */

struct nearest {
	unsigned score;
	bool several; /* products, and none of them was asked for */
	char brand[LICENSE_SLUG_MAX + 1], product[LICENSE_SLUG_MAX + 1];
};

/* Of "hotelhub/hms" also "hms", and the other way round. */
static bool
same_name(const char *a, const char *b)
{
	const char *a_slash = strchr(a, '/'), *b_slash = strchr(b, '/');

	if ((a_slash == NULL) == (b_slash == NULL))
		return strcmp(a, b) == 0;
	return strcmp(a_slash == NULL ? a : a_slash + 1, b_slash == NULL ? b : b_slash + 1) == 0;
}

static bool
is_of_product(const struct verdict_question *wanted, const struct verdict_question *asked,
	const struct verdict_record *record)
{
	char of[PRODUCT_NAME_MAX];

	if (!wanted->has_product)
		return true;
	if (asked->has_product && !same_name(wanted->product, asked->product))
		return false;
	/* What was found there is surer than how it was called. */
	if (record->license_id[0] == '\0' || record->product[0] == '\0')
		return true;
	snprintf(of, sizeof of, "%s/%s", record->brand, record->product);
	return same_name(wanted->product, of);
}

static bool
same_domain(const struct verdict_question *a, const struct verdict_question *b)
{
	return a->has_domain == b->has_domain && strcasecmp(a->domain, b->domain) == 0;
}

/* One of those that no license names, and that share a row (verdict_question.h). */
static bool
may_be_other(const struct verdict_question *wanted, const struct verdict_question *asked)
{
	return wanted->has_domain && asked->domain[0] == VERDICT_QUESTION_OTHER;
}

static bool
is_mark(bool has, const char *name)
{
	return has && name[0] == VERDICT_QUESTION_OTHER && name[1] == '\0';
}

/* Nobody could hold then what has been issued since. */
static bool
was_held_by_nobody(
	const struct site *site, const struct verdict_question *wanted, int64_t recorded_at)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;

		if (product_name_check(wanted->product, license) == SKERRY_OK &&
			(!wanted->has_tenant ||
				cbor_text_equals(license->tenant, wanted->tenant)) &&
			license->issued_at <= recorded_at)
			return false;
	}
	return true;
}

/* The row of those that nobody holds: it says less than any other. */
static unsigned
score_of_nobodys(const struct site *site, const struct verdict_question *wanted,
	const struct verdict_question *asked, int64_t recorded_at)
{
	bool of_product = is_mark(asked->has_product, asked->product);

	if (!wanted->has_product || wanted->has_tenant != asked->has_tenant ||
		(!of_product && !same_name(wanted->product, asked->product)))
		return 0;
	return was_held_by_nobody(site, wanted, recorded_at) ? 1 : 0;
}

/* 0: it was about something else. */
static unsigned
score_of(const struct verdict_question *wanted, const struct verdict_question *asked,
	const struct verdict_record *record)
{
	if (!is_of_product(wanted, asked, record))
		return 0;
	if (wanted->has_tenant &&
		(!asked->has_tenant || strcmp(wanted->tenant, asked->tenant) != 0))
		return 0;
	return 1u + 32u * (wanted->has_tenant == asked->has_tenant) +
	       16u * same_domain(wanted, asked) + 8u * may_be_other(wanted, asked) +
	       4u * (wanted->has_build == asked->has_build) +
	       2u * (wanted->values == asked->values) + (wanted->has_product == asked->has_product);
}

/* Without a product, all that was found must be of one. */
static void
note_product(struct nearest *nearest, const struct verdict_record *record)
{
	if (record->product[0] == '\0')
		return;
	if (nearest->product[0] != '\0' && (strcmp(nearest->brand, record->brand) != 0 ||
						   strcmp(nearest->product, record->product) != 0))
		nearest->several = true;
	memcpy(nearest->brand, record->brand, sizeof nearest->brand);
	memcpy(nearest->product, record->product, sizeof nearest->product);
}

static void
weigh(const struct site *site, struct nearest *nearest, const struct verdict_question *wanted,
	const char *subject, const struct found *row, struct verdict_question *best_asked,
	struct found *best)
{
	struct verdict_question asked;
	unsigned score;

	if (!row->is ||
		!verdict_question_read((struct cbor_text){ subject, strlen(subject) }, &asked))
		return;
	score = is_mark(asked.has_product, asked.product) || is_mark(asked.has_tenant, asked.tenant)
			? score_of_nobodys(site, wanted, &asked, row->recorded_at)
			: score_of(wanted, &asked, &row->record);
	if (score == 0)
		return;
	note_product(nearest, &row->record);
	if (score < nearest->score || (score == nearest->score && row->seq < best->seq))
		return;
	nearest->score = score;
	*best_asked = asked;
	*best = *row;
}

static enum skerry_err
find_nearest(const struct site *site, const struct verdict_question *wanted, int64_t until,
	struct verdict_question *best_asked, struct found *best)
{
	struct store *store = site->memory->store;
	struct nearest nearest = { .score = 0 };
	char subject[JOURNAL_SUBJECT_MAX] = "";
	bool more = true;
	enum skerry_err err = SKERRY_OK;

	for (size_t ways = 0; err == SKERRY_OK && ways < PAST_WAYS_MAX; ways++) {
		struct found row;

		err = journal_next_subject(store, subject, subject, &more);
		if (err != SKERRY_OK || !more)
			break;
		err = find_row(store, subject, until, &row);
		if (err == SKERRY_OK)
			weigh(site, &nearest, wanted, subject, &row, best_asked, best);
	}
	if (err == SKERRY_OK && nearest.several && !wanted->has_product)
		err = SKERRY_ERR_NOT_UNIQUE;
	return err;
}

/* As it was asked, or, of a product or tenant that nobody holds, as those share a row. */
static enum skerry_err
find_same(const struct site *site, const struct site_query *query, int64_t until,
	struct verdict_question *asked, struct found *ret_found)
{
	struct store *store = site->memory->store;
	char subject[JOURNAL_SUBJECT_MAX];
	enum skerry_err err;

	question_row_asked(site, query, asked);
	verdict_question_write(asked, subject);
	err = find_row(store, subject, until, ret_found);
	if (err != SKERRY_OK || ret_found->is || !question_row_share(site, query, asked))
		return err;
	verdict_question_write(asked, subject);
	return find_row(store, subject, until, ret_found);
}

/* What stands under a mark is told as what is asked about. */
static void
name_asked(const struct verdict_question *wanted, struct verdict_question *asked)
{
	if (is_mark(asked->has_product, asked->product))
		memcpy(asked->product, wanted->product, sizeof wanted->product);
	if (is_mark(asked->has_tenant, asked->tenant))
		memcpy(asked->tenant, wanted->tenant, sizeof wanted->tenant);
	if (may_be_other(wanted, asked))
		memcpy(asked->domain, wanted->domain, sizeof wanted->domain);
}

static enum skerry_err
find_verdict(const struct site *site, const struct site_query *query, struct past *past,
	enum verdict_reading *ret_reading)
{
	struct verdict_question wanted;
	struct found found;
	enum skerry_err err = find_same(site, query, past->place.seq, &past->asked, &found);

	question_row_asked(site, query, &wanted);
	past->asked_so = found.is;
	if (err == SKERRY_OK && !found.is)
		err = find_nearest(site, &wanted, past->place.seq, &past->asked, &found);
	name_asked(&wanted, &past->asked);
	if (err != SKERRY_OK)
		return err;
	past->answer = found.is ? PAST_FOUND : PAST_NOT_ASKED;
	past->seq = found.seq;
	past->recorded_at = found.recorded_at;
	past->record = found.record;
	*ret_reading = found.reading;
	return SKERRY_OK;
}

/* --- explaining it again --------------------------------------------------------------------- */

static const struct site_license *
find_held(const struct site *site, const struct verdict_record *record)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;

		if (license->edition == record->edition &&
			license->activation == record->activation &&
			cbor_text_equals(license->id, record->license_id) &&
			cbor_text_equals(license->brand, record->brand) &&
			cbor_text_equals(license->product, record->product) &&
			license->components_len == record->tally.components)
			return &site->licenses[i];
	}
	return NULL;
}

static int64_t
until(int64_t since, int64_t at)
{
	return since != LICENSE_NEVER && since > at ? at : since;
}

/* What began, began by then also where time was taken back since; what was to be believed by then was. */
static struct evaluate_facts
facts_at(const struct verdict_record *record, int64_t at)
{
	struct evaluate_facts facts = record->facts;

	facts.now = at;
	facts.machine_since = until(facts.machine_since, at);
	facts.domain_since = until(facts.domain_since, at);
	facts.tenant_since = until(facts.tenant_since, at);
	facts.key_revoked_since = until(facts.key_revoked_since, at);
	facts.unpaired_since = until(facts.unpaired_since, at);
	facts.rollback_since = until(facts.rollback_since, at);
	if (facts.candidate_due <= at)
		facts.candidate = facts.candidate_due = LICENSE_NEVER;
	return facts;
}

static bool
same_verdict(const struct skerry_verdict *a, const struct skerry_verdict *b)
{
	return a->state == b->state && a->access == b->access && a->reason == b->reason &&
	       a->notice == b->notice;
}

static void
evaluate_record(const struct license *license, const struct evaluate_facts *facts,
	const struct verdict_record *record, struct skerry_verdict *ret_verdict)
{
	evaluate(license, facts, ret_verdict);
	if (license == NULL && record->files_unused > 0)
		ret_verdict->reason = SKERRY_REASON_STATE_DAMAGED;
}

/* The facts and the license say at the row's own instant what the row says. */
static bool
agrees(const struct past *past, const struct license *license)
{
	struct evaluate_facts facts = past->record.facts;
	struct skerry_verdict verdict;

	facts.now = past->recorded_at;
	evaluate_record(license, &facts, &past->record, &verdict);
	return same_verdict(&verdict, &past->record.verdict);
}

static void
explain_facts(struct past *past, const struct site_license *held)
{
	struct site_answer *answer = &past->explanation.answer;
	const struct verdict_record *record = &past->record;
	struct why_subject subject = { .facts = &answer->facts,
		.sights = record->sights,
		.tally = &record->tally,
		.kid = held == NULL ? NULL : held->kid,
		.domain = past->asked.has_domain ? past->asked.domain : NULL,
		.tenant = past->asked.has_tenant ? past->asked.tenant : NULL,
		.files_unused = (size_t)record->files_unused };

	answer->held = held;
	answer->license = subject.license = held == NULL ? NULL : &held->license;
	answer->facts = facts_at(record, past->at);
	evaluate_record(answer->license, &answer->facts, record, &answer->verdict);
	why_explain(&subject, &past->explanation.why);
	timeline_walk(answer->license, &answer->facts, &past->explanation.forecast);
	past->explanation.forecast_whole = record->next_at == LICENSE_NEVER;
	/* timeline_walk does not know of files that could not be used. */
	if (answer->license == NULL)
		past->explanation.forecast.steps[0].reason = answer->verdict.reason;
}

/* --- telling the record ---------------------------------------------------------------------- */

/* What the dates of the record alone say: they are evaluate's for access, whatever the cause. */
static void
step_down(struct skerry_verdict *verdict, int64_t at)
{
	bool by_term = verdict->valid_until < verdict->renew_by;
	int64_t ends = by_term ? verdict->valid_until : verdict->renew_by;

	if (verdict->access == SKERRY_ACCESS_NONE || at < verdict->next_change_at)
		return;
	if (at >= verdict->degraded_until) {
		verdict->access = SKERRY_ACCESS_NONE;
		verdict->state = SKERRY_STATE_LOCKED;
	} else if (at >= verdict->grace_until) {
		verdict->access = SKERRY_ACCESS_READ_ONLY;
		verdict->state = SKERRY_STATE_DEGRADED;
	} else if (at >= ends) {
		verdict->state = SKERRY_STATE_GRACE;
	}
	if (at >= ends && verdict->reason <= SKERRY_REASON_OVERDUE)
		verdict->reason = by_term ? SKERRY_REASON_EXPIRED : SKERRY_REASON_RENEWAL_MISSED;
	if (verdict->state >= SKERRY_STATE_GRACE)
		verdict->notice = SKERRY_NOTICE_ALERT;
}

static void
add_types(struct why *why, enum why_code code, const char *name, unsigned types)
{
	if (types != 0)
		why_add_fact(why_add_link(why, WHY_NEWS, code), name, WHY_COMPONENTS, types);
}

static void
add_notices(struct why *why, const struct evaluate_facts *facts)
{
	static const enum why_code CLOCKS[] = { [EVALUATE_CLOCK_AHEAD_UNPROVEN] = WHY_CLOCK_AHEAD,
		[EVALUATE_CLOCK_FAULT] = WHY_CLOCK_FAULT,
		[EVALUATE_CLOCK_UNATTENDED] = WHY_CLOCK_UNATTENDED };
	struct why_link *link;

	/* `behind` is told against the license's tolerance, which went with it. */
	if (facts->clock > EVALUATE_CLOCK_BEHIND)
		why_add_link(why, WHY_NOTICE, CLOCKS[facts->clock]);
	if (facts->candidate == LICENSE_NEVER)
		return;
	link = why_add_link(why, WHY_NOTICE, WHY_CLOCK_CANDIDATE);
	why_add_instant(link, "candidate", facts->candidate);
	why_add_instant(link, "candidate_due", facts->candidate_due);
	why_add_left(link, "left_s", facts->now, facts->candidate_due);
}

/* Borrows the record. */
static void
explain_record(const struct verdict_record *record, const struct skerry_verdict *verdict,
	const struct evaluate_facts *facts, struct why *why)
{
	struct why_link *link = why_add_link(why, WHY_DECIDES, WHY_RECORDED);

	link->reason = verdict->reason;
	link->state = verdict->state;
	why_add_chars(link, "license", record->license_id);
	why_add_number(link, "edition", record->edition);
	why_add_instant(link, "renew_by", verdict->renew_by);
	why_add_instant(link, "valid_until", verdict->valid_until);
	if (record->tally.components > 0) {
		why_add_number(link, "matched", record->tally.matched);
		why_add_number(link, "threshold", record->tally.threshold);
	}
	add_notices(why, facts);
	add_types(why, WHY_COMPONENTS_DIFFER, "different", record->differ);
	add_types(why, WHY_COMPONENTS_UNREADABLE, "not_readable", record->hidden);
}

static void
tell_record(struct past *past)
{
	struct explanation *explanation = &past->explanation;
	struct skerry_verdict *verdict = &explanation->answer.verdict;
	struct timeline_step *step = &explanation->forecast.steps[0];

	*verdict = past->record.verdict;
	verdict->at = past->at;
	if (past->basis == PAST_FROM_RECORD)
		step_down(verdict, past->at);
	explanation->answer.facts = facts_at(&past->record, past->at);
	if (past->basis != PAST_FROM_WORDS)
		explain_record(
			&past->record, verdict, &explanation->answer.facts, &explanation->why);
	*step = (struct timeline_step){ past->at, verdict->state, verdict->access, verdict->reason,
		verdict->notice };
	explanation->forecast.len = 1;
}

/*
 * One offset was recorded, that of its moment. Where the zone of today has the same one there, the zone
 * tells those of the day ends, as it did then; else the place has moved, and only that one is known.
 */
static void
recall_zone(const struct site *site, struct past *past)
{
	const struct local_clock local = local_time_clock(&site->machine->local, past->recorded_at);
	struct local_clock *recorded = &past->record.facts.local;

	if (local.offset_s == recorded->offset_s)
		*recorded = local;
}

static void
explain(const struct site *site, enum verdict_reading reading, struct past *past)
{
	const struct verdict_record *record = &past->record;
	struct site_answer *answer = &past->explanation.answer;
	const struct site_license *held = find_held(site, record);

	recall_zone(site, past);
	answer->tally = record->tally;
	memcpy(answer->sights, record->sights, sizeof record->sights);
	if (reading == VERDICT_RECORD_WORDS_ONLY)
		past->basis = PAST_FROM_WORDS;
	else if (record->license_id[0] != '\0' && held == NULL)
		past->basis = PAST_FROM_RECORD;
	else if (!agrees(past, held == NULL ? NULL : &held->license))
		past->basis = PAST_FROM_OTHER;
	if (past->basis == PAST_FROM_FACTS)
		explain_facts(past, held);
	else
		tell_record(past);
	past->changed = !same_verdict(&answer->verdict, &record->verdict);
	past->next_began = record->next_at <= past->at && record->next_at > past->recorded_at;
}

/* --- all of it ------------------------------------------------------------------------------- */

static bool
take_event(void *context, const struct journal_row *row)
{
	struct past *past = context;

	past->events_len += journal_event_read(row, &past->events[past->events_len]);
	return past->events_len < PAST_EVENTS_MAX;
}

/* A license of the same product came in, or was moved on by telephone: the row knew nothing of it. */
static bool
take_newer(void *context, const struct journal_row *row)
{
	struct past *past = context;
	const struct verdict_record *record = &past->record;
	struct journal_event event;
	char of[PRODUCT_NAME_MAX];

	if (row->seq <= past->seq)
		return false;
	if (!journal_event_read(row, &event) ||
		(event.code != EVENT_LICENSE_TAKEN && event.code != EVENT_EXTENDED))
		return true;
	snprintf(of, sizeof of, "%s/%s", record->brand, record->product);
	past->outdated =
		record->license_id[0] == '\0'
			? !past->asked.has_product || same_name(past->asked.product, event.product)
			: strcmp(of, event.product) == 0;
	past->newer = event;
	return !past->outdated;
}

/* Rows before the one that answers do not bear on it; later ones say whether it is theirs. */
static enum skerry_err
verify(struct store *store, struct past *past)
{
	enum skerry_err err = journal_verify_from(store, past->seq, &past->broken_seq);

	return err == SKERRY_ERR_AUDIT_CHAIN ? SKERRY_OK : err;
}

static enum skerry_err
look_back(const struct site *site, const struct site_query *query, struct past *past)
{
	struct store *store = site->memory->store;
	enum verdict_reading reading = VERDICT_RECORD_NONE;
	enum skerry_err err = journal_find_place(store, past->at, &past->place);

	if (err != SKERRY_OK)
		return err;
	if (past->place.seq == 0) {
		past->answer = PAST_BEFORE;
		return SKERRY_OK;
	}
	err = journal_each_back(store, past->place.seq, PAST_LOOKED_AT, take_event, past);
	if (err == SKERRY_OK)
		err = find_verdict(site, query, past, &reading);
	if (err != SKERRY_OK || past->answer != PAST_FOUND)
		return err;
	explain(site, reading, past);
	err = journal_each_back(
		store, past->place.seq, past->place.seq - past->seq, take_newer, past);
	return err == SKERRY_OK ? verify(store, past) : err;
}

enum skerry_err
past_ask(const struct site *site, const struct site_query *query, int64_t at, struct past *ret_past)
{
	bool reading = false;
	enum skerry_err err;

	if (site->memory->store == NULL)
		return SKERRY_ERR_FILE_PERMISSION;
	/* What is explained points into it. */
	memset(ret_past, 0, sizeof *ret_past);
	ret_past->at = at;
	err = store_begin_reading(site->memory->store, &reading);
	if (err == SKERRY_OK)
		err = look_back(site, query, ret_past);
	if (reading)
		store_rollback(site->memory->store);
	return err;
}
