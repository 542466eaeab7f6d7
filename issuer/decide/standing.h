/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_STANDING_H
#define ISSUER_DECIDE_STANDING_H

/*
 * Where a license stands, in the words of all who ask: the stored status, HotelHub's with `expired`
 * (which follows from a date and is never stored), and RT HUB's four. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

enum standing {
	STANDING_UNPAIRED,
	STANDING_PAIRED,
	STANDING_PAIRED_PENDING_REVOKE,
	STANDING_SUSPENDED, /* reversible */
	STANDING_REVOKED,   /* final */
	STANDING_EXPIRED    /* renewable */
};
enum { STANDING_LAST = STANDING_EXPIRED };

const char *standing_name(enum standing standing);
/* False for another word. */
bool standing_from_name(const char *name, enum standing *ret_standing);

/*
 * What is shown: `expired` in place of a stored status that would go on; `unpaired` in place of
 * `paired_pending_revoke` once the released site's last document has ended (from pending_until on;
 * LICENSE_NEVER where it never does).
 */
enum standing standing_at(
	enum standing stored, int64_t valid_until, int64_t pending_until, int64_t now);

/* ACTIVE, GRACE_PERIOD (past valid_until within expiry_grace_s), EXPIRED or SUSPENDED. */
const char *standing_access_word(
	enum standing stored, int64_t valid_until, int64_t expiry_grace_s, int64_t now);

#endif
