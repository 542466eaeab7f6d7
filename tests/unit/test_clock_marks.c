/* SPDX-License-Identifier: ISC */
/* The clock's marks: ascending by key, the better lead of each, and of too many the least goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/decide/clock_marks.h"

static struct clock held;

/* Keys that differ in their last byte alone. */
static const uint8_t *
key(uint8_t last)
{
	static uint8_t kid[COSE_KID_LEN];

	memset(kid, 7, sizeof kid);
	kid[sizeof kid - 1] = last;
	return kid;
}

static void
expect(uint8_t last, int64_t lead)
{
	assert_int_equal(clock_marks_has(&held, key(last)), lead != CLOCK_NONE);
	for (size_t i = 0; i < held.marks_len; i++)
		if (memcmp(held.marks[i].kid, key(last), COSE_KID_LEN) == 0)
			assert_int_equal(held.marks[i].lead, lead);
}

static void
expect_ascending(void)
{
	for (size_t i = 1; i < held.marks_len; i++)
		assert_true(memcmp(held.marks[i - 1].kid, held.marks[i].kid, COSE_KID_LEN) < 0);
}

/* Keys 10, 20, ..., put in another order; the lead of each is that of `leads`. */
static void
fill(const int64_t leads[CLOCK_MARKS_MAX])
{
	clock_init(&held);
	for (size_t i = 0; i < CLOCK_MARKS_MAX; i++) {
		size_t at = i * 5 % CLOCK_MARKS_MAX;

		clock_marks_put(&held, key((uint8_t)(10 * (at + 1))), leads[at]);
		expect_ascending();
	}
	assert_int_equal(held.marks_len, CLOCK_MARKS_MAX);
}

static void
a_key_keeps_the_better_of_its_leads(void **state)
{
	(void)state;
	clock_init(&held);
	assert_int_equal(clock_marks_best(&held), CLOCK_NONE);
	assert_false(clock_marks_has(&held, key(1)));
	clock_marks_put(&held, key(1), -5);
	assert_int_equal(clock_marks_best(&held), -5);
	clock_marks_put(&held, key(1), -6);
	expect(1, -5);
	clock_marks_put(&held, key(1), -4);
	expect(1, -4);
	assert_int_equal(held.marks_len, 1);
	clock_marks_put(&held, key(0), 3);
	clock_marks_put(&held, key(2), 2);
	assert_int_equal(clock_marks_best(&held), 3);
	expect_ascending();
	clock_marks_drop(&held, key(1));
	expect(0, 3);
	expect(1, CLOCK_NONE);
	expect(2, 2);
}

static void
of_too_many_keys_the_least_goes_wherever_it_stands(void **state)
{
	(void)state;
	for (size_t least = 0; least < CLOCK_MARKS_MAX; least++)
		for (uint8_t last = 5; last < 90; last = (uint8_t)(last + 10)) {
			int64_t leads[CLOCK_MARKS_MAX];

			for (size_t i = 0; i < CLOCK_MARKS_MAX; i++)
				leads[i] = 1000 + (int64_t)(i * 3 % CLOCK_MARKS_MAX);
			leads[least] = 999;
			fill(leads);
			clock_marks_put(&held, key(last), 1);
			assert_int_equal(held.marks_len, CLOCK_MARKS_MAX);
			expect_ascending();
			expect(last, 1);
			for (size_t i = 0; i < CLOCK_MARKS_MAX; i++)
				expect((uint8_t)(10 * (i + 1)), i == least ? CLOCK_NONE : leads[i]);
		}
}

static void
what_says_more_than_a_lead_goes(void **state)
{
	static const int64_t LEADS[CLOCK_MARKS_MAX] = { 7, -2, 4, 5, 6, 5, 0, 9 };

	(void)state;
	for (int64_t most = -3; most <= 9; most++) {
		fill(LEADS);
		clock_marks_drop_above(&held, most);
		for (size_t i = 0; i < CLOCK_MARKS_MAX; i++)
			expect((uint8_t)(10 * (i + 1)), LEADS[i] > most ? CLOCK_NONE : LEADS[i]);
		expect_ascending();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_keeps_the_better_of_its_leads),
		cmocka_unit_test(of_too_many_keys_the_least_goes_wherever_it_stands),
		cmocka_unit_test(what_says_more_than_a_lead_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
