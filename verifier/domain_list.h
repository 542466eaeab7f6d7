/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DOMAIN_LIST_H
#define VERIFIER_DOMAIN_LIST_H

/* Domains that a site tells its vendor, in the order in which documents have them. Pure. */

#include "formats/license.h"

/*
 * Adds a domain, which outlives the list; one that is there already is not added. False for one that is
 * none, and for one more than LICENSE_DOMAINS_MAX.
 */
bool domain_list_add(
	struct cbor_text domains[LICENSE_DOMAINS_MAX], size_t *domains_len, const char *domain);

#endif
