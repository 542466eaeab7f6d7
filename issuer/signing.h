/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_SIGNING_H
#define ISSUER_SIGNING_H

/*
 * What the desk signs licenses with, loaded once for a change: its manifest chain, verified, and
 * the issuing key in use, opened. It holds a secret until signing_close.
 */

#include "issuer/desk/desk.h"
#include "keys/trust.h"

struct signing {
	struct trust *trust;
	struct key_pair pair;
};

/*
 * The vault is open. Errors of desk_keys_open; STORE_DAMAGED without a manifest; errors of trust.h
 * for a chain that does not hold.
 */
enum skerry_err signing_open(struct desk *desk, struct signing *ret_signing);
/* Wipes; harmless on { 0 }. */
void signing_close(struct signing *signing);

/*
 * Whether the key may sign these claims: TRUST_..., with the advice noted at the desk. Asked before
 * signing, since a site would refuse it.
 */
enum skerry_err signing_permits(
	struct desk *desk, const struct signing *signing, const struct license *license);

/*
 * Whether the key may sign replies or status lists of a brand, or bundles (NULL: it must serve all
 * brands), dated `issued_at`. Asked before anything is recorded; likewise.
 */
enum skerry_err signing_permits_role(struct desk *desk, const struct signing *signing,
	enum manifest_role role, const char *brand, int64_t issued_at);

/*
 * Signs claims that were written out, and reads the result back as a site would. `edition` and
 * `cti` are what must come back; `back` is memory for it. Touches nothing but its arguments: any number of threads may sign
 * with one struct signing. NO_MEMORY, INTERNAL, errors of trust_open_license.
 */
enum skerry_err signing_sign(const struct signing *signing, struct cbor_bytes payload,
	uint64_t edition, const uint8_t cti[LICENSE_CTI_LEN], struct license *back,
	uint8_t ret_bytes[LICENSE_MAX], size_t *ret_len);

#endif
