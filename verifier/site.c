/* SPDX-License-Identifier: ISC */
#include "site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "product_name.h"
#include "remember.h"
#include "site_heal.h"
#include "site_inside.h"
#include "site_words.h"
#include "verifier/decide/succession.h"
#include "keys/hash.h"
#include "verifier/gather/clocks.h"
#include "verifier/state/extensions.h"
#include "verifier/state/folder_files.h"
#include "verifier/state/starved.h"

enum {
	/* One more while a license is there beside the one whose place it takes. */
	HELD_MAX = DOCUMENTS_LICENSES_MAX + 1,
	/* Every file that is looked at, the ones told of more, a manifest behind a gap, extensions. */
	UNUSED_MAX = 3 * (DOCUMENTS_FILES_MAX + 1) + 1 + HELD_MAX
};

/* --- holding --------------------------------------------------------------------------------- */

void
site_add_unused(struct site *site, const char *folder, const char *name, enum skerry_err err)
{
	struct site_unused *unused = &site->unused[site->unused_len];

	if (site->unused_len == UNUSED_MAX)
		return;
	snprintf(unused->file, sizeof unused->file, "%s%s", folder, name);
	unused->err = err;
	site->unused_len++;
}

/* What was typed in for it; what does not verify grants nothing. */
static enum skerry_err
load_extension(struct site *site, struct site_license *held)
{
	char name[DOCUMENTS_NAME_MAX];
	enum skerry_err err;

	if (held->license.telephone_steps == 0)
		return SKERRY_OK;
	err = extension_load(&site->documents, held->file, &held->license, &held->telephone_steps);
	if (err == SKERRY_OK || starved_is(err))
		return err;
	documents_extension_name(held->file, name);
	site_add_unused(site, "licenses/", name, err);
	return SKERRY_OK;
}

enum skerry_err
site_hold(struct site *site, const char *file, struct cbor_bytes bytes)
{
	struct site_license *held = &site->licenses[site->licenses_len];
	const struct manifest_key *key = NULL;
	size_t offset;
	enum skerry_err err;

	if (site->licenses_len == HELD_MAX)
		return SKERRY_ERR_DOCUMENT_COUNT;
	/* Its largest part, the license, is written below. */
	held->stood = false;
	held->telephone_steps = 0;
	held->key_revoked_since = LICENSE_NEVER;
	held->status = EVALUATE_STATUS_UNKNOWN;
	held->status_issued_at = LICENSE_NEVER;
	held->document = malloc(bytes.len == 0 ? 1 : bytes.len);
	if (held->document == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(held->document, bytes.data, bytes.len);
	held->document_len = bytes.len;
	held->standing = trust_open_license(
		site->trust, held->document, bytes.len, &held->license, &key, &offset);
	if (key == NULL) {
		free(held->document);
		return held->standing;
	}
	memcpy(held->kid, site->trust->kids[key - site->trust->manifest.keys], COSE_KID_LEN);
	snprintf(held->file, sizeof held->file, "%s", file);
	err = load_extension(site, held);
	if (err != SKERRY_OK) {
		free(held->document);
		return err;
	}
	site->licenses_len++;
	return SKERRY_OK;
}

static void
let_go(struct site *site, size_t index)
{
	free(site->licenses[index].document);
	site->licenses_len--;
	memmove(&site->licenses[index], &site->licenses[index + 1],
		(site->licenses_len - index) * sizeof *site->licenses);
}

static struct succession
succession_of(const struct site_license *held)
{
	return (struct succession){ &held->license, held->standing == SKERRY_OK };
}

bool
site_is_replaced(const struct site *site, const struct site_license *held, int64_t now)
{
	const struct succession this = succession_of(held);

	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct succession other = succession_of(&site->licenses[i]);

		if (succession_replaces(&other, &this, now))
			return true;
	}
	return false;
}

void
site_raise_floor(struct site *site, int64_t issued_at)
{
	if (issued_at > site->floor && !clock_is_void(&site->memory->clock, issued_at))
		site->floor = issued_at;
}

void
site_find_floor(struct site *site)
{
	site->floor = INT64_MIN;
	/* The word of a key that does not stand says nothing about the time. */
	for (size_t i = 0; i < site->licenses_len; i++)
		if (site->licenses[i].standing == SKERRY_OK)
			site_raise_floor(site, site->licenses[i].license.issued_at);
	for (size_t i = 0; i < site->replies_len; i++)
		site_raise_floor(site, site->replies[i].reply.issued_at);
	for (size_t i = 0; i < site->statuses_len; i++)
		site_raise_floor(site, site->statuses[i].list.issued_at);
}

