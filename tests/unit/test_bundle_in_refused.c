/* SPDX-License-Identifier: ISC */
/*
 * A bundle that is no good at its site: somebody else's, cut, mixed, damaged, or made to lie. All of the
 * site's part is taken or none.
 */
#include "bundle_in_site.h"
#include "fixture_hotel.h"
#include "formats/deflate.h"
#include "keys/hash.h"
#include "keys/random.h"

/* --- somebody else's ------------------------------------------------------------------------- */

static void
another_vendors_bundle_is_refused(void **state)
{
	static const enum skerry_err WANT[] = { SKERRY_ERR_TRUST_ROOT_UNKNOWN,
		SKERRY_ERR_TRUST_THRESHOLD, SKERRY_ERR_TRUST_SEQUENCE };
	struct key_pair theirs = ceremony_pair(KEY_ISSUING, OTHER_ISSUING);

	(void)state;
	/* As new as what is held, the next one, and one behind a gap. */
	for (uint64_t version = 1; version <= 3; version++) {
		bundler_free(bundler);
		bundler_begin(bundler, 7);
		ceremony_manifest(&manifest, version, 1, 1);
		manifest.roots[0] = ceremony_public(KEY_ROOT, 9);
		manifest.keys[0].key = theirs.public_key;
		bundler_add_manifest(bundler, sign_manifest(9));
		bundler_make(bundler, &theirs);
		assert_refused(WANT[version - 1]);
	}
	/* One whose chain ends below where this site stands shows by its index. */
	ceremony_manifest(&manifest, 4, 1, 1);
	anchor(sign_manifest(1));
	assert_refused(SKERRY_ERR_TRUST_KEY_UNKNOWN);
	key_pair_free(&theirs);
}

static void
a_key_that_may_not_sign_bundles_is_refused(void **state)
{
	(void)state;
	make_small(bundler);
	manifest.keys[0].roles = MANIFEST_ROLES_ALL & ~(unsigned)MANIFEST_ROLE_BUNDLE;
	anchor(sign_manifest(1));
	bundler_free(bundler);
	bundler_begin(bundler, 7);
	make_small(bundler);
	assert_refused(SKERRY_ERR_TRUST_ROLE);
	manifest.keys[0].roles = MANIFEST_ROLES_ALL;
	manifest.keys[0].brands_len = 1;
	manifest.keys[0].brands[0] = fixture_text("hotelhub");
	anchor(sign_manifest(1));
	bundler_free(bundler);
	bundler_begin(bundler, 7);
	make_small(bundler);
	assert_refused(SKERRY_ERR_TRUST_BRAND);
}

/* Replaces bytes of `bundler` by those at the same place of `other`. */
static void
swap(size_t at, size_t end_at)
{
	memcpy(bundler->bytes + at, other->bytes + at, end_at - at);
}

static void
add_second_version(struct bundler *to)
{
	manifest.version = 2;
	bundler_add_manifest(to, sign_manifest(1));
	bundler_make(to, &issuing);
}

static void
parts_of_two_bundles_do_not_make_one(void **state)
{
	size_t chain_at;

	(void)state;
	bundler_begin(other, 8);
	make_small(bundler);
	make_small(other);
	assert_int_equal(bundler->bytes_len, other->bytes_len);
	assert_int_equal(bundler->index_at, other->index_at);
	chain_at = bundler->index_at - bundler->chain.len;
	/* The chain is the same one. */
	swap(chain_at, bundler->index_at);
	assert_brings(1, 0, 2, 1);
	swap(bundler->index_at, bundler->pages_at);
	assert_refused(SKERRY_ERR_BUNDLE_DAMAGED);
	/* All but the index are another bundle's: the fans do not lead there. */
	bundler_make(bundler, &issuing);
	swap(bundler->pages_at, bundler->bytes_len);
	assert_refused(SKERRY_ERR_BUNDLE_DAMAGED);
	/* Another chain, of the same length, that is good in itself. */
	add_second_version(bundler);
	manifest.issued_at++;
	add_second_version(other);
	assert_int_equal(bundler->index_at, other->index_at);
	assert_brings(1, 1, 2, 1);
	swap(chain_at, bundler->index_at);
	assert_refused(SKERRY_ERR_CLAIM_CONFLICT);
}

