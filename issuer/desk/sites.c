/* SPDX-License-Identifier: ISC */
#include "sites.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/crockford.h"
#include "issuer/decide/hex_prefix.h"
#include "issuer/decide/weights.h"
#include "issuer/desk/narrow.h"

enum { SQL_MAX = 4096 };

#define COLUMNS                                                                                    \
	"SELECT a.id, a.brand_id, a.license_id, a.number, a.status_index, a.paired_at,"            \
	" a.unpaired_at, a.last_contact_at, a.renew_by, a.expires_at, l.public_id, c.email,"       \
	" b.slug, p.slug, n.slug, a.kind, l.tenant, a.hostname, a.os,"                             \
	" coalesce((SELECT app_version FROM installation WHERE id = a.installation_id),"           \
	" a.app_version),"                                                                         \
	" a.install_id, a.domains, " NOTES_WORD_OF(                                                \
		"a.unpaired_why") ","                                                              \
				  " " NOTES_TEXT_OF(                                               \
					  "a.unpaired_why") ", a.site_id, a.fingerprint,"          \
							    " (SELECT count(*) FROM document d "   \
							    "WHERE d.activation_id = a.id), "      \
							    "l.status = 'revoked', "               \
							    "coalesce(a.installation_id, 0),"      \
							    " (SELECT tag FROM installation "      \
							    "WHERE id = a.installation_id)"
#define NAMES                                                                                      \
	" JOIN license_key k ON k.id = l.license_key_id JOIN customer c ON c.id = k.customer_id"   \
	" JOIN brand b ON b.id = l.brand_id JOIN product p ON p.id = l.product_id"                 \
	" JOIN plan n ON n.id = l.plan_id"
/*
 * The loops' order is this program's choice, so that a page costs a page: by license and number for
 * what stands, by the revocation that each release left for what does not.
 */
#define STANDING                                                                                   \
	", 0 FROM license l CROSS JOIN activation a ON a.license_id = l.id" NAMES                  \
	" WHERE a.unpaired_at IS NULL AND l.id >= ?2 AND (l.id > ?2 OR a.number > ?3)"
#define RELEASED                                                                                   \
	", r.id FROM revocation r CROSS JOIN activation a ON a.id = r.activation_id"               \
	" CROSS JOIN license l ON l.id = a.license_id" NAMES                                       \
	" WHERE a.unpaired_at IS NOT NULL AND r.id > ?4"
#define ONE                                                                                        \
	", (SELECT max(id) FROM revocation WHERE activation_id = a.id) FROM activation a JOIN "    \
	"license l ON l.id = a.license_id" NAMES

static void
read_fingerprint(struct cbor_bytes bytes, struct site *site)
{
	struct fingerprint fingerprint;
	size_t offset;

	if (bytes.data == NULL || fingerprint_parse(bytes, &fingerprint, &offset) != SKERRY_OK)
		return;
	site->components = (unsigned)fingerprint.components_len;
	site->weight = weights_sum(&fingerprint);
}

static void
read_row(struct store_query *q, struct site *ret_site)
{
	struct site *site = ret_site;
	struct cbor_bytes site_id = store_bytes(q, 24);

	*site = (struct site){ .id = store_int(q, 0), .brand_id = store_int(q, 1) };
	site->license_id = store_int(q, 2);
	site->number = store_int(q, 3);
	site->status_index = store_int(q, 4);
	site->paired_at = store_int(q, 5);
	site->unpaired_at = store_date(q, 6);
	site->last_contact_at = store_date(q, 7);
	site->renew_by = store_date(q, 8);
	site->expires_at = store_date(q, 9);
	store_text(q, 10, site->license, sizeof site->license);
	store_text(q, 11, site->email, sizeof site->email);
	store_text(q, 12, site->brand, sizeof site->brand);
	store_text(q, 13, site->product, sizeof site->product);
	store_text(q, 14, site->plan, sizeof site->plan);
	store_text(q, 15, site->kind, sizeof site->kind);
	store_text(q, 16, site->tenant, sizeof site->tenant);
	store_text(q, 17, site->hostname, sizeof site->hostname);
	store_text(q, 18, site->os, sizeof site->os);
	store_text(q, 19, site->app_version, sizeof site->app_version);
	store_text(q, 20, site->install_id, sizeof site->install_id);
	store_text(q, 21, site->domains, sizeof site->domains);
	store_text(q, 22, site->unpaired_why, sizeof site->unpaired_why);
	store_text(q, 23, site->unpaired_note, sizeof site->unpaired_note);
	site->has_site_id = site_id.len == sizeof site->site_id;
	if (site->has_site_id)
		memcpy(site->site_id, site_id.data, sizeof site->site_id);
	read_fingerprint(store_bytes(q, 25), site);
	site->documents = store_int(q, 26);
	site->revoked = store_int(q, 27) != 0;
	site->installation_id = store_int(q, 28);
	store_text(q, 29, site->tag, sizeof site->tag);
	site->page = store_int(q, 30);
	snprintf(site->name, sizeof site->name, "%s-%lld", site->license, (long long)site->number);
}

