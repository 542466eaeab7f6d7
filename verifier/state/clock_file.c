/* SPDX-License-Identifier: ISC */
#include "clock_file.h"

#include <stdlib.h>
#include <string.h>

#include "keys/atomic_file.h"
#include "keys/untrusted_file.h"
#include "verifier/decide/clock_record.h"

enum { INSTANT_LEN = 8, FILE_MAX = CLOCK_RECORD_MAX + INSTANT_LEN + HASH_LEN };

static void
put_instant(uint8_t *bytes, int64_t instant)
{
	for (int i = INSTANT_LEN - 1; i >= 0; i--, instant >>= 8)
		bytes[i] = (uint8_t)instant;
}

static int64_t
get_instant(const uint8_t *bytes)
{
	uint64_t instant = 0;

	for (int i = 0; i < INSTANT_LEN; i++)
		instant = instant << 8 | bytes[i];
	return (int64_t)instant;
}

/* The bytes without their seal, which holds. */
static enum skerry_err
read_content(const uint8_t *bytes, size_t len, struct clock *ret_clock, int64_t *ret_rollback_since)
{
	size_t record_len = len - INSTANT_LEN, offset;
	int64_t since = get_instant(bytes + record_len);

	if ((since < 0 || since > CLOCK_TIME_MAX) && since != LICENSE_NEVER)
		return SKERRY_ERR_FILE_DAMAGED;
	if (clock_record_read(bytes, record_len, ret_clock, &offset) != SKERRY_OK)
		return SKERRY_ERR_FILE_DAMAGED;
	*ret_rollback_since = since;
	return SKERRY_OK;
}

enum skerry_err
clock_file_read(const struct documents *documents, const uint8_t key[SEAL_KEY_LEN],
	struct clock *ret_clock, int64_t *ret_rollback_since)
{
	uint8_t seal[HASH_LEN], *bytes;
	size_t len;
	enum skerry_err err;

	err = untrusted_file_read_at(documents->directory, CLOCK_FILE, FILE_MAX, &bytes, &len);
	if (err == SKERRY_ERR_DOCUMENT_EMPTY || err == SKERRY_ERR_DOCUMENT_TOO_LARGE)
		return SKERRY_ERR_FILE_DAMAGED;
	if (err != SKERRY_OK)
		return err;
	err = SKERRY_ERR_FILE_DAMAGED;
	if (len > INSTANT_LEN + HASH_LEN) {
		len -= HASH_LEN;
		seal_bytes(key, "clock", bytes, len, seal);
		if (memcmp(seal, bytes + len, HASH_LEN) == 0)
			err = read_content(bytes, len, ret_clock, ret_rollback_since);
	}
	free(bytes);
	return err;
}

enum skerry_err
clock_file_write(const struct documents *documents, const uint8_t key[SEAL_KEY_LEN],
	const struct clock *clock, int64_t rollback_since)
{
	uint8_t bytes[FILE_MAX];
	size_t len;
	enum skerry_err err = clock_record_write(clock, bytes, &len);

	if (err != SKERRY_OK)
		return err;
	put_instant(bytes + len, rollback_since);
	len += INSTANT_LEN;
	seal_bytes(key, "clock", bytes, len, bytes + len);
	return atomic_file_write_at(
		documents->directory, CLOCK_FILE, bytes, len + HASH_LEN, 0600, true);
}