/* What a license replaces when it comes: it proves that it is no earlier than its iat. */
static int64_t
proven_by(const struct site *site, const struct license *license)
{
	return license->issued_at > site->floor ? license->issued_at : site->floor;
}

bool
site_has_room(const struct site *site, const struct license *license)
{
	const struct succession next = { license, true };
	size_t stay = 0;

	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct succession held = succession_of(&site->licenses[i]);

		stay += !succession_replaces(&next, &held, proven_by(site, license));
	}
	return stay < DOCUMENTS_LICENSES_MAX;
}

enum skerry_err
site_keep(struct site *site, const struct license *license, struct cbor_bytes bytes)
{
	char file[DOCUMENTS_NAME_MAX];
	enum skerry_err err;

	documents_license_name(license, bytes, file);
	err = site_hold(site, file, bytes);
	if (err == SKERRY_OK)
		site_raise_floor(site, license->issued_at);
	return err;
}

enum skerry_err
site_note_replaced(struct site *site, const char *folder, const char *name)
{
	char(*more)[DOCUMENTS_PATH_MAX] =
		realloc(site->replaced, (site->replaced_len + 1) * sizeof *more);

	if (more == NULL)
		return SKERRY_ERR_NO_MEMORY;
	site->replaced = more;
	snprintf(more[site->replaced_len++], sizeof *more, "%s%s", folder, name);
	return SKERRY_OK;
}

enum skerry_err
site_let_go_replaced(struct site *site)
{
	enum skerry_err err = SKERRY_OK;
	size_t i = 0;

	while (i < site->licenses_len && err == SKERRY_OK) {
		if (!site_is_replaced(site, &site->licenses[i], site->floor)) {
			i++;
			continue;
		}
		err = site_note_replaced(site, FOLDER_LICENSES "/", site->licenses[i].file);
		if (err == SKERRY_OK)
			let_go(site, i);
	}
	return err;
}

static enum skerry_err
drop_file(const struct documents *documents, const char *path)
{
	static const char LICENSES[] = FOLDER_LICENSES "/";

	return strncmp(path, LICENSES, sizeof LICENSES - 1) == 0
		       ? documents_drop_license(documents, path + sizeof LICENSES - 1)
		       : folder_files_drop_path(documents->directory, path);
}

enum skerry_err
site_drop_replaced(struct site *site)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < site->replaced_len && err == SKERRY_OK; i++)
		err = drop_file(&site->documents, site->replaced[i]);
	if (err == SKERRY_OK)
		site->replaced_len = 0;
	return err;
}

/* --- what the manifests say of it ------------------------------------------------------------ */

/* The standing of each license under a manifest that came at an instant. */
static void
judge(struct site *site, const struct trust *trust, int64_t arrived_at)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		struct site_license *held = &site->licenses[i];
		const struct manifest_key *key = trust_find_key(trust, held->kid);

		held->standing = key == NULL ? SKERRY_ERR_TRUST_KEY_UNKNOWN
					     : trust_permits_license(key, &held->license);
		if (held->standing == SKERRY_OK) {
			held->stood = true;
			held->key_revoked_since = LICENSE_NEVER;
		} else if (held->key_revoked_since == LICENSE_NEVER &&
			   (held->stood || held->standing == SKERRY_ERR_TRUST_KEY_REVOKED)) {
			held->key_revoked_since = arrived_at;
		}
	}
}

/* ... under one manifest after the other. A file's time can be set to anything. */
static void
judge_visited(void *context, const struct trust *trust, int64_t arrived_at)
{
	struct site *site = context;

	judge(site, trust,
		remember_manifest_arrival(site->memory, trust->manifest.version, arrived_at));
}

static bool
all_stand(const struct site *site)
{
	for (size_t i = 0; i < site->licenses_len; i++)
		if (site->licenses[i].standing != SKERRY_OK)
			return false;
	return true;
}

/* Since when something does not stand is found by following the chain once more. */
static enum skerry_err
follow_chain(struct site *site)
{
	struct trust *trust = malloc(sizeof *trust);
	char file[DOCUMENTS_PATH_MAX];
	size_t offset;
	enum skerry_err err;

	if (trust == NULL)
		return SKERRY_ERR_NO_MEMORY;
	for (size_t i = 0; i < site->licenses_len; i++) {
		site->licenses[i].stood = false;
		site->licenses[i].key_revoked_since = LICENSE_NEVER;
	}
	err = documents_load_trust(&site->documents, trust, judge_visited, site, file, &offset);
	if (err == SKERRY_OK && trust->manifest.version < site->trust->manifest.version)
		judge_visited(site, site->trust, site->followed_since);
	free(trust);
	return err;
}

