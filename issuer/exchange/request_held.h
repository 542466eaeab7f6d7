/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REQUEST_HELD_H
#define ISSUER_EXCHANGE_REQUEST_HELD_H

/*
 * The license documents that a request shows, as the desk knows them: by their digest in its records, or
 * by their signature where the records lack them (a recovered desk). What is neither is left out.
 */

#include "formats/request.h"
#include "issuer/desk/activations.h"
#include "issuer/signing.h"

struct request_proof {
	int64_t license_id;    /* row; 0: of a license that is not in the records */
	int64_t activation_id; /* row; 0: of an activation that is not in the records */
	int64_t number, status_index, edition;
	struct license *claims; /* NULL: the very document is in the records */
};

struct request_held {
	struct request_proof proofs[REQUEST_HELD_MAX];
	size_t len;
};

/* Errors of store.h, NO_MEMORY. request_held_free in any case. */
enum skerry_err request_held_read(struct desk *desk, const struct signing *signing,
	const struct request *request, struct request_held *ret_held);
void request_held_free(struct request_held *held);

/* The one of a license (its row) with the highest edition; NULL. */
const struct request_proof *request_held_find(const struct request_held *held, int64_t license_id);

/*
 * What a signed document shows that the records lack: counters of its license and brand go above it,
 * within the change under way. DESK_CLOCK where its edition lies too far ahead (edition.h).
 */
enum skerry_err request_held_raise(
	struct desk *desk, const struct license_record *license, const struct request_proof *proof);
/* The same of a license that is not in the records: the high water, and its brand's next index. */
enum skerry_err request_held_raise_lost(struct desk *desk, const struct request_proof *proof);

/*
 * Documents that the records lack, of activations that they have: these end no earlier than they do, nor
 * does what is revoked of them, so that a status list names it for as long. Errors of store.h.
 */
enum skerry_err request_held_lengthen(struct desk *desk, const struct request_held *held);

#endif
