/* SPDX-License-Identifier: ISC */
#include "mailbag_error.h"

#include <errno.h>

enum skerry_err
mailbag_error(void)
{
	switch (errno) {
	case ENOENT:
		return SKERRY_ERR_FILE_MISSING;
	case ENOTDIR:
	case ELOOP:
		return SKERRY_ERR_NOT_A_FOLDER;
	case EACCES:
	case EPERM:
		return SKERRY_ERR_FILE_PERMISSION;
	case EROFS:
		return SKERRY_ERR_READ_ONLY;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return SKERRY_ERR_DISK_FULL;
	case ENOMEM:
		return SKERRY_ERR_NO_MEMORY;
	default:
		return SKERRY_ERR_IO;
	}
}
