/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_LOCKS_H
#define VERIFIER_LIBRARY_LOCKS_H

/*
 * What guards a handle. A look takes `looking` for as long as it lasts, and `asked` only to put in place what it
 * found. A fork waits until no look is under way and none is being put in place, so that both processes go on with
 * the handle: neither lacks a thread that would let go of a lock, finish a change or close a database.
 */

#include <pthread.h>

#include "formats/skerry_error.h"

struct locks {
	pthread_mutex_t looking; /* one look at a time */
	pthread_rwlock_t asked;  /* who asks reads, who has looked writes */
	struct locks *next, *before;
};

/* Stays at its place until locks_end. NO_MEMORY. */
enum skerry_err locks_start(struct locks *locks);
void locks_end(struct locks *locks);

#endif
