/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "issuer/desk/products.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char PRODUCT_ADD_HELP[] =
	"  --name NAME   what people read (else the short name)\n"
	"  --json        the product, as `product show` has it\n"
	"\n"
	"example: skerry-issuer product add hotelhub/hms --name \"HotelHub HMS\"\n";
const char PRODUCT_SET_HELP[] =
	"  --name NAME   what people read\n"
	"  --json        the product, as `product show` has it\n"
	"\n"
	"example: skerry-issuer product set hotelhub/hms --name \"HotelHub HMS 2\"\n";
const char PRODUCT_LIST_HELP[] = "  --json\n"
				 "\n"
				 "example: skerry-issuer product list hotelhub\n";
const char PRODUCT_SHOW_HELP[] = "  --json\n"
				 "\n"
				 "example: skerry-issuer product show hotelhub/hms\n";

/* A product that is to be: its brand must be there. */
static enum skerry_err
prepare(struct desk *desk, const char *path, struct product *ret_product)
{
	char slugs[3][LICENSE_SLUG_MAX + 1];
	struct brand brand;
	enum skerry_err err = products_split_path(desk, path, 2, slugs);

	if (err == SKERRY_OK)
		err = brands_find(desk, slugs[0], &brand);
	if (err != SKERRY_OK)
		return err;
	*ret_product = (struct product){ .brand_id = brand.id };
	memcpy(ret_product->brand, brand.slug, sizeof ret_product->brand);
	memcpy(ret_product->slug, slugs[1], sizeof ret_product->slug);
	snprintf(ret_product->name, sizeof ret_product->name, "%s", ret_product->slug);
	return SKERRY_OK;
}

static enum skerry_err
change(struct session *session, const char *path, const char *name, bool is_new,
	struct product *ret_product)
{
	struct desk *desk = &session->desk;
	struct product product;
	enum skerry_err err = session_begin(session);

	if (err == SKERRY_OK)
		err = is_new ? prepare(desk, path, &product) : products_find(desk, path, &product);
	if (err != SKERRY_OK)
		return err;
	if (name != NULL && !entry_is_name(name, ENTRY_NAME_MAX))
		name = ""; /* refused by products_insert, with its sentence */
	if (name != NULL)
		snprintf(product.name, sizeof product.name, "%s", name);
	err = is_new ? products_insert(desk, &product) : products_update(desk, &product);
	*ret_product = product;
	return err == SKERRY_OK ? desk_commit(desk) : err;
}

static void
put_product(struct report *report, const struct product *product)
{
	report_json_text(report, "brand", product->brand);
	session_report_path(report, product->brand, product->slug, NULL);
	report_text(report, "name", product->name);
}

static enum command_exit
add_or_set(int argc, char **argv, bool is_new)
{
	const char *name = NULL;
	bool json = false;
	const struct command_option table[] = { { "--name", COMMAND_VALUE, &name },
		{ "--json", COMMAND_FLAG, &json } };
	struct command_list operands;
	struct product product;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, 2, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = change(&session, operands.values[0], name, is_new, &product);
	if (err == SKERRY_OK && json) {
		report_begin(&report, true);
		put_product(&report, &product);
		return session_end_report(&session, &report, err);
	}
	if (err == SKERRY_OK)
		printf("product %s\n", operands.values[0]);
	return command_finish(session_end(&session, err, operands.values[0]));
}

enum command_exit
product_add(int argc, char **argv)
{
	return add_or_set(argc, argv, true);
}

enum command_exit
product_set(int argc, char **argv)
{
	return add_or_set(argc, argv, false);
}

static void
put_row(void *report, const struct product *product)
{
	report_row_begin(report);
	put_product(report, product);
	report_row_end(report);
}

enum command_exit
product_list(int argc, char **argv)
{
	static const struct table_column COLUMNS[] = { { "PRODUCT", false }, { "NAME", false } };
	struct command_list operands;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	exit = session_start(argc, argv, 0, 1, &operands, &session);
	if (exit != COMMAND_YES)
		return exit;
	report_begin(&report, session.json);
	report_table_begin(&report, "products", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	err = products_each(
		&session.desk, operands.len == 0 ? NULL : operands.values[0], put_row, &report);
	report_table_end(&report);
	return session_end_report(&session, &report, err);
}

enum command_exit
product_show(int argc, char **argv)
{
	struct command_list operands;
	struct session session;
	struct report report;
	struct product product;
	enum command_exit exit;
	enum skerry_err err;

	exit = session_start(argc, argv, 1, 1, &operands, &session);
	if (exit != COMMAND_YES)
		return exit;
	err = products_find(&session.desk, operands.values[0], &product);
	if (err != SKERRY_OK)
		return session_end(&session, err, operands.values[0]);
	report_begin(&report, session.json);
	put_product(&report, &product);
	return session_end_report(&session, &report, err);
}
