/* SPDX-License-Identifier: ISC */
#include "csv.h"

#include <string.h>

#include "table.h"
#include "utf8.h"

enum {
	IN_ROW,    /* before the first byte of a row */
	IN_CELL,   /* before the first byte of a cell */
	IN_PLAIN,  /* inside a cell without quotes */
	IN_QUOTES, /* inside quotes */
	IN_CLOSED, /* after a quote inside quotes: the end of it, or the first of two */
	IN_REFUSED /* in the rest of a line that is refused */
};

static const char BOM[] = "\xef\xbb\xbf";

void
csv_init(struct csv *ret_csv)
{
	ret_csv->cells_len = ret_csv->columns_len = ret_csv->len = ret_csv->cell_start = 0;
	ret_csv->row_line = ret_csv->line = ret_csv->cell_line = 1;
	ret_csv->err = SKERRY_OK;
	ret_csv->err_line = ret_csv->err_cell = 0;
	ret_csv->separator = 0;
	ret_csv->state = IN_ROW;
	ret_csv->bom = 0;
	ret_csv->after_cr = ret_csv->quoted = ret_csv->wide = false;
	ret_csv->fresh = true;
}

/* The rest of the line is passed over. */
static void
refuse(struct csv *csv, enum skerry_err err)
{
	csv->err = err;
	csv->err_line = csv->cell_line;
	csv->err_cell = csv->cells_len + 1;
	csv->state = IN_REFUSED;
}

static void
put(struct csv *csv, char c)
{
	size_t cell_len = csv->len - csv->cell_start;

	if (c == '\0') {
		refuse(csv, SKERRY_ERR_CSV_VALUE);
	} else if (cell_len == CSV_CELL_MAX || csv->len + 1 >= CSV_ROW_MAX) {
		/* A quoted cell that goes on over lines is one that nobody closed. */
		refuse(csv, csv->state == IN_QUOTES && csv->line > csv->cell_line
				    ? SKERRY_ERR_CSV_QUOTE
				    : SKERRY_ERR_CSV_LENGTH);
	} else {
		csv->text[csv->len++] = c;
		csv->wide = csv->wide || (unsigned char)c >= 0x80;
	}
}

static bool
is_utf8(const char *text, size_t len)
{
	uint32_t point;

	for (size_t at = 0; at < len;) {
		at += utf8_next(text + at, len - at, &point);
		if (point == UTF8_BROKEN)
			return false;
	}
	return true;
}

static void
end_cell(struct csv *csv)
{
	if (csv->wide && !is_utf8(csv->text + csv->cell_start, csv->len - csv->cell_start)) {
		refuse(csv, SKERRY_ERR_CSV_VALUE);
		return;
	}
	if (csv->cells_len == CSV_COLUMNS_MAX) {
		refuse(csv, SKERRY_ERR_CSV_CELLS);
		return;
	}
	if (csv->len == CSV_ROW_MAX) {
		refuse(csv, SKERRY_ERR_CSV_LENGTH);
		return;
	}
	csv->text[csv->len++] = '\0';
	csv->cells[csv->cells_len++] = csv->text + csv->cell_start;
	csv->cell_start = csv->len;
	csv->cell_line = csv->line;
	csv->wide = false;
	csv->state = IN_CELL;
}

/* A line with nothing in it is no row. */
static bool
is_blank(const struct csv *csv)
{
	return csv->cells_len == 1 && csv->cells[0][0] == '\0' && !csv->quoted;
}

static enum csv_event
end_row(struct csv *csv)
{
	if (csv->state == IN_ROW)
		return CSV_MORE;
	if (csv->state != IN_REFUSED)
		end_cell(csv);
	if (csv->state != IN_REFUSED && is_blank(csv)) {
		csv->state = IN_ROW;
		return CSV_MORE;
	}
	if (csv->state != IN_REFUSED && csv->columns_len == 0)
		csv->columns_len = csv->cells_len;
	if (csv->state != IN_REFUSED && csv->cells_len != csv->columns_len) {
		/* The first that is too many, or the first that is missing. */
		if (csv->cells_len > csv->columns_len)
			csv->cells_len = csv->columns_len;
		csv->cell_line = csv->row_line;
		refuse(csv, SKERRY_ERR_CSV_CELLS);
	}
	if (csv->state == IN_REFUSED) {
		csv->state = IN_ROW;
		return CSV_BAD;
	}
	csv->state = IN_ROW;
	return CSV_ROW;
}

