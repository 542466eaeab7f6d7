/* SPDX-License-Identifier: ISC */
#include "seat_peaks.h"

#include <stdio.h>
#include <stdlib.h>

#include "issuer/decide/overrides.h"

/*
 * Sites name a pool "brand/product", with its tenant behind a blank. What is too long for a name of theirs is
 * cut, and ends in "~" and eight digits.
 */
#define POOL "b.slug || '/' || p.slug || CASE l.tenant WHEN '' THEN '' ELSE ' ' || l.tenant END"
#define IS(kind)                                                                                   \
	"(j.key = '" kind "' || " POOL " OR (substr(j.key, -9, 1) = '~'"                           \
	" AND length(CAST(j.key AS BLOB)) > 60"                                                    \
	" AND substr(j.key, 1, length(j.key) - 9)"                                                 \
	" = substr('" kind "' || " POOL ", 1, length(j.key) - 9)))"

static const char QUERY[] =
	"SELECT l.public_id, a.number, c.email, b.slug, p.slug, l.tenant, n.seats_max,"
	" n.seats_burst, l.overrides,"
	" max(CASE WHEN " IS(
		"seats.peak ") " THEN j.value END) AS most,"
			       " max(CASE WHEN " IS(
				       "seats.burst_s ") " THEN j.value END), max(h.received_at)"
							 " FROM heartbeat h JOIN activation a ON "
							 "a.id = h.activation_id"
							 " JOIN license l ON l.id = a.license_id"
							 " JOIN license_key k ON k.id = "
							 "l.license_key_id JOIN customer c ON c.id "
							 "= k.customer_id"
							 " JOIN brand b ON b.id = l.brand_id JOIN "
							 "product p ON p.id = l.product_id"
							 " JOIN plan n ON n.id = l.plan_id, "
							 "json_each(h.telemetry, '$.usage') j"
							 " WHERE h.telemetry LIKE '%\"seats.peak "
							 "%' AND a.unpaired_at IS NULL"
							 " AND j.type = 'integer' AND (?1 IS NULL "
							 "OR b.slug = ?1)"
							 " GROUP BY a.id HAVING most IS NOT NULL "
							 "ORDER BY most DESC, a.id LIMIT ?2";

/* What the license has otherwise than its plan. */
static void
override_seats(const char *text, struct overrides *room, struct seat_peak *peak)
{
	if (overrides_read(text, room) != SKERRY_OK)
		return;
	for (size_t i = 0; i < room->len; i++) {
		if (room->lines[i].word == PLAN_WORD_SEATS)
			peak->max = strtoll(room->lines[i].value, NULL, 10);
		if (room->lines[i].word == PLAN_WORD_BURST)
			peak->burst = strtoll(room->lines[i].value, NULL, 10);
	}
}

static void
read_peak(struct store_query *q, struct overrides *room, struct seat_peak *peak)
{
	char license[LICENSE_ID_LEN + 1];

	store_text(q, 0, license, sizeof license);
	snprintf(peak->site, sizeof peak->site, "%s-%lld", license, (long long)store_int(q, 1));
	store_text(q, 2, peak->email, sizeof peak->email);
	store_text(q, 3, peak->brand, sizeof peak->brand);
	store_text(q, 4, peak->product, sizeof peak->product);
	store_text(q, 5, peak->tenant, sizeof peak->tenant);
	peak->max = store_int(q, 6);
	peak->burst = store_int(q, 7);
	override_seats(store_chars(q, 8), room, peak);
	peak->peak = store_int(q, 9);
	peak->burst_s = store_int(q, 10);
	peak->told_at = store_int(q, 11);
}

enum skerry_err
seat_peaks_list(
	struct desk *desk, const char *brand, struct seat_peak **ret_peaks, size_t *ret_peaks_len)
{
	struct seat_peak *peaks = calloc(SEAT_PEAKS_MAX, sizeof *peaks);
	struct overrides *room = malloc(sizeof *room);
	struct store_query q;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;
	size_t len = 0;

	if (peaks == NULL || room == NULL)
		goto out;
	store_query(desk->store, &q, QUERY);
	store_bind_text_at(&q, 1, brand);
	store_bind_int_at(&q, 2, SEAT_PEAKS_MAX);
	while (store_step(&q))
		read_peak(&q, room, &peaks[len++]);
	err = store_done(&q);
	if (err == SKERRY_OK) {
		*ret_peaks = peaks;
		*ret_peaks_len = len;
		peaks = NULL;
	}
out:
	free(room);
	free(peaks);
	return err;
}
