/* SPDX-License-Identifier: ISC */
/* A command line as a person types it: verbs, options, help, misuse, errors, exit codes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/command.h"

/* --- a program of three verbs that print what they got --- */

static const char *desk;

static bool
take_option(const char *name, const char *value)
{
	if (strcmp(name, "--desk") != 0)
		return false;
	if (value != NULL && value[0] == '\0')
		return false;
	if (value != NULL)
		desk = value;
	return true;
}

static enum command_exit
run_new(int argc, char **argv)
{
	bool force = false;
	const char *out = NULL;
	struct command_list tags = { .len = 0 }, operands;
	const struct command_option options[] = {
		{ "--force", COMMAND_FLAG, &force },
		{ "--out", COMMAND_VALUE, &out },
		{ "--tag", COMMAND_LIST, &tags },
	};

	if (!command_parse(argc, argv, options, 3, 1, 2, &operands))
		return COMMAND_CANNOT_TELL;
	printf("new desk=%s out=%s force=%d", desk == NULL ? "-" : desk, out == NULL ? "-" : out,
		force);
	for (size_t i = 0; i < tags.len; i++)
		printf(" tag=%s", tags.values[i]);
	for (size_t i = 0; i < operands.len; i++)
		printf(" [%s]", operands.values[i]);
	return COMMAND_YES;
}

static enum skerry_err fail_err = SKERRY_ERR_SIGNATURE;
static int fail_errno;

