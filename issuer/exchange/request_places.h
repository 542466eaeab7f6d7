/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REQUEST_PLACES_H
#define ISSUER_EXCHANGE_REQUEST_PLACES_H

/* Where the activation is that a request means, for one license of it (answer.h's places). */

#include "issuer/exchange/request_case.h"

/* Fills in the case's activation, and place, binds, starter, ends_at and replaceable of its facts. */
enum skerry_err request_places_find(struct request_work *work, struct request_case *one);

/* *ret_is: an activation (its row) is this site's own, or its document's machine is the one that is shown. */
enum skerry_err request_places_is_there(
	const struct request_work *work, int64_t activation_id, bool *ret_is);

/* The domains of a request as activations keep them, a space between. */
void request_places_domains(
	const struct request *request, char ret_domains[ACTIVATIONS_DOMAINS_MAX + 1]);

#endif
