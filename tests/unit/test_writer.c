/* SPDX-License-Identifier: ISC */
/* One writes at a time, whoever is forked, killed or left behind. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_tree.h"
#include "verifier/state/writer.h"

static char folder[64];
static int directory;

static int
set_up(void **state)
{
	(void)state;
	tree_make(folder);
	directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return directory < 0 ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	close(directory);
	tree_remove(folder);
	return 0;
}

/* Whether somebody holds it; *ret_holder who. */
static bool
is_held(pid_t *ret_holder)
{
	struct writer writer;
	enum skerry_err err = writer_begin(directory, &writer, ret_holder);

	if (err == SKERRY_OK)
		writer_end(&writer);
	else
		assert_int_equal(err, SKERRY_ERR_STORE_BUSY);
	return err != SKERRY_OK;
}

static void
second_writer_is_told_who_the_first_is(void **state)
{
	struct writer writer;
	pid_t holder = 0;

	(void)state;
	assert_int_equal(writer_begin(directory, &writer, &holder), SKERRY_OK);
	assert_true(is_held(&holder));
	assert_int_equal(holder, getpid());
	writer_end(&writer);
	assert_false(is_held(&holder));
}

static void
child_that_closes_takes_nothing_from_its_parent(void **state)
{
	struct writer writer;
	pid_t holder = 0, child;
	int status;

	(void)state;
	assert_int_equal(writer_begin(directory, &writer, &holder), SKERRY_OK);
	child = fork();
	if (child == 0) {
		writer_end(&writer);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(is_held(&holder));
	assert_int_equal(holder, getpid());
	writer_end(&writer);
}

static void
child_that_lives_on_keeps_nothing(void **state)
{
	struct writer writer;
	pid_t holder = 0, child;
	int status;

	(void)state;
	assert_int_equal(writer_begin(directory, &writer, &holder), SKERRY_OK);
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	writer_end(&writer);
	assert_false(is_held(&holder));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
}

static void
killed_writer_leaves_the_lock(void **state)
{
	pid_t holder = 0, child;
	int status, ends[2];
	char c;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		struct writer writer;

		if (writer_begin(directory, &writer, &holder) != SKERRY_OK ||
			write(ends[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ends[0], &c, 1), 1);
	assert_true(is_held(&holder));
	assert_int_equal(holder, child);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_false(is_held(&holder));
	close(ends[0]);
	close(ends[1]);
}

/* Whatever lies in its place, nothing is waited for or followed. */
static void
odd_lock_is_refused(void **state)
{
	struct writer writer;
	pid_t holder = 0;
	char path[96], aim[96];

	(void)state;
	snprintf(path, sizeof path, "%s/lock", folder);
	snprintf(aim, sizeof aim, "%s/aim", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(writer_begin(directory, &writer, &holder), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(aim, path), 0);
	assert_int_equal(writer_begin(directory, &writer, &holder), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(access(aim, F_OK), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(writer_begin(directory, &writer, &holder), SKERRY_ERR_FILE_NOT_REGULAR);
}

int
main(void)
{
#define IN_A_FOLDER(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(second_writer_is_told_who_the_first_is),
		IN_A_FOLDER(child_that_closes_takes_nothing_from_its_parent),
		IN_A_FOLDER(child_that_lives_on_keeps_nothing),
		IN_A_FOLDER(killed_writer_leaves_the_lock),
		IN_A_FOLDER(odd_lock_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
