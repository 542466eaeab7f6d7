/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_FOLDER_CONFIG_H
#define VERIFIER_LIBRARY_FOLDER_CONFIG_H

/*
 * What a handle on a folder or a socket keeps of its config: the caller's strings are borrowed during skerry_open
 * alone, and each look needs them again.
 */

#include "pinned.h"
#include "skerry.h"
#include "verifier/question.h"

struct folder_config {
	char *path; /* of the folder or the socket, absolute */
	struct pinned pinned;
	struct site_query query;
	const char *custom[SKERRY_CUSTOM_MAX];
	struct document documents[DOCUMENT_PARTS_MAX]; /* the pin's; they point into `carrier` */
	uint8_t *carrier;
	char *strings[SKERRY_CUSTOM_MAX + 5]; /* all that is copied */
	size_t strings_len;
};

/*
 * Errors of document.h for the pin, with *ret_offset; NO_MEMORY; FILE_MISSING where the process has no
 * current folder that a relative path could count from. To be freed in any case.
 */
enum skerry_err folder_config_copy(
	const struct skerry_config *config, struct folder_config *ret_copy, size_t *ret_offset);
void folder_config_free(struct folder_config *copy);

#endif
