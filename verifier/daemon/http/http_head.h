/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_HEAD_H
#define VERIFIER_DAEMON_HTTP_HTTP_HEAD_H

/*
 * The header of a request, field by field. libmicrohttpd leaves the bytes that came where they are, with
 * zeros in place of the first colon and of the end of each line, and forgets what it was lenient about:
 * here the lines are read once more, strictly (RFC 9112, section 5). Pure.
 */

#include "formats/http_field.h"
#include "http.h"

struct http_head {
	struct http_field fields[HTTP_HEADERS_MAX];
	size_t fields_len;
};

/*
 * Reads the lines between the request line and the body, the empty one too: each as name 0 value 0 0, the
 * end as 0 0. HTTP_MALFORMED: a bare line feed, a zero that came, a folded line, a name that is no token, a
 * control character in a value, an end too early. HTTP_TOO_LARGE: more than HTTP_HEADERS_MAX.
 */
enum skerry_err http_head_read(const char *lines, size_t lines_len, struct http_head *ret_head);

/* One field more, for who has it in other ways; the same errors. */
enum skerry_err http_head_add(struct http_head *head, const char *name, size_t name_len,
	const char *value, size_t value_len);

#endif
