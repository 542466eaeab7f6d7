/* SPDX-License-Identifier: ISC */
#include "job_queue.h"

void
job_queue_append(struct job_queue *queue, struct keeper_job *job)
{
	job->next = NULL;
	if (queue->first == NULL)
		queue->first = job;
	else
		queue->last->next = job;
	queue->last = job;
	queue->len++;
}

struct keeper_job *
job_queue_shift(struct job_queue *queue)
{
	struct keeper_job *job = queue->first;

	if (job == NULL)
		return NULL;
	queue->first = job->next;
	queue->len--;
	job->next = NULL;
	return job;
}
