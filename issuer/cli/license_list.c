/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "issuer/desk/licenses.h"
#include "issuer/decide/status_words.h"
#include "issuer/license_plan.h"
#include "license_named.h"
#include "report.h"
#include "verbs.h"

const char LICENSE_LIST_HELP[] =
	"  --brand B        of one brand\n"
	"  --customer C     e-mail (without --brand: at every brand) or number\n"
	"  --product P      a product's name, or BRAND/PRODUCT\n"
	"  --status S       unpaired, paired, paired_pending_revoke, suspended, revoked, expired\n"
	"  --limit N        at most N (else 100)\n"
	"  --after ID       the page after this license\n"
	"  --json\n"
	"\n"
	"example: skerry-issuer license list --customer owner@grand.example\n";

enum { PAGE = 100 };

struct options {
	const char *brand, *customer, *product, *status, *limit, *after;
	char product_path[PRODUCTS_PATH_MAX];
	bool json;
};

struct page {
	struct report *report;
	struct desk *desk;
	int64_t now, count;
	char last[LICENSE_ID_LEN + 1];
};

/* What only programs ask for, in the words of all who ask. */
static void
put_json(struct page *page, const struct license_record *license)
{
	struct report *report = page->report;
	struct status_facts facts = { license->stored, license->valid_until, license->pending_until,
		license->expiry_grace_s, false };
	int64_t now = page->now;
	int64_t left = license->stored == STANDING_REVOKED
			       ? 0
			       : license->max_activations - license->activations_used;

	report_number(report, "activations_used", license->activations_used);
	report_number(report, "max_activations", license->max_activations);
	report_number(report, "activations_left", left > 0 ? left : 0);
	report_text(report, "kinds", license->kinds);
	/* Values that no longer fit their plan are told where something is issued. */
	(void)license_plan_expiry_grace(page->desk, license, &facts.expiry_grace_s);
	report_text(report, "access",
		standing_access_word(
			license->stored, license->valid_until, facts.expiry_grace_s, now));
	report_flag(report, "is_valid", status_words_is_valid(&facts, now));
	report_text(report, "group_one_status", status_words_group_one(&facts, now));
	report_number(report, "customer_number", license->customer_id);
	report_text(report, "licensee", license->licensee);
	report_text(report, "tenant", license->tenant);
	report_text(report, "key_masked", license->masked);
}

static bool
put_row(void *context, const struct license_record *license)
{
	struct page *page = context;
	struct report *report = page->report;
	char used[48];

	report_row_begin(report);
	report_text(report, "id", license->public_id);
	report_json_text(report, "brand", license->brand);
	session_report_path(report, license->brand, license->product, license->plan);
	report_text(report, "customer", license->email);
	report_text(report, "status", standing_name(licenses_standing(license, page->now)));
	report_date(report, "valid_until", license->valid_until);
	if (report->json) {
		put_json(page, license);
	} else {
		snprintf(used, sizeof used, "%lld/%lld", (long long)license->activations_used,
			(long long)license->max_activations);
		report_text(report, "used", used);
	}
	report_row_end(report);
	page->count++;
	memcpy(page->last, license->public_id, sizeof page->last);
	return true;
}

/* Words into a filter: the customer and the license before the page must be there. */
static enum skerry_err
read_filter(struct desk *desk, struct options *options, struct licenses_filter *filter)
{
	struct license_record license = { .id = 0 };
	struct customer customer = { .id = 0 };
	struct brand brand = { .id = 0 };
	enum skerry_err err = SKERRY_OK;

	filter->brand = options->brand;
	filter->now = desk_clock(desk);
	if (options->brand != NULL)
		err = brands_find(desk, options->brand, &brand);
	if (err == SKERRY_OK && options->after != NULL) {
		err = licenses_find_id(desk, options->after, &license);
		filter->after = err == SKERRY_OK ? license.id : 0;
	}
	if (err == SKERRY_OK && options->product != NULL) {
		err = license_named_product(desk, options->product, options->product_path);
		filter->product = options->product_path;
	}
	if (err != SKERRY_OK || options->customer == NULL)
		return err;
	if (strchr(options->customer, '@') != NULL && options->brand == NULL) {
		/* The same address at several brands is what is asked for here. */
		err = customers_find(desk, NULL, options->customer, &customer);
		filter->email = options->customer;
		return err == SKERRY_ERR_NOT_UNIQUE ? SKERRY_OK : err;
	}
	err = customers_find(desk, options->brand, options->customer, &customer);
	filter->customer_id = err == SKERRY_OK ? customer.id : 0;
	return err;
}

static enum command_exit
run(struct options *options, struct licenses_filter *filter)
{
	static const struct table_column COLUMNS[] = { { "ID", false }, { "PLAN", false },
		{ "CUSTOMER", false }, { "STATUS", false }, { "VALID UNTIL", false },
		{ "USED", true } };
	struct report report;
	struct session session;
	struct page page = { .report = &report, .desk = &session.desk };
	enum command_exit exit = session_open(&session, options->json);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	err = read_filter(&session.desk, options, filter);
	if (err != SKERRY_OK)
		return session_end(&session, err, NULL);
	page.now = filter->now;
	report_begin(&report, options->json);
	report_table_begin(&report, "licenses", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	err = licenses_each(&session.desk, filter, put_row, &page);
	report_table_end(&report);
	report_text(&report, "next_after", page.count == filter->limit ? page.last : NULL);
	session_report_trial(&session, &report);
	return session_end_report(&session, &report, err);
}

enum command_exit
license_list(int argc, char **argv)
{
	struct options options = { .json = false };
	const struct command_option table[] = {
		{ "--brand", COMMAND_VALUE, &options.brand },
		{ "--customer", COMMAND_VALUE, &options.customer },
		{ "--product", COMMAND_VALUE, &options.product },
		{ "--status", COMMAND_VALUE, &options.status },
		{ "--limit", COMMAND_VALUE, &options.limit },
		{ "--after", COMMAND_VALUE, &options.after },
		{ "--json", COMMAND_FLAG, &options.json },
	};
	struct licenses_filter filter = { .limit = PAGE };
	struct command_list operands;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (!session_number(options.limit, 1, LICENSES_LIST_MAX, &filter.limit))
		return command_misuse("--limit takes 1 to %d", LICENSES_LIST_MAX);
	filter.by_standing = options.status != NULL;
	if (filter.by_standing && !standing_from_name(options.status, &filter.standing))
		return command_misuse("'%s' is no status", options.status);
	return run(&options, &filter);
}
