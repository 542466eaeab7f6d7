/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REQUESTS_H
#define ISSUER_EXCHANGE_REQUESTS_H

/*
 * A site's request, answered: opened and verified (nothing is read before), held against its history
 * (fork.h), judged for each license that it concerns (answer.h), done, and answered with one signed reply
 * for each brand, all within the change under way. Read twice, it gets the same replies. What comes from
 * a request is bound as a value, never part of a statement or file name.
 *
 *	requests_open     no change: form, seal, signature. What fails is set aside where it lies, with
 *	                  its reason
 *	requests_answer   within a change. Many may be answered in one: each is undone alone (a savepoint)
 *	                  where it fails
 */

#include "issuer/desk/installations.h"
#include "issuer/exchange/replies.h"
#include "keys/exchange_open.h"

enum { REQUESTS_KEYS_MAX = 16, REQUESTS_RESULTS_MAX = REPLY_RESULTS_MAX, REQUESTS_LOST_MAX = 4 };

struct request_scratch;

/* The desk's exchange pairs and newest manifest; secrets until requests_close. */
struct requests {
	struct signing signing;
	struct key_pair *pairs;
	size_t pairs_len;
	struct plan_shelf shelf;
	struct request_scratch *scratch;
};

/* The vault is open. Errors of signing_open, desk_keys_open. */
enum skerry_err requests_begin(struct desk *desk, struct requests *ret_requests);
void requests_close(struct requests *requests); /* harmless on { 0 } */

/*
 * Room for one that was opened: 16 KB and the bytes. Errors of exchange_open_request. Opening reads
 * *requests alone, so any number of threads may open by one.
 */
struct requests_opened {
	struct exchange_request exchange;
	uint8_t *plain; /* license keys are in it */
	size_t plain_len;
};
enum skerry_err requests_open(const struct requests *requests, struct cbor_bytes sealed,
	struct requests_opened *ret_opened, size_t *ret_offset);
void requests_opened_free(struct requests_opened *opened); /* wipes */

enum requests_source { REQUESTS_STICK, REQUESTS_MAIL, REQUESTS_HTTP }; /* of the heartbeat */

/* What was answered for one license. */
struct requests_result {
	char license[LICENSE_ID_LEN + 1],
		product[2 * LICENSE_SLUG_MAX + 2]; /* "" where none is known */
	enum reply_code code;
	bool issued; /* a new document is in the reply */
	int64_t activation, until;
};

/* A license that a document of this desk's keys is for, and that its records do not have. */
struct requests_lost {
	char license[LICENSE_ID_LEN + 1], product[2 * LICENSE_SLUG_MAX + 2];
	int64_t activation, edition;
	bool refused; /* its edition lies too far ahead (edition.h): nothing was raised above it */
};

struct requests_answered {
	struct installation installation; /* as it is now */
	enum request_kind kind;
	uint64_t number;
	enum fork_arrival arrival;
	enum fork_found found; /* by this request */
	bool adopted, told;    /* fork.h */
	bool time_reset;
	bool log_contradicted; /* it holds a head of the audit log that this desk's log does not have */
	struct requests_result results[REQUESTS_RESULTS_MAX];
	size_t results_len;
	struct requests_lost lost[REQUESTS_LOST_MAX]; /* the first ones */
	size_t lost_len;                              /* of all */
	size_t steps_told; /* documents with more steps by telephone than the records knew of */
	size_t propagated; /* revocations that are now known to have reached it */
	size_t replies;
};

/*
 * Errors are of the desk (store.h, signing, DESK_CLOCK for an edition that is too far ahead, which is told
 * and answered as malformed); what a site did wrong is an answer.
 */
enum skerry_err requests_answer(struct desk *desk, struct requests *requests,
	const struct requests_opened *opened, enum requests_source source,
	struct requests_answered *ret_answered);

#endif
