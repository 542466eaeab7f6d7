/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/sell.h"
#include "license_batch.h"
#include "license_out.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char LICENSE_NEW_HELP[] =
	"  PLAN...            BRAND/PRODUCT/PLAN; several are sold under one key\n"
	"  --customer C       e-mail or number (with --key: else that key's customer)\n"
	"  --key KEY          adds to this license key instead of making one\n"
	"  --until DATE       instead of the plan's term; PLAN=DATE for one of several\n"
	"  --activations N    sites, instead of the plan's; PLAN=N for one of several\n"
	"  --tenant T         the tenant that the product serves under this license\n"
	"  --price 120 --currency EUR\n"
	"  --payment REF      the same reference again buys nothing: it gives the same key\n"
	"  --starter T        also writes a short unbound license to --out, so that nobody waits\n"
	"  --out FILE         with --starter; --armor for text, --with-manifest for the chain too\n"
	"  --force            replaces FILE\n"
	"  --json             key, licenses[{id, product, plan, valid_until}], customer\n"
	"\n"
	"Prints the license key, and nothing else.\n"
	"\n"
	"A table of sales, all of them or none:\n"
	"  --batch FILE.csv   a row for each sale; - is standard input\n"
	"  --out DIR          a new folder: keys.csv, and a file for each document\n"
	"  --check            says what is wrong or would be done, and does nothing\n"
	"  --starter T        an unbound document that is good for T, for each license\n"
	"  --unbound          an unbound document for each license that has no domain\n"
	"Columns, in any order (, ; or tab between; the first line names them):\n"
	"  plan               BRAND/PRODUCT/PLAN; several, with a space between, under one key\n"
	"  customer           e-mail; who is new is entered, with name company language\n"
	"  until activations tenant price currency key    as the options above\n"
	"  payment            the table run again gives the same keys and documents by it\n"
	"  starter domain     documents of this row: a duration; names with a space between\n"
	"\n"
	"example: skerry-issuer license new hotelhub/hms/island --customer owner@grand.example\n"
	"example: skerry-issuer license new --batch sales.csv --out welcome --starter 30d\n";

struct options {
	const char *customer, *key, *tenant, *price, *currency, *payment, *starter;
	struct command_list until, activations;
	struct license_out out;
	const char *batch;
	bool json, check, unbound;
};

/* "PLAN=VALUE" is for that item; a bare value for all. NULL when `text` is for another item. */
static const char *
value_for(const char *text, const char *plan)
{
	const char *equals = strchr(text, '=');

	if (equals == NULL)
		return text;
	if (strlen(plan) != (size_t)(equals - text) || strncmp(text, plan, strlen(plan)) != 0)
		return NULL;
	return equals + 1;
}

/* Every PLAN= must name a plan of this sale. */
static bool
names_a_plan(const char *text, const struct command_list *plans)
{
	for (size_t i = 0; i < plans->len; i++)
		if (value_for(text, plans->values[i]) != NULL)
			return true;
	command_misuse("'%s' names no plan of this sale", text);
	return false;
}

static bool
read_item(const struct options *options, struct sell_item *item)
{
	for (size_t i = 0; i < options->until.len; i++) {
		const char *value = value_for(options->until.values[i], item->plan);

		if (value != NULL && date_parse(value, &item->until) != SKERRY_OK) {
			command_misuse("--until takes a date such as 2027-04-28, not '%s'", value);
			return false;
		}
	}
	for (size_t i = 0; i < options->activations.len; i++) {
		const char *value = value_for(options->activations.values[i], item->plan);

		if (value != NULL &&
			!session_number(value, 1, PLAN_ACTIVATIONS_MAX, &item->activations)) {
			command_misuse("--activations takes 1 to %d, not '%s'",
				PLAN_ACTIVATIONS_MAX, value);
			return false;
		}
	}
	return true;
}

static const char *
or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static bool
read_sale(const struct options *options, const struct command_list *plans, struct sell *ret_sell)
{
	*ret_sell = (struct sell){ .items_len = plans->len,
		.customer = options->customer,
		.key = options->key,
		.tenant = or_empty(options->tenant),
		.price = or_empty(options->price),
		.currency = or_empty(options->currency),
		.payment = or_empty(options->payment) };
	for (size_t i = 0; i < options->until.len; i++)
		if (!names_a_plan(options->until.values[i], plans))
			return false;
	for (size_t i = 0; i < options->activations.len; i++)
		if (!names_a_plan(options->activations.values[i], plans))
			return false;
	for (size_t i = 0; i < plans->len; i++) {
		ret_sell->items[i] = (struct sell_item){ plans->values[i], LICENSE_NEVER, 0 };
		if (!read_item(options, &ret_sell->items[i]))
			return false;
	}
	return true;
}

