/* SPDX-License-Identifier: ISC */
/* CBOR: an item that the reader takes is taken again when the notation printer walks it. */
#include <stdlib.h>

#include "formats/cbor.h"
#include "formats/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
swallow(void *context, const char *text, size_t text_len)
{
	(void)text;
	*(size_t *)context += text_len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cbor_reader r;
	size_t offset = 0, written = 0;
	enum skerry_err skipped, printed;

	cbor_reader_init(&r, data, size);
	cbor_skip(&r);
	skipped = cbor_reader_finish(&r, &offset);
	printed = diag_write(data, size, swallow, &written, &offset);
	/* The printer allows two tags on top; what passes without them must print. */
	if (skipped == SKERRY_OK && printed != SKERRY_OK)
		abort();
	if (skipped != SKERRY_OK && offset > size)
		abort();
	return 0;
}
