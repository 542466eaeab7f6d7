/* SPDX-License-Identifier: ISC */
/* Claims that nobody should have signed: the signature passes, so each reader judges for itself. */
#include "corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/ladder.h"
#include "tests/unit/fixture_hex.h"
#include "tests/unit/fixture_license.h"
#include "tests/unit/fixture_payload.h"
#include "tests/unit/fixture_refusals.h"

static struct payload full, altered;

static void
add(const char *name, const uint8_t *payload, size_t len)
{
	corpus_add(&(struct corpus_case){ .name = name,
		.license = corpus_sign_bytes(KEY_ISSUING, CEREMONY_ISSUING, LICENSE_TYPE,
			(struct cbor_bytes){ payload, len }),
		.tenant = "annex",
		.domain = "pms.lan" });
}

static void
add_hex(const char *name, const char *hex)
{
	altered.len = fixture_hex(hex, altered.bytes, 0, sizeof altered.bytes);
	add(name, altered.bytes, altered.len);
}

/* Each refusal of license.h at each claim. */
static void
each_refusal(void)
{
	for (size_t i = 0; i < REFUSALS_LEN; i++) {
		altered = full;
		payload_patch(&altered, REFUSALS[i].find, REFUSALS[i].put);
		add(corpus_name("claims-%03zu-%s", i, skerry_err_name(REFUSALS[i].err)),
			altered.bytes, altered.len);
	}
}

static void
each_claim_missing(void)
{
	static const int64_t OUTER[] = { 1, 2, 3, 4, 5, 6, 7, 8, 65535, -65537 };

	for (size_t i = 0; i < sizeof OUTER / sizeof *OUTER; i++) {
		altered = full;
		payload_drop(&altered, 0, OUTER[i]);
		add(corpus_name("without-%lld", (long long)OUTER[i]), altered.bytes, altered.len);
	}
	for (int64_t label = 1; label <= 15; label++) {
		altered = full;
		payload_drop(&altered, payload_find(&full, "af0101021a"), label);
		add(corpus_name("without-own-%lld", (long long)label), altered.bytes, altered.len);
	}
	altered = full;
	payload_drop(&altered, payload_find(&full, "a101a40101"), 1);
	add("without-key-of-cnf", altered.bytes, altered.len);
}

/* What a later version may add, and what it must not. */
static void
unknown_labels(void)
{
	static const struct {
		const char *name, *key, *value;
	} ADDED[] = {
		{ "unknown-zero", "00", "01" },
		{ "unknown-label", "1828", "8201a2206178616100" },
		{ "unknown-largest", "1b7fffffffffffffff", "f6" },
		{ "unknown-too-large", "1b8000000000000000", "00" },
		{ "unknown-float", "1828", "f90000" },
		{ "unknown-tag", "1828", "c101" },
		{ "unknown-undefined", "1828", "f7" },
		{ "unknown-simple", "1828", "e0" },
		{ "unknown-simple-byte", "1828", "f8ff" },
		{ "unknown-reserved", "1828", "1c" },
		{ "unknown-indefinite", "1828", "9fff" },
		{ "unknown-break", "1828", "ff" },
		{ "unknown-not-shortest", "1828", "1800" },
		{ "unknown-not-shortest-8", "1828", "1b00000000ffffffff" },
		{ "unknown-utf8-lone", "1828", "6180" },
		{ "unknown-utf8-overlong", "1828", "62c080" },
		{ "unknown-utf8-surrogate", "1828", "63eda080" },
		{ "unknown-utf8-beyond", "1828", "64f4908080" },
		{ "unknown-utf8-cut", "1828", "62e282" },
		{ "unknown-utf8-good", "1828", "6bc3a9e282acf09f8f9d7a00" },
		{ "unknown-map-order", "1828", "a220002000" },
		{ "unknown-map-order-text", "1828", "a2616200616100" },
		{ "unknown-map-twice", "1828", "a201000100" },
		{ "unknown-map-key-array", "1828", "a18000" },
		{ "unknown-map-key-bytes", "1828", "a1410000" },
		{ "unknown-map-key-large", "1828", "a23bffffffffffffffff006000" },
		{ "unknown-map-key-true", "1828", "a1f500" },
		{ "unknown-array-beyond", "1828", "9a7fffffff" },
		{ "unknown-map-beyond", "1828", "ba7fffffff" },
		{ "unknown-text-beyond", "1828", "7a7fffffff" },
		{ "unknown-depth-15", "1828",
			"8181818181818181818181818180"
			"" },
		{ "unknown-depth-16", "1828", "818181818181818181818181818180" },
		{ "unknown-depth-17", "1828", "81818181818181818181818181818180" },
		{ "unknown-map-depth", "1828",
			"a100a100a100a100a100a100a100a100a100a100a100a100a100a100a100a100a0" },
		{ "critical-label", "3863", "00" },
		{ "critical-label-bad-value", "3863", "f7" },
		{ "critical-text", "6178", "00" },
		{ "critical-empty-text", "60", "f6" },
		{ "label-bytes", "4100", "00" },
		{ "label-true", "f5", "00" },
	};
	uint8_t value[64];

	for (size_t i = 0; i < sizeof ADDED / sizeof *ADDED; i++) {
		size_t len = fixture_hex(ADDED[i].value, value, 0, sizeof value);

		altered = full;
		payload_insert(&altered, 0, ADDED[i].key, value, len);
		add(ADDED[i].name, altered.bytes, altered.len);
		if (i < 5 || strncmp(ADDED[i].name, "critical", 8) == 0) {
			altered = full;
			payload_insert(&altered, payload_find(&full, "af0101021a"), ADDED[i].key,
				value, len);
			add(corpus_name("%s-own", ADDED[i].name), altered.bytes, altered.len);
		}
	}
}

