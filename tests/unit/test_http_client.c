/* SPDX-License-Identifier: ISC */
/* What a client makes of servers that are no daemon of Skerry's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture_server.h"
#include "fixture_tree.h"
#include "verifier/library/http_client.h"

static char place[TREE_PATH_MAX], path[TREE_PATH_MAX + 16];
static struct server *server;

/* What the server says, and has been told. */
static struct {
	const char *bytes;
	size_t len;
	char request[8192];
	uint8_t body[300000];
	size_t body_len;
} said;

#define OK_HEAD "HTTP/1.1 200 OK\r\n"

static void
say_it(void *context, int fd, const char *request, const uint8_t *body, size_t body_len)
{
	(void)context;
	snprintf(said.request, sizeof said.request, "%.*s",
		(int)(strstr(request, "\r\n\r\n") + 4 - request), request);
	assert_true(body_len <= sizeof said.body);
	memcpy(said.body, body, body_len);
	said.body_len = body_len;
	server_write(fd, said.bytes, said.len);
}

static int
set_up(void **state)
{
	(void)state;
	tree_make(place);
	snprintf(path, sizeof path, "%s/s", place);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (server != NULL)
		server_stop(server);
	server = NULL;
	tree_remove(place);
	return 0;
}

static struct http_client_call
get(void)
{
	return (struct http_client_call){ .socket = path, .method = "GET", .target = "/v1/health" };
}

static enum skerry_err
call_for(const char *bytes, size_t len, struct http_client_answer *ret_answer)
{
	struct http_client_call call = get();

	said.bytes = bytes;
	said.len = len;
	if (server == NULL)
		server = server_start(path, say_it, NULL);
	return http_client_call(&call, ret_answer);
}

