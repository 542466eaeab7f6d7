/* SPDX-License-Identifier: ISC */
/*
 * Guests, their calls, and the loop's round. We accept by ourselves, so that the kernel's word on who
 * connects is heard before anything else, and hand guests to a wire: the plain one, or the one of TLS, of
 * which there are more for a while after the certificate has changed.
 */
#include "http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "http_gate.h"
#include "http_incoming.h"
#include "http_kept.h"
#include "http_wire.h"

enum {
	READY_MAX = 16,    /* of what is waited for, in one look */
	ACCEPTED_MAX = 64, /* of one socket in one round */
	UNHEARD_MAX = 8,   /* rounds in which nobody is accepted, while there are calls */
	MARGIN = 32,       /* of connections, while others are on their way out */
	SPARES_MAX = 16
};

struct server {
	struct server *next;
	struct http_wire *wire;
	unsigned open;
	bool retired;
};

/* A call, from its first line to the last byte of its answer. */
struct exchange {
	struct http_wire_call wire; /* first */
	struct http_incoming incoming;
	struct http *http;
	struct http_guest *guest;
	struct exchange *before, *after; /* of those that wait; `after` of the spares, too */
	bool answered;
	uint64_t patience; /* bytes of body after which there is time again */
};

struct http {
	struct http_config config;
	struct http_names names;
	char hostname[256];
	int epoll;
	struct http_gate gate;
	struct server *servers; /* plain, TLS, and TLS with certificates of before */
	struct server *plain, *tls;
	struct http_crowd crowd;
	struct http_bodies bodies;
	struct exchange *waiting, *spares;
	size_t spares_len;
	int64_t now_ms;
	unsigned rounds_unheard;
	bool resumed, in_round, closing;
	struct http_counts counts;
};

static const struct http_refusal CLOSING = { 503, SKERRY_ERR_HTTP_BUSY,
	"skerryd is being stopped." };

static int64_t
steady_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- guests ----------------------------------------------------------------------------------- */

/* libmicrohttpd sees the end of the stream, and closes. */
static void
show_out(struct http *http, struct http_guest *guest)
{
	if (!guest->leaving) {
		guest->leaving = true;
		http->counts.dropped++;
	}
	http_crowd_serve(&http->crowd, guest);
	shutdown(guest->socket, SHUT_RDWR);
}

static void
drop_exchange(struct exchange *x)
{
	struct http *http = x->http;

	x->guest->call = NULL;
	http_incoming_clear(&x->incoming, &http->bodies);
	if (http->spares_len == SPARES_MAX) {
		free(x);
		return;
	}
	x->after = http->spares;
	http->spares = x;
	http->spares_len++;
}

static void
leave(void *context, struct http_guest *guest)
{
	struct http *http = context;

	if (guest->call != NULL)
		drop_exchange(guest->call);
	((struct server *)guest->server)->open--;
	http_crowd_leave(&http->crowd, guest);
}

/* --- answers ---------------------------------------------------------------------------------- */

static void
leave_waiting(struct exchange *x)
{
	if (x->before != NULL)
		x->before->after = x->after;
	else
		x->http->waiting = x->after;
	if (x->after != NULL)
		x->after->before = x->before;
}

static void
start_waiting(struct exchange *x)
{
	x->before = NULL;
	x->after = x->http->waiting;
	if (x->after != NULL)
		x->after->before = x;
	x->http->waiting = x;
}

/* NULL: none could be made; the connection ends. */
static void
give(struct exchange *x, int status, struct http_answer *answer)
{
	struct http *http = x->http;

	if (answer != NULL)
		http_wire_answer(&x->wire, status, answer);
	x->answered = true;
	if (x->wire.in_event)
		return;
	leave_waiting(x);
	if (!http->in_round)
		http->now_ms = http->config.clock_ms();
	http_crowd_wait(&http->crowd, x->guest, http->now_ms);
	http_wire_go_on(&x->wire);
	http->resumed = true;
}

void
http_reply(struct http_call *call, const struct http_reply *reply)
{
	struct exchange *x = call->inside;
	struct http_answer *answer = http_answer_make(reply, x->guest->leaving);

	give(x, reply->status, answer);
	http_answer_free(answer);
}

