/* SPDX-License-Identifier: ISC */
#include "licenses.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "issuer/desk/narrow.h"
#include "keys/random.h"

enum { SQL_MAX = 8192 };

/* An activation counts while it stands; what is bound to nothing is at no site and never does. */
#define SELECT                                                                                     \
	"SELECT l.id, l.brand_id, l.license_key_id, l.sale_id, l.product_id, l.plan_id,"           \
	" k.customer_id, l.public_id, b.slug, p.slug, n.slug, k.masked, c.email, c.name, s.price," \
	" s.currency, s.payment, l.status, l.valid_from, l.valid_until, l.maintenance_until,"      \
	" l.max_activations, (SELECT count(*) FROM activation a WHERE a.license_id = l.id"         \
	"  AND a.unpaired_at IS NULL AND a.kind NOT IN ('unbound', 'starter')),"                   \
	" l.edition, n.expiry_grace_s, l.tenant,"                                                  \
	" (SELECT group_concat(kind, ' ') FROM (SELECT DISTINCT kind FROM activation"              \
	"  WHERE license_id = l.id AND unpaired_at IS NULL ORDER BY kind)),"                       \
	" l.pending_until, l.overrides IS NOT NULL, c.erased_at IS NOT NULL"                       \
	" FROM license l JOIN license_key k ON k.id = l.license_key_id"                            \
	" JOIN customer c ON c.id = k.customer_id JOIN brand b ON b.id = l.brand_id"               \
	" JOIN product p ON p.id = l.product_id JOIN plan n ON n.id = l.plan_id"                   \
	" JOIN sale s ON s.id = l.sale_id"

static void
read_row(struct store_query *q, struct license_record *ret_license)
{
	struct license_record *l = ret_license;
	const char *status = store_chars(q, 17);

	*l = (struct license_record){ .id = store_int(q, 0), .brand_id = store_int(q, 1) };
	l->license_key_id = store_int(q, 2);
	l->sale_id = store_int(q, 3);
	l->product_id = store_int(q, 4);
	l->plan_id = store_int(q, 5);
	l->customer_id = store_int(q, 6);
	store_text(q, 7, l->public_id, sizeof l->public_id);
	store_text(q, 8, l->brand, sizeof l->brand);
	store_text(q, 9, l->product, sizeof l->product);
	store_text(q, 10, l->plan, sizeof l->plan);
	store_text(q, 11, l->masked, sizeof l->masked);
	store_text(q, 12, l->email, sizeof l->email);
	store_text(q, 13, l->licensee, sizeof l->licensee);
	store_text(q, 14, l->price, sizeof l->price);
	store_text(q, 15, l->currency, sizeof l->currency);
	store_text(q, 16, l->payment, sizeof l->payment);
	/* A word that this program does not know must not grant anything. */
	if (status == NULL || !standing_from_name(status, &l->stored))
		l->stored = STANDING_REVOKED;
	l->valid_from = store_int(q, 18);
	l->valid_until = store_date(q, 19);
	l->maintenance_until = store_date(q, 20);
	l->max_activations = store_int(q, 21);
	/* What was revoked uses nothing, wherever its files still lie. */
	l->activations_used = l->stored == STANDING_REVOKED ? 0 : store_int(q, 22);
	l->edition = store_int(q, 23);
	l->expiry_grace_s = store_int(q, 24);
	store_text(q, 25, l->tenant, sizeof l->tenant);
	store_text(q, 26, l->kinds, sizeof l->kinds);
	l->pending_until = store_date(q, 27);
	l->overridden = store_int(q, 28) != 0;
	l->erased = store_int(q, 29) != 0;
}

static enum skerry_err
file_key(struct desk *desk, struct license_key_record *key, const uint8_t *lookup,
	const uint8_t *sealed, size_t sealed_len)
{
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"INSERT INTO license_key (brand_id, customer_id, lookup, sealed, masked, "
		"created_at)"
		" VALUES (?, ?, ?, ?, ?, ?)");
	store_bind_int(&q, key->brand_id);
	store_bind_int(&q, key->customer_id);
	store_bind_bytes(&q, lookup, VAULT_LOOKUP_LEN);
	store_bind_bytes(&q, sealed, sealed_len);
	store_bind_text(&q, key->masked);
	store_bind_int(&q, desk->now);
	err = store_run(&q);
	key->id = store_last_id(desk->store);
	return err;
}

