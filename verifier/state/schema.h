/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_SCHEMA_H
#define VERIFIER_STATE_SCHEMA_H

/* The tables of site.db (schema.sql). */

#include "keys/store.h"

enum {
	SITE_SCHEMA_VERSION = 3,
	/* A question has its answer soon, whoever else holds the database. */
	SITE_BUSY_MS = 500,
	SITE_VALUE_MAX = 4 << 20 /* bytes: more than any document has */
};

extern const struct store_schema SITE_SCHEMA;

#endif
