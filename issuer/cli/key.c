/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/brand_guard.h"
#include "issuer/desk/desk_keys.h"
#include "issuer/desk/manifests.h"
#include "issuer/desk/operators.h"
#include "keys/secret_file.h"
#include "keys/untrusted_file.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char KEY_ADD_HELP[] =
	"  FILE                      NAME.key as `skerry-keys new issuing` made it\n"
	"  --key-passphrase-file F   FILE's passphrase is the first line of F\n"
	"\n"
	"The key is kept under the desk's own key from now on. Root keys stay with their holders.\n"
	"\n"
	"example: skerry-issuer key add 2027.key\n";
const char KEY_USE_HELP[] = "  KID      the first digits of the key's id\n"
			    "  --json   the key, as `key list` has it\n"
			    "\n"
			    "The desk's manifest must list it.\n"
			    "\n"
			    "example: skerry-issuer key use 5c1e\n";
const char KEY_LIST_HELP[] = "  --json\n"
			     "\n"
			     "example: skerry-issuer key list\n";

/* Where the file's passphrase comes from: its own flag, the desk's, or somebody who types it. */
static enum skerry_err
open_wrapped(struct session *session, const char *path, const char *passphrase_file,
	const uint8_t *bytes, size_t len, enum key_purpose purpose, struct key_pair *ret_pair)
{
	struct passphrase passphrase = { NULL, 0 };
	struct key_wrap wrap = { .kind = KEY_WRAP_PASSPHRASE };
	size_t offset;
	enum skerry_err err;

	if (passphrase_file == NULL)
		passphrase_file = session_passphrase_file();
	err = terminal_passphrase(passphrase_file, path, false, &passphrase);
	if (err != SKERRY_OK)
		return desk_refuse(&session->desk, err,
			passphrase_file == NULL ? path : passphrase_file,
			err == SKERRY_ERR_NO_TERMINAL
				? "Give the key's passphrase in a file: --key-passphrase-file FILE"
				: "%s",
			skerry_err_advice(err));
	wrap.passphrase = passphrase.text;
	wrap.passphrase_len = passphrase.len;
	err = key_file_open(bytes, len, purpose, &wrap, ret_pair, &offset);
	terminal_passphrase_free(&passphrase);
	return err;
}

static enum skerry_err
open_key_file(struct session *session, const char *path, const char *passphrase_file,
	struct key_pair *ret_pair)
{
	struct key_wrap none = { .kind = KEY_WRAP_NONE };
	struct key_file_info info = { .wrap = KEY_WRAP_NONE };
	enum document_kind kind;
	uint8_t *bytes = NULL;
	size_t len = 0, offset;
	enum skerry_err err = secret_file_read(path, &bytes, &len, &kind);

	if (err == SKERRY_ERR_FILE_EXPOSED)
		return desk_refuse(&session->desk, err, path,
			"Others could have copied it. If nobody did: chmod 600 %s; else make a new "
			"key and let the next manifest revoke this one.",
			path);
	if (err != SKERRY_OK && secret_file_advice(err, kind) != NULL)
		return desk_refuse(&session->desk, err, path, "%s", secret_file_advice(err, kind));
	if (err == SKERRY_OK)
		err = key_file_inspect(bytes, len, &info, &offset);
	if (err == SKERRY_OK && info.purpose != KEY_ISSUING && info.purpose != KEY_EXCHANGE)
		err = desk_refuse(&session->desk, SKERRY_ERR_TRUST_PURPOSE, path,
			"It is a %s key. A desk takes issuing and exchange keys; root keys stay "
			"with their holders.",
			key_purpose_name(info.purpose));
	if (err == SKERRY_OK)
		err = info.wrap == KEY_WRAP_NONE
			      ? key_file_open(bytes, len, info.purpose, &none, ret_pair, &offset)
			      : open_wrapped(session, path, passphrase_file, bytes, len,
					info.purpose, ret_pair);
	untrusted_file_free_secret(bytes, len);
	return err;
}

static enum skerry_err
add(struct session *session, const struct key_pair *pair)
{
	enum skerry_err err = session_begin(session);

	/* Before the key's file is there. */
	if (err == SKERRY_OK)
		err = brand_guard_ask(&session->desk, 0);
	if (err == SKERRY_OK)
		err = desk_keys_add(&session->desk, pair);
	return err == SKERRY_OK ? desk_commit(&session->desk) : err;
}

enum command_exit
key_add(int argc, char **argv)
{
	const char *passphrase_file = NULL;
	const struct command_option table[] = { { "--key-passphrase-file", COMMAND_VALUE,
		&passphrase_file } };
	struct key_pair pair = { .secret = NULL };
	char kid[2 * COSE_KID_LEN + 1];
	struct command_list operands;
	struct session session;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, 1, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, false);
	if (exit != COMMAND_YES)
		return exit;
	err = open_key_file(&session, operands.values[0], passphrase_file, &pair);
	if (err == SKERRY_OK)
		err = add(&session, &pair);
	if (err == SKERRY_OK) {
		vault_kid_text(pair.kid, kid);
		printf("key %s, %s. The desk keeps its own copy; put %s away.\n", kid,
			key_purpose_name(pair.purpose), operands.values[0]);
	}
	key_pair_free(&pair);
	return command_finish(session_end(&session, err, operands.values[0]));
}

