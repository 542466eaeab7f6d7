/* SPDX-License-Identifier: ISC */
/* License keys: each typing error found, each habit of typing forgiven, all three house formats. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/license_key.h"

#define SYMBOLS "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/* The house formats, and the shortest and the longest that are allowed. */
static const char *const TEMPLATES[] = {
	"HMS-#####-#####-#####-#####",
	"RT###-####-####-####-####",
	"RM-####-####-####-####",
	"###############",
	"ABC-##############################",
};

/* Random bytes of a fixed sequence; different for each `seed`. */
static void
make_key(const char *template, unsigned seed, char ret_key[LICENSE_KEY_MAX + 1])
{
	uint8_t random[LICENSE_KEY_SYMBOLS_MAX];

	for (size_t i = 0; i < sizeof random; i++) {
		seed = seed * 1103515245u + 12345u;
		random[i] = (uint8_t)(seed >> 16);
	}
	assert_int_equal(license_key_make(template, random, sizeof random, ret_key), SKERRY_OK);
}

static enum skerry_err
read_key(const char *template, const char *typed, size_t *ret_offset)
{
	char key[LICENSE_KEY_MAX + 1] = "untouched";
	enum skerry_err err = license_key_read(template, typed, strlen(typed), key, ret_offset);

	if (err != SKERRY_OK)
		assert_string_equal(key, "untouched");
	return err;
}

static void
a_made_key_fits_its_template_and_reads_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof TEMPLATES / sizeof *TEMPLATES; i++)
		for (unsigned seed = 0; seed < 500; seed++) {
			char key[LICENSE_KEY_MAX + 1], again[LICENSE_KEY_MAX + 1];
			size_t offset;

			make_key(TEMPLATES[i], seed, key);
			assert_int_equal(strlen(key), strlen(TEMPLATES[i]));
			for (size_t at = 0; key[at] != '\0'; at++)
				if (TEMPLATES[i][at] == '#')
					assert_non_null(strchr(SYMBOLS, key[at]));
				else
					assert_int_equal(key[at], TEMPLATES[i][at]);
			assert_int_equal(
				license_key_read(TEMPLATES[i], key, strlen(key), again, &offset),
				SKERRY_OK);
			assert_string_equal(again, key);
		}
}

/* Worked by hand: one symbol 1 at place i asks for the check alpha^i / alpha^(n-1). */
static void
the_check_character_is_the_documented_one(void **state)
{
	uint8_t random[14] = { 0 };
	char key[LICENSE_KEY_MAX + 1];

	(void)state;
	assert_int_equal(license_key_make("###############", random, 14, key), SKERRY_OK);
	assert_string_equal(key, "000000000000000");
	/* alpha^-1 = alpha^4 + alpha = 18, the symbol J */
	random[13] = 1;
	assert_int_equal(license_key_make("###############", random, 14, key), SKERRY_OK);
	assert_string_equal(key, "00000000000001J");
	/* alpha^-2 = alpha^3 + 1 = 9 */
	random[13] = 0;
	random[12] = 1;
	assert_int_equal(license_key_make("###############", random, 14, key), SKERRY_OK);
	assert_string_equal(key, "000000000000109");
}

static void
every_single_wrong_character_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof TEMPLATES / sizeof *TEMPLATES; i++)
		for (unsigned seed = 0; seed < 20; seed++) {
			char key[LICENSE_KEY_MAX + 1];

			make_key(TEMPLATES[i], seed, key);
			for (size_t at = 0; key[at] != '\0'; at++) {
				char right = key[at];
				unsigned tried = 0;

				for (const char *wrong = SYMBOLS; *wrong != '\0'; wrong++) {
					size_t offset = 77;

					if (TEMPLATES[i][at] != '#' || *wrong == right)
						continue;
					key[at] = *wrong;
					tried++;
					assert_int_equal(read_key(TEMPLATES[i], key, &offset),
						SKERRY_ERR_LICENSE_KEY_TYPO);
					assert_int_equal(offset, 0);
				}
				assert_int_equal(tried, TEMPLATES[i][at] == '#' ? 31 : 0);
				key[at] = right;
			}
		}
}

