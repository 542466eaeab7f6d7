/* SPDX-License-Identifier: ISC */
#ifndef KEYS_TERMINAL_H
#define KEYS_TERMINAL_H

/* Passphrases, typed or from a file, and what a person sees of long work. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/key_file.h"

/* A passphrase in sodium_malloc'd memory; terminal_passphrase_free wipes it. */
struct passphrase {
	char *text;
	size_t len;
};

/*
 * How a verb gets one: from the first line of `file` if given (FILE_MISSING, FILE_EXPOSED for a
 * file that others may read), else typed on /dev/tty without echo (NO_TERMINAL). PASSPHRASE_EMPTY
 * and PASSPHRASE_LENGTH for one that is empty or too long; `confirm` asks twice and refuses two
 * that differ (PASSPHRASE_DIFFERS). The prompt names `what` ("root key alice.key"). Ctrl-C restores the terminal and
 * then raises SIGINT.
 */
enum skerry_err terminal_passphrase(
	const char *file, const char *what, bool confirm, struct passphrase *ret_passphrase);
void terminal_passphrase_free(struct passphrase *passphrase);

/*
 * A line typed on the terminal with echo, for license keys; trimmed and terminated. `ret_line` has
 * room for line_max bytes in all. NO_TERMINAL, also when the line is too long or the input ends.
 */
enum skerry_err terminal_line(const char *prompt, char *ret_line, size_t line_max);

/*
 * Progress of a long job on standard error, only on a terminal and only after a second; total 0 is
 * unknown. terminal_progress_end clears the line.
 */
struct terminal_progress {
	const char *what;
	uint64_t total, shown;
	int64_t started_ms;
	bool enabled;
};
void terminal_progress_begin(
	struct terminal_progress *ret_progress, const char *what, uint64_t total);
void terminal_progress_step(struct terminal_progress *progress, uint64_t done);
void terminal_progress_end(struct terminal_progress *progress);

#endif
