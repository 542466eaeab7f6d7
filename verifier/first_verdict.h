/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_FIRST_VERDICT_H
#define VERIFIER_FIRST_VERDICT_H

/*
 * What came gives something from the moment it came, and the journal is to know what, even when nobody
 * asks for weeks (past.h).
 */

#include "site.h"

/*
 * Whether a license names what the product alone can tell, its own values or its path: asked without them, its
 * verdict would be another machine's.
 */
bool first_verdict_wants_product(const struct license *license);

/*
 * Asks as `skerry status` would: for each product and tenant that is held, by name where there are
 * several products. Not about licenses that want the product to ask. After a tick, at a site that is
 * open; where nothing can be recorded, nothing happens.
 */
void first_verdict_record(const struct site *site);

#endif
