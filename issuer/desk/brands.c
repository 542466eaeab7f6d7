/* SPDX-License-Identifier: ISC */
#include "brands.h"

#include <stdio.h>
#include <string.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/high_water.h"

#define COLUMNS "id, slug, name, key_format, phone, email, url, languages"

static void
read_row(struct store_query *q, struct brand *ret_brand)
{
	ret_brand->id = store_int(q, 0);
	store_text(q, 1, ret_brand->slug, sizeof ret_brand->slug);
	store_text(q, 2, ret_brand->name, sizeof ret_brand->name);
	store_text(q, 3, ret_brand->key_format, sizeof ret_brand->key_format);
	store_text(q, 4, ret_brand->phone, sizeof ret_brand->phone);
	store_text(q, 5, ret_brand->email, sizeof ret_brand->email);
	store_text(q, 6, ret_brand->url, sizeof ret_brand->url);
	store_text(q, 7, ret_brand->languages, sizeof ret_brand->languages);
}

bool
brands_has_contact(const struct brand *brand)
{
	return brand->phone[0] != '\0' || brand->email[0] != '\0' || brand->url[0] != '\0';
}

static bool
optional_name(const char *text)
{
	return text[0] == '\0' || entry_is_name(text, MANIFEST_CONTACT_MAX);
}

static bool
languages_are_good(const char *languages)
{
	char copy[BRANDS_LANGUAGES_MAX + 1], *rest = copy, *word;
	size_t count = 0;

	snprintf(copy, sizeof copy, "%s", languages);
	while ((word = strsep(&rest, " ")) != NULL && languages[0] != '\0')
		if (!entry_is_language(word) || ++count > MANIFEST_LANGUAGES_MAX)
			return false;
	return true;
}

static enum skerry_err
check(struct desk *desk, const struct brand *brand)
{
	if (!entry_is_slug(brand->slug))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, brand->slug,
			"A brand's short name has 1 to %d characters of a-z, 0-9, - and _.",
			LICENSE_SLUG_MAX);
	if (!entry_is_name(brand->name, ENTRY_NAME_MAX))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--name",
			"A name has 1 to %d bytes of UTF-8 and no line breaks, control characters "
			"or marks of text direction.",
			ENTRY_NAME_MAX);
	if (license_key_check_template(brand->key_format) != SKERRY_OK)
		return desk_refuse(desk, SKERRY_ERR_KEY_FORMAT_TEMPLATE, brand->key_format,
			"A key format is a prefix of A-Z, 0-9 and -, then %d to %d times # in "
			"groups, as in 'HMS-#####-#####-#####-#####'.",
			LICENSE_KEY_SYMBOLS_MIN, LICENSE_KEY_SYMBOLS_MAX);
	if (!optional_name(brand->phone) || !optional_name(brand->email) ||
		(brand->url[0] != '\0' && !entry_is_url(brand->url, MANIFEST_CONTACT_MAX)) ||
		!languages_are_good(brand->languages) ||
		(brand->email[0] != '\0' && !entry_is_email(brand->email)))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--contact",
			"A contact is a telephone number, an e-mail address, a web address that "
			"begins with https:// or http://, each "
			"up to %d bytes, and languages such as 'id en'.",
			MANIFEST_CONTACT_MAX);
	return SKERRY_OK;
}

static void
bind_values(struct store_query *q, const struct brand *brand)
{
	store_bind_text(q, brand->name);
	store_bind_text(q, brand->key_format);
	store_bind_optional(q, brand->phone);
	store_bind_optional(q, brand->email);
	store_bind_optional(q, brand->url);
	store_bind_optional(q, brand->languages);
}

static enum skerry_err
record(struct desk *desk, const char *action, const struct brand *brand)
{
	char subject[AUDIT_SUBJECT_MAX];

	snprintf(subject, sizeof subject, "brand %s", brand->slug);
	return audit_append(desk, action, subject, "key_format=%s contact=%s", brand->key_format,
		brands_has_contact(brand) ? "yes" : "no");
}

