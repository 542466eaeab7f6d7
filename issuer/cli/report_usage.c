/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/seat_peaks.h"
#include "issuer/desk/usage.h"
#include "report_out.h"
#include "verbs.h"

const char REPORT_USAGE_HELP[] =
	"  --money        with --csv: what was paid, by brand and currency, instead of "
	"plans\n"
	"  --seats        with --csv: how many seats sites had in use, instead of "
	"plans\n" REPORT_OUT_HELP "\n"
	"Every license is counted once in each group of words:\n"
	"  HotelHub   unpaired, paired, grace (a site is overdue), suspended, revoked, expired\n"
	"  RT HUB     ACTIVE, GRACE_PERIOD, EXPIRED, SUSPENDED (revoked ones too)\n"
	"  group.one  of the valid ones (ACTIVE, GRACE_PERIOD): seats used, sold and left,\n"
	"             a seat being a site\n"
	"Below it: how many seats of each license were in use at once at most, as sites told in\n"
	"the last 90 days, and for how many seconds of a month more than the license has.\n"
	"\n"
	"example: skerry-issuer report usage --brand hotelhub\n";

static const char *const ACCESS_NAMES[USAGE_ACCESSES] = { "active", "grace_period", "expired",
	"suspended" };

static void
put_path(struct report *report, const struct usage_line *line)
{
	char path[PRODUCTS_PATH_MAX];

	products_join_path(line->brand, line->product, line->plan, path);
	report_text(report, "plan", path);
}

static int64_t
seats_left(const struct usage_line *line)
{
	return line->seats_used < line->max_seats ? line->max_seats - line->seats_used : 0;
}

static void
put_hotelhub(struct report *report, const struct usage_line *line)
{
	for (int i = 0; i <= HOTELHUB_LAST; i++)
		report_number(report, status_words_hotelhub_name((enum hotelhub_status)i),
			line->hotelhub[i]);
}

static void
put_access(struct report *report, const struct usage_line *line)
{
	for (int i = 0; i < USAGE_ACCESSES; i++)
		report_number(report, ACCESS_NAMES[i], line->access[i]);
}

static void
put_seats(struct report *report, const struct usage_line *line)
{
	report_number(report, "seats_used", line->seats_used);
	report_number(report, "max_seats", line->max_seats);
	report_number(report, "seats_left", seats_left(line));
}

static void
put_json(struct report *report, const struct usage_line *lines, size_t len)
{
	report_array_begin(report, "plans");
	for (size_t i = 0; i < len; i++) {
		report_object_begin(report, NULL);
		report_text(report, "brand", lines[i].brand);
		session_report_path(report, lines[i].brand, lines[i].product, lines[i].plan);
		report_number(report, "licenses", lines[i].licenses);
		report_object_begin(report, "hotelhub");
		put_hotelhub(report, &lines[i]);
		report_object_end(report);
		report_object_begin(report, "rt_hub");
		put_access(report, &lines[i]);
		report_object_end(report);
		report_object_begin(report, "group_one");
		put_seats(report, &lines[i]);
		report_object_end(report);
		report_object_end(report);
	}
	report_array_end(report);
}

static void
put_csv(struct report *report, const struct usage_line *lines, size_t len)
{
	static const struct table_column CSV[] = { { "plan", false }, { "licenses", true },
		{ "hotelhub_unpaired", true }, { "hotelhub_paired", true },
		{ "hotelhub_grace", true }, { "hotelhub_suspended", true },
		{ "hotelhub_revoked", true }, { "hotelhub_expired", true },
		{ "rt_hub_active", true }, { "rt_hub_grace_period", true },
		{ "rt_hub_expired", true }, { "rt_hub_suspended", true }, { "seats_used", true },
		{ "max_seats", true }, { "seats_left", true } };

	report_table_begin(report, "plans", CSV, sizeof CSV / sizeof *CSV);
	for (size_t i = 0; i < len; i++) {
		report_row_begin(report);
		put_path(report, &lines[i]);
		report_number(report, "licenses", lines[i].licenses);
		put_hotelhub(report, &lines[i]);
		put_access(report, &lines[i]);
		put_seats(report, &lines[i]);
		report_row_end(report);
	}
	report_table_end(report);
}

