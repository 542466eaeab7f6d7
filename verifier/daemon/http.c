/* SPDX-License-Identifier: ISC */
/*
 * The glue to libmicrohttpd, and the loop's round. We accept by ourselves, so that the kernel's word on
 * who connects is heard before anything else, and hand the sockets to one of its daemons: the plain one, or
 * the one of TLS, of which there are more for a while after the certificate has changed. It polls nothing
 * by itself: its epoll sets hang in ours.
 */
#include "http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "http_gate.h"
#include "http_incoming.h"

enum {
	SERVERS_MAX = 4,   /* plain, TLS, and TLS with certificates of before */
	ACCEPTED_MAX = 64, /* of one socket in one round */
	/*
	 * All that libmicrohttpd has for a connection: its head, 56 bytes for each field and argument, the
	 * answer's header. It is wiped after each call.
	 */
	CONNECTION_ROOM = 9216,
	SPARES_MAX = 16,
	UNHEARD_MAX = 8,
	MARGIN = 32, /* of connections, while others are on their way out */
};

/* One daemon of libmicrohttpd. */
struct server {
	struct MHD_Daemon *daemon; /* NULL: none */
	unsigned open;
	bool retired;
};

/* A call, from its first line to the last byte of its answer. */
struct exchange {
	struct http_incoming incoming;
	struct http *http;
	struct MHD_Connection *connection;
	struct http_guest *guest;
	struct exchange *before, *after; /* of those that wait; `after` of the spares, too */
	enum stage { HEAD, BODY, SERVED, ANSWERED } stage;
	bool in_handler;   /* else suspended, when SERVED */
	uint64_t patience; /* bytes of body after which there is time again */
};

struct http {
	struct http_config config;
	struct http_names names;
	char hostname[256];
	int epoll;
	struct http_gate gate;
	struct server servers[SERVERS_MAX];
	struct server *plain, *tls;
	struct http_crowd crowd;
	struct http_bodies bodies;
	struct http_guest *entering;
	struct exchange *waiting, *spares;
	size_t spares_len;
	int64_t now_ms;
	unsigned rounds_unheard;
	bool resumed, in_round, closing;
	bool reads_lines; /* this libmicrohttpd leaves the header's lines where they came */
	struct http_counts counts;
};

struct http_kept {
	struct MHD_Response *response;
	int status;
};

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

/* libmicrohttpd never tells the end of a call that its room is too small for, but that of its connection. */
static void
guest_moves(void *context, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	struct http_guest *guest = *socket_context;
	struct http *http = context;

	(void)connection;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket_context = http->entering;
		http->entering = NULL;
		return;
	}
	if (guest == NULL)
		return;
	if (guest->call != NULL)
		drop_exchange(guest->call);
	((struct server *)guest->server)->open--;
	http_crowd_leave(&http->crowd, guest);
	*socket_context = NULL;
}

static struct http_guest *
guest_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

/* --- answers ---------------------------------------------------------------------------------- */

static const char *const CONTENT_TYPES[] = {
	[HTTP_JSON] = "application/json",
	[HTTP_CBOR] = "application/cbor",
	[HTTP_TEXT] = "text/plain; charset=utf-8",
};

static bool
put_header(struct MHD_Response *response, const char *name, const char *value)
{
	return name == NULL || value == NULL ||
	       MHD_add_response_header(response, name, value) == MHD_YES;
}

static struct MHD_Response *
make_response(const struct http_reply *reply, bool is_last)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		reply->body_len, (void *)reply->body, MHD_RESPMEM_MUST_COPY);

	if (response == NULL)
		return NULL;
	if ((reply->body == NULL ||
		    put_header(response, "Content-Type", CONTENT_TYPES[reply->format])) &&
		put_header(response, "Cache-Control", "no-store") &&
		put_header(response, reply->header_name, reply->header_value) &&
		put_header(response, reply->header2_name, reply->header2_value) &&
		put_header(response, "Connection", is_last ? "close" : NULL))
		return response;
	MHD_destroy_response(response);
	return NULL;
}

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
give(struct exchange *x, int status, struct MHD_Response *response)
{
	struct http *http = x->http;

	if (response != NULL)
		MHD_queue_response(x->connection, (unsigned)status, response);
	x->stage = ANSWERED;
	if (x->in_handler)
		return;
	leave_waiting(x);
	if (!http->in_round)
		http->now_ms = http->config.clock_ms();
	http_crowd_wait(&http->crowd, x->guest, http->now_ms);
	MHD_resume_connection(x->connection);
	http->resumed = true;
}

