/* SPDX-License-Identifier: ISC */
/*
 * Every document offered in the place of every other one: plain and in every wrapping, by keys of every
 * role and brand, of this vendor and another one, for this site and another one. One cell of each row is
 * good; each other one is refused with its reason.
 */
#include <setjmp.h>
#include <stdarg.h>
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

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { SITE = 70, OPENING = 72, OTHER = 10 }; /* OTHER: added to a seed */

enum paper { MANIFEST, LICENSE, STATUS, REPLY, INDEX, REQUEST, PAPERS };
enum wrapping { PLAIN, AS_REQUEST, AS_REPLY, AS_BOX, WRAPPINGS };
enum door { AT_MANIFEST, AT_LICENSE, AT_STATUS, AT_REPLY, AT_INDEX, AT_REQUEST, AT_BOX, DOORS };

static const char *const PAPER_NAMES[] = { "manifest", "license", "status list", "reply", "index",
	"request" };
static const char *const WRAPPING_NAMES[] = { "plain", "as a request", "as a reply", "as a box" };
static const char *const DOOR_NAMES[] = { "manifest", "license", "status list", "reply", "index",
	"request", "box" };

/* Two vendors and two sites: the first is ours. */
struct party {
	struct trust trust;
	struct manifest manifest;
	struct key_pair issuing, exchange, site, opening;
	uint8_t site_id[COSE_THUMBPRINT_LEN];
};
static struct party parties[2];
static struct trust advanced;
static uint8_t chain[] = "a chain", chain_hash[HASH_LEN];

static void
found(struct party *party, uint8_t plus)
{
	static uint8_t bytes[MANIFEST_MAX];
	const uint8_t root = (uint8_t)(1 + plus);
	size_t len, offset;

	party->issuing = ceremony_pair(KEY_ISSUING, (uint8_t)(CEREMONY_ISSUING + plus));
	party->exchange = ceremony_pair(KEY_EXCHANGE, (uint8_t)(CEREMONY_EXCHANGE + plus));
	party->site = ceremony_pair(KEY_SITE, (uint8_t)(SITE + plus));
	party->opening = ceremony_pair(KEY_OPENING, (uint8_t)(OPENING + plus));
	hash_thumbprint(&party->site.public_key, party->site_id);
	ceremony_manifest(&party->manifest, 1, 1, 1);
	party->manifest.roots[0] = ceremony_public(KEY_ROOT, root);
	party->manifest.keys[0].key = party->issuing.public_key;
	party->manifest.exchange[0].key = party->exchange.public_key;
	len = ceremony_sign_manifest(&party->manifest, &root, 1, bytes);
	assert_int_equal(trust_anchor(&party->trust, bytes, len, &offset), SKERRY_OK);
}

static int
begin(void **state)
{
	(void)state;
	if (random_start() != SKERRY_OK)
		return -1;
	found(&parties[0], 0);
	found(&parties[1], OTHER);
	hash_sha256(chain, sizeof chain, chain_hash);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(parties); i++) {
		key_pair_free(&parties[i].issuing);
		key_pair_free(&parties[i].exchange);
		key_pair_free(&parties[i].site);
		key_pair_free(&parties[i].opening);
	}
	return 0;
}

/* --- documents ------------------------------------------------------------------------------- */

/* By which vendor's key, of which site, for which vendor. */
struct maker {
	const struct party *vendor, *site, *audience;
};

static size_t
make_status(const struct maker *maker, uint8_t *bytes)
{
	static uint8_t payload[STATUS_LIST_PAYLOAD_MAX];
	static const uint8_t PACKED[] = { 0x78, 0x9c, 3, 0, 0, 0, 0, 1 };
	struct status_list list = { .uri = fixture_text("skerry:hotelhub"),
		.issued_at = CEREMONY_TODAY,
		.bits = STATUS_LIST_BITS,
		.packed = { PACKED, sizeof PACKED } };
	struct cbor_writer w;
	size_t payload_len, len;

	cbor_writer_init(&w, payload, sizeof payload);
	status_list_write(&w, &list);
	assert_int_equal(cbor_writer_finish(&w, &payload_len), SKERRY_OK);
	assert_int_equal(
		sign_sign1(&maker->vendor->issuing, STATUS_LIST_TYPE,
			(struct cbor_bytes){ payload, payload_len }, bytes, SEALED_PLAIN_MAX, &len),
		SKERRY_OK);
	return len;
}

