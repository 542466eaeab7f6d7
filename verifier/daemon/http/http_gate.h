/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_GATE_H
#define VERIFIER_DAEMON_HTTP_HTTP_GATE_H

/*
 * Where guests come in: all sockets that are listened on, in an epoll set of who owns the gate, and what
 * can be known of somebody who has just connected. Where there are no descriptors left it is deaf for a
 * while, so that who knocks does not keep the loop turning.
 */

#include "http_crowd.h"
#include "http_listen.h"

enum { HTTP_GATE_MAX = 8, HTTP_DEAF_MS = 1000 };

struct http_gate {
	struct http_listener listeners[HTTP_GATE_MAX];
	size_t listeners_len;
	int epoll;             /* data.u32 is the listener's number */
	const char *beyond;    /* what is reached from other machines; NULL: nothing */
	int64_t deaf_until_ms; /* INT64_MIN: it hears */
};

/*
 * Opens all that the config names; http_open's errors, also where something is reached from other machines
 * and there is no TLS or no token. Then, and on success, http_gate_close ends it.
 */
enum skerry_err http_gate_open(struct http_gate *ret_gate, int epoll,
	const struct http_config *config, struct http_failure *ret_failure);
void http_gate_close(struct http_gate *gate);

enum http_gate_news {
	HTTP_GATE_GUEST,
	HTTP_GATE_NOBODY,
	HTTP_GATE_STRANGER, /* nobody knows who: the connection was closed */
	HTTP_GATE_DEAF      /* no descriptors */
};

/* Accepts one; ret_guest->needs_token says that it belongs behind TLS. */
enum http_gate_news http_gate_accept(struct http_gate *gate, size_t number, int64_t now_ms,
	struct http_guest *ret_guest, struct sockaddr_storage *ret_address,
	socklen_t *ret_address_len);

/* Hears again when it is time. */
void http_gate_listen(struct http_gate *gate, int64_t now_ms);

#endif
