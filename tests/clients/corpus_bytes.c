/* SPDX-License-Identifier: ISC */
/* Damaged documents, and envelopes outside the profile. */
#include "corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cose.h"
#include "tests/unit/fixture_hex.h"

enum { HEADER_AT = 4, ENVELOPE = 58, PAYLOAD_AT = 55 };

static uint8_t good[LICENSE_MAX];
static size_t good_len;

static void
add(const char *name, const uint8_t *bytes, size_t len)
{
	corpus_add(&(struct corpus_case){ .name = name, .license = { bytes, len } });
}

static void
cuts(void)
{
	for (size_t len = 0; len < good_len; len += len < 12 ? 1 : len < 64 ? 7 : 61)
		add(corpus_name("cut-%03zu", len), good, len);
	add("cut-last-byte", good, good_len - 1);
	add("cut-signature", good, good_len - 64);
	add("cut-signature-and-head", good, good_len - 66);
}

static void
trailing(void)
{
	uint8_t bytes[LICENSE_MAX];

	memcpy(bytes, good, good_len);
	bytes[good_len] = 0;
	add("trailing-zero", bytes, good_len + 1);
	bytes[good_len] = '\n';
	add("trailing-line-end", bytes, good_len + 1);
	memcpy(bytes + good_len, good, good_len);
	add("twice", bytes, 2 * good_len);
	memset(bytes + good_len, 0, LICENSE_MAX - good_len);
	add("padded-to-the-limit", bytes, LICENSE_MAX);
}

static void
too_large(void)
{
	static uint8_t bytes[LICENSE_MAX + 1];

	memcpy(bytes, good, good_len);
	add("too-large", bytes, sizeof bytes);
}

/* One bit of each byte of the envelope, of each eleventh of the claims, and of the signature. */
static void
flips(void)
{
	uint8_t bytes[LICENSE_MAX] = { 0 };

	for (size_t at = 0; at < good_len; at += at < 20 ? 1 : at < ENVELOPE ? 5 : 11) {
		memcpy(bytes, good, good_len);
		bytes[at] ^= (uint8_t)(1u << (at * 5 % 8));
		add(corpus_name("flip-%03zu", at), bytes, good_len);
	}
	for (unsigned bit = 5; bit < 8; bit++) {
		memcpy(bytes, good, good_len);
		bytes[good_len - 1] ^= (uint8_t)(1u << bit);
		add(corpus_name("flip-last-bit-%u", bit), bytes, good_len);
	}
}

/* S + L is another signature of the same under a naive equation; so is the neutral element's. */
static void
malleable(void)
{
	static const uint8_t L[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c,
		0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };
	uint8_t bytes[LICENSE_MAX], *s = bytes + good_len - 32;
	unsigned carry = 0;

	memcpy(bytes, good, good_len);
	for (size_t i = 0; i < sizeof L; i++) {
		carry += s[i] + L[i];
		s[i] = (uint8_t)carry;
		carry >>= 8;
	}
	add("signature-s-plus-l", bytes, good_len);
	memcpy(bytes, good, good_len);
	memset(bytes + good_len - 64, 0, 64);
	add("signature-zeros", bytes, good_len);
	bytes[good_len - 64] = 1;
	add("signature-neutral", bytes, good_len);
	memset(bytes + good_len - 64, 0xff, 64);
	add("signature-ones", bytes, good_len);
	memcpy(bytes, good, good_len);
	memcpy(bytes + good_len - 64, good + good_len - 32, 32);
	memcpy(bytes + good_len - 32, good + good_len - 64, 32);
	add("signature-halves-exchanged", bytes, good_len);
}

/* Envelopes around the good payload and signature. */
#define KID "4826abe8b25efd580b"
#define TYP "78226170706c69636174696f6e2f766e642e736b657272792e6c6963656e73652b637774"
#define GOOD_HEADER "5832a3012704" KID "10" TYP

