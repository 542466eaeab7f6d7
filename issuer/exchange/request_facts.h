/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REQUEST_FACTS_H
#define ISSUER_EXCHANGE_REQUEST_FACTS_H

/*
 * Which licenses a request concerns, and of each what answer_judge asks:
 *
 *	pair, migrate       those of the license keys that it names, of its tenant or of none
 *	heartbeat, unpair   those that this installation has activations of, and of documents that it shows;
 *	                    unpair also those it has just been unpaired from
 *
 * Rows are reached by key, installation, site id or digest. Only pair and migrate look through the
 * activations of one license, for the machine that they come from.
 */

#include "issuer/exchange/request_case.h"

/* Fills in work->cases with all but `answer`. Errors of store.h, NO_MEMORY. */
enum skerry_err request_facts_gather(struct request_work *work);

#endif