void
http_reply_kept(struct http_call *call, struct http_kept *kept)
{
	give(call->inside, kept->status, kept->answer);
}

/* Also the end of the connection. */
static void
refuse(struct exchange *x, const struct http_refusal *refusal)
{
	char body[HTTP_REFUSAL_MAX];
	struct http_reply reply;

	http_refusal_reply(refusal, x->incoming.call.error_format, body, &reply);
	x->guest->leaving = true;
	x->http->counts.refused++;
	if (x->http->config.refused != NULL)
		x->http->config.refused(
			x->http->config.context, &x->incoming.call, refusal->status, refusal->err);
	http_reply(&x->incoming.call, &reply);
}

/* --- calls ------------------------------------------------------------------------------------- */

/* Nothing follows the last call of a connection. */
static struct http_wire_call *
begin(void *context, struct http_guest *guest, const char *target, size_t target_len)
{
	struct http *http = context;
	struct exchange *x = http->spares;

	if (guest->leaving || guest->call != NULL)
		return NULL;
	if (x != NULL) {
		http->spares = x->after;
		http->spares_len--;
	} else {
		x = malloc(sizeof *x);
	}
	if (x == NULL)
		return NULL;
	if (!http_incoming_begin(&x->incoming, target, target_len)) {
		free(x);
		return NULL;
	}
	x->http = http;
	x->guest = guest;
	x->answered = false;
	x->patience = HTTP_BODY_MAX;
	x->incoming.call.inside = x;
	x->incoming.call.peer = guest->peer;
	guest->call = x;
	return &x->wire;
}

static void
end(struct http_wire_call *call, bool answered)
{
	struct exchange *x = (struct exchange *)call;

	if (answered && x->guest->leaving)
		shutdown(x->guest->socket, SHUT_RDWR);
	if (!x->guest->leaving)
		http_crowd_wait(&x->http->crowd, x->guest, x->http->now_ms);
	drop_exchange(x);
}

static bool
take_head(struct http_wire_call *call, const char *method, const char *version,
	const struct http_head *head, enum skerry_err head_err)
{
	struct exchange *x = (struct exchange *)call;
	struct http_guest *guest = x->guest;
	struct http_door door = { guest->peer.local, guest->needs_token, &guest->local_address,
		&x->http->names };

	http_incoming_head(&x->incoming, method, version, head, head_err, &door, &x->http->config);
	if (x->incoming.refused_at_once)
		refuse(x, &x->incoming.refusal);
	else if (x->incoming.chunked)
		guest->leaving = true;
	return true;
}

static bool
take_body(struct http_wire_call *call, const char *bytes, size_t bytes_len)
{
	struct exchange *x = (struct exchange *)call;
	struct http *http = x->http;

	if (!http_incoming_body(&x->incoming, &http->bodies, bytes, bytes_len))
		return false;
	if (http_body_len(&x->incoming.body) > x->patience) {
		x->patience += HTTP_BODY_MAX;
		http_crowd_wait(&http->crowd, x->guest, http->now_ms);
	}
	return true;
}

static bool
serve(struct http_wire_call *call, bool has_trailers)
{
	struct exchange *x = (struct exchange *)call;
	struct http *http = x->http;

	/* Its answer could not be made. */
	if (x->answered)
		return false;
	http_incoming_end(&x->incoming, has_trailers);
	if (x->incoming.refusal.status != 0 || http->closing) {
		refuse(x, x->incoming.refusal.status != 0 ? &x->incoming.refusal : &CLOSING);
		return true;
	}
	http->counts.calls++;
	http->config.serve(http->config.context, &x->incoming.call);
	if (x->answered)
		return true;
	http_crowd_serve(&http->crowd, x->guest);
	start_waiting(x);
	http_wire_hold(&x->wire);
	return true;
}

/* --- servers ----------------------------------------------------------------------------------- */

static enum skerry_err
start_server(struct http *http, const char *cert, const char *key, struct server **ret_server)
{
	static const struct http_wire_events EVENTS = { begin, take_head, take_body, serve, end,
		leave };
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = HTTP_GATE_MAX };
	struct server *server = calloc(1, sizeof *server);
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (server == NULL)
		return err;
	err = http_wire_open(&EVENTS, http, cert, key, &server->wire);
	if (err == SKERRY_OK &&
		epoll_ctl(http->epoll, EPOLL_CTL_ADD, http_wire_fd(server->wire), &event) != 0)
		err = SKERRY_ERR_IO;
	if (err != SKERRY_OK) {
		http_wire_close(server->wire);
		free(server);
		return err;
	}
	server->next = http->servers;
	http->servers = server;
	*ret_server = server;
	return SKERRY_OK;
}

