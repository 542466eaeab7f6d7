/* SPDX-License-Identifier: ISC */
#ifndef KEYS_FILE_ERROR_H
#define KEYS_FILE_ERROR_H

/*
 * What errno says of a file that could not be opened, made, moved or removed: FILE_EXISTS, FILE_MISSING,
 * FILE_PERMISSION (also a disk that can only be read), FILE_NOT_REGULAR (a folder, a link where none may
 * be, a socket), NO_MEMORY, and IO for all else. errno stays: who tells the failure adds its words.
 */

#include "formats/skerry_error.h"

enum skerry_err file_error(void);

#endif
