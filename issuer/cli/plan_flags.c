/* SPDX-License-Identifier: ISC */
#include "plan_flags.h"

#include <stdio.h>
#include <string.h>

#include "session.h"

/* "--grace": the options of the table borrow their names. */
static const char *const OPTIONS[PLAN_WORDS_LEN] = { "--term", "--perpetual", "--maintenance",
	"--renew-every", "--warn", "--alert", "--grace", "--expiry-grace", "--degraded",
	"--rebind-grace", "--overlap", "--tolerance", "--day-end", "--rollback-policy",
	"--max-status-age", "--seats", "--burst", "--seat-ttl", "--telephone", "--migrations",
	"--activations", "--without", "--feature", "--limit", "--text" };

size_t
plan_flags_table(
	struct plan_flags *flags, bool for_set, struct command_option ret_table[PLAN_FLAGS_MAX])
{
	size_t len = 0;

	ret_table[len++] = (struct command_option){ "--name", COMMAND_VALUE, &flags->name };
	ret_table[len++] = (struct command_option){ "--json", COMMAND_FLAG, &flags->json };
	ret_table[len++] = (struct command_option){ OPTIONS[PLAN_WORD_PERPETUAL], COMMAND_FLAG,
		&flags->perpetual };
	for (size_t i = 0; i < PLAN_WORDS_LEN; i++) {
		if (i == PLAN_WORD_PERPETUAL || (i == PLAN_WORD_WITHOUT && !for_set))
			continue;
		ret_table[len++] = i < PLAN_WORD_WITHOUT
					   ? (struct command_option){ OPTIONS[i], COMMAND_VALUE,
						     &flags->values[i] }
					   : (struct command_option){ OPTIONS[i], COMMAND_LIST,
						     &flags->lists[i - PLAN_WORD_WITHOUT] };
	}
	return len;
}

static bool
misuse(enum plan_word word, const char *value, const char *wants)
{
	command_misuse("%s takes %s, not '%s'", OPTIONS[word], wants, value);
	return false;
}

/* What this command line grants: the same name twice is a mistake of whoever typed it. */
struct granting {
	const char *names[COMMAND_LIST_MAX * 3];
	size_t lens[COMMAND_LIST_MAX * 3], len;
};

static bool
note_name(enum plan_word word, const char *value, struct granting *granting)
{
	size_t name_len = plan_word_grant_len(word, value);

	for (size_t i = 0; i < granting->len; i++)
		if (granting->lens[i] == name_len &&
			strncmp(granting->names[i], value, name_len) == 0)
			return misuse(word, value, "each name once");
	granting->names[granting->len] = value;
	granting->lens[granting->len++] = name_len;
	return true;
}

static bool
check_lists(const struct plan_flags *flags)
{
	struct granting granting = { .len = 0 };

	for (size_t i = PLAN_WORD_FEATURE; i < PLAN_WORDS_LEN; i++) {
		const struct command_list *list = &flags->lists[i - PLAN_WORD_WITHOUT];

		for (size_t j = 0; j < list->len; j++)
			if (!note_name((enum plan_word)i, list->values[j], &granting))
				return false;
	}
	return true;
}

bool
plan_flags_each(const struct plan_flags *flags,
	bool (*each)(void *, enum plan_word, const char *value), void *context)
{
	if (flags->values[PLAN_WORD_TERM] != NULL && flags->perpetual) {
		command_misuse("--term and --perpetual exclude each other");
		return false;
	}
	if (!check_lists(flags))
		return false;
	for (size_t i = 0; i < PLAN_WORD_WITHOUT; i++) {
		const char *value = i == PLAN_WORD_PERPETUAL ? (flags->perpetual ? "" : NULL)
							     : flags->values[i];

		if (value != NULL && !each(context, (enum plan_word)i, value))
			return false;
	}
	for (size_t i = PLAN_WORD_WITHOUT; i < PLAN_WORDS_LEN; i++) {
		const struct command_list *list = &flags->lists[i - PLAN_WORD_WITHOUT];

		for (size_t j = 0; j < list->len; j++)
			if (!each(context, (enum plan_word)i, list->values[j]))
				return false;
	}
	return true;
}

struct applying {
	struct plan *plan;
	bool for_set, derived;
};

/* Once the terms are settled, what follows from them where nothing is said. */
static void
derive(struct applying *applying)
{
	struct plan *plan = applying->plan;

	if (applying->derived || applying->for_set)
		return;
	applying->derived = true;
	terms_notices(&plan->terms, &plan->ladder);
	/* Nothing ever comes to such a site again, a status list neither. */
	if (plan->terms.perpetual && !plan->terms.renews)
		plan->ladder.max_status_age_s = 0;
}

static bool
apply(void *context, enum plan_word word, const char *value)
{
	struct applying *applying = context;
	const char *wants;

	if (word >= PLAN_WORD_WARN)
		derive(applying);
	wants = plan_words_put(applying->plan, word, value);
	return wants == NULL || misuse(word, value, wants);
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
	const char *const *values = flags->values;
	int64_t rhythm = rhythm_s(&plan->terms);

	if (values[PLAN_WORD_WARN] == NULL && values[PLAN_WORD_ALERT] == NULL &&
		values[PLAN_WORD_RENEW_EVERY] == NULL && values[PLAN_WORD_TERM] == NULL)
		return true;
	if (!plan_words_settle(plan, values[PLAN_WORD_ALERT] != NULL)) {
		command_misuse("--alert comes after --warn: it is the shorter time of the two");
		return false;
	}
	/* The vendor's choice, but seldom what was meant. */
	if (rhythm > 0 && plan->ladder.warn_s >= rhythm)
		fputs("Every site is warned from its first day; give a --warn shorter than "
		      "--renew-every and --term with: skerry-issuer plan set\n",
			stderr);
	return true;
}

bool
plan_flags_apply(const struct plan_flags *flags, bool for_set, struct plan *plan)
{
	struct applying applying = { plan, for_set, false };

	if (flags->name != NULL)
		snprintf(plan->name, sizeof plan->name, "%s",
			entry_is_name(flags->name, ENTRY_NAME_MAX) ? flags->name : "");
	if (!plan_flags_each(flags, apply, &applying))
		return false;
	derive(&applying);
	return check_notices(flags, plan);
}
