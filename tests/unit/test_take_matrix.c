/* SPDX-License-Identifier: ISC */
/*
 * Every kind of document that a site takes in, by a key of every role, of every brand, for this site and
 * another one; and each offered as every other kind. One cell of each row is taken, each other one is
 * refused with its reason and leaves nothing behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_words.h"

enum paper { LICENSE, LIST, CONTAINER, BOX, MANIFEST, PAPERS };
enum { BRANDS = 2, SITES = 2 };

static const char *const BRAND[BRANDS] = { "hotelhub", "rthub" };
static const unsigned ROLE[] = { [LICENSE] = MANIFEST_ROLE_LICENSE,
	[LIST] = MANIFEST_ROLE_STATUS,
	[CONTAINER] = MANIFEST_ROLE_REPLY,
	[BOX] = MANIFEST_ROLE_REPLY };

static struct signed_document license, manifest;
static struct word_document word;
static uint64_t version;

/* Our second key may sign this alone, for the first brand. */
static void
permit(unsigned role)
{
	site_two_keys(++version);
	manifest_made.keys[1].roles = (uint8_t)role;
	manifest_made.keys[1].brands[0] = cbor_text_from_chars(BRAND[0]);
	manifest_made.keys[1].brands_len = 1;
	site_sign_manifest(&manifest);
	assert_int_equal(site_take(&manifest.document, 1, TODAY), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_TAKEN);
}

/* Higher than what came before it. */
static struct document
make_license(const char *brand, bool elsewhere, uint8_t seed)
{
	ceremony_license(&license_made);
	license_made.edition = version;
	license_made.brand = cbor_text_from_chars(brand);
	license_made.has_site_key = true;
	license_made.site_key = site.identity.site_key;
	if (elsewhere)
		license_made.site_key = ceremony_public(KEY_SITE, 99);
	site_sign_license_by(&license, seed);
	return license.document;
}

static struct document
make_reply(enum paper paper, const char *brand, bool elsewhere, uint8_t seed)
{
	words_reply(version);
	reply_made.brand = cbor_text_from_chars(brand);
	reply_made.site_id[0] ^= elsewhere;
	if (paper == BOX)
		words_sign_box_by(&word, seed);
	else
		words_sign_reply_by(&word, seed);
	return word.document;
}

static struct document
make(enum paper paper, const char *brand, bool elsewhere, uint8_t seed)
{
	if (paper == LICENSE)
		return make_license(brand, elsewhere, seed);
	if (paper == MANIFEST)
		return manifest.document;
	if (paper != LIST)
		return make_reply(paper, brand, elsewhere, seed);
	words_sign_list_by(&word, brand, TODAY + (int64_t)version, seed);
	return word.document;
}

/* A list is for every site. */
static enum skerry_err
reason_for(enum paper paper, unsigned role, size_t brand, bool elsewhere)
{
	if (role != ROLE[paper])
		return SKERRY_ERR_TRUST_ROLE;
	if (brand != 0)
		return SKERRY_ERR_TRUST_BRAND;
	return elsewhere && paper != LIST ? SKERRY_ERR_OTHER_SITE : SKERRY_OK;
}

static size_t
kept(void)
{
	return site.licenses_len + site.replies_len + site.statuses_len;
}

static void
offer(enum paper paper, unsigned role, size_t brand, bool elsewhere)
{
	struct document document = make(paper, BRAND[brand], elsewhere, SITE_OTHER_ISSUING);
	enum skerry_err reason = reason_for(paper, role, brand, elsewhere);
	size_t before = kept();

	assert_int_equal(site_take(&document, 1, TODAY), SKERRY_OK);
	if (results[0].err != reason || (results[0].fate == TAKE_REFUSED) != (reason != SKERRY_OK))
		fail_msg("paper %d role %u brand %zu elsewhere %d: %s", paper, role, brand,
			elsewhere, skerry_err_name(results[0].err));
	assert_true(reason == SKERRY_OK || kept() == before);
}

static void
key_speaks_in_its_role_for_its_brand_to_the_site_that_it_names(void **state)
{
	(void)state;
	version = 1;
	for (unsigned role = 1; role < MANIFEST_ROLES_ALL; role <<= 1) {
		permit(role);
		for (enum paper paper = 0; paper < MANIFEST; paper++)
			for (size_t brand = 0; brand < BRANDS; brand++)
				for (int elsewhere = SITES - 1; elsewhere >= 0; elsewhere--)
					offer(paper, role, brand, elsewhere != 0);
		/* Box and container are one reply; words go with their role, a license has its grace. */
		assert_int_equal(site.licenses_len, 1);
		assert_int_equal(site.statuses_len, role == MANIFEST_ROLE_STATUS);
		assert_int_equal(site.replies_len, role == MANIFEST_ROLE_REPLY);
	}
	site_reopen();
	assert_int_equal(kept(), 1);
	assert_int_equal(site.unused_len, 0);
}

static void
document_is_taken_as_what_it_is_alone(void **state)
{
	static const struct {
		enum document_kind kind;
		enum document_carrier carrier;
		enum paper paper;
	} DOORS[] = { { DOCUMENT_LICENSE, DOCUMENT_BINARY, LICENSE },
		{ DOCUMENT_STATUS_LIST, DOCUMENT_BINARY, LIST },
		{ DOCUMENT_REPLY, DOCUMENT_BINARY, CONTAINER },
		{ DOCUMENT_REPLY, DOCUMENT_BOX, BOX },
		{ DOCUMENT_MANIFEST, DOCUMENT_BINARY, MANIFEST } };

	(void)state;
	version = 2;
	site_two_keys(version);
	site_sign_manifest(&manifest);
	for (enum paper paper = 0; paper < PAPERS; paper++)
		for (size_t door = 0; door < PAPERS; door++) {
			struct document document = make(paper, BRAND[0], false, CEREMONY_ISSUING);
			bool good = DOORS[door].paper == paper;
			size_t before = kept();

			document.kind = DOORS[door].kind;
			document.carrier = DOORS[door].carrier;
			assert_int_equal(site_take(&document, 1, TODAY), SKERRY_OK);
			if (good == (results[0].fate == TAKE_REFUSED))
				fail_msg("paper %d at door %zu: %s", paper, door,
					skerry_err_name(results[0].err));
			assert_true(good || kept() == before);
		}
	assert_int_equal(kept(), 3);
	assert_int_equal(site.trust->manifest.version, 2);
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(key_speaks_in_its_role_for_its_brand_to_the_site_that_it_names),
		AT_A_SITE(document_is_taken_as_what_it_is_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
