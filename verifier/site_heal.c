/* SPDX-License-Identifier: ISC */
#include "site_heal.h"

#include "verifier/state/healing.h"
#include "verifier/state/starved.h"

enum skerry_err
site_heal_file(struct site *site, const char *file, bool *ret_healed)
{
	size_t before = site->memory->news.files_healed;
	enum skerry_err err = healing_put_back_damaged(site->memory, file);

	*ret_healed = site->memory->news.files_healed > before;
	return err;
}

enum skerry_err
site_heal_trust(struct site *site, struct site_failure *failure)
{
	enum skerry_err err = SKERRY_OK, heal_err;
	bool healed = true;

	while (healed) {
		healed = false;
		err = documents_load_trust(
			&site->documents, site->trust, NULL, NULL, failure->file, &failure->offset);
		if (err == SKERRY_OK || starved_is(err))
			return err;
		heal_err = site_heal_file(site, failure->file, &healed);
		if (heal_err != SKERRY_OK)
			return heal_err;
	}
	return err;
}
