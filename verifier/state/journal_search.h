/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_JOURNAL_SEARCH_H
#define VERIFIER_STATE_JOURNAL_SEARCH_H

/*
 * What the journal had reached at an instant, and what it says from there backwards. Of 100,000 rows a
 * few dozen are read: rows ascend in settled time but where it was taken back, and those are noted
 * (schema.sql, journal_turn).
 *
 * Where time went back, an instant was passed more than once: the last time counts, as the journal
 * went on. Errors of store.h.
 */

#include "journal.h"

/* Where the journal stood at an instant. */
struct journal_place {
	int64_t seq;        /* the last row at or before it; 0: none of the site's time is */
	int64_t first_at;   /* of the first row in the site's time; LICENSE_NEVER: there is none */
	bool begun_here;    /* that is the journal's beginning; else older rows went */
	int64_t turned_seq; /* the instant was passed before: time went back at this row; 0 */
};

enum skerry_err journal_find_place(
	struct store *store, int64_t at, struct journal_place *ret_place);

/* `each` returns false to stop; texts are borrowed. */
typedef bool journal_visit(void *context, const struct journal_row *row);

/* The last verdict row about a subject that is not behind row `until`: none or one. */
enum skerry_err journal_last_verdict(struct store *store, const char *subject, int64_t until,
	journal_visit *each, void *context);

/* The first subject of a verdict row that is greater than `subject`, "" for the first of all. */
enum skerry_err journal_next_subject(struct store *store, const char *subject,
	char ret_subject[JOURNAL_SUBJECT_MAX], bool *ret_found);

/* Rows from `until` backwards that tell no verdict, among the last `looked_at` rows. */
enum skerry_err journal_each_back(
	struct store *store, int64_t until, int64_t looked_at, journal_visit *each, void *context);

#endif
