/* SPDX-License-Identifier: ISC */
/* Many who are connected: who may stay, who is dropped, and that the others are served meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_http.h"
#include "verifier/daemon/http/http_crowd.h"

enum { SLOW_MS = HTTP_SLOW_S * 1000 };

static const char CALL[] = "GET /v1/echo HTTP/1.1\r\nHost: localhost\r\n\r\n";
static char reply[HTTP_TALK_MAX];
static bool closed;

static void
start(void)
{
	struct http_config config = http_fixture_config();

	http_start(&config);
}

/* Whether the other side has ended it. */
static bool
is_dropped(int client)
{
	http_say(client, "", 0, reply, &closed);
	return closed;
}

static void
who_says_nothing_is_dropped_in_time(void **state)
{
	struct http_counts counts;
	int client;

	(void)state;
	start();
	client = http_connect();
	http_rounds();
	assert_int_equal(http_timeout_ms(http), SLOW_MS + 1);
	http_clock_ms += SLOW_MS - 1;
	assert_false(is_dropped(client));
	http_clock_ms += 1;
	assert_int_equal(http_timeout_ms(http), 0);
	assert_true(is_dropped(client));
	http_count(http, &counts);
	assert_int_equal(counts.dropped, 1);
	assert_int_equal(counts.open, 0);
	assert_int_equal(http_timeout_ms(http), -1);
	close(client);
}

static void
a_byte_a_second_is_too_slow(void **state)
{
	int client;
	size_t sent = 0;

	(void)state;
	start();
	client = http_connect();
	for (closed = false; !closed && sent < sizeof CALL - 1; sent++) {
		http_say(client, CALL + sent, 1, reply, &closed);
		http_clock_ms += 1000;
	}
	assert_true(closed);
	assert_int_equal(sent, HTTP_SLOW_S + 1);
	assert_int_equal(served.calls, 0);
	close(client);
}

static void
so_is_a_body_of_a_byte_a_second(void **state)
{
	static const char HEAD[] =
		"POST /v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n";
	size_t sent = 0;
	int client;

	(void)state;
	start();
	client = http_connect();
	http_say(client, HEAD, sizeof HEAD - 1, reply, &closed);
	for (; !closed && sent < 100; sent++) {
		http_clock_ms += 1000;
		http_say(client, "x", 1, reply, &closed);
	}
	assert_true(closed);
	assert_int_equal(sent, HTTP_SLOW_S);
	close(client);
}

static void
a_long_document_has_its_time(void **state)
{
	static char piece[HTTP_BODY_MAX + 1];
	int client, length = 4 * (int)sizeof piece;
	char head[128];

	(void)state;
	start();
	client = http_connect();
	snprintf(head, sizeof head,
		"POST /v1/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n",
		length);
	http_say(client, head, strlen(head), reply, &closed);
	for (int i = 0; i < 4; i++) {
		http_clock_ms += SLOW_MS - 1;
		http_say(client, piece, sizeof piece, reply, &closed);
		assert_false(closed);
	}
	assert_int_equal(http_status(reply), 200);
	close(client);
}

static void
who_is_served_is_not_slow_and_each_call_has_its_time(void **state)
{
	static const char LATER[] = "GET /v1/later HTTP/1.1\r\nHost: localhost\r\n\r\n";
	static const struct http_reply LATE = { .status = 202 };
	int client;

	(void)state;
	start();
	client = http_connect();
	for (int i = 0; i < 3; i++) {
		http_say(client, CALL, sizeof CALL - 1, reply, &closed);
		assert_int_equal(http_status(reply), 200);
		http_clock_ms += SLOW_MS - 1;
	}
	http_say(client, LATER, sizeof LATER - 1, reply, &closed);
	http_clock_ms += 10 * SLOW_MS;
	assert_false(is_dropped(client));
	http_reply(served.later[0], &LATE);
	http_say(client, "", 0, reply, &closed);
	assert_int_equal(http_status(reply), 202);
	http_clock_ms += SLOW_MS;
	assert_true(is_dropped(client));
	close(client);
}

static void
who_does_not_read_its_answer_is_dropped(void **state)
{
	static const char LATER[] = "GET /v1/later HTTP/1.1\r\nHost: localhost\r\n\r\n";
	static char body[4 << 20];
	const struct http_reply large = { .status = 200, .body = body, .body_len = sizeof body };
	struct http_counts counts;
	int client;

	(void)state;
	start();
	client = http_connect();
	send(client, LATER, sizeof LATER - 1, 0);
	http_rounds();
	http_reply(served.later[0], &large);
	http_rounds();
	http_count(http, &counts);
	assert_int_equal(counts.open, 1);
	http_clock_ms += SLOW_MS;
	http_rounds();
	http_count(http, &counts);
	assert_int_equal(counts.open, 0);
	assert_int_equal(counts.dropped, 1);
	close(client);
}

