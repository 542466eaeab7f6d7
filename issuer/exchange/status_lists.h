/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_STATUS_LISTS_H
#define ISSUER_EXCHANGE_STATUS_LISTS_H

/*
 * The status list of each brand, as the records stand: 1 revoked (a revocation in effect whose documents
 * have not all ended), 2 suspended (activations of a suspended license that stand). A list is signed anew
 * only where what it says has changed, or it is older than STATUS_LISTS_AGE_S; its iat grows always.
 */

#include "issuer/signing.h"
#include "formats/status_list.h"

#define STATUS_LISTS_AGE_S (INT64_C(7) * 86400)

/*
 * Brings every brand's list up to date (brand_id 0) or one, within the change under way: signed, read
 * back, recorded as a document, with an audit row. A brand that never gave out an index has none.
 */
enum skerry_err status_lists_refresh(
	struct desk *desk, const struct signing *signing, int64_t brand_id);

/* The newest lists, by brand; bytes are borrowed for the call. brand_id 0: all. */
enum skerry_err status_lists_each(struct desk *desk, int64_t brand_id,
	enum skerry_err (*each)(void *, struct cbor_bytes list), void *context);

#endif
