/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_RULES_H
#define VERIFIER_DAEMON_HTTP_HTTP_RULES_H

/* What a request's header says, and whether it may: each rule of http.h that can be told from it. Pure. */

#include "http_head.h"
#include "http_host.h"
#include "http_refusal.h"

/* Where a call came in. */
struct http_door {
	bool local;                                   /* the Unix socket */
	bool needs_token;                             /* beyond loopback */
	const struct sockaddr_storage *local_address; /* on TCP */
	const struct http_names *names;
};

/* Texts are the header's own, not terminated; NULL where there is none. */
struct http_rules {
	bool broken;  /* what follows the header cannot be told from it: nothing more is read */
	bool chunked; /* else `length` bytes follow */
	uint64_t length;
	const char *token, *seat_secret;
	size_t token_len, seat_secret_len;
	enum http_format format, error_format;
	char language[16];
};

/* Whether the call is refused; `ret_rules` is filled as far as it goes. */
struct http_refusal http_rules_read(const struct http_head *head, const char *version,
	const struct http_door *door, struct http_rules *ret_rules);

#endif
