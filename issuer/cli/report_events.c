/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/desk/told_events.h"
#include "report_out.h"
#include "verbs.h"

const char REPORT_EVENTS_HELP[] =
	"  --within T     told no longer ago than that (else all that is kept)\n"
	"  --name NAME    of that name, and of those below it: error, error.page\n" REPORT_OUT_HELP
	"\n"
	"What happened to products, as sites told it in their requests of the last 90 days, what\n"
	"came last first. What was told again until an answer arrived stands here once.\n"
	"\n"
	"example: skerry-issuer report events --name error.critical --within 1d --json\n";

struct page {
	struct report *report;
	int64_t count, last;
};

static bool
put_line(void *context, const struct told_event *event)
{
	struct page *page = context;
	struct report *report = page->report;

	report_row_begin(report);
	report_date(report, "told_at", event->told_at);
	report_text(report, "at", event->at);
	report_text(report, "site", event->site);
	report_text(report, "customer", event->email);
	report_text(report, "name", event->name);
	report_text(report, "text", event->text);
	if (report->json || report->csv != NULL) {
		session_report_path(report, event->brand, event->product, NULL);
		report_text(report, "host", event->hostname);
		report_text(report, "source", event->source);
	}
	if (report->json)
		report_number(report, "row", event->row);
	report_row_end(report);
	page->count++;
	page->last = event->row;
	return true;
}

static void
begin_table(struct report *report)
{
	static const struct table_column CSV[] = { { "told_at", false }, { "at", false },
		{ "site", false }, { "customer", false }, { "name", false }, { "text", false },
		{ "product", false }, { "host", false }, { "source", false } };
	static const struct table_column TABLE[] = { { "TOLD", false }, { "HAPPENED", false },
		{ "SITE", false }, { "CUSTOMER", false }, { "NAME", false }, { "TEXT", false } };

	if (report->csv != NULL)
		report_table_begin(report, "events", CSV, sizeof CSV / sizeof *CSV);
	else
		report_table_begin(report, "events", TABLE, sizeof TABLE / sizeof *TABLE);
}

static enum command_exit
run(const struct report_options *options, struct told_events_filter *filter,
	const struct date_duration *within)
{
	struct report_out out;
	struct session session;
	struct page page = { .report = &out.report };
	char next[24] = "";
	enum command_exit exit = session_open(&session, options->json);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	filter->told_from =
		within == NULL ? INT64_MIN : date_add(desk_clock(&session.desk), *within);
	err = report_out_brand(&session.desk, options, &filter->brand_id);
	if (err == SKERRY_OK)
		err = report_out_begin(options, &out);
	if (err != SKERRY_OK)
		return session_end(&session, err, NULL);
	begin_table(&out.report);
	err = told_events_each(&session.desk, filter, put_line, &page);
	report_table_end(&out.report);
	if (page.count == filter->limit)
		snprintf(next, sizeof next, "%lld", (long long)page.last);
	report_out_next(&out, next);
	session_report_trial(&session, &out.report);
	return report_out_end(&session, &out, err);
}

enum command_exit
report_events(int argc, char **argv)
{
	struct report_options options = { .json = false };
	struct told_events_filter filter = { .brand_id = 0 };
	const char *typed = NULL;
	struct command_option table[REPORT_OUT_OPTIONS + 2] = {
		{ "--within", COMMAND_VALUE, &typed },
		{ "--name", COMMAND_VALUE, &filter.name },
	};
	size_t table_len = 2 + report_out_table(&options, table + 2);
	struct date_duration within = { 0, 0, false };
	struct command_list operands;

	if (!command_parse(argc, argv, table, table_len, 0, 0, &operands) ||
		!report_out_check(&options, TOLD_EVENTS_PAGE_MAX, &filter.limit))
		return COMMAND_CANNOT_TELL;
	if (!session_number(options.after, 1, INT64_MAX, &filter.before))
		return command_misuse(
			"--after takes what stood behind \"next after\", not '%s'", options.after);
	if (typed != NULL && (date_duration_parse(typed, &within) != SKERRY_OK || within.negative))
		return command_misuse("--within takes a duration such as 1d, not '%s'", typed);
	within.negative = true;
	return run(&options, &filter, typed == NULL ? NULL : &within);
}
