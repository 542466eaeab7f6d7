/* SPDX-License-Identifier: ISC */
#include "log_chain.h"

#include <string.h>

enum skerry_err
log_chain_next(const uint8_t before[HASH_LEN], log_chain_write *write, const void *row,
	uint8_t ret_hash[HASH_LEN])
{
	uint8_t bytes[HASH_LEN + LOG_CHAIN_ROW_MAX];
	struct cbor_writer w;
	size_t len;
	enum skerry_err err;

	memcpy(bytes, before, HASH_LEN);
	cbor_writer_init(&w, bytes + HASH_LEN, LOG_CHAIN_ROW_MAX);
	write(&w, row);
	err = cbor_writer_finish(&w, &len);
	if (err == SKERRY_OK)
		hash_blake2b(NULL, 0, bytes, HASH_LEN + len, ret_hash);
	return err;
}
