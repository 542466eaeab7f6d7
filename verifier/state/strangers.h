/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_STRANGERS_H
#define VERIFIER_STATE_STRANGERS_H

/*
 * Files in a folder that are none of a site's. Nobody's home or /tmp is to become a site, and closed to all
 * others, because of a slip of the keyboard.
 */

#include "documents.h"

/* FILE_EXISTS for a folder that holds one, with its name; FILE_PERMISSION, IO. */
enum skerry_err strangers_find(int directory, char ret_stranger[DOCUMENTS_NAME_MAX]);

/* The name alone; "" where there is none. */
void strangers_name(const char *path, char ret_name[DOCUMENTS_NAME_MAX]);

#endif
