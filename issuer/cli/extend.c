/* SPDX-License-Identifier: ISC */
/* skerry-issuer extend: what the clerk reads out on the telephone. */
#include <stdio.h>

#include "formats/date.h"
#include "issuer/desk/notes.h"
#include "issuer/extend.h"
#include "license_named.h"
#include "report.h"
#include "verbs.h"

const char EXTEND_HELP[] =
	"  KEY|ID          a license key (- asks for it), or a license's id\n"
	"  --product P     which one, where the key holds several; --tenant T\n"
	"  --steps N       so many steps more than were read out before (1)\n"
	"  --next J        the step that the site says is next, where that is another one\n"
	"  --again         the last code once more: costs nothing\n"
	"  --activation N  which site, where it is active at several\n"
	"  --force         also a step whose dates have passed, which brings no access back\n"
	"  --edition N     the document that the site says it holds, where that is not the newest\n"
	"  --reason TEXT   kept beside the audit log\n"
	"  --json\n"
	"\n"
	"The hotel runs `skerry extend` and reads out license, edition and step; then it types\n"
	"what you read out. A code is good for that document alone, and typing it twice changes\n"
	"nothing.\n"
	"\n"
	"example: skerry-issuer extend 7QK2M94XPAC0DTE1 --steps 1\n";

struct options {
	struct license_named named;
	struct extension extension;
	const char *steps, *next, *activation, *edition;
	bool json;
};

/* How what the site says and what the desk knows go together. */
static void
say_case(const struct extended *extended)
{
	unsigned site = extended->choice.base, given = extended->given;

	switch (extended->choice.kind) {
	case TELEPHONE_ONWARD:
		break;
	case TELEPHONE_REPEATED:
		printf("Step %u was read out before: nothing more is given.\n",
			extended->choice.step);
		break;
	case TELEPHONE_SITE_BEHIND:
		printf("%u step%s read out before, and the site counts %u: what was read out last "
		       "was not typed in. This code brings it to step %u all the same.\n",
			given, given == 1 ? " was" : "s were", site, extended->choice.step);
		break;
	case TELEPHONE_SITE_AHEAD:
		printf("This desk knows of %u step%s read out, and the site counts %u: were "
		       "records "
		       "put back here? From now on it is %u.\n",
			given, given == 1 ? "" : "s", site, extended->choice.step);
		break;
	}
}

static void
say_more(const struct extended *extended)
{
	char day[DATE_TEXT_MAX];

	if (extended->documents > 1)
		printf("It is for edition %lld of %lld documents; where the site names another "
		       "one: "
		       "--edition.\n",
			(long long)extended->edition, (long long)extended->documents);
	if (extended->has_more || extended->choice.kind == TELEPHONE_REPEATED)
		return;
	if (extended->choice.step < extended->max) {
		date_format_day(extended->valid_until, day);
		printf("The term ends on %s: no further step goes beyond it.\n", day);
	} else {
		puts("It was the last step; the next renewal is a new document.");
	}
}

static void
say_too_late(const struct extended *extended)
{
	if (!extended->too_late)
		return;
	if (extended->helps == 0)
		puts("What it allows has ended already, and no step brings access back: send a "
		     "new document.");
	else
		printf("What it allows has ended already: step %u is the first that brings access "
		       "back.\n",
			extended->helps);
}

static void
print_sheet(struct report *report, const struct license_record *license,
	const struct extended *extended)
{
	char step[32];

	printf("Read out: %s\n\n", extended->code);
	snprintf(step, sizeof step, "%u of %u, %u days each", extended->choice.step, extended->max,
		extended->days);
	report_text(report, "license", license->public_id);
	session_report_path(report, license->brand, license->product, license->plan);
	report_text(report, "customer", license->email);
	report_number(report, "activation", extended->activation);
	report_number(report, "edition", extended->edition);
	report_text(report, "step", step);
	report_date(report, "renew_by_before", extended->before);
	report_date(report, "renew_by", extended->renew_by);
	putchar('\n');
	say_too_late(extended);
	say_case(extended);
	say_more(extended);
}

static const char *
case_name(enum telephone_case kind)
{
	static const char *const NAMES[] = { "onward", "repeated", "site_behind", "site_ahead" };

	return NAMES[kind];
}

