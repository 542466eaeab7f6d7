/* SPDX-License-Identifier: ISC */
#include "product_name.h"

#include <string.h>

bool
product_name_is_full(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash != NULL &&
	       license_is_slug((struct cbor_text){ name, (size_t)(slash - name) }) &&
	       license_is_slug((struct cbor_text){ slash + 1, strlen(slash + 1) });
}

enum skerry_err
product_name_check(const char *wanted, const struct license *license)
{
	const char *slash = strchr(wanted, '/');

	if (slash != NULL) {
		struct cbor_text brand = { wanted, (size_t)(slash - wanted) };

		if (!cbor_text_same(brand, license->brand))
			return SKERRY_ERR_BRAND;
		wanted = slash + 1;
	}
	return cbor_text_equals(license->product, wanted) ? SKERRY_OK : SKERRY_ERR_PRODUCT;
}

static char *
append(char *at, struct cbor_text text)
{
	memcpy(at, text.chars, text.len);
	at[text.len] = '\0';
	return at + text.len;
}

void
product_name_of(const struct license *license, char ret_name[PRODUCT_NAME_MAX])
{
	char *at = append(ret_name, license->brand);

	*at++ = '/';
	append(at, license->product);
}

void
product_name_of_plan(const struct license *license, char ret_name[PRODUCT_NAME_PLAN_MAX])
{
	char *at;

	product_name_of(license, ret_name);
	at = ret_name + strlen(ret_name);
	*at++ = '/';
	append(at, license->plan);
}
