/* SPDX-License-Identifier: ISC */
/*
 * The keeper's thread: jobs come back done, in their order; one that wrote comes back after a look; a folder
 * that cannot be opened is an answer; the end gives back what waits.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_state.h"
#include "verifier/daemon/keeper.h"

static struct keeper *keeper;
static _Atomic unsigned looks, troubles;
static _Atomic bool look_waits; /* until it is false */
static struct log quiet = { .fd = -1 };

struct job {
	struct keeper_job job;
	enum skerry_err err;
	bool had_site, writes, says_wrote;
	_Atomic bool began;
	unsigned looks;      /* when it ran */
	_Atomic bool *waits; /* until it is true; NULL */
	const char *puts;    /* somebody else puts a file of that name there meanwhile; NULL */
};

static void
pause_for(int ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000L }, NULL);
}

static int64_t
look(void *context, struct site *opened, int64_t mono, enum skerry_err trouble)
{
	(void)context;
	(void)mono;
	(void)trouble;
	looks++;
	troubles += opened == NULL;
	while (look_waits)
		pause_for(1);
	return LICENSE_NEVER;
}

static void
put_document(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/licenses/%s", folder, name);
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static bool
run(struct keeper_job *keeper_job, struct site *opened, enum skerry_err err,
	const struct site_failure *failure)
{
	struct job *job = (struct job *)keeper_job;

	assert_non_null(failure);
	job->err = err;
	job->had_site = opened != NULL;
	job->writes = opened != NULL && opened->memory->writes;
	job->looks = looks;
	job->began = true;
	while (job->waits != NULL && !*job->waits)
		pause_for(1);
	if (job->puts != NULL)
		put_document(job->puts);
	return job->says_wrote;
}

static void
start(void)
{
	const struct keeper_config config = { .state = folder, .look = look, .log = &quiet };

	looks = troubles = 0;
	look_waits = false;
	assert_int_equal(keeper_start(&config, &keeper), SKERRY_OK);
}

static int
set_up(void **state)
{
	assert_int_equal(state_set_up(state), 0);
	state_close_site();
	start();
	return 0;
}

static int
tear_down(void **state)
{
	if (keeper != NULL) {
		assert_true(keeper_stop(keeper, 10000));
		while (keeper_take(keeper) != NULL)
			;
		keeper_free(keeper);
	}
	keeper = NULL;
	return state_tear_down(state);
}

static void
post(struct job *job, enum keeper_need need)
{
	job->job.need = need;
	job->job.run = run;
	assert_true(keeper_post(keeper, &job->job));
}

static struct job *
take(void)
{
	struct pollfd fd = { .fd = keeper_fd(keeper), .events = POLLIN };

	assert_int_equal(poll(&fd, 1, 20000), 1);
	return (struct job *)keeper_take(keeper);
}

static void
jobs_come_back_done_in_their_order(void **state)
{
	struct job jobs[20] = { { .says_wrote = false } };

	(void)state;
	for (int i = 0; i < 20; i++)
		post(&jobs[i], i % 3 == 0 ? KEEPER_WRITE : KEEPER_ASK);
	for (int i = 0; i < 20; i++) {
		assert_ptr_equal(take(), &jobs[i]);
		assert_true(jobs[i].had_site && jobs[i].writes);
		assert_int_equal(jobs[i].err, SKERRY_OK);
	}
	assert_null(keeper_take(keeper));
}

static void
what_wrote_comes_back_after_a_look(void **state)
{
	struct job writes = { .says_wrote = true }, asks = { .says_wrote = false };
	unsigned before;

	(void)state;
	post(&asks, KEEPER_ASK);
	assert_ptr_equal(take(), &asks);
	post(&writes, KEEPER_WRITE);
	assert_ptr_equal(take(), &writes);
	assert_true(looks > writes.looks);
	before = looks;
	post(&asks, KEEPER_ASK);
	assert_ptr_equal(take(), &asks);
	assert_int_equal(looks, before);
}

/* Somebody else writes just now: who only asks reads. */
static void
lock_of_another_keeps_nobody_from_asking(void **state)
{
	struct job asks = { .says_wrote = false };

	(void)state;
	post(&asks, KEEPER_ASK);
	take();
	state_hold_lock();
	post(&asks, KEEPER_ASK);
	assert_ptr_equal(take(), &asks);
	assert_true(asks.had_site);
	assert_false(asks.writes);
	state_close_site();
	post(&asks, KEEPER_WRITE);
	take();
	assert_true(asks.writes);
}

static void
folder_that_is_gone_is_an_answer(void **state)
{
	struct job asks = { .says_wrote = false };

	(void)state;
	post(&asks, KEEPER_ASK);
	take();
	state_hide_folder();
	post(&asks, KEEPER_WRITE);
	take();
	assert_false(asks.had_site);
	assert_int_equal(asks.err, SKERRY_ERR_STORE_MISSING);
	keeper_wake(keeper);
	while (troubles == 0)
		pause_for(1);
	state_show_folder();
	post(&asks, KEEPER_WRITE);
	take();
	assert_true(asks.had_site);
}

/* Nobody asks, and a minute's look is far off. */
static void
folder_that_goes_and_comes_back_is_seen_soon(void **state)
{
	struct job asks = { .says_wrote = false };
	unsigned seen;

	(void)state;
	post(&asks, KEEPER_ASK);
	take();
	state_hide_folder();
	for (int i = 0; i < 10000 && troubles == 0; i++)
		pause_for(1);
	assert_true(troubles > 0);
	state_show_folder();
	seen = looks - troubles;
	for (int i = 0; i < 10000 && looks - troubles == seen; i++)
		pause_for(1);
	assert_true(looks - troubles > seen);
}

static void
too_many_jobs_are_not_taken(void **state)
{
	static struct job jobs[KEEPER_QUEUE_MAX + 1];
	static _Atomic bool go;
	static struct job first = { .waits = &go };

	(void)state;
	memset(jobs, 0, sizeof jobs);
	post(&first, KEEPER_ASK);
	while (!first.began)
		pause_for(1);
	assert_true(keeper_busy_since(keeper) != 0);
	for (size_t i = 0; i < KEEPER_QUEUE_MAX - 1; i++)
		post(&jobs[i], KEEPER_ASK);
	for (size_t i = KEEPER_QUEUE_MAX - 1; i <= KEEPER_QUEUE_MAX; i++) {
		jobs[i].job = (struct keeper_job){ .need = KEEPER_ASK, .run = run };
		if (!keeper_post(keeper, &jobs[i].job))
			break;
		assert_true(i < KEEPER_QUEUE_MAX);
	}
	go = true;
}

static void
end_gives_back_what_waits(void **state)
{
	_Atomic bool go = false;
	struct job first = { .waits = &go }, waits = { .says_wrote = false };

	(void)state;
	post(&first, KEEPER_ASK);
	post(&waits, KEEPER_WRITE);
	/* It hangs: nothing of it may be freed. */
	assert_false(keeper_stop(keeper, 20));
	assert_false(keeper_post(keeper, &waits.job));
	go = true;
	assert_true(keeper_stop(keeper, 20000));
	assert_ptr_equal(take(), &first);
	assert_ptr_equal(take(), &waits);
	assert_null(keeper_take(keeper));
}

/* Whatever has come together: one that hangs holds up those behind it, and nobody else. */
static void
each_job_comes_back_as_soon_as_it_is_done(void **state)
{
	static _Atomic bool go[2];
	static struct job first = { .waits = &go[0] }, hangs = { .waits = &go[1] };
	static struct job asks, writes = { .says_wrote = true }, behind;

	(void)state;
	post(&first, KEEPER_ASK);
	while (!first.began)
		pause_for(1);
	post(&asks, KEEPER_ASK);
	post(&writes, KEEPER_WRITE);
	post(&hangs, KEEPER_ASK);
	post(&behind, KEEPER_ASK);
	go[0] = true;
	assert_ptr_equal(take(), &first);
	assert_ptr_equal(take(), &asks);
	assert_ptr_equal(take(), &writes);
	assert_true(looks > writes.looks);
	assert_null(keeper_take(keeper));
	go[1] = true;
	assert_ptr_equal(take(), &hangs);
	assert_ptr_equal(take(), &behind);
}

/* A writer that was killed two days ago has left a file, and one of just now is at work. */
static void
old_leftovers_are_swept(void **state)
{
	const struct timespec then[2] = { { .tv_sec = time(NULL) - 2 * 86400 },
		{ .tv_sec = time(NULL) - 2 * 86400 } };
	char old[96], young[96];
	struct job asks = { .says_wrote = false };

	(void)state;
	snprintf(old, sizeof old, "%s/.skerry-old", folder);
	snprintf(young, sizeof young, "%s/.skerry-young", folder);
	close(open(old, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	close(open(young, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	assert_int_equal(utimensat(AT_FDCWD, old, then, 0), 0);
	assert_true(keeper_stop(keeper, 20000));
	keeper_free(keeper);
	start();
	post(&asks, KEEPER_ASK);
	assert_ptr_equal(take(), &asks);
	assert_true(keeper_stop(keeper, 20000));
	assert_int_not_equal(access(old, F_OK), 0);
	assert_int_equal(access(young, F_OK), 0);
}

static void
until_it_has_looked(unsigned times)
{
	for (int i = 0; looks < times; i++) {
		assert_true(i < 4000);
		pause_for(5);
	}
}

/* Else what is known would be told for a minute, however often somebody asks something else. */
static void
document_that_comes_while_somebody_asks_is_seen(void **state)
{
	struct job asks = { .puts = "a.license" };
	unsigned before;

	(void)state;
	until_it_has_looked(1);
	before = looks;
	post(&asks, KEEPER_ASK);
	assert_ptr_equal(take(), &asks);
	until_it_has_looked(before + 1);
}

static void
touch_memory(void)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, MEMORY_FILE);
	close(open(path, O_WRONLY | O_CLOEXEC));
}

/* Somebody writes while the keeper looks, which therefore only reads, and then does a job of its own. */
static void
change_between_two_visits_is_seen(void **state)
{
	struct job writes = { .says_wrote = false };

	(void)state;
	post(&writes, KEEPER_ASK);
	assert_ptr_equal(take(), &writes);
	state_hold_lock();
	look_waits = true;
	keeper_wake(keeper);
	until_it_has_looked(2);
	post(&writes, KEEPER_WRITE);
	touch_memory();
	state_close_site();
	look_waits = false;
	assert_ptr_equal(take(), &writes);
	assert_int_equal(writes.looks, 2);
	until_it_has_looked(3);
}

/* The last of many is seen as soon as the first. */
static void
many_documents_one_by_one_are_seen_soon(void **state)
{
	char name[32];
	unsigned before;

	(void)state;
	until_it_has_looked(1);
	before = looks;
	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof name, "%d.license", i);
		put_document(name);
		pause_for(3);
	}
	until_it_has_looked(before + 1);
	put_document("last.license");
	before = looks;
	until_it_has_looked(before + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(jobs_come_back_done_in_their_order),
		TEST(what_wrote_comes_back_after_a_look),
		TEST(lock_of_another_keeps_nobody_from_asking),
		TEST(folder_that_is_gone_is_an_answer),
		TEST(folder_that_goes_and_comes_back_is_seen_soon),
		TEST(too_many_jobs_are_not_taken),
		TEST(end_gives_back_what_waits),
		TEST(each_job_comes_back_as_soon_as_it_is_done),
		TEST(old_leftovers_are_swept),
		TEST(document_that_comes_while_somebody_asks_is_seen),
		TEST(change_between_two_visits_is_seen),
		TEST(many_documents_one_by_one_are_seen_soon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
