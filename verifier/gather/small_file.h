/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_SMALL_FILE_H
#define VERIFIER_GATHER_SMALL_FILE_H

/*
 * Small files of the system, read whole into a buffer of the caller's, below a root directory: "/",
 * or a captured tree, in which symbolic links (absolute ones too) lead to files of that tree.
 * Nothing is allocated and nothing waits. Thread-safe. keys/untrusted_file.h, for what somebody
 * carried here, follows no link and wants a file that tells its size: it cannot serve for these.
 */

#include <stddef.h>

#include "formats/skerry_error.h"

/*
 * FILE_MISSING, FILE_PERMISSION, FILE_NOT_REGULAR, NO_SPACE (more than `bytes_max`), IO. `path` is
 * absolute; files of /proc and /sys, which tell no size, are read as well.
 */
enum skerry_err small_file_read(
	const char *root, const char *path, void *ret_bytes, size_t bytes_max, size_t *ret_len);

#endif
