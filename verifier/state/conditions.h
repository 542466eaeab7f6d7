/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_CONDITIONS_H
#define VERIFIER_STATE_CONDITIONS_H

/*
 * Since when a license's machine, or a domain that is asked for, does not match: its grace counts
 * from there, whatever editions come meanwhile. A machine's mismatch ends where it matches again, a
 * domain's where that very domain does.
 *
 * A machine is looked at together with what whoever asks supplies of it: a license's own components among those
 * are SAME, differ or are not given, and each such way of seeing the machine has its own condition, so that
 * nobody's wrong value begins or ends another one's. A way that is new shares a grace that runs; it begins one
 * while another way matched, of CONDITIONS_GRACES_MAX; else it counts from the first. So values that are changed
 * buy no grace.
 *
 * Domains come from whoever asks. A site that moves brings several of them at once: those that appear
 * while the grace of one runs share it. Of such graces a license has CONDITIONS_GRACES_MAX, and
 * CONDITIONS_DOMAINS_MAX of its domains are remembered; beyond either, a domain counts from the first
 * of them. Errors of store.h.
 */

#include "formats/license.h"
#include "keys/store.h"

/* Of a kind. The machine as nobody supplies anything is remembered besides. */
enum { CONDITIONS_DOMAINS_MAX = 16, CONDITIONS_GRACES_MAX = 3, CONDITION_VALUE_MAX = 254 };

enum condition_kind { CONDITION_MACHINE = 0, CONDITION_DOMAIN };

/* A way of seeing the machine, as a value: for each supplied component one of these; "" where none is given. */
enum condition_given {
	CONDITION_GIVEN_SAME = 's',
	CONDITION_GIVEN_OTHER = 'd',
	CONDITION_NOT_GIVEN = 'u'
};

/* What is remembered; its license and value are those that it was read for. */
struct condition {
	bool seen;     /* it was looked at before */
	bool mismatch; /* as it was found last */
	int64_t since; /* of a mismatch; LICENSE_NEVER: not known */
};

/* The words that a license is called here: id, brand, activation. */
enum { CONDITION_LICENSE_MAX = 128 };
void condition_license(const struct license *license, char ret_words[CONDITION_LICENSE_MAX]);

enum skerry_err condition_read(struct store *store, const struct license *license,
	enum condition_kind kind, const char *value, struct condition *ret_condition);

/*
 * Since when a domain, or a way of seeing the machine, that is new at `now` counts, in a grace of `grace_s`;
 * LICENSE_NEVER where nobody knows since when the others do. *ret_first: none of its kind is remembered.
 */
enum skerry_err condition_begin(struct store *store, const struct license *license,
	enum condition_kind kind, int64_t now, int64_t grace_s, int64_t *ret_since,
	bool *ret_first);

/* In a change under way. One value too many is not written; that is no error: *ret_written says it. */
enum skerry_err condition_write(struct store *store, const struct license *license,
	enum condition_kind kind, const char *value, const struct condition *condition,
	bool *ret_written);

#endif
