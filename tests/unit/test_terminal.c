/* SPDX-License-Identifier: ISC */
/* Passphrases typed on a pseudo-terminal and read from files. */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/random.h"
#include "keys/terminal.h"

/* Exit codes of the child that asks. */
enum { GOT = 0, EMPTY = 10, NOBODY = 11, OTHER = 12, TOO_LONG = 13, DIFFERS = 14 };

static int
exit_of(enum skerry_err err, struct passphrase *passphrase, const char *want)
{
	int result = OTHER;

	if (err == SKERRY_ERR_PASSPHRASE_EMPTY)
		return EMPTY;
	if (err == SKERRY_ERR_PASSPHRASE_LENGTH)
		return TOO_LONG;
	if (err == SKERRY_ERR_PASSPHRASE_DIFFERS)
		return DIFFERS;
	if (err == SKERRY_ERR_NO_TERMINAL)
		return NOBODY;
	if (err == SKERRY_OK && passphrase->len == strlen(want) &&
		strcmp(passphrase->text, want) == 0)
		result = GOT;
	if (err == SKERRY_OK)
		terminal_passphrase_free(passphrase);
	return result;
}

static char screen[8192];
static bool echo_restored;

/* Waits for the prompt's ": ", when echo must be off already. */
static bool
wait_for_prompt(int terminal, size_t *len)
{
	size_t from = *len;

	for (;;) {
		struct pollfd poll_for = { .fd = terminal, .events = POLLIN };
		struct termios now;
		ssize_t got;

		if (poll(&poll_for, 1, 10000) != 1)
			return false;
		got = read(terminal, screen + *len, sizeof screen - 1 - *len);
		if (got <= 0)
			return false;
		*len += (size_t)got;
		screen[*len] = '\0';
		if (strstr(screen + from, ": ") == NULL)
			continue;
		/* What is typed as early as this must not be shown. */
		return tcgetattr(terminal, &now) == 0 && (now.c_lflag & ECHO) == 0;
	}
}

/* A child asks; `typed` are answered in turn. Returns its wait status. */
static int
ask(bool confirm, const char *const *typed, size_t typed_len, const char *want)
{
	size_t len = 0;
	struct termios after;
	int terminal, status;
	pid_t child = forkpty(&terminal, NULL, NULL, NULL);

	assert_true(child >= 0);
	if (child == 0) {
		/* Whoever runs the tests in the background ignores it. */
		signal(SIGINT, SIG_DFL);
		struct passphrase passphrase = { NULL, 0 };
		enum skerry_err err =
			terminal_passphrase(NULL, "root key a\033b.key", confirm, &passphrase);

		_exit(exit_of(err, &passphrase, want));
	}
	screen[0] = '\0';
	for (size_t i = 0; i < typed_len; i++) {
		assert_true(wait_for_prompt(terminal, &len));
		assert_true(write(terminal, typed[i], strlen(typed[i])) > 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	echo_restored = tcgetattr(terminal, &after) == 0 && (after.c_lflag & ECHO) != 0;
	for (ssize_t got; len < sizeof screen - 1 &&
			  (got = read(terminal, screen + len, sizeof screen - 1 - len)) > 0;)
		len += (size_t)got;
	screen[len] = '\0';
	close(terminal);
	return status;
}

static void
assert_asked(bool confirm, const char *const *typed, size_t typed_len, const char *want, int exit)
{
	int status = ask(confirm, typed, typed_len, want);

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), exit);
	assert_true(echo_restored);
}

static void
a_typed_passphrase_is_taken_and_not_shown(void **state)
{
	(void)state;
	assert_asked(false, (const char *[]){ "geheim wort\n" }, 1, "geheim wort", GOT);
	assert_null(strstr(screen, "geheim"));
	assert_non_null(strstr(screen, "Passphrase for root key a?b.key: "));
}

static void
backspace_works(void **state)
{
	(void)state;
	assert_asked(false, (const char *[]){ "geheiz\177m\n" }, 1, "geheim", GOT);
}

