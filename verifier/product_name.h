/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_PRODUCT_NAME_H
#define VERIFIER_PRODUCT_NAME_H

/*
 * How people and programs name a product: "hms", or "hotelhub/hms" with its brand. Pure.
 */

#include "formats/license.h"
#include "formats/skerry_error.h"

enum {
	PRODUCT_NAME_MAX = 2 * LICENSE_SLUG_MAX + 2, /* bytes, terminator included */
	PRODUCT_NAME_PLAN_MAX = 3 * LICENSE_SLUG_MAX + 3
};

/* BRAND or PRODUCT when the license is for another one. */
enum skerry_err product_name_check(const char *wanted, const struct license *license);

/* "hotelhub/hms". */
void product_name_of(const struct license *license, char ret_name[PRODUCT_NAME_MAX]);
/* "hotelhub/hms/island". */
void product_name_of_plan(const struct license *license, char ret_name[PRODUCT_NAME_PLAN_MAX]);

#endif
