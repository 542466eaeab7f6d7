/* SPDX-License-Identifier: ISC */
#include "sell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/audit.h"

/* What a sale's words stand for in the records. */
struct parties {
	struct brand brand;
	struct customer customer;
	struct license_key_record key; /* id 0: to be made */
	char key_text[LICENSE_KEY_MAX + 1];
};

static enum skerry_err
check_words(struct desk *desk, const struct sell *sell)
{
	size_t tenant_len = strlen(sell->tenant);

	if (sell->price[0] != '\0' && !entry_is_price(sell->price))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, sell->price,
			"A price is written 120 or 120.50.");
	if (sell->currency[0] != '\0' && !entry_is_currency(sell->currency))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, sell->currency,
			"A currency is three capitals: EUR, IDR.");
	if (sell->payment[0] != '\0' && !entry_is_name(sell->payment, ENTRY_REFERENCE_MAX))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--payment",
			"A payment reference has at most %d bytes, without line breaks.",
			ENTRY_REFERENCE_MAX);
	if (tenant_len > 0 && !entry_is_name(sell->tenant, LICENSE_TENANT_MAX))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--tenant",
			"A tenant has at most %d bytes, without line breaks.", LICENSE_TENANT_MAX);
	return SKERRY_OK;
}

/* The brand that the first plan's path begins with; all others must agree. */
static enum skerry_err
find_brand(struct desk *desk, const struct sell *sell, struct brand *ret_brand)
{
	char slugs[3][LICENSE_SLUG_MAX + 1], brand[LICENSE_SLUG_MAX + 1] = "";
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sell->items_len && err == SKERRY_OK; i++) {
		err = products_split_path(desk, sell->items[i].plan, 3, slugs);
		if (err == SKERRY_OK && i > 0 && strcmp(slugs[0], brand) != 0)
			return desk_refuse(desk, SKERRY_ERR_BRAND, sell->items[i].plan,
				"One key serves one brand, and the first plan is of %s.", brand);
		memcpy(brand, slugs[0], sizeof brand);
	}
	if (err == SKERRY_OK)
		err = brands_find(desk, brand, ret_brand);
	/* A wrong brand is better told with the whole plan's nearest spelling. */
	if (err == SKERRY_ERR_NOT_FOUND)
		err = desk_unknown(desk, sell->items[0].plan,
			"SELECT b.slug || '/' || p.slug || '/' || l.slug FROM plan l"
			" JOIN product p ON p.id = l.product_id JOIN brand b ON b.id = l.brand_id",
			"plan list");
	return err;
}

static enum skerry_err
find_key(struct desk *desk, const struct sell *sell, struct parties *parties)
{
	enum skerry_err err = licenses_find_key(desk, sell->key, &parties->key, parties->key_text);

	if (err != SKERRY_OK)
		return err;
	if (parties->key.brand_id != parties->brand.id)
		return desk_refuse(desk, SKERRY_ERR_BRAND, sell->items[0].plan,
			"The license key is of another brand than this plan. Sell it under a new "
			"key: leave out --key.");
	if (sell->customer != NULL && parties->customer.id != parties->key.customer_id)
		return desk_refuse(desk, SKERRY_ERR_EXISTS, sell->customer,
			"The license key belongs to another customer; see it with: skerry-issuer "
			"license show KEY");
	return SKERRY_OK;
}

static enum skerry_err
find_parties(struct desk *desk, const struct sell *sell, struct parties *ret_parties)
{
	char number[24];
	enum skerry_err err = find_brand(desk, sell, &ret_parties->brand);

	if (err == SKERRY_OK && sell->customer != NULL)
		err = customers_find(
			desk, ret_parties->brand.slug, sell->customer, &ret_parties->customer);
	if (err == SKERRY_OK && sell->key != NULL)
		err = find_key(desk, sell, ret_parties);
	if (err == SKERRY_OK && sell->customer == NULL) {
		snprintf(number, sizeof number, "%lld", (long long)ret_parties->key.customer_id);
		err = customers_find(desk, ret_parties->brand.slug, number, &ret_parties->customer);
	}
	return err;
}

static bool
collect(void *context, const struct license_record *license)
{
	struct sold *sold = context;

	if (sold->licenses_len < SELL_PLANS_MAX)
		sold->licenses[sold->licenses_len++] = *license;
	return true;
}

static enum skerry_err
read_sold(struct desk *desk, int64_t sale_id, struct sold *sold)
{
	struct licenses_filter filter = { .sale_id = sale_id, .limit = SELL_PLANS_MAX };

	return licenses_each(desk, &filter, collect, sold);
}

/* Whether the earlier sale was of these plans, in any order. */
static bool
is_same_sale(const struct sell *sell, const struct parties *parties, const struct sold *sold)
{
	if (sold->licenses_len != sell->items_len)
		return false;
	for (size_t i = 0; i < sell->items_len; i++) {
		bool found = false;

		for (size_t j = 0; j < sold->licenses_len && !found; j++) {
			const struct license_record *license = &sold->licenses[j];
			char path[PRODUCTS_PATH_MAX];

			products_join_path(license->brand, license->product, license->plan, path);
			found = strcmp(path, sell->items[i].plan) == 0 &&
				license->customer_id == parties->customer.id &&
				strcmp(license->tenant, sell->tenant) == 0;
		}
		if (!found)
			return false;
	}
	return true;
}

