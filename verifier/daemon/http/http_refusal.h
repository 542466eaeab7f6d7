/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_REFUSAL_H
#define VERIFIER_DAEMON_HTTP_HTTP_REFUSAL_H

/* A call that is refused before anybody serves it: with which status, and why, as an object. Pure. */

#include "http.h"

enum { HTTP_REFUSAL_MAX = 768 };

struct http_refusal {
	int status; /* 0: not refused */
	enum skerry_err err;
	const char *message; /* NULL: the error's own sentence */
};

/* {"error":{"code","message","advice"}} in JSON or CBOR, with its status; the reply borrows `ret_body`. */
void http_refusal_reply(const struct http_refusal *refusal, enum http_format format,
	char ret_body[HTTP_REFUSAL_MAX], struct http_reply *ret_reply);

#endif
