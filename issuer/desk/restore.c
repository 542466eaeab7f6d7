/* SPDX-License-Identifier: ISC */
#include "restore.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/backup.h"
#include "issuer/desk/folder.h"
#include "issuer/desk/high_water.h"

#define STAGE "recover"

static const char DATABASE[] = "issuer.db", ASIDE[] = "issuer.db.before-recover";
/* A database and what may lie beside it. */
static const char *const SUFFIXES[] = { "", "-wal", "-journal", "-shm" };

enum { SUFFIXES_LEN = sizeof SUFFIXES / sizeof *SUFFIXES };

/* What is known of the database that is to be replaced. */
struct old {
	bool whole;
	char public_id[DESK_PUBLIC_ID_LEN + 1];
};

static enum skerry_err
read_public_id(struct desk *desk, char ret_id[DESK_PUBLIC_ID_LEN + 1])
{
	struct store_query q;

	ret_id[0] = '\0';
	store_query(desk->store, &q, "SELECT public_id FROM desk");
	if (store_step(&q))
		store_text(&q, 0, ret_id, DESK_PUBLIC_ID_LEN + 1);
	return store_done(&q);
}

static void
keep_head(struct restore *restore, struct desk *old, const struct audit_head *head)
{
	if (head->seq == 0)
		return;
	restore->has_head = true;
	restore->head = (struct mark){ .seq = head->seq, .at = head->at };
	memcpy(restore->head.hash, head->hash, HASH_LEN);
	restore->head.has_high = high_water_read(old, &restore->head.high) == SKERRY_OK;
}

/* Its last entry counts as a mark: what it handed out must not be handed out again. */
static enum skerry_err
look_at_old(struct restore *restore, struct old *ret_old)
{
	struct desk desk;
	struct audit_head head;
	enum skerry_err err = desk_open(restore->target, &desk);

	*ret_old = (struct old){ .whole = false };
	if (err == SKERRY_OK && audit_read_head(desk.store, &head) == SKERRY_OK)
		keep_head(restore, &desk, &head);
	if (err == SKERRY_OK)
		(void)read_public_id(&desk, ret_old->public_id);
	if (err == SKERRY_OK)
		restore->old_whole = ret_old->whole = backup_check(&desk) == SKERRY_OK;
	desk_close(&desk);
	return err == SKERRY_ERR_STORE_MISSING || err == SKERRY_ERR_STORE_DAMAGED ? SKERRY_OK : err;
}

static bool
has(const char *folder, const char *name)
{
	char path[DESK_PATH_MAX];

	return snprintf(path, sizeof path, "%s/%s", folder, name) < DESK_PATH_MAX &&
	       access(path, F_OK) == 0;
}

static enum skerry_err
check_target(struct restore *restore, bool force, struct desk *desk, struct old *ret_old)
{
	const char *target = restore->target;
	enum skerry_err err;

	*ret_old = (struct old){ .whole = false };
	restore->new_desk = folder_is_free(target);
	if (restore->new_desk)
		return SKERRY_OK;
	if (!has(target, DATABASE) && !has(target, "desk.mark") && !has(target, "keys"))
		return desk_refuse(desk, SKERRY_ERR_FILE_EXISTS, target,
			"This folder is no desk. Name one that is not there yet with --desk DIR.");
	err = look_at_old(restore, ret_old);
	if (err != SKERRY_OK)
		return desk_refuse(desk, err, target, "%s", skerry_err_advice(err));
	if (ret_old->whole && !force)
		return desk_refuse(desk, SKERRY_ERR_FILE_EXISTS, target,
			"This desk's database is whole. To go on with it: skerry-issuer recover; "
			"to put the backup in its place all the same, add --force.");
	return SKERRY_OK;
}

static enum skerry_err
refuse_file(struct desk *desk, enum skerry_err err, const char *file)
{
	bool no_backup = err == SKERRY_ERR_STORE_DAMAGED || err == SKERRY_ERR_AUDIT_CHAIN;

	desk_refuse(desk, err, file, "%s",
		no_backup ? "It is no backup of a desk, or a damaged one. Take another one."
			  : skerry_err_advice(err));
	return err;
}

