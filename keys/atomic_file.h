/* SPDX-License-Identifier: ISC */
#ifndef KEYS_ATOMIC_FILE_H
#define KEYS_ATOMIC_FILE_H

/*
 * Files written whole or not at all: a temporary file in the same folder, fsync, rename, fsync of
 * the folder. On any failure the old file stands and no temporary file is left; only when the last
 * step fails, the new one stands and may not survive a power loss (IO).
 *
 * What must be recorded before it may exist, a signed license, is written in two halves:
 *
 *	atomic_file_stage   its room on the disk, zeros under a temporary name
 *	                    the record is committed here
 *	atomic_file_keep    the bytes, and the name      (or atomic_file_drop, the commit failed)
 *
 * A full disk, a missing folder and a name that is taken show before the commit; whatever ends the
 * program before it leaves nothing but zeros.
 *
 * FILE_EXISTS (without replace; decided by the kernel, so two writers never both win),
 * FILE_NOT_REGULAR (a device, folder or symbolic link is there, with or without replace),
 * FILE_MISSING (no such folder), FILE_PERMISSION, IO (full disk, ...; errno is kept). `mode` is
 * narrowed by the umask.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "formats/skerry_error.h"

enum skerry_err atomic_file_write(
	const char *path, const uint8_t *bytes, size_t bytes_len, mode_t mode, bool replace);
enum skerry_err atomic_file_write_at(int directory, const char *name, const uint8_t *bytes,
	size_t bytes_len, mode_t mode, bool replace);

enum { ATOMIC_FILE_NAME_MAX = 256, ATOMIC_FILE_TEMPORARY_MAX = 32 };

/* A file that is staged; nothing in it for others. { .staged = false } is none. */
struct atomic_file {
	bool staged, replace, failed;
	int directory, file, failed_errno;
	size_t room, put;
	char name[ATOMIC_FILE_NAME_MAX], temporary[ATOMIC_FILE_TEMPORARY_MAX];
};

/* Reserves `bytes_len` bytes. On success either of the two below ends it. */
enum skerry_err atomic_file_stage(const char *path, size_t bytes_len, mode_t mode, bool replace,
	struct atomic_file *ret_file);

/* Writes as many bytes as were staged. On an error too, nothing is staged any more. */
enum skerry_err atomic_file_keep(struct atomic_file *file, const uint8_t *bytes);

/*
 * The same for bytes that come piece by piece: false after a failure, which atomic_file_end tells; it is
 * INTERNAL to end with fewer than were staged.
 */
bool atomic_file_put(struct atomic_file *file, const uint8_t *bytes, size_t bytes_len);
enum skerry_err atomic_file_end(struct atomic_file *file);

/* Harmless where nothing is staged. errno is kept. */
void atomic_file_drop(struct atomic_file *file);

#endif
