/* SPDX-License-Identifier: ISC */
#ifndef KEYS_MAILBAG_TEXT_FILE_H
#define KEYS_MAILBAG_TEXT_FILE_H

/* A text of the mailbag's own as a file: read back, and written anew. mailbag_text.h is for callers. */

#include "mailbag_text.h"

/*
 * What lies there under `name`, terminated; free() it. An empty string where there is none, or nothing in
 * it. FILE_EXISTS: it does not begin with the line `title`, or is no file, or too long. NO_MEMORY, IO.
 */
enum skerry_err mailbag_text_read(
	const struct mailbag *bag, const char *name, const char *title, char **ret_text);
enum skerry_err mailbag_text_write(
	const struct mailbag *bag, const char *name, const char *text, size_t text_len);

#endif