/* The short license of the welcome pack. */
static enum skerry_err
issue_starter(struct desk *desk, struct date_duration starter, const struct sold *sold,
	struct issued *issued)
{
	struct binding *binding = calloc(1, sizeof *binding);
	struct issue issue = { .license_id = sold->licenses[0].public_id,
		.binding = binding,
		.until = date_add(desk->now, starter) };
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (binding != NULL && issued != NULL) {
		binding->kind = ACTIVATION_STARTER;
		err = issue_license(desk, &issue, issued);
	}
	free(binding);
	return err;
}

static enum command_exit
print_sold(const struct options *options, const struct sold *sold)
{
	struct report report;

	if (!options->json) {
		printf("%s\n", sold->key);
		return command_finish(COMMAND_YES);
	}
	report_begin(&report, true);
	report_text(&report, "key", sold->key);
	report_array_begin(&report, "licenses");
	for (size_t i = 0; i < sold->licenses_len; i++) {
		report_object_begin(&report, NULL);
		report_text(&report, "id", sold->licenses[i].public_id);
		session_report_path(&report, sold->licenses[i].brand, sold->licenses[i].product,
			sold->licenses[i].plan);
		report_date(&report, "valid_until", sold->licenses[i].valid_until);
		report_object_end(&report);
	}
	report_array_end(&report);
	report_text(&report, "customer", sold->customer);
	return report_end(&report);
}

/* The whole sale, to be committed. */
static enum skerry_err
make_sale(struct session *session, const struct options *options, const struct sell *sell,
	struct date_duration starter, struct sold *sold, struct issued *issued,
	struct license_staged *staged)
{
	enum skerry_err err = SKERRY_OK;

	/* A typing error needs no passphrase to be told. */
	if (sell->key != NULL)
		err = licenses_check_key(&session->desk, sell->key);
	if (err == SKERRY_OK)
		err = session_unlock(session);
	if (err == SKERRY_OK)
		err = desk_begin(&session->desk);
	if (err == SKERRY_OK)
		err = sell_licenses(&session->desk, sell, sold);
	if (err == SKERRY_OK && options->starter != NULL)
		err = issue_starter(&session->desk, starter, sold, issued);
	/* A name that is taken shows before the key is printed. */
	if (err == SKERRY_OK && options->starter != NULL)
		err = license_out_stage(&session->desk, issued, &options->out, staged);
	return err;
}

static enum command_exit
commit_sale(struct session *session, const struct options *options, const struct sold *sold,
	const struct issued *issued, struct license_staged *staged, const char *subject)
{
	bool is_new = options->key == NULL && !sold->repeated;
	bool recorded = false;
	enum command_exit exit;
	enum skerry_err err = options->starter != NULL ? license_out_finish(&session->desk, issued,
								 &options->out, staged, &recorded)
						       : desk_commit(&session->desk);

	session->json = false; /* the object stands on standard output already */
	exit = session_end(session, err, subject);
	if (err != SKERRY_OK && !recorded && !session->desk.committed)
		fputs(is_new ? "  Nothing was sold: the key that was just printed is void.\n"
			     : "  Nothing was sold now: the key that was just printed is good for "
			       "what it was good for before.\n",
			stderr);
	return exit;
}

/* The key is printed before the commit: a sale whose key nobody has read must not stand. */
static enum command_exit
run(const struct options *options, const struct sell *sell, struct date_duration starter)
{
	const char *subject = sell->key != NULL ? "license key" : sell->items[0].plan;
	struct sold *sold;
	struct issued *issued;
	struct license_staged staged = { .bytes = NULL };
	struct session session;
	enum command_exit exit = session_open(&session, options->json);
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (exit != COMMAND_YES)
		return exit;
	sold = calloc(1, sizeof *sold);
	issued = calloc(1, sizeof *issued);
	if (sold != NULL && issued != NULL)
		err = make_sale(&session, options, sell, starter, sold, issued, &staged);
	if (err != SKERRY_OK) {
		exit = session_end(&session, err, subject);
	} else if ((exit = print_sold(options, sold)) != COMMAND_YES) {
		session_close(&session);
		fputs("  Nothing was sold. Run it again where the key can be printed.\n", stderr);
	} else {
		exit = commit_sale(&session, options, sold, issued, &staged, subject);
	}
	if (sold != NULL)
		secretbox_wipe(sold->key, sizeof sold->key);
	license_out_drop(&staged);
	free(sold);
	free(issued);
	return exit;
}

