/* SPDX-License-Identifier: ISC */
#ifndef KEYS_CLI_MANIFEST_FILE_H
#define KEYS_CLI_MANIFEST_FILE_H

/*
 * A manifest as it lies in a file during a ceremony: read, perhaps not signed enough yet, and
 * written back in the carrier it came in. Nothing here trusts it; standing.h counts its signatures.
 */

#include "formats/cose.h"
#include "formats/manifest.h"
#include "keys/command.h"

/* About 180 KB: manifest_file_new allocates it. `message` and `manifest` borrow `bytes`. */
struct manifest_file {
	const char *path;
	bool armored;
	uint8_t bytes[MANIFEST_MAX];
	size_t len;
	struct cose_sign message;
	struct manifest manifest;
};

/*
 * Reads the one manifest in `path`. NULL after telling why not, as JSON if wanted, with *ret_exit.
 * Freed with free().
 */
struct manifest_file *manifest_file_read(const char *path, bool json, enum command_exit *ret_exit);

/* Replaces the content by `bytes` and parses them; the carrier stays. */
enum skerry_err manifest_file_set(
	struct manifest_file *file, const uint8_t *bytes, size_t len, size_t *ret_offset);

/* Encodes claims as a message without signatures. A manifest that cannot be is told. NULL then. */
struct manifest_file *manifest_file_draft(const char *path, const struct manifest *claims,
	bool armored, bool json, enum command_exit *ret_exit);

/* Writes it to its path, atomically; tells what went wrong. */
enum command_exit manifest_file_write(const struct manifest_file *file, bool replace, bool json);

#endif
