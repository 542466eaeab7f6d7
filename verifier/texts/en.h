/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_TEXTS_EN_H
#define VERIFIER_TEXTS_EN_H

/*
 * Everything the site says about a verdict, in English. Each language is one such catalogue;
 * message.h puts dates and names in place of
 *
 *	{product} {renew_by} {valid_until} {maintenance_until} {next} {grace_until} {degraded_until}
 *	{name}
 */

#include "skerry.h"

enum { TEXTS_REASONS = SKERRY_REASON_STATE_DAMAGED + 1, TEXTS_STATES = SKERRY_STATE_LOCKED + 1 };

struct texts {
	const char *cause[TEXTS_REASONS];  /* why it is so; by enum skerry_reason */
	const char *active_until_renewal;  /* instead of cause[OK] where there is a renew_by */
	const char *active_until_end;      /* and where there is only a valid_until */
	const char *active_quiet;          /* where nothing is wrong but a notice is due */
	const char *effect[TEXTS_STATES];  /* what it means; by enum skerry_state; "" for nothing */
	const char *action[TEXTS_REASONS]; /* what to do; "" for nothing */
	const char *call_name, *call_vendor; /* whom to call, by name or without one */
};

extern const struct texts TEXTS_EN;

#endif