enum skerry_err
licenses_new_key(struct desk *desk, const struct brand *brand, const struct customer *customer,
	struct license_key_record *ret_key, char ret_text[LICENSE_KEY_MAX + 1])
{
	struct license_key_record key = { .brand_id = brand->id, .customer_id = customer->id };
	uint8_t random[LICENSE_KEY_SYMBOLS_MAX], lookup[VAULT_LOOKUP_LEN];
	uint8_t sealed[VAULT_SEALED_MAX];
	size_t sealed_len;
	enum skerry_err err;

	random_bytes(random, sizeof random);
	err = license_key_make(brand->key_format, random, sizeof random, ret_text);
	secretbox_wipe(random, sizeof random);
	if (err != SKERRY_OK)
		return err;
	vault_lookup(&desk->vault, ret_text, lookup);
	license_key_mask(brand->key_format, ret_text, key.masked);
	err = vault_seal_text(&desk->vault, lookup, ret_text, sealed, &sealed_len);
	if (err == SKERRY_OK)
		err = file_key(desk, &key, lookup, sealed, sealed_len);
	if (err == SKERRY_OK)
		*ret_key = key;
	return err;
}

static enum skerry_err
look_up(struct desk *desk, const char *text, struct license_key_record *ret_key)
{
	uint8_t lookup[VAULT_LOOKUP_LEN];
	struct store_query q;
	bool found;
	enum skerry_err err;

	vault_lookup(&desk->vault, text, lookup);
	store_query(desk->store, &q,
		"SELECT id, brand_id, customer_id, masked FROM license_key WHERE lookup = ?");
	store_bind_bytes(&q, lookup, sizeof lookup);
	found = store_step(&q);
	if (found) {
		*ret_key = (struct license_key_record){ .id = store_int(&q, 0),
			.brand_id = store_int(&q, 1),
			.customer_id = store_int(&q, 2) };
		store_text(&q, 3, ret_key->masked, sizeof ret_key->masked);
	}
	err = store_done(&q);
	return err == SKERRY_OK && !found ? SKERRY_ERR_KEY_UNKNOWN : err;
}

/* How far reading got: of several brands' complaints the most telling one counts. */
static int
telling(enum skerry_err err)
{
	switch (err) {
	case SKERRY_ERR_KEY_UNKNOWN:
		return 5;
	case SKERRY_ERR_LICENSE_KEY_TYPO:
		return 4;
	case SKERRY_ERR_LICENSE_KEY_LENGTH:
		return 3;
	case SKERRY_ERR_LICENSE_KEY_CHARACTER:
		return 2;
	case SKERRY_ERR_LICENSE_KEY_PREFIX:
		return 1;
	default:
		return 0;
	}
}

struct reading {
	struct desk *desk;
	const char *typed;
	struct license_key_record *ret_key; /* NULL: to be read, and not looked up */
	char *ret_text;
	enum skerry_err err; /* OK once it is found */
	bool found;
};

static void
read_as_brand(void *context, const struct brand *brand)
{
	struct reading *reading = context;
	char text[LICENSE_KEY_MAX + 1];
	size_t offset;
	enum skerry_err err;

	if (reading->found)
		return;
	err = license_key_read(
		brand->key_format, reading->typed, strlen(reading->typed), text, &offset);
	if (err == SKERRY_OK && reading->ret_key != NULL)
		err = look_up(reading->desk, text, reading->ret_key);
	if (err == SKERRY_OK) {
		reading->found = true;
		if (reading->ret_text != NULL)
			memcpy(reading->ret_text, text, sizeof text);
	}
	secretbox_wipe(text, sizeof text);
	if (reading->found || telling(err) >= telling(reading->err))
		reading->err = err;
}

enum skerry_err
licenses_find_key(struct desk *desk, const char *typed, struct license_key_record *ret_key,
	char ret_text[LICENSE_KEY_MAX + 1])
{
	struct reading reading = { desk, typed, ret_key, ret_text, SKERRY_ERR_LICENSE_KEY_PREFIX,
		false };
	enum skerry_err err = brands_each(desk, read_as_brand, &reading);

	return err == SKERRY_OK ? reading.err : err;
}

enum skerry_err
licenses_check_key(struct desk *desk, const char *typed)
{
	struct reading reading = { desk, typed, NULL, NULL, SKERRY_ERR_LICENSE_KEY_PREFIX, false };
	enum skerry_err err = brands_each(desk, read_as_brand, &reading);

	return err == SKERRY_OK ? reading.err : err;
}

