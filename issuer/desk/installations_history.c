/* SPDX-License-Identifier: ISC */
/* The history of an installation: what fork.h judges by, loaded and kept. */
#include "installations.h"

#include <stdlib.h>
#include <string.h>

/* --- loaded ------------------------------------------------------------------------------------ */

static enum skerry_err
load_site(struct desk *desk, int64_t id, struct fork_site *ret_site)
{
	struct fork_site site = { .lines_len = 0 };
	struct store_query q;
	bool found;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT fork_since, fork_current, fork_tellings, fork_found FROM installation"
		" WHERE id = ?");
	store_bind_int(&q, id);
	found = store_step(&q);
	if (found) {
		site.since = (uint64_t)store_int(&q, 0);
		site.current = (uint8_t)store_int(&q, 1);
		site.tellings = (uint8_t)store_int(&q, 2);
		site.found = (enum fork_found)store_int(&q, 3);
	}
	err = store_done(&q);
	if (err == SKERRY_OK && !found)
		err = SKERRY_ERR_NOT_FOUND;
	if (err == SKERRY_OK)
		*ret_site = site;
	return err;
}

/* Lines are numbered from 0 without a gap, and their parents are older: fork_judge relies on it. */
static enum skerry_err
load_lines(struct desk *desk, int64_t id, struct fork_site *site)
{
	bool sound = true;
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT line, parent, from_number, first, first_reply, tip, seq, seen, reply, told"
		" FROM installation_line WHERE installation_id = ? ORDER BY line");
	store_bind_int(&q, id);
	while (sound && store_step(&q)) {
		int64_t parent = store_int(&q, 1);

		sound = site->lines_len < FORK_LINES_MAX && store_int(&q, 0) == site->lines_len &&
			parent >= 0 &&
			(parent < site->lines_len || (parent | site->lines_len) == 0);
		if (!sound)
			break;
		site->lines[site->lines_len++] = (struct fork_line){ .parent = (uint8_t)parent,
			.from = (uint64_t)store_int(&q, 2),
			.first = (uint64_t)store_int(&q, 3),
			.first_reply = (uint64_t)store_int(&q, 4),
			.tip = (uint64_t)store_int(&q, 5),
			.seq = (uint64_t)store_int(&q, 6),
			.seen = (uint64_t)store_int(&q, 7),
			.reply = (uint64_t)store_int(&q, 8),
			.told = store_int(&q, 9) != 0 };
	}
	err = store_done(&q);
	sound = sound &&
		(site->lines_len == 0 ? site->current == 0 : site->current < site->lines_len);
	return err == SKERRY_OK && !sound ? SKERRY_ERR_STORE_DAMAGED : err;
}

static bool
add_row(struct store_query *q, const struct fork_site *site, struct fork_row **rows,
	size_t *rows_len, size_t *rows_max)
{
	struct cbor_bytes digest = store_bytes(q, 1);
	struct fork_row *row;

	if (*rows_len == *rows_max) {
		size_t max = *rows_max == 0 ? 64 : *rows_max * 2;
		struct fork_row *more = realloc(*rows, max * sizeof *more);

		if (more == NULL)
			return false;
		*rows = more;
		*rows_max = max;
	}
	row = &(*rows)[*rows_len];
	*row = (struct fork_row){ .line = (uint8_t)store_int(q, 2),
		.arrived = store_int(q, 3) != 0,
		.stopgap = store_int(q, 4) != 0 };
	row->id.number = (uint64_t)store_int(q, 0);
	if (digest.len != FORK_DIGEST_LEN || row->line >= site->lines_len)
		return true;
	memcpy(row->id.digest, digest.data, digest.len);
	++*rows_len;
	return true;
}

enum skerry_err
installations_load_history(struct desk *desk, int64_t id, uint64_t from, uint64_t to,
	struct fork_site *ret_site, struct fork_row **ret_rows, size_t *ret_rows_len)
{
	struct fork_site site;
	struct fork_row *rows = NULL;
	size_t rows_len = 0, rows_max = 0;
	bool enough = true;
	struct store_query q;
	enum skerry_err err = load_site(desk, id, &site), done;

