/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_SELL_H
#define ISSUER_SELL_H

/* A sale: one license key, with a license for each plan sold, for one customer of one brand. */

#include "issuer/desk/licenses.h"
#include "issuer/desk/plan_shelf.h"

enum { SELL_PLANS_MAX = 64 };

struct sell_item {
	const char *plan;    /* BRAND/PRODUCT/PLAN */
	int64_t until;       /* LICENSE_NEVER: as the plan says */
	int64_t activations; /* 0: as the plan says */
};

/* Who buys, where it may be somebody new; "" where nothing was said. */
struct sell_entry {
	const char *name; /* of a new one: else the e-mail's first part */
	const char *company, *language;
};

struct sell {
	struct sell_item items[SELL_PLANS_MAX];
	size_t items_len;
	const char *customer;           /* e-mail or number; NULL with `key`: its customer */
	const struct sell_entry *entry; /* enters who is new; NULL: the customer is there */
	const char *key;                /* as typed: adds to this key; NULL: a new key */
	const char *tenant;             /* "" or a tenant */
	const char *price, *currency, *payment; /* "" where nothing was said */
};

/* About 110 KB. */
struct sold {
	char key[LICENSE_KEY_MAX + 1];
	char customer[ENTRY_EMAIL_MAX + 1];
	struct license_record licenses[SELL_PLANS_MAX];
	size_t licenses_len;
	int64_t sale_id;
	bool repeated; /* this payment had bought it before */
	bool entered;  /* the customer is new */
};

/*
 * Within the change under way; the vault is open. The same payment reference with the same plans
 * and customer again gives what it bought, and changes nothing but the audit log. Whatever is
 * refused is refused before anything is written, but for errors of the database. Where the payment
 * bought something else, sale_id is that sale.
 *
 * NOT_FOUND (with the nearest name), BRAND (plans, key or customer of another brand), EXISTS (the
 * key holds such a license, the payment bought something else, or the customer's entry says
 * otherwise), the license key errors of licenses_find_key, ARGUMENT
 */
enum skerry_err sell_licenses(struct desk *desk, const struct sell *sell, struct sold *ret_sold);

/* The same for many sales of one change, which read each plan and brand once. Starts as { 0 }. */
struct sell_shelf {
	struct plan_shelf plans;
	struct brand brand; /* the last one; id 0: none */
};

enum skerry_err sell_from_shelf(struct desk *desk, struct sell_shelf *shelf,
	const struct sell *sell, struct sold *ret_sold);

#endif
