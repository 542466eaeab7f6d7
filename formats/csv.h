/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_CSV_H
#define FORMATS_CSV_H

/*
 * Tables that people fill in (CSV, RFC 4180), read row by row out of a buffer that the caller
 * refills, in fixed memory however long a line is:
 *
 *	csv_init(&csv);
 *	while (...) {
 *		len = fread(buffer, ...);      0: the end
 *		for (at = 0; ...; at += used) {
 *			event = len == 0 ? csv_end(&csv) : csv_read(&csv, buffer + at, len - at, &used);
 *			CSV_MORE: refill; CSV_ROW: csv.cells; CSV_BAD: csv.err at csv.err_line
 *		}
 *	}
 *
 * The first row is the titles. The first of `,` `;` and tab that stands outside quotes in it
 * separates cells in the whole table. Rows end with CRLF, LF or CR; a line with nothing in it is no
 * row. A cell may stand in quotes, where a quote is doubled and separators and line breaks are text.
 * A byte order mark at the beginning is skipped.
 *
 * Every row has as many cells as the first. What is refused is told with its line (from 1) and cell
 * (from 1), and reading goes on with the next line:
 *
 * CSV_CELLS        more or fewer cells than the first row, or more than CSV_COLUMNS_MAX
 * CSV_QUOTE        a quote inside a cell without quotes, text after the closing one, or none closes
 * CSV_LENGTH       a cell over CSV_CELL_MAX or a row over CSV_ROW_MAX bytes
 * CSV_VALUE        NUL, or not UTF-8
 * DOCUMENT_UTF16   the whole file is UTF-16
 *
 * Pure and thread-safe. Round trip: what table_write_csv writes reads back to the same cells, but for
 * the apostrophe before what a spreadsheet would compute (csv_text).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/skerry_error.h"

enum {
	CSV_COLUMNS_MAX = 64,
	CSV_CELL_MAX = 8192, /* bytes of a cell's text */
	CSV_ROW_MAX = 65536  /* bytes of all cells of a row, each with its terminator */
};

enum csv_event {
	CSV_MORE, /* everything was taken in; csv_end: the end */
	CSV_ROW,
	CSV_BAD
};

/* About 66 KB. What is not named in the comments is the reader's own. */
struct csv {
	/* After CSV_ROW, until the next call: where it begins, and its cells, terminated. */
	size_t row_line;
	const char *cells[CSV_COLUMNS_MAX];
	size_t cells_len;
	/* After CSV_BAD. */
	enum skerry_err err;
	size_t err_line, err_cell;
	/* What separates the cells; 0 while the titles have shown none. */
	char separator;

	size_t columns_len; /* cells of the first row; 0 before */
	size_t line, cell_line;
	size_t len, cell_start;
	int state;
	unsigned bom;
	bool after_cr, fresh, quoted, wide;
	char text[CSV_ROW_MAX];
};

void csv_init(struct csv *ret_csv);

/* Takes bytes in until a row ends, all of them at most. */
enum csv_event csv_read(struct csv *csv, const char *bytes, size_t bytes_len, size_t *ret_used);

/* No more bytes will come. Called until it returns CSV_MORE. */
enum csv_event csv_end(struct csv *csv);

/*
 * The text of a cell without the apostrophe that keeps a spreadsheet from computing it. NULL for a
 * cell that a spreadsheet would compute: such a one is no text (CSV_FORMULA).
 */
const char *csv_text(const char *cell);

#endif
