/* SPDX-License-Identifier: ISC */
#include "seal.h"

#include <string.h>

#include "keys/log_chain.h"

/* Each is read by its key: rows have no other order. */
struct table {
	const char *sql;
	int columns;
};

static const struct table TABLES[] = {
	{ "SELECT file, digest, arrived_at, last_at, found FROM document ORDER BY file", 5 },
	{ "SELECT license, kind, value, since FROM condition ORDER BY license, kind, value", 4 },
	{ "SELECT question, words, seq FROM verdict ORDER BY question", 3 },
	{ "SELECT seq, hash FROM journal_anchor", 2 },
	{ "SELECT seq FROM journal_turn ORDER BY seq", 1 },
	/* From here on of later versions: an empty one is as none, and a seal outlives the migration. */
	{ "SELECT number, digest, nonce, ran, written_at, kind, stopgap, state, told_restored, "
	  "news,"
	  " sealed_hash, keys FROM request ORDER BY id",
		12 },
	{ "SELECT kind, brand, kid, number, issued_at FROM vendor_mark ORDER BY kind, brand, kid",
		5 },
	{ "SELECT brand, license, told_at, until, heard_at, kid FROM unpairing"
	  " ORDER BY brand, license, told_at",
		6 },
	{ "SELECT uri, idx, value, at FROM reached ORDER BY uri, idx", 4 },
	{ "SELECT seq, hash FROM desk_head ORDER BY seq", 2 },
	{ "SELECT brand, number, told_at, code, product, license, text FROM refusal"
	  " ORDER BY brand, number",
		7 },
	{ "SELECT brand, license, masked, told_at FROM key_mask ORDER BY brand, license", 4 },
};
enum { TABLES_FIRST = 5 /* of the first version */ };

static const struct table MEMORY = { SEAL_MEMORY_ROW, SEAL_MEMORY_COLUMNS };

void
seal_key(const uint8_t *key_file, size_t len, uint8_t ret_key[SEAL_KEY_LEN])
{
	static const char PURPOSE[] = "skerry seal of a site's memory";

	hash_blake2b((const uint8_t *)PURPOSE, sizeof PURPOSE - 1, key_file, len, ret_key);
}

/* --- rows ------------------------------------------------------------------------------------ */

struct row {
	struct store_query *q;
	int columns;
};

/* The schema, which is sealed too, says which type each column has. */
static void
write_row(struct cbor_writer *w, const void *context)
{
	const struct row *row = context;

	cbor_write_array(w, (size_t)row->columns);
	for (int i = 0; i < row->columns; i++) {
		struct cbor_bytes value = store_bytes(row->q, i);

		if (store_is_null(row->q, i))
			cbor_write_null(w);
		else
			cbor_write_bytes(w, value.data, value.len);
	}
}

/* Where one table ends and the next begins. */
static void
add_number(uint8_t digest[HASH_LEN], uint8_t number)
{
	uint8_t bytes[HASH_LEN + 1];

	memcpy(bytes, digest, HASH_LEN);
	bytes[HASH_LEN] = number;
	hash_blake2b(NULL, 0, bytes, sizeof bytes, digest);
}

enum { NO_NUMBER = -1 };

/* `number` begins a table where it has rows; NO_NUMBER: the caller has begun it. */
static enum skerry_err
add_table(struct store *store, const struct table *table, int number, uint8_t digest[HASH_LEN])
{
	struct store_query q;
	const struct row row = { &q, table->columns };
	enum skerry_err err = SKERRY_OK, query_err;

	store_query(store, &q, table->sql);
	while (err == SKERRY_OK && store_step(&q)) {
		if (number != NO_NUMBER)
			add_number(digest, (uint8_t)number);
		number = NO_NUMBER;
		err = log_chain_next(digest, write_row, &row, digest);
	}
	query_err = store_done(&q);
	/* A row that is too long, or a table that is not there, is none of this program's. */
	if (query_err != SKERRY_OK)
		return query_err == SKERRY_ERR_STORE ? SKERRY_ERR_STORE_DAMAGED : query_err;
	return err == SKERRY_OK ? SKERRY_OK : SKERRY_ERR_STORE_DAMAGED;
}

enum skerry_err
seal_check_plain(struct store *store)
{
	struct store_query q;
	bool plain;
	enum skerry_err err;

	store_query(store, &q,
		"SELECT 1 FROM sqlite_schema WHERE type NOT IN ('table', 'index')"
		" OR sql LIKE 'create virtual%' LIMIT 1");
	plain = !store_step(&q);
	err = store_done(&q);
	return err == SKERRY_OK && !plain ? SKERRY_ERR_STORE_DAMAGED : err;
}