void
http_reply(struct http_call *call, const struct http_reply *reply)
{
	struct exchange *x = call->inside;
	struct MHD_Response *response = make_response(reply, x->guest->leaving);

	give(x, reply->status, response);
	if (response != NULL)
		MHD_destroy_response(response);
}

void
http_reply_kept(struct http_call *call, struct http_kept *kept)
{
	give(call->inside, kept->status, kept->response);
}

struct http_kept *
http_keep(const struct http_reply *reply)
{
	struct http_kept *kept = malloc(sizeof *kept);

	if (kept == NULL)
		return NULL;
	kept->status = reply->status;
	kept->response = make_response(reply, false);
	if (kept->response != NULL)
		return kept;
	free(kept);
	return NULL;
}

void
http_let_go(struct http_kept *kept)
{
	if (kept == NULL)
		return;
	MHD_destroy_response(kept->response);
	free(kept);
}

/* Also the end of the connection. */
static void
refuse(struct exchange *x, const struct http_refusal *refusal)
{
	char body[HTTP_REFUSAL_MAX];
	struct http_reply reply = { .status = refusal->status, .body = body };

	reply.format = x->incoming.call.error_format;
	reply.body_len = http_refusal_write(refusal, reply.format, body);
	if (refusal->status == 401) {
		reply.header_name = "WWW-Authenticate";
		reply.header_value = "Bearer";
	}
	x->guest->leaving = true;
	x->http->counts.refused++;
	http_reply(&x->incoming.call, &reply);
}

/* --- calls ------------------------------------------------------------------------------------- */

/*
 * The first line has come. `uri` is the target as it stands in libmicrohttpd's memory, which it takes apart
 * afterwards: it is copied. Nothing follows the last call of a connection.
 */
static void *
begin(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct http_guest *guest = guest_of(connection);
	struct http *http = context;
	struct exchange *x = http->spares;

	if (guest == NULL || guest->leaving || guest->call != NULL || uri == NULL)
		return NULL;
	if (x != NULL) {
		http->spares = x->after;
		http->spares_len--;
	} else {
		x = malloc(sizeof *x);
	}
	if (x == NULL)
		return NULL;
	if (!http_incoming_begin(&x->incoming, uri, strlen(uri))) {
		free(x);
		return NULL;
	}
	x->http = http;
	x->connection = connection;
	x->guest = guest;
	x->stage = HEAD;
	x->in_handler = true;
	x->patience = HTTP_BODY_MAX;
	x->incoming.call.inside = x;
	x->incoming.call.peer = guest->peer;
	guest->call = x;
	return x;
}

/* The answer is out, or the connection is gone. */
static void
end(void *context, struct MHD_Connection *connection, void **con_cls,
	enum MHD_RequestTerminationCode code)
{
	struct exchange *x = *con_cls;
	struct http *http = context;

	(void)connection;
	*con_cls = NULL;
	if (x == NULL)
		return;
	if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK && x->guest->leaving)
		shutdown(x->guest->socket, SHUT_RDWR);
	if (!x->guest->leaving)
		http_crowd_wait(&http->crowd, x->guest, http->now_ms);
	drop_exchange(x);
}

struct lines {
	struct http_head head;
	enum skerry_err err;
};

static enum MHD_Result
add_line(void *context, enum MHD_ValueKind kind, const char *name, size_t name_len,
	const char *value, size_t value_len)
{
	struct lines *lines = context;

	(void)kind;
	lines->err =
		http_head_add(&lines->head, name, name_len, value != NULL ? value : "", value_len);
	return lines->err == SKERRY_OK ? MHD_YES : MHD_NO;
}

/*
 * From "GET" on all that came lies in one piece, up to the empty line: what libmicrohttpd 0.9 has put its
 * zeros into. Another version gives the fields as it has understood them; it is strict by itself.
 */
