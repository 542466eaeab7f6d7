/* SPDX-License-Identifier: ISC */
#ifndef KEYS_FILE_ERROR_H
#define KEYS_FILE_ERROR_H

/*
 * What errno says of a file that could not be opened, made, moved or removed: FILE_EXISTS, FILE_MISSING,
 * FILE_PERMISSION (also a disk that can only be read), FILE_NOT_REGULAR (a folder, a link where none may
 * be, a socket), NO_MEMORY, and IO for all else. errno stays: who tells the failure adds its words.
 */

#include <errno.h>

#include "formats/skerry_error.h"

/* Never SKERRY_OK, as whoever reads the callers can see here. */
static inline enum skerry_err
file_error(void)
{
	switch (errno) {
	case EEXIST:
	case ENOTEMPTY:
		return SKERRY_ERR_FILE_EXISTS;
	case ENOENT:
	case ENOTDIR:
		return SKERRY_ERR_FILE_MISSING;
	case EACCES:
	case EPERM:
	case EROFS:
		return SKERRY_ERR_FILE_PERMISSION;
	case ELOOP: /* a symbolic link where none may be */
	case EXDEV: /* a way out of the directory */
	case ENXIO: /* a socket, or a device without a driver */
	case ENODEV:
	case EISDIR:
		return SKERRY_ERR_FILE_NOT_REGULAR;
	case ENOMEM:
		return SKERRY_ERR_NO_MEMORY;
	default:
		return SKERRY_ERR_IO;
	}
}

#endif