static void
a_new_passphrase_is_typed_twice(void **state)
{
	(void)state;
	assert_asked(true, (const char *[]){ "one\n", "one\n" }, 2, "one", GOT);
	assert_non_null(strstr(screen, "Again, passphrase for "));
	assert_asked(true, (const char *[]){ "one\n", "two\n" }, 2, "", DIFFERS);
	assert_asked(true, (const char *[]){ "one\n", "onex\n" }, 2, "", DIFFERS);
	assert_asked(true, (const char *[]){ "\n" }, 1, "", EMPTY);
	assert_asked(false, (const char *[]){ "\n" }, 1, "", EMPTY);
	assert_asked(false, (const char *[]){ "\004" }, 1, "", EMPTY); /* end of input */
}

static void
the_longest_passphrase_is_taken_and_a_longer_one_refused(void **state)
{
	char text[KEY_PASSPHRASE_MAX + 3];
	const char *typed[] = { text };

	(void)state;
	memset(text, 'x', sizeof text);
	text[KEY_PASSPHRASE_MAX] = '\n';
	text[KEY_PASSPHRASE_MAX + 1] = '\0';
	{
		char want[KEY_PASSPHRASE_MAX + 1];

		memset(want, 'x', KEY_PASSPHRASE_MAX);
		want[KEY_PASSPHRASE_MAX] = '\0';
		assert_asked(false, typed, 1, want, GOT);
	}
	text[KEY_PASSPHRASE_MAX] = 'x';
	text[KEY_PASSPHRASE_MAX + 1] = '\n';
	text[KEY_PASSPHRASE_MAX + 2] = '\0';
	assert_asked(false, typed, 1, "", TOO_LONG);
}

static void
control_c_restores_the_terminal_and_ends_the_program(void **state)
{
	int status;

	(void)state;
	status = ask(false, (const char *[]){ "half\003" }, 1, "");
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGINT);
	assert_true(echo_restored);
}

static void
without_a_terminal_nobody_is_asked(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		struct passphrase passphrase = { NULL, 0 };
		char line[16];

		setsid(); /* away from any terminal */
		if (terminal_line("Key: ", line, sizeof line) != SKERRY_ERR_NO_TERMINAL)
			_exit(OTHER);
		_exit(exit_of(terminal_passphrase(NULL, "x", false, &passphrase), &passphrase, ""));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), NOBODY);
}

static void
a_line_is_trimmed_and_bounded(void **state)
{
	static const struct {
		const char *typed, *want;
	} LINES[] = {
		{ " HMS \t\n", "HMS" }, { "\n", "" }, { "1234567\n", "1234567" },
		{ "12345678\n", NULL }, /* no room for the terminator */
	};

	(void)state;
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
		int terminal, status;
		pid_t child = forkpty(&terminal, NULL, NULL, NULL);

		if (child == 0) {
			char line[9] = "????????";
			enum skerry_err err = terminal_line("Key: ", line, 8);

			if (line[8] != '\0')
				_exit(OTHER);
			if (LINES[i].want == NULL)
				_exit(err == SKERRY_ERR_NO_TERMINAL ? GOT : OTHER);
			_exit(err == SKERRY_OK && strcmp(line, LINES[i].want) == 0 ? GOT : OTHER);
		}
		assert_true(write(terminal, LINES[i].typed, strlen(LINES[i].typed)) > 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(WEXITSTATUS(status), GOT);
		close(terminal);
	}
}

/* --- files --- */

static enum skerry_err
from_file(const char *content, size_t content_len, mode_t mode, struct passphrase *passphrase)
{
	char path[] = "/tmp/skerry-passphrase-XXXXXX";
	int file = mkstemp(path);
	enum skerry_err err;

	assert_true(file >= 0);
	assert_int_equal(write(file, content, content_len), content_len);
	assert_int_equal(fchmod(file, mode), 0);
	close(file);
	err = terminal_passphrase(path, "x", true, passphrase);
	unlink(path);
	return err;
}

