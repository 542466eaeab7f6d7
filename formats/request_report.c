/* SPDX-License-Identifier: ISC */
#include "request_report.h"

#include <string.h>

enum {
	REPORT_HELD = 12,
	REPORT_CLOCK = 13,
	REPORT_JOURNAL = 14,
	REPORT_MANIFEST = 15,
	REPORT_STATUSES = 16,
	REPORT_REACHED = 17,
	REPORT_REPLY = 18,
	REPORT_USAGE = 19,
	REPORT_EVENTS = 20,
	REPORT_TELEMETRY = 21,
	REPORT_STEPS = 22,
	REPORT_ROLLED_BACK = 23,
	REPORT_TENANT = 24,
	REPORT_HEADS = 25,
	REPORT_RESTORED = 26
};

/* --- reading --------------------------------------------------------------------------------- */

static struct cbor_text
read_name(struct cbor_reader *r)
{
	return claims_read_form(r, REQUEST_NAME_MAX, license_is_name);
}

static struct cbor_text
read_uri(struct cbor_reader *r)
{
	return claims_read_form(r, STATUS_LIST_URI_MAX, license_is_name);
}

static void
read_held(struct cbor_reader *r, struct request *request)
{
	size_t len = claims_list_begin(r, REQUEST_HELD_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++) {
		size_t at = r->at;

		request->held[i] = cbor_read_bytes(r, LICENSE_MAX);
		if (request->held[i].len == 0)
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	}
	cbor_array_end(r);
	request->held_len = len;
}

static void
read_clock(struct cbor_reader *r, struct request *request)
{
	if (!claims_tuple_begin(r, 3))
		return;
	request->wall = claims_read_date(r);
	request->ran = claims_read_date(r);
	request->condition = (unsigned)cbor_read_uint(r, REQUEST_CONDITION_MAX);
	cbor_array_end(r);
}

static void
read_head(struct cbor_reader *r, struct request_head *head)
{
	if (!claims_tuple_begin(r, 2))
		return;
	head->seq = claims_read_positive(r, LICENSE_COUNTER_MAX);
	head->hash = cbor_read_fixed(r, REQUEST_HASH_LEN);
	cbor_array_end(r);
}

static void
read_heads(struct cbor_reader *r, struct request *request)
{
	size_t len = claims_list_begin(r, REQUEST_HEADS_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++)
		read_head(r, &request->heads[i]);
	cbor_array_end(r);
	request->heads_len = len;
}

static void
read_statuses(struct cbor_reader *r, struct request *request)
{
	struct cbor_map map;
	struct cbor_text uri;
	size_t map_at = r->at, uri_at;

	cbor_map_begin(r, REQUEST_STATUSES_MAX, &map);
	for (;;) {
		struct request_status *status = &request->statuses[request->statuses_len];

		uri_at = r->at;
		if (!cbor_map_name(r, &map, STATUS_LIST_URI_MAX, &uri))
			break;
		if (!license_is_name(uri))
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, uri_at);
		*status = (struct request_status){ uri, claims_read_date(r) };
		request->statuses_len++;
	}
	if (request->statuses_len == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, map_at);
}

static void
read_reached(struct cbor_reader *r, struct request *request)
{
	size_t len = claims_list_begin(r, REQUEST_REACHED_MAX);

	for (size_t i = 0; i < len && claims_tuple_begin(r, 3); i++) {
		request->reached[i].uri = read_uri(r);
		request->reached[i].index = cbor_read_uint(r, LICENSE_COUNTER_MAX);
		request->reached[i].at = claims_read_date(r);
		cbor_array_end(r);
	}
	cbor_array_end(r);
	request->reached_len = len;
}

static void
read_named_value(struct cbor_reader *r, bool texts_too, struct request_named *named)
{
	named->is_text = texts_too && cbor_peek(r) == CBOR_TEXT;
	if (named->is_text)
		named->text = cbor_read_text(r, REQUEST_TEXT_MAX);
	else
		named->number = cbor_read_int(r, INT64_MIN, INT64_MAX);
}