static void
an_answer_is_read(void **state)
{
	static const char ANSWER[] =
		"HTTP/1.1 409 Conflict\r\nDate: x\r\nContent-type:  Application/CBOR ; a=b \r\n"
		"skerry-exit:1\r\nX-Empty:\r\nContent-Length: 5\r\n\r\na\0b\r\n";
	struct http_client_answer answer;

	(void)state;
	assert_int_equal(call_for(ANSWER, sizeof ANSWER - 1, &answer), SKERRY_OK);
	assert_int_equal(answer.status, 409);
	assert_string_equal(answer.type, "application/cbor");
	assert_string_equal(answer.exit, "1");
	assert_int_equal(answer.body_len, 5);
	assert_memory_equal(answer.body, "a\0b\r\n", 6);
	assert_int_equal(answer.server, geteuid());
	http_client_free(&answer);
	assert_null(answer.body);
	assert_string_equal(said.request,
		"GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
}

static void
no_content_has_no_length(void **state)
{
	static const char ANSWER[] = "HTTP/1.1 204 No Content\r\n\r\n";
	struct http_client_answer answer;

	(void)state;
	assert_int_equal(call_for(ANSWER, sizeof ANSWER - 1, &answer), SKERRY_OK);
	assert_int_equal(answer.status, 204);
	assert_int_equal(answer.body_len, 0);
	assert_string_equal((const char *)answer.body, "");
	http_client_free(&answer);
}

#define BYTES(text) text, sizeof(text) - 1
static const struct {
	const char *bytes;
	size_t len;
} NO_ANSWERS[] = {
	{ BYTES("") },
	{ BYTES("\r\n\r\n") },
	{ BYTES("hello") },
	{ BYTES("SSH-2.0-OpenSSH_9.2\r\n\r\n") },
	{ BYTES("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES("HTTP/2 200\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES("HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES("HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES("HTTP/1.1 -20 OK\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n") },
	{ BYTES("HTTP/1.1 101 Switching\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES("HTTP/1.1 700 What\r\nContent-Length: 0\r\n\r\n") },
	/* Lengths. */
	{ BYTES(OK_HEAD "\r\n") },
	{ BYTES(OK_HEAD "Content-Length: 3\r\n\r\nab") },
	{ BYTES(OK_HEAD "Content-Length: 2\r\n\r\nabc") },
	{ BYTES(OK_HEAD "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab") },
	{ BYTES(OK_HEAD "Content-Length: 2, 2\r\n\r\nab") },
	{ BYTES(OK_HEAD "Content-Length: -2\r\n\r\nab") },
	{ BYTES(OK_HEAD "Content-Length: +2\r\n\r\nab") },
	{ BYTES(OK_HEAD "Content-Length: 0x2\r\n\r\nab") },
	{ BYTES(OK_HEAD "Content-Length:\r\n\r\nab") },
	{ BYTES(OK_HEAD "Content-Length: 1073741824\r\n\r\nab") },
	{ BYTES(OK_HEAD "Content-Length: 4194305\r\n\r\nab") },
	{ BYTES(OK_HEAD "Content-Length: 18446744073709551618\r\n\r\nab") },
	{ BYTES("HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\nab") },
	{ BYTES(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n") },
	{ BYTES(OK_HEAD "Content-Length: 2\r\nTransfer-Encoding: identity\r\n\r\nab") },
	/* Lines. */
	{ BYTES("HTTP/1.1 200 OK\nContent-Length: 0\n\n") },
	{ BYTES(OK_HEAD "A: b\n\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES(OK_HEAD "A: b\r\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES(OK_HEAD "A: b\r\n c\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES(OK_HEAD "A : b\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES(OK_HEAD ": b\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES(OK_HEAD "Ab\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES(OK_HEAD "A: b\0c\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES("HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES("\0\0\0\0\0\0\0\0") },
	{ BYTES(OK_HEAD "Content-Type: a\r\nContent-Type: b\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES(OK_HEAD "Skerry-Exit: 0\r\nSkerry-Exit: 1\r\nContent-Length: 0\r\n\r\n") },
	{ BYTES(OK_HEAD "Skerry-Exit: 00000000\r\nContent-Length: 0\r\n\r\n") },
};

static void
what_is_no_answer_is_refused(void **state)
{
	struct http_client_answer answer = { .status = 7 };

	(void)state;
	for (size_t i = 0; i < sizeof NO_ANSWERS / sizeof *NO_ANSWERS; i++) {
		if (call_for(NO_ANSWERS[i].bytes, NO_ANSWERS[i].len, &answer) != SKERRY_ERR_IO)
			fail_msg("answer %zu is taken", i);
		assert_int_equal(errno, EPROTO);
		assert_int_equal(answer.status, 7);
	}
}

/* --- servers that take their time ------------------------------------------------------------ */

static void
drip_an_answer(void *context, int fd, const char *request, const uint8_t *body, size_t body_len)
{
	static const char ANSWER[] = OK_HEAD "Content-Length: 5\r\n\r\nhello";

	(void)context;
	(void)request;
	(void)body;
	(void)body_len;
	for (size_t i = 0; i < sizeof ANSWER - 1; i++)
		server_write(fd, ANSWER + i, 1);
}

static void
an_answer_may_come_byte_by_byte(void **state)
{
	struct http_client_call call = get();
	struct http_client_answer answer;

	(void)state;
	server = server_start(path, drip_an_answer, NULL);
	assert_int_equal(http_client_call(&call, &answer), SKERRY_OK);
	assert_string_equal((const char *)answer.body, "hello");
	http_client_free(&answer);
}

/* Says one thing again and again until nobody listens; waits before each, in milliseconds. */
struct endless {
	const char *first, *then;
	unsigned pause_ms;
	int wait_ms; /* of the client */
};

enum { PATIENT_MS = 120000 };

static void
go_on_for_ever(void *context, int fd, const char *request, const uint8_t *body, size_t body_len)
{
	const struct endless *endless = context;

	(void)request;
	(void)body;
	(void)body_len;
	if (!server_say(fd, endless->first))
		return;
	while (server_say(fd, endless->then))
		usleep(1000 * endless->pause_ms);
}

static void
call_endless(const struct endless *endless, enum skerry_err expected, int expected_errno)
{
	struct http_client_call call = get();
	struct http_client_answer answer;

	call.wait_ms = endless->wait_ms;
	server = server_start(path, go_on_for_ever, (void *)(uintptr_t)endless);
	assert_int_equal(http_client_call(&call, &answer), expected);
	assert_int_equal(errno, expected_errno);
	server_stop(server);
	server = NULL;
}

static void
what_never_ends_is_ended(void **state)
{
	/* The server may still read them when a test has failed. */
	static const struct endless MANY_HEADERS = { OK_HEAD, "A: b\r\n", 0, PATIENT_MS },
				    LONG_LINE = { "", "x", 0, PATIENT_MS },
				    SLOW_HEAD = { OK_HEAD, "A", 5, 60 },
				    SLOW_BODY = { OK_HEAD "Content-Length: 4000000\r\n\r\n", "A", 5,
					    60 };

	(void)state;
	/* Too long, at full speed, however slow a machine that is. */
	call_endless(&MANY_HEADERS, SKERRY_ERR_IO, EPROTO);
	call_endless(&LONG_LINE, SKERRY_ERR_IO, EPROTO);
	/* Too slow: a byte now and then keeps nobody waiting for ever. */
	call_endless(&SLOW_HEAD, SKERRY_ERR_NO_DAEMON, ETIMEDOUT);
	call_endless(&SLOW_BODY, SKERRY_ERR_NO_DAEMON, ETIMEDOUT);
}

/* Listens, and is not there: nobody accepts, or nobody reads. */
static int
listen_only(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 0), 0);
	return fd;
}

static void
silence_ends_in_time(void **state)
{
	static uint8_t body[1 << 22];
	struct http_client_call call = get();
	struct http_client_answer answer;
	int listener = listen_only(), waiting;

	(void)state;
	call.wait_ms = 30;
	assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_NO_DAEMON);
	assert_int_equal(errno, ETIMEDOUT);
	waiting = accept(listener, NULL, NULL);
	close(waiting);
	/* More than a socket holds, which nobody takes out of it. */
	call.method = "POST";
	call.body = body;
	call.body_len = sizeof body;
	assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_NO_DAEMON);
	assert_int_equal(errno, ETIMEDOUT);
	/* That one still waits in the queue, which is full now. */
	assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_NO_DAEMON);
	assert_int_equal(errno, ETIMEDOUT);
	close(listener);
}

static void
nobody_there_is_no_daemon(void **state)
{
	struct http_client_call call = get();
	struct http_client_answer answer;
	char far[200];

	(void)state;
	assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_NO_DAEMON);
	assert_int_equal(errno, ENOENT);
	close(listen_only());
	assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_NO_DAEMON);
	assert_int_equal(errno, ECONNREFUSED);
	memset(far, 'x', sizeof far - 1);
	far[sizeof far - 1] = '\0';
	call.socket = far;
	assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_ARGUMENT);
	call.socket = "";
	assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_ARGUMENT);
}

/* --- what is sent ---------------------------------------------------------------------------- */

static const char NOTHING[] = OK_HEAD "Content-Length: 0\r\n\r\n";

static void
headers_and_body_are_sent(void **state)
{
	struct http_client_call call = { .socket = path,
		.method = "PUT",
		.target = "/v1/seats/a%2Fb",
		.accept = "application/cbor",
		.language = "id",
		.header_name = "Skerry-Seat-Secret",
		.header_value = "s e c",
		.content_type = "application/json",
		.body = (const uint8_t *)"{}",
		.body_len = 2 };
	struct http_client_answer answer;

	(void)state;
	said.bytes = NOTHING;
	said.len = sizeof NOTHING - 1;
	server = server_start(path, say_it, NULL);
	assert_int_equal(http_client_call(&call, &answer), SKERRY_OK);
	http_client_free(&answer);
	assert_string_equal(said.request,
		"PUT /v1/seats/a%2Fb HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
		"Accept: application/cbor\r\nAccept-Language: id\r\n"
		"Content-Type: application/json\r\nContent-Length: 2\r\n"
		"Skerry-Seat-Secret: s e c\r\n\r\n");
	assert_int_equal(said.body_len, 2);
	assert_memory_equal(said.body, "{}", 2);
}

static void
nobody_smuggles_a_line_in(void **state)
{
	static const char *const BAD[] = { "a\r\nX: y", "a\nb", "a\x7f", "a\x01" };
	struct http_client_answer answer;

	(void)state;
	server = server_start(path, say_it, NULL);
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		for (int where = 0; where < 6; where++) {
			struct http_client_call call = get();
			char target[32];

			snprintf(target, sizeof target, "/%s", BAD[i]);
			call.header_name = "A";
			call.header_value = where == 0 ? BAD[i] : "b";
			call.header_name = where == 1 ? BAD[i] : "A";
			call.target = where == 2 ? target : "/";
			call.method = where == 3 ? BAD[i] : "GET";
			call.language = where == 4 ? BAD[i] : NULL;
			call.accept = where == 5 ? BAD[i] : NULL;
			assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_ARGUMENT);
		}
	{
		struct http_client_call call = get();

		call.target = "/a b";
		assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_ARGUMENT);
		call.target = "";
		assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_ARGUMENT);
	}
	assert_int_equal(server_count(server), 0);
}

static void
a_file_is_sent_whole(void **state)
{
	struct http_client_call call = { .socket = path,
		.method = "POST",
		.target = "/v1/import",
		.from_file = true,
		.body_len = 200000 };
	struct http_client_answer answer;
	char name[TREE_PATH_MAX + 16];
	FILE *file;

	(void)state;
	said.bytes = NOTHING;
	said.len = sizeof NOTHING - 1;
	server = server_start(path, say_it, NULL);
	snprintf(name, sizeof name, "%s/f", place);
	file = fopen(name, "w+");
	for (int i = 0; i < 200000; i++)
		putc("0123456789"[i % 10], file);
	fflush(file);
	call.file = fileno(file);
	assert_int_equal(http_client_call(&call, &answer), SKERRY_OK);
	http_client_free(&answer);
	assert_int_equal(said.body_len, 200000);
	for (size_t i = 0; i < said.body_len; i++)
		assert_int_equal(said.body[i], '0' + i % 10);
	/* It is shorter than was said: nothing is made up for it. */
	call.body_len = 200001;
	assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_IO);
	fclose(file);
}

