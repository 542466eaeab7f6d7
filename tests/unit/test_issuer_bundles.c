/* SPDX-License-Identifier: ISC */
/* What a desk leaves for its sites: each finds its own replies in it by the way that a site goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_guests.h"
#include "issuer/exchange/bundles.h"
#include "issuer/exchange/bundles_inside.h"

enum { FEW = 3 };

/* A reply that says little. */
static void
answer(const struct guest *guest, int64_t brand_id, const char *brand)
{
	struct replies_draft draft = { .brand_id = brand_id };
	struct installation row;

	draft.reply.brand = cbor_text_from_chars(brand);
	draft.reply.acknowledged = 7;
	assert_int_equal(installations_find_row(guests_desk(), guest->id, &row), SKERRY_OK);
	assert_int_equal(replies_make(guests_desk(), &hotels.signing, &row, &draft), SKERRY_OK);
}

static void
fill(size_t len)
{
	guests_begin(0);
	for (size_t i = 0; i < len; i++)
		answer(guests_check_in(""), 1, "hotelhub");
	guests_end();
}

/* --- who finds what ---------------------------------------------------------------------------- */

static void
bundle_for_nobody_says_what_is_for_all(void **state)
{
	static struct read_box box;
	struct guest stranger = { .id = 0 };
	struct left left;

	(void)state;
	guests_make_at(0, &GUESTS_ALL, &left);
	assert_int_equal(left.summary.boxes, 0);
	assert_int_equal(left.summary.sites, 0);
	assert_int_equal(guests_visit(&left, &stranger, "hotelhub", &box), 0);
	free(left.bytes);
}

static void
each_site_finds_its_own(void **state)
{
	static const size_t COUNTS[] = { 1, SITES_MAX - 1 };
	static struct read_box box;

	(void)state;
	for (size_t i = 0; i < sizeof COUNTS / sizeof *COUNTS; i++) {
		struct left left;

		fill(COUNTS[i]);
		guests_make_at(0, &GUESTS_ALL, &left);
		assert_int_equal(left.summary.sites, hotels.len);
		assert_int_equal(left.summary.boxes, hotels.len);
		for (size_t g = 0; g < hotels.len; g += g < 20 ? 1 : 97)
			assert_int_equal(
				guests_visit(&left, &hotels.guests[g], "hotelhub", &box), 1);
		free(left.bytes);
	}
	assert_true(hotels.len > 2 * BUNDLE_PAGE_AIM / 600);
}

static void
bytes_name_nobody(void **state)
{
	struct left left;

	(void)state;
	fill(FEW);
	guests_make_at(0, &GUESTS_ALL, &left);
	for (size_t i = 0; i < FEW; i++) {
		const struct guest *guest = &hotels.guests[i];

		assert_null(memmem(left.bytes, left.len, guest->site_id, 8));
		assert_null(memmem(left.bytes, left.len, guest->opening.public_key.x, 8));
		assert_null(memmem(left.bytes, left.len, guest->opening.kid, COSE_KID_LEN));
	}
	free(left.bytes);
}

static void
same_bundle_written_twice_serves_the_same(void **state)
{
	static struct read_box a, b;
	struct left first = { .len = 0 }, second = { .len = 0 };
	struct bundles_summary summary;
	struct bundles *bundles;

	(void)state;
	fill(FEW);
	guests_begin(0);
	assert_int_equal(bundles_prepare(guests_desk(), &hotels.signing, &hotels.shelf, &GUESTS_ALL,
				 &bundles, &first.summary),
		SKERRY_OK);
	assert_int_equal(desk_commit(guests_desk()), SKERRY_OK);
	second.summary = first.summary;
	assert_int_equal(bundles_write(guests_desk(), &hotels.signing, bundles, guests_keep, &first,
				 &summary),
		SKERRY_OK);
	assert_int_equal(bundles_write(guests_desk(), &hotels.signing, bundles, guests_keep,
				 &second, &summary),
		SKERRY_OK);
	assert_int_equal(first.len, second.len);
	assert_memory_not_equal(first.bytes, second.bytes, first.len);
	for (size_t i = 0; i < FEW; i++) {
		assert_int_equal(guests_visit(&first, &hotels.guests[i], "hotelhub", &a), 1);
		assert_int_equal(guests_visit(&second, &hotels.guests[i], "hotelhub", &b), 1);
		assert_int_equal(a.reply.number, b.reply.number);
	}
	bundles_free(bundles);
	signing_close(&hotels.signing);
	free(first.bytes);
	free(second.bytes);
}

static void
what_a_site_has_is_not_left_again(void **state)
{
	static struct read_box box;
	struct left left;

	(void)state;
	fill(2);
	guests_begin(0);
	for (int i = 0; i < REPLIES_LEFT_MAX + 2; i++)
		answer(&hotels.guests[0], 1, "hotelhub");
	guests_run("UPDATE installation SET reply_taken = reply_made WHERE id = ?1",
		hotels.guests[1].id, 0);
	guests_end();
	guests_make_at(0, &GUESTS_ALL, &left);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(
		guests_visit(&left, &hotels.guests[0], "hotelhub", &box), REPLIES_LEFT_MAX);
	assert_int_equal(guests_visit(&left, &hotels.guests[1], "hotelhub", &box), 0);
	free(left.bytes);
}

