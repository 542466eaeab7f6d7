/* SPDX-License-Identifier: ISC */
/* Deterministic CBOR: what is written reads back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cbor.h"

static void
a_map_is_written_and_read_back(void **state)
{
	static const uint8_t EXPECTED[] = { 0xa4, 0x01, 0x18, 0x64, 0x20, 0xf5, 0x61, 'a', 0x82,
		0x20, 0xf6, 0x62, 'b', 'b', 0x43, 1, 2, 3 };
	uint8_t bytes[64];
	size_t len, offset;
	struct cbor_writer w;
	struct cbor_map_out out;
	struct cbor_reader r;
	struct cbor_map map;
	struct cbor_text name;
	int64_t label;
	bool is_label;

	(void)state;
	cbor_writer_init(&w, bytes, sizeof bytes);
	cbor_map_open(&w, &out);
	cbor_map_put_label(&w, &out, 1);
	cbor_write_uint(&w, 100);
	cbor_map_put_label(&w, &out, -1);
	cbor_write_bool(&w, true);
	cbor_map_put_name(&w, &out, (struct cbor_text){ "a", 1 });
	cbor_write_array(&w, 2);
	cbor_write_int(&w, -1);
	cbor_write_null(&w);
	cbor_map_put_name(&w, &out, (struct cbor_text){ "bb", 2 });
	cbor_write_bytes(&w, (const uint8_t[]){ 1, 2, 3 }, 3);
	cbor_map_close(&w, &out);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(len, sizeof EXPECTED);
	assert_memory_equal(bytes, EXPECTED, len);

	cbor_reader_init(&r, bytes, len);
	cbor_map_begin(&r, 4, &map);
	assert_true(cbor_map_key(&r, &map, &label, &name, &is_label));
	assert_true(is_label);
	assert_int_equal(label, 1);
	assert_int_equal(cbor_read_uint(&r, 100), 100);
	assert_true(cbor_map_label(&r, &map, &label));
	assert_int_equal(label, -1);
	assert_true(cbor_read_bool(&r));
	assert_true(cbor_map_name(&r, &map, 8, &name));
	assert_true(cbor_text_equals(name, "a"));
	assert_int_equal(cbor_array_begin(&r, 2), 2);
	assert_int_equal(cbor_read_int(&r, -1, 1), -1);
	assert_true(cbor_peek_null(&r));
	cbor_read_null(&r);
	cbor_array_end(&r);
	assert_true(cbor_map_key(&r, &map, &label, &name, &is_label));
	assert_false(is_label);
	assert_true(cbor_text_equals(name, "bb"));
	assert_memory_equal(cbor_read_fixed(&r, 3), "\1\2\3", 3);
	assert_false(cbor_map_label(&r, &map, &label));
	assert_int_equal(r.depth, 0);
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);

	cbor_reader_init(&r, bytes, len);
	cbor_skip(&r);
	assert_int_equal(cbor_reader_finish(&r, &offset), SKERRY_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_map_is_written_and_read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
