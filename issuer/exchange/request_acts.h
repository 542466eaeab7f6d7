/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REQUEST_ACTS_H
#define ISSUER_EXCHANGE_REQUEST_ACTS_H

/* What an answer does (answer.h's acts), each with its audit rows, within the change under way. */

#include "issuer/exchange/request_case.h"

/*
 * Does one->answer.act: the document that it gives is in one->document then. Errors of issue.h, ending.h,
 * store.h.
 */
enum skerry_err request_acts_do(struct request_work *work, struct request_case *one);

#endif
