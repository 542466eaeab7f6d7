/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_TOLD_H
#define VERIFIER_CLI_TOLD_H

/* What a daemon has to say on both streams of a terminal (verifier/show/deeds.h, ?told). */

#include "daemon.h"

struct told {
	struct daemon_reply reply;
	struct cbor_text out, notes; /* which they borrow */
};

/* As daemon_ask, which tells a refusal as JSON for `fail_json`; ANSWERED: *ret_told, for told_free. */
enum daemon_answer told_ask(struct daemon_call *call, bool json, bool fail_json,
	struct told *ret_told, enum command_exit *ret_exit);
void told_free(struct told *told);

/* Asks, and prints all of it. False: no daemon, and nothing was told: use the folder. */
bool told_print(struct daemon_call *call, bool json, enum command_exit *ret_exit);

/*
 * The JSON object that goes with a call:
 *
 *	told_body_begin(&body);
 *	json_name(&body.j, "code") ...
 *	told_body_end(&body, &call);
 *	... the call ...
 *	told_body_free(&body);
 */
struct told_body {
	struct json j;
	FILE *stream;
	char *text;
	size_t len;
};
void told_body_begin(struct told_body *ret_body);
void told_body_end(struct told_body *body, struct daemon_call *call);
void told_body_free(struct told_body *body);
/* A member that is left out where there is none; a list likewise. */
void told_body_chars(struct told_body *body, const char *name, const char *value);
void told_body_list(
	struct told_body *body, const char *name, const char *const *values, size_t len);

#endif
