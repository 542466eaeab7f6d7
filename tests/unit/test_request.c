/* SPDX-License-Identifier: ISC */
/* The request: every field there and back; each limit holds, and what is one more is not written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_exchange.h"
#include "fixture_hotel.h"

enum { ROOM = 2 * REQUEST_PAYLOAD_MAX };

static uint8_t bytes[ROOM], again[ROOM];
static struct request sample, got;

static enum skerry_err
encode(const struct request *request, uint8_t *ret_bytes, size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_bytes, ROOM);
	request_write(&w, request);
	return cbor_writer_finish(&w, ret_len);
}

static void
assert_text(struct cbor_text a, struct cbor_text b)
{
	assert_true(cbor_text_same(a, b));
}

static void
assert_fixed(const uint8_t *a, const uint8_t *b, size_t len)
{
	assert_int_equal(a == NULL, b == NULL);
	if (b != NULL)
		assert_memory_equal(a, b, len);
}

static void
assert_same_asker(const struct request *a, const struct request *b)
{
	assert_memory_equal(a->audience, b->audience, COSE_THUMBPRINT_LEN);
	assert_int_equal(a->issued_at, b->issued_at);
	assert_fixed(a->nonce, b->nonce, REQUEST_NONCE_LEN);
	assert_true(cose_key_same(&a->site_key, &b->site_key));
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->number, b->number);
	assert_int_equal(a->pending_len, b->pending_len);
	for (size_t i = 0; i < b->pending_len; i++) {
		assert_int_equal(a->pending[i].number, b->pending[i].number);
		assert_fixed(a->pending[i].digest, b->pending[i].digest, REQUEST_DIGEST_LEN);
	}
	assert_int_equal(a->has_opening_key, b->has_opening_key);
	if (b->has_opening_key)
		assert_true(cose_key_same(&a->opening_key, &b->opening_key));
	assert_int_equal(a->keys_len, b->keys_len);
	for (size_t i = 0; i < b->keys_len; i++)
		assert_text(a->keys[i], b->keys[i]);
	assert_text(a->install_id, b->install_id);
	assert_true(cbor_bytes_same(a->salt, b->salt));
	assert_int_equal(a->components_len, b->components_len);
	for (size_t i = 0; i < b->components_len; i++) {
		assert_int_equal(a->components[i].type, b->components[i].type);
		assert_true(cbor_bytes_same(a->components[i].hash, b->components[i].hash));
	}
	assert_int_equal(a->domains_len, b->domains_len);
	for (size_t i = 0; i < b->domains_len; i++)
		assert_text(a->domains[i], b->domains[i]);
	assert_text(a->hostname, b->hostname);
	assert_text(a->os, b->os);
	assert_text(a->app_version, b->app_version);
	assert_text(a->reason, b->reason);
}

static void
assert_same_head(const struct request_head *a, const struct request_head *b)
{
	assert_int_equal(a->seq, b->seq);
	assert_fixed(a->hash, b->hash, REQUEST_HASH_LEN);
}

static void
assert_same_named(const struct request_named *a, const struct request_named *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		assert_text(a[i].name, b[i].name);
		assert_int_equal(a[i].is_text, b[i].is_text);
		assert_int_equal(a[i].number, b[i].number);
		assert_text(a[i].text, b[i].text);
	}
}

static void
assert_same_versions(const struct request *a, const struct request *b)
{
	assert_int_equal(a->wall, b->wall);
	assert_int_equal(a->ran, b->ran);
	assert_int_equal(a->condition, b->condition);
	assert_same_head(&a->journal, &b->journal);
	assert_int_equal(a->manifest_version, b->manifest_version);
	assert_int_equal(a->reply_number, b->reply_number);
	assert_int_equal(a->rolled_back_since, b->rolled_back_since);
	assert_int_equal(a->restored, b->restored);
	assert_text(a->tenant, b->tenant);
	assert_int_equal(a->held_len, b->held_len);
	for (size_t i = 0; i < b->held_len; i++)
		assert_true(cbor_bytes_same(a->held[i], b->held[i]));
	assert_int_equal(a->statuses_len, b->statuses_len);
	for (size_t i = 0; i < b->statuses_len; i++) {
		assert_text(a->statuses[i].uri, b->statuses[i].uri);
		assert_int_equal(a->statuses[i].issued_at, b->statuses[i].issued_at);
	}
	assert_int_equal(a->heads_len, b->heads_len);
	for (size_t i = 0; i < b->heads_len; i++)
		assert_same_head(&a->heads[i], &b->heads[i]);
}

static void
assert_same_reports(const struct request *a, const struct request *b)
{
	assert_int_equal(a->reached_len, b->reached_len);
	for (size_t i = 0; i < b->reached_len; i++) {
		assert_text(a->reached[i].uri, b->reached[i].uri);
		assert_int_equal(a->reached[i].index, b->reached[i].index);
		assert_int_equal(a->reached[i].at, b->reached[i].at);
	}
	assert_int_equal(a->usage_len, b->usage_len);
	assert_same_named(a->usage, b->usage, b->usage_len);
	assert_int_equal(a->telemetry_len, b->telemetry_len);
	assert_same_named(a->telemetry, b->telemetry, b->telemetry_len);
	assert_int_equal(a->events_len, b->events_len);
	for (size_t i = 0; i < b->events_len; i++) {
		assert_int_equal(a->events[i].at, b->events[i].at);
		assert_text(a->events[i].name, b->events[i].name);
		assert_text(a->events[i].text, b->events[i].text);
	}
	assert_int_equal(a->steps_len, b->steps_len);
	for (size_t i = 0; i < b->steps_len; i++) {
		assert_fixed(a->steps[i].cti, b->steps[i].cti, LICENSE_CTI_LEN);
		assert_int_equal(a->steps[i].steps, b->steps[i].steps);
	}
}

static void
assert_survives(const struct request *request)
{
	size_t len, again_len, offset;

	assert_int_equal(encode(request, bytes, &len), SKERRY_OK);
	assert_int_equal(
		request_parse((struct cbor_bytes){ bytes, len }, &got, &offset), SKERRY_OK);
	assert_same_asker(&got, request);
	assert_same_versions(&got, request);
	assert_same_reports(&got, request);
	assert_int_equal(encode(&got, again, &again_len), SKERRY_OK);
	assert_int_equal(again_len, len);
	assert_memory_equal(again, bytes, len);
}

static void
every_field_survives(void **state)
{
	(void)state;
	exchange_request_full(&sample);
	assert_survives(&sample);
	exchange_request_bare(&sample);
	assert_survives(&sample);
}

static void
kinds_have_names(void **state)
{
	static const char *const NAMES[] = { "pair", "heartbeat", "migrate", "unpair" };

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_string_equal(request_kind_name((enum request_kind)(i + 1)), NAMES[i]);
		assert_int_equal(request_kind_from_name(NAMES[i]), i + 1);
	}
	assert_null(request_kind_name((enum request_kind)0));
	assert_null(request_kind_name((enum request_kind)5));
	assert_int_equal(request_kind_from_name("renew"), 0);
	assert_int_equal(request_kind_from_name(""), 0);
}

static enum skerry_err
write_result(void)
{
	size_t len;

	return encode(&sample, bytes, &len);
}

/* The full request is fine; with the statement it is not. */
#define REFUSED_WITH(statement, want)                                                              \
	do {                                                                                       \
		exchange_request_full(&sample);                                                    \
		statement;                                                                         \
		if (write_result() != (want))                                                      \
			fail_msg("%s: %s", #statement, skerry_err_name(write_result()));           \
	} while (0)
#define REFUSED(statement) REFUSED_WITH(statement, SKERRY_ERR_CLAIM_VALUE)
#define ACCEPTED(statement)                                                                        \
	do {                                                                                       \
		exchange_request_full(&sample);                                                    \
		statement;                                                                         \
		assert_survives(&sample);                                                          \
	} while (0)

static struct cbor_text
filler(size_t len)
{
	static char as[REQUEST_REASON_MAX + 1];

	memset(as, 'a', sizeof as);
	return (struct cbor_text){ as, len };
}

static void
texts_end_at_their_limits(void **state)
{
	(void)state;
	ACCEPTED(sample.keys[0] = filler(REQUEST_KEY_MAX));
	REFUSED(sample.keys[0] = filler(REQUEST_KEY_MAX + 1));
	REFUSED(sample.keys[0] = filler(0));
	REFUSED(sample.keys[0] = fixture_text("HMS\n"));
	ACCEPTED(sample.install_id = filler(REQUEST_INSTALL_ID_MAX));
	REFUSED(sample.install_id = filler(REQUEST_INSTALL_ID_MAX + 1));
	ACCEPTED(sample.hostname = filler(REQUEST_INFO_MAX));
	REFUSED(sample.hostname = filler(REQUEST_INFO_MAX + 1));
	REFUSED(sample.os = filler(REQUEST_INFO_MAX + 1));
	REFUSED(sample.app_version = filler(REQUEST_INFO_MAX + 1));
	ACCEPTED((sample.hostname = sample.os = sample.app_version = filler(0)));
	ACCEPTED(sample.reason = filler(REQUEST_REASON_MAX));
	REFUSED(sample.reason = filler(REQUEST_REASON_MAX + 1));
	ACCEPTED(sample.tenant = filler(LICENSE_TENANT_MAX));
	REFUSED(sample.tenant = filler(LICENSE_TENANT_MAX + 1));
	ACCEPTED(sample.statuses[1].uri = filler(STATUS_LIST_URI_MAX));
	REFUSED(sample.statuses[1].uri = filler(STATUS_LIST_URI_MAX + 1));
	REFUSED(sample.statuses[0].uri = filler(0));
	ACCEPTED(sample.reached[0].uri = filler(STATUS_LIST_URI_MAX));
	REFUSED(sample.reached[0].uri = filler(STATUS_LIST_URI_MAX + 1));
	REFUSED(sample.reached[0].uri = filler(0));
	ACCEPTED(sample.usage[1].name = filler(REQUEST_NAME_MAX));
	REFUSED(sample.usage[1].name = filler(REQUEST_NAME_MAX + 1));
	ACCEPTED(sample.telemetry[0].text = filler(REQUEST_TEXT_MAX));
	REFUSED(sample.telemetry[0].text = filler(REQUEST_TEXT_MAX + 1));
	ACCEPTED(sample.telemetry[0].text = filler(0));
	ACCEPTED(sample.events[0].text = filler(REQUEST_EVENT_TEXT_MAX));
	REFUSED(sample.events[0].text = filler(REQUEST_EVENT_TEXT_MAX + 1));
	ACCEPTED(sample.events[0].name = filler(REQUEST_NAME_MAX));
	REFUSED(sample.events[0].name = filler(REQUEST_NAME_MAX + 1));
	REFUSED(sample.events[0].name = filler(0));
	REFUSED_WITH(sample.reason = fixture_text("\xff"), SKERRY_ERR_ARGUMENT);
}

static void
numbers_end_at_their_limits(void **state)
{
	(void)state;
	ACCEPTED(sample.number = LICENSE_COUNTER_MAX);
	REFUSED(sample.number = (uint64_t)LICENSE_COUNTER_MAX + 1);
	REFUSED_WITH(sample.number = 0, SKERRY_ERR_CLAIM_MISSING);
	REFUSED_WITH((sample.number = 0, sample.pending_len = 0), SKERRY_ERR_CLAIM_MISSING);
	REFUSED_WITH(sample.kind = (enum request_kind)0, SKERRY_ERR_CLAIM_MISSING);
	REFUSED(sample.kind = (enum request_kind)5);
	ACCEPTED(sample.issued_at = LICENSE_TIME_MAX);
	REFUSED(sample.issued_at = LICENSE_TIME_MAX + 1);
	REFUSED(sample.issued_at = -1);
	ACCEPTED((sample.wall = sample.ran = LICENSE_TIME_MAX));
	REFUSED(sample.wall = LICENSE_TIME_MAX + 1);
	REFUSED(sample.wall = -1);
	REFUSED(sample.ran = LICENSE_TIME_MAX + 1);
	ACCEPTED(sample.condition = REQUEST_CONDITION_MAX);
	REFUSED(sample.condition = REQUEST_CONDITION_MAX + 1);
	REFUSED_WITH(sample.manifest_version = 0, SKERRY_ERR_CLAIM_MISSING);
	REFUSED(sample.manifest_version = (uint64_t)LICENSE_COUNTER_MAX + 1);
	REFUSED(sample.reply_number = (uint64_t)LICENSE_COUNTER_MAX + 1);
	REFUSED(sample.reached[1].index = (uint64_t)LICENSE_COUNTER_MAX + 1);
	REFUSED(sample.reached[1].at = -1);
	REFUSED(sample.statuses[1].issued_at = LICENSE_TIME_MAX + 1);
	REFUSED(sample.events[1].at = -1);
	REFUSED(sample.steps[0].steps = 0);
	REFUSED(sample.steps[1].steps = LICENSE_STEPS_MAX + 1);
	ACCEPTED((sample.usage[0].number = INT64_MIN, sample.usage[1].number = INT64_MAX));
	ACCEPTED(sample.telemetry[1].number = INT64_MIN);
	REFUSED(sample.usage[0].is_text = true);
	ACCEPTED(sample.rolled_back_since = 0);
	REFUSED(sample.rolled_back_since = LICENSE_TIME_MAX + 1);
	REFUSED(sample.journal.seq = 0);
	REFUSED(sample.journal.hash = NULL);
	REFUSED(sample.heads[1].seq = 0);
	REFUSED(sample.heads[1].hash = NULL);
	REFUSED(sample.components[0].type = 0);
	REFUSED(sample.components[1].type = LICENSE_COMPONENT_TYPE_MAX + 1);
}

static void
bytes_have_their_lengths(void **state)
{
	(void)state;
	REFUSED(sample.nonce = NULL);
	REFUSED(sample.pending[0].digest = NULL);
	REFUSED(sample.steps[0].cti = NULL);
	REFUSED(sample.salt = fixture_bytes(0, LICENSE_SALT_LEN + 1));
	REFUSED(sample.salt.len = 0);
	REFUSED(sample.components_len = 0);
	ACCEPTED((sample.salt.len = 0, sample.components_len = 0));
	REFUSED(sample.components[0].hash = fixture_bytes(0, LICENSE_COMPONENT_HASH_MIN - 1));
	REFUSED(sample.components[0].hash = fixture_bytes(0, LICENSE_COMPONENT_HASH_MAX + 1));
	REFUSED(sample.held[1].len = 0);
	REFUSED(sample.site_key = fixture_key(COSE_CURVE_X25519, 1));
	REFUSED(sample.opening_key = fixture_key(COSE_CURVE_ED25519, 1));
}

static void
lists_are_in_order_and_nothing_is_twice(void **state)
{
	(void)state;
	REFUSED(sample.pending[1].number = 6);
	REFUSED(sample.pending[0].number = 0);
	ACCEPTED(sample.number = LICENSE_COUNTER_MAX);
	REFUSED_WITH(sample.pending[1].number = 9, SKERRY_ERR_CLAIM_CONFLICT);
	REFUSED_WITH(sample.pending[1].number = 10, SKERRY_ERR_CLAIM_CONFLICT);
	REFUSED(sample.keys[1] = sample.keys[0]);
	REFUSED(sample.components[1] = sample.components[0]);
	REFUSED(sample.components[0].type = 6);
	REFUSED(sample.domains[1] = sample.domains[0]);
	REFUSED(sample.domains[0] = fixture_text("Pms.lan"));
	REFUSED(sample.steps[1].cti = sample.steps[0].cti);
	REFUSED_WITH(
		sample.statuses[1].uri = sample.statuses[0].uri, SKERRY_ERR_CBOR_KEY_DUPLICATE);
	REFUSED_WITH(sample.statuses[1].uri = fixture_text("a"), SKERRY_ERR_CBOR_KEY_ORDER);
	REFUSED_WITH(sample.usage[1].name = fixture_text("a"), SKERRY_ERR_CBOR_KEY_ORDER);
	REFUSED_WITH(
		sample.telemetry[1].name = sample.telemetry[0].name, SKERRY_ERR_CBOR_KEY_DUPLICATE);
}

/* Who joins says with which license key, and where replies may go; who is paired need not. */
static void
joining_takes_a_license_key_and_an_opening_key(void **state)
{
	static const enum request_kind JOINING[] = { REQUEST_PAIR, REQUEST_MIGRATE };
	static const enum request_kind OTHERS[] = { REQUEST_HEARTBEAT, REQUEST_UNPAIR };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		ACCEPTED(sample.kind = JOINING[i]);
		REFUSED_WITH(
			(sample.kind = JOINING[i], sample.keys_len = 0), SKERRY_ERR_CLAIM_CONFLICT);
		REFUSED_WITH((sample.kind = JOINING[i], sample.has_opening_key = false),
			SKERRY_ERR_CLAIM_CONFLICT);
		ACCEPTED(sample.kind = OTHERS[i]);
		ACCEPTED((sample.kind = OTHERS[i], sample.keys_len = 0,
			sample.has_opening_key = false));
	}
}

