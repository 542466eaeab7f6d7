/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_LISTEN_H
#define VERIFIER_DAEMON_HTTP_HTTP_LISTEN_H

/*
 * Sockets that are listened on. Errors and their sentences are http_open's. A socket of ours is removed
 * when it is closed, unless another one stands under its name by then.
 */

#include "http.h"

/* Starts as HTTP_LISTENER_NONE. */
struct http_listener {
	int socket;
	bool local;    /* Unix */
	bool loopback; /* TCP that nobody else reaches */
	char *path;    /* of a Unix socket that was made here; NULL */
	dev_t device;
	ino_t inode;
};

#define HTTP_LISTENER_NONE                                                                         \
	(struct http_listener)                                                                     \
	{                                                                                          \
		.socket = -1                                                                       \
	}

enum skerry_err http_listen_unix(const char *path, gid_t group, struct http_listener *ret_listener,
	struct http_failure *ret_failure);
enum skerry_err http_listen_tcp(
	const char *address, struct http_listener *ret_listener, struct http_failure *ret_failure);
/* One that systemd has opened; it takes the socket over. */
enum skerry_err http_listen_inherited(
	int socket, struct http_listener *ret_listener, struct http_failure *ret_failure);
void http_listen_close(struct http_listener *listener);

#endif
