/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REQUEST_LOST_H
#define ISSUER_EXCHANGE_REQUEST_LOST_H

/*
 * Documents that a request shows, that this desk's keys signed, and that nothing of the answer is about:
 * above all those of licenses that the records do not have, of a desk that lost some. Nothing can be
 * issued for such a license, whose key and customer nobody knows; but none of its numbers is given out
 * again, and the clerk is told.
 */

#include "issuer/exchange/request_case.h"

/*
 * After the cases were gathered. What is not in the records raises the counters above it, as
 * request_held_raise does; of a license that is not there at all each is told in
 * answered->lost, and has an audit row "site.lost" the first time that its site shows it.
 */
enum skerry_err request_lost_take(struct request_work *work, struct requests_answered *answered);

#endif