/* A map of names to numbers, or to texts as well. Returns how many there are. */
static size_t
read_named(struct cbor_reader *r, bool texts_too, struct request_named named[REQUEST_NAMES_MAX])
{
	struct cbor_map map;
	struct cbor_text name;
	size_t map_at = r->at, name_at, len = 0;

	cbor_map_begin(r, REQUEST_NAMES_MAX, &map);
	for (;;) {
		name_at = r->at;
		if (!cbor_map_name(r, &map, REQUEST_NAME_MAX, &name))
			break;
		if (!license_is_name(name))
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, name_at);
		named[len].name = name;
		read_named_value(r, texts_too, &named[len++]);
	}
	if (len == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, map_at);
	return len;
}

/* [at, name] or [at, name, text]. */
static void
read_event(struct cbor_reader *r, struct request_event *event)
{
	size_t at = r->at, items = cbor_array_begin(r, 3);

	if (items < 2)
		cbor_reader_fail(r, SKERRY_ERR_CBOR_COUNT, at);
	event->at = claims_read_date(r);
	event->name = read_name(r);
	if (items == 3)
		event->text = claims_read_text(r, REQUEST_EVENT_TEXT_MAX);
	cbor_array_end(r);
}

static void
read_events(struct cbor_reader *r, struct request *request)
{
	size_t len = claims_list_begin(r, REQUEST_EVENTS_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++)
		read_event(r, &request->events[i]);
	cbor_array_end(r);
	request->events_len = len;
}

static bool
has_steps_of(const struct request *request, size_t before, const uint8_t *cti)
{
	for (size_t i = 0; i < before; i++) {
		const uint8_t *other = request->steps[i].cti;

		if (other != NULL && memcmp(other, cti, LICENSE_CTI_LEN) == 0)
			return true;
	}
	return false;
}

static void
read_steps(struct cbor_reader *r, struct request *request)
{
	size_t len = claims_list_begin(r, REQUEST_STEPS_MAX), at = r->at;

	for (size_t i = 0; i < len && claims_tuple_begin(r, 2); i++, at = r->at) {
		struct request_steps *steps = &request->steps[i];

		steps->cti = cbor_read_fixed(r, LICENSE_CTI_LEN);
		steps->steps = (unsigned)claims_read_positive(r, LICENSE_STEPS_MAX);
		if (steps->cti != NULL && has_steps_of(request, i, steps->cti))
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
		cbor_array_end(r);
	}
	cbor_array_end(r);
	request->steps_len = len;
}

static void
read_small(struct cbor_reader *r, const struct claims *claims, struct request *request)
{
	switch (claims->label) {
	case REPORT_MANIFEST:
		request->manifest_version = claims_read_positive(r, LICENSE_COUNTER_MAX);
		break;
	case REPORT_REPLY:
		request->reply_number = claims_read_positive(r, LICENSE_COUNTER_MAX);
		break;
	case REPORT_ROLLED_BACK:
		request->rolled_back_since = claims_read_date(r);
		break;
	case REPORT_TENANT:
		request->tenant = claims_read_text(r, LICENSE_TENANT_MAX);
		break;
	case REPORT_RESTORED:
		request->restored = claims_read_true(r);
		break;
	default:
		claims_unknown(r, claims);
	}
}

void
request_report_read(struct cbor_reader *r, const struct claims *claims, struct request *request)
{
	switch (claims->label) {
	case REPORT_HELD:
		read_held(r, request);
		break;
	case REPORT_CLOCK:
		read_clock(r, request);
		break;
	case REPORT_JOURNAL:
		read_head(r, &request->journal);
		break;
	case REPORT_STATUSES:
		read_statuses(r, request);
		break;
	case REPORT_REACHED:
		read_reached(r, request);
		break;
	case REPORT_USAGE:
		request->usage_len = read_named(r, false, request->usage);
		break;
	case REPORT_EVENTS:
		read_events(r, request);
		break;
	case REPORT_TELEMETRY:
		request->telemetry_len = read_named(r, true, request->telemetry);
		break;
	case REPORT_STEPS:
		read_steps(r, request);
		break;
	case REPORT_HEADS:
		read_heads(r, request);
		break;
	default:
		read_small(r, claims, request);
	}
}
