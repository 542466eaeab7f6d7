/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/desk/documents.h"
#include "issuer/desk/sites.h"
#include "issuer/release.h"
#include "license_named.h"
#include "report.h"
#include "site_installation.h"
#include "verbs.h"

const char SITE_LIST_HELP[] =
	"  --license ID     of one license\n"
	"  --brand B        of one brand\n"
	"  --product P      a product's name, or BRAND/PRODUCT\n"
	"  --customer C     e-mail (without --brand: at every brand) or number\n"
	"  --released       those that were released, instead of those that stand\n"
	"  --limit N        at most N (else 100)\n"
	"  --after SITE     the page after this site\n"
	"  --json\n"
	"\n"
	"example: skerry-issuer site list --customer owner@grand.example\n";
const char SITE_SHOW_HELP[] =
	"  SITE     LICENSE-NUMBER or the four characters as `site list` shows them, or the first\n"
	"           6 or more hex digits of the site's id\n"
	"  --json\n"
	"\n"
	"Shows the machine, its documents, where else the license was active, and what the site\n"
	"said last: its clock, its manifest, whether its history went on in one line. Of a site\n"
	"with several licenses all are listed.\n"
	"\n"
	"example: skerry-issuer site show 7QK2M94XPAC0DTE1-1\n";
const char SITE_RELEASE_HELP[] =
	"  SITE           LICENSE-NUMBER as `site list` shows it, or the first 6 or more hex\n"
	"                 digits of the site's id\n"
	"  --reason TEXT  kept beside the audit log\n"
	"  --force        beyond the plan's migrations a year; needs --reason\n"
	"  --dry-run      says what would happen\n"
	"  --json\n"
	"\n"
	"Another machine may take its place. The old one goes on until it hears of it, or until\n"
	"the last date of its document: as long, and 365 days at least, it counts as a migration.\n"
	"\n"
	"example: skerry-issuer site release 7QK2M94XPAC0DTE1-1 --reason \"server burnt\"\n";

enum { PAGE = 100 };

struct list_options {
	const char *license, *brand, *product, *customer, *after, *limit;
	char product_path[PRODUCTS_PATH_MAX];
	bool released, json;
};

struct page {
	struct desk *desk;
	struct report *report;
	enum skerry_err err;
	int64_t count;
	char last[SITES_NAME_MAX];
};

/* Where it is, in a word: the host, else its domains, else that it is anywhere. */
static const char *
where(const struct site *site)
{
	if (site->hostname[0] != '\0')
		return site->hostname;
	return site->domains[0] != '\0' ? site->domains : site->kind;
}

static const char *
status_word(const struct site *site)
{
	if (site->unpaired_at != LICENSE_NEVER)
		return "released";
	return site->revoked ? "revoked" : "standing";
}

static void
put_identity(struct report *report, const struct site *site)
{
	report_text(report, "site", site->name);
	report_text(report, "license", site->license);
	report_number(report, "activation", site->number);
	if (site->has_site_id)
		report_hex(report, "site_id", site->site_id, sizeof site->site_id);
	else
		report_text(report, "site_id", NULL);
	report_json_text(report, "brand", site->brand);
	session_report_path(report, site->brand, site->product, site->plan);
	report_text(report, "customer", site->email);
	report_text(report, "tenant", site->tenant);
	report_text(report, "kind", site->kind);
	report_text(report, "status", status_word(site));
}

static void
put_machine(struct report *report, const struct site *site)
{
	report_text(report, "hostname", site->hostname);
	report_text(report, "os", site->os);
	report_text(report, "app_version", site->app_version);
	report_text(report, "install_id", site->install_id);
	report_text(report, "domains", site->domains);
	if (site->components > 0 || report->json) {
		report_number(report, "components", site->components);
		report_number(report, "weight", site->weight);
	}
}

static void
put_times(struct report *report, const struct site *site)
{
	report_date(report, "paired_at", site->paired_at);
	report_date(report, "last_contact_at", site->last_contact_at);
	report_date(report, "renew_by", site->renew_by);
	report_date(report, "documents_until", site->expires_at);
	report_date(report, "unpaired_at", site->unpaired_at);
	report_text(report, "unpaired_why", site->unpaired_why);
	report_text(report, "unpaired_note", site->unpaired_note);
	report_number(report, "status_index", site->status_index);
}

