/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/desk/backup.h"
#include "issuer/desk/brand_guard.h"
#include "issuer/desk/recovery.h"
#include "issuer/desk/restore.h"
#include "keys/key_agent.h"
#include "session.h"
#include "verbs.h"

const char RECOVER_HELP[] =
	"  FILE      makes the desk from a backup first, where it is missing or damaged\n"
	"  --force   also in place of a database that is whole\n"
	"\n"
	"A desk whose database was put back from a backup would hand out numbers a second time, "
	"so\n"
	"it stops. This makes it go on behind everything that it handed out, and tells what is\n"
	"missing. Nothing that was issued is contradicted.\n"
	"\n"
	"example: skerry-issuer recover\n"
	"         skerry-issuer recover /media/usb/desk-2027-03-01.backup\n";

static void
tell_missing(const struct recovery *recovery)
{
	char from[DATE_TEXT_MAX], to[DATE_TEXT_MAX];

	date_format(recovery->from_at, from);
	date_format(recovery->to_at, to);
	if (recovery->known)
		printf("Everything after %s is missing, %lld change%s at most; the desk had "
		       "worked until %s.\n",
			from, (long long)recovery->lost, recovery->lost == 1 ? "" : "s", to);
	else
		printf("Everything after %s is missing. Its mark is gone, so nobody can tell how "
		       "much that is.\n",
			from);
	if (recovery->known && (!recovery->counted || recovery->lost <= RECOVERY_EDITIONS))
		printf("No number that was handed out then is handed out again.\n");
	else
		printf("Indexes and activation numbers go on %lld further, editions %d: if more "
		       "than that was\nhanded out since, some repeat. Of two desks recovered from "
		       "one "
		       "backup, use one:\nneither knows what the other hands out.\n",
			(long long)recovery->lost,
			recovery->lost < RECOVERY_EDITIONS ? (int)recovery->lost
							   : (int)RECOVERY_EDITIONS);
	printf("What to do now:\n"
	       "  Enter again what was done since: customers, renewals, suspensions, revocations.\n"
	       "  Sell again what was sold since, and send the new key; files that were issued go "
	       "on working.\n"
	       "  Who was removed, limited or given a passphrase since is as before: skerry-issuer "
	       "operator list\n");
}

static void
tell_manifests(const struct recovery *recovery)
{
	if (recovery->manifests > 0)
		printf("Took %lld manifest versions from %s/manifests.\n",
			(long long)recovery->manifests, session_desk_path());
	if (recovery->manifests_left)
		printf("A manifest in %s/manifests was not taken: add its key again with "
		       "`skerry-issuer key add FILE`,\nthen the manifest with `skerry-issuer "
		       "manifest set FILE`.\n",
			session_desk_path());
}

static enum command_exit
tell(const struct recovery *recovery)
{
	char at[DATE_TEXT_MAX];

	date_format(recovery->from_at, at);
	if (recovery->needed)
		tell_missing(recovery);
	else
		printf("Nothing is missing: the desk goes on after its last entry of %s.\n", at);
	tell_manifests(recovery);
	return command_finish(COMMAND_YES);
}

static enum skerry_err
refuse_damaged(struct desk *desk, enum skerry_err err)
{
	if (err != SKERRY_ERR_STORE_DAMAGED && err != SKERRY_ERR_AUDIT_CHAIN)
		return err;
	return desk_refuse(desk, err, session_desk_path(),
		"Its records cannot go on. Put a backup in their place with: skerry-issuer recover "
		"FILE");
}

/*
 * The records are open; on success they are recovered and not marked yet. `restore` NULL: in place.
 */
static enum skerry_err
recover_records(struct session *session, struct restore *restore, const char *source,
	struct recovery *ret_recovery, struct mark *ret_mark)
{
	struct desk *desk = &session->desk;
	enum skerry_err err = session_unlock(session);