/* The desk that DESK/desk.mark names; empty where there is none. */
static void
read_marked_id(const char *target, char ret_id[DESK_PUBLIC_ID_LEN + 1])
{
	char path[DESK_PATH_MAX];
	struct mark_file file = { .fd = -1 };
	struct mark mark;

	ret_id[0] = '\0';
	if (snprintf(path, sizeof path, "%s/desk.mark", target) >= DESK_PATH_MAX ||
		mark_file_open(path, false, &file) != SKERRY_OK)
		return;
	if (mark_file_read(&file, &mark) == SKERRY_OK)
		for (size_t i = 0; i < MARK_DESK_LEN; i++)
			snprintf(ret_id + 2 * i, 3, "%02x", mark.desk[i]);
	mark_file_close(&file);
}

/* Whether DESK/keys holds keys, and one that the backup's records know. */
static enum skerry_err
compare_keys(const char *target, struct desk *desk, bool *ret_some, bool *ret_shared)
{
	char path[DESK_PATH_MAX], kid[2 * COSE_KID_LEN + 1];
	struct store_query q;
	struct dirent *entry;
	DIR *folder = NULL;

	*ret_some = *ret_shared = false;
	if (snprintf(path, sizeof path, "%s/keys", target) < DESK_PATH_MAX)
		folder = opendir(path);
	while (folder != NULL && (entry = readdir(folder)) != NULL)
		*ret_some |= entry->d_name[0] != '.';
	if (folder != NULL)
		closedir(folder);
	store_query(desk->store, &q, "SELECT kid FROM desk_key");
	while (store_step(&q)) {
		struct cbor_bytes bytes = store_bytes(&q, 0);

		if (bytes.len != COSE_KID_LEN)
			continue;
		vault_kid_text(bytes.data, kid);
		if (snprintf(path, sizeof path, "%s/keys/%s.key", target, kid) < DESK_PATH_MAX)
			*ret_shared |= access(path, F_OK) == 0;
	}
	return store_done(&q);
}

/* Else the one desk's root and manifests would stand beside the other one's records. */
static enum skerry_err
check_same_desk(
	const struct restore *restore, const struct old *old, const char *file, struct desk *desk)
{
	char id[DESK_PUBLIC_ID_LEN + 1], marked[DESK_PUBLIC_ID_LEN + 1];
	bool some, shared, same;
	enum skerry_err err = read_public_id(desk, id);

	if (err != SKERRY_OK)
		return refuse_file(desk, err, file);
	read_marked_id(restore->target, marked);
	err = compare_keys(restore->target, desk, &some, &shared);
	if (err != SKERRY_OK)
		return refuse_file(desk, err, file);
	if (old->public_id[0] != '\0')
		same = strcmp(id, old->public_id) == 0;
	else
		same = (marked[0] == '\0' || strcmp(id, marked) == 0) && (!some || shared);
	return same ? SKERRY_OK
		    : desk_refuse(desk, SKERRY_ERR_NOT_FOUND, file,
			      "It is a backup of another desk than this folder is of. Restore that "
			      "one at a place of its own with --desk DIR.");
}

/* The backup as a desk in the new folder. */
static enum skerry_err
open_staged(const char *file, struct restore *restore, const struct old *old, struct desk *desk)
{
	enum skerry_err err = backup_copy(file, restore->folder);

	if (err == SKERRY_OK)
		err = desk_open(restore->folder, desk);
	if (err == SKERRY_OK)
		err = backup_check(desk);
	if (err != SKERRY_OK)
		return refuse_file(desk, err, file);
	err = check_same_desk(restore, old, file, desk);
	if (err != SKERRY_OK)
		return err;
	err = backup_unpack(desk, true);
	return err == SKERRY_OK ? err : refuse_file(desk, err, file);
}

enum skerry_err
restore_stage(const char *file, const char *target, bool force, struct restore *ret_restore,
	struct desk *ret_desk)
{
	char inside[DESK_PATH_MAX];
	struct old old;
	enum skerry_err err;

