/* SPDX-License-Identifier: ISC */
#ifndef KEYS_CLI_MANIFEST_EDIT_H
#define KEYS_CLI_MANIFEST_EDIT_H

/*
 * What `manifest new` and `manifest next` have in common: options that add keys, contacts and
 * dates to the claims of a manifest. Each step tells what is wrong and returns false.
 *
 * --brand, --role, --not-before, --not-after, --latest and --perpetual hold for every issuing key
 * that the same command adds. Keys that differ are added by one command each (see --draft).
 */

#include "manifest_file.h"

/* An issuing key is good from a day before the ceremony: clocks differ. */
enum { MANIFEST_EDIT_EARLY_S = 86400 };

struct manifest_edit {
	/* As command_parse fills them. */
	struct command_list roots, issuing, exchange, brands, roles, contacts;
	const char *not_before, *not_after, *latest, *threshold, *expires, *at;
	bool perpetual, json, armor, force;
	const char *out;

	/* Afterwards. */
	struct manifest manifest;
	int64_t now;
	uint8_t *memory[MANIFEST_BRANDS_MAX]; /* texts of contacts */
	size_t memory_len;
	enum command_exit exit; /* what the verb returns when a step failed */
};

/* --at, or the clock: the instant at which the manifest says it was made. */
bool manifest_edit_time(struct manifest_edit *edit);
bool manifest_edit_add_roots(struct manifest_edit *edit);
bool manifest_edit_add_issuing(struct manifest_edit *edit);
bool manifest_edit_add_exchange(struct manifest_edit *edit);
bool manifest_edit_set_contacts(struct manifest_edit *edit);
/* --threshold and --expires, where they are given. */
bool manifest_edit_set_threshold(struct manifest_edit *edit);
bool manifest_edit_set_expires(struct manifest_edit *edit);

/*
 * Encodes the claims without signatures, writes them to --out and reports; tells what is unusual.
 * `before` is the version that they follow; NULL for the first.
 */
enum command_exit manifest_edit_finish(
	struct manifest_edit *edit, const struct manifest_file *before);

void manifest_edit_free(struct manifest_edit *edit);

#endif
