/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/manifest_files.h"
#include "issuer/desk/manifests.h"
#include "keys/carried.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char MANIFEST_SET_HELP[] =
	"  FILE       the next version, signed at a ceremony; or several, one after the other\n"
	"  --cosign   also signs it with this desk's trial root: leaves that root for FILE's\n"
	"\n"
	"Where it no longer lets the desk's key sign, another key of the desk that it lists takes\n"
	"over: add that one first, with `key add`.\n"
	"\n"
	"example: skerry-issuer manifest set next.manifest\n";
const char MANIFEST_SHOW_HELP[] = "  --out FILE   writes the newest version\n"
				  "  --force      replaces FILE\n"
				  "  --json\n"
				  "\n"
				  "example: skerry-issuer manifest show\n";

static enum skerry_err
take_all(struct session *session, const struct carried *carried, bool cosign, uint64_t *ret_version,
	size_t *ret_outdated)
{
	size_t taken = 0, outdated = 0;
	enum skerry_err err = session_begin(session);

	for (size_t i = 0; i < carried->count && err == SKERRY_OK; i++) {
		const struct document *document = &carried->documents[i];

		if (document->kind != DOCUMENT_MANIFEST)
			continue;
		err = manifests_take(&session->desk, document->bytes.data, document->bytes.len,
			cosign, ret_version, &outdated);
		*ret_outdated += outdated;
		taken++;
	}
	if (err == SKERRY_OK && taken == 0)
		err = SKERRY_ERR_DOCUMENT_KIND;
	if (err == SKERRY_OK)
		err = desk_commit(&session->desk);
	if (err == SKERRY_OK)
		err = manifest_files_mend(&session->desk);
	return err;
}

static enum skerry_err
tell_set(struct session *session, uint64_t version, size_t outdated)
{
	char text[2 * COSE_KID_LEN + 1];
	uint8_t kid[COSE_KID_LEN];
	enum skerry_err err = desk_keys_read_use(&session->desk, kid);

	if (err != SKERRY_OK)
		return err;
	vault_kid_text(kid, text);
	printf("This desk works under manifest version %llu: %s/manifests/%llu.manifest\n",
		(unsigned long long)version, session_desk_path(), (unsigned long long)version);
	printf("It signs with key %s.\n", text);
	if (outdated > 0)
		printf("The newest licenses of %zu activation%s are by a key that it no longer "
		       "lets "
		       "sign them. Sites that exchange\nare left new ones with the next bundle; "
		       "for "
		       "others: skerry-issuer license issue ID --activation N --out FILE\n",
			outdated, outdated == 1 ? "" : "s");
	return SKERRY_OK;
}

/* "license, status"; the roles a key has. */
static void
roles_text(unsigned roles, char *ret_text, size_t text_max)
{
	size_t len = 0;

	ret_text[0] = '\0';
	for (unsigned bit = MANIFEST_ROLE_LICENSE; bit <= MANIFEST_ROLE_BUNDLE; bit <<= 1)
		if ((roles & bit) != 0 && len < text_max)
			len += (size_t)snprintf(ret_text + len, text_max - len, "%s%s",
				len == 0 ? "" : ",", manifest_role_name((enum manifest_role)bit));
}

static void
brands_text(const struct manifest_key *key, char *ret_text, size_t text_max)
{
	size_t len = 0;

	snprintf(ret_text, text_max, "all");
	for (size_t i = 0; i < key->brands_len && len < text_max; i++)
		len += (size_t)snprintf(ret_text + len, text_max - len, "%s%.*s",
			len == 0 ? "" : ",", (int)key->brands[i].len, key->brands[i].chars);
}

