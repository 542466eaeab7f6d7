/* SPDX-License-Identifier: ISC */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "formats/date.h"
#include "issuer/desk/manifest_files.h"
#include "issuer/desk/manifests.h"
#include "issuer/desk/operators.h"
#include "issuer/desk/products.h"
#include "keys/key_agent.h"
#include "report.h"

const char SESSION_OPTIONS[] =
	"  --desk DIR            the desk's folder (else SKERRY_DESK, else ./desk)\n"
	"  --passphrase-file F   the operator's passphrase is the first line of F\n"
	"  --operator NAME       who works (else SKERRY_OPERATOR, else whose passphrase it is)\n"
	"  --at TIME             take TIME for the present, for tests and re-issues\n";

static const char *desk_path, *passphrase_file, *operator_name;
static bool clock_given;
static int64_t clock_at;

bool
session_take_option(const char *name, const char *value)
{
	if (strcmp(name, "--at") == 0) {
		clock_given = value != NULL && date_parse(value, &clock_at) == SKERRY_OK;
		return value == NULL || clock_given;
	}
	if (strcmp(name, "--desk") == 0) {
		desk_path = value == NULL ? desk_path : value;
		return value == NULL || value[0] != '\0';
	}
	if (strcmp(name, "--operator") == 0) {
		operator_name = value == NULL ? operator_name : value;
		return value == NULL || value[0] != '\0';
	}
	if (strcmp(name, "--passphrase-file") == 0) {
		passphrase_file = value == NULL ? passphrase_file : value;
		return true;
	}
	return false;
}

const char *
session_desk_path(void)
{
	const char *environment = getenv("SKERRY_DESK");

	if (desk_path != NULL)
		return desk_path;
	return environment != NULL && environment[0] != '\0' ? environment : "desk";
}

static const char *
session_operator(void)
{
	const char *environment = getenv("SKERRY_OPERATOR");

	if (operator_name != NULL)
		return operator_name;
	return environment != NULL && environment[0] != '\0' ? environment : NULL;
}

const char *
session_passphrase_file(void)
{
	return passphrase_file;
}

int64_t
session_clock(void)
{
	return clock_given ? clock_at : (int64_t)time(NULL);
}

const char *
session_marks_folder(void)
{
	static char folder[DESK_PATH_MAX];
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int len = -1;

	/* Only a path from the root is at the same place for every program. */
	if (state != NULL && state[0] == '/')
		len = snprintf(folder, sizeof folder, "%s/skerry", state);
	else if (home != NULL && home[0] == '/')
		len = snprintf(folder, sizeof folder, "%s/.local/state/skerry", home);
	return len > 0 && len < DESK_PATH_MAX ? folder : NULL;
}

void
session_adopt(struct session *session)
{
	session->desk.clock_given = clock_given;
	session->desk.clock = clock_at;
	session->desk.marks_folder = session_marks_folder();
	session->desk.operator_name = session_operator();
}

enum command_exit
session_open(struct session *ret_session, bool json)
{
	enum skerry_err err;

	errno = 0;
	err = desk_open(session_desk_path(), &ret_session->desk);
	ret_session->json = json;
	session_adopt(ret_session);
	if (err == SKERRY_OK) {
		/* What a killed program left behind. No reason to refuse: they are copies. */
		(void)manifest_files_mend(&ret_session->desk);
		errno = 0;
		return COMMAND_YES;
	}
	if (err == SKERRY_ERR_STORE_MISSING)
		desk_refuse(&ret_session->desk, err, session_desk_path(),
			"Name the desk's folder with --desk or SKERRY_DESK, or make a desk with: "
			"skerry-issuer init --desk DIR");
	if (err == SKERRY_ERR_FILE_PERMISSION) {
		desk_refuse(&ret_session->desk, err, session_desk_path(),
			"Run the command as the user who owns the desk's folder. On a disk that is "
			"read-only, copy the folder to another disk and name it with --desk.");
		ret_session->desk.message =
			"This user may not open the desk, or not write in its folder.";
	}
	return session_end(ret_session, err, session_desk_path());
}