static enum command_exit
run_fail(int argc, char **argv)
{
	bool json = false;
	struct command_list operands;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };

	if (!command_parse(argc, argv, options, 1, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	return command_fail_json(&(struct command_failure){ .err = fail_err,
					 .system_errno = fail_errno,
					 .subject = operands.values[0],
					 .has_offset = fail_err == SKERRY_ERR_SIGNATURE,
					 .offset = 12,
					 .advice = "Ask again." },
		json);
}

static enum command_exit
run_plain(int argc, char **argv)
{
	(void)argv;
	printf("plain %d", argc);
	return COMMAND_NO;
}

static const struct command_verb VERBS[] = {
	{ "license new", "PLAN [PLAN] [--out FILE]", "Sells", "  --out FILE  where\n", run_new },
	{ "license fail", "FILE", "Fails", "", run_fail },
	{ "license", "", "Is a verb and a noun", "", run_plain },
	{ "check", "", "Checks", "", run_plain },
};

static const struct command_program PROGRAM = { "prog", "does things", "  --desk DIR  where\n",
	VERBS, 4, take_option };

/* --- running it in a child --- */

static char out[8192], err[8192];

static void
slurp(FILE *file, char text[8192])
{
	size_t len;

	rewind(file);
	len = fread(text, 1, 8191, file);
	text[len] = '\0';
	fclose(file);
}

/* Runs the program with words split at spaces; "_" stands for a space inside a word. */
static int
run(const char *line)
{
	char words[512], *argv[40] = { "prog" };
	FILE *out_file = tmpfile(), *err_file = tmpfile();
	int argc = 1, status;
	pid_t child;

	snprintf(words, sizeof words, "%s", line);
	for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
		argv[argc++] = word;
	fflush(NULL);
	child = fork();
	if (child == 0) {
		dup2(fileno(out_file), STDOUT_FILENO);
		dup2(fileno(err_file), STDERR_FILENO);
		exit(command_main(&PROGRAM, argc, argv));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	slurp(out_file, out);
	slurp(err_file, err);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
options_and_operands_come_in_any_order(void **state)
{
	static const struct {
		const char *line, *out;
	} LINES[] = {
		{ "license new a", "new desk=- out=- force=0 [a]" },
		{ "license new a --out f", "new desk=- out=f force=0 [a]" },
		{ "license new --out=f a b", "new desk=- out=f force=0 [a] [b]" },
		{ "license new --out= a", "new desk=- out= force=0 [a]" },
		{ "license new --out -f a", "new desk=- out=-f force=0 [a]" },
		{ "license new --out a=b a", "new desk=- out=a=b force=0 [a]" },
		{ "license new --out=a=b a", "new desk=- out=a=b force=0 [a]" },
		{ "license new --tag x --force --tag y a",
			"new desk=- out=- force=1 tag=x tag=y [a]" },
		{ "license new -", "new desk=- out=- force=0 [-]" },
		{ "license new -- --out", "new desk=- out=- force=0 [--out]" },
		{ "license new -- -- a", "new desk=- out=- force=0 [--] [a]" },
		{ "--desk d license new a", "new desk=d out=- force=0 [a]" },
		{ "--desk=d license new a", "new desk=d out=- force=0 [a]" },
		{ "license new a --desk d", "new desk=d out=- force=0 [a]" },
		{ "license new --desk d --out f a", "new desk=d out=f force=0 [a]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
		assert_int_equal(run(LINES[i].line), 0);
		assert_string_equal(out, LINES[i].out);
		assert_string_equal(err, "");
	}
}

static void
the_longer_verb_wins_and_one_word_is_enough(void **state)
{
	(void)state;
	assert_int_equal(run("license"), 1);
	assert_string_equal(out, "plain 1");
	assert_int_equal(run("license x"), 1);
	assert_string_equal(out, "plain 2");
	assert_int_equal(run("check"), 1);
}

static void
misuse_is_told_on_standard_error(void **state)
{
	static const struct {
		const char *line, *says;
	} LINES[] = {
		{ "", "usage: prog" },
		{ "lisense new", "Did you mean 'license new'?" },
		{ "chekc", "Did you mean 'check'?" },
		{ "ilcesne new", "Did you mean 'license new'?" }, /* two pairs swapped */
		{ "wholly_unlike", "'prog --help' lists them" },
		{ "--unknown check", "there is no option '--unknown'" },
		{ "license new", "an operand is missing" },
		{ "license new a b c", "'c' is one operand too many" },
		{ "license new a --out", "--out needs a value" },
		{ "license new a --out x --out y", "--out is given twice" },
		{ "license new a --force=yes", "--force takes no value" },
		{ "license new a --nope", "there is no option '--nope'" },
		{ "license new a -f", "there is no option '-f'" },
		{ "license new a --desk", "--desk needs a value" },
		{ "license new a --desk=", "--desk does not take ''" },
		{ "help nothing", "there is no verb 'nothing'" },
		{ "license new a "
		  "--an-option-whose-name-is-far-too-long-to-be-anything-that-exists",
			"there is no option" },
		{ "license new a --\033[31m", "there is no option '--?[31m'" },
		{ "\033[31m", "there is no verb '?[31m'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
		assert_int_equal(run(LINES[i].line), 2);
		assert_string_equal(out, "");
		if (strstr(err, LINES[i].says) == NULL)
			fail_msg("'%s' says: %s", LINES[i].line, err);
	}
}

static void
misuse_is_one_object_for_who_asked_for_json(void **state)
{
	static const char *const LINES[] = { "license fail --json a b",
		"license fail --bogus --json", "license fail --json" };

	(void)state;
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
		assert_int_equal(run(LINES[i]), 2);
		assert_ptr_equal(
			strstr(out, "{\"ok\":false,\"error\":{\"code\":\"argument\","), out);
		assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1);
		assert_non_null(strstr(out, "'prog license fail --help' tells more."));
		assert_non_null(strstr(err, "usage: prog license fail"));
	}
	/* Behind the end of the options, and of a verb that has no such option. */
	assert_int_equal(run("license fail -- a --json"), 2);
	assert_string_equal(out, "");
	assert_int_equal(run("license new a --json"), 2);
	assert_string_equal(out, "");
}

static void
help_is_told_on_standard_output(void **state)
{
	static const struct {
		const char *line, *says;
	} LINES[] = {
		{ "--help", "license new" },
		{ "-h", "--desk DIR" },
		{ "help", "'prog help VERB'" },
		{ "help license new", "usage: prog license new PLAN [PLAN] [--out FILE]" },
		{ "license new --help", "  --out FILE  where" },
		{ "license new a b c d --nope --help", "--desk DIR" },
		{ "help check", "usage: prog check\n\nChecks.\n" },
		{ "--version", "prog " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
		assert_int_equal(run(LINES[i].line), 0);
		assert_string_equal(err, "");
		if (strstr(out, LINES[i].says) == NULL)
			fail_msg("'%s' says: %s", LINES[i].line, out);
	}
	assert_int_equal(run("license new -- --help"), 0);
	assert_string_equal(out, "new desk=- out=- force=0 [--help]");
}

static void
more_values_than_a_list_holds_are_misuse(void **state)
{
	char *argv[2 * COMMAND_LIST_MAX + 4] = { "new" };
	struct command_list tags = { .len = 0 }, operands;
	const struct command_option options[] = { { "--tag", COMMAND_LIST, &tags } };
	int argc = 1;

	(void)state;
	for (int i = 0; i <= COMMAND_LIST_MAX; i++) {
		argv[argc++] = "--tag";
		argv[argc++] = "x";
	}
	assert_true(command_parse(argc - 2, argv, options, 1, 0, 0, &operands));
	assert_int_equal(tags.len, COMMAND_LIST_MAX);
	tags.len = 0;
	assert_false(command_parse(argc, argv, options, 1, 0, 0, &operands));
}

static void
a_failure_names_subject_place_code_and_advice(void **state)
{
	(void)state;
	assert_int_equal(run("license fail some\033file"), 1);
	assert_string_equal(out, "");
	assert_non_null(strstr(err, "prog: some?file: "));
	assert_non_null(strstr(err, skerry_strerror(SKERRY_ERR_SIGNATURE)));
	assert_non_null(strstr(err, " (at byte 12) [signature]\n  Ask again.\n"));
}

/* An errno that was left behind by something else would send somebody the wrong way. */
static void
the_system_is_quoted_only_where_its_word_belongs_to_the_error(void **state)
{
	static const struct {
		enum skerry_err err;
		int system_errno;
		bool quoted;
	} ROWS[] = {
		{ SKERRY_ERR_IO, ENOSPC, true },
		{ SKERRY_ERR_IO, 0, false },
		{ SKERRY_ERR_FILE_PERMISSION, EACCES, true },
		{ SKERRY_ERR_FILE_PERMISSION, EROFS, true },
		{ SKERRY_ERR_FILE_PERMISSION, ENOENT, false },
		{ SKERRY_ERR_FILE_NOT_REGULAR, ENOENT, false },
		{ SKERRY_ERR_FILE_MISSING, ENOENT, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		fail_err = ROWS[i].err;
		fail_errno = ROWS[i].system_errno;
		run("license fail f");
		assert_int_equal(strstr(err, " (") != NULL, ROWS[i].quoted);
	}
	fail_err = SKERRY_ERR_SIGNATURE;
	fail_errno = 0;
}

static void
a_failure_as_json_goes_to_standard_output(void **state)
{
	char want[512];

	(void)state;
	assert_int_equal(run("license fail f --json"), 1);
	assert_string_equal(err, "");
	snprintf(want, sizeof want,
		"{\"ok\":false,\"error\":{\"code\":\"signature\",\"message\":\"%s\","
		"\"offset\":12,\"advice\":\"Ask again.\"}}\n",
		skerry_strerror(SKERRY_ERR_SIGNATURE));
	assert_string_equal(out, want);
}

static void
exit_codes_follow_the_family_of_the_error(void **state)
{
	static const struct {
		enum skerry_err err;
		enum command_exit exit;
	} ROWS[] = {
		{ SKERRY_OK, COMMAND_YES },
		{ SKERRY_ERR_ARGUMENT, COMMAND_CANNOT_TELL },
		{ SKERRY_ERR_INTERNAL, COMMAND_CANNOT_TELL },
		{ SKERRY_ERR_CBOR_TRUNCATED, COMMAND_NO },
		{ SKERRY_ERR_FILE_DAMAGED, COMMAND_NO },
		{ SKERRY_ERR_DOCUMENT_EMPTY, COMMAND_NO },
		{ SKERRY_ERR_PASSPHRASE, COMMAND_NO },
		{ SKERRY_ERR_TRUST_PURPOSE, COMMAND_NO },
		{ SKERRY_ERR_NO_ACCESS, COMMAND_NO },
		{ SKERRY_ERR_STORE, COMMAND_CANNOT_TELL },
		{ SKERRY_ERR_FILE_MISSING, COMMAND_CANNOT_TELL },
		{ SKERRY_ERR_CRYPTO, COMMAND_CANNOT_TELL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		assert_int_equal(command_exit_of(ROWS[i].err), ROWS[i].exit);
}

/* Runs "license new a" with a standard output that takes nothing. */
static int
run_into(const char *path)
{
	char *argv[] = { "prog", "license", "new", "a" };
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(99);
		if (path == NULL)
			close(STDOUT_FILENO);
		else if (freopen(path, "w", stdout) == NULL)
			_exit(99);
		_exit(command_main(&PROGRAM, 4, argv));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
output_that_cannot_be_written_is_no_yes(void **state)
{
	(void)state;
	assert_int_equal(run_into("/dev/null"), 0);
	assert_int_equal(run_into("/dev/full"), 2);
	assert_int_equal(run_into(NULL), 2);
}

static void
a_closed_pipe_is_an_exit_code_and_no_signal(void **state)
{
	char *argv[] = { "prog", "license", "new", "a" };
	int ends[2], status;
	pid_t child;

	(void)state;
	fflush(NULL);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(99);
		_exit(command_main(&PROGRAM, 4, argv));
	}
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_and_operands_come_in_any_order),
		cmocka_unit_test(the_longer_verb_wins_and_one_word_is_enough),
		cmocka_unit_test(misuse_is_told_on_standard_error),
		cmocka_unit_test(misuse_is_one_object_for_who_asked_for_json),
		cmocka_unit_test(help_is_told_on_standard_output),
		cmocka_unit_test(a_failure_names_subject_place_code_and_advice),
		cmocka_unit_test(the_system_is_quoted_only_where_its_word_belongs_to_the_error),
		cmocka_unit_test(a_failure_as_json_goes_to_standard_output),
		cmocka_unit_test(exit_codes_follow_the_family_of_the_error),
		cmocka_unit_test(output_that_cannot_be_written_is_no_yes),
		cmocka_unit_test(a_closed_pipe_is_an_exit_code_and_no_signal),
		cmocka_unit_test(more_values_than_a_list_holds_are_misuse),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
