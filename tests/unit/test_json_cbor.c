/* SPDX-License-Identifier: ISC */
/* Answers as CBOR: deterministic, and the same for another library that reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <cbor.h>
#include <jansson.h>

#include "verifier/daemon/calls/json_cbor.h"

static json_t *to_json(const cbor_item_t *item);

/* libcbor has no bytes for a text without any. */
static const char *
chars_of(const cbor_item_t *text)
{
	return cbor_string_length(text) == 0 ? "" : (const char *)cbor_string_handle(text);
}

static json_t *
map_to_json(const cbor_item_t *item)
{
	json_t *object = json_object();
	struct cbor_pair *pairs = cbor_map_handle(item);

	for (size_t i = 0; i < cbor_map_size(item); i++)
		assert_int_equal(
			0, json_object_setn_new(object, chars_of(pairs[i].key),
				   cbor_string_length(pairs[i].key), to_json(pairs[i].value)));
	return object;
}

static json_t *
to_json(const cbor_item_t *item)
{
	json_t *array;

	switch (cbor_typeof(item)) {
	case CBOR_TYPE_MAP:
		assert_true(cbor_map_is_definite(item));
		return map_to_json(item);
	case CBOR_TYPE_ARRAY:
		array = json_array();
		for (size_t i = 0; i < cbor_array_size(item); i++)
			json_array_append_new(array, to_json(cbor_array_handle(item)[i]));
		return array;
	case CBOR_TYPE_STRING:
		return json_stringn(chars_of(item), cbor_string_length(item));
	case CBOR_TYPE_UINT:
		return json_integer((json_int_t)cbor_get_int(item));
	case CBOR_TYPE_NEGINT:
		return json_integer(-1 - (json_int_t)cbor_get_int(item));
	default:
		assert_true(cbor_isa_float_ctrl(item));
		if (cbor_is_null(item))
			/* json_null by itself is formats/json.h's here. */
			return json_loads("null", JSON_DECODE_ANY, NULL);
		assert_true(cbor_is_bool(item));
		return json_boolean(cbor_get_bool(item));
	}
}

/* What libcbor reads of it is what Jansson reads of the text. */
static void
assert_same(const char *text, size_t len)
{
	json_t *expected = json_loadb(text, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL), *actual;
	struct cbor_load_result result;
	cbor_item_t *item;
	uint8_t *bytes;
	size_t bytes_len;

	assert_non_null(expected);
	assert_int_equal(SKERRY_OK, json_cbor(text, len, &bytes, &bytes_len));
	item = cbor_load(bytes, bytes_len, &result);
	assert_non_null(item);
	assert_int_equal(bytes_len, result.read);
	actual = to_json(item);
	assert_true(json_equal(expected, actual));
	json_decref(expected);
	json_decref(actual);
	cbor_decref(&item);
	free(bytes);
}

static void
every_kind_of_value_is_the_same_for_another_reader(void **state)
{
	static const char *const TEXTS[] = {
		"null",
		"true",
		"\"\"",
		"0",
		"23",
		"24",
		"255",
		"256",
		"65535",
		"65536",
		"4294967295",
		"4294967296",
		"9223372036854775807",
		"-1",
		"-24",
		"-25",
		"-9223372036854775807",
		"-9223372036854775808",
		"[]",
		"{}",
		"[[],{},[null,[true,false]]]",
		"{\"a\":{\"b\":{\"c\":[1,2,{\"d\":null}]}}}",
		"{\"\":1,\"zz\":2,\"b\":3,\"aaa\":4}",
		"{\"ok\":true,\"error\":null,\"text\":\"h\\u00f4tel \\ud83c\\udfe8 \\u0000 end\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		assert_same(TEXTS[i], strlen(TEXTS[i]));
}

/* Keys are ordered by their encoded bytes: the shorter one first. */
static void
maps_are_in_the_order_of_their_bytes(void **state)
{
	static const char TEXT[] = "{\"zz\":1,\"b\":2,\"aaa\":3,\"a\":4}";
	static const uint8_t WANTED[] = { 0xa4, 0x61, 'a', 4, 0x61, 'b', 2, 0x62, 'z', 'z', 1, 0x63,
		'a', 'a', 'a', 3 };
	uint8_t *bytes;
	size_t len;

	(void)state;
	assert_int_equal(SKERRY_OK, json_cbor(TEXT, sizeof TEXT - 1, &bytes, &len));
	assert_int_equal(sizeof WANTED, len);
	assert_memory_equal(WANTED, bytes, len);
	free(bytes);
}

/* Lengths on either side of each longer head, alone and many of them: the room is enough. */
static void
texts_of_every_length_have_room(void **state)
{
	static const size_t LENGTHS[] = { 0, 1, 23, 24, 255, 256, 257, 65535, 65536, 70000 };
	enum { TIMES = 40 };
	char *text = malloc(TIMES * 70003 + 3);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
		size_t len = 0;

		text[len++] = '[';
		for (int n = 0; n < TIMES; n++) {
			if (n > 0)
				text[len++] = ',';
			text[len++] = '"';
			memset(text + len, 'x', LENGTHS[i]);
			len += LENGTHS[i];
			text[len++] = '"';
		}
		text[len++] = ']';
		assert_same(text, len);
	}
	free(text);
}

static void
what_has_no_cbor_here_is_a_fault_of_ours(void **state)
{
	static const char *const TEXTS[] = { "", "{", "1.5", "[1e3]", "99999999999999999999",
		"{\"a\":1,\"a\":2}", "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]" };
	uint8_t *bytes;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		assert_int_equal(
			SKERRY_ERR_INTERNAL, json_cbor(TEXTS[i], strlen(TEXTS[i]), &bytes, &len));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_value_is_the_same_for_another_reader),
		cmocka_unit_test(maps_are_in_the_order_of_their_bytes),
		cmocka_unit_test(texts_of_every_length_have_room),
		cmocka_unit_test(what_has_no_cbor_here_is_a_fault_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