static void
put_row(void *context, const struct site *site)
{
	struct page *page = context;
	struct report *report = page->report;

	report_row_begin(report);
	if (report->json) {
		put_identity(report, site);
		put_machine(report, site);
		put_times(report, site);
		page->err = site_installation_put_of(page->desk, site->installation_id, report);
	} else {
		report_text(report, "site", site->name);
		report_text(report, "customer", site->email);
		report_text(report, "where", where(site));
		report_text(report, "status", status_word(site));
		report_date(report, "since", site->paired_at);
		report_date(report, "until",
			site->unpaired_at != LICENSE_NEVER ? site->unpaired_at : site->renew_by);
		report_text(report, "tag", site->tag);
		report_date(report, "heard", site->last_contact_at);
	}
	report_row_end(report);
	page->count++;
	memcpy(page->last, site->name, sizeof page->last);
}

static enum skerry_err
read_customer(struct desk *desk, const struct list_options *options, struct sites_filter *filter)
{
	struct customer customer = { .id = 0 };
	enum skerry_err err = customers_find(desk, options->brand, options->customer, &customer);

	/* The same address at several brands is what is asked for without --brand. */
	if (strchr(options->customer, '@') != NULL && options->brand == NULL) {
		filter->email = options->customer;
		return err == SKERRY_ERR_NOT_UNIQUE ? SKERRY_OK : err;
	}
	if (err == SKERRY_OK)
		filter->customer_id = customer.id;
	return err;
}

static enum skerry_err
read_after(struct desk *desk, const char *after, struct sites_filter *filter)
{
	struct site *site = malloc(sizeof *site);
	enum skerry_err err = site == NULL ? SKERRY_ERR_NO_MEMORY : sites_find(desk, after, site);

	if (err == SKERRY_OK) {
		filter->after_license = site->license_id;
		filter->after_number = site->number;
		filter->after_page = site->page;
	}
	free(site);
	return err;
}

/* Words into a filter: what they name must be there. */
static enum skerry_err
read_filter(struct desk *desk, struct list_options *options, struct sites_filter *filter)
{
	struct license_record license = { .id = 0 };
	struct brand brand = { .id = 0 };
	enum skerry_err err = SKERRY_OK;

	filter->brand = options->brand;
	filter->released = options->released;
	if (options->brand != NULL)
		err = brands_find(desk, options->brand, &brand);
	if (err == SKERRY_OK && options->product != NULL) {
		err = license_named_product(desk, options->product, options->product_path);
		filter->product = options->product_path;
	}
	if (err == SKERRY_OK && options->license != NULL) {
		err = licenses_find_id(desk, options->license, &license);
		filter->license_id = err == SKERRY_OK ? license.id : 0;
	}
	if (err == SKERRY_OK && options->customer != NULL)
		err = read_customer(desk, options, filter);
	if (err == SKERRY_OK && options->after != NULL)
		err = read_after(desk, options->after, filter);
	return err;
}

static enum command_exit
list(struct list_options *options, struct sites_filter *filter)
{
	static const struct table_column STANDING[] = { { "SITE", false }, { "CUSTOMER", false },
		{ "WHERE", false }, { "STATUS", false }, { "SINCE", false }, { "RENEW BY", false },
		{ "TAG", false }, { "HEARD", false } };
	static const struct table_column RELEASED[] = { { "SITE", false }, { "CUSTOMER", false },
		{ "WHERE", false }, { "STATUS", false }, { "SINCE", false }, { "RELEASED", false },
		{ "TAG", false }, { "HEARD", false } };
	struct report report;
	struct session session;
	struct page page = { .desk = &session.desk, .report = &report };
	enum command_exit exit = session_open(&session, options->json);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	err = read_filter(&session.desk, options, filter);
	if (err != SKERRY_OK)
		return session_end(&session, err, NULL);
	report_begin(&report, options->json);
	report_table_begin(&report, "sites", options->released ? RELEASED : STANDING,
		sizeof STANDING / sizeof *STANDING);
	err = sites_each(&session.desk, filter, put_row, &page);
	if (err == SKERRY_OK)
		err = page.err;
	report_table_end(&report);
	report_text(&report, "next_after", page.count == filter->limit ? page.last : NULL);
	return session_end_report(&session, &report, err);
}