static void
print_json(struct report *report, const struct license_record *license,
	const struct extended *extended)
{
	report_text(report, "code", extended->code);
	report_text(report, "license", license->public_id);
	report_text(report, "brand", license->brand);
	session_report_path(report, license->brand, license->product, license->plan);
	report_text(report, "customer", license->email);
	report_number(report, "activation", extended->activation);
	report_number(report, "edition", extended->edition);
	report_number(report, "step", extended->choice.step);
	report_number(report, "steps_max", extended->max);
	report_number(report, "step_days", extended->days);
	report_number(report, "given_before", extended->given);
	report_text(report, "case", case_name(extended->choice.kind));
	report_date(report, "renew_by_before", extended->before);
	report_date(report, "renew_by", extended->renew_by);
	report_date(report, "valid_until", extended->valid_until);
	report_flag(report, "has_more", extended->has_more);
	report_flag(report, "too_late", extended->too_late);
	report_number(report, "first_that_helps", extended->helps);
}

static enum skerry_err
extend(struct session *session, const struct options *options, struct license_record *license,
	struct extended *extended)
{
	struct desk *desk = &session->desk;
	enum skerry_err err = notes_check(desk, options->extension.reason);

	if (err == SKERRY_OK)
		err = license_named_one(session, &options->named, license);
	if (err == SKERRY_OK)
		err = session_begin(session);
	/* Read again under the lock: somebody else may have moved it. */
	if (err == SKERRY_OK)
		err = licenses_find_row(desk, license->id, license);
	if (err == SKERRY_OK)
		err = extend_license(desk, license, &options->extension, extended);
	return err == SKERRY_OK ? desk_commit(desk) : err;
}

static enum command_exit
run(const struct options *options)
{
	struct license_record license = { .id = 0 };
	struct extended extended;
	struct session session;
	struct report report;
	enum command_exit exit = session_open(&session, options->json);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	err = extend(&session, options, &license, &extended);
	if (err != SKERRY_OK)
		return session_end(&session, err, "license");
	report_begin(&report, options->json);
	if (options->json)
		print_json(&report, &license, &extended);
	else
		print_sheet(&report, &license, &extended);
	return session_end_report(&session, &report, SKERRY_OK);
}

/* False where it is none; told. */
static bool
read_number(const char *option, const char *text, int64_t max, int64_t *number)
{
	if (session_number(text, 1, max, number))
		return true;
	command_misuse(
		"%s takes a whole number from 1 to %lld, not '%s'", option, (long long)max, text);
	return false;
}

static bool
read_options(struct options *options)
{
	int64_t steps = 1, next = 0;

	if (!read_number("--steps", options->steps, LICENSE_STEPS_MAX, &steps) ||
		!read_number("--next", options->next, LICENSE_STEPS_MAX, &next) ||
		!read_number("--activation", options->activation, INT64_MAX,
			&options->extension.activation) ||
		!read_number("--edition", options->edition, INT64_MAX, &options->extension.edition))
		return false;
	options->extension.wish.count = (unsigned)steps;
	options->extension.wish.next = (unsigned)next;
	if (!options->extension.wish.again || (options->steps == NULL && options->next == NULL))
		return true;
	command_misuse("--again reads the last code out once more; it goes without --steps and "
		       "--next");
	return false;
}

enum command_exit
extend_run(int argc, char **argv)
{
	struct options options = { .json = false };
	const struct command_option table[] = {
		{ "--product", COMMAND_VALUE, &options.named.product },
		{ "--tenant", COMMAND_VALUE, &options.named.tenant },
		{ "--steps", COMMAND_VALUE, &options.steps },
		{ "--next", COMMAND_VALUE, &options.next },
		{ "--again", COMMAND_FLAG, &options.extension.wish.again },
		{ "--force", COMMAND_FLAG, &options.extension.force },
		{ "--activation", COMMAND_VALUE, &options.activation },
		{ "--edition", COMMAND_VALUE, &options.edition },
		{ "--reason", COMMAND_VALUE, &options.extension.reason },
		{ "--json", COMMAND_FLAG, &options.json },
	};
	struct command_list operands;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands) ||
		!read_options(&options))
		return COMMAND_CANNOT_TELL;
	options.named.typed = operands.values[0];
	return run(&options);
}
