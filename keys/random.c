/* SPDX-License-Identifier: ISC */
#include <sodium.h>

#include "formats/license_key.h"
#include "random.h"

enum skerry_err
random_start(void)
{
	return sodium_init() < 0 ? SKERRY_ERR_CRYPTO : SKERRY_OK;
}

void
random_bytes(uint8_t *ret_bytes, size_t bytes_len)
{
	randombytes_buf(ret_bytes, bytes_len);
}

void
random_id(char *ret_id, size_t id_len)
{
	/* At once: each draw is a call of the kernel. */
	randombytes_buf(ret_id, id_len);
	for (size_t i = 0; i < id_len; i++)
		ret_id[i] = license_key_symbol((unsigned char)ret_id[i] & 31);
	ret_id[id_len] = '\0';
}

void
random_uuid(char ret_uuid[37])
{
	static const char DIGITS[] = "0123456789abcdef";
	uint8_t bytes[16];
	char *out = ret_uuid;

	randombytes_buf(bytes, sizeof bytes);
	bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40); /* version 4: random */
	bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80); /* variant of RFC 9562 */
	for (size_t i = 0; i < sizeof bytes; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = DIGITS[bytes[i] >> 4];
		*out++ = DIGITS[bytes[i] & 15];
	}
	*out = '\0';
}
