/* SPDX-License-Identifier: ISC */
#include "verdict_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "journal_words.h"
#include "verifier/decide/clock.h"

/* --- words ----------------------------------------------------------------------------------- */

static const char *const MATCHES[] = { [EVALUATE_UNKNOWN] = "unknown",
	[EVALUATE_MATCH] = "match",
	[EVALUATE_MISMATCH] = "mismatch",
	[EVALUATE_TOO_FEW] = "too_few" };
static const char *const STATUSES[] = { [EVALUATE_STATUS_UNKNOWN] = "unknown",
	[EVALUATE_STATUS_VALID] = "valid",
	[EVALUATE_STATUS_SUSPENDED] = "suspended",
	[EVALUATE_STATUS_REVOKED] = "revoked" };
static const char SIGHTS[] = {
	[MATCH_DIFFERS] = 'd', [MATCH_SAME] = 's', [MATCH_UNREADABLE] = 'u'
};

static const char *
state_name(unsigned value)
{
	return skerry_state_name((enum skerry_state)value);
}

static const char *
access_name(unsigned value)
{
	return skerry_access_name((enum skerry_access)value);
}

static const char *
reason_name(unsigned value)
{
	return skerry_reason_name((enum skerry_reason)value);
}

static const char *
notice_name(unsigned value)
{
	return skerry_notice_name((enum skerry_notice)value);
}

static const char *
match_name(unsigned value)
{
	return MATCHES[value];
}

static const char *
status_name(unsigned value)
{
	return STATUSES[value];
}

static const char *
clock_name(unsigned value)
{
	return clock_condition_name((enum evaluate_clock)value);
}

/* --- dates ----------------------------------------------------------------------------------- */

/* In the order in which they are written. */
struct instant {
	const char *name;
	int64_t *at;
};

enum { INSTANTS = 17, BUILD = 16 };

static void
list_instants(struct verdict_record *record, struct instant ret_list[INSTANTS])
{
	struct skerry_verdict *verdict = &record->verdict;
	struct evaluate_facts *facts = &record->facts;
	const struct instant list[INSTANTS] = {
		{ "renew_by", &verdict->renew_by },
		{ "valid_until", &verdict->valid_until },
		{ "maintenance", &verdict->maintenance_until },
		{ "full_until", &verdict->grace_until },
		{ "read_until", &verdict->degraded_until },
		{ "changes", &verdict->next_change_at },
		{ "machine_since", &facts->machine_since },
		{ "domain_since", &facts->domain_since },
		{ "tenant_since", &facts->tenant_since },
		{ "key_since", &facts->key_revoked_since },
		{ "unpaired_since", &facts->unpaired_since },
		{ "candidate", &facts->candidate },
		{ "due", &facts->candidate_due },
		{ "status_at", &facts->status_issued_at },
		{ "next", &record->next_at },
		{ "rollback", &facts->rollback_since },
		{ "build", &facts->build_date },
	};

	memcpy(ret_list, list, sizeof list);
}

/* --- writing --------------------------------------------------------------------------------- */

static void
put_word(struct journal_words *words, const char *name, unsigned value,
	const char *(*name_of)(unsigned))
{
	if (value != 0)
		journal_words_put(words, name, "%s", name_of(value));
}

/* More steps than a license can have count as all. */
static unsigned
steps_of(const struct verdict_record *record)
{
	unsigned steps = record->facts.telephone_steps;

	return steps > LICENSE_STEPS_MAX ? LICENSE_STEPS_MAX : steps;
}

void
verdict_record_words(const struct verdict_record *record, char ret_words[VERDICT_RECORD_WORDS_MAX])
{
	const struct skerry_verdict *verdict = &record->verdict;
	struct journal_words line;

	journal_words_begin(&line, ret_words, VERDICT_RECORD_WORDS_MAX);
	journal_words_put(&line, "state", "%s", state_name(verdict->state));
	journal_words_put(&line, "access", "%s", access_name(verdict->access));
	journal_words_put(&line, "reason", "%s", reason_name(verdict->reason));
	journal_words_put(&line, "notice", "%s", notice_name(verdict->notice));
	journal_words_put(&line, "license", "%s", record->license_id);
	journal_words_put(&line, "edition", "%" PRIu64, record->edition);
	journal_words_put_number(&line, "steps", steps_of(record));
}

static void
put_machine(struct journal_words *words, const struct verdict_record *record)
{
	const struct match_tally *tally = &record->tally;
	char sights[LICENSE_COMPONENTS_MAX + 1];

	if (tally->components == 0)
		return;
	journal_words_put(
		words, "weights", "%u/%u/%u", tally->matched, tally->unreadable, tally->threshold);
	for (size_t i = 0; i < tally->components; i++)
		sights[i] = SIGHTS[record->sights[i]];
	sights[tally->components] = '\0';
	journal_words_put(words, "sights", "%s", sights);
	if (record->differ != 0)
		journal_words_put(words, "differ", "%x", record->differ);
	if (record->hidden != 0)
		journal_words_put(words, "hidden", "%x", record->hidden);
}

