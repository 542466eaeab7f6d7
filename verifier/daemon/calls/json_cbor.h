/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_JSON_CBOR_H
#define VERIFIER_DAEMON_CALLS_JSON_CBOR_H

/*
 * An answer in JSON as the same answer in deterministic CBOR (RFC 8949, section 4.2.1): objects are maps
 * with text keys, numbers are integers.
 */

#include <stddef.h>
#include <stdint.h>

#include "formats/skerry_error.h"

/*
 * Of one JSON value as this daemon writes it. *ret_cbor is allocated: free. INTERNAL for what is no
 * JSON, has a number that is no 64-bit integer, or more levels than CBOR_DEPTH_MAX; NO_MEMORY.
 */
enum skerry_err json_cbor(
	const char *text, size_t text_len, uint8_t **ret_cbor, size_t *ret_cbor_len);

#endif
