/* SPDX-License-Identifier: ISC */
#include "extend_list.h"

#include <stdio.h>
#include <stdlib.h>

#include "formats/date.h"
#include "formats/table.h"
#include "verifier/extend.h"
#include "verifier/product_name.h"
#include "verifier/texts/extend_words.h"
#include "view.h"

enum { COLUMNS_LEN = TEXTS_EXTEND_COLUMNS, ROWS_MAX = DOCUMENTS_LICENSES_MAX };

/* One license's cells; the columns' texts live as long as it does. */
struct row {
	const struct site_license *held;
	char product[PRODUCT_NAME_MAX], id[LICENSE_ID_LEN + 1];
	char used[EXTEND_WORDS_MAX], days[EXTEND_WORDS_MAX], renew_by[DATE_TEXT_MAX];
	char next[EXTEND_WORDS_MAX]; /* a date, or why there is none */
};

/* That can be renewed by telephone at all, and is in use: no edition that was or is yet to come. */
static bool
is_listed(const struct site *site, const struct site_license *held, const char *product)
{
	int64_t now = site_now(site) > site->floor ? site_now(site) : site->floor;

	return held->license.telephone_steps > 0 && held->license.not_before <= now &&
	       (product == NULL || product_name_check(product, &held->license) == SKERRY_OK) &&
	       !site_is_replaced(site, held, now);
}

static struct message_subject
subject_of(const struct site *site, const struct license *license)
{
	struct message_subject subject = { .product = "" };

	message_set_contact(
		&subject, manifest_find_contact(&site->trust->manifest, license->brand));
	return subject;
}

void
extend_print_contact(const struct site *site, const struct license *license)
{
	const struct message_subject subject = subject_of(site, license);
	char text[MESSAGE_MAX];

	message_contact(cli_texts(), &subject, text);
	if (text[0] != '\0')
		puts(text);
}

/* --- for a person ---------------------------------------------------------------------------- */

static void
fill(const struct site_license *held, struct row *row)
{
	const struct texts *texts = cli_texts();
	const struct license *license = &held->license;
	struct ladder dates, next;

	extend_dates(held, held->telephone_steps, &dates);
	extend_dates(held, held->telephone_steps + 1, &next);
	row->held = held;
	product_name_of(license, row->product);
	snprintf(row->id, sizeof row->id, "%.*s", (int)license->id.len, license->id.chars);
	extend_words(texts, texts->extend_used, license, 0, held->telephone_steps, row->used);
	extend_words(texts, texts->extend_each, license, 0, held->telephone_steps, row->days);
	date_format(dates.renew_by, row->renew_by);
	if (extend_has_next(held))
		date_format(next.renew_by, row->next);
	else
		snprintf(row->next, sizeof row->next, "%s",
			held->telephone_steps >= license->telephone_steps
				? texts->extend_all_used
				: texts->extend_term_ends);
}

static void
print_table(const struct row *rows, size_t rows_len, const char **cells)
{
	const char *const *names = cli_texts()->extend_columns;
	const struct table_column columns[COLUMNS_LEN] = { { names[0], false }, { names[1], false },
		{ names[2], false }, { names[3], true }, { names[4], false }, { names[5], false } };

	for (size_t i = 0; i < rows_len; i++) {
		const struct row *row = &rows[i];
		const char *const line[COLUMNS_LEN] = { row->product, row->id, row->used, row->days,
			row->renew_by, row->next };

		for (size_t column = 0; column < COLUMNS_LEN; column++)
			cells[i * COLUMNS_LEN + column] = line[column];
	}
	table_write(columns, COLUMNS_LEN, cells, rows_len, command_sink, stdout);
}

/* What the technician reads out. */
static void
print_sentence(const struct site *site, const struct row *row)
{
	const struct texts *texts = cli_texts();
	const struct site_license *held = row->held;
	char text[EXTEND_WORDS_MAX];

	putchar('\n');
	extend_print_contact(site, &held->license);
	extend_words(texts, texts->extend_say, &held->license, held->telephone_steps + 1,
		held->telephone_steps, text);
	puts(text);
	puts(texts->extend_type);
}

