/* SPDX-License-Identifier: ISC */
/* The daemon's HTTP over real sockets: what is refused, who is told what, and who may stay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_http.h"

static char reply[HTTP_TALK_MAX];
static bool closed;

static void
start(void)
{
	struct http_config config = http_fixture_config();

	http_start(&config);
}

#define GET "GET /v1/echo HTTP/1.1\r\n"
#define HOST "Host: localhost\r\n"
#define END "\r\n"

/* Calls as they stand on the wire; status 0: the connection ends without an answer. */
static const struct {
	const char *bytes;
	size_t len;
	int status;
} WIRE[] = {
#define CALL(status, bytes)                                                                        \
	{                                                                                          \
		bytes, sizeof(bytes) - 1, status                                                   \
	}
	CALL(200, GET HOST END),
	CALL(200, "\r\n" GET HOST END),
	CALL(200, GET "Host:\r\n" END),
	CALL(200, GET "Host: %2Frun%2Fskerry.sock\r\n" END),
	CALL(200, GET "host:localhost\t \r\n" END),
	CALL(200, "GET /v1/echo HTTP/1.0\r\n" END),
	CALL(200, "HEAD /v1/echo HTTP/1.1\r\n" HOST END),
	CALL(200, "OPTIONS /v1/echo HTTP/1.1\r\n" HOST END),
	CALL(200, GET HOST "X-Odd: \xc3\xa4\r\n" END),
	CALL(200, GET HOST "Cookie: a=b; c=d\r\nCookie: e=f\r\n" END),
	CALL(200, GET HOST "Authorization: Basic eDp5\r\n" END),
	/* Host. */
	CALL(400, GET END),
	CALL(400, GET HOST HOST END),
	CALL(400, GET HOST "HOST: other\r\n" END),
	CALL(400, GET "Host: a b\r\n" END),
	CALL(400, GET "Host: a/b\r\n" END),
	CALL(403, GET HOST "Origin: null\r\n" END),
	CALL(403, GET HOST "Origin: http://localhost\r\n" END),
	/* What follows the header. */
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST
		  "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n" END "abc"),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST
		  "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n" END "0\r\n\r\n"),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 3\r\n" END
		  "abc"),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Content-Length: 3, 3\r\n" END "abc"),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Content-Length: +3\r\n" END "abc"),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Content-Length: 0x3\r\n" END "abc"),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Content-Length: -1\r\n" END),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Content-Length:\r\n" END),
	CALL(413, "POST /v1/echo HTTP/1.1\r\n" HOST "Content-Length: 1048577\r\n" END),
	CALL(413, "POST /v1/import HTTP/1.1\r\n" HOST "Content-Length: 1073741825\r\n" END),
	CALL(413, "POST /v1/echo HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551616\r\n" END),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n" END
		  "0\r\n\r\n"),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n" END),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: \x0b"
		  "chunked\r\n" END "0\r\n\r\n"),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n" END
		  "0\r\n\r\n"),
	CALL(400,
		"POST /v1/echo HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n" END "0\r\n\r\n"),
	CALL(200, "POST /v1/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END
		  "3\r\nabc\r\n0\r\n\r\n"),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END
		  "3\r\nabc\r\n0\r\nX-More: 1\r\n\r\n"),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END
		  "g\r\nabc\r\n0\r\n\r\n"),
	CALL(400, "POST /v1/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END
		  "3\r\nabcd\r\n0\r\n\r\n"),
	CALL(417, "POST /v1/echo HTTP/1.1\r\n" HOST "Expect: tea\r\nContent-Length: 1\r\n" END "a"),
	/* Lines that end, begin or go on as they should not. */
	CALL(400, GET "Host: localhost\n" END),
	CALL(400, "GET /v1/echo HTTP/1.1\n" HOST END),
	CALL(400, GET HOST "\n"),
	CALL(400, "GET /v1/echo HTTP/1.1\nHost: localhost\n\n"),
	CALL(400, GET HOST "X: a\r\n b\r\n" END),
	CALL(400, GET HOST "X: a\r\n\tHost: b\r\n" END),
	CALL(400, GET " Host: localhost\r\n" END),
	CALL(400, GET HOST "X : a\r\n" END),
	CALL(400, GET HOST ": a\r\n" END),
	CALL(400, GET HOST "X\r\n" END),
	CALL(400, GET HOST "X(y): a\r\n" END),
	CALL(400, GET HOST "X: a\rb\r\n" END),
	CALL(400, GET HOST "X: a\r\r\n" END),
	/* Zeros and control characters. */
	CALL(400, GET HOST "X: a\0b\r\n" END),
	CALL(400, GET HOST "X\0: a\r\n" END),
	CALL(400, GET HOST "\0X: a\r\n" END),
	CALL(400, GET HOST "X: a\0\r\n" END),
	CALL(400, GET "Host: localhost\0.evil\r\n" END),
	CALL(400, GET HOST "X: \x1b[2J\r\n" END),
	CALL(400, GET HOST "X: \x7f\r\n" END),
	CALL(400, "GET /v1/\0 HTTP/1.1\r\n" HOST END),
	CALL(400, "GE\0T /v1/echo HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/echo HTTP/1.1\0\r\n" HOST END),
	/* The path and the query. */
	CALL(200, "GET /v1/a%2Fb%20c%25 HTTP/1.1\r\n" HOST END),
	CALL(200, "GET / HTTP/1.1\r\n" HOST END),
	CALL(200, "GET /?a=1&&b&=c HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/%00 HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/%0a HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/%7f HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/%c2%85 HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/%4 HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/% HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/%zz HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/%u0041 HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/%ff HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/%c0%af HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/%ed%a0%80 HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/\xc3\xa4 HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/?a=%00 HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/?%=1 HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/a#b HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/a b HTTP/1.1\r\n" HOST END),
	CALL(400, "GET  /v1/echo HTTP/1.1\r\n" HOST END),
	CALL(400, "GET /v1/echo  HTTP/1.1\r\n" HOST END),
	CALL(400, "GET v1/echo HTTP/1.1\r\n" HOST END),
	CALL(400, "GET http://localhost/v1/echo HTTP/1.1\r\n" HOST END),
	CALL(400, "OPTIONS * HTTP/1.1\r\n" HOST END),
	CALL(404, "GET /1/2/3/4/5/6/7/8/9 HTTP/1.1\r\n" HOST END),
	/* Other versions. */
	CALL(400, "GET /v1/echo\r\n" HOST END),
	CALL(505, "GET /v1/echo HTTP/0.9\r\n" HOST END),
	CALL(505, "GET /v1/echo HTTP/1.2\r\n" HOST END),
	CALL(505, "GET /v1/echo HTTP/2.0\r\n" HOST END),
	CALL(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
	CALL(400, "GET /v1/echo http/1.1\r\n" HOST END),
	CALL(400, "GET /v1/echo HTTP/1.1 \r\n" HOST END),
	CALL(0, "\x16\x03\x01\x02\x01\r\n"),
	CALL(0, "GET\r\n\r\n"),
};