static void
the_first_line_of_a_file_is_the_passphrase(void **state)
{
	static const struct {
		const char *content, *want;
		enum skerry_err err;
	} FILES[] = {
		{ "geheim", "geheim", SKERRY_OK },
		{ "geheim\n", "geheim", SKERRY_OK },
		{ "geheim\r\n", "geheim", SKERRY_OK },
		{ " geheim \nsecond\n", " geheim ", SKERRY_OK }, /* spaces count */
		{ "\nsecond\n", NULL, SKERRY_ERR_PASSPHRASE_EMPTY },
		{ "\r\n", NULL, SKERRY_ERR_PASSPHRASE_EMPTY },
		{ "", NULL, SKERRY_ERR_PASSPHRASE_EMPTY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
		struct passphrase passphrase = { NULL, 77 };

		assert_int_equal(
			from_file(FILES[i].content, strlen(FILES[i].content), 0600, &passphrase),
			FILES[i].err);
		if (FILES[i].want == NULL) {
			assert_int_equal(passphrase.len, 77);
			continue;
		}
		assert_string_equal(passphrase.text, FILES[i].want);
		assert_int_equal(passphrase.len, strlen(FILES[i].want));
		terminal_passphrase_free(&passphrase);
		terminal_passphrase_free(&passphrase); /* harmless */
	}
}

static void
files_that_others_read_or_that_are_too_long_are_refused(void **state)
{
	struct passphrase passphrase;
	char text[KEY_PASSPHRASE_MAX + 8];

	(void)state;
	memset(text, 'x', sizeof text);
	assert_int_equal(from_file("geheim", 6, 0640, &passphrase), SKERRY_ERR_FILE_EXPOSED);
	assert_int_equal(from_file("geheim", 6, 0604, &passphrase), SKERRY_ERR_FILE_EXPOSED);
	assert_int_equal(from_file(text, KEY_PASSPHRASE_MAX, 0600, &passphrase), SKERRY_OK);
	terminal_passphrase_free(&passphrase);
	assert_int_equal(from_file(text, KEY_PASSPHRASE_MAX + 1, 0600, &passphrase),
		SKERRY_ERR_PASSPHRASE_LENGTH);
	assert_int_equal(from_file(text, KEY_PASSPHRASE_MAX + 3, 0600, &passphrase),
		SKERRY_ERR_PASSPHRASE_LENGTH);
	assert_int_equal(terminal_passphrase("/nonexistent/file", "x", false, &passphrase),
		SKERRY_ERR_FILE_MISSING);
	assert_int_equal(
		terminal_passphrase("/tmp", "x", false, &passphrase), SKERRY_ERR_FILE_NOT_REGULAR);
}

static void
progress_is_silent_where_nobody_looks(void **state)
{
	struct terminal_progress progress;
	int ends[2], old = dup(STDERR_FILENO);
	char c;

	(void)state;
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	dup2(ends[1], STDERR_FILENO);
	terminal_progress_begin(&progress, "reading", 100);
	progress.started_ms -= 5000;
	terminal_progress_step(&progress, 50);
	terminal_progress_end(&progress);
	fflush(stderr);
	dup2(old, STDERR_FILENO);
	close(old);
	close(ends[1]);
	assert_int_equal(read(ends[0], &c, 1), 0);
	close(ends[0]);
}

static void
progress_shows_after_a_second_on_a_terminal(void **state)
{
	int terminal, status;
	ssize_t got;
	pid_t child = forkpty(&terminal, NULL, NULL, NULL);

	(void)state;
	if (child == 0) {
		struct terminal_progress progress;

		terminal_progress_begin(&progress, "reading", 200);
		terminal_progress_step(&progress, 10); /* too early */
		progress.started_ms -= 5000;
		terminal_progress_step(&progress, 50);
		terminal_progress_end(&progress);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	got = read(terminal, screen, sizeof screen - 1);
	assert_true(got > 0);
	screen[got] = '\0';
	close(terminal);
	assert_non_null(strstr(screen, "reading: 25%"));
	assert_null(strstr(screen, "reading: 5%"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_typed_passphrase_is_taken_and_not_shown),
		cmocka_unit_test(backspace_works),
		cmocka_unit_test(a_new_passphrase_is_typed_twice),
		cmocka_unit_test(the_longest_passphrase_is_taken_and_a_longer_one_refused),
		cmocka_unit_test(control_c_restores_the_terminal_and_ends_the_program),
		cmocka_unit_test(without_a_terminal_nobody_is_asked),
		cmocka_unit_test(a_line_is_trimmed_and_bounded),
		cmocka_unit_test(the_first_line_of_a_file_is_the_passphrase),
		cmocka_unit_test(files_that_others_read_or_that_are_too_long_are_refused),
		cmocka_unit_test(progress_is_silent_where_nobody_looks),
		cmocka_unit_test(progress_shows_after_a_second_on_a_terminal),
	};
	return random_start() != SKERRY_OK || cmocka_run_group_tests(tests, NULL, NULL);
}
