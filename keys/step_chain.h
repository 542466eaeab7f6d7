/* SPDX-License-Identifier: ISC */
#ifndef KEYS_STEP_CHAIN_H
#define KEYS_STEP_CHAIN_H

/*
 * The hash chain of telephone renewal. The desk derives a seed for each license document; n hashes
 * further on lies the anchor, which is signed into the license:
 *
 *	value n = seed, value j - 1 = H(value j, cti, j), anchor = value 0
 *
 * H is BLAKE2b cut to 95 bits (12 bytes, the first bit zero), so that 19 characters of five bits
 * spell a value. Who is told value j can check it against the anchor and compute every value below
 * it, and none above. Pure and thread-safe.
 */

#include "formats/license.h"
#include "keys/secretbox.h"

/* The seed: keyed by the desk's own key, different for each document. */
void step_chain_seed(const struct secretbox_key *key, const uint8_t cti[LICENSE_CTI_LEN],
	uint8_t ret_value[LICENSE_ANCHOR_LEN]);

/* From value j to value j - 1; `value` is replaced. j is 1 to LICENSE_STEPS_MAX. */
void step_chain_down(
	uint8_t value[LICENSE_ANCHOR_LEN], const uint8_t cti[LICENSE_CTI_LEN], unsigned j);

/* From value `from` to value `to`, which is not above it; the anchor is value 0. */
void step_chain_walk(uint8_t value[LICENSE_ANCHOR_LEN], const uint8_t cti[LICENSE_CTI_LEN],
	unsigned from, unsigned to);

/*
 * Which step of a license `value` is: 1 to license->telephone_steps, or 0 for none of them, also
 * where the license has no telephone renewal.
 */
unsigned step_chain_find(const struct license *license, const uint8_t value[LICENSE_ANCHOR_LEN]);

#endif
