/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/desk/due.h"
#include "issuer/renew.h"
#include "license_named.h"
#include "renew_out.h"
#include "report.h"
#include "verbs.h"

const char LICENSE_RENEW_HELP[] =
	"  KEY|ID...        which; --product P and --tenant T where a key holds several\n"
	"  --due T          instead: all that ends within T, as 60d; of these only\n"
	"  --brand B, --product P, --plan BRAND/PRODUCT/PLAN, --customer C\n"
	"  --term T         instead of the plan's term, as 1y\n"
	"  --until DATE     instead of any term\n"
	"  --shorten        it may end earlier than before\n"
	"  --price 120 --currency EUR\n"
	"  --payment REF    the same reference again renews nothing, and says so\n"
	"  --out FILE|DIR   documents anew for the sites: one is a file, more are a new folder of\n"
	"                   ID-N.license; --armor, --with-manifest, --force as in license issue\n"
	"  --reason TEXT    kept beside the audit log\n"
	"  --dry-run        says what would happen\n"
	"  --json\n"
	"\n"
	"From the old end on; from today where that is longer ago than the expiry grace, which\n"
	"--due leaves out, with what is suspended or revoked. Of a license that never ends the\n"
	"maintenance is renewed. New documents go out with the next bundle to the sites that\n"
	"exchange.\n"
	"\n"
	"example: skerry-issuer license renew --due 60d --brand hotelhub --dry-run\n";

struct options {
	const char *due, *brand, *product, *plan, *customer, *tenant;
	const char *term, *until, *price, *currency, *payment, *reason;
	struct renew_out out;
	bool shorten, dry_run, json;
};

/* A license and what became of it; small, since a round may have very many. */
struct outcome {
	int64_t license_id, before, after;
	enum skerry_err left_out;
	bool maintenance, repeated;
};

struct round {
	struct outcome *list;
	size_t len, max, renewed;
	int64_t until; /* of --due */
	bool no_memory;
};

static bool
gather(void *context, int64_t license_id)
{
	struct round *round = context;

	if (round->len == round->max) {
		size_t max = round->max == 0 ? 64 : round->max * 2;
		struct outcome *more = realloc(round->list, max * sizeof *more);

		round->no_memory = more == NULL;
		if (more == NULL)
			return false;
		round->list = more;
		round->max = max;
	}
	round->list[round->len++] = (struct outcome){ .license_id = license_id };
	return true;
}

static enum skerry_err
find_named(struct session *session, const struct options *options, const struct command_list *typed,
	struct round *round)
{
	struct license_record license = { .id = 0 };
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < typed->len && err == SKERRY_OK; i++) {
		struct license_named named = { typed->values[i], options->product,
			options->tenant };

		err = license_named_one(session, &named, &license);
		for (size_t j = 0; j < round->len && err == SKERRY_OK; j++)
			if (round->list[j].license_id == license.id)
				err = desk_refuse(&session->desk, SKERRY_ERR_ARGUMENT,
					license.public_id, "It is named twice; renew it once.");
		if (err == SKERRY_OK && !gather(round, license.id))
			err = SKERRY_ERR_NO_MEMORY;
	}
	return err;
}

static enum skerry_err
read_customer(struct desk *desk, const struct options *options, struct due *due)
{
	struct customer customer = { .id = 0 };
	enum skerry_err err = customers_find(desk, options->brand, options->customer, &customer);

	if (strchr(options->customer, '@') != NULL && options->brand == NULL) {
		due->email = options->customer;
		return err == SKERRY_ERR_NOT_UNIQUE ? SKERRY_OK : err;
	}
	if (err == SKERRY_OK)
		due->customer_id = customer.id;
	return err;
}

/* A product's own name stands for the one product of that name. */
static enum skerry_err
read_product(struct desk *desk, const struct options *options, struct due *due)
{
	char path[PRODUCTS_PATH_MAX];
	struct product product = { .id = 0 };
	enum skerry_err err;

	if (strchr(options->product, '/') == NULL && options->brand == NULL)
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, options->product,
			"Say which brand's: BRAND/PRODUCT, or with --brand.");
	if (strchr(options->product, '/') == NULL) {
		products_join_path(options->brand, options->product, NULL, path);
		err = products_find(desk, path, &product);
	} else {
		err = products_find(desk, options->product, &product);
	}
	if (err == SKERRY_OK)
		due->product_id = product.id;
	return err;
}