/* Its epoll set goes with it. */
static void
stop_server(struct server **at)
{
	struct server *server = *at;

	*at = server->next;
	http_wire_close(server->wire);
	free(server);
}

/* Who has an older certificate goes, after the call that is under way. */
static void
retire(struct http *http, struct server *server)
{
	struct http_guest *guest, *later;

	server->retired = true;
	for (guest = http->crowd.first; guest != NULL; guest = later) {
		later = guest->later;
		if (guest->server == server && guest->call == NULL)
			show_out(http, guest);
		else if (guest->server == server)
			guest->leaving = true;
	}
	for (struct exchange *x = http->waiting; x != NULL; x = x->after)
		if (x->guest->server == server)
			x->guest->leaving = true;
}

enum skerry_err
http_set_tls(struct http *http, const char *cert, const char *key)
{
	struct server *server;
	enum skerry_err err;

	if (http->gate.beyond == NULL ||
		(http->tls != NULL && http_wire_shows(http->tls->wire, cert, key)))
		return SKERRY_OK;
	err = start_server(http, cert, key, &server);
	if (err != SKERRY_OK)
		return err;
	if (http->tls != NULL)
		retire(http, http->tls);
	http->tls = server;
	return SKERRY_OK;
}

/* --- guests come in ------------------------------------------------------------------------------ */

static void
admit(struct http *http, const struct http_guest *guest, const struct sockaddr_storage *address,
	socklen_t address_len)
{
	struct http_guest *entered = http_crowd_enter(&http->crowd, guest, http->now_ms);
	struct server *server = guest->needs_token ? http->tls : http->plain;

	if (entered == NULL) {
		http->counts.dropped++;
		close(guest->socket);
		return;
	}
	entered->server = server;
	http->counts.connections++;
	server->open++;
	if (!http_wire_add(server->wire, entered, address, address_len)) {
		server->open--;
		http_crowd_leave(&http->crowd, entered);
	}
}

/* The one that has been silent longest makes room. */
static void
make_room(struct http *http)
{
	if (http->crowd.first != NULL)
		show_out(http, http->crowd.first);
}

static void
accept_from(struct http *http, size_t number)
{
	struct sockaddr_storage address;
	struct http_guest guest;
	socklen_t address_len;

	/* Those who were shown out are still counted until the round's end. */
	for (unsigned i = 0; i < ACCEPTED_MAX && http->crowd.open < HTTP_CONNECTIONS_MAX + MARGIN;
		i++) {
		switch (http_gate_accept(
			&http->gate, number, http->now_ms, &guest, &address, &address_len)) {
		case HTTP_GATE_GUEST:
			if (http->crowd.open >= HTTP_CONNECTIONS_MAX)
				make_room(http);
			admit(http, &guest, &address, address_len);
			break;
		case HTTP_GATE_STRANGER:
			break;
		case HTTP_GATE_DEAF:
			make_room(http);
			return;
		case HTTP_GATE_NOBODY:
			return;
		}
	}
}

/* --- opening and closing ----------------------------------------------------------------------- */

static enum skerry_err
fail(struct http_failure *ret_failure, const char *subject, enum skerry_err err,
	const char *message)
{
	*ret_failure = (struct http_failure){ subject, message };
	return err;
}

