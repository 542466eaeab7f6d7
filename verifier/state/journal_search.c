/* SPDX-License-Identifier: ISC */
#include "journal_search.h"

#include <stdio.h>
#include <string.h>

#include "formats/license.h"

/* Rows are numbered from 1 on; another number is nobody's, and could not be counted on from. */
#define NUMBERED "seq BETWEEN 1 AND 9223372036854775806"

/* --- one row --------------------------------------------------------------------------------- */

struct stand {
	int64_t seq; /* 0: there is no such row */
	int64_t settled;
};

static enum skerry_err
find_stand(struct store *store, const char *sql, int64_t seq, struct stand *ret_stand)
{
	struct stand stand = { 0 };
	struct store_query q;
	enum skerry_err err;

	store_query(store, &q, sql);
	store_bind_int(&q, seq);
	if (store_step(&q))
		stand = (struct stand){ store_int(&q, 0), store_int(&q, 1) };
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_stand = stand;
	return err;
}

static enum skerry_err
find_from(struct store *store, int64_t seq, struct stand *ret_stand)
{
	return find_stand(store,
		"SELECT seq, settled FROM journal WHERE seq >= ? AND " NUMBERED
		" ORDER BY seq LIMIT 1",
		seq, ret_stand);
}

static enum skerry_err
find_until(struct store *store, int64_t seq, struct stand *ret_stand)
{
	return find_stand(store,
		"SELECT seq, settled FROM journal WHERE seq <= ? AND " NUMBERED
		" ORDER BY seq DESC LIMIT 1",
		seq, ret_stand);
}

/* Where time last went back, not behind a row. */
static enum skerry_err
find_turn(struct store *store, int64_t until, struct stand *ret_turn)
{
	return find_stand(store,
		"SELECT t.seq, j.settled FROM journal_turn t JOIN journal j ON j.seq = t.seq"
		" WHERE t.seq <= ? AND t." NUMBERED " ORDER BY t.seq DESC LIMIT 1",
		until, ret_turn);
}

/* --- an instant ------------------------------------------------------------------------------ */

/* Among rows in which time does not go back, of which `low` is at or before the instant, the last that is. */
static enum skerry_err
halve(struct store *store, int64_t at, int64_t low, int64_t high, int64_t *ret_seq)
{
	while (low < high) {
		int64_t middle = low + (high - low + 1) / 2;
		struct stand stand;
		enum skerry_err err = find_until(store, middle, &stand);

		if (err != SKERRY_OK)
			return err;
		if (stand.settled <= at)
			low = middle;
		else
			high = middle - 1;
	}
	*ret_seq = low;
	return SKERRY_OK;
}

/* The last row in the site's time at or before the instant; 0. From the last stretch backwards. */
static enum skerry_err
find_seq(struct store *store, int64_t at, int64_t *ret_seq)
{
	struct stand last, first, turn;
	enum skerry_err err = find_until(store, INT64_MAX, &last);

	*ret_seq = 0;
	while (err == SKERRY_OK && last.seq != 0) {
		err = find_turn(store, last.seq, &turn);
		if (err == SKERRY_OK)
			err = turn.seq != 0 ? SKERRY_OK : find_from(store, INT64_MIN, &first);
		if (err != SKERRY_OK)
			break;
		if (turn.seq != 0)
			first = turn;
		if (first.settled <= at) {
			err = halve(store, at, first.seq, last.seq, ret_seq);
			if (err == SKERRY_OK)
				err = find_until(store, *ret_seq, &first);
			if (err != SKERRY_OK || first.settled > 0)
				break;
			*ret_seq = 0;
		}
		if (turn.seq == 0)
			break;
		err = find_until(store, turn.seq - 1, &last);
	}
	return err;
}

