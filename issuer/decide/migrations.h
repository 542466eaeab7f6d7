/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_MIGRATIONS_H
#define ISSUER_DECIDE_MIGRATIONS_H

/*
 * How often a license may move to another machine. A site that was released may have been copied
 * before: its old document goes on until its last date, so each release feeds one more machine. A
 * plan allows so many a year; a release counts for 365 days, and longer as long as the old document
 * could still live. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MIGRATIONS_YEAR_S (INT64_C(365) * 86400)

/* A site released: when, and the last date of its documents (LICENSE_NEVER). */
struct migration {
	int64_t at, lapses_at;
};

/* Until when a release counts; LICENSE_NEVER. At that second it no longer does. */
int64_t migrations_until(const struct migration *migration);

/* What counts of the year's releases. */
struct migrations {
	int64_t count;
	int64_t next_at; /* when the first of them stops counting; LICENSE_NEVER */
};

/* Empty: count 0, next_at LICENSE_NEVER. */
struct migrations migrations_none(void);
/* Counts one more release, if it counts at `now`. */
void migrations_add(struct migrations *migrations, const struct migration *migration, int64_t now);

/* Whether one more is within what the plan allows a year. */
bool migrations_permit(const struct migrations *migrations, int64_t allowed);

#endif
