/* SPDX-License-Identifier: ISC */
/* Key files: the checksum is made to fit, so that the fuzzer gets behind it; nothing opens by luck. */
#include <stdlib.h>
#include <string.h>

#include "formats/fingerprint.h"
#include "keys/checked.h"
#include "keys/key_file.h"
#include "keys/random.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t wrapping_key[KEY_WRAPPING_LEN] = { 1 };
	static struct fingerprint fingerprint;
	uint8_t bytes[KEY_FILE_MAX + CHECKED_LEN];
	const struct key_wrap wrap = { .kind = KEY_WRAP_KEY, .key = wrapping_key };
	struct key_file_info info;
	struct key_pair pair = { 0 };
	size_t len = size, offset = 0;

	if (random_start() != SKERRY_OK)
		return 0;
	(void)fingerprint_parse((struct cbor_bytes){ data, size }, &fingerprint, &offset);
	if (size > KEY_FILE_MAX)
		return 0;
	memcpy(bytes, data, size);
	/* Seeds carry a checksum of their own. */
	if (len > CHECKED_LEN)
		len -= CHECKED_LEN;
	checked_append(bytes, &len);
	if (key_file_inspect(bytes, len, &info, &offset) != SKERRY_OK)
		return 0;
	if (info.wrap == KEY_WRAP_KEY &&
		key_file_open(bytes, len, info.purpose, &wrap, &pair, &offset) == SKERRY_OK)
		abort();
	return 0;
}
