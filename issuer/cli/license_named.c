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
	case SKERRY_ERR_LICENSE_KEY_LENGTH:
	case SKERRY_ERR_LICENSE_KEY_CHARACTER:
	case SKERRY_ERR_LICENSE_KEY_PREFIX:
		return desk_refuse(desk, err, "license key",
			"Keys look as 'skerry-issuer brand list' shows; a license's id has %d "
			"characters and no hyphens.",
			LICENSE_ID_LEN);
	default:
		return err;
	}
}

enum skerry_err
license_named_filter(struct session *session, const char *typed, const char *product,
	struct licenses_filter *ret_filter)
{
	struct licenses_filter filter = { .product = product, .limit = LICENSES_LIST_MAX };
	struct license_record license;
	struct license_key_record key = { .id = 0 };
	char text[LICENSE_KEY_MAX + 1], line[LICENSE_KEY_TYPED_MAX + 1];
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
	char products[256];
};

static bool
choose(void *context, const struct license_record *license)
{
	struct choice *choice = context;
	size_t len = strlen(choice->products);

	*choice->ret_license = *license;
	snprintf(choice->products + len, sizeof choice->products - len, "%s%s",
		len == 0 ? "" : ", ", license->product);
	choice->found++;
	return true;
}

enum skerry_err
license_named_one(struct session *session, const char *typed, const char *product,
	struct license_record *ret_license)
{
	struct choice choice = { ret_license, 0, "" };
	struct licenses_filter filter;
	enum skerry_err err = license_named_filter(session, typed, product, &filter);

	if (err == SKERRY_OK)
		err = licenses_each(&session->desk, &filter, choose, &choice);
	if (err != SKERRY_OK || choice.found == 1)
		return err;
	if (choice.found == 0)
		return desk_refuse(&session->desk, SKERRY_ERR_PRODUCT,
			product == NULL ? "license" : product,
			"See what this key holds with: skerry-issuer license show KEY");
	return desk_refuse(&session->desk, SKERRY_ERR_NOT_UNIQUE, "license key",
		"It holds licenses for %s: say which with --product, or give the license's id.",
		choice.products);
}
