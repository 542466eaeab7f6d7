/* SPDX-License-Identifier: ISC */
#include "sell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/sales.h"

/* What a sale's words stand for in the records. */
struct parties {
	const struct brand *brand;
	struct customer customer;      /* id 0: to be entered */
	struct license_key_record key; /* id 0: to be made */
	char key_text[LICENSE_KEY_MAX + 1];
};

/* EXISTS otherwise says that a name is taken. */
static enum skerry_err
say_instead(struct desk *desk, const char *message)
{
	desk->message = message;
	return SKERRY_ERR_EXISTS;
}

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
	if ((sell->price[0] == '\0') != (sell->currency[0] == '\0'))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT,
			sell->price[0] == '\0' ? sell->currency : sell->price,
			"A price and its currency go together: say both, or neither.");
	if (sell->payment[0] != '\0' && !entry_is_name(sell->payment, ENTRY_REFERENCE_MAX))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--payment",
			"A payment reference has at most %d bytes, without line breaks.",
			ENTRY_REFERENCE_MAX);
	if (tenant_len > 0 && !entry_is_name(sell->tenant, LICENSE_TENANT_MAX))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--tenant",
			"A tenant has at most %d bytes, without line breaks.", LICENSE_TENANT_MAX);
	return SKERRY_OK;
}

/* The brand's slug is the first part of every plan's path; all must agree. */
static enum skerry_err
read_brand_slug(struct desk *desk, const struct sell *sell, char ret_brand[LICENSE_SLUG_MAX + 1])
{
	char slugs[3][LICENSE_SLUG_MAX + 1];
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sell->items_len && err == SKERRY_OK; i++) {
		err = products_split_path(desk, sell->items[i].plan, 3, slugs);
		if (err == SKERRY_OK && i > 0 && strcmp(slugs[0], ret_brand) != 0)
			return desk_refuse(desk, SKERRY_ERR_BRAND, sell->items[i].plan,
				"One key serves one brand, and the first plan is of %s.",
				ret_brand);
		memcpy(ret_brand, slugs[0], sizeof slugs[0]);
	}
	return err;
}

static enum skerry_err
find_brand(struct desk *desk, struct sell_shelf *shelf, const struct sell *sell,
	const struct brand **ret_brand)
{
	char slug[LICENSE_SLUG_MAX + 1] = "";
	enum skerry_err err = read_brand_slug(desk, sell, slug);

	if (err == SKERRY_OK && (shelf->brand.id == 0 || strcmp(shelf->brand.slug, slug) != 0)) {
		err = brands_find(desk, slug, &shelf->brand);
		if (err != SKERRY_OK)
			shelf->brand.id = 0;
	}
	/* A wrong brand is better told with the whole plan's nearest spelling. */
	if (err == SKERRY_ERR_NOT_FOUND)
		err = desk_unknown(desk, sell->items[0].plan,
			"SELECT b.slug || '/' || p.slug || '/' || l.slug FROM plan l"
			" JOIN product p ON p.id = l.product_id JOIN brand b ON b.id = l.brand_id",
			"plan list");
	if (err == SKERRY_OK)
		*ret_brand = &shelf->brand;
	return err;
}

static enum skerry_err
find_key(struct desk *desk, const struct sell *sell, struct parties *parties)
{
	enum skerry_err err = licenses_find_key(desk, sell->key, &parties->key, parties->key_text);

	if (err != SKERRY_OK)
		return err;
	if (parties->key.brand_id != parties->brand->id)
		return desk_refuse(desk, SKERRY_ERR_BRAND, sell->items[0].plan,
			"The license key is of another brand than this plan. Sell it under a new "
			"key: leave out --key.");
	if (sell->customer != NULL && parties->customer.id != parties->key.customer_id) {
		desk_refuse(desk, SKERRY_ERR_EXISTS, sell->customer,
			"The license key belongs to another customer; see it with: skerry-issuer "
			"license show KEY");
		return say_instead(desk, "The license key is another customer's.");
	}
	return SKERRY_OK;
}

static bool
differs(const char *said, const char *kept)
{
	return said[0] != '\0' && strcmp(said, kept) != 0;
}

