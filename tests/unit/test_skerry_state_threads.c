/* SPDX-License-Identifier: ISC */
/*
 * Many threads ask one handle while its folder changes under it: each gets an answer that held, and
 * asking allocates nothing.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_fork.h"
#include "fixture_state.h"

STATE_OWN_CLOCKS

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef COUNTS_ALLOCATIONS
#define COUNTS_ALLOCATIONS 1
#endif

static _Atomic unsigned allocations;

#if COUNTS_ALLOCATIONS
void *__libc_malloc(size_t size);

void *
malloc(size_t size)
{
	allocations++;
	return __libc_malloc(size);
}
#endif

static struct signed_document licenses[2];

static void
take(int edition)
{
	state_open_site();
	site_make_license(&licenses[edition - 1], (uint64_t)edition);
	assert_int_equal(site_take_at(&licenses[edition - 1], TODAY), TAKE_TAKEN);
	state_close_site();
}

static void
asking_allocates_nothing(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;
	struct skerry_verdict verdict;
	char text[SKERRY_MESSAGE_MAX];
	int64_t number;
	unsigned before;

	(void)state;
	take(1);
	skerry = state_open_at(&config, TODAY);
	before = allocations;
	for (int i = 0; i < 100; i++) {
		skerry_verdict(skerry, &verdict);
		skerry_verdict_at(skerry, TODAY + i * DAY, &verdict);
		skerry_feature(skerry, "channel_manager");
		skerry_feature_read(skerry, "nothing");
		skerry_limit(skerry, "max_rooms", &number);
		skerry_text(skerry, "tier", text, sizeof text);
		skerry_message(skerry, text, sizeof text);
	}
	assert_int_equal(allocations, before);
	/* And a look does: the counter counts. */
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_true(allocations > before || !COUNTS_ALLOCATIONS);
	skerry_close(skerry);
}

/* --- many at once ---------------------------------------------------------------------------- */

enum { THREADS = 6, LOOKS = 60 };

static atomic_bool enough;
static _Atomic unsigned wrong;

static void *
ask_often(void *handle)
{
	struct skerry *skerry = handle;
	int64_t before = 0;

	while (!atomic_load(&enough)) {
		struct skerry_verdict verdict;
		char text[SKERRY_MESSAGE_MAX];

		wrong += skerry_feature(skerry, "channel_manager") != SKERRY_OK;
		wrong += skerry_verdict(skerry, &verdict) != SKERRY_OK;
		wrong += verdict.state != SKERRY_STATE_ACTIVE || verdict.at < before;
		wrong += skerry_message(skerry, text, sizeof text) != SKERRY_OK;
		wrong += memcmp(text, "The license ", 12) != 0;
		before = verdict.at;
	}
	return NULL;
}

static void
answers_hold_while_the_folder_is_looked_at_and_changed(void **state)
{
	struct skerry_config config = state_config();
	pthread_t threads[THREADS];
	struct skerry *skerry;

	(void)state;
	take(1);
	skerry = state_open_at(&config, TODAY);
	atomic_store(&enough, false);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_often, skerry), 0);
	for (int i = 0; i < LOOKS; i++) {
		if (i == LOOKS / 2)
			take(2);
		assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	}
	atomic_store(&enough, true);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(wrong, 0);
	skerry_close(skerry);
}

static void *
ask_once(void *handle)
{
	wrong += skerry_feature(handle, "channel_manager") != SKERRY_OK;
	return NULL;
}

/* All of them find that a look is due. */
static void
one_of_many_takes_the_look(void **state)
{
	struct skerry_config config = state_config();
	pthread_t threads[THREADS];
	struct skerry *skerry;

	(void)state;
	take(1);
	skerry = state_open_at(&config, TODAY);
	for (int round = 0; round < 20; round++) {
		state_time_goes_by(SKERRY_LOOK_S);
		for (size_t i = 0; i < THREADS; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, ask_once, skerry), 0);
		for (size_t i = 0; i < THREADS; i++)
			assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(wrong, 0);
		assert_true(state_time_of(skerry) == TODAY + (round + 1) * SKERRY_LOOK_S);
	}
	assert_int_equal(state_verdict(skerry).trouble, SKERRY_OK);
	skerry_close(skerry);
}

/* --- forks ----------------------------------------------------------------------------------- */

static void
both_processes_of_a_fork_go_on(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;

	(void)state;
	take(1);
	skerry = state_open_at(&config, TODAY);
	fork_while_another_looks(skerry);
	skerry_close(skerry);
}

int
main(void)
{
#define ON_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, state_set_up, state_tear_down)
	const struct CMUnitTest tests[] = {
		ON_A_FOLDER(asking_allocates_nothing),
		ON_A_FOLDER(answers_hold_while_the_folder_is_looked_at_and_changed),
		ON_A_FOLDER(one_of_many_takes_the_look),
		ON_A_FOLDER(both_processes_of_a_fork_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
