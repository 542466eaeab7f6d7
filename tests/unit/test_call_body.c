/* SPDX-License-Identifier: ISC */
/* The body of a call: what is taken, and each thing that is wrong with one, by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/daemon/calls/call_body.h"

/* One field of each type. */
struct taken {
	const char *code, *note;
	struct call_body_texts keys;
	struct call_body_values set;
};

static bool
read_body(const char *text, size_t len, struct taken *ret_taken, struct call_body *ret_body)
{
	const struct call_body_field fields[] = {
		{ "code", CALL_BODY_TEXT, .needed = true, .text_max = 8, .text = &ret_taken->code },
		{ "note", CALL_BODY_ANY_TEXT, .text_max = 8, .text = &ret_taken->note },
		{ "keys", CALL_BODY_TEXTS, .text_max = 8, .list_max = 3,
			.texts = &ret_taken->keys },
		{ "set", CALL_BODY_VALUES, .text_max = 8, .list_max = 3,
			.values = &ret_taken->set },
	};

	memset(ret_taken, 0, sizeof *ret_taken);
	return call_body_read(ret_body, (const uint8_t *)text, len, fields, 4);
}

static void
every_type_is_read(void **state)
{
	static const char TEXT[] =
		" {\"code\":\"12345678\",\"note\":\"\",\"keys\":[\"a\",\"b\",\"\\u00e9\"],"
		"\"set\":{\"rooms\":84,\"least\":-9223372036854775808,\"mode\":\"\"}}\n";
	struct call_body body;
	struct taken taken;

	(void)state;
	assert_true(read_body(TEXT, sizeof TEXT - 1, &taken, &body));
	assert_string_equal("12345678", taken.code);
	assert_string_equal("", taken.note);
	assert_int_equal(3, taken.keys.len);
	assert_string_equal("\xc3\xa9", taken.keys.list[2]);
	assert_int_equal(3, taken.set.len);
	for (size_t i = 0; i < 3; i++) {
		const struct call_body_value *value = &taken.set.list[i];

		if (strcmp(value->name, "rooms") == 0)
			assert_true(value->text == NULL && value->number == 84);
		else if (strcmp(value->name, "least") == 0)
			assert_true(value->text == NULL && value->number == INT64_MIN);
		else
			assert_string_equal("", value->text);
	}
	call_body_free(&body);
}

static void
what_is_wrong_is_told_by_name(void **state)
{
	static const struct {
		const char *text, *problem;
	} CASES[] = {
		{ "{}", "code is missing." },
		{ "", "code is missing." },
		{ "{\"code\":\"1\",\"cod\":1}",
			"The name 'cod' is unknown here. Names are code, note, keys, set." },
		{ "{\"code\":1}", "code is to be text in quotation marks." },
		{ "{\"code\":null}", "code is to be text in quotation marks." },
		{ "{\"code\":\"\"}", "code is empty." },
		{ "{\"code\":\"123456789\"}", "code is too long: at most 8 bytes." },
		{ "{\"code\":\"1\",\"code\":\"1\"}",
			"A name stands there twice (before byte 18)." },
		{ "{\"code\":\"1\",\"keys\":\"a\"}", "keys is to be a list: [\"...\"]." },
		{ "{\"code\":\"1\",\"keys\":[1]}",
			"keys: each entry is to be text in quotation marks." },
		{ "{\"code\":\"1\",\"keys\":[[\"a\"]]}",
			"keys: each entry is to be text in quotation marks." },
		{ "{\"code\":\"1\",\"keys\":[\"\"]}", "keys is empty." },
		{ "{\"code\":\"1\",\"keys\":[\"1\",\"2\",\"3\",\"4\"]}",
			"keys has too many entries: at most 3." },
		{ "{\"code\":\"1\",\"set\":[]}",
			"set is to be an object: {\"NAME\": VALUE, ...}." },
		{ "{\"code\":\"1\",\"set\":{\"a\":1.5}}",
			"set: 'a' is to be a whole number or text." },
		{ "{\"code\":\"1\",\"set\":{\"a\":{}}}",
			"set: 'a' is to be a whole number or text." },
		{ "{\"code\":\"1\",\"set\":{\"a\":\"123456789\"}}",
			"set: 'a' is too long: at most 8 bytes." },
		{ "{\"code\":\"1\",\"set\":{\"a\":1,\"b\":1,\"c\":1,\"d\":1}}",
			"set has too many names: at most 3." },
		{ "{\"code\":\"1\",\"set\":{\"a\":1,\"a\":2}}",
			"A name stands there twice (before byte 28)." },
		{ "[]", "The body is to be an object: {\"NAME\": VALUE, ...}." },
		{ "\"code\"", "The body is to be an object: {\"NAME\": VALUE, ...}." },
		{ "{\"code\":\"1\"} x", "Something stands behind the object (byte 14)." },
		{ "{\"code\":\"1\"}{}", "Something stands behind the object (byte 13)." },
		{ "{\"code\":\"a\\u0000b\"}", "There is a NUL in a text (before byte 18)." },
		{ "{\"co\\u0000de\":\"a\"}", "There is a NUL in a text (before byte 13)." },
		{ "{\"code\":\"\xff\"}", "The body is no JSON (at byte 9)." },
		{ "{\"code\":\"\\ud800\"}", "The body is no JSON (at byte 16)." },
		{ "{\"code\":1e999}", "The body is no JSON (at byte 13)." },
		{ "{\"set\":{\"a\":99999999999999999999}}", "The body is no JSON (at byte 32)." },
		{ "{'code':'1'}", "The body is no JSON (at byte 2)." },
		{ "{\"code\":\"1\",}", "The body is no JSON (at byte 13)." },
		{ "code=1", "The body is no JSON (at byte 4)." },
		{ "{\"code\":\"1\"", "The body is no JSON (at byte 11)." },
	};
	struct call_body body;
	struct taken taken;

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		assert_false(read_body(CASES[i].text, strlen(CASES[i].text), &taken, &body));
		assert_string_equal(CASES[i].problem, body.problem);
		call_body_free(&body);
	}
}

/* A name from outside cannot fill the sentence, or end it within a character. */
static void
long_names_are_told_short(void **state)
{
	char text[600] = "{\"code\":\"1\",\"x";
	struct call_body body;
	struct taken taken;
	size_t len = strlen(text);

	(void)state;
	while (len < 500) {
		memcpy(text + len, "\xc3\xa9", 2);
		len += 2;
	}
	memcpy(text + len, "\":1}", 5);
	assert_false(read_body(text, strlen(text), &taken, &body));
	assert_non_null(strstr(body.problem, "\xc3\xa9..."));
	assert_true(strlen(body.problem) < 140);
	call_body_free(&body);
}

/* Nothing is read of what is too large, and nesting goes nowhere. */
static void
large_and_deep_bodies_are_refused(void **state)
{
	size_t len = CALL_BODY_MAX;
	char *text = malloc(len + 1);
	struct call_body body;
	struct taken taken;

	(void)state;
	assert_non_null(text);
	memset(text, '[', len + 1);
	assert_false(read_body(text, len + 1, &taken, &body));
	assert_string_equal("The body is too long: at most 65536 bytes.", body.problem);
	assert_false(read_body(text, len, &taken, &body));
	assert_non_null(strstr(body.problem, "no JSON"));
	call_body_free(&body);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_read),
		cmocka_unit_test(what_is_wrong_is_told_by_name),
		cmocka_unit_test(long_names_are_told_short),
		cmocka_unit_test(large_and_deep_bodies_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