/* Only a key that could sign today is taken into use. */
static enum skerry_err
check_usable(struct desk *desk, const struct desk_key *key, const char *digits)
{
	struct trust *trust = NULL;
	enum skerry_err err = manifests_load(desk, &trust);

	if (err != SKERRY_OK)
		return err;
	err = manifests_usable(trust, key, desk->now);
	free(trust);
	switch (err) {
	case SKERRY_ERR_TRUST_PURPOSE:
		return desk_refuse(desk, err, digits, "Only an issuing key signs licenses.");
	case SKERRY_ERR_TRUST_KEY_UNKNOWN:
		return desk_refuse(desk, err, digits,
			"The desk's manifest does not list it yet; take the next one first: "
			"skerry-issuer manifest set FILE");
	case SKERRY_ERR_TRUST_KEY_REVOKED:
		return desk_refuse(desk, err, digits,
			"The desk's manifest revokes it; sites would refuse what it signs.");
	default:
		return err;
	}
}

struct listing {
	struct report *report;
	const struct trust *trust;
};

static bool
is_listed(const struct manifest *manifest, const struct desk_key *key)
{
	bool listed = false;

	for (size_t i = 0; i < manifest->keys_len && !listed; i++)
		listed = cose_key_same(&manifest->keys[i].key, &key->public_key);
	for (size_t i = 0; i < manifest->exchange_len && !listed; i++)
		listed = cose_key_same(&manifest->exchange[i].key, &key->public_key);
	for (size_t i = 0; i < manifest->roots_len && !listed; i++)
		listed = cose_key_same(&manifest->roots[i], &key->public_key);
	return listed;
}

static void
put_key(struct report *report, const struct trust *trust, const struct desk_key *key)
{
	const struct manifest_key *listed = trust_find_key(trust, key->kid);

	report_hex(report, "kid", key->kid, COSE_KID_LEN);
	report_text(report, "purpose", key_purpose_name(key->purpose));
	report_flag(report, "in_use", key->in_use);
	report_flag(report, "listed", is_listed(&trust->manifest, key));
	report_date(report, "not_before", listed == NULL ? LICENSE_NEVER : listed->not_before);
	report_date(report, "not_after", listed == NULL ? LICENSE_NEVER : listed->not_after);
	report_date(report, "latest", listed == NULL ? LICENSE_NEVER : listed->latest);
	report_flag(report, "revoked", listed != NULL && listed->revoked_at != LICENSE_NEVER);
}

static void
put_row(void *context, const struct desk_key *key)
{
	struct listing *listing = context;

	report_row_begin(listing->report);
	put_key(listing->report, listing->trust, key);
	report_row_end(listing->report);
}

static enum command_exit
report_key(struct session *session, const struct desk_key *key)
{
	struct trust *trust = NULL;
	struct report report;
	enum skerry_err err = manifests_load(&session->desk, &trust);

	if (err != SKERRY_OK)
		return session_end(session, err, NULL);
	report_begin(&report, session->json);
	put_key(&report, trust, key);
	free(trust);
	return session_end_report(session, &report, err);
}

enum command_exit
key_use(int argc, char **argv)
{
	bool json = false;
	const struct command_option table[] = { { "--json", COMMAND_FLAG, &json } };
	char kid[2 * COSE_KID_LEN + 1];
	struct command_list operands;
	struct session session;
	struct desk_key key;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, 1, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = session_begin(&session);
	if (err == SKERRY_OK)
		err = desk_keys_find(&session.desk, operands.values[0], &key);
	if (err == SKERRY_OK)
		err = check_usable(&session.desk, &key, operands.values[0]);
	if (err == SKERRY_OK)
		err = desk_keys_use(&session.desk, key.kid);
	if (err == SKERRY_OK)
		err = desk_commit(&session.desk);
	if (err == SKERRY_OK && json) {
		key.in_use = true;
		return report_key(&session, &key);
	}
	if (err == SKERRY_OK) {
		vault_kid_text(key.kid, kid);
		printf("This desk signs with key %s.\n", kid);
	}
	return command_finish(session_end(&session, err, operands.values[0]));
}

enum command_exit
key_list(int argc, char **argv)
{
	static const struct table_column COLUMNS[] = { { "KEY", false }, { "PURPOSE", false },
		{ "SIGNS", false }, { "LISTED", false }, { "FROM", false }, { "UNTIL", false },
		{ "LATEST", false }, { "REVOKED", false } };
	struct listing listing;
	struct trust *trust = NULL;
	struct command_list operands;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	exit = session_start(argc, argv, 0, 0, &operands, &session);
	if (exit != COMMAND_YES)
		return exit;
	err = manifests_load(&session.desk, &trust);
	if (err != SKERRY_OK)
		return session_end(&session, err, NULL);
	listing = (struct listing){ &report, trust };
	report_begin(&report, session.json);
	report_table_begin(&report, "keys", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	err = desk_keys_each(&session.desk, put_row, &listing);
	report_table_end(&report);
	session_report_trial(&session, &report);
	free(trust);
	return session_end_report(&session, &report, err);
}
