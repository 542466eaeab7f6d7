/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_PINNED_H
#define VERIFIER_LIBRARY_PINNED_H

/*
 * What a product pins, beside what a state folder trusts.
 *
 * The folder's chain of manifests was verified from its own anchor on, which whoever set the folder
 * up chose. It is the product's vendor's where
 *
 *	same     it holds the newest pinned manifest, word for word (signatures may differ: of an anchor
 *	         made of a later version, some were left out); what follows it in the folder then
 *	         follows it in truth
 *	next     it begins with the version after the newest pinned one, and that follows from it
 *	newer    the pinned ones go on where the folder ends
 *	apart    the newest pinned one is newer than the folder and versions in between are known to
 *	         neither, but it lists every key that the folder knows, as each version must
 *
 * In the last two the newest pinned one is what licenses are judged by: what it revokes is revoked.
 * `apart` proves nothing about the folder's manifests, and need not: they have no say any more, and
 * a license of a key that the pinned one does not list grants nothing.
 *
 * A fork of the newest pinned version is another vendor's, but for version 1 of a trial desk, which
 * rewrites it until its first license leaves: there the folder's has to be signed by a pinned root.
 */

#include "formats/document.h"
#include "verifier/site.h"

enum pinned_relation { PINNED_HELD, PINNED_NEWER, PINNED_APART };

struct pinned {
	const struct document *documents; /* the pinned manifests, unwrapped; borrowed */
	size_t documents_len;
};

/*
 * The newest pinned manifest, verified from the lowest one on: whether the pin is any good. Errors of
 * manifest_chain_anchor, TRUST_SEQUENCE for a gap in it.
 */
enum skerry_err pinned_check(const struct pinned *pinned, size_t *ret_offset);

/*
 * Compares, after the site was opened and before it is ticked. Where the pinned one is newer, *ret_newer
 * is that trust, allocated, for site_follow; else it is NULL. TRUST_PINNED; NO_MEMORY and whatever
 * reading the folder's manifests can give.
 */
enum skerry_err pinned_compare(const struct pinned *pinned, const struct site *site,
	enum pinned_relation *ret_relation, struct trust **ret_newer);

/*
 * Of PINNED_NEWER, after a tick, for a site that is open to write: the folder gets what follows, as an
 * import would bring it, and has it from then on. Errors of take_in.
 */
enum skerry_err pinned_keep(const struct pinned *pinned, struct site *site);

#endif
