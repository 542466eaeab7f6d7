/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_VERDICT_QUESTION_H
#define VERIFIER_VERDICT_QUESTION_H

/*
 * How somebody asked, as the subject of a verdict's row in the journal (verdict_record.h):
 *
 *	product=hotelhub/hms tenant=a domain=b values=1 given=s build=told
 *
 * What was not given is left out. One question has one spelling, and only that one is read. Pure and
 * thread-safe.
 */

#include "product_name.h"
#include "verifier/state/journal.h"

/*
 * Of names that no license has, whoever asks may make up any number. They are one question: products and
 * tenants that nobody holds stand as this mark, and domains as the mark with the instant at which the
 * grace that they share began.
 */
#define VERDICT_QUESTION_OTHER '?'

/* What is too long for any license is cut. */
struct verdict_question {
	bool has_product, has_tenant, has_domain;
	char product[PRODUCT_NAME_MAX];
	char tenant[LICENSE_TENANT_MAX + 1];
	char domain[LICENSE_DOMAIN_MAX + 1];
	size_t values; /* how many values of its own the product supplied */
	/* How they compared with the license that answered (question_row_given), where it knows such ones. */
	char given[LICENSE_COMPONENTS_MAX + 1];
	bool has_build; /* it told when it was built, which maintenance is compared with */
};

/* NULL: not given. */
void verdict_question_make(const char *product, const char *tenant, const char *domain,
	size_t values, bool has_build, struct verdict_question *ret_question);
void verdict_question_write(
	const struct verdict_question *question, char ret_subject[JOURNAL_SUBJECT_MAX]);

/* False, and nothing is written, for any other text. */
bool verdict_question_read(struct cbor_text subject, struct verdict_question *ret_question);

#endif