static void
wish_narrows_it_down(void **state)
{
	static struct read_box box;
	struct bundles_wish brand = { .all = true }, group = { .group = "islands" },
			    one = { .installations_len = 2 };
	int64_t rows[2];
	struct brand other = {
		.slug = "riadhub", .name = "RiadHub", .key_format = "RIAD" BRANDS_KEY_SUFFIX
	};
	struct left left;

	(void)state;
	guests_begin(0);
	assert_int_equal(brands_insert(guests_desk(), &other), SKERRY_OK);
	guests_run("UPDATE brand SET status_next = 5", 0, 0);
	for (size_t i = 0; i < FEW; i++)
		answer(guests_check_in(i == 1 ? "islands" : ""), 1, "hotelhub");
	answer(&hotels.guests[0], other.id, "riadhub");
	guests_end();
	brand.brand_id = other.id;
	guests_make_at(0, &brand, &left);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(left.summary.lists, 1);
	assert_int_equal(guests_visit(&left, &hotels.guests[0], "riadhub", &box), 1);
	free(left.bytes);
	guests_make_at(0, &group, &left);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(left.summary.lists, 2);
	assert_int_equal(guests_visit(&left, &hotels.guests[1], "hotelhub", &box), 1);
	free(left.bytes);
	/* Named twice is there once. */
	rows[0] = rows[1] = hotels.guests[2].id;
	one.installations = rows;
	guests_make_at(0, &one, &left);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(guests_visit(&left, &hotels.guests[2], "hotelhub", &box), 1);
	free(left.bytes);
}

/* --- what goes wrong --------------------------------------------------------------------------- */

static void
key_that_sites_would_refuse_is_refused_before_anything(void **state)
{
	struct bundles_summary summary;
	struct bundles *bundles = NULL;
	struct manifest_key *key;

	(void)state;
	fill(1);
	guests_begin(0);
	key = &hotels.signing.trust->manifest.keys[0];
	key->revoked_at = DESK_NOW - 1;
	assert_int_equal(bundles_prepare(guests_desk(), &hotels.signing, &hotels.shelf, &GUESTS_ALL,
				 &bundles, &summary),
		SKERRY_ERR_TRUST_KEY_REVOKED);
	assert_non_null(strstr(guests_desk()->advice, "was revoked"));
	guests_end();
	assert_null(bundles);
	assert_int_equal(guests_count("SELECT count(*) FROM bundle"), 0);
}

/* The key was revoked between the two steps: what was made is read back, and does not leave. */
static void
index_that_does_not_verify_never_leaves(void **state)
{
	struct left left = { .len = 0 };
	struct bundles_summary summary;
	struct bundles *bundles;

	(void)state;
	guests_begin(0);
	assert_int_equal(bundles_prepare(guests_desk(), &hotels.signing, &hotels.shelf, &GUESTS_ALL,
				 &bundles, &summary),
		SKERRY_OK);
	assert_int_equal(desk_commit(guests_desk()), SKERRY_OK);
	hotels.signing.trust->manifest.keys[0].revoked_at = DESK_NOW - 1;
	assert_int_equal(bundles_write(guests_desk(), &hotels.signing, bundles, guests_keep, &left,
				 &summary),
		SKERRY_ERR_TRUST_KEY_REVOKED);
	assert_int_equal(left.len, 0);
	bundles_free(bundles);
	signing_close(&hotels.signing);
}

static void
place_that_is_full_and_replies_that_changed_are_told(void **state)
{
	struct left left = { .len = 0 };
	struct bundles_summary summary;
	struct bundles *bundles;

	(void)state;
	fill(2);
	guests_begin(0);
	assert_int_equal(bundles_prepare(guests_desk(), &hotels.signing, &hotels.shelf, &GUESTS_ALL,
				 &bundles, &summary),
		SKERRY_OK);
	assert_int_equal(desk_commit(guests_desk()), SKERRY_OK);
	left.stop_at = (size_t)summary.bytes - 1;
	assert_int_equal(bundles_write(guests_desk(), &hotels.signing, bundles, guests_keep, &left,
				 &summary),
		SKERRY_ERR_IO);
	/* A reply that came since is for the next one; one that is gone cannot be left. */
	signing_close(&hotels.signing);
	guests_begin(0);
	answer(&hotels.guests[0], 1, "hotelhub");
	assert_int_equal(desk_commit(guests_desk()), SKERRY_OK);
	left.stop_at = left.len = 0;
	assert_int_equal(bundles_write(guests_desk(), &hotels.signing, bundles, guests_keep, &left,
				 &summary),
		SKERRY_OK);
	assert_int_equal(left.len, summary.bytes);
	signing_close(&hotels.signing);
	guests_begin(0);
	guests_run("UPDATE installation SET reply_taken = reply_made WHERE id = ?1",
		hotels.guests[1].id, 0);
	assert_int_equal(desk_commit(guests_desk()), SKERRY_OK);
	left.len = 0;
	assert_int_equal(bundles_write(guests_desk(), &hotels.signing, bundles, guests_keep, &left,
				 &summary),
		SKERRY_ERR_STORE_BUSY);
	assert_int_equal(left.len, 0);
	bundles_free(bundles);
	signing_close(&hotels.signing);
	free(left.bytes);
}

