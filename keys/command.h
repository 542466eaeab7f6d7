/* SPDX-License-Identifier: ISC */
#ifndef KEYS_COMMAND_H
#define KEYS_COMMAND_H

/*
 * What the three programs' command lines share: the table of verbs that is a program's map, its
 * help and options.
 */

#include <stdbool.h>
#include <stddef.h>

#include "command_tell.h"

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

/*
 * Tells misuse that command_parse cannot see ("--until and --perpetual exclude each other"), and, as
 * that does, one error object besides where the verb has --json and it was given.
 */
enum command_exit command_misuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* For a verb whose JSON has a form of its own, before command_parse: it tells misuse in words alone. */
void command_misuse_in_words(void);

#endif
