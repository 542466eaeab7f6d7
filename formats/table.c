/* SPDX-License-Identifier: ISC */
#include "table.h"

#include <stdint.h>
#include <string.h>

#include "glyph_width.h"
#include "utf8.h"

struct out {
	table_sink *sink;
	void *context;
};

static void
put(struct out out, const char *text, size_t text_len)
{
	out.sink(out.context, text, text_len);
}

static bool
is_unsafe(uint32_t point)
{
	return point == UTF8_BROKEN || utf8_is_control(point);
}

void
table_safe_text(const char *text, size_t text_len, table_sink *sink, void *context)
{
	struct out out = { sink, context };

	for (size_t at = 0, len; at < text_len; at += len) {
		uint32_t point;

		len = utf8_next(text + at, text_len - at, &point);
		if (is_unsafe(point))
			put(out, "?", 1);
		else
			put(out, text + at, len);
	}
}

size_t
table_width(const char *text, size_t text_len)
{
	size_t width = 0;

	for (size_t at = 0; at < text_len;) {
		uint32_t point;

		at += utf8_next(text + at, text_len - at, &point);
		width += is_unsafe(point) ? 1 : glyph_width(point);
	}
	return width;
}

static const char *
shown(const char *cell)
{
	return cell == NULL ? "-" : cell;
}

static size_t
cell_width(const char *cell)
{
	return table_width(shown(cell), strlen(shown(cell)));
}

static void
put_spaces(struct out out, size_t count)
{
	for (; count > 0; count--)
		put(out, " ", 1);
}

/* How many bytes of it go on one line: up to the last blank that fits, or the first one there is. */
static size_t
fitting(const char *text, size_t room)
{
	size_t fits = 0;

	for (size_t i = 1; text[i - 1] != '\0'; i++) {
		if (text[i] != ' ' && text[i] != '\0')
			continue;
		if (fits > 0 && table_width(text, i) > room)
			break;
		fits = i;
		if (text[i] == '\0')
			break;
	}
	return fits;
}

/* The last cell of a row, whose first line stands already where it begins. */
static void
put_wrapped(const char *text, size_t at, size_t room, struct out out)
{
	for (bool first = true; *text != '\0'; first = false) {
		size_t len = fitting(text, room);

		if (!first) {
			put(out, "\n", 1);
			put_spaces(out, at);
		}
		table_safe_text(text, len, out.sink, out.context);
		text += len;
		text += strspn(text, " ");
	}
}

/* Blanks are held back until something follows them, so that no line ends in one. */
static void
put_row(const struct table_column *columns, const size_t *widths, size_t columns_len,
	const char *const *cells, size_t room, struct out out)
{
	size_t blanks = 0, at = 0;

	for (size_t i = 0; i < columns_len; i++) {
		size_t width = cell_width(cells[i]), fill = widths[i] - width;

		blanks += columns[i].right ? fill : 0;
		if (width > 0) {
			put_spaces(out, blanks);
			blanks = 0;
			if (i + 1 == columns_len && width > room)
				put_wrapped(shown(cells[i]), at, room, out);
			else
				table_safe_text(shown(cells[i]), strlen(shown(cells[i])), out.sink,
					out.context);
		}
		blanks += (columns[i].right ? 0 : fill) + 2;
		at += widths[i] + 2;
	}
	put(out, "\n", 1);
}

/* Also takes off the end whatever a table cannot have. */
static size_t
gather_titles(const struct table_column *columns, size_t columns_len,
	const char *ret_titles[TABLE_COLUMNS_MAX])
{
	if (columns_len > TABLE_COLUMNS_MAX)
		columns_len = TABLE_COLUMNS_MAX;
	for (size_t i = 0; i < columns_len; i++)
		ret_titles[i] = columns[i].title;
	return columns_len;
}

void
table_write(const struct table_column *columns, size_t columns_len, const char *const *cells,
	size_t rows_len, table_sink *sink, void *context)
{
	table_write_wrapped(columns, columns_len, cells, rows_len, SIZE_MAX, sink, context);
}

