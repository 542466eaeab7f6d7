/* SPDX-License-Identifier: ISC */
/*
 * A handle on a socket: it answers as the folder does, from memory, while time goes on, and outlives a
 * daemon that is silent for as long as the proof does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "fixture_daemon.h"
#include "fixture_fork.h"

STATE_OWN_CLOCKS

/* --- answers --------------------------------------------------------------------------------- */

static void
it_answers_as_the_folder_does(void **state)
{
	struct skerry_config config = state_config();
	char here[SKERRY_MESSAGE_MAX], there[SKERRY_MESSAGE_MAX];
	struct skerry_verdict proven, own;
	struct skerry *other;
	int64_t number = 0;

	(void)state;
	fake_open_paired();
	proven = state_verdict(skerry);
	assert_int_equal(skerry_message(skerry, there, sizeof there), SKERRY_OK);
	other = state_open(&config);
	own = state_verdict(other);
	assert_int_equal(skerry_message(other, here, sizeof here), SKERRY_OK);
	skerry_close(other);
	assert_string_equal(here, there);
	assert_int_equal(proven.state, own.state);
	assert_int_equal(proven.access, own.access);
	assert_int_equal(proven.reason, own.reason);
	assert_int_equal(proven.notice, own.notice);
	assert_int_equal(proven.at, own.at);
	assert_int_equal(proven.next_change_at, own.next_change_at);
	assert_int_equal(proven.renew_by, own.renew_by);
	assert_int_equal(proven.valid_until, own.valid_until);
	assert_int_equal(proven.maintenance_until, own.maintenance_until);
	assert_int_equal(proven.grace_until, own.grace_until);
	assert_int_equal(proven.degraded_until, own.degraded_until);
	assert_int_equal(proven.clock, own.clock);
	assert_int_equal(proven.state_rollback, own.state_rollback);
	assert_int_equal(proven.trouble, SKERRY_OK);
	for (size_t i = 0; i < license_made.grants_len; i++) {
		char name[LICENSE_NAME_MAX + 1];
		const struct license_grant *grant = &license_made.grants[i];

		snprintf(name, sizeof name, "%.*s", (int)grant->name.len, grant->name.chars);
		if (grant->value == LICENSE_ON)
			assert_int_equal(skerry_feature(skerry, name), SKERRY_OK);
		if (grant->value == LICENSE_NUMBER) {
			assert_int_equal(skerry_limit(skerry, name, &number), SKERRY_OK);
			assert_int_equal(number, grant->number);
		}
	}
	assert_int_equal(skerry_feature(skerry, "nothing"), SKERRY_ERR_NO_FEATURE);
}

static void
between_looks_it_answers_from_memory(void **state)
{
	(void)state;
	fake_open_paired();
	assert_int_equal(fake_calls(), 1);
	for (int i = 0; i < SKERRY_LOOK_S; i++) {
		assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
		assert_int_equal(state_time_of(skerry), TODAY + i);
		state_time_goes_by(1);
	}
	assert_int_equal(fake_calls(), 1);
	assert_int_equal(state_time_of(skerry), TODAY + SKERRY_LOOK_S);
	assert_int_equal(fake_calls(), 2);
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(fake_calls(), 3);
}

