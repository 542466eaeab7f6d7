/* SPDX-License-Identifier: ISC */
/* UTF-8: every code point there and back, every broken form, what counts as blank, dash, control. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/utf8.h"

/* Plain encoder, surrogates and all. */
static size_t
encode(uint32_t point, char out[UTF8_MAX])
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xc0 | point >> 6);
		out[1] = (char)(0x80 | (point & 63));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xe0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 63));
		out[2] = (char)(0x80 | (point & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 63));
	out[2] = (char)(0x80 | (point >> 6 & 63));
	out[3] = (char)(0x80 | (point & 63));
	return 4;
}

static void
every_code_point_is_read_and_surrogates_are_broken(void **state)
{
	(void)state;
	for (uint32_t point = 0; point <= 0x10ffff; point++) {
		char text[UTF8_MAX];
		size_t len = encode(point, text);
		uint32_t got;

		if (point >= 0xd800 && point <= 0xdfff) {
			assert_int_equal(utf8_next(text, len, &got), 1);
			assert_true(got == UTF8_BROKEN);
			continue;
		}
		assert_int_equal(utf8_next(text, len, &got), len);
		assert_true(got == point);
		for (size_t cut = 1; cut < len; cut++) {
			assert_int_equal(utf8_next(text, cut, &got), cut);
			assert_true(got == UTF8_BROKEN);
		}
	}
}

static const struct {
	const char *text;
	size_t len;
} BROKEN[] = {
	{ "\x80", 1 },
	{ "\xbf", 1 },
	{ "\xc0\x80", 1 },
	{ "\xc1\xbf", 1 },
	{ "\xe0\x9f\xbf", 1 },
	{ "\xf0\x8f\xbf\xbf", 1 },
	{ "\xf4\x90\x80\x80", 1 },
	{ "\xf5\x80\x80\x80", 1 },
	{ "\xff", 1 },
	{ "\xc3(", 1 },
	{ "\xe2\x82(", 2 },
	{ "\xf0\x9f\x8f(", 3 },
	{ "\xe2(\x82", 1 },
};

static void
a_broken_sequence_ends_before_what_cannot_belong_to_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof BROKEN / sizeof *BROKEN; i++) {
		uint32_t point = 0;

		assert_int_equal(
			utf8_next(BROKEN[i].text, strlen(BROKEN[i].text), &point), BROKEN[i].len);
		assert_true(point == UTF8_BROKEN);
	}
}

static void
letters_and_digits_are_neither_blank_nor_dash_nor_control(void **state)
{
	(void)state;
	for (uint32_t point = '!'; point < 0x7f; point++) {
		assert_false(utf8_is_blank(point));
		assert_false(utf8_is_control(point));
		assert_int_equal(utf8_is_dash(point), point == '-');
	}
	assert_false(utf8_is_blank(UTF8_BROKEN));
	assert_false(utf8_is_dash(UTF8_BROKEN));
	assert_false(utf8_is_control(UTF8_BROKEN));
}

static void
the_usual_suspects_are_known(void **state)
{
	static const uint32_t BLANKS[] = { ' ', '\t', '\r', '\n', 0xa0, 0x200b, 0x202f, 0x3000,
		0xfeff };
	static const uint32_t DASHES[] = { 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212 };
	static const uint32_t CONTROLS[] = { 0, 0x1b, 0x7f, 0x85, 0x9b, 0x200e, 0x202e, 0x2067 };

	(void)state;
	for (size_t i = 0; i < sizeof BLANKS / sizeof *BLANKS; i++)
		assert_true(utf8_is_blank(BLANKS[i]));
	for (size_t i = 0; i < sizeof DASHES / sizeof *DASHES; i++)
		assert_true(utf8_is_dash(DASHES[i]));
	for (size_t i = 0; i < sizeof CONTROLS / sizeof *CONTROLS; i++)
		assert_true(utf8_is_control(CONTROLS[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_is_read_and_surrogates_are_broken),
		cmocka_unit_test(a_broken_sequence_ends_before_what_cannot_belong_to_it),
		cmocka_unit_test(letters_and_digits_are_neither_blank_nor_dash_nor_control),
		cmocka_unit_test(the_usual_suspects_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
