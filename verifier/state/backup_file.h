/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_BACKUP_FILE_H
#define VERIFIER_STATE_BACKUP_FILE_H

/*
 * A backup as a file: a database, and behind it what tells that all of it is as it was written.
 *
 *	database    whole pages; SQLite reads as many as it says itself
 *	"SKERRYB1"
 *	digest      BLAKE2b-256, each 64 KB keyed with the digest of those before
 *
 * The digest is no seal (seal.h): it finds what the stick has done.
 *
 * FILE_MISSING, FILE_PERMISSION, FILE_NOT_REGULAR, DOCUMENT_TOO_LARGE, FILE_DAMAGED (none of ours,
 * too), NO_MEMORY, IO; errno is kept.
 */

#include "keys/hash.h"

enum { BACKUP_FILE_MAX = 1 << 30, BACKUP_FILE_END_LEN = 8 + HASH_LEN };

/* Puts the end behind a database that is closed. */
enum skerry_err backup_file_end(const char *path);

enum skerry_err backup_file_check(const char *path);

#endif
