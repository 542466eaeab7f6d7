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

#define STAGE "recover"

static const char DATABASE[] = "issuer.db", ASIDE[] = "issuer.db.before-recover";

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

/* Its last entry counts as a mark: what it handed out must not be handed out again. */
static enum skerry_err
look_at_old(struct restore *restore, struct old *ret_old)
{
	struct desk desk;
	struct audit_head head;
	enum skerry_err err = desk_open(restore->target, &desk);

	*ret_old = (struct old){ .whole = false };
	if (err == SKERRY_OK && audit_read_head(desk.store, &head) == SKERRY_OK && head.seq > 0) {
		restore->has_head = true;
		restore->head = (struct mark){ .seq = head.seq, .at = head.at };
		memcpy(restore->head.hash, head.hash, HASH_LEN);
	}
	if (err == SKERRY_OK)
		(void)read_public_id(&desk, ret_old->public_id);
	if (err == SKERRY_OK)
		ret_old->whole = backup_check(&desk) == SKERRY_OK;
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

/* The backup as a desk in the new folder. */
static enum skerry_err
open_staged(const char *file, struct restore *restore, const struct old *old, struct desk *desk)
{
	char id[DESK_PUBLIC_ID_LEN + 1];
	enum skerry_err err = backup_copy(file, restore->folder);

	if (err == SKERRY_OK)
		err = desk_open(restore->folder, desk);
	if (err == SKERRY_OK)
		err = backup_check(desk);
	if (err == SKERRY_OK)
		err = read_public_id(desk, id);
	if (err != SKERRY_OK)
		return refuse_file(desk, err, file);
	if (old->public_id[0] != '\0' && strcmp(id, old->public_id) != 0)
		return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, file,
			"It is a backup of another desk. Restore that one at a place of its own "
			"with --desk DIR.");
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
forget(const char *target, const char *name)
{
	char path[DESK_PATH_MAX];

	if (snprintf(path, sizeof path, "%s/%s", target, name) < DESK_PATH_MAX)
		unlink(path);
}

/* A log that belongs to the old database must not be replayed onto the new one. */
static enum skerry_err
set_aside(const char *target)
{
	static const char *const SUFFIXES[] = { "-wal", "-shm", "" };
	char from[sizeof DATABASE + 8], to[sizeof ASIDE + 8];
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sizeof SUFFIXES / sizeof *SUFFIXES && err == SKERRY_OK; i++) {
		snprintf(from, sizeof from, "%s%s", DATABASE, SUFFIXES[i]);
		snprintf(to, sizeof to, "%s%s", ASIDE, SUFFIXES[i]);
		forget(target, to);
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
	if (snprintf(manifests, sizeof manifests, "%s/manifests", restore->target) < DESK_PATH_MAX)
		mkdir(manifests, 0700);
	return SKERRY_OK;
}

void
restore_drop(struct restore *restore)
{
	if (restore->folder[0] != '\0')
		folder_remove(restore->folder);
	restore->folder[0] = '\0';
}
