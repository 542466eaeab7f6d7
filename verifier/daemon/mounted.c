/* SPDX-License-Identifier: ISC */
#include "mounted.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
mounted_open(void)
{
	return open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
}

/* A blank, tab, newline and backslash stand in the table as \040 and so on. */
static size_t
unescape(char *text)
{
	char *to = text;

	for (const char *at = text; *at != '\0'; at++) {
		if (at[0] == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' && at[2] <= '7' &&
			at[3] >= '0' && at[3] <= '7') {
			*to++ = (char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + (at[3] - '0'));
			at += 3;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
	return (size_t)(to - text);
}

static bool
is_path(char *point, const char *path)
{
	size_t len = strlen(path), point_len = unescape(point);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return point_len == len && memcmp(point, path, len) == 0;
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw": id, parent, device, root, point. */
static bool
read_line(char *line, const char *path, uint64_t *ret_mount)
{
	char *fields[5], *rest = line;

	for (size_t i = 0; i < 5; i++) {
		fields[i] = strsep(&rest, " ");
		if (rest == NULL)
			return false;
	}
	if (!is_path(fields[4], path))
		return false;
	*ret_mount = strtoull(fields[0], NULL, 10) + 1;
	return true;
}

/* Of several the last one, which is the one that is seen. */
uint64_t
mounted_at(int table, const char *path)
{
	int copy = table < 0 ? -1 : dup(table);
	FILE *file = copy < 0 ? NULL : fdopen(copy, "r");
	uint64_t mount = 0;
	char *line = NULL;
	size_t room = 0;

	if (file == NULL) {
		if (copy >= 0)
			close(copy);
		return 0;
	}
	rewind(file);
	while (getline(&line, &room, file) >= 0)
		read_line(line, path, &mount);
	free(line);
	fclose(file);
	return mount;
}
