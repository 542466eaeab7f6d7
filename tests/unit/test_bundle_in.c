/* SPDX-License-Identifier: ISC */
/*
 * A bundle at one of its sites: it finds its own part whatever the size, and takes all of it or none,
 * whoever made, cut, mixed or damaged it.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_bundle.h"
#include "fixture_ceremony.h"
#include "fixture_exchange.h"
#include "fixture_hotel.h"
#include "fixture_tree.h"
#include "formats/deflate.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "verifier/exchange/bundle_in.h"

enum { OTHER_ISSUING = 51, VERSIONS = 6 };

static struct manifest manifest;
static struct trust *trust;
static struct bundler *bundler, *other;
static struct key_pair issuing;
static uint8_t signed_manifest[MANIFEST_MAX];
static struct bundle_in bundle;
static size_t offset;

static void
site_id(unsigned number, uint8_t ret_id[COSE_THUMBPRINT_LEN])
{
	memset(ret_id, 0, COSE_THUMBPRINT_LEN);
	ret_id[0] = (uint8_t)(number >> 8);
	ret_id[1] = (uint8_t)number;
}

static struct cbor_bytes
sign_manifest(uint8_t root)
{
	return (struct cbor_bytes){ signed_manifest,
		ceremony_sign_manifest(&manifest, &root, 1, signed_manifest) };
}

static void
anchor(struct cbor_bytes bytes)
{
	assert_int_equal(trust_anchor(trust, bytes.data, bytes.len, &offset), SKERRY_OK);
}

static int
each_anew(void **state)
{
	(void)state;
	bundler = calloc(1, sizeof *bundler);
	other = calloc(1, sizeof *other);
	trust = calloc(1, sizeof *trust);
	issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	ceremony_manifest(&manifest, 1, 1, 1);
	anchor(sign_manifest(1));
	bundler_begin(bundler, 7);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	bundler_free(bundler);
	bundler_free(other);
	free(bundler);
	free(other);
	free(trust);
	key_pair_free(&issuing);
	return 0;
}

/* A box of its own for each of these sites. */
static void
add_sites(struct bundler *to, unsigned first, unsigned end_of)
{
	uint8_t id[COSE_THUMBPRINT_LEN];

	for (unsigned i = first; i < end_of; i++) {
		site_id(i, id);
		bundler_add_box(to, id, exchange_box((uint8_t)i));
	}
}

/* Chain, two lists, a page for each of two sites. */
static void
make_small(struct bundler *to)
{
	bundler_add_manifest(to, (struct cbor_bytes){ trust->bytes, trust->bytes_len });
	bundler_add_status(to, &issuing, "hotelhub", CEREMONY_TODAY);
	bundler_add_status(to, &issuing, "rthub", CEREMONY_TODAY);
	to->page_aim = 1;
	add_sites(to, 1, 3);
	bundler_make(to, &issuing);
}

/* Opened for one site. After an error there is nothing. */
static enum skerry_err
open_source(const struct bundle_source *source, unsigned site)
{
	static const struct bundle_in NOTHING;
	uint8_t id[COSE_THUMBPRINT_LEN];
	uint64_t version = trust->manifest.version;
	enum skerry_err err;

	site_id(site, id);
	err = bundle_in_open(source, trust, id, &bundle, &offset);
	assert_int_equal(trust->manifest.version, version);
	if (err != SKERRY_OK)
		assert_memory_equal(&bundle, &NOTHING, sizeof bundle);
	else
		assert_int_equal(offset, 0);
	return err;
}

static enum skerry_err
open_for(unsigned site)
{
	struct cbor_bytes bytes = { bundler->bytes, bundler->bytes_len };
	struct bundle_source source = bundle_source_bytes(&bytes);

	return open_source(&source, site);
}

static void
assert_refused(enum skerry_err want)
{
	assert_int_equal(open_for(1), want);
}

/* What it brings: so many boxes, each filled with the site's number. */
static void
assert_brings(unsigned site, size_t manifests, size_t lists, size_t boxes)
{
	assert_int_equal(open_for(site), SKERRY_OK);
	assert_int_equal(bundle.manifests, manifests);
	assert_int_equal(bundle.lists, lists);
	assert_int_equal(bundle.boxes, boxes);
	assert_int_equal(bundle.documents_len, manifests + lists + boxes);
	for (size_t i = 0; i < bundle.documents_len; i++) {
		const struct document *document = &bundle.documents[i];

		assert_int_equal(document->kind, i < manifests           ? DOCUMENT_MANIFEST
						 : i < manifests + lists ? DOCUMENT_STATUS_LIST
									 : DOCUMENT_REPLY);
		assert_int_equal(
			document->carrier, i < manifests + lists ? DOCUMENT_BINARY : DOCUMENT_BOX);
		if (i >= manifests + lists)
			assert_true(cbor_bytes_same(document->bytes, exchange_box((uint8_t)site)));
	}
	bundle_in_free(&bundle);
}

