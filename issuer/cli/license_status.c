/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/change_status.h"
#include "issuer/desk/notes.h"
#include "license_named.h"
#include "report.h"
#include "verbs.h"

#define NAMING_HELP                                                                                \
	"  KEY|ID         a license key (- asks for it), or a license's id\n"                      \
	"  --product P    which one, where the key holds several\n"                                \
	"  --tenant T     which one, where a product serves several tenants\n"                     \
	"  --all          all that the key holds\n"                                                \
	"  --reason TEXT  kept beside the audit log, for the desk alone\n"                         \
	"  --tell         the customer's sites are told the reason, of at most 200 bytes:\n"       \
	"                 name no people in it. Sites without a key of their own see the\n"        \
	"                 status alone\n"                                                          \
	"  --dry-run      says what would happen\n"                                                \
	"  --json\n"                                                                               \
	"\n"

const char LICENSE_SUSPEND_HELP[] = NAMING_HELP
	"Nothing more is issued for it, and its sites stop when they hear of it: with the next\n"
	"bundle. `license resume` takes it back.\n"
	"\n"
	"example: skerry-issuer license suspend 7QK2M94XPAC0DTE1 --reason \"Invoice 12 is unpaid\" "
	"--tell\n";
const char LICENSE_RESUME_HELP[] = NAMING_HELP
	"It is again what it was: paired where a site is active.\n"
	"\n"
	"example: skerry-issuer license resume 7QK2M94XPAC0DTE1 --reason \"paid today\"\n";
const char LICENSE_REVOKE_HELP[] = NAMING_HELP
	"Final: nothing leads back. Its sites stop when they hear of it, or with the last date of\n"
	"their documents. What may be taken back is: license suspend.\n"
	"\n"
	"example: skerry-issuer license revoke 7QK2M94XPAC0DTE1 --reason \"charged back\"\n";

struct options {
	enum lifecycle_move move;
	struct license_named named;
	const char *reason;
	bool all, tell, dry_run, json;
};

/* One license and what became of it. */
struct outcome {
	struct license_record license;
	struct status_changed changed;
	enum skerry_err refused;
};

struct outcomes {
	struct outcome *list;
	size_t len;
	int64_t now; /* of the change */
	bool no_memory;
};

static bool
gather(void *context, const struct license_record *license)
{
	struct outcomes *outcomes = context;
	struct outcome *more =
		realloc(outcomes->list, (outcomes->len + 1) * sizeof *outcomes->list);

	outcomes->no_memory = more == NULL;
	if (more == NULL)
		return false;
	outcomes->list = more;
	more[outcomes->len++] = (struct outcome){ .license = *license };
	return true;
}

static enum skerry_err
find(struct session *session, const struct options *options, struct outcomes *outcomes)
{
	struct license_record license = { .id = 0 };
	struct licenses_filter filter;
	enum skerry_err err;

	if (!options->all) {
		err = license_named_one(session, &options->named, &license);
		if (err == SKERRY_OK && !gather(outcomes, &license))
			err = SKERRY_ERR_NO_MEMORY;
		return err;
	}
	err = license_named_filter(session, &options->named, &filter);
	if (err == SKERRY_OK)
		err = licenses_each(&session->desk, &filter, gather, outcomes);
	if (err == SKERRY_OK && outcomes->no_memory)
		err = SKERRY_ERR_NO_MEMORY;
	if (err == SKERRY_OK && outcomes->len == 0)
		err = desk_refuse(&session->desk, SKERRY_ERR_PRODUCT, "license key",
			"See what this key holds with: skerry-issuer license show KEY");
	return err;
}

/* With --all, what cannot move stays as it is; when nothing can, the first refusal is told. */
static enum skerry_err
move_all(struct desk *desk, const struct options *options, struct outcomes *outcomes)
{
	enum skerry_err first = SKERRY_OK;
	size_t moved = 0;

	for (size_t i = outcomes->len; i-- > 0;) {
		struct outcome *outcome = &outcomes->list[i];
		enum skerry_err err = change_status(desk, &outcome->license, options->move,
			options->reason, options->tell, &outcome->changed);

		outcome->refused = err;
		if (err == SKERRY_OK)
			moved++;
		else if (err == SKERRY_ERR_STATUS_FORBIDS || err == SKERRY_ERR_REVOKED)
			first = err;
		else
			return err;
	}
	return moved > 0 ? SKERRY_OK : first;
}

