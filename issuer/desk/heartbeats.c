/* SPDX-License-Identifier: ISC */
#include "heartbeats.h"

#include "keys/store.h"

enum skerry_err
heartbeats_prune(struct desk *desk)
{
	struct store_query q;

	store_query(desk->store, &q,
		"DELETE FROM heartbeat WHERE id IN (SELECT id FROM heartbeat"
		" WHERE received_at < ? ORDER BY received_at LIMIT ?)");
	store_bind_int(&q, desk->now - HEARTBEATS_KEPT_S);
	store_bind_int(&q, HEARTBEATS_PRUNED_MAX);
	return store_run(&q);
}

enum skerry_err
heartbeats_each(struct desk *desk, int64_t activation_id,
	bool (*each)(void *, const struct heartbeat_line *), void *context)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT received_at, source, telemetry FROM heartbeat WHERE activation_id = ?"
		" ORDER BY received_at DESC, id DESC LIMIT ?");
	store_bind_int(&q, activation_id);
	store_bind_int(&q, HEARTBEATS_SHOWN_MAX);
	while (store_step(&q)) {
		const struct heartbeat_line line = { store_int(&q, 0), store_chars(&q, 1),
			store_chars(&q, 2) };

		if (!each(context, &line))
			break;
	}
	return store_done(&q);
}
