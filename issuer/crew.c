/* SPDX-License-Identifier: ISC */
/*
 * A ring of pieces. `added`, `claimed` and `delivered` count up for good; a piece's place is its
 * count modulo the ring's size:
 *
 *	delivered .. claimed   with a thread, or done
 *	claimed .. added       waiting for one
 *
 * A full ring waits until half of it is done rather than for one piece, so that the threads wake each
 * other rarely.
 */
#include "crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

/* Apart from its memory, which is aligned for anything. */
struct piece {
	enum skerry_err err;
	bool done;
};

struct crew {
	crew_work *work;
	crew_deliver *deliver;
	void *context;
	enum skerry_err failed;

	pthread_mutex_t lock; /* of everything below but the pieces' memory */
	pthread_cond_t handed, half_done;
	bool closing, caller_waits;
	size_t idle;
	uint64_t added, claimed, delivered, done_count;
	uint64_t awaited; /* done_count that the caller waits for */

	pthread_t threads[CREW_THREADS_MAX];
	size_t threads_len;
	size_t pieces_len, piece_len;
	struct piece *pieces;
	unsigned char *memory;
};

static struct piece *
piece_of(struct crew *crew, uint64_t count)
{
	return &crew->pieces[count % crew->pieces_len];
}

static void *
memory_of(struct crew *crew, uint64_t count)
{
	return crew->memory + (size_t)(count % crew->pieces_len) * crew->piece_len;
}

static void *
do_pieces(void *argument)
{
	struct crew *crew = argument;

	pthread_mutex_lock(&crew->lock);
	for (;;) {
		struct piece *piece;
		enum skerry_err err;
		void *memory;

		while (crew->claimed == crew->added && !crew->closing) {
			crew->idle++;
			pthread_cond_wait(&crew->handed, &crew->lock);
			crew->idle--;
		}
		if (crew->closing)
			break;
		memory = memory_of(crew, crew->claimed);
		piece = piece_of(crew, crew->claimed++);
		pthread_mutex_unlock(&crew->lock);
		err = crew->work(crew->context, memory);
		pthread_mutex_lock(&crew->lock);
		piece->err = err;
		piece->done = true;
		crew->done_count++;
		if (crew->caller_waits && crew->done_count >= crew->awaited)
			pthread_cond_signal(&crew->half_done);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

/* Signals are the caller's to answer: threads are born with all of them blocked. */
static void
start_threads(struct crew *crew, size_t wanted)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (crew->threads_len < wanted &&
		pthread_create(&crew->threads[crew->threads_len], NULL, do_pieces, crew) == 0)
		crew->threads_len++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

enum skerry_err
crew_open(size_t piece_len, crew_work *work, crew_deliver *deliver, void *context,
	struct crew **ret_crew)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t wanted = processors < 1 ? 1 : (size_t)processors;
	struct crew *crew = calloc(1, sizeof *crew);

	if (crew == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (wanted > CREW_THREADS_MAX)
		wanted = CREW_THREADS_MAX;
	crew->work = work;
	crew->deliver = deliver;
	crew->context = context;
	crew->pieces_len = wanted * CREW_AHEAD;
	crew->piece_len =
		(piece_len + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	crew->pieces = calloc(crew->pieces_len, sizeof *crew->pieces);
	crew->memory = calloc(crew->pieces_len, crew->piece_len);
	if (crew->pieces == NULL || crew->memory == NULL) {
		free(crew->pieces);
		free(crew->memory);
		free(crew);
		return SKERRY_ERR_NO_MEMORY;
	}
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->handed, NULL);
	pthread_cond_init(&crew->half_done, NULL);
	start_threads(crew, wanted);
	*ret_crew = crew;
	return SKERRY_OK;
}

/* The oldest piece, if it is done: delivered. */
static bool
deliver_one(struct crew *crew)
{
	struct piece *piece = piece_of(crew, crew->delivered);
	bool ready;

	pthread_mutex_lock(&crew->lock);
	ready = crew->delivered < crew->added && piece->done;
	pthread_mutex_unlock(&crew->lock);
	if (!ready || crew->failed != SKERRY_OK)
		return false;
	crew->failed = piece->err;
	if (crew->failed == SKERRY_OK)
		crew->failed = crew->deliver(crew->context, memory_of(crew, crew->delivered));
	piece->done = false;
	crew->delivered++;
	return crew->failed == SKERRY_OK;
}

/* Waits until `more` of the pieces that are not delivered are done, then delivers in order. */
static void
deliver_done(struct crew *crew, uint64_t more)
{
	pthread_mutex_lock(&crew->lock);
	crew->awaited = crew->delivered + more;
	crew->caller_waits = true;
	while (crew->done_count < crew->awaited || !piece_of(crew, crew->delivered)->done)
		pthread_cond_wait(&crew->half_done, &crew->lock);
	crew->caller_waits = false;
	pthread_mutex_unlock(&crew->lock);
	while (deliver_one(crew))
		;
}

void *
crew_next(struct crew *crew)
{
	if (crew->failed == SKERRY_OK && crew->added - crew->delivered == crew->pieces_len)
		deliver_done(crew, crew->pieces_len / 2);
	return crew->failed == SKERRY_OK ? memory_of(crew, crew->added) : NULL;
}

void
crew_hand(struct crew *crew)
{
	struct piece *piece = piece_of(crew, crew->added);
	bool alone = crew->threads_len == 0;

	piece->done = false;
	if (alone) {
		piece->err = crew->work(crew->context, memory_of(crew, crew->added));
		piece->done = true;
	}
	pthread_mutex_lock(&crew->lock);
	crew->added++;
	if (alone) {
		crew->claimed++;
		crew->done_count++;
	} else if (crew->idle > 0) {
		pthread_cond_signal(&crew->handed);
	}
	pthread_mutex_unlock(&crew->lock);
}

enum skerry_err
crew_drain(struct crew *crew)
{
	while (crew->failed == SKERRY_OK && crew->delivered < crew->added)
		deliver_done(crew, crew->added - crew->delivered);
	return crew->failed;
}

enum skerry_err
crew_failed(const struct crew *crew)
{
	return crew->failed;
}

void
crew_close(struct crew *crew, void (*clear)(void *piece))
{
	if (crew == NULL)
		return;
	pthread_mutex_lock(&crew->lock);
	crew->closing = true;
	pthread_cond_broadcast(&crew->handed);
	pthread_mutex_unlock(&crew->lock);
	for (size_t i = 0; i < crew->threads_len; i++)
		pthread_join(crew->threads[i], NULL);
	pthread_cond_destroy(&crew->half_done);
	pthread_cond_destroy(&crew->handed);
	pthread_mutex_destroy(&crew->lock);
	for (size_t i = 0; i < crew->pieces_len && clear != NULL; i++)
		clear(memory_of(crew, i));
	free(crew->memory);
	free(crew->pieces);
	free(crew);
}
