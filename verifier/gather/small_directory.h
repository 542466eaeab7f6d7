/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_SMALL_DIRECTORY_H
#define VERIFIER_GATHER_SMALL_DIRECTORY_H

/*
 * The names in a directory of the system, below a root as in small_file.h, one after the other and in
 * no order. Nothing is allocated; at most SMALL_DIRECTORY_NAMES_MAX names are told.
 *
 *	err = small_directory_open(root, path, &directory);
 *	while (err == SKERRY_OK && (name = small_directory_next(&directory)) != NULL)
 *		...
 *	small_directory_close(&directory);      after a success
 */

#include <stddef.h>

#include "formats/skerry_error.h"

enum { SMALL_DIRECTORY_NAMES_MAX = 4096, SMALL_DIRECTORY_BUFFER = 2048 };

struct small_directory {
	int fd;
	size_t at, len, names;
	_Alignas(8) char buffer[SMALL_DIRECTORY_BUFFER];
};

/* FILE_MISSING (also where it is no directory), FILE_PERMISSION, IO. */
enum skerry_err small_directory_open(
	const char *root, const char *path, struct small_directory *ret_directory);

/* The next name, without "." and ".."; good until the next call. NULL: no more. */
const char *small_directory_next(struct small_directory *directory);

void small_directory_close(struct small_directory *directory);

#endif
