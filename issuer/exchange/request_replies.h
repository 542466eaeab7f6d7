/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REQUEST_REPLIES_H
#define ISSUER_EXCHANGE_REQUEST_REPLIES_H

/* The replies that answer a request: one for each brand that it concerns. */

#include "issuer/exchange/request_case.h"

/*
 * Fills in what each case's result says to people, and makes the replies; *ret_made: how many. Errors of
 * replies.h.
 */
enum skerry_err request_replies_make(struct request_work *work, bool resets_time, size_t *ret_made);

/* The results of replies that were made before, for who asks again. */
enum skerry_err request_replies_read(struct request_work *work, struct requests_answered *answered);

#endif
