/* SPDX-License-Identifier: ISC */
#include "lists.h"

#include <stdio.h>

#include "bare.h"
#include "bench.h"
#include "issuer/exchange/status_lists.h"

enum { ONE_IN = 100 };

/* Of the licenses that are at a site, so many that it is one in a hundred of all. */
static void
revoke(struct desk *desk)
{
	struct store_query q;

	store_query(desk->store, &q,
		"INSERT INTO revocation (brand_id, license_id, activation_id, reason, at)"
		" SELECT brand_id, license_id, id, 'revoked', ?1 FROM activation"
		" WHERE (random() & 0x7fffffff) % ?2 = 0");
	store_bind_int_at(&q, 1, desk->now);
	store_bind_int_at(&q, 2, ONE_IN * 3 / 4);
	bench_require(store_run(&q) == SKERRY_OK, "nothing is revoked");
}

static enum skerry_err
count(void *context, struct cbor_bytes list)
{
	*(size_t *)context += list.len;
	return SKERRY_OK;
}

void
lists_bench(struct desk *desk, int64_t licenses)
{
	struct signing signing;
	size_t signed_lists = 0, bytes = 0;
	double before;

	bench_require(desk_begin(desk) == SKERRY_OK && signing_open(desk, &signing) == SKERRY_OK,
		"the desk does not begin");
	revoke(desk);
	before = bare_cpu();
	bench_require(status_lists_refresh(desk, &signing, 0, &signed_lists) == SKERRY_OK &&
			      signed_lists == 1,
		"no list");
	before = bare_cpu() - before;
	bench_require(status_lists_each(desk, 0, count, &bytes) == SKERRY_OK, "no list");
	printf("%-34s %10zu B    (at most 15360) of %lld documents, one in %d revoked; made in "
	       "%.1f ms CPU\n",
		"status list, signed", bytes, (long long)licenses, ONE_IN, before * 1e3);
	signing_close(&signing);
	desk_rollback(desk);
}