enum command_exit
site_list(int argc, char **argv)
{
	struct list_options options = { .json = false };
	const struct command_option table[] = {
		{ "--license", COMMAND_VALUE, &options.license },
		{ "--brand", COMMAND_VALUE, &options.brand },
		{ "--product", COMMAND_VALUE, &options.product },
		{ "--customer", COMMAND_VALUE, &options.customer },
		{ "--released", COMMAND_FLAG, &options.released },
		{ "--limit", COMMAND_VALUE, &options.limit },
		{ "--after", COMMAND_VALUE, &options.after },
		{ "--json", COMMAND_FLAG, &options.json },
	};
	struct sites_filter filter = { .limit = PAGE };
	struct command_list operands;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (!session_number(options.limit, 1, SITES_LIST_MAX, &filter.limit))
		return command_misuse("--limit takes 1 to %d", SITES_LIST_MAX);
	return list(&options, &filter);
}

/* The documents of one activation among those of its license. */
struct papers {
	struct report *report;
	int64_t number;
};

static void
put_document(void *context, const struct document_line *line)
{
	const struct papers *papers = context;
	struct report *report = papers->report;

	if (line->activation_number != papers->number)
		return;
	report_row_begin(report);
	report_number(report, "edition", line->edition);
	report_date(report, "issued_at", line->issued_at);
	report_date(report, "expires_at", line->expires_at);
	report_hex(report, "cti", line->cti, sizeof line->cti);
	report_row_end(report);
}

static void
put_pairing(void *context, const struct activation_line *line)
{
	struct report *report = context;

	report_row_begin(report);
	report_number(report, "activation", line->number);
	report_text(report, "kind", line->kind);
	report_text(report, "hostname", line->hostname);
	report_json_text(report, "domains", line->domains);
	report_date(report, "paired_at", line->paired_at);
	report_date(report, "unpaired_at", line->unpaired_at);
	report_text(report, "unpaired_why", line->unpaired_why);
	report_row_end(report);
}

static enum skerry_err
put_site(struct session *session, struct report *report, const struct site *site)
{
	static const struct table_column DOCUMENTS[] = { { "EDITION", true }, { "ISSUED", false },
		{ "LAST DATE", false }, { "CTI", false } };
	static const struct table_column HISTORY[] = { { "ACTIVATION", true }, { "KIND", false },
		{ "HOST", false }, { "SINCE", false }, { "UNTIL", false }, { "WHY", false } };
	struct papers papers = { report, site->number };
	enum skerry_err err;

	put_identity(report, site);
	put_machine(report, site);
	put_times(report, site);
	err = site_installation_put_of(&session->desk, site->installation_id, report);
	if (err == SKERRY_OK)
		err = site_installation_put_heartbeats(&session->desk, site->id, report);
	if (err != SKERRY_OK)
		return err;
	report_number(report, "documents_count", site->documents);
	report_table_begin(report, "documents", DOCUMENTS, sizeof DOCUMENTS / sizeof *DOCUMENTS);
	err = documents_each(&session->desk, site->license_id, put_document, &papers);
	report_table_end(report);
	report_table_begin(report, "history", HISTORY, sizeof HISTORY / sizeof *HISTORY);
	if (err == SKERRY_OK)
		err = activations_each(&session->desk, site->license_id, put_pairing, report);
	report_table_end(report);
	return err;
}

enum command_exit
site_show(int argc, char **argv)
{
	struct command_list operands;
	struct site *site;
	struct session session;
	struct report report;
	struct installation installation;
	enum command_exit exit = session_start(argc, argv, 1, 1, &operands, &session);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	site = malloc(sizeof *site);
	err = site == NULL ? SKERRY_ERR_NO_MEMORY
			   : sites_find(&session.desk, operands.values[0], site);
	/* An installation with several licenses, or with none yet. */
	if (err == SKERRY_ERR_NOT_UNIQUE || err == SKERRY_ERR_NOT_FOUND) {
		if (installations_find(&session.desk, operands.values[0], &installation) ==
			SKERRY_OK) {
			free(site);
			return site_installation_show(&session, &installation);
		}
		err = sites_find(&session.desk, operands.values[0], site);
	}
	if (err != SKERRY_OK || site == NULL) {
		free(site);
		return session_end(&session, err, operands.values[0]);
	}
	report_begin(&report, session.json);
	err = put_site(&session, &report, site);
	free(site);
	return session_end_report(&session, &report, err);
}

