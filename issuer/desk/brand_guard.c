/* SPDX-License-Identifier: ISC */
#include "brand_guard.h"

#include <stdio.h>
#include <string.h>

#include "formats/license.h"
#include "issuer/desk/operators.h"

enum { TOLD_MAX = 3, TOLD_ROOM = TOLD_MAX * (OPERATORS_NAME_MAX + 2) + 1 };

/* How the brands of a subject are found: rows of brand ids, for what follows its kind. */
struct kind {
	const char *word;
	const char *sql;   /* NULL: each of its rows is asked for alone */
	bool may_be_empty; /* no row: nobody's */
};

/* A kind that is not here is the whole desk's. The longer of two that begin alike comes first. */
static const struct kind KINDS[] = {
	{ "license key", "SELECT brand_id FROM license_key WHERE id = ?", false },
	{ "license", "SELECT brand_id FROM license WHERE public_id = ?", false },
	{ "sale", "SELECT brand_id FROM sale WHERE id = ?", false },
	{ "customer", "SELECT brand_id FROM customer WHERE id = ?", false },
	{ "brand", "SELECT id FROM brand WHERE slug = ?", false },
	{ "product", "SELECT id FROM brand WHERE slug || '/' = substr(?1, 1, length(slug) + 1)",
		false },
	{ "plan", "SELECT id FROM brand WHERE slug || '/' = substr(?1, 1, length(slug) + 1)",
		false },
	{ "installation", "SELECT DISTINCT brand_id FROM activation WHERE installation_id = ?",
		true },
	{ "batch", NULL, true },
};

/* The operator's brand is read once for a change, under its lock. */
static enum skerry_err
read_own(struct desk *desk)
{
	struct store_query q;
	int64_t own = 0;
	enum skerry_err err;

	if (desk->operator_brand_known)
		return SKERRY_OK;
	store_query(desk->store, &q, "SELECT ifnull(brand_id, 0) FROM operator WHERE id = ?");
	store_bind_int(&q, desk->operator_id);
	if (store_step(&q))
		own = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK) {
		desk->operator_brand = own;
		desk->operator_brand_known = true;
	}
	return err;
}

/* "ayu, budi": who may do it. */
static enum skerry_err
read_whom_to_ask(struct desk *desk, char ret_names[TOLD_ROOM])
{
	struct store_query q;

	ret_names[0] = '\0';
	store_query(desk->store, &q,
		"SELECT name FROM operator WHERE brand_id IS NULL AND removed_at IS NULL"
		" ORDER BY id LIMIT ?");
	store_bind_int(&q, TOLD_MAX);
	while (store_step(&q)) {
		size_t len = strlen(ret_names);

		snprintf(ret_names + len, TOLD_ROOM - len, "%s%s", len == 0 ? "" : ", ",
			store_chars(&q, 0));
	}
	return store_done(&q);
}

static enum skerry_err
read_slug(struct desk *desk, int64_t brand_id, char ret_slug[LICENSE_SLUG_MAX + 1])
{
	struct store_query q;

	ret_slug[0] = '\0';
	store_query(desk->store, &q, "SELECT slug FROM brand WHERE id = ?");
	store_bind_int(&q, brand_id);
	if (store_step(&q))
		store_text(&q, 0, ret_slug, LICENSE_SLUG_MAX + 1);
	return store_done(&q);
}

/* `brand_id` 0: of several brands, or of all. */
static enum skerry_err
refuse(struct desk *desk, int64_t brand_id, const char *subject)
{
	char own[LICENSE_SLUG_MAX + 1], other[LICENSE_SLUG_MAX + 1], names[TOLD_ROOM];
	struct operator_record person = { .id = 0 };
	enum skerry_err err = operators_find_id(desk, desk->operator_id, &person);

	if (err == SKERRY_OK)
		err = read_slug(desk, desk->operator_brand, own);
	if (err == SKERRY_OK)
		err = read_slug(desk, brand_id, other);
	if (err == SKERRY_OK)
		err = read_whom_to_ask(desk, names);
	if (err != SKERRY_OK)
		return err;
	return desk_refuse(desk, SKERRY_ERR_OTHER_BRAND, subject,
		"%s works for %s alone, and this is %s%s. Nothing was changed. Ask an operator of "
		"all brands: %s",
		person.name, own, other[0] == '\0' ? "not of that brand alone" : "of ", other,
		names);
}

enum skerry_err
brand_guard_ask(struct desk *desk, int64_t brand_id)
{
	char slug[LICENSE_SLUG_MAX + 1], subject[LICENSE_SLUG_MAX + 8] = "the whole desk";
	enum skerry_err err = read_own(desk);

	if (err != SKERRY_OK || desk->operator_brand == 0 || desk->operator_brand == brand_id)
		return err;
	err = read_slug(desk, brand_id, slug);
	if (err == SKERRY_OK && slug[0] != '\0')
		snprintf(subject, sizeof subject, "brand %s", slug);
	return err == SKERRY_OK ? refuse(desk, brand_id, subject) : err;
}

static const struct kind *
find_kind(const char *subject, const char **ret_which)
{
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
		size_t len = strlen(KINDS[i].word);

		if (strncmp(subject, KINDS[i].word, len) == 0 && subject[len] == ' ') {
			*ret_which = subject + len + 1;
			return &KINDS[i];
		}
	}
	return NULL;
}

/* The brand of everything that it is of; 0: of several, or of none. */
static enum skerry_err
read_brand(struct desk *desk, const struct kind *kind, const char *which, int64_t *ret_brand)
{
	struct store_query q;
	int64_t brand = 0;
	size_t rows = 0;

	store_query(desk->store, &q, kind->sql);
	store_bind_text(&q, which);
	for (; store_step(&q); rows++)
		brand = rows == 0 ? store_int(&q, 0) : 0;
	*ret_brand = rows == 0 && kind->may_be_empty ? desk->operator_brand : brand;
	return store_done(&q);
}

enum skerry_err
brand_guard_ask_subject(struct desk *desk, const char *subject)
{
	const struct kind *kind;
	const char *which = "";
	int64_t brand = 0;
	enum skerry_err err = read_own(desk);

	if (err != SKERRY_OK || desk->operator_brand == 0)
		return err;
	kind = find_kind(subject, &which);
	if (kind != NULL && kind->sql == NULL)
		return SKERRY_OK;
	if (kind != NULL)
		err = read_brand(desk, kind, which, &brand);
	if (err != SKERRY_OK || brand == desk->operator_brand)
		return err;
	return refuse(desk, brand, subject);
}
