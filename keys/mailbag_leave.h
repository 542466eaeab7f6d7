/* SPDX-License-Identifier: ISC */
#ifndef KEYS_MAILBAG_LEAVE_H
#define KEYS_MAILBAG_LEAVE_H

/*
 * Leaving a file in a mailbag, whole or not at all, under a random name:
 *
 *	mailbag_leave_begin    a file of another extension, locked for as long as it is written
 *	mailbag_leave_put      as often as there is something
 *	mailbag_leave_end      fsync, the name, fsync of the folder      (or mailbag_leave_drop)
 *
 * On any failure nothing is left behind, unless the stick is gone: then a leftover may be, which
 * mailbag_sweep removes. Only when the last step fails the file stands and may not survive (IO): look
 * before it is left again. READ_ONLY and FILE_PERMISSION, DISK_FULL (before anything is written where the
 * stick tells so), IO, NO_MEMORY; errno is kept.
 */

#include "mailbag.h"
#include "mailbag_name.h"

/* Opaque. */
struct mailbag_out {
	int folder, file;
	enum skerry_err err; /* the first one; latched */
	char unfinished[MAILBAG_DRAWN_ROOM];
};

/* `expected_len`: for which room is taken at once; 0 where it is not known. The bag outlives it. */
enum skerry_err mailbag_leave_begin(
	const struct mailbag *bag, uint64_t expected_len, struct mailbag_out *ret_out);
/* False after a failure; mailbag_leave_end tells which. */
bool mailbag_leave_put(struct mailbag_out *out, const uint8_t *bytes, size_t bytes_len);
enum skerry_err mailbag_leave_end(struct mailbag_out *out, char ret_name[MAILBAG_DRAWN_ROOM]);
/* ... under a name that is known, in place of what is there: the mailbag's own texts. */
enum skerry_err mailbag_leave_end_as(struct mailbag_out *out, const char *name);
void mailbag_leave_drop(struct mailbag_out *out);

/* All of it at once. */
enum skerry_err mailbag_leave(const struct mailbag *bag, const uint8_t *bytes, size_t bytes_len,
	char ret_name[MAILBAG_DRAWN_ROOM]);

#endif
