/* SPDX-License-Identifier: ISC */
#include "requests.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "restored.h"

/* Column `state`. */
enum { OPEN = 0, ACKNOWLEDGED = 1, OLD_STOPGAP = 2 };

#define ROW                                                                                        \
	"SELECT number, digest, nonce, ran, stopgap, state, kind, written_at, news,"               \
	" told_restored, sealed, id, keys FROM request "

/* --- reading --------------------------------------------------------------------------------- */

static bool
copy_bytes(struct store_query *q, int column, uint8_t *ret_bytes, size_t len)
{
	struct cbor_bytes bytes = store_bytes(q, column);

	if (bytes.data == NULL || bytes.len != len)
		return false;
	memcpy(ret_bytes, bytes.data, len);
	return true;
}

/* False for one that this program did not write. */
static bool
read_row(struct store_query *q, struct requests_row *ret_row)
{
	*ret_row = (struct requests_row){
		.sent = { .number = (uint64_t)store_int(q, 0), .ran = store_int(q, 3) },
		.stopgap = store_int(q, 4) != 0,
		.answered = store_int(q, 5) == ACKNOWLEDGED,
		.kind = (enum request_kind)store_int(q, 6),
		.written_at = store_int(q, 7),
		.told_restored = store_int(q, 9),
	};
	store_text(q, 12, ret_row->keys, sizeof ret_row->keys);
	return store_int(q, 0) > 0 && request_kind_name(ret_row->kind) != NULL &&
	       copy_bytes(q, 1, ret_row->sent.digest, REQUEST_DIGEST_LEN) &&
	       copy_bytes(q, 2, ret_row->sent.nonce, REQUEST_NONCE_LEN) &&
	       copy_bytes(q, 8, ret_row->news, HASH_LEN);
}

/* The `sent` of each row into a list of `max`; ends the query. */
static enum skerry_err
read_list(struct store_query *q, struct dialog_sent *ret_list, size_t max, size_t *ret_len,
	bool *ret_answered)
{
	struct requests_row row;
	size_t len = 0;
	bool whole = true, answered = false;
	enum skerry_err err;

	while (whole && store_step(q)) {
		whole = len < max && read_row(q, &row);
		if (whole)
			ret_list[len++] = row.sent;
		answered = answered || (whole && row.answered);
	}
	err = store_done(q);
	if (err != SKERRY_OK)
		return err;
	if (!whole)
		return SKERRY_ERR_STORE_DAMAGED;
	*ret_len = len;
	*ret_answered = answered;
	return SKERRY_OK;
}

enum skerry_err
requests_load_dialog(struct store *store, struct dialog *ret_dialog)
{
	struct dialog dialog = { .sent_len = 0 };
	struct store_query q;
	bool answered;
	enum skerry_err err;

	store_query(store, &q,
		ROW "WHERE NOT stopgap AND (state = 0 OR number ="
		    " (SELECT max(number) FROM request WHERE NOT stopgap AND state = 1))"
		    " ORDER BY number");
	err = read_list(&q, dialog.sent, DIALOG_LIST_MAX, &dialog.sent_len, &dialog.acknowledged);
	if (err != SKERRY_OK)
		return err;
	store_query(store, &q,
		ROW "WHERE id IN (SELECT id FROM request WHERE stopgap AND state <> 1"
		    " ORDER BY id DESC LIMIT ?) ORDER BY id");
	store_bind_int(&q, DIALOG_STOPGAPS_MAX);
	err = read_list(&q, dialog.stopgaps, DIALOG_STOPGAPS_MAX, &dialog.stopgaps_len, &answered);
	if (err == SKERRY_OK)
		*ret_dialog = dialog;
	return err;
}

enum skerry_err
requests_newest_open(
	struct store *store, struct requests_row *ret_row, uint8_t **ret_sealed, bool *ret_known)
{
	struct requests_row row;
	struct cbor_bytes sealed = { NULL, 0 };
	struct store_query q;
	uint8_t *bytes = NULL;
	bool found, whole = true;
	enum skerry_err err;

	store_query(store, &q, ROW "WHERE id = (SELECT max(id) FROM request) AND state = 0");
	found = store_step(&q);
	if (found) {
		sealed = store_bytes(&q, 10);
		whole = read_row(&q, &row) && sealed.len > 0;
	}
	if (found && whole) {
		bytes = malloc(sealed.len);
		if (bytes != NULL)
			memcpy(bytes, sealed.data, sealed.len);
	}
	err = store_done(&q);
	if (err == SKERRY_OK && !whole)
		err = SKERRY_ERR_STORE_DAMAGED;
	else if (err == SKERRY_OK && found && bytes == NULL)
		err = SKERRY_ERR_NO_MEMORY;
	if (err != SKERRY_OK) {
		free(bytes);
		return err;
	}
	*ret_known = found;
	if (!found)
		return SKERRY_OK;
	row.sealed = (struct cbor_bytes){ bytes, sealed.len };
	*ret_row = row;
	*ret_sealed = bytes;
	return SKERRY_OK;
}

