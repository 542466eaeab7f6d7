/* SPDX-License-Identifier: ISC */
/* Ids and UUIDs: their form, and that two are never the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "keys/random.h"

static void
starting_twice_is_harmless(void **state)
{
	(void)state;
	assert_int_equal(random_start(), SKERRY_OK);
	assert_int_equal(random_start(), SKERRY_OK);
}

static void
an_id_has_its_length_in_crockford_characters(void **state)
{
	char id[17 + 1], other[17 + 1];

	(void)state;
	memset(id, 'x', sizeof id);
	random_id(id, 16);
	assert_int_equal(strlen(id), 16);
	assert_int_equal(strspn(id, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), 16);
	assert_int_equal(id[17], 'x');
	random_id(other, 16);
	assert_string_not_equal(id, other);
}

static void
every_character_of_the_alphabet_turns_up(void **state)
{
	char id[2001];

	(void)state;
	random_id(id, 2000); /* missing one by chance: 32 * (31/32)^2000 < 10^-25 */
	for (const char *c = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; *c != '\0'; c++)
		assert_non_null(strchr(id, *c));
}

static void
a_uuid_has_version_4_and_its_variant(void **state)
{
	char uuid[37], other[37];

	(void)state;
	for (int i = 0; i < 64; i++) {
		random_uuid(uuid);
		assert_int_equal(strlen(uuid), 36);
		for (size_t at = 0; at < 36; at++)
			if (at == 8 || at == 13 || at == 18 || at == 23)
				assert_int_equal(uuid[at], '-');
			else
				assert_non_null(strchr("0123456789abcdef", uuid[at]));
		assert_int_equal(uuid[14], '4');
		assert_non_null(strchr("89ab", uuid[19]));
	}
	random_uuid(other);
	assert_string_not_equal(uuid, other);
}

static void
bytes_differ_from_call_to_call(void **state)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };

	(void)state;
	random_bytes(a, sizeof a);
	random_bytes(b, sizeof b);
	assert_memory_not_equal(a, b, sizeof a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starting_twice_is_harmless),
		cmocka_unit_test(an_id_has_its_length_in_crockford_characters),
		cmocka_unit_test(every_character_of_the_alphabet_turns_up),
		cmocka_unit_test(a_uuid_has_version_4_and_its_variant),
		cmocka_unit_test(bytes_differ_from_call_to_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
