/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "issuer/desk/brand_guard.h"
#include "issuer/desk/brands.h"
#include "issuer/desk/operators.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char OPERATOR_ADD_HELP[] =
	"  --new-passphrase-file F   the new operator's passphrase is the first line of F (else "
	"it\n"
	"                            is asked for, after yours)\n"
	"  --brand BRAND             changes what is of that brand, and nothing else\n"
	"  --json\n"
	"\n"
	"Each operator has a passphrase of their own for the same desk, and the audit log names\n"
	"who did what. One of a brand is kept from mistakes with another's, not from reading the\n"
	"desk's file: brands that must not see each other have a desk each.\n"
	"\n"
	"example: skerry-issuer operator add ani --brand hotelhub\n";
const char OPERATOR_SET_HELP[] =
	"  --name NAME               the new name\n"
	"  --new-passphrase          asks for a new passphrase\n"
	"  --new-passphrase-file F   the first line of F is it\n"
	"  --brand BRAND             changes what is of that brand, and nothing else\n"
	"  --all-brands              changes everything, also keys, manifest and operators\n"
	"  --json\n"
	"\n"
	"On a desk that was made without a passphrase this closes the desk: its key no longer\n"
	"lies open in desk.key.\n"
	"\n"
	"example: skerry-issuer operator set owner --new-passphrase\n";
const char OPERATOR_LIST_HELP[] = "  --json\n"
				  "\n"
				  "example: skerry-issuer operator list\n";
const char OPERATOR_SHOW_HELP[] = "  --json\n"
				  "\n"
				  "example: skerry-issuer operator show ani\n";
const char OPERATOR_REMOVE_HELP[] =
	"From then on the operator's passphrase opens nothing. What they did stays in the log\n"
	"under their name.\n"
	"\n"
	"example: skerry-issuer operator remove ani\n";

/* A desk's key under a new passphrase. */
struct wrapping {
	uint8_t bytes[VAULT_WRAPPED_MAX];
	size_t len;
};

static enum skerry_err
wrap_anew(struct session *session, const char *name, int64_t id, const char *file,
	struct wrapping *ret_wrapping)
{
	struct passphrase passphrase = { NULL, 0 };
	struct key_wrap wrap = { .kind = KEY_WRAP_PASSPHRASE };
	char what[OPERATORS_NAME_MAX + 32];
	enum skerry_err err;

	snprintf(what, sizeof what, "the new operator %s", name);
	err = terminal_passphrase(file, what, true, &passphrase);
	if (err == SKERRY_ERR_NO_TERMINAL)
		return desk_refuse(&session->desk, err, name,
			"Give the operator's own passphrase in a file: --new-passphrase-file FILE");
	if (err != SKERRY_OK)
		return desk_refuse(&session->desk, err, file != NULL ? file : name, "%s",
			skerry_err_advice(err));
	session_warn_short(&passphrase);
	wrap.passphrase = passphrase.text;
	wrap.passphrase_len = passphrase.len;
	err = operators_check_passphrase(&session->desk, &passphrase, name, id);
	if (err == SKERRY_OK)
		err = vault_wrap(&session->desk.vault.desk_key, &wrap, ret_wrapping->bytes,
			&ret_wrapping->len);
	terminal_passphrase_free(&passphrase);
	return err;
}

static void
put(struct report *report, const struct operator_record *person)
{
	report_number(report, "number", person->id);
	report_text(report, "name", person->name);
	report_text(report, "brand",
		person->brand_id == 0 && !report->json ? "all brands" : person->brand);
	report_flag(report, "passphrase", person->has_passphrase);
	report_date(report, "added", person->created_at);
	report_date(report, "removed", person->removed_at);
}

static enum command_exit
report_one(struct session *session, const struct operator_record *person)
{
	struct report report;

	report_begin(&report, session->json);
	put(&report, person);
	return session_end_report(session, &report, SKERRY_OK);
}

