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
#include "remember_time.h"
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

/* --- imports --------------------------------------------------------------------------------- */

static const char *
word_of(enum take_fate fate)
{
	static const char *const WORDS[] = { "import.refused", "import.taken", "import.waits",
		"import.held", "import.older" };

	return WORDS[fate];
}

static enum skerry_err
tell_result(struct memory *memory, const struct take_result *result)
{
	char subject[JOURNAL_SUBJECT_MAX];

	if (result->kind == DOCUMENT_MANIFEST) {
		snprintf(subject, sizeof subject, "manifest %" PRIu64, result->version);
		return memory_tell(memory, word_of(result->fate), subject, "error=%s",
			skerry_err_name(result->err));
	}
	snprintf(subject, sizeof subject, "license %s", result->id);
	return memory_tell(memory, word_of(result->fate), subject,
		"product=%s edition=%" PRIu64 " error=%s", result->product, result->edition,
		skerry_err_name(result->err));
}

static const struct site_license *
find_held(const struct site *site, struct cbor_bytes bytes)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct site_license *held = &site->licenses[i];

		if (cbor_bytes_same(
			    (struct cbor_bytes){ held->document, held->document_len }, bytes))
			return held;
	}
	return NULL;
}

static bool
was_taken(const struct take_result *result)
{
	return result->fate == TAKE_TAKEN || result->fate == TAKE_WAITS;
}

/* Before a row is told: it bears the time that the documents of its carrier prove. */
static void
learn_time(struct site *site, const struct document *documents, size_t documents_len,
	const struct take_result *results)
{
	for (size_t i = 0; i < documents_len; i++) {
		const struct site_license *held = NULL;

		if (was_taken(&results[i]) && results[i].kind == DOCUMENT_LICENSE)
			held = find_held(site, documents[i].bytes);
		if (held != NULL && held->standing == SKERRY_OK)
			clock_learn(&site->memory->clock, held->kid, held->license.issued_at);
	}
}

/* A license that was taken; another one of the same carrier may have taken its place already. */
static enum skerry_err
keep_license(struct site *site, const struct document *document, bool *ret_after_rollback)
{
	struct memory *memory = site->memory;
	const struct site_license *held = find_held(site, document->bytes);
	char path[DOCUMENTS_PATH_MAX];
	struct arrival arrival;

	if (held == NULL)
		return SKERRY_OK;
	*ret_after_rollback |= held->license.issued_at > memory->rollback_since;
	license_path(held->file, path);
	arrival = (struct arrival){ .file = path,
		.bytes = document->bytes,
		.arrived_at = clock_settled(&memory->clock),
		.last_at = held->license.expires_at };
	return arrivals_put(memory->store, &arrival);
}

/* Before there is a time, it came no earlier than it was made. */
static enum skerry_err
keep_manifest(struct site *site, const struct document *document, uint64_t version)
{
	struct memory *memory = site->memory;
	char path[DOCUMENTS_PATH_MAX];
	struct arrival arrival;

	manifest_path(version, path);
	arrival = (struct arrival){ .file = path,
		.bytes = document->bytes,
		.arrived_at = clock_started(&memory->clock) ? clock_settled(&memory->clock)
							    : site->trust->manifest.issued_at,
		.last_at = LICENSE_NEVER };
	return arrivals_put(memory->store, &arrival);
}

/* Rows of licenses whose place another one has taken; their files go behind them. */
static enum skerry_err
drop_replaced(struct site *site)
{
	struct store *store = site->memory->store;
	char path[DOCUMENTS_PATH_MAX];
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < site->replaced_len && err == SKERRY_OK; i++) {
		license_path(site->replaced[i], path);
		err = arrivals_drop(store, path);
		extension_path(site->replaced[i], path);
		if (err == SKERRY_OK)
			err = arrivals_drop(store, path);
	}
	return err;
}

static bool
holds_unpaired(const struct site *site)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;

		if (license->has_site_key &&
			!cose_key_same(&license->site_key, &site->identity.site_key))
			return true;
	}
	return false;
}

static enum skerry_err
record_import(struct site *site, const struct document *documents, size_t documents_len,
	const struct take_result *results)
{
	bool after_rollback = false, manifest_taken = false, license_taken = false, back = false;
	enum skerry_err err = SKERRY_OK;

	learn_time(site, documents, documents_len, results);
	for (size_t i = 0; i < documents_len && err == SKERRY_OK; i++) {
		bool taken = was_taken(&results[i]);

		manifest_taken |= taken && results[i].kind == DOCUMENT_MANIFEST;
		license_taken |= taken && results[i].kind == DOCUMENT_LICENSE;
		err = tell_result(site->memory, &results[i]);
		if (err == SKERRY_OK && taken)
			err = results[i].kind == DOCUMENT_MANIFEST
				      ? keep_manifest(site, &documents[i], results[i].version)
				      : keep_license(site, &documents[i], &after_rollback);
	}
	if (err == SKERRY_OK && manifest_taken)
		err = remember_time_cut(site, &back);
	if (err == SKERRY_OK)
		err = drop_replaced(site);
	back = remember_time_forget(site) || back;
	if (err == SKERRY_OK && back)
		err = remember_time_bring_back(site->memory);
	if (err == SKERRY_OK && after_rollback)
		err = memory_end_rollback(site->memory);
	if (err == SKERRY_OK && license_taken && !holds_unpaired(site))
		err = memory_end_loss(site->memory);
	return err;
}

enum skerry_err
remember_import(struct site *site, const struct document *documents, size_t documents_len,
	const struct take_result *results)
{
	struct memory *memory = site->memory;
	enum skerry_err err = memory_begin(memory);

	if (err == SKERRY_OK)
		err = record_import(site, documents, documents_len, results);
	if (err == SKERRY_OK)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}
