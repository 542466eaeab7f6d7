/* SPDX-License-Identifier: ISC */
#include "license_named.h"

#include <stdio.h>
#include <string.h>

/* A key that reads well but stands in no record, or does not read at all. */
static enum skerry_err
refuse_key(struct desk *desk, enum skerry_err err)
{
	switch (err) {
	case SKERRY_ERR_KEY_UNKNOWN:
		return desk_refuse(desk, err, "license key",
			"It is typed as keys are, and this desk never sold it. Is it another "
			"vendor's, or another desk's?");
	case SKERRY_ERR_LICENSE_KEY_TYPO:
		return desk_refuse(desk, err, "license key",
			"A character is wrong, or two are swapped: compare it with the letter.");
	case SKERRY_ERR_LICENSE_KEY_PREFIX:
		return desk_refuse(desk, err, "license key",
			"No brand's keys begin like that; 'skerry-issuer brand list' shows how "
			"they "
			"look. It may be a typing error at the beginning. A license's id has %d "
			"characters and no hyphens.",
			LICENSE_ID_LEN);
	case SKERRY_ERR_LICENSE_KEY_LENGTH:
	case SKERRY_ERR_LICENSE_KEY_CHARACTER:
		return desk_refuse(desk, err, "license key",
			"Keys look as 'skerry-issuer brand list' shows; a license's id has %d "
			"characters and no hyphens.",
			LICENSE_ID_LEN);
	default:
		return err;
	}
}

enum skerry_err
license_named_filter(struct session *session, const struct license_named *named,
	struct licenses_filter *ret_filter)
{
	struct licenses_filter filter = {
		.product = named->product, .tenant = named->tenant, .limit = LICENSES_LIST_MAX
	};
	struct license_record license;
	struct license_key_record key = { .id = 0 };
	char text[LICENSE_KEY_MAX + 1], line[LICENSE_KEY_TYPED_MAX + 1];
	const char *typed = named->typed;
	enum skerry_err err;

	if (strcmp(typed, "-") == 0) {
		err = terminal_line("License key: ", line, sizeof line);
		if (err != SKERRY_OK)
			return err;
		typed = line;
	}
	if (licenses_is_id(typed)) {
		err = licenses_find_id(&session->desk, typed, &license);
		if (err == SKERRY_OK) {
			filter.license_id = license.id;
			*ret_filter = filter;
		}
		return err;
	}
	err = licenses_check_key(&session->desk, typed);
	if (err != SKERRY_OK)
		return refuse_key(&session->desk, err);
	err = session_unlock(session);
	if (err == SKERRY_OK) {
		err = licenses_find_key(&session->desk, typed, &key, text);
		secretbox_wipe(text, sizeof text);
		if (err != SKERRY_OK)
			err = refuse_key(&session->desk, err);
	}
	if (err == SKERRY_OK) {
		filter.license_key_id = key.id;
		*ret_filter = filter;
	}
	return err;
}

struct choice {
	struct license_record *ret_license;
	size_t found;
	char list[DESK_ADVICE_MAX - 128];
};

/* "7QK2M94XPAC0DTE1 (hms), 0DTE17QK2M94XPAC (hms, tenant b)" */
static bool
choose(void *context, const struct license_record *license)
{
	struct choice *choice = context;
	size_t len = strlen(choice->list);

	*choice->ret_license = *license;
	snprintf(choice->list + len, sizeof choice->list - len, "%s%s (%s%s%s)",
		len == 0 ? "" : ", ", license->public_id, license->product,
		license->tenant[0] == '\0' ? "" : ", tenant ", license->tenant);
	choice->found++;
	return true;
}

enum skerry_err
license_named_one(struct session *session, const struct license_named *named,
	struct license_record *ret_license)
{
	struct choice choice = { ret_license, 0, "" };
	struct licenses_filter filter;
	enum skerry_err err = license_named_filter(session, named, &filter);

	if (err == SKERRY_OK)
		err = licenses_each(&session->desk, &filter, choose, &choice);
	if (err != SKERRY_OK || choice.found == 1)
		return err;
	if (choice.found == 0)
		return desk_refuse(&session->desk,
			named->product == NULL && named->tenant != NULL ? SKERRY_ERR_TENANT
									: SKERRY_ERR_PRODUCT,
			named->product != NULL  ? named->product
			: named->tenant != NULL ? named->tenant
						: "license",
			"See what this key holds with: skerry-issuer license show KEY");
	return desk_refuse(&session->desk, SKERRY_ERR_NOT_UNIQUE, "license key",
		"It holds several: %s. Say which with --product and --tenant, or give the "
		"license's id.",
		choice.list);
}

/* The products of that name at all brands. */
struct naming {
	const char *slug;
	char path[PRODUCTS_PATH_MAX];
	size_t found;
};

static void
match(void *context, const struct product *product)
{
	struct naming *naming = context;

	if (strcmp(product->slug, naming->slug) != 0)
		return;
	naming->found++;
	products_join_path(product->brand, product->slug, NULL, naming->path);
}

enum skerry_err
license_named_product(struct desk *desk, const char *typed, char ret_product[PRODUCTS_PATH_MAX])
{
	struct naming naming = { typed, "", 0 };
	struct product product;
	enum skerry_err err = SKERRY_OK;

	if (strchr(typed, '/') != NULL) {
		err = products_find(desk, typed, &product);
		if (err == SKERRY_OK)
			products_join_path(product.brand, product.slug, NULL, ret_product);
		return err;
	}
	err = products_each(desk, NULL, match, &naming);
	if (err == SKERRY_OK && naming.found == 0)
		err = desk_unknown(desk, typed, "SELECT slug FROM product", "product list");
	if (err == SKERRY_OK)
		snprintf(ret_product, PRODUCTS_PATH_MAX, "%s",
			naming.found == 1 ? naming.path : typed);
	return err;
}
