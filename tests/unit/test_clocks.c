/* SPDX-License-Identifier: ISC */
/* The machine's clocks: which boot it is, what a time namespace adds, and files that make no sense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "verifier/gather/clocks.h"

#define UUID "c24633c8-c29d-4f09-b618-461b25f6a31c"
#define DAY INT64_C(86400)

static const uint8_t UUID_BYTES[CLOCK_BOOT_ID_LEN] = { 0xc2, 0x46, 0x33, 0xc8, 0xc2, 0x9d, 0x4f,
	0x09, 0xb6, 0x18, 0x46, 0x1b, 0x25, 0xf6, 0xa3, 0x1c };

static const char *const FOLDERS[] = { "/proc", "/proc/self", "/proc/sys", "/proc/sys/kernel",
	"/proc/sys/kernel/random" };
enum { FOLDERS_LEN = sizeof FOLDERS / sizeof *FOLDERS };

static char root[64];

static const char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s%s", root, name);
	return path;
}

/* NULL: no such file. */
static void
say(const char *name, const char *text)
{
	FILE *file;

	unlink(path_of(name));
	if (text == NULL)
		return;
	file = fopen(path_of(name), "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	fclose(file);
}

static void
say_boot(const char *text)
{
	say("/proc/sys/kernel/random/boot_id", text);
}

static void
say_offsets(const char *text)
{
	say("/proc/self/timens_offsets", text);
}

static int
make_tree(void **state)
{
	(void)state;
	strcpy(root, "/tmp/skerry-test-clocks-XXXXXX");
	assert_non_null(mkdtemp(root));
	for (size_t i = 0; i < FOLDERS_LEN; i++)
		assert_int_equal(mkdir(path_of(FOLDERS[i]), 0700), 0);
	say_boot(UUID "\n");
	return 0;
}

static int
remove_tree(void **state)
{
	(void)state;
	say_boot(NULL);
	say_offsets(NULL);
	for (size_t i = FOLDERS_LEN; i-- > 0;)
		rmdir(path_of(FOLDERS[i]));
	rmdir(root);
	return 0;
}

static int64_t
seconds_of(clockid_t id)
{
	struct timespec now;

	assert_int_equal(clock_gettime(id, &now), 0);
	return now.tv_sec;
}

/* Reads, and asserts that the monotonic time is shifted by that much. */
static struct clock_reading
read_shifted_by(int64_t shift)
{
	struct clock_reading reading;
	int64_t before = seconds_of(CLOCK_MONOTONIC), wall_before = seconds_of(CLOCK_REALTIME);

	memset(&reading, 0xa5, sizeof reading);
	clocks_read(root, &reading);
	assert_false(reading.uncounted);
	assert_true(reading.mono_s - shift >= before);
	assert_true(reading.mono_s - shift <= seconds_of(CLOCK_MONOTONIC));
	assert_true(reading.wall >= wall_before);
	assert_true(reading.wall <= seconds_of(CLOCK_REALTIME));
	return reading;
}

static void
a_boot_is_told_by_its_id(void **state)
{
	struct clock_reading reading;

	(void)state;
	reading = read_shifted_by(0);
	assert_memory_equal(reading.boot_id, UUID_BYTES, CLOCK_BOOT_ID_LEN);
	assert_false(reading.namespaced);
	say_boot(UUID); /* without the end of the line */
	reading = read_shifted_by(0);
	assert_memory_equal(reading.boot_id, UUID_BYTES, CLOCK_BOOT_ID_LEN);
}

static void
without_a_boot_id_nothing_is_counted(void **state)
{
	static const char *const TEXTS[] = { NULL, "", "\n", "c24633c8",
		"c24633c8-c29d-4f09-b618-461b25f6a31", UUID "0", UUID "\n\n", " " UUID,
		"c24633c8-c29d-4f09-b618-461b25f6a31g", "C24633C8-c29d-4f09-b618-461b25f6a31c",
		"c24633c8c-29d-4f09-b618-461b25f6a31c", "c24633c80c29d04f090b6180461b25f6a31c" };

	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
		struct clock_reading reading;

		say_boot(TEXTS[i]);
		clocks_read(root, &reading);
		assert_true(reading.uncounted);
		assert_int_not_equal(reading.wall, 0);
	}
}