/* --- damage ---------------------------------------------------------------------------------- */

static void
damage_is_told_where_it_matters(void **state)
{
	const struct bundle_place *theirs;
	uint8_t id[COSE_THUMBPRINT_LEN], key[BUNDLE_SORT_KEY_LEN];
	size_t from, until;

	(void)state;
	make_small(bundler);
	site_id(2, id);
	hash_sort_key(bundler->id, id, key);
	theirs = &bundler->pages[memcmp(bundler->pages[0].first, key, sizeof key) == 0 ? 0 : 1]
			  .place;
	from = bundler->pages_at + theirs->offset;
	until = from + theirs->stored_len;
	for (size_t at = 0; at < bundler->bytes_len; at++) {
		bundler->bytes[at] ^= (uint8_t)(1u << at % 8);
		if (at >= from && at < until)
			assert_brings(1, 0, 2, 1);
		else if (at >= bundler->pages_at)
			assert_refused(SKERRY_ERR_BUNDLE_DAMAGED);
		else
			assert_int_not_equal(open_for(1), SKERRY_OK);
		assert_true(offset <= bundler->bytes_len);
		bundler->bytes[at] ^= (uint8_t)(1u << at % 8);
	}
	assert_brings(1, 0, 2, 1);
	bundler->bytes[from] ^= 1;
	assert_int_equal(open_for(2), SKERRY_ERR_BUNDLE_DAMAGED);
}

static void
every_cut_is_refused(void **state)
{
	size_t whole;

	(void)state;
	make_small(bundler);
	whole = bundler->bytes_len;
	for (bundler->bytes_len = 0; bundler->bytes_len < whole; bundler->bytes_len++) {
		enum skerry_err err = open_for(1);

		if (bundler->bytes_len < bundler->index_at - bundler->chain.len)
			assert_true(
				err == SKERRY_ERR_CBOR_TRUNCATED || err == SKERRY_ERR_CBOR_LENGTH);
		else
			assert_int_equal(err, bundler->bytes_len < bundler->pages_at
						      ? SKERRY_ERR_CBOR_TRUNCATED
						      : SKERRY_ERR_BUNDLE_DAMAGED);
	}
	assert_brings(1, 0, 2, 1);
}

static void
a_head_cannot_ask_for_memory(void **state)
{
	struct cbor_writer w;
	size_t len;

	(void)state;
	make_small(bundler);
	cbor_writer_init(&w, bundler->bytes, bundler->bytes_len);
	bundle_head_write(&w, BUNDLE_CHAIN_MAX, BUNDLE_INDEX_MAX);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_refused(SKERRY_ERR_CBOR_TRUNCATED);
	assert_int_equal(offset, bundler->bytes_len);
	memset(bundler->bytes, 0, bundler->bytes_len);
	assert_refused(SKERRY_ERR_CBOR_TYPE);
}

/* --- a vendor who lies ----------------------------------------------------------------------- */

static struct bundle_place lied;

static void
lie_of_common(struct bundle_index *index, struct bundle_entry *entries, size_t len)
{
	(void)entries;
	(void)len;
	if (lied.offset != 0)
		index->common.offset = lied.offset;
	if (lied.stored_len != 0)
		index->common.stored_len = lied.stored_len;
	if (lied.len != 0)
		index->common.len = lied.len;
}

static void
lie_of_places(struct bundle_entry *entries, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (lied.offset != 0)
			entries[i].place.offset = lied.offset;
		if (lied.len != 0)
			entries[i].place.stored_len = entries[i].place.len = lied.len;
	}
}

static void
lie_of_fans(struct bundle_index *index, struct bundle_entry *entries, size_t len)
{
	(void)index;
	lie_of_places(entries, len);
}

/* A page in place of an index page: what it holds is what the index says. */
static void
lie_of_kind(struct bundle_index *index, struct bundle_entry *entries, size_t len)
{
	(void)index;
	for (size_t i = 0; i < len; i++)
		entries[i].place = bundler->pages[0].place;
}