/* Words into a filter: what they name must be there. */
static enum skerry_err
read_due(struct desk *desk, const struct options *options, struct due *due)
{
	struct plan *plan = malloc(sizeof *plan);
	struct brand brand = { .id = 0 };
	enum skerry_err err = plan == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	if (err == SKERRY_OK && options->brand != NULL) {
		err = brands_find(desk, options->brand, &brand);
		due->brand_id = err == SKERRY_OK ? brand.id : 0;
	}
	if (err == SKERRY_OK && options->product != NULL)
		err = read_product(desk, options, due);
	if (err == SKERRY_OK && options->plan != NULL) {
		err = plans_find(desk, options->plan, plan);
		due->plan_id = err == SKERRY_OK ? plan->id : 0;
	}
	if (err == SKERRY_OK && options->customer != NULL)
		err = read_customer(desk, options, due);
	free(plan);
	return err;
}

static enum skerry_err
find_due(struct desk *desk, const struct options *options, struct date_duration ahead,
	struct round *round)
{
	struct due due = { .until = date_add(desk->now, ahead) };
	enum skerry_err err = read_due(desk, options, &due);

	round->until = due.until;
	if (err == SKERRY_OK)
		err = due_begin(desk, desk->now, &due.from);
	if (err == SKERRY_OK)
		err = due_each(desk, &due, gather, round);
	return err == SKERRY_OK && round->no_memory ? SKERRY_ERR_NO_MEMORY : err;
}

/* What a round leaves out and goes on; named licenses are renewed all or none. */
static bool
is_left_out(enum skerry_err err)
{
	return err == SKERRY_ERR_SUSPENDED || err == SKERRY_ERR_REVOKED ||
	       err == SKERRY_ERR_EXPIRED || err == SKERRY_ERR_SHORTENS ||
	       err == SKERRY_ERR_ARGUMENT || err == SKERRY_ERR_STATUS_FORBIDS;
}

static enum skerry_err
renew_all(struct desk *desk, const struct renewal *renewal, bool is_round, struct round *round)
{
	struct plan_shelf shelf = { .plans_len = 0 };
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < round->len && err == SKERRY_OK; i++) {
		struct outcome *outcome = &round->list[i];
		struct license_record license = { .id = 0 };
		struct renewed renewed = { 0 };

		err = licenses_find_row(desk, outcome->license_id, &license);
		if (err == SKERRY_OK)
			err = renew_license(desk, &shelf, &license, renewal, &renewed);
		outcome->maintenance = license.valid_until == LICENSE_NEVER;
		if (is_round && is_left_out(err)) {
			outcome->left_out = err;
			outcome->before = outcome->maintenance ? license.maintenance_until
							       : license.valid_until;
			err = SKERRY_OK;
			continue;
		}
		outcome->before = renewed.before;
		outcome->after = renewed.after;
		outcome->repeated = renewed.repeated;
		round->renewed += err == SKERRY_OK && !renewed.repeated;
	}
	plan_shelf_clear(&shelf);
	return err;
}

static enum skerry_err
commit(struct desk *desk, struct options *options, const struct round *round)
{
	int64_t *licenses;
	size_t len = 0;
	enum skerry_err err;

	if (options->dry_run) {
		desk_rollback(desk);
		return SKERRY_OK;
	}
	licenses = malloc((round->len + 1) * sizeof *licenses);
	if (licenses == NULL)
		return SKERRY_ERR_NO_MEMORY;
	for (size_t i = 0; i < round->len; i++)
		if (round->list[i].left_out == SKERRY_OK)
			licenses[len++] = round->list[i].license_id;
	options->out.folder = options->due != NULL || round->len > 1;
	err = renew_out_commit(desk, licenses, len, &options->out);
	free(licenses);
	return err;
}

static enum skerry_err
renew(struct session *session, struct options *options, const struct command_list *typed,
	struct date_duration ahead, const struct renewal *renewal, struct round *round)
{
	struct desk *desk = &session->desk;
	enum skerry_err err = renew_check(desk, renewal);

	if (err == SKERRY_OK)
		err = find_named(session, options, typed, round);
	if (err == SKERRY_OK)
		err = session_begin(session);
	if (err == SKERRY_OK && options->due != NULL)
		err = find_due(desk, options, ahead, round);
	if (err == SKERRY_OK)
		err = renew_all(desk, renewal, options->due != NULL, round);
	return err == SKERRY_OK ? commit(desk, options, round) : err;
}

