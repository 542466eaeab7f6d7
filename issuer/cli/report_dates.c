/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/desk/dates.h"
#include "report_out.h"
#include "verbs.h"

const char REPORT_DUE_HELP[] =
	"  --within T     what ends from now on until then (30d)\n" REPORT_OUT_HELP "\n"
	"The terms of licenses, their maintenance, and the dates by which sites have to come\n"
	"back, the next first. Suspended and revoked licenses are left out.\n"
	"\n"
	"example: skerry-issuer report due --within 60d --csv --out due.csv\n";

const char REPORT_OVERDUE_HELP[] =
	"  --within T     what ended no longer ago than that (else all)\n" REPORT_OUT_HELP "\n"
	"What has passed, the latest first. STATUS is, of a license, GRACE_PERIOD or EXPIRED; of\n"
	"a site, what its screen shows: overdue (nothing yet), yellow, red, degraded (read only)\n"
	"or locked, as far as the desk can know.\n"
	"\n"
	"example: skerry-issuer report overdue --brand hotelhub\n";

struct page {
	struct report *report;
	bool overdue;
	int64_t now, count;
	struct dates_cursor last;
};

static const char *
access_word(const struct dates_line *line, int64_t now)
{
	return standing_access_word(
		line->status.stored, line->status.valid_until, line->status.expiry_grace_s, now);
}

static const char *
standing_word(const struct dates_line *line, int64_t now)
{
	return standing_name(standing_at(
		line->status.stored, line->status.valid_until, line->status.pending_until, now));
}

/* How far behind its date it is; NULL where the date is ahead. */
static const char *
stage_word(const struct page *page, const struct dates_line *line)
{
	if (!page->overdue)
		return NULL;
	switch (line->at.what) {
	case DATES_LICENSE:
		return access_word(line, page->now);
	case DATES_MAINTENANCE:
		return "ended";
	default:
		return overdue_name(line->overdue);
	}
}

static int64_t
days(const struct page *page, const struct dates_line *line)
{
	return page->overdue ? date_days_between(line->at.due, page->now)
			     : date_days_between(page->now, line->at.due);
}

static void
put_group_one(struct report *report, const struct dates_line *line, int64_t now)
{
	int64_t left = line->max_activations - line->activations_used;

	report_object_begin(report, "group_one");
	report_text(report, "status", status_words_group_one(&line->status, now));
	report_flag(report, "is_valid", status_words_is_valid(&line->status, now));
	report_number(report, "seats_used", line->activations_used);
	report_number(report, "max_seats", line->max_activations);
	report_number(report, "seats_left", left < 0 ? 0 : left);
	report_object_end(report);
}

/* For JSON and CSV; a CSV has neither objects nor what another column says. */
static void
put_whole(struct page *page, const struct dates_line *line)
{
	struct report *report = page->report;

	report_text(report, "license", line->license);
	session_report_path(report, line->brand, line->product, line->plan);
	if (report->csv != NULL) {
		char product[PRODUCTS_PATH_MAX];

		products_join_path(line->brand, line->product, NULL, product);
		report_text(report, "product", product);
	}
	report_text(report, "customer", line->email);
	report_text(report, "licensee", line->licensee);
	report_text(report, "tenant", line->tenant);
	report_text(report, "status", standing_word(line, page->now));
	report_text(report, "hotelhub_status",
		status_words_hotelhub_name(status_words_hotelhub(&line->status, page->now)));
	report_text(report, "rt_hub_status", access_word(line, page->now));
	if (report->json) {
		report_text(report, "brand", line->brand);
		report_text(report, "access", access_word(line, page->now));
		put_group_one(report, line, page->now);
	}
	report_date(report, "due", line->at.due);
	report_number(report, "days", days(page, line));
	report_text(report, "stage", stage_word(page, line));
	if (report->json)
		report_text(report, "kind", line->kind);
	report_text(report, "host", line->hostname);
	report_date(report, "last_contact_at", line->last_contact_at);
}

static void
put_short(struct page *page, const struct dates_line *line)
{
	struct report *report = page->report;

	session_report_path(report, line->brand, line->product, line->plan);
	report_text(report, "customer", line->email);
	report_text(report, "status",
		page->overdue ? stage_word(page, line) : standing_word(line, page->now));
	report_date(report, "due", line->at.due);
	report_number(report, "days", days(page, line));
	if (page->overdue) {
		char day[DATE_TEXT_MAX];

		date_format_day(line->last_contact_at, day);
		report_text(report, "last_contact_at",
			line->last_contact_at == LICENSE_NEVER ? NULL : day);
	}
}

