/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_CROWD_H
#define VERIFIER_DAEMON_HTTP_HTTP_CROWD_H

/*
 * Who is connected: how many of each local user, and who has been waited for longest. A guest is waited
 * for, to send a call or to read an answer, for HTTP_SLOW_S; while its call is served it is not. All are
 * given as much time, so the line is in the order of their ends.
 */

#include <sys/socket.h>

#include "http.h"

struct http_guest {
	struct http_guest *earlier, *later; /* of the line */
	int64_t until_ms;                   /* INT64_MAX: not waited for */
	int socket;
	bool needs_token; /* came from beyond loopback */
	bool leaving;     /* told to go, or its last call has come */
	struct http_peer peer;
	struct sockaddr_storage local_address; /* on TCP */
	void *server;                          /* http.c's: which libmicrohttpd has it */
	void *call;                            /* http.c's: the one that comes or is answered */
};

struct http_user {
	uid_t uid;
	unsigned open;
};

struct http_crowd {
	struct http_guest *first, *last; /* of the line */
	struct http_user *users;         /* those with open connections */
	size_t users_len, users_room;
	unsigned open;
};

/* Malloc'd and copied, in line; NULL: of this user HTTP_USER_MAX are open, or there is no memory. */
struct http_guest *http_crowd_enter(
	struct http_crowd *crowd, const struct http_guest *guest, int64_t now_ms);
void http_crowd_leave(struct http_crowd *crowd, struct http_guest *guest);

/* It has until HTTP_SLOW_S from now. */
void http_crowd_wait(struct http_crowd *crowd, struct http_guest *guest, int64_t now_ms);
/* Its call is served: nobody waits for it. */
void http_crowd_serve(struct http_crowd *crowd, struct http_guest *guest);

/* When all have left. */
void http_crowd_free(struct http_crowd *crowd);

#endif
