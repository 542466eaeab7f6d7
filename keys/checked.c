/* SPDX-License-Identifier: ISC */
#include <sodium.h>

#include "checked.h"

static void
checksum(const uint8_t *bytes, size_t bytes_len, uint8_t ret_sum[CHECKED_LEN])
{
	crypto_generichash(ret_sum, CHECKED_LEN, bytes, bytes_len, NULL, 0);
}

void
checked_append(uint8_t *bytes, size_t *len)
{
	checksum(bytes, *len, bytes + *len);
	*len += CHECKED_LEN;
}

enum skerry_err
checked_strip(const uint8_t *bytes, size_t bytes_len, struct cbor_bytes *ret_content)
{
	uint8_t sum[CHECKED_LEN];
	size_t content_len;

	if (bytes_len <= CHECKED_LEN)
		return SKERRY_ERR_FILE_DAMAGED;
	content_len = bytes_len - CHECKED_LEN;
	checksum(bytes, content_len, sum);
	if (sodium_memcmp(sum, bytes + content_len, CHECKED_LEN) != 0)
		return SKERRY_ERR_FILE_DAMAGED;
	*ret_content = (struct cbor_bytes){ bytes, content_len };
	return SKERRY_OK;
}