static size_t
make_reply(const struct maker *maker, uint8_t *bytes)
{
	static struct reply reply;
	size_t len;

	exchange_reply_bare(&reply);
	memcpy(reply.site_id, maker->site->site_id, sizeof reply.site_id);
	reply.issued_at = CEREMONY_TODAY;
	assert_int_equal(
		exchange_sign_reply(&maker->vendor->issuing, &reply, bytes, SEALED_PLAIN_MAX, &len),
		SKERRY_OK);
	return len;
}

static size_t
make_index(const struct maker *maker, uint8_t *bytes)
{
	static struct bundle_index index;
	static struct bundle_entry entries[2];
	size_t len;

	exchange_entries(entries, 2);
	exchange_index_full(&index);
	index.chain_hash = chain_hash;
	index.issued_at = CEREMONY_TODAY;
	assert_int_equal(exchange_sign_index(&maker->vendor->issuing, &index, entries, 2, bytes,
				 SEALED_PLAIN_MAX, &len),
		SKERRY_OK);
	return len;
}

static size_t
make_request(const struct maker *maker, uint8_t *bytes)
{
	static struct request request;
	uint8_t digest[REQUEST_DIGEST_LEN];
	size_t len;

	exchange_request_bare(&request);
	request.site_key = maker->site->site.public_key;
	hash_thumbprint(&maker->audience->exchange.public_key, request.audience);
	assert_int_equal(exchange_sign_request(&maker->site->site, &request, digest, bytes,
				 SEALED_PLAIN_MAX, &len),
		SKERRY_OK);
	return len;
}

static size_t
make_manifest(const struct maker *maker, uint8_t *bytes)
{
	struct manifest next = maker->vendor->manifest;
	const uint8_t root = maker->vendor == &parties[0] ? 1 : 1 + OTHER;

	next.version++;
	return ceremony_sign_manifest(&next, &root, 1, bytes);
}

static struct cbor_bytes
make(enum paper paper, const struct maker *maker)
{
	static uint8_t bytes[SEALED_PLAIN_MAX];
	struct license license;

	switch (paper) {
	case MANIFEST:
		return (struct cbor_bytes){ bytes, make_manifest(maker, bytes) };
	case STATUS:
		return (struct cbor_bytes){ bytes, make_status(maker, bytes) };
	case REPLY:
		return (struct cbor_bytes){ bytes, make_reply(maker, bytes) };
	case INDEX:
		return (struct cbor_bytes){ bytes, make_index(maker, bytes) };
	case REQUEST:
		return (struct cbor_bytes){ bytes, make_request(maker, bytes) };
	default:
		ceremony_license(&license);
		return (struct cbor_bytes){ bytes,
			ceremony_sign_license(&license, &maker->vendor->issuing, bytes) };
	}
}

/* Sealed to a vendor or to a site. */
static struct cbor_bytes
wrap(struct cbor_bytes document, enum wrapping wrapping, const struct party *recipient)
{
	static uint8_t bytes[SEALED_MAX];
	size_t len = 0;

	switch (wrapping) {
	case AS_REQUEST:
		assert_int_equal(seal_container(SEALED_REQUEST, &recipient->exchange.public_key,
					 document, bytes, sizeof bytes, &len),
			SKERRY_OK);
		break;
	case AS_REPLY:
		assert_int_equal(seal_container(SEALED_REPLY, &recipient->opening.public_key,
					 document, bytes, sizeof bytes, &len),
			SKERRY_OK);
		break;
	case AS_BOX:
		assert_int_equal(seal_box(&recipient->opening.public_key, document, bytes,
					 sizeof bytes, &len),
			SKERRY_OK);
		break;
	default:
		return document;
	}
	return (struct cbor_bytes){ bytes, len };
}

/* Offered to us, whose trust is this one. */
static enum skerry_err
offer(enum door door, const struct trust *trust, struct cbor_bytes bytes)
{
	static uint8_t plain[SEALED_MAX];
	static struct exchange_request request;
	static struct reply reply;
	const struct party *us = &parties[0];
	const struct manifest_key *key;
	struct bundle_index index;
	struct status_list list;
	struct license license;
	size_t offset;

	switch (door) {
	case AT_MANIFEST:
		advanced = *trust;
		return trust_advance(&advanced, bytes.data, bytes.len, &offset);
	case AT_LICENSE:
		return trust_open_license(trust, bytes.data, bytes.len, &license, &key, &offset);
	case AT_STATUS:
		return trust_open_status_list(trust, bytes.data, bytes.len, &list, &key, &offset);
	case AT_REPLY:
		return exchange_open_reply(&us->opening, trust, us->site_id, bytes, plain,
			sizeof plain, &reply, &key, &offset);
	case AT_INDEX:
		return exchange_open_index(trust, (struct cbor_bytes){ chain, sizeof chain }, bytes,
			&index, &key, &offset);
	case AT_REQUEST:
		return exchange_open_request(&us->exchange, 1, &trust->manifest, bytes, plain,
			sizeof plain, &request, &offset);
	default:
		return exchange_open_box(&us->opening, trust, us->site_id, bytes, plain,
			sizeof plain, &reply, &key, &offset);
	}
}

