/* SPDX-License-Identifier: ISC */
#include "bundle_wish.h"

#include "issuer/desk/brands.h"
#include "issuer/desk/installations.h"

enum command_exit
bundle_wish_check(struct bundle_wish *options)
{
	if (options->sites.len > 0 && options->group != NULL)
		return command_misuse("--site and --group exclude each other");
	if (options->due != NULL &&
		(date_duration_parse(options->due, &options->ahead) != SKERRY_OK ||
			options->ahead.negative))
		return command_misuse("--due takes a time such as 60d, not '%s'", options->due);
	return COMMAND_YES;
}

enum skerry_err
bundle_wish_read(struct desk *desk, struct bundle_wish *options, struct bundles_wish *ret_wish)
{
	struct bundles_wish wish = { .installations = options->rows, .group = options->group };
	struct brand brand = { .id = 0 };
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; err == SKERRY_OK && i < options->sites.len; i++) {
		struct installation site;

		err = installations_find(desk, options->sites.values[i], &site);
		if (err == SKERRY_OK)
			options->rows[wish.installations_len++] = site.id;
	}
	wish.all = options->sites.len == 0 && options->group == NULL;
	if (err == SKERRY_OK && options->group != NULL)
		err = installations_find_group(desk, options->group);
	if (err == SKERRY_OK && options->brand != NULL)
		err = brands_find(desk, options->brand, &brand);
	if (err != SKERRY_OK)
		return err;
	wish.brand_id = brand.id;
	if (options->due != NULL)
		wish.due_until = date_add(desk_clock(desk), options->ahead);
	*ret_wish = wish;
	return SKERRY_OK;
}
