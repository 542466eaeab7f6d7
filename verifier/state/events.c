/* SPDX-License-Identifier: ISC */
#include "events.h"

#include <string.h>

#include "formats/utf8.h"

bool
events_is_text(const char *text)
{
	size_t len = strlen(text);
	uint32_t point;

	if (len > EVENT_TEXT_MAX)
		return false;
	for (size_t at = 0; at < len;) {
		at += utf8_next(text + at, len - at, &point);
		if (point == UTF8_BROKEN || utf8_is_control(point))
			return false;
	}
	return true;
}

/* The one that goes next, where there are too many. */
static enum skerry_err
find_surplus(struct store *store, int64_t *ret_seq)
{
	struct store_query q;

	*ret_seq = 0;
	store_query(store, &q,
		"SELECT seq FROM event JOIN telemetry USING (name)"
		" WHERE (SELECT count(*) FROM event) > ? ORDER BY consent = 1, seq LIMIT 1");
	store_bind_int(&q, EVENTS_KEPT_MAX);
	if (store_step(&q))
		*ret_seq = store_int(&q, 0);
	return store_done(&q);
}

static enum skerry_err
drop(struct store *store, int64_t seq)
{
	struct store_query q;
	enum skerry_err err;

	store_query(store, &q,
		"UPDATE telemetry SET events_dropped = events_dropped + 1"
		" WHERE name = (SELECT name FROM event WHERE seq = ?)");
	store_bind_int(&q, seq);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	store_query(store, &q, "DELETE FROM event WHERE seq = ?");
	store_bind_int(&q, seq);
	return store_run(&q);
}

static enum skerry_err
insert(struct memory *memory, const char *name, const char *text)
{
	struct store_query q;

	store_query(memory->store, &q, "INSERT INTO event (name, at, text) VALUES (?, ?, ?)");
	store_bind_text(&q, name);
	store_bind_int(&q, memory_now(memory));
	store_bind_text(&q, text);
	return store_run(&q);
}

/* Whether the same is kept already, from moments ago. */
static enum skerry_err
find_same(struct memory *memory, const char *name, const char *text, bool *ret_found)
{
	int64_t now = memory_now(memory);
	struct store_query q;

	store_query(memory->store, &q,
		"SELECT 1 FROM event WHERE name = ? AND text = ? AND at > ? AND at <= ?");
	store_bind_text(&q, name);
	store_bind_text(&q, text);
	store_bind_int(&q, now - EVENT_SAME_S);
	store_bind_int(&q, now);
	*ret_found = store_step(&q);
	return store_done(&q);
}

enum skerry_err
events_add(struct memory *memory, const char *name, const char *text,
	enum telemetry_consent *ret_consent)
{
	enum telemetry_consent consent;
	int64_t surplus = 0;
	bool same = false;
	enum skerry_err err = telemetry_meet(memory->store, name, &consent);

	if (err == SKERRY_OK && consent != TELEMETRY_DENIED)
		err = find_same(memory, name, text, &same);
	if (err == SKERRY_OK && consent != TELEMETRY_DENIED && !same) {
		err = insert(memory, name, text);
		if (err == SKERRY_OK)
			err = find_surplus(memory->store, &surplus);
		if (err == SKERRY_OK && surplus != 0)
			err = drop(memory->store, surplus);
	}
	if (err == SKERRY_OK)
		*ret_consent = consent;
	return err;
}

enum skerry_err
events_each_allowed(struct store *store, events_visit *visit, void *context)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, query_err;

	store_query(store, &q,
		"SELECT seq, at, name, event.text FROM event JOIN telemetry USING (name)"
		" LEFT JOIN event_sent ON event_sent.event = seq"
		" WHERE consent = 1 ORDER BY event_sent.event IS NULL, seq");
	while (err == SKERRY_OK && store_step(&q)) {
		struct event event = { .seq = store_int(&q, 0), .at = store_int(&q, 1) };

		store_text(&q, 2, event.name, sizeof event.name);
		store_text(&q, 3, event.text, sizeof event.text);
		err = visit(context, &event);
	}
	query_err = store_done(&q);
	return err == SKERRY_OK ? query_err : err;
}

enum skerry_err
events_sent(struct memory *memory, int64_t request, const int64_t *numbers, size_t numbers_len)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < numbers_len && err == SKERRY_OK; i++) {
		struct store_query q;

		store_query(memory->store, &q,
			"INSERT INTO event_sent (event, request) VALUES (?, ?)"
			" ON CONFLICT DO NOTHING");
		store_bind_int(&q, numbers[i]);
		store_bind_int(&q, request);
		err = store_run(&q);
	}
	return err;
}

enum skerry_err
events_acknowledged(struct memory *memory, int64_t request)
{
	struct store_query q;

	store_query(memory->store, &q,
		"DELETE FROM event WHERE seq IN"
		" (SELECT event FROM event_sent WHERE request <= ?)");
	store_bind_int(&q, request);
	return store_run(&q);
}
