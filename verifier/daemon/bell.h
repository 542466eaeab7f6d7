/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_BELL_H
#define VERIFIER_DAEMON_BELL_H

#include <stdbool.h>

/* A bell from one thread to another, who waits for it with poll. */

/* -1: errno. Closed with close. */
int bell_make(void);
void bell_ring(int bell);
/* False: nobody has rung since. */
bool bell_silence(int bell);

#endif
