/* SPDX-License-Identifier: ISC */
#ifndef KEYS_ATOMIC_FOLDER_H
#define KEYS_ATOMIC_FOLDER_H

/*
 * A folder of many files that appears whole or not at all. It is filled beside its name, as
 * NAME.new-XXXXXXXX, and gets the name when all of it is on the disk.
 *
 *	atomic_folder_stage   the name is free; the folder, still hidden under the other name
 *	atomic_folder_put     a file, whole
 *	atomic_folder_hold    a file but for its end, a signature: nothing that anybody could use
 *	atomic_folder_settle  everything so far has its room on the disk
 *	                      the record is committed here
 *	atomic_folder_keep    the ends, and the name      (or atomic_folder_drop, the commit failed)
 *
 * So a full disk and a name that is taken show before the commit, and whatever ends the program
 * before it leaves no usable document. What ends it after the commit leaves NAME.new-XXXXXXXX with
 * the files that were put whole; the held ones are to be had again from the record.
 *
 * FILE_EXISTS (NAME is there, and no empty folder), FILE_NOT_REGULAR (a file name that is
 * none), FILE_MISSING (no folder to make it in), FILE_PERMISSION, IO (full disk,
 * ...; errno is kept), NO_SPACE (a held file shorter than its end). Modes are narrowed by the umask.
 * The first error of put and hold stays and comes back from settle.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "formats/skerry_error.h"

enum {
	ATOMIC_FOLDER_PATH_MAX = 4096,
	ATOMIC_FOLDER_FILE_MAX = 64, /* characters of a file's name */
	ATOMIC_FOLDER_HELD = 64      /* bytes at the end of a file that is held */
};

struct atomic_folder;

enum skerry_err atomic_folder_stage(const char *path, struct atomic_folder **ret_folder);

/* A name that was put or held before is FILE_EXISTS and does not stay as an error. */
enum skerry_err atomic_folder_put(struct atomic_folder *folder, const char *name,
	const uint8_t *bytes, size_t bytes_len, mode_t mode);
enum skerry_err atomic_folder_hold(struct atomic_folder *folder, const char *name,
	const uint8_t *bytes, size_t bytes_len, mode_t mode);

/* One file that is written piece by piece, beside those that are put whole. */
enum skerry_err atomic_folder_open(struct atomic_folder *folder, const char *name, mode_t mode);
enum skerry_err atomic_folder_append(
	struct atomic_folder *folder, const char *text, size_t text_len);

enum skerry_err atomic_folder_settle(struct atomic_folder *folder);
/* Frees it in any case. On an error the files stay under the other name. */
enum skerry_err atomic_folder_keep(struct atomic_folder *folder);
/* Removes what was staged and frees it. Harmless on NULL. errno is kept. */
void atomic_folder_drop(struct atomic_folder *folder);

/* Where the files are until they are kept: for messages. */
const char *atomic_folder_staged_path(const struct atomic_folder *folder);

#endif