enum skerry_err
brands_insert(struct desk *desk, struct brand *brand)
{
	struct store_query q;
	enum skerry_err err = check(desk, brand);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"INSERT INTO brand (name, key_format, phone, email, url, languages, slug,"
		" created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	bind_values(&q, brand);
	store_bind_text(&q, brand->slug);
	store_bind_int(&q, desk->now);
	err = store_run(&q);
	if (err == SKERRY_ERR_EXISTS)
		return desk_refuse(desk, err, brand->slug,
			"Change it with: skerry-issuer brand set %s", brand->slug);
	brand->id = store_last_id(desk->store);
	return err == SKERRY_OK ? record(desk, "brand.add", brand) : err;
}

static enum skerry_err
keep_key_format(struct desk *desk, const struct brand *brand)
{
	struct store_query q;
	bool sold;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT 1 FROM brand b WHERE b.id = ? AND b.key_format <> ?"
		" AND EXISTS (SELECT 1 FROM customer c JOIN license_key k ON k.customer_id = c.id"
		" WHERE c.brand_id = b.id)");
	store_bind_int(&q, brand->id);
	store_bind_text(&q, brand->key_format);
	sold = store_step(&q);
	err = store_done(&q);
	if (err == SKERRY_OK && sold)
		err = desk_refuse(desk, SKERRY_ERR_EXISTS, brand->key_format,
			"License keys of %s were sold in another format, which stays. Enter a new "
			"brand for keys of this one.",
			brand->slug);
	return err;
}

enum skerry_err
brands_update(struct desk *desk, const struct brand *brand)
{
	struct store_query q;
	enum skerry_err err = check(desk, brand);

	if (err == SKERRY_OK)
		err = keep_key_format(desk, brand);
	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"UPDATE brand SET name = ?, key_format = ?, phone = ?, email = ?, url = ?,"
		" languages = ? WHERE id = ?");
	bind_values(&q, brand);
	store_bind_int(&q, brand->id);
	err = store_run(&q);
	return err == SKERRY_OK ? record(desk, "brand.set", brand) : err;
}

enum skerry_err
brands_find(struct desk *desk, const char *slug, struct brand *ret_brand)
{
	struct store_query q;
	bool found;
	enum skerry_err err;

	store_query(desk->store, &q, "SELECT " COLUMNS " FROM brand WHERE slug = ?");
	store_bind_text(&q, slug);
	found = store_step(&q);
	if (found)
		read_row(&q, ret_brand);
	err = store_done(&q);
	if (err == SKERRY_OK && !found)
		err = desk_unknown(desk, slug, "SELECT slug FROM brand", "brand list");
	return err;
}

enum skerry_err
brands_each(struct desk *desk, void (*each)(void *, const struct brand *), void *context)
{
	struct store_query q;

	store_query(desk->store, &q, "SELECT " COLUMNS " FROM brand ORDER BY slug");
	while (store_step(&q)) {
		struct brand brand;

		read_row(&q, &brand);
		each(context, &brand);
	}
	return store_done(&q);
}

static enum skerry_err
read_status_next(struct desk *desk, int64_t brand_id, int64_t *ret_next)
{
	struct store_query q;
	int64_t next = 0;
	enum skerry_err err;

	store_query(desk->store, &q, "SELECT status_next FROM brand WHERE id = ?");
	store_bind_int(&q, brand_id);
	if (store_step(&q))
		next = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_next = next;
	return err;
}

enum skerry_err
brands_take_status_index(struct desk *desk, int64_t brand_id, int64_t *ret_index)
{
	enum skerry_err err = SKERRY_OK;
	int64_t next;

	if (desk->status_brand != brand_id) {
		err = brands_keep_status_indexes(desk);
		if (err == SKERRY_OK)
			err = read_status_next(desk, brand_id, &next);
		if (err != SKERRY_OK)
			return err;
		desk->status_brand = brand_id;
		desk->status_next = next;
	}
	*ret_index = desk->status_next++;
	high_water_raise(&desk->taken, &(struct mark_high){ .status_next = desk->status_next });
	return SKERRY_OK;
}

enum skerry_err
brands_keep_status_indexes(struct desk *desk)
{
	int64_t brand_id = desk->status_brand;
	struct store_query q;

	if (brand_id == 0)
		return SKERRY_OK;
	desk->status_brand = 0;
	store_query(desk->store, &q, "UPDATE brand SET status_next = ? WHERE id = ?");
	store_bind_int(&q, desk->status_next);
	store_bind_int(&q, brand_id);
	return store_run(&q);
}