/* Neighbors are neighbors across a hyphen too. */
static void
every_swap_of_neighbors_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof TEMPLATES / sizeof *TEMPLATES; i++)
		for (unsigned seed = 0; seed < 200; seed++) {
			char key[LICENSE_KEY_MAX + 1];
			size_t before = SIZE_MAX;

			make_key(TEMPLATES[i], seed, key);
			for (size_t at = 0; key[at] != '\0'; at++) {
				size_t offset;
				char here = key[at];

				if (TEMPLATES[i][at] != '#')
					continue;
				if (before != SIZE_MAX && key[before] != here) {
					key[at] = key[before];
					key[before] = here;
					assert_int_equal(read_key(TEMPLATES[i], key, &offset),
						SKERRY_ERR_LICENSE_KEY_TYPO);
					key[before] = key[at];
					key[at] = here;
				}
				before = at;
			}
		}
}

/* All pairs of neighbors at all places, since the keys above may miss some. */
static void
no_pair_of_symbols_can_be_swapped_unnoticed(void **state)
{
	static const char TEMPLATE[] = "##############################";

	(void)state;
	for (size_t at = 0; at + 1 < 29; at++)
		for (unsigned pair = 0; pair < 32 * 32; pair++) {
			uint8_t random[29] = { 0 };
			char key[LICENSE_KEY_MAX + 1], first;
			size_t offset;

			random[at] = (uint8_t)(pair / 32);
			random[at + 1] = (uint8_t)(pair % 32);
			assert_int_equal(license_key_make(TEMPLATE, random, 29, key), SKERRY_OK);
			first = key[at];
			key[at] = key[at + 1];
			key[at + 1] = first;
			assert_int_equal(read_key(TEMPLATE, key, &offset),
				pair / 32 == pair % 32 ? SKERRY_OK : SKERRY_ERR_LICENSE_KEY_TYPO);
		}
}

#define HMS "HMS-#####-#####-#####-#####"
#define HMS_KEY "HMS-01A2B-3C4D1-5E6F0-7G8HZ"
#define RT "RT###-####-####-####-####"

static const char *const FORGIVEN[] = {
	"HMS-01A2B-3C4D1-5E6F0-7G8HZ",
	"hms-01a2b-3c4d1-5e6f0-7g8hz",
	"Hms01A2B3C4D15E6F07G8HZ",
	"  HMS 01A2B 3C4D1 5E6F0 7G8HZ\r\n",
	"H M S - 0 1 A 2 B - 3C4D1-5E6F0-7G8HZ",
	"HMS-OIA2B-3C4DL-5E6FO-7G8HZ",
	"hms-oia2b-3c4dl-5e6fo-7g8hz",
	"hms-olA2B-3C4Di-5E6F0-7G8HZ",
	"HMS\xe2\x80\x93"
	"01A2B\xe2\x80\x94"
	"3C4D1\xe2\x80\x90"
	"5E6F0\xe2\x80\x91"
	"7G8HZ",
	"HMS\xe2\x88\x92"
	"01A2B\xe2\x80\x95"
	"3C4D1\xe2\x80\x92"
	"5E6F0\xef\xbc\x8d"
	"7G8HZ",
	"HMS\xc2\xa0"
	"01A2B\xe2\x80\xaf"
	"3C4D1\xe2\x80\x8b"
	"5E6F0\xe3\x80\x80"
	"7G8HZ",
	"\xef\xbb\xbfHMS-01A2B-3C4D1-5E6F0-7G8HZ\t",
	"HMS--01A2B---3C4D1-5E6F0-7G8HZ-",
	"HMS-01A2B-3C4D1-5E6F0-7G8H\xc2\xadZ",
};

static void
habits_of_typing_are_forgiven(void **state)
{
	uint8_t random[19] = { 0, 1, 10, 2, 11, 3, 12, 4, 13, 1, 5, 14, 6, 15, 0, 7, 16, 8, 17 };
	char made[LICENSE_KEY_MAX + 1];

	(void)state;
	assert_int_equal(license_key_make(HMS, random, 19, made), SKERRY_OK);
	assert_string_equal(made, HMS_KEY);
	for (size_t i = 0; i < sizeof FORGIVEN / sizeof *FORGIVEN; i++) {
		char key[LICENSE_KEY_MAX + 1] = "";
		size_t offset;

		assert_int_equal(
			license_key_read(HMS, FORGIVEN[i], strlen(FORGIVEN[i]), key, &offset),
			SKERRY_OK);
		assert_string_equal(key, HMS_KEY);
	}
}