/* In a word what a person reads beside a license that was left out. */
static const char *
left_out_word(enum skerry_err err)
{
	switch (err) {
	case SKERRY_ERR_SUSPENDED:
		return "suspended";
	case SKERRY_ERR_REVOKED:
		return "revoked";
	case SKERRY_ERR_EXPIRED:
		return "expired too long ago";
	case SKERRY_ERR_SHORTENS:
		return "would end earlier";
	case SKERRY_ERR_STATUS_FORBIDS:
		return "customer erased";
	default:
		return "no term";
	}
}

static void
put_row(struct report *report, const struct license_record *license, const struct outcome *outcome)
{
	bool left_out = outcome->left_out != SKERRY_OK;

	report_row_begin(report);
	report_text(report, "id", license->public_id);
	report_json_text(report, "brand", license->brand);
	session_report_path(report, license->brand, license->product, license->plan);
	report_text(report, "customer", license->email);
	report_date(report, "before", outcome->before);
	if (left_out)
		report_text(report, "after", NULL);
	else
		report_date(report, "after", outcome->after);
	if (report->json) {
		report_flag(report, "maintenance", outcome->maintenance);
		report_flag(report, "repeated", outcome->repeated);
		report_text(
			report, "left_out", left_out ? skerry_err_name(outcome->left_out) : NULL);
	} else {
		report_text(report, "remark",
			left_out               ? left_out_word(outcome->left_out)
			: outcome->repeated    ? "paid before"
			: outcome->maintenance ? "maintenance"
					       : NULL);
	}
	report_row_end(report);
}

