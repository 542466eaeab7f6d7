/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_SEAL_H
#define VERIFIER_STATE_SEAL_H

/*
 * What tells that a site's memory was written by something else than this program: a keyed hash over
 * the tables that count, bound to the head of the journal, which holds its own rows together.
 *
 *	key     BLAKE2b-256 of the bytes of site.key: other sites have other seals
 *	tables  documents without their bytes, conditions, verdicts, what the journal has beside its rows;
 *	        requests, marks and words of the vendor
 *	seal    of the one row of `memory`, the journal's head, and the tables
 *
 * The key is a secret of the same folder. So this is no proof: who writes a program that reads
 * site.key can seal anything. It takes the easy ways, an UPDATE or a row taken away, and finds a bit
 * that the disk has turned.
 *
 * What others fill as they like (telemetry) is not sealed. Nor is the text of the schema: a migration
 * that leaves the sealed columns as they were leaves the seal as it was. Errors of store.h.
 */

#include "keys/hash.h"
#include "keys/mark_file.h"
#include "keys/store.h"

enum { SEAL_KEY_LEN = HASH_LEN };

/*
 * The one row of `memory`, the columns that are sealed and the seal last. It is read three times at
 * an opening, and a text that is the same is prepared once.
 */
#define SEAL_MEMORY_ROW                                                                            \
	"SELECT origin, anchor, clock, clock_lost, checked_ran, marked, rollback_since, seal"      \
	" FROM memory"
enum { SEAL_MEMORY_COLUMNS = 7 };

void seal_key(const uint8_t *key_file, size_t len, uint8_t ret_key[SEAL_KEY_LEN]);

/*
 * STORE_DAMAGED where there is more than tables and their indexes: views, triggers and tables of modules
 * would run what they like. Before anything else is read.
 */
enum skerry_err seal_check_plain(struct store *store);

/* The digest of the tables, as they are now. */
enum skerry_err seal_read_tables(struct store *store, uint8_t ret_tables[HASH_LEN]);

/* Seals what the change under way leaves behind; `tables` are those of the change. */
enum skerry_err seal_write(
	struct store *store, const uint8_t key[SEAL_KEY_LEN], const uint8_t tables[HASH_LEN]);

/* STORE_DAMAGED where the seal is another one. All is read in one state of the database. */
enum skerry_err seal_check(
	struct store *store, const uint8_t key[SEAL_KEY_LEN], uint8_t ret_tables[HASH_LEN]);

/* The mark outside of the database has a seal of its own. */
void seal_mark(struct mark *mark, const uint8_t key[SEAL_KEY_LEN]);
bool seal_mark_holds(const struct mark *mark, const uint8_t key[SEAL_KEY_LEN]);

/* And so has a record that is a file: "clock" for site.clock. */
void seal_bytes(const uint8_t key[SEAL_KEY_LEN], const char *what, const uint8_t *bytes, size_t len,
	uint8_t ret_seal[HASH_LEN]);

#endif
