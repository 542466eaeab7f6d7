/* SPDX-License-Identifier: ISC */
#include "mounts.h"

#include <string.h>

#include "small_file.h"

void
mounts_read(const char *root, struct mounts *ret_mounts)
{
	ret_mounts->len = 0;
	ret_mounts->err = small_file_read_start(root, "/proc/self/mountinfo", ret_mounts->text,
		sizeof ret_mounts->text, &ret_mounts->len);
}

/* The next field of a line, as a copy; false at its end, or where it is longer than what fits. */
static bool
take_field(const char **at, const char *end, char *ret_field, size_t field_max)
{
	size_t len = 0;

	while (*at < end && **at == ' ')
		(*at)++;
	while (*at + len < end && (*at)[len] != ' ')
		len++;
	if (len == 0 || len >= field_max)
		return false;
	memcpy(ret_field, *at, len);
	ret_field[len] = '\0';
	*at += len;
	return true;
}

static void
skip_field(const char **at, const char *end)
{
	while (*at < end && **at == ' ')
		(*at)++;
	while (*at < end && **at != ' ')
		(*at)++;
}

/* proc(5): id parent device root mount-point options [optional ...] - type source options */
static bool
read_line(const char *at, const char *end, const char *path, struct mount *ret_mount)
{
	char point[64], field[64] = "";

	skip_field(&at, end);
	skip_field(&at, end);
	if (!take_field(&at, end, ret_mount->device, sizeof ret_mount->device))
		return false;
	skip_field(&at, end);
	if (!take_field(&at, end, point, sizeof point) || strcmp(point, path) != 0)
		return false;
	skip_field(&at, end);
	while (strcmp(field, "-") != 0)
		if (!take_field(&at, end, field, sizeof field))
			return false;
	return take_field(&at, end, ret_mount->type, sizeof ret_mount->type) &&
	       take_field(&at, end, ret_mount->source, sizeof ret_mount->source);
}

bool
mounts_find(const struct mounts *mounts, const char *path, struct mount *ret_mount)
{
	const char *text_end = mounts->text + mounts->len, *end;
	bool found = false;

	for (const char *line = mounts->text; line < text_end; line = end + 1) {
		struct mount mount;

		end = memchr(line, '\n', (size_t)(text_end - line));
		if (end == NULL)
			break;
		if (read_line(line, end, path, &mount)) {
			*ret_mount = mount;
			found = true;
		}
	}
	return found;
}
