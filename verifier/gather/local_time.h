/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_LOCAL_TIME_H
#define VERIFIER_GATHER_LOCAL_TIME_H

#include <stdint.h>

/*
 * Seconds east of UTC at the instant `at`, as ROOT/etc/localtime says; 0 (UTC) where there is no
 * such file or it makes no sense, as libc does. The environment has no say. Thread-safe.
 */
int32_t local_time_offset(const char *root, int64_t at);

#endif