static void
each_call_of_the_table_gets_its_status(void **state)
{
	(void)state;
	start();
	for (size_t i = 0; i < sizeof WIRE / sizeof *WIRE; i++) {
		unsigned before = served.calls;
		int status = http_talk(WIRE[i].bytes, WIRE[i].len, reply, &closed);

		if (status != WIRE[i].status)
			fail_msg("call %zu, %s: %d in place of %d\n%s", i, WIRE[i].bytes, status,
				WIRE[i].status, reply);
		assert_int_equal(served.calls - before, status == 200);
		if (status != 200)
			assert_true(closed);
	}
}

static void
a_refusal_is_an_object_in_the_form_that_was_asked_for(void **state)
{
	static const char JSON[] = GET HOST HOST END;
	static const char CBOR[] =
		GET HOST "Accept: text/plain, application/cbor;q=0.1\r\nOrigin: x\r\n" END;

	(void)state;
	start();
	assert_int_equal(http_talk(JSON, sizeof JSON - 1, reply, &closed), 400);
	assert_non_null(strstr(reply, "Content-Type: application/json\r\n"));
	assert_non_null(
		strstr(reply, "\r\n\r\n{\"error\":{\"code\":\"http_malformed\",\"message\":"));
	assert_int_equal(http_talk(CBOR, sizeof CBOR - 1, reply, &closed), 403);
	assert_non_null(strstr(reply, "Content-Type: application/cbor\r\n"));
	assert_non_null(strstr(reply, "\r\n\r\n\xa1\x65"
				      "error\xa3\x64"
				      "code\x69http_host\x66"
				      "advice"));
}

