/* SPDX-License-Identifier: ISC */
#include "http_head.h"

#include <string.h>

enum skerry_err
http_head_add(struct http_head *head, const char *name, size_t name_len, const char *value,
	size_t value_len)
{
	struct http_field field;

	if (!http_field_read(name, name_len, value, value_len, &field))
		return SKERRY_ERR_HTTP_MALFORMED;
	if (head->fields_len == HTTP_HEADERS_MAX)
		return SKERRY_ERR_HTTP_TOO_LARGE;
	head->fields[head->fields_len++] = field;
	return SKERRY_OK;
}

enum skerry_err
http_head_read(const char *lines, size_t lines_len, struct http_head *ret_head)
{
	const char *at = lines, *end = lines + lines_len;

	ret_head->fields_len = 0;
	while (at < end && at[0] != '\0') {
		const char *name_end = memchr(at, '\0', (size_t)(end - at));
		const char *value = name_end != NULL ? name_end + 1 : end;
		const char *value_end = memchr(value, '\0', (size_t)(end - value));
		enum skerry_err err;

		/* A line that ended in a line feed alone has left one zero, and so has one that came. */
		if (value_end == NULL || end - value_end < 2 || value_end[1] != '\0')
			return SKERRY_ERR_HTTP_MALFORMED;
		err = http_head_add(
			ret_head, at, (size_t)(name_end - at), value, (size_t)(value_end - value));
		if (err != SKERRY_OK)
			return err;
		at = value_end + 2;
	}
	return end - at == 2 && at[1] == '\0' ? SKERRY_OK : SKERRY_ERR_HTTP_MALFORMED;
}