	if (err == SKERRY_OK)
		err = load_lines(desk, id, &site);
	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"SELECT number, digest, line, arrived, stopgap FROM request"
		" WHERE installation_id = ? AND number BETWEEN ? AND ? ORDER BY number LIMIT ?");
	store_bind_int(&q, id);
	store_bind_int(&q, (int64_t)from);
	store_bind_int(&q, (int64_t)to);
	store_bind_int(&q, INSTALLATIONS_ROWS_MAX);
	while (enough && store_step(&q))
		enough = add_row(&q, &site, &rows, &rows_len, &rows_max);
	done = store_done(&q);
	if (done == SKERRY_OK && !enough)
		done = SKERRY_ERR_NO_MEMORY;
	if (done != SKERRY_OK) {
		free(rows);
		return done;
	}
	*ret_site = site;
	*ret_rows = rows;
	*ret_rows_len = rows_len;
	return SKERRY_OK;
}

/* --- kept -------------------------------------------------------------------------------------- */

static enum skerry_err
run_for(struct desk *desk, const char *sql, int64_t id)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	store_bind_int(&q, id);
	return store_run(&q);
}

static enum skerry_err
write_line(struct desk *desk, int64_t id, size_t number, const struct fork_line *line)
{
	struct store_query q;

	store_query(desk->store, &q,
		"INSERT OR REPLACE INTO installation_line (installation_id, line, parent,"
		" from_number, first, first_reply, tip, seq, seen, reply, told)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	store_bind_int(&q, id);
	store_bind_int(&q, (int64_t)number);
	store_bind_int(&q, line->parent);
	store_bind_int(&q, (int64_t)line->from);
	store_bind_int(&q, (int64_t)line->first);
	store_bind_int(&q, (int64_t)line->first_reply);
	store_bind_int(&q, (int64_t)line->tip);
	store_bind_int(&q, (int64_t)line->seq);
	store_bind_int(&q, (int64_t)line->seen);
	store_bind_int(&q, (int64_t)line->reply);
	store_bind_int(&q, line->told);
	return store_run(&q);
}

/* `found_at`: LICENSE_NEVER leaves it as it was. */
static enum skerry_err
write_site(struct desk *desk, int64_t id, const struct fork_site *site, int64_t found_at)
{
	struct store_query q;

	store_query(desk->store, &q,
		"UPDATE installation SET fork_since = ?, fork_current = ?, fork_tellings = ?,"
		" fork_found = ?, fork_found_at = ifnull(?, fork_found_at) WHERE id = ?");
	store_bind_int(&q, (int64_t)site->since);
	store_bind_int(&q, site->current);
	store_bind_int(&q, site->tellings);
	store_bind_int(&q, site->found);
	store_bind_date(&q, found_at);
	store_bind_int(&q, id);
	return store_run(&q);
}

/* Replies stand without the request that they answered. */
static enum skerry_err
start_over(struct desk *desk, int64_t id)
{
	enum skerry_err err = run_for(desk, "DELETE FROM request WHERE installation_id = ?", id);

	return err == SKERRY_OK
		       ? run_for(desk, "DELETE FROM installation_line WHERE installation_id = ?",
				 id)
		       : err;
}

static enum skerry_err
write_listed(struct desk *desk, int64_t id, const struct fork_id *listed, uint8_t line)
{
	struct store_query q;

	store_query(desk->store, &q,
		"INSERT INTO request (installation_id, number, digest, line, arrived, stopgap)"
		" VALUES (?, ?, ?, ?, 0, 0) ON CONFLICT DO NOTHING");
	store_bind_int(&q, id);
	store_bind_int(&q, (int64_t)listed->number);
	store_bind_bytes(&q, listed->digest, FORK_DIGEST_LEN);
	store_bind_int(&q, line);
	return store_run(&q);
}

static enum skerry_err
write_self(struct desk *desk, int64_t id, const struct fork_verdict *verdict,
	const struct installations_request *request)
{
	const struct request_head *journal = request->journal;
	struct store_query q;

	store_query(desk->store, &q,
		"INSERT INTO request (installation_id, number, digest, line, arrived, stopgap, "
		"kind,"
		" received_at, journal_seq, journal_hash) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, "
		"?8,"
		" ?9) ON CONFLICT (installation_id, number, digest) DO UPDATE SET line = ?4,"
		" arrived = 1, stopgap = ?5, kind = ?6, received_at = ?7, journal_seq = ?8,"
		" journal_hash = ?9");
	store_bind_int(&q, id);
	store_bind_int(&q, (int64_t)request->fork->self.number);
	store_bind_bytes(&q, request->fork->self.digest, FORK_DIGEST_LEN);
	store_bind_int(&q, verdict->line);
	store_bind_int(&q, verdict->stopgap);
	store_bind_text(&q, request_kind_name(request->kind));
	store_bind_int(&q, request->received_at);
	if (journal == NULL || journal->hash == NULL) {
		store_bind_null(&q);
		store_bind_null(&q);
	} else {
		store_bind_int(&q, (int64_t)journal->seq);
		store_bind_bytes(&q, journal->hash, REQUEST_HASH_LEN);
	}
	return store_run(&q);
}

static enum skerry_err
prune(struct desk *desk, int64_t id, const struct fork_verdict *verdict)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK;

	if (verdict->stopgap) {
		store_query(desk->store, &q,
			"DELETE FROM request WHERE installation_id = ?1 AND line = ?2 AND stopgap"
			" AND id NOT IN (SELECT id FROM request WHERE installation_id = ?1 AND "
			"line ="
			" ?2 AND stopgap ORDER BY id DESC LIMIT ?3)");
		store_bind_int(&q, id);
		store_bind_int(&q, verdict->line);
		store_bind_int(&q, FORK_STOPGAPS_MAX);
		err = store_run(&q);
	}
	if (err != SKERRY_OK || verdict->prune_below == 0)
		return err;
	store_query(desk->store, &q,
		"DELETE FROM request WHERE installation_id = ? AND line = ? AND number < ?");
	store_bind_int(&q, id);
	store_bind_int(&q, verdict->line);
	store_bind_int(&q, (int64_t)verdict->prune_below);
	return store_run(&q);
}

