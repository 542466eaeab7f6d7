/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_DEFLATE_H
#define FORMATS_DEFLATE_H

/*
 * zlib streams (RFC 1950), for what many sites share: status lists and the first page of a bundle.
 * The only file that includes zlib.h, which allocates about 300 KB to pack and 40 KB to unpack.
 * Nothing is unpacked before its signature has passed, and never into more room than was announced.
 * Pure but for that memory; thread-safe.
 */

#include <stddef.h>
#include <stdint.h>

#include "skerry_error.h"

/* Bytes that may be packed, and bytes of a stream: far above any document. */
enum { DEFLATE_LEN_MAX = 1 << 30 };

/* Room that packing `len` bytes may take; len at most DEFLATE_LEN_MAX. */
size_t deflate_bound(size_t len);

/*
 * Packs with level 9; the same bytes give the same stream from the same zlib. NO_SPACE, NO_MEMORY;
 * ARGUMENT beyond DEFLATE_LEN_MAX. `bytes` may be NULL when `len` is 0.
 */
enum skerry_err deflate_pack(
	const uint8_t *bytes, size_t len, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len);

/*
 * Unpacks one whole stream; the two buffers do not overlap. DEFLATE: malformed, cut short, a wrong
 * checksum, a preset dictionary, or bytes behind the stream; DEFLATE_LENGTH: more than `bytes_max`;
 * NO_MEMORY; ARGUMENT beyond DEFLATE_LEN_MAX. It stops at the first byte that does not fit, so a
 * bomb costs no more than `bytes_max`. `ret_bytes` holds nothing to use after an error.
 */
enum skerry_err deflate_unpack(
	const uint8_t *bytes, size_t len, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len);

#endif
