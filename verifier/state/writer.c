/* SPDX-License-Identifier: ISC */
#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lock_file.h"

/* --- who writes ------------------------------------------------------------------------------ */

static enum skerry_err
remember_groups(struct writer *writer)
{
	int len = getgroups(0, NULL);

	if (len < 0)
		return SKERRY_ERR_FILE_PERMISSION;
	writer->groups = malloc((size_t)(len + 1) * sizeof *writer->groups);
	if (writer->groups == NULL)
		return SKERRY_ERR_NO_MEMORY;
	writer->groups_len = getgroups(len, writer->groups);
	writer->group = getegid();
	return writer->groups_len < 0 ? SKERRY_ERR_FILE_PERMISSION : SKERRY_OK;
}

/* What cannot be taken back leaves the process with less. */
static bool
become_root(const struct writer *writer)
{
	return seteuid(0) == 0 && setegid(writer->group) == 0 &&
	       setgroups((size_t)writer->groups_len, writer->groups) == 0;
}

enum skerry_err
writer_step_out(const struct writer *writer)
{
	return !writer->became_owner || become_root(writer) ? SKERRY_OK
							    : SKERRY_ERR_FILE_PERMISSION;
}

enum skerry_err
writer_step_in(const struct writer *writer)
{
	if (!writer->became_owner)
		return SKERRY_OK;
	/* The user last: only root may change the others. */
	if (setgroups(1, &writer->owner_group) == 0 && setegid(writer->owner_group) == 0 &&
		seteuid(writer->owner) == 0)
		return SKERRY_OK;
	return SKERRY_ERR_FILE_PERMISSION;
}

static enum skerry_err
become_owner(int directory, struct writer *writer)
{
	struct stat status;
	enum skerry_err err;

	if (fstat(directory, &status) != 0)
		return SKERRY_ERR_IO;
	if (geteuid() != 0 || status.st_uid == 0)
		return SKERRY_OK;
	err = remember_groups(writer);
	if (err != SKERRY_OK)
		return err;
	writer->became_owner = true;
	writer->owner = status.st_uid;
	writer->owner_group = status.st_gid;
	return writer_step_in(writer);
}

/* --- one at a time --------------------------------------------------------------------------- */

static enum skerry_err
take_lock(int directory, struct writer *writer, pid_t *ret_holder)
{
	writer->holder = getpid();
	return lock_file_take(directory, WRITER_LOCK, O_RDWR | O_CREAT, &writer->lock, ret_holder);
}

enum skerry_err
writer_begin(int directory, struct writer *ret_writer, pid_t *ret_holder)
{
	struct writer writer = { .lock = -1 };
	enum skerry_err err = become_owner(directory, &writer);

	if (err == SKERRY_OK)
		err = take_lock(directory, &writer, ret_holder);
	if (err != SKERRY_OK)
		writer_end(&writer);
	else
		*ret_writer = writer;
	return err;
}

enum skerry_err
writer_begin_as_self(int directory, struct writer *ret_writer, pid_t *ret_holder)
{
	struct writer writer = { .lock = -1 };
	struct stat status;
	enum skerry_err err;

	if (fstat(directory, &status) != 0)
		return SKERRY_ERR_IO;
	if (status.st_uid != geteuid())
		return SKERRY_ERR_FILE_PERMISSION;
	err = take_lock(directory, &writer, ret_holder);
	if (err == SKERRY_OK)
		*ret_writer = writer;
	return err;
}

void
writer_end(struct writer *writer)
{
	int first_errno = errno;

	if (writer->lock >= 0) {
		if (writer->holder == getpid())
			lock_file_give_up(writer->lock);
		close(writer->lock);
	}
	if (writer->became_owner)
		become_root(writer);
	free(writer->groups);
	*writer = (struct writer){ .lock = -1 };
	errno = first_errno;
}
