/* SPDX-License-Identifier: ISC */
#ifndef KEYS_MAILBAG_TEXT_H
#define KEYS_MAILBAG_TEXT_H

/*
 * The two texts for people in a mailbag: README.txt for who finds the stick, RECEIPT.txt for who carries
 * it. Each is known by its first line; a file of that name that begins otherwise is somebody's, and stays
 * (FILE_EXISTS). Lines end as they do on DOS. Neither is ever believed, and a failure to write one is no
 * failure to exchange: they come last, and room for them is taken from nothing.
 */

#include "mailbag.h"

#define MAILBAG_README "README.txt"
#define MAILBAG_RECEIPT "RECEIPT.txt"

enum {
	MAILBAG_TEXT_MAX = 64 * 1024, /* bytes of either */
	MAILBAG_README_MAX = 16 * 1024,
	MAILBAG_TAG_LEN = 4,
	MAILBAG_LINE_MAX = 96,     /* characters of a receipt's line, behind the tag */
	MAILBAG_RECEIPTS_MAX = 400 /* lines: the oldest ones go */
};

/* What README.txt begins with, before whom to tell: sites and desks write the same. */
extern const char MAILBAG_GREETING[];

/* In any case of letters. */
bool mailbag_text_is_named(const char *name);

/*
 * Writes README.txt where there is none or another one of ours. `text` has lines ending in \n and at most
 * MAILBAG_README_MAX characters (ARGUMENT), without the first line, which is the mailbag's.
 */
enum skerry_err mailbag_readme(const struct mailbag *bag, const char *text);

/* Four Crockford characters for a site or desk, by its id: not its name, and the same on every stick. */
void mailbag_tag(const uint8_t *id, size_t id_len, char ret_tag[MAILBAG_TAG_LEN + 1]);

/*
 * Notes in RECEIPT.txt that this one was here, in place of its line before, at the end: "K7QM  line".
 * The line is printable ASCII, at most MAILBAG_LINE_MAX characters, without names (ARGUMENT). Lines
 * that no mailbag wrote are dropped.
 */
enum skerry_err mailbag_receipt(
	const struct mailbag *bag, const char tag[MAILBAG_TAG_LEN + 1], const char *line);

#endif
