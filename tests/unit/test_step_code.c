/* SPDX-License-Identifier: ISC */
/* Codes read out on the telephone: each typing error found, each habit of typing forgiven. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hex.h"
#include "formats/step_code.h"

#define SYMBOLS "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/* Worked out by another program (docs/formats.md, "Telephone renewal"). */
static const struct {
	const char *value, *code;
} VECTORS[] = {
	{ "00112233445566778899aabb", "00H48-SM8NB-6EY49-KANVM" },
	{ "7fffffffffffffffffffffff", "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZC" },
	{ "788f8ecc1d67244c529ecc96", "Y4FHV-61TSS-49H99-XK4P0" },
	{ "7ef32a383e89e417ba3ee475", "ZQK58-W3X2F-42YX3-XS3NZ" },
	{ "000000000000000000000000", "00000-00000-00000-00000" },
	{ "400000000000000000000000", "G0000-00000-00000-0000V" },
	{ "000000000000000000000001", "00000-00000-00000-0001J" },
};

/* Values of a fixed sequence; different for each `seed`. */
static void
make_value(unsigned seed, uint8_t ret_value[STEP_CODE_VALUE_LEN])
{
	for (size_t i = 0; i < STEP_CODE_VALUE_LEN; i++) {
		seed = seed * 1103515245u + 12345u;
		ret_value[i] = (uint8_t)(seed >> 16);
	}
	ret_value[0] &= 0x7f;
}

static void
make_code(unsigned seed, char ret_code[STEP_CODE_LEN + 1])
{
	uint8_t value[STEP_CODE_VALUE_LEN];

	make_value(seed, value);
	step_code_write(value, ret_code);
}

/* Reads; a refusal leaves the value alone. */
static enum skerry_err
read_code(const char *typed, size_t *ret_offset)
{
	static const uint8_t UNTOUCHED[STEP_CODE_VALUE_LEN] = { 0xee, 0xee };
	uint8_t value[STEP_CODE_VALUE_LEN] = { 0xee, 0xee };
	enum skerry_err err = step_code_read(typed, strlen(typed), value, ret_offset);

	if (err != SKERRY_OK)
		assert_memory_equal(value, UNTOUCHED, sizeof value);
	return err;
}

static void
values_are_written_as_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof VECTORS / sizeof *VECTORS; i++) {
		uint8_t value[STEP_CODE_VALUE_LEN], again[STEP_CODE_VALUE_LEN];
		char code[STEP_CODE_LEN + 1];
		size_t offset;

		assert_int_equal(
			fixture_hex(VECTORS[i].value, value, 0, sizeof value), sizeof value);
		step_code_write(value, code);
		assert_string_equal(code, VECTORS[i].code);
		assert_int_equal(step_code_read(code, STEP_CODE_LEN, again, &offset), SKERRY_OK);
		assert_memory_equal(again, value, sizeof value);
	}
}

static void
each_bit_of_a_value_comes_back(void **state)
{
	(void)state;
	for (unsigned bit = 1; bit < STEP_CODE_VALUE_LEN * 8; bit++) {
		uint8_t value[STEP_CODE_VALUE_LEN] = { 0 }, again[STEP_CODE_VALUE_LEN];
		char code[STEP_CODE_LEN + 1];
		size_t offset;

		value[bit / 8] = (uint8_t)(0x80u >> bit % 8);
		step_code_write(value, code);
		assert_int_equal(strlen(code), STEP_CODE_LEN);
		assert_int_equal(step_code_read(code, STEP_CODE_LEN, again, &offset), SKERRY_OK);
		assert_memory_equal(again, value, sizeof value);
	}
}

static void
each_wrong_character_is_a_typo(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 50; seed++) {
		char code[STEP_CODE_LEN + 1];

		make_code(seed, code);
		for (size_t at = 0; at < STEP_CODE_LEN; at++) {
			char right = code[at];
			size_t offset = 9;

			for (const char *other = SYMBOLS; right != '-' && *other != '\0'; other++) {
				code[at] = *other;
				assert_int_equal(read_code(code, &offset),
					*other == right ? SKERRY_OK : SKERRY_ERR_STEP_CODE_TYPO);
				if (*other != right)
					assert_int_equal(offset, 0);
			}
			code[at] = right;
		}
	}
}

