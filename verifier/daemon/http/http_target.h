/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_TARGET_H
#define VERIFIER_DAEMON_HTTP_HTTP_TARGET_H

/*
 * The target of a request (RFC 9112, section 3.2): its path, decoded segment by segment, so that a '/' in
 * a holder's name stays in it, and the arguments of its query. Only the origin form ("/v1/status?a=b"):
 * printable ASCII without '#', percent escapes of two hexadecimal digits, nothing decoded that is a control
 * character or no UTF-8. In the query '+' is a blank. Pure.
 */

#include "http.h"

/* What decoding takes at most: each argument has an end of its name and one of its value. */
#define HTTP_TARGET_ROOM(target_len) ((target_len) + 2 * (HTTP_ARGS_MAX + 2))

/*
 * Fills segments and args of `call`; they point into `room`. HTTP_MALFORMED; HTTP_TOO_LARGE for more than
 * HTTP_PATH_MAX bytes of path or HTTP_ARGS_MAX arguments; HTTP_PATH for more segments than any call has.
 */
enum skerry_err http_target_read(
	const char *target, size_t target_len, char *room, struct http_call *call);

#endif
