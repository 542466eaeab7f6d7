/* SPDX-License-Identifier: ISC */
#include "remember.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/untrusted_file.h"
#include "remember_import.h"
#include "remember_time.h"
#include "verifier/state/folder_files.h"
#include "verifier/state/extensions.h"

static bool
records(const struct memory *memory)
{
	return memory->store != NULL && memory->writes;
}

static void
license_path(const char *name, char ret_path[DOCUMENTS_PATH_MAX])
{
	snprintf(ret_path, DOCUMENTS_PATH_MAX, "licenses/%s", name);
}

static void
manifest_path(uint64_t version, char ret_path[DOCUMENTS_PATH_MAX])
{
	snprintf(ret_path, DOCUMENTS_PATH_MAX, "manifests/%" PRIu64 ".manifest", version);
}

/* --- files that the memory does not know ----------------------------------------------------- */

struct finding {
	struct site *site;
	bool reading; /* many questions in one look, until there is something to write */
	bool begun;
	bool made; /* the memory is new: these were here before it */
	bool manifest_found;
	bool known[DOCUMENTS_LICENSES_MAX + 1]; /* by their place at the site */
	size_t known_until;
};

static enum skerry_err
begin(struct finding *f)
{
	struct memory *memory = f->site->memory;
	enum skerry_err err;

	if (f->reading)
		memory_rollback(memory);
	f->reading = false;
	err = f->begun ? SKERRY_OK : memory_begin(memory);
	f->begun = f->begun || err == SKERRY_OK;
	return err;
}

static enum skerry_err
put_found(struct finding *f, const struct arrival *arrival)
{
	struct memory *memory = f->site->memory;
	enum skerry_err err = begin(f);

	if (err == SKERRY_OK)
		err = arrivals_put(memory->store, arrival);
	if (err == SKERRY_OK)
		err = memory_tell(memory, "document.found", arrival->file, "%s", "");
	return err;
}

static enum skerry_err
find_license(struct finding *f, const struct site_license *held)
{
	struct memory *memory = f->site->memory;
	struct arrival arrival;
	char path[DOCUMENTS_PATH_MAX];
	bool known;
	enum skerry_err err;

	license_path(held->file, path);
	err = arrivals_find(memory->store, path, &arrival, &known);
	if (err != SKERRY_OK || known)
		return err;
	if (held->standing == SKERRY_OK)
		clock_learn(&memory->clock, held->kid, held->license.issued_at);
	arrival = (struct arrival){ .file = path,
		.bytes = { held->document, held->document_len },
		.arrived_at = clock_settled(&memory->clock),
		.last_at = held->license.expires_at,
		.found = f->made };
	return put_found(f, &arrival);
}

/* Of file and row, the higher step counts: an older copy of either may have been put back. */
static enum skerry_err
find_extension(struct finding *f, struct site_license *held)
{
	struct memory *memory = f->site->memory;
	uint8_t bytes[EXTENSION_LEN];
	char path[DOCUMENTS_PATH_MAX];
	unsigned recorded;
	enum skerry_err err =
		extension_recorded(memory->store, held->file, &held->license, &recorded, bytes);

	if (err != SKERRY_OK || recorded == held->telephone_steps)
		return err;
	extension_path(held->file, path);
	if (recorded < held->telephone_steps) {
		const struct arrival arrival = { .file = path,
			.bytes = { bytes, sizeof bytes },
			.arrived_at = clock_settled(&memory->clock),
			.last_at = held->license.expires_at,
			.found = f->made };

		err = documents_read_extension(
			&f->site->documents, held->file, bytes, sizeof bytes);
		return err == SKERRY_OK ? put_found(f, &arrival) : err;
	}
	err = documents_put_extension(&f->site->documents, held->file, bytes, sizeof bytes);
	if (err == SKERRY_OK)
		err = begin(f);
	if (err == SKERRY_OK)
		err = memory_tell(memory, "document.healed", path, "%s", "");
	if (err == SKERRY_OK)
		held->telephone_steps = recorded;
	return err;
}