static void
read_lines(struct exchange *x, const char *method, const char *version, struct lines *ret_lines)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	size_t head_len = info != NULL ? info->header_size : 0, version_len = strlen(version);
	size_t before = strlen(method) + 1 + x->incoming.target_len + 1;

	ret_lines->head.fields_len = 0;
	ret_lines->err = SKERRY_OK;
	if (head_len > HTTP_HEAD_MAX) {
		ret_lines->err = SKERRY_ERR_HTTP_TOO_LARGE;
		return;
	}
	if (!x->http->reads_lines) {
		MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, add_line, ret_lines);
		return;
	}
	/* One blank on either side of the target, and the line's two ends behind the version. */
	if (version != method + before || before + version_len + 2 > head_len ||
		version[version_len + 1] != '\0') {
		ret_lines->err = SKERRY_ERR_HTTP_MALFORMED;
		return;
	}
	before += version_len + 2;
	ret_lines->err = http_head_read(method + before, head_len - before, &ret_lines->head);
}

static void
take_head(struct exchange *x, const char *method, const char *version)
{
	struct http_guest *guest = x->guest;
	struct http_door door = { guest->peer.local, guest->needs_token, &guest->local_address,
		&x->http->names };
	struct lines lines;

	read_lines(x, method, version, &lines);
	http_incoming_head(
		&x->incoming, method, version, &lines.head, lines.err, &door, &x->http->config);
	x->stage = BODY;
	if (x->incoming.refused_at_once)
		refuse(x, &x->incoming.refusal);
	else if (x->incoming.chunked)
		guest->leaving = true;
}

static enum MHD_Result
take_body(struct exchange *x, const char *bytes, size_t bytes_len)
{
	struct http *http = x->http;

	if (!http_incoming_body(&x->incoming, &http->bodies, bytes, bytes_len))
		return MHD_NO;
	if (http_body_len(&x->incoming.body) > x->patience) {
		x->patience += HTTP_BODY_MAX;
		http_crowd_wait(&http->crowd, x->guest, http->now_ms);
	}
	return MHD_YES;
}

static void
serve(struct exchange *x)
{
	static const struct http_refusal CLOSING = { 503, SKERRY_ERR_HTTP_BUSY,
		"skerryd is being stopped." };
	struct http *http = x->http;
	bool has_trailers = x->incoming.chunked && MHD_get_connection_values(x->connection,
							   MHD_FOOTER_KIND, NULL, NULL) > 0;

	http_incoming_end(&x->incoming, has_trailers);
	x->stage = SERVED;
	if (x->incoming.refusal.status != 0) {
		refuse(x, &x->incoming.refusal);
		return;
	}
	if (http->closing) {
		refuse(x, &CLOSING);
		return;
	}
	http->counts.calls++;
	http->config.serve(http->config.context, &x->incoming.call);
	if (x->stage == ANSWERED)
		return;
	http_crowd_serve(&http->crowd, x->guest);
	start_waiting(x);
	MHD_suspend_connection(x->connection);
}

static enum MHD_Result
handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *body, size_t *body_len, void **con_cls)
{
	struct exchange *x = *con_cls;
	enum MHD_Result result = MHD_YES;

	(void)context;
	(void)connection;
	(void)url;
	if (x == NULL)
		return MHD_NO;
	x->in_handler = true;
	switch (x->stage) {
	case HEAD:
		take_head(x, method, version);
		break;
	case BODY:
		if (*body_len == 0) {
			serve(x);
			break;
		}
		result = take_body(x, body, *body_len);
		*body_len = 0;
		break;
	default:
		result = MHD_NO; /* an answer that could not be made */
	}
	x->in_handler = false;
	return result;
}

/* Arguments are decoded by http_target.c. */
static size_t
leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

/* --- servers ----------------------------------------------------------------------------------- */

static struct MHD_Daemon *
start_daemon(struct http *http, const char *cert, const char *key)
{
	const unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
			       MHD_USE_SUPPRESS_DATE_NO_CLOCK;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)cert },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0,
			"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE" },
		{ MHD_OPTION_END, 0, NULL },
	};

	if (cert == NULL)
		tls[0] = tls[3];
	return MHD_start_daemon(flags | (cert != NULL ? MHD_USE_TLS : 0), 0, NULL, NULL, handle,
		http, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_ROOM,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX + 2 * MARGIN,
		MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_STRICT_FOR_CLIENT,
		http->reads_lines ? 0 : 1, MHD_OPTION_URI_LOG_CALLBACK, begin, http,
		MHD_OPTION_NOTIFY_COMPLETED, end, http, MHD_OPTION_NOTIFY_CONNECTION, guest_moves,
		http, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_ARRAY, tls,
		MHD_OPTION_END);
}