static const struct {
	const char *template, *typed;
	enum skerry_err err;
	size_t offset;
} REFUSED[] = {
	{ HMS, "", SKERRY_ERR_LICENSE_KEY_LENGTH, 0 },
	{ HMS, " - ", SKERRY_ERR_LICENSE_KEY_LENGTH, 3 },
	{ HMS, "HM", SKERRY_ERR_LICENSE_KEY_LENGTH, 2 },
	{ HMS, "HMS-", SKERRY_ERR_LICENSE_KEY_LENGTH, 4 },
	{ HMS, "HMS-01A2B-3C4D1-5E6F0-7G8H", SKERRY_ERR_LICENSE_KEY_LENGTH, 26 },
	{ HMS, "HMS-01A2B-3C4D1-5E6F0-7G8HZ0", SKERRY_ERR_LICENSE_KEY_LENGTH, 27 },
	{ HMS, "HMS-01A2B-3C4D1-5E6F0-7G8HZ-?", SKERRY_ERR_LICENSE_KEY_LENGTH, 28 },
	{ HMS, "01A2B-3C4D1-5E6F0-7G8HZ", SKERRY_ERR_LICENSE_KEY_PREFIX, 0 },
	{ HMS, "RM-01A2-B3C4-D15E-6F07", SKERRY_ERR_LICENSE_KEY_PREFIX, 0 },
	{ HMS, " HNS-01A2B-3C4D1-5E6F0-7G8HZ", SKERRY_ERR_LICENSE_KEY_PREFIX, 2 },
	{ HMS, "HMS-U1A2B-3C4D1-5E6F0-7G8HZ", SKERRY_ERR_LICENSE_KEY_CHARACTER, 4 },
	{ HMS, "HMS-01A2B-3C4D1-5E6F0-7G8H_", SKERRY_ERR_LICENSE_KEY_CHARACTER, 26 },
	{ HMS, "HMS-01A2B-3C4D1-5E6F0-7G8H\xc3\xa4", SKERRY_ERR_LICENSE_KEY_CHARACTER, 26 },
	{ HMS,
		"HMS-01A2B-\xff"
		"C4D1-5E6F0-7G8HZ",
		SKERRY_ERR_LICENSE_KEY_CHARACTER, 10 },
	{ HMS, "HMS-01A2B-3C4D1-5E6F0-7G8HY", SKERRY_ERR_LICENSE_KEY_TYPO, 0 },
	{ "RT###", "RT000", SKERRY_ERR_KEY_FORMAT_TEMPLATE, 0 },
};

static void
each_typing_error_is_told_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		size_t offset = 77;

		assert_int_equal(
			read_key(REFUSED[i].template, REFUSED[i].typed, &offset), REFUSED[i].err);
		assert_int_equal(offset, REFUSED[i].offset);
	}
}

static void
a_terminator_is_a_character_like_others(void **state)
{
	char key[LICENSE_KEY_MAX + 1];
	size_t offset = 77;

	(void)state;
	assert_int_equal(license_key_read(HMS, HMS_KEY, sizeof HMS_KEY, key, &offset),
		SKERRY_ERR_LICENSE_KEY_LENGTH);
	assert_int_equal(offset, sizeof HMS_KEY - 1);
}

static void
more_than_anybody_types_is_refused(void **state)
{
	char typed[LICENSE_KEY_TYPED_MAX + 1], key[LICENSE_KEY_MAX + 1];
	size_t offset = 77;

	(void)state;
	memset(typed, ' ', sizeof typed);
	memcpy(typed, HMS_KEY, sizeof HMS_KEY - 1);
	assert_int_equal(
		license_key_read(HMS, typed, LICENSE_KEY_TYPED_MAX, key, &offset), SKERRY_OK);
	assert_int_equal(license_key_read(HMS, typed, LICENSE_KEY_TYPED_MAX + 1, key, &offset),
		SKERRY_ERR_LICENSE_KEY_LENGTH);
	assert_int_equal(offset, LICENSE_KEY_TYPED_MAX);
}

/* The prefix stands directly before the first random character, digits may follow letters. */
static void
a_prefix_without_hyphen_is_told_from_the_random_part(void **state)
{
	char key[LICENSE_KEY_MAX + 1], typed[LICENSE_KEY_MAX + 1];
	size_t offset;

	(void)state;
	make_key(RT, 7, key);
	memcpy(typed, key, sizeof typed);
	typed[0] = 'r';
	typed[1] = 't';
	assert_int_equal(read_key(RT, typed, &offset), SKERRY_OK);
	assert_int_equal(read_key(RT, key + 2, &offset), SKERRY_ERR_LICENSE_KEY_PREFIX);
	assert_int_equal(offset, 0);
	make_key("B2B-1########-########", 7, key);
	assert_int_equal(read_key("B2B-1########-########", key, &offset), SKERRY_OK);
}