/* What is said of a customer who is there already must be what the desk knows. */
static enum skerry_err
check_entry(struct desk *desk, const struct sell_entry *entry, const struct customer *customer)
{
	const char *what = differs(entry->name, customer->name)           ? "name"
			   : differs(entry->company, customer->company)   ? "company"
			   : differs(entry->language, customer->language) ? "language"
									  : NULL;

	if (what == NULL)
		return SKERRY_OK;
	desk_refuse(desk, SKERRY_ERR_EXISTS, customer->email,
		"This customer is entered with another %s. Leave it empty, or change it with: "
		"skerry-issuer customer set %s %s",
		what, customer->brand, customer->email);
	return say_instead(desk, "The customer is entered otherwise.");
}

/* False for a text that does not fit, of which nothing must be cut off. */
static bool
copy(const char *text, size_t len, char *ret_text, size_t text_max)
{
	if (len >= text_max)
		return false;
	memcpy(ret_text, text, len);
	ret_text[len] = '\0';
	return true;
}

/* Somebody new, to be entered once nothing else can be refused. */
static enum skerry_err
propose(struct desk *desk, const struct sell *sell, const struct brand *brand,
	struct customer *customer)
{
	const struct sell_entry *entry = sell->entry;
	const char *name = entry->name[0] != '\0' ? entry->name : sell->customer;
	size_t name_len = entry->name[0] != '\0' ? strlen(name) : strcspn(name, "@");

	*customer = (struct customer){ .brand_id = brand->id };
	memcpy(customer->brand, brand->slug, sizeof customer->brand);
	if (!copy(sell->customer, strlen(sell->customer), customer->email, sizeof customer->email))
		customer->email[0] = '\0';
	if (customer->email[0] == '\0' || !entry_is_email(sell->customer))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, sell->customer,
			"An e-mail address has one @ and at most %d bytes, no spaces.",
			ENTRY_EMAIL_MAX);
	if (!copy(name, name_len, customer->name, sizeof customer->name))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--name",
			"A name has at most %d bytes.", ENTRY_NAME_MAX);
	if (!copy(entry->company, strlen(entry->company), customer->company,
		    sizeof customer->company))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--company",
			"A company's name has at most %d bytes.", ENTRY_NAME_MAX);
	if (!copy(entry->language, strlen(entry->language), customer->language,
		    sizeof customer->language))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--language",
			"A language is written as 'id', 'en' or 'pt-BR'.");
	return customers_check(desk, customer);
}

static enum skerry_err
find_customer(struct desk *desk, const struct sell *sell, struct parties *parties)
{
	struct customer *customer = &parties->customer;
	char number[24];
	enum skerry_err err;

	if (sell->customer == NULL) {
		snprintf(number, sizeof number, "%lld", (long long)parties->key.customer_id);
		return customers_find(desk, parties->brand->slug, number, customer);
	}
	err = customers_find(desk, parties->brand->slug, sell->customer, customer);
	if (sell->entry == NULL)
		return err;
	if (err == SKERRY_OK)
		return check_entry(desk, sell->entry, customer);
	return err == SKERRY_ERR_NOT_FOUND ? propose(desk, sell, parties->brand, customer) : err;
}

static enum skerry_err
find_parties(struct desk *desk, struct sell_shelf *shelf, const struct sell *sell,
	struct parties *ret_parties)
{
	enum skerry_err err = find_brand(desk, shelf, sell, &ret_parties->brand);

	if (err == SKERRY_OK && sell->customer != NULL)
		err = find_customer(desk, sell, ret_parties);
	if (err == SKERRY_OK && sell->key != NULL)
		err = find_key(desk, sell, ret_parties);
	if (err == SKERRY_OK && sell->customer == NULL)
		err = find_customer(desk, sell, ret_parties);
	/* Nobody can be told what an erased customer bought. */
	if (err == SKERRY_OK && ret_parties->customer.erased_at != 0)
		err = customers_check(desk, &ret_parties->customer);
	return err;
}

/* What an earlier sale of this payment bought. */
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
	const struct paid *paid, struct sold *sold)
{
	char subject[AUDIT_SUBJECT_MAX];
	enum skerry_err err = read_sold(desk, paid->id, sold);

	if (err != SKERRY_OK)
		return err;
	sold->sale_id = paid->id;
	if (!is_same_sale(sell, parties, sold) ||
		(parties->key.id != 0 && parties->key.id != paid->license_key_id)) {
		desk_refuse(desk, SKERRY_ERR_EXISTS, sell->payment,
			"This payment bought something else before; see it with: skerry-issuer "
			"license show %s",
			paid->license[0] == '\0' ? "ID" : paid->license);
		return say_instead(desk, "This payment is recorded already.");
	}
	sold->repeated = true;
	snprintf(subject, sizeof subject, "sale %lld", (long long)paid->id);
	err = licenses_key_text(desk, paid->license_key_id, sold->key);
	return err == SKERRY_OK ? audit_append(desk, "license.repeat", subject, "%s", "") : err;
}

