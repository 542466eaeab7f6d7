/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_COMPOSE_H
#define ISSUER_COMPOSE_H

/* The claims of a license document, from what the desk's records say. Pure. */

#include "issuer/desk/activations.h"

enum { COMPOSE_URI_MAX = LICENSE_SLUG_MAX + 8 }; /* "skerry:BRAND", terminated */

/* Everything is borrowed, also by the claims that are made of it. */
struct compose_facts {
	const struct license_record *record;
	const struct plan *plan;
	const struct binding *binding;
	const struct activation *activation;
	int64_t now;
	int64_t until; /* a starter's end; LICENSE_NEVER */
	int64_t edition;
	unsigned threshold; /* 0: more than half */
	const uint8_t *cti;
	const uint8_t *anchor; /* of telephone renewal; NULL: none */
	char uri[COMPOSE_URI_MAX];
};

/* Fills in facts->uri and the claims, the last date of the ladder among them. */
void compose_license(struct compose_facts *facts, struct license *ret_license);

#endif
