/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_EXTEND_LIST_H
#define VERIFIER_SHOW_EXTEND_LIST_H

/* What the list of what can be renewed by telephone and the answer to a code share. */

#include "show.h"

/* Whom to call about a license: "Call HotelHub: +62 631 555 0100.", or nothing. */
void extend_print_contact(
	const struct show *show, const struct site *site, const struct license *license);

/* The members "id" to "steps_max" of a license's object, which is open. */
void extend_put_license(struct json *j, const struct license *license);

#endif
