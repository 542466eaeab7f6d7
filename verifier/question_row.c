/* SPDX-License-Identifier: ISC */
#include "question_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "product_name.h"
#include "formats/fingerprint.h"
#include "verifier/state/conditions.h"

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
question_row_given(const struct license *license, const enum match_sight *sights,
	char ret_given[LICENSE_COMPONENTS_MAX + 1])
{
	bool any = false;
	size_t len = 0;

	for (size_t i = 0; i < license->components_len; i++) {
		unsigned type = license->components[i].type;

		if (type != FINGERPRINT_INSTALL_PATH && type != FINGERPRINT_CUSTOM)
			continue;
		any = any || sights[i] != MATCH_UNREADABLE;
		ret_given[len++] = (char)(sights[i] == MATCH_SAME      ? CONDITION_GIVEN_SAME
					  : sights[i] == MATCH_DIFFERS ? CONDITION_GIVEN_OTHER
								       : CONDITION_NOT_GIVEN);
	}
	ret_given[any ? len : 0] = '\0';
}

void
question_row_asked(const struct site *site, const struct site_query *query,
	struct verdict_question *ret_question)
{
	const struct components_query supplied = { .install_path = query->install_path,
		.custom = query->custom,
		.custom_len = query->custom_len };
	enum match_sight sights[LICENSE_COMPONENTS_MAX];
	struct components components;

	make(query, query->domain, ret_question);
	if (ret_question->values == 0 || components_take(&supplied, &components) != SKERRY_OK)
		return;
	for (size_t i = 0; i < site->licenses_len && ret_question->given[0] == '\0'; i++) {
		const struct license *license = &site->licenses[i].license;

		if (!is_wanted(query, license))
			continue;
		components_compare(&components, license, sights);
		question_row_given(license, sights, ret_question->given);
	}
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
	const char *given, struct verdict_question *ret_question)
{
	char other[OTHER_DOMAIN_MAX];

	make(query, row_domain(site, query, domain_since, other), ret_question);
	snprintf(ret_question->given, sizeof ret_question->given, "%s", given);
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
