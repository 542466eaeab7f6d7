/* SPDX-License-Identifier: ISC */
#include "seats_inside.h"

const struct store_schema SEATS_SCHEMA = {
	.application_id = 0x534b5353, /* "SKSS" */
	.version = 1,
	.sql =
#include "seats.sql.h"
		,
	.busy_ms = 2000,
	.value_max = 1 << 16,
	.cache_kib = 512,
	/* A page goes to the log whole, for a row of 80 bytes; and into the file after 4 MB of them. */
	.page_size = 1024,
	.log_pages = 4000,
};