static enum skerry_err
add(struct session *session, const char *name, const char *brand_slug, const char *file,
	struct operator_record *ret_operator)
{
	struct desk *desk = &session->desk;
	struct wrapping wrapping = { .len = 0 };
	struct brand brand;
	enum skerry_err err;

	if (!operators_need_passphrase(desk))
		return desk_refuse(desk, SKERRY_ERR_STATUS_FORBIDS, name,
			"This desk has no passphrase, so it cannot tell operators apart. Close it "
			"first: skerry-issuer operator set owner --new-passphrase");
	/* Before anybody types two passphrases. */
	err = operators_check_name(desk, name);
	if (err == SKERRY_OK && brand_slug != NULL)
		err = brands_find(desk, brand_slug, &brand);
	if (err == SKERRY_OK)
		err = session_unlock(session);
	if (err == SKERRY_OK)
		err = brand_guard_ask(desk, 0);
	if (err == SKERRY_OK)
		err = wrap_anew(session, name, 0, file, &wrapping);
	if (err == SKERRY_OK)
		err = desk_begin(desk);
	if (err == SKERRY_OK)
		err = operators_add(
			desk, name, brand_slug, wrapping.bytes, wrapping.len, ret_operator);
	return err == SKERRY_OK ? desk_commit(desk) : err;
}

enum command_exit
operator_add(int argc, char **argv)
{
	const char *file = NULL, *brand = NULL;
	bool json = false;
	const struct command_option table[] = { { "--new-passphrase-file", COMMAND_VALUE, &file },
		{ "--brand", COMMAND_VALUE, &brand }, { "--json", COMMAND_FLAG, &json } };
	struct operator_record person = { .id = 0 };
	struct command_list operands;
	struct session session;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, 3, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = add(&session, operands.values[0], brand, file, &person);
	return err == SKERRY_OK ? report_one(&session, &person)
				: session_end(&session, err, operands.values[0]);
}

struct set_flags {
	const char *name, *file, *brand;
	bool passphrase, all_brands;
};

static enum skerry_err
change(struct session *session, const char *who, const struct set_flags *flags,
	const struct wrapping *wrapping, struct operator_record *ret_operator)
{
	struct desk *desk = &session->desk;
	enum skerry_err err = desk_begin(desk);

	if (err == SKERRY_OK)
		err = operators_find(desk, who, ret_operator);
	if (err == SKERRY_OK && flags->name != NULL)
		err = operators_rename(desk, ret_operator, flags->name);
	if (err == SKERRY_OK && flags->passphrase)
		err = operators_set_passphrase(desk, ret_operator, wrapping->bytes, wrapping->len);
	/* Last: whoever limits themselves may not change the rest afterwards. */
	if (err == SKERRY_OK && (flags->brand != NULL || flags->all_brands))
		err = operators_set_brand(desk, ret_operator, flags->brand);
	if (err == SKERRY_OK)
		err = desk_commit(desk);
	/* Only now that the records hold the key, wrapped. */
	if (err == SKERRY_OK && flags->passphrase)
		err = operators_forget_open_key(desk);
	return err == SKERRY_OK ? operators_find_id(desk, ret_operator->id, ret_operator) : err;
}

static enum skerry_err
set(struct session *session, const char *who, const struct set_flags *flags, bool *ret_closed,
	struct operator_record *ret_operator)
{
	struct wrapping wrapping = { .len = 0 };
	bool was_open = !operators_need_passphrase(&session->desk);
	enum skerry_err err = operators_find(&session->desk, who, ret_operator);

	if (err == SKERRY_OK)
		err = session_unlock(session);
	/* Before anybody types one that is of no use. */
	if (err == SKERRY_OK && ret_operator->id != session->desk.operator_id)
		err = brand_guard_ask(&session->desk, 0);
	if (err == SKERRY_OK && flags->passphrase)
		err = wrap_anew(session, who, ret_operator->id, flags->file, &wrapping);
	if (err == SKERRY_OK)
		err = change(session, who, flags, &wrapping, ret_operator);
	*ret_closed = err == SKERRY_OK && was_open && flags->passphrase;
	return err;
}

