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

enum typed { TYPED_LINE, TYPED_NOTHING, TYPED_ABORT };

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
	return fits ? TYPED_LINE : TYPED_NOTHING;
}

/*
 * Reads a line without echo. Ctrl-C must not leave the terminal silent: while the secret is typed
 * it is an end of line instead of a signal, and is raised once the terminal is restored.
 */
static enum skerry_err
read_silently(int terminal, char *line, size_t line_max, size_t *ret_len)
{
	struct termios normal, silent;
	enum typed typed;

	if (tcgetattr(terminal, &normal) != 0)
		return SKERRY_ERR_NO_TERMINAL;
	silent = normal;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ISIG);
	silent.c_cc[VEOL] = CONTROL_C;
	silent.c_cc[VEOL2] = CONTROL_BACKSLASH;
	if (tcsetattr(terminal, TCSAFLUSH, &silent) != 0)
		return SKERRY_ERR_NO_TERMINAL;
	typed = read_line(terminal, line, line_max, ret_len);
	tcsetattr(terminal, TCSAFLUSH, &normal);
	say(terminal, "\n", 1);
	if (typed == TYPED_ABORT) {
		raise(SIGINT);
		return SKERRY_ERR_NO_TERMINAL;
	}
	return typed == TYPED_LINE ? SKERRY_OK : SKERRY_ERR_PASSPHRASE;
}

static enum skerry_err
ask(int terminal, const char *before, const char *what, struct passphrase *passphrase)
{
	say(terminal, before, strlen(before));
	table_safe_text(what, strlen(what), say_sink, &terminal);
	say(terminal, ": ", 2);
	return read_silently(terminal, passphrase->text, KEY_PASSPHRASE_MAX, &passphrase->len);
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
type_again(int terminal, const char *what, const struct passphrase *first)
{
	struct passphrase second;
	enum skerry_err err = passphrase_alloc(&second);

	if (err != SKERRY_OK)
		return err;
	err = ask(terminal, "Again, passphrase for ", what, &second);
	if (err == SKERRY_OK && (second.len != first->len ||
					sodium_memcmp(second.text, first->text, first->len) != 0))
		err = SKERRY_ERR_PASSPHRASE;
	terminal_passphrase_free(&second);
	return err;
}

static enum skerry_err
type_passphrase(const char *what, bool confirm, struct passphrase *passphrase)
{
	int terminal = open_terminal();
	enum skerry_err err;

	if (terminal < 0)
		return SKERRY_ERR_NO_TERMINAL;
	err = ask(terminal, "Passphrase for ", what, passphrase);
	if (err == SKERRY_OK && passphrase->len == 0)
		err = SKERRY_ERR_PASSPHRASE;
	if (err == SKERRY_OK && confirm)
		err = type_again(terminal, what, passphrase);
	close(terminal);
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

	if (err != SKERRY_OK)
		return err;
	while (line_len < len && bytes[line_len] != '\n')
		line_len++;
	/* An editor under Windows ends lines in CR LF. */
	if (line_len > 0 && bytes[line_len - 1] == '\r')
		line_len--;
	if (line_len == 0) {
		err = SKERRY_ERR_DOCUMENT_EMPTY;
	} else if (line_len > KEY_PASSPHRASE_MAX) {
		err = SKERRY_ERR_DOCUMENT_TOO_LARGE;
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
