/* SPDX-License-Identifier: ISC */
/*
 * What travels, sealed and opened: each document by its own key, for its own reader, and nothing of it
 * when any of that is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_ceremony.h"
#include "fixture_exchange.h"
#include "fixture_hotel.h"
#include "keys/exchange_open.h"
#include "keys/exchange_seal.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "keys/seal.h"
#include "keys/sign.h"

enum { SITE = 70, OTHER_SITE = 71, OPENING = 72, OTHER_OPENING = 73, OTHER_EXCHANGE = 61 };

static uint8_t sealed[SEALED_MAX], document[SEALED_PLAIN_MAX], plain[SEALED_MAX];
static struct trust trust;
static struct manifest manifest;
static struct key_pair site, other_site, opening, other_opening, exchange[2], issuing;
static uint8_t site_id[COSE_THUMBPRINT_LEN];
static struct request request;
static struct reply reply;
static struct exchange_request opened;

/* Anchors `manifest`, signed by its one root. */
static void
trust_manifest(void)
{
	static uint8_t bytes[MANIFEST_MAX];
	size_t len = ceremony_sign_manifest(&manifest, (const uint8_t[]){ 1 }, 1, bytes), offset;

	assert_int_equal(trust_anchor(&trust, bytes, len, &offset), SKERRY_OK);
}

static int
begin(void **state)
{
	(void)state;
	if (random_start() != SKERRY_OK)
		return -1;
	site = ceremony_pair(KEY_SITE, SITE);
	other_site = ceremony_pair(KEY_SITE, OTHER_SITE);
	opening = ceremony_pair(KEY_OPENING, OPENING);
	other_opening = ceremony_pair(KEY_OPENING, OTHER_OPENING);
	exchange[0] = ceremony_pair(KEY_EXCHANGE, OTHER_EXCHANGE);
	exchange[1] = ceremony_pair(KEY_EXCHANGE, CEREMONY_EXCHANGE);
	issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	hash_thumbprint(&site.public_key, site_id);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	key_pair_free(&site);
	key_pair_free(&other_site);
	key_pair_free(&opening);
	key_pair_free(&other_opening);
	key_pair_free(&exchange[0]);
	key_pair_free(&exchange[1]);
	key_pair_free(&issuing);
	return 0;
}

static int
each_anew(void **state)
{
	(void)state;
	ceremony_manifest(&manifest, 1, 1, 1);
	trust_manifest();
	exchange_request_full(&request);
	request.site_key = site.public_key;
	request.opening_key = opening.public_key;
	hash_thumbprint(&exchange[1].public_key, request.audience);
	exchange_reply_full(&reply);
	memcpy(reply.site_id, site_id, sizeof site_id);
	reply.issued_at = CEREMONY_TODAY;
	return 0;
}

/* --- requests -------------------------------------------------------------------------------- */

static enum skerry_err
open_request(size_t len, size_t *ret_offset)
{
	static struct exchange_request before;
	enum skerry_err err;

	memset(&opened, 0xa5, sizeof opened);
	before = opened;
	err = exchange_open_request(exchange, 2, &trust.manifest,
		(struct cbor_bytes){ sealed, len }, plain, len, &opened, ret_offset);
	if (err != SKERRY_OK)
		assert_memory_equal(&opened, &before, sizeof opened);
	return err;
}