static void
hash_sealed(struct cbor_bytes sealed, uint8_t ret_hash[HASH_LEN])
{
	hash_blake2b(NULL, 0, sealed.data, sealed.len, ret_hash);
}

enum skerry_err
requests_find(struct store *store, struct cbor_bytes sealed, enum requests_mine *ret_mine)
{
	enum requests_mine mine = REQUESTS_NOT_MINE;
	uint8_t hash[HASH_LEN];
	struct store_query q;
	enum skerry_err err;

	hash_sealed(sealed, hash);
	store_query(store, &q,
		"SELECT state, id = (SELECT max(id) FROM request) FROM request"
		" WHERE sealed_hash = ?");
	store_bind_bytes(&q, hash, HASH_LEN);
	if (store_step(&q))
		mine = store_int(&q, 0) == ACKNOWLEDGED ? REQUESTS_ANSWERED
		       : store_int(&q, 1) != 0          ? REQUESTS_OPEN
							: REQUESTS_SUPERSEDED;
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_mine = mine;
	return err;
}

enum skerry_err
requests_last_written(struct store *store, int64_t *ret_written_at)
{
	int64_t written_at = LICENSE_NEVER;
	struct store_query q;
	enum skerry_err err;

	store_query(store, &q, "SELECT written_at FROM request ORDER BY id DESC LIMIT 1");
	if (store_step(&q))
		written_at = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_written_at = written_at;
	return err;
}

enum skerry_err
requests_untold_restore(struct store *store, int64_t *ret_seq)
{
	int64_t restored, told = 0;
	struct store_query q;
	enum skerry_err err = restored_last(store, &restored);

	if (err != SKERRY_OK)
		return err;
	store_query(store, &q, "SELECT max(told_restored) FROM request WHERE state = 1");
	if (store_step(&q))
		told = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_seq = restored > told ? restored : 0;
	return err;
}

/* --- writing --------------------------------------------------------------------------------- */

static enum skerry_err
insert(struct memory *memory, const struct requests_row *row)
{
	uint8_t hash[HASH_LEN];
	struct store_query q;

	hash_sealed(row->sealed, hash);
	store_query(memory->store, &q,
		"INSERT INTO request (number, digest, nonce, ran, written_at, kind, stopgap,"
		" state, told_restored, news, sealed, sealed_hash, keys)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, nullif(?, ''))");
	store_bind_int(&q, (int64_t)row->sent.number);
	store_bind_bytes(&q, row->sent.digest, REQUEST_DIGEST_LEN);
	store_bind_bytes(&q, row->sent.nonce, REQUEST_NONCE_LEN);
	store_bind_int(&q, row->sent.ran);
	store_bind_int(&q, row->written_at);
	store_bind_int(&q, row->kind);
	store_bind_int(&q, row->stopgap ? 1 : 0);
	store_bind_int(&q, row->told_restored);
	store_bind_bytes(&q, row->news, HASH_LEN);
	store_bind_bytes(&q, row->sealed.data, row->sealed.len);
	store_bind_bytes(&q, hash, HASH_LEN);
	store_bind_text(&q, row->keys);
	return store_run(&q);
}

/* It takes the place of every earlier one: nobody writes those again. */
static enum skerry_err
pass_over_earlier(struct store *store, int64_t id)
{
	struct store_query q;
	enum skerry_err err = store_erase_for_good(store);

	if (err != SKERRY_OK)
		return err;
	store_query(store, &q,
		"UPDATE request SET sealed = NULL, keys = NULL, state = CASE WHEN stopgap AND "
		"state = 0"
		" THEN ?2 ELSE state END"
		" WHERE id < ?1 AND (sealed IS NOT NULL OR (stopgap AND state = 0))");
	store_bind_int_at(&q, 1, id);
	store_bind_int_at(&q, 2, OLD_STOPGAP);
	return store_run(&q);
}

/* What the dialog needs stays, and what was told of a restored backup. */
static enum skerry_err
prune(struct store *store)
{
	struct store_query q;

	store_query(store, &q,
		"DELETE FROM request WHERE id <="
		" (SELECT id FROM request ORDER BY id DESC LIMIT 1 OFFSET ?)"
		" AND (stopgap OR state = 1)"
		" AND (stopgap OR number <>"
		" (SELECT max(number) FROM request WHERE NOT stopgap AND state = 1))"
		" AND (told_restored = 0 OR state <> 1 OR told_restored <>"
		" (SELECT max(told_restored) FROM request WHERE state = 1))");
	store_bind_int(&q, REQUESTS_KEPT_MAX);
	return store_run(&q);
}

