/* SPDX-License-Identifier: ISC */
#include "backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/atomic_file.h"
#include "keys/random.h"
#include "keys/untrusted_file.h"
#include "schema.h"
#include "telemetry.h"

#define NEW_FILE ".skerry-restored.db"

enum { FILE_BYTES_MAX = 1 << 20, PATH_LEN_MAX = 4096 };

/* The anchor last: with it a folder is a site. */
static const char *const FILES[] = { "site.key", "opening.key", "install-id", "trust.manifest" };

static enum skerry_err
run(struct store *store, const char *sql)
{
	struct store_query q;

	store_query(store, &q, sql);
	return store_run(&q);
}

/* Into a file that is there and empty, so that its mode is the one that it was made with. */
static enum skerry_err
copy_database(struct store *store, const char *path)
{
	struct store_query q;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == ENOENT ? SKERRY_ERR_FILE_MISSING : SKERRY_ERR_IO;
	close(fd);
	store_query(store, &q, "VACUUM INTO ?");
	store_bind_text(&q, path);
	return store_run(&q);
}

/* --- writing --------------------------------------------------------------------------------- */

static enum skerry_err
put_file(struct store *copy, const struct documents *documents, const char *name)
{
	struct store_query q;
	uint8_t *bytes;
	size_t len;
	enum skerry_err err =
		untrusted_file_read_at(documents->directory, name, FILE_BYTES_MAX, &bytes, &len);

	if (err != SKERRY_OK)
		return err;
	store_query(copy, &q, "INSERT INTO kept_file VALUES (?, ?)");
	store_bind_text(&q, name);
	store_bind_bytes(&q, bytes, len);
	err = store_run(&q);
	untrusted_file_free_secret(bytes, len);
	return err;
}

static enum skerry_err
add_files(const struct documents *documents, const char *path)
{
	struct store *copy = NULL;
	enum skerry_err err = store_open(path, &SITE_SCHEMA, &copy);

	if (err == SKERRY_OK)
		err = store_begin(copy);
	if (err == SKERRY_OK)
		err = run(copy, "CREATE TABLE kept_file (name TEXT PRIMARY KEY,"
				" bytes BLOB NOT NULL) STRICT");
	for (size_t i = 0; i < sizeof FILES / sizeof *FILES && err == SKERRY_OK; i++)
		err = put_file(copy, documents, FILES[i]);
	if (err == SKERRY_OK)
		err = store_commit(copy);
	store_close(copy);
	return err;
}

static enum skerry_err
take_name(const char *temporary, const char *path, bool force)
{
	int fd = open(temporary, O_RDONLY | O_CLOEXEC), moved;
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	if (!synced)
		return SKERRY_ERR_IO;
	moved = force ? rename(temporary, path)
		      : renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE);
	if (moved != 0)
		return errno == EEXIST ? SKERRY_ERR_FILE_EXISTS : SKERRY_ERR_IO;
	return SKERRY_OK;
}

static enum skerry_err
tell_backup(struct memory *memory)
{
	enum skerry_err err = memory_begin(memory);

	if (err == SKERRY_OK)
		err = memory_tell(memory, "state.backup", MEMORY_FILE, "%s", "");
	if (err == SKERRY_OK)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}

enum skerry_err
backup_write(struct memory *memory, const char *path, bool force)
{
	char temporary[PATH_LEN_MAX], id[37];
	struct stat status;
	enum skerry_err err;

	random_uuid(id);
	id[8] = '\0';
	if (snprintf(temporary, sizeof temporary, "%s.%s.part", path, id) >= PATH_LEN_MAX)
		return SKERRY_ERR_ARGUMENT;
	if (!force && lstat(path, &status) == 0)
		return SKERRY_ERR_FILE_EXISTS;
	err = tell_backup(memory);
	if (err == SKERRY_OK)
		err = writer_step_out(&memory->documents.writer);
	if (err == SKERRY_OK)
		err = copy_database(memory->store, temporary);
	if (err == SKERRY_OK)
		err = add_files(&memory->documents, temporary);
	if (err == SKERRY_OK)
		err = take_name(temporary, path, force);
	if (err != SKERRY_OK)
		unlink(temporary);
	writer_step_in(&memory->documents.writer);
	return err;
}

