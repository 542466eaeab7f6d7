/* SPDX-License-Identifier: ISC */
/* Sealed container: what parses is written again to the same bytes; what trims is a document and zeros. */
#include <stdlib.h>
#include <string.h>

#include "formats/cose.h"
#include "formats/sealed.h"

enum { INPUT_MAX = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_container(const uint8_t *data, size_t size)
{
	static uint8_t again[INPUT_MAX];
	struct sealed sealed;
	struct cbor_writer w;
	size_t again_len, offset = 0;

	if (sealed_parse(data, size, &sealed, &offset) != SKERRY_OK) {
		if (offset > size)
			abort();
		return;
	}
	cbor_writer_init(&w, again, sizeof again);
	sealed_write(&w, &sealed);
	if (cbor_writer_finish(&w, &again_len) != SKERRY_OK || again_len != size ||
		memcmp(again, data, size) != 0)
		abort();
}

static void
check_padding(const uint8_t *data, size_t size)
{
	struct cbor_bytes document;
	struct cose_sign1 message;
	size_t offset = 0;

	if (sealed_trim(data, size, &document, &offset) != SKERRY_OK) {
		if (offset > size)
			abort();
		/* Nothing that is a document as it stands needs trimming. */
		if (cose_sign1_parse(data, size, &message, &offset) == SKERRY_OK)
			abort();
		return;
	}
	if (document.data != data || document.len > size)
		abort();
	for (size_t i = document.len; i < size; i++)
		if (data[i] != 0)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > INPUT_MAX)
		return 0;
	check_container(data, size);
	check_padding(data, size);
	return 0;
}
