/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_STAGED_FILE_H
#define ISSUER_CLI_STAGED_FILE_H

/*
 * A file that appears together with a commit. A signed license must not lie about unrecorded, and
 * must not be recorded where no file could be written. So:
 *
 *	staged_file_write   all bytes, synced, under a name beside the final one
 *	desk_commit
 *	staged_file_keep    only a rename is left      (or staged_file_drop when the commit failed)
 *
 * "-" is standard output, written by staged_file_keep.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/skerry_error.h"

enum { STAGED_FILE_PATH_MAX = 4096 };

struct staged_file {
	char path[STAGED_FILE_PATH_MAX], beside[STAGED_FILE_PATH_MAX];
	bool replace, staged;
	const uint8_t *bytes; /* borrowed, for standard output */
	size_t bytes_len;
};

/* FILE_EXISTS without `replace`, FILE_NOT_REGULAR for a folder, and atomic_file_write's errors. */
enum skerry_err staged_file_write(const char *path, const uint8_t *bytes, size_t bytes_len,
	bool replace, struct staged_file *ret_staged);

/* FILE_EXISTS when somebody else took the name meanwhile; IO. */
enum skerry_err staged_file_keep(struct staged_file *staged);

/* Harmless on { 0 } and after staged_file_keep. */
void staged_file_drop(struct staged_file *staged);

#endif
