/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_MANIFEST_CHAIN_H
#define VERIFIER_EXCHANGE_MANIFEST_CHAIN_H

/*
 * The manifests that came in one carrier, in any order and with old ones among them.
 */

#include "formats/document.h"
#include "keys/trust.h"

enum manifest_fate {
	MANIFEST_FATE_NONE = 0, /* no manifest, or not looked at after an error */
	MANIFEST_FATE_OLDER, /* than the one held, or as old; maybe a stranger's; changes nothing */
	MANIFEST_FATE_HELD,  /* the very one that is held */
	MANIFEST_FATE_TAKEN, /* verified; the trust stands on it, or went on from it */
	MANIFEST_FATE_GAP,   /* a version in between is missing */
	MANIFEST_FATE_REFUSED
};

/* Documents looked at: versions that a site may have slept through, and what came with them. */
enum { MANIFEST_CHAIN_MAX = 256 };

struct manifest_chain {
	enum manifest_fate fates[MANIFEST_CHAIN_MAX]; /* as in the carrier */
	uint64_t versions[MANIFEST_CHAIN_MAX];        /* as each says of itself */
	size_t order[MANIFEST_CHAIN_MAX], order_len;  /* the manifests, by ascending version */
};

/*
 * Moves `trust` on by every manifest that follows from it. The first refusal (of trust_advance;
 * another manifest of the held version is TRUST_SEQUENCE) is returned with *ret_offset in that
 * document, and `trust` stands where it came to. Documents of other kinds are passed over.
 * DOCUMENT_COUNT beyond MANIFEST_CHAIN_MAX documents. *ret_chain is always written.
 */
enum skerry_err manifest_chain_follow(struct trust *trust, const struct document *documents,
	size_t documents_len, struct manifest_chain *ret_chain, size_t *ret_offset);

/* The same from nothing: the lowest version is the anchor. DOCUMENT_KIND without a manifest. */
enum skerry_err manifest_chain_anchor(struct trust *trust, const struct document *documents,
	size_t documents_len, struct manifest_chain *ret_chain, size_t *ret_offset);

#endif
