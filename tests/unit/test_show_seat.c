/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/show/deeds.h"
#include "verifier/texts/en.h"

enum { NOW = 1800000000 };

/* --- secrets --------------------------------------------------------------------------------- */

static void
every_bit_of_a_secret_is_told_and_read_again(void **state)
{
	(void)state;
	for (int bit = -1; bit < 8 * SEATS_SECRET_LEN; bit++) {
		uint8_t secret[SEATS_SECRET_LEN] = { 0 }, again[SEATS_SECRET_LEN];
		char text[SHOW_SEAT_SECRET_MAX];

		if (bit >= 0)
			secret[bit / 8] = (uint8_t)(1 << bit % 8);
		show_seat_secret(secret, text);
		assert_int_equal(strlen(text), 26);
		assert_true(show_seat_secret_read(text, again));
		assert_memory_equal(secret, again, sizeof secret);
	}
}

static void
secret_is_read_as_somebody_types_it(void **state)
{
	uint8_t secret[SEATS_SECRET_LEN], again[SEATS_SECRET_LEN];
	char text[SHOW_SEAT_SECRET_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof secret; i++)
		secret[i] = (uint8_t)(37 * i + 11);
	show_seat_secret(secret, text);
	for (char *c = text; *c != '\0'; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 'a' - 'A') : *c == '0' ? 'o' : *c;
	assert_true(show_seat_secret_read(text, again));
	assert_memory_equal(secret, again, sizeof secret);
}

static void
what_is_no_secret_is_not_read(void **state)
{
	char longer[146] = "";
	const char *const bad[] = { "", "0", "0000000000000000000000000",
		"000000000000000000000000000", "0000000000000000000000000U",
		"00000000000000000000000001", "00000000000000000000000003",
		"0000000000000000000000000\xff", longer };
	uint8_t secret[SEATS_SECRET_LEN] = { 7 };

	(void)state;
	for (size_t i = 0; i < sizeof longer - 1; i++)
		longer[i] = i % 2 == 0 && i < 52 ? '0' : '-';
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(show_seat_secret_read(bad[i], secret));
		assert_int_equal(secret[0], 7);
	}
	assert_true(show_seat_secret_read("00000000000000000000000004", secret));
	assert_int_equal(secret[SEATS_SECRET_LEN - 1], 1);
}

/* --- words ----------------------------------------------------------------------------------- */

struct told {
	char text[1024];
	enum command_exit exit;
	struct show_failure failure;
	bool shown;
};

static void
tell(const struct seats_granted *granted, bool json, uint64_t max, const char *owner,
	struct told *ret_told)
{
	const struct show_seat seat = { .holder = "reception-2",
		.pool = "hotelhub/hms",
		.product = "hotelhub/hms",
		.granted = granted,
		.now = NOW,
		.max = max,
		.owner = owner };
	struct show show = { .json = json, .texts = &TEXTS_EN, .folder = "state" };
	char *text = NULL;
	size_t len = 0;

	*ret_told = (struct told){ .shown = false };
	show.out = open_memstream(&text, &len);
	assert_non_null(show.out);
	ret_told->shown = show_seat(&show, &seat, &ret_told->exit, &ret_told->failure);
	assert_int_equal(fclose(show.out), 0);
	assert_true(len < sizeof ret_told->text);
	memcpy(ret_told->text, text, len + 1);
	free(text);
}

static void
who_got_a_seat_is_told_its_secret_and_until_when(void **state)
{
	const struct seats_granted granted = {
		.answer = { .fate = SEAT_CLAIMED }, .in_s = 300, .secret = { 0 }
	};
	struct told told;

	(void)state;
	tell(&granted, false, 30, NULL, &told);
	assert_true(told.shown);
	assert_int_equal(told.exit, COMMAND_YES);
	assert_string_equal(told.text,
		"reception-2 has a seat of hotelhub/hms for 5 minutes, until "
		"2027-01-15T08:05:00Z.\n"
		"Its secret: 00000000000000000000000000\n");
	tell(&granted, true, 30, NULL, &told);
	assert_string_equal(told.text, "{\"holder\":\"reception-2\",\"result\":\"claimed\","
				       "\"secret\":\"00000000000000000000000000\","
				       "\"expires_at\":\"2027-01-15T08:05:00Z\",\"expires_in\":300,"
				       "\"burst\":false}\n");
}

static void
who_renews_is_told_no_secret(void **state)
{
	const struct seats_granted granted = {
		.answer = { .fate = SEAT_RENEWED, .marked = true }, .in_s = 60, .secret = { 1 }
	};
	struct told told;

	(void)state;
	tell(&granted, false, 30, NULL, &told);
	assert_null(strstr(told.text, "secret"));
	assert_non_null(strstr(told.text, "keeps its seat"));
	assert_non_null(strstr(told.text, "above its number for a while"));
	tell(&granted, true, 30, NULL, &told);
	assert_non_null(strstr(told.text, "\"secret\":null"));
	assert_non_null(strstr(told.text, "\"burst\":true"));
}

static void
refusal_says_who_has_it_and_what_to_do(void **state)
{
	static const struct {
		enum skerry_err err;
		int64_t in_s;
		uint64_t max;
		const char *owner, *message, *advice;
	} CASES[] = {
		{ SKERRY_ERR_SEAT_NONE_FREE, 180, 30, NULL,
			"All 30 seats of hotelhub/hms are in use.",
			"The next one ends in 3 minutes, at 2027-01-15T08:03:00Z" },
		{ SKERRY_ERR_SEAT_NONE_FREE, -1, 1, NULL, "The one seat of hotelhub/hms is in use.",
			"`skerry seat list`" },
		{ SKERRY_ERR_SEAT_HELD, -1, 30, "uid:33",
			"uid:33 holds the seat of that name, and its secret was not shown.",
			"take another name" },
		{ SKERRY_ERR_SEAT_SECRET, -1, 30, "",
			"Somebody else holds the seat of that name, and its secret was not shown.",
			"release it as root" },
		{ SKERRY_ERR_NO_ACCESS, -1, 30, NULL, NULL, "`skerry status`" },
		{ SKERRY_ERR_SEAT_UNKNOWN, -1, 30, NULL, NULL, "nothing to do" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		const struct seats_granted granted = {
			.answer = { .fate = SEAT_REFUSED,
				.err = CASES[i].err,
				.retry_at = CASES[i].in_s < 0 ? INT64_MAX : 1000 },
			.in_s = CASES[i].in_s
		};
		struct told told;

		tell(&granted, i % 2 == 0, CASES[i].max, CASES[i].owner, &told);
		assert_false(told.shown);
		assert_string_equal(told.text, "");
		assert_int_equal(told.failure.failure.err, CASES[i].err);
		assert_int_equal(told.failure.exit, COMMAND_NO);
		assert_string_equal(told.failure.failure.subject, "reception-2");
		if (CASES[i].message != NULL)
			assert_string_equal(told.failure.failure.message, CASES[i].message);
		assert_non_null(strstr(told.failure.failure.advice, CASES[i].advice));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bit_of_a_secret_is_told_and_read_again),
		cmocka_unit_test(secret_is_read_as_somebody_types_it),
		cmocka_unit_test(what_is_no_secret_is_not_read),
		cmocka_unit_test(who_got_a_seat_is_told_its_secret_and_until_when),
		cmocka_unit_test(who_renews_is_told_no_secret),
		cmocka_unit_test(refusal_says_who_has_it_and_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
