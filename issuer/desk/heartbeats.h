/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_HEARTBEATS_H
#define ISSUER_DESK_HEARTBEATS_H

/*
 * When a site was heard of, and what it told of itself: kept HEARTBEATS_KEPT_S, since that is for
 * support and not for judging. What forks are told by stays (installations.h).
 *
 * Errors of store.h.
 */

#include "issuer/desk/desk.h"

#define HEARTBEATS_KEPT_S (INT64_C(90) * 86400)

enum {
	HEARTBEATS_PRUNED_MAX = 4096, /* rows in one change; what is left goes with the next one */
	HEARTBEATS_SHOWN_MAX = 20
};

/* Lets go what is older than HEARTBEATS_KEPT_S at desk->now, within the change under way. */
enum skerry_err heartbeats_prune(struct desk *desk);

struct heartbeat_line {
	int64_t received_at;
	const char *source;    /* "stick", "mail", "http" */
	const char *telemetry; /* as JSON; NULL: none */
};

/* The newest ones of an activation; `each` returns false to stop. Texts are borrowed for the call. */
enum skerry_err heartbeats_each(struct desk *desk, int64_t activation_id,
	bool (*each)(void *, const struct heartbeat_line *), void *context);

#endif
