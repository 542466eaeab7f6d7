/* SPDX-License-Identifier: ISC */
/* Seats and nodes over the daemon's calls: each status, whose a seat is, and that a round shares one commit. */
#include "calls_without_wire.h"

static int
set_up(void **state)
{
	struct signed_document license;

	site_set_up(state);
	site_make_license(&license, 1);
	license_made.seats_max = 2;
	license_made.seats_burst = 0;
	license_made.seats_ttl_s = 600;
	site_sign_license(&license);
	assert_int_equal(TAKE_TAKEN, site_take_at(&license, TODAY));
	calls_set_up();
	return 0;
}

static int
tear_down(void **state)
{
	calls_tear_down();
	return site_tear_down(state);
}

/* The value of a member that is text. */
static void
member(const char *name, char ret_value[128])
{
	char wanted[64];
	const char *at;

	snprintf(wanted, sizeof wanted, "\"%s\":\"", name);
	at = strstr(told.body, wanted);
	if (at == NULL)
		fail_msg("%s is not in %s", name, told.body);
	else
		snprintf(ret_value, 128, "%.*s", (int)strcspn(at + strlen(wanted), "\""),
			at + strlen(wanted));
}

static int
with_secret(const char *method, const char *target, enum calls_peer peer, const char *secret)
{
	const struct calls_more more = { .secret = secret };

	calls_send(method, target, peer, &more);
	return calls_round();
}

static void
a_seat_is_claimed_renewed_and_released(void **state)
{
	char secret[128], text[128];

	(void)state;
	assert_int_equal(201, calls_make("PUT", "/v1/seats/reception", NULL, PEER_USER));
	member("holder", text);
	assert_string_equal("reception", text);
	member("secret", secret);
	assert_int_equal(26, strlen(secret));
	assert_true(calls_say("\"expires_in\":600"));
	assert_true(calls_say("\"burst\":false"));
	assert_int_equal(202, calls_make("PUT", "/v1/seats/reception", NULL, PEER_USER));
	assert_null(strstr(told.body, secret));
	/* From elsewhere with the secret alone. */
	assert_int_equal(202, with_secret("PUT", "/v1/seats/reception", PEER_TOKEN, secret));
	assert_int_equal(204, with_secret("DELETE", "/v1/seats/reception", PEER_TOKEN, secret));
	assert_int_equal(0, told.body_len);
	assert_int_equal(404, calls_make("DELETE", "/v1/seats/reception", NULL, PEER_USER));
	assert_true(calls_say("\"seat_unknown\""));
}

static void
a_seat_that_is_held_cannot_be_had(void **state)
{
	static const char WRONG[] = "00000000000000000000000000";

	(void)state;
	assert_int_equal(201, calls_make("PUT", "/v1/seats/reception", NULL, PEER_USER));
	for (int peer = 0; peer < PEERS; peer++) {
		if (peer == PEER_USER)
			continue;
		assert_int_equal(
			409, calls_make("PUT", "/v1/seats/reception", NULL, (enum calls_peer)peer));
		assert_true(calls_say("\"seat_held\""));
	}
	/* A wrong secret is worse than none. */
	assert_int_equal(409, with_secret("PUT", "/v1/seats/reception", PEER_USER, WRONG));
	assert_int_equal(403, with_secret("DELETE", "/v1/seats/reception", PEER_USER, WRONG));
	assert_true(calls_say("\"seat_secret\""));
	assert_int_equal(403, calls_make("DELETE", "/v1/seats/reception", NULL, PEER_LOOPBACK));
	assert_int_equal(409, with_secret("PUT", "/v1/seats/reception", PEER_USER, "secret"));
	assert_int_equal(204, calls_make("DELETE", "/v1/seats/reception", NULL, PEER_OPERATOR));
}

static void
none_free_tells_when_one_will_be(void **state)
{
	(void)state;
	assert_int_equal(201, calls_make("PUT", "/v1/seats/a", NULL, PEER_USER));
	assert_int_equal(201, calls_make("PUT", "/v1/nodes/a", NULL, PEER_USER));
	assert_int_equal(410, calls_make("PUT", "/v1/seats/b", NULL, PEER_USER));
	assert_true(calls_say("\"seat_none_free\""));
	assert_true(calls_say("\"retry_at\":\"20"));
	assert_string_equal("Retry-After", told.names[1]);
	assert_true(atoi(told.values[1]) > 590 && atoi(told.values[1]) <= 600);
	assert_int_equal(410, calls_make("PUT", "/v1/nodes/b", NULL, PEER_USER));
	assert_int_equal(200, calls_make("GET", "/v1/seats", NULL, PEER_USER));
	assert_true(calls_say("\"used\":2"));
}