static void
places_beyond_the_file_and_wrong_lengths_are_refused(void **state)
{
	static const uint64_t OFFSETS[] = { 1, UINT64_C(1) << 20, UINT64_C(1) << 40,
		BUNDLE_OFFSET_MAX };
	static const uint64_t LENGTHS[] = { 1, 5, 100000, BUNDLE_PAGE_MAX };

	(void)state;
	bundler->lie_index = lie_of_common;
	make_small(bundler);
	for (int who = 0; who < 3; who++) {
		bundler->lie_index = who == 0 ? lie_of_common : who == 1 ? lie_of_fans : NULL;
		bundler->lie_fan = who == 2 ? lie_of_places : NULL;
		for (size_t i = 0; i < sizeof OFFSETS / sizeof *OFFSETS; i++) {
			lied = (struct bundle_place){ .offset = OFFSETS[i] };
			bundler_make(bundler, &issuing);
			assert_refused(SKERRY_ERR_BUNDLE_DAMAGED);
		}
		for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
			lied = (struct bundle_place){ .stored_len = LENGTHS[i], .len = LENGTHS[i] };
			bundler_make(bundler, &issuing);
			assert_refused(SKERRY_ERR_BUNDLE_DAMAGED);
		}
	}
	lied = (struct bundle_place){ .offset = 0 };
}

static void
a_page_is_no_index_page(void **state)
{
	(void)state;
	bundler->lie_index = lie_of_kind;
	make_small(bundler);
	assert_refused(SKERRY_ERR_CBOR_COUNT);
	assert_true(offset > bundler->pages_at && offset < bundler->bytes_len);
}

static void
page_0_unpacks_to_what_the_index_says(void **state)
{
	(void)state;
	bundler->lie_index = lie_of_common;
	lied = (struct bundle_place){ .len = 3 };
	make_small(bundler);
	assert_refused(SKERRY_ERR_DEFLATE_LENGTH);
	lied.len = BUNDLE_COMMON_MAX;
	bundler_make(bundler, &issuing);
	assert_refused(SKERRY_ERR_CLAIM_CONFLICT);
	lied = (struct bundle_place){ .offset = 0 };
	bundler->packed = fixture_bytes(1, 30);
	bundler_make(bundler, &issuing);
	assert_refused(SKERRY_ERR_DEFLATE);
}

static void
a_bomb_costs_no_more_than_it_says(void **state)
{
	enum { BOMB = 64 << 20 };
	uint8_t *zeros = calloc(1, BOMB), *packed = malloc(deflate_bound(BOMB));
	size_t len;

	(void)state;
	assert_int_equal(deflate_pack(zeros, BOMB, packed, deflate_bound(BOMB), &len), SKERRY_OK);
	bundler->packed = (struct cbor_bytes){ packed, len };
	bundler->lie_index = lie_of_common;
	lied = (struct bundle_place){ .len = BUNDLE_COMMON_MAX };
	make_small(bundler);
	assert_refused(SKERRY_ERR_DEFLATE_LENGTH);
	lied = (struct bundle_place){ .offset = 0 };
	free(zeros);
	free(packed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(another_vendors_bundle_is_refused, each_anew, end),
		cmocka_unit_test_setup_teardown(
			a_key_that_may_not_sign_bundles_is_refused, each_anew, end),
		cmocka_unit_test_setup_teardown(
			parts_of_two_bundles_do_not_make_one, each_anew, end),
		cmocka_unit_test_setup_teardown(damage_is_told_where_it_matters, each_anew, end),
		cmocka_unit_test_setup_teardown(every_cut_is_refused, each_anew, end),
		cmocka_unit_test_setup_teardown(a_head_cannot_ask_for_memory, each_anew, end),
		cmocka_unit_test_setup_teardown(
			places_beyond_the_file_and_wrong_lengths_are_refused, each_anew, end),
		cmocka_unit_test_setup_teardown(a_page_is_no_index_page, each_anew, end),
		cmocka_unit_test_setup_teardown(
			page_0_unpacks_to_what_the_index_says, each_anew, end),
		cmocka_unit_test_setup_teardown(a_bomb_costs_no_more_than_it_says, each_anew, end),
	};
	return random_start() != SKERRY_OK ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
