/* SPDX-License-Identifier: ISC */
/* A stick is pulled out of a desk, or the desk is killed, at each call that changes the stick. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/desk_stick_visits.h"

enum { LARGE = 1 << 20 };

static uint8_t old_bundle[LARGE], new_request[REQUESTER_ROOM];
static size_t old_bundle_len, new_request_len;
static const char FOREIGN[] = "xxxxxxxx.skr";

/* An older bundle of ours, a new request, somebody's reply. */
static void
prepare(void)
{
	tree_remove(stick);
	assert_int_equal(mkdir(stick, 0777), 0);
	assert_int_equal(mkdir(in_bag(""), 0777), 0);
	stick_put(in_bag(""), "0bbbbbbb.skr", old_bundle, old_bundle_len);
	stick_put(in_bag(""), "0aaaaaaa.skr", new_request, new_request_len);
	stick_put_document(in_bag(""), FOREIGN, DOCUMENT_REPLY, 0);
}

/* In a process that opens the desk itself, and may die in it. */
static void
exchange_that_may_die(void)
{
	int status;
	pid_t child;

	desk_close(&fixture->desk);
	child = fork();
	if (child == 0) {
		desk_fixture_reopen(fixture);
		_exit(exchange(&EVERYBODY) == SKERRY_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), DIED);
	desk_fixture_reopen(fixture);
}

static void
keep_bundle(void)
{
	int file = open(in_bag(look().name), O_RDONLY);
	ssize_t len;

	assert_true(file >= 0);
	len = read(file, old_bundle, sizeof old_bundle);
	close(file);
	assert_true(len > 0 && len < LARGE);
	old_bundle_len = (size_t)len;
}

static void
write_next_request(void)
{
	take_answers(&sites[0]);
	new_request_len = requester_write(&sites[0], fixture, REQUEST_HEARTBEAT, NULL, new_request);
}

static void
assert_all_is_done(void)
{
	struct bundles_there there = look();

	assert_true(there.len == 1 && there.whole == 1);
	assert_true(there.for_site[0] >= 1 && there.for_site[1] == 1);
	assert_true(is_there(FOREIGN) && is_there("0aaaaaaa.skr"));
	assert_false(is_there("0bbbbbbb.skr"));
	assert_int_equal(stick_entries(in_bag("")), 4); /* and a receipt */
}

static void
stick_pulled_at_any_call_loses_nothing(void **state)
{
	static const enum way WAYS[] = { PULLED, KILLED, TORN };
	char of_all[sizeof trace];
	int all, failed = 0;

	(void)state;
	pair_both();
	exchange_well();
	keep_bundle();
	write_next_request();
	prepare();
	calls = 0;
	exchange_well();
	all = calls;
	assert_true(all > 10 && all < (int)sizeof of_all);
	memcpy(of_all, trace, sizeof of_all);
	assert_all_is_done();
	for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++)
		for (int n = 1; n <= all; n++) {
			struct bundles_there there;

			let_work();
			/* Only what is written can be torn. */
			if (WAYS[i] == TORN && of_all[n - 1] != 'w')
				continue;
			write_next_request();
			prepare();
			calls = 0;
			at_call = n;
			way = WAYS[i];
			if (way == PULLED)
				failed += exchange(&EVERYBODY) != SKERRY_OK ||
					  result.finished != SKERRY_OK;
			else
				exchange_that_may_die();
			let_work();
			there = look();
			assert_true(there.whole >= 1);
			assert_true(is_there(FOREIGN) && is_there("0aaaaaaa.skr"));
			exchange_well();
			assert_all_is_done();
		}
	exchange_well();
	assert_true(result.stays);
	assert_all_is_done();
	/* Nothing is told to be finished that is not: every call was one that matters. */
	assert_int_equal(failed, all);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_DESK(stick_pulled_at_any_call_loses_nothing),
	};
	umask(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
