/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_BUNDLE_OWN_H
#define ISSUER_EXCHANGE_BUNDLE_OWN_H

/*
 * Bundles that lie on a stick, as the desk knows its own: by the id in the index, whose signature is by a
 * key of its manifest. Whether that key may still sign does not matter: the records say that it did. Of a
 * desk that was recovered, one that is no younger than its recovery is its own by the signature alone.
 *
 * Files are read by place (pread) and may change or vanish at any moment.
 */

#include "issuer/desk/desk.h"
#include "keys/trust.h"

struct bundle_own {
	bool mine;
	uint64_t seq;
	int64_t issued_at;
};

/*
 * Errors of formats/bundle.h, cose.h, trust_open_signed, IO for a file that is none or another vendor's;
 * `mine` false: this desk's keys signed it, and its records do not know it. *ret_desk: the error is of the
 * desk itself.
 */
enum skerry_err bundle_own_read(struct desk *desk, const struct trust *trust, int file,
	struct bundle_own *ret_own, bool *ret_desk);

/* Whether each part of it has the hash that its index says: it can serve every site that it is for. */
bool bundle_own_is_whole(const struct trust *trust, int file);

#endif