static int64_t
in_calendar(int64_t at)
{
	if (at < 0)
		return 0;
	return at > LICENSE_TIME_MAX ? LICENSE_TIME_MAX : at;
}

static void
put_instants(struct journal_words *words, const struct verdict_record *record)
{
	struct verdict_record copy = *record;
	struct instant list[INSTANTS];
	char date[DATE_TEXT_MAX];

	list_instants(&copy, list);
	for (size_t i = 0; i < INSTANTS; i++) {
		int64_t at = *list[i].at;
		bool rollback = list[i].at == &copy.facts.rollback_since;

		if (rollback && !record->facts.state_rollback)
			continue;
		if (rollback && at == LICENSE_NEVER)
			journal_words_put(words, list[i].name, "unknown");
		if (at == LICENSE_NEVER || (i == BUILD && at == 0))
			continue;
		date_format(in_calendar(at), date);
		journal_words_put(words, list[i].name, "%s", date);
	}
}

void
verdict_record_facts(const struct verdict_record *record, char ret_facts[JOURNAL_DETAIL_MAX])
{
	const struct evaluate_facts *facts = &record->facts;
	struct journal_words line;

	journal_words_begin(&line, ret_facts, JOURNAL_DETAIL_MAX);
	journal_words_put(&line, "record", "%d", VERDICT_RECORD_VERSION);
	if (record->license_id[0] != '\0') {
		journal_words_put(&line, "of", "%s/%s", record->brand, record->product);
		journal_words_put_number(&line, "activation", record->activation);
	}
	put_word(&line, "machine", facts->machine, match_name);
	put_word(&line, "site_key", facts->site_key, match_name);
	if (facts->pairing_lost)
		journal_words_put(&line, "pairing", "lost");
	put_word(&line, "domain", facts->domain, match_name);
	put_word(&line, "tenant", facts->tenant, match_name);
	put_word(&line, "status", facts->status, status_name);
	put_word(&line, "clock", facts->clock, clock_name);
	if (facts->local.offset_s != 0)
		journal_words_put(&line, "offset", "%" PRId32, facts->local.offset_s);
	put_machine(&line, record);
	journal_words_put_number(&line, "unused", record->files_unused);
	put_instants(&line, record);
}

/* --- reading --------------------------------------------------------------------------------- */

static void
take_hex(const char **at, const char *name, unsigned *ret_number)
{
	char text[16];

	if (journal_words_take(at, name, text, sizeof text))
		*ret_number = (unsigned)strtoul(text, NULL, 16);
}

/* False for a word that is there and that nobody knows. */
static bool
take_word(const char **at, const char *name, unsigned last, const char *(*name_of)(unsigned),
	unsigned *ret_value)
{
	char text[32];

	if (!journal_words_take(at, name, text, sizeof text))
		return true;
	for (unsigned value = 0; value <= last; value++)
		if (strcmp(name_of(value), text) == 0) {
			*ret_value = value;
			return true;
		}
	return false;
}

static bool
read_words(const char **at, struct verdict_record *record)
{
	unsigned state = 0, access = 0, reason = 0, notice = 0;
	uint64_t steps = 0;

	if (!take_word(at, "state", SKERRY_STATE_LOCKED, state_name, &state) ||
		!take_word(at, "access", SKERRY_ACCESS_FULL, access_name, &access) ||
		!take_word(at, "reason", SKERRY_REASON_STATE_DAMAGED, reason_name, &reason) ||
		!take_word(at, "notice", SKERRY_NOTICE_ALERT, notice_name, &notice))
		return false;
	journal_words_take(at, "license", record->license_id, sizeof record->license_id);
	journal_words_take_number(at, "edition", &record->edition);
	journal_words_take_number(at, "steps", &steps);
	record->verdict.state = (enum skerry_state)state;
	record->verdict.access = (enum skerry_access)access;
	record->verdict.reason = (enum skerry_reason)reason;
	record->verdict.notice = (enum skerry_notice)notice;
	record->facts.telephone_steps =
		steps > LICENSE_STEPS_MAX ? LICENSE_STEPS_MAX : (unsigned)steps;
	return true;
}

static void
read_of(const char **at, struct verdict_record *record)
{
	char of[PRODUCT_NAME_MAX], *slash;

	if (journal_words_take(at, "of", of, sizeof of) && (slash = strchr(of, '/')) != NULL) {
		*slash = '\0';
		snprintf(record->brand, sizeof record->brand, "%.32s", of);
		snprintf(record->product, sizeof record->product, "%.32s", slash + 1);
	}
	journal_words_take_number(at, "activation", &record->activation);
}