enum command_exit
session_start(int argc, char **argv, size_t min, size_t max, struct command_list *ret_operands,
	struct session *ret_session)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };

	if (!command_parse(argc, argv, options, 1, min, max, ret_operands))
		return COMMAND_CANNOT_TELL;
	return session_open(ret_session, json);
}

void
session_close(struct session *session)
{
	desk_close(&session->desk);
}

/* By the working day's passphrase; a desk whose agent holds another operator's is asked for one. */
static bool
unlock_by_agent(struct session *session)
{
	struct key_agent agent = { .key = { NULL } };
	bool unlocked = key_agent_ask(session->desk.path, &agent) == SKERRY_OK &&
			operators_unlock_with(&session->desk, &agent.key, agent.tag) == SKERRY_OK;

	secretbox_key_free(&agent.key);
	errno = 0;
	return unlocked;
}

enum skerry_err
session_unlock(struct session *session)
{
	/* Who names a passphrase means its operator. */
	if (passphrase_file == NULL && operators_need_passphrase(&session->desk) &&
		unlock_by_agent(session))
		return SKERRY_OK;
	return session_unlock_asking(session);
}

void
session_unlock_unasked(struct session *session)
{
	bool unlocked = operators_need_passphrase(&session->desk)
				? unlock_by_agent(session)
				: operators_unlock(&session->desk, NULL) == SKERRY_OK;

	/* Nobody wanted it, so nobody is told. */
	if (!unlocked)
		session->desk.refused = SKERRY_OK;
	errno = 0;
}

enum skerry_err
session_unlock_asking(struct session *session)
{
	struct passphrase passphrase = { NULL, 0 };
	char what[DESK_PATH_MAX + 8];
	enum skerry_err err;

	if (!operators_need_passphrase(&session->desk))
		return operators_unlock(&session->desk, NULL);
	snprintf(what, sizeof what, "desk %s", session_desk_path());
	err = terminal_passphrase(passphrase_file, what, false, &passphrase);
	if (err != SKERRY_OK && passphrase_file != NULL)
		return desk_refuse(
			&session->desk, err, passphrase_file, "%s", skerry_err_advice(err));
	if (err == SKERRY_ERR_NO_TERMINAL)
		return desk_refuse(&session->desk, err, session_desk_path(),
			"Unlock the desk for the day with `skerry-issuer unlock`, or give the "
			"passphrase in a file: --passphrase-file FILE");
	if (err == SKERRY_OK)
		err = operators_unlock(&session->desk, &passphrase);
	if (err == SKERRY_ERR_PASSPHRASE)
		desk_refuse(&session->desk, err,
			passphrase_file != NULL ? passphrase_file : session_desk_path(), "%s",
			skerry_err_advice(err));
	terminal_passphrase_free(&passphrase);
	return err;
}

void
session_warn_short(const struct passphrase *passphrase)
{
	if (passphrase->len < SESSION_PASSPHRASE_SHORT)
		fputs("warning: a passphrase this short is soon guessed by whoever gets a copy of "
		      "the desk; take several words.\n",
			stderr);
}

