/* SPDX-License-Identifier: ISC */
#include "verdict_record.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
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

/* Nothing is appended that does not fit; what is known to fit is for the caller to know. */
struct line {
	char *text;
	size_t max, len;
};

static void
begin(struct line *line, char *text, size_t max)
{
	*line = (struct line){ .text = text, .max = max };
	text[0] = '\0';
}

static void put(struct line *line, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void
put(struct line *line, const char *name, const char *format, ...)
{
	char value[JOURNAL_SUBJECT_MAX];
	va_list arguments;
	int written;

	va_start(arguments, format);
	vsnprintf(value, sizeof value, format, arguments);
	va_end(arguments);
	written = snprintf(line->text + line->len, line->max - line->len, "%s%s=%s",
		line->len == 0 ? "" : " ", name, value);
	if (written > 0 && (size_t)written < line->max - line->len)
		line->len += (size_t)written;
	else
		line->text[line->len] = '\0';
}

static void
put_word(struct line *line, const char *name, unsigned value, const char *(*name_of)(unsigned))
{
	if (value != 0)
		put(line, name, "%s", name_of(value));
}

static void
put_number(struct line *line, const char *name, uint64_t number)
{
	if (number != 0)
		put(line, name, "%" PRIu64, number);
}

static bool
is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '%';
}

/* As much of the value as fits `max` characters. */
static void
put_outside(struct line *line, const char *name, bool given, const char *value, size_t max)
{
	char text[JOURNAL_SUBJECT_MAX];
	size_t len = 0;

	if (!given)
		return;
	for (; *value != '\0'; value++) {
		unsigned char c = (unsigned char)*value;
		size_t step = is_plain(c) ? 1 : 3;

		if (len + step > max)
			break;
		snprintf(text + len, sizeof text - len, is_plain(c) ? "%c" : "%%%02X", c);
		len += step;
	}
	text[len] = '\0';
	put(line, name, "%s", text);
}

static bool
keep(const char *given, size_t max, char *ret_kept)
{
	snprintf(ret_kept, max, "%s", given == NULL ? "" : given);
	return given != NULL;
}

void
verdict_question_make(const char *product, const char *tenant, const char *domain, size_t values,
	struct verdict_question *ret_question)
{
	struct verdict_question *question = ret_question;

	question->has_product = keep(product, sizeof question->product, question->product);
	question->has_tenant = keep(tenant, sizeof question->tenant, question->tenant);
	question->has_domain = keep(domain, sizeof question->domain, question->domain);
	question->values = values;
}

enum {
	PRODUCT_TEXT_MAX = PRODUCT_NAME_MAX - 1,
	TENANT_TEXT_MAX = 3 * LICENSE_TENANT_MAX, /* names of any script */
	DOMAIN_TEXT_MAX = LICENSE_DOMAIN_MAX      /* a license's is ASCII */
};
_Static_assert(JOURNAL_SUBJECT_MAX > PRODUCT_TEXT_MAX + TENANT_TEXT_MAX + DOMAIN_TEXT_MAX + 64,
	"every question fits");

void
verdict_question_write(
	const struct verdict_question *question, char ret_subject[JOURNAL_SUBJECT_MAX])
{
	struct line line;

	begin(&line, ret_subject, JOURNAL_SUBJECT_MAX);
	put_outside(&line, "product", question->has_product, question->product, PRODUCT_TEXT_MAX);
	put_outside(&line, "tenant", question->has_tenant, question->tenant, TENANT_TEXT_MAX);
	put_outside(&line, "domain", question->has_domain, question->domain, DOMAIN_TEXT_MAX);
	put(&line, "values", "%zu", question->values);
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
	struct line line;

	begin(&line, ret_words, VERDICT_RECORD_WORDS_MAX);
	put(&line, "state", "%s", state_name(verdict->state));
	put(&line, "access", "%s", access_name(verdict->access));
	put(&line, "reason", "%s", reason_name(verdict->reason));
	put(&line, "notice", "%s", notice_name(verdict->notice));
	put(&line, "license", "%s", record->license_id);
	put(&line, "edition", "%" PRIu64, record->edition);
	put_number(&line, "steps", steps_of(record));
}

