/* SPDX-License-Identifier: ISC */
/* Status list: claims that parse can be written, and read back the same; entries stay within the list. */
#include <stdlib.h>
#include <string.h>

#include "formats/cose.h"
#include "formats/deflate.h"
#include "formats/status_list.h"

enum { INPUT_MAX = 1 << 16, ENTRIES_MAX = 4096 };

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

static void
check_entries(const struct status_list *list)
{
	static uint8_t unpacked[STATUS_LIST_BYTES_MAX];
	size_t len;
	uint64_t end;

	if (deflate_unpack(list->packed.data, list->packed.len, unpacked, sizeof unpacked, &len) !=
		SKERRY_OK)
		return;
	end = (uint64_t)len * 8 / list->bits;
	for (uint64_t i = 0; i < end && i < ENTRIES_MAX; i++) {
		enum status_list_value value = status_list_get(unpacked, len, list->bits, i);

		if (value < STATUS_LIST_NO_WORD || value > STATUS_LIST_SUSPENDED)
			abort();
		if (list->bits != STATUS_LIST_BITS)
			continue;
		status_list_set(unpacked, i, value);
		if (status_list_get(unpacked, len, list->bits, i) != value)
			abort();
	}
	if (status_list_get(unpacked, len, list->bits, end) != STATUS_LIST_NO_WORD)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t first[INPUT_MAX], second[INPUT_MAX];
	struct cbor_bytes payload = claims_of(data, size);
	struct status_list list, again;
	size_t first_len, second_len, offset = 0;
	struct cbor_writer w;

	if (size > INPUT_MAX)
		return 0;
	if (status_list_parse(payload, &list, &offset) != SKERRY_OK) {
		if (offset > payload.len)
			abort();
		return 0;
	}
	check_entries(&list);
	cbor_writer_init(&w, first, sizeof first);
	status_list_write(&w, &list);
	if (cbor_writer_finish(&w, &first_len) != SKERRY_OK || first_len > payload.len)
		abort();
	if (status_list_parse((struct cbor_bytes){ first, first_len }, &again, &offset) !=
		SKERRY_OK)
		abort();
	cbor_writer_init(&w, second, sizeof second);
	status_list_write(&w, &again);
	if (cbor_writer_finish(&w, &second_len) != SKERRY_OK || second_len != first_len ||
		memcmp(first, second, first_len) != 0)
		abort();
	return 0;
}
