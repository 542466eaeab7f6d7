/* SPDX-License-Identifier: ISC */
#include "http_target.h"

#include <string.h>

#include "formats/utf8.h"

/* Where decoded text goes, each terminated. */
struct room {
	char *next;
};

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* False: half an escape. */
static bool
unescape(const char *text, size_t text_len, bool plus_is_blank, char *ret_text, size_t *ret_len)
{
	size_t len = 0;

	for (size_t i = 0; i < text_len; i++) {
		char c = text[i];

		if (c == '+' && plus_is_blank)
			c = ' ';
		if (c == '%') {
			int high = i + 2 < text_len ? hex_value(text[i + 1]) : -1;
			int low = high >= 0 ? hex_value(text[i + 2]) : -1;

			if (low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		}
		ret_text[len++] = c;
	}
	*ret_len = len;
	return true;
}

static bool
is_clean(const char *text, size_t text_len)
{
	uint32_t point;

	for (size_t i = 0; i < text_len; i += utf8_next(text + i, text_len - i, &point)) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x20 || c == 0x7f)
			return false;
		if (c < 0x80)
			continue;
		utf8_next(text + i, text_len - i, &point);
		/* C1 controls too. */
		if (point == UTF8_BROKEN || point < 0xa0)
			return false;
	}
	return true;
}

/* The decoded text, terminated, in `room`; NULL where it does not decode. */
static char *
decode(struct room *room, const char *text, size_t text_len, bool plus_is_blank, size_t *ret_len)
{
	char *decoded = room->next;

	if (!unescape(text, text_len, plus_is_blank, decoded, ret_len) ||
		!is_clean(decoded, *ret_len))
		return NULL;
	decoded[*ret_len] = '\0';
	room->next += *ret_len + 1;
	return decoded;
}

static size_t
until(const char *text, size_t text_len, char end)
{
	const char *found = memchr(text, end, text_len);

	return found != NULL ? (size_t)(found - text) : text_len;
}

/* `path` follows the first '/'. */
static enum skerry_err
read_path(const char *path, size_t path_len, struct room *room, struct http_call *call)
{
	const size_t max = sizeof call->segments / sizeof *call->segments;
	size_t decoded_len, all = 0;

	for (size_t at = 0; at <= path_len; at++) {
		size_t len = until(path + at, path_len - at, '/');
		char *segment = decode(room, path + at, len, false, &decoded_len);

		if (segment == NULL)
			return SKERRY_ERR_HTTP_MALFORMED;
		all += decoded_len + 1;
		if (all > HTTP_PATH_MAX)
			return SKERRY_ERR_HTTP_TOO_LARGE;
		if (call->segments_len == max)
			return SKERRY_ERR_HTTP_PATH;
		call->segments[call->segments_len++] = segment;
		at += len;
	}
	return SKERRY_OK;
}

static enum skerry_err
read_query(const char *query, size_t query_len, struct room *room, struct http_call *call)
{
	size_t decoded_len;

	for (size_t at = 0; at < query_len; at++) {
		size_t len = until(query + at, query_len - at, '&');
		size_t name_len = until(query + at, len, '=');
		size_t value_at = name_len < len ? name_len + 1 : len;
		struct http_arg arg;

		if (len != 0) {
			arg.name = decode(room, query + at, name_len, true, &decoded_len);
			if (arg.name == NULL)
				return SKERRY_ERR_HTTP_MALFORMED;
			arg.value = decode(
				room, query + at + value_at, len - value_at, true, &decoded_len);
			if (arg.value == NULL)
				return SKERRY_ERR_HTTP_MALFORMED;
			if (call->args_len == HTTP_ARGS_MAX)
				return SKERRY_ERR_HTTP_TOO_LARGE;
			call->args[call->args_len++] = arg;
		}
		at += len;
	}
	return SKERRY_OK;
}

enum skerry_err
http_target_read(const char *target, size_t target_len, char *room, struct http_call *call)
{
	struct room left = { room };
	enum skerry_err err;
	size_t path_len;

	call->segments_len = call->args_len = 0;
	if (target_len == 0 || target[0] != '/')
		return SKERRY_ERR_HTTP_MALFORMED;
	for (size_t i = 0; i < target_len; i++)
		if (target[i] <= ' ' || target[i] > '~' || target[i] == '#')
			return SKERRY_ERR_HTTP_MALFORMED;
	path_len = until(target, target_len, '?');
	err = read_path(target + 1, path_len - 1, &left, call);
	if (err == SKERRY_OK && path_len < target_len)
		err = read_query(target + path_len + 1, target_len - path_len - 1, &left, call);
	return err;
}

const char *
http_arg(const struct http_call *call, const char *name)
{
	for (size_t i = 0; i < call->args_len; i++)
		if (strcmp(call->args[i].name, name) == 0)
			return call->args[i].value;
	return NULL;
}
