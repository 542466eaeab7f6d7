/* SPDX-License-Identifier: ISC */
#include "libcbor_walk.h"

#include <cbor.h>

#include "bench.h"

static size_t
visit(const cbor_item_t *item)
{
	size_t items = 1;

	if (cbor_isa_map(item)) {
		struct cbor_pair *pairs = cbor_map_handle(item);

		for (size_t i = 0; i < cbor_map_size(item); i++)
			items += visit(pairs[i].key) + visit(pairs[i].value);
	} else if (cbor_isa_array(item)) {
		cbor_item_t **entries = cbor_array_handle(item);

		for (size_t i = 0; i < cbor_array_size(item); i++)
			items += visit(entries[i]);
	}
	return items;
}

void
libcbor_decode_and_walk(const uint8_t *bytes, size_t bytes_len)
{
	struct cbor_load_result result;
	cbor_item_t *item = cbor_load(bytes, bytes_len, &result);

	bench_require(item != NULL && visit(item) > 10, "libcbor does not read our CBOR");
	cbor_decref(&item);
}
