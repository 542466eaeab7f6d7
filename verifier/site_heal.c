/* SPDX-License-Identifier: ISC */
#include "site_heal.h"

#include <stdlib.h>
#include <string.h>

#include "keys/untrusted_file.h"
#include "site_inside.h"
#include "verifier/state/healing.h"
#include "verifier/state/starved.h"

static const char LICENSES[] = "licenses/";

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

/* --- licenses -------------------------------------------------------------------------------- */

static enum skerry_err
load_healed(struct site *site, const char *file)
{
	uint8_t *bytes;
	size_t len;
	enum skerry_err err =
		untrusted_file_read_at(site->documents.directory, file, LICENSE_MAX, &bytes, &len);

	if (err != SKERRY_OK)
		return err;
	err = site_hold(site, file + sizeof LICENSES - 1, (struct cbor_bytes){ bytes, len });
	free(bytes);
	return err;
}

/* One file that could not be used; *ret_held: now it can. */
static enum skerry_err
heal_license(struct site *site, const struct site_unused *unused, bool *ret_held)
{
	bool healed = false;
	enum skerry_err err = SKERRY_OK;

	*ret_held = false;
	/* Extensions are put back when they are compared with their rows. */
	if (strncmp(unused->file, LICENSES, sizeof LICENSES - 1) == 0 &&
		unused->err != SKERRY_ERR_DOCUMENT_COUNT &&
		site->licenses_len < DOCUMENTS_LICENSES_MAX)
		err = site_heal_file(site, unused->file, &healed);
	if (err != SKERRY_OK || !healed || strstr(unused->file, ".license") == NULL)
		return err;
	err = load_healed(site, unused->file);
	*ret_held = err == SKERRY_OK;
	return starved_is(err) ? err : SKERRY_OK;
}

enum skerry_err
site_heal_licenses(struct site *site)
{
	enum skerry_err err = SKERRY_OK;
	size_t i = 0;

	while (i < site->unused_len && err == SKERRY_OK) {
		struct site_unused unused = site->unused[i];
		bool held;

		err = heal_license(site, &unused, &held);
		if (held)
			memmove(&site->unused[i], &site->unused[i + 1],
				(--site->unused_len - i) * sizeof *site->unused);
		else
			i++;
	}
	return err;
}
