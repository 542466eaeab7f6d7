/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_SANDBOX_H
#define VERIFIER_DAEMON_SANDBOX_H

/*
 * What the daemon gives up for good, once all is open and before any other thread starts: of files it may
 * change those below the folders that it is told (Landlock, as far as this kernel has it), it executes
 * nothing, and calls only what of the kernel it needs (seccomp; what is not listed does not exist, ENOSYS).
 * Reading stays as the system's rights have it: components of the machine lie everywhere.
 *
 * A unit of systemd does the same from outside and more; this holds wherever skerryd is started.
 */

#include <stdbool.h>
#include <stddef.h>

#include "formats/skerry_error.h"

enum { SANDBOX_FOLDERS_MAX = 32 };

struct sandbox_config {
	/*
	 * Folders below which files may be written, made and removed; one that is not there is passed
	 * over. A folder on which something gets mounted later is meant by the one above it.
	 */
	const char *folders[SANDBOX_FOLDERS_MAX];
	size_t folders_len;
};

struct sandbox_told {
	int landlock; /* its version here; 0: this kernel has none, or it is off */
	bool seccomp; /* false in a build with sanitizers, which need more of the kernel */
};

/* IO (errno) where what this kernel has could not be entered; NO_MEMORY. */
enum skerry_err sandbox_enter(const struct sandbox_config *config, struct sandbox_told *ret_told);

#endif
