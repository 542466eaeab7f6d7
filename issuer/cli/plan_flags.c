/* SPDX-License-Identifier: ISC */
#include "plan_flags.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

size_t
plan_flags_table(
	struct plan_flags *flags, bool for_set, struct command_option ret_table[PLAN_FLAGS_MAX])
{
	const struct command_option table[] = {
		{ "--name", COMMAND_VALUE, &flags->name },
		{ "--term", COMMAND_VALUE, &flags->term },
		{ "--perpetual", COMMAND_FLAG, &flags->perpetual },
		{ "--maintenance", COMMAND_VALUE, &flags->maintenance },
		{ "--renew-every", COMMAND_VALUE, &flags->renew_every },
		{ "--warn", COMMAND_VALUE, &flags->warn },
		{ "--alert", COMMAND_VALUE, &flags->alert },
		{ "--grace", COMMAND_VALUE, &flags->grace },
		{ "--expiry-grace", COMMAND_VALUE, &flags->expiry_grace },
		{ "--degraded", COMMAND_VALUE, &flags->degraded },
		{ "--rebind-grace", COMMAND_VALUE, &flags->rebind_grace },
		{ "--overlap", COMMAND_VALUE, &flags->overlap },
		{ "--tolerance", COMMAND_VALUE, &flags->tolerance },
		{ "--day-end", COMMAND_VALUE, &flags->day_end },
		{ "--rollback-policy", COMMAND_VALUE, &flags->rollback_policy },
		{ "--max-status-age", COMMAND_VALUE, &flags->max_status_age },
		{ "--feature", COMMAND_LIST, &flags->features },
		{ "--limit", COMMAND_LIST, &flags->limits },
		{ "--text", COMMAND_LIST, &flags->texts },
		{ "--seats", COMMAND_VALUE, &flags->seats },
		{ "--burst", COMMAND_VALUE, &flags->burst },
		{ "--seat-ttl", COMMAND_VALUE, &flags->seat_ttl },
		{ "--activations", COMMAND_VALUE, &flags->activations },
		{ "--migrations", COMMAND_VALUE, &flags->migrations },
		{ "--telephone", COMMAND_VALUE, &flags->telephone },
		{ "--json", COMMAND_FLAG, &flags->json },
		{ "--without", COMMAND_LIST, &flags->without },
	};
	size_t len = sizeof table / sizeof *table - (for_set ? 0 : 1);

	memcpy(ret_table, table, len * sizeof *table);
	return len;
}

static bool
misuse(const char *option, const char *value, const char *wants)
{
	command_misuse("%s takes %s, not '%s'", option, wants, value);
	return false;
}

/* A duration that is added to dates: months stay months. */
static bool
take_duration(const char *option, const char *value, struct date_duration *duration)
{
	struct date_duration read;

	if (value == NULL)
		return true;
	if (date_duration_parse(value, &read) != SKERRY_OK || read.negative ||
		(read.seconds == 0 && read.months == 0))
		return misuse(option, value, "a duration such as 30d, 1mo or 3y, at most 100y");
	*duration = read;
	return true;
}

/* A duration in seconds; a month is 30 days, a year 365. */
static bool
take_seconds(const char *option, const char *value, bool may_be_negative, int64_t *seconds)
{
	struct date_duration read;

	if (value == NULL)
		return true;
	if (date_duration_parse(value, &read) != SKERRY_OK || (read.negative && !may_be_negative))
		return misuse(option, value, "a duration such as 0, 8h, 30d or 1y, at most 100y");
	*seconds = date_duration_seconds(read);
	return true;
}

static bool
take_number(const char *option, const char *value, int64_t *number)
{
	return session_number(value, 0, INT64_MAX, number) ||
	       misuse(option, value, "a whole number");
}

static bool
apply_terms(const struct plan_flags *flags, struct terms *terms)
{
	if (flags->term != NULL && flags->perpetual) {
		command_misuse("--term and --perpetual exclude each other");
		return false;
	}
	if (flags->term != NULL || flags->perpetual)
		terms->perpetual = flags->perpetual;
	if (flags->renew_every != NULL)
		terms->renews = strcmp(flags->renew_every, "never") != 0;
	if (flags->maintenance != NULL)
		terms->maintained = strcmp(flags->maintenance, "never") != 0;
	return take_duration("--term", flags->term, &terms->term) &&
	       (!terms->renews ||
		       take_duration("--renew-every", flags->renew_every, &terms->renew)) &&
	       (!terms->maintained ||
		       take_duration("--maintenance", flags->maintenance, &terms->maintenance));
}

/* Two digits; 99 where they are none. */
static unsigned
two_digits(const char *text)
{
	if (!isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1]))
		return 99;
	return (unsigned)(text[0] - '0') * 10 + (unsigned)(text[1] - '0');
}