/* --- finding --------------------------------------------------------------------------------- */

static void
a_site_finds_its_own_boxes_and_no_others(void **state)
{
	uint8_t id[COSE_THUMBPRINT_LEN];

	(void)state;
	bundler_add_manifest(bundler, sign_manifest(1));
	bundler_add_status(bundler, &issuing, "hotelhub", CEREMONY_TODAY);
	bundler->page_aim = 3000;
	bundler->fan_aim = 7;
	add_sites(bundler, 1, 1001);
	site_id(77, id);
	for (int i = 0; i < 30; i++)
		bundler_add_box(bundler, id, exchange_box(77));
	bundler_make(bundler, &issuing);
	assert_true(bundler->fans_len > 10);
	for (unsigned site = 1; site < 1001; site += site < 70 || site > 80 ? 37 : 1)
		assert_brings(site, 0, 1, site == 77 ? 31 : 1);
	for (unsigned site = 1001; site < 1020; site++)
		assert_brings(site, 0, 1, 0);
}

static void
a_bundle_for_nobody_and_one_for_a_single_site_are_bundles(void **state)
{
	(void)state;
	bundler_add_manifest(bundler, sign_manifest(1));
	bundler_make(bundler, &issuing);
	assert_brings(1, 0, 0, 0);
	add_sites(bundler, 1, 2);
	bundler_make(bundler, &issuing);
	assert_brings(1, 0, 0, 1);
	assert_brings(2, 0, 0, 0);
}

static void
what_the_index_says_is_told(void **state)
{
	static const uint8_t HASH[BUNDLE_HASH_LEN] = { 9, 8, 7 };

	(void)state;
	bundler->index.audit_seq = 42;
	bundler->index.audit_hash = HASH;
	make_small(bundler);
	assert_int_equal(open_for(1), SKERRY_OK);
	assert_int_equal(bundle.seq, 7);
	assert_int_equal(bundle.issued_at, CEREMONY_TODAY);
	assert_memory_equal(bundle.id, bundler->id, BUNDLE_ID_LEN);
	assert_int_equal(bundle.audit_seq, 42);
	assert_memory_equal(bundle.audit_hash, HASH, sizeof HASH);
	bundle_in_free(&bundle);
	bundle_in_free(&bundle);
}

/* How a source is read. */
struct counted {
	struct bundle_source of;
	unsigned reads, fails_at;
	size_t bytes;
};

static enum skerry_err
read_counted(void *context, uint64_t at, uint8_t *ret_bytes, size_t len)
{
	struct counted *counted = context;

	if (++counted->reads == counted->fails_at)
		return SKERRY_ERR_IO;
	counted->bytes += len;
	assert_true(at <= counted->of.size && len <= counted->of.size - at);
	return counted->of.read(counted->of.context, at, ret_bytes, len);
}

static void
six_places_are_read_whatever_the_size(void **state)
{
	struct cbor_bytes bytes;
	struct counted counted = { .reads = 0 };
	struct bundle_source source = { read_counted, &counted, 0 };

	(void)state;
	bundler_add_manifest(bundler, sign_manifest(1));
	bundler_add_status(bundler, &issuing, "hotelhub", CEREMONY_TODAY);
	bundler->page_aim = 3000;
	bundler->fan_aim = 50;
	add_sites(bundler, 1, 2001);
	bundler_make(bundler, &issuing);
	bytes = (struct cbor_bytes){ bundler->bytes, bundler->bytes_len };
	counted.of = bundle_source_bytes(&bytes);
	source.size = counted.of.size;
	assert_int_equal(open_source(&source, 5), SKERRY_OK);
	bundle_in_free(&bundle);
	assert_int_equal(counted.reads, 6);
	assert_true(counted.bytes < 20000 && bytes.len > 600000);
	for (unsigned i = 1; i <= 6; i++) {
		counted = (struct counted){ .of = counted.of, .fails_at = i };
		assert_int_equal(open_source(&source, 5), SKERRY_ERR_IO);
		assert_int_equal(counted.reads, i);
	}
}

