/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_STATUS_LISTS_H
#define ISSUER_EXCHANGE_STATUS_LISTS_H

/*
 * The status list of each brand, as the records stand: 1 revoked (a revocation in effect whose documents
 * have not all ended), 2 suspended (activations of a suspended license that stand). A list is signed anew
 * only where what it says has changed, it is older than STATUS_LISTS_AGE_S, or a site would not take it
 * any more; its iat grows always, also while the clock stands still, and is no earlier than that of any
 * document made before it.
 *
 * Its length is a multiple of STATUS_LISTS_STEP: it says little about how many documents there are, and
 * new ones do not change it.
 */

#include "issuer/signing.h"
#include "formats/status_list.h"

#define STATUS_LISTS_AGE_S (INT64_C(1) * 86400)

enum { STATUS_LISTS_STEP = 1024 /* bytes, of four documents each */ };

/*
 * Brings every brand's list up to date (brand_id 0) or one, within the change under way: signed, read
 * back, recorded as a document, with an audit row "status.sign". A brand that never gave out an index has
 * none. *ret_signed: lists that were signed. Memory and time follow the list and what is revoked or
 * suspended. Errors of signing_permits_role; DOCUMENT_TOO_LARGE: an index beyond the longest list.
 */
enum skerry_err status_lists_refresh(
	struct desk *desk, const struct signing *signing, int64_t brand_id, size_t *ret_signed);

/*
 * Within a change that lifts what the newest list of a brand says of a license: the change is dated after
 * that list, by the second that it takes, and so is each document that follows. A site believes of a list
 * and of a document the later one, and the list where they are of one second.
 */
enum skerry_err status_lists_date_after(struct desk *desk, int64_t brand_id);

/* The newest lists, by brand; bytes are borrowed for the call. brand_id 0: all. */
enum skerry_err status_lists_each(struct desk *desk, int64_t brand_id,
	enum skerry_err (*each)(void *, struct cbor_bytes list), void *context);

#endif
