/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_LOCK_FILE_H
#define VERIFIER_STATE_LOCK_FILE_H

/* A file of a folder that one process at a time holds, its process id in it for others who want it. */

#include <sys/types.h>

#include "formats/skerry_error.h"

/*
 * Without waiting. `how` it is opened: O_RDWR | O_CREAT, or O_RDONLY, and then nothing is written. STORE_BUSY:
 * another process has it, *ret_holder its id or 0; FILE_PERMISSION, FILE_NOT_REGULAR, IO (errno).
 */
enum skerry_err lock_file_take(
	int directory, const char *name, int how, int *ret_lock, pid_t *ret_holder);
/* Of a lock that is this process's, also where one that was forked from it has it still open. */
void lock_file_give_up(int lock);

#endif
