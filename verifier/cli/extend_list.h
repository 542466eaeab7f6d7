/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_EXTEND_LIST_H
#define VERIFIER_CLI_EXTEND_LIST_H

/* What can be renewed by telephone here, whom to call, and what to say to them. */

#include "cli.h"

/* Of one product, or for NULL of all. COMMAND_NO where nothing can be. */
enum command_exit extend_list(const struct site *site, const char *product, bool json);

/* Whom to call about a license: "Call HotelHub: +62 631 555 0100.", or nothing. */
void extend_print_contact(const struct site *site, const struct license *license);

/* The members "id" to "steps_max" of a license's object, which is open. */
void extend_put_license(struct json *j, const struct license *license);

/* A step's number, or null for 0. */
void extend_put_step(struct json *j, const char *name, unsigned step);

#endif
