/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_MOUNTED_H
#define VERIFIER_DAEMON_MOUNTED_H

/*
 * What is mounted at a path, by the table of mounts (/proc/self/mountinfo), which tells poll by POLLPRI when
 * it has changed. Nothing at the path itself is touched: a disk that hangs hangs there.
 */

#include <stdint.h>

/* The table, open; -1. */
int mounted_open(void);
/* Another number for each mount; 0: nothing is mounted at exactly that path. */
uint64_t mounted_at(int table, const char *path);

#endif
