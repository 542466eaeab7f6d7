/* SPDX-License-Identifier: ISC */
#include "http_wire.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"

enum {
	/*
	 * All that libmicrohttpd has for a connection: its head, 56 bytes for each field and argument, the
	 * answer's header. It is wiped after each call.
	 */
	CONNECTION_ROOM = 9216,
	MARGIN = 64 /* of connections, while others are on their way out */
};

struct http_wire {
	struct MHD_Daemon *daemon;
	struct http_wire_events events;
	void *context;
	struct http_guest *entering;
	uint8_t pem[2][HASH_LEN]; /* of certificate and key */
	bool reads_lines;         /* this libmicrohttpd leaves the header's lines where they came */
};

static struct MHD_Connection *
connection_of(const struct http_wire_call *call)
{
	return (struct MHD_Connection *)call->line;
}

/* --- answers ------------------------------------------------------------------------------------ */

static struct MHD_Response *
response_of(struct http_answer *answer)
{
	return (struct MHD_Response *)answer;
}

static bool
put_header(struct MHD_Response *response, const char *name, const char *value)
{
	return name == NULL || value == NULL ||
	       MHD_add_response_header(response, name, value) == MHD_YES;
}

struct http_answer *
http_answer_make(const struct http_reply *reply, bool is_last)
{
	static const char *const CONTENT_TYPES[] = {
		[HTTP_JSON] = "application/json",
		[HTTP_CBOR] = "application/cbor",
		[HTTP_TEXT] = "text/plain; charset=utf-8",
	};
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
		return (struct http_answer *)response;
	MHD_destroy_response(response);
	return NULL;
}

void
http_answer_free(struct http_answer *answer)
{
	if (answer != NULL)
		MHD_destroy_response(response_of(answer));
}

void
http_wire_answer(struct http_wire_call *call, int status, struct http_answer *answer)
{
	MHD_queue_response(connection_of(call), (unsigned)status, response_of(answer));
}

void
http_wire_hold(struct http_wire_call *call)
{
	MHD_suspend_connection(connection_of(call));
}

void
http_wire_go_on(struct http_wire_call *call)
{
	MHD_resume_connection(connection_of(call));
}

/* --- calls -------------------------------------------------------------------------------------- */

static struct http_guest *
guest_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

/* `uri` is the target as it stands in libmicrohttpd's memory, which it takes apart afterwards. */
static void *
begin(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct http_guest *guest = guest_of(connection);
	struct http_wire *wire = context;
	struct http_wire_call *call;

	if (guest == NULL || uri == NULL)
		return NULL;
	call = wire->events.begin(wire->context, guest, uri, strlen(uri));
	if (call == NULL)
		return NULL;
	call->line = (struct http_line *)connection;
	call->target_len = strlen(uri);
	call->has_head = call->in_event = false;
	return call;
}

static void
end(void *context, struct MHD_Connection *connection, void **con_cls,
	enum MHD_RequestTerminationCode code)
{
	struct http_wire_call *call = *con_cls;
	struct http_wire *wire = context;

	(void)connection;
	*con_cls = NULL;
	if (call != NULL)
		wire->events.end(call, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
}

static void
guest_moves(void *context, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	struct http_wire *wire = context;

	(void)connection;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket_context = wire->entering;
		wire->entering = NULL;
	} else if (*socket_context != NULL) {
		wire->events.leave(wire->context, *socket_context);
		*socket_context = NULL;
	}
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
read_lines(const struct http_wire *wire, const struct http_wire_call *call, const char *method,
	const char *version, struct lines *ret_lines)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection_of(call), MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	size_t head_len = info != NULL ? info->header_size : 0, version_len = strlen(version);
	size_t before = strlen(method) + 1 + call->target_len + 1;

