/* SPDX-License-Identifier: ISC */
#ifndef KEYS_COMMAND_H
#define KEYS_COMMAND_H

/*
 * What the three programs' command lines share: the table of verbs that is a program's map, its
 * help, options, exit codes, and how an error is told to a person or to a script.
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

struct command_verb {
	const char *name;     /* "license new": one or two words */
	const char *synopsis; /* what follows it: "PLAN... --customer EMAIL [--until DATE]" */
	const char *summary;  /* one line, no full stop */
	const char *details;  /* options, one a line, and an example; ends in a newline */
	enum command_exit (*run)(int argc, char **argv); /* argv[0] is the verb's last word */
};

struct command_program {
	const char *name, *summary;
	const char *options; /* before any verb, one a line: "  --desk DIR   ...\n" */
	const struct command_verb *verbs;
	size_t verbs_len;
	bool (*take_option)(
		const char *name, const char *value); /* program-wide options, see below */
};

/*
 * Finds the verb and runs it. `--help` and `help VERB` print on standard output and exit 0; no
 * verb or an unknown one prints on standard error (with the nearest spelling) and exits 2;
 * `--version` prints the version. Program-wide options (--state, --desk) may stand before or after
 * the verb: each verb's options are tried first, then take_option (value NULL asks whether the name
 * is known and takes a value).
 */
int command_main(const struct command_program *program, int argc, char **argv);

/* Name of the running program, as its messages begin. */
const char *command_name(void);

/* One option of a verb. Every verb has --help and, where it reports, --json. */
enum command_option_kind {
	COMMAND_FLAG,  /* target: bool */
	COMMAND_VALUE, /* target: const char *; twice is misuse */
	COMMAND_LIST   /* target: struct command_list */
};

enum { COMMAND_LIST_MAX = 128 };

struct command_list {
	const char *values[COMMAND_LIST_MAX];
	size_t len;
};

struct command_option {
	const char
		*name; /* "--out"; "--out X" and "--out=X" both work, in any order with operands */
	enum command_option_kind kind;
	void *target;
};

/*
 * Reads options; operands are gathered in `ret_operands`. Misuse (unknown option, value missing,
 * fewer or more operands than allowed) is told on standard error and returns false: the verb then
 * returns COMMAND_CANNOT_TELL. "--" ends options; "-" is an operand.
 */
bool command_parse(int argc, char **argv, const struct command_option *options, size_t options_len,
	size_t operands_min, size_t operands_max, struct command_list *ret_operands);

/* Tells misuse that command_parse cannot see ("--until and --perpetual exclude each other"). */
enum command_exit command_misuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

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
