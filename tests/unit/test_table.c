/* SPDX-License-Identifier: ISC */
/* Tables: alignment by what a terminal shows, hostile text, cells that look like formulas. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/table.h"

struct page {
	char text[4096];
	size_t len;
};

static void
to_page(void *context, const char *text, size_t text_len)
{
	struct page *page = context;

	assert_true(text_len < sizeof page->text - page->len);
	memcpy(page->text + page->len, text, text_len);
	page->len += text_len;
	page->text[page->len] = '\0';
}

static void
columns_align_by_what_a_terminal_shows(void **state)
{
	static const struct table_column COLUMNS[] = { { "name", false }, { "seats", true },
		{ "state", false } };
	static const char *const CELLS[] = {
		"Grand Hotel", "5", "active",           /* plain */
		"H\xc3\xb4tel", "1000", NULL,           /* two bytes, one column */
		"e\xcc\x81", NULL, "ok",                /* a combining accent */
		"\xe6\x97\x85\xe9\xa4\xa8", "12", "",   /* two wide characters */
		"\xf0\x9f\x8f\xa8", "", "\xe2\x80\x8d", /* an emoji, an empty cell, a joiner */
	};
	struct page page = { .len = 0 };

	(void)state;
	table_write(COLUMNS, 3, CELLS, 5, to_page, &page);
	assert_string_equal(page.text, "name         seats  state\n"
				       "Grand Hotel      5  active\n"
				       "H\xc3\xb4tel         1000  -\n"
				       "e\xcc\x81                -  ok\n"
				       "\xe6\x97\x85\xe9\xa4\xa8            12\n"
				       "\xf0\x9f\x8f\xa8\n");
}

static void
last_column_goes_on_below_itself(void **state)
{
	static const struct table_column COLUMNS[] = { { "site", false }, { "result", false } };
	static const char *const CELLS[] = {
		"K7QM",
		"ok, new document; late and so on", /* 20 columns are left */
		"AAAA",
		"a-word-of-more-columns-than-there-are here",
		"BBBB",
		"exactly twenty of it",
	};
	struct page page = { .len = 0 }, whole = { .len = 0 };

	(void)state;
	table_write_wrapped(COLUMNS, 2, CELLS, 3, 26, to_page, &page);
	assert_string_equal(page.text, "site  result\n"
				       "K7QM  ok, new document;\n"
				       "      late and so on\n"
				       "AAAA  a-word-of-more-columns-than-there-are\n"
				       "      here\n"
				       "BBBB  exactly twenty of it\n");
	/* too narrow for that, and no terminal */
	page.len = 0;
	table_write_wrapped(COLUMNS, 2, CELLS, 3, 25, to_page, &page);
	table_write(COLUMNS, 2, CELLS, 3, to_page, &whole);
	assert_string_equal(page.text, whole.text);
}

static void
a_table_without_rows_has_its_titles(void **state)
{
	static const struct table_column COLUMNS[] = { { "a", true }, { "b", false } };
	struct page page = { .len = 0 };

	(void)state;
	table_write(COLUMNS, 2, NULL, 0, to_page, &page);
	assert_string_equal(page.text, "a  b\n");
}

static const struct {
	const char *text, *safe;
	size_t width;
} TEXTS[] = {
	{ "", "", 0 },
	{ "Grand Hotel", "Grand Hotel", 11 },
	{ "\x1b[31mred\x1b[0m", "?[31mred?[0m", 12 },
	{ "\x1b]0;title\x07", "?]0;title?", 10 },
	{ "a\nb\tc\rd\x7f", "a?b?c?d?", 8 },
	{ "\xc2\x9b"
	  "31m",
		"?31m", 4 }, /* C1: control sequence introducer */
	{ "\xe2\x80\xae"
	  "gpj.exe",
		"?gpj.exe", 8 },                          /* right-to-left override */
	{ "\xe2\x81\xa6x\xe2\x81\xa9", "?x?", 3 },        /* isolates */
	{ "\xd8\x9c\xe2\x80\x8e\xe2\x80\xa8", "???", 3 }, /* marks, line separator */
	{ "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", 4 }, /* Hebrew */
	{ "\xff\xfe", "??", 2 },
	{ "\xc0\x80", "??", 2 },           /* overlong */
	{ "\xed\xa0\x80", "???", 3 },      /* a surrogate */
	{ "\xf4\x90\x80\x80", "????", 4 }, /* above U+10FFFF */
	{ "\xe2\x82", "?", 1 },            /* cut short: one sequence */
	{ "\xe2\x82x", "?x", 2 },
	{ "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
		"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", 4 },
};

