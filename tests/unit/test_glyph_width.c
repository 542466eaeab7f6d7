/* SPDX-License-Identifier: ISC */
/* Widths of characters on a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "formats/glyph_width.h"

static const struct {
	uint32_t point;
	unsigned width;
} GLYPHS[] = {
	{ 0, 1 },
	{ 'a', 1 },
	{ 0xa0, 1 },
	{ 0xe4, 1 },
	{ 0x300, 0 },
	{ 0x36f, 0 },
	{ 0x370, 1 },
	{ 0x5d0, 1 },
	{ 0x5b0, 0 },
	{ 0x10ff, 1 },
	{ 0x1100, 2 },
	{ 0x1161, 0 },
	{ 0x200b, 0 },
	{ 0x200d, 0 },
	{ 0x2014, 1 },
	{ 0x20ac, 1 },
	{ 0x20d0, 0 },
	{ 0x231a, 2 },
	{ 0x3000, 2 },
	{ 0x3041, 2 },
	{ 0x3099, 0 },
	{ 0x4e00, 2 },
	{ 0x9fff, 2 },
	{ 0xac00, 2 },
	{ 0xd7a3, 2 },
	{ 0xfe0f, 0 },
	{ 0xfeff, 0 },
	{ 0xff01, 2 },
	{ 0xff61, 1 },
	{ 0xfffd, 1 },
	{ 0x1f3e8, 2 },
	{ 0x1f600, 2 },
	{ 0x20000, 2 },
	{ 0x3fffd, 2 },
	{ 0xe0100, 0 },
	{ 0x10ffff, 1 },
	{ UINT32_MAX, 1 },
};

static void
letters_take_one_column_marks_none_and_ideographs_two(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof GLYPHS / sizeof *GLYPHS; i++)
		assert_int_equal(glyph_width(GLYPHS[i].point), GLYPHS[i].width);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_take_one_column_marks_none_and_ideographs_two),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