enum skerry_err
licenses_key_text(struct desk *desk, int64_t license_key_id, char ret_text[LICENSE_KEY_MAX + 1])
{
	char text[VAULT_TEXT_MAX + 1] = "";
	struct store_query q;
	enum skerry_err err = SKERRY_ERR_STORE_DAMAGED, done;

	store_query(desk->store, &q, "SELECT lookup, sealed FROM license_key WHERE id = ?");
	store_bind_int(&q, license_key_id);
	if (store_step(&q)) {
		struct cbor_bytes lookup = store_bytes(&q, 0), sealed = store_bytes(&q, 1);

		if (sealed.len == 0)
			err = desk_refuse(desk, SKERRY_ERR_NOT_FOUND, "license key",
				"Its customer was erased, and its text with them.");
		else if (lookup.len == VAULT_LOOKUP_LEN)
			err = vault_open_text(
				&desk->vault, lookup.data, sealed.data, sealed.len, text);
	}
	done = store_done(&q);
	if (done != SKERRY_OK)
		return done;
	if (err == SKERRY_OK && strlen(text) > LICENSE_KEY_MAX)
		err = SKERRY_ERR_STORE_DAMAGED;
	if (err == SKERRY_OK)
		memcpy(ret_text, text, strlen(text) + 1);
	secretbox_wipe(text, sizeof text);
	return err;
}

