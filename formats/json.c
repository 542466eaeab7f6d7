/* SPDX-License-Identifier: ISC */
#include "json.h"

#include <string.h>

#include "date.h"
#include "utf8.h"

static const char HEX[16] = "0123456789abcdef";

void
json_init(struct json *ret_json, json_sink *sink, void *context)
{
	*ret_json = (struct json){ .sink = sink, .context = context };
}

static void
put(struct json *j, const char *text, size_t text_len)
{
	j->sink(j->context, text, text_len);
}

static void
put_escape(struct json *j, uint32_t point)
{
	char text[6] = { '\\', 'u' };

	for (unsigned i = 0; i < 4; i++)
		text[2 + i] = HEX[point >> (12 - 4 * i) & 15];
	put(j, text, sizeof text);
}

/* Writes a character, or its escape where JSON wants one or a terminal would act on it. */
static void
put_character(struct json *j, uint32_t point, const char *bytes, size_t len)
{
	if (point == UTF8_BROKEN)
		put(j, "\xef\xbf\xbd", 3);
	else if (point == '"')
		put(j, "\\\"", 2);
	else if (point == '\\')
		put(j, "\\\\", 2);
	else if (point == '\n')
		put(j, "\\n", 2);
	else if (utf8_is_control(point))
		put_escape(j, point);
	else
		put(j, bytes, len);
}

/* How many characters of ASCII come that stand for themselves: nearly all that there are. */
static size_t
plain_run(const char *text, size_t text_len)
{
	size_t len = 0;

	while (len < text_len && text[len] >= ' ' && text[len] <= '~' && text[len] != '"' &&
		text[len] != '\\')
		len++;
	return len;
}

static void
put_string(struct json *j, struct cbor_text text)
{
	put(j, "\"", 1);
	for (size_t at = 0; at < text.len;) {
		size_t len = plain_run(text.chars + at, text.len - at);
		uint32_t point;

		if (len > 0) {
			put(j, text.chars + at, len);
		} else {
			len = utf8_next(text.chars + at, text.len - at, &point);
			put_character(j, point, text.chars + at, len);
		}
		at += len;
	}
	put(j, "\"", 1);
}

static bool
latch(struct json *j, bool misuse)
{
	if (misuse && j->err == SKERRY_OK)
		j->err = SKERRY_ERR_ARGUMENT;
	return j->err == SKERRY_OK;
}

/* Checks that a value is due, and writes the comma between it and the one before. */
static bool
begin_value(struct json *j)
{
	bool in_object = j->in_object[j->depth];

	if (!latch(j, in_object ? !j->named : j->depth == 0 && j->started[0]))
		return false;
	if (!in_object && j->started[j->depth])
		put(j, ",", 1);
	j->started[j->depth] = true;
	j->named = false;
	return true;
}

static void
value(struct json *j, const char *text, size_t text_len)
{
	if (begin_value(j))
		put(j, text, text_len);
}

static void
open_level(struct json *j, bool object)
{
	if (!latch(j, j->depth == JSON_DEPTH_MAX) || !begin_value(j))
		return;
	put(j, object ? "{" : "[", 1);
	j->depth++;
	j->in_object[j->depth] = object;
	j->started[j->depth] = false;
}

static void
close_level(struct json *j, bool object)
{
	if (!latch(j, j->depth == 0 || j->in_object[j->depth] != object || j->named))
		return;
	put(j, object ? "}" : "]", 1);
	j->depth--;
}

void
json_object_open(struct json *j)
{
	open_level(j, true);
}

void
json_object_close(struct json *j)
{
	close_level(j, true);
}

void
json_array_open(struct json *j)
{
	open_level(j, false);
}

void
json_array_close(struct json *j)
{
	close_level(j, false);
}

void
json_name_text(struct json *j, struct cbor_text name)
{
	if (!latch(j, !j->in_object[j->depth] || j->named))
		return;
	if (j->started[j->depth])
		put(j, ",", 1);
	j->started[j->depth] = true;
	j->named = true;
	put_string(j, name);
	put(j, ":", 1);
}

void
json_name(struct json *j, const char *name)
{
	json_name_text(j, (struct cbor_text){ name, strlen(name) });
}

void
json_null(struct json *j)
{
	value(j, "null", 4);
}

void
json_bool(struct json *j, bool is)
{
	value(j, is ? "true" : "false", is ? 4 : 5);
}

static void
number(struct json *j, uint64_t magnitude, bool negative)
{
	char text[21], *first = text + sizeof text; /* a sign and 20 digits */

	do
		*--first = (char)('0' + magnitude % 10);
	while ((magnitude /= 10) > 0);
	if (negative)
		*--first = '-';
	value(j, first, (size_t)(text + sizeof text - first));
}

void
json_int(struct json *j, int64_t n)
{
	/* Negated as unsigned, since INT64_MIN has no positive counterpart. */
	number(j, n < 0 ? -(uint64_t)n : (uint64_t)n, n < 0);
}

void
json_uint(struct json *j, uint64_t n)
{
	number(j, n, false);
}

void
json_text(struct json *j, struct cbor_text text)
{
	if (text.chars == NULL)
		json_null(j);
	else if (begin_value(j))
		put_string(j, text);
}

void
json_chars(struct json *j, const char *terminated)
{
	json_text(j, (struct cbor_text){ terminated, terminated == NULL ? 0 : strlen(terminated) });
}

void
json_date(struct json *j, int64_t at)
{
	char text[DATE_TEXT_MAX];

	if (at == INT64_MAX) {
		json_null(j);
		return;
	}
	date_format(at, text);
	json_chars(j, text);
}

void
json_hex(struct json *j, const uint8_t *bytes, size_t bytes_len)
{
	if (!begin_value(j))
		return;
	put(j, "\"", 1);
	for (size_t i = 0; i < bytes_len; i++)
		put(j, (char[]){ HEX[bytes[i] >> 4], HEX[bytes[i] & 15] }, 2);
	put(j, "\"", 1);
}

enum skerry_err
json_finish(struct json *j)
{
	latch(j, j->depth != 0 || !j->started[0]);
	return j->err;
}
