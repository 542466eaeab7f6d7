/* SPDX-License-Identifier: ISC */
#include "http_head.h"

#include <string.h>
#include <strings.h>

/* RFC 9110, section 5.6.2. */
static bool
is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_name(const char *name, size_t name_len)
{
	for (size_t i = 0; i < name_len; i++)
		if (!is_token_char(name[i]))
			return false;
	return name_len > 0;
}

/* Bytes above ASCII are nobody's business here. */
static bool
is_value(const char *value, size_t value_len)
{
	for (size_t i = 0; i < value_len; i++) {
		unsigned char c = (unsigned char)value[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

enum skerry_err
http_head_add(struct http_head *head, const char *name, size_t name_len, const char *value,
	size_t value_len)
{
	struct http_field *field;

	while (value_len > 0 && is_blank(value[0])) {
		value++;
		value_len--;
	}
	while (value_len > 0 && is_blank(value[value_len - 1]))
		value_len--;
	if (!is_name(name, name_len) || !is_value(value, value_len))
		return SKERRY_ERR_HTTP_MALFORMED;
	if (head->fields_len == HTTP_HEADERS_MAX)
		return SKERRY_ERR_HTTP_TOO_LARGE;
	field = &head->fields[head->fields_len++];
	*field = (struct http_field){ name, value, name_len, value_len };
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

bool
http_field_is(const struct http_field *field, const char *lower_case_name)
{
	return strncasecmp(field->name, lower_case_name, field->name_len) == 0 &&
	       lower_case_name[field->name_len] == '\0';
}