enum skerry_err
http_open(
	const struct http_config *config, struct http **ret_http, struct http_failure *ret_failure)
{
	struct http *http = calloc(1, sizeof *http);
	enum skerry_err err;

	if (http == NULL)
		return fail(ret_failure, "skerryd", SKERRY_ERR_NO_MEMORY, "There is no memory.");
	http->config = *config;
	if (config->clock_ms == NULL)
		http->config.clock_ms = steady_ms;
	http->now_ms = http->config.clock_ms();
	http->bodies.spool_directory = config->spool_directory;
	if (gethostname(http->hostname, sizeof http->hostname - 1) != 0)
		http->hostname[0] = '\0';
	http->names = (struct http_names){ http->hostname, config->names, config->names_len };
	http->epoll = epoll_create1(EPOLL_CLOEXEC);
	err = http->epoll < 0 ? SKERRY_ERR_IO : start_server(http, NULL, NULL, &http->plain);
	if (err != SKERRY_OK)
		err = fail(ret_failure, "skerryd", err, "libmicrohttpd does not start.");
	else
		err = http_gate_open(&http->gate, http->epoll, config, ret_failure);
	if (err == SKERRY_OK) {
		err = http_set_tls(http, config->tls_cert, config->tls_key);
		if (err != SKERRY_OK)
			fail(ret_failure, http->gate.beyond, err,
				err == SKERRY_ERR_ARGUMENT ? "tls_cert and tls_key are no "
							     "certificate and its key, in PEM."
							   : "libmicrohttpd does not start.");
	}
	http->config.tls_cert = http->config.tls_key = NULL;
	if (err != SKERRY_OK) {
		int kept_errno = errno;

		http_close(http);
		errno = kept_errno;
		return err;
	}
	*ret_http = http;
	return SKERRY_OK;
}

static void
run_servers(struct http *http)
{
	for (struct server **at = &http->servers, *server; (server = *at) != NULL;) {
		http_wire_run(server->wire);
		if (server->retired && server->open == 0)
			stop_server(at);
		else
			at = &server->next;
	}
}

void
http_close(struct http *http)
{
	struct exchange *spare;

	if (http == NULL)
		return;
	http->closing = true;
	http_gate_close(&http->gate);
	while (http->waiting != NULL)
		refuse(http->waiting, &CLOSING);
	/* Those who wait are woken in the first, told in the second. */
	run_servers(http);
	run_servers(http);
	while (http->servers != NULL)
		stop_server(&http->servers);
	while ((spare = http->spares) != NULL) {
		http->spares = spare->after;
		free(spare);
	}
	http_crowd_free(&http->crowd);
	if (http->epoll >= 0)
		close(http->epoll);
	free(http);
}

void
http_leave(struct http *http)
{
	http_gate_close(&http->gate);
}

/* --- a round ----------------------------------------------------------------------------------- */

int
http_fd(const struct http *http)
{
	return http->epoll;
}

int
http_timeout_ms(struct http *http)
{
	int64_t until_ms = INT64_MAX, left;

	if (http->resumed)
		return 0;
	for (const struct server *server = http->servers; server != NULL; server = server->next)
		if (http_wire_is_due(server->wire))
			return 0;
	if (http->crowd.first != NULL)
		until_ms = http->crowd.first->until_ms;
	if (http->gate.deaf_until_ms != INT64_MIN && http->gate.deaf_until_ms < until_ms)
		until_ms = http->gate.deaf_until_ms;
	if (until_ms == INT64_MAX)
		return -1;
	left = until_ms - http->config.clock_ms();
	return left <= 0 ? 0 : (int)left + 1;
}

static void
drop_slow(struct http *http)
{
	while (http->crowd.first != NULL && http->crowd.first->until_ms <= http->now_ms)
		show_out(http, http->crowd.first);
}

static void
accept_waiting(struct http *http)
{
	struct epoll_event events[READY_MAX];
	int ready = epoll_wait(http->epoll, events, READY_MAX, 0);

	for (int i = 0; i < ready; i++)
		if (events[i].data.u32 < http->gate.listeners_len)
			accept_from(http, events[i].data.u32);
}

void
http_run(struct http *http)
{
	uint64_t before = http->counts.calls;

	http->in_round = true;
	http->resumed = false;
	http->now_ms = http->config.clock_ms();
	http_gate_listen(&http->gate, http->now_ms);
	drop_slow(http);
	run_servers(http);
	/* While there are calls, those who knock wait for a few rounds: to look costs as much as a call's third. */
	if (http->counts.calls != before && ++http->rounds_unheard < UNHEARD_MAX) {
		http->in_round = false;
		return;
	}
	http->rounds_unheard = 0;
	accept_waiting(http);
	http->in_round = false;
}

void
http_count(const struct http *http, struct http_counts *ret_counts)
{
	*ret_counts = http->counts;
	ret_counts->open = http->crowd.open;
}
