/* SPDX-License-Identifier: ISC */
/* Mangled text: each character as what it was meant to be, and nothing read beyond the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/mangled.h"

static const struct {
	const char *text;
	enum mangled_kind kind;
	char character;
	size_t next;
} CASES[] = {
	{ "", MANGLED_END, 0, 0 },
	{ "AB", MANGLED_CHARACTER, 'A', 1 },
	{ "~", MANGLED_CHARACTER, '~', 1 },
	{ " A", MANGLED_BLANK, 0, 1 },
	{ "\r\n", MANGLED_BLANK, 0, 1 },
	{ "\t", MANGLED_BLANK, 0, 1 },
	{ "\xc2\xa0x", MANGLED_BLANK, 0, 2 },
	{ "\xa0x", MANGLED_BLANK, 0, 1 },
	{ "\xe3\x80\x80", MANGLED_BLANK, 0, 3 },
	{ "\xef\xbb\xbf-", MANGLED_NOTHING, 0, 3 },
	{ "\xe2\x80\x8bx", MANGLED_NOTHING, 0, 3 },
	{ "\xc2\xad", MANGLED_NOTHING, 0, 2 },
	{ "-", MANGLED_DASH, 0, 1 },
	{ "\xe2\x80\x93", MANGLED_DASH, 0, 3 },
	{ "\xe2\x80\x94", MANGLED_LONG_DASH, 0, 3 },
	{ "\x96", MANGLED_DASH, 0, 1 },
	{ "\x97", MANGLED_LONG_DASH, 0, 1 },
	{ ">", MANGLED_QUOTE, 0, 1 },
	{ "\x1b", MANGLED_OTHER, 0, 1 },
	{ "\xc3\xa4", MANGLED_OTHER, 0, 2 },
	{ "\xff", MANGLED_OTHER, 0, 1 },
	{ "\xe2\x80", MANGLED_OTHER, 0, 2 },
	/* Quoted-printable. */
	{ "=", MANGLED_EQUALS, 0, 1 },
	{ "==", MANGLED_EQUALS, 0, 1 },
	{ "=3", MANGLED_EQUALS, 0, 1 },
	{ "=3D", MANGLED_ESCAPED, 0, 3 },
	{ "=3d", MANGLED_ESCAPED, 0, 3 },
	{ "=3G", MANGLED_EQUALS, 0, 1 },
	{ "=\n", MANGLED_SOFT, 0, 2 },
	{ "=\r\nA", MANGLED_SOFT, 0, 3 },
	{ "=\rA", MANGLED_SOFT, 0, 2 },
	{ "= \t \nA", MANGLED_SOFT, 0, 5 },
	{ "= A", MANGLED_EQUALS, 0, 1 },
	{ "=2D", MANGLED_DASH, 0, 3 },
	{ "=20", MANGLED_BLANK, 0, 3 },
	{ "=41", MANGLED_CHARACTER, 'A', 3 },
	{ "=E2=80=94-", MANGLED_LONG_DASH, 0, 9 },
	{ "=C2=A0", MANGLED_BLANK, 0, 6 },
	{ "=E2=80x", MANGLED_OTHER, 0, 6 },
	/* HTML. */
	{ "&nbsp;x", MANGLED_BLANK, 0, 6 },
	{ "&#160;", MANGLED_BLANK, 0, 6 },
	{ "&#xA0;", MANGLED_BLANK, 0, 6 },
	{ "&gt;", MANGLED_QUOTE, 0, 4 },
	{ "&mdash;", MANGLED_LONG_DASH, 0, 7 },
	{ "&#8211;", MANGLED_DASH, 0, 7 },
	{ "&#43;", MANGLED_CHARACTER, '+', 5 },
	{ "&#61;", MANGLED_EQUALS, 0, 5 },
	{ "&sol;", MANGLED_CHARACTER, '/', 5 },
	{ "&amp;", MANGLED_CHARACTER, '&', 1 },
	{ "&", MANGLED_CHARACTER, '&', 1 },
	{ "&;", MANGLED_CHARACTER, '&', 1 },
	{ "&#;", MANGLED_CHARACTER, '&', 1 },
	{ "&#x;", MANGLED_CHARACTER, '&', 1 },
	{ "&#x110000;", MANGLED_OTHER, 0, 10 },
	{ "&#99999999999;", MANGLED_CHARACTER, '&', 1 },
	{ "&nbsp", MANGLED_CHARACTER, '&', 1 },
	{ "<br>", MANGLED_BLANK, 0, 4 },
	{ "<BR />", MANGLED_BLANK, 0, 6 },
	{ "</p>x", MANGLED_BLANK, 0, 4 },
	{ "<div class=\"a\">", MANGLED_BLANK, 0, 15 },
	{ "<br", MANGLED_CHARACTER, '<', 1 },
	{ "<brx>", MANGLED_CHARACTER, '<', 1 },
	{ "<script>", MANGLED_CHARACTER, '<', 1 },
	{ "<p <p>", MANGLED_CHARACTER, '<', 1 },
	{ "<b@hotel.example>", MANGLED_CHARACTER, '<', 1 },
	{ "<p\nclass=x>", MANGLED_BLANK, 0, 11 },
	{ "<desk@hotel.example>", MANGLED_CHARACTER, '<', 1 },
};

static void
each_character_is_what_it_was_meant_to_be(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		size_t len = strlen(CASES[i].text);
		/* Exactly its size, so that a byte read beyond is found. */
		char *text = malloc(len > 0 ? len : 1);
		struct mangled c;

		assert_non_null(text);
		memcpy(text, CASES[i].text, len);
		c = mangled_next(text, len, 0);
		if (c.kind != CASES[i].kind || c.next != CASES[i].next ||
			c.character != CASES[i].character)
			fail_msg("\"%s\": kind %d, next %zu", CASES[i].text, (int)c.kind, c.next);
		free(text);
	}
}

static void
a_tag_without_end_costs_little(void **state)
{
	char text[1000];

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text, "<p ", 3);
	text[999] = '>';
	assert_int_equal(mangled_next(text, sizeof text, 0).next, 1);
	text[200] = '>';
	assert_int_equal(mangled_next(text, sizeof text, 0).next, 201);
}

static void
every_two_bytes_make_progress(void **state)
{
	(void)state;
	for (unsigned value = 0; value <= UINT16_MAX; value++) {
		char text[2] = { (char)(value >> 8), (char)value };
		struct mangled c = mangled_next(text, 2, 0);

		assert_true(c.kind != MANGLED_END);
		assert_true(c.next == 1 || c.next == 2);
		assert_int_equal(mangled_next(text, 2, 2).kind, MANGLED_END);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_character_is_what_it_was_meant_to_be),
		cmocka_unit_test(a_tag_without_end_costs_little),
		cmocka_unit_test(every_two_bytes_make_progress),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