static void
counts_beyond_the_struct_are_not_followed(void **state)
{
	(void)state;
	REFUSED(sample.pending_len = REQUEST_PENDING_MAX + 1);
	REFUSED(sample.keys_len = REQUEST_KEYS_MAX + 1);
	REFUSED(sample.components_len = LICENSE_COMPONENTS_MAX + 1);
	REFUSED(sample.domains_len = LICENSE_DOMAINS_MAX + 1);
	REFUSED(sample.held_len = REQUEST_HELD_MAX + 1);
	REFUSED(sample.statuses_len = REQUEST_STATUSES_MAX + 1);
	REFUSED(sample.reached_len = REQUEST_REACHED_MAX + 1);
	REFUSED(sample.usage_len = REQUEST_NAMES_MAX + 1);
	REFUSED(sample.telemetry_len = REQUEST_NAMES_MAX + 1);
	REFUSED(sample.events_len = REQUEST_EVENTS_MAX + 1);
	REFUSED(sample.steps_len = SIZE_MAX);
	REFUSED(sample.heads_len = SIZE_MAX);
}

static char names[REQUEST_NAMES_MAX][8];
static uint8_t ctis[REQUEST_STEPS_MAX][LICENSE_CTI_LEN];

/* Every list as long as it may be. */
static void
fill_lists(struct request *r)
{
	for (size_t i = 0; i < REQUEST_NAMES_MAX; i++)
		(void)snprintf(names[i], sizeof names[i], "n%02zu.x", i);
	r->number = 100;
	r->pending_len = REQUEST_PENDING_MAX;
	for (size_t i = 0; i < REQUEST_PENDING_MAX; i++)
		r->pending[i] = (struct request_pending){ 68 + i, r->nonce };
	r->keys_len = REQUEST_KEYS_MAX;
	for (size_t i = 0; i < REQUEST_KEYS_MAX; i++)
		r->keys[i] = fixture_text(names[i]);
	r->components_len = LICENSE_COMPONENTS_MAX;
	for (uint8_t i = 0; i < LICENSE_COMPONENTS_MAX; i++)
		r->components[i] = (struct fingerprint_component){ 5, fixture_bytes(i, 12) };
	r->domains_len = LICENSE_DOMAINS_MAX;
	for (size_t i = 0; i < LICENSE_DOMAINS_MAX; i++)
		r->domains[i] = fixture_text(names[i]);
	r->statuses_len = r->reached_len = r->usage_len = r->telemetry_len = REQUEST_NAMES_MAX;
	r->events_len = REQUEST_EVENTS_MAX;
	for (size_t i = 0; i < REQUEST_NAMES_MAX; i++) {
		r->statuses[i] = (struct request_status){ fixture_text(names[i]), 7 };
		r->reached[i] = r->reached[0];
		r->usage[i] = (struct request_named){ .name = fixture_text(names[i]) };
		r->telemetry[i] = r->usage[i];
		r->events[i] = r->events[0];
	}
	r->steps_len = REQUEST_STEPS_MAX;
	for (uint8_t i = 0; i < REQUEST_STEPS_MAX; i++) {
		ctis[i][0] = i;
		r->steps[i] = (struct request_steps){ ctis[i], 1 };
	}
	r->heads_len = REQUEST_HEADS_MAX;
	for (size_t i = 0; i < REQUEST_HEADS_MAX; i++)
		r->heads[i] = r->heads[0];
	r->held_len = REQUEST_HELD_MAX;
	for (size_t i = 0; i < REQUEST_HELD_MAX; i++)
		r->held[i] = r->held[0];
}

