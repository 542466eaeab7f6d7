/* SPDX-License-Identifier: ISC */
#include "file_error.h"

#include <errno.h>

enum skerry_err
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
