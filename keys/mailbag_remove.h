/* SPDX-License-Identifier: ISC */
#ifndef KEYS_MAILBAG_REMOVE_H
#define KEYS_MAILBAG_REMOVE_H

/* Taking away out of a mailbag. Who may remove what is told in mailbag.h. */

#include "mailbag_look.h"

/*
 * Removes the file of that name if it is still the one that was looked at. FILE_MISSING (somebody did
 * already, or another stick is plugged in), FILE_CHANGED, READ_ONLY, FILE_PERMISSION, IO. It is gone for
 * good after mailbag_finish.
 */
enum skerry_err mailbag_remove(
	const struct mailbag *bag, const char *name, const struct mailbag_identity *identity);

/*
 * Removes what was half written when a stick was pulled out, told by its name: *ret_removed. What another
 * process is writing at this moment is locked, and stays. What cannot be removed is told by the first
 * error, after the rest.
 */
enum skerry_err mailbag_sweep(const struct mailbag *bag, size_t *ret_removed);

#endif
