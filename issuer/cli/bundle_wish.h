/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_BUNDLE_WISH_H
#define ISSUER_CLI_BUNDLE_WISH_H

/* For whom a bundle is, as `bundle` and `exchange` are told it: --site, --group, --brand, --due. */

#include "formats/date.h"
#include "issuer/exchange/bundles.h"
#include "keys/command.h"

struct bundle_wish {
	struct command_list sites;
	const char *group, *brand, *due;
	struct date_duration ahead;     /* bundle_wish_check's */
	int64_t rows[COMMAND_LIST_MAX]; /* bundle_wish_read's */
};

/* After parsing. COMMAND_CANNOT_TELL where it says why. */
enum command_exit bundle_wish_check(struct bundle_wish *options);

/* *ret_wish borrows *options. Errors of installations_find, installations_find_group, brands_find. */
enum skerry_err bundle_wish_read(
	struct desk *desk, struct bundle_wish *options, struct bundles_wish *ret_wish);

#endif
