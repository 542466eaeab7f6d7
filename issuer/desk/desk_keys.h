/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_DESK_KEYS_H
#define ISSUER_DESK_DESK_KEYS_H

/*
 * The key pairs that a desk holds: which there are (database), their secrets (DESK/keys/KID.key,
 * wrapped), and which one signs. A production root key never enters a desk.
 */

#include "issuer/desk/desk.h"

struct desk_key {
	enum key_purpose purpose;
	struct cose_key public_key;
	uint8_t kid[COSE_KID_LEN];
	int64_t added_at;
	bool in_use; /* signs what the desk issues */
};

/*
 * Writes the key's file and its row, within the change under way; the vault is open. A key that is
 * there already is written again. Roots only in `init` (desk_keys_add refuses: TRUST_PURPOSE).
 */
enum skerry_err desk_keys_insert(struct desk *desk, const struct key_pair *pair);
enum skerry_err desk_keys_add(struct desk *desk, const struct key_pair *pair);

/* The pair's secret; the vault is open. Errors of vault_read_key. */
enum skerry_err desk_keys_open(struct desk *desk, const uint8_t kid[COSE_KID_LEN],
	enum key_purpose purpose, struct key_pair *ret_pair);

enum skerry_err desk_keys_each(
	struct desk *desk, void (*each)(void *, const struct desk_key *), void *context);

/* The kid in use; and to set it, within the change under way. */
enum skerry_err desk_keys_read_use(struct desk *desk, uint8_t ret_kid[COSE_KID_LEN]);
enum skerry_err desk_keys_use(struct desk *desk, const uint8_t kid[COSE_KID_LEN]);

/* By the first hexadecimal digits of its kid, at least four. NOT_FOUND, NOT_UNIQUE. */
enum skerry_err desk_keys_find(struct desk *desk, const char *digits, struct desk_key *ret_key);

#endif
