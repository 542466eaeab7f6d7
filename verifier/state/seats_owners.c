/* SPDX-License-Identifier: ISC */
#include "seats_owners.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 64 };

struct seats_owner {
	uint64_t count;
	char name[];
};

/* Names come from who runs the machine: FNV-1a is enough, and nobody chooses them to collide. */
static size_t
hash_of(const char *name)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
	return (size_t)(hash ^ hash >> 32);
}

/* Where a name is, or would be: there is always an empty slot. */
static struct seats_owner **
slot_of(const struct seats_owners *owners, const char *name)
{
	size_t at = hash_of(name);

	for (;; at++) {
		struct seats_owner **slot = &owners->slots[at & (owners->slots_len - 1)];

		if (*slot == NULL || strcmp((*slot)->name, name) == 0)
			return slot;
	}
}

/* Into a table twice as large as those need that hold something; the others are forgotten. */
static enum skerry_err
make_room(struct seats_owners *owners)
{
	struct seats_owners larger = { .slots_len = SLOTS_MIN };
	size_t holding = 1;

	for (size_t i = 0; i < owners->slots_len; i++)
		holding += owners->slots[i] != NULL && owners->slots[i]->count > 0;
	while (larger.slots_len < 4 * holding)
		larger.slots_len *= 2;
	larger.slots = calloc(larger.slots_len, sizeof(struct seats_owner *));
	if (larger.slots == NULL)
		return SKERRY_ERR_NO_MEMORY;
	for (size_t i = 0; i < owners->slots_len; i++) {
		struct seats_owner *owner = owners->slots[i];

		if (owner == NULL)
			continue;
		if (owner->count == 0) {
			free(owner);
			continue;
		}
		*slot_of(&larger, owner->name) = owner;
		larger.used++;
	}
	free(owners->slots);
	*owners = larger;
	return SKERRY_OK;
}

uint64_t
seats_owners_count(const struct seats_owners *owners, const char *name)
{
	const struct seats_owner *owner = owners->slots_len == 0 ? NULL : *slot_of(owners, name);

	return owner == NULL ? 0 : owner->count;
}

enum skerry_err
seats_owners_add(struct seats_owners *owners, const char *name)
{
	struct seats_owner **slot;

	if (2 * (owners->used + 1) > owners->slots_len && make_room(owners) != SKERRY_OK)
		return SKERRY_ERR_NO_MEMORY;
	slot = slot_of(owners, name);
	if (*slot == NULL) {
		size_t len = strlen(name);

		*slot = malloc(sizeof **slot + len + 1);
		if (*slot == NULL)
			return SKERRY_ERR_NO_MEMORY;
		(*slot)->count = 0;
		memcpy((*slot)->name, name, len + 1);
		owners->used++;
	}
	(*slot)->count++;
	return SKERRY_OK;
}

void
seats_owners_drop(struct seats_owners *owners, const char *name)
{
	struct seats_owner *owner = owners->slots_len == 0 ? NULL : *slot_of(owners, name);

	if (owner != NULL && owner->count > 0)
		owner->count--;
}

void
seats_owners_free(struct seats_owners *owners)
{
	for (size_t i = 0; i < owners->slots_len; i++)
		free(owners->slots[i]);
	free(owners->slots);
	*owners = (struct seats_owners){ .slots = NULL };
}