/* --- a fan of fans ------------------------------------------------------------------------------ */

/* More pages than one index page holds; the sites are made up and have no boxes. */
static void
large_bundle_has_a_fan_of_fans(void **state)
{
	enum { LARGE = 60000, BOX = 700 };
	struct bundles *bundles = calloc(1, sizeof *bundles);
	uint8_t *fan = malloc(BUNDLE_PAGE_MAX), *index_bytes = malloc(BUNDLE_INDEX_MAX);
	struct bundle_entry *entries = calloc(BUNDLE_FAN_MAX, sizeof *entries), entry;
	uint8_t hashes[8][BUNDLE_HASH_LEN], byte = 0;
	uint64_t at;
	size_t len, offset;
	bool found = false;

	(void)state;
	guests_begin(0);
	bundles->summary.seq = 1;
	bundles->summary.issued_at = DESK_NOW;
	bundles->chain = bundles->common = &byte;
	bundles->chain_len = bundles->common_len = bundles->common_stored = 1;
	bundles->sites_len = LARGE;
	bundles->sites = calloc(LARGE, sizeof *bundles->sites);
	for (size_t i = 0; i < LARGE; i++) {
		struct bundles_site *site = &bundles->sites[i];

		for (size_t j = 0; j < 8; j++)
			site->key[j] = (uint8_t)((i + 1) >> (56 - 8 * j));
		site->boxes = 1;
		site->bytes = BOX;
	}
	assert_int_equal(bundles_lay_out(&hotels.signing, bundles), SKERRY_OK);
	assert_in_range(bundles->fans_len, 3, 8);
	at = bundles->common_stored;
	for (size_t i = 0; i < bundles->fans_len; i++) {
		assert_int_equal(
			bundles_write_fan(bundles, i, at, fan, &len, &entries[i], hashes[i]),
			SKERRY_OK);
		assert_in_range(len, 1, 40 * 1024);
		for (size_t j = 0; j < bundles->pages_len; j += 7) {
			const struct bundles_page *page = &bundles->pages[j];

			assert_int_equal(bundle_fan_find((struct cbor_bytes){ fan, len },
						 bundles->sites[page->first + 1].key, &found,
						 &entry, &offset),
				SKERRY_OK);
			if (j / bundles->fan == i)
				assert_int_equal(entry.place.offset, page->offset);
		}
		at += len;
	}
	assert_int_equal(at, bundles->pages[0].offset);
	assert_int_equal(bundles_sign_index(&hotels.signing, bundles, entries, index_bytes, &len),
		SKERRY_OK);
	assert_int_equal(len, bundles->index_len);
	guests_end();
	free(bundles->sites);
	free(bundles->pages);
	free(bundles);
	free(entries);
	free(fan);
	free(index_bytes);
}

static void
own_bundle_is_known_by_its_id(void **state)
{
	uint8_t strange[BUNDLE_ID_LEN] = { 1 };
	struct left left, next;
	uint64_t seq = 0;
	bool mine = false;

	(void)state;
	guests_make_at(0, &GUESTS_ALL, &left);
	guests_make_at(0, &GUESTS_ALL, &next);
	assert_true(next.summary.seq > left.summary.seq);
	assert_int_equal(bundles_find(guests_desk(), left.summary.id, &seq, &mine), SKERRY_OK);
	assert_true(mine);
	assert_int_equal(seq, left.summary.seq);
	assert_int_equal(bundles_find(guests_desk(), strange, &seq, &mine), SKERRY_OK);
	assert_false(mine);
	free(left.bytes);
	free(next.bytes);
}

int
main(void)
{
#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, guests_set_up, guests_tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_DESK(bundle_for_nobody_says_what_is_for_all),
		AT_A_DESK(each_site_finds_its_own),
		AT_A_DESK(bytes_name_nobody),
		AT_A_DESK(same_bundle_written_twice_serves_the_same),
		AT_A_DESK(what_a_site_has_is_not_left_again),
		AT_A_DESK(wish_narrows_it_down),
		AT_A_DESK(key_that_sites_would_refuse_is_refused_before_anything),
		AT_A_DESK(index_that_does_not_verify_never_leaves),
		AT_A_DESK(place_that_is_full_and_replies_that_changed_are_told),
		AT_A_DESK(large_bundle_has_a_fan_of_fans),
		AT_A_DESK(own_bundle_is_known_by_its_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