/* "7QK2M94XPAC0DTE1-12" */
static bool
split_name(const char *typed, char ret_license[LICENSE_ID_LEN + 1], int64_t *ret_number)
{
	const char *hyphen = typed + LICENSE_ID_LEN;

	if (strlen(typed) <= LICENSE_ID_LEN + 1 || *hyphen != '-' || strlen(hyphen) > 19 ||
		strspn(hyphen + 1, "0123456789") != strlen(hyphen + 1))
		return false;
	for (size_t i = 0; i < LICENSE_ID_LEN; i++)
		ret_license[i] = (char)toupper((unsigned char)typed[i]);
	ret_license[LICENSE_ID_LEN] = '\0';
	*ret_number = strtoll(hyphen + 1, NULL, 10);
	return licenses_is_id(ret_license);
}

/* "K7QM", as a mailbag's receipt has it. */
static bool
is_tag(const char *typed)
{
	for (size_t i = 0; i < SITES_TAG_LEN; i++)
		if (crockford_symbol((unsigned char)typed[i]) == CROCKFORD_NONE)
			return false;
	return typed[SITES_TAG_LEN] == '\0';
}

/* A site's older activations say nothing any more where a newer one stands. */
#define NEWEST                                                                                     \
	" AND (a.unpaired_at IS NULL OR NOT EXISTS (SELECT 1 FROM activation e"                    \
	"  WHERE e.installation_id = a.installation_id AND e.license_id = a.license_id"            \
	"  AND e.number > a.number))"

/* Steps through a bound query: the one row, or how many there are with all their names. */
static enum skerry_err
take_one(struct desk *desk, struct store_query *q, const char *typed, struct site *ret_site)
{
	char names[DESK_ADVICE_MAX - 128] = "";
	struct site *site = malloc(sizeof *site);
	size_t found = 0;
	enum skerry_err err;

	if (site == NULL) {
		(void)store_done(q);
		return SKERRY_ERR_NO_MEMORY;
	}
	for (; store_step(q); found++) {
		size_t len = strlen(names);

		read_row(q, site);
		snprintf(names + len, sizeof names - len, "%s%s (%s)", len == 0 ? "" : ", ",
			site->name, site->product);
	}
	err = store_done(q);
	if (err == SKERRY_OK && found == 1)
		*ret_site = *site;
	else if (err == SKERRY_OK && found == 0)
		err = desk_refuse(desk, SKERRY_ERR_NOT_FOUND, typed,
			"See the sites with: skerry-issuer site list");
	else if (err == SKERRY_OK)
		err = desk_refuse(desk, SKERRY_ERR_NOT_UNIQUE, typed, "Say which one: %s.", names);
	free(site);
	return err;
}

enum skerry_err
sites_find(struct desk *desk, const char *typed, struct site *ret_site)
{
	char license[LICENSE_ID_LEN + 1];
	uint8_t low[COSE_THUMBPRINT_LEN], high[COSE_THUMBPRINT_LEN];
	struct store_query q;
	int64_t number;

	if (split_name(typed, license, &number)) {
		store_query(desk->store, &q,
			COLUMNS ONE " WHERE l.public_id = ? AND a.number = ? LIMIT 1");
		store_bind_text(&q, license);
		store_bind_int(&q, number);
		return take_one(desk, &q, typed, ret_site);
	}
	if (is_tag(typed)) {
		store_query(desk->store, &q,
			COLUMNS ONE " WHERE a.installation_id IN (SELECT id FROM installation"
				    " WHERE tag = upper(?))" NEWEST " ORDER BY a.id LIMIT 16");
		store_bind_text(&q, typed);
		return take_one(desk, &q, typed, ret_site);
	}
	if (!hex_prefix_range(typed, sizeof low, low, high))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, typed,
			"A site is named LICENSE-NUMBER as in 7QK2M94XPAC0DTE1-1, by its four "
			"characters, or by the first %d or more hex digits of its id; see them "
			"with: skerry-issuer site list",
			HEX_PREFIX_MIN);
	/* A site's older activations say nothing any more where a newer one stands. */
	store_query(desk->store, &q,
		COLUMNS ONE " WHERE a.site_id IS NOT NULL AND a.site_id BETWEEN ?1 AND ?2"
			    " AND (a.unpaired_at IS NULL OR NOT EXISTS (SELECT 1 FROM activation e"
			    "  WHERE e.site_id BETWEEN ?1 AND ?2 AND e.site_id IS NOT NULL"
			    "  AND e.license_id = a.license_id AND e.number > a.number))"
			    " ORDER BY a.id LIMIT 16");
	store_bind_bytes(&q, low, sizeof low);
	store_bind_bytes(&q, high, sizeof high);
	return take_one(desk, &q, typed, ret_site);
}