static enum skerry_err
review(struct site *site)
{
	size_t i = 0;
	enum skerry_err err = SKERRY_OK;

	/* A date is good for nothing here: all that counts is whether each of them stands. */
	judge(site, site->trust, LICENSE_NEVER);
	if (!all_stand(site))
		err = follow_chain(site);
	if (err != SKERRY_OK)
		return err;
	while (i < site->licenses_len) {
		const struct site_license *held = &site->licenses[i];

		if (held->standing != SKERRY_OK && held->key_revoked_since == LICENSE_NEVER) {
			/* No manifest ever permitted it: it came by another way than import. */
			site_add_unused(site, "licenses/", held->file, held->standing);
			let_go(site, i);
			continue;
		}
		i++;
	}
	err = site_words_review(site);
	site_find_floor(site);
	return err == SKERRY_OK ? site_words_apply(site) : err;
}

enum skerry_err
site_follow(struct site *site, struct trust *newer, int64_t since)
{
	free(site->trust);
	site->trust = newer;
	site->followed_since = since;
	return review(site);
}

/* --- opening --------------------------------------------------------------------------------- */

struct loading {
	struct site *site;
	enum skerry_err err; /* what keeps the site from being opened */
};

static void
load_file(void *context, const char *file, enum skerry_err err, const uint8_t *bytes,
	size_t bytes_len)
{
	struct loading *loading = context;
	struct site *site = loading->site;

	if (err == SKERRY_OK && site->licenses_len >= DOCUMENTS_LICENSES_MAX)
		err = SKERRY_ERR_DOCUMENT_COUNT;
	if (err == SKERRY_OK)
		err = site_hold(site, file, (struct cbor_bytes){ bytes, bytes_len });
	if (starved_is(err))
		loading->err = err;
	else if (err != SKERRY_OK)
		site_add_unused(site, "licenses/", file, err);
}

static enum skerry_err
load_licenses(struct site *site)
{
	struct loading loading = { .site = site, .err = SKERRY_OK };
	enum skerry_err err = documents_each_file(&site->documents, FOLDER_LICENSES,
		FOLDER_LICENSE_END, LICENSE_MAX, load_file, &loading);

	return err == SKERRY_OK ? loading.err : err;
}

/* --- all of it ------------------------------------------------------------------------------- */

/* Before the documents: it puts back those that are gone. */
static enum skerry_err
load_memory(struct site *site, bool writes, struct site_failure *failure)
{
	const char *own;
	enum skerry_err err = identity_load(&site->documents, &site->identity, &own);

	if (err != SKERRY_OK) {
		snprintf(failure->file, sizeof failure->file, "%s", own);
		return err;
	}
	err = memory_open(&site->documents, site->identity.seal_key, writes, site->memory);
	if (err == SKERRY_OK &&
		memcmp(site->memory->seal_key, site->identity.seal_key, SEAL_KEY_LEN) != 0)
		err = identity_load(&site->documents, &site->identity, &own);
	hash_thumbprint(&site->identity.site_key, site->site_id);
	return err;
}

static enum skerry_err
load_all(struct site *site, bool writes, struct site_failure *failure)
{
	char file[DOCUMENTS_PATH_MAX];
	enum skerry_err err;

	site->memory = calloc(1, sizeof *site->memory);
	site->machine = calloc(1, sizeof *site->machine);
	site->trust = malloc(sizeof *site->trust);
	/* Megabytes, of which hardly any is touched: each place is written when it is taken. */
	site->licenses = malloc(HELD_MAX * sizeof *site->licenses);
	site->unused = malloc(UNUSED_MAX * sizeof *site->unused);
	if (site->memory == NULL || site->machine == NULL || site->trust == NULL ||
		site->licenses == NULL || site->unused == NULL)
		return SKERRY_ERR_NO_MEMORY;
	local_time_read("/", &site->machine->local);
	err = load_memory(site, writes, failure);
	if (err == SKERRY_OK)
		err = site_heal_trust(site, failure);
	if (err == SKERRY_OK)
		err = load_licenses(site);
	if (err == SKERRY_OK)
		err = site_heal_licenses(site);
	if (err == SKERRY_OK)
		err = site_words_load(site);
	if (err == SKERRY_OK)
		err = review(site);
	if (err == SKERRY_OK &&
		documents_find_gap(&site->documents, site->trust->manifest.version, file))
		site_add_unused(site, "", file, SKERRY_ERR_TRUST_SEQUENCE);
	return err;
}

