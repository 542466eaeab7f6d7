/* SPDX-License-Identifier: ISC */
/* Documents: what each kind begins with, each carrier there and back, what is refused and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_document.h"
#include "formats/armor.h"
#include "formats/base45.h"
#include "formats/base64.h"
#include "formats/bundle.h"
#include "formats/cose.h"
#include "formats/document.h"
#include "formats/fingerprint.h"
#include "formats/license.h"
#include "formats/manifest.h"
#include "formats/proof.h"
#include "formats/reply.h"
#include "formats/request.h"
#include "formats/sealed.h"
#include "formats/status_list.h"
#include "keys/key_file.h"

enum { CARRIER_MAX = 8192 };

static void
each_kind_is_told_by_its_beginning(void **state)
{
	uint8_t bytes[DOCUMENT_MADE_MAX];
	enum document_kind got = DOCUMENT_UNKNOWN;

	(void)state;
	for (enum document_kind kind = DOCUMENT_LICENSE; kind <= DOCUMENT_PROOF; kind++) {
		assert_int_equal(
			document_identify(bytes, document_make(kind, bytes), &got), SKERRY_OK);
		assert_int_equal(got, kind);
	}
	assert_int_equal(
		document_identify(bytes, document_make_key(COSE_CURVE_X25519, bytes), &got),
		SKERRY_OK);
	assert_int_equal(got, DOCUMENT_PUBLIC_KEY);
}

static const struct {
	const char *bytes;
	size_t len;
} UNKNOWN[] = {
	{ "x", 1 },
	{ "-----BEGIN SKERRY LICENSE-----", 30 },
	{ "\xd2", 1 },
	{ "\xd2\x84\x41", 3 },
	{ "\xd2\x84\xa0\xa0\x40\x40", 6 },
	{ "\xd2\x84\x41\xa0\xa0\x40\x40", 7 },               /* no typ */
	{ "\xd2\x84\x43\xa1\x10\x01\xa0\x40\x40", 9 },       /* typ a number */
	{ "\xd2\x84\x44\xa1\x10\x61x\xa0\x40\x40", 10 },     /* another typ */
	{ "\xd1\x84\x44\xa1\x10\x61x\xa0\x40\x40", 10 },     /* another tag */
	{ "\xd8\x12\x84\x44\xa1\x10\x61x\xa0\x40\x40", 11 }, /* tag 18, not shortest */
	{ "\x82\x6bskerry-keys\x01", 14 },
	{ "\x81\x01", 2 },
	{ "\x80", 1 },
	{ "\xa0", 1 },
	{ "\xa1\x02\x01", 3 },
	{ "\xa1\x01\x02", 3 }, /* key type EC2 */
	{ "\xa1\x61x\x01", 4 },
	{ "\xf6", 1 },
	{ "\xff\xfe\xfd", 3 },
};

static void
what_begins_otherwise_is_unknown(void **state)
{
	static const char *const INNER[] = { REQUEST_TYPE, REPLY_TYPE, BUNDLE_TYPE };
	uint8_t bytes[DOCUMENT_MADE_MAX];
	enum document_kind kind = 77;

	(void)state;
	for (size_t i = 0; i < sizeof UNKNOWN / sizeof *UNKNOWN; i++) {
		assert_int_equal(
			document_identify((const uint8_t *)UNKNOWN[i].bytes, UNKNOWN[i].len, &kind),
			SKERRY_ERR_DOCUMENT_UNKNOWN);
		assert_int_equal(kind, 77);
	}
	/* Signed, and neither sealed nor in a bundle, these are nothing that is carried. */
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
			document_identify(bytes,
				document_make_envelope(COSE_TAG_SIGN1, INNER[i], bytes), &kind),
			SKERRY_ERR_DOCUMENT_UNKNOWN);
}

static void
nothing_is_empty(void **state)
{
	struct document documents[DOCUMENT_PARTS_MAX];
	enum document_kind kind;
	uint8_t none = 0;
	size_t count, offset;

	(void)state;
	assert_int_equal(document_identify(&none, 0, &kind), SKERRY_ERR_DOCUMENT_EMPTY);
	assert_int_equal(
		document_unwrap(&none, 0, documents, &count, &offset), SKERRY_ERR_DOCUMENT_EMPTY);
}

