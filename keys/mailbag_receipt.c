/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/license_key.h"
#include "hash.h"
#include "mailbag_text_file.h"

static const char TITLE[] = "Who has been at this stick, newest last. You may delete this file.";

enum {
	GAP = 2,
	ROW_MAX = MAILBAG_TAG_LEN + GAP + MAILBAG_LINE_MAX,
	LINE_END = 2,
	TEXT_ROOM =
		sizeof TITLE + 2 * LINE_END + (MAILBAG_RECEIPTS_MAX + 1) * (ROW_MAX + LINE_END) + 1
};

_Static_assert((int)TEXT_ROOM <= (int)MAILBAG_TEXT_MAX, "what is written can be read back");

void
mailbag_tag(const uint8_t *id, size_t id_len, char ret_tag[MAILBAG_TAG_LEN + 1])
{
	static const uint8_t FOR[] = "skerry stick tag";
	uint8_t hash[HASH_LEN];

	hash_blake2b(FOR, sizeof FOR - 1, id, id_len, hash);
	for (size_t i = 0; i < MAILBAG_TAG_LEN; i++)
		ret_tag[i] = license_key_symbol(hash[i] & 31);
	ret_tag[MAILBAG_TAG_LEN] = '\0';
}

static bool
is_printable(const char *text, size_t text_len)
{
	for (size_t i = 0; i < text_len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

static bool
is_tag(const char *text)
{
	for (size_t i = 0; i < MAILBAG_TAG_LEN; i++) {
		bool known = false;

		for (unsigned value = 0; value < 32; value++)
			known |= text[i] == license_key_symbol(value);
		if (!known)
			return false;
	}
	return true;
}

/* A row as this file writes them. */
static bool
is_row(const char *row, size_t row_len)
{
	return row_len > MAILBAG_TAG_LEN + GAP && row_len <= ROW_MAX &&
	       is_printable(row, row_len) && is_tag(row) &&
	       memcmp(row + MAILBAG_TAG_LEN, "  ", GAP) == 0;
}

struct rows {
	struct row {
		const char *text;
		size_t len;
	} rows[MAILBAG_RECEIPTS_MAX];
	size_t len;
};

/* The newest ones: of more than fit the first ones go. */
static void
add_row(struct rows *rows, const char *text, size_t text_len)
{
	if (rows->len == MAILBAG_RECEIPTS_MAX) {
		memmove(rows->rows, rows->rows + 1, (rows->len - 1) * sizeof *rows->rows);
		rows->len--;
	}
	rows->rows[rows->len++] = (struct row){ text, text_len };
}

/* What is there, without the rows of that tag and what is no row. */
static void
keep_others(const char *there, const char *tag, struct rows *rows)
{
	while (*there != '\0') {
		size_t len = strcspn(there, "\r\n");

		if (is_row(there, len) && memcmp(there, tag, MAILBAG_TAG_LEN) != 0)
			add_row(rows, there, len);
		there += len;
		there += strspn(there, "\r\n");
	}
}

static size_t
compose(const struct rows *rows, char *ret_text)
{
	size_t len = (size_t)snprintf(ret_text, TEXT_ROOM, "%s\r\n\r\n", TITLE);

	for (size_t i = 0; i < rows->len; i++)
		len += (size_t)snprintf(ret_text + len, TEXT_ROOM - len, "%.*s\r\n",
			(int)rows->rows[i].len, rows->rows[i].text);
	return len;
}

static enum skerry_err
write_rows(const struct mailbag *bag, const struct rows *rows)
{
	char *text = malloc(TEXT_ROOM);
	enum skerry_err err;

	if (text == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = mailbag_text_write(bag, MAILBAG_RECEIPT, text, compose(rows, text));
	free(text);
	return err;
}

enum skerry_err
mailbag_receipt(const struct mailbag *bag, const char tag[MAILBAG_TAG_LEN + 1], const char *line)
{
	struct rows rows = { .len = 0 };
	char row[ROW_MAX + 1], *there;
	size_t len = strnlen(line, MAILBAG_LINE_MAX + 1);
	enum skerry_err err;

	if (len == 0 || len > MAILBAG_LINE_MAX || !is_printable(line, len) ||
		strnlen(tag, MAILBAG_TAG_LEN + 1) != MAILBAG_TAG_LEN || !is_tag(tag))
		return SKERRY_ERR_ARGUMENT;
	err = mailbag_text_read(bag, MAILBAG_RECEIPT, TITLE, &there);
	if (err != SKERRY_OK)
		return err;
	keep_others(there, tag, &rows);
	len = (size_t)snprintf(row, sizeof row, "%s  %s", tag, line);
	add_row(&rows, row, len);
	err = write_rows(bag, &rows);
	free(there);
	return err;
}
