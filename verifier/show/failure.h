/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_FAILURE_H
#define VERIFIER_SHOW_FAILURE_H

/*
 * Why a verb has no answer: what command_fail_json tells at a terminal, and the daemon as its error.
 */

#include "keys/command_tell.h"

/* Owns its texts: filled in place by failure_keep, and not to be copied. */
struct show_failure {
	struct command_failure failure;
	enum command_exit exit; /* the verb's: not always what command_exit_of the error says */
	char message[512], advice[512], subject[512];
};

/*
 * An error about `subject`: with its byte where it is malformed input, with errno after a system error,
 * and where to begin when there is no state folder. Borrows `subject`.
 */
struct command_failure failure_of(enum skerry_err err, const char *subject, size_t offset);

/* The same for something that has no bytes. */
struct command_failure failure_plain(enum skerry_err err, const char *subject);

/* A copy that outlives what `failure` borrows. */
void failure_keep(struct show_failure *ret_failure, const struct command_failure *failure,
	enum command_exit exit);

/* The daemon's "error" as an object: code, message (the system's word behind it), offset, advice, subject. */
void failure_json(struct json *j, const struct show_failure *kept);

#endif