static void
a_file_is_read_by_place_and_may_shrink_meanwhile(void **state)
{
	char dir[64], path[96];
	struct bundle_source source;
	int file;

	(void)state;
	make_small(bundler);
	tree_make(dir);
	snprintf(path, sizeof path, "%s/bundle", dir);
	file = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	assert_true(file >= 0);
	assert_int_equal(write(file, bundler->bytes, bundler->bytes_len), bundler->bytes_len);
	source = bundle_source_file(&file, bundler->bytes_len);
	assert_int_equal(open_source(&source, 1), SKERRY_OK);
	assert_int_equal(bundle.boxes, 1);
	bundle_in_free(&bundle);
	assert_int_equal(ftruncate(file, (off_t)bundler->pages_at + 10), 0);
	assert_int_equal(open_source(&source, 1), SKERRY_ERR_IO);
	close(file);
	assert_int_equal(open_source(&source, 1), SKERRY_ERR_IO);
	tree_remove(dir);
}

/* --- catching up ----------------------------------------------------------------------------- */

/* Versions `first` to VERSIONS; the last one brings the key that then signs. */
static void
add_versions(uint64_t first)
{
	for (uint64_t version = first; version <= VERSIONS; version++) {
		ceremony_manifest(&manifest, version, 1, 1);
		if (version == VERSIONS) {
			manifest.keys[1] = manifest.keys[0];
			manifest.keys[1].key = ceremony_public(KEY_ISSUING, OTHER_ISSUING);
			manifest.keys_len = 2;
		}
		bundler_add_manifest(bundler, sign_manifest(1));
	}
}

static void
a_site_that_slept_through_five_versions_catches_up(void **state)
{
	struct key_pair new_key = ceremony_pair(KEY_ISSUING, OTHER_ISSUING);

	(void)state;
	add_versions(1);
	add_sites(bundler, 1, 2);
	bundler_make(bundler, &new_key);
	assert_brings(1, VERSIONS - 1, 0, 1);
	/* Once taken in there is nothing new in the chain. */
	assert_int_equal(open_for(1), SKERRY_OK);
	for (size_t i = 0; i < bundle.manifests; i++)
		assert_int_equal(trust_advance(trust, bundle.documents[i].bytes.data,
					 bundle.documents[i].bytes.len, &offset),
			SKERRY_OK);
	bundle_in_free(&bundle);
	assert_int_equal(trust->manifest.version, VERSIONS);
	assert_brings(1, 0, 0, 1);
	key_pair_free(&new_key);
}

static void
a_chain_with_a_gap_helps_where_the_key_is_known(void **state)
{
	struct key_pair new_key = ceremony_pair(KEY_ISSUING, OTHER_ISSUING);

	(void)state;
	add_versions(3);
	add_sites(bundler, 1, 2);
	bundler_make(bundler, &new_key);
	assert_refused(SKERRY_ERR_TRUST_SEQUENCE);
	bundler_make(bundler, &issuing);
	assert_brings(1, 0, 0, 1);
	assert_int_equal(open_for(1), SKERRY_OK);
	assert_true(bundle.gap);
	bundle_in_free(&bundle);
	key_pair_free(&new_key);
}

static void
a_chain_that_repeats_itself_or_goes_back_is_refused(void **state)
{
	static const uint64_t ORDERS[][3] = { { 1, 1, 1 }, { 1, 2, 2 }, { 2, 1, 2 }, { 2, 3, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof ORDERS / sizeof *ORDERS; i++) {
		bundler_free(bundler);
		bundler_begin(bundler, 7);
		for (size_t k = 0; k < 3; k++) {
			ceremony_manifest(&manifest, ORDERS[i][k], 1, 1);
			bundler_add_manifest(bundler, sign_manifest(1));
		}
		bundler_make(bundler, &issuing);
		assert_refused(SKERRY_ERR_CLAIM_VALUE);
	}
}

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

static struct bundle_place lied, *lied_common;

static void
lie_of_common(struct bundle_index *index, struct bundle_entry *entries, size_t len)
{
	(void)entries;
	(void)len;
	lied_common = &index->common;
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
	assert_non_null(lied_common);
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
		cmocka_unit_test_setup_teardown(
			a_site_finds_its_own_boxes_and_no_others, each_anew, end),
		cmocka_unit_test_setup_teardown(
			a_bundle_for_nobody_and_one_for_a_single_site_are_bundles, each_anew, end),
		cmocka_unit_test_setup_teardown(what_the_index_says_is_told, each_anew, end),
		cmocka_unit_test_setup_teardown(
			six_places_are_read_whatever_the_size, each_anew, end),
		cmocka_unit_test_setup_teardown(
			a_file_is_read_by_place_and_may_shrink_meanwhile, each_anew, end),
		cmocka_unit_test_setup_teardown(
			a_site_that_slept_through_five_versions_catches_up, each_anew, end),
		cmocka_unit_test_setup_teardown(
			a_chain_with_a_gap_helps_where_the_key_is_known, each_anew, end),
		cmocka_unit_test_setup_teardown(
			a_chain_that_repeats_itself_or_goes_back_is_refused, each_anew, end),
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
