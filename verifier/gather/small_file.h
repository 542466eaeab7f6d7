/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_SMALL_FILE_H
#define VERIFIER_GATHER_SMALL_FILE_H

/*
 * Small files of the system, read whole into a buffer of the caller's, below a root directory: "/",
 * or a captured tree, in which symbolic links (absolute ones too) lead to files of that tree.
 * Nothing is allocated and nothing waits. Thread-safe. keys/untrusted_file.h, for what somebody
 * carried here, follows no link and wants a file that tells its size: it cannot serve for these.
 */

#include <stdbool.h>
#include <stddef.h>

#include "formats/skerry_error.h"

/*
 * FILE_MISSING, FILE_PERMISSION, FILE_NOT_REGULAR, NO_SPACE (more than `bytes_max`), IO. `path` is
 * absolute; files of /proc and /sys, which tell no size, are read as well. A FIFO or a device of a
 * captured tree is not even opened: some devices act when they are.
 */
enum skerry_err small_file_read(
	const char *root, const char *path, void *ret_bytes, size_t bytes_max, size_t *ret_len);
/* The first `bytes_max` bytes of a file of any length. Errors as above, but NO_SPACE. */
enum skerry_err small_file_read_start(
	const char *root, const char *path, void *ret_bytes, size_t bytes_max, size_t *ret_len);
/*
 * small_file_read for what only root may have written: FILE_PERMISSION where the file is neither
 * root's nor the caller's own.
 */
enum skerry_err small_file_read_trusted(
	const char *root, const char *path, void *ret_bytes, size_t bytes_max, size_t *ret_len);

/*
 * Where a symbolic link leads, as written in it and terminated. FILE_NOT_REGULAR where the last part
 * of `path` is no link; other errors as above.
 */
enum skerry_err small_file_read_link(
	const char *root, const char *path, char *ret_target, size_t target_max);

/* True for anything that is there: a file, a directory, a device. Links are followed. */
bool small_file_exists(const char *root, const char *path);

#endif
