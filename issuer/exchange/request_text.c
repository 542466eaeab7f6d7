/* SPDX-License-Identifier: ISC */
#include "request_text.h"

#include <stdio.h>
#include <string.h>

#include "formats/json.h"

struct cbor_text
request_text_plain(struct cbor_text text, size_t max)
{
	char terminated[ENTRY_NAME_MAX + REQUEST_REASON_MAX + 1];

	if (text.chars == NULL || text.len > max || text.len >= sizeof terminated)
		return (struct cbor_text){ NULL, 0 };
	memcpy(terminated, text.chars, text.len);
	terminated[text.len] = '\0';
	return entry_is_name(terminated, max) && strlen(terminated) == text.len
		       ? text
		       : (struct cbor_text){ NULL, 0 };
}

void
request_text_copy(struct cbor_text text, char *ret_text, size_t text_max)
{
	struct cbor_text plain = request_text_plain(text, text_max - 1);

	snprintf(
		ret_text, text_max, "%.*s", (int)plain.len, plain.chars == NULL ? "" : plain.chars);
}

/* --- the report -------------------------------------------------------------------------------- */

struct room {
	char *text;
	size_t len;
	bool full;
};

static void
put(void *context, const char *text, size_t text_len)
{
	struct room *room = context;

	if (room->full || REQUEST_TEXT_REPORT_MAX - room->len < text_len) {
		room->full = true;
		return;
	}
	memcpy(room->text + room->len, text, text_len);
	room->len += text_len;
}

static void
write_named(struct json *j, const char *name, const struct request_named *named, size_t len)
{
	if (len == 0)
		return;
	json_name(j, name);
	json_object_open(j);
	for (size_t i = 0; i < len; i++) {
		json_name_text(j, named[i].name);
		if (named[i].is_text)
			json_text(j, named[i].text);
		else
			json_int(j, named[i].number);
	}
	json_object_close(j);
}

static void
write_events(struct json *j, const struct request *request)
{
	json_name(j, "events");
	json_array_open(j);
	for (size_t i = 0; i < request->events_len; i++) {
		json_object_open(j);
		json_name(j, "at");
		json_date(j, request->events[i].at);
		json_name(j, "name");
		json_text(j, request->events[i].name);
		if (request->events[i].text.chars != NULL) {
			json_name(j, "text");
			json_text(j, request->events[i].text);
		}
		json_object_close(j);
	}
	json_array_close(j);
}

static bool
write(const struct request *request, bool with_events, char *text)
{
	struct room room = { .text = text };
	struct json j;

	json_init(&j, put, &room);
	json_object_open(&j);
	write_named(&j, "usage", request->usage, request->usage_len);
	write_named(&j, "telemetry", request->telemetry, request->telemetry_len);
	if (with_events && request->events_len > 0)
		write_events(&j, request);
	json_object_close(&j);
	if (json_finish(&j) != SKERRY_OK || room.full)
		return false;
	text[room.len] = '\0';
	return true;
}

void
request_text_report(const struct request *request, char ret_report[REQUEST_TEXT_REPORT_MAX + 1])
{
	ret_report[0] = '\0';
	if (request->usage_len == 0 && request->telemetry_len == 0 && request->events_len == 0)
		return;
	if (!write(request, true, ret_report) && !write(request, false, ret_report))
		ret_report[0] = '\0';
}
