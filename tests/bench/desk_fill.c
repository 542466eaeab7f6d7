/* SPDX-License-Identifier: ISC */
#include "desk_fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "issuer/desk/founding.h"
#include "issuer/desk/operators.h"
#include "issuer/desk/plans.h"
#include "keys/random.h"

/* ?1 how many, ?2 now, ?3 days over which terms end. The brand, product and plan are row 1. */
#define NUMBERS "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "
#define ENDS "?2 + 3600 + (i * 7919 % (?3 * 24)) * 3600"

static const char *const RECORDS[] = {
	NUMBERS "INSERT INTO customer (id, brand_id, email, name, company, created_at)"
		" SELECT i, 1, 'owner' || i || '@stay.example', 'Hotel Sukamaju ' || i,"
		" 'PT Usaha ' || (i % 5000), ?2 - 86400 FROM n",
	NUMBERS "INSERT INTO license_key (id, brand_id, customer_id, lookup, sealed, masked,"
		" created_at) SELECT i, 1, i, randomblob(32), randomblob(80),"
		" printf('HMS-%05d-*****-*****-****7', i % 100000), ?2 - 86400 FROM n",
	NUMBERS "INSERT INTO sale (id, brand_id, license_key_id, price, currency, payment, at)"
		" SELECT i, 1, i, '120.50', 'EUR', 'bill-' || i, ?2 - 86400 FROM n",
	NUMBERS "INSERT INTO license (id, public_id, brand_id, license_key_id, sale_id, product_id,"
		" plan_id, status, valid_from, valid_until, max_activations, edition,"
		" activation_next, created_at) SELECT i, printf('%016d', i), 1, i, i, 1, 1,"
		" iif(i % 4 = 0, 'unpaired', 'paired'), ?2 - 86400 * 300, " ENDS ", 1,"
		" iif(i % 4 = 0, 0, 1), iif(i % 4 = 0, 1, 2), ?2 - 86400 FROM n",
	NUMBERS
	"INSERT INTO activation (id, brand_id, license_id, number, kind, status_index,"
	" site_id, fingerprint, install_id, hostname, os, paired_at, renew_by, expires_at)"
	" SELECT i, 1, i, 1, 'machine', i, randomblob(32), randomblob(220), 'install-' || i,"
	" 'front-desk-' || i, 'Debian 12', ?2 - 86400,"
	" ?2 - 86400 * 30 + (i * 104729 % (?3 * 24)) * 1800, " ENDS " + 86400 * 40"
	" FROM n WHERE i % 4 <> 0",
	NUMBERS "INSERT INTO document (id, kind, brand_id, activation_id, cti, edition, kid,"
		" issued_at, expires_at, digest, bytes) SELECT i + 1000, 'license', 1, i,"
		" randomblob(8), 1, x'0001020304050607', ?2 - 86400, " ENDS " + 86400 * 40,"
		" randomblob(32), randomblob(640) FROM n WHERE i % 4 <> 0",
	"INSERT INTO finder (rowid, words) SELECT 2 * id,"
	" email || ' ' || name || ' ' || coalesce(company, '') FROM customer"
	" WHERE ?1 + ?2 + ?3 > 0",
	"INSERT INTO finder (rowid, words) SELECT 2 * id + 1, hostname || ' ' || install_id"
	" FROM activation WHERE ?1 + ?2 + ?3 > 0",
	"UPDATE brand SET status_next = ?1 + 1 WHERE ?2 + ?3 > 0",
};

static void
sql(struct desk *desk, const char *text)
{
	struct store_query q;

	store_query(desk->store, &q, text);
	while (store_step(&q))
		;
	bench_require(store_done(&q) == SKERRY_OK, store_detail(desk->store));
}

