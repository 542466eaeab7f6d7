/* SPDX-License-Identifier: ISC */
#include "healing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys/atomic_file.h"
#include "keys/untrusted_file.h"

static bool
is_there(const struct memory *memory, const char *name)
{
	return faccessat(memory->documents.directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* "licenses/....license", "manifests/2.manifest": a backup comes from outside, and so its rows do. */
static bool
is_document(const char *file)
{
	static const char *const FORMS[][2] = { { "licenses/", ".license" },
		{ "licenses/", ".extension" }, { "manifests/", ".manifest" } };

	for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
		size_t folder = strlen(FORMS[i][0]), end = strlen(FORMS[i][1]), len = strlen(file);

		if (strncmp(file, FORMS[i][0], folder) == 0 && len > folder + end &&
			len < folder + DOCUMENTS_NAME_MAX && file[folder] != '.' &&
			strchr(file + folder, '/') == NULL &&
			strcmp(file + len - end, FORMS[i][1]) == 0)
			return true;
	}
	return false;
}

static enum skerry_err
put_back(struct memory *memory, const struct arrival *arrival)
{
	const char *name = strchr(arrival->file, '/');
	int folder;
	char folder_name[16];
	enum skerry_err err;

	if (strcmp(arrival->file, DOCUMENTS_ANCHOR) == 0)
		return documents_put_anchor(
			&memory->documents, arrival->bytes.data, arrival->bytes.len);
	if (name == NULL || !is_document(arrival->file))
		return SKERRY_ERR_STORE_DAMAGED;
	snprintf(folder_name, sizeof folder_name, "%.*s", (int)(name - arrival->file),
		arrival->file);
	folder = openat(memory->documents.directory, folder_name,
		O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (folder < 0)
		return SKERRY_ERR_IO;
	err = atomic_file_write_at(
		folder, name + 1, arrival->bytes.data, arrival->bytes.len, 0600, true);
	close(folder);
	return err;
}

/* A license that is over, and that somebody took out, stays out. */
static enum skerry_err
heal_one(void *context, const struct arrival *arrival)
{
	struct memory *memory = context;
	enum skerry_err err;

	if (is_there(memory, arrival->file))
		return SKERRY_OK;
	if (arrival->last_at != LICENSE_NEVER && arrival->last_at <= clock_settled(&memory->clock))
		return memory_tell(memory, "document.gone", arrival->file, "%s", "");
	err = put_back(memory, arrival);
	if (err != SKERRY_OK)
		return err;
	memory->news.files_healed++;
	return memory_tell(memory, "document.healed", arrival->file, "%s", "");
}

static enum skerry_err
find_missing(void *context, const char *file)
{
	return is_there(context, file) ? SKERRY_OK : SKERRY_ERR_FILE_MISSING;
}

enum skerry_err
healing_put_back(struct memory *memory)
{
	enum skerry_err err = arrivals_each_name(memory->store, find_missing, memory);

	if (err != SKERRY_ERR_FILE_MISSING)
		return err;
	err = memory_begin(memory);
	if (err == SKERRY_OK)
		err = arrivals_each(memory->store, heal_one, memory);
	if (err == SKERRY_OK)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}

/* --- one that is damaged --------------------------------------------------------------------- */

struct damaged {
	struct memory *memory;
	const char *file;
};

/* Whether the file holds what its row does: then the row is of no more use. */
static bool
is_same(const struct memory *memory, const struct arrival *arrival)
{
	uint8_t *bytes;
	size_t len;
	bool same;

	if (untrusted_file_read_at(memory->documents.directory, arrival->file, arrival->bytes.len,
		    &bytes, &len) != SKERRY_OK)
		return false;
	same = cbor_bytes_same(arrival->bytes, (struct cbor_bytes){ bytes, len });
	free(bytes);
	return same;
}

static enum skerry_err
heal_that(void *context, const struct arrival *arrival)
{
	const struct damaged *damaged = context;
	struct memory *memory = damaged->memory;
	enum skerry_err err;

	if (strcmp(arrival->file, damaged->file) != 0 || is_same(memory, arrival))
		return SKERRY_OK;
	err = put_back(memory, arrival);
	if (err != SKERRY_OK)
		return err;
	memory->news.files_healed++;
	return memory_tell(memory, "document.healed", arrival->file, "cause=damaged");
}

enum skerry_err
healing_put_back_damaged(struct memory *memory, const char *file)
{
	struct damaged damaged = { memory, file };
	size_t before = memory->news.files_healed;
	enum skerry_err err;

	if (memory->store == NULL || !memory->writes)
		return SKERRY_OK;
	err = memory_begin(memory);
	if (err == SKERRY_OK)
		err = arrivals_each(memory->store, heal_that, &damaged);
	if (err == SKERRY_OK && memory->news.files_healed > before)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}
