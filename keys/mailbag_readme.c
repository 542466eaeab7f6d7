/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "mailbag_text_file.h"

static const char TITLE[] = "This folder carries license mail between machines without a network.";

/* The title, a blank line and the text, with the line ends of DOS. At most twice as long. */
static size_t
compose(const char *text, char *ret_text)
{
	size_t len = 0;

	for (const char *c = TITLE; *c != '\0'; c++)
		ret_text[len++] = *c;
	memcpy(ret_text + len, "\r\n\r\n", 4);
	len += 4;
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '\n')
			ret_text[len++] = '\r';
		ret_text[len++] = *c;
	}
	ret_text[len] = '\0';
	return len;
}

enum skerry_err
mailbag_readme(const struct mailbag *bag, const char *text)
{
	size_t text_len = strnlen(text, MAILBAG_README_MAX + 1), len;
	char *there = NULL, *wanted;
	enum skerry_err err;

	if (text_len > MAILBAG_README_MAX)
		return SKERRY_ERR_ARGUMENT;
	wanted = malloc(sizeof TITLE + 2 * text_len + 4);
	if (wanted == NULL)
		return SKERRY_ERR_NO_MEMORY;
	len = compose(text, wanted);
	err = mailbag_text_read(bag, MAILBAG_README, TITLE, &there);
	if (err == SKERRY_OK && strcmp(there, wanted) != 0)
		err = mailbag_text_write(bag, MAILBAG_README, wanted, len);
	free(there);
	free(wanted);
	return err;
}