static void
names_and_labels_lead_back_to_the_kind(void **state)
{
	(void)state;
	for (enum document_kind kind = DOCUMENT_LICENSE; kind <= DOCUMENT_PROOF; kind++) {
		assert_int_equal(document_kind_from_label(document_armor_label(kind)), kind);
		assert_string_not_equal(
			document_kind_name(kind), document_kind_name(DOCUMENT_UNKNOWN));
	}
	assert_int_equal(document_kind_from_label("LICENCE"), DOCUMENT_UNKNOWN);
	assert_int_equal(document_kind_from_label(""), DOCUMENT_UNKNOWN);
	assert_non_null(document_kind_name(77));
	assert_non_null(document_armor_label(77));
}

/* Something that is carried, made piece by piece. */
struct carrier {
	char text[CARRIER_MAX];
	size_t len;
};

static void
put(struct carrier *carrier, const char *text)
{
	size_t len = strlen(text);

	assert_true(carrier->len + len <= CARRIER_MAX);
	memcpy(carrier->text + carrier->len, text, len);
	carrier->len += len;
}

static void
put_armor(struct carrier *carrier, const char *label, const uint8_t *bytes, size_t len)
{
	size_t text_len;

	assert_true(carrier->len + ARMOR_TEXT_MAX(len) <= CARRIER_MAX);
	armor_write(label, bytes, len, carrier->text + carrier->len, &text_len);
	carrier->len += text_len;
}

static void
put_document(struct carrier *carrier, enum document_kind kind)
{
	uint8_t bytes[DOCUMENT_MADE_MAX];
	size_t len = document_make(kind, bytes);

	put_armor(carrier, document_armor_label(kind), bytes, len);
}

/* Unwraps a carrier that holds exactly one license. */
static void
assert_license(struct carrier *carrier, enum document_carrier expected)
{
	struct document documents[DOCUMENT_PARTS_MAX];
	uint8_t license[DOCUMENT_MADE_MAX];
	size_t len = document_make(DOCUMENT_LICENSE, license), count = 0, offset = 0;

	assert_int_equal(
		document_unwrap((uint8_t *)carrier->text, carrier->len, documents, &count, &offset),
		SKERRY_OK);
	assert_int_equal(count, 1);
	assert_int_equal(documents[0].kind, DOCUMENT_LICENSE);
	assert_int_equal(documents[0].carrier, expected);
	assert_int_equal(documents[0].bytes.len, len);
	assert_memory_equal(documents[0].bytes.data, license, len);
}

static enum skerry_err
refuse(struct carrier *carrier, size_t *ret_offset)
{
	struct document documents[DOCUMENT_PARTS_MAX];
	size_t count = 77;
	enum skerry_err err;

	*ret_offset = 77777;
	err = document_unwrap(
		(uint8_t *)carrier->text, carrier->len, documents, &count, ret_offset);
	assert_int_equal(count, 77);
	return err;
}

static void
binary_armor_and_qr_give_the_same_document(void **state)
{
	uint8_t license[DOCUMENT_MADE_MAX];
	size_t len = document_make(DOCUMENT_LICENSE, license);
	struct carrier carrier = { .len = 0 };

	(void)state;
	memcpy(carrier.text, license, len);
	carrier.len = len;
	assert_license(&carrier, DOCUMENT_BINARY);

	carrier.len = 0;
	put_document(&carrier, DOCUMENT_LICENSE);
	assert_license(&carrier, DOCUMENT_ARMOR);

	carrier.len = 0;
	put(&carrier, "\xef\xbb\xbf \n" DOCUMENT_QR_PREFIX);
	base45_encode(license, len, carrier.text + carrier.len);
	carrier.len += BASE45_TEXT_LEN(len);
	put(&carrier, "\r\n");
	assert_license(&carrier, DOCUMENT_QR);
}