/* A license as it will stand, but for the numbers that only the records give it. */
static void
put_record(const struct sell *sell, const struct parties *parties, const struct plan *plan,
	const struct terms_dates *dates, const struct sell_item *item,
	struct license_record *license)
{
	*license = (struct license_record){ .brand_id = parties->brand->id,
		.product_id = plan->product_id,
		.plan_id = plan->id,
		.stored = STANDING_UNPAIRED,
		.valid_from = dates->valid_from,
		.valid_until = dates->valid_until,
		.maintenance_until = dates->maintenance_until,
		.pending_until = LICENSE_NEVER,
		.max_activations =
			item->activations != 0 ? item->activations : plan->max_activations,
		.expiry_grace_s = plan->ladder.expiry_grace_s };
	memcpy(license->brand, plan->brand, sizeof license->brand);
	memcpy(license->product, plan->product, sizeof license->product);
	memcpy(license->plan, plan->slug, sizeof license->plan);
	memcpy(license->email, parties->customer.email, sizeof license->email);
	memcpy(license->licensee, parties->customer.name, sizeof license->licensee);
	snprintf(license->price, sizeof license->price, "%s", sell->price);
	snprintf(license->currency, sizeof license->currency, "%s", sell->currency);
	snprintf(license->payment, sizeof license->payment, "%s", sell->payment);
	snprintf(license->tenant, sizeof license->tenant, "%s", sell->tenant);
}

/* One license for a product and tenant is all that a key holds. */
static enum skerry_err
check_room(struct desk *desk, const struct sell *sell, const struct parties *parties,
	const struct sold *sold)
{
	const struct license_record *license = &sold->licenses[sold->licenses_len];
	char path[PRODUCTS_PATH_MAX];
	bool holds = false;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sold->licenses_len && !holds; i++)
		holds = sold->licenses[i].product_id == license->product_id;
	if (!holds && parties->key.id != 0)
		err = licenses_key_holds(
			desk, parties->key.id, license->product_id, sell->tenant, &holds);
	if (err != SKERRY_OK || !holds)
		return err;
	products_join_path(license->brand, license->product, license->plan, path);
	desk_refuse(desk, SKERRY_ERR_EXISTS, path,
		"This key holds a license for %s/%s%s%s already.", license->brand, license->product,
		sell->tenant[0] == '\0' ? "" : " and tenant ", sell->tenant);
	return say_instead(desk, "The key holds that already.");
}

/* Everything that can be refused of an item; its record is the next of `sold`. */
static enum skerry_err
judge_item(struct desk *desk, struct sell_shelf *shelf, const struct sell *sell,
	const struct sell_item *item, const struct parties *parties, struct sold *sold)
{
	const struct plan *plan;
	struct terms_dates dates;
	enum skerry_err err = plan_shelf_find(&shelf->plans, desk, item->plan, &plan);

	if (err != SKERRY_OK)
		return err;
	err = terms_of_sale(&plan->terms, desk->now, item->until, &dates);
	if (err != SKERRY_OK)
		return desk_refuse(desk, err, item->plan,
			"It would end before it begins; check --until and the desk's clock.");
	put_record(sell, parties, plan, &dates, item, &sold->licenses[sold->licenses_len]);
	err = check_room(desk, sell, parties, sold);
	if (err == SKERRY_OK)
		sold->licenses_len++;
	return err;
}

static enum skerry_err
record_license(struct desk *desk, const struct parties *parties, int64_t sale_id,
	struct license_record *license)
{
	char subject[AUDIT_SUBJECT_MAX], until[DATE_TEXT_MAX], maintenance[DATE_TEXT_MAX];
	enum skerry_err err;

