/* SPDX-License-Identifier: ISC */
#include "audit_archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/audit_misfit.h"
#include "issuer/desk/brand_guard.h"
#include "keys/atomic_file.h"
#include "keys/untrusted_file.h"

/* Notes which archive it was. */
static enum skerry_err
refuse(struct desk *desk, enum skerry_err err, const char *path, size_t offset)
{
	desk_note_offset(desk, err, offset);
	return desk_refuse(desk, err, path, "%s",
		err == SKERRY_ERR_FILE_DAMAGED || desk->has_offset
			? "It is no archive of an audit log, or not a whole one. Take another copy."
			: skerry_err_advice(err));
}

static enum skerry_err
read_item(struct audit_archive *archive, struct audit_log_item *ret_item, size_t *ret_offset)
{
	size_t len;
	enum skerry_err err = audit_log_read_item(archive->bytes + archive->at,
		archive->bytes_len - archive->at, ret_item, &len, ret_offset);

	*ret_offset += archive->at;
	if (err == SKERRY_OK)
		archive->at += len;
	return err;
}

enum skerry_err
audit_archive_open(struct desk *desk, const char *path, struct audit_archive *ret_archive)
{
	struct audit_archive archive = { .bytes = NULL };
	size_t offset = 0;
	enum skerry_err err =
		untrusted_file_read(path, AUDIT_ARCHIVE_MAX, &archive.bytes, &archive.bytes_len);

	if (err == SKERRY_OK)
		err = read_item(&archive, &archive.header, &offset);
	if (err == SKERRY_OK && archive.header.kind != AUDIT_LOG_HEADER)
		err = SKERRY_ERR_CLAIM_VALUE;
	if (err != SKERRY_OK) {
		audit_archive_close(&archive);
		return refuse(desk, err, path, offset);
	}
	archive.seq = archive.header.seq - 1;
	*ret_archive = archive;
	return SKERRY_OK;
}

void
audit_archive_close(struct audit_archive *archive)
{
	free(archive->bytes);
	archive->bytes = NULL;
}

/* The end vouches for everything before it, and nothing comes after. */
static enum skerry_err
check_end(const struct audit_archive *archive, size_t end_at, const struct audit_log_item *end)
{
	uint8_t digest[HASH_LEN];

	hash_blake2b(NULL, 0, archive->bytes, end_at, digest);
	if (archive->at != archive->bytes_len)
		return SKERRY_ERR_CBOR_TRAILING;
	return end->seq == archive->seq && memcmp(end->hash, digest, HASH_LEN) == 0
		       ? SKERRY_OK
		       : SKERRY_ERR_FILE_DAMAGED;
}

enum skerry_err
audit_archive_next(struct desk *desk, const char *path, struct audit_archive *archive,
	struct audit_log_item *ret_item, bool *ret_more)
{
	struct audit_log_item item;
	size_t at = archive->at, offset = 0;
	enum skerry_err err = read_item(archive, &item, &offset);

	if (err == SKERRY_OK && item.kind == AUDIT_LOG_HEADER)
		err = SKERRY_ERR_CLAIM_VALUE;
	if (err == SKERRY_OK && item.kind == AUDIT_LOG_END)
		err = check_end(archive, at, &item);
	if (err != SKERRY_OK)
		return refuse(desk, err, path, offset > at ? offset : at);
	if (item.kind == AUDIT_LOG_ROW)
		archive->seq = item.row.seq;
	*ret_more = item.kind != AUDIT_LOG_END;
	*ret_item = item;
	return SKERRY_OK;
}

/* A file in memory that grows. */
struct text {
	uint8_t *bytes;
	size_t len, max;
};

