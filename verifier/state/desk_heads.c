/* SPDX-License-Identifier: ISC */
#include "desk_heads.h"

#include <string.h>

/* What a log said first is what it is held to. */
enum skerry_err
desk_heads_put(struct store *store, const struct desk_head *head)
{
	struct store_query q;
	enum skerry_err err;

	if (head->seq == 0 || head->seq > INT64_MAX)
		return SKERRY_OK;
	store_query(store, &q, "INSERT OR IGNORE INTO desk_head VALUES (?, ?)");
	store_bind_int(&q, (int64_t)head->seq);
	store_bind_bytes(&q, head->hash, sizeof head->hash);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	store_query(store, &q,
		"DELETE FROM desk_head WHERE seq > (SELECT min(seq) FROM desk_head)"
		" AND seq NOT IN (SELECT seq FROM desk_head ORDER BY seq DESC LIMIT ?)");
	store_bind_int(&q, REQUEST_HEADS_MAX - 1);
	return store_run(&q);
}

enum skerry_err
desk_heads_read(struct store *store, struct desk_head ret_heads[REQUEST_HEADS_MAX], size_t *ret_len)
{
	struct store_query q;
	size_t len = 0;
	enum skerry_err err;

	store_query(store, &q, "SELECT seq, hash FROM desk_head ORDER BY seq");
	while (len < REQUEST_HEADS_MAX && store_step(&q)) {
		struct cbor_bytes hash = store_bytes(&q, 1);

		if (hash.len != REQUEST_HASH_LEN)
			continue;
		ret_heads[len].seq = (uint64_t)store_int(&q, 0);
		memcpy(ret_heads[len++].hash, hash.data, REQUEST_HASH_LEN);
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_len = len;
	return err;
}
