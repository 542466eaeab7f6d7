/* SPDX-License-Identifier: ISC */
/* Sealing: one recipient opens, nobody else; nothing that was altered opens; a length tells little. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hex.h"
#include "fixture_payload.h"
#include "formats/cose.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "keys/seal.h"
#include "keys/sign.h"
#include "tests/unit/fixture_ceremony.h"

enum { ROOM = 8192, SITE = 7, OPENING = 70, OTHER = 71 };

/* Signed bytes of any content, whose whole length is `len`. */
static size_t
signed_document(size_t len, uint8_t ret_bytes[ROOM])
{
	static const char TYPE[] = "application/vnd.skerry.reply+cwt";
	uint8_t content[ROOM] = { 0x5a };
	struct key_pair pair = ceremony_pair(KEY_SITE, SITE);
	size_t got = 0;

	/* What the envelope adds depends on the length inside. */
	for (size_t content_len = len; got != len; content_len--) {
		assert_true(content_len > 0);
		assert_int_equal(
			sign_sign1(&pair, TYPE, (struct cbor_bytes){ content, content_len },
				ret_bytes, ROOM, &got),
			SKERRY_OK);
	}
	key_pair_free(&pair);
	return len;
}

static size_t
box_of(const struct cose_key *recipient, const uint8_t *document, size_t len, uint8_t ret_box[ROOM])
{
	size_t box_len = 0;

	assert_int_equal(
		seal_box(recipient, (struct cbor_bytes){ document, len }, ret_box, ROOM, &box_len),
		SKERRY_OK);
	assert_int_equal(box_len, seal_box_size(len));
	return box_len;
}

/* From and into memory of exactly the length. */
static enum skerry_err
open_exactly(const struct key_pair *pair, const uint8_t *box, size_t box_len,
	uint8_t ret_plain[ROOM], struct cbor_bytes *ret_document, size_t *ret_offset)
{
	size_t room = box_len > SEALED_BOX_OVERHEAD ? box_len - SEALED_BOX_OVERHEAD : 0;
	uint8_t *exact = fixture_exact_copy(box, box_len), *plain = malloc(room + 1);
	struct cbor_bytes document;
	enum skerry_err err;

	assert_non_null(plain);
	err = seal_open_box(
		pair, (struct cbor_bytes){ exact, box_len }, plain, room, &document, ret_offset);
	if (err == SKERRY_OK) {
		memcpy(ret_plain, document.data, document.len);
		*ret_document = (struct cbor_bytes){ ret_plain, document.len };
	}
	free(exact);
	free(plain);
	return err;
}

static void
the_recipient_opens_what_was_sealed(void **state)
{
	static const size_t LENGTHS[] = { 150, 255, 256, 257, 512, 513, 2000 };
	static const enum key_purpose PURPOSES[] = { KEY_EXCHANGE, KEY_OPENING };

	(void)state;
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++)
		for (size_t j = 0; j < 2; j++) {
			struct key_pair pair = ceremony_pair(PURPOSES[j], OPENING);
			uint8_t document[ROOM], box[ROOM], plain[ROOM];
			size_t len = signed_document(LENGTHS[i], document), offset,
			       box_len = box_of(&pair.public_key, document, len, box);
			struct cbor_bytes got = { NULL, 0 };

			assert_int_equal(
				open_exactly(&pair, box, box_len, plain, &got, &offset), SKERRY_OK);
			assert_int_equal(got.len, len);
			assert_memory_equal(got.data, document, len);
			key_pair_free(&pair);
		}
}

static void
nobody_else_opens_it(void **state)
{
	struct key_pair pair = ceremony_pair(KEY_OPENING, OPENING),
			other = ceremony_pair(KEY_OPENING, OTHER);
	uint8_t document[ROOM], box[ROOM], plain[ROOM];
	size_t len = signed_document(300, document), offset = SIZE_MAX,
	       box_len = box_of(&pair.public_key, document, len, box);
	struct cbor_bytes got = { NULL, 77 };

	(void)state;
	assert_int_equal(
		open_exactly(&other, box, box_len, plain, &got, &offset), SKERRY_ERR_SEALED);
	assert_int_equal(offset, 0);
	assert_int_equal(got.len, 77);
	key_pair_free(&pair);
	key_pair_free(&other);
}

