/* SPDX-License-Identifier: ISC */
#ifndef KEYS_MARK_FILE_H
#define KEYS_MARK_FILE_H

/*
 * A mark outside of a database: the head of its log, so that a database put back from a backup is
 * seen to be older than what it has done already. It only grows.
 *
 * Two slots a page apart, written in turn and each with a checksum: a write that a power loss tears
 * leaves the mark before it. A reader takes the slot that was written last.
 *
 *	"SKERRYM2"  write number, seq, at (8 bytes each, most significant first)  hash  desk  seal
 *	highest index, activation number, edition (8 bytes each)  checksum
 *
 * A mark that has no highest numbers is one of "SKERRYM1", which ends with the seal.
 *
 * Programs that read and write it at once wait for each other (flock). FILE_PERMISSION,
 * FILE_NOT_REGULAR (a symbolic link too), IO; errno is kept.
 */

#include <stdbool.h>

#include "formats/skerry_error.h"
#include "keys/hash.h"

enum { MARK_DESK_LEN = 16, MARK_SEAL_LEN = 16 };

/* The highest that a desk ever handed out, the next free one of the first two. They only grow. */
struct mark_high {
	int64_t status_next, activation_next, edition;
};

/* This module keeps all of it and looks into nothing but `seq`. */
struct mark {
	int64_t seq, at; /* of the log's last row; and its hash */
	uint8_t hash[HASH_LEN];
	uint8_t desk[MARK_DESK_LEN]; /* whose it is */
	uint8_t seal[MARK_SEAL_LEN]; /* over all of it, by the key of whose it is */
	bool has_high;               /* false: an older program wrote it */
	struct mark_high high;
};

/* { -1 } is none. `lazy`: a second record, which the next power loss may set back. */
struct mark_file {
	int fd;
	bool lazy;
};

/* FILE_MISSING where there is none and `make` is false. A new one has mode 0600 and its room. */
enum skerry_err mark_file_open(const char *path, bool make, struct mark_file *ret_file);
/* Harmless on { -1 }. errno is kept. */
void mark_file_close(struct mark_file *file);

/* FILE_MISSING where nothing was written yet, FILE_DAMAGED where no slot is whole. */
enum skerry_err mark_file_read(const struct mark_file *file, struct mark *ret_mark);

/* Durable on success, unless lazy. A mark that is there and not lower stands. */
enum skerry_err mark_file_raise(const struct mark_file *file, const struct mark *mark);
/* The same whatever is there: after a recovery, whose log begins again at a lower number. */
enum skerry_err mark_file_replace(const struct mark_file *file, const struct mark *mark);

#endif