/* Two tables, since one would be wider than a screen. */
static void
put_tables(struct report *report, const struct usage_line *lines, size_t len)
{
	static const struct table_column HOTELHUB[] = { { "PLAN", false }, { "LICENSES", true },
		{ "UNPAIRED", true }, { "PAIRED", true }, { "GRACE", true }, { "SUSPENDED", true },
		{ "REVOKED", true }, { "EXPIRED", true } };
	static const struct table_column OTHERS[] = { { "PLAN", false }, { "ACTIVE", true },
		{ "GRACE_PERIOD", true }, { "EXPIRED", true }, { "SUSPENDED", true },
		{ "SEATS USED", true }, { "SOLD", true }, { "LEFT", true } };

	report_table_begin(report, "plans", HOTELHUB, sizeof HOTELHUB / sizeof *HOTELHUB);
	for (size_t i = 0; i < len; i++) {
		put_path(report, &lines[i]);
		report_number(report, "licenses", lines[i].licenses);
		put_hotelhub(report, &lines[i]);
	}
	report_table_end(report);
	putchar('\n');
	report_table_begin(report, "plans", OTHERS, sizeof OTHERS / sizeof *OTHERS);
	for (size_t i = 0; i < len; i++) {
		put_path(report, &lines[i]);
		put_access(report, &lines[i]);
		put_seats(report, &lines[i]);
	}
	report_table_end(report);
}

static void
put_money(struct report *report, const struct usage_money *money, size_t len)
{
	static const struct table_column CSV[] = { { "brand", false }, { "currency", false },
		{ "sales", true }, { "renewals", true }, { "total", true } };
	static const struct table_column TABLE[] = { { "BRAND", false }, { "CURRENCY", false },
		{ "SALES", true }, { "RENEWALS", true }, { "TOTAL", true } };
	char total[AMOUNT_TEXT_MAX];

	if (!report->json && report->csv == NULL)
		putchar('\n');
	report_table_begin(
		report, "money", report->csv != NULL ? CSV : TABLE, sizeof TABLE / sizeof *TABLE);
	for (size_t i = 0; i < len; i++) {
		report_row_begin(report);
		report_text(report, "brand", money[i].brand);
		report_text(report, "currency", money[i].currency);
		report_number(report, "sales", money[i].sales);
		report_number(report, "renewals", money[i].renewals);
		amount_format(&money[i].total, total);
		report_text(report, "total", total);
		report_row_end(report);
	}
	report_table_end(report);
}

