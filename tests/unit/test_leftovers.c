/* SPDX-License-Identifier: ISC */
/* What killed writers have left goes when it is old, and nothing else; what belongs to a site is no stranger. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_tree.h"
#include "verifier/state/leftovers.h"
#include "verifier/state/strangers.h"

enum { NOW = 1800000000, DAY = 86400 };

static char folder[64];
static int directory;

static int
set_up(void **state)
{
	(void)state;
	tree_make(folder);
	directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(directory >= 0);
	assert_int_equal(mkdirat(directory, "licenses", 0700), 0);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	close(directory);
	tree_remove(folder);
	return 0;
}

static void
put(const char *name, int64_t at)
{
	const struct timespec times[2] = { { .tv_sec = at }, { .tv_sec = at } };
	int fd = openat(directory, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static bool
is_there(const char *name)
{
	return faccessat(directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void
what_is_old_and_a_leftover_goes(void **state)
{
	static const struct {
		const char *name;
		int64_t at;
		bool stays;
	} FILES[] = {
		{ ".skerry-0011223344556677", NOW - DAY, false },
		{ "licenses/.skerry-0011223344556677", NOW - 40 * DAY, false },
		{ ".skerry-restored.db", 0, false },
		{ ".skerry-ahead", NOW + 400 * DAY, false },
		{ ".skerry-young", NOW - DAY + 1, true },
		{ ".skerry-a-little-ahead", NOW + 60, true },
		{ "site.db", NOW - 40 * DAY, true },
		{ ".other", NOW - 40 * DAY, true },
		{ "licenses/a.license", NOW - 40 * DAY, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
		put(FILES[i].name, FILES[i].at);
	assert_int_equal(mkdirat(directory, ".skerry-folder", 0700), 0);
	assert_int_equal(symlinkat("site.db", directory, ".skerry-link"), 0);
	assert_int_equal(leftovers_sweep(directory, NOW), 4);
	for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
		assert_int_equal(is_there(FILES[i].name), FILES[i].stays);
	assert_true(is_there(".skerry-folder"));
	assert_true(is_there(".skerry-link"));
	assert_int_equal(leftovers_sweep(directory, NOW), 0);
}

static void
what_is_of_a_site_is_no_stranger(void **state)
{
	static const char *const OURS[] = { "trust.manifest", "site.db-wal", "seats.db",
		"seats.db-wal", "seats.db.lock", "seats.db.damaged", "tokens", "daemon.lock",
		"skerryd.socket", "skerryd.socket.new", ".skerry-0011223344556677", "lost+found" };
	char stranger[DOCUMENTS_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++)
		put(OURS[i], NOW);
	assert_int_equal(strangers_find(directory, stranger), SKERRY_OK);
	put("tokens.txt", NOW);
	assert_int_equal(strangers_find(directory, stranger), SKERRY_ERR_FILE_EXISTS);
	assert_string_equal(stranger, "tokens.txt");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_old_and_a_leftover_goes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_of_a_site_is_no_stranger, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