static void
a_call_tells_all_of_itself(void **state)
{
	static const char CALL[] = "PUT /v1/seats/a%2Fb%20%C3%A4?x=1+%2b&y HTTP/1.1\r\n" HOST
				   "Accept: application/json;q=0.2, application/cbor\r\n"
				   "Accept-Language: id-ID, en;q=0.5\r\nSkerry-Seat-Secret: k7 "
				   "\r\nContent-Length: 3\r\n" END "abc";
	char expected[512];

	(void)state;
	start();
	assert_int_equal(http_talk(CALL, sizeof CALL - 1, reply, &closed), 200);
	assert_false(closed);
	snprintf(expected, sizeof expected,
		"\r\n\r\nPUT v1|seats|a/b \xc3\xa4 x=1 + y= body=3 format=%d language=id-ID "
		"secret=k7 "
		"local=1 loopback=0 token= target=/v1/seats/a%%2Fb%%20%%C3%%A4?x=1+%%2b&y\n",
		HTTP_CBOR);
	assert_non_null(strstr(reply, expected));
}

/* A header of `count` fields, then one whose value fills it up to `len` bytes in all. */
static size_t
make_head(char *ret_call, size_t len, unsigned count)
{
	size_t at = (size_t)sprintf(ret_call, GET HOST);

	for (unsigned i = 1; i < count; i++)
		at += (size_t)sprintf(ret_call + at, "X-%u: y\r\n", i);
	if (len > at + 8) {
		at += (size_t)sprintf(ret_call + at, "Z: ");
		memset(ret_call + at, 'z', len - at - 4);
		at = len - 4;
		at += (size_t)sprintf(ret_call + at, "\r\n");
	}
	return at + (size_t)sprintf(ret_call + at, "\r\n");
}

static void
heads_have_their_limits(void **state)
{
	static char call[1 << 20];
	size_t len;

	(void)state;
	start();
	len = make_head(call, HTTP_HEAD_MAX, 1);
	assert_int_equal(len, HTTP_HEAD_MAX);
	assert_int_equal(http_talk(call, len, reply, &closed), 200);
	len = make_head(call, HTTP_HEAD_MAX + 1, 1);
	assert_int_equal(http_talk(call, len, reply, &closed), 431);
	assert_non_null(strstr(reply, "\"http_too_large\""));
	len = make_head(call, 0, HTTP_HEADERS_MAX);
	assert_int_equal(http_talk(call, len, reply, &closed), 200);
	len = make_head(call, 0, HTTP_HEADERS_MAX + 1);
	assert_int_equal(http_talk(call, len, reply, &closed), 431);
	/* libmicrohttpd's own words. */
	len = make_head(call, sizeof call - 1, 1);
	assert_int_equal(http_talk(call, len, reply, &closed), 431);
	assert_true(closed);
	len = make_head(call, 0, 1000);
	assert_int_equal(http_talk(call, len, reply, &closed), 431);
	assert_true(closed);
	assert_int_equal(served.calls, 2);
}

