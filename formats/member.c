/* SPDX-License-Identifier: ISC */
#include "member.h"

void
member_null(struct json *j, const char *name)
{
	json_name(j, name);
	json_null(j);
}

void
member_bool(struct json *j, const char *name, bool value)
{
	json_name(j, name);
	json_bool(j, value);
}

void
member_int(struct json *j, const char *name, int64_t value)
{
	json_name(j, name);
	json_int(j, value);
}

void
member_uint(struct json *j, const char *name, uint64_t value)
{
	json_name(j, name);
	json_uint(j, value);
}

void
member_chars(struct json *j, const char *name, const char *terminated)
{
	json_name(j, name);
	json_chars(j, terminated);
}

void
member_text(struct json *j, const char *name, struct cbor_text text)
{
	json_name(j, name);
	json_text(j, text);
}

void
member_date(struct json *j, const char *name, int64_t at)
{
	json_name(j, name);
	json_date(j, at);
}

void
member_given(struct json *j, const char *name, const char *terminated)
{
	member_chars(j, name, terminated == NULL || terminated[0] == '\0' ? NULL : terminated);
}

void
member_number(struct json *j, const char *name, uint64_t value)
{
	if (value == 0)
		member_null(j, name);
	else
		member_uint(j, name, value);
}
