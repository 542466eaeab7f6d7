/* SPDX-License-Identifier: ISC */
#include "http_field.h"

#include <string.h>
#include <strings.h>

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

bool
http_field_read(const char *name, size_t name_len, const char *value, size_t value_len,
	struct http_field *ret_field)
{
	while (value_len > 0 && is_blank(value[0])) {
		value++;
		value_len--;
	}
	while (value_len > 0 && is_blank(value[value_len - 1]))
		value_len--;
	if (!is_name(name, name_len) || !is_value(value, value_len))
		return false;
	*ret_field = (struct http_field){ name, value, name_len, value_len };
	return true;
}

bool
http_field_is(const struct http_field *field, const char *name)
{
	return strncasecmp(field->name, name, field->name_len) == 0 &&
	       name[field->name_len] == '\0';
}