/* A server that refuses a large body says so early and closes: that counts, and no signal comes. */
static void *
refuse_early(int listener)
{
	int fd = accept(listener, NULL, NULL);
	char some[64];

	assert_true(recv(fd, some, sizeof some, 0) > 0);
	server_say(fd, "HTTP/1.1 413 Too large\r\nContent-Length: 2\r\n\r\nno");
	close(fd);
	return NULL;
}

static void
an_early_answer_counts(void **state)
{
	static uint8_t body[1 << 22];
	struct http_client_call call = { .socket = path,
		.method = "POST",
		.target = "/",
		.body = body,
		.body_len = sizeof body };
	struct http_client_answer answer;
	int listener = listen_only();
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		refuse_early(listener);
		_exit(0);
	}
	assert_int_equal(http_client_call(&call, &answer), SKERRY_OK);
	assert_int_equal(answer.status, 413);
	assert_string_equal((const char *)answer.body, "no");
	http_client_free(&answer);
	close(listener);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static unsigned
count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned count = 0;

	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

static void
nothing_stays_open(void **state)
{
	unsigned before = count_descriptors();
	struct http_client_call call = get();
	struct http_client_answer answer;

	(void)state;
	assert_int_equal(http_client_call(&call, &answer), SKERRY_ERR_NO_DAEMON);
	assert_int_equal(count_descriptors(), before);
	server = server_start(path, say_it, NULL);
	before = count_descriptors();
	assert_int_equal(call_for("x", 1, &answer), SKERRY_ERR_IO);
	assert_int_equal(call_for(NOTHING, sizeof NOTHING - 1, &answer), SKERRY_OK);
	http_client_free(&answer);
	/* The server's side goes as well, before it takes another one. */
	assert_int_equal(call_for("x", 1, &answer), SKERRY_ERR_IO);
	assert_true(count_descriptors() <= before + 1);
}

