/* SPDX-License-Identifier: ISC */
/*
 * A stick that is pulled out: at each call that changes it the stick vanishes, or the program dies, and
 * the same visit is made again.
 */
#include <sys/wait.h>

#include "tests/unit/faulty_mailbag.h"

enum { OLD_LEN = 5000, NEW_LEN = 7000, OTHER_LEN = 3000 };

/* A site's visit: its answered request goes, a new one is left, other people's stay. */
static enum skerry_err
visit(void)
{
	static const char README[] = "Whoever finds this, please call.\n";
	struct stick_held held = { 0 };
	char name[MAILBAG_DRAWN_ROOM];
	enum skerry_err err;
	size_t swept, old_len;
	uint8_t *old = stick_mail('o', OLD_LEN, &old_len);

	err = mailbag_open(stick, true, &bag);
	if (err == SKERRY_OK)
		err = mailbag_sweep(&bag, &swept);
	if (err == SKERRY_OK)
		err = mailbag_look(&bag, stick_hold, &held);
	if (err == SKERRY_OK && stick_copies(&held, 'n', NEW_LEN) == 0)
		err = leave('n', NEW_LEN, name);
	for (size_t i = 0; err == SKERRY_OK && i < held.len; i++)
		if (held.documents[i].bytes_len == old_len &&
			memcmp(held.documents[i].bytes, old, old_len) == 0)
			err = mailbag_remove(
				&bag, held.documents[i].name, &held.documents[i].identity);
	if (err == SKERRY_OK)
		err = mailbag_readme(&bag, README);
	if (err == SKERRY_OK)
		err = mailbag_receipt(&bag, "K7QM", "left 1");
	if (err == SKERRY_OK)
		err = mailbag_finish(&bag);
	stick_release(&held);
	free(old);
	mailbag_close(&bag);
	return err;
}

/* In a child, which may die in it. */
static void
visit_that_may_die(void)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(visit() == SKERRY_OK ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), DIED);
}

static struct stick_held
look_again(void)
{
	struct stick_held held = { 0 };

	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_OK);
	assert_int_equal(mailbag_look(&bag, stick_hold, &held), SKERRY_OK);
	mailbag_close(&bag);
	return held;
}

/* Other people's mail stands, every file is whole, and what is to go did not before the new one came. */
static void
assert_nothing_is_lost(void)
{
	struct stick_held held = look_again();
	size_t old = stick_copies(&held, 'o', OLD_LEN), new = stick_copies(&held, 'n', NEW_LEN);

	assert_int_equal(stick_copies(&held, 'x', OTHER_LEN), 1);
	assert_int_equal(held.len, 1 + old + new);
	assert_true(old + new >= 1);
	assert_true(held.leftovers <= 1);
	stick_release(&held);
}

static void
assert_all_is_done(void)
{
	struct stick_held held = look_again();

	assert_int_equal(stick_copies(&held, 'x', OTHER_LEN), 1);
	assert_int_equal(stick_copies(&held, 'o', OLD_LEN), 0);
	assert_int_equal(stick_copies(&held, 'n', NEW_LEN), 1);
	assert_int_equal(held.leftovers, 0);
	assert_int_equal(stick_entries(in_bag("")), 4); /* two texts */
	stick_release(&held);
}

static void
prepare(void)
{
	size_t len;
	uint8_t *bytes;

	tree_remove(stick);
	assert_int_equal(mkdir(stick, 0777), 0);
	assert_int_equal(mkdir(in_bag(""), 0777), 0);
	bytes = stick_mail('o', OLD_LEN, &len);
	stick_put(in_bag(""), "0000aaaa.skr", bytes, len);
	free(bytes);
	bytes = stick_mail('x', OTHER_LEN, &len);
	stick_put(in_bag(""), "xxxxxxxx.skr", bytes, len);
	free(bytes);
}

static void
stick_pulled_at_any_call_loses_nothing_and_the_visit_is_repeated(void **state)
{
	static const enum way WAYS[] = { PULLED, KILLED, TORN };
	int all;

	(void)state;
	mailbag_close(&bag);
	prepare();
	calls = 0;
	assert_int_equal(visit(), SKERRY_OK);
	all = calls;
	assert_true(all > 15);
	for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++)
		for (int n = 1; n <= all; n++) {
			let_work();
			prepare();
			calls = 0;
			at_call = n;
			way = WAYS[i];
			if (way == PULLED)
				assert_int_equal(visit(), SKERRY_ERR_IO);
			else
				visit_that_may_die();
			let_work();
			assert_nothing_is_lost();
			assert_int_equal(visit(), SKERRY_OK);
			assert_all_is_done();
			assert_int_equal(visit(), SKERRY_OK);
			assert_all_is_done();
		}
}

#define ON_STICK(test) cmocka_unit_test_setup_teardown(test, plug_in, unplug)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STICK(stick_pulled_at_any_call_loses_nothing_and_the_visit_is_repeated),
	};
	umask(0);
	return random_start() != SKERRY_OK ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
