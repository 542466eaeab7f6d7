/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_FOLDER_H
#define ISSUER_DESK_FOLDER_H

/*
 * A desk's folder that appears whole or not at all: made under another name, filled, and renamed.
 * Errors: FILE_EXISTS, FILE_MISSING (the folder around it), FILE_PERMISSION, IO; errno is kept.
 */

#include "issuer/desk/desk.h"

/* The path without slashes at its end. */
enum skerry_err folder_name(const char *path, char ret_path[DESK_PATH_MAX]);

/* Nothing there, or an empty folder. */
bool folder_is_free(const char *path);

/* Makes PATH SUFFIX -XXXXXX, mode 0700. */
enum skerry_err folder_make(const char *path, const char *suffix, char ret_path[DESK_PATH_MAX]);

/* Durably. Replaces an empty folder and nothing else. */
enum skerry_err folder_take_name(const char *from, const char *to);

enum skerry_err folder_sync(const char *path);

/* With all that is in it. errno is kept. */
void folder_remove(const char *path);

#endif
