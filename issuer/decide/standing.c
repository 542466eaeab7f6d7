/* SPDX-License-Identifier: ISC */
#include "standing.h"

#include <stddef.h>
#include <string.h>

static const char *const NAMES[] = { "unpaired", "paired", "paired_pending_revoke", "suspended",
	"revoked", "expired" };

const char *
standing_name(enum standing standing)
{
	return NAMES[standing];
}

bool
standing_from_name(const char *name, enum standing *ret_standing)
{
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		if (strcmp(NAMES[i], name) == 0) {
			*ret_standing = (enum standing)i;
			return true;
		}
	return false;
}

enum standing
standing_at(enum standing stored, int64_t valid_until, int64_t pending_until, int64_t now)
{
	/* What somebody decided outlasts the calendar. */
	if (stored == STANDING_SUSPENDED || stored == STANDING_REVOKED)
		return stored;
	if (now > valid_until)
		return STANDING_EXPIRED;
	return stored == STANDING_PAIRED_PENDING_REVOKE && now >= pending_until ? STANDING_UNPAIRED
										: stored;
}

const char *
standing_access_word(enum standing stored, int64_t valid_until, int64_t expiry_grace_s, int64_t now)
{
	if (stored == STANDING_SUSPENDED || stored == STANDING_REVOKED)
		return "SUSPENDED";
	if (now <= valid_until)
		return "ACTIVE";
	return now - valid_until <= expiry_grace_s ? "GRACE_PERIOD" : "EXPIRED";
}