/* Of one that was here before, its file's time is all that there is. */
static int64_t
arrival_of_file(const struct finding *f, const char *path)
{
	const struct memory *memory = f->site->memory;
	int64_t now = clock_settled(&memory->clock);
	struct stat status;

	if (!f->made ||
		fstatat(memory->documents.directory, path, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return now;
	return status.st_mtim.tv_sec < 0 || status.st_mtim.tv_sec > now ? now
									: status.st_mtim.tv_sec;
}

static enum skerry_err
find_manifest(struct finding *f, uint64_t version)
{
	struct memory *memory = f->site->memory;
	struct arrival arrival;
	char path[DOCUMENTS_PATH_MAX];
	uint8_t *bytes;
	size_t len;
	bool known;
	enum skerry_err err;

	manifest_path(version, path);
	err = arrivals_find(memory->store, path, &arrival, &known);
	if (err != SKERRY_OK || known)
		return err;
	err = untrusted_file_read_at(memory->documents.directory, path, MANIFEST_MAX, &bytes, &len);
	if (err != SKERRY_OK)
		/* An anchor of a later version: nothing came before it. */
		return err == SKERRY_ERR_FILE_MISSING ? SKERRY_OK : err;
	arrival = (struct arrival){ .file = path,
		.bytes = { bytes, len },
		.arrived_at = arrival_of_file(f, path),
		.last_at = LICENSE_NEVER,
		.found = f->made };
	err = put_found(f, &arrival);
	f->manifest_found = true;
	free(bytes);
	return err;
}

/*
 * Rows come in the order of names, and so were the files loaded: one look finds what is known. A
 * license that came since then may be passed over, and is asked for by itself.
 */
static enum skerry_err
see_row(void *context, const char *file)
{
	static const char FOLDER[] = "licenses/";
	struct finding *f = context;
	const struct site *site = f->site;
	int order = -1;

	if (strncmp(file, FOLDER, sizeof FOLDER - 1) != 0)
		return SKERRY_OK;
	while (f->known_until < site->licenses_len && order < 0) {
		order = strcmp(site->licenses[f->known_until].file, file + sizeof FOLDER - 1);
		if (order == 0)
			f->known[f->known_until] = true;
		f->known_until += order <= 0;
	}
	return SKERRY_OK;
}

/* *ret_arrival is of a word that the memory does not know; its `file` is `path`. */
static enum skerry_err
is_known(struct finding *f, const char *folder, const char *file, char path[DOCUMENTS_PATH_MAX],
	bool *ret_known)
{
	struct arrival arrival;

	snprintf(path, DOCUMENTS_PATH_MAX, "%s/%s", folder, file);
	return arrivals_find(f->site->memory->store, path, &arrival, ret_known);
}

static enum skerry_err
put_word(struct finding *f, const char *path, const uint8_t *bytes, size_t len)
{
	const struct arrival arrival = { .file = path,
		.bytes = { bytes, len },
		.arrived_at = clock_settled(&f->site->memory->clock),
		.last_at = LICENSE_NEVER,
		.found = f->made };

	return put_found(f, &arrival);
}

/* What it says counts as if it had come by import; but nobody knows when it did. */
static enum skerry_err
find_reply(struct finding *f, const struct site_reply *held)
{
	struct memory *memory = f->site->memory;
	char path[DOCUMENTS_PATH_MAX];
	bool known;
	enum skerry_err err = is_known(f, FOLDER_REPLIES, held->file, path, &known);

	if (err != SKERRY_OK || known)
		return err;
	clock_learn(&memory->clock, held->kid, held->reply.issued_at);
	err = put_word(f, path, held->document, held->document_len);
	return err == SKERRY_OK ? remember_reply(memory, &held->reply, held->kid,
					  f->made ? LICENSE_NEVER : clock_settled(&memory->clock))
				: err;
}

static enum skerry_err
find_status(struct finding *f, const struct site_status *held)
{
	struct memory *memory = f->site->memory;
	char path[DOCUMENTS_PATH_MAX];
	bool known;
	enum skerry_err err = is_known(f, FOLDER_STATUSES, held->file, path, &known);

	if (err != SKERRY_OK || known)
		return err;
	clock_learn(&memory->clock, held->kid, held->list.issued_at);
	err = put_word(f, path, held->document, held->document_len);
	return err == SKERRY_OK ? remember_status(memory, &held->list, held->kid) : err;
}

static enum skerry_err
find_words(struct finding *f)
{
	const struct site *site = f->site;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < site->replies_len && err == SKERRY_OK; i++)
		err = find_reply(f, &site->replies[i]);
	for (size_t i = 0; i < site->statuses_len && err == SKERRY_OK; i++)
		err = find_status(f, &site->statuses[i]);
	return err;
}

static enum skerry_err
find_all(struct finding *f)
{
	struct site *site = f->site;
	enum skerry_err err = arrivals_each_name(site->memory->store, see_row, f);

	for (size_t i = 0; i < site->licenses_len && err == SKERRY_OK; i++) {
		if (!f->known[i])
			err = find_license(f, &site->licenses[i]);
		if (err == SKERRY_OK && site->licenses[i].license.telephone_steps > 0)
			err = find_extension(f, &site->licenses[i]);
	}
	if (err == SKERRY_OK)
		err = find_words(f);
	for (uint64_t version = site->trust->manifest.version; err == SKERRY_OK && version > 1;
		version--) {
		struct arrival arrival;
		char path[DOCUMENTS_PATH_MAX];
		bool known;

		manifest_path(version, path);
		err = arrivals_find(site->memory->store, path, &arrival, &known);
		/* They came in order. */
		if (err != SKERRY_OK || known)
			break;
		err = find_manifest(f, version);
	}
	return err;
}

enum skerry_err
remember_folder(struct site *site)
{
	struct memory *memory = site->memory;
	struct finding f = { .site = site, .made = memory->news.rebuilt };
	bool back = false;
	enum skerry_err err;

	if (!records(memory)) {
		if (memory->store == NULL)
			remember_time_learn_all(site);
		remember_time_forget(site);
		return SKERRY_OK;
	}
	err = store_begin_reading(memory->store, &f.reading);
	if (err == SKERRY_OK)
		err = find_all(&f);
	if (f.reading)
		memory_rollback(memory);
	f.reading = false;
	if (err == SKERRY_OK && f.manifest_found && !f.made)
		err = remember_time_cut(site, &back);
	back = remember_time_forget(site) || back;
	if (err == SKERRY_OK && back) {
		err = begin(&f);
		if (err == SKERRY_OK)
			err = remember_time_bring_back(memory);
	}
	if (err == SKERRY_OK && f.begun)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}

int64_t
remember_manifest_arrival(const struct memory *memory, uint64_t version, int64_t otherwise)
{
	struct arrival arrival;
	char path[DOCUMENTS_PATH_MAX];
	bool known = false;

	if (memory == NULL || memory->store == NULL)
		return otherwise;
	manifest_path(version, path);
	return arrivals_find(memory->store, path, &arrival, &known) == SKERRY_OK && known
		       ? arrival.arrived_at
		       : otherwise;
}
