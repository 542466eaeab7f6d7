/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mailbag_leave.h"
#include "mailbag_text_file.h"
#include "untrusted_file.h"

const char MAILBAG_GREETING[] =
	"Hotels without a network and the makers of their software exchange sealed messages in\n"
	"this folder. They hold nothing that anybody else can read or use.\n"
	"\n"
	"If you have found this stick, please tell:\n";

bool
mailbag_text_is_named(const char *name)
{
	return strcasecmp(name, MAILBAG_README) == 0 || strcasecmp(name, MAILBAG_RECEIPT) == 0;
}

static bool
begins_with_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	return strncmp(text, line, len) == 0 && (text[len] == '\r' || text[len] == '\n');
}

enum skerry_err
mailbag_text_read(const struct mailbag *bag, const char *name, const char *title, char **ret_text)
{
	uint8_t *bytes;
	size_t len;
	enum skerry_err err =
		untrusted_file_read_at(bag->folder, name, MAILBAG_TEXT_MAX, &bytes, &len);

	if (err == SKERRY_ERR_FILE_MISSING || err == SKERRY_ERR_DOCUMENT_EMPTY) {
		*ret_text = calloc(1, 1);
		return *ret_text == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;
	}
	if (err == SKERRY_ERR_FILE_NOT_REGULAR || err == SKERRY_ERR_DOCUMENT_TOO_LARGE)
		return SKERRY_ERR_FILE_EXISTS;
	if (err != SKERRY_OK)
		return err;
	if (!begins_with_line((char *)bytes, title)) {
		free(bytes);
		return SKERRY_ERR_FILE_EXISTS;
	}
	*ret_text = (char *)bytes;
	return SKERRY_OK;
}

enum skerry_err
mailbag_text_write(const struct mailbag *bag, const char *name, const char *text, size_t text_len)
{
	struct mailbag_out out = { .folder = -1, .file = -1 };
	enum skerry_err err = mailbag_leave_begin(bag, text_len, &out);

	if (err != SKERRY_OK)
		return err;
	mailbag_leave_put(&out, (const uint8_t *)text, text_len);
	return mailbag_leave_end_as(&out, name);
}