enum skerry_err
licenses_insert(struct desk *desk, struct license_record *license)
{
	struct store_query q;
	enum skerry_err err;

	random_id(license->public_id, LICENSE_ID_LEN);
	license->stored = STANDING_UNPAIRED;
	store_query(desk->store, &q,
		"INSERT INTO license (public_id, brand_id, license_key_id, sale_id, product_id,"
		" plan_id, status, valid_from, valid_until, maintenance_until, max_activations,"
		" tenant, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	store_bind_text(&q, license->public_id);
	store_bind_int(&q, license->brand_id);
	store_bind_int(&q, license->license_key_id);
	store_bind_int(&q, license->sale_id);
	store_bind_int(&q, license->product_id);
	store_bind_int(&q, license->plan_id);
	store_bind_text(&q, standing_name(license->stored));
	store_bind_int(&q, license->valid_from);
	store_bind_date(&q, license->valid_until);
	store_bind_date(&q, license->maintenance_until);
	store_bind_int(&q, license->max_activations);
	store_bind_text(&q, license->tenant);
	store_bind_int(&q, desk->now);
	err = store_run(&q);
	license->id = store_last_id(desk->store);
	license->fresh = true;
	return err;
}

enum skerry_err
licenses_key_holds(struct desk *desk, int64_t license_key_id, int64_t product_id,
	const char *tenant, bool *ret_holds)
{
	struct store_query q;
	bool holds;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT 1 FROM license WHERE license_key_id = ? AND product_id = ? AND tenant = ?");
	store_bind_int(&q, license_key_id);
	store_bind_int(&q, product_id);
	store_bind_text(&q, tenant);
	holds = store_step(&q);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_holds = holds;
	return err;
}

bool
licenses_is_id(const char *text)
{
	size_t len = 0;

	for (; text[len] != '\0'; len++) {
		int c = toupper((unsigned char)text[len]);

		if (!isdigit(c) && (c < 'A' || c > 'Z' || strchr("ILOU", c) != NULL))
			return false;
	}
	return len == LICENSE_ID_LEN;
}

enum skerry_err
licenses_find_id(struct desk *desk, const char *public_id, struct license_record *ret_license)
{
	char upper[LICENSE_ID_LEN + 1];
	struct store_query q;
	bool found;
	enum skerry_err err;

	snprintf(upper, sizeof upper, "%s", public_id);
	for (char *c = upper; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	store_query(desk->store, &q, SELECT " WHERE l.public_id = ?");
	store_bind_text(&q, upper);
	found = store_step(&q);
	if (found)
		read_row(&q, ret_license);
	err = store_done(&q);
	if (err == SKERRY_OK && !found)
		err = desk_refuse(desk, SKERRY_ERR_NOT_FOUND, public_id,
			"See the licenses with: skerry-issuer license list");
	return err;
}

enum skerry_err
licenses_find_row(struct desk *desk, int64_t id, struct license_record *ret_license)
{
	struct store_query q;
	bool found;
	enum skerry_err err;

	store_query(desk->store, &q, SELECT " WHERE l.id = ?");
	store_bind_int(&q, id);
	found = store_step(&q);
	if (found)
		read_row(&q, ret_license);
	err = store_done(&q);
	return err == SKERRY_OK && !found ? SKERRY_ERR_NOT_FOUND : err;
}

#define PRODUCT_OF_PATH                                                                            \
	"(SELECT d.id FROM product d JOIN brand e ON e.id = d.brand_id"                            \
	" WHERE e.slug || '/' || d.slug = ?8)"
#define NOT_EXPIRED "(l.valid_until IS NULL OR l.valid_until >= ?10)"

/*
 * One SELECT with only the conditions that apply. Numbered parameters are bound all the same: their
 * order is fixed. The planner knows no numbers, so it is told which index is narrow by hiding other
 * columns behind '+': the status where few have it, else what names brand, product or customer.
 */
static void
build_branch(const struct licenses_filter *filter, const char *status, char sql[SQL_MAX])
{
	bool path = filter->product != NULL && strchr(filter->product, '/') != NULL;
	bool common = filter->standing == STANDING_UNPAIRED || filter->standing == STANDING_PAIRED;
	bool by_status = filter->by_standing && !common;
	bool buyer = filter->customer_id != 0 || filter->email != NULL;
	bool named = filter->brand != NULL || filter->product != NULL || buyer;
	size_t len = strlen(sql);

	/* What has expired is found by its date. */
	snprintf(sql + len, SQL_MAX - len, "%s%s > ?1", SELECT " WHERE ",
		filter->by_standing && filter->standing == STANDING_EXPIRED ? "+l.id" : "l.id");
	narrow(sql, SQL_MAX, filter->license_id != 0, "l.id = ?11");
	narrow(sql, SQL_MAX, filter->license_key_id != 0, "l.license_key_id = ?3");
	narrow(sql, SQL_MAX, filter->sale_id != 0, "l.sale_id = ?4");
	narrow(sql, SQL_MAX, filter->customer_id != 0, "k.customer_id = ?5");
	narrow(sql, SQL_MAX, filter->email != NULL, "c.email = ?6");
	narrow(sql, SQL_MAX, filter->brand != NULL,
		by_status || buyer || filter->product != NULL
			? "+l.brand_id = (SELECT id FROM brand WHERE slug = ?7)"
			: "l.brand_id = (SELECT id FROM brand WHERE slug = ?7)");
	narrow(sql, SQL_MAX, filter->product != NULL && path,
		by_status || buyer ? "+l.product_id = " PRODUCT_OF_PATH
				   : "l.product_id = " PRODUCT_OF_PATH);
	narrow(sql, SQL_MAX, filter->product != NULL && !path,
		"l.product_id IN (SELECT id FROM product WHERE slug = ?8)");
	narrow(sql, SQL_MAX, filter->tenant != NULL, "l.tenant = ?12");
	narrow(sql, SQL_MAX, status != NULL && common && named, "+l.status = ");
	narrow(sql, SQL_MAX, status != NULL && !(common && named), "l.status = ");
	len = strlen(sql);
	if (status != NULL)
		snprintf(sql + len, SQL_MAX - len, "'%s'", status);
}

/*
 * What reads `unpaired` is stored in two ways, of which each has its index: two branches in order
 * are merged, not sorted.
 */
static void
build(const struct licenses_filter *filter, char sql[SQL_MAX])
{
	bool by = filter->by_standing;
	bool expired = by && filter->standing == STANDING_EXPIRED;
	bool unpaired = by && filter->standing == STANDING_UNPAIRED;
	bool decided = by && (filter->standing == STANDING_SUSPENDED ||
				     filter->standing == STANDING_REVOKED);

	sql[0] = '\0';
	build_branch(filter, by && !expired ? standing_name(filter->standing) : NULL, sql);
	narrow(sql, SQL_MAX, expired,
		"l.valid_until < ?10 AND l.status NOT IN ('suspended', 'revoked')");
	narrow(sql, SQL_MAX, by && filter->standing == STANDING_PAIRED_PENDING_REVOKE,
		"(l.pending_until IS NULL OR l.pending_until > ?10)");
	narrow(sql, SQL_MAX, by && !expired && !decided, NOT_EXPIRED);
	if (unpaired) {
		snprintf(sql + strlen(sql), SQL_MAX - strlen(sql), " UNION ALL ");
		build_branch(filter, standing_name(STANDING_PAIRED_PENDING_REVOKE), sql);
		narrow(sql, SQL_MAX, true, "l.pending_until <= ?10");
		narrow(sql, SQL_MAX, true, NOT_EXPIRED);
	}
	snprintf(sql + strlen(sql), SQL_MAX - strlen(sql), " ORDER BY %s LIMIT ?2",
		expired ? "+l.id" : "1");
}

enum skerry_err
licenses_each(struct desk *desk, const struct licenses_filter *filter,
	bool (*each)(void *, const struct license_record *), void *context)
{
	char sql[SQL_MAX];
	struct store_query q;
	struct license_record license;

	build(filter, sql);
	store_query(desk->store, &q, sql);
	store_bind_int(&q, filter->after);
	store_bind_int(&q, filter->limit);
	store_bind_int_at(&q, 3, filter->license_key_id);
	store_bind_int_at(&q, 4, filter->sale_id);
	store_bind_int_at(&q, 5, filter->customer_id);
	store_bind_text_at(&q, 6, filter->email);
	store_bind_text_at(&q, 7, filter->brand);
	store_bind_text_at(&q, 8, filter->product);
	store_bind_text_at(&q, 9, filter->by_standing ? standing_name(filter->standing) : NULL);
	store_bind_int_at(&q, 10, filter->now);
	store_bind_int_at(&q, 11, filter->license_id);
	store_bind_text_at(&q, 12, filter->tenant);
	while (store_step(&q)) {
		read_row(&q, &license);
		if (!each(context, &license))
			break;
	}
	return store_done(&q);
}

enum standing
licenses_standing(const struct license_record *license, int64_t now)
{
	return standing_at(license->stored, license->valid_until, license->pending_until, now);
}

enum skerry_err
licenses_set_standing(
	struct desk *desk, int64_t license_id, enum standing standing, int64_t pending_until)
{
	struct store_query q;

	store_query(
		desk->store, &q, "UPDATE license SET status = ?, pending_until = ? WHERE id = ?");
	store_bind_text(&q, standing_name(standing));
	store_bind_date(&q, pending_until);
	store_bind_int(&q, license_id);
	return store_run(&q);
}

enum skerry_err
licenses_outdate(struct desk *desk, int64_t license_id)
{
	struct store_query q;

	store_query(desk->store, &q,
		"UPDATE activation SET outdated = 1 WHERE license_id = ? AND unpaired_at IS NULL"
		" AND outdated = 0");
	store_bind_int(&q, license_id);
	return store_run(&q);
}

enum skerry_err
licenses_update(struct desk *desk, const struct license_record *license, const char *overrides)
{
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"UPDATE license SET plan_id = ?, valid_until = ?, maintenance_until = ?,"
		" max_activations = ?, overrides = ? WHERE id = ?");
	store_bind_int(&q, license->plan_id);
	store_bind_date(&q, license->valid_until);
	store_bind_date(&q, license->maintenance_until);
	store_bind_int(&q, license->max_activations);
	store_bind_optional(&q, overrides);
	store_bind_int(&q, license->id);
	err = store_run(&q);
	return err == SKERRY_OK ? licenses_outdate(desk, license->id) : err;
}

enum skerry_err
licenses_set_dates(
	struct desk *desk, int64_t license_id, int64_t valid_until, int64_t maintenance_until)
{
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"UPDATE license SET valid_until = ?, maintenance_until = ? WHERE id = ?");
	store_bind_date(&q, valid_until);
	store_bind_date(&q, maintenance_until);
	store_bind_int(&q, license_id);
	err = store_run(&q);
	return err == SKERRY_OK ? licenses_outdate(desk, license_id) : err;
}

