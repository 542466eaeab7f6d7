/* SPDX-License-Identifier: ISC */
#ifndef KEYS_COMMAND_TELL_H
#define KEYS_COMMAND_TELL_H

/*
 * How a command ends: its exit codes, and an error told to a person or to a script.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "formats/json.h"
#include "formats/skerry_error.h"

enum command_exit {
	COMMAND_YES = 0,
	COMMAND_NO = 1,         /* refused, not entitled, malformed */
	COMMAND_CANNOT_TELL = 2 /* usage, file, database */
};

/* Name of the running program, as its messages begin; borrowed. command_main sets it. */
void command_set_name(const char *name);
const char *command_name(void);

/* 1 for format, signature, trust and policy errors, 2 for the caller's, state and system ones. */
enum command_exit command_exit_of(enum skerry_err err);

/*
 * Tells an error in one or two lines on standard error:
 *
 *	skerry: hotel.license: The signature does not fit the content. [signature]
 *	  Ask the vendor for the file again.
 *
 * with "at byte N" where an offset matters and strerror(errno) after a system error. `advice` NULL
 * takes skerry_err_advice. Returns command_exit_of(err).
 */
struct command_failure {
	enum skerry_err err;
	const char *subject; /* a file, a key, a plan; shown safely */
	bool has_offset;
	size_t offset;
	int system_errno; /* told where it belongs to such an error; an old errno is not */
	const char *advice;
	const char *message; /* a sentence in place of skerry_strerror's; NULL: that one */
};
enum command_exit command_fail(const struct command_failure *failure);
/* The same lines on another stream, as a program of that name has them. */
void command_fail_on(FILE *file, const char *program, const struct command_failure *failure);

/* The system's word for it, where an errno can be that of this failure; NULL. */
const char *command_system_word(const struct command_failure *failure);

/* FILE_MISSING of a file that was to be written is about its folder; NULL for other errors. */
const char *command_output_message(enum skerry_err err);
const char *command_output_advice(enum skerry_err err);

/* {"ok":false,"error":{"code","message","offset","advice"}} on standard output, else command_fail. */
enum command_exit command_fail_json(const struct command_failure *failure, bool json);

/* The members of "error" as an object; null members when err is SKERRY_OK. */
void command_error_json(struct json *j, const struct command_failure *failure);

/* A sink for json.h, table.h and diag.h that writes to the FILE given as context. */
void command_sink(void *file, const char *text, size_t text_len);

/* Prints text from outside safely; and whether colors are wanted on this stream (NO_COLOR, tty). */
void command_print_safe(FILE *file, const char *text, size_t text_len);
bool command_colors(FILE *file);

/* Flushes standard output; a full disk or closed pipe turns `exit` into COMMAND_CANNOT_TELL. */
enum command_exit command_finish(enum command_exit exit);

#endif