static void
put_machine(struct line *line, const struct verdict_record *record)
{
	const struct match_tally *tally = &record->tally;
	char sights[LICENSE_COMPONENTS_MAX + 1];

	if (tally->components == 0)
		return;
	put(line, "weights", "%u/%u/%u", tally->matched, tally->unreadable, tally->threshold);
	for (size_t i = 0; i < tally->components; i++)
		sights[i] = SIGHTS[record->sights[i]];
	sights[tally->components] = '\0';
	put(line, "sights", "%s", sights);
	if (record->differ != 0)
		put(line, "differ", "%x", record->differ);
	if (record->hidden != 0)
		put(line, "hidden", "%x", record->hidden);
}

static int64_t
in_calendar(int64_t at)
{
	if (at < 0)
		return 0;
	return at > LICENSE_TIME_MAX ? LICENSE_TIME_MAX : at;
}

static void
put_instants(struct line *line, const struct verdict_record *record)
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
			put(line, list[i].name, "unknown");
		if (at == LICENSE_NEVER || (i == BUILD && at == 0))
			continue;
		date_format(in_calendar(at), date);
		put(line, list[i].name, "%s", date);
	}
}

void
verdict_record_facts(const struct verdict_record *record, char ret_facts[JOURNAL_DETAIL_MAX])
{
	const struct evaluate_facts *facts = &record->facts;
	struct line line;

	begin(&line, ret_facts, JOURNAL_DETAIL_MAX);
	put(&line, "record", "%d", VERDICT_RECORD_VERSION);
	if (record->license_id[0] != '\0') {
		put(&line, "of", "%s/%s", record->brand, record->product);
		put_number(&line, "activation", record->activation);
	}
	put_word(&line, "machine", facts->machine, match_name);
	put_word(&line, "site_key", facts->site_key, match_name);
	put_word(&line, "domain", facts->domain, match_name);
	put_word(&line, "tenant", facts->tenant, match_name);
	put_word(&line, "status", facts->status, status_name);
	put_word(&line, "clock", facts->clock, clock_name);
	if (facts->local.offset_s != 0)
		put(&line, "offset", "%" PRId32, facts->local.offset_s);
	put_machine(&line, record);
	put_number(&line, "unused", record->files_unused);
	put_instants(&line, record);
}

/* --- reading --------------------------------------------------------------------------------- */

/* The next word's value where it is of that name; else the word stays. */
static bool
take(const char **at, const char *name, char *ret_value, size_t max)
{
	size_t name_len = strlen(name), len;
	const char *value = *at + name_len + 1;

	if (strncmp(*at, name, name_len) != 0 || (*at)[name_len] != '=')
		return false;
	len = strcspn(value, " ");
	if (len >= max)
		return false;
	memcpy(ret_value, value, len);
	ret_value[len] = '\0';
	*at = value + len + (value[len] == ' ');
	return true;
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789ABCDEF", *found = c == '\0' ? NULL : strchr(digits, c);

	return found == NULL ? -1 : (int)(found - digits);
}

static bool
take_outside(const char **at, const char *name, char *ret_value, size_t max)
{
	char text[JOURNAL_SUBJECT_MAX];
	size_t len = 0;

	if (!take(at, name, text, sizeof text))
		return false;
	for (const char *from = text; *from != '\0' && len + 1 < max; from++) {
		if (*from != '%') {
			ret_value[len++] = *from;
			continue;
		}
		if (hex_digit(from[1]) < 0 || hex_digit(from[2]) < 0)
			break;
		ret_value[len++] = (char)(hex_digit(from[1]) * 16 + hex_digit(from[2]));
		from += 2;
	}
	ret_value[len] = '\0';
	return true;
}