	if (err == SKERRY_OK)
		err = brand_guard_ask(desk, 0);
	if (err == SKERRY_OK && restore != NULL)
		err = restore_lock(restore, desk);
	if (err == SKERRY_OK)
		err = desk_begin_unasked(desk);
	if (err == SKERRY_OK)
		err = recovery_look(desk,
			restore != NULL && restore->has_head ? &restore->head : NULL, ret_recovery);
	if (err == SKERRY_OK)
		err = recovery_apply(desk, source, ret_recovery);
	return err == SKERRY_OK ? recovery_commit(desk, ret_mark) : err;
}

/* Whether there is anything to recover, before anybody types a passphrase. */
static enum skerry_err
is_needed(struct desk *desk, struct recovery *ret_recovery)
{
	enum skerry_err err = refuse_damaged(desk, backup_check(desk));

	if (err == SKERRY_OK)
		err = backup_unpack(desk, false);
	if (err == SKERRY_OK)
		err = desk_begin_unasked(desk);
	if (err == SKERRY_OK)
		err = recovery_look(desk, NULL, ret_recovery);
	desk_rollback(desk);
	return err;
}

/* One that was killed has recovered the records and not yet replaced their mark. */
static enum skerry_err
replace_stale(struct session *session)
{
	enum skerry_err err = session_unlock(session);

	if (err == SKERRY_OK)
		err = brand_guard_ask(&session->desk, 0);
	if (err == SKERRY_OK)
		err = desk_begin_unasked(&session->desk);
	desk_rollback(&session->desk);
	return err;
}

static enum command_exit
recover_in_place(void)
{
	struct recovery recovery = { .needed = false };
	struct session session;
	struct mark mark = { .seq = 0 };
	enum command_exit exit = session_open(&session, false);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	err = is_needed(&session.desk, &recovery);
	if (err == SKERRY_OK && recovery.needed) {
		err = recover_records(&session, NULL, "database", &recovery, &mark);
		if (err == SKERRY_OK)
			err = mark_replace(&session.desk, &mark);
	} else if (err == SKERRY_OK && recovery.stale) {
		err = replace_stale(&session);
	}
	exit = session_end(&session, err, NULL);
	return exit == COMMAND_YES ? tell(&recovery) : exit;
}

/* Once more opened, where it belongs: the mark, and the copies of the manifests. */
static enum command_exit
settle(const struct mark *mark)
{
	struct session session;
	enum command_exit exit = session_open(&session, false);

	return exit == COMMAND_YES ? session_end(&session, mark_replace(&session.desk, mark), NULL)
				   : exit;
}

static enum command_exit
recover_from(const char *file, bool force)
{
	struct restore restore = { .new_desk = false };
	struct recovery recovery = { .needed = false };
	struct mark mark = { .seq = 0 };
	struct session session = { .json = false };
	enum command_exit exit;
	enum skerry_err err;

	errno = 0;
	err = restore_stage(file, session_desk_path(), force, &restore, &session.desk);
	session_adopt(&session);
	session.desk.home = restore.target;
	if (err == SKERRY_OK)
		err = recover_records(&session, &restore, "backup", &recovery, &mark);
	exit = session_end(&session, err, file);
	if (exit == COMMAND_YES) {
		errno = 0;
		err = restore_keep(&restore);
		exit = session_end(&session, err, session_desk_path());
	}
	/* What was unlocked for the day is of the records that are gone. */
	if (exit == COMMAND_YES)
		(void)key_agent_stop(restore.target);
	if (exit == COMMAND_YES)
		exit = settle(&mark);
	/* Whoever waited for the old database finds it behind that mark. */
	restore_drop(&restore);
	if (exit == COMMAND_YES)
		printf("Made %s from %s.\n", session_desk_path(), file);
	return exit == COMMAND_YES ? tell(&recovery) : exit;
}

enum command_exit
recover_run(int argc, char **argv)
{
	bool force = false;
	const struct command_option table[] = { { "--force", COMMAND_FLAG, &force } };
	struct command_list operands;

	if (!command_parse(argc, argv, table, 1, 0, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (operands.len == 0 && force)
		return command_misuse("--force puts a backup in place; name its FILE");
	return operands.len == 0 ? recover_in_place() : recover_from(operands.values[0], force);
}
