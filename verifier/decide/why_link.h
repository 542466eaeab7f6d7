/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_WHY_LINK_H
#define VERIFIER_DECIDE_WHY_LINK_H

/*
 * How why.c builds its chain: a link, and the facts behind it. There is room for each link once
 * (WHY_LINKS_MAX) and for each link's facts (WHY_FACTS_MAX); names and texts are borrowed.
 */

#include "why.h"

/* A link without dates, reason OK, state active. */
struct why_link *why_add_link(struct why *why, enum why_part part, enum why_code code);

struct why_fact *why_add_fact(
	struct why_link *link, const char *name, enum why_kind kind, int64_t number);

/* Of what there is not, nothing is told: LICENSE_NEVER, an absent text, NULL. */
void why_add_instant(struct why_link *link, const char *name, int64_t at);
void why_add_duration(struct why_link *link, const char *name, int64_t seconds);
/* How long from one instant to a later one; 0 where it has passed. */
void why_add_left(struct why_link *link, const char *name, int64_t now, int64_t at);
void why_add_number(struct why_link *link, const char *name, uint64_t number);
void why_add_text(struct why_link *link, const char *name, struct cbor_text text);
void why_add_chars(struct why_link *link, const char *name, const char *text);

#endif
