/* SPDX-License-Identifier: ISC */
/* Spelling: what fingers do counts once, however long the names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "keys/spelling.h"

static void
spelling_counts_what_fingers_do(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned distance;
	} PAIRS[] = {
		{ "island", "island", 0 },
		{ "island", "islnad", 1 },
		{ "island", "isand", 1 },
		{ "island", "islands", 1 },
		{ "island", "iland", 1 },
		{ "", "abc", 3 },
		{ "abc", "", 3 },
		{ "ca", "abc", 3 },
		{ "kitten", "sitting", 3 },
	};
	char longest[SPELLING_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
		assert_int_equal(spelling_distance(PAIRS[i].a, PAIRS[i].b), PAIRS[i].distance);
		assert_int_equal(spelling_distance(PAIRS[i].b, PAIRS[i].a), PAIRS[i].distance);
	}
	memset(longest, 'a', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(spelling_distance(longest, longest), SPELLING_MAX);
	longest[SPELLING_MAX] = '\0';
	assert_int_equal(spelling_distance(longest, longest), 0);
	assert_true(spelling_is_near("island", 2));
	assert_false(spelling_is_near("island", 3));
	assert_false(spelling_is_near("a", 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spelling_counts_what_fingers_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
