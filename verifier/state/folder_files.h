/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_FOLDER_FILES_H
#define VERIFIER_STATE_FOLDER_FILES_H

/*
 * Files in a folder of the state folder: written whole and durable, dropped, listed. `above` is the open
 * state folder; a symbolic link is no folder of it. Errors of documents.h and atomic_file.h; errno is
 * kept.
 */

#include "documents.h"

/* What errno says of a folder. */
enum skerry_err folder_files_error(void);

enum skerry_err folder_files_put(
	int above, const char *folder, const char *name, const uint8_t *bytes, size_t bytes_len);
/* One that is not there is dropped as well. */
enum skerry_err folder_files_drop(int above, const char *folder, const char *name);

/* Whether a name is of ours: it has more than that end, and room. */
bool folder_files_ends_with(const char *name, const char *end);

/* Files of a folder. About 512 KB, of which few are touched: allocate it. */
struct folder_names {
	char list[DOCUMENTS_FILES_MAX][DOCUMENTS_NAME_MAX];
	size_t len;
	bool more; /* than fit */
};

/*
 * Files of ours in a folder, sorted: its order on disk is no order. Temporary ones are passed by. The
 * caller frees the list. A folder that is not there holds none.
 */
enum skerry_err folder_files_list(
	int above, const char *folder, const char *end, struct folder_names **ret_names);

#endif
