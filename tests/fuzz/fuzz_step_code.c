/* SPDX-License-Identifier: ISC */
/* Telephone codes: what is read is written as one code, which reads back as the same value. */
#include <stdlib.h>
#include <string.h>

#include "formats/step_code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t value[STEP_CODE_VALUE_LEN], again[STEP_CODE_VALUE_LEN];
	char code[STEP_CODE_LEN + 1];
	size_t offset = 0;

	if (step_code_read((const char *)data, size, value, &offset) != SKERRY_OK) {
		if (offset > size)
			abort();
		return 0;
	}
	if ((value[0] & 0x80) != 0)
		abort();
	step_code_write(value, code);
	if (strlen(code) != STEP_CODE_LEN ||
		step_code_read(code, STEP_CODE_LEN, again, &offset) != SKERRY_OK ||
		memcmp(value, again, sizeof value) != 0)
		abort();
	return 0;
}
