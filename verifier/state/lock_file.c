/* SPDX-License-Identifier: ISC */
#include "lock_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PID_TEXT_MAX = 24 };

static pid_t
read_holder(int lock)
{
	char text[PID_TEXT_MAX] = "";
	ssize_t len = pread(lock, text, sizeof text - 1, 0);
	long pid = len <= 0 ? 0 : strtol(text, NULL, 10);

	return pid > 0 && pid <= INT32_MAX ? (pid_t)pid : 0;
}

/* That it could not be written harms nobody. */
static void
write_holder(int lock)
{
	char text[PID_TEXT_MAX];
	int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());

	if (ftruncate(lock, 0) == 0)
		(void)!pwrite(lock, text, (size_t)len, 0);
}

enum skerry_err
lock_file_take(int directory, const char *name, int how, int *ret_lock, pid_t *ret_holder)
{
	int lock = openat(directory, name, how | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	struct stat status;
	enum skerry_err err = SKERRY_ERR_IO;

	if (lock < 0)
		return errno == EACCES || errno == EPERM   ? SKERRY_ERR_FILE_PERMISSION
		       : errno == ELOOP || errno == EISDIR ? SKERRY_ERR_FILE_NOT_REGULAR
							   : SKERRY_ERR_IO;
	if (fstat(lock, &status) == 0 && !S_ISREG(status.st_mode)) {
		err = SKERRY_ERR_FILE_NOT_REGULAR;
	} else if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
		write_holder(lock);
		*ret_lock = lock;
		return SKERRY_OK;
	} else if (errno == EWOULDBLOCK) {
		*ret_holder = read_holder(lock);
		err = SKERRY_ERR_STORE_BUSY;
	}
	close(lock);
	return err;
}

void
lock_file_give_up(int lock)
{
	(void)!ftruncate(lock, 0);
	flock(lock, LOCK_UN);
}
