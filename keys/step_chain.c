/* SPDX-License-Identifier: ISC */
#include "step_chain.h"

#include <string.h>

#include "keys/hash.h"

_Static_assert(LICENSE_STEPS_MAX <= UINT8_MAX, "a step's number is hashed as one byte");

/* 95 bits of a hash: the first bit goes. */
static void
cut(const uint8_t hash[HASH_LEN], uint8_t ret_value[LICENSE_ANCHOR_LEN])
{
	memcpy(ret_value, hash, LICENSE_ANCHOR_LEN);
	ret_value[0] &= 0x7f;
}

void
step_chain_seed(const struct secretbox_key *key, const uint8_t cti[LICENSE_CTI_LEN],
	uint8_t ret_value[LICENSE_ANCHOR_LEN])
{
	uint8_t hash[HASH_LEN];

	hash_blake2b(key->bytes, SECRETBOX_KEY_LEN, cti, LICENSE_CTI_LEN, hash);
	cut(hash, ret_value);
	secretbox_wipe(hash, sizeof hash);
}

void
step_chain_down(uint8_t value[LICENSE_ANCHOR_LEN], const uint8_t cti[LICENSE_CTI_LEN], unsigned j)
{
	uint8_t input[LICENSE_ANCHOR_LEN + LICENSE_CTI_LEN + 1], hash[HASH_LEN];

	memcpy(input, value, LICENSE_ANCHOR_LEN);
	memcpy(input + LICENSE_ANCHOR_LEN, cti, LICENSE_CTI_LEN);
	input[sizeof input - 1] = (uint8_t)j;
	hash_blake2b(NULL, 0, input, sizeof input, hash);
	cut(hash, value);
	secretbox_wipe(input, sizeof input);
	secretbox_wipe(hash, sizeof hash);
}

void
step_chain_walk(uint8_t value[LICENSE_ANCHOR_LEN], const uint8_t cti[LICENSE_CTI_LEN],
	unsigned from, unsigned to)
{
	for (unsigned j = from; j > to; j--)
		step_chain_down(value, cti, j);
}

unsigned
step_chain_find(const struct license *license, const uint8_t value[LICENSE_ANCHOR_LEN])
{
	if (license->anchor.len != LICENSE_ANCHOR_LEN || license->cti.len != LICENSE_CTI_LEN)
		return 0;
	for (unsigned j = 1; j <= license->telephone_steps && j <= LICENSE_STEPS_MAX; j++) {
		uint8_t walked[LICENSE_ANCHOR_LEN];

		memcpy(walked, value, sizeof walked);
		step_chain_walk(walked, license->cti.data, j, 0);
		/* Nothing here is secret: the anchor is signed, and the value was typed. */
		if (memcmp(walked, license->anchor.data, sizeof walked) == 0)
			return j;
	}
	return 0;
}
