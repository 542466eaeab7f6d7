/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REQUEST_STEPS_H
#define ISSUER_EXCHANGE_REQUEST_STEPS_H

/*
 * Steps that a site has typed in, as its request tells: its renew_by counts them. More of them than the
 * records know were read out with this desk's key, by records that were lost since or by a second desk:
 * they count from now on, and the clerk is told.
 *
 * The request states a number, and proves none. So it is believed only about its own: who overstates moves
 * its own renewal, and uses up its own steps. A document that is bound to a machine by hand is its own
 * where it shows that machine; one for domains or nothing is nobody's.
 */

#include "issuer/exchange/request_case.h"

/*
 * Of documents that the records have, and of activations of this site or of the machine that it shows; what
 * no such document allows is left out. *ret_told: documents with more steps than the records knew. Each
 * has an audit row "extend.told".
 */
enum skerry_err request_steps_take(struct request_work *work, size_t *ret_told);

#endif
