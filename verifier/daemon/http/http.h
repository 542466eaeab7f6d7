/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_H
#define VERIFIER_DAEMON_HTTP_HTTP_H

/*
 * HTTP/1.1, strictly, by libmicrohttpd (which http_wire.c alone knows). It listens, reads a call whole, refuses
 * what is malformed, too large or too slow, says who is calling, and gives answers back, now or later.
 *
 * One thread: the caller waits on http_fd (and its own) for http_timeout_ms, then calls http_run, which
 * calls `serve` for each call that has come. Every call is answered once, in `serve` or any time later in the
 * same thread; until then its connection is suspended, and nothing of it is freed.
 *
 * Refused here, each with its error as an object and the end of its connection: a header twice of which
 * there is one (Host, Content-Length, Authorization, Skerry-Seat-Secret, Accept, ...), both Content-Length
 * and Transfer-Encoding, a NUL or control character anywhere, a bare line feed, a folded header, more than
 * HTTP_HEADERS_MAX or longer than HTTP_HEAD_MAX (431), a body over the limit (413), a path that does not
 * decode or is not UTF-8 (400), on TCP a Host that is not this daemon's own address or name (421), any Origin
 * (403), and on addresses beyond loopback no or a wrong token (401). What libmicrohttpd sees first, it
 * refuses itself with a short page of HTML, and ends the connection, too: a head of more than twice
 * HTTP_HEAD_MAX (414, 431), a header without a colon, a length that is no number and broken chunks (400),
 * and other versions of HTTP (505). A request line without blanks, and a query of hundreds of '&', it leaves
 * unanswered.
 *
 * A chunked body that is over the limit is read on and dropped, so that its client sees the answer: up to
 * HTTP_DROPPED_MAX bytes, where the call is no import, and within HTTP_SLOW_S. One that goes on has none.
 *
 * It lets pass, unseen: empty lines before a request; in a chunked body bare line feeds and chunk
 * extensions. So a chunked call is the last of its connection: nothing can hide behind it.
 *
 * A connection that has not completed a call for HTTP_SLOW_S is dropped, also one that sends a byte a
 * second; a body has that long for each HTTP_BODY_MAX, and an answer for being read. Of one local user at
 * most HTTP_USER_MAX are open; where HTTP_CONNECTIONS_MAX are, the one that has been silent longest gives
 * way to the next.
 *
 * An idle connection costs 5 KB, and 10 KB once it has called: a thousand of them 10 MB.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "formats/skerry_error.h"

enum {
	HTTP_CONNECTIONS_MAX = 2048,
	HTTP_USER_MAX = 1024,
	HTTP_HEAD_MAX = 4096,
	HTTP_HEADERS_MAX = 32,
	HTTP_PATH_MAX = 1024,    /* bytes, decoded */
	HTTP_ARGS_MAX = 32,      /* values and components may be named again and again */
	HTTP_BODY_MAX = 1 << 20, /* in memory */
	HTTP_SPOOL_MAX =
		1 << 30,     /* of a document to import, in an unlinked file of the state folder */
	HTTP_SPOOLS_MAX = 4, /* of them at once */
	HTTP_DROPPED_MAX =
		16 << 20, /* of a chunked body that is over the limit, read on for the answer */
	HTTP_BODIES_MAX = 32 << 20, /* in memory, of all calls together */
	HTTP_SLOW_S = 30
};

enum http_method { HTTP_GET = 1, HTTP_PUT, HTTP_POST, HTTP_DELETE, HTTP_OTHER };
enum http_format { HTTP_JSON = 0, HTTP_CBOR, HTTP_TEXT };

/* Who is on the other end. */
struct http_peer {
	bool local; /* the Unix socket: uid is the kernel's word */
	uid_t uid;
	bool loopback;  /* TCP from this machine */
	char token[64]; /* the client token's name; "" */
};

struct http_arg {
	const char *name, *value; /* decoded, terminated; a NUL in either was refused */
};