void
table_write_wrapped(const struct table_column *columns, size_t columns_len,
	const char *const *cells, size_t rows_len, size_t width, table_sink *sink, void *context)
{
	const char *titles[TABLE_COLUMNS_MAX];
	size_t widths[TABLE_COLUMNS_MAX];
	size_t shown_len = gather_titles(columns, columns_len, titles);
	struct out out = { sink, context };
	size_t at = 0, room;

	for (size_t i = 0; i < shown_len; i++) {
		widths[i] = cell_width(titles[i]);
		for (size_t row = 0; row < rows_len; row++) {
			size_t cell = cell_width(cells[row * columns_len + i]);

			widths[i] = widths[i] < cell ? cell : widths[i];
		}
	}
	for (size_t i = 0; i + 1 < shown_len; i++)
		at += widths[i] + 2;
	room = shown_len > 0 && width >= at + TABLE_WRAPPED_MIN && !columns[shown_len - 1].right
		       ? width - at
		       : SIZE_MAX;
	put_row(columns, widths, shown_len, titles, room, out);
	for (size_t row = 0; row < rows_len; row++)
		put_row(columns, widths, shown_len, cells + row * columns_len, room, out);
}

static size_t
skip_digits(const char **text)
{
	size_t count = strspn(*text, "0123456789");

	*text += count;
	return count;
}

/* A number as spreadsheets read it: sign, digits, a point, an exponent; nothing else. */
static bool
is_number(const char *cell)
{
	size_t digits;

	cell += *cell == '-' || *cell == '+';
	digits = skip_digits(&cell);
	if (*cell == '.') {
		cell++;
		digits += skip_digits(&cell);
	}
	if (digits > 0 && (*cell == 'e' || *cell == 'E')) {
		cell++;
		cell += *cell == '-' || *cell == '+';
		digits = skip_digits(&cell);
	}
	return digits > 0 && *cell == '\0';
}

/* Some spreadsheets take the full-width forms for the ASCII ones. */
bool
table_is_formula(const char *cell)
{
	uint32_t point;

	if (*cell == '\0')
		return false;
	utf8_next(cell, strlen(cell), &point);
	switch (point) {
	case '=':
	case '+':
	case '-':
	case '@':
	case '\t':
	case '\r':
	case '\n':
	case 0xff1d:
	case 0xff0b:
	case 0xff0d:
	case 0xff20:
		return !is_number(cell);
	default:
		return false;
	}
}

/* Of characters that stand for themselves everywhere. */
static size_t
plain_len(const char *cell)
{
	size_t len = 0;

	while (cell[len] >= ' ' && cell[len] <= '~' && cell[len] != '"')
		len++;
	return len;
}

/* Inside quotes: a quote is doubled; line breaks and tabs are allowed, other controls are not. */
static void
put_quoted(const char *cell, struct out out)
{
	const char *end = cell + strlen(cell);

	for (size_t len; cell < end; cell += len) {
		uint32_t point;

		len = plain_len(cell);
		if (len > 0) {
			put(out, cell, len);
			continue;
		}
		len = utf8_next(cell, (size_t)(end - cell), &point);
		if (*cell == '"')
			put(out, "\"\"", 2);
		else if (is_unsafe(point) && strchr("\t\r\n", *cell) == NULL)
			put(out, "?", 1);
		else
			put(out, cell, len);
	}
}

static void
put_csv_cell(const char *cell, struct out out)
{
	bool formula, quoted;

	if (cell == NULL)
		return;
	formula = table_is_formula(cell);
	quoted = formula || strpbrk(cell, ",;\"\t\r\n") != NULL || *cell == ' ';
	if (quoted)
		put(out, "\"", 1);
	if (formula)
		put(out, "'", 1);
	put_quoted(cell, out);
	if (quoted)
		put(out, "\"", 1);
}

static void
put_csv_row(const char *const *cells, size_t cells_len, struct out out)
{
	for (size_t i = 0; i < cells_len; i++) {
		if (i > 0)
			put(out, ",", 1);
		put_csv_cell(cells[i], out);
	}
	put(out, "\r\n", 2);
}

void
table_write_csv_row(const char *const *cells, size_t cells_len, table_sink *sink, void *context)
{
	struct out out = { sink, context };

	put_csv_row(cells, cells_len, out);
}

void
table_write_csv(const struct table_column *columns, size_t columns_len, const char *const *cells,
	size_t rows_len, table_sink *sink, void *context)
{
	const char *titles[TABLE_COLUMNS_MAX];
	size_t written_len = gather_titles(columns, columns_len, titles);
	struct out out = { sink, context };

	put_csv_row(titles, written_len, out);
	for (size_t row = 0; row < rows_len; row++)
		put_csv_row(cells + row * columns_len, written_len, out);
}