static enum command_exit
check_starter(const struct options *options, size_t plans_len, struct date_duration *ret_starter)
{
	bool wants_file = options->out.path != NULL || options->out.armor ||
			  options->out.with_manifest || options->out.force;

	if (options->starter == NULL)
		return wants_file ? command_misuse("--out, --armor, --with-manifest and --force go "
						   "with --starter; a bound license is written by: "
						   "skerry-issuer license issue")
				  : COMMAND_YES;
	if (options->out.path == NULL)
		return command_misuse("--starter needs --out FILE");
	if (strcmp(options->out.path, "-") == 0)
		return command_misuse("--starter needs a file: the key goes to standard output");
	if (plans_len != 1)
		return command_misuse("--starter goes with one plan");
	if (date_duration_parse(options->starter, ret_starter) != SKERRY_OK ||
		ret_starter->negative || date_duration_seconds(*ret_starter) == 0)
		return command_misuse(
			"--starter takes a duration such as 30d, not '%s'", options->starter);
	return COMMAND_YES;
}

/* What a row says itself is no option of the whole table. */
static enum command_exit
run_batch(const struct options *options, size_t plans_len)
{
	const struct license_batch batch = { .file = options->batch,
		.out = options->out.path,
		.starter = options->starter,
		.check = options->check,
		.unbound = options->unbound,
		.json = options->json };

	if (plans_len > 0 || options->customer != NULL || options->key != NULL ||
		options->until.len > 0 || options->activations.len > 0 || options->tenant != NULL ||
		options->price != NULL || options->currency != NULL || options->payment != NULL)
		return command_misuse("with --batch the table says who buys what");
	if (options->out.armor || options->out.with_manifest || options->out.force)
		return command_misuse(
			"--armor, --with-manifest and --force do not go with --batch");
	return license_batch_run(&batch);
}

enum command_exit
license_new(int argc, char **argv)
{
	struct options options = { .json = false };
	const struct command_option table[] = {
		{ "--customer", COMMAND_VALUE, &options.customer },
		{ "--key", COMMAND_VALUE, &options.key },
		{ "--until", COMMAND_LIST, &options.until },
		{ "--activations", COMMAND_LIST, &options.activations },
		{ "--tenant", COMMAND_VALUE, &options.tenant },
		{ "--price", COMMAND_VALUE, &options.price },
		{ "--currency", COMMAND_VALUE, &options.currency },
		{ "--payment", COMMAND_VALUE, &options.payment },
		{ "--starter", COMMAND_VALUE, &options.starter },
		{ "--out", COMMAND_VALUE, &options.out.path },
		{ "--armor", COMMAND_FLAG, &options.out.armor },
		{ "--with-manifest", COMMAND_FLAG, &options.out.with_manifest },
		{ "--force", COMMAND_FLAG, &options.out.force },
		{ "--json", COMMAND_FLAG, &options.json },
		{ "--batch", COMMAND_VALUE, &options.batch },
		{ "--check", COMMAND_FLAG, &options.check },
		{ "--unbound", COMMAND_FLAG, &options.unbound },
	};
	struct date_duration starter = { 0, 0, false };
	struct command_list plans;
	struct sell sell;
	enum command_exit exit;

	if (!command_parse(
		    argc, argv, table, sizeof table / sizeof *table, 0, SELL_PLANS_MAX, &plans))
		return COMMAND_CANNOT_TELL;
	if (options.batch != NULL)
		return run_batch(&options, plans.len);
	if (options.check || options.unbound)
		return command_misuse("--check and --unbound go with --batch FILE.csv");
	if (plans.len == 0)
		return command_misuse("what is sold? PLAN, or --batch FILE.csv");
	if (options.customer == NULL && options.key == NULL)
		return command_misuse("--customer says who buys it");
	exit = check_starter(&options, plans.len, &starter);
	if (exit != COMMAND_YES || !read_sale(&options, &plans, &sell))
		return COMMAND_CANNOT_TELL;
	return run(&options, &sell, starter);
}
