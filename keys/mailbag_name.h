/* SPDX-License-Identifier: ISC */
#ifndef KEYS_MAILBAG_NAME_H
#define KEYS_MAILBAG_NAME_H

/*
 * Names in a mailbag. Ours are 8 random characters of Crockford's alphabet and an extension, in lower
 * case: they fit the oldest FAT, are no device of DOS, tell nobody what is inside, and two writers who
 * never meet do not choose the same one. What lies beside them may have any name. Pure but for the draw;
 * thread-safe.
 */

#include <stdbool.h>

#define MAILBAG_FOLDER "skerry"
#define MAILBAG_MAIL ".skr"
#define MAILBAG_UNFINISHED ".skt" /* being written, or left by a stick that was pulled out */

enum {
	MAILBAG_DRAWN_ROOM = 13,     /* a name of ours, terminated */
	MAILBAG_NAME_MAX = 255,      /* bytes of a name that is looked at */
	MAILBAG_SHOWN_ROOM = 4 * 256 /* the longest one, each byte escaped */
};

void mailbag_name_draw(const char *extension, char ret_name[MAILBAG_DRAWN_ROOM]);

/* In any case of letters, since FAT may show it so. */
bool mailbag_name_is_drawn(const char *name, const char *extension);

/* UTF-8 of at most MAILBAG_NAME_MAX bytes that a terminal shows as it is. */
bool mailbag_name_is_plain(const char *name);

/*
 * The name for people: each byte of a control character, of what is no UTF-8, and each backslash as \xNN.
 * One that is too long is cut and ends in "...".
 */
void mailbag_name_show(const char *name, char ret_shown[MAILBAG_SHOWN_ROOM]);

#endif