static bool
take_day_end(const char *value, unsigned *minutes)
{
	unsigned hour, minute;

	if (value == NULL)
		return true;
	if (strlen(value) != 5 || value[2] != ':')
		return misuse("--day-end", value, "a time of day such as 04:00");
	hour = two_digits(value);
	minute = two_digits(value + 3);
	if (hour > 23 || minute > 59)
		return misuse("--day-end", value, "a time of day such as 04:00");
	*minutes = hour * 60 + minute;
	return true;
}

static bool
take_rollback_policy(const char *value, enum license_rollback *policy)
{
	if (value == NULL)
		return true;
	if (strcmp(value, "notice") == 0)
		*policy = LICENSE_ROLLBACK_NOTICE;
	else if (strcmp(value, "grace") == 0)
		*policy = LICENSE_ROLLBACK_GRACE;
	else
		return misuse("--rollback-policy", value, "notice or grace");
	return true;
}

static bool
apply_ladder(const struct plan_flags *flags, struct license_ladder *ladder)
{
	return take_seconds("--warn", flags->warn, true, &ladder->warn_s) &&
	       take_seconds("--alert", flags->alert, true, &ladder->alert_s) &&
	       take_seconds("--grace", flags->grace, false, &ladder->grace_s) &&
	       take_seconds("--degraded", flags->degraded, false, &ladder->degraded_s) &&
	       take_seconds(
		       "--expiry-grace", flags->expiry_grace, false, &ladder->expiry_grace_s) &&
	       take_seconds(
		       "--rebind-grace", flags->rebind_grace, false, &ladder->rebind_grace_s) &&
	       take_seconds("--tolerance", flags->tolerance, false, &ladder->tolerance_s) &&
	       take_seconds("--overlap", flags->overlap, false, &ladder->overlap_s) &&
	       take_seconds("--max-status-age", flags->max_status_age, false,
		       &ladder->max_status_age_s) &&
	       take_day_end(flags->day_end, &ladder->day_end_minutes) &&
	       take_rollback_policy(flags->rollback_policy, &ladder->rollback_policy);
}

/* "3x14d"; "0" or "none" takes it away. */
static bool
take_telephone(const char *value, struct plan *plan)
{
	struct date_duration duration;
	const char *x = value == NULL ? NULL : strchr(value, 'x');
	char steps[8];
	int64_t seconds;

	if (value == NULL)
		return true;
	if (strcmp(value, "0") == 0 || strcmp(value, "none") == 0) {
		plan->telephone_steps = plan->telephone_days = 0;
		return true;
	}
	if (x == NULL || x - value >= (ptrdiff_t)sizeof steps ||
		date_duration_parse(x + 1, &duration) != SKERRY_OK || duration.negative)
		return misuse("--telephone", value, "steps and days as in 3x14d");
	snprintf(steps, sizeof steps, "%.*s", (int)(x - value), value);
	seconds = date_duration_seconds(duration);
	if (!session_number(steps, 1, LICENSE_STEPS_MAX, &plan->telephone_steps) ||
		seconds % LADDER_DAY_S != 0)
		return misuse("--telephone", value, "steps and days as in 3x14d");
	plan->telephone_days = seconds / LADDER_DAY_S;
	return true;
}

static bool
apply_numbers(const struct plan_flags *flags, struct plan *plan)
{
	return take_number("--seats", flags->seats, &plan->seats_max) &&
	       take_number("--burst", flags->burst, &plan->seats_burst) &&
	       take_seconds("--seat-ttl", flags->seat_ttl, false, &plan->seats_ttl_s) &&
	       take_number("--activations", flags->activations, &plan->max_activations) &&
	       take_number("--migrations", flags->migrations, &plan->migrations) &&
	       take_telephone(flags->telephone, plan);
}

static bool
take_name(const char *option, const char *name, size_t name_len, struct plan_grant *grant)
{
	if (!license_is_name((struct cbor_text){ name, name_len }) ||
		!cbor_is_utf8((const uint8_t *)name, name_len))
		return misuse(option, name, "a name of 1 to 64 bytes without control characters");
	snprintf(grant->name, sizeof grant->name, "%.*s", (int)name_len, name);
	return true;
}

/* What this command line has named so far: the same name twice is a mistake of whoever typed it. */
struct granting {
	struct plan *plan;
	const char *names[2 * LICENSE_GRANTS_MAX];
	size_t lens[2 * LICENSE_GRANTS_MAX], len;
};

static bool
note_name(const char *option, const char *name, size_t name_len, struct granting *granting)
{
	for (size_t i = 0; i < granting->len; i++)
		if (granting->lens[i] == name_len &&
			strncmp(granting->names[i], name, name_len) == 0)
			return misuse(option, name, "each name once");
	if (granting->len == sizeof granting->lens / sizeof *granting->lens)
		return misuse(option, name, "no more names than a plan may have");
	granting->names[granting->len] = name;
	granting->lens[granting->len++] = name_len;
	return true;
}

