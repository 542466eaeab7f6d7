/* SPDX-License-Identifier: ISC */
#ifndef KEYS_RANDOM_H
#define KEYS_RANDOM_H

/* Randomness from the kernel, through libsodium. */

#include <stddef.h>
#include <stdint.h>

#include "formats/skerry_error.h"

/* Starts libsodium; every program and skerry_open call it first. Idempotent, thread-safe. CRYPTO. */
enum skerry_err random_start(void);

void random_bytes(uint8_t *ret_bytes, size_t bytes_len);

/* A terminated license or install id: `id_len` Crockford characters. */
void random_id(char *ret_id, size_t id_len);

/* Random number of a version-4 UUID (RFC 9562), terminated, 36 characters. */
void random_uuid(char ret_uuid[37]);

#endif
