/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_REMEMBER_KEY_H
#define VERIFIER_REMEMBER_KEY_H

/* What a site keeps of the license key that somebody typed: its masked form, when it has given a license. */

#include "site.h"

/*
 * In a change under way: `reply` answers a request that asked for `keys` (requests.h). Only of one key is it
 * certain which licenses it gave; of several nothing is kept. Errors of store.h.
 */
enum skerry_err remember_key(const struct site *site, const struct reply *reply, const char *keys);

#endif
