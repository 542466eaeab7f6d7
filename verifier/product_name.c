/* SPDX-License-Identifier: ISC */
#include "product_name.h"

#include <string.h>

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

void
product_name_of(const struct license *license, char ret_name[PRODUCT_NAME_MAX])
{
	char *at = ret_name;

	memcpy(at, license->brand.chars, license->brand.len);
	at += license->brand.len;
	*at++ = '/';
	memcpy(at, license->product.chars, license->product.len);
	at += license->product.len;
	*at = '\0';
}