static enum skerry_err
append(struct text *text, const struct audit_log_item *item)
{
	struct cbor_writer w;
	size_t len;
	enum skerry_err err;

	if (text->len + AUDIT_LOG_ITEM_MAX > text->max) {
		size_t max = text->max == 0 ? 65536 : text->max * 2;
		uint8_t *more = max > AUDIT_ARCHIVE_MAX ? NULL : realloc(text->bytes, max);

		if (more == NULL)
			return max > AUDIT_ARCHIVE_MAX ? SKERRY_ERR_DOCUMENT_TOO_LARGE
						       : SKERRY_ERR_NO_MEMORY;
		text->bytes = more;
		text->max = max;
	}
	cbor_writer_init(&w, text->bytes + text->len, text->max - text->len);
	audit_log_write_item(&w, item);
	err = cbor_writer_finish(&w, &len);
	if (err == SKERRY_OK)
		text->len += len;
	return err;
}

static enum skerry_err
write_header(struct desk *desk, struct text *text, const struct audit_head *anchor)
{
	char public_id[AUDIT_LOG_DESK_LEN + 1] = "";
	struct audit_log_item item = { .kind = AUDIT_LOG_HEADER,
		.at = desk->now,
		.seq = anchor->seq + 1,
		.hash = anchor->hash };
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q, "SELECT public_id FROM desk");
	if (store_step(&q))
		store_text(&q, 0, public_id, sizeof public_id);
	err = store_done(&q);
	item.name = cbor_text_from_chars(public_id);
	return err == SKERRY_OK ? append(text, &item) : err;
}

static enum skerry_err
write_operators(struct desk *desk, struct text *text, int64_t last)
{
	struct audit_log_item item = { .kind = AUDIT_LOG_OPERATOR };
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;

	store_query(desk->store, &q,
		"SELECT id, name FROM operator WHERE id IN"
		" (SELECT operator_id FROM audit WHERE seq <= ?) ORDER BY id");
	store_bind_int(&q, last);
	while (err == SKERRY_OK && store_step(&q)) {
		item.id = store_int(&q, 0);
		item.name = cbor_text_from_chars(store_chars(&q, 1));
		err = append(text, &item);
	}
	done = store_done(&q);
	return done != SKERRY_OK ? done : err;
}

/* The rows, whose chain must hold: an archive of a log that was tampered with would hide it. */
static enum skerry_err
write_rows(struct desk *desk, struct text *text, const struct audit_head *anchor,
	struct audit_archived *archived)
{
	struct audit_log_item item = { .kind = AUDIT_LOG_ROW };
	int64_t seq = anchor->seq, bad = 0;
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;

	memcpy(archived->hash, anchor->hash, HASH_LEN);
	archived->first = anchor->seq + 1;
	store_query(
		desk->store, &q, "SELECT " AUDIT_COLUMNS " FROM audit WHERE seq <= ? ORDER BY seq");
	store_bind_int(&q, archived->last);
	while (err == SKERRY_OK && bad == 0 && store_step(&q)) {
		audit_read_row(&q, &item.row);
		if (item.row.seq != ++seq || !audit_follows(archived->hash, &item.row)) {
			bad = item.row.seq;
			continue;
		}
		memcpy(archived->hash, item.row.hash.data, HASH_LEN);
		archived->at = item.row.at;
		archived->rows++;
		err = append(text, &item);
	}
	done = store_done(&q);
	if (done == SKERRY_OK && err == SKERRY_OK && bad != 0) {
		char row[32];

		snprintf(row, sizeof row, "row %lld", (long long)bad);
		return desk_refuse(desk, SKERRY_ERR_AUDIT_CHAIN, row,
			"Nothing was archived. See what is wrong with: skerry-issuer audit verify");
	}
	return done != SKERRY_OK ? done : err;
}

static enum skerry_err
write_end(struct text *text, int64_t last)
{
	uint8_t digest[HASH_LEN];
	struct audit_log_item item = { .kind = AUDIT_LOG_END, .seq = last, .hash = digest };

	hash_blake2b(NULL, 0, text->bytes, text->len, digest);
	return append(text, &item);
}

