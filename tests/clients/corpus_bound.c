/* SPDX-License-Identifier: ISC */
/* Licenses for one product, tenant, domain or machine. */
#include "corpus.h"

#include "formats/ladder.h"

static void
products(void)
{
	static const struct {
		const char *name, *product;
	} OTHERS[] = { { "product-own", "hotelhub/hms" }, { "product-other", "hotelhub/pos" },
		{ "product-beginning", "hotelhub/hm" }, { "product-longer", "hotelhub/hms2" },
		{ "brand-other", "rthub/hms" }, { "brand-and-product-other", "rthub/rt" } };
	struct license license;

	hotel_license_unbound(&license);
	for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
		corpus_add(&(struct corpus_case){ .name = OTHERS[i].name,
			.license = corpus_sign(&license),
			.product = OTHERS[i].product });
}

static void
tenants(void)
{
	struct license license;

	hotel_license_unbound(&license);
	corpus_add(&(struct corpus_case){
		.name = "tenant-none-has", .license = corpus_sign(&license), .tenant = "annex" });
	license.tenant = fixture_text("annex");
	corpus_add(&(struct corpus_case){
		.name = "tenant-own", .license = corpus_sign(&license), .tenant = "annex" });
	corpus_add(&(struct corpus_case){
		.name = "tenant-other", .license = corpus_sign(&license), .tenant = "Annex" });
	corpus_add(&(struct corpus_case){
		.name = "tenant-not-asked", .license = corpus_sign(&license) });
}

static void
domains(void)
{
	static const struct {
		const char *name, *domain;
	} ASKED[] = { { "domain-own", "pms.lan" }, { "domain-case-and-dot", "PMS.Lan." },
		{ "domain-star", "front.sibolga.example" },
		{ "domain-star-two", "a.front.sibolga.example" },
		{ "domain-star-none", "sibolga.example" },
		{ "domain-star-empty", ".sibolga.example" },
		{ "domain-star-itself", "*.sibolga.example" }, { "domain-beginning", "pms.la" },
		{ "domain-longer", "pms.lan.example" }, { "domain-two-dots", "pms.lan.." },
		{ "domain-dot", "." }, { "domain-not-named", NULL } };
	struct license license;

	hotel_license_unbound(&license);
	corpus_add(&(struct corpus_case){ .name = "domain-of-none",
		.license = corpus_sign(&license),
		.domain = "any.example" });
	license.domains[0] = fixture_text("pms.lan");
	license.domains[1] = fixture_text("*.sibolga.example");
	license.domains_len = 2;
	for (size_t i = 0; i < sizeof ASKED / sizeof *ASKED; i++)
		corpus_add(&(struct corpus_case){ .name = ASKED[i].name,
			.license = corpus_sign(&license),
			.domain = ASKED[i].domain });
	/* 14 days to change it, counted from the issue. */
	corpus_add(&(struct corpus_case){ .name = "domain-other-after-grace",
		.license = corpus_sign(&license),
		.domain = "other.example",
		.at = HOTEL_ISSUED_AT + 16 * CEREMONY_DAY });
	license.ladder.rebind_grace_s = 0;
	corpus_add(&(struct corpus_case){ .name = "domain-other-without-grace",
		.license = corpus_sign(&license),
		.domain = "other.example" });
	corpus_add(&(struct corpus_case){ .name = "domain-own-without-grace",
		.license = corpus_sign(&license),
		.domain = "pms.lan" });
}

/* A client reads no component of its machine; the daemon does, and proves it. */
static void
machines(void)
{
	struct license license;

	hotel_license(&license);
	corpus_add(&(struct corpus_case){
		.name = "machine-in-grace", .license = corpus_sign(&license) });
	corpus_add(&(struct corpus_case){ .name = "machine-after-grace",
		.license = corpus_sign(&license),
		.at = HOTEL_ISSUED_AT + 16 * CEREMONY_DAY });
	license.components_len = 0;
	corpus_add(&(struct corpus_case){
		.name = "machine-site-key-alone", .license = corpus_sign(&license) });
	hotel_license_full(&license);
	corpus_add(&(struct corpus_case){ .name = "machine-every-claim",
		.license = corpus_sign(&license),
		.tenant = "annex",
		.domain = "pms.lan" });
	corpus_add(&(struct corpus_case){ .name = "machine-and-domain-after-grace",
		.license = corpus_sign(&license),
		.tenant = "annex",
		.domain = "other.example",
		.at = HOTEL_ISSUED_AT + 40 * CEREMONY_DAY });
}

void
corpus_bound(void)
{
	products();
	tenants();
	domains();
	machines();
}
