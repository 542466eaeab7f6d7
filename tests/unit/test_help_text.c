/* SPDX-License-Identifier: ISC */
/* Help in 80 columns: what fits stays as it is written, what does not goes on below. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "keys/help_text.h"

static void
assert_shown(const char *text, const char *expected)
{
	char *shown = NULL;
	size_t len;
	FILE *out = open_memstream(&shown, &len);

	assert_non_null(out);
	help_text_print(out, text);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(shown, expected);
	free(shown);
}

static void
what_fits_stays_as_it_is(void **state)
{
	static const char TEXT[] =
		"usage: prog check [--json]\n\nChecks.\n\n"
		"  --out FILE   where,\n               and why\n"
		"  a  table     with    columns\n\n"
		"Eighty columns are not too many: 123456789 123456789 123456789 123456789 1234567\n"
		"example: prog check\n";

	(void)state;
	assert_shown(TEXT, TEXT);
	assert_shown("", "");
	assert_shown("no end", "no end\n");
}

static void
a_paragraph_that_is_too_wide_flows(void **state)
{
	(void)state;
	assert_shown("This line has a few words more than fit into eighty columns, so that its "
		     "last ones go\n"
		     "on below, with these behind them.\n"
		     "\n"
		     "Another one.\n",
		"This line has a few words more than fit into eighty columns, so that its last\n"
		"ones go on below, with these behind them.\n"
		"\n"
		"Another one.\n");
}

static void
an_explanation_goes_on_below_itself(void **state)
{
	(void)state;
	assert_shown("  --socket S    of the daemon, which then answers (else SOCKET, else the "
		     "folder's own)\n"
		     "  --out FILE    where; - is standard output, and what follows is more than "
		     "fits into a\n"
		     "                line\n"
		     "  --contacts FI whom a site's messages name, and what follows is more than "
		     "fits into\n"
		     "                a line\n"
		     "  --json\n",
		"  --socket S    of the daemon, which then answers (else SOCKET, else the\n"
		"                folder's own)\n"
		"  --out FILE    where; - is standard output, and what follows is more than fits\n"
		"                into a line\n"
		"  --contacts FI whom a site's messages name, and what follows is more than fits\n"
		"                into a line\n"
		"  --json\n");
}

static void
commands_are_broken_between_their_options(void **state)
{
	(void)state;
	assert_shown("usage: prog new root --out NAME [--alg eddsa|ed25519] [--file FILE | "
		     "--no-passphrase] [--force]\n",
		"usage: prog new root --out NAME [--alg eddsa|ed25519]\n"
		"    [--file FILE | --no-passphrase] [--force]\n");
	assert_shown("example: prog license new hotelhub/hms/island --customer owner@grand.example "
		     "--name \"A B\"\n",
		"example: prog license new hotelhub/hms/island --customer owner@grand.example \\\n"
		"    --name \"A B\"\n");
	assert_shown(
		"Example:\n"
		"  prog merge vendor.manifest from-bob.manifest from-carol.manifest --out another\n"
		"  prog merge vendor.manifest from-bob.manifest from-carol.manifest --out "
		"other.manifest\n",
		"Example:\n"
		"  prog merge vendor.manifest from-bob.manifest from-carol.manifest --out another\n"
		"  prog merge vendor.manifest from-bob.manifest from-carol.manifest \\\n"
		"      --out other.manifest\n");
}

static void
a_word_that_is_too_long_stands_alone(void **state)
{
	char text[200], expected[200];

	(void)state;
	memset(text, 'x', 90);
	strcpy(text + 90, " y\n");
	memset(expected, 'x', 90);
	strcpy(expected + 90, "\ny\n");
	assert_shown(text, expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_stays_as_it_is),
		cmocka_unit_test(a_paragraph_that_is_too_wide_flows),
		cmocka_unit_test(an_explanation_goes_on_below_itself),
		cmocka_unit_test(commands_are_broken_between_their_options),
		cmocka_unit_test(a_word_that_is_too_long_stands_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
