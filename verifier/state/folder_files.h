/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_FOLDER_FILES_H
#define VERIFIER_STATE_FOLDER_FILES_H

/*
 * Files in a folder of the state folder: written whole and durable, dropped, listed. `above` is the open
 * state folder; a symbolic link is no folder of it. Errors of documents.h and atomic_file.h; errno is
 * kept.
 */

#include "documents.h"

/* Where documents lie, and how their names end. */
#define FOLDER_MANIFESTS "manifests"
#define FOLDER_LICENSES "licenses"
#define FOLDER_REPLIES "replies"
#define FOLDER_STATUSES "statuses"
#define FOLDER_MANIFEST_END ".manifest"
#define FOLDER_LICENSE_END ".license"
#define FOLDER_EXTENSION_END ".extension"
#define FOLDER_REPLY_END ".reply"
#define FOLDER_STATUS_END ".status"

/* skerryd's: its lock, and where it answers, as it is written and as it stands. */
#define FOLDER_DAEMON_LOCK "daemon.lock"
#define FOLDER_DAEMON_SOCKET "skerryd.socket"
#define FOLDER_DAEMON_SOCKET_NEW FOLDER_DAEMON_SOCKET ".new"

/* What errno says of a folder. */
enum skerry_err folder_files_error(void);

enum skerry_err folder_files_put(
	int above, const char *folder, const char *name, const uint8_t *bytes, size_t bytes_len);
/* One that is not there is dropped as well. */
enum skerry_err folder_files_drop(int above, const char *folder, const char *name);

/*
 * The same by the path that a row has: "licenses/....license". STORE_DAMAGED for one that is no place of a
 * document: a backup comes from outside, and so its rows do.
 */
enum skerry_err folder_files_put_path(
	int above, const char *path, const uint8_t *bytes, size_t bytes_len);
enum skerry_err folder_files_drop_path(int above, const char *path);

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
