/* SPDX-License-Identifier: ISC */
/* Whatever somebody is called, in a page it is text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "html.h"

static char written[256];

static void
keep(void *context, const char *text, size_t text_len)
{
	size_t len = strlen(written);

	(void)context;
	assert_true(len + text_len < sizeof written);
	memcpy(written + len, text, text_len);
	written[len + text_len] = '\0';
}

static const struct {
	const char *text, *html;
} CASES[] = {
	{ "", "" }, { "Grand Hotel", "Grand Hotel" },
	{ "<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" },
	{ "\"Sari\" & Co", "&quot;Sari&quot; &amp; Co" }, { "&lt;", "&amp;lt;" },
	{ "--><!--", "--&gt;&lt;!--" },
	{ "H\xc3\xb4tel \xe5\xa4\xa9", "H\xc3\xb4tel \xe5\xa4\xa9" },
	{ "a\nb\tc\x1b[1m", "a\xef\xbf\xbd"
			    "b\xef\xbf\xbd"
			    "c\xef\xbf\xbd[1m" },
	{ "a\xe2\x80\xae"
	  "b\xe2\x81\xa6", /* right-to-left override, isolate */
		"a\xef\xbf\xbd"
		"b\xef\xbf\xbd" },
	{ "\xff<", "\xef\xbf\xbd&lt;" },        /* never UTF-8 */
	{ "\xe2<b>", "\xef\xbf\xbd&lt;b&gt;" }, /* cut short: what follows is read anew */
	{ "\xc0\xbcscript", "\xef\xbf\xbd\xef\xbf\xbdscript" }, /* an overlong '<' */
};

static void
text_stays_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		written[0] = '\0';
		html_text(CASES[i].text, strlen(CASES[i].text), keep, NULL);
		assert_string_equal(written, CASES[i].html);
	}
}

static void
length_counts_and_not_a_terminator(void **state)
{
	(void)state;
	written[0] = '\0';
	html_text("ab<cd", 2, keep, NULL);
	assert_string_equal(written, "ab");
	written[0] = '\0';
	html_text("a\0b", 3, keep, NULL);
	assert_string_equal(written, "a\xef\xbf\xbd"
				     "b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays_text),
		cmocka_unit_test(length_counts_and_not_a_terminator),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