static void
begin_row(struct csv *csv)
{
	csv->cells_len = csv->len = csv->cell_start = 0;
	csv->row_line = csv->cell_line = csv->line;
	csv->quoted = csv->wide = false;
	csv->state = IN_CELL;
}

static bool
is_separator(struct csv *csv, char c)
{
	if (csv->separator == 0 && csv->columns_len == 0 && (c == ',' || c == ';' || c == '\t'))
		csv->separator = c;
	return csv->separator != 0 && c == csv->separator;
}

/* A byte of a cell, or what ends it; line breaks outside quotes do not come here. */
static void
take(struct csv *csv, char c)
{
	switch (csv->state) {
	case IN_CELL:
		if (c == '"') {
			csv->quoted = true;
			csv->state = IN_QUOTES;
			return;
		}
		csv->state = IN_PLAIN;
		/* fall through */
	case IN_PLAIN:
		if (c == '"')
			refuse(csv, SKERRY_ERR_CSV_QUOTE);
		else if (is_separator(csv, c))
			end_cell(csv);
		else
			put(csv, c);
		return;
	case IN_QUOTES:
		if (c == '"')
			csv->state = IN_CLOSED;
		else
			put(csv, c);
		return;
	case IN_CLOSED:
		if (c == '"') {
			csv->state = IN_QUOTES;
			put(csv, c);
		} else if (is_separator(csv, c)) {
			end_cell(csv);
		} else {
			refuse(csv, SKERRY_ERR_CSV_QUOTE);
		}
		return;
	default:
		return;
	}
}

/* CRLF is one line break, and CR alone is one too. */
static enum csv_event
step(struct csv *csv, char c)
{
	bool breaks = c == '\r' || c == '\n', second = c == '\n' && csv->after_cr;
	enum csv_event event = CSV_MORE;

	csv->after_cr = c == '\r';
	if (csv->state == IN_QUOTES) {
		take(csv, c);
		if (breaks && csv->state == IN_REFUSED)
			event = end_row(csv);
	} else if (second) {
		return CSV_MORE;
	} else if (breaks) {
		event = end_row(csv);
	} else {
		if (csv->state == IN_ROW)
			begin_row(csv);
		take(csv, c);
	}
	csv->line += breaks && !second;
	return event;
}

/* The first three bytes of the file: a byte order mark goes, the beginning of one stays. */
static enum csv_event
step_first(struct csv *csv, char c)
{
	if (c == BOM[csv->bom]) {
		csv->fresh = ++csv->bom < sizeof BOM - 1;
		return CSV_MORE;
	}
	csv->fresh = false;
	if (csv->bom == 0 && (c == '\xff' || c == '\xfe')) {
		begin_row(csv);
		refuse(csv, SKERRY_ERR_DOCUMENT_UTF16);
		return CSV_MORE;
	}
	for (unsigned i = 0; i < csv->bom; i++)
		step(csv, BOM[i]);
	return step(csv, c);
}

enum csv_event
csv_read(struct csv *csv, const char *bytes, size_t bytes_len, size_t *ret_used)
{
	enum csv_event event = CSV_MORE;
	size_t used = 0;

	while (used < bytes_len && event == CSV_MORE) {
		char c = bytes[used++];

		event = csv->fresh ? step_first(csv, c) : step(csv, c);
	}
	*ret_used = used;
	return event;
}

enum csv_event
csv_end(struct csv *csv)
{
	if (csv->fresh && csv->bom > 0) {
		/* The file ends inside a byte order mark. */
		begin_row(csv);
		refuse(csv, SKERRY_ERR_CSV_VALUE);
	}
	csv->fresh = false;
	if (csv->state == IN_QUOTES)
		refuse(csv, SKERRY_ERR_CSV_QUOTE);
	return end_row(csv);
}

const char *
csv_text(const char *cell)
{
	if (table_is_formula(cell))
		return NULL;
	return cell[0] == '\'' && table_is_formula(cell + 1) ? cell + 1 : cell;
}
