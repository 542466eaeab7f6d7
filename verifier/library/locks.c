/* SPDX-License-Identifier: ISC */
#include "locks.h"

#include <stdbool.h>
#include <stddef.h>

/* Those of all handles; a thread has those of one handle at a time, so that a fork may take all of them. */
static pthread_mutex_t listing = PTHREAD_MUTEX_INITIALIZER;
static struct locks *first;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool forks_wait;

static bool
start_asked(pthread_rwlock_t *asked)
{
	pthread_rwlockattr_t attributes;
	bool started;

	if (pthread_rwlockattr_init(&attributes) != 0)
		return false;
	/* Those who ask without a pause must not keep a new answer out. */
	pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	started = pthread_rwlock_init(asked, &attributes) == 0;
	pthread_rwlockattr_destroy(&attributes);
	return started;
}

static void
before_fork(void)
{
	pthread_mutex_lock(&listing);
	for (struct locks *locks = first; locks != NULL; locks = locks->next) {
		pthread_mutex_lock(&locks->looking);
		pthread_rwlock_wrlock(&locks->asked);
	}
}

static void
after_fork_in_parent(void)
{
	for (struct locks *locks = first; locks != NULL; locks = locks->next) {
		pthread_rwlock_unlock(&locks->asked);
		pthread_mutex_unlock(&locks->looking);
	}
	pthread_mutex_unlock(&listing);
}

/* Its only thread has another number than the one that took them, which cannot let go of a rwlock. */
static void
after_fork_in_child(void)
{
	for (struct locks *locks = first; locks != NULL; locks = locks->next) {
		start_asked(&locks->asked);
		pthread_mutex_init(&locks->looking, NULL);
	}
	pthread_mutex_init(&listing, NULL);
}

static void
let_forks_wait(void)
{
	forks_wait = pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) == 0;
}

enum skerry_err
locks_start(struct locks *locks)
{
	if (pthread_once(&once, let_forks_wait) != 0 || !forks_wait || !start_asked(&locks->asked))
		return SKERRY_ERR_NO_MEMORY;
	if (pthread_mutex_init(&locks->looking, NULL) != 0) {
		pthread_rwlock_destroy(&locks->asked);
		return SKERRY_ERR_NO_MEMORY;
	}
	pthread_mutex_lock(&listing);
	locks->before = NULL;
	locks->next = first;
	if (first != NULL)
		first->before = locks;
	first = locks;
	pthread_mutex_unlock(&listing);
	return SKERRY_OK;
}

void
locks_end(struct locks *locks)
{
	pthread_mutex_lock(&listing);
	if (locks->before != NULL)
		locks->before->next = locks->next;
	else
		first = locks->next;
	if (locks->next != NULL)
		locks->next->before = locks->before;
	pthread_mutex_unlock(&listing);
	pthread_rwlock_destroy(&locks->asked);
	pthread_mutex_destroy(&locks->looking);
}
