/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_SYSTEM_NAME_H
#define VERIFIER_GATHER_SYSTEM_NAME_H

/*
 * What a machine and its system are called, for the vendor's people. Terminated and cut to what
 * fits in UTF-8; empty where it is not known. Thread-safe.
 */

#include <stddef.h>

/* ROOT/etc/hostname; of this machine ("/") what the kernel says. */
void system_name_host(const char *root, char *ret_name, size_t name_max);

/* PRETTY_NAME of ROOT/etc/os-release (os-release(5)). */
void system_name_os(const char *root, char *ret_name, size_t name_max);

#endif
