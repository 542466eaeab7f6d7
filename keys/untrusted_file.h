/* SPDX-License-Identifier: ISC */
#ifndef KEYS_UNTRUSTED_FILE_H
#define KEYS_UNTRUSTED_FILE_H

/*
 * Files from outside. What an operator names on the command line may be a symbolic link; what lies
 * on a stick may not: untrusted_file_read_at follows nothing and leaves its directory by no trick
 * (openat2: RESOLVE_BENEATH, NO_SYMLINKS, NO_MAGICLINKS; O_NOFOLLOW, O_NONBLOCK). Both want a
 * regular file within the limit, and never wait. Without openat2 it goes folder by folder, and refuses
 * every "..".
 *
 * FILE_MISSING, FILE_PERMISSION, FILE_NOT_REGULAR, DOCUMENT_TOO_LARGE (found before anything is
 * read; a file that grows meanwhile too), DOCUMENT_EMPTY, IO, NO_MEMORY. errno is kept.
 */

#include <stddef.h>
#include <stdint.h>

#include "formats/skerry_error.h"

/* The bytes are malloc'd, one longer than told and terminated with 0 for text; the caller frees. */
enum skerry_err untrusted_file_read(
	const char *path, size_t max, uint8_t **ret_bytes, size_t *ret_len);
enum skerry_err untrusted_file_read_at(
	int directory, const char *name, size_t max, uint8_t **ret_bytes, size_t *ret_len);

/* The two halves of untrusted_file_read_at, for who looks at a file before taking all of it. */
enum skerry_err untrusted_file_open_at(int directory, const char *name, int *ret_file);
enum skerry_err untrusted_file_read_open(
	int file, size_t max, uint8_t **ret_bytes, size_t *ret_len); /* from where it stands */

/* A file of any size that an operator names, and its size: to be read by place. Not DOCUMENT_TOO_LARGE. */
enum skerry_err untrusted_file_open(const char *path, int *ret_file, uint64_t *ret_size);

/*
 * The first `max` bytes of a file of any size, or all of a shorter one; *ret_size is the file's. Not
 * DOCUMENT_TOO_LARGE.
 */
enum skerry_err untrusted_file_read_front(
	const char *path, size_t max, uint8_t **ret_bytes, size_t *ret_len, uint64_t *ret_size);

/* Standard input to its end, within the limit; it may wait. */
enum skerry_err untrusted_file_read_stdin(size_t max, uint8_t **ret_bytes, size_t *ret_len);

/*
 * A secret: also FILE_EXPOSED when group or others may read or write it. Its bytes go back with
 * untrusted_file_free_secret.
 */
enum skerry_err untrusted_file_read_secret(
	const char *path, size_t max, uint8_t **ret_bytes, size_t *ret_len);

/* Wipes and frees what any of these has read; harmless on NULL. */
void untrusted_file_free_secret(uint8_t *bytes, size_t bytes_len);

#endif
