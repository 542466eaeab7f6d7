/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_BELOW_ROOT_H
#define VERIFIER_GATHER_BELOW_ROOT_H

/*
 * Opening what lies below a root: "/", this machine, or a captured tree, whose links (absolute ones
 * and ".." too) never lead out of it. The machine itself needs no confinement, nor a system call that
 * a sandbox may not know. Thread-safe.
 */

#include <stdbool.h>

#include "formats/skerry_error.h"

bool below_root_is_machine(const char *root);

/* As open(2), close-on-exec; `path` is absolute. -1 and errno on failure. */
int below_root_open(const char *root, const char *path, int flags);

/* What errno says of such a file: FILE_MISSING, FILE_PERMISSION, FILE_NOT_REGULAR, else IO. */
enum skerry_err below_root_error(int error);

#endif
