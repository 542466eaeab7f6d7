/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_QUESTION_ROW_H
#define VERIFIER_QUESTION_ROW_H

/*
 * Which row of the journal a question's verdict stands in (verdict_question.h). Whoever may ask may ask
 * with any number of names: those that no license has share a row, so that the journal is nobody's to fill.
 */

#include "question.h"
#include "verdict_question.h"

/* Whether a license that is held, of whatever tenant, is for the product of that name; NULL: any. */
bool question_row_product_held(const struct site *site, const char *product);
/* Whether one of the product's is the tenant's; of no tenant: one that is held. */
bool question_row_tenant_held(const struct site *site, const char *product, const char *tenant);

/*
 * How what whoever asks supplies of the machine compares with a license (conditions.h); "" where nothing that
 * the license knows is supplied.
 */
void question_row_given(const struct license *license, const enum match_sight *sights,
	char ret_given[LICENSE_COMPONENTS_MAX + 1]);

/* Names as they were asked with, for who reads; the domain, too, and what is given as a license held knows it. */
void question_row_asked(const struct site *site, const struct site_query *query,
	struct verdict_question *ret_question);

/*
 * The product and tenant of another question as the row of strangers has them, where nobody holds them. False:
 * they are held, and nothing is written.
 */
bool question_row_share(
	const struct site *site, const struct site_query *query, struct verdict_question *question);

/*
 * The row's question, for an answer that was just found; its domain is one that a license names, or shared, and
 * `given` is question_row_given's of its license.
 */
void question_row_answered(const struct site *site, const struct site_query *query,
	int64_t domain_since, const char *given, struct verdict_question *ret_question);

#endif
