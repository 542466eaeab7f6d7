/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_HEX_PREFIX_H
#define ISSUER_DECIDE_HEX_PREFIX_H

/* The beginning of a long hexadecimal id, as people copy it from a table. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEX_PREFIX_MIN = 6 /* digits */ };

/*
 * The first and the last id of `len` bytes that begin with these digits, in either case. False for
 * a text with fewer than HEX_PREFIX_MIN digits, more than 2 * len, or anything else in it.
 */
bool hex_prefix_range(const char *text, size_t len, uint8_t *ret_first, uint8_t *ret_last);

#endif