static void
targets_are_encoded(void **state)
{
	char target[HTTP_CLIENT_TARGET_MAX] = "/v1/seats/";

	(void)state;
	assert_true(http_client_encode(target, "A-z_0.9~ /?#&=%+\xc3\xa9\x01"));
	assert_string_equal(target, "/v1/seats/A-z_0.9~%20%2F%3F%23%26%3D%25%2B%C3%A9%01");
	for (int i = 0; i < 200; i++)
		http_client_encode(target, "0123456789");
	/* It ends at a whole character. */
	while (http_client_encode(target, "x"))
		;
	target[HTTP_CLIENT_TARGET_MAX - 3] = '\0';
	assert_false(http_client_encode(target, "/"));
	assert_int_equal(strlen(target), HTTP_CLIENT_TARGET_MAX - 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(an_answer_is_read),
		TEST(no_content_has_no_length),
		TEST(what_is_no_answer_is_refused),
		TEST(an_answer_may_come_byte_by_byte),
		TEST(what_never_ends_is_ended),
		TEST(silence_ends_in_time),
		TEST(nobody_there_is_no_daemon),
		TEST(headers_and_body_are_sent),
		TEST(nobody_smuggles_a_line_in),
		TEST(a_file_is_sent_whole),
		TEST(an_early_answer_counts),
		TEST(nothing_stays_open),
		TEST(targets_are_encoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