static void
no_altered_bit_and_no_part_opens(void **state)
{
	struct key_pair pair = ceremony_pair(KEY_OPENING, OPENING);
	uint8_t document[ROOM], box[ROOM], plain[ROOM];
	size_t len = signed_document(200, document), offset,
	       box_len = box_of(&pair.public_key, document, len, box);
	struct cbor_bytes got;

	(void)state;
	for (size_t bit = 0; bit < box_len * 8; bit++) {
		/* X25519 does not read the highest bit of a point, and the nonce does. */
		box[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(
			open_exactly(&pair, box, box_len, plain, &got, &offset), SKERRY_ERR_SEALED);
		box[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t cut = 0; cut < box_len; cut++)
		assert_int_equal(
			open_exactly(&pair, box, cut, plain, &got, &offset), SKERRY_ERR_SEALED);
	memset(box + box_len, 0, SEALED_STEP);
	for (size_t more = 1; more <= SEALED_STEP; more++)
		assert_int_equal(open_exactly(&pair, box, box_len + more, plain, &got, &offset),
			SKERRY_ERR_SEALED);
	assert_int_equal(open_exactly(&pair, box, box_len, plain, &got, &offset), SKERRY_OK);
	key_pair_free(&pair);
}

/* Requests of 150 to 256 bytes look alike, and the same one sealed twice too. */
static void
lengths_and_repetition_tell_nothing(void **state)
{
	struct cose_key recipient = ceremony_public(KEY_EXCHANGE, CEREMONY_EXCHANGE);
	uint8_t document[ROOM], first[ROOM], second[ROOM];
	size_t equal = 0, box_len = 0;

	(void)state;
	for (size_t len = 150; len <= 256; len++) {
		signed_document(len, document);
		box_len = box_of(&recipient, document, len, first);
		assert_int_equal(box_len, SEALED_STEP + SEALED_BOX_OVERHEAD);
	}
	box_of(&recipient, document, 256, second);
	for (size_t i = 0; i < box_len; i++)
		equal += first[i] == second[i];
	assert_true(equal < 32);
}

static void
sealing_refuses_what_cannot_be_sealed(void **state)
{
	struct cose_key recipient = ceremony_public(KEY_EXCHANGE, CEREMONY_EXCHANGE),
			signing = ceremony_public(KEY_SITE, SITE);
	/* Points of small order: 0, 1, and one of order 8 (RFC 7748, section 6.1's warning). */
	static const char *const SMALL[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	};
	uint8_t *large = calloc(1, SEALED_PLAIN_MAX + 1), box[ROOM], document[ROOM];
	size_t len = signed_document(256, document), got = 77;
	struct cbor_bytes whole = { document, len };

	(void)state;
	assert_non_null(large);
	assert_int_equal(seal_box(&signing, whole, box, ROOM, &got), SKERRY_ERR_COSE_KEY);
	for (size_t i = 0; i < 3; i++) {
		struct cose_key small = recipient;

		fixture_hex(SMALL[i], small.x, 0, sizeof small.x);
		assert_int_equal(seal_box(&small, whole, box, ROOM, &got), SKERRY_ERR_COSE_KEY);
	}
	assert_int_equal(seal_box(&recipient, (struct cbor_bytes){ document, 0 }, box, ROOM, &got),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(seal_box(&recipient, (struct cbor_bytes){ large, SEALED_PLAIN_MAX + 1 },
				 box, ROOM, &got),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(
		seal_box(&recipient, whole, box, SEALED_STEP + SEALED_BOX_OVERHEAD - 1, &got),
		SKERRY_ERR_NO_SPACE);
	assert_int_equal(got, 77);
	assert_int_equal(seal_box_size(0), 0);
	assert_int_equal(seal_box_size(SEALED_PLAIN_MAX + 1), 0);
	assert_int_equal(seal_size(SEALED_PLAIN_MAX + 1), 0);
	assert_int_equal(seal_box_size(SEALED_PLAIN_MAX), SEALED_BOX_MAX);
	assert_int_equal(seal_size(SEALED_PLAIN_MAX), SEALED_MAX);
	free(large);
}

static void
opening_needs_room_and_a_key_that_opens(void **state)
{
	struct key_pair pair = ceremony_pair(KEY_OPENING, OPENING),
			signing = ceremony_pair(KEY_SITE, SITE);
	uint8_t document[ROOM], box[ROOM], plain[ROOM];
	size_t len = signed_document(200, document), offset = SIZE_MAX,
	       box_len = box_of(&pair.public_key, document, len, box);
	struct cbor_bytes got, sealed = { box, box_len };

	(void)state;
	assert_int_equal(seal_open_box(&pair, sealed, plain, SEALED_STEP - 1, &got, &offset),
		SKERRY_ERR_NO_SPACE);
	assert_int_equal(
		seal_open_box(&signing, sealed, plain, ROOM, &got, &offset), SKERRY_ERR_ARGUMENT);
	assert_int_equal(offset, 0);
	key_pair_free(&pair);
	key_pair_free(&signing);
}

/* Whoever has the public key seals anything; what opens is then judged by its form. */
static void
what_opens_and_is_no_document_is_refused(void **state)
{
	static const struct {
		const char *hex;
		enum skerry_err err;
		size_t offset;
	} ROWS[] = {
		{ "a0", SKERRY_ERR_CBOR_TYPE, 0 },
		{ "d2 84 40 a0 40 40 01", SKERRY_ERR_CBOR_TRAILING, 6 },
		{ "d2 84 40 a0 5901ff 40", SKERRY_ERR_CBOR_LENGTH, 4 },
	};
	struct key_pair pair = ceremony_pair(KEY_OPENING, OPENING);

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		uint8_t document[ROOM], box[ROOM], plain[ROOM];
		size_t len = fixture_hex(ROWS[i].hex, document, 0, ROOM), offset = SIZE_MAX,
		       box_len = box_of(&pair.public_key, document, len, box);
		struct cbor_bytes got = { NULL, 0 };

		assert_int_equal(
			open_exactly(&pair, box, box_len, plain, &got, &offset), ROWS[i].err);
		assert_int_equal(offset, ROWS[i].offset);
	}
	key_pair_free(&pair);
}

static size_t
container_of(enum sealed_kind kind, const struct cose_key *recipient, uint8_t ret_document[ROOM],
	uint8_t ret_bytes[ROOM])
{
	size_t len = signed_document(400, ret_document), got = 0;

	assert_int_equal(seal_container(kind, recipient, (struct cbor_bytes){ ret_document, len },
				 ret_bytes, seal_size(len), &got),
		SKERRY_OK);
	return got;
}

static void
a_container_names_and_reaches_its_recipient(void **state)
{
	static const struct {
		enum sealed_kind kind;
		enum key_purpose purpose;
	} ROWS[] = { { SEALED_REQUEST, KEY_EXCHANGE }, { SEALED_REPLY, KEY_OPENING } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct key_pair pair = ceremony_pair(ROWS[i].purpose, OPENING),
				other = ceremony_pair(ROWS[i].purpose, OTHER),
				wrong = ceremony_pair(ROWS[1 - i].purpose, OPENING),
				signing = ceremony_pair(KEY_SITE, SITE);
		uint8_t document[ROOM], bytes[ROOM], plain[ROOM], *exact;
		size_t len = container_of(ROWS[i].kind, &pair.public_key, document, bytes), offset;
		struct sealed sealed;
		struct cbor_bytes got = { NULL, 0 };

		exact = fixture_exact_copy(bytes, len);
		assert_int_equal(sealed_parse(exact, len, &sealed, &offset), SKERRY_OK);
		assert_int_equal(sealed.kind, ROWS[i].kind);
		assert_memory_equal(sealed.kid, pair.kid, COSE_KID_LEN);
		assert_int_equal(
			seal_open(&pair, exact, len, plain, len, &got, &offset), SKERRY_OK);
		assert_int_equal(got.len, 400);
		assert_memory_equal(got.data, document, 400);
		assert_int_equal(seal_open(&other, exact, len, plain, len, &got, &offset),
			SKERRY_ERR_SEALED);
		/* The same secret, of the other direction. */
		assert_int_equal(seal_open(&wrong, exact, len, plain, len, &got, &offset),
			SKERRY_ERR_DOCUMENT_KIND);
		assert_int_equal(seal_open(&signing, exact, len, plain, len, &got, &offset),
			SKERRY_ERR_ARGUMENT);
		free(exact);
		key_pair_free(&pair);
		key_pair_free(&other);
		key_pair_free(&wrong);
		key_pair_free(&signing);
	}
}

/* Another site's box under this one's name: the name was a claim. */
static void
a_kid_that_was_exchanged_opens_nothing(void **state)
{
	struct key_pair pair = ceremony_pair(KEY_OPENING, OPENING);
	struct cose_key other = ceremony_public(KEY_OPENING, OTHER);
	uint8_t document[ROOM], bytes[ROOM], plain[ROOM], other_kid[COSE_KID_LEN];
	size_t len = container_of(SEALED_REPLY, &other, document, bytes), offset;
	struct sealed sealed;
	struct cbor_bytes got;
	struct cbor_writer w;
	uint8_t renamed[ROOM];

	(void)state;
	hash_kid(&other, other_kid);
	assert_int_equal(sealed_parse(bytes, len, &sealed, &offset), SKERRY_OK);
	assert_memory_equal(sealed.kid, other_kid, COSE_KID_LEN);
	memcpy(sealed.kid, pair.kid, COSE_KID_LEN);
	cbor_writer_init(&w, renamed, ROOM);
	sealed_write(&w, &sealed);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(
		seal_open(&pair, renamed, len, plain, ROOM, &got, &offset), SKERRY_ERR_SEALED);
	key_pair_free(&pair);
}

static void
no_altered_bit_of_a_container_opens(void **state)
{
	struct key_pair pair = ceremony_pair(KEY_EXCHANGE, CEREMONY_EXCHANGE);
	uint8_t document[ROOM], bytes[ROOM], plain[ROOM];
	size_t len = container_of(SEALED_REQUEST, &pair.public_key, document, bytes), offset;
	struct cbor_bytes got;

	(void)state;
	for (size_t bit = 0; bit < len * 8; bit++) {
		uint8_t *exact;

		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		exact = fixture_exact_copy(bytes, len);
		assert_int_not_equal(
			seal_open(&pair, exact, len, plain, ROOM, &got, &offset), SKERRY_OK);
		assert_true(offset < len);
		free(exact);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	key_pair_free(&pair);
}

static void
a_container_tells_a_room_that_is_too_small(void **state)
{
	struct cose_key recipient = ceremony_public(KEY_EXCHANGE, CEREMONY_EXCHANGE);
	uint8_t document[ROOM], bytes[ROOM];
	size_t len = container_of(SEALED_REQUEST, &recipient, document, bytes), got = 77;
	struct cbor_bytes whole = { document, 400 };

	(void)state;
	assert_true(len <= seal_size(400));
	for (size_t room = 0; room < len; room += 13)
		assert_int_equal(
			seal_container(SEALED_REQUEST, &recipient, whole, bytes, room, &got),
			SKERRY_ERR_NO_SPACE);
	assert_int_equal(seal_container(SEALED_REQUEST, &recipient,
				 (struct cbor_bytes){ document, 0 }, bytes, ROOM, &got),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(got, 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_recipient_opens_what_was_sealed),
		cmocka_unit_test(nobody_else_opens_it),
		cmocka_unit_test(no_altered_bit_and_no_part_opens),
		cmocka_unit_test(lengths_and_repetition_tell_nothing),
		cmocka_unit_test(sealing_refuses_what_cannot_be_sealed),
		cmocka_unit_test(opening_needs_room_and_a_key_that_opens),
		cmocka_unit_test(what_opens_and_is_no_document_is_refused),
		cmocka_unit_test(a_container_names_and_reaches_its_recipient),
		cmocka_unit_test(a_kid_that_was_exchanged_opens_nothing),
		cmocka_unit_test(no_altered_bit_of_a_container_opens),
		cmocka_unit_test(a_container_tells_a_room_that_is_too_small),
	};

	if (random_start() != SKERRY_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