static enum skerry_err
repeat(struct desk *desk, const struct sell *sell, const struct parties *parties,
	const struct sale_record *sale, struct sold *sold)
{
	char subject[AUDIT_SUBJECT_MAX];
	enum skerry_err err = read_sold(desk, sale->id, sold);

	if (err != SKERRY_OK)
		return err;
	if (!is_same_sale(sell, parties, sold) ||
		(parties->key.id != 0 && parties->key.id != sale->license_key_id))
		return desk_refuse(desk, SKERRY_ERR_EXISTS, sell->payment,
			"This payment bought something else before; see it with: skerry-issuer "
			"license show %s",
			sold->licenses_len == 0 ? "ID" : sold->licenses[0].public_id);
	sold->repeated = true;
	snprintf(subject, sizeof subject, "sale %lld", (long long)sale->id);
	err = licenses_key_text(desk, sale->license_key_id, sold->key);
	return err == SKERRY_OK ? audit_append(desk, "license.repeat", subject, "%s", "") : err;
}

static enum skerry_err
sell_item(struct desk *desk, const struct sell *sell, const struct sell_item *item,
	const struct sale_record *sale, struct plan *plan)
{
	struct license_record license = { .brand_id = sale->brand_id,
		.license_key_id = sale->license_key_id,
		.sale_id = sale->id };
	struct terms_dates dates;
	char subject[AUDIT_SUBJECT_MAX];
	enum skerry_err err = plans_find(desk, item->plan, plan);

	if (err != SKERRY_OK)
		return err;
	err = terms_of_sale(&plan->terms, desk->now, item->until, &dates);
	if (err != SKERRY_OK)
		return desk_refuse(desk, err, item->plan,
			"It would end before it begins; check --until and the desk's clock.");
	license.product_id = plan->product_id;
	license.plan_id = plan->id;
	license.valid_from = dates.valid_from;
	license.valid_until = dates.valid_until;
	license.maintenance_until = dates.maintenance_until;
	license.max_activations =
		item->activations != 0 ? item->activations : plan->max_activations;
	snprintf(license.tenant, sizeof license.tenant, "%s", sell->tenant);
	err = licenses_insert(desk, &license);
	if (err == SKERRY_ERR_EXISTS)
		return desk_refuse(desk, err, item->plan,
			"This key holds a license for %s/%s%s%s already.", plan->brand,
			plan->product, sell->tenant[0] == '\0' ? "" : " and tenant ", sell->tenant);
	snprintf(subject, sizeof subject, "license %s", license.public_id);
	return err == SKERRY_OK ? audit_append(desk, "license.new", subject,
					  "plan=%lld key=%lld sale=%lld activations=%lld",
					  (long long)plan->id, (long long)sale->license_key_id,
					  (long long)sale->id, (long long)license.max_activations)
				: err;
}

static enum skerry_err
make_key(struct desk *desk, struct parties *parties)
{
	char subject[AUDIT_SUBJECT_MAX];
	enum skerry_err err = licenses_new_key(
		desk, &parties->brand, &parties->customer, &parties->key, parties->key_text);

	snprintf(subject, sizeof subject, "license key %lld", (long long)parties->key.id);
	return err == SKERRY_OK ? audit_append(desk, "key.new", subject, "customer=%lld",
					  (long long)parties->customer.id)
				: err;
}

static enum skerry_err
sell_all(struct desk *desk, const struct sell *sell, struct parties *parties, struct sold *sold)
{
	struct sale_record sale = { .brand_id = parties->brand.id };
	struct plan *plan = malloc(sizeof *plan);
	enum skerry_err err = plan == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	if (err == SKERRY_OK && parties->key.id == 0)
		err = make_key(desk, parties);
	sale.license_key_id = parties->key.id;
	snprintf(sale.price, sizeof sale.price, "%s", sell->price);
	snprintf(sale.currency, sizeof sale.currency, "%s", sell->currency);
	snprintf(sale.payment, sizeof sale.payment, "%s", sell->payment);
	if (err == SKERRY_OK)
		err = licenses_insert_sale(desk, &sale);
	for (size_t i = 0; i < sell->items_len && err == SKERRY_OK; i++)
		err = sell_item(desk, sell, &sell->items[i], &sale, plan);
	if (err == SKERRY_OK)
		err = read_sold(desk, sale.id, sold);
	if (err == SKERRY_OK)
		memcpy(sold->key, parties->key_text, sizeof sold->key);
	free(plan);
	return err;
}

enum skerry_err
sell_licenses(struct desk *desk, const struct sell *sell, struct sold *ret_sold)
{
	struct parties parties = { .brand = { .id = 0 } };
	struct sale_record sale = { .id = 0 };
	enum skerry_err err = check_words(desk, sell);

	*ret_sold = (struct sold){ .licenses_len = 0 };
	if (err == SKERRY_OK)
		err = find_parties(desk, sell, &parties);
	if (err == SKERRY_OK && sell->payment[0] != '\0')
		err = licenses_find_payment(desk, parties.brand.id, sell->payment, &sale);
	if (err == SKERRY_OK)
		err = sale.id != 0 ? repeat(desk, sell, &parties, &sale, ret_sold)
				   : sell_all(desk, sell, &parties, ret_sold);
	if (err == SKERRY_OK)
		memcpy(ret_sold->customer, parties.customer.email, sizeof ret_sold->customer);
	secretbox_wipe(parties.key_text, sizeof parties.key_text);
	return err;
}
