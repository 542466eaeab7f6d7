/* SPDX-License-Identifier: ISC */
#include "site_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup_file.h"
#include "clock_file.h"
#include "identity.h"
#include "kept_files.h"
#include "keys/random.h"
#include "restored.h"
#include "schema.h"
#include "telemetry.h"
#include "verifier/decide/clock_record.h"

#define NEW_FILE ".skerry-restored.db"

enum { PATH_LEN_MAX = 4096 };

static enum skerry_err
run(struct store *store, const char *sql)
{
	struct store_query q;

	store_query(store, &q, sql);
	return store_run(&q);
}

/* errno tells why what was done before has failed. */
static void
close_store(struct store *store)
{
	int saved = errno;

	store_close(store);
	errno = saved;
}

static void
remove_file(const char *path)
{
	int saved = errno;

	unlink(path);
	errno = saved;
}

/* Into a file that is there and empty, so that its mode is the one that it was made with. */
static enum skerry_err
copy_database(struct store *store, const char *path)
{
	struct store_query q;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && (errno == EACCES || errno == EPERM))
		return SKERRY_ERR_FILE_PERMISSION;
	if (fd < 0)
		return errno == ENOENT ? SKERRY_ERR_FILE_MISSING : SKERRY_ERR_IO;
	close(fd);
	store_query(store, &q, "VACUUM INTO ?");
	store_bind_text(&q, path);
	return store_run(&q);
}

/* --- writing --------------------------------------------------------------------------------- */