static enum skerry_err
change(struct session *session, const struct options *options, struct outcomes *outcomes)
{
	struct desk *desk = &session->desk;
	enum skerry_err err = options->tell ? notes_check_told(desk, options->reason)
					    : notes_check(desk, options->reason);

	/* Before the lock is taken, since a typing error in a key asks for no passphrase. */
	if (err == SKERRY_OK)
		err = find(session, options, outcomes);
	if (err == SKERRY_OK)
		err = session_begin(session);
	if (err != SKERRY_OK)
		return err;
	/* Read again under the lock: somebody else may have moved it. */
	for (size_t i = 0; i < outcomes->len && err == SKERRY_OK; i++)
		err = licenses_find_id(
			desk, outcomes->list[i].license.public_id, &outcomes->list[i].license);
	if (err == SKERRY_OK)
		err = move_all(desk, options, outcomes);
	outcomes->now = desk->now;
	if (err == SKERRY_OK && !options->dry_run)
		err = desk_commit(desk);
	else if (err == SKERRY_OK)
		desk_rollback(desk);
	return err;
}

/* "3 sites and 1 unbound document learn" */
static void
say_who(const struct activations_tally *tally)
{
	long long sites = (long long)tally->sites, unbound = (long long)tally->unbound;

	fputs("  ", stdout);
	if (sites > 0)
		printf("%lld site%s", sites, sites == 1 ? "" : "s");
	if (sites > 0 && unbound > 0)
		fputs(" and ", stdout);
	if (unbound > 0)
		printf("whoever holds %lld unbound document%s", unbound, unbound == 1 ? "" : "s");
	printf(" learn%s", sites + (unbound > 0) == 1 ? "s" : "");
}

/* Of sites that were released: their documents are out there until they end. */
static void
say_released(int64_t lapses_at)
{
	char last[DATE_TEXT_MAX];

	date_format_day(lapses_at, last);
	if (lapses_at == LICENSE_NEVER)
		puts("  A document that was released goes on until its site hears of it.");
	else
		printf("  A document that was released goes on until its site hears of it, at the "
		       "latest until %s.\n",
			last);
}

/* Whether anybody hears why. */
static void
say_told(const struct options *options, const struct activations_tally *tally)
{
	if (options->tell && tally->sites > 0)
		puts("  The reason is told, where a site has a key of its own, with the next "
		     "bundle "
		     "or answer.");
	else if (options->tell)
		puts("  The reason is told to a site that asks; none has a key of its own.");
	else if (options->dry_run && options->reason != NULL)
		puts("  The reason stays at the desk.");
}

/* What the sites hear of it and when they stop without hearing. */
static void
say_consequence(enum lifecycle_move move, const struct status_changed *changed, int64_t now)
{
	const struct activations_tally *tally = &changed->tally;
	char last[DATE_TEXT_MAX];

	if (tally->lapses_at > now)
		say_released(tally->lapses_at);
	if (tally->sites + tally->unbound == 0) {
		if (tally->lapses_at <= now)
			puts("  It is at no site.");
		return;
	}
	say_who(tally);
	date_format_day(tally->expires_at, last);
	if (move == LIFECYCLE_RESUME)
		puts(" of it with the next bundle.");
	else if (tally->expires_at == LICENSE_NEVER)
		puts(" of it with the next bundle; nothing else ever stops them.");
	else if (tally->expires_at <= now)
		puts(" of it with the next bundle; their documents have ended.");
	else
		printf(" of it with the next bundle; without one they stop at the latest on %s.\n",
			last);
}