static void
hostile_text_cannot_reach_the_terminal(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
		struct page page = { .len = 0 };

		table_safe_text(TEXTS[i].text, strlen(TEXTS[i].text), to_page, &page);
		assert_string_equal(page.text, TEXTS[i].safe);
		assert_int_equal(table_width(TEXTS[i].text, strlen(TEXTS[i].text)), TEXTS[i].width);
	}
}

static const struct {
	const char *cell, *csv;
} CELLS[] = {
	{ NULL, "" },
	{ "", "" },
	{ "Grand Hotel", "Grand Hotel" },
	{ "Smith, Jones", "\"Smith, Jones\"" },
	{ "the \"Grand\"", "\"the \"\"Grand\"\"\"" },
	{ "two\nlines", "\"two\nlines\"" },
	{ "a;b", "\"a;b\"" },
	{ " padded", "\" padded\"" },
	{ "=1+1", "\"'=1+1\"" },
	{ "=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"" },
	{ "@SUM(A1)", "\"'@SUM(A1)\"" },
	{ "\t=1", "\"'\t=1\"" },
	{ "\r=1", "\"'\r=1\"" },
	{ "\n=1", "\"'\n=1\"" },
	{ "\xef\xbc\x9d"
	  "1+1",
		"\"'\xef\xbc\x9d"
		"1+1\"" }, /* full-width = */
	{ "-", "\"'-\"" },
	{ "+49 89 1234", "\"'+49 89 1234\"" },
	{ "-2+3+cmd|' /C calc'!A0", "\"'-2+3+cmd|' /C calc'!A0\"" },
	{ "-12", "-12" },
	{ "-12.50", "-12.50" },
	{ "+3e-7", "+3e-7" },
	{ "-1e", "\"'-1e\"" },
	{ "-.", "\"'-.\"" },
	{ "-0x1", "\"'-0x1\"" },
	{ "\x1b[31m", "?[31m" },
	{ "\xff", "?" },
	{ "a\xe2\x80\xae", "a?" },
	{ "1=1", "1=1" },
};

static void
csv_cells_are_text_and_never_formulas(void **state)
{
	static const struct table_column COLUMNS[] = { { "cell", false }, { "end", false } };

	(void)state;
	for (size_t i = 0; i < sizeof CELLS / sizeof *CELLS; i++) {
		const char *row[] = { CELLS[i].cell, "x" };
		char expected[256] = "cell,end\r\n";
		struct page page = { .len = 0 };

		strcat(expected, CELLS[i].csv);
		strcat(expected, ",x\r\n");
		table_write_csv(COLUMNS, 2, row, 1, to_page, &page);
		assert_string_equal(page.text, expected);
	}
}

static void
titles_are_treated_as_cells(void **state)
{
	static const struct table_column COLUMNS[] = { { "=1", false } };
	struct page page = { .len = 0 };

	(void)state;
	table_write_csv(COLUMNS, 1, NULL, 0, to_page, &page);
	assert_string_equal(page.text, "\"'=1\"\r\n");
}

static void
rows_written_one_by_one_are_the_same(void **state)
{
	static const struct table_column COLUMNS[] = { { "a", false }, { "b", true } };
	const char *cells[] = { "=1", NULL, "x;\"y\"", "-5", "\xff", "" };
	struct page whole = { .len = 0 }, rows = { .len = 0 };

	(void)state;
	table_write_csv(COLUMNS, 2, cells, 3, to_page, &whole);
	table_write_csv(COLUMNS, 2, NULL, 0, to_page, &rows);
	for (size_t i = 0; i < 3; i++)
		table_write_csv_row(cells + 2 * i, 2, to_page, &rows);
	assert_string_equal(rows.text, whole.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_align_by_what_a_terminal_shows),
		cmocka_unit_test(last_column_goes_on_below_itself),
		cmocka_unit_test(a_table_without_rows_has_its_titles),
		cmocka_unit_test(hostile_text_cannot_reach_the_terminal),
		cmocka_unit_test(csv_cells_are_text_and_never_formulas),
		cmocka_unit_test(titles_are_treated_as_cells),
		cmocka_unit_test(rows_written_one_by_one_are_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
