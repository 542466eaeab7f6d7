/* SPDX-License-Identifier: ISC */
/* skerry backup and skerry restore. */
#include <errno.h>
#include <inttypes.h>

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

enum command_exit
backup_run(int argc, char **argv)
{
	bool json = false, force = false;
	const struct command_option options[] = {
		{ "--force", COMMAND_FLAG, &force },
		{ "--json", COMMAND_FLAG, &json },
	};
	struct journal_head head = { .seq = 0 };
	struct command_list operands;
	enum command_exit exit;
	struct site site;
	enum skerry_err err;

	if (!command_parse(argc, argv, options, 2, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (!cli_open_site_to_write(&site, json, &exit))
		return exit;
	errno = 0;
	err = site_backup_write(site.memory, operands.values[0], force);
	journal_read_head(site.memory->store, &head);
	site_close(&site);
	if (err != SKERRY_OK) {
		cli_fail(err, operands.values[0], json);
		return command_finish(COMMAND_CANNOT_TELL);
	}
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
	if (err == SKERRY_ERR_FILE_DAMAGED)
		failure.message = "This is no backup of a site.";
	if (err == SKERRY_ERR_STORE_MISSING)
		failure.advice = "Name the file that `skerry backup` wrote.";
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

	if (!folder_owner_prepare(NULL, &exit))
		return exit;
	err = documents_create(cli_state(), &documents, &holder);
	if (err == SKERRY_ERR_STORE_BUSY)
		return cli_fail_busy(holder, json);
	if (err != SKERRY_OK) {
		cli_fail(err, cli_state(), json);
		return COMMAND_CANNOT_TELL;
	}
	errno = 0;
	err = site_backup_restore(&documents, file, &restored);
	documents_close(&documents);
	if (err != SKERRY_OK)
		return tell_refused(err, file, json);
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
