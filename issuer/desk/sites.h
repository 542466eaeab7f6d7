/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_SITES_H
#define ISSUER_DESK_SITES_H

/*
 * Activations as places: what is known of the machine, how one is found and listed. A site that
 * uses several licenses has an activation of each.
 */

#include "issuer/decide/migrations.h"
#include "issuer/desk/activations.h"
#include "issuer/desk/notes.h"

enum {
	SITES_LIST_MAX = 1000,
	SITES_NAME_MAX = LICENSE_ID_LEN + 24, /* "7QK2M94XPAC0DTE1-12", terminated */
	SITES_TAG_LEN = 4,
	SITES_TAG_MAX = SITES_TAG_LEN + 1
};

struct site {
	int64_t id, brand_id, license_id, number, status_index, documents, page;
	int64_t paired_at, unpaired_at, last_contact_at, renew_by, expires_at; /* LICENSE_NEVER */
	char name[SITES_NAME_MAX]; /* license and number: what a clerk types */
	char license[LICENSE_ID_LEN + 1], email[ENTRY_EMAIL_MAX + 1];
	char brand[LICENSE_SLUG_MAX + 1], product[LICENSE_SLUG_MAX + 1], plan[LICENSE_SLUG_MAX + 1];
	char kind[16], tenant[LICENSE_TENANT_MAX + 1];
	/* "" where the site did not say. */
	char hostname[FINGERPRINT_INFO_MAX + 1], os[FINGERPRINT_INFO_MAX + 1];
	char app_version[FINGERPRINT_INFO_MAX + 1], install_id[FINGERPRINT_INFO_MAX + 1];
	char domains[ACTIVATIONS_DOMAINS_MAX + 1];
	char unpaired_why[NOTES_WORD_MAX], unpaired_note[NOTES_TEXT_MAX + 1];
	bool has_site_id, revoked; /* revoked: its license was */
	uint8_t site_id[COSE_THUMBPRINT_LEN];
	unsigned components, weight; /* of the machine it is bound to */
	/* The installation whose requests tell of it (installations.h); 0: bound by hand. */
	int64_t installation_id;
	char tag[SITES_TAG_MAX];
};

/*
 * By LICENSE-NUMBER, by a site id in hex or its first digits, or by a site's four characters. NOT_FOUND;
 * NOT_UNIQUE with the names of all when several fit; ARGUMENT for anything else.
 */
enum skerry_err sites_find(struct desk *desk, const char *typed, struct site *ret_site);

/* What a list is narrowed down to; 0, NULL or false where it is not. */
struct sites_filter {
	int64_t license_id, customer_id, installation_id;
	const char *email; /* the same person at every brand */
	const char *brand;
	const char *product; /* BRAND/PRODUCT, or the product's own name */
	bool released;       /* those that were, in the order of that; else those that stand */
	int64_t after_license, after_number; /* standing: behind this one */
	int64_t after_page;                  /* released: behind this one (site.page) */
	int64_t limit;                       /* 1 to SITES_LIST_MAX */
};

enum skerry_err sites_each(struct desk *desk, const struct sites_filter *filter,
	void (*each)(void *, const struct site *), void *context);

/* The releases of a license's sites that count at desk->now. */
enum skerry_err sites_migrations(
	struct desk *desk, int64_t license_id, int64_t now, struct migrations *ret_migrations);

/* Ends the activation, within the change under way. `why`: notes_word. */
enum skerry_err sites_end(struct desk *desk, int64_t activation_id, const char *why);

#endif
