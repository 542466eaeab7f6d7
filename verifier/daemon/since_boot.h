/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_SINCE_BOOT_H
#define VERIFIER_DAEMON_SINCE_BOOT_H

#include <stdint.h>

/* By the clock of what is waited for, which goes on while the machine sleeps. */
int64_t since_boot_ms(void);

#endif
