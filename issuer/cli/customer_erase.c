/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "issuer/desk/erasure.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char CUSTOMER_ERASE_HELP[] =
	"  --force          although licenses of theirs stand\n"
	"  --dry-run        shows what would be erased, and changes nothing\n"
	"  --json\n"
	"\n"
	"What names the person or describes their machines goes for good: e-mail, name,\n"
	"company, key texts, reasons, host names, domains, and the bytes of their\n"
	"documents. The business stays under the customer's number: licenses, dates,\n"
	"prices and payment references, which the books need, and the audit log, which\n"
	"names nobody and verifies as before. Backups made before still hold everything.\n"
	"The database is written anew, which may take minutes.\n"
	"\n"
	"example: skerry-issuer customer erase hotelhub owner@grand.example --dry-run\n";

struct erasing {
	struct session *session;
	const char *brand, *who;
	bool force, dry_run;
	struct customer customer;
	struct erasure erasure;
};

/* Erases within a change; one who was erased before is only scrubbed again. */
static enum skerry_err
erase(struct erasing *erasing)
{
	struct desk *desk = &erasing->session->desk;
	enum skerry_err err = erasure_prepare(desk);

	if (err == SKERRY_OK)
		err = session_begin(erasing->session);
	/* Again, now that nobody else can change it. */
	if (err == SKERRY_OK)
		err = customers_find(desk, erasing->brand, erasing->who, &erasing->customer);
	if (err != SKERRY_OK)
		return err;
	if (erasing->customer.erased_at != 0) {
		desk_rollback(desk);
		return SKERRY_OK;
	}
	err = erasure_make(desk, &erasing->customer, erasing->force, &erasing->erasure);
	return err == SKERRY_OK ? desk_commit(desk) : err;
}

/* The record stands; only what lies in unused parts of the file may be left. */
static enum skerry_err
scrub(struct erasing *erasing)
{
	struct desk *desk = &erasing->session->desk;
	char again[ENTRY_EMAIL_MAX + 1];
	enum skerry_err err = erasure_scrub(desk);

	if (err == SKERRY_OK)
		return err;
	snprintf(again, sizeof again, "customer %lld", (long long)erasing->customer.id);
	return desk_refuse(desk, err, again,
		"They are erased, but the database could not be written anew, so that traces may "
		"be left in its unused parts. Make room, let others finish, and run it again: "
		"skerry-issuer customer erase %s %lld",
		erasing->customer.brand, (long long)erasing->customer.id);
}

static enum command_exit
tell(struct erasing *erasing, bool json)
{
	struct report report;
	const struct erasure *erasure = &erasing->erasure;

	report_begin(&report, json);
	report_number(&report, "number", erasing->customer.id);
	report_text(&report, "brand", erasing->customer.brand);
	report_flag(&report, "erased", !erasing->dry_run);
	report_number(&report, "licenses", erasure->licenses);
	report_number(&report, "standing", erasure->standing);
	report_number(&report, "sites", erasure->sites);
	report_number(&report, "documents", erasure->documents);
	report_number(&report, "reasons", erasure->reasons);
	report_number(&report, "heartbeats", erasure->heartbeats);
	if (!json && erasing->dry_run)
		printf("Nothing was changed. Without --dry-run this is erased for good.\n");
	else if (!json)
		printf("Backups made before still hold the customer: erase there what must go, or "
		       "let them run out.\n");
	return session_end_report(erasing->session, &report, SKERRY_OK);
}

enum command_exit
customer_erase(int argc, char **argv)
{
	struct session session;
	struct erasing erasing = { .session = &session };
	bool json = false;
	const struct command_option table[] = {
		{ "--force", COMMAND_FLAG, &erasing.force },
		{ "--dry-run", COMMAND_FLAG, &erasing.dry_run },
		{ "--json", COMMAND_FLAG, &json },
	};
	struct command_list operands;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 2, 2, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	erasing.brand = operands.values[0];
	erasing.who = operands.values[1];
	err = customers_find(&session.desk, erasing.brand, erasing.who, &erasing.customer);
	if (err == SKERRY_OK && erasing.dry_run)
		err = erasure_survey(&session.desk, &erasing.customer, &erasing.erasure);
	if (err == SKERRY_OK && !erasing.dry_run)
		err = erase(&erasing);
	if (err == SKERRY_OK && !erasing.dry_run)
		err = scrub(&erasing);
	return err == SKERRY_OK ? tell(&erasing, json)
				: session_end(&session, err, operands.values[1]);
}