/* --- kind x wrapping x place ----------------------------------------------------------------- */

/* Where a document of that kind is good, and how it is wrapped there. */
static const struct {
	enum paper paper;
	enum wrapping wrapping;
} GOOD[DOORS] = { { MANIFEST, PLAIN }, { LICENSE, PLAIN }, { STATUS, PLAIN }, { REPLY, AS_REPLY },
	{ INDEX, PLAIN }, { REQUEST, AS_REQUEST }, { REPLY, AS_BOX } };

/* OK also stands for a box at a place that expects none: noise, which may be anything but good. */
static enum skerry_err
expected(enum paper paper, enum wrapping wrapping, enum door door)
{
	bool is_container = wrapping == AS_REQUEST || wrapping == AS_REPLY;

	if (wrapping == GOOD[door].wrapping) {
		if (paper == GOOD[door].paper)
			return SKERRY_OK;
		/* A manifest has many signers, and each other document one. */
		return (paper == MANIFEST) != (door == AT_MANIFEST) ? SKERRY_ERR_CBOR_TAG
								    : SKERRY_ERR_COSE_TYPE;
	}
	if (door == AT_BOX)
		return SKERRY_ERR_SEALED;
	if (wrapping == AS_BOX)
		return SKERRY_OK;
	if (GOOD[door].wrapping == PLAIN)
		return SKERRY_ERR_CBOR_TYPE;
	return is_container ? SKERRY_ERR_DOCUMENT_KIND : SKERRY_ERR_CBOR_TAG;
}

static void
each_paper_opens_in_its_place_alone(void **state)
{
	const struct maker ours = { &parties[0], &parties[0], &parties[0] };

	(void)state;
	for (int cell = 0; cell < PAPERS * WRAPPINGS * DOORS; cell++) {
		enum paper paper = (enum paper)(cell % PAPERS);
		enum wrapping wrapping = (enum wrapping)(cell / PAPERS % WRAPPINGS);
		enum door door = (enum door)(cell / PAPERS / WRAPPINGS);
		enum skerry_err want = expected(paper, wrapping, door);
		enum skerry_err err = offer(
			door, &parties[0].trust, wrap(make(paper, &ours), wrapping, &parties[0]));
		bool is_noise = want == SKERRY_OK && wrapping != GOOD[door].wrapping;

		if (is_noise ? err == SKERRY_OK : err != want)
			fail_msg("%s %s as %s: %s, not %s", PAPER_NAMES[paper],
				WRAPPING_NAMES[wrapping], DOOR_NAMES[door], skerry_err_name(err),
				is_noise ? "a refusal" : skerry_err_name(want));
	}
}

/* --- kind x role x brand --------------------------------------------------------------------- */

static const struct {
	enum door door;
	unsigned role;
} ROLES[] = { { AT_LICENSE, MANIFEST_ROLE_LICENSE }, { AT_STATUS, MANIFEST_ROLE_STATUS },
	{ AT_REPLY, MANIFEST_ROLE_REPLY }, { AT_BOX, MANIFEST_ROLE_REPLY },
	{ AT_INDEX, MANIFEST_ROLE_BUNDLE } };

/* The documents are of hotelhub. */
static const struct {
	const char *brands[2];
	size_t len;
	bool serves;
} BRANDS[] = { { { NULL, NULL }, 0, true }, { { "hotelhub", NULL }, 1, true },
	{ { "rthub", NULL }, 1, false }, { { "rthub", "hotelhub" }, 2, true } };

/* A bundle is for the sites of every brand. */
static enum skerry_err
expected_of(enum door door, unsigned role, unsigned roles, size_t brands)
{
	if ((roles & role) == 0)
		return SKERRY_ERR_TRUST_ROLE;
	if (door == AT_INDEX ? BRANDS[brands].len > 0 : !BRANDS[brands].serves)
		return SKERRY_ERR_TRUST_BRAND;
	return SKERRY_OK;
}

