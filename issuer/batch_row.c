/* SPDX-License-Identifier: ISC */
#include "batch_row.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/spelling.h"

static const char *const NAMES[BATCH_COLUMNS] = { "plan", "customer", "name", "company", "language",
	"until", "activations", "tenant", "price", "currency", "payment", "key", "starter",
	"domain" };

enum { SHOWN_MAX = 64 /* bytes of a cell that a message quotes */ };

const char *
batch_column_name(enum batch_column column)
{
	return NAMES[column];
}

static void
put_text(struct batch_fault *fault, const char *text, va_list arguments)
{
	vsnprintf(fault->text, sizeof fault->text, text, arguments);
}

void
batch_fault_put(struct batch_fault *ret_fault, enum skerry_err err, size_t line,
	const struct batch_columns *columns, enum batch_column column, const char *text, ...)
{
	va_list arguments;

	ret_fault->err = err;
	ret_fault->line = line;
	ret_fault->cell = columns->cells[column];
	ret_fault->column = NAMES[column];
	va_start(arguments, text);
	put_text(ret_fault, text, arguments);
	va_end(arguments);
}

/* --- titles ------------------------------------------------------------------------------------ */

/* Lower case and without the blanks around it; a title that is too long to be one is cut. */
static void
take_title(const char *cell, char ret_title[SHOWN_MAX])
{
	size_t len;

	cell += strspn(cell, " \t");
	snprintf(ret_title, SHOWN_MAX, "%s", cell);
	for (len = strlen(ret_title); len > 0 && strchr(" \t", ret_title[len - 1]) != NULL;)
		ret_title[--len] = '\0';
	for (char *c = ret_title; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
}

static enum skerry_err refuse_title(struct batch_fault *fault, size_t line, size_t cell,
	const char *text, ...) __attribute__((format(printf, 4, 5)));

static enum skerry_err
refuse_title(struct batch_fault *fault, size_t line, size_t cell, const char *text, ...)
{
	va_list arguments;

	*fault = (struct batch_fault){ .line = line, .cell = cell, .err = SKERRY_ERR_CSV_HEADER };
	va_start(arguments, text);
	put_text(fault, text, arguments);
	va_end(arguments);
	return fault->err;
}

static enum skerry_err
refuse_unknown(struct batch_fault *fault, size_t line, size_t cell, const char *title)
{
	const char *nearest = NULL;
	unsigned best = SPELLING_MAX;

	for (size_t i = 0; i < BATCH_COLUMNS; i++) {
		unsigned distance = spelling_distance(title, NAMES[i]);

		if (distance < best && spelling_is_near(title, distance)) {
			best = distance;
			nearest = NAMES[i];
		}
	}
	if (nearest != NULL)
		return refuse_title(fault, line, cell,
			"No column is called '%s'. Did you mean '%s'?", title, nearest);
	return refuse_title(fault, line, cell,
		"No column is called '%s'. There are: plan customer name company language until "
		"activations tenant price currency payment key starter domain.",
		title);
}

enum skerry_err
batch_columns_read(
	const struct csv *csv, struct batch_columns *ret_columns, struct batch_fault *ret_fault)
{
	struct batch_columns columns = { .cells = { 0 } };

	for (size_t i = 0; i < csv->cells_len; i++) {
		char title[SHOWN_MAX];
		size_t column = 0;

		take_title(csv->cells[i], title);
		while (column < BATCH_COLUMNS && strcmp(title, NAMES[column]) != 0)
			column++;
		if (column == BATCH_COLUMNS)
			return refuse_unknown(ret_fault, csv->row_line, i + 1, title);
		if (columns.cells[column] != 0)
			return refuse_title(ret_fault, csv->row_line, i + 1,
				"The column '%s' is there twice.", title);
		columns.cells[column] = i + 1;
	}
	if (columns.cells[BATCH_PLAN] == 0)
		return refuse_title(
			ret_fault, csv->row_line, 0, "The column 'plan' is missing: what is sold.");
	if (columns.cells[BATCH_CUSTOMER] == 0 && columns.cells[BATCH_KEY] == 0)
		return refuse_title(ret_fault, csv->row_line, 0,
			"The column 'customer' is missing: the e-mail of who buys.");
	*ret_columns = columns;
	return SKERRY_OK;
}

/* --- cells ------------------------------------------------------------------------------------- */

/* A row being read; the first fault ends it. */
struct reading {
	const struct csv *csv;
	const struct batch_columns *columns;
	struct batch_fault *fault;
	enum skerry_err err;
};

bool
batch_row_is_empty(const struct csv *csv)
{
	for (size_t i = 0; i < csv->cells_len; i++)
		if (csv->cells[i][strspn(csv->cells[i], " ")] != '\0')
			return false;
	return true;
}

/* A cell's text; "" where there is no such column. */
static const char *
cell_of(struct reading *reading, enum batch_column column)
{
	size_t cell = reading->columns->cells[column];
	const char *text = cell == 0 ? "" : csv_text(reading->csv->cells[cell - 1]);

	if (text != NULL)
		return text;
	if (reading->err == SKERRY_OK) {
		reading->err = SKERRY_ERR_CSV_FORMULA;
		batch_fault_put(reading->fault, reading->err, reading->csv->row_line,
			reading->columns, column,
			"It begins '%.*s'. If it is meant so, write an "
			"apostrophe before it.",
			8, reading->csv->cells[cell - 1]);
	}
	return "";
}

static void
refuse(struct reading *reading, enum skerry_err err, enum batch_column column, const char *cell,
	const char *wanted)
{
	if (reading->err != SKERRY_OK)
		return;
	reading->err = err;
	batch_fault_put(reading->fault, err, reading->csv->row_line, reading->columns, column,
		"'%.*s': %s", SHOWN_MAX, cell, wanted);
}

/* Cuts a cell into words; how many there are, at most `max` of which are handed out. */
static size_t
cut(const char *cell, char copy[CSV_CELL_MAX + 1], const char **ret_words, size_t max)
{
	size_t count = 0;
	char *rest = copy, *word;

	snprintf(copy, CSV_CELL_MAX + 1, "%s", cell);
	while ((word = strsep(&rest, " \t\r\n")) != NULL) {
		if (word[0] == '\0')
			continue;
		if (count < max)
			ret_words[count] = word;
		count++;
	}
	return count;
}

static void
read_plans(struct reading *reading, struct batch_row *row)
{
	const char *cell = cell_of(reading, BATCH_PLAN), *words[SELL_PLANS_MAX];
	size_t count = cut(cell, row->plans, words, SELL_PLANS_MAX);

	if (count == 0)
		refuse(reading, SKERRY_ERR_CSV_VALUE, BATCH_PLAN, cell,
			"What is sold is missing: BRAND/PRODUCT/PLAN.");
	if (count > SELL_PLANS_MAX) {
		refuse(reading, SKERRY_ERR_CSV_VALUE, BATCH_PLAN, cell,
			"These are more plans than one key can hold.");
		count = 0;
	}
	row->sell.items_len = count;
	for (size_t i = 0; i < count; i++)
		row->sell.items[i] = (struct sell_item){ words[i], LICENSE_NEVER, 0 };
}

static void
read_terms(struct reading *reading, struct batch_row *row)
{
	const char *until = cell_of(reading, BATCH_UNTIL);
	const char *activations = cell_of(reading, BATCH_ACTIVATIONS);
	int64_t date = LICENSE_NEVER;
	char *end = NULL;
	long number = 0;

	if (until[0] != '\0' && date_parse(until, &date) != SKERRY_OK)
		refuse(reading, SKERRY_ERR_DATE, BATCH_UNTIL, until,
			"A date is written 2027-04-28.");
	if (activations[0] != '\0') {
		if (strlen(activations) <= 9 &&
			strspn(activations, "0123456789") == strlen(activations))
			number = strtol(activations, &end, 10);
		if (number < 1 || number > PLAN_ACTIVATIONS_MAX)
			refuse(reading, SKERRY_ERR_CSV_VALUE, BATCH_ACTIVATIONS, activations,
				"A number from 1 to 1000000 is wanted.");
	}
	for (size_t i = 0; i < row->sell.items_len; i++) {
		row->sell.items[i].until = date;
		row->sell.items[i].activations = number;
	}
}

static void
read_buyer(struct reading *reading, struct batch_row *row)
{
	const char *customer = cell_of(reading, BATCH_CUSTOMER);
	const char *key = cell_of(reading, BATCH_KEY);

	row->entry = (struct sell_entry){ cell_of(reading, BATCH_NAME),
		cell_of(reading, BATCH_COMPANY), cell_of(reading, BATCH_LANGUAGE) };
	row->sell.customer = customer[0] == '\0' ? NULL : customer;
	row->sell.key = key[0] == '\0' ? NULL : key;
	row->sell.entry = &row->entry;
	if (customer[0] == '\0' && key[0] == '\0')
		refuse(reading, SKERRY_ERR_CSV_VALUE,
			reading->columns->cells[BATCH_CUSTOMER] != 0 ? BATCH_CUSTOMER : BATCH_KEY,
			"", "Who buys is missing: an e-mail.");
	row->sell.tenant = cell_of(reading, BATCH_TENANT);
	row->sell.price = cell_of(reading, BATCH_PRICE);
	row->sell.currency = cell_of(reading, BATCH_CURRENCY);
	row->sell.payment = cell_of(reading, BATCH_PAYMENT);
}

static void
read_documents(
	struct reading *reading, const struct batch_defaults *defaults, struct batch_row *row)
{
	const char *starter = cell_of(reading, BATCH_STARTER);
	const char *domain = cell_of(reading, BATCH_DOMAIN);
	const char *names[LICENSE_DOMAINS_MAX + 1];
	size_t names_len = cut(domain, row->hosts, names, LICENSE_DOMAINS_MAX + 1), bad = 0;
	enum skerry_err err = SKERRY_OK;

	row->has_starter = defaults->has_starter || starter[0] != '\0';
	row->starter = defaults->starter;
	if (starter[0] != '\0' &&
		(date_duration_parse(starter, &row->starter) != SKERRY_OK ||
			row->starter.negative || date_duration_seconds(row->starter) == 0))
		refuse(reading, SKERRY_ERR_DURATION, BATCH_STARTER, starter,
			"A duration is written 30d, 8h or 1mo.");
	row->has_domain = names_len > 0;
	row->has_unbound = defaults->unbound && !row->has_domain;
	if (row->has_domain)
		err = domain_set_read(names, names_len, row->domains, &bad);
	if (err == SKERRY_ERR_CLAIM_VALUE)
		refuse(reading, SKERRY_ERR_CSV_VALUE, BATCH_DOMAIN, names[bad], DOMAIN_SET_ADVICE);
	else if (err != SKERRY_OK)
		refuse(reading, SKERRY_ERR_CSV_VALUE, BATCH_DOMAIN, domain,
			"These are more domains than a license names.");
}

enum skerry_err
batch_row_read(const struct csv *csv, const struct batch_columns *columns,
	const struct batch_defaults *defaults, struct batch_row *ret_row,
	struct batch_fault *ret_fault)
{
	struct reading reading = { csv, columns, ret_fault, SKERRY_OK };

	read_plans(&reading, ret_row);
	read_buyer(&reading, ret_row);
	read_terms(&reading, ret_row);
	read_documents(&reading, defaults, ret_row);
	return reading.err;
}

enum batch_column
batch_row_column_of(const struct csv *csv, const struct batch_columns *columns, const char *subject)
{
	for (size_t i = 0; i < BATCH_COLUMNS; i++) {
		const char *cell = columns->cells[i] == 0 ? "" : csv->cells[columns->cells[i] - 1];

		if (strncmp(subject, "--", 2) == 0 && strcmp(subject + 2, NAMES[i]) == 0)
			return (enum batch_column)i;
		/* The beginning is enough: a subject has less room than a cell. */
		if (cell[0] != '\0' && strncmp(cell, subject, strlen(subject)) == 0 &&
			subject[0] != '\0')
			return (enum batch_column)i;
	}
	return BATCH_PLAN;
}
