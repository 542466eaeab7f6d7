/* SPDX-License-Identifier: ISC */
/*
 * The annotated documents in docs/formats.md are real ones, signed and sealed with keys of these tests,
 * byte for byte: HotelHub's sale, a status list, and that list in a container. `test_formats_md --print`
 * writes what belongs there, marks and all. No two boxes are the same, so the container's bytes are
 * taken from the page itself: it must open to the list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_ceremony.h"
#include "fixture_hotel.h"
#include "fixture_license.h"
#include "fixture_hex.h"
#include "formats/date.h"
#include "formats/deflate.h"
#include "formats/proof.h"
#include "formats/status_list.h"
#include "formats/step_code.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "keys/seal.h"
#include "keys/sign.h"
#include "keys/step_chain.h"

#define MARK_BEGIN "<!-- %s dump: written by test_formats_md --print -->\n```\n"
#define MARK_END "```\n<!-- end of %s dump -->\n"

enum { DUMP_MAX = 32768, ROW_BYTES = 16, PAGE_MAX = 1 << 18, MARK_MAX = 128 };

struct dump {
	const uint8_t *bytes;
	char text[DUMP_MAX];
	size_t len;
};

/* What stands at a label of a map, or at an index of an array; that is then the name of its own. */
static const struct {
	const char *in;
	int64_t at;
	const char *name;
	bool is_date;
} NAMES[] = {
	{ "COSE_Sign1", 0, "protected header", false },
	{ "COSE_Sign1", 1, "unprotected header", false },
	{ "COSE_Sign1", 2, "payload", false },
	{ "COSE_Sign1", 3, "signature", false },
	{ "COSE_Sign1 of a list", 0, "protected header", false },
	{ "COSE_Sign1 of a list", 1, "unprotected header", false },
	{ "COSE_Sign1 of a list", 2, "claims", false },
	{ "COSE_Sign1 of a list", 3, "signature", false },
	{ "claims", 2, "sub, the list's uri", false },
	{ "claims", 6, "iat", true },
	{ "claims", 65533, "status_list", false },
	{ "COSE_Sign1 of a proof", 0, "protected header", false },
	{ "COSE_Sign1 of a proof", 1, "unprotected header", false },
	{ "COSE_Sign1 of a proof", 2, "claims of a proof", false },
	{ "COSE_Sign1 of a proof", 3, "signature", false },
	{ "claims of a proof", 3, "aud, brand and product", false },
	{ "claims of a proof", 4, "exp", true },
	{ "claims of a proof", 6, "iat", true },
	{ "claims of a proof", 10, "nonce", false },
	{ "claims of a proof", -65537, "verdict", false },
	{ "verdict", 1, "format version", false },
	{ "verdict", 2, "SHA-256 of the license", false },
	{ "verdict", 3, "state, overdue", false },
	{ "verdict", 4, "access, full", false },
	{ "verdict", 5, "reason, overdue", false },
	{ "verdict", 6, "notice, warn", false },
	{ "verdict", 7, "next_change_at", true },
	{ "verdict", 8, "renew_by", true },
	{ "verdict", 9, "valid_until", true },
	{ "verdict", 11, "grace_until", true },
	{ "verdict", 12, "degraded_until", true },
	{ "verdict", 15, "message", false },
	{ "verdict", 17, "domain", false },
	{ "verdict", 19, "manifest version", false },
	{ "container", 0, "mark", false },
	{ "container", 1, "recipient's kid", false },
	{ "container", 2, "box", false },
	{ "protected header", 1, "alg", false },
	{ "protected header", 4, "kid", false },
	{ "protected header", 16, "typ", false },
	{ "payload", 1, "iss, the brand", false },
	{ "payload", 2, "sub, the license id", false },
	{ "payload", 3, "aud, the product", false },
	{ "payload", 4, "exp", true },
	{ "payload", 5, "nbf", true },
	{ "payload", 6, "iat", true },
	{ "payload", 7, "cti", false },
	{ "payload", 8, "cnf", false },
	{ "payload", 65535, "status", false },
	{ "payload", -65537, "Skerry's map", false },
	{ "cnf", 1, "COSE_Key of the site", false },
	{ "COSE_Key of the site", 1, "kty, OKP", false },
	{ "COSE_Key of the site", 3, "alg", false },
	{ "COSE_Key of the site", -1, "crv, Ed25519", false },
	{ "COSE_Key of the site", -2, "x", false },
	{ "Skerry's map", 1, "format version", false },
	{ "Skerry's map", 2, "edition", false },
	{ "Skerry's map", 3, "activation", false },
	{ "Skerry's map", 4, "plan", false },
	{ "Skerry's map", 5, "renew_by", true },
	{ "Skerry's map", 6, "valid_until", true },
	{ "Skerry's map", 8, "grants", false },
	{ "Skerry's map", 9, "seats", false },
	{ "Skerry's map", 10, "ladder", false },
	{ "Skerry's map", 11, "fingerprint", false },
	{ "Skerry's map", 15, "licensee", false },
	{ "seats", 0, "max", false },
	{ "seats", 1, "burst", false },
	{ "seats", 2, "ttl_s", false },
	{ "ladder", 1, "warn_s", false },
	{ "ladder", 2, "alert_s", false },
	{ "ladder", 3, "grace_s", false },
	{ "ladder", 4, "degraded_s", false },
	{ "ladder", 5, "expiry_grace_s", false },
	{ "ladder", 6, "rebind_grace_s", false },
	{ "ladder", 8, "tolerance_s", false },
	{ "ladder", 9, "overlap_s", false },
	{ "ladder", 10, "max_status_age_s", false },
	{ "fingerprint", 0, "salt", false },
	{ "fingerprint", 1, "threshold", false },
	{ "fingerprint", 2, "components", false },
	{ "component", 0, "type", false },
	{ "component", 1, "weight", false },
	{ "component", 2, "hash", false },
};