/* Whether the instant had been passed when time went back to before it. */
static enum skerry_err
find_turned(struct store *store, int64_t at, int64_t seq, int64_t *ret_turned_seq)
{
	int64_t until = seq;

	*ret_turned_seq = 0;
	for (;;) {
		struct stand turn, before;
		enum skerry_err err = find_turn(store, until, &turn);

		if (err == SKERRY_OK && turn.seq != 0)
			err = find_until(store, turn.seq - 1, &before);
		if (err != SKERRY_OK || turn.seq == 0)
			return err;
		if (before.settled > at) {
			*ret_turned_seq = turn.seq;
			return SKERRY_OK;
		}
		until = turn.seq - 1;
	}
}

/* Before the first document the site had no time, and its rows say 0. */
static enum skerry_err
find_first(struct store *store, struct journal_place *place)
{
	struct stand first, timeless;
	int64_t seq = 0;
	enum skerry_err err = find_from(store, INT64_MIN, &first);

	place->first_at = LICENSE_NEVER;
	if (err != SKERRY_OK || first.seq == 0)
		return err;
	place->begun_here = first.seq == 1;
	timeless = first;
	if (first.settled <= 0) {
		struct stand last;

		err = find_until(store, INT64_MAX, &last);
		if (err == SKERRY_OK)
			err = halve(store, 0, first.seq, last.seq, &seq);
		if (err == SKERRY_OK)
			err = find_from(store, seq + 1, &timeless);
	}
	if (err == SKERRY_OK && timeless.seq != 0)
		place->first_at = timeless.settled;
	return err;
}

enum skerry_err
journal_find_place(struct store *store, int64_t at, struct journal_place *ret_place)
{
	struct journal_place place = { .seq = 0 };
	enum skerry_err err = find_first(store, &place);

	if (err == SKERRY_OK)
		err = find_seq(store, at, &place.seq);
	if (err == SKERRY_OK && place.seq != 0)
		err = find_turned(store, at, place.seq, &place.turned_seq);
	if (err == SKERRY_OK)
		*ret_place = place;
	return err;
}

/* --- rows ------------------------------------------------------------------------------------ */

enum skerry_err
journal_last_verdict(
	struct store *store, const char *subject, int64_t until, journal_visit *each, void *context)
{
	struct journal_row row;
	struct store_query q;

	store_query(store, &q,
		"SELECT " JOURNAL_COLUMNS " FROM journal WHERE kind = 'verdict' AND subject = ?"
		" AND seq <= ? ORDER BY seq DESC LIMIT 1");
	store_bind_text(&q, subject);
	store_bind_int(&q, until);
	if (store_step(&q) && journal_read_row(&q, &row))
		each(context, &row);
	return store_done(&q);
}

enum skerry_err
journal_next_subject(struct store *store, const char *subject,
	char ret_subject[JOURNAL_SUBJECT_MAX], bool *ret_found)
{
	char next[JOURNAL_SUBJECT_MAX] = "";
	struct store_query q;
	bool found;
	enum skerry_err err;

	store_query(store, &q,
		"SELECT subject FROM journal WHERE kind = 'verdict' AND subject > ?"
		" ORDER BY subject LIMIT 1");
	store_bind_text(&q, subject);
	found = store_step(&q);
	if (found)
		store_text(&q, 0, next, sizeof next);
	err = store_done(&q);
	/* One that is longer than any that was written would be found for ever. */
	if (found && strcmp(next, subject) <= 0)
		found = false;
	if (err == SKERRY_OK) {
		memcpy(ret_subject, next, sizeof next);
		*ret_found = found;
	}
	return err;
}

enum skerry_err
journal_each_back(
	struct store *store, int64_t until, int64_t looked_at, journal_visit *each, void *context)
{
	struct journal_row row;
	struct store_query q;

	store_query(store, &q,
		"SELECT " JOURNAL_COLUMNS " FROM journal WHERE seq <= ?1 AND seq > ?2"
		" AND kind <> 'verdict' ORDER BY seq DESC");
	store_bind_int_at(&q, 1, until);
	store_bind_int_at(&q, 2, until > looked_at ? until - looked_at : 0);
	while (store_step(&q))
		if (!journal_read_row(&q, &row) || !each(context, &row))
			break;
	return store_done(&q);
}
