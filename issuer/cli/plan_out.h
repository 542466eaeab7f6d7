/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_PLAN_OUT_H
#define ISSUER_CLI_PLAN_OUT_H

/* A plan as `plan show` tells it, and what of one `license show` tells. */

#include "issuer/decide/plan.h"
#include "report.h"

/* "30d"; "never" where it does not apply. */
void plan_out_duration(
	struct report *report, const char *name, bool applies, struct date_duration duration);

/* A number with --json; for people "30d", under the name without its "_s". */
void plan_out_seconds(struct report *report, const char *name, int64_t seconds);

/* All of it. */
void plan_out_put(struct report *report, const struct plan *plan);

/* What a license of it grants: renewals, grace, seats, features and limits. */
void plan_out_granted(struct report *report, const struct plan *plan);

#endif
