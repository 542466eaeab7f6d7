/* SPDX-License-Identifier: ISC */
/* Tables as people and spreadsheets write them: what is read, and where what is refused begins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/csv.h"
#include "formats/table.h"

static struct csv csv;
static char shown[65536];
static size_t shown_len;

static void
show(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	shown_len +=
		(size_t)vsnprintf(shown + shown_len, sizeof shown - shown_len, format, arguments);
	va_end(arguments);
	assert_true(shown_len < sizeof shown);
}

/* "1[a|b]" for a row that begins in line 1, "2:3!csv_quote" for a refusal in line 2, cell 3. */
static void
show_event(enum csv_event event)
{
	if (event == CSV_BAD)
		show("%zu:%zu!%s ", csv.err_line, csv.err_cell, skerry_err_name(csv.err));
	if (event != CSV_ROW)
		return;
	show("%zu", csv.row_line);
	for (size_t i = 0; i < csv.cells_len; i++)
		show("%s%s", i == 0 ? "[" : "|", csv.cells[i]);
	show("] ");
}

/* Reads in pieces of `piece` bytes. */
static const char *
read_all(const char *text, size_t text_len, size_t piece)
{
	enum csv_event event;

	csv_init(&csv);
	shown_len = 0;
	shown[0] = '\0';
	for (size_t at = 0, used; at < text_len; at += used) {
		size_t len = text_len - at < piece ? text_len - at : piece;

		event = csv_read(&csv, text + at, len, &used);
		assert_true(used > 0 && used <= len);
		assert_true(event != CSV_MORE || used == len);
		show_event(event);
	}
	while ((event = csv_end(&csv)) != CSV_MORE)
		show_event(event);
	if (shown_len > 0)
		shown[shown_len - 1] = '\0';
	return shown;
}

