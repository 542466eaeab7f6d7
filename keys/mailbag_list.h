/* SPDX-License-Identifier: ISC */
#ifndef KEYS_MAILBAG_LIST_H
#define KEYS_MAILBAG_LIST_H

/* The names in a folder of a stick, of which there may be a million. */

#include <stdbool.h>
#include <stddef.h>

#include "formats/skerry_error.h"

enum { MAILBAG_ENTRIES_MAX = 4096 /* entries of a folder that are looked at */ };

struct mailbag_list {
	char **names; /* ascending by their bytes, none twice */
	size_t names_len;
	bool more; /* the folder holds more than that; which ones are missing is chance */
};

/*
 * Reads the folder from its beginning. On an error (IO, NO_MEMORY, FILE_PERMISSION) the list holds what
 * was read until then. mailbag_list_free in any case.
 */
enum skerry_err mailbag_list_read(int folder, struct mailbag_list *ret_list);
void mailbag_list_free(struct mailbag_list *list);

#endif
