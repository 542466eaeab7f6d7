/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_BRANDS_H
#define ISSUER_DESK_BRANDS_H

/* Brands: the desk's tenants, their license key format and whom their customers call. */

#include "formats/license_key.h"
#include "formats/manifest.h"
#include "issuer/decide/entry.h"
#include "issuer/desk/desk.h"

/* What a brand gets that says nothing else: its first letters and four groups of five. */
#define BRANDS_KEY_SUFFIX "-#####-#####-#####-#####"

enum { BRANDS_LANGUAGES_MAX = MANIFEST_LANGUAGES_MAX * 12 };

struct brand {
	int64_t id;
	char slug[LICENSE_SLUG_MAX + 1];
	char name[ENTRY_NAME_MAX + 1];
	char key_format[LICENSE_KEY_MAX + 1];
	/* The contact; "" where absent. Languages have a space between. */
	char phone[MANIFEST_CONTACT_MAX + 1], email[MANIFEST_CONTACT_MAX + 1];
	char url[MANIFEST_CONTACT_MAX + 1], languages[BRANDS_LANGUAGES_MAX + 1];
};

/* Whether its customers have anybody to call. */
bool brands_has_contact(const struct brand *brand);

/*
 * Within the change under way, with its audit row. EXISTS, ARGUMENT, KEY_FORMAT_TEMPLATE. The key
 * format stays once a key was sold, or keys on paper could no longer be read (EXISTS).
 */
enum skerry_err brands_insert(struct desk *desk, struct brand *brand);
enum skerry_err brands_update(struct desk *desk, const struct brand *brand);

/* NOT_FOUND with the nearest name. */
enum skerry_err brands_find(struct desk *desk, const char *slug, struct brand *ret_brand);

/* Calls `each` for every brand in order of its slug. */
enum skerry_err brands_each(
	struct desk *desk, void (*each)(void *, const struct brand *), void *context);

/*
 * The next free index of the brand's status list, within the change under way: taken for good with
 * desk_commit, which writes once how far they are taken (brands_keep_status_indexes).
 */
enum skerry_err brands_take_status_index(struct desk *desk, int64_t brand_id, int64_t *ret_index);
enum skerry_err brands_keep_status_indexes(struct desk *desk);

#endif
