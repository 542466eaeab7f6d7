/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CREW_H
#define ISSUER_CREW_H

/*
 * Many like pieces of work on all processors, in order: one thread prepares a piece, any thread does it,
 * the first thread again takes it over, in the order in which pieces were prepared.
 *
 *	crew_open
 *	crew_next       the next piece's memory, to prepare; crew_hand   it is prepared
 *	crew_drain      waits for the last ones
 *	crew_close
 *
 * The caller's thread alone touches desk and database; the others only compute. At most CREW_AHEAD
 * pieces for each thread are on their way at a time, so memory does not grow with their number. Where no
 * thread can be had, the caller's does them.
 */

#include <stddef.h>

#include "formats/skerry_error.h"

enum { CREW_THREADS_MAX = 32, CREW_AHEAD = 16 };

struct crew;

/* Does a piece: touches nothing but the piece, and what of `context` nobody changes meanwhile. */
typedef enum skerry_err crew_work(void *context, void *piece);
/* Takes over a piece that is done. An error of either ends the crew. */
typedef enum skerry_err crew_deliver(void *context, void *piece);

/* Pieces of that many bytes, zero at first and as they were left later. NO_MEMORY. */
enum skerry_err crew_open(size_t piece_len, crew_work *work, crew_deliver *deliver, void *context,
	struct crew **ret_crew);

/* The same piece until crew_hand. Delivers what is done where there is no room. NULL: see crew_drain. */
void *crew_next(struct crew *crew);
void crew_hand(struct crew *crew);

/* Until everything that was handed over is delivered. The first error, for good. */
enum skerry_err crew_drain(struct crew *crew);
/* The error that ended it. */
enum skerry_err crew_failed(const struct crew *crew);

/*
 * Stops the threads; what was not delivered is given up. `clear` (or NULL) is called for every piece's
 * memory. Harmless on NULL.
 */
void crew_close(struct crew *crew, void (*clear)(void *piece));

#endif