static void
take_number(const char **at, const char *name, uint64_t *ret_number)
{
	char text[24];

	if (take(at, name, text, sizeof text))
		*ret_number = strtoull(text, NULL, 10);
}

static void
take_hex(const char **at, const char *name, unsigned *ret_number)
{
	char text[16];

	if (take(at, name, text, sizeof text))
		*ret_number = (unsigned)strtoul(text, NULL, 16);
}

/* False for a word that is there and that nobody knows. */
static bool
take_word(const char **at, const char *name, unsigned last, const char *(*name_of)(unsigned),
	unsigned *ret_value)
{
	char text[32];

	if (!take(at, name, text, sizeof text))
		return true;
	for (unsigned value = 0; value <= last; value++)
		if (strcmp(name_of(value), text) == 0) {
			*ret_value = value;
			return true;
		}
	return false;
}

static bool
copy_text(struct cbor_text text, char *ret_text, size_t max)
{
	if (text.len >= max || memchr(text.chars, '\0', text.len) != NULL)
		return false;
	memcpy(ret_text, text.chars, text.len);
	ret_text[text.len] = '\0';
	return true;
}

bool
verdict_question_read(struct cbor_text subject, struct verdict_question *ret_question)
{
	char text[JOURNAL_SUBJECT_MAX], again[JOURNAL_SUBJECT_MAX];
	struct verdict_question q = { .values = 0 };
	const char *at = text;
	uint64_t values = 0;

	if (!copy_text(subject, text, sizeof text))
		return false;
	q.has_product = take_outside(&at, "product", q.product, sizeof q.product);
	q.has_tenant = take_outside(&at, "tenant", q.tenant, sizeof q.tenant);
	q.has_domain = take_outside(&at, "domain", q.domain, sizeof q.domain);
	take_number(&at, "values", &values);
	q.values = (size_t)values;
	verdict_question_write(&q, again);
	if (strcmp(again, text) != 0)
		return false;
	*ret_question = q;
	return true;
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
	take(at, "license", record->license_id, sizeof record->license_id);
	take_number(at, "edition", &record->edition);
	take_number(at, "steps", &steps);
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

	if (take(at, "of", of, sizeof of) && (slash = strchr(of, '/')) != NULL) {
		*slash = '\0';
		snprintf(record->brand, sizeof record->brand, "%.32s", of);
		snprintf(record->product, sizeof record->product, "%.32s", slash + 1);
	}
	take_number(at, "activation", &record->activation);
}

static bool
read_matches(const char **at, struct evaluate_facts *facts)
{
	unsigned machine = 0, site_key = 0, domain = 0, tenant = 0, status = 0, clock = 0;

	if (!take_word(at, "machine", EVALUATE_TOO_FEW, match_name, &machine) ||
		!take_word(at, "site_key", EVALUATE_TOO_FEW, match_name, &site_key) ||
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

	if (take(at, "weights", weights, sizeof weights)) {
		tally->matched = next_weight(&weight);
		tally->unreadable = next_weight(&weight);
		tally->threshold = next_weight(&weight);
	}
	take(at, "sights", sights, sizeof sights);
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
		if (!take(at, list[i].name, text, sizeof text))
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
	if (!copy_text(detail, text, sizeof text) || !read_words(&at, &record))
		return VERDICT_RECORD_NONE;
	verdict_record_words(&record, words);
	words_len = strlen(words);
	if (strncmp(text, words, words_len) != 0 ||
		(text[words_len] != '\0' && text[words_len] != ' '))
		return VERDICT_RECORD_NONE;
	told = record;
	take(&at, "record", number, sizeof number);
	read_of(&at, &record);
	if (read_matches(&at, &record.facts)) {
		if (take(&at, "offset", number, sizeof number))
			record.facts.local.offset_s = (int32_t)strtol(number, NULL, 10);
		read_machine(&at, &record);
		take_number(&at, "unused", &record.files_unused);
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