enum skerry_err
licenses_note_issue(struct desk *desk, int64_t license_id, int64_t edition, int64_t activation,
	enum standing standing)
{
	struct store_query q;

	store_query(desk->store, &q,
		"UPDATE license SET edition = ?1, status = ?2, pending_until ="
		" CASE WHEN ?2 = 'paired_pending_revoke' THEN pending_until END,"
		" activation_next = max(activation_next, ?3 + 1) WHERE id = ?4");
	store_bind_int(&q, edition);
	store_bind_text(&q, standing_name(standing));
	store_bind_int(&q, activation);
	store_bind_int(&q, license_id);
	return store_run(&q);
}

enum skerry_err
licenses_note_edition(struct desk *desk, int64_t license_id, int64_t edition, int64_t activation)
{
	struct store_query q;

	store_query(desk->store, &q,
		"UPDATE license SET edition = ?, activation_next = max(activation_next, ? + 1)"
		" WHERE id = ?");
	store_bind_int(&q, edition);
	store_bind_int(&q, activation);
	store_bind_int(&q, license_id);
	return store_run(&q);
}

enum skerry_err
licenses_next_activation(struct desk *desk, int64_t license_id, int64_t *ret_number)
{
	struct store_query q;
	int64_t number = 0;
	enum skerry_err err;

	store_query(desk->store, &q, "SELECT activation_next FROM license WHERE id = ?");
	store_bind_int(&q, license_id);
	if (store_step(&q))
		number = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_number = number;
	return err;
}
