/* SPDX-License-Identifier: ISC */
#ifndef KEYS_MAILBAG_LOOK_H
#define KEYS_MAILBAG_LOOK_H

/*
 * What lies in a mailbag, file by file: a document, or why it is none. All of it may be hostile. Of a file
 * only its status and its first MAILBAG_FRONT bytes are read here, so of a whole mailbag at most 2 MB;
 * nothing is followed, nothing that is no regular file is opened.
 */

#include <stdbool.h>
#include <stdint.h>

#include "formats/document.h"
#include "mailbag.h"

enum {
	MAILBAG_FRONT = 512, /* bytes of a file that tell its kind */
	MAILBAG_FRONT_HASH = 16
};

/* The largest file that FAT holds: a bundle. Other kinds have their own, lower limits. */
#define MAILBAG_FILE_MAX UINT64_C(0xffffffff)

/* Stable values. */
enum mailbag_found {
	MAILBAG_DOCUMENT = 0, /* of a kind that travels so; the rest are skipped */
	MAILBAG_OWN_TEXT = 1, /* README.txt, RECEIPT.txt */
	MAILBAG_LEFTOVER = 2, /* half written, now or when a stick was pulled out */
	MAILBAG_ODD_NAME = 3, /* control characters, no UTF-8, too long */
	MAILBAG_LINK = 4,     /* a symbolic one */
	MAILBAG_FIFO = 5,
	MAILBAG_SOCKET = 6,
	MAILBAG_DEVICE = 7,
	MAILBAG_SUBFOLDER = 8,
	MAILBAG_EMPTY = 9,
	MAILBAG_TOO_LARGE = 10,  /* for any file, or for its kind */
	MAILBAG_SPARSE = 11,     /* parts of it were never written */
	MAILBAG_UNKNOWN = 12,    /* none of Skerry's documents */
	MAILBAG_TEXT = 13,       /* a document as armor or QR text: those are imported by name */
	MAILBAG_MISPLACED = 14,  /* a public key or fingerprint does not travel so; `kind` tells */
	MAILBAG_UNREADABLE = 15, /* `err` says why */
	MAILBAG_TOO_MANY =
		16, /* once, at the end, without a name: there is more that nobody looked at */
	MAILBAG_SECRET = 17 /* a secret key, wrapped or not, also a desk's own: call the vendor */
};

/* Which file it was, so that another one is not removed in its place. */
struct mailbag_identity {
	uint64_t device, inode, size;
	int64_t changed_s;
	uint32_t changed_ns;
	uint8_t front[MAILBAG_FRONT_HASH]; /* of its first bytes */
};

struct mailbag_entry {
	enum mailbag_found found;
	enum document_kind kind; /* by its first bytes alone: the rest may be anything */
	enum skerry_err err;
	const char *name;  /* as it is, for mailbag_remove; never for a terminal */
	const char *shown; /* for people */
	int file;          /* of a document: at its beginning. Else -1 */
	uint64_t size;
	struct mailbag_identity identity; /* of a document */
};

/*
 * Tells `each` of every entry, ascending by name, until it returns false. The entry and its descriptor end
 * with the call (dup keeps it); the bytes may change and the stick vanish at any moment, so read, never
 * map. Files may be left and removed meanwhile. Where the folder cannot be read to its end, what could be
 * is told before the error. At most MAILBAG_ENTRIES_MAX entries are looked at.
 */
enum skerry_err mailbag_look(const struct mailbag *bag,
	bool (*each)(void *context, const struct mailbag_entry *entry), void *context);

/* All of a document but a bundle; its limit was checked. untrusted_file.h's errors; free() it. */
enum skerry_err mailbag_read(
	const struct mailbag_entry *entry, uint8_t **ret_bytes, size_t *ret_len);

/* The most bytes of a document of that kind; 0 for one that does not travel so. */
uint64_t mailbag_limit(enum document_kind kind);

/* "fifo", ...: the code in JSON. "a FIFO, not a file": for the table. Never NULL. */
const char *mailbag_found_name(enum mailbag_found found);
const char *mailbag_found_text(enum mailbag_found found);

/* The identity of an open file: IO, DOCUMENT_EMPTY. Leaves its place as it was. */
enum skerry_err mailbag_identify(int file, struct mailbag_identity *ret_identity);

#endif