enum command_exit
operator_set(int argc, char **argv)
{
	struct set_flags flags = { .name = NULL };
	bool json = false, closed;
	const struct command_option table[] = { { "--name", COMMAND_VALUE, &flags.name },
		{ "--new-passphrase", COMMAND_FLAG, &flags.passphrase },
		{ "--new-passphrase-file", COMMAND_VALUE, &flags.file },
		{ "--brand", COMMAND_VALUE, &flags.brand },
		{ "--all-brands", COMMAND_FLAG, &flags.all_brands },
		{ "--json", COMMAND_FLAG, &json } };
	struct operator_record person = { .id = 0 };
	struct command_list operands;
	struct session session;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	flags.passphrase |= flags.file != NULL;
	if (flags.brand != NULL && flags.all_brands)
		return command_misuse("--brand and --all-brands exclude each other");
	if (flags.name == NULL && !flags.passphrase && flags.brand == NULL && !flags.all_brands)
		return command_misuse(
			"say what to change: --name, --new-passphrase, --brand or --all-brands");
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = set(&session, operands.values[0], &flags, &closed, &person);
	if (err != SKERRY_OK)
		return session_end(&session, err, operands.values[0]);
	exit = report_one(&session, &person);
	if (closed && !json)
		fputs("This desk asks for a passphrase now; desk.key is gone. Copies and backups "
		      "that were made of it before still open the desk: destroy them.\n",
			stderr);
	return exit;
}

static void
put_row(void *context, const struct operator_record *person)
{
	struct report *report = context;

	report_row_begin(report);
	put(report, person);
	report_row_end(report);
}

enum command_exit
operator_list(int argc, char **argv)
{
	static const struct table_column COLUMNS[] = { { "NUMBER", true }, { "NAME", false },
		{ "BRAND", false }, { "PASSPHRASE", false }, { "ADDED", false },
		{ "REMOVED", false } };
	struct command_list operands;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	exit = session_start(argc, argv, 0, 0, &operands, &session);
	if (exit != COMMAND_YES)
		return exit;
	report_begin(&report, session.json);
	report_table_begin(&report, "operators", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	err = operators_each(&session.desk, put_row, &report);
	report_table_end(&report);
	return session_end_report(&session, &report, err);
}

enum command_exit
operator_show(int argc, char **argv)
{
	struct operator_record person = { .id = 0 };
	struct command_list operands;
	struct session session;
	enum command_exit exit;
	enum skerry_err err;

	exit = session_start(argc, argv, 1, 1, &operands, &session);
	if (exit != COMMAND_YES)
		return exit;
	err = operators_find(&session.desk, operands.values[0], &person);
	return err == SKERRY_OK ? report_one(&session, &person)
				: session_end(&session, err, operands.values[0]);
}

static enum skerry_err
take_away(struct session *session, const char *who)
{
	struct operator_record person = { .id = 0 };
	enum skerry_err err = operators_find(&session->desk, who, &person);

	if (err == SKERRY_OK)
		err = session_begin(session);
	if (err == SKERRY_OK)
		err = operators_find(&session->desk, who, &person);
	if (err == SKERRY_OK)
		err = operators_remove(&session->desk, &person);
	return err == SKERRY_OK ? desk_commit(&session->desk) : err;
}

enum command_exit
operator_remove(int argc, char **argv)
{
	struct command_list operands;
	struct session session;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, NULL, 0, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, false);
	if (exit != COMMAND_YES)
		return exit;
	err = take_away(&session, operands.values[0]);
	exit = session_end(&session, err, operands.values[0]);
	if (exit != COMMAND_YES)
		return exit;
	fputs("Removed ", stdout);
	command_print_safe(stdout, operands.values[0], strlen(operands.values[0]));
	printf(". That passphrase opens nothing from now on, but older backups.\n"
	       "Whoever was an operator could have copied the desk's keys. If that is to be "
	       "feared, replace the\nsigning key: skerry-keys new issuing, then let the next "
	       "manifest revoke the old one.\n");
	return command_finish(COMMAND_YES);
}
