/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_LISTING_H
#define VERIFIER_DAEMON_LISTING_H

/*
 * What lies in a folder, as one number that is another one when anything there is: names, sizes, times
 * of change. Nothing is opened but folders, nothing is followed.
 */

#include <stdbool.h>
#include <stdint.h>

/*
 * Of a folder, and of the folder skerry in it where there is one. False: there is none, or it cannot be
 * read. Of more than MAILBAG_ENTRIES_MAX entries some are left out.
 */
bool listing_read(const char *dir, uint64_t *ret_number);

/* The same of one file of the folder, or of the folder skerry in it: 0 where there is none. */
uint64_t listing_of_file(const char *dir, const char *name);

#endif