static enum skerry_err
put_round(struct desk *desk, struct report *report, const struct round *round)
{
	static const struct table_column COLUMNS[] = { { "ID", false }, { "PLAN", false },
		{ "CUSTOMER", false }, { "WAS UNTIL", false }, { "UNTIL", false },
		{ "REMARK", false } };
	enum skerry_err err = SKERRY_OK;

	report_table_begin(report, "licenses", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	for (size_t i = 0; i < round->len && err == SKERRY_OK; i++) {
		struct license_record license = { .id = 0 };

		err = licenses_find_row(desk, round->list[i].license_id, &license);
		if (err == SKERRY_OK)
			put_row(report, &license, &round->list[i]);
	}
	report_table_end(report);
	return err;
}

static void
say_result(const struct options *options, const struct round *round)
{
	char until[DATE_TEXT_MAX];

	date_format_day(round->until, until);
	if (options->due != NULL && round->len == 0)
		printf("Nothing ends until %s.\n", until);
	else
		printf("%zu %s renewed", round->renewed,
			options->dry_run      ? "would be"
			: round->renewed == 1 ? "is"
					      : "are");
	if (round->len > round->renewed)
		printf(", %zu left as %s", round->len - round->renewed,
			round->len - round->renewed == 1 ? "it is" : "they are");
	if (round->len > 0)
		puts(".");
	if (options->out.file.path != NULL && !options->dry_run)
		printf("%lld document%s written%s%s\n", (long long)options->out.written,
			options->out.written == 1 ? "" : "s",
			options->out.written == 0 ? ": no site is active" : " to ",
			options->out.written == 0 ? "" : options->out.file.path);
	else if (round->renewed > 0 && !options->dry_run)
		puts("Sites that exchange get their new documents with the next bundle (exchange, "
		     "bundle); for others: --out.");
	if (options->dry_run)
		puts("Nothing was changed.");
}

static enum command_exit
print_round(struct session *session, const struct options *options, const struct round *round)
{
	bool to_stdout = options->out.file.path != NULL &&
			 strcmp(options->out.file.path, "-") == 0 && !options->dry_run;
	struct report report;
	enum skerry_err err;

	/* Standard output carries the license itself. */
	if (to_stdout)
		return session_end(session, SKERRY_OK, NULL);
	report_begin(&report, options->json);
	err = put_round(&session->desk, &report, round);
	if (options->json) {
		report_flag(&report, "dry_run", options->dry_run);
		report_number(&report, "renewed", (int64_t)round->renewed);
		report_number(&report, "documents", options->out.written);
		report_text(
			&report, "out", options->out.written > 0 ? options->out.file.path : NULL);
	} else {
		say_result(options, round);
	}
	return session_end_report(session, &report, err);
}

static enum command_exit
run(struct options *options, const struct command_list *typed, struct date_duration ahead,
	const struct renewal *renewal)
{
	struct round round = { .len = 0 };
	struct session session;
	enum command_exit exit = session_open(&session, options->json);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	err = renew(&session, options, typed, ahead, renewal, &round);
	exit = err == SKERRY_OK ? print_round(&session, options, &round)
				: session_end(&session, err, "license");
	free(round.list);
	return exit;
}

static bool
read_term(const char *option, const char *typed, struct date_duration *ret_duration)
{
	if (date_duration_parse(typed, ret_duration) == SKERRY_OK && !ret_duration->negative &&
		(ret_duration->seconds > 0 || ret_duration->months > 0))
		return true;
	command_misuse("%s takes a duration such as 60d or 1y, not '%s'", option, typed);
	return false;
}

static bool
read_renewal(const struct options *options, struct renewal *ret_renewal)
{
	*ret_renewal = (struct renewal){ .until = LICENSE_NEVER,
		.shorten = options->shorten,
		.only_fresh = options->due != NULL,
		.price = options->price == NULL ? "" : options->price,
		.currency = options->currency == NULL ? "" : options->currency,
		.payment = options->payment == NULL ? "" : options->payment,
		.reason = options->reason };
	ret_renewal->has_term = options->term != NULL;
	if (options->term != NULL && !read_term("--term", options->term, &ret_renewal->term))
		return false;
	if (options->until != NULL &&
		date_parse(options->until, &ret_renewal->until) != SKERRY_OK) {
		command_misuse("--until takes a date such as 2027-04-28, not '%s'", options->until);
		return false;
	}
	return true;
}

static enum command_exit
check_options(const struct options *options, size_t typed_len)
{
	if ((options->due != NULL) == (typed_len > 0))
		return command_misuse("which? KEY or ID, or all that ends within --due T");
	if (options->due == NULL &&
		(options->brand != NULL || options->plan != NULL || options->customer != NULL))
		return command_misuse("--brand, --plan and --customer go with --due");
	if (options->due != NULL && (options->until != NULL || options->payment != NULL ||
					    options->tenant != NULL || options->shorten))
		return command_misuse(
			"--until, --payment, --tenant and --shorten go with licenses by name");
	if (options->payment != NULL && typed_len > 1)
		return command_misuse("--payment goes with one license: it renews once");
	if (options->term != NULL && options->until != NULL)
		return command_misuse("--term and --until exclude each other");
	if (options->out.file.path == NULL &&
		(options->out.file.armor || options->out.file.with_manifest ||
			options->out.file.force))
		return command_misuse("--armor, --with-manifest and --force go with --out");
	if (options->out.file.path != NULL && strcmp(options->out.file.path, "-") == 0 &&
		(options->due != NULL || typed_len > 1 || options->json))
		return command_misuse("--out - goes with one license, and without --json");
	return COMMAND_YES;
}

enum command_exit
license_renew(int argc, char **argv)
{
	struct options options = { .json = false };
	const struct command_option table[] = {
		{ "--due", COMMAND_VALUE, &options.due },
		{ "--brand", COMMAND_VALUE, &options.brand },
		{ "--product", COMMAND_VALUE, &options.product },
		{ "--plan", COMMAND_VALUE, &options.plan },
		{ "--customer", COMMAND_VALUE, &options.customer },
		{ "--tenant", COMMAND_VALUE, &options.tenant },
		{ "--term", COMMAND_VALUE, &options.term },
		{ "--until", COMMAND_VALUE, &options.until },
		{ "--shorten", COMMAND_FLAG, &options.shorten },
		{ "--price", COMMAND_VALUE, &options.price },
		{ "--currency", COMMAND_VALUE, &options.currency },
		{ "--payment", COMMAND_VALUE, &options.payment },
		{ "--reason", COMMAND_VALUE, &options.reason },
		{ "--out", COMMAND_VALUE, &options.out.file.path },
		{ "--armor", COMMAND_FLAG, &options.out.file.armor },
		{ "--with-manifest", COMMAND_FLAG, &options.out.file.with_manifest },
		{ "--force", COMMAND_FLAG, &options.out.file.force },
		{ "--dry-run", COMMAND_FLAG, &options.dry_run },
		{ "--json", COMMAND_FLAG, &options.json },
	};
	struct date_duration ahead = { 0, 0, false };
	struct renewal renewal;
	struct command_list typed;

	if (!command_parse(
		    argc, argv, table, sizeof table / sizeof *table, 0, COMMAND_LIST_MAX, &typed) ||
		check_options(&options, typed.len) != COMMAND_YES ||
		(options.due != NULL && !read_term("--due", options.due, &ahead)) ||
		!read_renewal(&options, &renewal))
		return COMMAND_CANNOT_TELL;
	return run(&options, &typed, ahead, &renewal);
}