static const char *
name_of(const char *in, int64_t at, bool *ret_is_date)
{
	*ret_is_date = false;
	if (strcmp(in, "components") == 0)
		return "component";
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		if (strcmp(NAMES[i].in, in) == 0 && NAMES[i].at == at) {
			*ret_is_date = NAMES[i].is_date;
			return NAMES[i].name;
		}
	fail_msg("%s has no name for %d", in, (int)at);
	return NULL;
}

static void put(struct dump *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
put(struct dump *d, const char *format, ...)
{
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(d->text + d->len, DUMP_MAX - d->len, format, arguments);
	va_end(arguments);
	assert_in_range(len, 0, DUMP_MAX - d->len - 1);
	d->len += (size_t)len;
}

/* Rows of offset and bytes, the meaning beside the first. */
static void
put_rows(struct dump *d, size_t at, size_t end, unsigned depth, const char *meaning)
{
	for (size_t row = at; row < end; row += ROW_BYTES) {
		size_t row_end = row + ROW_BYTES < end ? row + ROW_BYTES : end;

		put(d, "%4zu  ", row);
		for (size_t i = row; i < row_end; i++)
			put(d, "%02x", d->bytes[i]);
		if (row == at)
			put(d, "%*s%*s%s", (int)(2 * (ROW_BYTES - (row_end - row)) + 2), "",
				(int)(2 * depth), "", meaning);
		put(d, "\n");
	}
}

/* The head at `at`: its argument, and the offset behind it. */
static size_t
head(const struct dump *d, size_t at, uint64_t *ret_value)
{
	unsigned info = d->bytes[at] & 31;
	size_t len = info < 24 ? 0 : (size_t)1 << (info - 24);

	*ret_value = info < 24 ? info : 0;
	for (size_t i = 1; i <= len; i++)
		*ret_value = *ret_value << 8 | d->bytes[at + i];
	return at + 1 + len;
}

static void
tell_value(const struct dump *d, size_t at, bool is_date, char *ret_text, size_t text_max)
{
	char date[DATE_TEXT_MAX];
	uint64_t value;
	size_t after = head(d, at, &value);

	switch (d->bytes[at] >> 5) {
	case 0:
		date_format((int64_t)value, date);
		if (is_date)
			snprintf(ret_text, text_max, "%s", date);
		else
			snprintf(ret_text, text_max, "%llu", (unsigned long long)value);
		break;
	case 1:
		snprintf(ret_text, text_max, "%lld", -1 - (long long)value);
		break;
	case 2:
		snprintf(ret_text, text_max, "%llu bytes", (unsigned long long)value);
		break;
	case 3:
		snprintf(ret_text, text_max, "\"%.*s\"", (int)value, d->bytes + after);
		break;
	case 4:
		snprintf(ret_text, text_max, "array of %llu", (unsigned long long)value);
		break;
	case 5:
		snprintf(ret_text, text_max, "map of %llu", (unsigned long long)value);
		break;
	default:
		snprintf(ret_text, text_max, "%s", d->bytes[at] == 0xf5 ? "true" : "?");
	}
}

static size_t put_item(
	struct dump *d, size_t row, size_t at, const char *name, bool is_date, unsigned depth);

/* Entries of a map: key and value in one row. Names of names are told as they are. */
static size_t
put_entries(struct dump *d, size_t at, uint64_t count, const char *name, unsigned depth)
{
	for (uint64_t i = 0; i < count; i++) {
		uint64_t value;
		size_t after = head(d, at, &value);
		char text_name[80];
		const char *entry = text_name;
		bool is_date = false;

		if (d->bytes[at] >> 5 == 3) {
			snprintf(text_name, sizeof text_name, "\"%.*s\"", (int)value,
				d->bytes + after);
			after += value;
		} else {
			entry = name_of(name,
				d->bytes[at] >> 5 == 0 ? (int64_t)value : -1 - (int64_t)value,
				&is_date);
		}
		at = put_item(d, at, after, entry, is_date, depth);
	}
	return at;
}

/* One item and all inside it; its row starts at `row`, where its key stands. Returns its end. */
static size_t
put_item(struct dump *d, size_t row, size_t at, const char *name, bool is_date, unsigned depth)
{
	char value_text[128], meaning[256];
	uint64_t value;
	size_t after = head(d, at, &value);
	bool nested = strcmp(name, "payload") == 0 || strcmp(name, "claims") == 0 ||
		      strcmp(name, "claims of a proof") == 0 ||
		      strcmp(name, "protected header") == 0;

	if (nested && d->bytes[at] >> 5 == 2) {
		snprintf(
			meaning, sizeof meaning, "%s: %u bytes, which hold", name, (unsigned)value);
		put_rows(d, row, after, depth, meaning);
		return put_item(d, after, after, name, false, depth + 1);
	}
	tell_value(d, at, is_date, value_text, sizeof value_text);
	snprintf(meaning, sizeof meaning, "%s: %s", name, value_text);
	switch (d->bytes[at] >> 5) {
	case 2:
	case 3:
		after += value;
		put_rows(d, row, after, depth, meaning);
		return after;
	case 4:
		put_rows(d, row, after, depth, meaning);
		for (uint64_t i = 0; i < value; i++) {
			const char *entry = name_of(name, (int64_t)i, &is_date);

			after = put_item(d, after, after, entry, is_date, depth + 1);
		}
		return after;
	case 5:
		put_rows(d, row, after, depth, meaning);
		return put_entries(d, after, value, name, depth + 1);
	default:
		put_rows(d, row, after, depth, meaning);
		return after;
	}
}

static uint8_t payload[LICENSE_MAX], document[LICENSE_MAX];

static size_t
sign_payload(const char *type, size_t payload_len)
{
	struct key_pair pair = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	size_t len = 0;

	assert_int_equal(sign_sign1(&pair, type, (struct cbor_bytes){ payload, payload_len },
				 document, sizeof document, &len),
		SKERRY_OK);
	key_pair_free(&pair);
	return len;
}

static void
dump_license(struct dump *d, const char *page)
{
	struct license license;
	size_t len;

	(void)page;
	hotel_license(&license);
	len = sign_payload(LICENSE_TYPE, license_encode(&license, payload));
	d->bytes = document;
	put_rows(d, 0, 1, 0, "tag 18");
	assert_int_equal(put_item(d, 1, 1, "COSE_Sign1", false, 0), len);
}

/* The draft's own packed bytes: they depend on no version of zlib. */
static size_t
sign_list(void)
{
	static const uint8_t PACKED[] = { 0x78, 0xda, 0x3b, 0xe9, 0xf2, 0x13, 0x00, 0x03, 0xdf,
		0x02, 0x07 };
	struct status_list list = { fixture_text("skerry:hotelhub"), HOTEL_ISSUED_AT,
		STATUS_LIST_BITS, { PACKED, sizeof PACKED } };
	uint8_t entries[3];
	struct cbor_writer w;
	size_t len = 0;

	assert_int_equal(deflate_unpack(PACKED, sizeof PACKED, entries, 3, &len), SKERRY_OK);
	assert_int_equal(len, 3);
	assert_memory_equal(entries, "\xc9\x44\xf9", 3);
	cbor_writer_init(&w, payload, sizeof payload);
	status_list_write(&w, &list);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	return sign_payload(STATUS_LIST_TYPE, len);
}

static void
dump_list(struct dump *d, const char *page)
{
	size_t len = sign_list();

	(void)page;
	d->bytes = document;
	put_rows(d, 0, 1, 0, "tag 18");
	assert_int_equal(put_item(d, 1, 1, "COSE_Sign1 of a list", false, 0), len);
}

/* The bytes that the rows of a dump show: the second word of each. */
static size_t
bytes_of_rows(const char *rows, uint8_t *ret_bytes, size_t bytes_max)
{
	size_t len = 0;

	while (*rows != '`') {
		char *word, hex[2 * ROW_BYTES + 1] = "";
		size_t digits;

		assert_int_equal(strtoul(rows, &word, 10), len);
		word += strspn(word, " ");
		digits = strspn(word, "0123456789abcdef");
		assert_in_range(digits, 2, 2 * ROW_BYTES);
		memcpy(hex, word, digits);
		len = fixture_hex(hex, ret_bytes, len, bytes_max);
		rows = strchr(word, '\n');
		assert_non_null(rows);
		rows++;
	}
	return len;
}

/* `page`: the dump as it stands there, or NULL for a new one. */
static void
dump_container(struct dump *d, const char *page)
{
	static uint8_t container[LICENSE_MAX], plain[LICENSE_MAX];
	struct key_pair pair = ceremony_pair(KEY_OPENING, CEREMONY_EXCHANGE);
	size_t list_len = sign_list(), len = 0, offset;
	struct cbor_bytes list = { document, list_len }, opened;

	if (page != NULL)
		len = bytes_of_rows(page, container, sizeof container);
	else
		assert_int_equal(seal_container(SEALED_REPLY, &pair.public_key, list, container,
					 sizeof container, &len),
			SKERRY_OK);
	assert_int_equal(
		seal_open(&pair, container, len, plain, sizeof plain, &opened, &offset), SKERRY_OK);
	assert_true(cbor_bytes_same(opened, list));
	key_pair_free(&pair);
	d->bytes = container;
	assert_int_equal(put_item(d, 0, 0, "container", false, 0), len);
}

/* The hotel's license, three days before its renewal is due. */
static void
dump_proof(struct dump *d, const char *page)
{
	struct key_pair pair = ceremony_pair(KEY_SITE, CEREMONY_ISSUING + 1);
	struct license license;
	uint8_t hash[HASH_LEN];
	struct proof proof;
	struct cbor_writer w;
	int64_t now;
	size_t len;

	(void)page;
	hotel_license(&license);
	now = license.renew_by - 3 * CEREMONY_DAY;
	len = sign_payload(LICENSE_TYPE, license_encode(&license, payload));
	hash_sha256(document, len, hash);
	proof = (struct proof){ .product = fixture_text("hotelhub/hms"),
		.issued_at = now,
		.expires_at = now + PROOF_LIVES_S,
		.nonce = fixture_bytes(0xe0, 16),
		.license_hash = hash,
		.state = 2,
		.access = 2,
		.reason = 2,
		.notice = 2,
		.next_change_at = license.renew_by,
		.renew_by = license.renew_by,
		.valid_until = license.valid_until,
		.maintenance_until = LICENSE_NEVER,
		.grace_until = license.renew_by + license.ladder.grace_s,
		.degraded_until =
			license.renew_by + license.ladder.grace_s + license.ladder.degraded_s,
		.message = fixture_text("A renewal is due."),
		.domain = fixture_text("grand.example"),
		.manifest_version = 1 };
	cbor_writer_init(&w, payload, sizeof payload);
	proof_write(&w, &proof);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(sign_sign1(&pair, PROOF_TYPE, (struct cbor_bytes){ payload, len },
				 document, sizeof document, &len),
		SKERRY_OK);
	key_pair_free(&pair);
	d->bytes = document;
	put_rows(d, 0, 1, 0, "tag 18");
	assert_int_equal(put_item(d, 1, 1, "COSE_Sign1 of a proof", false, 0), len);
}

static const struct example {
	const char *name; /* in its marks */
	void (*make)(struct dump *d, const char *page);
} EXAMPLES[] = {
	{ "license", dump_license },
	{ "status list", dump_list },
	{ "container", dump_container },
	{ "proof", dump_proof },
};

enum { EXAMPLES_LEN = sizeof EXAMPLES / sizeof *EXAMPLES };

static struct dump dump;

static void
make_dump(const struct example *example, const char *page)
{
	dump.len = 0;
	example->make(&dump, page);
}

static void
check_example(const struct example *example, const char *page)
{
	char mark[MARK_MAX];
	const char *begin, *end;

	snprintf(mark, sizeof mark, MARK_BEGIN, example->name);
	begin = strstr(page, mark);
	assert_non_null(begin);
	begin += strlen(mark);
	snprintf(mark, sizeof mark, MARK_END, example->name);
	end = strstr(begin, mark);
	assert_non_null(end);
	make_dump(example, begin);
	assert_int_equal(end - begin, dump.len);
	assert_memory_equal(begin, dump.text, dump.len);
}

/* docs/formats.md, terminated. */
static const char *
read_page(void)
{
	static char page[PAGE_MAX];
	FILE *file = fopen("docs/formats.md", "r");
	size_t len;

	assert_non_null(file);
	len = fread(page, 1, sizeof page - 1, file);
	assert_int_equal(fclose(file), 0);
	page[len] = '\0';
	return page;
}

static void
the_document_shows_real_documents(void **state)
{
	const char *page = read_page();

	(void)state;
	for (size_t i = 0; i < EXAMPLES_LEN; i++)
		check_example(&EXAMPLES[i], page);
}

/* The table of "Telephone renewal": the steps of the chain from its secret on, each with its code. */
static void
the_document_shows_real_telephone_codes(void **state)
{
	static const uint8_t CTI[LICENSE_CTI_LEN] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	uint8_t value[LICENSE_ANCHOR_LEN] = { 0 };
	const char *page = read_page();

	(void)state;
	for (size_t i = 0; i < sizeof value; i++)
		value[i] = (uint8_t)(0x11 * i);
	for (unsigned j = 3; j > 0; j--) {
		char code[STEP_CODE_LEN + 1], hex[2 * sizeof value + 1], row[128];

		for (size_t i = 0; i < sizeof value; i++)
			snprintf(hex + 2 * i, 3, "%02x", value[i]);
		step_code_write(value, code);
		snprintf(row, sizeof row, "\n| %u | `%s` | `%s` |\n", j, hex, code);
		assert_non_null(strstr(page, row));
		step_chain_down(value, CTI, j);
	}
}

static void
print_examples(void)
{
	for (size_t i = 0; i < EXAMPLES_LEN; i++) {
		make_dump(&EXAMPLES[i], NULL);
		printf(MARK_BEGIN "%.*s" MARK_END "\n", EXAMPLES[i].name, (int)dump.len, dump.text,
			EXAMPLES[i].name);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_document_shows_real_documents),
		cmocka_unit_test(the_document_shows_real_telephone_codes),
	};

	if (random_start() != SKERRY_OK)
		return 1;
	if (argc == 2 && strcmp(argv[1], "--print") == 0) {
		print_examples();
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
