/* SPDX-License-Identifier: ISC */
#include "step_code.h"

#include <string.h>

#include "crockford.h"

enum { GROUP = 5, SYMBOL_BITS = 5, VALUE_SYMBOLS = STEP_CODE_SYMBOLS - 1 };

_Static_assert(VALUE_SYMBOLS *SYMBOL_BITS == STEP_CODE_VALUE_LEN * 8 - 1,
	"a code has all bits of a value but its first, which is zero");
_Static_assert(STEP_CODE_LEN == STEP_CODE_SYMBOLS + STEP_CODE_SYMBOLS / GROUP - 1,
	"hyphens stand between the groups");

/* Bit `at` of the value stands in the byte and under the mask of this many; the first is left out. */
static bool
bit_of(const uint8_t *value, size_t at)
{
	return (value[(at + 1) / 8] >> (7 - (at + 1) % 8) & 1) != 0;
}

static unsigned
symbol_at(const uint8_t *value, size_t index)
{
	unsigned symbol = 0;

	for (size_t i = 0; i < SYMBOL_BITS; i++)
		symbol = symbol << 1 | bit_of(value, index * SYMBOL_BITS + i);
	return symbol;
}

void
step_code_write(const uint8_t value[STEP_CODE_VALUE_LEN], char ret_code[STEP_CODE_LEN + 1])
{
	char symbols[STEP_CODE_SYMBOLS] = { 0 };

	for (size_t i = 0; i < VALUE_SYMBOLS; i++)
		symbols[i] = (char)symbol_at(value, i);
	symbols[VALUE_SYMBOLS] = (char)crockford_check(symbols, STEP_CODE_SYMBOLS);
	for (size_t i = 0; i < STEP_CODE_SYMBOLS; i++) {
		if (i > 0 && i % GROUP == 0)
			*ret_code++ = '-';
		*ret_code++ = crockford_character((unsigned char)symbols[i]);
	}
	*ret_code = '\0';
}

static void
join(const char *symbols, uint8_t ret_value[STEP_CODE_VALUE_LEN])
{
	memset(ret_value, 0, STEP_CODE_VALUE_LEN);
	for (size_t at = 0; at < VALUE_SYMBOLS * SYMBOL_BITS; at++) {
		unsigned symbol = (unsigned char)symbols[at / SYMBOL_BITS];
		unsigned bit = symbol >> (SYMBOL_BITS - 1 - at % SYMBOL_BITS) & 1;

		ret_value[(at + 1) / 8] |= (uint8_t)(bit << (7 - (at + 1) % 8));
	}
}

enum skerry_err
step_code_read(const char *typed, size_t typed_len, uint8_t ret_value[STEP_CODE_VALUE_LEN],
	size_t *ret_offset)
{
	struct crockford_typed input = { typed, typed_len, 0 };
	char symbols[STEP_CODE_SYMBOLS] = { 0 };

	if (typed_len > STEP_CODE_TYPED_MAX) {
		*ret_offset = STEP_CODE_TYPED_MAX;
		return SKERRY_ERR_STEP_CODE_LENGTH;
	}
	switch (crockford_read(&input, symbols, STEP_CODE_SYMBOLS, ret_offset)) {
	case CROCKFORD_LENGTH:
		return SKERRY_ERR_STEP_CODE_LENGTH;
	case CROCKFORD_CHARACTER:
		return SKERRY_ERR_STEP_CODE_CHARACTER;
	case CROCKFORD_READ:
		break;
	}
	if (crockford_check(symbols, STEP_CODE_SYMBOLS) !=
		(unsigned char)symbols[STEP_CODE_SYMBOLS - 1]) {
		*ret_offset = 0;
		return SKERRY_ERR_STEP_CODE_TYPO;
	}
	join(symbols, ret_value);
	return SKERRY_OK;
}
