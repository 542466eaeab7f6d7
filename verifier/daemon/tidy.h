/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_TIDY_H
#define VERIFIER_DAEMON_TIDY_H

/*
 * Memory that goes back to the system: what connections, calls and looks had for a moment, a second after they
 * are over, and once what only starting needed. A crowd is a rare thing, and a daemon stays for years.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TIDY_MS = 1000 };

struct tidy {
	int64_t due_ms; /* 0: there is nothing to give back */
	uint64_t open;  /* connections, the most since then */
	bool started;   /* the pages of starting are gone */
};

/* Before there are threads. */
void tidy_begin(void);

/* After each round: so many connections are open, and something was done that takes more than a call does. */
void tidy_round(struct tidy *tidy, int64_t now_ms, uint64_t open, bool worked);
/* In how many ms it is to be called again; -1: whenever. */
int tidy_timeout_ms(const struct tidy *tidy, int64_t now_ms);

#endif
