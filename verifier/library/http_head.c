/* SPDX-License-Identifier: ISC */
#include "http_head.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

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
http_head_end(const uint8_t *bytes, size_t len)
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

/* RFC 9110, 5.6.2. */
static bool
is_token(struct span name)
{
	static const char OTHERS[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < name.len; i++) {
		char byte = name.chars[i];

		if (!is_digit(byte) && !(byte >= 'a' && byte <= 'z') &&
			!(byte >= 'A' && byte <= 'Z') && strchr(OTHERS, byte) == NULL)
			return false;
	}
	return name.len > 0;
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

static bool
split(struct span line, struct span *ret_name, struct span *ret_value)
{
	const char *colon = memchr(line.chars, ':', line.len);
	struct span value;

	if (colon == NULL)
		return false;
	*ret_name = (struct span){ line.chars, (size_t)(colon - line.chars) };
	value = (struct span){ colon + 1, line.len - ret_name->len - 1 };
	while (value.len > 0 && is_blank(value.chars[0])) {
		value.chars++;
		value.len--;
	}
	while (value.len > 0 && is_blank(value.chars[value.len - 1]))
		value.len--;
	*ret_value = value;
	/* A name with a blank in it is no token: that also refuses a folded line. */
	return is_token(*ret_name);
}

static bool
is_named(struct span name, const char *what)
{
	return name.len == strlen(what) && strncasecmp(name.chars, what, name.len) == 0;
}

static bool
read_length(struct span value, size_t body_max, size_t *ret_len)
{
	size_t len = 0;

	if (value.len == 0 || value.len > 12)
		return false;
	for (size_t i = 0; i < value.len; i++) {
		if (!is_digit(value.chars[i]))
			return false;
		len = len * 10 + (size_t)(value.chars[i] - '0');
		if (len > body_max)
			return false;
	}
	*ret_len = len;
	return true;
}

/* Up to a parameter, in lower case. One that is too long is none that anybody asks for. */
static void
read_type(struct span value, char ret_type[HTTP_HEAD_TYPE_MAX])
{
	const char *parameters = memchr(value.chars, ';', value.len);
	size_t len = parameters == NULL ? value.len : (size_t)(parameters - value.chars);

	while (len > 0 && is_blank(value.chars[len - 1]))
		len--;
	if (len >= HTTP_HEAD_TYPE_MAX)
		return;
	for (size_t i = 0; i < len; i++) {
		char byte = value.chars[i];

		ret_type[i] = (char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
	}
	ret_type[len] = '\0';
}

/* False for a header that is there twice, or says what must not be. */
static bool
read_header(struct span line, size_t body_max, struct seen *seen, struct http_head *head)
{
	struct span name, value;
	bool again = false;

	if (!split(line, &name, &value) || is_named(name, "Transfer-Encoding"))
		return false;
	if (is_named(name, "Content-Length")) {
		again = seen->length;
		seen->length = true;
		if (!read_length(value, body_max, &head->body_len))
			return false;
	} else if (is_named(name, "Content-Type")) {
		again = seen->type;
		seen->type = true;
		read_type(value, head->type);
	} else if (is_named(name, "Skerry-Exit")) {
		again = seen->exit;
		seen->exit = true;
		if (value.len >= HTTP_HEAD_EXIT_MAX)
			return false;
		memcpy(head->exit, value.chars, value.len);
	}
	return !again;
}

enum skerry_err
http_head_parse(const uint8_t *bytes, size_t len, size_t body_max, struct http_head *ret_head)
{
	struct http_head head = { .status = 0 };
	struct seen seen = { false };
	struct span rest = { (const char *)bytes, len }, line;
	bool no_body;

	if (!take_line(&rest, &line) || !read_status(line, &head.status))
		return SKERRY_ERR_IO;
	for (int i = 0; rest.len > 2; i++)
		if (i == HTTP_HEAD_LINES_MAX || !take_line(&rest, &line) ||
			!read_header(line, body_max, &seen, &head))
			return SKERRY_ERR_IO;
	no_body = head.status == 204 || head.status == 304;
	if ((!seen.length && !no_body) || (no_body && head.body_len != 0))
		return SKERRY_ERR_IO;
	*ret_head = head;
	return SKERRY_OK;
}
