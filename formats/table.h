/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_TABLE_H
#define FORMATS_TABLE_H

/*
 * Rows for a terminal or a spreadsheet, and text made safe to show.
 *
 * A table is given as cells in row order. Column widths count what a terminal shows (combining
 * characters 0, wide ones 2). Text from outside (names, notices) may carry escape sequences:
 * whatever is shown to a person goes through here.
 */

#include <stdbool.h>
#include <stddef.h>

enum { TABLE_COLUMNS_MAX = 16 };

typedef void table_sink(void *context, const char *text, size_t text_len);

struct table_column {
	const char *title;
	bool right; /* numbers: align to the right */
};

/*
 * Writes a line of titles and one for each row, columns two spaces apart, no space at the end of a
 * line; controls are shown as '?'. `cells` has rows_len x columns_len entries; NULL shows as "-".
 */
void table_write(const struct table_column *columns, size_t columns_len, const char *const *cells,
	size_t rows_len, table_sink *sink, void *context);

/*
 * The same with lines of at most `width` columns where words permit: the last column goes on below itself,
 * broken at blanks. Where less than TABLE_WRAPPED_MIN is left for it, as table_write.
 */
enum { TABLE_WRAPPED_MIN = 20 };
void table_write_wrapped(const struct table_column *columns, size_t columns_len,
	const char *const *cells, size_t rows_len, size_t width, table_sink *sink, void *context);

/*
 * The same as CSV (RFC 4180) with a line of titles. A cell that a spreadsheet would take for a
 * formula (first character = + - @ tab, CR) gets an apostrophe before it, unless it is a number.
 */
void table_write_csv(const struct table_column *columns, size_t columns_len,
	const char *const *cells, size_t rows_len, table_sink *sink, void *context);

/* Whether a spreadsheet would compute the cell: its beginning, and not a number as a whole. */
bool table_is_formula(const char *cell);

/* One such row alone, without titles, for a table that is written while it is read. */
void table_write_csv_row(
	const char *const *cells, size_t cells_len, table_sink *sink, void *context);

/* Writes UTF-8 as shown to a person: C0, C1, bidi controls and broken sequences become '?'. */
void table_safe_text(const char *text, size_t text_len, table_sink *sink, void *context);

/* Columns that a terminal needs for it. */
size_t table_width(const char *text, size_t text_len);

#endif
