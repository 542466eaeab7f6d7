/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "formats/date.h"
#include "issuer/desk/operators.h"
#include "keys/key_agent.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char UNLOCK_HELP[] =
	"  --for T   how long: 8h (the default), 30m, at most 24h\n"
	"  --json\n"
	"\n"
	"Asks for the passphrase once; until then, or until `skerry-issuer lock`, the programs of\n"
	"this user work at the desk without asking. The key stays in the memory of one process\n"
	"and is never written to the disk. It ends with the machine's restart.\n"
	"\n"
	"example: skerry-issuer unlock --for 8h\n";
const char LOCK_HELP[] = "From now on the desk asks for its passphrase again.\n"
			 "\n"
			 "example: skerry-issuer lock\n";

enum { FOR_DEFAULT_S = 8 * 3600 };

static bool
read_for(const char *text, int64_t *for_s)
{
	struct date_duration duration;

	if (text == NULL)
		return true;
	if (date_duration_parse(text, &duration) != SKERRY_OK || duration.months != 0 ||
		duration.negative || duration.seconds < 1 || duration.seconds > KEY_AGENT_FOR_MAX_S)
		return false;
	*for_s = duration.seconds;
	return true;
}

static enum command_exit
tell_open(bool json)
{
	struct report report;

	if (!json) {
		printf("This desk has no passphrase; nothing is locked.\n");
		return command_finish(COMMAND_YES);
	}
	report_begin(&report, true);
	report_flag(&report, "unlocked", false);
	return report_end(&report);
}

static enum command_exit
tell(bool json, int64_t until, const struct operator_record *person, pid_t pid)
{
	char text[DATE_TEXT_MAX];
	struct report report;

	if (json) {
		report_begin(&report, true);
		report_flag(&report, "unlocked", true);
		report_date(&report, "until", until);
		report_text(&report, "operator", person->name);
		report_number(&report, "process", pid);
		return report_end(&report);
	}
	date_format(until, text);
	fputs("Unlocked for ", stdout);
	command_print_safe(stdout, person->name, strlen(person->name));
	printf(" until %s. To end it: skerry-issuer lock\n", text);
	return command_finish(COMMAND_YES);
}

static enum skerry_err
refuse_start(struct session *session, enum skerry_err err)
{
	if (err != SKERRY_ERR_FILE_NOT_REGULAR && err != SKERRY_ERR_FILE_PERMISSION)
		return err;
	return desk_refuse(&session->desk, err, session_desk_path(),
		"No socket can be made in the desk's folder, so nothing is unlocked for the day: "
		"type the passphrase each time, or give it with --passphrase-file FILE.");
}

/* Nothing secret of the session's is left when the process that stays behind is forked from it. */
static enum skerry_err
start(struct session *session, int64_t for_s, struct operator_record *ret_operator, pid_t *ret_pid)
{
	struct secretbox_key key = { NULL };
	enum skerry_err err =
		operators_find_id(&session->desk, session->desk.operator_id, ret_operator);

	if (err == SKERRY_OK)
		err = secretbox_key_take(session->desk.vault.desk_key.bytes, &key);
	if (err != SKERRY_OK)
		return err;
	vault_close(&session->desk.vault);
	err = refuse_start(session,
		key_agent_start(session->desk.path, &key, ret_operator->id, for_s, ret_pid));
	secretbox_key_free(&key);
	return err;
}

enum command_exit
unlock_run(int argc, char **argv)
{
	const char *for_text = NULL;
	bool json = false;
	const struct command_option table[] = { { "--for", COMMAND_VALUE, &for_text },
		{ "--json", COMMAND_FLAG, &json } };
	int64_t for_s = FOR_DEFAULT_S;
	struct operator_record person = { .id = 0 };
	struct command_list operands;
	struct session session;
	enum command_exit exit;
	enum skerry_err err;
	pid_t pid = 0;

	if (!command_parse(argc, argv, table, 2, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (!read_for(for_text, &for_s))
		return command_misuse("--for takes 1s to 24h, not '%s'", for_text);
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	if (!operators_need_passphrase(&session.desk)) {
		session_close(&session);
		return tell_open(json);
	}
	session_warn_exposed();
	err = session_unlock_asking(&session);
	if (err == SKERRY_OK)
		err = start(&session, for_s, &person, &pid);
	exit = session_end(&session, err, NULL);
	return exit == COMMAND_YES ? tell(json, (int64_t)time(NULL) + for_s, &person, pid) : exit;
}

enum command_exit
lock_run(int argc, char **argv)
{
	struct command_list operands;
	enum skerry_err err;

	if (!command_parse(argc, argv, NULL, 0, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	errno = 0;
	/* Also of a desk that cannot be opened. */
	err = key_agent_stop(session_desk_path());
	if (err == SKERRY_OK)
		printf("Locked.\n");
	else if (err == SKERRY_ERR_FILE_MISSING)
		printf("Nothing was unlocked.\n");
	else
		return command_fail(&(struct command_failure){
			.err = err, .subject = session_desk_path(), .system_errno = errno });
	return command_finish(COMMAND_YES);
}
