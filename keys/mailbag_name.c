/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "formats/license_key.h"
#include "formats/utf8.h"
#include "mailbag_name.h"
#include "random.h"

enum { DRAWN = 8, SYMBOLS = 32 };

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void
mailbag_name_draw(const char *extension, char ret_name[MAILBAG_DRAWN_ROOM])
{
	char id[DRAWN + 1];

	random_id(id, DRAWN);
	for (size_t i = 0; i < DRAWN; i++)
		id[i] = lower(id[i]);
	snprintf(ret_name, MAILBAG_DRAWN_ROOM, "%s%s", id, extension);
}

static bool
is_symbol(char c)
{
	for (unsigned i = 0; i < SYMBOLS; i++)
		if (lower(license_key_symbol(i)) == lower(c))
			return true;
	return false;
}

bool
mailbag_name_is_drawn(const char *name, const char *extension)
{
	for (size_t i = 0; i < DRAWN; i++)
		if (!is_symbol(name[i]))
			return false;
	return strcasecmp(name + DRAWN, extension) == 0;
}

bool
mailbag_name_is_plain(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > MAILBAG_NAME_MAX)
		return false;
	for (size_t at = 0; at < len;) {
		uint32_t point;

		at += utf8_next(name + at, len - at, &point);
		if (point == UTF8_BROKEN || utf8_is_control(point))
			return false;
	}
	return true;
}

void
mailbag_name_show(const char *name, char ret_shown[MAILBAG_SHOWN_ROOM])
{
	enum { ESCAPED = 4, DOTS = 3 };
	size_t len = strlen(name), out = 0;

	for (size_t at = 0; at < len;) {
		uint32_t point;
		size_t took = utf8_next(name + at, len - at, &point);
		bool bare = point != UTF8_BROKEN && point != '\\' && !utf8_is_control(point);

		if (out + ESCAPED * took + DOTS >= MAILBAG_SHOWN_ROOM) {
			memcpy(ret_shown + out, "...", DOTS);
			out += DOTS;
			break;
		}
		for (size_t i = 0; i < took; i++)
			if (bare)
				ret_shown[out++] = name[at + i];
			else
				out += (size_t)snprintf(ret_shown + out, ESCAPED + 1, "\\x%02x",
					(unsigned char)name[at + i]);
		at += took;
	}
	ret_shown[out] = '\0';
}
