/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_WIRE_H
#define VERIFIER_DAEMON_HTTP_HTTP_WIRE_H

/*
 * The glue to libmicrohttpd, which no other file knows: one of its daemons, polled by who owns it, that has
 * connections handed to it and tells, as a call comes, its target, its header line by line as it came, its
 * body, its end. The guests and calls of the events are the owner's.
 */

#include "http_crowd.h"
#include "http_head.h"

struct http_wire;
struct http_line;   /* a connection, as it has it */
struct http_answer; /* ready to be sent, as often as one likes */

/* What the wire keeps of a call; the owner's begins with it. */
struct http_wire_call {
	struct http_line *line;
	size_t target_len;
	bool has_head, in_event;
};

struct http_wire_events {
	/* A call's first line; NULL or false ends the connection, here and below. `target` is gone after it. */
	struct http_wire_call *(*begin)(
		void *context, struct http_guest *guest, const char *target, size_t target_len);
	/* `head_err` is what reading the header came to (http_head.h). */
	bool (*head)(struct http_wire_call *call, const char *method, const char *version,
		const struct http_head *head, enum skerry_err head_err);
	bool (*body)(struct http_wire_call *call, const char *bytes, size_t bytes_len);
	/* All of it has come; once more after http_wire_go_on, where no answer could be made. */
	bool (*whole)(struct http_wire_call *call, bool has_trailers);
	/* Its answer is out, or its connection is gone. Some are never told to end, but all guests leave. */
	void (*end)(struct http_wire_call *call, bool answered);
	void (*leave)(void *context, struct http_guest *guest);
};

/* NULL for `cert` and `key`: no TLS. ARGUMENT: they do not fit; IO: it does not start; NO_MEMORY. */
enum skerry_err http_wire_open(const struct http_wire_events *events, void *context,
	const char *cert, const char *key, struct http_wire **ret_wire);
/* Of one with TLS, whether that is its certificate, and its key. */
bool http_wire_shows(const struct http_wire *wire, const char *cert, const char *key);
/* Nothing of it may be held. Guests leave. Harmless on NULL. */
void http_wire_close(struct http_wire *wire);

/* To be polled. */
int http_wire_fd(const struct http_wire *wire);
/* Whether http_wire_run has something to do already. */
bool http_wire_is_due(struct http_wire *wire);
void http_wire_run(struct http_wire *wire);

/* Takes the guest's socket over. False: closed, and the guest has not left; it never came in. */
bool http_wire_add(struct http_wire *wire, struct http_guest *guest,
	const struct sockaddr_storage *address, socklen_t address_len);

/* NULL: no memory. `is_last`: it says that the connection ends. */
struct http_answer *http_answer_make(const struct http_reply *reply, bool is_last);
/* Harmless on NULL, and while it is sent. */
void http_answer_free(struct http_answer *answer);

/* In `head` and `whole`, or while it is held. From `head`, it is the connection's last. */
void http_wire_answer(struct http_wire_call *call, int status, struct http_answer *answer);
/* In `whole`: the answer comes later, and nothing happens before http_wire_go_on. */
void http_wire_hold(struct http_wire_call *call);
void http_wire_go_on(struct http_wire_call *call);

#endif