static void
paths_and_queries_have_their_limits(void **state)
{
	static char call[16384];
	size_t at;

	(void)state;
	start();
	/* The path's own bytes count, with its first '/'. */
	at = (size_t)sprintf(call, "GET /%0*d HTTP/1.1\r\n" HOST END, HTTP_PATH_MAX - 1, 0);
	assert_int_equal(http_talk(call, at, reply, &closed), 200);
	at = (size_t)sprintf(call, "GET /%0*d HTTP/1.1\r\n" HOST END, HTTP_PATH_MAX, 0);
	assert_int_equal(http_talk(call, at, reply, &closed), 414);
	at = (size_t)sprintf(call, "GET /%010000d HTTP/1.1\r\n" HOST END, 0);
	assert_int_equal(http_talk(call, at, reply, &closed), 414);
	assert_true(closed);
	for (int count = HTTP_ARGS_MAX; count <= HTTP_ARGS_MAX + 1; count++) {
		at = (size_t)sprintf(call, "GET /?");
		for (int i = 0; i < count; i++)
			at += (size_t)sprintf(call + at, "%sa", i > 0 ? "&" : "");
		at += (size_t)sprintf(call + at, " HTTP/1.1\r\n" HOST END);
		assert_int_equal(
			http_talk(call, at, reply, &closed), count == HTTP_ARGS_MAX ? 200 : 414);
	}
	at = (size_t)sprintf(call, "GET /?");
	memset(call + at, '&', 2000);
	at += 2000;
	at += (size_t)sprintf(call + at, " HTTP/1.1\r\n" HOST END);
	/* libmicrohttpd has no room to take it apart, and no word for that. */
	assert_int_equal(http_talk(call, at, reply, &closed), 0);
	assert_true(closed);
}

static void
bodies_have_their_limits(void **state)
{
	static char call[HTTP_DROPPED_MAX + HTTP_BODY_MAX + (1 << 20)];
	static const int OVER[] = { HTTP_BODY_MAX + 1, 3 << 20, HTTP_DROPPED_MAX };
	size_t at;

	(void)state;
	start();
	at = (size_t)sprintf(call, "POST /v1/echo HTTP/1.1\r\n" HOST "Content-Length: %d\r\n" END,
		HTTP_BODY_MAX);
	assert_int_equal(http_talk(call, at + HTTP_BODY_MAX, reply, &closed), 200);
	assert_non_null(strstr(reply, " body=1048576 "));
	/* Chunked: found out on the way; the rest is taken, so that the answer is seen. */
	for (size_t i = 0; i < sizeof OVER / sizeof *OVER; i++) {
		at = (size_t)sprintf(call,
			"POST /v1/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END
			"%x\r\n",
			OVER[i]);
		memset(call + at, 'x', (size_t)OVER[i]);
		at += (size_t)OVER[i];
		at += (size_t)sprintf(call + at, "\r\n0\r\n\r\n");
		assert_int_equal(http_talk(call, at, reply, &closed), 413);
		assert_true(closed);
	}
	/* And without end. */
	at = (size_t)sprintf(call,
		"POST /v1/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END "%x\r\n",
		1 << 30);
	assert_int_equal(http_talk(call, sizeof call, reply, &closed), 0);
	assert_true(closed);
	/* A document of any size. */
	at = (size_t)sprintf(
		call, "POST /v1/import?x HTTP/1.1\r\n" HOST "Content-Length: %d\r\n" END, 3 << 20);
	memcpy(call + at, "carried", 8);
	assert_int_equal(http_talk(call, at + (3 << 20), reply, &closed), 200);
	assert_string_equal(served.spooled, "carried");
	assert_int_equal(served.calls, 2);
}

static void
refused_bodies_are_read_to_their_end(void **state)
{
	static char call[70000];
	size_t at = (size_t)sprintf(call,
		"POST /v1/echo HTTP/1.1\r\n" HOST "Origin: x\r\nContent-Length: 65536\r\n" END);

	(void)state;
	start();
	assert_int_equal(http_talk(call, at + 65536, reply, &closed), 403);
	assert_true(closed);
}