static void
build(const struct sites_filter *filter, char sql[SQL_MAX])
{
	bool path = filter->product != NULL && strchr(filter->product, '/') != NULL;

	snprintf(sql, SQL_MAX, "%s", filter->released ? COLUMNS RELEASED : COLUMNS STANDING);
	narrow(sql, SQL_MAX, filter->license_id != 0, "l.id = ?5");
	/* The revocations of one license or customer come out of their index, not of all there are. */
	narrow(sql, SQL_MAX, filter->released && filter->license_id != 0, "r.license_id = ?5");
	narrow(sql, SQL_MAX,
		filter->released && (filter->customer_id != 0 || filter->email != NULL),
		"r.license_id IN (SELECT z.id FROM customer x CROSS JOIN license_key y ON"
		" y.customer_id = x.id CROSS JOIN license z ON z.license_key_id = y.id"
		" WHERE x.id = ?6 OR x.email = ?7)");
	narrow(sql, SQL_MAX, filter->customer_id != 0,
		"l.license_key_id IN (SELECT id FROM license_key WHERE customer_id = ?6)");
	narrow(sql, SQL_MAX, filter->email != NULL,
		"l.license_key_id IN (SELECT y.id FROM customer x JOIN license_key y"
		" ON y.customer_id = x.id WHERE x.email = ?7)");
	narrow(sql, SQL_MAX, filter->brand != NULL,
		"l.brand_id = (SELECT id FROM brand WHERE slug = ?8)");
	narrow(sql, SQL_MAX, filter->product != NULL,
		path ? "l.product_id = (SELECT d.id FROM product d JOIN brand e ON"
		       " e.id = d.brand_id WHERE e.slug || '/' || d.slug = ?9)"
		     : "l.product_id IN (SELECT id FROM product WHERE slug = ?9)");
	narrow(sql, SQL_MAX, filter->installation_id != 0,
		filter->released
			? "r.activation_id IN (SELECT id FROM activation WHERE installation_id = "
			  "?10)"
			: "a.installation_id = ?10 AND l.id IN (SELECT license_id FROM activation"
			  " WHERE installation_id = ?10)");
	snprintf(sql + strlen(sql), SQL_MAX - strlen(sql), " ORDER BY %s LIMIT ?1",
		filter->released ? "r.id" : "l.id, a.number");
}

enum skerry_err
sites_each(struct desk *desk, const struct sites_filter *filter,
	void (*each)(void *, const struct site *), void *context)
{
	char sql[SQL_MAX];
	struct site *site = malloc(sizeof *site);
	struct store_query q;

	if (site == NULL)
		return SKERRY_ERR_NO_MEMORY;
	build(filter, sql);
	store_query(desk->store, &q, sql);
	store_bind_int_at(&q, 1, filter->limit);
	store_bind_int_at(&q, 2, filter->after_license);
	store_bind_int_at(&q, 3, filter->after_number);
	store_bind_int_at(&q, 4, filter->after_page);
	store_bind_int_at(&q, 5, filter->license_id);
	store_bind_int_at(&q, 6, filter->customer_id);
	store_bind_text_at(&q, 7, filter->email);
	store_bind_text_at(&q, 8, filter->brand);
	store_bind_text_at(&q, 9, filter->product);
	store_bind_int_at(&q, 10, filter->installation_id);
	while (store_step(&q)) {
		read_row(&q, site);
		each(context, site);
	}
	free(site);
	return store_done(&q);
}

enum skerry_err
sites_migrations(
	struct desk *desk, int64_t license_id, int64_t now, struct migrations *ret_migrations)
{
	struct migrations migrations = migrations_none();
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT a.unpaired_at, a.expires_at FROM activation a WHERE a.license_id = ?"
		" AND a.unpaired_at IS NOT NULL AND a.kind NOT IN ('unbound', 'starter')");
	store_bind_int(&q, license_id);
	while (store_step(&q)) {
		struct migration migration = { store_int(&q, 0), store_date(&q, 1) };

		migrations_add(&migrations, &migration, now);
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_migrations = migrations;
	return err;
}

enum skerry_err
sites_end(struct desk *desk, int64_t activation_id, const char *why)
{
	struct store_query q;

	store_query(desk->store, &q,
		"UPDATE activation SET unpaired_at = ?, unpaired_why = ? WHERE id = ?");
	store_bind_int(&q, desk->now);
	store_bind_text(&q, why);
	store_bind_int(&q, activation_id);
	return store_run(&q);
}