	*ret_restore = (struct restore){ .new_desk = false };
	*ret_desk = (struct desk){ .store = NULL };
	err = folder_name(target, ret_restore->target);
	if (err == SKERRY_OK && access(file, F_OK) != 0 && errno == ENOENT)
		return desk_refuse(ret_desk, SKERRY_ERR_FILE_MISSING, file,
			"Name a file that `skerry-issuer backup` wrote.");
	if (err == SKERRY_OK)
		err = check_target(ret_restore, force, ret_desk, &old);
	if (err != SKERRY_OK)
		return err;
	/* In the desk's own folder a rename stays within one file system. */
	if (snprintf(inside, sizeof inside, "%s/" STAGE, ret_restore->target) >= DESK_PATH_MAX)
		return SKERRY_ERR_FILE_MISSING;
	err = ret_restore->new_desk ? folder_make(ret_restore->target, ".new", ret_restore->folder)
				    : folder_make(inside, "", ret_restore->folder);
	if (err != SKERRY_OK) {
		ret_restore->folder[0] = '\0';
		return desk_refuse(
			ret_desk, err, ret_restore->target, "%s", skerry_err_advice(err));
	}
	return open_staged(file, ret_restore, &old, ret_desk);
}

/* SKERRY_OK when the database has, or now gets, no log of its own beside it. */
static enum skerry_err
ask_mode(struct desk *desk, const char *sql)
{
	struct store_query q;
	bool alone = false;
	enum skerry_err err;

	store_query(desk->store, &q, sql);
	if (store_step(&q)) {
		const char *mode = store_chars(&q, 0);

		alone = mode != NULL && strcmp(mode, "delete") == 0;
	}
	err = store_done(&q);
	return err == SKERRY_OK && !alone ? SKERRY_ERR_STORE_BUSY : err;
}

/*
 * Without a write-ahead log the database is one file, so that one rename takes it away whole; and
 * only who is alone with it can give that log up.
 */
static enum skerry_err
lock_old(struct restore *restore)
{
	struct audit_head head;
	struct desk *old = &restore->old;
	enum skerry_err err = desk_open(restore->target, old);

	if (err == SKERRY_OK)
		err = ask_mode(old, "PRAGMA journal_mode = DELETE");
	if (err == SKERRY_OK)
		err = store_begin(old->store);
	/* Somebody may have been quicker, and brought the log back. */
	if (err == SKERRY_OK)
		err = ask_mode(old, "PRAGMA journal_mode");
	if (err == SKERRY_OK)
		err = audit_read_head(old->store, &head);
	if (err == SKERRY_OK)
		keep_head(restore, old, &head);
	return err;
}

enum skerry_err
restore_lock(struct restore *restore, struct desk *desk)
{
	enum skerry_err err = restore->new_desk ? SKERRY_OK : lock_old(restore);

	if (err == SKERRY_OK)
		return err;
	/* Of one that is gone or damaged nobody hands anything out. */
	if (!restore->old_whole && err != SKERRY_ERR_STORE_BUSY) {
		desk_close(&restore->old);
		return SKERRY_OK;
	}
	return desk_refuse(desk, err, restore->target, "%s",
		err == SKERRY_ERR_STORE_BUSY
			? "Another program works at this desk. Let it come to its end, then run "
			  "this again; nothing was changed."
			: skerry_err_advice(err));
}

static enum skerry_err
move(const char *from, const char *from_name, const char *to, const char *to_name)
{
	char old[DESK_PATH_MAX], new[DESK_PATH_MAX];

	if (snprintf(old, sizeof old, "%s/%s", from, from_name) >= DESK_PATH_MAX ||
		snprintf(new, sizeof new, "%s/%s", to, to_name) >= DESK_PATH_MAX)
		return SKERRY_ERR_FILE_MISSING;
	if (rename(old, new) == 0 || errno == ENOENT)
		return SKERRY_OK;
	return errno == EACCES ? SKERRY_ERR_FILE_PERMISSION : SKERRY_ERR_IO;
}