struct release_options {
	struct release release;
	bool dry_run, json;
};

static enum skerry_err
release(struct session *session, const struct release_options *options, const char *typed,
	struct site *site, struct released *released)
{
	struct desk *desk = &session->desk;
	enum skerry_err err = sites_find(desk, typed, site);

	if (err == SKERRY_OK)
		err = session_begin(session);
	/* Again under the lock: somebody else may have released it. */
	if (err == SKERRY_OK)
		err = sites_find(desk, site->name, site);
	if (err == SKERRY_OK)
		err = release_site(desk, site, &options->release, released);
	if (err == SKERRY_OK && !options->dry_run) {
		err = desk_commit(desk);
		site->unpaired_at = desk->now;
	} else if (err == SKERRY_OK)
		desk_rollback(desk);
	return err;
}

static void
say_released(const struct release_options *options, const struct site *site,
	const struct released *released)
{
	char last[DATE_TEXT_MAX], next[DATE_TEXT_MAX];

	date_format_day(site->expires_at, last);
	date_format_day(released->migrations.next_at, next);
	fputs("site ", stdout);
	printf("%s %s released; license %s %s, %lld of %lld activations used\n", site->name,
		options->dry_run ? "would be" : "is", site->license, standing_name(released->after),
		(long long)released->activations_used, (long long)released->max_activations);
	if (site->expires_at == LICENSE_NEVER)
		puts("  The old document never ends: it works until a status list reaches it.");
	else
		printf("  Its old document works until a status list reaches it, at the latest "
		       "until %s.\n",
			last);
	if (released->counts && released->migrations.next_at == LICENSE_NEVER)
		printf("  Migration %lld of %lld a year; it counts for good.\n",
			(long long)released->migrations.count, (long long)released->allowed);
	else if (released->counts)
		printf("  Migration %lld of %lld a year; the first of them counts until %s.\n",
			(long long)released->migrations.count, (long long)released->allowed, next);
	if (options->dry_run)
		puts("Nothing was changed.");
}

static enum command_exit
print_released(const struct release_options *options, const struct site *site,
	const struct released *released)
{
	struct report report;

	if (!options->json) {
		say_released(options, site, released);
		return command_finish(COMMAND_YES);
	}
	report_begin(&report, true);
	put_identity(&report, site);
	report_flag(&report, "released", !options->dry_run);
	report_flag(&report, "dry_run", options->dry_run);
	report_date(&report, "documents_until", site->expires_at);
	report_text(&report, "license_before", standing_name(released->before));
	report_text(&report, "license_status", standing_name(released->after));
	report_number(&report, "activations_used", released->activations_used);
	report_number(&report, "max_activations", released->max_activations);
	report_number(&report, "activations_left",
		released->max_activations > released->activations_used
			? released->max_activations - released->activations_used
			: 0);
	report_number(&report, "migrations", released->migrations.count);
	report_number(&report, "migrations_allowed", released->allowed);
	report_date(&report, "migration_free_at", released->migrations.next_at);
	return report_end(&report);
}

enum command_exit
site_release(int argc, char **argv)
{
	struct release_options options = { .json = false };
	const struct command_option table[] = {
		{ "--reason", COMMAND_VALUE, &options.release.reason },
		{ "--force", COMMAND_FLAG, &options.release.force },
		{ "--dry-run", COMMAND_FLAG, &options.dry_run },
		{ "--json", COMMAND_FLAG, &options.json },
	};
	struct released released = { .counts = false };
	struct command_list operands;
	struct session session;
	struct site *site;
	enum command_exit exit;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (options.release.force && options.release.reason == NULL)
		return command_misuse("--force needs --reason TEXT: who allowed it, and why");
	exit = session_open(&session, options.json);
	if (exit != COMMAND_YES)
		return exit;
	site = malloc(sizeof *site);
	if (site != NULL)
		err = release(&session, &options, operands.values[0], site, &released);
	exit = session_end(&session, err, operands.values[0]);
	if (exit == COMMAND_YES && site != NULL)
		exit = print_released(&options, site, &released);
	free(site);
	return exit;
}