static void
a_request_reaches_the_desk_and_nobody_else(void **state)
{
	uint8_t digest[REQUEST_DIGEST_LEN], want[REQUEST_DIGEST_LEN];
	size_t len, offset;

	(void)state;
	assert_int_equal(exchange_seal_request(&site, &exchange[1].public_key, &request, digest,
				 sealed, sizeof sealed, &len),
		SKERRY_OK);
	assert_int_equal(open_request(len, &offset), SKERRY_OK);
	assert_memory_equal(opened.site_id, site_id, sizeof site_id);
	assert_memory_equal(opened.digest, digest, sizeof digest);
	hash_request(opened.payload, want);
	assert_memory_equal(digest, want, sizeof digest);
	assert_int_equal(opened.request.number, request.number);
	assert_true(cbor_text_same(opened.request.hostname, request.hostname));
	assert_true(cose_key_same(&opened.request.opening_key, &opening.public_key));
	/* Another desk, and one whose manifest has never listed that pair. */
	assert_int_equal(
		exchange_open_request(exchange, 1, &trust.manifest,
			(struct cbor_bytes){ sealed, len }, plain, sizeof plain, &opened, &offset),
		SKERRY_ERR_SEALED);
	trust.manifest.exchange_len = 0;
	assert_int_equal(open_request(len, &offset), SKERRY_ERR_TRUST_KEY_UNKNOWN);
	trust.manifest.exchange_len = 1;
	/* Old sites still seal to a key that was revoked since. */
	trust.manifest.exchange[0].revoked_at = CEREMONY_TODAY;
	assert_int_equal(open_request(len, &offset), SKERRY_OK);
	assert_int_equal(exchange_open_request(exchange, 2, &trust.manifest,
				 (struct cbor_bytes){ sealed, len }, plain, 10, &opened, &offset),
		SKERRY_ERR_NO_SPACE);
}

static void
a_site_signs_with_its_own_key_for_the_key_it_names(void **state)
{
	uint8_t digest[REQUEST_DIGEST_LEN];
	size_t len = 7;

	(void)state;
#define SEAL(pair, key)                                                                            \
	exchange_seal_request(pair, key, &request, digest, sealed, sizeof sealed, &len)
	assert_int_equal(SEAL(&other_site, &exchange[1].public_key), SKERRY_ERR_CLAIM_CONFLICT);
	assert_int_equal(SEAL(&site, &exchange[0].public_key), SKERRY_ERR_CLAIM_CONFLICT);
	assert_int_equal(SEAL(&issuing, &exchange[1].public_key), SKERRY_ERR_ARGUMENT);
	request.number = 0;
	assert_int_equal(SEAL(&site, &exchange[1].public_key), SKERRY_ERR_CLAIM_MISSING);
	assert_int_equal(len, 7);
}

/* Signs the request as it is by `pair`, whatever it says, and seals it to `to`. */
static size_t
forge(const struct key_pair *pair, const char *type, const struct cose_key *to)
{
	static uint8_t payload[REQUEST_PAYLOAD_MAX];
	struct cbor_bytes signed_bytes = { document, 0 };
	struct cbor_writer w;
	size_t payload_len, len;

	cbor_writer_init(&w, payload, sizeof payload);
	request_write(&w, &request);
	assert_int_equal(cbor_writer_finish(&w, &payload_len), SKERRY_OK);
	assert_int_equal(sign_sign1(pair, type, (struct cbor_bytes){ payload, payload_len },
				 document, sizeof document, &signed_bytes.len),
		SKERRY_OK);
	assert_int_equal(
		seal_container(SEALED_REQUEST, to, signed_bytes, sealed, sizeof sealed, &len),
		SKERRY_OK);
	return len;
}

static void
a_request_that_somebody_else_made_is_refused(void **state)
{
	const struct cose_key *desk = &exchange[1].public_key;
	struct key_pair liar;
	size_t offset;

	(void)state;
	assert_int_equal(open_request(forge(&site, REQUEST_TYPE, desk), &offset), SKERRY_OK);
	assert_int_equal(open_request(forge(&other_site, REQUEST_TYPE, desk), &offset),
		SKERRY_ERR_SIGNATURE);
	/* Under the kid of the key that it names, by another one. */
	liar = other_site;
	memcpy(liar.kid, site.kid, sizeof liar.kid);
	assert_int_equal(
		open_request(forge(&liar, REQUEST_TYPE, desk), &offset), SKERRY_ERR_SIGNATURE);
	/* The other way round. */
	liar = site;
	memcpy(liar.kid, other_site.kid, sizeof liar.kid);
	assert_int_equal(
		open_request(forge(&liar, REQUEST_TYPE, desk), &offset), SKERRY_ERR_SIGNATURE);
	liar = site;
	liar.public_key.alg = COSE_ALG_ED25519;
	assert_int_equal(open_request(forge(&liar, REQUEST_TYPE, desk), &offset),
		SKERRY_ERR_TRUST_ALGORITHM);
	assert_int_equal(
		open_request(forge(&site, REPLY_TYPE, desk), &offset), SKERRY_ERR_COSE_TYPE);
	assert_int_equal(
		open_request(forge(&site, LICENSE_TYPE, desk), &offset), SKERRY_ERR_COSE_TYPE);
}