static enum skerry_err
add_files(const struct documents *documents, const char *path, bool *ret_at_site)
{
	struct store *copy = NULL;
	enum skerry_err err = store_open(path, &SITE_SCHEMA, &copy);

	if (err == SKERRY_OK)
		err = store_begin(copy);
	if (err == SKERRY_OK)
		err = kept_files_add(copy, documents, ret_at_site);
	if (err == SKERRY_OK)
		err = store_commit(copy);
	close_store(copy);
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

static enum skerry_err
write_copy(struct memory *memory, const char *temporary, bool *ret_at_site)
{
	enum skerry_err err = copy_database(memory->store, temporary);

	/* What is read of the site's is all that can be damaged. */
	*ret_at_site = err == SKERRY_ERR_STORE_DAMAGED;
	if (err == SKERRY_OK)
		err = add_files(&memory->documents, temporary, ret_at_site);
	return err == SKERRY_OK ? backup_file_end(temporary) : err;
}

enum skerry_err
site_backup_write(struct memory *memory, const char *path, bool force,
	struct site_backup_written *ret_written)
{
	char temporary[PATH_LEN_MAX], id[37];
	struct stat status;
	enum skerry_err err;
	int saved;

	*ret_written = (struct site_backup_written){ .unrecorded = SKERRY_OK };
	random_uuid(id);
	id[8] = '\0';
	if (snprintf(temporary, sizeof temporary, "%s.%s.part", path, id) >= PATH_LEN_MAX)
		return SKERRY_ERR_ARGUMENT;
	if (!force && lstat(path, &status) == 0)
		return SKERRY_ERR_FILE_EXISTS;
	ret_written->at_site = memory->store == NULL;
	if (memory->store == NULL)
		return memory->trouble == SKERRY_OK ? SKERRY_ERR_STORE_MISSING : memory->trouble;
	ret_written->unrecorded = tell_backup(memory);
	err = writer_step_out(&memory->documents.writer);
	if (err == SKERRY_OK)
		err = write_copy(memory, temporary, &ret_written->at_site);
	if (err == SKERRY_OK)
		err = take_name(temporary, path, force);
	if (err != SKERRY_OK)
		remove_file(temporary);
	saved = errno;
	writer_step_in(&memory->documents.writer);
	errno = saved;
	return err;
}

/* --- restoring ------------------------------------------------------------------------------- */

/*
 * It comes from outside: whole, made by this program, and sealed by the site whose key is in it. A journal
 * that was broken when it was backed up is no reason to lose all the rest; *ret_broken_seq tells.
 */
static enum skerry_err
check_backup(struct store *backup, uint8_t ret_key[SEAL_KEY_LEN], int64_t *ret_broken_seq)
{
	struct memory pages = { .store = backup };
	uint8_t tables[HASH_LEN];
	struct cbor_bytes bytes;
	struct store_query q;
	enum skerry_err err = seal_check_plain(backup);

	*ret_broken_seq = 0;
	if (err == SKERRY_OK)
		err = memory_check(&pages, ret_broken_seq);
	if (err == SKERRY_ERR_AUDIT_CHAIN)
		err = SKERRY_OK;
	if (err == SKERRY_OK)
		err = kept_files_check(backup);
	if (err == SKERRY_OK)
		err = kept_files_read(backup, KEPT_FILES_KEY, &q, &bytes);
	if (err != SKERRY_OK)
		return err;
	seal_key(bytes.data, bytes.len, ret_key);
	err = store_done(&q);
	return err == SKERRY_OK ? seal_check(backup, ret_key, tables) : err;
}

/* What this program did not write lacks a table or two. */
static enum skerry_err
as_told(enum skerry_err err)
{
	return err == SKERRY_ERR_STORE_DAMAGED || err == SKERRY_ERR_STORE ? SKERRY_ERR_FILE_DAMAGED
									  : err;
}

static enum skerry_err
open_backup(const char *path, struct store **ret_backup, uint8_t ret_key[SEAL_KEY_LEN],
	int64_t *ret_broken_seq)
{
	struct store *backup = NULL;
	enum skerry_err err = backup_file_check(path);

	if (err == SKERRY_OK)
		err = store_open_to_read(path, &SITE_SCHEMA, &backup);
	if (err == SKERRY_OK)
		err = check_backup(backup, ret_key, ret_broken_seq);
	if (err == SKERRY_OK)
		*ret_backup = backup;
	else
		close_store(backup);
	return err;
}

enum skerry_err
site_backup_check(const char *path)
{
	uint8_t key[SEAL_KEY_LEN] = { 0 };
	struct store *backup = NULL;
	int64_t broken_seq;
	enum skerry_err err = open_backup(path, &backup, key, &broken_seq);

	store_close(backup);
	explicit_bzero(key, sizeof key);
	return as_told(err);
}

/*
 * Whether the folder is another installation's; *ret_here whether it is one at all. An install id or a
 * site key that is damaged, or was made anew, makes it none: one of the two is enough.
 */
static enum skerry_err
compare_site(const struct documents *documents, struct store *backup, bool *ret_here)
{
	bool same_id = false, same_key = false;
	struct identity identity;
	const char *file;
	enum skerry_err err = kept_files_same(documents, backup, KEPT_FILES_ID, &same_id);

	if (err == SKERRY_OK)
		err = kept_files_same(documents, backup, KEPT_FILES_KEY, &same_key);
	if (err != SKERRY_OK)
		return err;
	*ret_here = faccessat(documents->directory, KEPT_FILES_ID, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	/* A folder that cannot say who it is is nobody else's. */
	if (*ret_here && !same_id && !same_key &&
		identity_load(documents, &identity, &file) == SKERRY_OK)
		return SKERRY_ERR_OTHER_SITE;
	return SKERRY_OK;
}

/* --- the new database ------------------------------------------------------------------------ */

/* The backup's time; the folder's own is joined to it when it is opened. */
static enum skerry_err
read_clock(struct store *copy, struct clock *ret_clock)
{
	struct store_query q;
	enum skerry_err err = SKERRY_ERR_STORE_DAMAGED, query_err;
	size_t offset;

	store_query(copy, &q, "SELECT clock FROM memory");
	if (store_step(&q)) {
		struct cbor_bytes record = store_bytes(&q, 0);

		if (clock_record_read(record.data, record.len, ret_clock, &offset) == SKERRY_OK)
			err = SKERRY_OK;
	}
	query_err = store_done(&q);
	return query_err == SKERRY_OK ? err : query_err;
}

/*
 * In place of a site that went on: what matched at the time of the backup may not have matched since,
 * and no new grace begins by putting it back.
 */
static enum skerry_err
doubt_conditions(struct store *copy)
{
	enum skerry_err err = run(copy, "DELETE FROM condition WHERE since IS NULL");

	return err == SKERRY_OK ? run(copy, "UPDATE document SET found = 1") : err;
}

/* That an older state was put back before is not over. */
static enum skerry_err
keep_rollback(const struct memory *place, struct store *copy)
{
	struct clock clock;
	struct store_query q;
	int64_t since;

	if (clock_file_read(&place->documents, place->seal_key, &clock, &since) != SKERRY_OK ||
		since == LICENSE_NEVER)
		return SKERRY_OK;
	store_query(
		copy, &q, "UPDATE memory SET rollback_since = min(ifnull(rollback_since, ?1), ?1)");
	store_bind_int_at(&q, 1, since);
	return store_run(&q);
}

/* The mark that is written next, and no other, is the one to compare with. */
static enum skerry_err
seal_again(const struct memory *place, struct store *copy)
{
	uint8_t tables[HASH_LEN];
	enum skerry_err err = run(copy, "UPDATE memory SET marked = 0");

	if (err == SKERRY_OK)
		err = seal_read_tables(copy, tables);
	return err == SKERRY_OK ? seal_write(copy, place->seal_key, tables) : err;
}

/* What was here before is told in the entry: the mark's number, 0 for none. */
static enum skerry_err
tell_restored(const struct memory *place, struct store *copy, const struct mark *before,
	const struct clock *clock, struct site_backup_restored *restored)
{
	const struct journal_moment moment = { .settled = clock_settled(clock) };
	struct journal_head head;
	enum skerry_err err = store_begin(copy);

	if (err == SKERRY_OK)
		err = run(copy, "DROP TABLE kept_file");
	if (err == SKERRY_OK)
		err = journal_read_head(copy, &head);
	if (err == SKERRY_OK)
		err = restored_tell(copy, &moment, before);
	if (err == SKERRY_OK && (before->seq != 0 || restored->here))
		err = doubt_conditions(copy);
	/* The customer may have denied since what was allowed then. */
	if (err == SKERRY_OK)
		err = telemetry_doubt(copy, &restored->consents_lost);
	if (err == SKERRY_OK)
		err = keep_rollback(place, copy);
	if (err == SKERRY_OK)
		err = seal_again(place, copy);
	if (err == SKERRY_OK)
		err = store_commit(copy);
	if (err == SKERRY_OK)
		restored->seq = head.seq;
	return err;
}

static enum skerry_err
read_new_mark(const struct memory *place, struct store *copy, const struct clock *clock,
	struct mark *ret_mark)
{
	struct journal_head head;
	enum skerry_err err = journal_read_head(copy, &head);

	if (err == SKERRY_OK) {
		*ret_mark = (struct mark){ .seq = head.seq, .at = clock->ran };
		memcpy(ret_mark->hash, head.hash, HASH_LEN);
		seal_mark(ret_mark, place->seal_key);
	}
	return err;
}

/* Makes the new database beside the old one; *ret_mark is to be the mark. */
static enum skerry_err
prepare(const struct memory *place, struct store *backup, struct mark *ret_mark,
	struct site_backup_restored *restored)
{
	char path[MEMORY_PATH_MAX];
	struct mark before = { 0 };
	struct clock clock;
	struct store *copy = NULL;
	enum skerry_err err;

	memory_path(place, NEW_FILE, path);
	unlink(path);
	if (memory_read_mark(place, &before) != SKERRY_OK)
		before = (struct mark){ 0 };
	err = copy_database(backup, path);
	if (err == SKERRY_OK)
		err = store_open(path, &SITE_SCHEMA, &copy);
	if (err == SKERRY_OK)
		err = read_clock(copy, &clock);
	if (err == SKERRY_OK)
		err = tell_restored(place, copy, &before, &clock, restored);
	if (err == SKERRY_OK)
		err = read_new_mark(place, copy, &clock, ret_mark);
	/* For this connection's closing to leave one file behind, and the next to log ahead. */
	if (err == SKERRY_OK)
		err = run(copy, "PRAGMA journal_mode = WAL");
	close_store(copy);
	if (err != SKERRY_OK)
		remove_file(path);
	return err;
}

/* After a kill between the two the next opening writes the mark (restored.h). */
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
site_backup_restore(const struct documents *documents, const char *path,
	struct site_backup_restored *ret_restored)
{
	struct memory place = { .documents = *documents };
	struct site_backup_restored restored = { .seq = 0 };
	struct store *backup = NULL;
	struct mark mark;
	enum skerry_err err;

	/* It may be one that only root can read. */
	err = writer_step_out(&documents->writer);
	if (err == SKERRY_OK)
		err = open_backup(path, &backup, place.seal_key, &restored.broken_seq);
	if (err == SKERRY_OK)
		err = compare_site(documents, backup, &restored.here);
	if (writer_step_in(&documents->writer) != SKERRY_OK && err == SKERRY_OK)
		err = SKERRY_ERR_FILE_PERMISSION;
	if (err == SKERRY_OK)
		err = prepare(&place, backup, &mark, &restored);
	if (err == SKERRY_OK)
		err = put_in_place(&place, &mark);
	if (err == SKERRY_OK)
		err = kept_files_write(documents, backup);
	close_store(backup);
	if (err == SKERRY_OK)
		*ret_restored = restored;
	explicit_bzero(place.seal_key, sizeof place.seal_key);
	return as_told(err);
}
