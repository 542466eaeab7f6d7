/* SPDX-License-Identifier: ISC */
#include "staged_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/atomic_file.h"
#include "keys/random.h"

enum { SUFFIX_LEN = 8 };

static bool
is_stdout(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* What would be in the way, asked before anything is recorded. */
static enum skerry_err
check_name(const char *path, bool replace)
{
	struct stat info;

	if (lstat(path, &info) != 0)
		return SKERRY_OK;
	if (!S_ISREG(info.st_mode))
		return SKERRY_ERR_FILE_NOT_REGULAR;
	return replace ? SKERRY_OK : SKERRY_ERR_FILE_EXISTS;
}

/* FOLDER/.skerry-XXXXXXXX: hidden from a shell's *, on the same file system. */
static enum skerry_err
name_beside(struct staged_file *staged)
{
	const char *slash = strrchr(staged->path, '/');
	int folder_len = slash == NULL ? 0 : (int)(slash - staged->path) + 1, len;
	char suffix[SUFFIX_LEN + 1];

	random_id(suffix, SUFFIX_LEN);
	len = snprintf(staged->beside, sizeof staged->beside, "%.*s.skerry-%s", folder_len,
		staged->path, suffix);
	return len < 0 || len >= STAGED_FILE_PATH_MAX ? SKERRY_ERR_FILE_MISSING : SKERRY_OK;
}

enum skerry_err
staged_file_write(const char *path, const uint8_t *bytes, size_t bytes_len, bool replace,
	struct staged_file *ret_staged)
{
	enum skerry_err err;

	*ret_staged =
		(struct staged_file){ .replace = replace, .bytes = bytes, .bytes_len = bytes_len };
	if (snprintf(ret_staged->path, sizeof ret_staged->path, "%s", path) >= STAGED_FILE_PATH_MAX)
		return SKERRY_ERR_FILE_MISSING;
	if (is_stdout(path))
		return SKERRY_OK;
	err = check_name(path, replace);
	if (err == SKERRY_OK)
		err = name_beside(ret_staged);
	if (err == SKERRY_OK)
		err = atomic_file_write(ret_staged->beside, bytes, bytes_len, 0644, false);
	ret_staged->staged = err == SKERRY_OK;
	return err;
}

/* The kernel decides who wins a name; file systems that cannot are asked with link(2). */
static bool
move(const struct staged_file *staged)
{
	if (staged->replace)
		return rename(staged->beside, staged->path) == 0;
	if (renameat2(AT_FDCWD, staged->beside, AT_FDCWD, staged->path, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	return link(staged->beside, staged->path) == 0 && unlink(staged->beside) == 0;
}

static void
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[STAGED_FILE_PATH_MAX] = ".";
	int fd;

	if (slash != NULL)
		snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path),
			path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd); /* the bytes are safe already; the record stands in the database */
	close(fd);
}

enum skerry_err
staged_file_keep(struct staged_file *staged)
{
	if (is_stdout(staged->path)) {
		if (fwrite(staged->bytes, 1, staged->bytes_len, stdout) != staged->bytes_len ||
			fflush(stdout) != 0)
			return SKERRY_ERR_IO;
		return SKERRY_OK;
	}
	if (!move(staged)) {
		enum skerry_err err = errno == EEXIST ? SKERRY_ERR_FILE_EXISTS : SKERRY_ERR_IO;

		staged_file_drop(staged);
		return err;
	}
	staged->staged = false;
	sync_folder(staged->path);
	return SKERRY_OK;
}

void
staged_file_drop(struct staged_file *staged)
{
	int saved = errno;

	if (staged->staged)
		unlink(staged->beside);
	staged->staged = false;
	errno = saved;
}
