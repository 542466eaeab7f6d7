/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_SEATS_H
#define TESTS_FIXTURE_SEATS_H

/* A state folder with seats, and a clock of the test's own. Failures of what must succeed end the test. */

#include "verifier/state/seats.h"

struct seats_place {
	char path[64];
	int directory;
	struct seats *seats; /* NULL: closed */
	struct seats_moment moment;
};

void seats_place_make(struct seats_place *place);
void seats_place_remove(struct seats_place *place);
void seats_place_open(struct seats_place *place);
void seats_place_close(struct seats_place *place);
/* A process of its own opened it, did `work` and was killed at once. */
void seats_place_killed(struct seats_place *place, void (*work)(struct seats_place *));

struct seats_asker seats_asker_of(const char *owner);
/* Claims or renews by `terms`; a claim is committed. */
struct seats_granted seats_place_put(struct seats_place *place, const struct seat_terms *terms,
	const char *pool, const char *holder, const struct seats_asker *asker);
struct seats_granted seats_place_release(struct seats_place *place, const char *pool,
	const char *holder, const struct seats_asker *asker);
struct seats_use seats_place_use(struct seats_place *place, const char *pool);

/* --- a test's own place, with a pool of two seats and one of burst ------------------------------ */

#define SEATS_HERE_POOL "hotelhub/hms"

extern const struct seat_terms SEATS_HERE_TERMS;
extern struct seats_place seats_here;
int seats_here_make(void **state);
int seats_here_remove(void **state);
struct seats_granted seats_here_put(const char *holder, const char *owner);
void seats_here_assert(
	const char *holder, const char *owner, enum seat_fate fate, enum skerry_err err);
uint64_t seats_here_used(void);

#endif
