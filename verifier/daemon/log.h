/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_LOG_H
#define VERIFIER_DAEMON_LOG_H

/*
 * The daemon's log: one line an event on a descriptor, written at once, `event=import file=a.bundle ...`.
 * A value that holds anything but letters, digits and -_.:/@,+% is put in double quotes; in them, " and \
 * and control characters are escaped as in JSON, so a line is always one line and nothing in it moves a
 * terminal. skerryd(8) lists the events. Thread-safe.
 *
 * Nobody waits for who reads it: a line that finds no room is dropped, and as soon as there is some again
 * `event=log_dropped lines=N` tells how many were.
 */

#include <stdbool.h>

#include "formats/skerry_error.h"

enum log_level {
	LOG_ERRORS = 0,  /* something does not work */
	LOG_CHANGES = 1, /* ... and what came, changed, began and ended */
	LOG_CALLS = 2    /* ... and each call */
};

enum { LOG_LINE_MAX = 2048 /* bytes; a longer line is cut */ };

struct log {
	int fd;            /* -1: none */
	_Atomic int level; /* enum log_level: what is less important is left out */
	bool prefixed;     /* "<3>" in front: the journal of systemd reads it; else the time */
	unsigned long long dropped; /* its own: lines that nobody has heard of yet */
};

/* Pairs of key and value up to a NULL key; a NULL value leaves its pair out. Keeps errno. */
void log_event(struct log *log, enum log_level level, const char *event, ...)
	__attribute__((sentinel));
/* Whether somebody reads what is written to a descriptor, or there is room for it: who writes does not wait. */
bool log_has_room(int fd);
/* A number as a value for log_event, in a buffer of the caller's, which it returns. */
enum { LOG_NUMBER_MAX = 24 };
const char *log_number(long long number, char ret_text[LOG_NUMBER_MAX]);

#endif
