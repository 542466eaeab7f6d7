/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/set_license.h"
#include "license_named.h"
#include "plan_flags.h"
#include "report.h"
#include "verbs.h"

const char LICENSE_SET_HELP[] =
	"  KEY|ID                    which; --product P and --tenant T where a key holds several\n"
	"  --plan BRAND/PRODUCT/PLAN another plan of the same product\n"
	"  --activations N           how many sites\n"
	"  --until DATE              the license's end; never\n"
	"  --maintenance-until DATE  until when releases may be built; never\n"
	"  --shorten                 a date may come before what it was\n"
	"  --as-plan                 drops all values of its own\n"
	"  --reason TEXT             kept beside the audit log\n"
	"  --dry-run                 says what would happen\n"
	"  --json\n"
	"\n"
	"Values of its own, instead of the plan's, are given as to `plan add`: --feature, "
	"--limit,\n"
	"--text, --without, --seats, --burst, --seat-ttl, --grace, --warn, --alert, --degraded,\n"
	"--expiry-grace, --rebind-grace, --overlap, --tolerance, --day-end, --rollback-policy,\n"
	"--max-status-age, --telephone, --migrations, --renew-every; for the next renewal --term,\n"
	"--perpetual, --maintenance. Sites get it with their next document.\n"
	"\n"
	"example: skerry-issuer license set 7QK2M94XPAC0DTE1 --limit max_rooms=120 --dry-run\n";

/* The flags of a plan, and a few more. */
enum { TABLE_MAX = PLAN_FLAGS_MAX + 16 };

struct options {
	struct plan_flags flags; /* --json among them */
	struct license_named named;
	const char *plan, *until, *maintenance_until, *reason;
	bool as_plan, shorten, dry_run;
	struct override said[OVERRIDES_LINES_MAX + COMMAND_LIST_MAX];
};

static bool
collect(void *context, enum plan_word word, const char *value)
{
	struct license_change *change = context;
	struct override *said = &change->said[change->said_len];

	if (word == PLAN_WORD_ACTIVATIONS) {
		if (session_number(value, 1, PLAN_ACTIVATIONS_MAX, &change->activations))
			return true;
		command_misuse(
			"--activations takes 1 to %d, not '%s'", PLAN_ACTIVATIONS_MAX, value);
		return false;
	}
	if (change->said_len == OVERRIDES_LINES_MAX || strlen(value) > PLAN_WORD_VALUE_MAX) {
		command_misuse("--%s: too long, or too many", plan_word_name(word));
		return false;
	}
	said->word = word;
	memcpy(said->value, value, strlen(value) + 1);
	change->said_len++;
	return true;
}

static bool
read_date(const char *option, const char *typed, bool *has, int64_t *at)
{
	if (typed == NULL)
		return true;
	*has = true;
	*at = LICENSE_NEVER;
	if (strcmp(typed, "never") == 0 || date_parse(typed, at) == SKERRY_OK)
		return true;
	command_misuse("%s takes a date such as 2027-04-28, or never, not '%s'", option, typed);
	return false;
}

static bool
read_change(struct options *options, struct license_change *ret_change)
{
	*ret_change = (struct license_change){ .plan = options->plan,
		.as_plan = options->as_plan,
		.shorten = options->shorten,
		.said = options->said,
		.reason = options->reason };
	if (!plan_flags_each(&options->flags, collect, ret_change) ||
		!read_date("--until", options->until, &ret_change->has_until, &ret_change->until) ||
		!read_date("--maintenance-until", options->maintenance_until,
			&ret_change->has_maintenance_until, &ret_change->maintenance_until))
		return false;
	if (ret_change->said_len > 0 || ret_change->activations > 0 || options->as_plan ||
		options->plan != NULL || ret_change->has_until || ret_change->has_maintenance_until)
		return true;
	command_misuse("what of it? --activations, --until, --plan, --limit ...");
	return false;
}

static enum skerry_err
change(struct session *session, const struct options *options,
	const struct license_change *license_change, struct license_record *license,
	struct license_set *set)
{
	struct desk *desk = &session->desk;
	enum skerry_err err = license_named_one(session, &options->named, license);

	if (err == SKERRY_OK)
		err = session_begin(session);
	if (err == SKERRY_OK)
		err = licenses_find_id(desk, license->public_id, license);
	if (err == SKERRY_OK)
		err = set_license(desk, license, license_change, set);
	if (err == SKERRY_OK && !options->dry_run && set->changed)
		err = desk_commit(desk);
	else if (err == SKERRY_OK)
		desk_rollback(desk);
	return err;
}

/* A value before and after. NULL: as the plan says. */
static void
put_text(struct report *report, const char *name, const char *before, const char *after)
{
	if (before != NULL && after != NULL && strcmp(before, after) == 0)
		return;
	report_row_begin(report);
	report_text(report, "name", name);
	report_text(report, "before", before == NULL && !report->json ? "as its plan" : before);
	report_text(report, "after", after == NULL && !report->json ? "as its plan" : after);
	report_row_end(report);
}

static void
put_date(struct report *report, const char *name, int64_t before, int64_t after)
{
	char before_text[DATE_TEXT_MAX], after_text[DATE_TEXT_MAX];

	date_format(before, before_text);
	date_format(after, after_text);
	put_text(report, name, before == LICENSE_NEVER ? "never" : before_text,
		after == LICENSE_NEVER ? "never" : after_text);
}

