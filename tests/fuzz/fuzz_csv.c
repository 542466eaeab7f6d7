/* SPDX-License-Identifier: ISC */
/*
 * Tables: any bytes give rows and refusals in place, the same ones however the bytes come in pieces;
 * what is read can be written and reads back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/csv.h"
#include "formats/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 1 << 18 };

struct text {
	char chars[TEXT_MAX];
	size_t len;
};

static struct csv csv;
static struct text first, second, written;

static void
put(void *context, const char *chars, size_t len)
{
	struct text *text = context;

	if (len <= TEXT_MAX - text->len) {
		memcpy(text->chars + text->len, chars, len);
		text->len += len;
	}
}

/* What happened, as text to compare: places and cells. */
static void
note(enum csv_event event, struct text *text)
{
	char place[96];

	if (event == CSV_BAD) {
		if (csv.err == SKERRY_OK || csv.err_line == 0 || csv.err_cell == 0 ||
			csv.err_cell > CSV_COLUMNS_MAX + 1)
			abort();
		snprintf(place, sizeof place, "%zu:%zu %d\n", csv.err_line, csv.err_cell,
			(int)csv.err);
		put(text, place, strlen(place));
	}
	if (event != CSV_ROW)
		return;
	if (csv.cells_len == 0 || csv.cells_len != csv.columns_len)
		abort();
	for (size_t i = 0; i < csv.cells_len; i++) {
		size_t len = strlen(csv.cells[i]);

		if (len > CSV_CELL_MAX)
			abort();
		put(text, csv.cells[i], len + 1);
	}
}

static void
read_in_pieces(const char *chars, size_t len, size_t piece, struct text *text)
{
	enum csv_event event;

	text->len = 0;
	csv_init(&csv);
	for (size_t at = 0, used; at < len; at += used) {
		event = csv_read(&csv, chars + at, len - at < piece ? len - at : piece, &used);
		if (used == 0 || used > len - at)
			abort();
		note(event, text);
	}
	while ((event = csv_end(&csv)) != CSV_MORE)
		note(event, text);
}

/* One row as the only one of a table; titles count as a row there. */
static void
row_returns(void)
{
	struct table_column columns[TABLE_COLUMNS_MAX];
	const char *cells[TABLE_COLUMNS_MAX];
	static char copy[CSV_ROW_MAX];
	size_t len = csv.cells_len, used, at = 0;
	struct csv *back = &csv;

	if (len > TABLE_COLUMNS_MAX || len < 2)
		return;
	for (size_t i = 0; i < len; i++) {
		const char *text = csv_text(csv.cells[i]);

		/* Controls are written as '?': such a cell does not return, nor does a formula. */
		for (const char *c = csv.cells[i]; *c != '\0'; c++)
			if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f)
				return;
		if (text == NULL)
			return;
		strcpy(copy + at, text);
		cells[i] = copy + at;
		at += strlen(text) + 1;
		columns[i] = (struct table_column){ "t", false };
	}
	written.len = 0;
	table_write_csv(columns, len, cells, 1, put, &written);
	csv_init(back);
	if (csv_read(back, written.chars, written.len, &used) != CSV_ROW ||
		csv_read(back, written.chars + used, written.len - used, &used) != CSV_ROW ||
		back->cells_len != len)
		abort();
	for (size_t i = 0; i < len; i++)
		if (csv_text(back->cells[i]) == NULL ||
			strcmp(csv_text(back->cells[i]), cells[i]) != 0)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *chars = (const char *)data;
	size_t used;

	if (size > TEXT_MAX / 4)
		return 0;
	read_in_pieces(chars, size, SIZE_MAX, &first);
	read_in_pieces(chars, size, 1 + size / 7, &second);
	if (first.len != second.len || memcmp(first.chars, second.chars, first.len) != 0)
		abort();
	csv_init(&csv);
	if (size > 0 && csv_read(&csv, chars, size, &used) == CSV_ROW)
		row_returns();
	return 0;
}
