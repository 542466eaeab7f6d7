/* SPDX-License-Identifier: ISC */
/* The daemon's map: who may make each call, what is no call, and what answers are held for. */
#include "calls_without_wire.h"

enum { ALL = 1, LOCAL, OPERATORS };

static const struct {
	const char *method, *target, *body;
	int who;
} CALLS[] = {
	{ "GET", "/v1/check/channel_manager", NULL, ALL },
	{ "GET", "/v1/limits/max_rooms", NULL, ALL },
	{ "GET", "/v1/status", NULL, ALL },
	{ "GET", "/v1/why", NULL, ALL },
	{ "GET", "/v1/what-if", NULL, ALL },
	{ "GET", "/v1/clock", NULL, ALL },
	{ "GET", "/v1/health", NULL, ALL },
	{ "GET", "/metrics", NULL, ALL },
	{ "GET", "/v1/fingerprint", NULL, LOCAL },
	{ "GET", "/v1/journal", NULL, LOCAL },
	{ "GET", "/v1/telemetry", NULL, ALL },
	{ "GET", "/v1/extend", NULL, ALL },
	{ "GET", "/v1/seats", NULL, ALL },
	{ "PUT", "/v1/seats/reception", NULL, ALL },
	{ "DELETE", "/v1/seats/nobody", NULL, ALL },
	{ "PUT", "/v1/nodes/4d3a", NULL, ALL },
	{ "DELETE", "/v1/nodes/nobody", NULL, ALL },
	{ "POST", "/v1/import", "no document", ALL },
	{ "POST", "/v1/requests", "{}", ALL },
	{ "POST", "/v1/requests", "{\"kind\":\"unpair\"}", OPERATORS },
	{ "POST", "/v1/requests", "{\"kind\":\"migrate\",\"keys\":[\"X\"]}", OPERATORS },
	{ "POST", "/v1/telemetry", "{\"set\":{\"rooms\":84}}", ALL },
	{ "POST", "/v1/telemetry", "{\"allow\":[\"rooms\"]}", OPERATORS },
	{ "POST", "/v1/telemetry", "{\"deny\":[\"rooms\"]}", OPERATORS },
	{ "POST", "/v1/telemetry", "{\"forget\":[\"rooms\"]}", OPERATORS },
	{ "POST", "/v1/events", "{\"name\":\"night.audit\"}", ALL },
	{ "POST", "/v1/extend", "{\"code\":\"00000\"}", ALL },
	{ "POST", "/v1/clock/confirm", "{\"date\":\"2027-04-28\"}", OPERATORS },
	{ "POST", "/v1/proof", "{\"nonce\":\"MDEyMzQ1Njc4OWFiY2RlZg==\"}", ALL },
};
enum { CALLS_LEN = sizeof CALLS / sizeof *CALLS };

static bool
may(int who, enum calls_peer peer)
{
	if (who == OPERATORS)
		return peer <= PEER_OPERATOR;
	return who == ALL || peer <= PEER_USER;
}

static int
set_up(void **state)
{
	struct signed_document license;

	site_set_up(state);
	site_make_license(&license, 1);
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

/* Each of them is answered, and that it is not allowed is told to those alone for whom it is so. */
static void
each_call_is_for_those_who_may(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALLS_LEN; i++)
		for (int peer = 0; peer < PEERS; peer++) {
			unsigned times = told.times;
			int status = calls_make(CALLS[i].method, CALLS[i].target, CALLS[i].body,
				(enum calls_peer)peer);
			bool forbidden =
				status == 403 && strstr(told.body, "\"not_allowed\"") != NULL;

			if (forbidden == may(CALLS[i].who, (enum calls_peer)peer) || status == 0 ||
				status == 404 + 1 || status == 500 || told.times != times + 1)
				fail_msg("%s %s by %d: %d %s", CALLS[i].method, CALLS[i].target,
					peer, status, told.body);
		}
}

