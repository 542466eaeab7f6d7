/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_SITTING_H
#define VERIFIER_CLI_SITTING_H

/*
 * Seats without a daemon: by the folder's owner or root, for as long as the site is open to write, so that
 * nothing becomes root's.
 */

#include "daemon.h"
#include "verifier/state/seats.h"

enum { SITTING_OWNER_MAX = 32 };

struct sitting {
	struct site site;
	struct seats *seats;
	struct seats_moment moment;
	char owner[SITTING_OWNER_MAX];
	bool operator; /* root, or the folder's owner */
};

/* Or tells why not; true: sitting_close. */
bool sitting_open(struct sitting *ret_sitting, bool json, enum command_exit *ret_exit);
void sitting_close(struct sitting *sitting);
/* An error of seats.h. */
enum command_exit sitting_fail(enum skerry_err err, bool json);

#endif
