/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_PRODUCT_NAME_H
#define VERIFIER_PRODUCT_NAME_H

/*
 * How a product is named: "hotelhub/hms" with its brand, and by a person also "hms". Pure.
 */

#include "formats/license.h"
#include "formats/skerry_error.h"

enum {
	PRODUCT_NAME_MAX = 2 * LICENSE_SLUG_MAX + 2, /* bytes, terminator included */
	PRODUCT_NAME_PLAN_MAX = 3 * LICENSE_SLUG_MAX + 3
};

/* Whether it is two slugs, as a program must name it: without a brand any brand's product would do. */
bool product_name_is_full(const char *name);

/* BRAND or PRODUCT when the license is for another one. */
enum skerry_err product_name_check(const char *wanted, const struct license *license);

/* "hotelhub/hms". */
void product_name_of(const struct license *license, char ret_name[PRODUCT_NAME_MAX]);
/* "hotelhub/hms/island". */
void product_name_of_plan(const struct license *license, char ret_name[PRODUCT_NAME_PLAN_MAX]);

#endif
