/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FAULT_DISK_H
#define TESTS_FAULT_DISK_H

/*
 * The disk as a test wants it: this program's own open, write, fsync, rename and so on stand before
 * libc's, SQLite's calls among them. What is done below one folder is counted, and at a chosen call
 * the process is killed, the call fails, or all of it is recorded for replay.h.
 *
 * Nothing is ever synced: a kill loses no page, and what a power loss takes is replay.h's to say. The
 * clocks are the test's, too. For one thread.
 */

#include <stdbool.h>
#include <stdint.h>

enum disk_kind {
	DISK_WRITE = 1 << 0,
	DISK_SIZE = 1 << 1, /* ftruncate, posix_fallocate */
	DISK_SYNC = 1 << 2,
	DISK_NAME = 1 << 3,   /* rename, link, mkdir, times and modes */
	DISK_UNLINK = 1 << 4, /* and rmdir */
	DISK_CREATE = 1 << 5, /* an open that makes a file where there is none */
	DISK_OPEN = 1 << 6,   /* any other */
	DISK_CHANGES = DISK_WRITE | DISK_SIZE | DISK_SYNC | DISK_NAME | DISK_UNLINK | DISK_CREATE,
	DISK_ALL = DISK_CHANGES | DISK_OPEN
};

enum disk_way {
	DISK_WORKS,
	DISK_KILLS,     /* the process, in place of call number `at` */
	DISK_TEARS,     /* the same, with the first half of it written */
	DISK_FAILS_ONE, /* call number `at`, with `error` */
	DISK_FAILS_ALL  /* and every one behind it */
};

struct disk_plan {
	enum disk_way way;
	int kinds; /* enum disk_kind that count */
	long at;   /* from 1 on */
	int error;
	int record_fd; /* 0: nothing is recorded */
};

/* From here on; calls below `folder`, an absolute path without links, count. */
void disk_start(const char *folder, const struct disk_plan *plan);
/* How many counted calls there were since. */
long disk_calls(void);
void disk_stop(void);

/* Both clocks from now on: what they would show, and so many seconds more. */
void disk_shift_clocks(int64_t wall_s, int64_t mono_s);

/* --- what is recorded: this, `path_len` and `to_len` characters, `data_len` bytes ---------------- */

enum disk_op {
	DISK_OP_CREATE = 1, /* path, node */
	DISK_OP_WRITE,      /* node, offset, data */
	DISK_OP_TRUNCATE,   /* node; offset: its new length */
	DISK_OP_GROW,       /* node; offset: its length at least */
	DISK_OP_SYNC,       /* path, node */
	DISK_OP_RENAME,     /* path, to */
	DISK_OP_UNLINK,     /* path */
	DISK_OP_MKDIR       /* path */
};

struct disk_record {
	enum disk_op op;
	uint32_t path_len, to_len, data_len;
	uint64_t node; /* inode number */
	int64_t offset;
};

#endif
