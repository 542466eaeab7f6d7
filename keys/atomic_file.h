/* SPDX-License-Identifier: ISC */
#ifndef KEYS_ATOMIC_FILE_H
#define KEYS_ATOMIC_FILE_H

/*
 * Files written whole or not at all: a temporary file in the same folder, fsync, rename, fsync of
 * the folder. On any failure the old file stands and no temporary file is left; only when the last
 * step fails, the new one stands and may not survive a power loss (IO).
 *
 * FILE_EXISTS (without replace; decided by the kernel, so two writers never both win),
 * FILE_NOT_REGULAR (would replace a device, folder or symbolic link), FILE_MISSING (no such
 * folder), FILE_PERMISSION, IO (full disk, ...; errno is kept). `mode` is narrowed by the umask.
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

#endif