static void
holders_that_no_one_can_be_are_refused(void **state)
{
	char long_name[300] = "/v1/seats/";

	(void)state;
	memset(long_name + strlen(long_name), 'x', 256);
	assert_int_equal(400, calls_make("PUT", long_name, NULL, PEER_USER));
	assert_true(calls_say("1 to 255 bytes"));
	assert_int_equal(400, calls_make("PUT", "/v1/seats/a\x01", NULL, PEER_USER));
	assert_int_equal(400, calls_make("PUT", "/v1/seats/\xff", NULL, PEER_USER));
	assert_int_equal(400, calls_make("PUT", "/v1/seats/a", "{}", PEER_USER));
	assert_int_equal(400, calls_make("PUT", "/v1/seats/a?at=2027-01-01", NULL, PEER_USER));
	assert_int_equal(403, calls_make("PUT", "/v1/seats/a?product=other", NULL, PEER_USER));
	assert_true(calls_say("\"no_access\""));
}

/* Nothing is told before the commit, and all of a round after one. */
static void
a_round_is_told_after_its_commit(void **state)
{
	const struct calls_more none = { .secret = NULL };
	unsigned before;

	(void)state;
	/* What the keeper has to find first is found. */
	calls_make("PUT", "/v1/seats/a", NULL, PEER_USER);
	calls_send("DELETE", "/v1/seats/a", PEER_USER, &none);
	calls_send("PUT", "/v1/seats/a", PEER_USER, &none);
	calls_send("DELETE", "/v1/seats/a", PEER_USER, &none);
	calls_round();
	before = told.times;
	calls_send("PUT", "/v1/seats/a", PEER_USER, &none);
	calls_send("PUT", "/v1/seats/b", PEER_USER, &none);
	assert_int_equal(before, told.times);
	assert_int_equal(0, routes_timeout_ms(routes));
	/* A refusal waits for nobody. */
	calls_send("PUT", "/v1/seats/c", PEER_USER, &none);
	assert_int_equal(410, told.status);
	assert_int_equal(before + 1, told.times);
	assert_int_equal(201, calls_round());
	assert_int_equal(before + 3, told.times);
	assert_true(routes_timeout_ms(routes) != 0);
}

static void
who_comes_alone_does_not_wait_for_the_rounds_end(void **state)
{
	const struct calls_more none = { .secret = NULL };
	unsigned before;

	(void)state;
	calls_make("PUT", "/v1/seats/a", NULL, PEER_USER);
	before = told.times;
	calls_send("DELETE", "/v1/seats/a", PEER_USER, &none);
	assert_int_equal(before + 1, told.times);
	/* Another one of the same round does, and in the next each of them. */
	calls_send("PUT", "/v1/seats/b", PEER_USER, &none);
	assert_int_equal(before + 1, told.times);
	assert_int_equal(201, calls_round());
	assert_int_equal(before + 2, told.times);
	calls_send("DELETE", "/v1/seats/b", PEER_USER, &none);
	assert_int_equal(before + 2, told.times);
	calls_round();
	assert_int_equal(before + 3, told.times);
}

/* Of keygen-relay: its statuses and members, dates as numbers. */
static void
nodes_are_as_relay_has_them(void **state)
{
	char file[128], key[128];

	(void)state;
	assert_int_equal(404, calls_make("DELETE", "/v1/nodes/4d3a", NULL, PEER_LOOPBACK));
	assert_int_equal(201, calls_make("PUT", "/v1/nodes/4d3a", NULL, PEER_LOOPBACK));
	member("license_file", file);
	member("license_key", key);
	assert_true(strlen(file) > 100);
	assert_true(calls_say("\"expires_in\":600"));
	assert_non_null(strstr(told.body, "\"expires_at\":1"));
	assert_string_equal("Relay-Clock", told.names[1]);
	/* Some of its clients still send what it once wanted. */
	assert_int_equal(202,
		calls_make("PUT", "/v1/nodes/4d3a", "{\"fingerprint\":\"4d3a\"}", PEER_LOOPBACK));
	assert_true(calls_say("\"license_file\""));
	/* Its name is no holder's. */
	assert_int_equal(404, calls_make("DELETE", "/v1/seats/4d3a", NULL, PEER_ROOT));
	assert_int_equal(201, calls_make("PUT", "/v1/seats/4d3a", NULL, PEER_USER));
	assert_int_equal(204, calls_make("DELETE", "/v1/nodes/4d3a", NULL, PEER_LOOPBACK));
	assert_int_equal(0, told.body_len);
}

static void
a_cap_counts_what_one_user_holds(void **state)
{
	const struct routes_rules rules = {
		.owner = 990, .seats_per_user = 1, .texts = texts_find("en")
	};

	(void)state;
	assert_int_equal(SKERRY_OK, routes_set_rules(routes, &rules));
	assert_int_equal(201, calls_make("PUT", "/v1/seats/a", NULL, PEER_USER));
	assert_int_equal(429, calls_make("PUT", "/v1/seats/b", NULL, PEER_USER));
	assert_true(calls_say("\"seat_cap\""));
	assert_int_equal(202, calls_make("PUT", "/v1/seats/a", NULL, PEER_USER));
	assert_int_equal(201, calls_make("PUT", "/v1/seats/b", NULL, PEER_TOKEN));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_seat_is_claimed_renewed_and_released, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_seat_that_is_held_cannot_be_had, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			none_free_tells_when_one_will_be, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			holders_that_no_one_can_be_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_round_is_told_after_its_commit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			who_comes_alone_does_not_wait_for_the_rounds_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nodes_are_as_relay_has_them, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_cap_counts_what_one_user_holds, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
