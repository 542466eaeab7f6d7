/* SPDX-License-Identifier: ISC */
/* Why a license is suspended or revoked: from the newest reply of its brand, while that says the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/site_words.h"

static struct site_reply newest;
static struct site_license held;
static struct site site;

static struct cbor_text
text(const char *chars)
{
	return cbor_text_from_chars(chars);
}

static int
set_up(void **state)
{
	(void)state;
	memset(&newest, 0, sizeof newest);
	memset(&held, 0, sizeof held);
	newest.reply.brand = text("hotelhub");
	newest.reply.results_len = 2;
	newest.reply.results[0] = (struct reply_result){
		.code = REPLY_OK, .license = text("0000000000000000"), .told = text("Thank you")
	};
	newest.reply.results[1] = (struct reply_result){ .code = REPLY_REVOKED,
		.license = text("7QK2M94XPAC0DTE1"),
		.told = text("Chargeback") };
	held.license.brand = text("hotelhub");
	held.license.id = text("7QK2M94XPAC0DTE1");
	held.status = EVALUATE_STATUS_REVOKED;
	site = (struct site){ .replies = &newest, .replies_len = 1 };
	return 0;
}

static void
assert_told(const char *told)
{
	struct cbor_text got = site_words_told(&site, &held);

	if (told == NULL)
		assert_int_equal(got.len, 0);
	else
		assert_true(cbor_text_equals(got, told));
}

static void
reason_of_the_same_standing_is_told(void **state)
{
	(void)state;
	assert_told("Chargeback");
	newest.reply.results[1].code = REPLY_SUSPENDED;
	assert_told(NULL);
	held.status = EVALUATE_STATUS_SUSPENDED;
	assert_told("Chargeback");
	newest.reply.results[1].told.len = 0;
	assert_told(NULL);
}

static void
nothing_is_told_of_what_stands(void **state)
{
	(void)state;
	held.status = EVALUATE_STATUS_VALID;
	assert_told(NULL);
	held.status = EVALUATE_STATUS_UNKNOWN;
	assert_told(NULL);
	held.license.id = text("0000000000000000");
	assert_told(NULL);
}

static void
another_license_brand_or_reply_tells_nothing(void **state)
{
	(void)state;
	held.license.id = text("7QK2M94XPAC0DTE2");
	assert_told(NULL);
	held.license.id = text("7QK2M94XPAC0DTE1");
	held.license.brand = text("other");
	assert_told(NULL);
	held.license.brand = text("hotelhub");
	newest.reply.results_len = 1;
	assert_told(NULL);
	site.replies_len = 0;
	assert_told(NULL);
}

int
main(void)
{
#define TEST(test) cmocka_unit_test_setup(test, set_up)
	const struct CMUnitTest tests[] = {
		TEST(reason_of_the_same_standing_is_told),
		TEST(nothing_is_told_of_what_stands),
		TEST(another_license_brand_or_reply_tells_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