static void
the_longest_lists_survive(void **state)
{
	(void)state;
	exchange_request_full(&sample);
	fill_lists(&sample);
	assert_survives(&sample);
}

/* Licenses of the greatest length fit one by one, but not all of them. */
static void
a_payload_ends_at_its_limit(void **state)
{
	static uint8_t held[LICENSE_MAX + 1], zeros[REQUEST_PAYLOAD_MAX + 1];
	size_t len, rest, offset;

	(void)state;
	ACCEPTED(sample.held[0] = ((struct cbor_bytes){ held, LICENSE_MAX }));
	REFUSED(sample.held[0] = ((struct cbor_bytes){ held, LICENSE_MAX + 1 }));
	exchange_request_full(&sample);
	sample.held_len = 12;
	for (size_t i = 0; i < 12; i++)
		sample.held[i] = (struct cbor_bytes){ held, LICENSE_MAX };
	assert_int_equal(write_result(), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	sample.held[11].len = 1000;
	assert_int_equal(encode(&sample, bytes, &len), SKERRY_OK);
	rest = REQUEST_PAYLOAD_MAX - len;
	sample.held[11].len += rest;
	assert_survives(&sample);
	sample.held[11].len++;
	assert_int_equal(write_result(), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(request_parse((struct cbor_bytes){ zeros, sizeof zeros }, &got, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(offset, REQUEST_PAYLOAD_MAX);
}

static void
a_full_buffer_is_told(void **state)
{
	struct cbor_writer w;
	size_t len, written;

	(void)state;
	exchange_request_full(&sample);
	assert_int_equal(encode(&sample, bytes, &len), SKERRY_OK);
	for (size_t room = 0; room < len; room++) {
		cbor_writer_init(&w, again, room);
		request_write(&w, &sample);
		assert_int_equal(cbor_writer_finish(&w, &written), SKERRY_ERR_NO_SPACE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_survives),
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(texts_end_at_their_limits),
		cmocka_unit_test(numbers_end_at_their_limits),
		cmocka_unit_test(bytes_have_their_lengths),
		cmocka_unit_test(lists_are_in_order_and_nothing_is_twice),
		cmocka_unit_test(joining_takes_a_license_key_and_an_opening_key),
		cmocka_unit_test(counts_beyond_the_struct_are_not_followed),
		cmocka_unit_test(the_longest_lists_survive),
		cmocka_unit_test(a_payload_ends_at_its_limit),
		cmocka_unit_test(a_full_buffer_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
