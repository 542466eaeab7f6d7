/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_MEMORY_OPENING_H
#define VERIFIER_STATE_MEMORY_OPENING_H

/* How a site's memory is found, made, made anew, and compared with its mark. */

#include "memory.h"

/*
 * The first memory of a folder that is not a site yet, where there is none: for init, after identity_create.
 * Then its site key is another one, too: whatever it was paired with, it was with a memory.
 * `anchor` is the manifest that makes it a site.
 */
enum skerry_err memory_create(const struct documents *documents, const struct cbor_bytes *anchor);

/*
 * Before the documents are loaded: who writes also makes what is missing, puts back files that are
 * gone and looks at the whole database once a day. Who reads gets as much as can be read.
 *
 * The site key may be another one afterwards; the memory's seal_key tells.
 */
enum skerry_err memory_open(const struct documents *documents, const uint8_t seal_key[SEAL_KEY_LEN],
	bool writes, struct memory *ret_memory);

/* Harmless on one of zeros. */
void memory_close(struct memory *memory);

#endif
