/* SPDX-License-Identifier: ISC */
#include "question_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "product_name.h"

enum { OTHER_DOMAIN_MAX = 24 };

/* --- what is held ----------------------------------------------------------------------------- */

static bool
is_of_product(const struct license *license, const char *product)
{
	return product == NULL || product_name_check(product, license) == SKERRY_OK;
}

static bool
is_wanted(const struct site_query *query, const struct license *license)
{
	return is_of_product(license, query->product) &&
	       match_tenant(license, query->tenant) != EVALUATE_MISMATCH;
}

bool
question_row_product_held(const struct site *site, const char *product)
{
	return question_row_tenant_held(site, product, NULL);
}

bool
question_row_tenant_held(const struct site *site, const char *product, const char *tenant)
{
	const struct site_query query = { .product = product, .tenant = tenant };

	for (size_t i = 0; i < site->licenses_len; i++)
		if (is_wanted(&query, &site->licenses[i].license))
			return true;
	return false;
}

/* Whether a license that is meant is for it. */
static bool
is_named(const struct site *site, const struct site_query *query)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;

		if (is_wanted(query, license) &&
			match_domain(license, query->domain) == EVALUATE_MATCH)
			return true;
	}
	return false;
}

static bool
is_about_domains(const struct site *site, const struct site_query *query)
{
	for (size_t i = 0; i < site->licenses_len; i++)
		if (is_wanted(query, &site->licenses[i].license) &&
			site->licenses[i].license.domains_len > 0)
			return true;
	return false;
}

/* --- rows ------------------------------------------------------------------------------------- */

static void
make(const struct site_query *query, const char *domain, struct verdict_question *ret_question)
{
	verdict_question_make(query->product, query->tenant, domain,
		query->custom_len + (query->install_path != NULL), query->build_date != 0,
		ret_question);
}

void
question_row_asked(const struct site_query *query, struct verdict_question *ret_question)
{
	make(query, query->domain, ret_question);
}

static const char *
row_domain(const struct site *site, const struct site_query *query, int64_t since,
	char ret_other[OTHER_DOMAIN_MAX])
{
	const char *domain = query->domain;

	/* That none was given, and that none is compared, are one answer then, and one row. */
	if (domain != NULL && domain[0] == '\0' && !is_about_domains(site, query))
		return NULL;
	if (domain == NULL || domain[0] == '\0' || is_named(site, query))
		return domain;
	snprintf(ret_other, OTHER_DOMAIN_MAX, "%c%" PRId64, VERDICT_QUESTION_OTHER,
		since == LICENSE_NEVER ? 0 : since);
	return ret_other;
}

void
question_row_answered(const struct site *site, const struct site_query *query, int64_t domain_since,
	struct verdict_question *ret_question)
{
	char other[OTHER_DOMAIN_MAX];

	make(query, row_domain(site, query, domain_since, other), ret_question);
}

static void
mark(char *ret_name)
{
	ret_name[0] = VERDICT_QUESTION_OTHER;
	ret_name[1] = '\0';
}

bool
question_row_share(
	const struct site *site, const struct site_query *query, struct verdict_question *question)
{
	bool product_held = question_row_product_held(site, query->product);

	if (product_held && question_row_tenant_held(site, query->product, query->tenant))
		return false;
	/* Of a site that holds nothing, and is asked without a name, there is nothing to share. */
	if (query->product != NULL && !product_held)
		mark(question->product);
	if (query->tenant != NULL)
		mark(question->tenant);
	return query->product != NULL || query->tenant != NULL;
}
