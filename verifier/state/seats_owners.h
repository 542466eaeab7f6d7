/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_SEATS_OWNERS_H
#define VERIFIER_STATE_SEATS_OWNERS_H

/* How many leases each owner holds: in memory, by a hash of the name. A name costs 16 bytes and itself. */

#include <stddef.h>
#include <stdint.h>

#include "formats/skerry_error.h"

struct seats_owner;

/* Empty when all zero. */
struct seats_owners {
	struct seats_owner **slots;
	size_t slots_len, used; /* a power of two; names */
};

uint64_t seats_owners_count(const struct seats_owners *owners, const char *name);
/* One more. NO_MEMORY. */
enum skerry_err seats_owners_add(struct seats_owners *owners, const char *name);
/* One less. */
void seats_owners_drop(struct seats_owners *owners, const char *name);
void seats_owners_free(struct seats_owners *owners);

#endif