static void
rows_are_read(void **state)
{
	static const struct {
		const char *text, *wanted;
	} READ[] = {
		{ "", "" },
		{ "a", "1[a]" },
		{ "a,b\n1,2\n", "1[a|b] 2[1|2]" },
		{ "a,b\r\n1,2\r\n3,4", "1[a|b] 2[1|2] 3[3|4]" },
		{ "a,b\r1,2\r", "1[a|b] 2[1|2]" },
		{ "a;b\n1,5;2\n", "1[a|b] 2[1,5|2]" },
		{ "a\tb\n1,5\t2;3\n", "1[a|b] 2[1,5|2;3]" },
		{ "\"a;x\",b\n1,2\n", "1[a;x|b] 2[1|2]" },
		{ "\xef\xbb\xbf"
		  "a,b\n1,2\n",
			"1[a|b] 2[1|2]" },
		{ "\xef\xbb\xbf"
		  "\"a\",b\n",
			"1[a|b]" },
		{ "\xef\xbb\xbf", "" },
		{ "a,b\n\n\r\n1,2\n\n", "1[a|b] 4[1|2]" },
		{ "\n\na,b\n", "3[a|b]" },
		{ "a\n\"\"\n", "1[a] 2[]" },
		{ "a,b\n,\n", "1[a|b] 2[|]" },
		{ "a,b\n\"x\"\"y\",\"\"\"\"\n", "1[a|b] 2[x\"y|\"]" },
		{ "a,b\n\"1\r\n2\",\"3,4\"\n5,6\n", "1[a|b] 2[1\r\n2|3,4] 4[5|6]" },
		{ "a,b\n\"\r\",\"\n\n\"\n5,6\n", "1[a|b] 2[\r|\n\n] 6[5|6]" },
		{ "a,b\n x , y \n", "1[a|b] 2[ x | y ]" },
		{ "a\n\xe2\x80\xaeG\xc3\xa9\n", "1[a] 2[\xe2\x80\xaeG\xc3\xa9]" },
		/* The titles decide: a later semicolon is text. */
		{ "a\n1;2\n", "1[a] 2[1;2]" },
		{ "a,b\n1,2\n\"3\",4", "1[a|b] 2[1|2] 3[3|4]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof READ / sizeof *READ; i++)
		for (size_t piece = 1; piece < 20; piece++)
			assert_string_equal(read_all(READ[i].text, strlen(READ[i].text), piece),
				READ[i].wanted);
}

static void
refusals_name_line_and_cell_and_the_rest_is_read(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *wanted;
	} REFUSED[] = {
#define TEXT(text) text, sizeof text - 1
		{ TEXT("a,b\n1\n2,3\n"), "1[a|b] 2:2!csv_cells 3[2|3]" },
		{ TEXT("a,b\n1,2,3\n2,3\n"), "1[a|b] 2:3!csv_cells 3[2|3]" },
		{ TEXT("a,b\n1,2,\n"), "1[a|b] 2:3!csv_cells" },
		{ TEXT("a,b\n1,x\"y\n2,3"), "1[a|b] 2:2!csv_quote 3[2|3]" },
		{ TEXT("a,b\n\"x\" ,1\n2,3"), "1[a|b] 2:1!csv_quote 3[2|3]" },
		{ TEXT("a,b\n \"x\",1\n2,3"), "1[a|b] 2:1!csv_quote 3[2|3]" },
		{ TEXT("a,b\n1,\"x\n2,3\n"), "1[a|b] 2:2!csv_quote" },
		{ TEXT("a,b\n\"x\ny\",\"z"), "1[a|b] 3:2!csv_quote" },
		{ TEXT("a,b\n1,x\0y\n2,3"), "1[a|b] 2:2!csv_value 3[2|3]" },
		{ TEXT("a,b\n\"\0\",y\n2,3"), "1[a|b] 2:1!csv_value 3[2|3]" },
		{ TEXT("a,b\n1,\xe9\n2,3"), "1[a|b] 2:2!csv_value 3[2|3]" },
		{ TEXT("a,b\n\xc0\xaf,1\r\n2,3"), "1[a|b] 2:1!csv_value 3[2|3]" },
		{ TEXT("a,b\n1,\xed\xa0\x80"), "1[a|b] 2:2!csv_value" },
		{ TEXT("\xff\xfe"
		       "a\0,\0"),
			"1:1!document_utf16" },
		{ TEXT("\xfe\xff\0a\0,"), "1:1!document_utf16" },
		{ TEXT("\xef\xbb"), "1:1!csv_value" },
		{ TEXT("\xef\xbb"
		       "a,b"),
			"1:1!csv_value" },
		{ TEXT("\"a,b\n1,2\n"), "1:1!csv_quote" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++)
		for (size_t piece = 1; piece < 20; piece++)
			assert_string_equal(read_all(REFUSED[i].text, REFUSED[i].len, piece),
				REFUSED[i].wanted);
}

/* `before`, then `count` times `fill`, then `after`. */
static const char *
read_long(const char *before, char fill, size_t count, const char *after)
{
	size_t before_len = strlen(before), after_len = strlen(after);
	char *text = malloc(before_len + count + after_len);
	const char *result;

	assert_non_null(text);
	memcpy(text, before, before_len);
	memset(text + before_len, fill, count);
	memcpy(text + before_len + count, after, after_len);
	result = read_all(text, before_len + count + after_len, 65536);
	free(text);
	return result;
}

static void
long_cells_and_rows_end_where_the_header_says(void **state)
{
	(void)state;
	assert_int_equal(strlen(read_long("a,b\n1,", 'x', CSV_CELL_MAX, "\n2,3\n")),
		strlen("1[a|b] 2[1|] 3[2|3]") + CSV_CELL_MAX);
	assert_string_equal(read_long("a,b\n1,", 'x', CSV_CELL_MAX + 1, "\n2,3\n"),
		"1[a|b] 2:2!csv_length 3[2|3]");
	assert_string_equal(read_long("a,b\n1,\"", 'x', CSV_CELL_MAX + 1, "\n2,3\n"),
		"1[a|b] 2:2!csv_length 3[2|3]");
	/* Ten megabytes, within quotes and without, pass by. */
	assert_string_equal(
		read_long("a,b\n1,", 'x', 10000000, "\n2,3\n"), "1[a|b] 2:2!csv_length 3[2|3]");
	assert_string_equal(
		read_long("a,b\n\"", '"', 9999999, ",1\n2,3\n"), "1[a|b] 2:1!csv_length 3[2|3]");
	/* Nobody closed it: the quote is told and not the length. */
	assert_string_equal(
		read_long("a,b\n1,\"", '\n', 20000, "\n2,3\n"), "1[a|b] 2:2!csv_quote 20003[2|3]");
	assert_string_equal(read_long("", ',', CSV_COLUMNS_MAX, "\n"), "1:65!csv_cells");
	assert_string_equal(read_long("", '\n', 70000, "a"), "70001[a]");
}

static void
row_that_is_full_to_the_last_byte_is_read(void **state)
{
	static char text[2 * CSV_ROW_MAX];
	size_t len, used;

	(void)state;
	/* Eight cells of 8191 bytes and their terminators are CSV_ROW_MAX. */
	for (int more = 0; more < 2; more++) {
		len = 0;
		for (int i = 0; i < 8; i++) {
			memset(text + len, 'x', CSV_CELL_MAX - 1);
			len += CSV_CELL_MAX - 1;
			if (more && i == 7)
				text[len++] = 'x';
			text[len++] = i < 7 ? ',' : '\n';
		}
		csv_init(&csv);
		assert_int_equal(csv_read(&csv, text, len, &used), more ? CSV_BAD : CSV_ROW);
		assert_int_equal(csv.err, more ? SKERRY_ERR_CSV_LENGTH : SKERRY_OK);
	}
}

static void
formulas_are_no_text(void **state)
{
	static const struct {
		const char *cell, *wanted; /* NULL: refused */
	} CELLS[] = {
		{ "", "" },
		{ "Grand Hotel", "Grand Hotel" },
		{ "=1+1", NULL },
		{ "=cmd|' /C calc'!A0", NULL },
		{ "+49 631", NULL },
		{ "@SUM(A1)", NULL },
		{ "-2+3", NULL },
		{ "\t=1", NULL },
		{ "\r", NULL },
		{ "\xef\xbc\x9d"
		  "1",
			NULL },
		{ "-5", "-5" },
		{ "+49631", "+49631" },
		{ "'=1+1", "=1+1" },
		{ "'+49 631", "+49 631" },
		{ "''=1", "''=1" },
		{ "'t Hof", "'t Hof" },
		{ "'", "'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CELLS / sizeof *CELLS; i++) {
		const char *text = csv_text(CELLS[i].cell);

		if (CELLS[i].wanted == NULL)
			assert_null(text);
		else
			assert_string_equal(text, CELLS[i].wanted);
	}
}

static void
gather(void *context, const char *text, size_t text_len)
{
	char *all = context;

	strncat(all, text, text_len);
}

static void
what_is_written_reads_back(void **state)
{
	static const struct table_column COLUMNS[] = { { "name", false }, { "note", false } };
	static const char *const CELLS[] = { "Grand \"Hotel\"", "=1+1", "a,b;c\td", "two\r\nlines",
		" space", "", "\xc3\xa9", "-5" };
	char text[512] = "";

	(void)state;
	table_write_csv(COLUMNS, 2, CELLS, 4, gather, text);
	assert_string_equal(read_all(text, strlen(text), 7),
		"1[name|note] 2[Grand \"Hotel\"|'=1+1] 3[a,b;c\td|two\r\nlines] 5[ space|] "
		"6[\xc3\xa9|-5]");
	assert_string_equal(csv_text("'=1+1"), CELLS[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read),
		cmocka_unit_test(refusals_name_line_and_cell_and_the_rest_is_read),
		cmocka_unit_test(long_cells_and_rows_end_where_the_header_says),
		cmocka_unit_test(row_that_is_full_to_the_last_byte_is_read),
		cmocka_unit_test(formulas_are_no_text),
		cmocka_unit_test(what_is_written_reads_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
