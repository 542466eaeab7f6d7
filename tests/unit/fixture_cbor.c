/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_cbor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/fixture_hex.h"

enum { UNTOUCHED = 77777 };

static void
copy_map(struct cbor_reader *r, struct cbor_writer *w)
{
	struct cbor_map map;
	struct cbor_map_out out;
	struct cbor_text name;
	int64_t label;
	bool is_label;

	cbor_map_begin(r, CBOR_COUNT_MAX, &map);
	cbor_map_open(w, &out);
	while (cbor_map_key(r, &map, &label, &name, &is_label)) {
		if (is_label)
			cbor_map_put_label(w, &out, label);
		else
			cbor_map_put_name(w, &out, name);
		fixture_cbor_copy(r, w);
	}
	cbor_map_close(w, &out);
}

static void
copy_array(struct cbor_reader *r, struct cbor_writer *w)
{
	size_t count = cbor_array_begin(r, CBOR_COUNT_MAX);

	cbor_write_array(w, count);
	for (size_t i = 0; i < count; i++)
		fixture_cbor_copy(r, w);
	cbor_array_end(r);
}

static void
copy_simple(struct cbor_reader *r, struct cbor_writer *w)
{
	if (cbor_peek_null(r)) {
		cbor_read_null(r);
		cbor_write_null(w);
	} else {
		cbor_write_bool(w, cbor_read_bool(r));
	}
}

void
fixture_cbor_copy(struct cbor_reader *r, struct cbor_writer *w)
{
	struct cbor_bytes bytes;

	switch (cbor_peek(r)) {
	case CBOR_UINT:
		cbor_write_uint(w, cbor_read_uint(r, UINT64_MAX));
		break;
	case CBOR_NINT:
		cbor_write_int(w, cbor_read_int(r, INT64_MIN, INT64_MAX));
		break;
	case CBOR_BYTES:
		bytes = cbor_read_bytes(r, SIZE_MAX);
		cbor_write_bytes(w, bytes.data, bytes.len);
		break;
	case CBOR_TEXT:
		cbor_write_text(w, cbor_read_text(r, SIZE_MAX));
		break;
	case CBOR_ARRAY:
		copy_array(r, w);
		break;
	case CBOR_MAP:
		copy_map(r, w);
		break;
	case CBOR_SIMPLE:
		copy_simple(r, w);
		break;
	case CBOR_TAG:
	case CBOR_NONE:
		cbor_read_uint(r, UINT64_MAX);
		break;
	}
}

static enum skerry_err
skip_all(const uint8_t *bytes, size_t len, size_t *ret_offset)
{
	struct cbor_reader r;

	cbor_reader_init(&r, bytes, len);
	cbor_skip(&r);
	return cbor_reader_finish(&r, ret_offset);
}

enum skerry_err
fixture_cbor_read(const uint8_t *bytes, size_t len, size_t *ret_offset)
{
	uint8_t *exact = fixture_exact_copy(bytes, len), again[FIXTURE_CBOR_MAX];
	size_t skip_offset = UNTOUCHED, copy_offset = UNTOUCHED, again_len;
	enum skerry_err skip_err = skip_all(exact, len, &skip_offset), copy_err;
	struct cbor_reader r;
	struct cbor_writer w;

	cbor_reader_init(&r, exact, len);
	cbor_writer_init(&w, again, sizeof again);
	fixture_cbor_copy(&r, &w);
	copy_err = cbor_reader_finish(&r, &copy_offset);
	/* Numbers that no int64_t holds are passed over and cannot be read. */
	if (copy_err != SKERRY_ERR_CBOR_RANGE) {
		assert_int_equal(copy_err, skip_err);
		assert_int_equal(copy_offset, skip_offset);
	}
	if (copy_err == SKERRY_OK) {
		assert_int_equal(copy_offset, UNTOUCHED);
		assert_int_equal(r.depth, 0);
		assert_int_equal(cbor_writer_finish(&w, &again_len), SKERRY_OK);
		assert_int_equal(again_len, len);
		assert_memory_equal(again, exact, len);
	} else {
		assert_true(copy_offset <= len);
	}
	free(exact);
	if (skip_err != SKERRY_OK)
		*ret_offset = skip_offset;
	return skip_err;
}
