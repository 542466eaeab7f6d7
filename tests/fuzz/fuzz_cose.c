/* SPDX-License-Identifier: ISC */
/* COSE: a message that parses, written anew from its parts, is the same message. */
#include <stdlib.h>
#include <string.h>

#include "formats/cose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_be(const struct cbor_writer *w, const uint8_t *data, size_t size)
{
	size_t len = 0;

	if (cbor_writer_finish(w, &len) != SKERRY_OK || len != size ||
		memcmp(w->bytes, data, size) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[1 << 17];
	struct cose_sign1 one;
	struct cose_sign many;
	struct cbor_writer w;
	size_t offset = 0;

	if (size > sizeof out / 2)
		return 0;
	cbor_writer_init(&w, out, sizeof out);
	if (cose_sign1_parse(data, size, &one, &offset) == SKERRY_OK) {
		cose_sign1_write(&w, one.protected_bytes, one.payload, one.signature);
		must_be(&w, data, size);
	} else if (offset > size) {
		abort();
	}
	cbor_writer_init(&w, out, sizeof out);
	if (cose_sign_parse(data, size, &many, &offset) == SKERRY_OK) {
		cose_sign_write(&w, &many);
		must_be(&w, data, size);
	} else if (offset > size) {
		abort();
	}
	return 0;
}
