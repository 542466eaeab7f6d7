/* SPDX-License-Identifier: ISC */
/* The words of every error: each enumerator of the header has its own code, sentence and advice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/skerry_error.h"

enum { VALUES_END = 1000, LINE_MAX_LEN = 256, NAME_MAX_LEN = 64, SENTENCE_MAX_LEN = 90 };

static bool
is_known(int value)
{
	return strcmp(skerry_err_name((enum skerry_err)value), "unknown") != 0;
}

/* An enumerator of the header as JSON spells it, and its value; false where a line holds none. */
static bool
enumerator_in(const char *line, char ret_name[NAME_MAX_LEN], int *ret_value)
{
	const char *start = strstr(line, "SKERRY_ERR_");

	if (start == NULL ||
		sscanf(start, "SKERRY_ERR_%63[A-Z0-9_] = %d", ret_name, ret_value) != 2)
		return false;
	for (char *c = ret_name; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return true;
}

static void
each_enumerator_is_named_as_the_header_spells_it(void **state)
{
	FILE *header = fopen("formats/skerry_error.h", "r");
	char line[LINE_MAX_LEN], name[NAME_MAX_LEN];
	int value, in_header = 0, in_code = 0;

	(void)state;
	assert_non_null(header);
	while (fgets(line, sizeof line, header) != NULL)
		if (enumerator_in(line, name, &value)) {
			assert_string_equal(skerry_err_name((enum skerry_err)value), name);
			in_header++;
		}
	fclose(header);
	assert_string_equal(skerry_err_name(SKERRY_OK), "ok");
	for (value = 1; value < VALUES_END; value++)
		in_code += is_known(value);
	assert_true(in_header > 100);
	assert_int_equal(in_code, in_header);
}

static void
assert_is_a_sentence(const char *text)
{
	size_t len = strlen(text);

	assert_in_range(len, 5, SENTENCE_MAX_LEN);
	assert_true(isupper((unsigned char)text[0]) || text[0] == '`');
	assert_int_equal(text[len - 1], '.');
	for (size_t i = 0; i < len; i++)
		assert_true(isprint((unsigned char)text[i]));
}

static void
each_error_is_one_sentence_and_its_advice_another(void **state)
{
	(void)state;
	for (int value = 0; value < VALUES_END; value++) {
		const char *advice = skerry_err_advice((enum skerry_err)value);

		assert_is_a_sentence(skerry_strerror((enum skerry_err)value));
		if (advice[0] != '\0')
			assert_is_a_sentence(advice);
	}
}

static void
no_two_errors_share_a_name_or_a_sentence(void **state)
{
	(void)state;
	for (int a = 0; a < VALUES_END; a++)
		for (int b = a + 1; b < VALUES_END; b++) {
			if (!is_known(a) || !is_known(b))
				continue;
			assert_string_not_equal(skerry_err_name((enum skerry_err)a),
				skerry_err_name((enum skerry_err)b));
			assert_string_not_equal(skerry_strerror((enum skerry_err)a),
				skerry_strerror((enum skerry_err)b));
		}
}

static void
all_that_a_user_meets_comes_with_advice(void **state)
{
	(void)state;
	for (int value = 200; value < VALUES_END; value++)
		if (is_known(value))
			assert_true(strlen(skerry_err_advice((enum skerry_err)value)) > 0);
}

static void
a_value_outside_the_enum_is_unknown_and_never_null(void **state)
{
	static const int OUTSIDE[] = { -1, 1, 99, 199, 999, 65536, INT32_MAX, INT32_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof OUTSIDE / sizeof *OUTSIDE; i++) {
		enum skerry_err err = (enum skerry_err)OUTSIDE[i];

		assert_string_equal(skerry_err_name(err), "unknown");
		assert_non_null(skerry_strerror(err));
		assert_non_null(skerry_err_advice(err));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_enumerator_is_named_as_the_header_spells_it),
		cmocka_unit_test(each_error_is_one_sentence_and_its_advice_another),
		cmocka_unit_test(no_two_errors_share_a_name_or_a_sentence),
		cmocka_unit_test(all_that_a_user_meets_comes_with_advice),
		cmocka_unit_test(a_value_outside_the_enum_is_unknown_and_never_null),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
