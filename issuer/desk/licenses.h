/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_LICENSES_H
#define ISSUER_DESK_LICENSES_H

/* License keys and licenses: their records, how one is found, how many are listed. */

#include "issuer/decide/standing.h"
#include "issuer/desk/customers.h"
#include "issuer/desk/plans.h"

enum { LICENSES_LIST_MAX = 1000, LICENSES_KINDS_MAX = 63 };

/* A key as it is filed. The typed text comes out of the vault alone. */
struct license_key_record {
	int64_t id, brand_id, customer_id;
	char masked[LICENSE_KEY_MAX + 1];
};

struct license_record {
	int64_t id, brand_id, license_key_id, sale_id, product_id, plan_id, customer_id;
	char public_id[LICENSE_ID_LEN + 1];
	char brand[LICENSE_SLUG_MAX + 1], product[LICENSE_SLUG_MAX + 1], plan[LICENSE_SLUG_MAX + 1];
	char masked[LICENSE_KEY_MAX + 1];
	char email[ENTRY_EMAIL_MAX + 1], licensee[ENTRY_NAME_MAX + 1];
	char price[ENTRY_PRICE_MAX + 1], currency[4], payment[ENTRY_REFERENCE_MAX + 1];
	enum standing stored;                               /* never STANDING_EXPIRED */
	int64_t valid_from, valid_until, maintenance_until; /* LICENSE_NEVER */
	int64_t pending_until;                              /* of STANDING_PAIRED_PENDING_REVOKE */
	int64_t max_activations, activations_used, edition, expiry_grace_s;
	char kinds[LICENSES_KINDS_MAX +
		   1]; /* of what stands, a space between; "" before the first */
	char tenant[LICENSE_TENANT_MAX + 1];
	bool fresh;      /* made in the change under way, and nothing was issued for it yet */
	bool overridden; /* it has values of its own over its plan's (issuer/license_plan.h) */
	bool erased;     /* its customer was (erasure.h) */
};

/* Within the change under way: a random key of the brand's format, sealed; its text in ret_text. */
enum skerry_err licenses_new_key(struct desk *desk, const struct brand *brand,
	const struct customer *customer, struct license_key_record *ret_key,
	char ret_text[LICENSE_KEY_MAX + 1]);

/*
 * A license key as somebody typed it: first read, so that a typing error is told as one, then
 * looked up. LICENSE_KEY_TYPO, _LENGTH, _CHARACTER, _PREFIX, KEY_UNKNOWN. The vault is open.
 */
enum skerry_err licenses_find_key(struct desk *desk, const char *typed,
	struct license_key_record *ret_key, char ret_text[LICENSE_KEY_MAX + 1]);

/*
 * The same without looking it up, for a desk that is still locked: whether some brand's keys look
 * like that. KEY_UNKNOWN is not among its errors.
 */
enum skerry_err licenses_check_key(struct desk *desk, const char *typed);

/* The typed text of a filed key. The vault is open. */
enum skerry_err licenses_key_text(
	struct desk *desk, int64_t license_key_id, char ret_text[LICENSE_KEY_MAX + 1]);

/*
 * Fills in id and public_id. EXISTS when the key holds a license for this product and tenant
 * already. From the record: the ids, dates, max_activations, tenant.
 */
enum skerry_err licenses_insert(struct desk *desk, struct license_record *license);

/* Whether the key holds a license for this product and tenant. */
enum skerry_err licenses_key_holds(struct desk *desk, int64_t license_key_id, int64_t product_id,
	const char *tenant, bool *ret_holds);

/* True for LICENSE_ID_LEN Crockford characters, in any case. */
bool licenses_is_id(const char *text);

enum skerry_err licenses_find_id(
	struct desk *desk, const char *public_id, struct license_record *ret_license);

/* By its row. NOT_FOUND. */
enum skerry_err licenses_find_row(
	struct desk *desk, int64_t id, struct license_record *ret_license);

/* What a list is narrowed down to; 0, NULL or false where it is not. */
struct licenses_filter {
	int64_t license_id, license_key_id, sale_id, customer_id;
	const char *email; /* the same person at every brand */
	const char *brand;
	const char *product; /* BRAND/PRODUCT, or the product's own name */
	const char *tenant;  /* "": the license without one */
	bool by_standing;
	enum standing standing;
	int64_t now;   /* for `expired` */
	int64_t after; /* row id */
	int64_t limit; /* 1 to LICENSES_LIST_MAX */
};

/* What its status reads at `now`. */
enum standing licenses_standing(const struct license_record *license, int64_t now);

/* In order of entry. `each` returns false to stop. */
enum skerry_err licenses_each(struct desk *desk, const struct licenses_filter *filter,
	bool (*each)(void *, const struct license_record *), void *context);

/*
 * The highest edition given out, the activation that it was for and the stored standing, after a
 * document was issued. An activation's number is taken for good.
 */
enum skerry_err licenses_note_issue(struct desk *desk, int64_t license_id, int64_t edition,
	int64_t activation, enum standing standing);

/* The same where the standing stays: no index is touched. */
enum skerry_err licenses_note_edition(
	struct desk *desk, int64_t license_id, int64_t edition, int64_t activation);

/* The stored status, after a move (lifecycle.h). */
enum skerry_err licenses_set_standing(
	struct desk *desk, int64_t license_id, enum standing standing, int64_t pending_until);

/* Its standing activations' documents say something else than it does: the next bundle renews them. */
enum skerry_err licenses_outdate(struct desk *desk, int64_t license_id);

/*
 * What may be changed of a license, which outdates its documents: from the record its plan, dates and
 * max_activations; and its overrides ("": none).
 */
enum skerry_err licenses_update(
	struct desk *desk, const struct license_record *license, const char *overrides);

/* valid_until and maintenance_until, after a renewal; likewise. */
enum skerry_err licenses_set_dates(
	struct desk *desk, int64_t license_id, int64_t valid_until, int64_t maintenance_until);

/* The next activation number, free until licenses_note_issue or licenses_note_edition names it. */
enum skerry_err licenses_next_activation(
	struct desk *desk, int64_t license_id, int64_t *ret_number);

#endif
