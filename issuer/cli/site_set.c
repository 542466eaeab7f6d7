/* SPDX-License-Identifier: ISC */
/* skerry-issuer site set, site settle: what people say of an installation. */
#include <stdio.h>
#include <string.h>

#include "issuer/desk/installations.h"
#include "issuer/desk/notes.h"
#include "issuer/desk/sites.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char SITE_SET_HELP[] =
	"  SITE        its four characters, its id in hex or the first digits, its install id,\n"
	"              LICENSE-NUMBER\n"
	"  --group G   the group it belongs to, as an island or a courier's tour; \"\" for none\n"
	"  --json\n"
	"\n"
	"Of a group a bundle is made alone: exchange --group, bundle --group.\n"
	"\n"
	"example: skerry-issuer site set K7QM --group togian\n";
const char SITE_SETTLE_HELP[] =
	"  SITE            as in site set\n"
	"  --reason TEXT   who looked into it, and what it was: kept beside the audit log\n"
	"  --json\n"
	"\n"
	"What was found of its history (restored, clone) is taken back, and no earlier evidence\n"
	"counts: whatever happens from here on is found again.\n"
	"\n"
	"example: skerry-issuer site settle K7QM --reason \"old disk was thrown away\"\n";

static enum command_exit
end(struct session *session, const char *typed, const struct installation *site,
	const char *sentence, enum skerry_err err)
{
	struct report report;

	if (err != SKERRY_OK || !session->json) {
		enum command_exit exit = session_end(session, err, typed);

		if (exit == COMMAND_YES)
			printf("site %s %s\n", site->tag, sentence);
		return command_finish(exit);
	}
	report_begin(&report, true);
	report_text(&report, "tag", site->tag);
	report_hex(&report, "site_id", site->site_id, sizeof site->site_id);
	report_text(&report, "group", site->group);
	report_text(&report, "fork", fork_found_name(site->found));
	return session_end_report(session, &report, SKERRY_OK);
}

/* In the audit log a site goes by its row, as in what its requests led to. */
static void
write_subject(const struct installation *site, char ret_subject[AUDIT_SUBJECT_MAX])
{
	snprintf(ret_subject, AUDIT_SUBJECT_MAX, "installation %lld", (long long)site->id);
}

static enum skerry_err
set_group(struct session *session, const char *typed, const char *group, struct installation *site)
{
	struct desk *desk = &session->desk;
	char subject[AUDIT_SUBJECT_MAX];
	enum skerry_err err = session_begin(session);

	if (err == SKERRY_OK)
		err = installations_find(desk, typed, site);
	if (err != SKERRY_OK)
		return err;
	snprintf(site->group, sizeof site->group, "%s", group);
	err = installations_write(desk, site);
	write_subject(site, subject);
	if (err == SKERRY_OK)
		err = audit_append(desk, "site.set", subject, "tag=%s group=%s", site->tag,
			group[0] == '\0' ? "-" : group);
	return err == SKERRY_OK ? desk_commit(desk) : err;
}

/* A word that goes into tables and into the log as it is. */
static bool
is_group(const char *text)
{
	size_t len = strlen(text);

	if (len > INSTALLATIONS_GROUP_MAX)
		return false;
	for (const char *c = text; *c != '\0'; c++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.",
			    *c) == NULL)
			return false;
	return true;
}

enum command_exit
site_set(int argc, char **argv)
{
	const char *group = NULL;
	bool json = false;
	const struct command_option table[] = {
		{ "--group", COMMAND_VALUE, &group },
		{ "--json", COMMAND_FLAG, &json },
	};
	struct installation site = { .id = 0 };
	struct command_list operands;
	struct session session;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (group == NULL)
		return command_misuse("say what to set: --group G");
	if (!is_group(group))
		return command_misuse("--group takes letters, digits, - _ and ., %d at most",
			INSTALLATIONS_GROUP_MAX);
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = set_group(&session, operands.values[0], group, &site);
	return end(&session, operands.values[0], &site,
		group[0] == '\0' ? "is in no group" : "is in that group", err);
}

struct license_of {
	int64_t brand_id, license_id;
};

static void
keep_license(void *context, const struct site *site)
{
	*(struct license_of *)context = (struct license_of){ site->brand_id, site->license_id };
}

/* The reason may name people: it stands beside the log, with a license of the site, and can be erased. */
static enum skerry_err
note_reason(struct desk *desk, const struct installation *site, const char *reason,
	struct note *ret_note)
{
	struct sites_filter filter = { .installation_id = site->id, .limit = 1 };
	struct license_of license = { .license_id = 0 };
	enum skerry_err err = sites_each(desk, &filter, keep_license, &license);

	filter.released = true;
	if (err == SKERRY_OK && license.license_id == 0)
		err = sites_each(desk, &filter, keep_license, &license);
	*ret_note = (struct note){ .id = 0 };
	if (err == SKERRY_OK && license.license_id != 0)
		err = notes_insert(desk, license.brand_id, license.license_id, reason, ret_note);
	return err;
}

static enum skerry_err
settle(struct session *session, const char *typed, const char *reason, struct installation *site)
{
	struct desk *desk = &session->desk;
	char subject[AUDIT_SUBJECT_MAX];
	struct note note = { .id = 0 };
	enum fork_found before;
	enum skerry_err err = notes_check(desk, reason);

	if (err == SKERRY_OK)
		err = session_begin(session);
	if (err == SKERRY_OK)
		err = installations_find(desk, typed, site);
	if (err != SKERRY_OK)
		return err;
	before = site->found;
	if (before == FORK_NONE)
		return desk_refuse(desk, SKERRY_ERR_STATUS_FORBIDS, typed,
			"Nothing was found of its history. See: skerry-issuer report forks");
	err = note_reason(desk, site, reason, &note);
	if (err == SKERRY_OK)
		err = installations_settle(desk, site->id);
	if (err == SKERRY_OK)
		err = installations_find_row(desk, site->id, site);
	write_subject(site, subject);
	if (err == SKERRY_OK)
		err = audit_append(desk, "site.settle", subject, "tag=%s found=%s%s", site->tag,
			fork_found_name(before), note.mark);
	return err == SKERRY_OK ? desk_commit(desk) : err;
}

enum command_exit
site_settle(int argc, char **argv)
{
	const char *reason = NULL;
	bool json = false;
	const struct command_option table[] = {
		{ "--reason", COMMAND_VALUE, &reason },
		{ "--json", COMMAND_FLAG, &json },
	};
	struct installation site = { .id = 0 };
	struct command_list operands;
	struct session session;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (reason == NULL || reason[0] == '\0')
		return command_misuse(
			"--reason TEXT is missing: who looked into it, and what it was");
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = settle(&session, operands.values[0], reason, &site);
	return end(&session, operands.values[0], &site,
		"is settled: what was found of its history is taken back", err);
}
