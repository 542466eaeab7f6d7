/* SPDX-License-Identifier: ISC */
#include "http_body.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_ROOM = 1024 };

static enum skerry_err
file_error(void)
{
	switch (errno) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return SKERRY_ERR_DISK_FULL;
	case EROFS:
		return SKERRY_ERR_READ_ONLY;
	case EACCES:
	case EPERM:
		return SKERRY_ERR_FILE_PERMISSION;
	default:
		return SKERRY_ERR_IO;
	}
}

/* Without a name from the start, or, where the file system has no such files, without one at once. */
static int
open_nameless(int directory)
{
	static const char NAME[] = ".skerryd.spool";
	int file = openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return file;
	unlinkat(directory, NAME, 0);
	file = openat(directory, NAME, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file >= 0)
		unlinkat(directory, NAME, 0);
	return file;
}

static enum skerry_err
write_all(int file, const void *bytes, size_t bytes_len)
{
	const char *next = bytes;

	while (bytes_len > 0) {
		ssize_t written = write(file, next, bytes_len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return file_error();
		next += written;
		bytes_len -= (size_t)written;
	}
	return SKERRY_OK;
}

static void
free_bytes(struct http_body *body, struct http_bodies *bodies)
{
	free(body->bytes);
	bodies->in_memory -= body->room;
	body->bytes = NULL;
	body->len = body->room = 0;
}

static enum skerry_err
make_room(struct http_body *body, struct http_bodies *bodies, size_t len)
{
	size_t room = body->room != 0 ? body->room : FIRST_ROOM;
	uint8_t *bytes;

	while (room < len)
		room *= 2;
	if (room <= body->room)
		return SKERRY_OK;
	if (room - body->room > HTTP_BODIES_MAX - bodies->in_memory)
		return SKERRY_ERR_HTTP_BUSY;
	bytes = realloc(body->bytes, room);
	if (bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	bodies->in_memory += room - body->room;
	body->bytes = bytes;
	body->room = room;
	return SKERRY_OK;
}

/* What is in memory moves into a file. */
static enum skerry_err
spool(struct http_body *body, struct http_bodies *bodies)
{
	enum skerry_err err;

	if (bodies->spools == HTTP_SPOOLS_MAX)
		return SKERRY_ERR_HTTP_BUSY;
	body->file = open_nameless(bodies->spool_directory);
	if (body->file < 0)
		return file_error();
	bodies->spools++;
	err = write_all(body->file, body->bytes, body->len);
	body->file_len = body->len;
	free_bytes(body, bodies);
	return err;
}

static enum skerry_err
add(struct http_body *body, struct http_bodies *bodies, bool may_spool, const char *bytes,
	size_t bytes_len)
{
	enum skerry_err err = SKERRY_OK;

	if (body->file < 0 && bytes_len <= HTTP_BODY_MAX - body->len) {
		err = make_room(body, bodies, body->len + bytes_len);
		if (err == SKERRY_OK) {
			memcpy(body->bytes + body->len, bytes, bytes_len);
			body->len += bytes_len;
		}
		return err;
	}
	if (!may_spool || bodies->spool_directory < 0)
		return SKERRY_ERR_HTTP_TOO_LARGE;
	if (body->file < 0)
		err = spool(body, bodies);
	if (err == SKERRY_OK && bytes_len > HTTP_SPOOL_MAX - body->file_len)
		return SKERRY_ERR_HTTP_TOO_LARGE;
	if (err == SKERRY_OK)
		err = write_all(body->file, bytes, bytes_len);
	if (err == SKERRY_OK)
		body->file_len += bytes_len;
	return err;
}

enum skerry_err
http_body_add(struct http_body *body, struct http_bodies *bodies, bool may_spool, const char *bytes,
	size_t bytes_len)
{
	enum skerry_err err = add(body, bodies, may_spool, bytes, bytes_len);

	if (err != SKERRY_OK)
		http_body_drop(body, bodies);
	return err;
}

enum skerry_err
http_body_end(struct http_body *body)
{
	if (body->file >= 0 && lseek(body->file, 0, SEEK_SET) != 0)
		return SKERRY_ERR_IO;
	return SKERRY_OK;
}

void
http_body_drop(struct http_body *body, struct http_bodies *bodies)
{
	int kept_errno = errno;

	free_bytes(body, bodies);
	if (body->file >= 0) {
		close(body->file);
		bodies->spools--;
	}
	*body = HTTP_BODY_NONE;
	errno = kept_errno;
}

uint64_t
http_body_len(const struct http_body *body)
{
	return body->file >= 0 ? body->file_len : body->len;
}
