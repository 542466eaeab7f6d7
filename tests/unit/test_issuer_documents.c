/* SPDX-License-Identifier: ISC */
/* Signed documents listed, and found again by the beginning of what names them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/decide/hex_prefix.h"
#include "issuer/desk/kept_documents.h"

static const struct {
	uint8_t cti[LICENSE_CTI_LEN];
	const char *bytes;
} DOCUMENTS[] = {
	{ { 0xab, 0xcd, 0xef, 0x01, 0, 0, 0, 1 }, "one" },
	{ { 0xab, 0xcd, 0xef, 0x02, 0, 0, 0, 2 }, "two" },
	{ { 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 3 }, "three" },
};

/* Three documents of license 1, behind the manifest that every desk has. */
static void
furnish(struct desk_fixture *fixture)
{
	struct desk *desk = &fixture->desk;
	struct store_query q;
	static struct sold sold;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	store_query(desk->store, &q,
		"INSERT INTO activation (id, brand_id, license_id, number, kind, status_index,"
		" paired_at) VALUES (1, 1, 1, 1, 'unbound', 0, 1)");
	assert_int_equal(store_run(&q), SKERRY_OK);
	for (size_t i = 0; i < sizeof DOCUMENTS / sizeof *DOCUMENTS; i++) {
		struct document_record record = { .kind = "license",
			.brand_id = 1,
			.activation_id = 1,
			.cti = DOCUMENTS[i].cti,
			.edition = (int64_t)i + 1,
			.issued_at = DESK_NOW,
			.expires_at = LICENSE_NEVER,
			.bytes = (const uint8_t *)DOCUMENTS[i].bytes,
			.bytes_len = strlen(DOCUMENTS[i].bytes) };

		assert_int_equal(documents_insert(desk, &record, NULL), SKERRY_OK);
	}
	assert_int_equal(desk_commit(desk), SKERRY_OK);
}

static void
execute(struct desk *desk, const char *sql)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static enum skerry_err
find(struct desk *desk, const char *digits, char ret_text[16])
{
	struct kept_document document;
	uint8_t *bytes = NULL;
	enum skerry_err err = kept_documents_find(desk, digits, &document, &bytes);

	ret_text[0] = '\0';
	if (err == SKERRY_OK)
		snprintf(ret_text, 16, "%.*s", (int)document.bytes_len, (char *)bytes);
	free(bytes);
	return err;
}

static void
document_is_found_by_a_beginning_that_is_its_alone(void **state)
{
	static const struct {
		const char *digits, *bytes;
		enum skerry_err err;
	} CASES[] = {
		{ "abcdef0100000001", "one", SKERRY_OK },
		{ "ABCDEF01", "one", SKERRY_OK },
		{ "abcdef02000", "two", SKERRY_OK },
		{ "123456", "three", SKERRY_OK },
		{ "abcdef", "", SKERRY_ERR_NOT_UNIQUE },
		{ "abcdef0", "", SKERRY_ERR_NOT_UNIQUE },
		{ "abcdef03", "", SKERRY_ERR_NOT_FOUND },
		{ "abcdef01000000010", "", SKERRY_ERR_NOT_FOUND },
		{ "12345", "", SKERRY_ERR_ARGUMENT },
		{ "", "", SKERRY_ERR_ARGUMENT },
		{ "123456 ", "", SKERRY_ERR_ARGUMENT },
		{ "0x123456", "", SKERRY_ERR_ARGUMENT },
		{ "' OR 1=1 --", "", SKERRY_ERR_ARGUMENT },
	};
	struct desk_fixture *fixture = *state;
	char text[16];

	furnish(fixture);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		enum skerry_err err = find(&fixture->desk, CASES[i].digits, text);

		if (err != CASES[i].err || strcmp(text, CASES[i].bytes) != 0)
			fail_msg("'%s': %s, '%s'", CASES[i].digits, skerry_err_name(err), text);
	}
}