/* NULL: no room, or libmicrohttpd does not start. */
static struct server *
start_server(struct http *http, const char *cert, const char *key)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = HTTP_GATE_MAX };
	const union MHD_DaemonInfo *info;
	struct server *server = NULL;

	for (size_t i = 0; i < SERVERS_MAX && server == NULL; i++)
		if (http->servers[i].daemon == NULL)
			server = &http->servers[i];
	if (server == NULL)
		return NULL;
	*server = (struct server){ .daemon = start_daemon(http, cert, key) };
	if (server->daemon == NULL)
		return NULL;
	info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL || epoll_ctl(http->epoll, EPOLL_CTL_ADD, info->epoll_fd, &event) != 0) {
		MHD_stop_daemon(server->daemon);
		server->daemon = NULL;
		return NULL;
	}
	return server;
}

/* Its epoll set goes with it. */
static void
stop_server(struct server *server)
{
	if (server->daemon != NULL)
		MHD_stop_daemon(server->daemon);
	server->daemon = NULL;
}

/* Who has an older certificate goes after the call that is under way. */
static void
retire(struct http *http, struct server *server)
{
	struct http_guest *guest, *later;

	server->retired = true;
	for (guest = http->crowd.first; guest != NULL; guest = later) {
		later = guest->later;
		if (guest->server == server)
			show_out(http, guest);
	}
	for (struct exchange *x = http->waiting; x != NULL; x = x->after)
		if (x->guest->server == server)
			x->guest->leaving = true;
}

enum skerry_err
http_set_tls(struct http *http, const char *cert, const char *key)
{
	struct server *server = start_server(http, cert, key);

	if (server == NULL)
		return SKERRY_ERR_ARGUMENT;
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
	http->entering = entered;
	/* It closes the socket where it fails, too. */
	if (MHD_add_connection(server->daemon, guest->socket, (const struct sockaddr *)address,
		    address_len) != MHD_YES &&
		http->entering != NULL) {
		server->open--;
		http_crowd_leave(&http->crowd, entered);
	}
	http->entering = NULL;
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
	http->reads_lines = strncmp(MHD_get_version(), "0.9.", 4) == 0;
	if (gethostname(http->hostname, sizeof http->hostname - 1) != 0)
		http->hostname[0] = '\0';
	http->names = (struct http_names){ http->hostname, config->names, config->names_len };
	http->epoll = epoll_create1(EPOLL_CLOEXEC);
	http->plain = http->epoll >= 0 ? start_server(http, NULL, NULL) : NULL;
	if (http->plain == NULL)
		err = fail(ret_failure, "skerryd", SKERRY_ERR_IO, "libmicrohttpd does not start.");
	else
		err = http_gate_open(&http->gate, http->epoll, config, ret_failure);
	if (err == SKERRY_OK && http->gate.beyond != NULL &&
		http_set_tls(http, config->tls_cert, config->tls_key) != SKERRY_OK)
		err = fail(ret_failure, http->gate.beyond, SKERRY_ERR_ARGUMENT,
			"tls_cert and tls_key are no certificate and its key, in PEM.");
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
	for (size_t i = 0; i < SERVERS_MAX; i++) {
		struct server *server = &http->servers[i];

		if (server->daemon == NULL)
			continue;
		MHD_run(server->daemon);
		if (server->retired && server->open == 0)
			stop_server(server);
	}
}

void
http_close(struct http *http)
{
	static const struct http_refusal CLOSING = { 503, SKERRY_ERR_HTTP_BUSY,
		"skerryd is being stopped." };
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
	for (size_t i = 0; i < SERVERS_MAX; i++)
		stop_server(&http->servers[i]);
	while ((spare = http->spares) != NULL) {
		http->spares = spare->after;
		free(spare);
	}
	http_crowd_free(&http->crowd);
	if (http->epoll >= 0)
		close(http->epoll);
	free(http);
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
	MHD_UNSIGNED_LONG_LONG pending;
	int64_t until_ms = INT64_MAX, left;

	if (http->resumed)
		return 0;
	for (size_t i = 0; i < SERVERS_MAX; i++)
		if (http->servers[i].daemon != NULL &&
			MHD_get_timeout(http->servers[i].daemon, &pending) == MHD_YES)
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
	struct epoll_event events[HTTP_GATE_MAX + SERVERS_MAX];
	int ready = epoll_wait(http->epoll, events, HTTP_GATE_MAX + SERVERS_MAX, 0);

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
