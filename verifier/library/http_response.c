/* SPDX-License-Identifier: ISC */
#include "http_response.h"

#include <stdbool.h>
#include <string.h>

#include "formats/http_field.h"

#define STATUS_LINE "HTTP/1.1 "

/* One line, or a part of it; not terminated. */
struct span {
	const char *chars;
	size_t len;
};

/* What has been there already: each of them may be once. */
struct seen {
	bool length, type, exit;
};

size_t
http_response_end(const uint8_t *bytes, size_t len)
{
	const uint8_t *end = memmem(bytes, len, "\r\n\r\n", 4);

	return end == NULL ? 0 : (size_t)(end - bytes) + 4;
}

/* Takes a line and the CR LF behind it. False: there is none, or it has a control character. */
static bool
take_line(struct span *rest, struct span *ret_line)
{
	const char *end = memmem(rest->chars, rest->len, "\r\n", 2);

	if (end == NULL)
		return false;
	*ret_line = (struct span){ rest->chars, (size_t)(end - rest->chars) };
	rest->chars = end + 2;
	rest->len -= ret_line->len + 2;
	for (size_t i = 0; i < ret_line->len; i++) {
		unsigned char byte = (unsigned char)ret_line->chars[i];

		if ((byte < ' ' && byte != '\t') || byte == 0x7f)
			return false;
	}
	return true;
}

static bool
is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool
read_status(struct span line, int *ret_status)
{
	const size_t at = sizeof STATUS_LINE - 1;
	int status = 0;

	if (line.len < at + 3 || memcmp(line.chars, STATUS_LINE, at) != 0 ||
		(line.len > at + 3 && line.chars[at + 3] != ' '))
		return false;
	for (size_t i = at; i < at + 3; i++) {
		if (!is_digit(line.chars[i]))
			return false;
		status = status * 10 + (line.chars[i] - '0');
	}
	*ret_status = status;
	return status >= 200 && status <= 599;
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

static bool
read_field(struct span line, struct http_field *ret_field)
{
	const char *colon = memchr(line.chars, ':', line.len);
	size_t name_len = colon == NULL ? 0 : (size_t)(colon - line.chars);

	return colon != NULL &&
	       http_field_read(line.chars, name_len, colon + 1, line.len - name_len - 1, ret_field);
}

static bool
read_length(const struct http_field *field, size_t body_max, size_t *ret_len)
{
	size_t len = 0;

	if (field->value_len == 0 || field->value_len > 12)
		return false;
	for (size_t i = 0; i < field->value_len; i++) {
		if (!is_digit(field->value[i]))
			return false;
		len = len * 10 + (size_t)(field->value[i] - '0');
		if (len > body_max)
			return false;
	}
	*ret_len = len;
	return true;
}

/* Up to a parameter, in lower case. One that is too long is none that anybody asks for. */
static void
read_type(const struct http_field *field, char ret_type[HTTP_RESPONSE_TYPE_MAX])
{
	const char *parameters = memchr(field->value, ';', field->value_len);
	size_t len = parameters == NULL ? field->value_len : (size_t)(parameters - field->value);

	while (len > 0 && is_blank(field->value[len - 1]))
		len--;
	if (len >= HTTP_RESPONSE_TYPE_MAX)
		return;
	for (size_t i = 0; i < len; i++) {
		char byte = field->value[i];

		ret_type[i] = (char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
	}
	ret_type[len] = '\0';
}

/* False for a header that is there twice, or says what must not be. */
static bool
read_header(struct span line, size_t body_max, struct seen *seen, struct http_response *head)
{
	struct http_field field;
	bool again = false;

	if (!read_field(line, &field) || http_field_is(&field, "Transfer-Encoding"))
		return false;
	if (http_field_is(&field, "Content-Length")) {
		again = seen->length;
		seen->length = true;
		if (!read_length(&field, body_max, &head->body_len))
			return false;
	} else if (http_field_is(&field, "Content-Type")) {
		again = seen->type;
		seen->type = true;
		read_type(&field, head->type);
	} else if (http_field_is(&field, "Skerry-Exit")) {
		again = seen->exit;
		seen->exit = true;
		if (field.value_len >= HTTP_RESPONSE_EXIT_MAX)
			return false;
		memcpy(head->exit, field.value, field.value_len);
	}
	return !again;
}

enum skerry_err
http_response_parse(
	const uint8_t *bytes, size_t len, size_t body_max, struct http_response *ret_head)
{
	struct http_response head = { .status = 0 };
	struct seen seen = { false };
	struct span rest = { (const char *)bytes, len }, line;
	bool no_body;

	if (!take_line(&rest, &line) || !read_status(line, &head.status))
		return SKERRY_ERR_IO;
	for (int i = 0; rest.len > 2; i++)
		if (i == HTTP_RESPONSE_LINES_MAX || !take_line(&rest, &line) ||
			!read_header(line, body_max, &seen, &head))
			return SKERRY_ERR_IO;
	no_body = head.status == 204 || head.status == 304;
	if ((!seen.length && !no_body) || (no_body && head.body_len != 0))
		return SKERRY_ERR_IO;
	*ret_head = head;
	return SKERRY_OK;
}