static void
each_swap_of_neighbors_is_a_typo(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 200; seed++) {
		char code[STEP_CODE_LEN + 1];

		make_code(seed, code);
		for (size_t at = 0; at + 1 < STEP_CODE_LEN; at++) {
			size_t next = at + 1 + (code[at + 1] == '-'), offset;
			char a = code[at], b = code[next];

			if (a == '-' || a == b)
				continue;
			code[at] = b;
			code[next] = a;
			assert_int_equal(read_code(code, &offset), SKERRY_ERR_STEP_CODE_TYPO);
			code[at] = a;
			code[next] = b;
		}
	}
}

static void
habits_of_typing_are_forgiven(void **state)
{
	/* 00000-00000-00000-0001J as people type what they hear */
	static const char *const TYPED[] = { "00000-00000-00000-0001J", "0000000000000000001J",
		"ooooo ooooo ooooo ooo1j", "OOOOO-OOOOO-OOOOO-OOOIJ",
		"  00000 - 00000 - 00000 - 000lJ  ", "0 0 0 0 0 0000000000 000i j",
		"00000\xe2\x80\x93"
		"00000\xc2\xa0"
		"00000\xe2\x80\x94"
		"0001J",
		"00000\t00000\n00000\r\n000LJ" };
	uint8_t value[STEP_CODE_VALUE_LEN];
	size_t offset;

	(void)state;
	for (size_t i = 0; i < sizeof TYPED / sizeof *TYPED; i++) {
		assert_int_equal(
			step_code_read(TYPED[i], strlen(TYPED[i]), value, &offset), SKERRY_OK);
		assert_int_equal(value[STEP_CODE_VALUE_LEN - 1], 1);
	}
}

static void
what_is_no_code_is_told_with_its_byte(void **state)
{
	char longer[STEP_CODE_TYPED_MAX + 2];
	static const struct {
		const char *typed;
		enum skerry_err err;
		size_t offset;
	} CASES[] = {
		{ "", SKERRY_ERR_STEP_CODE_LENGTH, 0 },
		{ "00000-00000-00000-0000", SKERRY_ERR_STEP_CODE_LENGTH, 22 },
		{ "00000-00000-00000-000000", SKERRY_ERR_STEP_CODE_LENGTH, 23 },
		{ "00000-00000-00000-00000 x", SKERRY_ERR_STEP_CODE_LENGTH, 24 },
		{ "00000-0U000-00000-00000", SKERRY_ERR_STEP_CODE_CHARACTER, 7 },
		{ "00000-00000-00000-0000\xc3\xa9", SKERRY_ERR_STEP_CODE_CHARACTER, 22 },
		{ "00000\x01"
		  "00000-00000-00000",
			SKERRY_ERR_STEP_CODE_CHARACTER, 5 },
		{ "HMS-7QK2M-94XPA-C0DTE-1ZRJB", SKERRY_ERR_STEP_CODE_LENGTH, 24 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		size_t offset = 99;

		assert_int_equal(read_code(CASES[i].typed, &offset), CASES[i].err);
		assert_int_equal(offset, CASES[i].offset);
	}
	memset(longer, ' ', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	assert_int_equal(read_code(longer, &(size_t){ 0 }), SKERRY_ERR_STEP_CODE_LENGTH);
}

/* A value has 95 bits: nothing that is read can be one that no chain has. */
static void
whatever_is_read_has_the_first_bit_zero(void **state)
{
	uint8_t value[STEP_CODE_VALUE_LEN];
	size_t offset;

	(void)state;
	assert_int_equal(step_code_read(VECTORS[1].code, STEP_CODE_LEN, value, &offset), SKERRY_OK);
	assert_int_equal(value[0], 0x7f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_written_as_documented),
		cmocka_unit_test(each_bit_of_a_value_comes_back),
		cmocka_unit_test(each_wrong_character_is_a_typo),
		cmocka_unit_test(each_swap_of_neighbors_is_a_typo),
		cmocka_unit_test(habits_of_typing_are_forgiven),
		cmocka_unit_test(what_is_no_code_is_told_with_its_byte),
		cmocka_unit_test(whatever_is_read_has_the_first_bit_zero),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
