/* SPDX-License-Identifier: ISC */
/*
 * Why VACUUM INTO: one statement that copies a consistent state while others write, and leaves the
 * free pages out. It does not sync what it wrote, so that is done here before the file gets its
 * name.
 */
#include "backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "issuer/desk/audit.h"
#include "keys/atomic_file.h"
#include "keys/file_error.h"
#include "keys/untrusted_file.h"

static const char OPEN_KEY[] = "desk.key";

enum { COPY_BYTES = 1 << 16, NAME_MAX_LEN = 32, KID_DIGITS = 2 * COSE_KID_LEN };

static enum skerry_err
run(struct desk *desk, const char *sql)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	return store_run(&q);
}

enum skerry_err
backup_check(struct desk *desk)
{
	struct store_query q;
	int64_t seq;
	bool whole = false;
	enum skerry_err err;

	store_query(desk->store, &q, "PRAGMA integrity_check(1)");
	if (store_step(&q)) {
		const char *said = store_chars(&q, 0);

		whole = said != NULL && strcmp(said, "ok") == 0;
	}
	err = store_done(&q);
	if (err == SKERRY_OK && !whole)
		err = SKERRY_ERR_STORE_DAMAGED;
	return err == SKERRY_OK ? audit_chain_holds(desk->store, &seq) : err;
}

/* --- making one --- */

static enum skerry_err
insert_file(struct desk *copy, const char *name, const uint8_t *bytes, size_t len)
{
	struct store_query q;

	store_query(copy->store, &q, "INSERT INTO backup_file (name, bytes) VALUES (?, ?)");
	store_bind_text(&q, name);
	store_bind_bytes(&q, bytes, len);
	return store_run(&q);
}

/* A key whose file was taken away, as that of a trial root, is missing in the backup too. */
static enum skerry_err
pack_file(struct desk *desk, struct desk *copy, const char *name, bool *ret_there)
{
	char path[DESK_PATH_MAX];
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum skerry_err err = desk_file(desk, name, path);

	if (err == SKERRY_OK)
		err = untrusted_file_read_secret(path, KEY_FILE_MAX, &bytes, &len);
	*ret_there = err == SKERRY_OK;
	if (err == SKERRY_ERR_FILE_MISSING)
		return SKERRY_OK;
	if (err != SKERRY_OK)
		return desk_refuse(desk, err, path, "%s", skerry_err_advice(err));
	err = insert_file(copy, name, bytes, len);
	untrusted_file_free_secret(bytes, len);
	return err;
}

static enum skerry_err
pack_keys(struct desk *desk, struct desk *copy, struct backup_made *made)
{
	char name[NAME_MAX_LEN], kid[KID_DIGITS + 1];
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;
	bool there;

	store_query(copy->store, &q, "SELECT kid FROM desk_key ORDER BY added_at, kid");
	while (err == SKERRY_OK && store_step(&q)) {
		struct cbor_bytes bytes = store_bytes(&q, 0);

		if (bytes.len != COSE_KID_LEN) {
			err = SKERRY_ERR_STORE_DAMAGED;
			break;
		}
		vault_kid_text(bytes.data, kid);
		snprintf(name, sizeof name, "keys/%s.key", kid);
		err = pack_file(desk, copy, name, &there);
		made->keys += there;
		made->missing += !there;
	}
	done = store_done(&q);
	return err != SKERRY_OK ? err : done;
}

static enum skerry_err
pack(struct desk *desk, struct desk *copy, struct backup_made *made)
{
	struct audit_head head;
	struct store_query q;
	enum skerry_err err = audit_read_head(copy->store, &head);

	if (err == SKERRY_OK)
		err = store_begin(copy->store);
	if (err == SKERRY_OK)
		err = run(copy, "DROP TABLE IF EXISTS backup");
	if (err == SKERRY_OK)
		err = run(copy, "DROP TABLE IF EXISTS backup_file");
	if (err == SKERRY_OK)
		err = run(copy, "CREATE TABLE backup (id INTEGER PRIMARY KEY CHECK (id = 1),"
				" made_at INTEGER NOT NULL) STRICT");
	if (err == SKERRY_OK)
		err = run(copy, "CREATE TABLE backup_file (name TEXT PRIMARY KEY,"
				" bytes BLOB NOT NULL) STRICT");
	if (err == SKERRY_OK)
		err = pack_file(desk, copy, OPEN_KEY, &made->open);
	if (err == SKERRY_OK)
		err = pack_keys(desk, copy, made);
	if (err != SKERRY_OK)
		return err;
	store_query(copy->store, &q, "INSERT INTO backup (id, made_at) VALUES (1, ?)");
	store_bind_int(&q, desk_clock(desk));
	err = store_run(&q);
	if (err == SKERRY_OK)
		err = store_commit(copy->store);
	made->seq = head.seq;
	made->at = head.at;
	return err;
}

