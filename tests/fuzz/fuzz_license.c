/* SPDX-License-Identifier: ISC */
/* License: claims that parse can be written, and read back the same; all dates follow without overflow. */
#include <stdlib.h>
#include <string.h>

#include "formats/cose.h"
#include "formats/ladder.h"
#include "formats/license.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Seeds are whole documents; most mutations then fall on the claims inside. */
static struct cbor_bytes
claims_of(const uint8_t *data, size_t size)
{
	struct cose_sign1 message;
	size_t offset;

	if (cose_sign1_parse(data, size, &message, &offset) == SKERRY_OK)
		return message.payload;
	return (struct cbor_bytes){ data, size };
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct license license, again;
	static uint8_t first[2 * LICENSE_MAX], second[2 * LICENSE_MAX];
	struct cbor_bytes payload = claims_of(data, size);
	struct cbor_writer w;
	struct ladder ladder;
	size_t first_len, second_len, offset = 0;

	if (size > LICENSE_MAX)
		return 0;
	if (license_parse(payload, &license, &offset) != SKERRY_OK) {
		if (offset > payload.len)
			abort();
		return 0;
	}
	ladder_dates(&license, license.telephone_steps, &ladder);
	if (ladder.grace_until > ladder.degraded_until ||
		ladder_last_date(&license) > license.expires_at)
		abort();
	cbor_writer_init(&w, first, sizeof first);
	license_write(&w, &license);
	if (cbor_writer_finish(&w, &first_len) != SKERRY_OK || first_len > payload.len)
		abort();
	if (license_parse((struct cbor_bytes){ first, first_len }, &again, &offset) != SKERRY_OK)
		abort();
	cbor_writer_init(&w, second, sizeof second);
	license_write(&w, &again);
	if (cbor_writer_finish(&w, &second_len) != SKERRY_OK || second_len != first_len ||
		memcmp(first, second, first_len) != 0)
		abort();
	return 0;
}