enum skerry_err
seal_read_tables(struct store *store, uint8_t ret_tables[HASH_LEN])
{
	uint8_t digest[HASH_LEN] = { 0 };
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES && err == SKERRY_OK; i++) {
		if (i < TABLES_FIRST)
			add_number(digest, (uint8_t)i);
		err = add_table(store, &TABLES[i], i < TABLES_FIRST ? NO_NUMBER : (int)i, digest);
	}
	if (err == SKERRY_OK)
		memcpy(ret_tables, digest, HASH_LEN);
	return err;
}

/* --- the seal -------------------------------------------------------------------------------- */

static enum skerry_err
compute(struct store *store, const uint8_t key[SEAL_KEY_LEN], const uint8_t tables[HASH_LEN],
	uint8_t ret_seal[HASH_LEN])
{
	static const struct table HEAD = {
		"SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", 2
	};
	uint8_t digest[HASH_LEN];
	enum skerry_err err;

	memcpy(digest, tables, HASH_LEN);
	err = add_table(store, &MEMORY, NO_NUMBER, digest);
	add_number(digest, 0);
	if (err == SKERRY_OK)
		err = add_table(store, &HEAD, NO_NUMBER, digest);
	if (err == SKERRY_OK)
		seal_bytes(key, "memory", digest, HASH_LEN, ret_seal);
	return err;
}

enum skerry_err
seal_write(struct store *store, const uint8_t key[SEAL_KEY_LEN], const uint8_t tables[HASH_LEN])
{
	uint8_t seal[HASH_LEN];
	struct store_query q;
	enum skerry_err err = compute(store, key, tables, seal);

	if (err != SKERRY_OK)
		return err;
	store_query(store, &q, "UPDATE memory SET seal = ?");
	store_bind_bytes(&q, seal, HASH_LEN);
	return store_run(&q);
}

static enum skerry_err
compare(struct store *store, const uint8_t seal[HASH_LEN])
{
	struct store_query q;
	bool same = false;
	enum skerry_err err;

	store_query(store, &q, SEAL_MEMORY_ROW);
	if (store_step(&q))
		same = cbor_bytes_same(store_bytes(&q, SEAL_MEMORY_COLUMNS),
			(struct cbor_bytes){ seal, HASH_LEN });
	err = store_done(&q);
	return err == SKERRY_OK && !same ? SKERRY_ERR_STORE_DAMAGED : err;
}

enum skerry_err
seal_check(struct store *store, const uint8_t key[SEAL_KEY_LEN], uint8_t ret_tables[HASH_LEN])
{
	uint8_t seal[HASH_LEN], tables[HASH_LEN];
	bool begun = false;
	enum skerry_err err = store_begin_reading(store, &begun);

	if (err == SKERRY_OK)
		err = seal_read_tables(store, tables);
	if (err == SKERRY_OK)
		err = compute(store, key, tables, seal);
	if (err == SKERRY_OK)
		err = compare(store, seal);
	if (begun)
		store_rollback(store);
	if (err == SKERRY_OK)
		memcpy(ret_tables, tables, HASH_LEN);
	return err;
}

/* --- outside of the database ----------------------------------------------------------------- */

void
seal_bytes(const uint8_t key[SEAL_KEY_LEN], const char *what, const uint8_t *bytes, size_t len,
	uint8_t ret_seal[HASH_LEN])
{
	uint8_t digests[2 * HASH_LEN];

	hash_blake2b(NULL, 0, (const uint8_t *)what, strlen(what), digests);
	hash_blake2b(NULL, 0, bytes, len, digests + HASH_LEN);
	hash_blake2b(key, SEAL_KEY_LEN, digests, sizeof digests, ret_seal);
}

static void
mark_seal(const struct mark *mark, const uint8_t key[SEAL_KEY_LEN], uint8_t ret_seal[HASH_LEN])
{
	uint8_t bytes[2 * 8 + HASH_LEN];

	for (unsigned i = 0; i < 8; i++) {
		bytes[i] = (uint8_t)((uint64_t)mark->seq >> (56 - 8 * i));
		bytes[8 + i] = (uint8_t)((uint64_t)mark->at >> (56 - 8 * i));
	}
	memcpy(bytes + 16, mark->hash, HASH_LEN);
	seal_bytes(key, "mark", bytes, sizeof bytes, ret_seal);
}

void
seal_mark(struct mark *mark, const uint8_t key[SEAL_KEY_LEN])
{
	uint8_t seal[HASH_LEN];

	mark_seal(mark, key, seal);
	memcpy(mark->seal, seal, MARK_SEAL_LEN);
}

bool
seal_mark_holds(const struct mark *mark, const uint8_t key[SEAL_KEY_LEN])
{
	uint8_t seal[HASH_LEN];

	mark_seal(mark, key, seal);
	return memcmp(mark->seal, seal, MARK_SEAL_LEN) == 0;
}
