/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_HEALTH_CALLS_H
#define VERIFIER_DAEMON_CALLS_HEALTH_CALLS_H

/*
 * GET /v1/health: whether the daemon does its work, without the site: 200, or 503 when its last look failed, none
 * has been for HEALTH_LOOK_S, or no seats can be handed out. GET /metrics: the same and more in numbers,
 * for Prometheus.
 */

#include "routes.h"

enum { HEALTH_LOOK_S = 300 };

void health_call(struct routes *routes, struct http_call *call);
void health_call_metrics(struct routes *routes, struct http_call *call);

#endif