/* A vendor who gets a request cannot pass it on to another one as if it were meant for that. */
static void
a_request_sealed_anew_is_refused(void **state)
{
	size_t offset;

	(void)state;
	hash_thumbprint(&exchange[0].public_key, request.audience);
	assert_int_equal(open_request(forge(&site, REQUEST_TYPE, &exchange[1].public_key), &offset),
		SKERRY_ERR_SEALED);
}

static void
a_malformed_request_is_told_by_its_byte(void **state)
{
	struct cbor_bytes signed_bytes = { document, 0 };
	struct cose_sign1 message;
	size_t len, offset;

	(void)state;
	/* An empty map: all claims are missing. */
	assert_int_equal(
		sign_sign1(&site, REQUEST_TYPE, (struct cbor_bytes){ (const uint8_t *)"\xa0", 1 },
			document, sizeof document, &signed_bytes.len),
		SKERRY_OK);
	assert_int_equal(
		cose_sign1_parse(document, signed_bytes.len, &message, &offset), SKERRY_OK);
	assert_int_equal(seal_container(SEALED_REQUEST, &exchange[1].public_key, signed_bytes,
				 sealed, sizeof sealed, &len),
		SKERRY_OK);
	assert_int_equal(open_request(len, &offset), SKERRY_ERR_CLAIM_MISSING);
	assert_int_equal(offset, message.payload_offset);
	assert_int_equal(seal_container(SEALED_REPLY, &opening.public_key, signed_bytes, sealed,
				 sizeof sealed, &len),
		SKERRY_OK);
	assert_int_equal(open_request(len, &offset), SKERRY_ERR_DOCUMENT_KIND);
}

static void
every_damaged_request_is_refused(void **state)
{
	uint8_t digest[REQUEST_DIGEST_LEN];
	size_t len, offset;

	(void)state;
	exchange_request_bare(&request);
	request.site_key = site.public_key;
	hash_thumbprint(&exchange[1].public_key, request.audience);
	assert_int_equal(exchange_seal_request(&site, &exchange[1].public_key, &request, digest,
				 sealed, sizeof sealed, &len),
		SKERRY_OK);
	for (size_t bit = 0; bit < len * 8; bit += 3) {
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(open_request(len, &offset), SKERRY_OK);
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t cut = 0; cut < len; cut++)
		assert_int_not_equal(open_request(cut, &offset), SKERRY_OK);
	assert_int_equal(open_request(len, &offset), SKERRY_OK);
}

/* --- replies --------------------------------------------------------------------------------- */

static size_t
seal_reply(const struct key_pair *pair, const struct cose_key *to)
{
	size_t len;

	assert_int_equal(
		exchange_seal_reply(pair, to, &reply, sealed, sizeof sealed, &len), SKERRY_OK);
	return len;
}

static enum skerry_err
open_reply(size_t len)
{
	static struct reply got, before;
	const struct manifest_key *key = NULL;
	size_t offset = 0;
	enum skerry_err err;

	memset(&got, 0xa5, sizeof got);
	before = got;
	err = exchange_open_reply(&opening, &trust, site_id, (struct cbor_bytes){ sealed, len },
		plain, len, &got, &key, &offset);
	if (err != SKERRY_OK) {
		assert_memory_equal(&got, &before, sizeof got);
		assert_null(key);
		return err;
	}
	assert_ptr_equal(key, &trust.manifest.keys[0]);
	assert_int_equal(got.number, reply.number);
	assert_true(cbor_text_same(got.results[1].text, reply.results[1].text));
	return SKERRY_OK;
}

