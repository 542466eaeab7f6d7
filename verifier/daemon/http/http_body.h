/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_BODY_H
#define VERIFIER_DAEMON_HTTP_HTTP_BODY_H

/*
 * The body of a call while it comes: in memory up to HTTP_BODY_MAX, longer ones, where the call lets
 * them, in a file without a name. Memory is taken as bytes come, whatever length was announced, and all
 * calls share HTTP_BODIES_MAX and HTTP_SPOOLS_MAX.
 */

#include "http.h"

/* What all bodies share. */
struct http_bodies {
	int spool_directory; /* -1: nothing is spooled */
	size_t in_memory;
	unsigned spools;
};

/* Starts as HTTP_BODY_NONE. */
struct http_body {
	uint8_t *bytes;
	size_t len, room;
	int file; /* -1: in memory */
	uint64_t file_len;
};

#define HTTP_BODY_NONE                                                                             \
	(struct http_body)                                                                         \
	{                                                                                          \
		.file = -1                                                                         \
	}

/*
 * HTTP_TOO_LARGE, HTTP_BUSY (what all share is used up), NO_MEMORY; DISK_FULL, READ_ONLY, FILE_PERMISSION
 * or IO of the file, with errno. After an error the body is dropped.
 */
enum skerry_err http_body_add(struct http_body *body, struct http_bodies *bodies, bool may_spool,
	const char *bytes, size_t bytes_len);
/* All of it has come: a file is read from its start. IO. */
enum skerry_err http_body_end(struct http_body *body);
void http_body_drop(struct http_body *body, struct http_bodies *bodies);

uint64_t http_body_len(const struct http_body *body);

#endif
