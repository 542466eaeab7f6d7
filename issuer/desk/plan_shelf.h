/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_PLAN_SHELF_H
#define ISSUER_DESK_PLAN_SHELF_H

/*
 * Plans within reach: a change that sells or issues many licenses reads each plan once. It serves
 * one change, in which no plan is edited.
 */

#include "issuer/desk/plans.h"

enum { PLAN_SHELF_MAX = 64 }; /* plans kept; more are read again */

struct plan_shelf {
	struct plan *plans[PLAN_SHELF_MAX];
	size_t plans_len, next;
	void *scratch; /* memory that drafts share; freed with the shelf */
};

/* As plans_find and plans_find_id. The plan stands until the next call. */
enum skerry_err plan_shelf_find(struct plan_shelf *shelf, struct desk *desk, const char *path,
	const struct plan **ret_plan);
enum skerry_err plan_shelf_find_id(
	struct plan_shelf *shelf, struct desk *desk, int64_t id, const struct plan **ret_plan);

/* Memory that the drafts of one change share, of one length, until plan_shelf_clear; or NULL. */
void *plan_shelf_scratch(struct plan_shelf *shelf, size_t len);

/* Harmless on { 0 }. */
void plan_shelf_clear(struct plan_shelf *shelf);

#endif