static const struct {
	const char *name, *before; /* hexadecimal, up to the payload's head */
} ENVELOPES[] = {
	{ "envelope-as-it-is", "d284" GOOD_HEADER "a0" },
	{ "envelope-without-tag", "84" GOOD_HEADER "a0" },
	{ "envelope-other-tag", "d184" GOOD_HEADER "a0" },
	{ "envelope-tag-long", "d81284" GOOD_HEADER "a0" },
	{ "envelope-tag-twice", "d2d284" GOOD_HEADER "a0" },
	{ "envelope-self-described", "d9d9f7d284" GOOD_HEADER "a0" },
	{ "envelope-of-sign", "d86284" GOOD_HEADER "a0" },
	{ "envelope-array-3", "d283" GOOD_HEADER "a0" },
	{ "envelope-array-5", "d285" GOOD_HEADER "a0" },
	{ "envelope-array-long", "d29804" GOOD_HEADER "a0" },
	{ "envelope-array-indefinite", "d29f" GOOD_HEADER "a0" },
	{ "envelope-map", "d2a2" GOOD_HEADER "a0" },
	{ "header-as-map", "d284a3012704" KID "10" TYP "a0" },
	{ "header-empty-string", "d28440a0" },
	{ "header-empty-map", "d28441a0a0" },
	{ "header-string-long", "d284590032a3012704" KID "10" TYP "a0" },
	{ "header-string-chunks", "d2845f5832a3012704" KID "10" TYP "ffa0" },
	{ "header-cut", "d2845831a3012704" KID "10" TYP "a0" },
	{ "header-trailing", "d2845833a3012704" KID "10" TYP "00a0" },
	{ "header-no-map", "d2844101a0" },
	{ "header-without-alg", "d2845830a204" KID "10" TYP "a0" },
	{ "header-without-kid", "d2845828a2012710" TYP "a0" },
	{ "header-without-typ", "d2844da2012704" KID "a0" },
	{ "header-order", "d2845832a304" KID "012710" TYP "a0" },
	{ "header-twice", "d2845834a40127012704" KID "10" TYP "a0" },
	{ "header-unknown", "d2845834a401270311"
			    "04" KID "10" TYP "a0" },
	{ "header-unknown-behind", "d2845835a4012704" KID "10" TYP "181800"
				   "a0" },
	{ "header-critical", "d2845836a4012702810104" KID "10" TYP "a0" },
	{ "header-text-label", "d2845835a4012704" KID "10" TYP "617800"
			       "a0" },
	{ "header-alg-es256", "d2845832a3012604" KID "10" TYP "a0" },
	{ "header-alg-other-of-key", "d2845832a3013204" KID "10" TYP "a0" },
	{ "header-alg-positive", "d2845832a3010804" KID "10" TYP "a0" },
	{ "header-alg-text", "d2845837a30165"
			     "4564445341"
			     "04" KID "10" TYP "a0" },
	{ "header-alg-null", "d2845832a301f604" KID "10" TYP "a0" },
	{ "header-alg-long", "d2845833a301380704" KID "10" TYP "a0" },
	{ "header-kid-7", "d2845831a3012704"
			  "4726abe8b25efd58"
			  "10" TYP "a0" },
	{ "header-kid-9", "d2845833a3012704"
			  "4926abe8b25efd580b00"
			  "10" TYP "a0" },
	{ "header-kid-text", "d2845832a3012704"
			     "683131313131313131"
			     "10" TYP "a0" },
	{ "header-kid-number", "d284582aa3012704"
			       "0110" TYP "a0" },
	{ "header-typ-number", "d2844fa3012704" KID "1001"
			       "a0" },
	{ "header-typ-long",
		"d2845851a3012704" KID "107841"
		"6161616161616161616161616161616161616161616161616161"
		"616161616161616161616161616161616161616161616161616161616161616161616161616161"
		"a0" },
	{ "header-too-long", "d2845861a3012704" KID "10" TYP "a0" },
	{ "unprotected-kid", "d284" GOOD_HEADER "a104" KID },
	{ "unprotected-unknown", "d284" GOOD_HEADER "a1617800" },
	{ "unprotected-array", "d284" GOOD_HEADER "80" },
	{ "unprotected-null", "d284" GOOD_HEADER "f6" },
	{ "unprotected-indefinite", "d284" GOOD_HEADER "bfff" },
};

static void
envelopes(void)
{
	uint8_t bytes[LICENSE_MAX];

	for (size_t i = 0; i < sizeof ENVELOPES / sizeof *ENVELOPES; i++) {
		size_t len = fixture_hex(ENVELOPES[i].before, bytes, 0, sizeof bytes);

		memcpy(bytes + len, good + PAYLOAD_AT, good_len - PAYLOAD_AT);
		add(ENVELOPES[i].name, bytes, len + good_len - PAYLOAD_AT);
	}
}

/* What comes behind the headers. */
static void
payloads_and_signatures(void)
{
	static const struct {
		const char *name, *behind;
	} ENDS[] = { { "payload-detached", "f65840" }, { "payload-text", "61785840" },
		{ "payload-map", "a05840" }, { "payload-empty", "405840" },
		{ "payload-beyond", "5bffffffffffffffff" }, { "payload-far-beyond", "5a7fffffff" },
		{ "signature-empty", "410040" }, { "signature-null", "4100f6" },
		{ "signature-63", "4100583f" }, { "signature-65", "41005841" },
		{ "signature-text", "41007840" } };
	uint8_t bytes[LICENSE_MAX];

	for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++) {
		size_t len = PAYLOAD_AT, last;

		memcpy(bytes, good, len);
		len = fixture_hex(ENDS[i].behind, bytes, len, sizeof bytes);
		last = bytes[len - 2] == 0x58 || bytes[len - 2] == 0x78 ? bytes[len - 1] : 0;
		memset(bytes + len, '1', last);
		add(ENDS[i].name, bytes, len + last);
	}
}

void
corpus_bytes(void)
{
	struct license license;
	struct cbor_bytes document;

	hotel_license_unbound(&license);
	document = corpus_sign(&license);
	memcpy(good, document.data, document.len);
	good_len = document.len;
	assert_int_equal(good[HEADER_AT], 0xa3);
	cuts();
	trailing();
	too_large();
	flips();
	malleable();
	envelopes();
	payloads_and_signatures();
}
