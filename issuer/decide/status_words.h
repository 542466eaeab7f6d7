/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_STATUS_WORDS_H
#define ISSUER_DECIDE_STATUS_WORDS_H

/*
 * One license in the words of the three vendors who use this desk:
 *
 *	stored, at a time      HotelHub     RT HUB                     group.one
 *	unpaired               unpaired     ACTIVE                     active
 *	paired                 paired       ACTIVE                     active
 *	  a site is overdue    grace        ACTIVE                     active
 *	paired_pending_revoke  unpaired     ACTIVE                     active
 *	suspended              suspended    SUSPENDED                  suspended
 *	revoked                revoked      SUSPENDED                  revoked
 *	past valid_until       expired      GRACE_PERIOD, then EXPIRED active, then expired
 *
 * Pure.
 */

#include "standing.h"

enum hotelhub_status {
	HOTELHUB_UNPAIRED,
	HOTELHUB_PAIRED,
	HOTELHUB_GRACE,
	HOTELHUB_SUSPENDED,
	HOTELHUB_REVOKED,
	HOTELHUB_EXPIRED
};
enum { HOTELHUB_LAST = HOTELHUB_EXPIRED };

/* What the words follow from. */
struct status_facts {
	enum standing stored;
	int64_t valid_until, pending_until; /* LICENSE_NEVER */
	int64_t expiry_grace_s;
	bool overdue; /* a site of it should have come back by now */
};

enum hotelhub_status status_words_hotelhub(const struct status_facts *facts, int64_t now);
const char *status_words_hotelhub_name(enum hotelhub_status status);

/* Whether the product may be used, as RT HUB and group.one mean it: ACTIVE or GRACE_PERIOD. */
bool status_words_is_valid(const struct status_facts *facts, int64_t now);

/* "active", "suspended", "revoked", "expired". */
const char *status_words_group_one(const struct status_facts *facts, int64_t now);

#endif
