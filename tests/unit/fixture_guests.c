/* SPDX-License-Identifier: ISC */
#include "fixture_guests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "issuer/desk/manifests.h"
#include "keys/exchange_open.h"
#include "verifier/exchange/bundle_in.h"

struct hotels hotels;
const struct bundles_wish GUESTS_ALL = { .all = true };

int
guests_set_up(void **state)
{
	desk_fixture_make(state);
	memset(&hotels, 0, sizeof hotels);
	hotels.fixture = *state;
	return 0;
}

int
guests_tear_down(void **state)
{
	for (size_t i = 0; i < hotels.len; i++)
		key_pair_free(&hotels.guests[i].opening);
	return desk_fixture_remove(state);
}

struct desk *
guests_desk(void)
{
	return &hotels.fixture->desk;
}

void
guests_begin(int64_t after_s)
{
	guests_desk()->clock = DESK_NOW + after_s;
	assert_int_equal(desk_begin(guests_desk()), SKERRY_OK);
	assert_int_equal(signing_open(guests_desk(), &hotels.signing), SKERRY_OK);
	hotels.shelf = (struct plan_shelf){ .plans_len = 0 };
}

void
guests_end(void)
{
	assert_int_equal(desk_commit(guests_desk()), SKERRY_OK);
	signing_close(&hotels.signing);
	plan_shelf_clear(&hotels.shelf);
}

void
guests_run(const char *sql, int64_t a, int64_t b)
{
	struct store_query q;

	store_query(guests_desk()->store, &q, sql);
	store_bind_int_at(&q, 1, a);
	store_bind_int_at(&q, 2, b);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

int64_t
guests_count(const char *sql)
{
	struct store_query q;
	int64_t number = -1;

	store_query(guests_desk()->store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return number;
}

struct guest *
guests_check_in(const char *group)
{
	struct guest *guest = &hotels.guests[hotels.len++];
	struct installation row = { .has_opening_key = true,
		.has_site_key = true,
		.number = 7,
		.kind = REQUEST_HEARTBEAT,
		.rolled_back_since = LICENSE_NEVER,
		.found_at = LICENSE_NEVER,
		.settled_at = LICENSE_NEVER };
	struct key_pair site;

	assert_int_equal(key_pair_generate(KEY_SITE, COSE_ALG_EDDSA, &site), SKERRY_OK);
	assert_int_equal(
		key_pair_generate(KEY_OPENING, COSE_ALG_EDDSA, &guest->opening), SKERRY_OK);
	row.site_key = site.public_key;
	row.opening_key = guest->opening.public_key;
	hash_thumbprint(&site.public_key, row.site_id);
	memcpy(guest->site_id, row.site_id, sizeof guest->site_id);
	snprintf(row.group, sizeof row.group, "%s", group);
	assert_int_equal(installations_write(guests_desk(), &row), SKERRY_OK);
	guest->id = row.id;
	key_pair_free(&site);
	return guest;
}

bool
guests_keep(void *context, const uint8_t *bytes, size_t len)
{
	struct left *left = context;

	if (left->stop_at > 0 && left->len + len > left->stop_at)
		return false;
	if (left->len + len > left->max) {
		left->max = 2 * (left->len + len);
		left->bytes = realloc(left->bytes, left->max);
		assert_non_null(left->bytes);
	}
	memcpy(left->bytes + left->len, bytes, len);
	left->len += len;
	return true;
}

void
guests_make_at(int64_t after_s, const struct bundles_wish *wish, struct left *ret_left)
{
	struct bundles *bundles;
	struct bundles_summary summary;

	memset(ret_left, 0, sizeof *ret_left);
	guests_begin(after_s);
	assert_int_equal(bundles_prepare(guests_desk(), &hotels.signing, &hotels.shelf, wish,
				 &bundles, &ret_left->summary),
		SKERRY_OK);
	assert_int_equal(desk_commit(guests_desk()), SKERRY_OK);
	assert_int_equal(bundles_write(guests_desk(), &hotels.signing, bundles, guests_keep,
				 ret_left, &summary),
		SKERRY_OK);
	assert_int_equal(ret_left->len, ret_left->summary.bytes);
	assert_int_equal(summary.boxes, ret_left->summary.boxes);
	bundles_free(bundles);
	signing_close(&hotels.signing);
	plan_shelf_clear(&hotels.shelf);
}

size_t
guests_visit(const struct left *left, const struct guest *guest, const char *brand,
	struct read_box *ret_last)
{
	struct cbor_bytes bytes = { left->bytes, left->len };
	const struct bundle_source source = bundle_source_bytes(&bytes);
	const struct manifest_key *key;
	struct trust *trust;
	struct bundle_in in;
	size_t offset, boxes = 0;

	assert_int_equal(manifests_load(guests_desk(), &trust), SKERRY_OK);
	assert_int_equal(bundle_in_open(&source, trust, guest->site_id, &in, &offset), SKERRY_OK);
	assert_int_equal(in.seq, left->summary.seq);
	for (size_t i = 0; i < in.documents_len; i++) {
		const struct document *document = &in.documents[i];

		if (i < in.manifests + in.lists)
			continue;
		assert_int_equal(exchange_open_box(&guest->opening, trust, guest->site_id,
					 document->bytes, ret_last->plain, sizeof ret_last->plain,
					 &ret_last->reply, &key, &offset),
			SKERRY_OK);
		assert_true(cbor_text_equals(ret_last->reply.brand, brand));
		boxes++;
	}
	assert_int_equal(boxes, in.boxes);
	assert_int_equal(in.lists, left->summary.lists);
	bundle_in_free(&in);
	free(trust);
	return boxes;
}
