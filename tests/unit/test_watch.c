/* SPDX-License-Identifier: ISC */
/* Signs of the state folder: which are news, and whose they are. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_state.h"
#include "verifier/daemon/visit.h"
#include "verifier/daemon/watch.h"

static struct watch watch;
static struct visits visits;

static int
set_up(void **state)
{
	assert_int_equal(state_set_up(state), 0);
	state_close_site();
	visits = (struct visits){ .state = folder };
	assert_int_equal(watch_open(folder, &watch), SKERRY_OK);
	watch_renew(&watch);
	return 0;
}

static int
tear_down(void **state)
{
	watch_close(&watch);
	return state_tear_down(state);
}

static void
touch(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static void
some_files_are_news_and_others_are_not(void **state)
{
	static const struct {
		const char *name;
		bool news, stays; /* stays: whoever has the lock */
	} FILES[] = {
		{ "site.db", true, false },
		{ "site.key", true, false },
		{ "tokens", true, false },
		{ "licenses/a.license", true, true },
		{ "manifests/a.manifest", true, true },
		{ "replies/a.reply", true, true },
		{ "statuses/a.status", true, true },
		{ "licenses/lockhart.license", true, true },
		{ "licenses/skerryd.license", true, true },
		{ "site.db-wal", false, false },
		{ "site.db-shm", false, false },
		{ "seats.db", false, false },
		{ "seats.db-wal", false, false },
		{ "lock", false, false },
		{ "state.mark", false, false },
		{ "skerryd.socket", false, false },
		{ "daemon.lock", false, false },
		{ ".skerry-new", false, false },
		{ "licenses/.skerry-new", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
		touch(FILES[i].name);
		if (watch_changed(&watch, 0) != FILES[i].news)
			fail_msg("%s", FILES[i].name);
		touch(FILES[i].name);
		if (watch_forget(&watch, 0) != FILES[i].stays)
			fail_msg("%s, of one's own", FILES[i].name);
	}
}

/* Else a reading daemon would find news each time it has read. */
static void
who_only_reads_brings_no_news(void **state)
{
	struct site_failure failure;
	struct site read;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(site_open(folder, &read, &failure), SKERRY_OK);
		site_close(&read);
	}
	assert_false(watch_changed(&watch, 0));
}

static void
a_visit_signs_before_others_may_write(void **state)
{
	struct visit visit;
	struct site_failure failure;
	struct site other;

	(void)state;
	assert_int_equal(visit_begin(&visits, true, 0, &visit), SKERRY_OK);
	visit_close(&visit);
	assert_int_equal(site_open_to_write(folder, &other, &failure), SKERRY_ERR_STORE_BUSY);
	assert_true(watch_changed(&watch, 0));
	visit_leave(&visit);
	assert_false(watch_changed(&watch, 0));
	/* From then on it is somebody else's. */
	assert_int_equal(site_open_to_write(folder, &other, &failure), SKERRY_OK);
	site_close(&other);
	assert_true(watch_changed(&watch, 0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(some_files_are_news_and_others_are_not),
		TEST(who_only_reads_brings_no_news),
		TEST(a_visit_signs_before_others_may_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