static void
a_reply_reaches_its_site_and_nobody_else(void **state)
{
	const struct manifest_key *key;
	struct reply got;
	size_t len, offset;

	(void)state;
	assert_int_equal(open_reply(seal_reply(&issuing, &opening.public_key)), SKERRY_OK);
	assert_int_equal(
		open_reply(seal_reply(&issuing, &other_opening.public_key)), SKERRY_ERR_SEALED);
	/* A neighbor passes on what was meant for it. */
	reply.site_id[31] ^= 1;
	assert_int_equal(
		open_reply(seal_reply(&issuing, &opening.public_key)), SKERRY_ERR_OTHER_SITE);
	len = seal_reply(&issuing, &opening.public_key);
	assert_int_equal(
		exchange_open_reply(&exchange[1], &trust, site_id,
			(struct cbor_bytes){ sealed, len }, plain, len, &got, &key, &offset),
		SKERRY_ERR_ARGUMENT);
	assert_int_equal(
		exchange_open_box(&exchange[1], &trust, site_id, (struct cbor_bytes){ sealed, len },
			plain, len, &got, &key, &offset),
		SKERRY_ERR_ARGUMENT);
	assert_int_equal(exchange_sign_reply(&site, &reply, document, sizeof document, &len),
		SKERRY_ERR_ARGUMENT);
}