static void
put_keys(struct report *report, const struct trust *trust)
{
	static const struct table_column COLUMNS[] = { { "KEY", false }, { "ROLES", false },
		{ "BRANDS", false }, { "FROM", false }, { "UNTIL", false }, { "LATEST", false },
		{ "PERPETUAL", false }, { "REVOKED", false } };
	char roles[64], brands[512];

	report_table_begin(report, "keys", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	for (size_t i = 0; i < trust->manifest.keys_len; i++) {
		const struct manifest_key *key = &trust->manifest.keys[i];

		roles_text(key->roles, roles, sizeof roles);
		brands_text(key, brands, sizeof brands);
		report_row_begin(report);
		report_hex(report, "kid", trust->kids[i], COSE_KID_LEN);
		report_text(report, "roles", roles);
		report_text(report, "brands", brands);
		report_date(report, "not_before", key->not_before);
		report_date(report, "not_after", key->not_after);
		report_date(report, "latest", key->latest);
		report_flag(report, "perpetual", key->perpetual);
		report_date(report, "revoked_at", key->revoked_at);
		report_row_end(report);
	}
	report_table_end(report);
}

static void
put_manifest(struct report *report, const struct trust *trust)
{
	const struct manifest *manifest = &trust->manifest;

	report_number(report, "version", (int64_t)manifest->version);
	report_flag(report, "trial", manifest->trial);
	report_number(report, "threshold", manifest->threshold);
	report_number(report, "roots", (int64_t)manifest->roots_len);
	report_date(report, "issued_at", manifest->issued_at);
	report_date(report, "expires_at", manifest->expires_at);
	report_number(report, "contacts", (int64_t)manifest->contacts_len);
	put_keys(report, trust);
}

/* The object of `manifest show`. */
static enum command_exit
report_manifest(struct session *session)
{
	struct trust *trust = NULL;
	struct report report;
	enum skerry_err err = manifests_load(&session->desk, &trust);

	if (err != SKERRY_OK)
		return session_end(session, err, NULL);
	report_begin(&report, session->json);
	put_manifest(&report, trust);
	free(trust);
	return session_end_report(session, &report, err);
}

enum command_exit
manifest_set(int argc, char **argv)
{
	bool cosign = false, json = false;
	const struct command_option table[] = { { "--cosign", COMMAND_FLAG, &cosign },
		{ "--json", COMMAND_FLAG, &json } };
	struct carried carried = { .memory = NULL };
	struct command_list operands;
	struct session session;
	uint64_t version = 0;
	size_t offset = 0, outdated = 0;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, 2, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = carried_read(operands.values[0], &carried, &offset);
	desk_note_offset(&session.desk, err, offset);
	if (err == SKERRY_OK)
		err = take_all(&session, &carried, cosign, &version, &outdated);
	carried_free(&carried);
	if (err == SKERRY_OK && json)
		return report_manifest(&session);
	if (err == SKERRY_OK)
		err = tell_set(&session, version, outdated);
	return command_finish(session_end(&session, err, operands.values[0]));
}

static enum skerry_err
write_newest(struct session *session, const struct trust *trust, const char *path, bool force)
{
	enum skerry_err err = carried_write(
		path, DOCUMENT_MANIFEST, trust->bytes, trust->bytes_len, false, force);

	return err == SKERRY_OK ? SKERRY_OK : session_refuse_output(&session->desk, err, path);
}

enum command_exit
manifest_show(int argc, char **argv)
{
	const char *out = NULL;
	bool json = false, force = false;
	const struct command_option table[] = {
		{ "--json", COMMAND_FLAG, &json },
		{ "--out", COMMAND_VALUE, &out },
		{ "--force", COMMAND_FLAG, &force },
	};
	struct trust *trust = NULL;
	struct command_list operands;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, 3, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = manifests_load(&session.desk, &trust);
	if (err == SKERRY_OK)
		err = manifest_files_mend(&session.desk);
	if (err == SKERRY_OK && out != NULL)
		err = write_newest(&session, trust, out, force);
	if (err != SKERRY_OK || (out != NULL && strcmp(out, "-") == 0)) {
		free(trust);
		return session_end(&session, err, "manifest");
	}
	report_begin(&report, json);
	put_manifest(&report, trust);
	free(trust);
	session_tell_trial(&session);
	return session_end_report(&session, &report, err);
}
