/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_OPERATORS_H
#define ISSUER_DESK_OPERATORS_H

/* Who works at the desk. Each operator's passphrase wraps the desk's key (vault.h). */

#include "issuer/desk/desk.h"

enum { OPERATORS_NAME_MAX = 64 };

/* Adds one to the change under way; `wrapped` NULL where the desk's key lies open. EXISTS. */
enum skerry_err operators_insert(
	struct desk *desk, const char *name, const uint8_t *wrapped, size_t wrapped_len);

/* Whether somebody must type a passphrase: false when DESK/desk.key lies there. */
bool operators_need_passphrase(const struct desk *desk);

/*
 * Unlocks the desk with an operator's passphrase (NULL: with DESK/desk.key) and notes who it is.
 * Nothing to do when it is unlocked. PASSPHRASE, FILE_EXPOSED, and vault_unwrap's errors.
 */
enum skerry_err operators_unlock(struct desk *desk, const struct passphrase *passphrase);

#endif