static void
what_a_namespace_adds_is_taken_off(void **state)
{
	static const struct {
		const char *text;
		int64_t shift;
		bool namespaced;
	} OFFSETS[] = {
		{ "monotonic           0         0\nboottime            0         0\n", 0, false },
		{ "monotonic       86400         0\nboottime            0         0\n", -DAY,
			true },
		{ "monotonic      -86400         0\nboottime            0         0\n", DAY, true },
		{ "monotonic           0         0\nboottime           60         0\n", 0, true },
		{ "boottime           60         0\nmonotonic          60         0\n", -60, true },
		{ "monotonic\t1\t0\n", -1, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof OFFSETS / sizeof *OFFSETS; i++) {
		say_offsets(OFFSETS[i].text);
		assert_int_equal(
			read_shifted_by(OFFSETS[i].shift).namespaced, OFFSETS[i].namespaced);
	}
	say_offsets(NULL); /* a kernel without them */
	assert_false(read_shifted_by(0).namespaced);
}

/* The kernel's nanoseconds are never negative: -1.5 s is -2 s and half a second. */
static void
fractions_round_down_together(void **state)
{
	struct clock_reading reading;
	int64_t before = seconds_of(CLOCK_MONOTONIC);

	(void)state;
	say_offsets("monotonic -2 500000000\n");
	clocks_read(root, &reading);
	assert_false(reading.uncounted);
	assert_true(reading.mono_s >= before + 1);
	assert_true(reading.mono_s <= seconds_of(CLOCK_MONOTONIC) + 2);
}

static void
offsets_that_make_no_sense_are_not_counted(void **state)
{
	static const char *const TEXTS[] = { "", "\n", "monotonic\n", "monotonic 0\n",
		"monotonic 0 0", "monotonic 0 0 0\n", "monotonic x 0\n", "monotonic 0 x\n",
		"monotonic - 0\n", "monotonic 0 -1\n", "monotonic 0 1000000000\n",
		"monotonic 253402300800 0\n", "monotonic -253402300800 0\n",
		"monotonic 99999999999999999999999999 0\n", "boottime 0 0\n",
		"monotonic 0 0\nboottime\n", "monotonic +1 0\n" };
	char large[400];

	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
		struct clock_reading reading;

		say_offsets(TEXTS[i]);
		clocks_read(root, &reading);
		assert_true(reading.uncounted);
	}
	memset(large, ' ', sizeof large - 1);
	large[sizeof large - 1] = '\0';
	for (int folder = 0; folder <= 1; folder++) {
		struct clock_reading reading;

		say_offsets(folder ? NULL : large);
		if (folder)
			assert_int_equal(mkdir(path_of("/proc/self/timens_offsets"), 0700), 0);
		clocks_read(root, &reading);
		assert_true(reading.uncounted);
	}
	rmdir(path_of("/proc/self/timens_offsets"));
}

/* As a program would: the same boot twice, and its monotonic time does not go back. */
static void
this_machine_can_be_read(void **state)
{
	struct clock_reading first, second;

	(void)state;
	clocks_read("/", &first);
	clocks_read("/", &second);
	if (access("/proc/sys/kernel/random/boot_id", R_OK) != 0)
		skip();
	assert_false(first.uncounted);
	assert_memory_equal(first.boot_id, second.boot_id, CLOCK_BOOT_ID_LEN);
	assert_true(second.mono_s >= first.mono_s);
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, make_tree, remove_tree)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TREE(a_boot_is_told_by_its_id),
		IN_TREE(without_a_boot_id_nothing_is_counted),
		IN_TREE(what_a_namespace_adds_is_taken_off),
		IN_TREE(fractions_round_down_together),
		IN_TREE(offsets_that_make_no_sense_are_not_counted),
		cmocka_unit_test(this_machine_can_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
