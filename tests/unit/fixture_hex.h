/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_FIXTURE_HEX_H
#define TESTS_UNIT_FIXTURE_HEX_H

/* Bytes for tests: from hexadecimal, and in memory that ends where they end. */

#include <stddef.h>
#include <stdint.h>

/* Appends the bytes of `hex` (digits in either case, spaces ignored) to `bytes`; returns the new
 * length. Fails the test on anything else, or when `bytes_max` is not enough. */
size_t fixture_hex(const char *hex, uint8_t *bytes, size_t len, size_t bytes_max);

/* A copy in memory of its own, so that ASan sees each read beyond the end. The caller frees it. */
uint8_t *fixture_exact_copy(const uint8_t *bytes, size_t len);

#endif
