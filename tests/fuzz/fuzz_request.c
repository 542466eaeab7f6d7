/* SPDX-License-Identifier: ISC */
/* Request: claims that parse can be written, never longer, and read back the same. */
#include <stdlib.h>
#include <string.h>

#include "formats/cose.h"
#include "formats/request.h"

enum { INPUT_MAX = 1 << 16, ROOM = 2 * INPUT_MAX };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Seeds are claims or whole documents; most mutations of either then fall on the claims. */
static struct cbor_bytes
claims_of(const uint8_t *data, size_t size)
{
	struct cose_sign1 message;
	size_t offset;

	if (cose_sign1_parse(data, size, &message, &offset) == SKERRY_OK)
		return message.payload;
	return (struct cbor_bytes){ data, size };
}

static size_t
write_anew(const struct request *request, uint8_t ret_bytes[ROOM])
{
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, ret_bytes, ROOM);
	request_write(&w, request);
	if (cbor_writer_finish(&w, &len) != SKERRY_OK)
		abort();
	return len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct request request, again;
	static uint8_t first[ROOM], second[ROOM];
	struct cbor_bytes payload = claims_of(data, size), written = { first, 0 };
	size_t offset = 0;

	if (size > INPUT_MAX)
		return 0;
	if (request_parse(payload, &request, &offset) != SKERRY_OK) {
		if (offset > payload.len)
			abort();
		return 0;
	}
	written.len = write_anew(&request, first);
	if (written.len > payload.len || request_parse(written, &again, &offset) != SKERRY_OK)
		abort();
	if (write_anew(&again, second) != written.len || memcmp(first, second, written.len) != 0)
		abort();
	return 0;
}
