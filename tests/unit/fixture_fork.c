/* SPDX-License-Identifier: ISC */
#include "fixture_fork.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { FORKS = 12 };

static sem_t begins, goes_on;

static void *
look_on(void *handle)
{
	for (int i = 0; i < FORKS; i++) {
		sem_post(&begins);
		skerry_refresh(handle, NULL);
		sem_wait(&goes_on);
	}
	return NULL;
}

static _Noreturn void
be_a_child(struct skerry *skerry)
{
	bool well;

	/* Where the test fails nobody ends it. */
	alarm(60);
	well = skerry_refresh(skerry, NULL) == SKERRY_OK &&
	       skerry_feature(skerry, "channel_manager") == SKERRY_OK;
	skerry_close(skerry);
	_exit(well ? 0 : 1);
}

static void
fork_one(struct skerry *skerry)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		be_a_child(skerry);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(skerry_feature(skerry, "channel_manager"), SKERRY_OK);
}

void
fork_while_another_looks(struct skerry *skerry)
{
	pthread_t thread;

	assert_int_equal(sem_init(&begins, 0, 0), 0);
	assert_int_equal(sem_init(&goes_on, 0, 0), 0);
	assert_int_equal(pthread_create(&thread, NULL, look_on, skerry), 0);
	for (int i = 0; i < FORKS; i++) {
		sem_wait(&begins);
		fork_one(skerry);
		sem_post(&goes_on);
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
}