static void
forecasts_know_until_the_next_change(void **state)
{
	struct skerry_verdict verdict;
	int64_t change;

	(void)state;
	fake_open_paired();
	change = state_verdict(skerry).next_change_at;
	assert_true(change > TODAY + DAY && change != SKERRY_NEVER);
	assert_int_equal(skerry_verdict_at(skerry, change - 1, &verdict), SKERRY_OK);
	assert_int_equal(verdict.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(verdict.at, change - 1);
	assert_int_equal(skerry_verdict_at(skerry, change, &verdict), SKERRY_OK);
	assert_int_equal(verdict.reason, SKERRY_REASON_NO_DAEMON);
	assert_int_equal(verdict.access, SKERRY_ACCESS_NONE);
	assert_int_equal(skerry_verdict_at(skerry, 0, &verdict), SKERRY_OK);
	assert_int_equal(verdict.at, TODAY);
}

/* --- a daemon that is silent ----------------------------------------------------------------- */

static void
a_verdict_outlives_its_daemon_for_a_quarter_of_an_hour(void **state)
{
	char message[SKERRY_MESSAGE_MAX];

	(void)state;
	fake_open_paired();
	fake_stop();
	state_time_goes_by(SKERRY_LOOK_S);
	assert_int_equal(fake_trouble(), SKERRY_ERR_NO_DAEMON);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	state_time_goes_by(SKERRY_PROOF_S - SKERRY_LOOK_S - 1);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	state_time_goes_by(1);
	assert_int_equal(state_of(skerry), SKERRY_STATE_LOCKED);
	assert_int_equal(fake_reason(), SKERRY_REASON_NO_DAEMON);
	assert_int_equal(skerry_feature_read(skerry, "anything"), SKERRY_ERR_NO_ACCESS);
	assert_int_equal(skerry_message(skerry, message, sizeof message), SKERRY_OK);
	assert_non_null(strstr(message, "skerryd, does not answer"));
	assert_non_null(strstr(message, "systemctl start skerryd"));
	/* It is back: not at once, but soon. */
	fake_start();
	state_time_goes_by(SKERRY_RETRY_S);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	assert_int_equal(fake_trouble(), SKERRY_OK);
}

static void
the_wall_clock_does_not_prolong_it(void **state)
{
	(void)state;
	fake_open_paired();
	fake_stop();
	state_wall_jumps(-DAY);
	state_time_goes_by(SKERRY_PROOF_S);
	assert_int_equal(fake_reason(), SKERRY_REASON_NO_DAEMON);
}

static void
nothing_outlives_the_next_change(void **state)
{
	int64_t change;

	(void)state;
	fake_open_paired();
	change = state_verdict(skerry).next_change_at;
	state_time_goes_by(change - TODAY - 30);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	assert_int_equal(fake_trouble(), SKERRY_OK);
	/* With a daemon, the change is seen in the very second. */
	state_time_goes_by(29);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	state_time_goes_by(1);
	assert_int_equal(state_of(skerry), SKERRY_STATE_GRACE);
	change = state_verdict(skerry).next_change_at;
	state_time_goes_by(change - state_time_of(skerry) - 30);
	assert_true(state_verdict(skerry).next_change_at == change);
	/* Without one, the old answer ends there all the same. */
	fake_stop();
	state_time_goes_by(29);
	assert_int_equal(state_verdict(skerry).access, SKERRY_ACCESS_FULL);
	state_time_goes_by(1);
	assert_int_equal(fake_reason(), SKERRY_REASON_NO_DAEMON);
}

static void
silence_and_nonsense_are_told_apart(void **state)
{
	(void)state;
	fake_open_paired();
	fake.manner = FAKE_TALKS_NONSENSE;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_IO);
	assert_int_equal(fake_trouble(), SKERRY_ERR_IO);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	fake_refuse(503, "store_busy");
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_STORE_BUSY);
	fake_refuse(503, "a code of next year");
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_IO);
	fake.status = 200;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_IO);
	fake.manner = FAKE_ANSWERS;
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(fake_trouble(), SKERRY_OK);
}

static void
a_silent_one_is_not_waited_for_by_each_question(void **state)
{
	unsigned calls;

	(void)state;
	fake_open_paired();
	fake.manner = FAKE_IS_SILENT;
	state_time_goes_by(SKERRY_LOOK_S);
	calls = fake_calls();
	for (int i = 0; i < 1000; i++)
		assert_int_equal(fake_trouble(), SKERRY_ERR_NO_DAEMON);
	assert_int_equal(fake_calls(), calls + 1);
}

/* --- threads --------------------------------------------------------------------------------- */

enum { THREADS = 4, LOOKS = 25 };

static atomic_bool ended;

static void *
ask_on(void *context)
{
	unsigned long *others = context;

	while (!atomic_load(&ended)) {
		char message[SKERRY_MESSAGE_MAX];
		struct skerry_verdict verdict;

		if (skerry_verdict(skerry, &verdict) != SKERRY_OK ||
			verdict.state != SKERRY_STATE_ACTIVE || verdict.at != TODAY ||
			skerry_feature(skerry, "channel_manager") != SKERRY_OK ||
			skerry_message(skerry, message, sizeof message) != SKERRY_OK)
			++*others;
	}
	return NULL;
}

static void
threads_ask_while_others_look(void **state)
{
	unsigned long others[THREADS] = { 0 };
	pthread_t threads[THREADS];

	(void)state;
	fake_open_paired();
	atomic_store(&ended, false);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_on, &others[i]), 0);
	for (int i = 0; i < LOOKS; i++) {
		fake.manner = i % 3 == 2 ? FAKE_TALKS_NONSENSE : FAKE_ANSWERS;
		assert_int_equal(
			skerry_refresh(skerry, NULL), i % 3 == 2 ? SKERRY_ERR_IO : SKERRY_OK);
	}
	atomic_store(&ended, true);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(others[i], 0);
	}
}

