/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_FOUNDING_H
#define ISSUER_DESK_FOUNDING_H

/*
 * A new desk in one step: a trial root, one issuing key for all brands and roles, an exchange key,
 * manifest version 1, one operator. Everything is made in a folder beside DESK that takes DESK's
 * name when it is whole, so that a killed `init` leaves no desk rather than half of one.
 */

#include "issuer/desk/desk.h"

struct founding {
	const char *path;                    /* DESK */
	const char *name;                    /* the vendor's, for people */
	const struct passphrase *passphrase; /* the first operator's; NULL: the key lies open */
	int64_t now;
	int64_t latest; /* no license beyond it; LICENSE_NEVER: also perpetual ones */
	enum cose_alg alg;
};

/* FILE_EXISTS, with what to do, before somebody types a passphrase for it. */
enum skerry_err founding_check(const char *path, char ret_advice[DESK_ADVICE_MAX]);

/*
 * FILE_EXISTS when DESK is there and not an empty folder; FILE_MISSING when the folder around it is
 * not; the errors of store.h, vault.h and atomic_file.h. On failure nothing is left. `ret_advice`
 * gets what to do, or "".
 */
enum skerry_err founding_make(const struct founding *founding, char ret_advice[DESK_ADVICE_MAX]);

#endif
