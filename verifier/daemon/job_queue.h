/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_JOB_QUEUE_H
#define VERIFIER_DAEMON_JOB_QUEUE_H

/* Jobs in the order in which they came, linked by themselves: nothing is allocated. */

#include "keeper.h"

struct job_queue {
	struct keeper_job *first, *last;
	size_t len;
};

void job_queue_append(struct job_queue *queue, struct keeper_job *job);
/* The first, taken out; NULL: there is none. */
struct keeper_job *job_queue_shift(struct job_queue *queue);

#endif
