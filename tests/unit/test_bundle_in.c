/* SPDX-License-Identifier: ISC */
/*
 * A bundle at one of its sites: it finds its own part whatever the size, and catches up with the manifests
 * that it slept through.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "bundle_in_site.h"
#include "fixture_tree.h"
#include "keys/random.h"

enum { VERSIONS = 6 };

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
	};
	return random_start() != SKERRY_OK ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