static void
several_armored_documents_are_found_in_their_order(void **state)
{
	struct carrier carrier = { .len = 0 };
	struct document documents[DOCUMENT_PARTS_MAX];
	uint8_t bytes[DOCUMENT_MADE_MAX];
	size_t count, offset;

	(void)state;
	put(&carrier, "The license:\n");
	put_document(&carrier, DOCUMENT_LICENSE);
	put(&carrier, "and the manifest\n");
	put_document(&carrier, DOCUMENT_MANIFEST);
	put_document(&carrier, DOCUMENT_PUBLIC_KEY);
	put_document(&carrier, DOCUMENT_LICENSE); /* again: found once */
	assert_int_equal(
		document_unwrap((uint8_t *)carrier.text, carrier.len, documents, &count, &offset),
		SKERRY_OK);
	assert_int_equal(count, 3);
	assert_int_equal(documents[0].kind, DOCUMENT_LICENSE);
	assert_int_equal(documents[1].kind, DOCUMENT_MANIFEST);
	assert_int_equal(documents[2].kind, DOCUMENT_PUBLIC_KEY);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(documents[i].bytes.len, document_make(documents[i].kind, bytes));
		assert_memory_equal(documents[i].bytes.data, bytes, documents[i].bytes.len);
	}
}

static void
a_label_that_contradicts_its_content_is_refused(void **state)
{
	struct carrier carrier = { .len = 0 };
	uint8_t bytes[DOCUMENT_MADE_MAX];
	size_t len = document_make(DOCUMENT_LICENSE, bytes), offset;

	(void)state;
	put(&carrier, "Hello,\n");
	put_armor(&carrier, "MANIFEST", bytes, len);
	assert_int_equal(refuse(&carrier, &offset), SKERRY_ERR_DOCUMENT_KIND);
	assert_int_equal(offset, 7);

	carrier.len = 0;
	put(&carrier, "Hello,\n");
	put_armor(&carrier, "TICKET", bytes, len);
	assert_int_equal(refuse(&carrier, &offset), SKERRY_ERR_ARMOR_LABEL);
	assert_int_equal(offset, 7);

	carrier.len = 0;
	put(&carrier, "Hello,\n");
	put_armor(&carrier, "LICENSE", (const uint8_t *)"no license", 10);
	assert_int_equal(refuse(&carrier, &offset), SKERRY_ERR_DOCUMENT_UNKNOWN);
	assert_int_equal(offset, 7);

	carrier.len = 0;
	put_armor(&carrier, "LICENSE", bytes, 0);
	assert_int_equal(refuse(&carrier, &offset), SKERRY_ERR_DOCUMENT_EMPTY);
}

static void
more_documents_than_allowed_are_refused(void **state)
{
	struct carrier carrier = { .len = 0 };
	struct document documents[DOCUMENT_PARTS_MAX];
	uint8_t bytes[DOCUMENT_MADE_MAX];
	size_t len = document_make_key(COSE_CURVE_ED25519, bytes), count, offset;

	(void)state;
	for (unsigned i = 0; i < DOCUMENT_PARTS_MAX; i++) {
		bytes[len - 1] = (uint8_t)i;
		put_armor(&carrier, "PUBLIC KEY", bytes, len);
	}
	assert_int_equal(
		document_unwrap((uint8_t *)carrier.text, carrier.len, documents, &count, &offset),
		SKERRY_OK);
	assert_int_equal(count, DOCUMENT_PARTS_MAX);
	carrier.len = 0;
	for (unsigned i = 0; i <= DOCUMENT_PARTS_MAX; i++) {
		bytes[len - 1] = (uint8_t)i;
		put_armor(&carrier, "PUBLIC KEY", bytes, len);
	}
	assert_int_equal(refuse(&carrier, &offset), SKERRY_ERR_DOCUMENT_COUNT);
}

static const struct {
	const char *text;
	enum skerry_err err;
	size_t offset;
} REFUSED[] = {
	{ "Dear guest, the license follows.\n", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ " \r\n", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ "\x89PNG\r\n", SKERRY_ERR_DOCUMENT_UNKNOWN, 0 },
	{ "SKERRY:", SKERRY_ERR_DOCUMENT_EMPTY, 7 },
	{ "SKERRY:BB8B", SKERRY_ERR_BASE45_LENGTH, 10 },
	{ " SKERRY:BB8bb8\n", SKERRY_ERR_BASE45_CHARACTER, 11 },
	{ "SKERRY:BB8GGX", SKERRY_ERR_BASE45_RANGE, 10 },
	{ "SKERRY:BB8", SKERRY_ERR_DOCUMENT_UNKNOWN, 7 },
	{ "From: vendor\n\nHello\n", SKERRY_ERR_MAIL_PART, 0 },
	{ "Hello\n-----END SKERRY LICENSE-----\n", SKERRY_ERR_ARMOR_BEGIN, 6 },
};

