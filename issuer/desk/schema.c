/* SPDX-License-Identifier: ISC */
#include "schema.h"

/* Version 1 is the first: none leads to it. */
static const char *const MIGRATIONS[DESK_SCHEMA_VERSION] = { [0] = NULL,
	[1] =
#include "migrate-1-2.sql.h"
		,
	[2] =
#include "migrate-2-3.sql.h"
		, [3] =
#include "migrate-3-4.sql.h"
};

const struct store_schema DESK_SCHEMA = {
	.application_id = 0x534b5259, /* "SKRY" */
	.version = DESK_SCHEMA_VERSION,
	.sql =
#include "schema.sql.h"
		, .migrations = MIGRATIONS,
};
