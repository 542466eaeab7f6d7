/* SPDX-License-Identifier: ISC */
#ifndef KEYS_LOG_CHAIN_H
#define KEYS_LOG_CHAIN_H

/*
 * What holds a log together, the desk's audit log and a site's journal: the hash of each row is
 * BLAKE2b-256 of the hash before it and of the row as deterministic CBOR, so that a row edited,
 * missing or moved breaks the chain. The first hash before is 32 zeros. Pure, thread-safe.
 */

#include "formats/cbor_writer.h"
#include "keys/hash.h"

enum { LOG_CHAIN_ROW_MAX = 8192 /* bytes of a row */ };

/* Writes the row without its hash. */
typedef void log_chain_write(struct cbor_writer *w, const void *row);

/* NO_SPACE or ARGUMENT for a row that cannot be written. About 8 KB of stack. */
enum skerry_err log_chain_next(const uint8_t before[HASH_LEN], log_chain_write *write,
	const void *row, uint8_t ret_hash[HASH_LEN]);

#endif