static void
document_is_found_by_its_digest(void **state)
{
	struct desk_fixture *fixture = *state;
	uint8_t digest[HASH_LEN];
	char digits[2 * HASH_LEN + 1], text[16];

	furnish(fixture);
	hash_blake2b(NULL, 0, (const uint8_t *)"two", 3, digest);
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(digits + 2 * i, 3, "%02x", digest[i]);
	for (size_t len = HEX_PREFIX_MIN; len <= (size_t)2 * HASH_LEN; len++) {
		char beginning[2 * HASH_LEN + 1];

		snprintf(beginning, sizeof beginning, "%.*s", (int)len, digits);
		assert_int_equal(find(&fixture->desk, beginning, text), SKERRY_OK);
		assert_string_equal(text, "two");
	}
}

static void
changed_document_is_never_handed_out(void **state)
{
	struct desk_fixture *fixture = *state;
	char text[16];

	furnish(fixture);
	execute(&fixture->desk, "UPDATE document SET bytes = CAST('tvo' AS BLOB)"
				" WHERE bytes = CAST('two' AS BLOB)");
	assert_int_equal(find(&fixture->desk, "abcdef02", text), SKERRY_ERR_STORE_DAMAGED);
	assert_string_equal(text, "");
}

static void
erased_document_is_known_by_its_digest_still(void **state)
{
	struct desk_fixture *fixture = *state;
	struct kept_document document;
	uint8_t *bytes = NULL;

	furnish(fixture);
	execute(&fixture->desk, "UPDATE document SET bytes = x'' WHERE edition = 3");
	assert_int_equal(
		kept_documents_find(&fixture->desk, "12345678", &document, &bytes), SKERRY_OK);
	assert_int_equal(document.bytes_len, 0);
	assert_int_equal(document.activation, 1);
	free(bytes);
}

static void
collect(void *context, const struct kept_document *document)
{
	char *text = context;

	snprintf(text + strlen(text), 64 - strlen(text), "%s%lld ", document->kind,
		(long long)document->id);
}

static void
list_is_narrowed_down(void **state)
{
	static const struct {
		struct kept_documents_filter filter;
		const char *listed;
	} CASES[] = {
		{ { .limit = 9 }, "manifest1 license2 license3 license4 " },
		{ { .limit = 2 }, "manifest1 license2 " },
		{ { .limit = 2, .after = 2 }, "license3 license4 " },
		{ { .limit = 9, .kind = "manifest" }, "manifest1 " },
		{ { .limit = 9, .kind = "manifest", .after = 1 }, "" },
		{ { .limit = 9, .kind = "license", .after = 2 }, "license3 license4 " },
		{ { .limit = 9, .license_id = 1 }, "license2 license3 license4 " },
		{ { .limit = 1, .license_id = 1, .after = 2 }, "license3 " },
		{ { .limit = 9, .license_id = 1, .kind = "manifest" }, "" },
		{ { .limit = 9, .license_id = 2 }, "" },
	};
	struct desk_fixture *fixture = *state;

	furnish(fixture);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		char text[64] = "";

		assert_int_equal(
			kept_documents_each(&fixture->desk, &CASES[i].filter, collect, text),
			SKERRY_OK);
		if (strcmp(text, CASES[i].listed) != 0)
			fail_msg("case %zu: %s", i, text);
	}
}

static void
range_of_a_beginning_is_exact(void **state)
{
	uint8_t first[4], last[4];

	(void)state;
	assert_true(hex_prefix_range("a1B2c3", 4, first, last));
	assert_memory_equal(first, "\xa1\xb2\xc3\x00", 4);
	assert_memory_equal(last, "\xa1\xb2\xc3\xff", 4);
	assert_true(hex_prefix_range("a1b2c3d", 4, first, last));
	assert_memory_equal(first, "\xa1\xb2\xc3\xd0", 4);
	assert_memory_equal(last, "\xa1\xb2\xc3\xdf", 4);
	assert_true(hex_prefix_range("00000000", 4, first, last));
	assert_memory_equal(last, "\x00\x00\x00\x00", 4);
	assert_false(hex_prefix_range("000000000", 4, first, last));
	assert_false(hex_prefix_range("a1b2cg", 4, first, last));
}

int
main(void)
{
#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		AT_DESK(document_is_found_by_a_beginning_that_is_its_alone),
		AT_DESK(document_is_found_by_its_digest),
		AT_DESK(changed_document_is_never_handed_out),
		AT_DESK(erased_document_is_known_by_its_digest_still),
		AT_DESK(list_is_narrowed_down),
		cmocka_unit_test(range_of_a_beginning_is_exact),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
