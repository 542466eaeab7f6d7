/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "issuer/desk/revoked.h"
#include "report_out.h"
#include "verbs.h"

const char REPORT_REVOKED_HELP[] = REPORT_OUT_HELP
	"\n"
	"Every document that no longer counts, the latest first: why, whether the site has\n"
	"confirmed that it knows, and when the document ends by itself. A license that nothing\n"
	"was issued for stands by its own id.\n"
	"\n"
	"example: skerry-issuer report revoked --csv\n";

struct page {
	struct report *report;
	int64_t count, last;
};

static void
put_confirmed(struct report *report, const struct revoked_line *line)
{
	if (line->propagated_at != LICENSE_NEVER || report->json)
		report_date(report, "propagated_at", line->propagated_at);
	else
		report_text(report, "propagated_at", line->issued ? "not confirmed yet" : NULL);
}

static bool
put_line(void *context, const struct revoked_line *line)
{
	struct page *page = context;
	struct report *report = page->report;

	report_row_begin(report);
	report_date(report, "at", line->at);
	report_text(report, "id", line->id);
	session_report_path(report, line->brand, line->product, line->plan);
	report_text(report, "customer", line->email);
	report_text(report, "reason", line->reason);
	report_text(report, "note", line->note);
	put_confirmed(report, line);
	if (line->issued || report->json)
		report_date(report, "lapses_at", line->lapses_at);
	else
		report_text(report, "lapses_at", NULL);
	if (report->json || report->csv != NULL) {
		report_text(report, "license", line->license);
		report_text(report, "licensee", line->licensee);
		report_text(report, "kind", line->kind);
		report_text(report, "host", line->hostname);
		if (line->issued)
			report_number(report, "status_index", line->status_index);
		else
			report_text(report, "status_index", NULL);
	}
	report_row_end(report);
	page->count++;
	page->last = line->row;
	return true;
}

static void
begin_table(struct report *report)
{
	static const struct table_column CSV[] = { { "at", false }, { "id", false },
		{ "plan", false }, { "customer", false }, { "reason", false }, { "note", false },
		{ "propagated_at", false }, { "lapses_at", false }, { "license", false },
		{ "licensee", false }, { "kind", false }, { "host", false },
		{ "status_index", true } };
	static const struct table_column TABLE[] = { { "AT", false }, { "ID", false },
		{ "PLAN", false }, { "CUSTOMER", false }, { "REASON", false }, { "NOTE", false },
		{ "CONFIRMED", false }, { "LAPSES", false } };

	if (report->csv != NULL)
		report_table_begin(report, "revoked", CSV, sizeof CSV / sizeof *CSV);
	else
		report_table_begin(report, "revoked", TABLE, sizeof TABLE / sizeof *TABLE);
}

static enum command_exit
run(const struct report_options *options, struct revoked_filter *filter)
{
	struct report_out out;
	struct session session;
	struct page page = { .report = &out.report };
	char next[24] = "";
	enum command_exit exit = session_open(&session, options->json);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	err = report_out_brand(&session.desk, options, &filter->brand_id);
	if (err == SKERRY_OK && filter->after) {
		err = revoked_find(&session.desk, filter->row, &filter->at);
		if (err == SKERRY_ERR_NOT_FOUND)
			desk_refuse(&session.desk, err, options->after,
				"--after takes what stood behind \"next after\".");
	}
	if (err == SKERRY_OK)
		err = report_out_begin(options, &out);
	if (err != SKERRY_OK)
		return session_end(&session, err, NULL);
	begin_table(&out.report);
	err = revoked_each(&session.desk, filter, put_line, &page);
	report_table_end(&out.report);
	if (page.count == filter->limit)
		snprintf(next, sizeof next, "%lld", (long long)page.last);
	report_out_next(&out, next);
	session_report_trial(&session, &out.report);
	return report_out_end(&session, &out, err);
}

enum command_exit
report_revoked(int argc, char **argv)
{
	struct report_options options = { .json = false };
	struct command_option table[REPORT_OUT_OPTIONS];
	size_t table_len = report_out_table(&options, table);
	struct revoked_filter filter = { .row = 0 };
	struct command_list operands;

	if (!command_parse(argc, argv, table, table_len, 0, 0, &operands) ||
		!report_out_check(&options, REVOKED_PAGE_MAX, &filter.limit))
		return COMMAND_CANNOT_TELL;
	filter.after = options.after != NULL;
	if (!session_number(options.after, 1, INT64_MAX, &filter.row))
		return command_misuse(
			"--after takes what stood behind \"next after\", not '%s'", options.after);
	return run(&options, &filter);
}
