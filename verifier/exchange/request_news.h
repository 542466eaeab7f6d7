/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_REQUEST_NEWS_H
#define VERIFIER_EXCHANGE_REQUEST_NEWS_H

/* What happened since, as a request tells it: out of the memory alone; and whether anything is new. */

#include "request_gather.h"

/*
 * Status lists held and what they said, the newest reply, telemetry, events, steps by telephone, the
 * clock, journal and desk heads, what was put back, how many seats were in use.
 */
enum skerry_err request_gather_news(const struct site *site, struct request_gathered *gathered);

/*
 * A hash of all that a request says, but for what differs each time it is made: number, list, nonce,
 * times, heads, seats in use, whether the clock was looked at often enough. NO_MEMORY, and what request_write refuses.
 */
enum skerry_err request_news_hash(const struct request *request, uint8_t ret_hash[HASH_LEN]);

#endif
