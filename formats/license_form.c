/* SPDX-License-Identifier: ISC */
/* The forms of names and ids in a license, as license.h promises them. */
#include "license.h"

#include <string.h>

static bool
is_lower_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
license_is_slug(struct cbor_text text)
{
	if (text.len == 0 || text.len > LICENSE_SLUG_MAX || !is_lower_or_digit(text.chars[0]))
		return false;
	for (size_t i = 1; i < text.len; i++)
		if (!is_lower_or_digit(text.chars[i]) && text.chars[i] != '-' &&
			text.chars[i] != '_')
			return false;
	return true;
}

bool
license_is_id(struct cbor_text text)
{
	if (text.len != LICENSE_ID_LEN)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.chars[i] == '\0' ||
			strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", text.chars[i]) == NULL)
			return false;
	return true;
}

bool
license_is_name(struct cbor_text text)
{
	if (text.len == 0 || text.len > LICENSE_NAME_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.chars[i];

		if (c < 0x20 || c == 0x7f)
			return false;
	}
	return true;
}

/* One label of a host name: 1 to 63 of a-z 0-9 -, no hyphen at its ends. */
static bool
is_host_label(const char *label, size_t len)
{
	if (len == 0 || len > 63 || label[0] == '-' || label[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_lower_or_digit(label[i]) && label[i] != '-')
			return false;
	return true;
}

bool
license_is_domain(struct cbor_text text)
{
	size_t at = 0;

	if (text.len == 0 || text.len > LICENSE_DOMAIN_MAX)
		return false;
	if (text.len > 2 && text.chars[0] == '*' && text.chars[1] == '.')
		at = 2;
	for (;;) {
		const char *label = text.chars + at;
		const char *dot = memchr(label, '.', text.len - at);
		size_t label_len = dot == NULL ? text.len - at : (size_t)(dot - label);

		if (!is_host_label(label, label_len))
			return false;
		if (dot == NULL)
			return true;
		at += label_len + 1;
		if (at == text.len)
			return false;
	}
}
