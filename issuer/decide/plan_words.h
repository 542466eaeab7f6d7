/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_PLAN_WORDS_H
#define ISSUER_DECIDE_PLAN_WORDS_H

/*
 * A plan in words: each of its values has a name and a spelling, as the flags of `plan add` have
 * them ("grace" "365d", "limit" "max_rooms=100"). `plan add`, `plan set` and the overrides of a
 * license read them here. Pure.
 */

#include "issuer/decide/plan.h"

enum plan_word {
	PLAN_WORD_TERM,
	PLAN_WORD_PERPETUAL, /* no value: "" */
	PLAN_WORD_MAINTENANCE,
	PLAN_WORD_RENEW_EVERY,
	PLAN_WORD_WARN, /* from here on what follows from the terms where nothing is said */
	PLAN_WORD_ALERT,
	PLAN_WORD_GRACE,
	PLAN_WORD_EXPIRY_GRACE,
	PLAN_WORD_DEGRADED,
	PLAN_WORD_REBIND_GRACE,
	PLAN_WORD_OVERLAP,
	PLAN_WORD_TOLERANCE,
	PLAN_WORD_DAY_END,
	PLAN_WORD_ROLLBACK_POLICY,
	PLAN_WORD_MAX_STATUS_AGE,
	PLAN_WORD_SEATS,
	PLAN_WORD_BURST,
	PLAN_WORD_SEAT_TTL,
	PLAN_WORD_TELEPHONE,
	PLAN_WORD_MIGRATIONS,
	PLAN_WORD_ACTIVATIONS,
	PLAN_WORD_WITHOUT, /* from here on about one grant each, and repeated */
	PLAN_WORD_FEATURE,
	PLAN_WORD_LIMIT,
	PLAN_WORD_TEXT
};
enum { PLAN_WORDS_LEN = PLAN_WORD_TEXT + 1 };

/* Longest value: a name, '=' and a text. */
enum { PLAN_WORD_VALUE_MAX = LICENSE_NAME_MAX + 1 + LICENSE_VALUE_MAX };

/* "grace"; false for a name that is none. */
const char *plan_word_name(enum plan_word word);
bool plan_word_from_name(const char *name, size_t name_len, enum plan_word *ret_word);

/* Whether it is about one grant; then which one: the name in front of '='. */
bool plan_word_is_grant(enum plan_word word);
size_t plan_word_grant_len(enum plan_word word, const char *value);
/* Whether what follows the name is somebody's own words: a text, or a limit that is no number. */
bool plan_word_is_own_text(enum plan_word word, const char *value);

/*
 * Puts the value into the plan. NULL when it is in; else what the word takes instead, to follow
 * "--grace takes ". "without" takes what the plan has. What is possible together is plans_check's
 * question. Static.
 */
const char *plan_words_put(struct plan *plan, enum plan_word word, const char *value);

/* The same of a word about the ladder, without a plan. */
const char *plan_words_put_ladder(
	struct license_ladder *ladder, enum plan_word word, const char *value);

/*
 * After warn, alert, renew-every or term were said: notices in their order. Where `alert_said` is
 * false, the alert follows. False when the alert would come before the warning.
 */
bool plan_words_settle(struct plan *plan, bool alert_said);

#endif
