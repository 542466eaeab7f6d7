/* SPDX-License-Identifier: ISC */
/* skerry-issuer audit compare: a site's exported journal against the desk's records. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "issuer/desk/journal_compare.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char AUDIT_COMPARE_HELP[] =
	"  FILE        what `skerry journal export` wrote at the site; - is standard input\n"
	"  --site S    the site, where the install id in the file does not tell: its four\n"
	"              characters, its id in hex or the first digits, LICENSE-NUMBER\n"
	"  --json\n"
	"\n"
	"Compares that its entries follow on each other, that each head of it that a request\n"
	"told is in it, and that each request it says was written is the one that is known.\n"
	"Exit 1 tells the first contradiction. A site that put back a backup contradicts what it\n"
	"told before: see site show.\n"
	"\n"
	"example: skerry-issuer audit compare hotel.journal\n";

enum { SENTENCE_MAX = 256 };

static void
describe(const struct journal_compared *compared, char ret_text[SENTENCE_MAX])
{
	switch (compared->fault) {
	case JOURNAL_AGREES:
		ret_text[0] = '\0';
		return;
	case JOURNAL_FAULT_CHAIN:
		snprintf(ret_text, SENTENCE_MAX,
			"Entry %" PRId64 " does not follow on the one before it, or is missing.",
			compared->seq);
		return;
	case JOURNAL_FAULT_HEAD:
		snprintf(ret_text, SENTENCE_MAX,
			"Request %" PRIu64 " told another hash of entry %" PRId64
			": the journal was written anew, or an older one was put back.",
			compared->number, compared->seq);
		return;
	case JOURNAL_FAULT_SHORT:
		snprintf(ret_text, SENTENCE_MAX,
			"Request %" PRIu64 " told of entry %" PRId64
			", and the file ends before it: is it an older export?",
			compared->number, compared->seq);
		return;
	case JOURNAL_FAULT_REQUEST:
		snprintf(ret_text, SENTENCE_MAX,
			"Entry %" PRId64 " says that request %" PRIu64
			" was written, and the one that is known is another.",
			compared->seq, compared->number);
		return;
	case JOURNAL_FAULT_SITE:
		snprintf(ret_text, SENTENCE_MAX, "It is the journal of another site.");
		return;
	}
}

static void
put(struct report *report, const struct installation *site, const struct journal_compared *compared)
{
	report_flag(report, "ok", compared->fault == JOURNAL_AGREES);
	report_text(report, "tag", site->tag);
	report_hex(report, "site_id", site->site_id, sizeof site->site_id);
	report_text(report, "fork", fork_found_name(site->found));
	report_number(report, "entries", compared->entries);
	report_number(report, "first", compared->first);
	report_number(report, "last", compared->last);
	report_number(report, "heads", compared->heads);
	report_number(report, "heads_older", compared->heads_older);
	report_number(report, "requests", compared->requests);
	report_number(report, "requests_apart", compared->requests_apart);
}

static void
put_fault(struct report *report, const struct journal_compared *compared)
{
	char sentence[SENTENCE_MAX];

	describe(compared, sentence);
	if (!report->json) {
		puts(sentence);
		return;
	}
	if (compared->fault == JOURNAL_AGREES) {
		report_text(report, "fault", NULL);
		return;
	}
	report_object_begin(report, "fault");
	report_text(report, "kind", journal_fault_name(compared->fault));
	report_number(report, "entry", compared->seq);
	report_number(report, "request", (int64_t)compared->number);
	report_text(report, "message", sentence);
	report_object_end(report);
}

enum command_exit
audit_compare(int argc, char **argv)
{
	const char *site = NULL;
	bool json = false;
	const struct command_option table[] = {
		{ "--site", COMMAND_VALUE, &site },
		{ "--json", COMMAND_FLAG, &json },
	};
	struct journal_compared compared;
	struct installation installation = { .id = 0 };
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
	err = journal_compare(&session.desk, operands.values[0], site, &installation, &compared);
	if (err != SKERRY_OK)
		return session_end(&session, err, operands.values[0]);
	report_begin(&report, json);
	put(&report, &installation, &compared);
	put_fault(&report, &compared);
	exit = session_end_report(&session, &report, SKERRY_OK);
	return exit == COMMAND_YES && compared.fault != JOURNAL_AGREES ? COMMAND_NO : exit;
}
