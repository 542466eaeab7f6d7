/* SPDX-License-Identifier: ISC */
#include "first_verdict.h"

#include <stdio.h>

#include "product_name.h"
#include "question.h"

static bool
same_product(const struct license *a, const struct license *b)
{
	return cbor_text_same(a->brand, b->brand) && cbor_text_same(a->product, b->product);
}

static bool
same_question(const struct license *a, const struct license *b)
{
	return same_product(a, b) && cbor_text_same(a->tenant, b->tenant);
}

static bool
asked_before(const struct site *site, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (same_question(&site->licenses[i].license, &site->licenses[index].license))
			return true;
	return false;
}

static bool
several_products(const struct site *site)
{
	for (size_t i = 1; i < site->licenses_len; i++)
		if (!same_product(&site->licenses[0].license, &site->licenses[i].license))
			return true;
	return false;
}

bool
first_verdict_wants_product(const struct license *license)
{
	for (size_t i = 0; i < license->components_len; i++)
		if (license->components[i].type == FINGERPRINT_CUSTOM ||
			license->components[i].type == FINGERPRINT_INSTALL_PATH)
			return true;
	return false;
}

/* Without a tenant, the licenses of all tenants are looked at. */
static bool
wants_the_product(const struct site *site, const struct license *about)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;

		if (same_product(license, about) &&
			(about->tenant.len == 0 || same_question(license, about)) &&
			first_verdict_wants_product(license))
			return true;
	}
	return false;
}

static void
ask(const struct site *site, const struct license *about, bool by_name)
{
	char product[PRODUCT_NAME_MAX], tenant[LICENSE_TENANT_MAX + 1];
	const struct site_query query = { .product = by_name ? product : NULL,
		.tenant = about->tenant.len > 0 ? tenant : NULL };
	struct site_answer answer;

	product_name_of(about, product);
	snprintf(tenant, sizeof tenant, "%.*s", (int)about->tenant.len, about->tenant.chars);
	/* Why there is no answer is told to who asks for one. */
	site_ask(site, &query, &answer);
}

void
first_verdict_record(const struct site *site)
{
	bool by_name = several_products(site);

	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;

		if (!asked_before(site, i) && !wants_the_product(site, license))
			ask(site, license, by_name);
	}
}