/* A thousand connections of one user and one more than it may have; both ends are in this process. */
static void
a_thousand_wait_and_others_are_served(void **state)
{
	static int clients[HTTP_USER_MAX];
	struct rlimit limit;
	struct http_counts counts;
	int one_more;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_max < 2 * HTTP_USER_MAX + 64)
		skip();
	start();
	for (size_t i = 0; i < HTTP_USER_MAX; i++) {
		clients[i] = http_connect();
		/* Half of them have begun. */
		if (i % 2 == 0)
			send(clients[i], CALL, i % 40, 0);
		if (i % 100 == 99)
			http_rounds();
	}
	http_rounds();
	http_count(http, &counts);
	assert_int_equal(counts.open, HTTP_USER_MAX);
	one_more = http_connect();
	assert_true(is_dropped(one_more));
	close(one_more);
	http_say(clients[1], CALL, sizeof CALL - 1, reply, &closed);
	assert_int_equal(http_status(reply), 200);
	close(clients[0]);
	http_rounds();
	assert_int_equal(http_talk(CALL, sizeof CALL - 1, reply, &closed), 200);
	/* All but the one that has called since. */
	http_clock_ms += SLOW_MS / 2;
	http_say(clients[1], CALL, sizeof CALL - 1, reply, &closed);
	http_clock_ms += SLOW_MS / 2;
	http_rounds();
	http_count(http, &counts);
	assert_int_equal(counts.open, 1);
	for (size_t i = 1; i < HTTP_USER_MAX; i++)
		close(clients[i]);
}

static void
the_line_is_in_the_order_of_its_ends(void **state)
{
	struct http_crowd crowd = { .first = NULL };
	struct http_guest blank = { .socket = -1 }, *guests[3];

	(void)state;
	for (int64_t i = 0; i < 3; i++)
		guests[i] = http_crowd_enter(&crowd, &blank, i);
	assert_ptr_equal(crowd.first, guests[0]);
	http_crowd_wait(&crowd, guests[0], 3);
	assert_ptr_equal(crowd.first, guests[1]);
	http_crowd_serve(&crowd, guests[1]);
	http_crowd_serve(&crowd, guests[1]);
	assert_ptr_equal(crowd.first, guests[2]);
	http_crowd_wait(&crowd, guests[1], 4);
	http_crowd_leave(&crowd, guests[0]);
	assert_ptr_equal(crowd.first, guests[2]);
	assert_ptr_equal(crowd.first->later, guests[1]);
	assert_null(guests[1]->later);
	http_crowd_leave(&crowd, guests[2]);
	http_crowd_leave(&crowd, guests[1]);
	assert_null(crowd.first);
	assert_null(crowd.last);
	assert_int_equal(crowd.open, 0);
	http_crowd_free(&crowd);
}

static void
each_user_has_a_share(void **state)
{
	static struct http_guest *guests[HTTP_USER_MAX];
	struct http_crowd crowd = { .first = NULL };
	struct http_guest www = { .peer = { .local = true, .uid = 33 } },
			  others = { .peer = { .local = true } }, *other[20];

	(void)state;
	for (size_t i = 0; i < HTTP_USER_MAX; i++) {
		guests[i] = http_crowd_enter(&crowd, &www, 0);
		assert_non_null(guests[i]);
	}
	assert_null(http_crowd_enter(&crowd, &www, 0));
	for (size_t i = 0; i < 20; i++) {
		others.peer.uid = (uid_t)(1000 + i);
		other[i] = http_crowd_enter(&crowd, &others, 0);
		assert_non_null(other[i]);
	}
	http_crowd_leave(&crowd, guests[0]);
	guests[0] = http_crowd_enter(&crowd, &www, 0);
	assert_non_null(guests[0]);
	assert_null(http_crowd_enter(&crowd, &www, 0));
	for (size_t i = 0; i < HTTP_USER_MAX; i++)
		http_crowd_leave(&crowd, guests[i]);
	assert_int_equal(crowd.users_len, 20);
	for (size_t i = 0; i < 20; i++)
		http_crowd_leave(&crowd, other[i]);
	assert_int_equal(crowd.users_len, 0);
	http_crowd_free(&crowd);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, http_setup, http_teardown)
	const struct CMUnitTest tests[] = {
		TEST(who_says_nothing_is_dropped_in_time),
		TEST(a_byte_a_second_is_too_slow),
		TEST(so_is_a_body_of_a_byte_a_second),
		TEST(a_long_document_has_its_time),
		TEST(who_is_served_is_not_slow_and_each_call_has_its_time),
		TEST(who_does_not_read_its_answer_is_dropped),
		TEST(a_thousand_wait_and_others_are_served),
		cmocka_unit_test(the_line_is_in_the_order_of_its_ends),
		cmocka_unit_test(each_user_has_a_share),
	};

	return cmocka_run_group_tests_name("http_crowd", tests, NULL, NULL);
}
