/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "issuer/desk/installations.h"
#include "issuer/desk/sites.h"
#include "report_out.h"
#include "verbs.h"

const char REPORT_FORKS_HELP[] = REPORT_OUT_HELP
	"\n"
	"Sites whose history did not go on in one line. restored: a backup or snapshot was put\n"
	"back, which is honest more often than not. clone: two machines go on from one state\n"
	"folder. Nobody is locked out for it; the plan says whether licenses are renewed.\n"
	"Once it was looked into: skerry-issuer site settle SITE --reason TEXT\n"
	"\n"
	"example: skerry-issuer report forks --csv\n";

struct page {
	struct desk *desk;
	struct report *report;
	enum skerry_err err;
	int64_t count, last;
};

/* The licenses of it that stand, as their sites' names; as many as there is room for. */
struct names_of {
	char names[256], customer[ENTRY_EMAIL_MAX + 1];
};

static void
add_name(void *context, const struct site *site)
{
	struct names_of *held = context;
	size_t len = strlen(held->names);

	if (len + strlen(site->name) + 2 < sizeof held->names)
		snprintf(held->names + len, sizeof held->names - len, "%s%s", len == 0 ? "" : " ",
			site->name);
	if (held->customer[0] == '\0')
		memcpy(held->customer, site->email, sizeof held->customer);
}

static bool
put_line(void *context, const struct installation *one)
{
	struct page *page = context;
	struct report *report = page->report;
	const struct sites_filter filter = { .installation_id = one->id, .limit = 16 };
	struct names_of held = { .names = "" };

	page->err = sites_each(page->desk, &filter, add_name, &held);
	if (page->err != SKERRY_OK)
		return false;
	report_row_begin(report);
	report_text(report, "tag", one->tag);
	report_text(report, "fork", fork_found_name(one->found));
	report_date(report, "found_at", one->found_at);
	report_date(report, "last_contact_at", one->last_contact_at);
	report_text(report, "hostname", one->hostname);
	report_text(report, "customer", held.customer);
	report_words(report, "activations", held.names);
	if (report->json || report->csv != NULL) {
		report_hex(report, "site_id", one->site_id, sizeof one->site_id);
		report_text(report, "group", one->group);
		report_number(report, "request_number", (int64_t)one->number);
		report_text(report, "install_id", one->install_id);
		report_date(report, "settled_at", one->settled_at);
	}
	report_row_end(report);
	page->count++;
	page->last = one->id;
	return true;
}

static void
begin_table(struct report *report)
{
	static const struct table_column CSV[] = { { "tag", false }, { "fork", false },
		{ "found_at", false }, { "last_contact_at", false }, { "hostname", false },
		{ "customer", false }, { "activations", false }, { "site_id", false },
		{ "group", false }, { "request_number", true }, { "install_id", false },
		{ "settled_at", false } };
	static const struct table_column TABLE[] = { { "SITE", false }, { "FORK", false },
		{ "FOUND", false }, { "HEARD", false }, { "HOST", false }, { "CUSTOMER", false },
		{ "ACTIVATIONS", false } };

	if (report->csv != NULL)
		report_table_begin(report, "forks", CSV, sizeof CSV / sizeof *CSV);
	else
		report_table_begin(report, "forks", TABLE, sizeof TABLE / sizeof *TABLE);
}

static enum command_exit
run(const struct report_options *options, struct installations_filter *filter)
{
	struct report_out out;
	struct session session;
	struct page page = { .desk = &session.desk, .report = &out.report };
	char next[24] = "";
	enum command_exit exit = session_open(&session, options->json);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	err = report_out_brand(&session.desk, options, &filter->brand_id);
	if (err == SKERRY_OK)
		err = report_out_begin(options, &out);
	if (err != SKERRY_OK)
		return session_end(&session, err, NULL);
	begin_table(&out.report);
	err = installations_each(&session.desk, filter, put_line, &page);
	if (err == SKERRY_OK)
		err = page.err;
	report_table_end(&out.report);
	if (page.count == filter->limit)
		snprintf(next, sizeof next, "%lld", (long long)page.last);
	report_out_next(&out, next);
	session_report_trial(&session, &out.report);
	return report_out_end(&session, &out, err);
}

enum command_exit
report_forks(int argc, char **argv)
{
	struct report_options options = { .json = false };
	struct command_option table[REPORT_OUT_OPTIONS];
	size_t table_len = report_out_table(&options, table);
	struct installations_filter filter = { .found = true };
	struct command_list operands;

	if (!command_parse(argc, argv, table, table_len, 0, 0, &operands) ||
		!report_out_check(&options, INSTALLATIONS_LIST_MAX, &filter.limit))
		return COMMAND_CANNOT_TELL;
	if (!session_number(options.after, 1, INT64_MAX, &filter.after))
		return command_misuse(
			"--after takes what stood behind \"next after\", not '%s'", options.after);
	return run(&options, &filter);
}
