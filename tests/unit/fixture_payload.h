/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_FIXTURE_PAYLOAD_H
#define TESTS_UNIT_FIXTURE_PAYLOAD_H

/*
 * Encoded claims, altered: bytes exchanged, entries put into a map or taken out, and the promise
 * that every payload format keeps about all of its neighbors.
 */

#include <stddef.h>
#include <stdint.h>

#include "formats/skerry_error.h"

enum { PAYLOAD_MAX = 65536, PAYLOAD_MAPS_MAX = 64, PAYLOAD_LABELS_MAX = 512 };

struct payload {
	uint8_t bytes[PAYLOAD_MAX];
	size_t len;
};

/* Reads claims and writes them again. Both errors are told apart by *ret_offset: SIZE_MAX when the
 * reader was content and the writer was not. */
typedef enum skerry_err payload_copy(
	const uint8_t *bytes, size_t len, struct payload *ret_copy, size_t *ret_offset);

/*
 * Puts `put` where `find` stands (hexadecimal both; it must stand there once). Returns the offset of
 * the byte behind the '|' in `put`, or of its first byte.
 */
size_t payload_patch(struct payload *payload, const char *find, const char *put);
/* Offset of `find`, which must stand there once. */
size_t payload_find(const struct payload *payload, const char *find);

/* Puts an entry in its place into the map at `map_at`; `key` and `value` are encoded. Returns the
 * offset of the key. */
size_t payload_insert(
	struct payload *payload, size_t map_at, const char *key, const uint8_t *value, size_t len);
/* Takes the entry with that label out of the map at `map_at`. */
void payload_drop(struct payload *payload, size_t map_at, int64_t label);

/* Offsets of all maps with labels but COSE_Keys, and of all labels in all maps. */
struct payload_maps {
	size_t maps[PAYLOAD_MAPS_MAX], maps_len;
	size_t labels[PAYLOAD_LABELS_MAX], labels_len;
};
void payload_list_maps(const struct payload *payload, struct payload_maps *ret_maps);

/*
 * Fails the test unless
 * - every truncation is refused with an offset inside it,
 * - every one-bit flip is refused, or is written again to the same bytes; where the bit is one of a
 *   label, which then may be unknown and passed over, to fewer;
 * - in each map with labels an unknown positive label is passed over, whatever its value, and an
 *   unknown negative and a text label are CLAIM_CRITICAL at their offset.
 */
void payload_assert_neighbors(const struct payload *payload, payload_copy *copy);

/* A generator with a fixed seed: the same numbers in each run. */
uint64_t payload_random(uint64_t *state);
/* Thousands of coarser alterations: nothing crashes, and what is accepted is accepted again. */
void payload_assert_survives_damage(const struct payload *payload, payload_copy *copy);

#endif