enum { SUBJECT_MAX = 32 };

static void
name_request(const struct requests_row *row, char ret_subject[SUBJECT_MAX])
{
	snprintf(ret_subject, SUBJECT_MAX, "request %" PRIu64, row->sent.number);
}

static void
write_hex(const uint8_t digest[REQUEST_DIGEST_LEN], char ret_hex[2 * REQUEST_DIGEST_LEN + 1])
{
	for (size_t i = 0; i < REQUEST_DIGEST_LEN; i++)
		snprintf(ret_hex + 2 * i, 3, "%02x", digest[i]);
}

enum skerry_err
requests_record(struct memory *memory, const struct requests_row *row)
{
	char subject[SUBJECT_MAX], digest[2 * REQUEST_DIGEST_LEN + 1];
	enum skerry_err err = insert(memory, row);
	int64_t id = err == SKERRY_OK ? store_last_id(memory->store) : 0;

	if (err == SKERRY_OK)
		err = pass_over_earlier(memory->store, id);
	if (err == SKERRY_OK)
		err = events_sent(memory, id, row->events, row->events_len);
	if (err == SKERRY_OK)
		err = prune(memory->store);
	if (err != SKERRY_OK)
		return err;
	name_request(row, subject);
	write_hex(row->sent.digest, digest);
	return memory_tell(memory, "request.written", subject, "kind=%s digest=%s%s%s",
		request_kind_name(row->kind), digest, row->stopgap ? " stopgap" : "",
		row->told_restored != 0 ? " restored" : "");
}

/* --- a reply --------------------------------------------------------------------------------- */

static enum skerry_err
find_nonce(struct store *store, const uint8_t nonce[REQUEST_NONCE_LEN],
	struct requests_row *ret_row, int64_t *ret_id)
{
	struct store_query q;
	bool found, whole = true;
	enum skerry_err err;

	store_query(store, &q, ROW "WHERE nonce = ? AND state <> 1");
	store_bind_bytes(&q, nonce, REQUEST_NONCE_LEN);
	found = store_step(&q);
	if (found) {
		whole = read_row(&q, ret_row);
		*ret_id = store_int(&q, 11);
	}
	err = store_done(&q);
	return err == SKERRY_OK && !(found && whole) ? SKERRY_ERR_STORE_DAMAGED : err;
}

/* All up to a number, and stopgaps that have nothing more to say, as dialog.c has forgotten them. */
static enum skerry_err
mark_acknowledged(struct store *store, uint64_t number, int64_t stopgap_id)
{
	struct store_query q;
	enum skerry_err err = store_erase_for_good(store);

	if (err != SKERRY_OK)
		return err;
	store_query(store, &q,
		"UPDATE request SET state = 1, sealed = NULL, keys = NULL WHERE state <> 1"
		" AND (number <= ?1 OR (stopgap AND id <= ?2))");
	store_bind_int_at(&q, 1, (int64_t)number);
	store_bind_int_at(&q, 2, stopgap_id);
	return store_run(&q);
}

enum skerry_err
requests_acknowledge(struct memory *memory, const uint8_t nonce[REQUEST_NONCE_LEN],
	struct requests_row *ret_row, bool *ret_newest, bool *ret_known)
{
	struct requests_row row = { .stopgap = false };
	struct dialog_sent answered;
	struct dialog dialog;
	const struct dialog_sent *newest;
	char subject[SUBJECT_MAX];
	int64_t id = 0;
	bool is_newest;
	enum skerry_err err = requests_load_dialog(memory->store, &dialog);

	if (err != SKERRY_OK)
		return err;
	newest = dialog_newest(&dialog);
	is_newest = newest != NULL && memcmp(newest->nonce, nonce, REQUEST_NONCE_LEN) == 0;
	if (!dialog_acknowledge(&dialog, nonce, &answered)) {
		*ret_known = false;
		return SKERRY_OK;
	}
	err = find_nonce(memory->store, nonce, &row, &id);
	if (err == SKERRY_OK)
		err = mark_acknowledged(memory->store, dialog.sent[0].number, row.stopgap ? id : 0);
	if (err == SKERRY_OK)
		err = events_acknowledged(memory, id);
	name_request(&row, subject);
	if (err == SKERRY_OK)
		err = memory_tell(memory, "request.answered", subject, "kind=%s%s",
			request_kind_name(row.kind), row.stopgap ? " stopgap" : "");
	if (err != SKERRY_OK)
		return err;
	row.answered = true;
	*ret_row = row;
	*ret_newest = is_newest;
	*ret_known = true;
	return SKERRY_OK;
}
