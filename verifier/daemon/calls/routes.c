/* SPDX-License-Identifier: ISC */
#include "routes.h"

#include <stdlib.h>
#include <string.h>

#include "answer_calls.h"
#include "call.h"
#include "deed_calls.h"
#include "health_calls.h"
#include "node_calls.h"
#include "question_calls.h"
#include "routes_inside.h"
#include "seat_calls.h"

/* --- the map --------------------------------------------------------------------------------- */

static const struct route ROUTES[] = {
	/* Answered at once, out of what the keeper found. */
	{ HTTP_GET, ROUTE_ANYBODY, "/v1/check/:", answer_call_check },
	{ HTTP_GET, ROUTE_ANYBODY, "/v1/limits/:", answer_call_limit },
	{ HTTP_PUT, ROUTE_ANYBODY, "/v1/seats/:", seat_call_put },
	{ HTTP_DELETE, ROUTE_ANYBODY, "/v1/seats/:", seat_call_release },
	{ HTTP_GET, ROUTE_ANYBODY, "/v1/seats", seat_call_list },
	{ HTTP_PUT, ROUTE_ANYBODY, "/v1/nodes/:", node_call_put },
	{ HTTP_DELETE, ROUTE_ANYBODY, "/v1/nodes/:", node_call_release },
	{ HTTP_GET, ROUTE_ANYBODY, "/v1/health", health_call },
	{ HTTP_GET, ROUTE_ANYBODY, "/metrics", health_call_metrics },
	/* Questions to the site. */
	{ HTTP_GET, ROUTE_ANYBODY, "/v1/status", question_call_status },
	{ HTTP_GET, ROUTE_ANYBODY, "/v1/why", question_call_why },
	{ HTTP_GET, ROUTE_ANYBODY, "/v1/what-if", question_call_what_if },
	{ HTTP_GET, ROUTE_ANYBODY, "/v1/clock", question_call_clock },
	{ HTTP_GET, ROUTE_LOCAL, "/v1/fingerprint", question_call_fingerprint },
	{ HTTP_GET, ROUTE_LOCAL, "/v1/journal", question_call_journal },
	{ HTTP_GET, ROUTE_ANYBODY, "/v1/telemetry", deed_call_telemetry_list },
	{ HTTP_GET, ROUTE_ANYBODY, "/v1/extend", deed_call_extend_list },
	/* Deeds. */
	{ HTTP_POST, ROUTE_ANYBODY, "/v1/import", deed_call_import },
	{ HTTP_POST, ROUTE_ITSELF, "/v1/requests", deed_call_request },
	{ HTTP_POST, ROUTE_ITSELF, "/v1/telemetry", deed_call_telemetry },
	{ HTTP_POST, ROUTE_ANYBODY, "/v1/events", deed_call_event },
	{ HTTP_POST, ROUTE_ANYBODY, "/v1/extend", deed_call_extend },
	{ HTTP_POST, ROUTE_OPERATOR, "/v1/clock/confirm", deed_call_confirm },
	{ HTTP_POST, ROUTE_ANYBODY, "/v1/proof", deed_call_proof },
};
enum { ROUTES_LEN = sizeof ROUTES / sizeof *ROUTES };

/* --- finding the way ------------------------------------------------------------------------- */

/* Segment by segment: one that was decoded may have a slash in it. */
static bool
fits(const char *path, const struct http_call *call)
{
	for (size_t i = 0; i < call->segments_len; i++) {
		size_t len;

		if (*path++ != '/')
			return false;
		len = strcspn(path, "/");
		if (!(len == 1 && *path == ':') &&
			(strlen(call->segments[i]) != len ||
				memcmp(call->segments[i], path, len) != 0))
			return false;
		path += len;
	}
	return *path == '\0';
}

static const char *
method_name(enum http_method method)
{
	static const char *const NAMES[] = { [HTTP_GET] = "GET",
		[HTTP_PUT] = "PUT",
		[HTTP_POST] = "POST",
		[HTTP_DELETE] = "DELETE" };

	return NAMES[method];
}

/* Other methods may be for this path: those are told. */
static void
refuse_path(struct routes *routes, struct http_call *call)
{
	char allow[32] = "";
	struct call_refusal refusal = { .err = SKERRY_ERR_HTTP_PATH };

	for (size_t i = 0; i < ROUTES_LEN; i++) {
		size_t len = strlen(allow);

		if (fits(ROUTES[i].path, call))
			snprintf(allow + len, sizeof allow - len, "%s%s", len > 0 ? ", " : "",
				method_name(ROUTES[i].method));
	}
	if (allow[0] != '\0') {
		refusal.err = SKERRY_ERR_HTTP_METHOD;
		refusal.allow = allow;
	}
	call_refuse(routes, call, &refusal);
}

