/* SPDX-License-Identifier: ISC */
#include "told_events.h"

#include <stdio.h>

/*
 * Its first telling gives an event its place: the heartbeat's row, and the event's number in it. What stands
 * beside min() is of that row.
 */
static const char QUERY[] =
	"SELECT min(h.id) * 1000 + e.key AS place, h.received_at, h.source, l.public_id, a.number,"
	" c.email, b.slug, p.slug, a.hostname, json_extract(e.value, '$.at') AS event_at,"
	" json_extract(e.value, '$.name') AS event_name,"
	" json_extract(e.value, '$.text') AS event_text"
	" FROM heartbeat h CROSS JOIN activation a ON a.id = h.activation_id"
	" CROSS JOIN license l ON l.id = a.license_id"
	" CROSS JOIN license_key k ON k.id = l.license_key_id"
	" CROSS JOIN customer c ON c.id = k.customer_id CROSS JOIN brand b ON b.id = h.brand_id"
	" CROSS JOIN product p ON p.id = l.product_id"
	" CROSS JOIN json_each(h.telemetry, '$.events') e"
	" WHERE h.telemetry LIKE '%\"events\":%' AND (?1 = 0 OR h.brand_id = ?1)"
	" AND (?2 IS NULL OR event_name = ?2"
	" OR substr(event_name, 1, length(?2) + 1) = ?2 || '.')"
	" GROUP BY coalesce(a.installation_id, -a.id), event_at, event_name, event_text"
	" HAVING h.received_at >= ?3 AND (?4 = 0 OR place < ?4)"
	" ORDER BY place DESC LIMIT ?5";

static void
read_row(struct store_query *q, struct told_event *ret_event)
{
	struct told_event *event = ret_event;
	char license[LICENSE_ID_LEN + 1];

	*event = (struct told_event){ .row = store_int(q, 0), .told_at = store_int(q, 1) };
	store_text(q, 2, event->source, sizeof event->source);
	store_text(q, 3, license, sizeof license);
	snprintf(event->site, sizeof event->site, "%s-%lld", license, (long long)store_int(q, 4));
	store_text(q, 5, event->email, sizeof event->email);
	store_text(q, 6, event->brand, sizeof event->brand);
	store_text(q, 7, event->product, sizeof event->product);
	store_text(q, 8, event->hostname, sizeof event->hostname);
	store_text(q, 9, event->at, sizeof event->at);
	store_text(q, 10, event->name, sizeof event->name);
	store_text(q, 11, event->text, sizeof event->text);
}

enum skerry_err
told_events_each(struct desk *desk, const struct told_events_filter *filter,
	bool (*each)(void *, const struct told_event *), void *context)
{
	struct told_event event;
	struct store_query q;

	store_query(desk->store, &q, QUERY);
	store_bind_int_at(&q, 1, filter->brand_id);
	store_bind_text_at(&q, 2, filter->name);
	store_bind_int_at(&q, 3, filter->told_from);
	store_bind_int_at(&q, 4, filter->before);
	store_bind_int_at(&q, 5, filter->limit);
	while (store_step(&q)) {
		read_row(&q, &event);
		if (!each(context, &event))
			break;
	}
	return store_done(&q);
}