	license->license_key_id = parties->key.id;
	license->customer_id = parties->customer.id;
	license->sale_id = sale_id;
	memcpy(license->masked, parties->key.masked, sizeof license->masked);
	err = licenses_insert(desk, license);
	snprintf(subject, sizeof subject, "license %s", license->public_id);
	date_format(license->valid_until, until);
	date_format(license->maintenance_until, maintenance);
	return err == SKERRY_OK
		       ? audit_append(desk, "license.new", subject,
				 "plan=%lld key=%lld sale=%lld activations=%lld until=%s"
				 " maintenance=%s",
				 (long long)license->plan_id, (long long)license->license_key_id,
				 (long long)sale_id, (long long)license->max_activations,
				 license->valid_until == LICENSE_NEVER ? "never" : until,
				 license->maintenance_until == LICENSE_NEVER ? "never"
									     : maintenance)
		       : err;
}

static enum skerry_err
make_key(struct desk *desk, struct parties *parties)
{
	char subject[AUDIT_SUBJECT_MAX];
	enum skerry_err err = licenses_new_key(
		desk, parties->brand, &parties->customer, &parties->key, parties->key_text);

	snprintf(subject, sizeof subject, "license key %lld", (long long)parties->key.id);
	return err == SKERRY_OK ? audit_append(desk, "key.new", subject, "customer=%lld",
					  (long long)parties->customer.id)
				: err;
}

/* What was judged, written. */
static enum skerry_err
record_sale(struct desk *desk, const struct sell *sell, struct parties *parties, struct sold *sold)
{
	struct sale sale = { .brand_id = parties->brand->id,
		.renewed_until = LICENSE_NEVER,
		.price = sell->price,
		.currency = sell->currency,
		.payment = sell->payment };
	int64_t sale_id = 0;
	enum skerry_err err = SKERRY_OK;

	if (parties->customer.id == 0) {
		err = customers_insert(desk, &parties->customer);
		sold->entered = true;
	}
	if (err == SKERRY_OK && parties->key.id == 0)
		err = make_key(desk, parties);
	sale.license_key_id = parties->key.id;
	if (err == SKERRY_OK)
		err = sales_insert(desk, &sale, &sale_id);
	for (size_t i = 0; i < sold->licenses_len && err == SKERRY_OK; i++)
		err = record_license(desk, parties, sale_id, &sold->licenses[i]);
	if (err == SKERRY_OK) {
		sold->sale_id = sale_id;
		memcpy(sold->key, parties->key_text, sizeof sold->key);
	}
	return err;
}

static enum skerry_err
sell_new(struct desk *desk, struct sell_shelf *shelf, const struct sell *sell,
	struct parties *parties, struct sold *sold)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sell->items_len && err == SKERRY_OK; i++)
		err = judge_item(desk, shelf, sell, &sell->items[i], parties, sold);
	return err == SKERRY_OK ? record_sale(desk, sell, parties, sold) : err;
}

enum skerry_err
sell_from_shelf(
	struct desk *desk, struct sell_shelf *shelf, const struct sell *sell, struct sold *ret_sold)
{
	struct parties parties = { .key = { .id = 0 } };
	struct paid paid = { .id = 0 };
	enum skerry_err err = check_words(desk, sell);

	ret_sold->key[0] = ret_sold->customer[0] = '\0';
	ret_sold->licenses_len = 0;
	ret_sold->sale_id = 0;
	ret_sold->repeated = ret_sold->entered = false;
	if (err == SKERRY_OK)
		err = find_parties(desk, shelf, sell, &parties);
	if (err == SKERRY_OK && sell->payment[0] != '\0')
		err = sales_find_payment(desk, parties.brand->id, sell->payment, &paid);
	if (err == SKERRY_OK)
		err = paid.id != 0 ? repeat(desk, sell, &parties, &paid, ret_sold)
				   : sell_new(desk, shelf, sell, &parties, ret_sold);
	if (err == SKERRY_OK)
		memcpy(ret_sold->customer, parties.customer.email, sizeof ret_sold->customer);
	secretbox_wipe(parties.key_text, sizeof parties.key_text);
	return err;
}

enum skerry_err
sell_licenses(struct desk *desk, const struct sell *sell, struct sold *ret_sold)
{
	struct sell_shelf shelf = { .brand = { .id = 0 } };
	enum skerry_err err = sell_from_shelf(desk, &shelf, sell, ret_sold);

	plan_shelf_clear(&shelf.plans);
	return err;
}