static void
a_box_of_a_bundle_is_a_reply(void **state)
{
	const struct manifest_key *key;
	struct reply got;
	size_t len, box_len, offset;

	(void)state;
	assert_int_equal(
		exchange_sign_reply(&issuing, &reply, document, sizeof document, &len), SKERRY_OK);
	assert_int_equal(seal_box(&opening.public_key, (struct cbor_bytes){ document, len }, sealed,
				 sizeof sealed, &box_len),
		SKERRY_OK);
	assert_true(sealed_is_box_len(box_len));
	assert_int_equal(
		exchange_open_box(&opening, &trust, site_id, (struct cbor_bytes){ sealed, box_len },
			plain, sizeof plain, &got, &key, &offset),
		SKERRY_OK);
	assert_int_equal(got.number, reply.number);
	for (size_t bit = 0; bit < box_len * 8; bit += 5) {
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(exchange_open_box(&opening, &trust, site_id,
					 (struct cbor_bytes){ sealed, box_len }, plain,
					 sizeof plain, &got, &key, &offset),
			SKERRY_ERR_SEALED);
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

/* With `change` to the issuing key's entry, a good reply is refused so. */
static void
assert_reply_under(struct manifest_key entry, enum skerry_err want)
{
	struct manifest_key before = manifest.keys[0];

	manifest.keys[0] = entry;
	trust_manifest();
	assert_int_equal(open_reply(seal_reply(&issuing, &opening.public_key)), want);
	manifest.keys[0] = before;
	trust_manifest();
}

static void
the_manifest_says_who_may_reply(void **state)
{
	struct manifest_key entry = manifest.keys[0];

	(void)state;
	for (unsigned roles = 1; roles <= MANIFEST_ROLES_ALL; roles++) {
		entry.roles = roles;
		assert_reply_under(
			entry, roles & MANIFEST_ROLE_REPLY ? SKERRY_OK : SKERRY_ERR_TRUST_ROLE);
	}
	entry.brands_len = 1;
	entry.brands[0] = fixture_text("rthub");
	assert_reply_under(entry, SKERRY_ERR_TRUST_BRAND);
	entry.brands[0] = fixture_text("hotelhub");
	assert_reply_under(entry, SKERRY_OK);
	entry.not_before = CEREMONY_TODAY + 1;
	assert_reply_under(entry, SKERRY_ERR_TRUST_NOT_YET);
	entry.not_before = entry.not_after = CEREMONY_TODAY;
	assert_reply_under(entry, SKERRY_OK);
	entry.not_before = entry.not_after = CEREMONY_TODAY - 1;
	assert_reply_under(entry, SKERRY_ERR_TRUST_RETIRED);
	entry = manifest.keys[0];
	/* A reply ends nowhere, and needs no key for what never ends. */
	entry.latest = CEREMONY_TODAY - 1;
	assert_reply_under(entry, SKERRY_OK);
	entry.revoked_at = CEREMONY_TODAY + 1;
	assert_reply_under(entry, SKERRY_ERR_TRUST_KEY_REVOKED);
	entry.key = ceremony_public(KEY_ISSUING, 99);
	assert_reply_under(entry, SKERRY_ERR_TRUST_KEY_UNKNOWN);
}

static void
another_document_is_no_reply(void **state)
{
	static const char *const TYPES[] = { LICENSE_TYPE, REQUEST_TYPE, BUNDLE_TYPE, MANIFEST_TYPE,
		STATUS_LIST_TYPE };
	static uint8_t payload[REPLY_PAYLOAD_MAX];
	struct cbor_bytes signed_bytes = { document, 0 };
	struct cbor_writer w;
	size_t payload_len, len;

	(void)state;
	cbor_writer_init(&w, payload, sizeof payload);
	reply_write(&w, &reply);
	assert_int_equal(cbor_writer_finish(&w, &payload_len), SKERRY_OK);
	for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
		assert_int_equal(
			sign_sign1(&issuing, TYPES[i], (struct cbor_bytes){ payload, payload_len },
				document, sizeof document, &signed_bytes.len),
			SKERRY_OK);
		assert_int_equal(seal_container(SEALED_REPLY, &opening.public_key, signed_bytes,
					 sealed, sizeof sealed, &len),
			SKERRY_OK);
		assert_int_equal(open_reply(len), SKERRY_ERR_COSE_TYPE);
	}
	assert_int_equal(exchange_sign_request(&site, &request, (uint8_t[REQUEST_DIGEST_LEN]){ 0 },
				 document, sizeof document, &signed_bytes.len),
		SKERRY_OK);
	assert_int_equal(seal_container(SEALED_REQUEST, &exchange[1].public_key, signed_bytes,
				 sealed, sizeof sealed, &len),
		SKERRY_OK);
	assert_int_equal(open_reply(len), SKERRY_ERR_DOCUMENT_KIND);
}

/* --- bundles --------------------------------------------------------------------------------- */

static struct bundle_entry entries[2];
static uint8_t chain[] = "a chain", chain_hash[HASH_LEN];

static size_t
sign_index(void)
{
	struct bundle_index index;
	size_t len;

	exchange_entries(entries, 2);
	exchange_index_full(&index);
	hash_sha256(chain, sizeof chain, chain_hash);
	index.chain_hash = chain_hash;
	index.issued_at = CEREMONY_TODAY;
	assert_int_equal(
		exchange_sign_index(&issuing, &index, entries, 2, document, sizeof document, &len),
		SKERRY_OK);
	return len;
}

static enum skerry_err
open_index(size_t len, size_t chain_len)
{
	struct bundle_index index = { .seq = 77 };
	const struct manifest_key *key = NULL;
	size_t offset;
	enum skerry_err err = exchange_open_index(&trust, (struct cbor_bytes){ chain, chain_len },
		(struct cbor_bytes){ document, len }, &index, &key, &offset);

	assert_int_equal(index.seq, err == SKERRY_OK ? 412 : 77);
	assert_ptr_equal(key, err == SKERRY_OK ? &trust.manifest.keys[0] : NULL);
	return err;
}

static void
an_index_stands_behind_its_chain_alone(void **state)
{
	size_t len = sign_index();

	(void)state;
	assert_int_equal(open_index(len, sizeof chain), SKERRY_OK);
	assert_int_equal(open_index(len, sizeof chain - 1), SKERRY_ERR_CLAIM_CONFLICT);
	assert_int_equal(open_index(len, 0), SKERRY_ERR_CLAIM_CONFLICT);
	chain[0] ^= 1;
	assert_int_equal(open_index(len, sizeof chain), SKERRY_ERR_CLAIM_CONFLICT);
	chain[0] ^= 1;
	assert_int_equal(open_index(BUNDLE_INDEX_MAX + 1, 0), SKERRY_ERR_DOCUMENT_TOO_LARGE);
}

static void
an_index_is_signed_for_all_brands(void **state)
{
	size_t len = sign_index();

	(void)state;
	for (unsigned roles = 1; roles <= MANIFEST_ROLES_ALL; roles++) {
		manifest.keys[0].roles = roles;
		trust_manifest();
		assert_int_equal(open_index(len, sizeof chain),
			roles & MANIFEST_ROLE_BUNDLE ? SKERRY_OK : SKERRY_ERR_TRUST_ROLE);
	}
	manifest.keys[0].brands_len = 1;
	manifest.keys[0].brands[0] = fixture_text("hotelhub");
	trust_manifest();
	assert_int_equal(open_index(len, sizeof chain), SKERRY_ERR_TRUST_BRAND);
	manifest.keys[0].brands_len = 0;
	manifest.keys[0].not_after = CEREMONY_TODAY - 1;
	trust_manifest();
	assert_int_equal(open_index(len, sizeof chain), SKERRY_ERR_TRUST_RETIRED);
}

static void
every_damaged_index_is_refused(void **state)
{
	size_t len = sign_index();

	(void)state;
	for (size_t bit = 0; bit < len * 8; bit++) {
		document[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(open_index(len, sizeof chain), SKERRY_OK);
		document[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t cut = 0; cut < len; cut++)
		assert_int_not_equal(open_index(cut, sizeof chain), SKERRY_OK);
}

static void
a_page_has_the_length_and_the_hash_of_its_place(void **state)
{
	struct bundle_place place = { 0, sizeof chain, sizeof chain, chain_hash };
	struct cbor_bytes stored = { chain, sizeof chain };

	(void)state;
	/* FIPS 180-4's example */
	static const uint8_t ABC[] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea };

	hash_sha256((const uint8_t *)"abc", 3, chain_hash);
	assert_memory_equal(chain_hash, ABC, sizeof ABC);
	hash_sha256(chain, sizeof chain, chain_hash);
	assert_true(exchange_is_stored(&place, stored));
	stored.len--;
	assert_false(exchange_is_stored(&place, stored));
	place.stored_len--;
	assert_false(exchange_is_stored(&place, stored));
	stored.len++;
	assert_false(exchange_is_stored(&place, stored));
}

/* The same site stands elsewhere in each bundle, and each site elsewhere in one. */
static void
sort_keys_differ_by_bundle_and_by_site(void **state)
{
	uint8_t a[BUNDLE_SORT_KEY_LEN], b[BUNDLE_SORT_KEY_LEN], c[BUNDLE_SORT_KEY_LEN];
	uint8_t want[HASH_LEN], other_id[COSE_THUMBPRINT_LEN];
	const uint8_t *bundle = fixture_bytes(1, BUNDLE_ID_LEN).data;

	(void)state;
	hash_thumbprint(&other_site.public_key, other_id);
	hash_sort_key(bundle, site_id, a);
	hash_sort_key(bundle, other_id, b);
	hash_sort_key(fixture_bytes(2, BUNDLE_ID_LEN).data, site_id, c);
	assert_memory_not_equal(a, b, sizeof a);
	assert_memory_not_equal(a, c, sizeof a);
	hash_blake2b(site_id, sizeof site_id, bundle, BUNDLE_ID_LEN, want);
	assert_memory_equal(a, want, sizeof a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_request_reaches_the_desk_and_nobody_else, each_anew),
		cmocka_unit_test_setup(
			a_site_signs_with_its_own_key_for_the_key_it_names, each_anew),
		cmocka_unit_test_setup(a_request_that_somebody_else_made_is_refused, each_anew),
		cmocka_unit_test_setup(a_request_sealed_anew_is_refused, each_anew),
		cmocka_unit_test_setup(a_malformed_request_is_told_by_its_byte, each_anew),
		cmocka_unit_test_setup(every_damaged_request_is_refused, each_anew),
		cmocka_unit_test_setup(a_reply_reaches_its_site_and_nobody_else, each_anew),
		cmocka_unit_test_setup(a_box_of_a_bundle_is_a_reply, each_anew),
		cmocka_unit_test_setup(the_manifest_says_who_may_reply, each_anew),
		cmocka_unit_test_setup(another_document_is_no_reply, each_anew),
		cmocka_unit_test_setup(an_index_stands_behind_its_chain_alone, each_anew),
		cmocka_unit_test_setup(an_index_is_signed_for_all_brands, each_anew),
		cmocka_unit_test_setup(every_damaged_index_is_refused, each_anew),
		cmocka_unit_test_setup(a_page_has_the_length_and_the_hash_of_its_place, each_anew),
		cmocka_unit_test_setup(sort_keys_differ_by_bundle_and_by_site, each_anew),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