static void
what_is_no_call_is_told(void **state)
{
	static const struct {
		const char *method, *target;
		int status;
		const char *allow;
	} CASES[] = {
		{ "GET", "/", 404, "" },
		{ "GET", "/v1", 404, "" },
		{ "GET", "/v1/statuses", 404, "" },
		{ "GET", "/v1/check", 404, "" },
		{ "GET", "/v1/check/a/b", 404, "" },
		{ "GET", "/v2/status", 404, "" },
		{ "GET", "/v1/:/x", 404, "" },
		{ "POST", "/v1/status", 405, "GET" },
		{ "PUT", "/v1/seats", 405, "GET" },
		{ "GET", "/v1/seats/reception", 405, "PUT, DELETE" },
		{ "PATCH", "/v1/telemetry", 405, "GET, POST" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		assert_int_equal(CASES[i].status,
			calls_make(CASES[i].method, CASES[i].target, NULL, PEER_USER));
		assert_string_equal(CASES[i].allow, told.values[1]);
	}
}

static void
what_a_query_does_not_take_is_told_by_name(void **state)
{
	static const struct {
		const char *target, *says;
	} CASES[] = {
		{ "/v1/check/x?produkt=hms", "The name 'produkt' is unknown" },
		{ "/v1/check/x?product=hms&product=hms", "product stands in the query twice." },
		{ "/v1/check/x?read=yes", "read is to be 0 or 1, not 'yes'." },
		{ "/v1/check/x?at=2027-04-28", "The name 'at' is unknown" },
		{ "/v1/limits/x?read=1", "The name 'read' is unknown" },
		{ "/v1/check/x?install_path=opt", "install_path is to be an absolute path" },
		{ "/v1/check/x?build_date=soon", "build_date is to be a date" },
		{ "/v1/check/x?custom=", "custom is to be" },
		{ "/v1/why?at=2027-02-30", "at is to be a date" },
		{ "/v1/what-if?without=soul", "without is to be a component" },
		{ "/v1/journal?limit=0", "limit is to be a number above 0" },
		{ "/v1/journal?after=-1", "after is to be the number of an entry" },
		{ "/v1/clock?product=hms", "The name 'product' is unknown" },
		{ "/v1/health?x=1", "The name 'x' is unknown" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		assert_int_equal(400, calls_make("GET", CASES[i].target, NULL, PEER_ROOT));
		assert_true(calls_say(CASES[i].says));
		assert_true(calls_say("\"argument\""));
	}
	assert_int_equal(400, calls_make("GET", "/v1/status", "{}", PEER_ROOT));
	assert_true(calls_say("takes no body"));
}

/* An answer is written once, and again when something was found. */
static void
an_answer_is_kept_while_it_holds(void **state)
{
	const struct calls_more cbor = { .format = HTTP_CBOR }, none = { .format = HTTP_JSON };
	char first[256];

	(void)state;
	assert_int_equal(200, calls_make("GET", "/v1/check/channel_manager", NULL, PEER_USER));
	assert_false(told.kept);
	assert_true(calls_say("\"ok\":true"));
	snprintf(first, sizeof first, "%.255s", told.body);
	calls_send("GET", "/v1/check/channel_manager", PEER_LOOPBACK, &none);
	assert_true(told.kept);
	assert_memory_equal(first, told.body, strlen(first));
	assert_string_equal("0", told.values[0]);
	/* Another form, and another question, are other answers. */
	calls_send("GET", "/v1/check/channel_manager", PEER_LOOPBACK, &cbor);
	assert_int_equal(0xa0, (uint8_t)told.body[0] & 0xe0);
	assert_false(told.kept);
	calls_send("GET", "/v1/check/channel_manager?read=1", PEER_LOOPBACK, &none);
	assert_false(told.kept);
	calls_look();
	calls_send("GET", "/v1/check/channel_manager", PEER_LOOPBACK, &none);
	assert_int_equal(200, told.status);
	assert_false(told.kept);
	calls_send("GET", "/v1/check/channel_manager", PEER_LOOPBACK, &none);
	assert_true(told.kept);
}

static void
a_folder_that_cannot_be_opened_is_told(void **state)
{
	(void)state;
	calls_make("GET", "/v1/check/channel_manager", NULL, PEER_USER);
	calls_folder_err = SKERRY_ERR_STORE_BUSY;
	assert_int_equal(503, calls_make("GET", "/v1/status", NULL, PEER_USER));
	assert_true(calls_say("\"store_busy\""));
	assert_int_equal(200, calls_make("GET", "/metrics", NULL, PEER_USER));
	/* What is known goes on. */
	assert_int_equal(200, calls_make("GET", "/v1/check/channel_manager", NULL, PEER_USER));
	assert_int_equal(200, calls_make("GET", "/v1/check/other", NULL, PEER_USER));
	calls_queue_full = true;
	assert_int_equal(503, calls_make("GET", "/v1/status", NULL, PEER_USER));
	assert_true(calls_say("\"http_busy\""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_call_is_for_those_who_may, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_call_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_a_query_does_not_take_is_told_by_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_answer_is_kept_while_it_holds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_folder_that_cannot_be_opened_is_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
