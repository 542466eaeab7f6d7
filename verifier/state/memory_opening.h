/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_MEMORY_OPENING_H
#define VERIFIER_STATE_MEMORY_OPENING_H

/* How a site's memory is found, made, made anew, and compared with its mark. */

#include "memory.h"

/*
 * Before the documents are loaded: who writes also makes what is missing, puts back files that are
 * gone and looks at the whole database once a day. Who reads gets as much as can be read.
 */
enum skerry_err memory_open(const struct documents *documents, const uint8_t seal_key[SEAL_KEY_LEN],
	bool writes, struct memory *ret_memory);

/* Harmless on one of zeros. */
void memory_close(struct memory *memory);

#endif
