/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_INSPECT_H
#define VERIFIER_DAEMON_INSPECT_H

/*
 * `skerryd -n`: whether a daemon could start with this configuration, and all that is wrong with it. Nothing
 * is changed, and one that runs already is left alone. Prints: each fault on standard error with what to
 * do, and a line on standard output where there is none.
 */

#include "config.h"
#include "place.h"

/*
 * After this process has become the folder's owner; `by_root`: it was root before, and a daemon that is
 * started like that makes its socket's folder. True: nothing is wrong.
 */
bool inspect(const struct config *config, const struct place *place, bool by_root);

#endif