/* The last row before `before` that may go: rows behind it stay, the newest one always. */
static enum skerry_err
find_last(struct desk *desk, int64_t before, int64_t *ret_last)
{
	struct store_query q;
	int64_t last = 0;
	enum skerry_err err;

	/* Times never go back, but a clock set right by hand may have: the first late row ends it. */
	store_query(desk->store, &q,
		"SELECT coalesce((SELECT seq - 1 FROM audit WHERE at >= ?1 ORDER BY seq LIMIT 1),"
		" (SELECT max(seq) - 1 FROM audit))");
	store_bind_int(&q, before);
	if (store_step(&q))
		last = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_last = last;
	return err;
}

/* What was written, read from the disk. */
static enum skerry_err
read_back(struct desk *desk, const char *path, const struct text *text)
{
	uint8_t *bytes = NULL;
	size_t len;
	bool same;
	enum skerry_err err = untrusted_file_read(path, AUDIT_ARCHIVE_MAX, &bytes, &len);

	if (err != SKERRY_OK)
		return refuse(desk, err, path, 0);
	same = len == text->len && memcmp(bytes, text->bytes, len) == 0;
	free(bytes);
	return same ? SKERRY_OK : refuse(desk, SKERRY_ERR_FILE_DAMAGED, path, 0);
}

/* The rows go, the anchor and the row that vouches for it come. */
static enum skerry_err
take_out(struct desk *desk, const struct audit_archived *archived)
{
	char hash[2 * HASH_LEN + 1];
	struct store_query q;
	enum skerry_err err;

	for (size_t i = 0; i < HASH_LEN; i++)
		snprintf(hash + 2 * i, 3, "%02x", archived->hash[i]);
	err = audit_append(desk, "audit.archive", "audit", "seq=%lld hash=%s first=%lld",
		(long long)archived->last, hash, (long long)archived->first);
	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q, "DELETE FROM audit WHERE seq <= ?");
	store_bind_int(&q, archived->last);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"REPLACE INTO audit_anchor (id, seq, at, hash, archived_at) VALUES (1, ?, ?, ?, "
		"?)");
	store_bind_int(&q, archived->last);
	store_bind_int(&q, archived->at);
	store_bind_bytes(&q, archived->hash, HASH_LEN);
	store_bind_int(&q, desk->now);
	return store_run(&q);
}

enum skerry_err
audit_archive_make(
	struct desk *desk, const char *path, int64_t before, struct audit_archived *ret_archived)
{
	struct audit_archived archived = { .rows = 0 };
	struct text text = { NULL, 0, 0 };
	struct audit_head anchor;
	/* Before the file is there. */
	enum skerry_err err = brand_guard_ask(desk, 0);

	if (err == SKERRY_OK)
		err = audit_read_anchor(desk->store, &anchor);
	if (err == SKERRY_OK)
		err = find_last(desk, before, &archived.last);
	if (err != SKERRY_OK)
		return err;
	if (archived.last <= anchor.seq)
		return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, "audit",
			"No row is that old: name a later day with --before. The newest row always "
			"stays.");
	err = write_header(desk, &text, &anchor);
	if (err == SKERRY_OK)
		err = write_operators(desk, &text, archived.last);
	if (err == SKERRY_OK)
		err = write_rows(desk, &text, &anchor, &archived);
	if (err == SKERRY_OK)
		err = write_end(&text, archived.last);
	if (err == SKERRY_ERR_DOCUMENT_TOO_LARGE)
		desk_refuse(desk, err, path, "Archive it in parts: --before an earlier day.");
	if (err == SKERRY_OK)
		err = atomic_file_write(path, text.bytes, text.len, 0600, false);
	if (err == SKERRY_OK)
		err = read_back(desk, path, &text);
	if (err == SKERRY_OK)
		err = take_out(desk, &archived);
	archived.bytes_len = text.len;
	free(text.bytes);
	if (err == SKERRY_OK)
		*ret_archived = archived;
	return err;
}
