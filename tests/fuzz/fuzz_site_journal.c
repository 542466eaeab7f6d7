/* SPDX-License-Identifier: ISC */
/* A journal's export: an item that reads is written again as the very same bytes. */
#include <stdlib.h>
#include <string.h>

#include "formats/site_journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t out[2 * SITE_JOURNAL_ITEM_MAX];

	for (size_t at = 0; at < size;) {
		struct site_journal_item item;
		struct cbor_writer w;
		size_t item_len, len, offset = 0;

		if (site_journal_read_item(data + at, size - at, &item, &item_len, &offset) !=
			SKERRY_OK) {
			if (offset > size - at)
				abort();
			return 0;
		}
		cbor_writer_init(&w, out, sizeof out);
		site_journal_write_item(&w, &item);
		if (cbor_writer_finish(&w, &len) != SKERRY_OK || len != item_len ||
			memcmp(out, data + at, len) != 0)
			abort();
		at += item_len;
	}
	return 0;
}
