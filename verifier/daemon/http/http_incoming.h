/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_INCOMING_H
#define VERIFIER_DAEMON_HTTP_HTTP_INCOMING_H

/*
 * A call while it comes: its target, then its header, then its body, piece by piece; and at each step
 * whether it is refused. Knows nothing of sockets.
 *
 *	http_incoming_begin   the target
 *	http_incoming_head    method and header; where `refused_at_once` the rest is not read
 *	http_incoming_body    as often as something comes
 *	http_incoming_end     `call` is whole, unless `refusal` says otherwise
 *	http_incoming_clear   in any case
 */

#include "http_body.h"
#include "http_rules.h"

enum { HTTP_SECRET_MAX = 127, HTTP_TARGET_SMALL = 256 };

struct http_incoming {
	struct http_call call;
	struct http_refusal refusal;
	struct http_body body;
	bool refused_at_once, may_spool;
	bool chunked;        /* or refused: nothing more is read from this connection */
	uint64_t discarded;  /* of the body of a call that is refused */
	char *target, *room; /* as sent; where it is decoded */
	size_t target_len;
	char seat_secret[HTTP_SECRET_MAX + 1];
	char small[HTTP_TARGET_SMALL + 1 + HTTP_TARGET_SMALL + 2 * (HTTP_ARGS_MAX + 2)];
};

/* False: no memory. */
bool http_incoming_begin(struct http_incoming *ret_incoming, const char *target, size_t target_len);
/* `head_err` is what reading its lines came to. */
void http_incoming_head(struct http_incoming *incoming, const char *method, const char *version,
	const struct http_head *head, enum skerry_err head_err, const struct http_door *door,
	const struct http_config *config);
/* False: it is refused, and sends on and on: the connection ends without an answer. */
bool http_incoming_body(struct http_incoming *incoming, struct http_bodies *bodies,
	const char *bytes, size_t bytes_len);
void http_incoming_end(struct http_incoming *incoming, bool has_trailers);
void http_incoming_clear(struct http_incoming *incoming, struct http_bodies *bodies);

#endif
