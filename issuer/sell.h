/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_SELL_H
#define ISSUER_SELL_H

/* A sale: one license key, with a license for each plan sold, for one customer of one brand. */

#include "issuer/desk/licenses.h"

enum { SELL_PLANS_MAX = 64 };

struct sell_item {
	const char *plan;    /* BRAND/PRODUCT/PLAN */
	int64_t until;       /* LICENSE_NEVER: as the plan says */
	int64_t activations; /* 0: as the plan says */
};

struct sell {
	struct sell_item items[SELL_PLANS_MAX];
	size_t items_len;
	const char *customer; /* e-mail or number; NULL with `key`: its customer */
	const char *key;      /* as typed: adds to this key; NULL: a new key */
	const char *tenant;   /* "" or a tenant */
	const char *price, *currency, *payment; /* "" where nothing was said */
};

struct sold {
	char key[LICENSE_KEY_MAX + 1];
	char customer[ENTRY_EMAIL_MAX + 1];
	struct license_record licenses[SELL_PLANS_MAX];
	size_t licenses_len;
	bool repeated; /* this payment had bought it before */
};

/*
 * Within the change under way; the vault is open. The same payment reference with the same plans
 * and customer again gives what it bought, and changes nothing but the audit log.
 *
 * NOT_FOUND (with the nearest name), BRAND (plans, key or customer of another brand), EXISTS (the
 * key holds such a license, or the payment bought something else), the license key errors of
 * licenses_find_key, ARGUMENT
 */
enum skerry_err sell_licenses(struct desk *desk, const struct sell *sell, struct sold *ret_sold);

#endif
