/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/customers.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char CUSTOMER_ADD_HELP[] =
	"  --name NAME      the licensee's name, which licenses carry (else the e-mail's first "
	"part)\n"
	"  --company NAME\n"
	"  --language L     in which letters are written: id, en, pt-BR\n"
	"\n"
	"example: skerry-issuer customer add hotelhub owner@grand.example --name \"Grand Hotel\"\n";
const char CUSTOMER_SET_HELP[] =
	"  --email E        the new address\n"
	"  --name NAME\n"
	"  --company NAME   an empty value takes it away\n"
	"  --language L\n"
	"\n"
	"Only what is named changes. Licenses carry a new name from their next issue on.\n"
	"\n"
	"example: skerry-issuer customer set hotelhub owner@grand.example --language id\n";
const char CUSTOMER_LIST_HELP[] = "  --limit N        at most N (else 100)\n"
				  "  --after NUMBER   the page after this customer\n"
				  "  --json\n"
				  "\n"
				  "example: skerry-issuer customer list hotelhub\n";
const char CUSTOMER_SHOW_HELP[] =
	"  --json\n"
	"\n"
	"example: skerry-issuer customer show hotelhub owner@grand.example\n";

enum { PAGE = 100, PAGE_MAX = 1000 };

struct flags {
	const char *email, *name, *company, *language;
};

/* A text that is too long to be kept is replaced by one that its check refuses. */
static void
take(const char *value, char *text, size_t text_max)
{
	if (value == NULL)
		return;
	snprintf(text, text_max, "%s", strlen(value) < text_max ? value : "\n");
}

static void
apply(const struct flags *flags, struct customer *customer)
{
	take(flags->email, customer->email, sizeof customer->email);
	take(flags->name, customer->name, sizeof customer->name);
	take(flags->company, customer->company, sizeof customer->company);
	take(flags->language, customer->language, sizeof customer->language);
}

/* A customer that is to be: its brand must be there. */
static enum skerry_err
prepare(struct desk *desk, const char *brand_slug, const char *email, struct customer *ret_customer)
{
	struct brand brand;
	enum skerry_err err = brands_find(desk, brand_slug, &brand);

	if (err != SKERRY_OK)
		return err;
	*ret_customer = (struct customer){ .brand_id = brand.id };
	memcpy(ret_customer->brand, brand.slug, sizeof ret_customer->brand);
	take(email, ret_customer->email, sizeof ret_customer->email);
	snprintf(ret_customer->name, sizeof ret_customer->name, "%.*s",
		(int)strcspn(ret_customer->email, "@"), ret_customer->email);
	return SKERRY_OK;
}

static enum skerry_err
change(struct session *session, const struct command_list *operands, const struct flags *flags,
	bool is_new, struct customer *customer)
{
	const char *brand = operands->values[0], *who = operands->values[1];
	struct desk *desk = &session->desk;
	enum skerry_err err = session_begin(session);

	if (err == SKERRY_OK)
		err = is_new ? prepare(desk, brand, who, customer)
			     : customers_find(desk, brand, who, customer);
	if (err != SKERRY_OK)
		return err;
	apply(flags, customer);
	err = is_new ? customers_insert(desk, customer) : customers_update(desk, customer);
	return err == SKERRY_OK ? desk_commit(desk) : err;
}

static void
put_customer(struct report *report, const struct customer *customer)
{
	report_number(report, "number", customer->id);
	report_text(report, "brand", customer->brand);
	report_text(report, "email", customer->email);
	report_text(report, "name", customer->name);
	report_text(report, "company", customer->company);
	report_text(report, "language", customer->language);
	if (report->json || !report->in_table)
		report_date(report, "erased_at",
			customer->erased_at == 0 ? LICENSE_NEVER : customer->erased_at);
}

static enum command_exit
add_or_set(int argc, char **argv, bool is_new)
{
	struct flags flags = { NULL, NULL, NULL, NULL };
	bool json = false;
	const struct command_option table[] = {
		{ "--json", COMMAND_FLAG, &json },
		{ "--name", COMMAND_VALUE, &flags.name },
		{ "--company", COMMAND_VALUE, &flags.company },
		{ "--language", COMMAND_VALUE, &flags.language },
		{ "--email", COMMAND_VALUE, &flags.email },
	};
	/* A new customer's address is an operand. */
	size_t table_len = sizeof table / sizeof *table - (is_new ? 1 : 0);
	struct command_list operands;
	struct customer customer;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, table_len, 2, 2, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = change(&session, &operands, &flags, is_new, &customer);
	if (err != SKERRY_OK)
		return session_end(&session, err, operands.values[1]);
	report_begin(&report, json);
	put_customer(&report, &customer);
	return session_end_report(&session, &report, err);
}

enum command_exit
customer_add(int argc, char **argv)
{
	return add_or_set(argc, argv, true);
}

enum command_exit
customer_set(int argc, char **argv)
{
	return add_or_set(argc, argv, false);
}

struct page {
	struct report *report;
	int64_t count, last;
};

static void
put_row(void *context, const struct customer *customer)
{
	struct page *page = context;

	report_row_begin(page->report);
	put_customer(page->report, customer);
	report_row_end(page->report);
	page->count++;
	page->last = customer->id;
}

enum command_exit
customer_list(int argc, char **argv)
{
	static const struct table_column COLUMNS[] = { { "NUMBER", true }, { "BRAND", false },
		{ "E-MAIL", false }, { "NAME", false }, { "COMPANY", false },
		{ "LANGUAGE", false } };
	const char *limit_text = NULL, *after_text = NULL;
	bool json = false;
	const struct command_option table[] = {
		{ "--json", COMMAND_FLAG, &json },
		{ "--limit", COMMAND_VALUE, &limit_text },
		{ "--after", COMMAND_VALUE, &after_text },
	};
	int64_t limit = PAGE, after = 0;
	struct command_list operands;
	struct session session;
	struct report report;
	struct page page = { &report, 0, 0 };
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, 3, 0, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (!session_number(limit_text, 1, PAGE_MAX, &limit) ||
		!session_number(after_text, 0, INT64_MAX, &after))
		return command_misuse(
			"--limit takes 1 to %d, --after a customer's number", PAGE_MAX);
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	report_begin(&report, json);
	report_table_begin(&report, "customers", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	err = customers_each(&session.desk, operands.len == 0 ? NULL : operands.values[0], after,
		limit, put_row, &page);
	report_table_end(&report);
	if (page.count == limit)
		report_number(&report, "next_after", page.last);
	return session_end_report(&session, &report, err);
}

enum command_exit
customer_show(int argc, char **argv)
{
	struct command_list operands;
	struct session session;
	struct report report;
	struct customer customer;
	enum command_exit exit;
	enum skerry_err err;

	exit = session_start(argc, argv, 2, 2, &operands, &session);
	if (exit != COMMAND_YES)
		return exit;
	err = customers_find(&session.desk, operands.values[0], operands.values[1], &customer);
	if (err != SKERRY_OK)
		return session_end(&session, err, operands.values[1]);
	report_begin(&report, session.json);
	put_customer(&report, &customer);
	return session_end_report(&session, &report, err);
}
