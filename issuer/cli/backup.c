/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/desk/backup.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char BACKUP_HELP[] =
	"  FILE      the whole desk in one file: records, wrapped keys, manifests\n"
	"  --force   replaces FILE\n"
	"  --json\n"
	"\n"
	"Others may work meanwhile, and no passphrase is needed. The file is read back before it\n"
	"takes its name. Whoever has it and an operator's passphrase can sign.\n"
	"\n"
	"example: skerry-issuer backup /media/usb/desk-2027-03-01.backup\n";

static enum skerry_err
refuse(struct session *session, enum skerry_err err, const char *path)
{
	if (err == SKERRY_OK || session->desk.refused == err)
		return err;
	if (err == SKERRY_ERR_FILE_EXISTS)
		return desk_refuse(&session->desk, err, path, "Take another name, or add --force.");
	if (err == SKERRY_ERR_STORE_DAMAGED || err == SKERRY_ERR_AUDIT_CHAIN)
		return desk_refuse(&session->desk, err, session_desk_path(),
			"No backup was written. Go back to an earlier one with: skerry-issuer "
			"recover FILE");
	return session_refuse_output(&session->desk, err, path);
}

static void
tell(const char *path, const struct backup_made *made)
{
	char at[DATE_TEXT_MAX];

	date_format(made->at, at);
	printf("Backup %s: the desk until %s, entry %lld of its audit log, %lld keys.\n", path, at,
		(long long)made->seq, (long long)made->keys);
	if (made->missing > 0)
		printf("%lld keys have no file in the desk any more and are not in it.\n",
			(long long)made->missing);
	if (made->open)
		printf("This desk has no passphrase, so this file can sign as the desk can: keep "
		       "it as secret.\n");
}

static void
put(struct report *report, const char *path, const struct backup_made *made)
{
	report_text(report, "file", path);
	report_number(report, "entry", made->seq);
	report_date(report, "at", made->at);
	report_number(report, "keys", made->keys);
	report_number(report, "keys_missing", made->missing);
	report_flag(report, "open", made->open);
}

enum command_exit
backup_run(int argc, char **argv)
{
	bool json = false, force = false;
	const struct command_option table[] = { { "--json", COMMAND_FLAG, &json },
		{ "--force", COMMAND_FLAG, &force } };
	struct backup_made made = { .seq = 0 };
	struct command_list operands;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, 2, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (strcmp(operands.values[0], "-") == 0)
		return command_misuse("a backup is written to a file, not to standard output");
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = refuse(&session, backup_write(&session.desk, operands.values[0], force, &made),
		operands.values[0]);
	if (err != SKERRY_OK)
		return session_end(&session, err, operands.values[0]);
	if (json) {
		report_begin(&report, true);
		put(&report, operands.values[0], &made);
		return session_end_report(&session, &report, err);
	}
	tell(operands.values[0], &made);
	return command_finish(session_end(&session, err, NULL));
}