static enum skerry_err
copy_database(struct desk *desk, const char *to)
{
	struct store_query q;

	store_query(desk->store, &q, "VACUUM INTO ?");
	store_bind_text(&q, to);
	return store_run(&q);
}

/* The copy as a desk of its own, so that what reads a desk reads it; its files are elsewhere. */
static enum skerry_err
fill(struct desk *desk, const char *path, struct backup_made *made)
{
	struct desk copy = { .store = NULL };
	enum skerry_err err = store_open(path, &DESK_SCHEMA, &copy.store);

	if (err != SKERRY_OK)
		return err;
	err = pack(desk, &copy, made);
	if (err == SKERRY_OK)
		err = backup_check(&copy);
	store_rollback(copy.store);
	desk_close(&copy);
	return err;
}

static enum skerry_err
sync_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return synced ? SKERRY_OK : SKERRY_ERR_IO;
}

static enum skerry_err
check_target(struct desk *desk, const char *path, bool force)
{
	char own[DESK_PATH_MAX];
	struct stat status, database;

	if (lstat(path, &status) != 0)
		return SKERRY_OK; /* what else is wrong with it shows when it is made */
	if (!S_ISREG(status.st_mode))
		return SKERRY_ERR_FILE_NOT_REGULAR;
	if (desk_file(desk, "issuer.db", own) == SKERRY_OK && stat(own, &database) == 0 &&
		database.st_dev == status.st_dev && database.st_ino == status.st_ino)
		return desk_refuse(desk, SKERRY_ERR_FILE_EXISTS, path,
			"That is the desk's own database. Take another name, best on another "
			"disk.");
	return force ? SKERRY_OK : SKERRY_ERR_FILE_EXISTS;
}

/* As atomic_file.h does it, for a file that somebody else writes. */
static enum skerry_err
take_name(const char *temporary, const char *path, bool force)
{
	int moved;

	if (force)
		moved = rename(temporary, path);
	else
		moved = renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE);
	if (moved != 0 && !force && (errno == EINVAL || errno == ENOSYS))
		moved = link(temporary, path) == 0 ? unlink(temporary) : -1;
	if (moved != 0)
		return errno == EEXIST ? SKERRY_ERR_FILE_EXISTS : SKERRY_ERR_IO;
	return SKERRY_OK;
}

static void
split_path(const char *path, char ret_folder[DESK_PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		snprintf(ret_folder, DESK_PATH_MAX, ".");
	else
		snprintf(ret_folder, DESK_PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path),
			path);
}

static enum skerry_err
make_temporary(const char *folder, char ret_path[DESK_PATH_MAX])
{
	int fd;

	if (snprintf(ret_path, DESK_PATH_MAX, "%s/.skerry-backup-XXXXXX", folder) >= DESK_PATH_MAX)
		return SKERRY_ERR_FILE_MISSING;
	fd = mkostemp(ret_path, O_CLOEXEC);
	if (fd < 0)
		return file_error();
	close(fd);
	return SKERRY_OK;
}

enum skerry_err
backup_write(struct desk *desk, const char *path, bool force, struct backup_made *ret_made)
{
	char temporary[DESK_PATH_MAX], folder[DESK_PATH_MAX];
	struct backup_made made = { .seq = 0 };
	int saved;
	enum skerry_err err = check_target(desk, path, force);

	if (err != SKERRY_OK)
		return err;
	split_path(path, folder);
	err = make_temporary(folder, temporary);
	if (err != SKERRY_OK)
		return err;
	err = copy_database(desk, temporary);
	if (err == SKERRY_OK)
		err = fill(desk, temporary, &made);
	if (err == SKERRY_OK)
		err = sync_file(temporary);
	if (err == SKERRY_OK)
		err = take_name(temporary, path, force);
	if (err != SKERRY_OK) {
		saved = errno;
		unlink(temporary);
		errno = saved;
		return err;
	}
	*ret_made = made;
	return sync_file(folder);
}

/* --- reading one --- */

