/* SPDX-License-Identifier: ISC */
#include "schema.h"

/* Version 1 is the first: none leads to it. */
static const char *const MIGRATIONS[SITE_SCHEMA_VERSION] = { [0] = NULL,
	[1] =
#include "migrate-1-2.sql.h"
		, [2] =
#include "migrate-2-3.sql.h"
};

static const char *const READINGS[SITE_SCHEMA_VERSION] = { [0] = NULL,
	[1] =
#include "read-1.sql.h"
		, [2] =
#include "read-2.sql.h"
};

const struct store_schema SITE_SCHEMA = {
	.application_id = 0x534b5354, /* "SKST" */
	.version = SITE_SCHEMA_VERSION,
	.sql =
#include "schema.sql.h"
		,
	.migrations = MIGRATIONS,
	.readings = READINGS,
	.busy_ms = SITE_BUSY_MS,
	.value_max = SITE_VALUE_MAX,
};
