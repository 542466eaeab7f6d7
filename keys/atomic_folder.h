/* SPDX-License-Identifier: ISC */
#ifndef KEYS_ATOMIC_FOLDER_H
#define KEYS_ATOMIC_FOLDER_H

/*
 * A folder of many files that appears whole or not at all. It is filled beside its name, as
 * NAME.new-XXXXXXXX, and gets the name when all of it is on the disk.
 *
 *	atomic_folder_stage   the name is free; the folder, still hidden under the other name
 *	atomic_folder_open    one file that is there at once, written piece by piece
 *	atomic_folder_hold    a file that shall not be before the commit: it waits where nobody finds it
 *	atomic_folder_settle  there is room for all that is held
 *	                      the record is committed here
 *	atomic_folder_keep    the held files, and the name    (or atomic_folder_drop, the commit failed)
 *
 * So a full disk and a name that is taken show before the commit, and whatever ends the program
 * before it leaves no held file, not even in part. What ends it after the commit, or a disk that
 * somebody else filled meanwhile, leaves NAME.new-XXXXXXXX with as many whole files as were written;
 * the caller has them from the record again.
 *
 * FILE_EXISTS (NAME is there, and no empty folder), FILE_NOT_REGULAR (a file name that is
 * none), FILE_MISSING (no folder to make it in), FILE_PERMISSION, IO (full disk: errno is ENOSPC;
 * ...; errno is kept). Modes are narrowed by the umask. The first error stays and comes back from
 * settle.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "formats/skerry_error.h"

enum {
	ATOMIC_FOLDER_PATH_MAX = 4096,
	ATOMIC_FOLDER_FILE_MAX = 64 /* characters of a file's name */
};

/* About 140 KB. */
struct atomic_folder;

enum skerry_err atomic_folder_stage(const char *path, struct atomic_folder **ret_folder);

/* Of two files of one name, the first one is kept. */
enum skerry_err atomic_folder_hold(struct atomic_folder *folder, const char *name,
	const uint8_t *bytes, size_t bytes_len, mode_t mode);

/* Its text is what is appended until the next one is opened. */
enum skerry_err atomic_folder_open(struct atomic_folder *folder, const char *name, mode_t mode);
enum skerry_err atomic_folder_append(
	struct atomic_folder *folder, const char *text, size_t text_len);

enum skerry_err atomic_folder_settle(struct atomic_folder *folder);
/* Frees it in any case. On an error what was written stays under the other name. */
enum skerry_err atomic_folder_keep(struct atomic_folder *folder);
/* Removes what was staged and frees it. Harmless on NULL. errno is kept. */
void atomic_folder_drop(struct atomic_folder *folder);

/* Where the files are until they are kept: for messages. */
const char *atomic_folder_staged_path(const struct atomic_folder *folder);

#endif
