/* SPDX-License-Identifier: ISC */
/* skerry backup and skerry restore. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "folder_owner.h"
#include "verifier/state/site_backup.h"

static void
tell_json(const char *file, int64_t seq)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, true);
	json_name(&j, "file");
	json_chars(&j, file);
	json_name(&j, "journal_seq");
	json_int(&j, seq);
	json_object_close(&j);
	putchar('\n');
}

static bool
same_file(int folder, const struct stat *other)
{
	struct stat status;

	return fstat(folder, &status) == 0 && status.st_dev == other->st_dev &&
	       status.st_ino == other->st_ino;
}

/* Whether a file of that name would lie in the state folder, however deep: a backup goes with it then. */
static bool
lies_in_state(const char *path)
{
	char above[PATH_MAX];
	const char *slash = strrchr(path, '/');
	struct stat state, root;
	int folder, next;
	bool inside = false;

	if (strlen(path) >= sizeof above || stat(cli_state(), &state) != 0 || stat("/", &root) != 0)
		return false;
	snprintf(above, sizeof above, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
		slash == NULL ? "." : path);
	folder = open(above, O_PATH | O_DIRECTORY | O_CLOEXEC);
	while (folder >= 0 && !(inside = same_file(folder, &state)) && !same_file(folder, &root)) {
		next = openat(folder, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(folder);
		folder = next;
	}
	if (folder >= 0)
		close(folder);
	return inside;
}

static enum command_exit
tell_unwritten(
	enum skerry_err err, const struct site_backup_written *written, const char *file, bool json)
{
	struct command_failure failure = cli_failure(err, written->at_site ? cli_state() : file, 0);

	failure.has_offset = false;
	if (err == SKERRY_ERR_FILE_MISSING && !written->at_site)
		failure.message = "There is no such folder.";
	if (err == SKERRY_ERR_FILE_MISSING && written->at_site)
		failure.message = "A file is missing there that a backup needs.";
	command_fail_json(&failure, json);
	return COMMAND_CANNOT_TELL;
}

static enum command_exit
check_target(const char *file)
{
	if (strcmp(file, "-") == 0)
		return command_misuse("a backup is a file of its own, not standard output; for a "
				      "file of that name write ./-");
	if (lies_in_state(file))
		return command_misuse("%s lies in the state folder and would be lost with it; name "
				      "a file on another disk or stick",
			file);
	return COMMAND_YES;
}

enum command_exit
backup_run(int argc, char **argv)
{
	bool json = false, force = false;
	const struct command_option options[] = {
		{ "--force", COMMAND_FLAG, &force },
		{ "--json", COMMAND_FLAG, &json },
	};
	struct journal_head head = { .seq = 0 };
	struct site_backup_written written;
	struct command_list operands;
	enum command_exit exit;
	struct site site;
	enum skerry_err err;
	int reason;

	if (!command_parse(argc, argv, options, 2, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	exit = check_target(operands.values[0]);
	if (exit != COMMAND_YES || !cli_open_site_to_copy(&site, json, &exit))
		return exit;
	if (site.memory->store == NULL) {
		exit = cli_fail_unread(&site, json);
		site_close(&site);
		return command_finish(exit);
	}
	errno = 0;
	err = site_backup_write(site.memory, operands.values[0], force, &written);
	reason = errno;
	journal_read_head(site.memory->store, &head);
	site_close(&site);
	errno = reason;
	if (err != SKERRY_OK)
		return command_finish(tell_unwritten(err, &written, operands.values[0], json));
	if (written.unrecorded != SKERRY_OK)
		fprintf(stderr, "The backup is whole, but nothing of it could be recorded in the "
				"site's own journal: check that the folder's disk has room.\n");
	if (json)
		tell_json(operands.values[0], head.seq);
	else
		puts("Written. It holds this site's secret keys: keep it where only your people "
		     "can "
		     "read it.");
	return command_finish(COMMAND_YES);
}

static enum command_exit
tell_refused(enum skerry_err err, const char *file, bool json)
{
	struct command_failure failure = cli_failure(err, file, 0);

	failure.has_offset = false;
	if (err == SKERRY_ERR_FILE_DAMAGED) {
		failure.message = "This is no backup of a site, or it is damaged; nothing was "
				  "changed.";
		failure.advice = "Name the file that `skerry backup` wrote, or an earlier one.";
	}
	if (err == SKERRY_ERR_OTHER_SITE) {
		failure.message = "The folder holds another site than the backup.";
		failure.advice = "Name another folder with --state.";
	}
	command_fail_json(&failure, json);
	return err == SKERRY_ERR_OTHER_SITE ? COMMAND_NO : COMMAND_CANNOT_TELL;
}

/* A folder that is a site already, or one that is empty. */
static enum command_exit
restore(const char *file, bool json)
{
	struct site_backup_restored restored;
	struct documents documents;
	pid_t holder = 0;
	enum command_exit exit;
	enum skerry_err err;

	errno = 0;
	/* Before a folder is made for it. */
	err = site_backup_check(file);
	if (err != SKERRY_OK)
		return tell_refused(err, file, json);
	if (!folder_owner_prepare(NULL, &exit))
		return exit;
	err = documents_create(cli_state(), &documents, &holder);
	if (err != SKERRY_OK)
		return folder_owner_refuse(err, holder, json);
	errno = 0;
	err = site_backup_restore(&documents, file, &restored);
	documents_close(&documents);
	if (err != SKERRY_OK)
		return tell_refused(err, file, json);
	if (restored.broken_seq != 0)
		fprintf(stderr, "The journal was broken when it was backed up: `skerry journal "
				"verify` says where.\n");
	if (json)
		tell_json(file, restored.seq);
	else
		printf("Restored, as it was at entry %" PRId64
		       " of its journal. `skerry status` tells what "
		       "holds.\n%s",
			restored.seq,
			restored.consents_lost
				? "What was allowed to go out to the vendor (skerry telemetry "
				  "list) is to be allowed anew.\n"
				: "");
	return COMMAND_YES;
}

enum command_exit
restore_run(int argc, char **argv)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list operands;

	if (!command_parse(argc, argv, options, 1, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	return command_finish(restore(operands.values[0], json));
}
