/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "formats/table.h"
#include "terminal.h"
#include "untrusted_file.h"

enum { CONTROL_C = 3, CONTROL_BACKSLASH = 28, PROGRESS_AFTER_MS = 1000, PROGRESS_EVERY_MS = 100 };

/* --- typing --- */

static int
open_terminal(void)
{
	return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static void
say(int terminal, const char *text, size_t text_len)
{
	/* A prompt that does not appear is no reason not to read. */
	ssize_t ignored = write(terminal, text, text_len);

	(void)ignored;
}

static void
say_sink(void *terminal, const char *text, size_t text_len)
{
	say(*(int *)terminal, text, text_len);
}

enum typed { TYPED_LINE, TYPED_TOO_LONG, TYPED_NOTHING, TYPED_ABORT };

/* Reads to the end of a line; `line` has room for line_max characters and a terminator. */
static enum typed
read_line(int terminal, char *line, size_t line_max, size_t *ret_len)
{
	size_t len = 0;
	bool fits = true;

	for (;;) {
		char c;
		ssize_t got = read(terminal, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return TYPED_NOTHING;
		if (c == CONTROL_C || c == CONTROL_BACKSLASH)
			return TYPED_ABORT;
		if (c == '\n')
			break;
		/* The rest of a line that is too long is read and dropped. */
		if (len < line_max)
			line[len++] = c;
		else
			fits = false;
	}
	line[len] = '\0';
	*ret_len = len;
	return fits ? TYPED_LINE : TYPED_TOO_LONG;
}

/*
 * No echo from before the first prompt until after the last answer, so that what is typed early is
 * not shown. Ctrl-C must not leave the terminal silent: while a secret is typed it is an end of
 * line instead of a signal, and is raised once the terminal is restored.
 */
static bool
silence(int terminal, struct termios *ret_normal)
{
	struct termios silent;

	if (tcgetattr(terminal, ret_normal) != 0)
		return false;
	silent = *ret_normal;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ISIG);
	silent.c_cc[VEOL] = CONTROL_C;
	silent.c_cc[VEOL2] = CONTROL_BACKSLASH;
	return tcsetattr(terminal, TCSAFLUSH, &silent) == 0;
}

static enum skerry_err
ask(int terminal, const char *before, const char *what, struct passphrase *passphrase,
	bool *ret_abort)
{
	enum typed typed;

	say(terminal, before, strlen(before));
	table_safe_text(what, strlen(what), say_sink, &terminal);
	say(terminal, ": ", 2);
	typed = read_line(terminal, passphrase->text, KEY_PASSPHRASE_MAX, &passphrase->len);
	say(terminal, "\n", 1);
	*ret_abort = typed == TYPED_ABORT;
	switch (typed) {
	case TYPED_ABORT:
		return SKERRY_ERR_NO_TERMINAL;
	case TYPED_TOO_LONG:
		return SKERRY_ERR_PASSPHRASE_LENGTH;
	case TYPED_NOTHING:
		return SKERRY_ERR_PASSPHRASE_EMPTY;
	default:
		return passphrase->len == 0 ? SKERRY_ERR_PASSPHRASE_EMPTY : SKERRY_OK;
	}
}

/* In memory that is locked and wiped; room for the longest and a terminator. */
static enum skerry_err
passphrase_alloc(struct passphrase *ret_passphrase)
{
	ret_passphrase->len = 0;
	ret_passphrase->text = sodium_malloc(KEY_PASSPHRASE_MAX + 1);
	return ret_passphrase->text == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;
}

static enum skerry_err
type_again(int terminal, const char *what, const struct passphrase *first, bool *ret_abort)
{
	struct passphrase second;
	enum skerry_err err = passphrase_alloc(&second);

	if (err != SKERRY_OK)
		return err;
	err = ask(terminal, "Again, passphrase for ", what, &second, ret_abort);
	/* Whatever else was typed, it is not the same. */
	if (!*ret_abort && (err != SKERRY_OK || second.len != first->len ||
				   sodium_memcmp(second.text, first->text, first->len) != 0))
		err = SKERRY_ERR_PASSPHRASE_DIFFERS;
	terminal_passphrase_free(&second);
	return err;
}

static enum skerry_err
type_passphrase(const char *what, bool confirm, struct passphrase *passphrase)
{
	struct termios normal;
	bool aborted = false;
	int terminal = open_terminal();
	enum skerry_err err = SKERRY_ERR_NO_TERMINAL;

	if (terminal < 0)
		return err;
	if (silence(terminal, &normal)) {
		err = ask(terminal, "Passphrase for ", what, passphrase, &aborted);
		if (err == SKERRY_OK && confirm)
			err = type_again(terminal, what, passphrase, &aborted);
		tcsetattr(terminal, TCSAFLUSH, &normal);
	}
	close(terminal);
	if (aborted)
		raise(SIGINT);
	return err;
}

/* --- from a file --- */

static enum skerry_err
read_passphrase(const char *file, struct passphrase *passphrase)
{
	uint8_t *bytes = NULL;
	size_t len, line_len = 0;
	enum skerry_err err =
		untrusted_file_read_secret(file, KEY_PASSPHRASE_MAX + 2, &bytes, &len);

	if (err == SKERRY_ERR_DOCUMENT_EMPTY)
		return SKERRY_ERR_PASSPHRASE_EMPTY;
	if (err == SKERRY_ERR_DOCUMENT_TOO_LARGE)
		return SKERRY_ERR_PASSPHRASE_LENGTH;
	if (err != SKERRY_OK)
		return err;
	while (line_len < len && bytes[line_len] != '\n')
		line_len++;
	/* An editor under Windows ends lines in CR LF. */
	if (line_len > 0 && bytes[line_len - 1] == '\r')
		line_len--;
	if (line_len == 0) {
		err = SKERRY_ERR_PASSPHRASE_EMPTY;
	} else if (line_len > KEY_PASSPHRASE_MAX) {
		err = SKERRY_ERR_PASSPHRASE_LENGTH;
	} else {
		memcpy(passphrase->text, bytes, line_len);
		passphrase->text[line_len] = '\0';
		passphrase->len = line_len;
	}
	untrusted_file_free_secret(bytes, len);
	return err;
}

enum skerry_err
terminal_passphrase(
	const char *file, const char *what, bool confirm, struct passphrase *ret_passphrase)
{
	struct passphrase passphrase;
	enum skerry_err err = passphrase_alloc(&passphrase);

	if (err != SKERRY_OK)
		return err;
	if (file != NULL)
		err = read_passphrase(file, &passphrase);
	else
		err = type_passphrase(what, confirm, &passphrase);
	if (err != SKERRY_OK)
		terminal_passphrase_free(&passphrase);
	else
		*ret_passphrase = passphrase;
	return err;
}

void
terminal_passphrase_free(struct passphrase *passphrase)
{
	sodium_free(passphrase->text);
	*passphrase = (struct passphrase){ NULL, 0 };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

enum skerry_err
terminal_line(const char *prompt, char *ret_line, size_t line_max)
{
	int terminal = open_terminal();
	size_t len = 0, from = 0;
	enum typed typed;

	if (terminal < 0)
		return SKERRY_ERR_NO_TERMINAL;
	say(terminal, prompt, strlen(prompt));
	typed = read_line(terminal, ret_line, line_max - 1, &len);
	close(terminal);
	if (typed != TYPED_LINE)
		return SKERRY_ERR_NO_TERMINAL;
	while (len > 0 && is_blank(ret_line[len - 1]))
		len--;
	while (from < len && is_blank(ret_line[from]))
		from++;
	memmove(ret_line, ret_line + from, len - from);
	ret_line[len - from] = '\0';
	return SKERRY_OK;
}

/* --- progress --- */

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
terminal_progress_begin(struct terminal_progress *ret_progress, const char *what, uint64_t total)
{
	*ret_progress = (struct terminal_progress){
		.what = what,
		.total = total,
		.started_ms = now_ms(),
		.enabled = isatty(STDERR_FILENO) == 1,
	};
}

void
terminal_progress_step(struct terminal_progress *progress, uint64_t done)
{
	int64_t elapsed_ms;

	if (!progress->enabled)
		return;
	elapsed_ms = now_ms() - progress->started_ms;
	/* `shown` counts tenths of a second: no more often than a person reads. */
	if (elapsed_ms < PROGRESS_AFTER_MS ||
		(uint64_t)(elapsed_ms / PROGRESS_EVERY_MS) <= progress->shown)
		return;
	progress->shown = (uint64_t)(elapsed_ms / PROGRESS_EVERY_MS);
	if (progress->total > 0)
		fprintf(stderr, "\r%s: %u%%\033[K", progress->what,
			(unsigned)(100.0 * (double)done / (double)progress->total));
	else
		fprintf(stderr, "\r%s: %llu\033[K", progress->what, (unsigned long long)done);
}

void
terminal_progress_end(struct terminal_progress *progress)
{
	if (progress->enabled && progress->shown > 0)
		fprintf(stderr, "\r\033[K");
	progress->enabled = false;
}
