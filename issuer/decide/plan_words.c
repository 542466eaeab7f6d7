/* SPDX-License-Identifier: ISC */
#include "plan_words.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const NAMES[PLAN_WORDS_LEN] = { "term", "perpetual", "maintenance",
	"renew-every", "warn", "alert", "grace", "expiry-grace", "degraded", "rebind-grace",
	"overlap", "tolerance", "day-end", "rollback-policy", "max-status-age", "seats", "burst",
	"seat-ttl", "telephone", "migrations", "activations", "without", "feature", "limit",
	"text" };

static const char WANTS_DURATION[] = "a duration such as 30d, 1mo or 3y, at most 100y";
static const char WANTS_SECONDS[] = "a duration such as 0, 8h, 30d or 1y, at most 100y";
static const char WANTS_TELEPHONE[] = "steps and days as in 3x14d";
static const char WANTS_TIME[] = "a time of day such as 04:00";
static const char WANTS_NAME[] = "a name of 1 to 64 bytes without control characters";

const char *
plan_word_name(enum plan_word word)
{
	return NAMES[word];
}

bool
plan_word_from_name(const char *name, size_t name_len, enum plan_word *ret_word)
{
	for (size_t i = 0; i < PLAN_WORDS_LEN; i++)
		if (strlen(NAMES[i]) == name_len && strncmp(NAMES[i], name, name_len) == 0) {
			*ret_word = (enum plan_word)i;
			return true;
		}
	return false;
}

bool
plan_word_is_grant(enum plan_word word)
{
	return word >= PLAN_WORD_WITHOUT;
}

size_t
plan_word_grant_len(enum plan_word word, const char *value)
{
	return word == PLAN_WORD_LIMIT || word == PLAN_WORD_TEXT ? strcspn(value, "=")
								 : strlen(value);
}

bool
plan_word_is_own_text(enum plan_word word, const char *value)
{
	const char *says = strchr(value, '=');

	if (word == PLAN_WORD_TEXT)
		return true;
	return word == PLAN_WORD_LIMIT && says != NULL &&
	       strspn(says + 1, "-0123456789") != strlen(says + 1);
}

/* A duration that is added to dates: months stay months. */
static const char *
put_duration(const char *value, bool may_be_never, bool *applies, struct date_duration *duration)
{
	struct date_duration read;

	if (may_be_never && strcmp(value, "never") == 0) {
		*applies = false;
		return NULL;
	}
	if (date_duration_parse(value, &read) != SKERRY_OK || read.negative ||
		(read.seconds == 0 && read.months == 0))
		return WANTS_DURATION;
	*applies = true;
	*duration = read;
	return NULL;
}

/* A duration in seconds; a month is 30 days, a year 365. */
static const char *
put_seconds(const char *value, bool may_be_negative, int64_t *seconds)
{
	struct date_duration read;

	if (date_duration_parse(value, &read) != SKERRY_OK || (read.negative && !may_be_negative))
		return WANTS_SECONDS;
	*seconds = date_duration_seconds(read);
	return NULL;
}

static bool
read_number(const char *text, int64_t min, int64_t *number)
{
	long long value;
	char *end;

	if (text[0] == '\0' || strspn(text, "-0123456789") != strlen(text))
		return false;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (*end != '\0' || errno != 0 || value < min)
		return false;
	*number = value;
	return true;
}

static const char *
put_number(const char *value, int64_t *number)
{
	return read_number(value, 0, number) ? NULL : "a whole number";
}

/* Two digits; 99 where they are none. */
static unsigned
two_digits(const char *text)
{
	if (!isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1]))
		return 99;
	return (unsigned)(text[0] - '0') * 10 + (unsigned)(text[1] - '0');
}

static const char *
put_day_end(const char *value, unsigned *minutes)
{
	unsigned hour, minute;

	if (strlen(value) != 5 || value[2] != ':')
		return WANTS_TIME;
	hour = two_digits(value);
	minute = two_digits(value + 3);
	if (hour > 23 || minute > 59)
		return WANTS_TIME;
	*minutes = hour * 60 + minute;
	return NULL;
}

static const char *
put_rollback_policy(const char *value, enum license_rollback *policy)
{
	if (strcmp(value, "notice") != 0 && strcmp(value, "grace") != 0)
		return "notice or grace";
	*policy = value[0] == 'n' ? LICENSE_ROLLBACK_NOTICE : LICENSE_ROLLBACK_GRACE;
	return NULL;
}

/* "3x14d"; "0" or "none" takes it away. */
static const char *
put_telephone(const char *value, struct plan *plan)
{
	struct date_duration duration;
	const char *x = strchr(value, 'x');
	int64_t steps, seconds;
	char digits[8] = "";

	if (strcmp(value, "0") == 0 || strcmp(value, "none") == 0) {
		plan->telephone_steps = plan->telephone_days = 0;
		return NULL;
	}
	if (x == NULL || x - value >= (ptrdiff_t)sizeof digits ||
		date_duration_parse(x + 1, &duration) != SKERRY_OK || duration.negative)
		return WANTS_TELEPHONE;
	memcpy(digits, value, (size_t)(x - value));
	seconds = date_duration_seconds(duration);
	if (!read_number(digits, 1, &steps) || steps > LICENSE_STEPS_MAX ||
		seconds % LADDER_DAY_S != 0)
		return WANTS_TELEPHONE;
	plan->telephone_steps = steps;
	plan->telephone_days = seconds / LADDER_DAY_S;
	return NULL;
}

static bool
put_name(const char *name, size_t name_len, struct plan_grant *grant)
{
	if (!license_is_name((struct cbor_text){ name, name_len }) ||
		!cbor_is_utf8((const uint8_t *)name, name_len))
		return false;
	memcpy(grant->name, name, name_len);
	grant->name[name_len] = '\0';
	return true;
}