static void
print_text(const struct options *options, const struct outcomes *outcomes)
{
	for (size_t i = 0; i < outcomes->len; i++) {
		const struct outcome *outcome = &outcomes->list[i];
		const struct license_record *license = &outcome->license;

		if (outcome->refused != SKERRY_OK) {
			printf("license %s (%s) stays %s: %s\n", license->public_id,
				license->product, standing_name(license->stored),
				lifecycle_advice(options->move, outcome->refused));
			continue;
		}
		printf("license %s (%s) %s %s, was %s\n", license->public_id, license->product,
			options->dry_run ? "would be" : "is", standing_name(outcome->changed.after),
			standing_name(outcome->changed.before));
		say_consequence(options->move, &outcome->changed, outcomes->now);
		say_told(options, &outcome->changed.tally);
	}
	if (options->dry_run)
		puts("Nothing was changed.");
}

static enum command_exit
print_json(const struct options *options, const struct outcomes *outcomes)
{
	struct report report;

	report_begin(&report, true);
	report_array_begin(&report, "licenses");
	for (size_t i = 0; i < outcomes->len; i++) {
		const struct outcome *outcome = &outcomes->list[i];
		const struct license_record *license = &outcome->license;
		const struct status_changed *changed = &outcome->changed;
		bool moved = outcome->refused == SKERRY_OK;

		report_object_begin(&report, NULL);
		report_text(&report, "id", license->public_id);
		session_report_path(&report, license->brand, license->product, license->plan);
		report_text(&report, "tenant", license->tenant);
		report_flag(&report, "changed", moved && !options->dry_run);
		report_text(&report, "refused", moved ? NULL : skerry_err_name(outcome->refused));
		report_text(&report, "before",
			standing_name(moved ? changed->before : license->stored));
		report_text(
			&report, "status", standing_name(moved ? changed->after : license->stored));
		if (moved) {
			report_number(&report, "sites", changed->tally.sites);
			report_number(&report, "unbound_documents", changed->tally.unbound);
			report_date(&report, "documents_until",
				changed->tally.expires_at == 0 ? LICENSE_NEVER
							       : changed->tally.expires_at);
		}
		report_object_end(&report);
	}
	report_array_end(&report);
	report_flag(&report, "told", options->tell);
	report_flag(&report, "dry_run", options->dry_run);
	return report_end(&report);
}

static enum command_exit
run(const struct options *options)
{
	struct outcomes outcomes = { NULL, 0, 0, false };
	struct session session;
	enum command_exit exit = session_open(&session, options->json);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	err = change(&session, options, &outcomes);
	exit = session_end(&session, err, "license");
	if (exit == COMMAND_YES && options->json)
		exit = print_json(options, &outcomes);
	else if (exit == COMMAND_YES)
		print_text(options, &outcomes);
	free(outcomes.list);
	return command_finish(exit);
}

static enum command_exit
parse_and_run(int argc, char **argv, enum lifecycle_move move)
{
	struct options options = { .move = move };
	const struct command_option table[] = {
		{ "--product", COMMAND_VALUE, &options.named.product },
		{ "--tenant", COMMAND_VALUE, &options.named.tenant },
		{ "--all", COMMAND_FLAG, &options.all },
		{ "--reason", COMMAND_VALUE, &options.reason },
		{ "--tell", COMMAND_FLAG, &options.tell },
		{ "--dry-run", COMMAND_FLAG, &options.dry_run },
		{ "--json", COMMAND_FLAG, &options.json },
	};
	struct command_list operands;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (options.tell && options.reason == NULL)
		return command_misuse("--tell tells sites a reason: say it with --reason TEXT");
	options.named.typed = operands.values[0];
	return run(&options);
}

enum command_exit
license_suspend(int argc, char **argv)
{
	return parse_and_run(argc, argv, LIFECYCLE_SUSPEND);
}

enum command_exit
license_resume(int argc, char **argv)
{
	return parse_and_run(argc, argv, LIFECYCLE_RESUME);
}

enum command_exit
license_revoke(int argc, char **argv)
{
	return parse_and_run(argc, argv, LIFECYCLE_REVOKE);
}
