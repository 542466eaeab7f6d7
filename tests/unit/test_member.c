/* SPDX-License-Identifier: ISC */
/* Members of JSON objects: name and value as they stand in json.h, and null where there is nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/member.h"

struct page {
	char text[1024];
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
every_kind_of_member_is_written(void **state)
{
	struct page page = { .len = 0 };
	struct json j;

	(void)state;
	json_init(&j, to_page, &page);
	json_object_open(&j);
	member_null(&j, "null");
	member_bool(&j, "bool", true);
	member_int(&j, "int", -1);
	member_uint(&j, "uint", UINT64_MAX);
	member_chars(&j, "chars", "");
	member_chars(&j, "none", NULL);
	member_text(&j, "text", (struct cbor_text){ "hotels", 5 });
	member_date(&j, "date", 1808956799);
	member_date(&j, "never", INT64_MAX);
	member_given(&j, "given", "room");
	member_given(&j, "empty", "");
	member_given(&j, "nothing", NULL);
	member_number(&j, "number", 7);
	member_number(&j, "zero", 0);
	json_object_close(&j);
	assert_int_equal(json_finish(&j), SKERRY_OK);
	assert_string_equal(page.text,
		"{\"null\":null,\"bool\":true,\"int\":-1,\"uint\":18446744073709551615,\"chars\":"
		"\"\","
		"\"none\":null,\"text\":\"hotel\",\"date\":\"2027-04-28T23:59:59Z\",\"never\":null,"
		"\"given\":\"room\",\"empty\":null,\"nothing\":null,\"number\":7,\"zero\":null}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_member_is_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
