/* SPDX-License-Identifier: ISC */
#include "clock_file.h"

#include <stdlib.h>
#include <string.h>

#include "keys/atomic_file.h"
#include "keys/hash.h"
#include "keys/untrusted_file.h"
#include "verifier/decide/clock_record.h"

enum { FILE_MAX = CLOCK_RECORD_MAX + HASH_LEN };

static void
seal(const struct cose_key *site_key, const uint8_t *record, size_t record_len,
	uint8_t ret_hash[HASH_LEN])
{
	uint8_t thumbprint[COSE_THUMBPRINT_LEN];

	hash_thumbprint(site_key, thumbprint);
	hash_blake2b(thumbprint, sizeof thumbprint, record, record_len, ret_hash);
}

enum skerry_err
clock_file_read(
	const struct documents *documents, const struct cose_key *site_key, struct clock *ret_clock)
{
	uint8_t hash[HASH_LEN], *bytes;
	size_t len, offset;
	enum skerry_err err;

	err = untrusted_file_read_at(documents->directory, CLOCK_FILE, FILE_MAX, &bytes, &len);
	if (err == SKERRY_ERR_DOCUMENT_EMPTY || err == SKERRY_ERR_DOCUMENT_TOO_LARGE)
		return SKERRY_ERR_FILE_DAMAGED;
	if (err != SKERRY_OK)
		return err;
	err = SKERRY_ERR_FILE_DAMAGED;
	if (len > HASH_LEN) {
		len -= HASH_LEN;
		seal(site_key, bytes, len, hash);
		if (memcmp(hash, bytes + len, HASH_LEN) == 0 &&
			clock_record_read(bytes, len, ret_clock, &offset) == SKERRY_OK)
			err = SKERRY_OK;
	}
	free(bytes);
	return err;
}

enum skerry_err
clock_file_write(const struct documents *documents, const struct cose_key *site_key,
	const struct clock *clock)
{
	uint8_t bytes[FILE_MAX];
	size_t len;
	enum skerry_err err = clock_record_write(clock, bytes, &len);

	if (err != SKERRY_OK)
		return err;
	seal(site_key, bytes, len, bytes + len);
	return atomic_file_write_at(
		documents->directory, CLOCK_FILE, bytes, len + HASH_LEN, 0600, true);
}
