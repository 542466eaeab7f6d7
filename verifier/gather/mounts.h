/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_MOUNTS_H
#define VERIFIER_GATHER_MOUNTS_H

/* The table of mounts (/proc/self/mountinfo): what lies behind a path. */

#include <stdbool.h>
#include <stddef.h>

#include "formats/skerry_error.h"

enum {
	MOUNTS_MAX = 16384 /* bytes that are looked at; the root file system stands at the front */
};

struct mounts {
	enum skerry_err err; /* SKERRY_OK, or why there is no text */
	size_t len;
	char text[MOUNTS_MAX];
};

struct mount {
	char device[16];  /* "8:2"; major number 0: not one of a disk */
	char type[32];    /* "ext4", "overlay" */
	char source[128]; /* "/dev/sda2", "overlay" */
};

void mounts_read(const char *root, struct mounts *ret_mounts);

/* The mount on exactly that path; of several the last one, which is the one that is seen. */
bool mounts_find(const struct mounts *mounts, const char *path, struct mount *ret_mount);

#endif