static void
other_payloads(void)
{
	add("payload-nothing", NULL, 0);
	add_hex("payload-number", "01");
	add_hex("payload-array", "80");
	add_hex("payload-empty-map", "a0");
	add_hex("payload-two-items", "a0a0");
	add_hex("payload-null", "f6");
	add_hex("payload-65-entries", "b841");
	add_hex("payload-map-beyond", "bb0000000100000000");
	altered = full;
	add("payload-cut", altered.bytes, altered.len - 1);
	altered.bytes[altered.len++] = 0xf6;
	add("payload-trailing", altered.bytes, altered.len);
}

/* That many entries: unknown labels between 8, the last of the known ones of one byte, and 65535. */
static void
entries(unsigned count)
{
	enum { KNOWN = 10 };
	uint8_t more[3 * 64];
	size_t more_len = 0, at;

	for (unsigned i = KNOWN; i < count; i++) {
		more[more_len++] = 0x18;
		more[more_len++] = (uint8_t)(30 + i);
		more[more_len++] = 0;
	}
	at = payload_find(&full, "19ffffa16b");
	altered.bytes[0] = 0xb8;
	altered.bytes[1] = (uint8_t)count;
	memcpy(altered.bytes + 2, full.bytes + 1, at - 1);
	memcpy(altered.bytes + 1 + at, more, more_len);
	memcpy(altered.bytes + 1 + at + more_len, full.bytes + at, full.len - at);
	altered.len = full.len + 1 + more_len;
	add(corpus_name("limit-entries-%u", count), altered.bytes, altered.len);
}

/* As large as a license may be, and one byte more; as many entries, and one more. */
static void
limits(void)
{
	static uint8_t value[LICENSE_PAYLOAD_MAX + 8];
	static const char *const NAMES[] = { "limit-payload-largest", "limit-payload-too-large" };
	struct license license;
	size_t room;

	for (size_t over = 0; over < 2; over++) {
		altered = full;
		room = LICENSE_PAYLOAD_MAX - altered.len - 2 - 3 + over;
		memset(value, 0, sizeof value);
		value[0] = 0x59;
		value[1] = (uint8_t)(room >> 8);
		value[2] = (uint8_t)room;
		payload_insert(&altered, 0, "1828", value, room + 3);
		assert_int_equal(altered.len, LICENSE_PAYLOAD_MAX + over);
		add(NAMES[over], altered.bytes, altered.len);
	}
	entries(64);
	entries(65);
	hotel_license_unbound(&license);
	license.renew_by = 0;
	license.not_before = license.issued_at = 0;
	license.valid_until = LICENSE_TIME_MAX - 100 * CEREMONY_DAY;
	license.expires_at = LICENSE_TIME_MAX;
	corpus_add(&(struct corpus_case){
		.name = "limit-dates-early", .license = corpus_sign(&license) });
}

void
corpus_claims(void)
{
	struct license license;

	hotel_license_full(&license);
	full.len = license_encode(&license, full.bytes);
	each_refusal();
	each_claim_missing();
	unknown_labels();
	other_payloads();
	limits();
}
