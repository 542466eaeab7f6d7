/* SPDX-License-Identifier: ISC */
#include "attempt.h"

static enum skerry_err
run(struct desk *desk, const char *sql)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	return store_run(&q);
}

enum skerry_err
attempt_begin(struct desk *desk, struct attempt *ret_attempt)
{
	*ret_attempt = (struct attempt){ .head = desk->head,
		.head_known = desk->head_known,
		.status_brand = desk->status_brand,
		.status_next = desk->status_next };
	return run(desk, "SAVEPOINT attempt");
}

enum skerry_err
attempt_end(struct desk *desk, const struct attempt *attempt, enum skerry_err err)
{
	enum skerry_err undone = SKERRY_OK, ended;

	if (err != SKERRY_OK) {
		undone = run(desk, "ROLLBACK TO attempt");
		desk->head = attempt->head;
		desk->head_known = attempt->head_known;
		desk->status_brand = attempt->status_brand;
		desk->status_next = attempt->status_next;
	}
	ended = run(desk, "RELEASE attempt");
	if (err != SKERRY_OK && undone == SKERRY_OK && ended == SKERRY_OK)
		return err;
	return undone != SKERRY_OK ? undone : ended;
}