static const char *const NO_TEMPLATES[] = {
	"", "HMS", "HMS-", "HMS-##############", /* 14 */
	"###############################",       /* 31 */
	"-###############", "hms-###############", "HMS_###############", "HM S-###############",
	"HMS--###############", "HMS-########--#######", "HMS-###############-",
	"HMS-#######A########", "HMS-###############X", "H\xc3\x96-###############",
	"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH###############", /* 49 */
};

static void
unusable_templates_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof TEMPLATES / sizeof *TEMPLATES; i++)
		assert_int_equal(license_key_check_template(TEMPLATES[i]), SKERRY_OK);
	assert_int_equal(
		license_key_check_template("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG###############"),
		SKERRY_OK); /* 48 */
	for (size_t i = 0; i < sizeof NO_TEMPLATES / sizeof *NO_TEMPLATES; i++) {
		char key[LICENSE_KEY_MAX + 1] = "untouched";
		uint8_t random[64] = { 0 };

		assert_int_equal(license_key_check_template(NO_TEMPLATES[i]),
			SKERRY_ERR_KEY_FORMAT_TEMPLATE);
		assert_int_equal(license_key_make(NO_TEMPLATES[i], random, 64, key),
			SKERRY_ERR_KEY_FORMAT_TEMPLATE);
		assert_string_equal(key, "untouched");
	}
}

static void
too_little_randomness_is_refused(void **state)
{
	char key[LICENSE_KEY_MAX + 1] = "untouched";
	uint8_t random[19] = { 0 };

	(void)state;
	assert_int_equal(license_key_make(HMS, random, 18, key), SKERRY_ERR_ARGUMENT);
	assert_string_equal(key, "untouched");
	assert_int_equal(license_key_make(HMS, random, 19, key), SKERRY_OK);
}

static const struct {
	const char *template, *key, *masked;
} MASKED[] = {
	{ HMS, HMS_KEY, "HMS-01A2B-*****-*****-****Z" },
	{ RT, "RT123-4567-89AB-CDEF-GHJK", "RT123-****-****-****-***K" },
	{ "RM-####-####-####-####", "RM-1234-5678-9ABC-DEFG", "RM-1234-****-****-***G" },
	/* One group must not show the whole key. */
	{ "################", "123456789ABCDEFG", "12345**********G" },
	{ HMS, "HMS-01A2B", "HMS-*****-*****-*****-*****" },
	{ HMS, "", "HMS-*****-*****-*****-*****" },
};

static void
a_masked_key_shows_its_first_group_and_last_character(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof MASKED / sizeof *MASKED; i++) {
		char masked[LICENSE_KEY_MAX + 1];

		license_key_mask(MASKED[i].template, MASKED[i].key, masked);
		assert_string_equal(masked, MASKED[i].masked);
	}
}

static void
symbols_are_crockfords(void **state)
{
	(void)state;
	for (unsigned value = 0; value < 32; value++)
		assert_int_equal(license_key_symbol(value), SYMBOLS[value]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_made_key_fits_its_template_and_reads_back),
		cmocka_unit_test(the_check_character_is_the_documented_one),
		cmocka_unit_test(every_single_wrong_character_is_found),
		cmocka_unit_test(every_swap_of_neighbors_is_found),
		cmocka_unit_test(no_pair_of_symbols_can_be_swapped_unnoticed),
		cmocka_unit_test(habits_of_typing_are_forgiven),
		cmocka_unit_test(each_typing_error_is_told_with_its_place),
		cmocka_unit_test(a_terminator_is_a_character_like_others),
		cmocka_unit_test(more_than_anybody_types_is_refused),
		cmocka_unit_test(a_prefix_without_hyphen_is_told_from_the_random_part),
		cmocka_unit_test(unusable_templates_are_refused),
		cmocka_unit_test(too_little_randomness_is_refused),
		cmocka_unit_test(a_masked_key_shows_its_first_group_and_last_character),
		cmocka_unit_test(symbols_are_crockfords),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