static void
each_refusal_names_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		struct carrier carrier = { .len = 0 };
		size_t offset;

		put(&carrier, REFUSED[i].text);
		assert_int_equal(refuse(&carrier, &offset), REFUSED[i].err);
		assert_int_equal(offset, REFUSED[i].offset);
	}
}

static void
utf16_is_refused_by_name(void **state)
{
	struct carrier plain = { .len = 0 }, wide;
	size_t offset;

	(void)state;
	put_document(&plain, DOCUMENT_LICENSE);
	for (unsigned way = 0; way < 4; way++) {
		wide.len = 0;
		if (way < 2) {
			wide.text[wide.len++] = way == 0 ? '\xff' : '\xfe';
			wide.text[wide.len++] = way == 0 ? '\xfe' : '\xff';
		}
		for (size_t i = 0; i < plain.len; i++) {
			wide.text[wide.len++] = way % 2 == 0 ? plain.text[i] : '\0';
			wide.text[wide.len++] = way % 2 == 0 ? '\0' : plain.text[i];
		}
		assert_int_equal(refuse(&wide, &offset), SKERRY_ERR_DOCUMENT_UTF16);
	}
}

static void
only_a_binary_document_may_be_larger_than_a_carrier(void **state)
{
	static uint8_t large[DOCUMENT_MAX + 1];
	struct document documents[DOCUMENT_PARTS_MAX];
	size_t count, offset;

	(void)state;
	memset(large, ' ', sizeof large);
	assert_int_equal(document_unwrap(large, sizeof large, documents, &count, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(document_unwrap(large, DOCUMENT_MAX, documents, &count, &offset),
		SKERRY_ERR_DOCUMENT_UNKNOWN);
	document_make_marked(FINGERPRINT_MARK, large);
	assert_int_equal(
		document_unwrap(large, sizeof large, documents, &count, &offset), SKERRY_OK);
}

/* Small carriers of each kind, for mutation: "@" stands for base64, "$" for Base45, "#" for bytes. */
static const char *const SEEDS[] = {
	"-----BEGIN SKERRY PUBLIC KEY-----\n@\n-----END SKERRY PUBLIC KEY-----\n",
	"From: a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
	"--BEGIN SKERRY PUBLIC KEY--\n@\n--END SKERRY PUBLIC KEY--\n--b\n"
	"Content-Transfer-Encoding: base64\n\n@\n--b--\n",
	"From: a\nContent-Type: multipart/alternative; boundary=b\n\n--b\n"
	"Content-Transfer-Encoding: quoted-printable\n\n=\n--BEGIN SKERRY =\nPUBLIC KEY--\n@\n"
	"--END SKERRY PUBLIC KEY--\n--b\nContent-Type: message/rfc822\n\nTo: b\n\n@\n--b--\n",
	"&nbsp;&mdash;BEGIN SKERRY PUBLIC KEY&#8212;<br>\n&gt; @&mdash;END SKERRY PUBLIC KEY\x97",
	"SKERRY:$",
	"#",
};

enum { SEEDS_LEN = sizeof SEEDS / sizeof *SEEDS };

static void
make_seed(const char *pattern, struct carrier *carrier)
{
	uint8_t key[DOCUMENT_MADE_MAX];
	size_t key_len = document_make_key(COSE_CURVE_X25519, key);

	carrier->len = 0;
	for (; *pattern != '\0'; pattern++) {
		char *end = carrier->text + carrier->len;

		if (*pattern == '@') {
			for (size_t at = 0; at < key_len; at += 3, end += 4)
				base64_encode_group(
					key + at, key_len - at < 3 ? key_len - at : 3, end);
			carrier->len = (size_t)(end - carrier->text);
		} else if (*pattern == '$') {
			base45_encode(key, key_len, end);
			carrier->len += BASE45_TEXT_LEN(key_len);
		} else if (*pattern == '#') {
			memcpy(end, key, key_len);
			carrier->len += key_len;
		} else {
			carrier->text[carrier->len++] = *pattern;
		}
	}
}

static uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*seed >> 33);
}

