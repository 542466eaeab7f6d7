/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_FOLDER_OWNER_H
#define VERIFIER_CLI_FOLDER_OWNER_H

/*
 * Whose the state folder is. All in it belongs to the folder's owner (verifier/state/writer.h), so that
 * it counts who owns it at the beginning: CLI_STATE_DEFAULT is user skerry's where there is one, any
 * other folder the one's who makes it, unless root names somebody else.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "keys/command.h"

#define FOLDER_OWNER_USUAL "skerry"

enum { FOLDER_OWNER_MAX = 64 };

/*
 * For who sets a folder up: when root does, makes it, 0700, and gives it away while it is empty. One
 * that is not empty or not root's stays whose it is. `wanted` is a user's name, NULL for the usual
 * owner. False where that cannot be, which has been told.
 */
bool folder_owner_prepare(const char *wanted, enum command_exit *ret_exit);

/* The user's name, or his number. */
void folder_owner_name(uid_t user, char ret_name[FOLDER_OWNER_MAX]);

/* The line that init prints of it, and a sentence where root alone can use the folder. */
void folder_owner_tell(void);

/* Whether others than its owner may open the folder or a secret in it. */
bool folder_owner_is_exposed(int directory);

/* A folder or secret that others may open is told on standard error. */
void folder_owner_tell_exposed(int directory);

/* That this user may not use the folder: whose it is, and how he does. */
enum command_exit folder_owner_fail(const char *file, bool json);
/* Why documents_create has failed, that among it. */
enum command_exit folder_owner_refuse(enum skerry_err err, pid_t holder, bool json);

#endif
