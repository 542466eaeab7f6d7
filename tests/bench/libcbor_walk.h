/* SPDX-License-Identifier: ISC */
#ifndef BENCH_LIBCBOR_WALK_H
#define BENCH_LIBCBOR_WALK_H

/* The peer of our CBOR reader; apart from it, since both name an enum cbor_type. */

#include <stddef.h>
#include <stdint.h>

void libcbor_decode_and_walk(const uint8_t *bytes, size_t bytes_len);

#endif