static const char *
put_grant(struct plan *plan, const struct plan_grant *grant)
{
	return plan_put_grant(plan, grant) == SKERRY_OK
		       ? NULL
		       : "no more: a plan has at most 128 features and limits";
}

static const char *
put_feature(const char *name, struct plan *plan)
{
	struct plan_grant grant = { .value = LICENSE_ON };

	return put_name(name, strlen(name), &grant) ? put_grant(plan, &grant) : WANTS_NAME;
}

/* A text that looks like a number is a number with a typing error, unless it is said to be none. */
static bool
looks_like_number(const char *text)
{
	return text[0] == '-' || text[0] == '+' || isdigit((unsigned char)text[0]);
}

static bool
has_number(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->grants_len; i++)
		if (strcmp(plan->grants[i].name, name) == 0)
			return plan->grants[i].value == LICENSE_NUMBER;
	return false;
}

static const char *
put_limit(const char *value, bool is_text, struct plan *plan)
{
	struct plan_grant grant = { .value = LICENSE_NUMBER };
	const char *equals = strchr(value, '=');

	if (equals == NULL)
		return is_text ? "NAME=TEXT" : "NAME=NUMBER or NAME=WORD";
	if (!put_name(value, (size_t)(equals - value), &grant))
		return WANTS_NAME;
	if (is_text || !read_number(equals + 1, INT64_MIN, &grant.number)) {
		if (!is_text && looks_like_number(equals + 1))
			return "a whole number of digits alone, up to 9223372036854775807 (a "
			       "text that begins like a number: --text NAME=TEXT)";
		/* A product that asks for a number would find none. */
		if (!is_text && has_number(plan, grant.name))
			return "a whole number, as it is now (a text in its place: --text "
			       "NAME=TEXT)";
		if (!entry_is_name(equals + 1, LICENSE_VALUE_MAX))
			return "a number, or a text of 1 to 128 bytes";
		grant.value = LICENSE_STRING;
		memcpy(grant.text, equals + 1, strlen(equals + 1) + 1);
	}
	return put_grant(plan, &grant);
}

static const char *
put_terms(struct terms *terms, enum plan_word word, const char *value)
{
	bool limited = !terms->perpetual;
	const char *wants;

	switch (word) {
	case PLAN_WORD_PERPETUAL:
		terms->perpetual = true;
		return NULL;
	case PLAN_WORD_MAINTENANCE:
		return put_duration(value, true, &terms->maintained, &terms->maintenance);
	case PLAN_WORD_RENEW_EVERY:
		return put_duration(value, true, &terms->renews, &terms->renew);
	default:
		wants = put_duration(value, false, &limited, &terms->term);
		terms->perpetual = !limited;
		return wants;
	}
}

const char *
plan_words_put_ladder(struct license_ladder *ladder, enum plan_word word, const char *value)
{
	switch (word) {
	case PLAN_WORD_WARN:
		return put_seconds(value, true, &ladder->warn_s);
	case PLAN_WORD_ALERT:
		return put_seconds(value, true, &ladder->alert_s);
	case PLAN_WORD_GRACE:
		return put_seconds(value, false, &ladder->grace_s);
	case PLAN_WORD_EXPIRY_GRACE:
		return put_seconds(value, false, &ladder->expiry_grace_s);
	case PLAN_WORD_DEGRADED:
		return put_seconds(value, false, &ladder->degraded_s);
	case PLAN_WORD_REBIND_GRACE:
		return put_seconds(value, false, &ladder->rebind_grace_s);
	case PLAN_WORD_OVERLAP:
		return put_seconds(value, false, &ladder->overlap_s);
	case PLAN_WORD_TOLERANCE:
		return put_seconds(value, false, &ladder->tolerance_s);
	case PLAN_WORD_MAX_STATUS_AGE:
		return put_seconds(value, false, &ladder->max_status_age_s);
	case PLAN_WORD_DAY_END:
		return put_day_end(value, &ladder->day_end_minutes);
	default:
		return put_rollback_policy(value, &ladder->rollback_policy);
	}
}

const char *
plan_words_put(struct plan *plan, enum plan_word word, const char *value)
{
	switch (word) {
	case PLAN_WORD_SEATS:
		return put_number(value, &plan->seats_max);
	case PLAN_WORD_BURST:
		return put_number(value, &plan->seats_burst);
	case PLAN_WORD_SEAT_TTL:
		return put_seconds(value, false, &plan->seats_ttl_s);
	case PLAN_WORD_TELEPHONE:
		return put_telephone(value, plan);
	case PLAN_WORD_MIGRATIONS:
		return put_number(value, &plan->migrations);
	case PLAN_WORD_ACTIVATIONS:
		return put_number(value, &plan->max_activations);
	case PLAN_WORD_WITHOUT:
		return plan_withdraw(plan, value) ? NULL : "a feature or limit that the plan has";
	case PLAN_WORD_FEATURE:
		return put_feature(value, plan);
	case PLAN_WORD_LIMIT:
		return put_limit(value, false, plan);
	case PLAN_WORD_TEXT:
		return put_limit(value, true, plan);
	default:
		return word < PLAN_WORD_WARN ? put_terms(&plan->terms, word, value)
					     : plan_words_put_ladder(&plan->ladder, word, value);
	}
}

bool
plan_words_settle(struct plan *plan, bool alert_said)
{
	struct license_ladder *ladder = &plan->ladder;

	if (!alert_said && ladder->alert_s > ladder->warn_s)
		ladder->alert_s = ladder->warn_s;
	return ladder->alert_s <= ladder->warn_s;
}