static bool
put_line(void *context, const struct dates_line *line)
{
	struct page *page = context;
	struct report *report = page->report;

	report_row_begin(report);
	report_text(report, "what", dates_what_name(line->at.what));
	report_text(report, "id", line->id);
	if (report->json || report->csv != NULL)
		put_whole(page, line);
	else
		put_short(page, line);
	report_row_end(report);
	page->count++;
	page->last = line->at;
	return true;
}

static void
begin_table(struct report *report, bool overdue)
{
	static const struct table_column CSV[] = { { "what", false }, { "id", false },
		{ "license", false }, { "plan", false }, { "product", false },
		{ "customer", false }, { "licensee", false }, { "tenant", false },
		{ "status", false }, { "hotelhub_status", false }, { "rt_hub_status", false },
		{ "due", false }, { "days", true }, { "stage", false }, { "host", false },
		{ "last_contact_at", false } };
	static const struct table_column TABLE[] = { { "WHAT", false }, { "ID", false },
		{ "PLAN", false }, { "CUSTOMER", false }, { "STATUS", false }, { "DUE", false },
		{ "DAYS", true }, { "LAST CONTACT", false } };
	size_t shown = sizeof TABLE / sizeof *TABLE - (overdue ? 0 : 1);

	if (report->csv != NULL)
		report_table_begin(report, "lines", CSV, sizeof CSV / sizeof *CSV);
	else
		report_table_begin(report, "lines", TABLE, shown);
}

static enum command_exit
run(const struct report_options *options, struct dates_filter *filter, struct date_duration within,
	bool all)
{
	struct report_out out;
	struct session session;
	struct dates_cursor after;
	struct page page = { .report = &out.report, .overdue = filter->latest_first };
	char next[DATES_CURSOR_MAX] = "";
	enum command_exit exit;
	enum skerry_err err;

	if (options->after != NULL && !dates_cursor_parse(options->after, &after))
		return command_misuse(
			"--after takes what stood behind \"next after\", not '%s'", options->after);
	exit = session_open(&session, options->json);
	if (exit != COMMAND_YES)
		return exit;
	filter->after = options->after == NULL ? NULL : &after;
	page.now = filter->now = desk_clock(&session.desk);
	filter->from = page.overdue ? (all ? INT64_MIN : date_add(page.now, within)) : page.now;
	filter->until = page.overdue ? page.now - 1 : date_add(page.now, within);
	err = report_out_brand(&session.desk, options, &filter->brand_id);
	if (err == SKERRY_OK)
		err = report_out_begin(options, &out);
	if (err != SKERRY_OK)
		return session_end(&session, err, NULL);
	begin_table(&out.report, page.overdue);
	err = dates_each(&session.desk, filter, put_line, &page);
	report_table_end(&out.report);
	if (page.count == filter->limit)
		dates_cursor_format(&page.last, next);
	report_out_next(&out, next);
	session_report_trial(&session, &out.report);
	return report_out_end(&session, &out, err);
}

static enum command_exit
report(int argc, char **argv, bool overdue)
{
	struct report_options options = { .json = false };
	const char *typed = NULL;
	struct command_option table[REPORT_OUT_OPTIONS + 1] = { { "--within", COMMAND_VALUE,
		&typed } };
	size_t table_len = 1 + report_out_table(&options, table + 1);
	struct dates_filter filter = { .latest_first = overdue };
	struct date_duration within = { 0, 0, false };
	struct command_list operands;

	if (!command_parse(argc, argv, table, table_len, 0, 0, &operands) ||
		!report_out_check(&options, DATES_PAGE_MAX, &filter.limit))
		return COMMAND_CANNOT_TELL;
	if (date_duration_parse(typed == NULL ? "30d" : typed, &within) != SKERRY_OK ||
		within.negative)
		return command_misuse("--within takes a duration such as 60d, not '%s'", typed);
	within.negative = overdue;
	return run(&options, &filter, within, typed == NULL);
}

enum command_exit
report_due(int argc, char **argv)
{
	return report(argc, argv, false);
}

enum command_exit
report_overdue(int argc, char **argv)
{
	return report(argc, argv, true);
}