static void
put_number(struct report *report, const char *name, int64_t before, int64_t after)
{
	char before_text[24], after_text[24];

	snprintf(before_text, sizeof before_text, "%lld", (long long)before);
	snprintf(after_text, sizeof after_text, "%lld", (long long)after);
	put_text(report, name, before_text, after_text);
}

/* What of the line stands in the list: its value, or NULL. */
static const char *
find_line(const struct overrides *overrides, const struct override *line)
{
	for (size_t i = 0; i < overrides->len; i++) {
		const struct override *other = &overrides->lines[i];

		if (other->word == line->word &&
			(!plan_word_is_grant(line->word) || strcmp(other->value, line->value) == 0))
			return plan_word_is_grant(line->word) || line->word == PLAN_WORD_PERPETUAL
				       ? "set"
				       : other->value;
	}
	return NULL;
}

static void
put_lines(struct report *report, const struct overrides *lines, const struct license_set *set,
	bool only_gone)
{
	char name[OVERRIDES_LINE_MAX];

	for (size_t i = 0; i < lines->len; i++) {
		const struct override *line = &lines->lines[i];
		const char *before = find_line(&set->before.overrides, line);
		const char *after = find_line(&set->after.overrides, line);

		if (only_gone && after != NULL)
			continue;
		snprintf(name, sizeof name, "%s%s%s", plan_word_name(line->word),
			plan_word_is_grant(line->word) ? " " : "",
			plan_word_is_grant(line->word) ? line->value : "");
		if (before != NULL || after != NULL)
			put_text(report, name, before, after);
	}
}

static void
put_changes(struct report *report, const struct license_set *set)
{
	static const struct table_column COLUMNS[] = { { "VALUE", false }, { "BEFORE", false },
		{ "AFTER", false } };
	const struct license_state *before = &set->before, *after = &set->after;

	report_table_begin(report, "changes", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	put_text(report, "plan", before->plan, after->plan);
	put_date(report, "valid_until", before->valid_until, after->valid_until);
	put_date(report, "maintenance_until", before->maintenance_until, after->maintenance_until);
	put_number(report, "activations", before->max_activations, after->max_activations);
	put_lines(report, &after->overrides, set, false);
	put_lines(report, &before->overrides, set, true);
	report_table_end(report);
}

static enum command_exit
print_set(const struct options *options, const struct license_record *license,
	const struct license_set *set)
{
	struct report report;
	enum command_exit exit;

	report_begin(&report, options->flags.json);
	if (options->flags.json) {
		report_text(&report, "id", license->public_id);
		report_flag(&report, "changed", set->changed && !options->dry_run);
		report_flag(&report, "dry_run", options->dry_run);
	} else {
		printf("license %s (%s) %s\n", license->public_id, license->product,
			!set->changed      ? "is so already"
			: options->dry_run ? "would be changed"
					   : "is changed");
	}
	if (options->flags.json || set->changed)
		put_changes(&report, set);
	exit = report_end(&report);
	if (!options->flags.json && set->changed && !options->dry_run)
		puts("Its sites get it with their next document.");
	if (!options->flags.json && options->dry_run)
		puts("Nothing was changed.");
	return command_finish(exit);
}

static enum command_exit
run(const struct options *options, const struct license_change *license_change)
{
	struct license_record license = { .id = 0 };
	struct license_set *set;
	struct session session;
	enum command_exit exit = session_open(&session, options->flags.json);
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (exit != COMMAND_YES)
		return exit;
	set = calloc(1, sizeof *set);
	if (set != NULL)
		err = change(&session, options, license_change, &license, set);
	exit = session_end(&session, err, "license");
	if (exit == COMMAND_YES && set != NULL)
		exit = print_set(options, &license, set);
	free(set);
	return exit;
}

static enum command_exit
parse_and_run(int argc, char **argv, struct options *options)
{
	struct command_option table[TABLE_MAX];
	const struct command_option own[] = {
		{ "--product", COMMAND_VALUE, &options->named.product },
		{ "--tenant", COMMAND_VALUE, &options->named.tenant },
		{ "--plan", COMMAND_VALUE, &options->plan },
		{ "--until", COMMAND_VALUE, &options->until },
		{ "--maintenance-until", COMMAND_VALUE, &options->maintenance_until },
		{ "--reason", COMMAND_VALUE, &options->reason },
		{ "--as-plan", COMMAND_FLAG, &options->as_plan },
		{ "--shorten", COMMAND_FLAG, &options->shorten },
		{ "--dry-run", COMMAND_FLAG, &options->dry_run },
	};
	size_t len = plan_flags_table(&options->flags, true, table);
	struct license_change license_change;
	struct command_list operands;

	memcpy(table + len, own, sizeof own);
	len += sizeof own / sizeof *own;
	if (!command_parse(argc, argv, table, len, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (options->flags.name != NULL)
		return command_misuse("a license has no name of its own; its plan has one");
	options->named.typed = operands.values[0];
	return read_change(options, &license_change) ? run(options, &license_change)
						     : COMMAND_CANNOT_TELL;
}

enum command_exit
license_set(int argc, char **argv)
{
	struct options *options = calloc(1, sizeof *options);
	enum command_exit exit;

	if (options == NULL)
		return command_fail(&(struct command_failure){ .err = SKERRY_ERR_NO_MEMORY });
	exit = parse_and_run(argc, argv, options);
	free(options);
	return exit;
}
