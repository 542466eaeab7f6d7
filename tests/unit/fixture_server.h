/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_SERVER_H
#define TESTS_FIXTURE_SERVER_H

/*
 * A server on a Unix socket that does what a test wants of it: a thread that takes one connection after
 * the other, reads a whole request and lets the test answer. Failures end the test.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct server;

/* `request` is terminated, `body` behind its head. What it does not write is not answered. */
typedef void server_answers(
	void *context, int fd, const char *request, const uint8_t *body, size_t body_len);

/* `path` under 100 bytes; what is there is replaced. */
struct server *server_start(const char *path, server_answers *answers, void *context);
/* Ends when the connection under way does, and removes the socket. */
void server_stop(struct server *server);
/* How many connections it has answered. */
unsigned server_count(const struct server *server);

/* Writes all; false when nobody listens any more. */
bool server_write(int fd, const void *bytes, size_t len);
bool server_say(int fd, const char *text);

#endif
