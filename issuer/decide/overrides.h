/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_OVERRIDES_H
#define ISSUER_DECIDE_OVERRIDES_H

/*
 * What a license has otherwise than its plan, kept as text: one value of plan_words.h a line,
 *
 *	grace 90d
 *	without marketing
 *	limit max_rooms=120
 *
 * in the order of enum plan_word, grants in the order of their names, each value and each grant
 * once. The same overrides give the same text. Pure.
 */

#include "issuer/decide/plan_words.h"

enum {
	OVERRIDES_LINES_MAX = PLAN_WORDS_LEN + LICENSE_GRANTS_MAX,
	OVERRIDES_LINE_MAX = 16 + PLAN_WORD_VALUE_MAX + 1, /* with its line end */
	OVERRIDES_TEXT_MAX = OVERRIDES_LINES_MAX * OVERRIDES_LINE_MAX + 1
};

struct override {
	enum plan_word word;
	char value[PLAN_WORD_VALUE_MAX + 1];
};

/* About 32 KB. */
struct overrides {
	struct override lines[OVERRIDES_LINES_MAX];
	size_t len;
};

/* Text that overrides_write made; NULL and "" are none. STORE_DAMAGED for anything else. */
enum skerry_err overrides_read(const char *text, struct overrides *ret_overrides);

/*
 * What such text says of the ladder, over that of the plan. NULL and "" say nothing; a line that cannot
 * be read says nothing either: it is told where something is issued.
 */
void overrides_ladder(const char *text, struct license_ladder *ladder);

/* In its order; "" for none. */
void overrides_write(const struct overrides *overrides, char ret_text[OVERRIDES_TEXT_MAX]);

/*
 * Says a value otherwise, in place of what was said of it before: `term` takes `perpetual` away,
 * "limit x=1" what "without x" said. NO_SPACE over OVERRIDES_LINES_MAX, or for a value longer than
 * any that a plan reads.
 */
enum skerry_err overrides_put(struct overrides *overrides, enum plan_word word, const char *value);

/* Takes back what was said of a grant; false where nothing was. */
bool overrides_drop(struct overrides *overrides, const char *grant);

/*
 * Over the plan; its grants end in order. A line that takes away what the plan does not have any
 * more says nothing. On failure *ret_line is the line that the plan does not take (CLAIM_VALUE:
 * *ret_wants is what it takes instead).
 */
enum skerry_err overrides_apply(const struct overrides *overrides, struct plan *plan,
	const struct override **ret_line, const char **ret_wants);

#endif
