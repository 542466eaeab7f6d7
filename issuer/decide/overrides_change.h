/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_OVERRIDES_CHANGE_H
#define ISSUER_DECIDE_OVERRIDES_CHANGE_H

/*
 * What a change did to a license's own values, for the audit log: one word of the lines that went
 * and came, "-grace:60d,+grace:90d,+limit:max_rooms=120". Of a value in somebody's own words
 * (plan_words.h) only the name is told. Spaces, commas, '%' and whatever does not print are %20 and
 * alike, so that no name can pass for another word of the row. Pure.
 */

#include "issuer/decide/overrides.h"

/* Both sides in full, each byte of a value as %20. */
enum { OVERRIDES_CHANGE_MAX = 2 * OVERRIDES_LINES_MAX * (16 + 3 * PLAN_WORD_VALUE_MAX + 2) + 1 };

/* The lines gone, then the lines that came; returns how many. "" for none. */
size_t overrides_change_spell(const struct overrides *before, const struct overrides *after,
	char ret_text[OVERRIDES_CHANGE_MAX]);

/* How many bytes and lines of such a text fit into `text_max` bytes without cutting a line. */
size_t overrides_change_fit(const char *text, size_t text_max, size_t *ret_lines);

#endif
