/* SPDX-License-Identifier: ISC */
#ifndef TESTS_CALLS_WITHOUT_WIRE_H
#define TESTS_CALLS_WITHOUT_WIRE_H

/*
 * Calls to the daemon's routes without its wire and without its thread: what http.h and keeper.h promise is
 * kept here, by the site of fixture_site.h. A job is done when it is posted and told by calls_round. For one
 * test program; the others have the real wire.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "fixture_site.h"
#include "verifier/daemon/calls/routes.h"

/* Who may be on the other end. */
enum calls_peer {
	PEER_ROOT = 0,
	PEER_OWNER,    /* of the state folder */
	PEER_OPERATOR, /* of the configuration */
	PEER_USER,     /* another one on the socket */
	PEER_LOOPBACK,
	PEER_TOKEN,
	PEERS
};

static struct calls_told {
	int status; /* 0: nothing was told */
	enum http_format format;
	char body[65536];
	size_t body_len;
	char names[2][32], values[2][64];
	unsigned times; /* that something was told */
	bool kept;      /* an answer that was written before */
} told;

static struct routes *routes;
static struct answers *answers;
static struct seats *seats;
/* The keeper cannot open the folder, for this; SKERRY_OK: it can. */
static enum skerry_err calls_folder_err;
/* A job finds no place. */
static bool calls_queue_full;

static void calls_look(void);

static struct keeper_job *done, **done_end = &done;
static int64_t looks;

/* --- what http.h promises -------------------------------------------------------------------- */

struct http_kept {
	struct http_reply reply;
	char *body;
	char exit[8];
	bool told;
};

static void
tell(const struct http_reply *reply)
{
	unsigned times = told.times + 1;

	memset(&told, 0, sizeof told);
	told.times = times;
	told.status = reply->status;
	told.format = reply->format;
	assert_true(reply->body_len < sizeof told.body);
	if (reply->body != NULL)
		memcpy(told.body, reply->body, reply->body_len);
	told.body_len = reply->body_len;
	if (reply->header_name != NULL) {
		snprintf(told.names[0], sizeof told.names[0], "%s", reply->header_name);
		snprintf(told.values[0], sizeof told.values[0], "%s", reply->header_value);
	}
	if (reply->header2_name != NULL) {
		snprintf(told.names[1], sizeof told.names[1], "%s", reply->header2_name);
		snprintf(told.values[1], sizeof told.values[1], "%s", reply->header2_value);
	}
}

const char *
http_arg(const struct http_call *call, const char *name)
{
	for (size_t i = 0; i < call->args_len; i++)
		if (strcmp(call->args[i].name, name) == 0)
			return call->args[i].value;
	return NULL;
}

/* A call is gone when it is answered: who looks at it afterwards is seen by the sanitizers. */
static void
end_call(struct http_call *call)
{
	free(call->inside);
	free(call);
}

void
http_reply(struct http_call *call, const struct http_reply *reply)
{
	tell(reply);
	end_call(call);
}

struct http_kept *
http_keep(const struct http_reply *reply)
{
	struct http_kept *kept = calloc(1, sizeof *kept);

	assert_non_null(kept);
	kept->reply = *reply;
	kept->body = malloc(reply->body_len + 1);
	assert_non_null(kept->body);
	memcpy(kept->body, reply->body, reply->body_len);
	kept->reply.body = kept->body;
	snprintf(kept->exit, sizeof kept->exit, "%s", reply->header_value);
	kept->reply.header_value = kept->exit;
	return kept;
}

void
http_let_go(struct http_kept *kept)
{
	free(kept->body);
	free(kept);
}

void
http_reply_kept(struct http_call *call, struct http_kept *kept)
{
	tell(&kept->reply);
	told.kept = kept->told;
	kept->told = true;
	end_call(call);
}

void
http_count(const struct http *http, struct http_counts *ret_counts)
{
	(void)http;
	*ret_counts = (struct http_counts){ .calls = 1 };
}

/* --- what keeper.h promises ------------------------------------------------------------------ */

bool
keeper_post(struct keeper *keeper, struct keeper_job *job)
{
	static const struct site_failure FAILURE = { .file = "site.db" };
	bool wrote;

	(void)keeper;
	if (calls_queue_full)
		return false;
	wrote = job->run(
		job, calls_folder_err == SKERRY_OK ? &site : NULL, calls_folder_err, &FAILURE);
	if (wrote)
		calls_look();
	job->next = NULL;
	*done_end = job;
	done_end = &job->next;
	return true;
}

struct keeper_job *
keeper_take(struct keeper *keeper)
{
	struct keeper_job *job = done;

	(void)keeper;
	if (job != NULL && (done = job->next) == NULL)
		done_end = &done;
	return job;
}

