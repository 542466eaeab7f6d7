/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_OPERATORS_H
#define ISSUER_DESK_OPERATORS_H

/*
 * Who works at the desk. Each operator's passphrase wraps the desk's key (vault.h); without any,
 * the key lies open in DESK/desk.key and there is one operator. The audit log names them by their
 * number, so a number is never given to another one and a name only changes with its owner.
 *
 * An operator may be of one brand (brand_guard.h). One of all brands is always left, and they alone
 * change operators; but for their own passphrase, which everybody may.
 */

#include "formats/license.h"
#include "issuer/desk/desk.h"

enum { OPERATORS_NAME_MAX = 64, OPERATORS_MAX = 100 };

struct operator_record {
	int64_t id;
	char name[OPERATORS_NAME_MAX + 1];
	bool has_passphrase;
	int64_t created_at, removed_at; /* LICENSE_NEVER */
	int64_t brand_id;               /* whose changes alone they may make; 0: all */
	char brand[LICENSE_SLUG_MAX + 1];
};

/* --- unlocking --- */

/* Whether somebody must type a passphrase: some operator has one. Also when that cannot be told. */
bool operators_need_passphrase(struct desk *desk);

/*
 * Unlocks the desk with a passphrase (NULL: with DESK/desk.key) and notes whose it is: that of
 * desk->operator_name, else each is tried. Nothing to do when it is unlocked.
 *
 * PASSPHRASE; NOT_FOUND, for a name that no operator has; FILE_MISSING and FILE_EXPOSED, about
 * desk.key; vault_unwrap's errors; FILE_DAMAGED for a key that is another desk's.
 */
enum skerry_err operators_unlock(struct desk *desk, const struct passphrase *passphrase);

/*
 * The same with the key itself, as somebody who was unlocked handed it on. PASSPHRASE when that
 * operator is removed, or is not desk->operator_name, and for another desk's key.
 */
enum skerry_err operators_unlock_with(
	struct desk *desk, const struct secretbox_key *desk_key, int64_t operator_id);

/* --- the records; a change is made within the one under way, with its audit row --- */

enum skerry_err operators_each(
	struct desk *desk, void (*each)(void *, const struct operator_record *), void *context);

/* One that was not removed. NOT_FOUND with the nearest name. */
enum skerry_err operators_find(
	struct desk *desk, const char *name, struct operator_record *ret_operator);
/* By number, removed or not. NOT_FOUND. */
enum skerry_err operators_find_id(
	struct desk *desk, int64_t id, struct operator_record *ret_operator);

/* For init, without an audit row; `wrapped` NULL where the desk's key lies open. EXISTS. */
enum skerry_err operators_insert(
	struct desk *desk, const char *name, const uint8_t *wrapped, size_t wrapped_len);

/* Whether it can be a new operator's: ARGUMENT; EXISTS, also where a removed one had it. */
enum skerry_err operators_check_name(struct desk *desk, const char *name);

/*
 * EXISTS when it opens the desk for anybody but `id` (0: for anybody): the log would name the wrong
 * one. One Argon2id for each operator.
 */
enum skerry_err operators_check_passphrase(
	struct desk *desk, const struct passphrase *passphrase, const char *name, int64_t id);

/* Errors of operators_check_name; IN_USE beyond OPERATORS_MAX. `brand` NULL: of all brands. */
enum skerry_err operators_add(struct desk *desk, const char *name, const char *brand,
	const uint8_t *wrapped, size_t wrapped_len, struct operator_record *ret_operator);
enum skerry_err operators_rename(
	struct desk *desk, const struct operator_record *person, const char *name);
/* To one brand, or to all (NULL). NOT_FOUND; IN_USE for the last one of all brands. */
enum skerry_err operators_set_brand(
	struct desk *desk, const struct operator_record *person, const char *brand);
enum skerry_err operators_set_passphrase(struct desk *desk, const struct operator_record *person,
	const uint8_t *wrapped, size_t wrapped_len);
/* IN_USE for the last one, and for the last one of all brands: nobody could do what they may. */
enum skerry_err operators_remove(struct desk *desk, const struct operator_record *person);

/*
 * Overwrites and removes a desk.key that some operator's passphrase has taken the place of; after
 * the change that did so was committed. What was killed in between, the next unlocking makes good.
 */
enum skerry_err operators_forget_open_key(struct desk *desk);

#endif
