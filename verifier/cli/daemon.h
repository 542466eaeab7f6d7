/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_DAEMON_H
#define VERIFIER_CLI_DAEMON_H

/*
 * Verbs through skerryd, where it runs: so who may use its socket may ask although the state folder is not
 * for him, and there is one writer. A verb parses its arguments, then
 *
 *	struct daemon_call call;
 *
 *	daemon_call_begin(&call, "GET", "/v1/status");
 *	daemon_call_question(&call, &question);
 *	if (daemon_tell(&call, question.json, &exit))
 *		return command_finish(exit);
 *	... the same with the folder
 *
 * Which socket: --socket, else SKERRY_SOCKET ("": none), else what skerryd.socket in the state folder
 * names, else for CLI_STATE_DEFAULT DAEMON_SOCKET_DEFAULT. Where nobody answers there, or it is not for
 * this user, the folder is used; with --socket that is told instead.
 */

#include "cli.h"
#include "verifier/library/http_client.h"

#define DAEMON_SOCKET_DEFAULT "/run/skerry/skerry.sock"

/* Fields are daemon.c's own, but those below that a verb may set between begin and the call. */
struct daemon_call {
	const char *method;
	char target[HTTP_CLIENT_TARGET_MAX];
	bool has_query, cut;
	/* All borrowed. */
	const char *header_name, *header_value; /* one more ("Skerry-Seat-Secret"); NULL */
	const char *content_type;               /* of a body; NULL */
	const uint8_t *body;
	size_t body_len;
	int file;    /* the body is this file instead, body_len bytes; -1 */
	int wait_ms; /* 0: HTTP_CLIENT_WAIT_MS */
};

/* `path` stands as it is; a segment is encoded and put behind it, with a slash before it. */
void daemon_call_begin(struct daemon_call *ret_call, const char *method, const char *path);
void daemon_call_segment(struct daemon_call *call, const char *segment);
/* Nothing for a NULL value. After the segments. */
void daemon_call_arg(struct daemon_call *call, const char *name, const char *value);
/* product, tenant, domain, install_path, custom, build_date; as given. */
void daemon_call_question(struct daemon_call *call, const struct cli_question *question);
/* A body of JSON. */
void daemon_call_json(struct daemon_call *call, const char *body, size_t body_len);

/*
 * Asks for text, or for JSON where that is wanted, and prints what comes on standard output; a refusal is
 * told as command_fail_json tells it. False: no daemon, and nothing was told: use the folder. Else
 * *ret_exit, of Skerry-Exit or of the error.
 */
bool daemon_tell(const struct daemon_call *call, bool json, enum command_exit *ret_exit);

/* The same, where the answer is more than something to print: it is handed over as CBOR. */
enum daemon_answer {
	DAEMON_NONE = 0, /* no daemon: use the folder */
	DAEMON_REFUSED,  /* told; *ret_exit */
	DAEMON_ANSWERED  /* 2xx: *ret_reply, for daemon_reply_free; *ret_exit */
};
struct daemon_reply {
	int status;
	uint8_t *bytes; /* deterministic CBOR of the call's object (read it with cbor.h) */
	size_t len;
};
enum daemon_answer daemon_ask(const struct daemon_call *call, bool json,
	struct daemon_reply *ret_reply, enum command_exit *ret_exit);
void daemon_reply_free(struct daemon_reply *reply);

/* The same, and the code of what was refused: for who asks a person again. */
enum daemon_answer daemon_ask_why(const struct daemon_call *call, bool json,
	struct daemon_reply *ret_reply, enum skerry_err *ret_refusal, enum command_exit *ret_exit);

/* Whether a call would go to a daemon: somebody listens there, or --socket says so. */
bool daemon_listens(void);

/* --socket, as cli_take_option has it. */
bool daemon_take_option(const char *name, const char *value);

/* Whether the state folder says that a daemon serves it: then it has the folder now and again. */
bool daemon_is_named(void);

#endif