static int64_t
mono_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void
calls_look(void)
{
	looks++;
	answers_look(answers, &site, mono_now(), SKERRY_OK);
}

/* More of a call. */
struct calls_more {
	enum http_format format;
	const char *language, *secret;
	const void *bytes;
	size_t bytes_len;
};

/* --- calls ----------------------------------------------------------------------------------- */

static struct http_peer
peer_of(enum calls_peer peer)
{
	static const struct http_peer PEER[PEERS] = {
		[PEER_ROOT] = { .local = true, .uid = 0 },
		[PEER_OWNER] = { .local = true, .uid = 990 },
		[PEER_OPERATOR] = { .local = true, .uid = 1000 },
		[PEER_USER] = { .local = true, .uid = 33 },
		[PEER_LOOPBACK] = { .loopback = true },
		[PEER_TOKEN] = { .token = "reception-2" },
	};

	return PEER[peer];
}

static enum http_method
method_of(const char *method)
{
	return strcmp(method, "GET") == 0      ? HTTP_GET
	       : strcmp(method, "PUT") == 0    ? HTTP_PUT
	       : strcmp(method, "POST") == 0   ? HTTP_POST
	       : strcmp(method, "DELETE") == 0 ? HTTP_DELETE
					       : HTTP_OTHER;
}

/* Splits path and query in `room`, which the call owns. */
static void
split(struct http_call *call, char *room)
{
	char *query = strchr(room, '?'), *at, *part;

	if (query != NULL)
		*query++ = '\0';
	for (part = strtok_r(room, "/", &at); part != NULL; part = strtok_r(NULL, "/", &at))
		call->segments[call->segments_len++] = part;
	if (query == NULL)
		return;
	for (part = strtok_r(query, "&", &at); part != NULL; part = strtok_r(NULL, "&", &at)) {
		char *equals = strchr(part, '=');

		assert_non_null(equals);
		*equals = '\0';
		call->args[call->args_len++] = (struct http_arg){ part, equals + 1 };
	}
}

static void
calls_send(
	const char *method, const char *target, enum calls_peer peer, const struct calls_more *more)
{
	struct http_call *call = calloc(1, sizeof *call);
	size_t target_size = strlen(target) + 1;
	char *room = malloc(2 * target_size + more->bytes_len);

	assert_true(call != NULL && room != NULL);
	told.status = 0;
	told.kept = false;
	memcpy(room, target, target_size);
	memcpy(room + target_size, target, target_size);
	if (more->bytes_len > 0)
		memcpy(room + 2 * target_size, more->bytes, more->bytes_len);
	*call = (struct http_call){ .method = method_of(method),
		.body = (const uint8_t *)room + 2 * target_size,
		.body_len = more->bytes_len,
		.spooled = -1,
		.format = more->format,
		.error_format = more->format == HTTP_CBOR ? HTTP_CBOR : HTTP_JSON,
		.seat_secret = more->secret,
		.peer = peer_of(peer),
		.target = room + target_size,
		.inside = room };
	if (more->language != NULL)
		snprintf(call->language, sizeof call->language, "%s", more->language);
	split(call, room);
	routes_serve(routes, call);
}

static int
calls_round(void)
{
	routes_take(routes);
	routes_round(routes);
	return told.status;
}

static int
calls_make(const char *method, const char *target, const char *body, enum calls_peer peer)
{
	const struct calls_more more = { .bytes = body,
		.bytes_len = body == NULL ? 0 : strlen(body) };

	calls_send(method, target, peer, &more);
	return calls_round();
}

static bool
calls_say(const char *text)
{
	if (strstr(told.body, text) != NULL)
		return true;
	print_error("%d %s\n", told.status, told.body);
	return false;
}

/* --- its life -------------------------------------------------------------------------------- */

static void
calls_set_up(void)
{
	static const uid_t OPERATORS[] = { 1000 };
	struct seats_moment moment = { .boot = { 1 } };
	struct routes_reach reach = { .state = folder, .boot = { 1 } };
	const struct routes_rules rules = {
		.owner = 990, .operators = OPERATORS, .operators_len = 1, .texts = texts_find("en")
	};
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	moment.boottime_s = now.tv_sec;
	calls_folder_err = SKERRY_OK;
	calls_queue_full = false;
	memset(&told, 0, sizeof told);
	assert_int_equal(SKERRY_OK, answers_new(&answers));
	assert_int_equal(SKERRY_OK, seats_open(site.documents.directory, &moment, &seats));
	calls_look();
	reach.answers = answers;
	reach.seats = seats;
	assert_int_equal(SKERRY_OK, routes_new(&reach, &rules, &routes));
}

static void
calls_tear_down(void)
{
	routes_free(routes);
	seats_close(seats);
	answers_free(answers);
	assert_null(done);
}

#endif
