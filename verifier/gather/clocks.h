/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_CLOCKS_H
#define VERIFIER_GATHER_CLOCKS_H

/*
 * The clocks of this machine, as verifier/decide/clock.h wants them: wall clock and monotonic time
 * through libc's clock_gettime alone (so that who tests with faked clocks gets what he fakes), the
 * boot from /proc/sys/kernel/random/boot_id, and what a time namespace adds to the monotonic clock
 * from /proc/self/timens_offsets, which is taken off again.
 */

#include "verifier/decide/clock.h"

/*
 * Never fails: what cannot be had makes the reading `uncounted`. A kernel without time namespaces has
 * no such file, and that is no fault; one that cannot be read or makes no sense is. `root` is where the
 * two files are looked for ("/" for this machine). Thread-safe.
 */
void clocks_read(const char *root, struct clock_reading *ret_reading);

#endif