/* Takes over the open folder. */
static enum skerry_err
open_site(const struct documents *documents, bool writes, struct site *ret_site,
	struct site_failure *failure)
{
	struct site site = { .documents = *documents };
	enum skerry_err err = load_all(&site, writes, failure);

	if (err != SKERRY_OK)
		site_close(&site);
	else
		*ret_site = site;
	return err;
}

enum skerry_err
site_open(const char *path, struct site *ret_site, struct site_failure *ret_failure)
{
	struct documents documents;
	enum skerry_err err = documents_open(path, &documents);

	*ret_failure = (struct site_failure){ .file = "" };
	return err == SKERRY_OK ? open_site(&documents, false, ret_site, ret_failure) : err;
}

enum skerry_err
site_open_to_write(const char *path, struct site *ret_site, struct site_failure *ret_failure)
{
	struct documents documents;
	enum skerry_err err;

	*ret_failure = (struct site_failure){ .file = "" };
	err = documents_open_to_write(path, &documents, &ret_failure->holder);
	return err == SKERRY_OK ? open_site(&documents, true, ret_site, ret_failure) : err;
}

/* Whom nothing should keep from writing: a folder made read-only would stop the site's time. */
static bool
is_own(const struct documents *documents)
{
	struct stat status;

	return geteuid() == 0 ||
	       (fstat(documents->directory, &status) == 0 && status.st_uid == geteuid());
}

enum skerry_err
site_open_to_ask(const char *path, struct site *ret_site, struct site_failure *ret_failure)
{
	enum skerry_err err = site_open_to_write(path, ret_site, ret_failure), reason = err;

	if (err == SKERRY_OK)
		return err;
	err = site_open(path, ret_site, ret_failure);
	if (err == SKERRY_OK && reason != SKERRY_ERR_STORE_BUSY &&
		(reason != SKERRY_ERR_FILE_PERMISSION || is_own(&ret_site->documents)))
		ret_site->memory->trouble = reason;
	return err;
}

enum skerry_err
site_open_as_self(const char *path, struct site *ret_site, enum skerry_err *ret_reason,
	struct site_failure *ret_failure)
{
	struct documents documents;
	enum skerry_err err, reason;

	*ret_failure = (struct site_failure){ .file = "" };
	reason = documents_open_as_self(path, &documents, &ret_failure->holder);
	if (reason == SKERRY_OK)
		reason = open_site(&documents, true, ret_site, ret_failure);
	err = reason == SKERRY_OK ? SKERRY_OK : site_open(path, ret_site, ret_failure);
	if (err == SKERRY_OK)
		*ret_reason = reason;
	return err;
}

void
site_close(struct site *site)
{
	if (site->memory != NULL)
		memory_close(site->memory);
	free(site->memory);
	free(site->machine);
	for (size_t i = 0; i < site->licenses_len; i++)
		free(site->licenses[i].document);
	free(site->licenses);
	site_words_free(site);
	free(site->unused);
	free(site->replaced);
	free(site->trust);
	documents_close(&site->documents);
	memset(site, 0, sizeof *site);
}

/* --- time ------------------------------------------------------------------------------------ */

/* Of several licenses, the one that bears least. */
static int64_t
tolerance_of(const struct site *site)
{
	int64_t tolerance_s = INT64_MAX;

	for (size_t i = 0; i < site->licenses_len; i++) {
		int64_t own = site->licenses[i].license.ladder.tolerance_s;

		if (own != 0 && own < tolerance_s)
			tolerance_s = own;
	}
	return tolerance_s == INT64_MAX ? CLOCK_TOLERANCE_S : tolerance_s;
}

enum skerry_err
site_tick(struct site *site, const struct clock_reading *reading)
{
	struct clock_reading own;
	enum skerry_err err;
	int64_t before;

	if (reading == NULL) {
		clocks_read("/", &own);
		reading = &own;
	}
	memory_tick(site->memory, reading, tolerance_of(site));
	if (site->recalled)
		return SKERRY_OK;
	before = memory_now(site->memory);
	err = remember_folder(site);
	if (err != SKERRY_OK)
		return err;
	site->recalled = true;
	/* What the documents prove counts for the wall clock, too. Else a second look would find no time gone by. */
	if (memory_now(site->memory) != before)
		memory_tick(site->memory, reading, tolerance_of(site));
	return SKERRY_OK;
}

int64_t
site_now(const struct site *site)
{
	return memory_now(site->memory);
}
