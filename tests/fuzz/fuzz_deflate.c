/* SPDX-License-Identifier: ISC */
/* zlib streams: never more than the room, the same bytes in a larger one, and packed again the same. */
#include <stdlib.h>
#include <string.h>

#include "formats/deflate.h"

enum { ROOM_MAX = 1 << 18 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In memory that ends where the room ends. */
static enum skerry_err
unpack(const uint8_t *data, size_t size, uint8_t *room, size_t room_len, size_t *ret_len)
{
	uint8_t *exact = malloc(room_len > 0 ? room_len : 1);
	enum skerry_err err;

	if (exact == NULL)
		abort();
	err = deflate_unpack(data, size, exact, room_len, ret_len);
	if (err == SKERRY_OK)
		memcpy(room, exact, *ret_len);
	free(exact);
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t first[ROOM_MAX], second[ROOM_MAX], packed[2 * ROOM_MAX];
	size_t first_len = 0, second_len = 0, packed_len = 0;
	enum skerry_err err = unpack(data, size, first, ROOM_MAX, &first_len);

	if (err != SKERRY_OK && err != SKERRY_ERR_DEFLATE && err != SKERRY_ERR_DEFLATE_LENGTH)
		abort();
	if (err != SKERRY_OK)
		return 0;
	/* Exactly its room is enough, and one byte less is not. */
	if (unpack(data, size, second, first_len, &second_len) != SKERRY_OK ||
		second_len != first_len || memcmp(first, second, first_len) != 0)
		abort();
	if (first_len > 0 &&
		unpack(data, size, second, first_len - 1, &second_len) != SKERRY_ERR_DEFLATE_LENGTH)
		abort();
	if (deflate_pack(first, first_len, packed, deflate_bound(first_len), &packed_len) !=
			SKERRY_OK ||
		unpack(packed, packed_len, second, first_len, &second_len) != SKERRY_OK ||
		second_len != first_len || memcmp(first, second, first_len) != 0)
		abort();
	return 0;
}