static enum command_exit
tell_none(const struct site *site, const struct row *rows, size_t rows_len)
{
	struct command_failure failure =
		cli_failure(SKERRY_ERR_NO_STEPS, rows_len == 0 ? cli_state() : rows[0].id, 0);

	if (rows_len == 0) {
		failure.message = "No license that is held here can be renewed by telephone.";
		failure.advice = "`skerry status` says what holds, until when, and whom to call.";
	} else if (rows[0].held->telephone_steps < rows[0].held->license.telephone_steps) {
		failure.message = "No further step would help: the term itself ends then.";
		failure.advice = "Ask the vendor to renew the license.";
	}
	if (rows_len > 0) {
		putchar('\n');
		extend_print_contact(site, &rows[0].held->license);
	}
	/* The table stands above it. */
	fflush(stdout);
	return command_fail(&failure);
}

static enum command_exit
print_list(const struct site *site, const struct row *rows, size_t rows_len, const char **cells)
{
	bool any = false;

	if (rows_len > 0)
		print_table(rows, rows_len, cells);
	for (size_t i = 0; i < rows_len; i++) {
		if (!extend_has_next(rows[i].held))
			continue;
		print_sentence(site, &rows[i]);
		any = true;
	}
	return any ? COMMAND_YES : tell_none(site, rows, rows_len);
}

/* --- for scripts ----------------------------------------------------------------------------- */

static void
put_date(struct json *j, const char *name, int64_t at)
{
	char text[DATE_TEXT_MAX];

	json_name(j, name);
	if (at == LICENSE_NEVER) {
		json_null(j);
		return;
	}
	date_format(at, text);
	json_chars(j, text);
}

void
extend_put_license(struct json *j, const struct license *license)
{
	char product[PRODUCT_NAME_MAX];

	product_name_of(license, product);
	json_name(j, "id");
	json_text(j, license->id);
	json_name(j, "product");
	json_chars(j, product);
	json_name(j, "tenant");
	if (license->tenant.len > 0)
		json_text(j, license->tenant);
	else
		json_null(j);
	json_name(j, "activation");
	json_uint(j, license->activation);
	json_name(j, "edition");
	json_uint(j, license->edition);
	json_name(j, "step_days");
	json_uint(j, license->telephone_days);
	json_name(j, "steps_max");
	json_uint(j, license->telephone_steps);
}

static void
put_license(struct json *j, const struct site *site, const struct row *row)
{
	const struct site_license *held = row->held;
	struct ladder dates, next;
	bool has_next = extend_has_next(held);

	extend_dates(held, held->telephone_steps, &dates);
	extend_dates(held, held->telephone_steps + 1, &next);
	json_object_open(j);
	extend_put_license(j, &held->license);
	json_name(j, "steps_used");
	json_uint(j, held->telephone_steps);
	json_name(j, "next_step");
	if (has_next)
		json_uint(j, held->telephone_steps + 1);
	else
		json_null(j);
	put_date(j, "renew_by", dates.renew_by);
	put_date(j, "renew_by_after_next", has_next ? next.renew_by : LICENSE_NEVER);
	view_contact_json(j, manifest_find_contact(&site->trust->manifest, held->license.brand));
	json_object_close(j);
}

static enum command_exit
print_json(const struct site *site, const struct row *rows, size_t rows_len)
{
	bool any = false;
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "licenses");
	json_array_open(&j);
	for (size_t i = 0; i < rows_len; i++) {
		put_license(&j, site, &rows[i]);
		any = any || extend_has_next(rows[i].held);
	}
	json_array_close(&j);
	json_name(&j, "ok");
	json_bool(&j, any);
	json_object_close(&j);
	putchar('\n');
	return any ? COMMAND_YES : COMMAND_NO;
}

enum command_exit
extend_list(const struct site *site, const char *product, bool json)
{
	struct row *rows = calloc(ROWS_MAX, sizeof *rows);
	const char **cells = calloc((size_t)ROWS_MAX * COLUMNS_LEN, sizeof *cells);
	enum command_exit exit = COMMAND_CANNOT_TELL;
	size_t len = 0;

	if (rows == NULL || cells == NULL) {
		cli_fail(SKERRY_ERR_NO_MEMORY, cli_state(), json);
		goto out;
	}
	for (size_t i = 0; i < site->licenses_len && len < ROWS_MAX; i++)
		if (is_listed(site, &site->licenses[i], product))
			fill(&site->licenses[i], &rows[len++]);
	exit = json ? print_json(site, rows, len) : print_list(site, rows, len, cells);
out:
	free(rows);
	free(cells);
	return exit;
}
