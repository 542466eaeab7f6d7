/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_COMPONENT_LIST_H
#define VERIFIER_GATHER_COMPONENT_LIST_H

/*
 * The list that collectors fill: one row for each thing that a machine shows, or should show. Of a
 * type of which there may be several (disks, network cards) the best rows stay, in an order that does
 * not depend on the order of a directory. No I/O, no allocation.
 */

#include "formats/fingerprint.h"

enum {
	COMPONENTS_DISKS_MAX = 4,
	COMPONENTS_CARDS_MAX = 6,
	COMPONENTS_CUSTOM_MAX = 8,
	COMPONENTS_SINGLE = 6, /* machine-id, UUID, board, processor, system, install path */
	COMPONENTS_MAX = COMPONENTS_SINGLE + COMPONENTS_DISKS_MAX + COMPONENTS_CARDS_MAX +
			 COMPONENTS_CUSTOM_MAX,
	COMPONENT_VALUE_MAX = 128, /* bytes */
	COMPONENT_FROM_MAX = 32
};

/* In the order in which rows of one type are kept. */
enum component_sight {
	COMPONENT_PRESENT,
	COMPONENT_UNREADABLE, /* neither match nor mismatch */
	COMPONENT_JUNK        /* readable, but the same on many machines: it does not count */
};

struct component {
	unsigned type; /* enum fingerprint_type */
	enum component_sight sight;
	enum skerry_err err; /* UNREADABLE: why */
	const char *cause;   /* JUNK and UNREADABLE: a few static words for a person; else NULL */
	char from[COMPONENT_FROM_MAX + 1];   /* the disk or card, as the system calls it, or "" */
	char value[COMPONENT_VALUE_MAX + 1]; /* PRESENT: normalized and terminated */
	size_t value_len;
};

struct components {
	struct component list[COMPONENTS_MAX]; /* ascending by type */
	size_t len;
};

/* A row that nothing is known of yet: unreadable, "not there". */
struct component component_none(unsigned type);

void component_set_present(struct component *component, const char *value, size_t value_len);
void component_set_junk(struct component *component, const char *cause);
/* `cause` NULL: what the error says by itself. */
void component_set_unreadable(struct component *component, enum skerry_err err, const char *cause);
/* Cut to what fits. */
void component_set_from(struct component *component, const char *from);

/* Appends; there must be room. */
void components_add(struct components *components, const struct component *component);

/*
 * Puts a row among those from `first` on, at most `rows_max` of them: present ones by value, then
 * the others by name. One that is present already is left out, and the last one where there are too
 * many.
 */
void components_add_ranked(struct components *components, size_t first, size_t rows_max,
	const struct component *component);

#endif
