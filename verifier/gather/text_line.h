/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_TEXT_LINE_H
#define VERIFIER_GATHER_TEXT_LINE_H

/* Files of lines "NAME=VALUE" or "name : value", as the system writes them. Pure. */

#include <stdbool.h>
#include <stddef.h>

/*
 * The value of the first line with that name, without blanks around it; it borrows `text`, and is not
 * terminated. False where there is none.
 */
bool text_line_find(const char *text, size_t text_len, const char *name, char sign,
	const char **ret_value, size_t *ret_value_len);

/* Takes off one pair of quotes, single or double. */
void text_line_unquote(const char **value, size_t *value_len);

#endif
