/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_HTTP_RESPONSE_H
#define VERIFIER_LIBRARY_HTTP_RESPONSE_H

/*
 * The head of an HTTP/1.1 response (RFC 9112), read strictly: lines end in CR LF, nothing is folded, no
 * byte is a control character, one Content-Length says how long the body is and no Transfer-Encoding says
 * otherwise. Pure and thread-safe.
 */

#include <stddef.h>
#include <stdint.h>

#include "formats/skerry_error.h"

enum {
	HTTP_RESPONSE_MAX = 16384,    /* bytes of a head, the empty line included */
	HTTP_RESPONSE_LINES_MAX = 64, /* headers */
	HTTP_RESPONSE_TYPE_MAX = 48,  /* terminator included */
	HTTP_RESPONSE_EXIT_MAX = 8    /* likewise */
};

struct http_response {
	int status;
	char type[HTTP_RESPONSE_TYPE_MAX]; /* Content-Type without parameters, lower case; "" */
	char exit[HTTP_RESPONSE_EXIT_MAX]; /* Skerry-Exit; "" */
	size_t body_len;
};

/* Where the head ends, behind its empty line, in what has come so far; 0: not yet. */
size_t http_response_end(const uint8_t *bytes, size_t len);

/*
 * Reads a head that is complete: `len` as http_response_end found it. IO for one that is none, that is only
 * preliminary (1xx), or whose body is longer than `body_max`. *ret_head on success alone.
 */
enum skerry_err http_response_parse(
	const uint8_t *bytes, size_t len, size_t body_max, struct http_response *ret_head);

#endif