static void
trust_roles(struct trust *trust, unsigned roles, size_t brands)
{
	static uint8_t bytes[MANIFEST_MAX];
	struct manifest manifest = parties[0].manifest;
	size_t len, offset;

	manifest.keys[0].roles = roles;
	manifest.keys[0].brands_len = BRANDS[brands].len;
	for (size_t i = 0; i < BRANDS[brands].len; i++)
		manifest.keys[0].brands[i] = fixture_text(BRANDS[brands].brands[i]);
	len = ceremony_sign_manifest(&manifest, (const uint8_t[]){ 1 }, 1, bytes);
	assert_int_equal(trust_anchor(trust, bytes, len, &offset), SKERRY_OK);
}

static void
a_key_signs_what_its_roles_and_brands_allow(void **state)
{
	static struct trust trust;
	const struct maker ours = { &parties[0], &parties[0], &parties[0] };

	(void)state;
	for (unsigned roles = 1; roles <= MANIFEST_ROLES_ALL; roles++)
		for (size_t brands = 0; brands < COUNT(BRANDS); brands++) {
			trust_roles(&trust, roles, brands);
			for (size_t i = 0; i < COUNT(ROLES); i++) {
				enum door door = ROLES[i].door;
				enum skerry_err err = offer(door, &trust,
					wrap(make(GOOD[door].paper, &ours), GOOD[door].wrapping,
						&parties[0]));

				if (err != expected_of(door, ROLES[i].role, roles, brands))
					fail_msg("%s, roles %u, brands %zu: %s", DOOR_NAMES[door],
						roles, brands, skerry_err_name(err));
			}
		}
}

/* --- kind x vendor x site -------------------------------------------------------------------- */

static void
a_reply_is_our_vendors_for_this_site_sealed_to_it(void **state)
{
	(void)state;
	for (size_t cell = 0; cell < 16; cell++) {
		const struct party *vendor = &parties[cell & 1], *site = &parties[cell >> 1 & 1],
				   *recipient = &parties[cell >> 2 & 1];
		const struct maker maker = { vendor, site, vendor };
		enum door door = cell < 8 ? AT_REPLY : AT_BOX;
		enum skerry_err want = recipient != &parties[0] ? SKERRY_ERR_SEALED
				       : vendor != &parties[0]  ? SKERRY_ERR_TRUST_KEY_UNKNOWN
				       : site != &parties[0]    ? SKERRY_ERR_OTHER_SITE
								: SKERRY_OK;

		assert_int_equal(offer(door, &parties[0].trust,
					 wrap(make(REPLY, &maker), GOOD[door].wrapping, recipient)),
			want);
	}
}

/* Any site may write to any vendor: what counts is that it wrote to this one. */
static void
a_request_is_for_the_vendor_that_it_names(void **state)
{
	(void)state;
	for (size_t cell = 0; cell < 8; cell++) {
		const struct party *site = &parties[cell & 1], *audience = &parties[cell >> 1 & 1],
				   *recipient = &parties[cell >> 2 & 1];
		const struct maker maker = { &parties[0], site, audience };
		bool is_ours = audience == &parties[0] && recipient == &parties[0];

		assert_int_equal(offer(AT_REQUEST, &parties[0].trust,
					 wrap(make(REQUEST, &maker), AS_REQUEST, recipient)),
			is_ours ? SKERRY_OK : SKERRY_ERR_SEALED);
	}
}

static void
what_another_vendor_signed_is_refused(void **state)
{
	const struct maker theirs = { &parties[1], &parties[0], &parties[1] };
	static const struct {
		enum door door;
		enum skerry_err err;
	} CASES[] = { { AT_MANIFEST, SKERRY_ERR_TRUST_THRESHOLD }, /* none of our roots signed */
		{ AT_LICENSE, SKERRY_ERR_TRUST_KEY_UNKNOWN },
		{ AT_STATUS, SKERRY_ERR_TRUST_KEY_UNKNOWN },
		{ AT_INDEX, SKERRY_ERR_TRUST_KEY_UNKNOWN } };

	(void)state;
	for (size_t i = 0; i < COUNT(CASES); i++)
		assert_int_equal(offer(CASES[i].door, &parties[0].trust,
					 make(GOOD[CASES[i].door].paper, &theirs)),
			CASES[i].err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_paper_opens_in_its_place_alone),
		cmocka_unit_test(a_key_signs_what_its_roles_and_brands_allow),
		cmocka_unit_test(a_reply_is_our_vendors_for_this_site_sealed_to_it),
		cmocka_unit_test(a_request_is_for_the_vendor_that_it_names),
		cmocka_unit_test(what_another_vendor_signed_is_refused),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
