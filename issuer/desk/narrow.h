/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_NARROW_H
#define ISSUER_DESK_NARROW_H

/* Statements that lists put together: only the conditions that apply, so that each has its index. */

#include <stdbool.h>
#include <stddef.h>

/*
 * Adds " AND condition" to the statement where it applies. The text is this program's own; sql_max is
 * large enough for all there is.
 */
void narrow(char *sql, size_t sql_max, bool applies, const char *condition);

#endif
