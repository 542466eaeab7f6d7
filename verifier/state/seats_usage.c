/* SPDX-License-Identifier: ISC */
#include "seats_usage.h"

#include <stdio.h>
#include <string.h>

#include "formats/utf8.h"
#include "keys/hash.h"
#include "seats_inside.h"

enum { ENDING_LEN = 9 }; /* "~0123abcd" */

/* The bytes of a text's characters that fit. */
static size_t
whole_characters(const char *text, size_t max)
{
	size_t len = strlen(text), at = 0, next = 0;
	uint32_t point;

	while (next < len && next <= max) {
		at = next;
		next += utf8_next(text + at, len - at, &point);
	}
	return next <= max ? next : at;
}

/* Two pools never get one name: it would be refused. */
static void
name_usage(const char *kind, const char *pool, char ret_name[REQUEST_NAME_MAX + 1])
{
	size_t kind_len = strlen(kind), pool_len = strlen(pool);
	size_t kept = whole_characters(pool, REQUEST_NAME_MAX - ENDING_LEN - kind_len);
	bool whole = kind_len + pool_len <= REQUEST_NAME_MAX;
	uint8_t hash[HASH_LEN];

	memcpy(ret_name, kind, kind_len + 1);
	memcpy(ret_name + kind_len, pool, whole ? pool_len + 1 : kept);
	if (whole)
		return;
	hash_blake2b(NULL, 0, (const uint8_t *)pool, pool_len, hash);
	snprintf(ret_name + kind_len + kept, ENDING_LEN + 1, "~%02x%02x%02x%02x", hash[0], hash[1],
		hash[2], hash[3]);
}

static bool
is_sayable(const char *pool)
{
	size_t len = strlen(pool);
	uint32_t point;

	for (size_t at = 0; at < len;) {
		at += utf8_next(pool + at, len - at, &point);
		if (point == UTF8_BROKEN || utf8_is_control(point))
			return false;
	}
	return len > 0;
}

static size_t
read_all(struct store *store, struct seats_usage usage[2 * SEATS_USAGE_MAX])
{
	struct store_query q;
	size_t len = 0;

	store_query(store, &q,
		"SELECT pool.name, max(peak.peak) AS most, sum(peak.burst_s) FROM peak "
		"JOIN pool ON pool.id = peak.pool "
		"WHERE peak.day > (SELECT lease_s / ?1 FROM clock) - ?2 AND peak.peak > 0 "
		"GROUP BY pool.id ORDER BY most DESC, pool.name LIMIT ?3");
	store_bind_int(&q, SEATS_DAY_S);
	store_bind_int(&q, SEATS_USAGE_DAYS);
	store_bind_int(&q, SEATS_USAGE_MAX);
	while (store_step(&q)) {
		const char *pool = store_chars(&q, 0);

		if (pool == NULL || !is_sayable(pool))
			continue;
		name_usage(SEATS_USAGE_PEAK, pool, usage[len].name);
		usage[len++].number = store_int(&q, 1);
		if (store_int(&q, 2) <= 0)
			continue;
		name_usage(SEATS_USAGE_BURST, pool, usage[len].name);
		usage[len++].number = store_int(&q, 2);
	}
	return store_done(&q) == SKERRY_OK ? len : 0;
}

size_t
seats_usage_read(int directory, struct seats_usage ret_usage[2 * SEATS_USAGE_MAX])
{
	struct store *store = NULL;
	char path[64];
	size_t len = 0;

	snprintf(path, sizeof path, "/proc/self/fd/%d/%s", directory, SEATS_FILE);
	if (store_open_to_read(path, &SEATS_SCHEMA, &store) == SKERRY_OK)
		len = read_all(store, ret_usage);
	store_close(store);
	return len;
}