void
session_warn_exposed(void)
{
	struct stat info;

	if (stat(session_desk_path(), &info) != 0 || (info.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return;
	fputs("warning: other users may enter the desk's folder; take that away with: chmod 700 ",
		stderr);
	command_print_safe(stderr, session_desk_path(), strlen(session_desk_path()));
	fputc('\n', stderr);
}

enum skerry_err
session_begin(struct session *session)
{
	enum skerry_err err = session_unlock(session);

	return err == SKERRY_OK ? desk_begin(&session->desk) : err;
}

enum command_exit
session_end_report(struct session *session, struct report *report, enum skerry_err err)
{
	enum command_exit printed = report_end(report), told;

	session->json = false;
	told = session_end(session, err, NULL);
	return told != COMMAND_YES ? told : printed;
}

enum skerry_err
session_refuse_output(struct desk *desk, enum skerry_err err, const char *path)
{
	const char *advice = command_output_advice(err);

	desk_refuse(desk, err, path, "%s", advice != NULL ? advice : skerry_err_advice(err));
	desk->message = command_output_message(err);
	return err;
}

static bool
is_system(enum skerry_err err)
{
	return err == SKERRY_ERR_IO || err == SKERRY_ERR_FILE_PERMISSION;
}

/* What hinders the database itself, by the system's word for it. */
static void
tell_hindrance(struct command_failure *failure)
{
	if (failure->system_errno == ENOSPC || failure->system_errno == EDQUOT) {
		failure->message = "The disk of the desk is full.";
		failure->advice = "Make room there, then run the same command again.";
	} else if (failure->err == SKERRY_ERR_FILE_PERMISSION && failure->system_errno != EROFS) {
		failure->message = "The desk's files may not be changed by this user.";
		failure->advice = "Run the command as the user who owns the desk's folder.";
	}
}

enum command_exit
session_fail(struct session *session, enum skerry_err err, const char *subject)
{
	struct desk *desk = &session->desk;
	struct command_failure failure = { .err = err,
		.subject = subject != NULL ? subject : session_desk_path(),
		.system_errno = is_system(err) ? errno : 0 };

	failure.has_offset = desk->has_offset;
	failure.offset = desk->offset;
	if (desk->refused == err && err != SKERRY_OK) {
		if (desk->subject[0] != '\0')
			failure.subject = desk->subject;
		failure.advice = desk->advice;
		failure.message = desk->message;
	} else if (desk->store != NULL && store_detail(desk->store)[0] != '\0') {
		/* It is the database that failed, whatever the verb was about. */
		failure.subject = session_desk_path();
		tell_hindrance(&failure);
		if (err == SKERRY_ERR_STORE)
			failure.advice = store_detail(desk->store);
	}
	/* Whoever owns a file cannot change it there either. */
	if (err == SKERRY_ERR_FILE_PERMISSION && failure.system_errno == EROFS &&
		failure.message == NULL) {
		failure.message = "It lies on a disk that is read-only.";
		failure.advice =
			"Make the disk writable. A desk on a read-only disk can be looked at, "
			"and backed up to another disk, but not changed.";
	}
	return command_finish(command_fail_json(&failure, session->json));
}

enum command_exit
session_end(struct session *session, enum skerry_err err, const char *subject)
{
	enum command_exit exit =
		err == SKERRY_OK ? COMMAND_YES : session_fail(session, err, subject);

	session_close(session);
	return exit;
}

void
session_report_path(struct report *report, const char *brand, const char *product, const char *plan)
{
	char path[PRODUCTS_PATH_MAX];

	/* In a table the plan's path says it all. */
	products_join_path(brand, product, NULL, path);
	if (plan == NULL || !report->in_table || report->json)
		report_text(report, "product", path);
	if (plan == NULL)
		return;
	products_join_path(brand, product, plan, path);
	report_text(report, "plan", path);
}

bool
session_number(const char *text, int64_t min, int64_t max, int64_t *number)
{
	long long value;
	char *end;

	if (text == NULL)
		return true;
	if (text[0] == '\0' || strspn(text, "-0123456789") != strlen(text))
		return false;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (*end != '\0' || errno != 0 || value < min || value > max)
		return false;
	*number = value;
	return true;
}

void
session_tell_trial(struct session *session)
{
	bool trial;

	if (!session->json && manifests_is_trial(&session->desk, &trial) == SKERRY_OK && trial)
		fputs("This desk signs under a trial root, good for trying and not for customers; "
		      "see skerry-issuer(1), LEAVING THE TRIAL ROOT.\n",
			stderr);
}

void
session_report_trial(struct session *session, struct report *report)
{
	bool trial = false;

	if (!session->json)
		session_tell_trial(session);
	else if (manifests_is_trial(&session->desk, &trial) == SKERRY_OK)
		report_flag(report, "trial", trial);
}
