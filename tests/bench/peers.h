/* SPDX-License-Identifier: ISC */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

/*
 * The same claims as others carry them: HotelHub's JWT (section 5 of its requirement document) under
 * RS256, verified by Debian's libjwt and cjose, and an Ed25519 signature verified by OpenSSL. Keys
 * are made here and now. Each call is one whole verification; a failure ends the program.
 */

#include <stddef.h>
#include <stdint.h>

struct peers;

/* `message` is what Ed25519 signs: bytes of the length that a license's Sig_structure has. */
struct peers *peers_new(const uint8_t *message, size_t message_len);
void peers_free(struct peers *peers);

/* Length of the RS256 JWT, in characters. */
size_t peers_jwt_len(const struct peers *peers);

void peers_openssl_ed25519(void *peers);
void peers_libjwt_rs256(void *peers);
void peers_cjose_rs256(void *peers);

#endif
