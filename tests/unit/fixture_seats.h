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

#endif
