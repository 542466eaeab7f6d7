/* SPDX-License-Identifier: ISC */
#ifndef KEYS_STORE_INSIDE_H
#define KEYS_STORE_INSIDE_H

/* What store.c, which opens it, and store_query.c share of a store; for nobody else. */

#include "store.h"

struct sqlite3;

struct store_kept {
	struct sqlite3_stmt *statement;
	bool in_use;
	uint64_t used; /* store->uses when it was */
};

struct store {
	struct sqlite3 *db;
	const struct store_schema *schema;
	int unwritable; /* the errno of its folder when it is only read, else 0 */
	char detail[256];
	struct store_kept kept[STORE_KEPT_MAX];
	uint64_t uses;
};

/* What a code of SQLite is among our errors; errno is set, and the detail kept. */
enum skerry_err store_error_of(struct store *store, int code);

#endif