static bool
take_pairing(const char **at, bool *ret_lost)
{
	char text[8];

	*ret_lost = journal_words_take(at, "pairing", text, sizeof text);
	return !*ret_lost || strcmp(text, "lost") == 0;
}

static bool
read_matches(const char **at, struct evaluate_facts *facts)
{
	unsigned machine = 0, site_key = 0, domain = 0, tenant = 0, status = 0, clock = 0;

	if (!take_word(at, "machine", EVALUATE_TOO_FEW, match_name, &machine) ||
		!take_word(at, "site_key", EVALUATE_TOO_FEW, match_name, &site_key) ||
		!take_pairing(at, &facts->pairing_lost) ||
		!take_word(at, "domain", EVALUATE_TOO_FEW, match_name, &domain) ||
		!take_word(at, "tenant", EVALUATE_TOO_FEW, match_name, &tenant) ||
		!take_word(at, "status", EVALUATE_STATUS_REVOKED, status_name, &status) ||
		!take_word(at, "clock", EVALUATE_CLOCK_UNATTENDED, clock_name, &clock))
		return false;
	facts->machine = (enum evaluate_match)machine;
	facts->site_key = (enum evaluate_match)site_key;
	facts->domain = (enum evaluate_match)domain;
	facts->tenant = (enum evaluate_match)tenant;
	facts->status = (enum evaluate_status)status;
	facts->clock = (enum evaluate_clock)clock;
	return true;
}

static enum match_sight
sight_of(char letter)
{
	if (letter == SIGHTS[MATCH_SAME])
		return MATCH_SAME;
	return letter == SIGHTS[MATCH_UNREADABLE] ? MATCH_UNREADABLE : MATCH_DIFFERS;
}

/* The next of several numbers between slashes. */
static unsigned
next_weight(char **at)
{
	unsigned weight = (unsigned)strtoul(*at, at, 10);

	*at += **at == '/';
	return weight;
}

static void
read_machine(const char **at, struct verdict_record *record)
{
	char weights[40] = "", sights[LICENSE_COMPONENTS_MAX + 1] = "", *weight = weights;
	struct match_tally *tally = &record->tally;

	if (journal_words_take(at, "weights", weights, sizeof weights)) {
		tally->matched = next_weight(&weight);
		tally->unreadable = next_weight(&weight);
		tally->threshold = next_weight(&weight);
	}
	journal_words_take(at, "sights", sights, sizeof sights);
	for (const char *letter = sights; *letter != '\0'; letter++) {
		enum match_sight sight = sight_of(*letter);

		record->sights[tally->components++] = sight;
		tally->components_matched += sight == MATCH_SAME;
	}
	take_hex(at, "differ", &record->differ);
	take_hex(at, "hidden", &record->hidden);
}

static void
read_instants(const char **at, struct verdict_record *record)
{
	struct instant list[INSTANTS];
	char text[DATE_TEXT_MAX];

	list_instants(record, list);
	for (size_t i = 0; i < INSTANTS; i++) {
		if (!journal_words_take(at, list[i].name, text, sizeof text))
			continue;
		if (list[i].at == &record->facts.rollback_since)
			record->facts.state_rollback = true;
		date_parse(text, list[i].at);
	}
}

static void
init(struct verdict_record *record)
{
	memset(record, 0, sizeof *record);
	evaluate_facts_init(&record->facts, 0, 0);
	evaluate(NULL, &record->facts, &record->verdict);
	record->next_at = LICENSE_NEVER;
}

enum verdict_reading
verdict_record_read(struct cbor_text detail, struct verdict_record *ret_record)
{
	char text[JOURNAL_DETAIL_MAX], words[VERDICT_RECORD_WORDS_MAX], facts[JOURNAL_DETAIL_MAX];
	struct verdict_record record, told;
	const char *at = text;
	char number[16];
	size_t words_len;

	init(&record);
	if (!journal_words_copy(detail, text, sizeof text) || !read_words(&at, &record))
		return VERDICT_RECORD_NONE;
	verdict_record_words(&record, words);
	words_len = strlen(words);
	if (strncmp(text, words, words_len) != 0 ||
		(text[words_len] != '\0' && text[words_len] != ' '))
		return VERDICT_RECORD_NONE;
	told = record;
	journal_words_take(&at, "record", number, sizeof number);
	read_of(&at, &record);
	if (read_matches(&at, &record.facts)) {
		if (journal_words_take(&at, "offset", number, sizeof number))
			record.facts.local.offset_s = (int32_t)strtol(number, NULL, 10);
		read_machine(&at, &record);
		journal_words_take_number(&at, "unused", &record.files_unused);
		read_instants(&at, &record);
		verdict_record_facts(&record, facts);
		if (text[words_len] == ' ' && strcmp(text + words_len + 1, facts) == 0) {
			*ret_record = record;
			return VERDICT_RECORD_WHOLE;
		}
	}
	*ret_record = told;
	return VERDICT_RECORD_WORDS_ONLY;
}