static void
only_so_many_documents_come_at_once(void **state)
{
	static char call[(1 << 20) + 1024];
	size_t at = (size_t)sprintf(
		call, "POST /v1/import HTTP/1.1\r\n" HOST "Content-Length: %d\r\n" END, 1 << 21);
	int clients[HTTP_SPOOLS_MAX];
	int last;

	(void)state;
	start();
	for (size_t i = 0; i < HTTP_SPOOLS_MAX; i++) {
		clients[i] = http_connect();
		http_say(clients[i], call, at + (1 << 20) + 100, reply, &closed);
		assert_false(closed);
	}
	last = http_connect();
	http_say(last, call, at + (1 << 20) + 100, reply, &closed);
	http_say(last, call, (1 << 20) - 100, reply, &closed);
	assert_int_equal(http_status(reply), 503);
	assert_non_null(strstr(reply, "\"http_busy\""));
	close(last);
	close(clients[0]);
	http_rounds();
	last = http_connect();
	http_say(last, call, at + (1 << 20) + 100, reply, &closed);
	http_say(last, call, (1 << 20) - 100, reply, &closed);
	assert_int_equal(http_status(reply), 200);
	close(last);
	for (size_t i = 1; i < HTTP_SPOOLS_MAX; i++)
		close(clients[i]);
}

static void
nothing_hides_behind_a_chunked_call(void **state)
{
	static const char CALL[] =
		"POST /v1/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END
		"1;x\na\n0\n\n" GET HOST END;

	(void)state;
	start();
	assert_int_equal(http_talk(CALL, sizeof CALL - 1, reply, &closed), 200);
	assert_true(closed);
	assert_int_equal(served.calls, 1);
	assert_non_null(strstr(reply, "Connection: close\r\n"));
}

static void
nothing_is_served_behind_a_refusal(void **state)
{
	static const char CALL[] = GET HOST HOST END GET HOST END;

	(void)state;
	start();
	assert_int_equal(http_talk(CALL, sizeof CALL - 1, reply, &closed), 400);
	assert_true(closed);
	assert_int_equal(served.calls, 0);
	/* Once, and as it was sent. */
	assert_int_equal(served.refused, 1);
	assert_int_equal(served.refused_status, 400);
	assert_int_equal(served.refused_err, SKERRY_ERR_HTTP_MALFORMED);
	assert_int_equal(served.refused_uid, getuid());
	assert_memory_equal(served.refused_target, "/v1/", 4);
}

static void
calls_in_one_piece_are_answered_in_their_order(void **state)
{
	static const char CALLS[] =
		"GET /1 HTTP/1.1\r\n" HOST END "GET /v1/later HTTP/1.1\r\n" HOST END
		"GET /2 HTTP/1.1\r\n" HOST END "GET /v1/kept HTTP/1.1\r\n" HOST END;
	static const struct http_reply LATER = { .status = 202, .body = "late", .body_len = 4 };
	int client;

	(void)state;
	start();
	client = http_connect();
	http_say(client, CALLS, sizeof CALLS - 1, reply, &closed);
	assert_non_null(strstr(reply, "GET 1 "));
	assert_null(strstr(reply, "GET 2 "));
	assert_int_equal(served.later_len, 1);
	assert_true(http_timeout_ms(http) < 0);
	http_reply(served.later[0], &LATER);
	assert_int_equal(http_timeout_ms(http), 0);
	http_say(client, "", 0, reply, &closed);
	assert_int_equal(http_status(reply), 202);
	assert_true(strstr(reply, "late") < strstr(reply, "GET 2 "));
	assert_non_null(strstr(strstr(reply, "GET 2 "), "{\"ok\":true}\n"));
	assert_false(closed);
	close(client);
}

static void
a_call_may_come_byte_by_byte(void **state)
{
	static const char CALL[] =
		"POST /v1/echo?a=b HTTP/1.1\r\n" HOST "Content-Length: 2\r\n" END "ab";
	int client;

	(void)state;
	start();
	client = http_connect();
	for (size_t i = 0; i + 1 < sizeof CALL; i++) {
		assert_string_equal(reply, i == 0 ? reply : "");
		http_say(client, CALL + i, 1, reply, &closed);
	}
	assert_int_equal(http_status(reply), 200);
	assert_non_null(strstr(reply, "POST v1|echo a=b body=2 "));
	close(client);
}

