/* SPDX-License-Identifier: ISC */
#include "below_root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

bool
below_root_is_machine(const char *root)
{
	return strcmp(root, "/") == 0;
}

int
below_root_open(const char *root, const char *path, int flags)
{
	struct open_how how = { .flags = (unsigned)flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
	int top, fd, saved;

	if (below_root_is_machine(root))
		return open(path, flags | O_CLOEXEC);
	top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (top < 0)
		return -1;
	fd = (int)syscall(SYS_openat2, top, path, &how, sizeof how);
	saved = errno;
	close(top);
	errno = saved;
	return fd;
}

enum skerry_err
below_root_error(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return SKERRY_ERR_FILE_MISSING;
	case EACCES:
	case EPERM:
		return SKERRY_ERR_FILE_PERMISSION;
	case ENXIO:
	case ELOOP:
	case EISDIR:
		return SKERRY_ERR_FILE_NOT_REGULAR;
	default:
		return SKERRY_ERR_IO;
	}
}
