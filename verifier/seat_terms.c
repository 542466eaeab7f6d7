/* SPDX-License-Identifier: ISC */
#include "seat_terms.h"

#include <stdio.h>

#include "product_name.h"

void
seat_terms_of(const struct license *license, const struct skerry_verdict *verdict, uint64_t cap,
	struct seat_terms *ret_terms)
{
	*ret_terms = (struct seat_terms){ .cap = cap };
	if (license == NULL)
		return;
	ret_terms->access = verdict->access != SKERRY_ACCESS_NONE;
	ret_terms->max = license->seats_max;
	ret_terms->burst = license->seats_burst;
	ret_terms->ttl_s = license->seats_ttl_s;
}

void
seat_pool_of(const struct license *license, char ret_pool[SEAT_POOL_NAME_MAX])
{
	char product[PRODUCT_NAME_MAX];

	ret_pool[0] = '\0';
	if (license == NULL)
		return;
	product_name_of(license, product);
	/* No slug has a blank in it, so the first one ends the product. */
	snprintf(ret_pool, SEAT_POOL_NAME_MAX, "%s%s%.*s", product,
		license->tenant.len > 0 ? " " : "", (int)license->tenant.len,
		license->tenant.len > 0 ? license->tenant.chars : "");
}
