/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_FIXTURE_CBOR_H
#define TESTS_UNIT_FIXTURE_CBOR_H

/* Reading any CBOR in every way that the reader has. */

#include "formats/cbor.h"

enum { FIXTURE_CBOR_MAX = 65536 };

/* Reads the next item with the typed calls and writes it again. */
void fixture_cbor_copy(struct cbor_reader *r, struct cbor_writer *w);

/*
 * Reads `bytes` with cbor_skip and with the typed calls, from memory that ends where they end, and
 * asserts that both agree on error and offset, and that what they accept is written again as the
 * same bytes. Returns that error; *ret_offset only on error.
 */
enum skerry_err fixture_cbor_read(const uint8_t *bytes, size_t len, size_t *ret_offset);

#endif