/* --- forks ----------------------------------------------------------------------------------- */

static void
both_processes_of_a_fork_go_on(void **state)
{
	(void)state;
	fake_open_paired();
	fork_while_another_looks(skerry);
}

/* --- opening --------------------------------------------------------------------------------- */

static void
nobody_there_does_not_open(void **state)
{
	(void)state;
	fake_pair(&fake_license);
	fake_stop();
	assert_int_equal(fake_open_error(), SKERRY_ERR_NO_DAEMON);
}

static void
a_site_without_a_license_opens_and_grants_nothing(void **state)
{
	struct skerry_config config = fake_config();

	(void)state;
	skerry = state_open(&config);
	assert_int_equal(state_of(skerry), SKERRY_STATE_UNLICENSED);
	assert_int_equal(fake_reason(), SKERRY_REASON_NO_LICENSE);
	fake_pair(&fake_license);
	state_time_goes_by(SKERRY_LOOK_S);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	/* Nobody takes it away by saying so. */
	fake_refuse(409, "no_license");
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_ERR_NO_LICENSE);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	state_time_goes_by(SKERRY_PROOF_S);
	assert_int_equal(state_of(skerry), SKERRY_STATE_UNLICENSED);
}

static void
a_license_of_no_site_proves_nothing(void **state)
{
	(void)state;
	site_make_license(&fake_license, 1);
	assert_int_equal(site_take_at(&fake_license, TODAY), TAKE_TAKEN);
	assert_int_equal(fake_open_error(), SKERRY_ERR_NOT_PAIRED);
}

static void
configs_are_checked(void **state)
{
	struct skerry_config config = fake_config();
	char far[200];

	(void)state;
	fake_pair(&fake_license);
	config.state = folder;
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	config.state = NULL;
	config.socket = "";
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	memset(far, 'x', sizeof far);
	far[0] = '/';
	far[sizeof far - 1] = '\0';
	config.socket = far;
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	config.socket = fake_socket;
	config.config_size++;
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	config.config_size = 0;
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	/* Who was compiled before there were sockets has no such member, whatever lies there. */
	config.config_size = offsetof(struct skerry_config, socket);
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	state_close_site();
	config.state = folder;
	config.socket = (const char *)1;
	skerry = state_open(&config);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	assert_int_equal(fake_calls(), 0);
}

static void
what_is_asked_is_told(void **state)
{
	struct skerry_config config = fake_config();

	(void)state;
	fake_pair(&fake_license);
	config.domain = "grand.example";
	config.build_date = TODAY;
	config.language = "id_ID.UTF-8";
	config.install_path = "/opt/h m s";
	config.custom[0] = "box-7";
	config.custom_len = 1;
	skerry = state_open(&config);
	assert_string_equal(fake.target,
		"/v1/proof?build_date=2027-01-01T00%3A00%3A00Z&install_path=%2Fopt%2Fh%20m%20s"
		"&custom=box-7");
	assert_non_null(strstr(fake.request, "\r\nAccept: application/cbor\r\n"));
	assert_non_null(strstr(fake.request, "\r\nAccept-Language: id_ID.UTF-8\r\n"));
	assert_non_null(strstr(fake.request, "\"product\":\"hotelhub/hms\""));
	assert_non_null(strstr(fake.request, "\"domain\":\"grand.example\""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_set_up, fake_tear_down)
		TEST(it_answers_as_the_folder_does),
		TEST(between_looks_it_answers_from_memory),
		TEST(forecasts_know_until_the_next_change),
		TEST(a_verdict_outlives_its_daemon_for_a_quarter_of_an_hour),
		TEST(the_wall_clock_does_not_prolong_it),
		TEST(nothing_outlives_the_next_change),
		TEST(silence_and_nonsense_are_told_apart),
		TEST(a_silent_one_is_not_waited_for_by_each_question),
		TEST(threads_ask_while_others_look),
		TEST(both_processes_of_a_fork_go_on),
		TEST(nobody_there_does_not_open),
		TEST(a_site_without_a_license_opens_and_grants_nothing),
		TEST(a_license_of_no_site_proves_nothing),
		TEST(configs_are_checked),
		TEST(what_is_asked_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
