/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/state/events.h"
#include "verifier/state/requests.h"

struct request_made asked;
struct exchange_request asked_opened;
static uint8_t plain[SEALED_MAX];

int
asked_set_up(void **state)
{
	asked = (struct request_made){ .sealed = NULL };
	return site_set_up(state);
}

int
asked_tear_down(void **state)
{
	request_made_free(&asked);
	return site_tear_down(state);
}

void
asked_open(uint8_t exchange_seed)
{
	struct key_pair pair = ceremony_pair(KEY_EXCHANGE, exchange_seed);
	size_t offset;

	assert_int_equal(exchange_open_request(&pair, 1, &site.trust->manifest,
				 (struct cbor_bytes){ asked.sealed, asked.sealed_len }, plain,
				 sizeof plain, &asked_opened, &offset),
		SKERRY_OK);
	key_pair_free(&pair);
}

const struct request *
asked_write(const struct request_wish *wish)
{
	request_made_free(&asked);
	assert_int_equal(request_make(&site, wish, &asked), SKERRY_OK);
	asked_open(CEREMONY_EXCHANGE);
	assert_int_equal(asked_opened.request.number, asked.number);
	assert_int_equal(asked_opened.request.kind, asked.kind);
	return &asked_opened.request;
}

const struct request *
asked_heartbeat(void)
{
	const struct request_wish wish = { .kind = REQUEST_HEARTBEAT, .machine.root = folder };

	return asked_write(&wish);
}

const struct request *
asked_pair(const char *key)
{
	const struct request_wish wish = {
		.kind = REQUEST_PAIR, .keys = &key, .keys_len = 1, .machine.root = folder
	};

	return asked_write(&wish);
}

enum skerry_err
asked_refusal(const struct request_wish *wish)
{
	struct request_made none;
	int64_t before = memory_number("SELECT count(*) FROM request");
	enum skerry_err err = request_make(&site, wish, &none);

	assert_int_not_equal(err, SKERRY_OK);
	assert_int_equal(memory_number("SELECT count(*) FROM request"), before);
	return err;
}

void
asked_acknowledge(void)
{
	struct requests_row row;
	bool newest, known = false;

	ASKED_CHANGE(requests_acknowledge(
		site.memory, asked_opened.request.nonce, &row, &newest, &known));
	assert_true(known);
}

void
asked_keep_license(uint64_t edition, bool paired)
{
	struct signed_document document;

	ceremony_license(&license_made);
	license_made.edition = edition;
	license_made.issued_at = TODAY + (int64_t)edition;
	license_made.has_site_key = paired;
	license_made.site_key = site.identity.site_key;
	site_sign_license(&document);
	assert_int_equal(site_take_at(&document, TODAY + DAY), TAKE_TAKEN);
}

void
asked_event(const char *name, const char *text)
{
	enum telemetry_consent consent;

	ASKED_CHANGE(events_add(site.memory, name, text, &consent));
}

void
asked_telemetry(const char *name, const char *typed)
{
	enum telemetry_consent consent;
	struct telemetry_value value;

	assert_true(telemetry_read_value(typed, &value));
	ASKED_CHANGE(telemetry_set(site.memory, name, &value, &consent));
}

void
asked_allow(const char *name)
{
	ASKED_CHANGE(telemetry_decide(site.memory, name, TELEMETRY_ALLOWED, 0));
}

void
asked_is_text(struct cbor_text text, const char *expected)
{
	assert_true(cbor_text_same(text, cbor_text_from_chars(expected)));
}