static void
many_calls_go_over_one_connection(void **state)
{
	static const char CALL[] = "GET /v1/kept HTTP/1.1\r\n" HOST END;
	struct http_counts counts;
	int client;

	(void)state;
	start();
	client = http_connect();
	for (unsigned i = 0; i < 1000; i++) {
		http_say(client, CALL, sizeof CALL - 1, reply, &closed);
		assert_int_equal(http_status(reply), 200);
	}
	http_count(http, &counts);
	assert_int_equal(counts.calls, 1000);
	assert_int_equal(counts.connections, 1);
	assert_int_equal(counts.open, 1);
	close(client);
	http_rounds();
	http_count(http, &counts);
	assert_int_equal(counts.open, 0);
}

static void
who_expects_to_be_told_to_go_on_is(void **state)
{
	static const char HEAD[] = "POST /v1/echo HTTP/1.1\r\n" HOST
				   "Expect: 100-continue\r\nContent-Length: 2\r\n" END;
	int client;

	(void)state;
	start();
	client = http_connect();
	http_say(client, HEAD, sizeof HEAD - 1, reply, &closed);
	assert_string_equal(reply, "HTTP/1.1 100 Continue\r\n\r\n");
	http_say(client, "ab", 2, reply, &closed);
	assert_int_equal(http_status(reply), 200);
	close(client);
}

static void
who_waits_when_it_ends_is_told(void **state)
{
	static const char CALL[] = "GET /v1/later HTTP/1.1\r\n" HOST END;
	int clients[2];
	ssize_t len;

	(void)state;
	start();
	for (size_t i = 0; i < 2; i++) {
		clients[i] = http_connect();
		http_say(clients[i], CALL, sizeof CALL - 1, reply, &closed);
	}
	assert_int_equal(served.later_len, 2);
	/* One of them has gone meanwhile. */
	close(clients[1]);
	http_rounds();
	http_close(http);
	http = NULL;
	len = recv(clients[0], reply, sizeof reply - 1, 0);
	assert_true(len > 0);
	reply[len] = '\0';
	assert_int_equal(http_status(reply), 503);
	assert_non_null(strstr(reply, "being stopped"));
	assert_int_equal(recv(clients[0], reply, sizeof reply, 0), 0);
	close(clients[0]);
	assert_int_not_equal(access(http_socket_path, F_OK), 0);
}

static void
nothing_is_left_open(void **state)
{
	size_t before = http_open_files();
	int client;

	(void)state;
	start();
	client = http_connect();
	http_say(client, GET, sizeof GET - 1, reply, &closed);
	close(client);
	http_rounds();
	for (size_t i = 0; i < sizeof WIRE / sizeof *WIRE; i += 7)
		http_talk(WIRE[i].bytes, WIRE[i].len, reply, &closed);
	http_close(http);
	http = NULL;
	assert_int_equal(http_open_files(), before);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, http_setup, http_teardown)
	const struct CMUnitTest tests[] = {
		TEST(each_call_of_the_table_gets_its_status),
		TEST(a_refusal_is_an_object_in_the_form_that_was_asked_for),
		TEST(a_call_tells_all_of_itself),
		TEST(heads_have_their_limits),
		TEST(paths_and_queries_have_their_limits),
		TEST(bodies_have_their_limits),
		TEST(refused_bodies_are_read_to_their_end),
		TEST(only_so_many_documents_come_at_once),
		TEST(nothing_hides_behind_a_chunked_call),
		TEST(nothing_is_served_behind_a_refusal),
		TEST(calls_in_one_piece_are_answered_in_their_order),
		TEST(a_call_may_come_byte_by_byte),
		TEST(many_calls_go_over_one_connection),
		TEST(who_expects_to_be_told_to_go_on_is),
		TEST(who_waits_when_it_ends_is_told),
		TEST(nothing_is_left_open),
	};

	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
