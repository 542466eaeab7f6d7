/* SPDX-License-Identifier: ISC */
/* request_report_put: the mirror of request_report_read, label by label. */
#include "request_report.h"

bool
request_report_fits(const struct request *request)
{
	return request->held_len <= REQUEST_HELD_MAX &&
	       request->statuses_len <= REQUEST_STATUSES_MAX &&
	       request->reached_len <= REQUEST_REACHED_MAX &&
	       request->usage_len <= REQUEST_NAMES_MAX &&
	       request->telemetry_len <= REQUEST_NAMES_MAX &&
	       request->events_len <= REQUEST_EVENTS_MAX &&
	       request->steps_len <= REQUEST_STEPS_MAX && request->heads_len <= REQUEST_HEADS_MAX;
}

/* Opens the list of a label; false, and nothing written, where it is absent. */
static bool
list_opens(struct cbor_writer *w, struct cbor_map_out *map, int64_t label, size_t len)
{
	if (len == 0)
		return false;
	cbor_map_put_label(w, map, label);
	cbor_write_array(w, len);
	return true;
}

/* A hash that is not there is written as one that the reader refuses. */
static void
write_fixed(struct cbor_writer *w, const uint8_t *bytes, size_t len)
{
	cbor_write_bytes(w, bytes, bytes == NULL ? 0 : len);
}

static void
write_head(struct cbor_writer *w, const struct request_head *head)
{
	cbor_write_array(w, 2);
	cbor_write_uint(w, head->seq);
	write_fixed(w, head->hash, REQUEST_HASH_LEN);
}

static void
put_held(struct cbor_writer *w, struct cbor_map_out *map, const struct request *request)
{
	if (!list_opens(w, map, 12, request->held_len))
		return;
	for (size_t i = 0; i < request->held_len; i++)
		cbor_write_bytes(w, request->held[i].data, request->held[i].len);
}

static void
put_clock(struct cbor_writer *w, struct cbor_map_out *map, const struct request *request)
{
	cbor_map_put_label(w, map, 13);
	cbor_write_array(w, 3);
	cbor_write_int(w, request->wall);
	cbor_write_int(w, request->ran);
	cbor_write_uint(w, request->condition);
}

static void
put_statuses(struct cbor_writer *w, struct cbor_map_out *map, const struct request *request)
{
	struct cbor_map_out statuses;

	if (request->statuses_len == 0)
		return;
	cbor_map_put_label(w, map, 16);
	cbor_map_open(w, &statuses);
	for (size_t i = 0; i < request->statuses_len; i++) {
		cbor_map_put_name(w, &statuses, request->statuses[i].uri);
		cbor_write_int(w, request->statuses[i].issued_at);
	}
	cbor_map_close(w, &statuses);
}

static void
put_reached(struct cbor_writer *w, struct cbor_map_out *map, const struct request *request)
{
	if (!list_opens(w, map, 17, request->reached_len))
		return;
	for (size_t i = 0; i < request->reached_len; i++) {
		cbor_write_array(w, 3);
		cbor_write_text(w, request->reached[i].uri);
		cbor_write_uint(w, request->reached[i].index);
		cbor_write_int(w, request->reached[i].at);
	}
}

static void
put_named(struct cbor_writer *w, struct cbor_map_out *map, int64_t label,
	const struct request_named *named, size_t len)
{
	struct cbor_map_out names;

	if (len == 0)
		return;
	cbor_map_put_label(w, map, label);
	cbor_map_open(w, &names);
	for (size_t i = 0; i < len; i++) {
		cbor_map_put_name(w, &names, named[i].name);
		if (named[i].is_text)
			cbor_write_text(w, named[i].text);
		else
			cbor_write_int(w, named[i].number);
	}
	cbor_map_close(w, &names);
}

static void
put_events(struct cbor_writer *w, struct cbor_map_out *map, const struct request *request)
{
	if (!list_opens(w, map, 20, request->events_len))
		return;
	for (size_t i = 0; i < request->events_len; i++) {
		const struct request_event *event = &request->events[i];

		cbor_write_array(w, event->text.len > 0 ? 3 : 2);
		cbor_write_int(w, event->at);
		cbor_write_text(w, event->name);
		if (event->text.len > 0)
			cbor_write_text(w, event->text);
	}
}

static void
put_steps(struct cbor_writer *w, struct cbor_map_out *map, const struct request *request)
{
	if (!list_opens(w, map, 22, request->steps_len))
		return;
	for (size_t i = 0; i < request->steps_len; i++) {
		cbor_write_array(w, 2);
		write_fixed(w, request->steps[i].cti, LICENSE_CTI_LEN);
		cbor_write_uint(w, request->steps[i].steps);
	}
}

static void
put_heads(struct cbor_writer *w, struct cbor_map_out *map, const struct request *request)
{
	if (!list_opens(w, map, 25, request->heads_len))
		return;
	for (size_t i = 0; i < request->heads_len; i++)
		write_head(w, &request->heads[i]);
}

void
request_report_put(struct cbor_writer *w, struct cbor_map_out *map, const struct request *request)
{
	put_held(w, map, request);
	put_clock(w, map, request);
	if (request->journal.hash != NULL || request->journal.seq != 0) {
		cbor_map_put_label(w, map, 14);
		write_head(w, &request->journal);
	}
	claims_put_uint(w, map, 15, request->manifest_version);
	put_statuses(w, map, request);
	put_reached(w, map, request);
	claims_put_uint(w, map, 18, request->reply_number);
	put_named(w, map, 19, request->usage, request->usage_len);
	put_events(w, map, request);
	put_named(w, map, 21, request->telemetry, request->telemetry_len);
	put_steps(w, map, request);
	claims_put_date(w, map, 23, request->rolled_back_since);
	claims_put_text(w, map, 24, request->tenant);
	put_heads(w, map, request);
	claims_put_true(w, map, 26, request->restored);
}