static enum skerry_err
find_request(struct desk *desk, int64_t id, const struct fork_id *self, int64_t *ret_request)
{
	struct store_query q;
	int64_t row = 0;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT id FROM request WHERE installation_id = ? AND number = ? AND digest = ?");
	store_bind_int(&q, id);
	store_bind_int(&q, (int64_t)self->number);
	store_bind_bytes(&q, self->digest, FORK_DIGEST_LEN);
	if (store_step(&q))
		row = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_request = row;
	return err;
}

static enum skerry_err
record(struct desk *desk, int64_t id, const struct fork_site *site,
	const struct fork_verdict *verdict, const struct installations_request *request)
{
	const struct fork_request *fork = request->fork;
	enum skerry_err err = verdict->start_over ? start_over(desk, id) : SKERRY_OK;

	for (size_t i = 0; i < site->lines_len && err == SKERRY_OK; i++)
		err = write_line(desk, id, i, &site->lines[i]);
	for (size_t i = verdict->fresh; i < fork->list_len && err == SKERRY_OK; i++)
		err = write_listed(desk, id, &fork->list[i], verdict->line);
	if (err == SKERRY_OK)
		err = write_self(desk, id, verdict, request);
	return err == SKERRY_OK ? prune(desk, id, verdict) : err;
}

enum skerry_err
installations_apply(struct desk *desk, int64_t id, const struct fork_site *site,
	const struct fork_verdict *verdict, const struct installations_request *request,
	int64_t *ret_request)
{
	enum skerry_err err = SKERRY_OK;

	if (verdict->record)
		err = record(desk, id, site, verdict, request);
	if (err == SKERRY_OK && verdict->record)
		err = write_site(
			desk, id, site, verdict->found == FORK_NONE ? LICENSE_NEVER : desk->now);
	return err == SKERRY_OK ? find_request(desk, id, &request->fork->self, ret_request) : err;
}

enum skerry_err
installations_settle(struct desk *desk, int64_t id)
{
	struct fork_site site;
	struct installation row;
	struct store_query q;
	enum skerry_err err = installations_find_row(desk, id, &row);

	if (err == SKERRY_OK)
		err = load_site(desk, id, &site);
	if (err != SKERRY_OK)
		return err;
	fork_settle(&site, row.reply_made, desk->now);
	err = write_site(desk, id, &site, LICENSE_NEVER);
	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"UPDATE installation SET fork_found_at = NULL, settled_at = ? WHERE id = ?");
	store_bind_int(&q, desk->now);
	store_bind_int(&q, id);
	return store_run(&q);
}
