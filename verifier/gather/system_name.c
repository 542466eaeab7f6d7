/* SPDX-License-Identifier: ISC */
#include "system_name.h"

#include <string.h>
#include <unistd.h>

#include "formats/cbor_item.h"
#include "small_file.h"

enum { TEXT_MAX = 4096 };

/* Up to the end of the line or a quote, without controls; nothing where it is not UTF-8. */
static void
copy_line(const char *text, size_t text_len, char *ret_name, size_t name_max)
{
	size_t len = 0;

	while (len < text_len && (unsigned char)text[len] >= ' ' && text[len] != '"' &&
		text[len] != 0x7f)
		len++;
	if (len > name_max - 1) {
		len = name_max - 1;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	if (!cbor_is_utf8((const uint8_t *)text, len))
		len = 0;
	memcpy(ret_name, text, len);
	ret_name[len] = '\0';
}

void
system_name_host(const char *root, char *ret_name, size_t name_max)
{
	char text[TEXT_MAX] = "";
	size_t len = 0;

	ret_name[0] = '\0';
	if (strcmp(root, "/") == 0) {
		if (gethostname(text, sizeof text - 1) != 0)
			return;
		len = strlen(text);
	} else if (small_file_read(root, "/etc/hostname", text, sizeof text, &len) != SKERRY_OK) {
		return;
	}
	copy_line(text, len, ret_name, name_max);
}

void
system_name_os(const char *root, char *ret_name, size_t name_max)
{
	static const char LABEL[] = "PRETTY_NAME=";
	const size_t label_len = sizeof LABEL - 1;
	char text[TEXT_MAX], *line, *end;
	size_t len;

	ret_name[0] = '\0';
	if (small_file_read(root, "/etc/os-release", text, sizeof text, &len) != SKERRY_OK)
		return;
	for (line = text; line < text + len; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + len - line));
		if (end == NULL)
			end = text + len;
		if ((size_t)(end - line) <= label_len || memcmp(line, LABEL, label_len) != 0)
			continue;
		line += label_len;
		line += *line == '"';
		copy_line(line, (size_t)(end - line), ret_name, name_max);
		return;
	}
}