/* --- restoring ------------------------------------------------------------------------------- */

static enum skerry_err
read_kept(
	struct store *backup, const char *name, struct store_query *q, struct cbor_bytes *ret_bytes)
{
	store_query(backup, q, "SELECT bytes FROM kept_file WHERE name = ?");
	store_bind_text(q, name);
	if (store_step(q)) {
		*ret_bytes = store_bytes(q, 0);
		return SKERRY_OK;
	}
	store_done(q);
	return SKERRY_ERR_FILE_DAMAGED;
}

/* Whether the folder is another installation's; *ret_here whether it is one at all. */
static enum skerry_err
compare_site(const struct documents *documents, struct store *backup, bool *ret_here)
{
	struct cbor_bytes kept;
	struct store_query q;
	uint8_t *bytes;
	size_t len;
	enum skerry_err err = read_kept(backup, "install-id", &q, &kept);

	if (err != SKERRY_OK)
		return err;
	*ret_here = untrusted_file_read_at(documents->directory, "install-id", 64, &bytes, &len) ==
		    SKERRY_OK;
	if (*ret_here) {
		if (!cbor_bytes_same(kept, (struct cbor_bytes){ bytes, len }))
			err = SKERRY_ERR_OTHER_SITE;
		free(bytes);
	}
	store_done(&q);
	return err;
}

static enum skerry_err
write_kept(const struct documents *documents, struct store *backup)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sizeof FILES / sizeof *FILES && err == SKERRY_OK; i++) {
		struct cbor_bytes bytes;
		struct store_query q;

		err = read_kept(backup, FILES[i], &q, &bytes);
		if (err != SKERRY_OK)
			break;
		err = atomic_file_write_at(
			documents->directory, FILES[i], bytes.data, bytes.len, 0600, true);
		store_done(&q);
	}
	return err;
}

static enum skerry_err
read_mark(const struct memory *memory, struct mark *ret_mark)
{
	struct mark_file file = { .fd = -1 };
	char path[MEMORY_PATH_MAX];
	enum skerry_err err;

	memory_path(memory, MEMORY_MARK_FILE, path);
	err = mark_file_open(path, false, &file);
	if (err == SKERRY_OK)
		err = mark_file_read(&file, ret_mark);
	mark_file_close(&file);
	return err;
}

/* What was here before is told in the entry: the mark's number, 0 for none. */
static enum skerry_err
tell_restored(struct store *copy, const struct mark *before, struct backup_restored *restored)
{
	const struct journal_moment moment = { .settled = before->at };
	struct journal_head head;
	enum skerry_err err = store_begin(copy);

	if (err == SKERRY_OK)
		err = run(copy, "DROP TABLE kept_file");
	if (err == SKERRY_OK)
		err = journal_read_head(copy, &head);
	if (err == SKERRY_OK)
		err = journal_append(copy, &moment, "state.restored", MEMORY_FILE,
			"mark=%" PRId64 " journal=%" PRId64, before->seq, head.seq);
	/*
	 * In place of a site that went on: what matched at the time of the backup may not have matched
	 * since, and no new grace begins by putting it back.
	 */
	if (err == SKERRY_OK && before->seq != 0)
		err = run(copy, "DELETE FROM condition WHERE since IS NULL");
	if (err == SKERRY_OK && before->seq != 0)
		err = run(copy, "UPDATE document SET found = 1");
	/* The customer may have denied since what was allowed then. */
	if (err == SKERRY_OK)
		err = telemetry_doubt(copy, &restored->consents_lost);
	/* The mark that is written next, and no other, is the one to compare with. */
	if (err == SKERRY_OK)
		err = run(copy, "UPDATE memory SET marked = 0");
	if (err == SKERRY_OK)
		err = store_commit(copy);
	if (err == SKERRY_OK)
		restored->seq = head.seq;
	return err;
}

