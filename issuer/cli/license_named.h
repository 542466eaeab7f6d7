/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_LICENSE_NAMED_H
#define ISSUER_CLI_LICENSE_NAMED_H

/*
 * Which license does KEY|ID mean? A license's id, or a license key as somebody typed it; "-" asks
 * for it on the terminal, where it leaves no trace in a shell's history.
 */

#include "issuer/desk/licenses.h"
#include "session.h"

struct license_named {
	const char *typed;
	const char *product; /* its name or BRAND/PRODUCT; NULL: any */
	const char *tenant;  /* "": the license without one; NULL: any */
};

/*
 * The filter that finds it: by license id, or by its key (which unlocks the desk), narrowed down to
 * product and tenant. A typing error in a key is told as one before the desk is unlocked.
 */
enum skerry_err license_named_filter(struct session *session, const struct license_named *named,
	struct licenses_filter *ret_filter);

/* The one license; NOT_UNIQUE, with what there is, when the key holds several. */
enum skerry_err license_named_one(struct session *session, const struct license_named *named,
	struct license_record *ret_license);

/*
 * A product as it is typed, to be searched by: BRAND/PRODUCT, or a product's own name, which becomes
 * its path where only one brand has it. NOT_FOUND with the nearest name.
 */
enum skerry_err license_named_product(
	struct desk *desk, const char *typed, char ret_product[PRODUCTS_PATH_MAX]);

#endif