/* No crash is to be outlived here, and what is inserted refers to what was inserted. */
static void
fill(struct desk *desk, int64_t licenses, int64_t days)
{
	sql(desk, "PRAGMA synchronous = OFF");
	sql(desk, "PRAGMA foreign_keys = OFF");
	sql(desk, "PRAGMA cache_size = -1000000");
	bench_require(store_begin(desk->store) == SKERRY_OK, "the desk does not fill");
	for (size_t i = 0; i < sizeof RECORDS / sizeof *RECORDS; i++) {
		struct store_query q;

		store_query(desk->store, &q, RECORDS[i]);
		store_bind_int_at(&q, 1, licenses);
		store_bind_int_at(&q, 2, DESK_FILL_NOW);
		store_bind_int_at(&q, 3, days);
		bench_require(store_run(&q) == SKERRY_OK, store_detail(desk->store));
	}
	bench_require(store_commit(desk->store) == SKERRY_OK, "the desk does not fill");
	sql(desk, "PRAGMA wal_checkpoint(TRUNCATE)");
}

static void
fill_catalog(struct desk *desk)
{
	struct brand brand = {
		.slug = "hotelhub", .name = "HotelHub", .key_format = "HMS-#####-#####-#####-#####"
	};
	struct product product = { .brand = "hotelhub", .slug = "hms", .name = "HotelHub HMS" };
	struct plan *plan = malloc(sizeof *plan);

	bench_require(plan != NULL, "no memory");
	bench_require(desk_begin(desk) == SKERRY_OK && brands_insert(desk, &brand) == SKERRY_OK,
		"no brand");
	product.brand_id = brand.id;
	bench_require(products_insert(desk, &product) == SKERRY_OK, "no product");
	plan_default(plan);
	plan->brand_id = brand.id;
	plan->product_id = product.id;
	strcpy(plan->brand, "hotelhub");
	strcpy(plan->product, "hms");
	strcpy(plan->slug, "island");
	strcpy(plan->name, "Island");
	bench_require(
		plans_insert(desk, plan) == SKERRY_OK && desk_commit(desk) == SKERRY_OK, "no plan");
	free(plan);
}

static void
open_desk(const char *path, struct desk *ret_desk)
{
	bench_require(desk_open(path, ret_desk) == SKERRY_OK, "the desk does not open");
	ret_desk->clock_given = true;
	ret_desk->clock = DESK_FILL_NOW;
	bench_require(operators_unlock(ret_desk, NULL) == SKERRY_OK, "the desk stays locked");
}

/* Made under another name, so that one whose filling was interrupted is no desk. */
static void
make(const char *path, int64_t licenses, bool all_due)
{
	char unfinished[DESK_PATH_MAX + 24];
	char advice[DESK_ADVICE_MAX];
	struct founding founding = { .path = unfinished,
		.name = "bench",
		.now = DESK_FILL_NOW,
		.latest = LICENSE_NEVER,
		.alg = COSE_ALG_EDDSA };
	struct desk desk;

	snprintf(unfinished, sizeof unfinished, "%s.%ld", path, (long)getpid());
	fprintf(stderr, "bench: filling %s\n", path);
	bench_require(founding_make(&founding, advice) == SKERRY_OK, "no desk can be made there");
	open_desk(unfinished, &desk);
	fill_catalog(&desk);
	fill(&desk, licenses, all_due ? DESK_FILL_DUE_DAYS : DESK_FILL_DAYS);
	desk_close(&desk);
	bench_require(rename(unfinished, path) == 0, "the desk cannot be renamed");
}

void
desk_fill_open(const char *folder, int64_t licenses, bool all_due, struct desk *ret_desk)
{
	char path[DESK_PATH_MAX];

	bench_require(random_start() == SKERRY_OK, "no random numbers");
	snprintf(path, sizeof path, "%s/desk-%lld%s", folder, (long long)licenses,
		all_due ? "-due" : "");
	if (access(path, F_OK) != 0)
		make(path, licenses, all_due);
	open_desk(path, ret_desk);
}