static bool
may(const struct routes *routes, const struct route *route, const struct http_call *call,
	struct call_refusal *ret_refusal)
{
	switch (route->who) {
	case ROUTE_ANYBODY:
	case ROUTE_ITSELF:
		return true;
	case ROUTE_LOCAL:
		if (call->peer.local)
			return true;
		return call_refusal_set(ret_refusal, SKERRY_ERR_NOT_ALLOWED,
			"This is told on the daemon's own socket alone, not over TCP.");
	case ROUTE_OPERATOR:
		return call_may_operate(routes, call, ret_refusal);
	}
	return false;
}

/* What takes no body gets none: who sends one means something else. */
static bool
has_stray_body(const struct route *route, const struct http_call *call)
{
	return (call->body_len > 0 || call->spooled >= 0) && route->method != HTTP_POST &&
	       strncmp(route->path, "/v1/nodes", 9) != 0;
}

static void
follow(struct routes *routes, const struct route *route, struct http_call *call)
{
	struct call_refusal refusal;

	if (!may(routes, route, call, &refusal))
		call_refuse(routes, call, &refusal);
	else if (has_stray_body(route, call)) {
		call_refusal_set(&refusal, SKERRY_ERR_HTTP_BODY, "This call takes no body.");
		call_refuse(routes, call, &refusal);
	} else {
		route->serve(routes, call);
	}
}

void
routes_serve(void *context, struct http_call *call)
{
	struct routes *routes = context;
	struct http_kept *kept = call->method == HTTP_GET
					 ? kept_find(routes->kept, call, routes->reach.answers)
					 : NULL;

	if (kept != NULL) {
		call_note(routes, call, 200, SKERRY_OK);
		http_reply_kept(call, kept);
		return;
	}
	for (size_t i = 0; i < ROUTES_LEN; i++)
		if (ROUTES[i].method == call->method && fits(ROUTES[i].path, call)) {
			follow(routes, &ROUTES[i], call);
			return;
		}
	refuse_path(routes, call);
}

bool
routes_spools(void *routes, enum http_method method, const char *path)
{
	(void)routes;
	return method == HTTP_POST && strcmp(path, "/v1/import") == 0;
}

/* --- a round --------------------------------------------------------------------------------- */

void
routes_round(struct routes *routes)
{
	seat_calls_round(routes);
}

void
routes_take(struct routes *routes)
{
	struct keeper_job *job;

	while ((job = keeper_take(routes->reach.keeper)) != NULL)
		call_done((struct call_job *)(void *)job);
}

int
routes_timeout_ms(struct routes *routes)
{
	return seat_calls_timeout_ms(routes);
}

/* --- its life -------------------------------------------------------------------------------- */

enum skerry_err
routes_set_rules(struct routes *routes, const struct routes_rules *rules)
{
	uid_t *operators = NULL;

	if (rules->operators_len > 0) {
		operators = calloc(rules->operators_len, sizeof *operators);
		if (operators == NULL)
			return SKERRY_ERR_NO_MEMORY;
		memcpy(operators, rules->operators, rules->operators_len * sizeof *operators);
	}
	free(routes->operators);
	routes->rules = *rules;
	routes->operators = operators;
	routes->rules.operators = operators;
	/* They may be in another language now. */
	kept_forget(routes->kept);
	return SKERRY_OK;
}

enum skerry_err
routes_new(const struct routes_reach *reach, const struct routes_rules *rules,
	struct routes **ret_routes)
{
	struct routes *routes = calloc(1, sizeof *routes);
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (routes == NULL)
		return err;
	routes->reach = *reach;
	routes->claims_end = &routes->claims;
	routes->kept = kept_new();
	if (routes->kept != NULL)
		err = routes_set_rules(routes, rules);
	if (err == SKERRY_OK)
		*ret_routes = routes;
	else
		routes_free(routes);
	return err;
}

void
routes_free(struct routes *routes)
{
	if (routes == NULL)
		return;
	seat_calls_free(routes);
	kept_free(routes->kept);
	free(routes->operators);
	free(routes);
}

void
routes_set_http(struct routes *routes, const struct http *http)
{
	routes->http = http;
}