static enum skerry_err
read_new_head(struct store *copy, int64_t at, struct mark *ret_mark)
{
	struct journal_head head;
	enum skerry_err err = journal_read_head(copy, &head);

	if (err == SKERRY_OK) {
		*ret_mark = (struct mark){ .seq = head.seq, .at = at };
		memcpy(ret_mark->hash, head.hash, HASH_LEN);
	}
	return err;
}

/* Makes the new database beside the old one; *ret_mark is to be the mark. */
static enum skerry_err
prepare(const struct memory *memory, struct store *backup, struct mark *ret_mark,
	struct backup_restored *restored)
{
	char path[MEMORY_PATH_MAX];
	struct mark before = { 0 };
	struct store *copy = NULL;
	enum skerry_err err;

	memory_path(memory, NEW_FILE, path);
	unlink(path);
	if (read_mark(memory, &before) != SKERRY_OK)
		before = (struct mark){ 0 };
	err = copy_database(backup, path);
	if (err == SKERRY_OK)
		err = store_open(path, &SITE_SCHEMA, &copy);
	if (err == SKERRY_OK)
		err = tell_restored(copy, &before, restored);
	if (err == SKERRY_OK)
		err = read_new_head(copy, before.at, ret_mark);
	/* For this connection's closing to leave one file behind, and the next to log ahead. */
	if (err == SKERRY_OK)
		err = run(copy, "PRAGMA journal_mode = WAL");
	store_close(copy);
	if (err != SKERRY_OK)
		unlink(path);
	return err;
}

/* A kill between the two is told at the next opening as an older copy: it is one. */
static enum skerry_err
put_in_place(const struct memory *memory, const struct mark *mark)
{
	int directory = memory->documents.directory;
	struct mark_file file = { .fd = -1 };
	char path[MEMORY_PATH_MAX];
	enum skerry_err err;

	unlinkat(directory, MEMORY_FILE "-wal", 0);
	unlinkat(directory, MEMORY_FILE "-shm", 0);
	if (renameat(directory, NEW_FILE, directory, MEMORY_FILE) != 0 || fsync(directory) != 0)
		return SKERRY_ERR_IO;
	memory_path(memory, MEMORY_MARK_FILE, path);
	err = mark_file_open(path, true, &file);
	if (err == SKERRY_OK)
		err = mark_file_replace(&file, mark);
	mark_file_close(&file);
	return err;
}

enum skerry_err
backup_restore(
	const struct documents *documents, const char *path, struct backup_restored *ret_restored)
{
	const struct memory place = { .documents = *documents };
	struct backup_restored restored = { .seq = 0 };
	struct store *backup = NULL;
	struct mark mark;
	enum skerry_err err;

	/* It may be one that only root can read. */
	err = writer_step_out(&documents->writer);
	if (err == SKERRY_OK)
		err = store_open_to_read(path, &SITE_SCHEMA, &backup);
	if (err == SKERRY_OK)
		err = compare_site(documents, backup, &restored.here);
	if (writer_step_in(&documents->writer) != SKERRY_OK && err == SKERRY_OK)
		err = SKERRY_ERR_FILE_PERMISSION;
	if (err == SKERRY_OK)
		err = prepare(&place, backup, &mark, &restored);
	if (err == SKERRY_OK)
		err = put_in_place(&place, &mark);
	if (err == SKERRY_OK)
		err = write_kept(documents, backup);
	store_close(backup);
	if (err == SKERRY_OK)
		*ret_restored = restored;
	return err == SKERRY_ERR_STORE_DAMAGED ? SKERRY_ERR_FILE_DAMAGED : err;
}