static bool
put_grant(struct plan *plan, const struct plan_grant *grant)
{
	if (plan_put_grant(plan, grant) == SKERRY_OK)
		return true;
	command_misuse("a plan has at most %d features and limits", LICENSE_GRANTS_MAX);
	return false;
}

static bool
take_feature(const char *name, struct granting *granting)
{
	struct plan_grant grant = { .value = LICENSE_ON };

	return take_name("--feature", name, strlen(name), &grant) &&
	       note_name("--feature", name, strlen(name), granting) &&
	       put_grant(granting->plan, &grant);
}

/* A text that looks like a number is a number with a typing error, unless it is said to be none. */
static bool
looks_like_number(const char *text)
{
	return text[0] == '-' || text[0] == '+' || isdigit((unsigned char)text[0]);
}

static bool
take_limit(const char *option, const char *text, bool is_text, struct granting *granting)
{
	struct plan_grant grant = { .value = LICENSE_NUMBER };
	const char *equals = strchr(text, '=');

	if (equals == NULL)
		return misuse(option, text, is_text ? "NAME=TEXT" : "NAME=NUMBER or NAME=WORD");
	if (!take_name(option, text, (size_t)(equals - text), &grant) ||
		!note_name(option, text, (size_t)(equals - text), granting))
		return false;
	if (is_text || !session_number(equals + 1, INT64_MIN, INT64_MAX, &grant.number)) {
		if (!is_text && looks_like_number(equals + 1))
			return misuse(option, text,
				"a whole number of digits alone, up to 9223372036854775807 (a "
				"text that begins like a number: --text NAME=TEXT)");
		if (!entry_is_name(equals + 1, LICENSE_VALUE_MAX))
			return misuse(option, text, "a number, or a text of 1 to 128 bytes");
		grant.value = LICENSE_STRING;
		snprintf(grant.text, sizeof grant.text, "%s", equals + 1);
	}
	return put_grant(granting->plan, &grant);
}

static bool
apply_grants(const struct plan_flags *flags, struct plan *plan)
{
	struct granting granting = { .plan = plan };

	for (size_t i = 0; i < flags->without.len; i++)
		if (!plan_withdraw(plan, flags->without.values[i]))
			return misuse("--without", flags->without.values[i],
				"a feature or limit that the plan has");
	for (size_t i = 0; i < flags->features.len; i++)
		if (!take_feature(flags->features.values[i], &granting))
			return false;
	for (size_t i = 0; i < flags->limits.len; i++)
		if (!take_limit("--limit", flags->limits.values[i], false, &granting))
			return false;
	for (size_t i = 0; i < flags->texts.len; i++)
		if (!take_limit("--text", flags->texts.values[i], true, &granting))
			return false;
	return true;
}

/* From one document to the end of what it promises; 0: it has no end. */
static int64_t
rhythm_s(const struct terms *terms)
{
	int64_t term_s = terms->perpetual ? 0 : date_duration_seconds(terms->term);
	int64_t renew_s = terms->renews ? date_duration_seconds(terms->renew) : 0;

	if (term_s == 0 || renew_s == 0)
		return term_s + renew_s;
	return term_s < renew_s ? term_s : renew_s;
}

/* Notices that would be there from the first day, or in the wrong order. */
static bool
check_notices(const struct plan_flags *flags, struct plan *plan)
{
	struct license_ladder *ladder = &plan->ladder;
	int64_t rhythm = rhythm_s(&plan->terms);

	if (flags->warn == NULL && flags->alert == NULL && flags->renew_every == NULL &&
		flags->term == NULL)
		return true;
	if (flags->alert == NULL && ladder->alert_s > ladder->warn_s)
		ladder->alert_s = ladder->warn_s;
	if (ladder->alert_s > ladder->warn_s) {
		command_misuse("--alert comes after --warn: it is the shorter time of the two");
		return false;
	}
	/* The vendor's choice, but seldom what was meant. */
	if (rhythm > 0 && ladder->warn_s >= rhythm)
		fputs("Every site is warned from its first day; give a --warn shorter than "
		      "--renew-every and --term with: skerry-issuer plan set\n",
			stderr);
	return true;
}

bool
plan_flags_apply(const struct plan_flags *flags, bool for_set, struct plan *plan)
{
	if (flags->name != NULL)
		snprintf(plan->name, sizeof plan->name, "%s",
			entry_is_name(flags->name, ENTRY_NAME_MAX) ? flags->name : "");
	if (!apply_terms(flags, &plan->terms))
		return false;
	if (!for_set)
		terms_notices(&plan->terms, &plan->ladder);
	/* Nothing ever comes to such a site again, a status list neither. */
	if (!for_set && plan->terms.perpetual && !plan->terms.renews)
		plan->ladder.max_status_age_s = 0;
	return apply_ladder(flags, &plan->ladder) && check_notices(flags, plan) &&
	       apply_numbers(flags, plan) && apply_grants(flags, plan);
}