static void
put_peak(struct report *report, const struct seat_peak *peak)
{
	char path[PRODUCTS_PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", peak->brand, peak->product);
	report_row_begin(report);
	report_text(report, "site", peak->site);
	report_text(report, "customer", peak->email);
	report_text(report, "product", path);
	report_text(report, "tenant", peak->tenant);
	report_number(report, "max", peak->max);
	report_number(report, "burst", peak->burst);
	report_number(report, "peak", peak->peak);
	report_number(report, "burst_s", peak->burst_s);
	report_date(report, "told_at", peak->told_at);
	report_row_end(report);
}

static void
put_peaks(struct report *report, const struct seat_peak *peaks, size_t len)
{
	static const struct table_column CSV[] = { { "site", false }, { "customer", false },
		{ "product", false }, { "tenant", false }, { "max", true }, { "burst", true },
		{ "peak", true }, { "burst_s", true }, { "told_at", false } };
	static const struct table_column TABLE[] = { { "SITE", false }, { "CUSTOMER", false },
		{ "PRODUCT", false }, { "TENANT", false }, { "SEATS", true }, { "BURST", true },
		{ "PEAK", true }, { "BURST S", true }, { "TOLD", false } };

	if (!report->json && report->csv == NULL)
		putchar('\n');
	report_table_begin(
		report, "seats", report->csv != NULL ? CSV : TABLE, sizeof TABLE / sizeof *TABLE);
	for (size_t i = 0; i < len; i++)
		put_peak(report, &peaks[i]);
	report_table_end(report);
}

static void
step(void *progress, int64_t counted)
{
	terminal_progress_step(progress, (uint64_t)counted);
}

struct counts {
	struct usage_line *lines;
	struct usage_money *money;
	struct seat_peak *peaks;
	size_t lines_len, money_len, peaks_len;
	bool wants_money, wants_peaks;
};

/* Before anything is printed: an error must not follow half a report. */
static enum skerry_err
count(struct session *session, const struct report_options *options, int64_t limit,
	struct counts *counts)
{
	struct terminal_progress progress;
	struct usage_filter filter = { options->brand, options->after, limit,
		desk_clock(&session->desk), step, &progress };
	int64_t brand_id;
	enum skerry_err err = report_out_brand(&session->desk, options, &brand_id);

	if (err != SKERRY_OK)
		return err;
	terminal_progress_begin(&progress, "counting licenses", 0);
	err = usage_count(&session->desk, &filter, &counts->lines, &counts->lines_len);
	if (err == SKERRY_OK && counts->wants_money)
		err = usage_money(&session->desk, &filter, &counts->money, &counts->money_len);
	if (err == SKERRY_OK && counts->wants_peaks)
		err = seat_peaks_list(
			&session->desk, options->brand, &counts->peaks, &counts->peaks_len);
	terminal_progress_end(&progress);
	return err;
}

static void
put(struct report_out *out, const struct counts *counts, int64_t limit)
{
	struct report *report = &out->report;
	const struct usage_line *last;
	char next[PRODUCTS_PATH_MAX] = "";

	if (report->json)
		put_json(report, counts->lines, counts->lines_len);
	else if (report->csv == NULL)
		put_tables(report, counts->lines, counts->lines_len);
	else if (!counts->wants_money && !counts->wants_peaks)
		put_csv(report, counts->lines, counts->lines_len);
	if (counts->wants_money)
		put_money(report, counts->money, counts->money_len);
	if (counts->wants_peaks && (report->json || report->csv != NULL || counts->peaks_len > 0))
		put_peaks(report, counts->peaks, counts->peaks_len);
	if ((int64_t)counts->lines_len == limit) {
		last = &counts->lines[counts->lines_len - 1];
		products_join_path(last->brand, last->product, last->plan, next);
	}
	report_out_next(out, next);
}

enum command_exit
report_usage(int argc, char **argv)
{
	struct report_options options = { .json = false };
	struct counts counts = { .lines = NULL };
	struct command_option table[REPORT_OUT_OPTIONS + 2] = {
		{ "--money", COMMAND_FLAG, &counts.wants_money },
		{ "--seats", COMMAND_FLAG, &counts.wants_peaks },
	};
	size_t table_len = 2 + report_out_table(&options, table + 2);
	int64_t limit = 0;
	struct command_list operands;
	struct report_out out;
	struct session session;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, table_len, 0, 0, &operands) ||
		!report_out_check(&options, USAGE_PAGE_MAX, &limit))
		return COMMAND_CANNOT_TELL;
	if ((counts.wants_money || counts.wants_peaks) && !options.csv)
		return command_misuse(
			"--money and --seats go with --csv; without it all are shown");
	if (counts.wants_money && counts.wants_peaks)
		return command_misuse("--money or --seats: a CSV is one table");
	counts.wants_money |= !options.csv;
	counts.wants_peaks |= !options.csv;
	exit = session_open(&session, options.json);
	if (exit != COMMAND_YES)
		return exit;
	err = count(&session, &options, limit, &counts);
	if (err == SKERRY_OK)
		err = report_out_begin(&options, &out);
	if (err != SKERRY_OK) {
		exit = session_end(&session, err, NULL);
	} else {
		put(&out, &counts, limit);
		session_report_trial(&session, &out.report);
		exit = report_out_end(&session, &out, SKERRY_OK);
	}
	free(counts.lines);
	free(counts.money);
	free(counts.peaks);
	return exit;
}
