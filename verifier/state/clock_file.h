/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_CLOCK_FILE_H
#define VERIFIER_STATE_CLOCK_FILE_H

/*
 * site.clock: the clock's record once more, outside of the database and beside the site's key, so
 * that a database lost, damaged or put back from a backup does not set the time back.
 *
 *	clock record (clock_record.h)
 *	since when an older state was put back, 8 bytes, most significant first; LICENSE_NEVER
 *	their seal (seal.h)
 *
 * Why a file of its own and not the key's: it is rewritten every hour of running, and a secret that
 * cannot be had again is best never rewritten. Losing it loses the pairing all the same: where neither
 * this file nor the database tells the time, the site gets another key (memory.h). Taking it away
 * gains nothing, then. Another site's is not taken for this one's. It is no proof: who can read the
 * site's key can seal another one.
 */

#include "documents.h"
#include "seal.h"
#include "verifier/decide/clock.h"

#define CLOCK_FILE "site.clock"

/* FILE_MISSING; FILE_DAMAGED also for another site's; errors of untrusted_file.h. */
enum skerry_err clock_file_read(const struct documents *documents, const uint8_t key[SEAL_KEY_LEN],
	struct clock *ret_clock, int64_t *ret_rollback_since);
/* Whole or not at all; errors of atomic_file.h. */
enum skerry_err clock_file_write(const struct documents *documents, const uint8_t key[SEAL_KEY_LEN],
	const struct clock *clock, int64_t rollback_since);

#endif
