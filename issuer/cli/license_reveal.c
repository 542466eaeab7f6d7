/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/notes.h"
#include "license_named.h"
#include "report.h"
#include "verbs.h"

const char LICENSE_REVEAL_HELP[] =
	"  ID             a license's id, as `license list` shows it\n"
	"  --reason TEXT  kept beside the audit log, which notes who looked\n"
	"  --json         key, customer\n"
	"\n"
	"Prints the license key, and nothing else.\n"
	"\n"
	"example: skerry-issuer license reveal 7QK2M94XPAC0DTE1 --reason \"letter lost\"\n";

/* All licenses of a key reveal the same one: the first found stands for them. */
static bool
take_first(void *context, const struct license_record *license)
{
	*(struct license_record *)context = *license;
	return false;
}

static enum skerry_err
find(struct session *session, const char *typed, struct license_record *ret_license)
{
	struct license_named named = { .typed = typed };
	struct licenses_filter filter;
	struct license_record license = { .id = 0 };
	enum skerry_err err = license_named_filter(session, &named, &filter);

	if (err == SKERRY_OK)
		err = licenses_each(&session->desk, &filter, take_first, &license);
	if (err == SKERRY_OK && license.id == 0)
		err = SKERRY_ERR_NOT_FOUND;
	if (err == SKERRY_OK)
		*ret_license = license;
	return err;
}

/* The audit row is committed before the key is shown: nobody looks unseen. */
static enum skerry_err
reveal(struct session *session, const char *typed, const char *reason,
	struct license_record *license, char ret_key[LICENSE_KEY_MAX + 1])
{
	struct desk *desk = &session->desk;
	char subject[AUDIT_SUBJECT_MAX];
	struct note note = { .id = 0 };
	enum skerry_err err = notes_check(desk, reason);

	if (err == SKERRY_OK)
		err = find(session, typed, license);
	if (err == SKERRY_OK)
		err = session_begin(session);
	if (err == SKERRY_OK)
		err = licenses_key_text(desk, license->license_key_id, ret_key);
	if (err == SKERRY_OK)
		err = notes_insert(desk, license->brand_id, license->id, reason, &note);
	if (err != SKERRY_OK)
		return err;
	snprintf(subject, sizeof subject, "license %s", license->public_id);
	err = audit_append(desk, "license.reveal", subject, "key=%lld%s",
		(long long)license->license_key_id, note.mark);
	return err == SKERRY_OK ? desk_commit(desk) : err;
}

enum command_exit
license_reveal(int argc, char **argv)
{
	const char *reason = NULL;
	bool json = false;
	const struct command_option table[] = {
		{ "--reason", COMMAND_VALUE, &reason },
		{ "--json", COMMAND_FLAG, &json },
	};
	char key[LICENSE_KEY_MAX + 1] = "";
	struct license_record license = { .id = 0 };
	struct command_list operands;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = reveal(&session, operands.values[0], reason, &license, key);
	exit = session_end(&session, err, "license");
	if (exit == COMMAND_YES && json) {
		report_begin(&report, true);
		report_text(&report, "key", key);
		report_text(&report, "customer", license.email);
		exit = report_end(&report);
	} else if (exit == COMMAND_YES) {
		printf("%s\n", key);
		exit = command_finish(exit);
	}
	secretbox_wipe(key, sizeof key);
	return exit;
}
