/* SPDX-License-Identifier: ISC */
/* The items of a journal's export: what is written reads back, and nothing else reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/site_journal.h"

static const uint8_t HASH[SITE_JOURNAL_HASH_LEN] = { 1, 2, 3 };
static const uint8_t BOOT[SITE_JOURNAL_BOOT_LEN] = { 4, 5, 6 };

#define TEXT(chars)                                                                                \
	{                                                                                          \
		chars, sizeof(chars) - 1                                                           \
	}

static const struct site_journal_item ITEMS[] = {
	{ .kind = SITE_JOURNAL_HEADER, .install_id = TEXT("box-7") },
	{ .kind = SITE_JOURNAL_HEADER, .install_id = TEXT("") },
	{ .kind = SITE_JOURNAL_ENTRY,
		.entry = { 1, 0, 1800000000, BOOT, TEXT("state.new"), TEXT("site"), TEXT(""),
			HASH } },
	{ .kind = SITE_JOURNAL_ENTRY,
		.entry = { SITE_JOURNAL_SEQ_MAX, INT64_MIN, -1, BOOT, TEXT(""), TEXT(""), TEXT(""),
			HASH } },
	{ .kind = SITE_JOURNAL_END, .seq = 0, .hash = HASH },
	{ .kind = SITE_JOURNAL_END, .seq = SITE_JOURNAL_SEQ_MAX, .hash = HASH },
};

static size_t
write_item(const struct site_journal_item *item, uint8_t bytes[SITE_JOURNAL_ITEM_MAX])
{
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, bytes, SITE_JOURNAL_ITEM_MAX);
	site_journal_write_item(&w, item);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	return len;
}

static void
each_item_reads_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ITEMS / sizeof *ITEMS; i++) {
		uint8_t bytes[SITE_JOURNAL_ITEM_MAX], again[SITE_JOURNAL_ITEM_MAX];
		struct site_journal_item item;
		size_t len = write_item(&ITEMS[i], bytes), item_len = 0, offset = 0;

		/* More of the file behind it does not count. */
		memset(bytes + len, 0xff, sizeof bytes - len);
		assert_int_equal(
			site_journal_read_item(bytes, sizeof bytes, &item, &item_len, &offset),
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
		uint8_t bytes[SITE_JOURNAL_ITEM_MAX];
		size_t len = write_item(&ITEMS[i], bytes);

		for (size_t cut = 0; cut < len; cut++) {
			struct site_journal_item item;
			size_t item_len, offset = 0;

			assert_true(site_journal_read_item(bytes, cut, &item, &item_len, &offset) !=
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
		{ "\x80", 1, SKERRY_ERR_CLAIM_VALUE, 0 },
		{ "\x81\0", 2, SKERRY_ERR_CLAIM_VALUE, 0 },
		{ "\x84\0\0\0\0", 5, SKERRY_ERR_CBOR_COUNT, 0 },
		{ "\x9f\xff", 2, SKERRY_ERR_CBOR_INDEFINITE, 0 },
		{ "\x83\x63odd\x01\x40", 7, SKERRY_ERR_CLAIM_VALUE, 1 },
		/* The right word in an array of another length. */
		{ "\x82\x63"
		  "end\x01",
			6, SKERRY_ERR_CBOR_TYPE, 1 },
		{ "\x83\x63"
		  "end\x20\x40",
			7, SKERRY_ERR_CBOR_RANGE, 5 },
		{ "\x83\x63"
		  "end\x01\x40",
			7, SKERRY_ERR_CBOR_COUNT, 6 },
		{ "\x82\x86\x01\0\0\x40\x60\x60\x40", 9, SKERRY_ERR_CLAIM_VALUE, 1 },
		{ "\x82\x87\x00\0\0\x40\x60\x60\x60\x40", 10, SKERRY_ERR_CBOR_RANGE, 2 },
		/* Nothing could follow on it. */
		{ "\x82\x87\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\x40", 14, SKERRY_ERR_CBOR_RANGE,
			2 },
		{ "\x82\x87\x01\0\0\x40\x60\x60\x60\x40", 10, SKERRY_ERR_CBOR_COUNT, 5 },
		{ "\x83\x6eskerry-journal\x02\x60", 18, SKERRY_ERR_CLAIM_VERSION, 16 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		struct site_journal_item item;
		size_t item_len, offset = 999;
		enum skerry_err err = site_journal_read_item(
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
