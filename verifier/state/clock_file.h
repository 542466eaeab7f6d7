/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_CLOCK_FILE_H
#define VERIFIER_STATE_CLOCK_FILE_H

/*
 * site.clock: the clock's record once more, outside of the database and beside the site's key, so
 * that a database lost, damaged or put back from a backup does not set the time back.
 *
 *	clock record (clock_record.h)   BLAKE2b-256 of it, keyed with the site key's thumbprint
 *
 * Why a file of its own and not the key's: it is rewritten every hour of running, and a secret that
 * cannot be had again is best never rewritten. Losing it loses the pairing all the same: a license
 * that is bound to the site's key counts as another site's where neither this file nor the database
 * tells the time (memory.h). Taking it away gains nothing, then. Another site's is not taken for
 * this one's. It is no secret and no proof: who can write it could write the database, too.
 */

#include "documents.h"
#include "verifier/decide/clock.h"

#define CLOCK_FILE "site.clock"

/* FILE_MISSING; FILE_DAMAGED also for another site's; errors of untrusted_file.h. */
enum skerry_err clock_file_read(const struct documents *documents, const struct cose_key *site_key,
	struct clock *ret_clock);
/* Whole or not at all; errors of atomic_file.h. */
enum skerry_err clock_file_write(const struct documents *documents, const struct cose_key *site_key,
	const struct clock *clock);

#endif
