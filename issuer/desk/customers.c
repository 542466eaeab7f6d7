/* SPDX-License-Identifier: ISC */
#include "customers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/finder.h"

#define SELECT                                                                                     \
	"SELECT c.id, c.brand_id, b.slug, c.email, c.name, c.company, c.language, c.erased_at"     \
	" FROM customer c JOIN brand b ON b.id = c.brand_id"

static void
read_row(struct store_query *q, struct customer *ret_customer)
{
	ret_customer->id = store_int(q, 0);
	ret_customer->brand_id = store_int(q, 1);
	store_text(q, 2, ret_customer->brand, sizeof ret_customer->brand);
	store_text(q, 3, ret_customer->email, sizeof ret_customer->email);
	store_text(q, 4, ret_customer->name, sizeof ret_customer->name);
	store_text(q, 5, ret_customer->company, sizeof ret_customer->company);
	store_text(q, 6, ret_customer->language, sizeof ret_customer->language);
	ret_customer->erased_at = store_int(q, 7);
}

/* Whether it looks like the address that an erased customer gets: nobody else has one. */
static bool
is_reserved(const char *email)
{
	const char *host = strchr(email, '@');

	return host != NULL && strcasecmp(host, "@invalid") == 0;
}

enum skerry_err
customers_check(struct desk *desk, const struct customer *customer)
{
	if (customer->erased_at != 0)
		return desk_refuse(desk, SKERRY_ERR_STATUS_FORBIDS, customer->email,
			"They were erased. Enter them as a new customer with: skerry-issuer "
			"customer add %s EMAIL",
			customer->brand);
	if (is_reserved(customer->email))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, customer->email,
			"Addresses at 'invalid' stand for customers who were erased.");
	if (!entry_is_email(customer->email))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, customer->email,
			"An e-mail address has one @ and at most %d bytes, no spaces.",
			ENTRY_EMAIL_MAX);
	if (!entry_is_name(customer->name, ENTRY_NAME_MAX) ||
		(customer->company[0] != '\0' && !entry_is_name(customer->company, ENTRY_NAME_MAX)))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--name",
			"A name has 1 to %d bytes of UTF-8 and no line breaks, control characters "
			"or marks of text direction.",
			ENTRY_NAME_MAX);
	if (customer->language[0] != '\0' && !entry_is_language(customer->language))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, customer->language,
			"A language is written as 'id', 'en' or 'pt-BR'.");
	return SKERRY_OK;
}

/* The number alone: the log outlives the person's data. */
static enum skerry_err
record(struct desk *desk, const char *action, const struct customer *customer)
{
	char subject[AUDIT_SUBJECT_MAX];

	snprintf(subject, sizeof subject, "customer %lld", (long long)customer->id);
	return audit_append(desk, action, subject, "brand=%lld", (long long)customer->brand_id);
}

enum skerry_err
customers_insert(struct desk *desk, struct customer *customer)
{
	struct store_query q;
	enum skerry_err err = customers_check(desk, customer);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"INSERT INTO customer (brand_id, email, name, company, language, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?)");
	store_bind_int(&q, customer->brand_id);
	store_bind_text(&q, customer->email);
	store_bind_text(&q, customer->name);
	store_bind_optional(&q, customer->company);
	store_bind_optional(&q, customer->language);
	store_bind_int(&q, desk->now);
	err = store_run(&q);
	if (err == SKERRY_ERR_EXISTS)
		return desk_refuse(desk, err, customer->email,
			"Change it with: skerry-issuer customer set %s %s", customer->brand,
			customer->email);
	if (err != SKERRY_OK)
		return err;
	customer->id = store_last_id(desk->store);
	err = finder_add_customer(
		desk, customer->id, customer->email, customer->name, customer->company);
	return err == SKERRY_OK ? record(desk, "customer.add", customer) : err;
}

enum skerry_err
customers_update(struct desk *desk, const struct customer *customer)
{
	struct store_query q;
	enum skerry_err err = customers_check(desk, customer);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"UPDATE customer SET email = ?, name = ?, company = ?, language = ? WHERE id = ?");
	store_bind_text(&q, customer->email);
	store_bind_text(&q, customer->name);
	store_bind_optional(&q, customer->company);
	store_bind_optional(&q, customer->language);
	store_bind_int(&q, customer->id);
	err = store_run(&q);
	if (err == SKERRY_ERR_EXISTS)
		return desk_refuse(desk, err, customer->email,
			"Another customer of %s has that address.", customer->brand);
	if (err == SKERRY_OK)
		err = finder_put_customer(desk, customer->id);
	return err == SKERRY_OK ? record(desk, "customer.set", customer) : err;
}

/* A customer's number, or 0 when it is none. */
static int64_t
number_of(const char *who)
{
	if (who[0] == '\0' || strlen(who) > 18 || strspn(who, "0123456789") != strlen(who))
		return 0;
	return strtoll(who, NULL, 10);
}

enum skerry_err
customers_find(
	struct desk *desk, const char *brand_slug, const char *who, struct customer *ret_customer)
{
	int64_t number = number_of(who);
	struct store_query q;
	size_t found = 0;
	enum skerry_err err;

	store_query(desk->store, &q,
		number != 0 ? SELECT " WHERE c.id = ?1 AND (?2 IS NULL OR b.slug = ?2)"
			    : SELECT " WHERE c.email = ?1 AND (?2 IS NULL OR b.slug = ?2) LIMIT 2");
	if (number != 0)
		store_bind_int(&q, number);
	else
		store_bind_text(&q, who);
	store_bind_text(&q, brand_slug);
	for (; store_step(&q); found++)
		read_row(&q, ret_customer);
	err = store_done(&q);
	if (err != SKERRY_OK || found == 1)
		return err;
	if (found > 1)
		return desk_refuse(desk, SKERRY_ERR_NOT_UNIQUE, who,
			"Several brands have this customer: add --brand BRAND.");
	if (number == 0 && strchr(who, '@') == NULL)
		return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, who,
			"A customer is named by e-mail or number; by a part of the name: "
			"skerry-issuer find TEXT");
	return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, who,
		brand_slug == NULL ? "See who there is with: skerry-issuer customer list"
				   : "Enter a new customer with: skerry-issuer customer add %s %s",
		brand_slug, who);
}

enum skerry_err
customers_each(struct desk *desk, const char *brand_slug, int64_t after, int64_t limit,
	void (*each)(void *, const struct customer *), void *context)
{
	struct store_query q;

	store_query(desk->store, &q,
		SELECT " WHERE c.id > ?1 AND (?2 IS NULL OR b.slug = ?2) ORDER BY c.id LIMIT ?3");
	store_bind_int(&q, after);
	store_bind_text(&q, brand_slug);
	store_bind_int(&q, limit);
	while (store_step(&q)) {
		struct customer customer;

		read_row(&q, &customer);
		each(context, &customer);
	}
	return store_done(&q);
}