static enum skerry_err
move_keys(const struct restore *restore)
{
	char from[DESK_PATH_MAX], to[DESK_PATH_MAX];
	struct dirent *entry;
	DIR *folder;
	enum skerry_err err = SKERRY_OK;

	if (snprintf(from, sizeof from, "%s/keys", restore->folder) >= DESK_PATH_MAX ||
		snprintf(to, sizeof to, "%s/keys", restore->target) >= DESK_PATH_MAX)
		return SKERRY_ERR_FILE_MISSING;
	if (mkdir(to, 0700) != 0 && errno != EEXIST)
		return SKERRY_ERR_IO;
	folder = opendir(from);
	if (folder == NULL)
		return errno == ENOENT ? SKERRY_OK : SKERRY_ERR_IO;
	while (err == SKERRY_OK && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			err = move(from, entry->d_name, to, entry->d_name);
	closedir(folder);
	return err == SKERRY_OK ? folder_sync(to) : err;
}

/* What an earlier recovery set aside. */
static void
forget_aside(const char *target)
{
	char path[DESK_PATH_MAX];

	for (size_t i = 0; i < SUFFIXES_LEN; i++)
		if (snprintf(path, sizeof path, "%s/%s%s", target, ASIDE, SUFFIXES[i]) <
			DESK_PATH_MAX)
			unlink(path);
}

/*
 * A log that belongs to the old database must not be replayed onto the new one. A damaged one may
 * have left one: the database goes first, so that none ever stands without what it committed. What
 * a recovery that was killed had set aside stays.
 */
static enum skerry_err
set_aside(const char *target)
{
	char from[sizeof DATABASE + 9], to[sizeof ASIDE + 9];
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < SUFFIXES_LEN && err == SKERRY_OK; i++) {
		snprintf(from, sizeof from, "%s%s", DATABASE, SUFFIXES[i]);
		snprintf(to, sizeof to, "%s%s", ASIDE, SUFFIXES[i]);
		/* Logs of an earlier one do not belong to this one. */
		if (i == 0 && has(target, DATABASE))
			forget_aside(target);
		err = move(target, from, target, to);
	}
	return err;
}

/* This one's folder, and those of earlier ones that were killed: keys lie in them. */
static void
sweep(const char *target)
{
	char path[DESK_PATH_MAX];
	struct dirent *entry;
	DIR *folder = opendir(target);

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (strncmp(entry->d_name, STAGE "-", sizeof STAGE) == 0 &&
			snprintf(path, sizeof path, "%s/%s", target, entry->d_name) < DESK_PATH_MAX)
			folder_remove(path);
	if (folder != NULL)
		closedir(folder);
}

static enum skerry_err
replace(struct restore *restore)
{
	enum skerry_err err = move_keys(restore);

	if (err == SKERRY_OK)
		err = move(restore->folder, "desk.key", restore->target, "desk.key");
	if (err == SKERRY_OK)
		err = set_aside(restore->target);
	if (err == SKERRY_OK)
		err = move(restore->folder, DATABASE, restore->target, DATABASE);
	if (err == SKERRY_OK)
		err = folder_sync(restore->target);
	if (err == SKERRY_OK)
		sweep(restore->target);
	return err;
}

enum skerry_err
restore_keep(struct restore *restore)
{
	char manifests[DESK_PATH_MAX];
	enum skerry_err err = restore->new_desk ? folder_take_name(restore->folder, restore->target)
						: replace(restore);

	if (err != SKERRY_OK)
		return err;
	restore->folder[0] = '\0';
	restore->kept = true;
	if (snprintf(manifests, sizeof manifests, "%s/manifests", restore->target) < DESK_PATH_MAX)
		mkdir(manifests, 0700);
	return SKERRY_OK;
}

void
restore_drop(struct restore *restore)
{
	/* It stays in its place after all. */
	if (restore->old.store != NULL && !restore->kept) {
		store_rollback(restore->old.store);
		(void)ask_mode(&restore->old, "PRAGMA journal_mode = WAL");
	}
	desk_close(&restore->old);
	if (restore->folder[0] != '\0')
		folder_remove(restore->folder);
	restore->folder[0] = '\0';
}