/* Changes a byte, cuts something out, doubles something, or puts in what the readers know. */
static void
mutate(struct carrier *carrier, uint64_t *seed)
{
	static const char *const TOKENS[] = { "=", "=\n", "=3D", "-", "--", "\xe2\x80\x94", "END",
		"BEGIN SKERRY ", "--b", "--b--", "\n", "\r", "\n\n", " ", ">", "&gt;", "<br>",
		"<p ", "Content-Type: message/rfc822\n", "Content-Transfer-Encoding: base64\n",
		"Content-Type: multipart/mixed; boundary=b\n\n", "From: ", "SKERRY:", "\xff", "A" };
	uint32_t how = next_random(seed) % 4;
	size_t at = next_random(seed) % (carrier->len + 1), len = next_random(seed) % 24;
	const char *token = TOKENS[next_random(seed) % (sizeof TOKENS / sizeof *TOKENS)];

	len = len < carrier->len - at ? len : carrier->len - at;
	if (how == 0 && at < carrier->len) {
		carrier->text[at] = (char)next_random(seed);
	} else if (how == 1) {
		memmove(carrier->text + at, carrier->text + at + len, carrier->len - at - len);
		carrier->len -= len;
	} else {
		if (how == 2)
			len = strlen(token);
		memmove(carrier->text + at + len, carrier->text + at, carrier->len - at);
		if (how == 2)
			memcpy(carrier->text + at, token, len);
		carrier->len += len;
	}
}

static bool
lies_inside(struct cbor_bytes bytes, const uint8_t *input, size_t input_len)
{
	return bytes.len <= input_len && bytes.data >= input &&
	       bytes.data + bytes.len <= input + input_len;
}

static void
assert_sound(uint8_t *input, size_t len, unsigned *ret_successes)
{
	struct document documents[DOCUMENT_PARTS_MAX];
	size_t count = 0, offset = SIZE_MAX;
	enum skerry_err err = document_unwrap(input, len, documents, &count, &offset);

	if (err != SKERRY_OK) {
		assert_true(offset <= len);
		return;
	}
	assert_true(count >= 1 && count <= DOCUMENT_PARTS_MAX);
	for (size_t i = 0; i < count; i++) {
		assert_true(lies_inside(documents[i].bytes, input, len));
		/* One behind the other: none was overwritten by the next. */
		assert_true(i == 0 || documents[i - 1].bytes.data + documents[i - 1].bytes.len <=
					      documents[i].bytes.data);
	}
	++*ret_successes;
}

static void
any_bytes_are_safe(void **state)
{
	enum { ROUNDS = 200000, MUTATIONS = 6 };
	static struct carrier seeds[SEEDS_LEN];
	uint8_t *memory = malloc(CARRIER_MAX);
	unsigned successes = 0;
	uint64_t seed = 1;

	(void)state;
	assert_non_null(memory);
	for (size_t i = 0; i < SEEDS_LEN; i++)
		make_seed(SEEDS[i], &seeds[i]);
	for (unsigned i = 0; i < ROUNDS; i++) {
		static struct carrier carrier;
		uint8_t *input;
		const struct carrier *original = &seeds[next_random(&seed) % SEEDS_LEN];

		memcpy(carrier.text, original->text, original->len);
		carrier.len = original->len;
		for (uint32_t left = next_random(&seed) % MUTATIONS; left > 0; left--)
			mutate(&carrier, &seed);
		/* At the end of its memory, so that a byte read beyond is found. */
		input = memory + CARRIER_MAX - carrier.len;
		memcpy(input, carrier.text, carrier.len);
		assert_sound(input, carrier.len, &successes);
	}
	free(memory);
	/* Neither all readable nor all refused: the seeds and the mutations do something. */
	assert_true(successes > ROUNDS / 10 && successes < ROUNDS - ROUNDS / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_told_by_its_beginning),
		cmocka_unit_test(what_begins_otherwise_is_unknown),
		cmocka_unit_test(nothing_is_empty),
		cmocka_unit_test(names_and_labels_lead_back_to_the_kind),
		cmocka_unit_test(binary_armor_and_qr_give_the_same_document),
		cmocka_unit_test(several_armored_documents_are_found_in_their_order),
		cmocka_unit_test(a_label_that_contradicts_its_content_is_refused),
		cmocka_unit_test(more_documents_than_allowed_are_refused),
		cmocka_unit_test(each_refusal_names_its_place),
		cmocka_unit_test(utf16_is_refused_by_name),
		cmocka_unit_test(only_a_binary_document_may_be_larger_than_a_carrier),
		cmocka_unit_test(any_bytes_are_safe),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