	ret_lines->head.fields_len = 0;
	ret_lines->err = SKERRY_OK;
	if (head_len > HTTP_HEAD_MAX) {
		ret_lines->err = SKERRY_ERR_HTTP_TOO_LARGE;
		return;
	}
	if (!wire->reads_lines) {
		MHD_get_connection_values_n(
			connection_of(call), MHD_HEADER_KIND, add_line, ret_lines);
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

static bool
tell(const struct http_wire *wire, struct http_wire_call *call, const char *method,
	const char *version, const char *body, size_t body_len)
{
	struct lines lines;

	if (!call->has_head) {
		call->has_head = true;
		read_lines(wire, call, method, version, &lines);
		return wire->events.head(call, method, version, &lines.head, lines.err);
	}
	if (body_len > 0)
		return wire->events.body(call, body, body_len);
	return wire->events.whole(call,
		MHD_get_connection_values(connection_of(call), MHD_FOOTER_KIND, NULL, NULL) > 0);
}

static enum MHD_Result
handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *body, size_t *body_len, void **con_cls)
{
	struct http_wire_call *call = *con_cls;
	bool goes_on;

	(void)connection;
	(void)url;
	if (call == NULL)
		return MHD_NO;
	call->in_event = true;
	goes_on = tell(context, call, method, version, body, *body_len);
	call->in_event = false;
	*body_len = 0;
	return goes_on ? MHD_YES : MHD_NO;
}

/* Arguments are decoded by http_target.c. */
static size_t
leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

/* --- the daemon --------------------------------------------------------------------------------- */

static struct MHD_Daemon *
start(struct http_wire *wire, const char *cert, const char *key)
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
		wire, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_ROOM,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX + MARGIN,
		MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_STRICT_FOR_CLIENT,
		wire->reads_lines ? 0 : 1, MHD_OPTION_URI_LOG_CALLBACK, begin, wire,
		MHD_OPTION_NOTIFY_COMPLETED, end, wire, MHD_OPTION_NOTIFY_CONNECTION, guest_moves,
		wire, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_ARRAY, tls,
		MHD_OPTION_END);
}

static void
hash_pem(const char *cert, const char *key, uint8_t ret_pem[2][HASH_LEN])
{
	hash_blake2b(NULL, 0, (const uint8_t *)cert, strlen(cert), ret_pem[0]);
	hash_blake2b(NULL, 0, (const uint8_t *)key, strlen(key), ret_pem[1]);
}

bool
http_wire_shows(const struct http_wire *wire, const char *cert, const char *key)
{
	uint8_t pem[2][HASH_LEN];

	hash_pem(cert, key, pem);
	return memcmp(pem, wire->pem, sizeof pem) == 0;
}

/* libmicrohttpd does not say why it does not start: whether it would without TLS. */
static enum skerry_err
why_not(struct http_wire *wire, const char *cert)
{
	struct MHD_Daemon *plain = cert != NULL ? start(wire, NULL, NULL) : NULL;

	if (plain == NULL)
		return SKERRY_ERR_IO;
	MHD_stop_daemon(plain);
	return SKERRY_ERR_ARGUMENT;
}

enum skerry_err
http_wire_open(const struct http_wire_events *events, void *context, const char *cert,
	const char *key, struct http_wire **ret_wire)
{
	struct http_wire *wire = calloc(1, sizeof *wire);
	enum skerry_err err;

	if (wire == NULL)
		return SKERRY_ERR_NO_MEMORY;
	wire->events = *events;
	wire->context = context;
	wire->reads_lines = strncmp(MHD_get_version(), "0.9.", 4) == 0;
	if (cert != NULL)
		hash_pem(cert, key, wire->pem);
	wire->daemon = start(wire, cert, key);
	if (wire->daemon != NULL) {
		*ret_wire = wire;
		return SKERRY_OK;
	}
	err = why_not(wire, cert);
	free(wire);
	return err;
}

void
http_wire_close(struct http_wire *wire)
{
	if (wire == NULL)
		return;
	MHD_stop_daemon(wire->daemon);
	free(wire);
}

int
http_wire_fd(const struct http_wire *wire)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(wire->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	return info != NULL ? info->epoll_fd : -1;
}

bool
http_wire_is_due(struct http_wire *wire)
{
	MHD_UNSIGNED_LONG_LONG left;

	/* Its connections have no timeouts of its own, so this is 0 or nothing. */
	return MHD_get_timeout(wire->daemon, &left) == MHD_YES;
}

void
http_wire_run(struct http_wire *wire)
{
	MHD_run(wire->daemon);
}

bool
http_wire_add(struct http_wire *wire, struct http_guest *guest,
	const struct sockaddr_storage *address, socklen_t address_len)
{
	bool is_in;

	wire->entering = guest;
	/* It closes the socket where it fails, too; where it had begun by then, the guest has left. */
	is_in = MHD_add_connection(wire->daemon, guest->socket, (const struct sockaddr *)address,
			address_len) == MHD_YES ||
		wire->entering == NULL;
	wire->entering = NULL;
	return is_in;
}
