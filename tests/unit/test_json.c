/* SPDX-License-Identifier: ISC */
/* JSON: every kind of value, hostile text, and each misuse told. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/json.h"

struct page {
	char text[8192];
	size_t len;
};

static void
to_page(void *context, const char *text, size_t text_len)
{
	struct page *page = context;

	assert_true(text_len < sizeof page->text - page->len);
	memcpy(page->text + page->len, text, text_len);
	page->len += text_len;
	page->text[page->len] = '\0';
}

static void
every_kind_of_value_is_written(void **state)
{
	struct page page = { .len = 0 };
	struct json j;

	(void)state;
	json_init(&j, to_page, &page);
	json_object_open(&j);
	json_name(&j, "null");
	json_null(&j);
	json_name(&j, "bools");
	json_array_open(&j);
	json_bool(&j, true);
	json_bool(&j, false);
	json_array_close(&j);
	json_name(&j, "numbers");
	json_array_open(&j);
	json_int(&j, INT64_MIN);
	json_int(&j, -1);
	json_int(&j, 0);
	json_int(&j, INT64_MAX);
	json_uint(&j, UINT64_MAX);
	json_array_close(&j);
	json_name_text(&j, (struct cbor_text){ "texts!", 5 });
	json_array_open(&j);
	json_chars(&j, "hotel");
	json_chars(&j, "");
	json_chars(&j, NULL);
	json_text(&j, (struct cbor_text){ "a\0b", 3 });
	json_text(&j, (struct cbor_text){ NULL, 0 });
	json_array_close(&j);
	json_name(&j, "dates");
	json_array_open(&j);
	json_date(&j, 1808956799);
	json_date(&j, INT64_MAX);
	json_array_close(&j);
	json_name(&j, "hex");
	json_hex(&j, (const uint8_t *)"\x00\xff\x1a", 3);
	json_name(&j, "empty");
	json_object_open(&j);
	json_object_close(&j);
	json_object_close(&j);
	assert_int_equal(json_finish(&j), SKERRY_OK);
	assert_string_equal(page.text,
		"{\"null\":null,\"bools\":[true,false],"
		"\"numbers\":[-9223372036854775808,-1,0,9223372036854775807,18446744073709551615],"
		"\"texts\":[\"hotel\",\"\",null,\"a\\u0000b\",null],"
		"\"dates\":[\"2027-04-28T23:59:59Z\",null],\"hex\":\"00ff1a\",\"empty\":{}}");
}

static const struct {
	const char *text, *json;
} TEXTS[] = {
	{ "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
	{ "\n\t\r\b\f", "\"\\n\\u0009\\u000d\\u0008\\u000c\"" },
	{ "\x1b[31m\x7f", "\"\\u001b[31m\\u007f\"" },
	{ "\xc2\x9bm", "\"\\u009bm\"" },
	{ "\xe2\x80\xae\xe2\x81\xa6", "\"\\u202e\\u2066\"" },
	{ "\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\"" },
	{ "H\xc3\xb4tel \xf0\x9f\x8f\xa8", "\"H\xc3\xb4tel \xf0\x9f\x8f\xa8\"" },
	{ "\xff", "\"\xef\xbf\xbd\"" },
	{ "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "\xe2\x82\"", "\"\xef\xbf\xbd\\\"\"" }, /* a cut sequence does not swallow the quote */
	{ "\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
};

static void
hostile_text_stays_one_harmless_string(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
		struct page page = { .len = 0 };
		struct json j;

		json_init(&j, to_page, &page);
		json_chars(&j, TEXTS[i].text);
		assert_int_equal(json_finish(&j), SKERRY_OK);
		assert_string_equal(page.text, TEXTS[i].json);

		page.len = 0;
		json_init(&j, to_page, &page);
		json_object_open(&j);
		json_name(&j, TEXTS[i].text);
		json_null(&j);
		json_object_close(&j);
		assert_int_equal(json_finish(&j), SKERRY_OK);
		assert_memory_equal(page.text + 1, TEXTS[i].json, strlen(TEXTS[i].json));
	}
}

/* A script: { } [ ] as they are, 'n' a name, 'v' a value. */
static enum skerry_err
run(const char *script, struct page *page)
{
	struct json j;

	json_init(&j, to_page, page);
	for (; *script != '\0'; script++)
		switch (*script) {
		case '{':
			json_object_open(&j);
			break;
		case '}':
			json_object_close(&j);
			break;
		case '[':
			json_array_open(&j);
			break;
		case ']':
			json_array_close(&j);
			break;
		case 'n':
			json_name(&j, "n");
			break;
		default:
			json_hex(&j, (const uint8_t *)"v", 1);
			break;
		}
	return json_finish(&j);
}

static const char *const MISUSES[] = { "", "{", "[", "{]", "[}", "}", "]", "vv", "v[]", "[]]", "n",
	"[n", "[n]", "{v}", "{nn}", "{n}", "{n", "{[]}", "{nvv}", "{}{}", "{n{}",
	"[[[[[[[[[[[[[[[[[" };

static void
each_misuse_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof MISUSES / sizeof *MISUSES; i++) {
		struct page page = { .len = 0 };

		assert_int_equal(run(MISUSES[i], &page), SKERRY_ERR_ARGUMENT);
	}
}

static void
nothing_is_written_after_a_misuse(void **state)
{
	struct page page = { .len = 0 };

	(void)state;
	assert_int_equal(run("[v}v]", &page), SKERRY_ERR_ARGUMENT);
	assert_string_equal(page.text, "[\"76\"");
}

static void
the_deepest_level_is_allowed(void **state)
{
	struct page page = { .len = 0 };

	(void)state;
	assert_int_equal(run("[[[[[[[[[[[[[[[[v]]]]]]]]]]]]]]]]", &page), SKERRY_OK);
	page.len = 0;
	assert_int_equal(run("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", &page), SKERRY_ERR_ARGUMENT);
}

static void
siblings_are_separated_after_nesting(void **state)
{
	struct page page = { .len = 0 };

	(void)state;
	assert_int_equal(run("[[]v{}{n[]nv}[v]]", &page), SKERRY_OK);
	assert_string_equal(page.text, "[[],\"76\",{},{\"n\":[],\"n\":\"76\"},[\"76\"]]");
}

static void
count_pieces(void *context, const char *text, size_t text_len)
{
	(void)text;
	assert_true(text_len > 0);
	++*(unsigned *)context;
}

/* A sink is called for what is written, and not for each letter of it. */
static void
plain_text_comes_in_one_piece(void **state)
{
	static const struct {
		const char *text;
		unsigned pieces; /* with both quotation marks */
	} cases[] = {
		{ "", 2 },
		{ "a", 3 },
		{ " the Grand Hotel ~", 3 },
		{ "two\nlines", 5 },
		{ "\"", 3 },
		{ "\\ends", 4 },
		{ "caf\xc3\xa9", 4 },
		{ "\x7f", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned pieces = 0;
		struct json j;

		json_init(&j, count_pieces, &pieces);
		json_chars(&j, cases[i].text);
		assert_int_equal(pieces, cases[i].pieces);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_value_is_written),
		cmocka_unit_test(hostile_text_stays_one_harmless_string),
		cmocka_unit_test(each_misuse_is_told),
		cmocka_unit_test(nothing_is_written_after_a_misuse),
		cmocka_unit_test(the_deepest_level_is_allowed),
		cmocka_unit_test(siblings_are_separated_after_nesting),
		cmocka_unit_test(plain_text_comes_in_one_piece),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
