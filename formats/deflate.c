/* SPDX-License-Identifier: ISC */
#include "deflate.h"

#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>

size_t
deflate_bound(size_t len)
{
	return compressBound((uLong)len);
}

/* zlib counts in unsigned int, and no room that is given needs more. */
static uInt
room(size_t bytes_max)
{
	return bytes_max < DEFLATE_LEN_MAX ? (uInt)bytes_max : (uInt)DEFLATE_LEN_MAX;
}

enum skerry_err
deflate_pack(
	const uint8_t *bytes, size_t len, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	z_stream z = { .next_in = bytes,
		.avail_in = (uInt)len,
		.next_out = ret_bytes,
		.avail_out = room(bytes_max) };
	int end;

	if (len > DEFLATE_LEN_MAX)
		return SKERRY_ERR_ARGUMENT;
	if (bytes_max == 0)
		return SKERRY_ERR_NO_SPACE;
	if (deflateInit(&z, Z_BEST_COMPRESSION) != Z_OK)
		return SKERRY_ERR_NO_MEMORY;
	end = deflate(&z, Z_FINISH);
	(void)deflateEnd(&z);
	if (end != Z_STREAM_END)
		return SKERRY_ERR_NO_SPACE;
	*ret_len = z.total_out;
	return SKERRY_OK;
}

/* The room is full before the end: either more is to come, or the stream is cut behind it. */
static enum skerry_err
judge_full(z_stream *z)
{
	uint8_t beyond;

	z->next_out = &beyond;
	z->avail_out = 1;
	(void)inflate(z, Z_FINISH);
	z->next_out = NULL;
	return z->avail_out == 0 ? SKERRY_ERR_DEFLATE_LENGTH : SKERRY_ERR_DEFLATE;
}

static enum skerry_err
judge(z_stream *z, int end)
{
	switch (end) {
	case Z_STREAM_END:
		return z->avail_in == 0 ? SKERRY_OK : SKERRY_ERR_DEFLATE;
	case Z_MEM_ERROR:
		return SKERRY_ERR_NO_MEMORY;
	case Z_OK:
	case Z_BUF_ERROR:
		return z->avail_out == 0 ? judge_full(z) : SKERRY_ERR_DEFLATE;
	default: /* Z_DATA_ERROR, Z_NEED_DICT */
		return SKERRY_ERR_DEFLATE;
	}
}

enum skerry_err
deflate_unpack(
	const uint8_t *bytes, size_t len, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	uint8_t nowhere = 0;
	z_stream z = { .next_in = bytes,
		.avail_in = (uInt)len,
		.next_out = bytes_max > 0 ? ret_bytes : &nowhere,
		.avail_out = room(bytes_max) };
	size_t unpacked;
	enum skerry_err err;

	if (len > DEFLATE_LEN_MAX)
		return SKERRY_ERR_ARGUMENT;
	if (len == 0)
		return SKERRY_ERR_DEFLATE;
	if (inflateInit(&z) != Z_OK)
		return SKERRY_ERR_NO_MEMORY;
	err = judge(&z, inflate(&z, Z_FINISH));
	unpacked = z.total_out;
	(void)inflateEnd(&z);
	if (err == SKERRY_OK)
		*ret_len = unpacked;
	return err;
}
