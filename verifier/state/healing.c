/* SPDX-License-Identifier: ISC */
#include "healing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder_files.h"
#include "keys/untrusted_file.h"

static bool
is_there(const struct memory *memory, const char *name)
{
	return faccessat(memory->documents.directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static enum skerry_err
put_back(struct memory *memory, const struct arrival *arrival)
{
	struct cbor_bytes bytes = arrival->bytes;

	if (strcmp(arrival->file, DOCUMENTS_ANCHOR) == 0)
		return documents_put_anchor(&memory->documents, bytes.data, bytes.len);
	return folder_files_put_path(
		memory->documents.directory, arrival->file, bytes.data, bytes.len);
}

/* A license that is over, and that somebody took out, stays out. */
static enum skerry_err
heal_one(void *context, const struct arrival *arrival)
{
	struct memory *memory = context;
	enum skerry_err err;

	if (is_there(memory, arrival->file))
		return SKERRY_OK;
	/* Whoever took it in was stopped before it was a file; that it came is told. */
	if (arrival->unfiled)
		return put_back(memory, arrival);
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

static enum skerry_err
look_for_work(struct memory *memory, bool *ret_unfiled, bool *ret_missing)
{
	enum skerry_err err = arrivals_any_unfiled(memory->store, ret_unfiled);

	if (err == SKERRY_OK)
		err = arrivals_each_name(memory->store, find_missing, memory);
	*ret_missing = err == SKERRY_ERR_FILE_MISSING;
	return *ret_missing ? SKERRY_OK : err;
}

enum skerry_err
healing_put_back(struct memory *memory)
{
	bool unfiled = false, missing = false;
	enum skerry_err err = look_for_work(memory, &unfiled, &missing);

	if (err != SKERRY_OK || (!unfiled && !missing))
		return err;
	err = memory_begin(memory);
	if (err == SKERRY_OK && missing)
		err = arrivals_each(memory->store, heal_one, memory);
	if (err == SKERRY_OK && unfiled)
		err = arrivals_all_filed(memory->store);
	if (err == SKERRY_OK)
		err = memory_commit(memory, memory->told > 0);
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
