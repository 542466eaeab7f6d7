/* SPDX-License-Identifier: ISC */
#ifndef KEYS_CLI_STANDING_H
#define KEYS_CLI_STANDING_H

/* Where a ceremony stands: which roots have signed a manifest, and how many are still missing. */

#include "manifest_file.h"

enum signer_state {
	SIGNER_OWN,    /* a root of this version */
	SIGNER_BEFORE, /* a root of the version before alone */
	SIGNER_BOTH,
	SIGNER_UNKNOWN, /* no root of either; perhaps of a version that was not given */
	SIGNER_BAD      /* a root, but the signature does not fit */
};

struct standing {
	enum signer_state signers[COSE_SIGNERS_MAX]; /* in the order of message.signers */
	unsigned has;                                /* good signatures by its own roots */
	unsigned has_before;                         /* and by those of the version before */
	bool bad;                                    /* one that does not fit */
	bool complete; /* both thresholds are reached, as far as `before` is known */
};

/* `before` is NULL for version 1, or when nobody named it. */
void standing_find(const struct manifest_file *file, const struct manifest_file *before,
	struct standing *ret_standing);

/* True when the key may sign `file`: a root of it, or of the version before. */
bool standing_is_root(const struct manifest_file *file, const struct manifest_file *before,
	const struct cose_key *key);

/*
 * The manifest as an anchor: without the signatures of those that are no roots of it (trust.h wants
 * none of them there). `ret_bytes` has room for MANIFEST_MAX.
 */
enum skerry_err standing_anchor_copy(
	const struct manifest_file *file, uint8_t *ret_bytes, size_t *ret_len);

/*
 * Tells how many signatures a manifest has and needs, and what to do next. As JSON: {file, version,
 * kid (the signer; null), signatures {has, needs, before {version, has, needs}}, complete}. Silent
 * for a file that went to standard output.
 */
void standing_report(const struct manifest_file *file, const struct manifest_file *before,
	const char *kid, bool json);

/* "own", "before", "both", "unknown", "bad" */
const char *signer_state_name(enum signer_state state);

#endif
