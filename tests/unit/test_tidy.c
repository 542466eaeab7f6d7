/* SPDX-License-Identifier: ISC */
#include "verifier/daemon/tidy.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { BLOCKS = 8192, BLOCK = 1024 };

/* Allocators that watch what is freed keep it. */
#if defined(__SANITIZE_ADDRESS__)
#define KEEPS_FREED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEPS_FREED true
#endif
#endif
#ifndef KEEPS_FREED
#define KEEPS_FREED (getenv("VALGRIND_LIB") != NULL || getenv("LD_PRELOAD") != NULL)
#endif

static long
resident_kb(void)
{
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	long size, pages = 0;

	assert_true(fd >= 0 && read(fd, text, sizeof text - 1) > 0);
	close(fd);
	assert_int_equal(sscanf(text, "%ld %ld", &size, &pages), 2);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void
nothing_is_due_while_nothing_ends(void **state)
{
	struct tidy tidy = { .due_ms = 0 };

	(void)state;
	assert_int_equal(tidy_timeout_ms(&tidy, 5000), -1);
	tidy_round(&tidy, 5000, 3, false);
	tidy_round(&tidy, 5001, 3, false);
	tidy_round(&tidy, 5002, 9, false);
	assert_int_equal(tidy_timeout_ms(&tidy, 5002), -1);
	assert_false(tidy.started);
}

static void
it_is_due_a_second_after_a_connection_went(void **state)
{
	struct tidy tidy = { .due_ms = 0 };

	(void)state;
	tidy_round(&tidy, 5000, 3, false);
	tidy_round(&tidy, 5100, 2, false);
	assert_int_equal(tidy_timeout_ms(&tidy, 5100), TIDY_MS);
	/* More that go do not put it off, nor do those who come. */
	tidy_round(&tidy, 5600, 1, false);
	tidy_round(&tidy, 5700, 4, false);
	assert_int_equal(tidy_timeout_ms(&tidy, 5700), TIDY_MS - 600);
	assert_int_equal(tidy_timeout_ms(&tidy, 9000), 0);
	tidy_round(&tidy, 5100 + TIDY_MS, 4, false);
	assert_true(tidy.started);
	assert_int_equal(tidy_timeout_ms(&tidy, 5100 + TIDY_MS), -1);
	tidy_round(&tidy, 9000, 4, false);
	assert_int_equal(tidy_timeout_ms(&tidy, 9000), -1);
}

static void
it_is_due_a_second_after_work(void **state)
{
	struct tidy tidy = { .due_ms = 0 };

	(void)state;
	tidy_round(&tidy, 5000, 0, true);
	assert_int_equal(tidy_timeout_ms(&tidy, 5000), TIDY_MS);
	tidy_round(&tidy, 5000 + TIDY_MS, 0, false);
	assert_int_equal(tidy_timeout_ms(&tidy, 5000 + TIDY_MS), -1);
}

static void
what_was_freed_below_something_held_goes_back(void **state)
{
	static char *blocks[BLOCKS];
	struct tidy tidy = { .due_ms = 0 };
	long before;

	(void)state;
	if (KEEPS_FREED)
		skip();
	for (size_t i = 0; i < BLOCKS; i++) {
		blocks[i] = malloc(BLOCK);
		assert_non_null(blocks[i]);
		memset(blocks[i], 1, BLOCK);
	}
	for (size_t i = 0; i + 1 < BLOCKS; i++)
		free(blocks[i]);
	before = resident_kb();
	tidy_round(&tidy, 5000, 0, true);
	tidy_round(&tidy, 5000 + TIDY_MS, 0, false);
	assert_true(resident_kb() < before - BLOCKS * (BLOCK / 1024) / 2);
	free(blocks[BLOCKS - 1]);
}

/* Code, constants, and variables whose first value stands in a file. */
static void
a_program_goes_on_afterwards(void **state)
{
	static const char CONSTANT[] = "as it was";
	static char variable[8] = "set";
	struct tidy tidy = { .due_ms = 0 };

	(void)state;
	variable[0] = 'w';
	tidy_round(&tidy, 5000, 0, true);
	tidy_round(&tidy, 5000 + TIDY_MS, 0, false);
	assert_true(tidy.started);
	assert_string_equal(CONSTANT, "as it was");
	assert_string_equal(variable, "wet");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_due_while_nothing_ends),
		cmocka_unit_test(it_is_due_a_second_after_a_connection_went),
		cmocka_unit_test(it_is_due_a_second_after_work),
		cmocka_unit_test(what_was_freed_below_something_held_goes_back),
		cmocka_unit_test(a_program_goes_on_afterwards),
	};

	tidy_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
