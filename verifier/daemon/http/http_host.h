/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_HOST_H
#define VERIFIER_DAEMON_HTTP_HTTP_HOST_H

/*
 * Whom a call is for: a browser that was led here by a name of somebody else's (DNS rebinding) says that
 * name in Host. Pure.
 */

#include <sys/socket.h>

#include "http.h"

/* What a Host here may be, besides the address that was connected to. */
struct http_names {
	const char *hostname;     /* the machine's, with or without its domain; "" */
	const char *const *names; /* the configuration's */
	size_t names_len;
};

/* Of the form that RFC 9110, section 7.2, allows; the empty one too. */
bool http_host_is_formed(const char *host, size_t host_len);

/*
 * For a connection to `local`: its address as a literal, "localhost" and other loopback addresses where
 * it is one, the machine's name with or without ".local", a configured name. The port is not compared, since
 * it may be another one where it is forwarded.
 */
bool http_host_is_ours(const char *host, size_t host_len, const struct sockaddr_storage *local,
	const struct http_names *names);

/* IPv4 or IPv6, mapped IPv4 too; false for any other family. */
bool http_host_is_loopback(const struct sockaddr_storage *address);

/* What is listened at: "127.0.0.1:7878", "[::1]:7878". */
bool http_host_read_address(
	const char *text, struct sockaddr_storage *ret_address, socklen_t *ret_len);

#endif
