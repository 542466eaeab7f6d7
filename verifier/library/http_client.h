/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_HTTP_CLIENT_H
#define VERIFIER_LIBRARY_HTTP_CLIENT_H

/*
 * HTTP/1.1 to skerryd over its Unix socket: one call on one connection, within a time. For the library's
 * socket mode and the program skerry. It trusts nobody at the other end: what comes back is bounded and read
 * strictly, and a response that is no response is IO.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "http_response.h"

enum { HTTP_CLIENT_WAIT_MS = 5000, HTTP_CLIENT_BODY_MAX = 4 << 20 /* of an answer */ };

struct http_client_call {
	const char *socket;          /* its path */
	const char *method, *target; /* "GET", "/v1/status?product=hms": encoded already */
	const char *accept;          /* "application/cbor"; NULL */
	const char *language;        /* NULL */
	const char *header_name, *header_value; /* one more; NULL */
	const char *content_type;               /* of the body; NULL */
	const uint8_t *body;
	size_t body_len;
	bool from_file; /* the body is the first body_len bytes of `file` instead */
	int file;       /* waits while it is sent count from the last byte that went out */
	int wait_ms; /* for the answer to begin, and once more for it to end; 0: HTTP_CLIENT_WAIT_MS */
};

struct http_client_answer {
	int status;
	char type[HTTP_RESPONSE_TYPE_MAX]; /* Content-Type without parameters, lower case */
	char exit[HTTP_RESPONSE_EXIT_MAX]; /* Skerry-Exit, or "" */
	uint8_t *body; /* allocated: http_client_free; a zero byte follows it. Never NULL */
	size_t body_len;
	uid_t server; /* who listens there, by the kernel's word */
};

/*
 * NO_DAEMON: nobody listens there (errno of connect), or no answer in time (ETIMEDOUT). FILE_PERMISSION: the
 * socket is not for this user. IO: what came is no answer (EPROTO), it broke off, or the file could not be
 * read. NO_MEMORY, ARGUMENT (a path that is too long, a line break or control character where none can be).
 * *ret_answer on success alone. Thread-safe; blocks no longer than it says, raises no SIGPIPE, leaves nothing open. An answer that comes
 * before all is sent counts: the rest is not sent.
 */
enum skerry_err http_client_call(
	const struct http_client_call *call, struct http_client_answer *ret_answer);
void http_client_free(struct http_client_answer *answer);

/* Appends text to a target, percent-encoded where it must be. False when it does not fit; it is cut then. */
enum { HTTP_CLIENT_TARGET_MAX = 2048 };
bool http_client_encode(char target[HTTP_CLIENT_TARGET_MAX], const char *text);

#endif