static enum skerry_err
copy_bytes(int from, int to)
{
	uint8_t *buffer = malloc(COPY_BYTES);
	ssize_t got = 0;
	bool good = buffer != NULL;

	while (good && (got = read(from, buffer, COPY_BYTES)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		for (ssize_t done = 0; good && done < got;) {
			ssize_t put = write(to, buffer + done, (size_t)(got - done));

			good = put > 0 || (put < 0 && errno == EINTR);
			done += put > 0 ? put : 0;
		}
		good = good && got > 0;
	}
	free(buffer);
	return buffer == NULL ? SKERRY_ERR_NO_MEMORY : good ? SKERRY_OK : SKERRY_ERR_IO;
}

static enum skerry_err
open_regular(const char *path, int *ret_fd)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat status;

	if (fd < 0)
		return file_error();
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		close(fd);
		return SKERRY_ERR_FILE_NOT_REGULAR;
	}
	*ret_fd = fd;
	return SKERRY_OK;
}

enum skerry_err
backup_copy(const char *file, const char *folder)
{
	char path[DESK_PATH_MAX];
	int from = -1, to, saved;
	enum skerry_err err = open_regular(file, &from);

	if (err != SKERRY_OK)
		return err;
	to = snprintf(path, sizeof path, "%s/issuer.db", folder) < DESK_PATH_MAX
		     ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)
		     : -1;
	err = to < 0 ? SKERRY_ERR_IO : copy_bytes(from, to);
	if (err == SKERRY_OK && fsync(to) != 0)
		err = SKERRY_ERR_IO;
	saved = errno;
	if (to >= 0)
		close(to);
	close(from);
	errno = saved;
	return err;
}

/* "desk.key", "keys/0123456789abcdef.key": no other name is ever written to. */
static bool
is_name(const char *name)
{
	if (name == NULL)
		return false;
	if (strcmp(name, OPEN_KEY) == 0)
		return true;
	return strncmp(name, "keys/", 5) == 0 &&
	       strspn(name + 5, "0123456789abcdef") == KID_DIGITS &&
	       strcmp(name + 5 + KID_DIGITS, ".key") == 0;
}

static enum skerry_err
unpack_files(struct desk *desk, bool replace)
{
	char path[DESK_PATH_MAX];
	struct store_query q;
	enum skerry_err err = desk_file(desk, "keys", path), done;

	if (err == SKERRY_OK && mkdir(path, 0700) != 0 && errno != EEXIST)
		err = SKERRY_ERR_IO;
	store_query(desk->store, &q, "SELECT name, bytes FROM backup_file");
	while (err == SKERRY_OK && store_step(&q)) {
		struct cbor_bytes bytes = store_bytes(&q, 1);

		if (!is_name(store_chars(&q, 0)) || bytes.len > KEY_FILE_MAX)
			err = SKERRY_ERR_STORE_DAMAGED;
		if (err == SKERRY_OK)
			err = desk_file(desk, store_chars(&q, 0), path);
		if (err == SKERRY_OK)
			err = atomic_file_write(path, bytes.data, bytes.len, 0600, replace);
		if (err == SKERRY_ERR_FILE_EXISTS)
			err = SKERRY_OK;
	}
	done = store_done(&q);
	return err != SKERRY_OK ? err : done;
}

static enum skerry_err
brings_files(struct desk *desk, bool *ret_brings)
{
	struct store_query q;

	store_query(desk->store, &q, "SELECT 1 FROM sqlite_schema WHERE name = 'backup_file'");
	*ret_brings = store_step(&q);
	return store_done(&q);
}

enum skerry_err
backup_unpack(struct desk *desk, bool replace)
{
	bool brings;
	enum skerry_err err = brings_files(desk, &brings);

	/* A copy has none, nor has a database that a recovery was about to replace. */
	if (err == SKERRY_OK)
		err = run(desk, "PRAGMA journal_mode = WAL");
	if (err != SKERRY_OK || !brings)
		return err;
	err = unpack_files(desk, replace);
	/* A desk.key must not stay in pages that are free from now on. */
	if (err == SKERRY_OK)
		err = run(desk, "PRAGMA secure_delete = ON");
	if (err == SKERRY_OK)
		err = store_begin(desk->store);
	if (err == SKERRY_OK)
		err = run(desk, "DROP TABLE backup_file");
	if (err == SKERRY_OK)
		err = run(desk, "DROP TABLE IF EXISTS backup");
	if (err == SKERRY_OK)
		err = store_commit(desk->store);
	store_rollback(desk->store);
	return err;
}
