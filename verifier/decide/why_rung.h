/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_WHY_RUNG_H
#define VERIFIER_DECIDE_WHY_RUNG_H

/*
 * One rung of a course as a link of the chain: what ends the license, since when and until when, with
 * the claims and facts of its cause.
 */

#include "why.h"

/*
 * Adds the rung as `part`. Site key and machine share one rung: each that differs is a link, the
 * second of them WHY_HOLDS_TOO.
 */
void why_explain_rung(const struct why_subject *subject, const struct course *course,
	const struct course_rung *rung, enum why_part part, struct why *why);

#endif
