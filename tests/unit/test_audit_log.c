/* SPDX-License-Identifier: ISC */
/* The items of an audit archive: what is written reads back, and nothing else reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/audit_log.h"

static const uint8_t HASH[AUDIT_LOG_HASH_LEN] = { 1, 2, 3 };

#define TEXT(chars)                                                                                \
	{                                                                                          \
		chars, sizeof(chars) - 1                                                           \
	}

static const struct audit_log_item ITEMS[] = {
	{ .kind = AUDIT_LOG_HEADER,
		.name = TEXT("0123456789abcdef0123456789abcdef"),
		.at = 1800000000,
		.seq = 1,
		.hash = HASH },
	{ .kind = AUDIT_LOG_OPERATOR, .id = 1, .name = TEXT("owner") },
	{ .kind = AUDIT_LOG_ROW,
		.row = { 1, 1800000000, 1, TEXT("desk.init"), TEXT("desk"), TEXT("passphrase=no"),
			{ HASH, AUDIT_LOG_HASH_LEN } } },
	{ .kind = AUDIT_LOG_ROW,
		.row = { INT64_MAX, -1, INT64_MIN, TEXT(""), TEXT(""), TEXT(""),
			{ HASH, AUDIT_LOG_HASH_LEN } } },
	{ .kind = AUDIT_LOG_END, .seq = 7, .hash = HASH },
};

static size_t
write_item(const struct audit_log_item *item, uint8_t bytes[AUDIT_LOG_ITEM_MAX])
{
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, bytes, AUDIT_LOG_ITEM_MAX);
	audit_log_write_item(&w, item);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	return len;
}

static void
each_item_reads_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ITEMS / sizeof *ITEMS; i++) {
		uint8_t bytes[AUDIT_LOG_ITEM_MAX], again[AUDIT_LOG_ITEM_MAX];
		struct audit_log_item item;
		size_t len = write_item(&ITEMS[i], bytes), item_len = 0, offset = 0;

		/* More of the file behind it does not count. */
		memset(bytes + len, 0xff, sizeof bytes - len);
		assert_int_equal(
			audit_log_read_item(bytes, sizeof bytes, &item, &item_len, &offset),
			SKERRY_OK);
		assert_int_equal(item.kind, ITEMS[i].kind);
		assert_int_equal(item_len, len);
		assert_int_equal(write_item(&item, again), len);
		assert_memory_equal(again, bytes, len);
	}
}

static void
every_truncation_is_refused_where_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ITEMS / sizeof *ITEMS; i++) {
		uint8_t bytes[AUDIT_LOG_ITEM_MAX];
		size_t len = write_item(&ITEMS[i], bytes);

		for (size_t cut = 0; cut < len; cut++) {
			struct audit_log_item item;
			size_t item_len, offset = 0;

			assert_true(audit_log_read_item(bytes, cut, &item, &item_len, &offset) !=
				    SKERRY_OK);
			assert_true(offset <= cut);
		}
	}
}

static void
malformed_items_are_refused_with_their_offset(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum skerry_err err;
		size_t offset;
	} CASES[] = {
		{ "\xa0", 1, SKERRY_ERR_CBOR_TYPE, 0 },
		{ "\x80", 1, SKERRY_ERR_CBOR_TRUNCATED, 1 },
		{ "\x88\0\0\0\0\0\0\0\0", 9, SKERRY_ERR_CBOR_COUNT, 0 },
		{ "\x9f\xff", 2, SKERRY_ERR_CBOR_INDEFINITE, 0 },
		{ "\x83\x63odd\x01\x40", 7, SKERRY_ERR_CLAIM_VALUE, 1 },
		/* The right word in an array of another length. */
		{ "\x82\x63"
		  "end\x01",
			6, SKERRY_ERR_CLAIM_VALUE, 1 },
		{ "\x83\x63"
		  "end\x00\x40",
			7, SKERRY_ERR_CBOR_RANGE, 5 },
		{ "\x83\x63"
		  "end\x01\x40",
			7, SKERRY_ERR_CBOR_COUNT, 6 },
		{ "\x87\x00\x00\x00\x60\x60\x60\x40", 8, SKERRY_ERR_CBOR_RANGE, 1 },
		{ "\x87\x01\x00\x00\x61\xff\x60\x40", 8, SKERRY_ERR_CBOR_UTF8, 4 },
		{ "\x87\x01\x18\x01\x00\x60\x60\x60\x40", 9, SKERRY_ERR_CBOR_NOT_SHORTEST, 2 },
		{ "\x86\x74skerry-audit-archive\x02\x60\x00\x01\x40", 27, SKERRY_ERR_CLAIM_VERSION,
			22 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		struct audit_log_item item;
		size_t item_len, offset = 999;
		enum skerry_err err = audit_log_read_item(
			(const uint8_t *)CASES[i].bytes, CASES[i].len, &item, &item_len, &offset);

		if (err != CASES[i].err || offset != CASES[i].offset)
			fail_msg("case %zu: %s at %zu", i, skerry_err_name(err), offset);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_reads_back),
		cmocka_unit_test(every_truncation_is_refused_where_it_is),
		cmocka_unit_test(malformed_items_are_refused_with_their_offset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
