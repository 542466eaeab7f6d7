/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_HTTP_H
#define TESTS_FIXTURE_HTTP_H

/*
 * The daemon's HTTP in this very process, on sockets of its own in a temporary folder, run by hand, with a
 * clock that stands still until it is moved. Failures end the test.
 *
 * What it serves: /v1/kept a kept answer; /v1/later nothing until the test answers served.later; anything
 * else a line of text that tells what came: "GET v1|echo a=b body=3 uid=33 ...".
 */

#include "verifier/daemon/http/http.h"

enum { HTTP_TALK_MAX = 65536, SERVED_LATER_MAX = 8 };

struct http_served {
	unsigned calls;
	struct http_call *later[SERVED_LATER_MAX];
	size_t later_len;
	char spooled[64]; /* the first bytes of the last body that was spooled */
	/* What was told of calls that were not served: how many, and the last. */
	unsigned refused;
	int refused_status;
	enum skerry_err refused_err;
	uid_t refused_uid;
	char refused_target[64];
};
extern struct http_served served;

extern struct http *http;
extern char http_socket_path[128];
extern int64_t http_clock_ms;

/* PEM of two self-signed certificates for 127.0.0.1 and their keys. */
extern const char *const HTTP_CERT[2], *const HTTP_KEY[2];

/* A config of the Unix socket alone, to be changed before http_start. */
struct http_config http_fixture_config(void);
void http_start(const struct http_config *config);
/* Group fixtures of cmocka: with and around each test. */
int http_setup(void **state);
int http_teardown(void **state);
/* A listening socket on a free port of 127.0.0.1, or any other address of this machine (0.0.0.0). */
int http_tcp_socket(const char *address, unsigned *ret_port);

/* Rounds, until nothing is left to do. */
void http_rounds(void);
int http_connect(void);
int http_connect_tcp(unsigned port);
/* Sends what the other side takes, runs, and returns what has come back; *ret_closed: and its end. */
size_t http_say(int client, const char *bytes, size_t bytes_len, char ret_reply[HTTP_TALK_MAX],
	bool *ret_closed);
/* A new connection for one exchange: its status, 0 where it ended without an answer. */
int http_talk(const char *bytes, size_t bytes_len, char ret_reply[HTTP_TALK_MAX], bool *ret_closed);
int http_talk_tcp(unsigned port, const char *text, char ret_reply[HTTP_TALK_MAX]);
int http_status(const char *reply);

/* How many descriptors this process has open. */
size_t http_open_files(void);

#endif
