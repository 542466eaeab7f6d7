/* SPDX-License-Identifier: ISC */
/* Manifest: claims that parse can be written, never longer; trust refuses whatever is not signed. */
#include <stdlib.h>

#include "formats/cose.h"
#include "formats/manifest.h"
#include "keys/random.h"
#include "keys/trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct manifest manifest;
	static struct trust trust;
	static struct cose_sign message;
	static uint8_t out[2 * MANIFEST_MAX];
	struct cbor_bytes payload = { data, size };
	struct cbor_writer w;
	size_t len, offset = 0;

	if (random_start() != SKERRY_OK || size > MANIFEST_MAX)
		return 0;
	if (cose_sign_parse(data, size, &message, &offset) == SKERRY_OK)
		payload = message.payload;
	if (trust_anchor(&trust, data, size, &offset) == SKERRY_OK && trust.bytes_len != size)
		abort();
	if (manifest_parse(payload, &manifest, &offset) != SKERRY_OK) {
		if (offset > payload.len)
			abort();
		return 0;
	}
	cbor_writer_init(&w, out, sizeof out);
	manifest_write(&w, &manifest);
	if (cbor_writer_finish(&w, &len) != SKERRY_OK || len > payload.len)
		abort();
	return 0;
}