/* A call that has come, whole. Borrowed until it is answered. */
struct http_call {
	enum http_method method;
	char *segments[8]; /* of the path, decoded one by one: a holder may have a '/' in it */
	size_t segments_len;
	struct http_arg args[HTTP_ARGS_MAX];
	size_t args_len;
	const uint8_t *body; /* NULL where it was spooled */
	size_t body_len;
	int spooled;             /* -1: none */
	enum http_format format; /* of Accept; JSON where nothing fits better */
	/*
	 * Of an error: CBOR where Accept names it at all, else JSON. `skerry` asks for "text/plain,
	 * application/cbor;q=0.1" and reads no JSON.
	 */
	enum http_format error_format;
	char language[16];       /* of Accept-Language, its first; "" */
	const char *seat_secret; /* Skerry-Seat-Secret as shown; NULL */
	struct http_peer peer;
	const char *target; /* path and query as sent: a key for kept answers */
	void *inside;       /* http.c's own */
};

/* Query value by name; NULL. */
const char *http_arg(const struct http_call *call, const char *name);

struct http_reply {
	int status;
	enum http_format format; /* of the body */
	const char *body;        /* copied; NULL: none */
	size_t body_len;
	const char *header_name, *header_value; /* one more; NULL */
	const char *header2_name, *header2_value;
};

/* An answer that is given many times: made once, shared, freed when the last connection is done with it. */
struct http_kept;
struct http_kept *http_keep(const struct http_reply *reply); /* NULL: no memory */
void http_let_go(struct http_kept *kept);

void http_reply(struct http_call *call, const struct http_reply *reply);
void http_reply_kept(struct http_call *call, struct http_kept *kept);

struct http_config {
	const char *socket;   /* a Unix socket to make, 0660; NULL */
	gid_t socket_group;   /* (gid_t)-1: as it comes */
	const int *inherited; /* listening sockets from systemd */
	size_t inherited_len;
	const char *address;            /* "127.0.0.1:7878", "[::1]:7878"; NULL: no TCP */
	const char *tls_cert, *tls_key; /* PEM texts; NULL */
	/* Names that a Host on TCP may have, besides this machine's own and its addresses. */
	const char *const *names;
	size_t names_len;
	/*
	 * True and its name where a client token is known. NULL where there is none at all: then nobody
	 * may be listened to beyond loopback. Not asked on the Unix socket, where the kernel says who calls.
	 */
	bool (*is_token)(void *context, const char *token, char ret_name[64]);
	int spool_directory; /* where bodies of imports are spooled; -1: nowhere */
	/* May the body of this call be spooled? By method and path alone. */
	bool (*spools)(void *context, enum http_method method, const char *path);
	void (*serve)(void *context, struct http_call *call);
	/*
	 * For a log, NULL: none. A call that is not served; of its fields method, target and peer are there, the
	 * target as it was sent.
	 */
	void (*refused)(
		void *context, const struct http_call *call, int status, enum skerry_err err);
	void *context;
	/* Milliseconds that go on steadily, for tests; NULL: CLOCK_MONOTONIC. */
	int64_t (*clock_ms)(void);
};

struct http;

/* Of what could not be opened: what it is, and why; static or the config's own. */
struct http_failure {
	const char *subject, *message;
};

/*
 * ARGUMENT (an address beyond loopback without TLS or tokens, malformed, TLS files that do not fit),
 * FILE_EXISTS (somebody listens there), FILE_PERMISSION, FILE_MISSING, IO, NO_MEMORY; errno is kept. A socket
 * that nobody listens at any more is replaced. Raises the limit of open files as far as it may.
 */
enum skerry_err http_open(
	const struct http_config *config, struct http **ret_http, struct http_failure *ret_failure);
/*
 * Everybody who waits gets 503: no call is answered after it. Its own socket is removed, inherited ones are
 * left to systemd. Harmless on NULL.
 */
void http_close(struct http *http);
/* Instead of it, where somebody still reads calls: only listens no more, and removes its own socket. */
void http_leave(struct http *http);
/*
 * Another certificate for who connects from now on; who has come with the old one may end the call that is
 * under way. The same as before, and where nobody comes by TLS: nothing happens. ARGUMENT: they do not fit;
 * IO, NO_MEMORY; the old one stays.
 */
enum skerry_err http_set_tls(struct http *http, const char *cert, const char *key);
int http_fd(const struct http *http);
int http_timeout_ms(struct http *http); /* -1: none */
void http_run(struct http *http);

/* For /metrics. */
struct http_counts {
	uint64_t calls, refused, dropped, connections, open;
};
void http_count(const struct http *http, struct http_counts *ret_counts);

#endif
