/* SPDX-License-Identifier: ISC */
/* skerry status: what holds here, until when, and whom to call. */
#include <string.h>

#include "cli.h"
#include "verifier/product_name.h"
#include "view.h"

/* The license's, else the one that the question names; absent: neither does. */
static struct cbor_text
brand_of(const struct view *view)
{
	const char *slash = view->product == NULL ? NULL : strchr(view->product, '/');

	if (view->license != NULL)
		return view->license->brand;
	return (struct cbor_text){ view->product,
		slash == NULL ? 0 : (size_t)(slash - view->product) };
}

static void
print_json(const struct view *view)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	view_json(&j, view);
	json_object_close(&j);
	putchar('\n');
}

/* One product's sheet or object. */
static enum command_exit
show_one(const struct site *site, const struct cli_question *question)
{
	struct explanation explanation;
	struct vendor_view vendor;
	enum command_exit exit;
	struct view view;

	if (!cli_explain(site, question, LICENSE_NEVER, &explanation, &exit))
		return exit;
	view = view_of_site(site, question, &explanation);
	vendor = vendor_view_of(site, brand_of(&view));
	view.vendor = &vendor;
	if (question->json)
		print_json(&view);
	else
		view_print(&view);
	return explanation.answer.verdict.access == SKERRY_ACCESS_NONE ? COMMAND_NO : COMMAND_YES;
}

static size_t
count_products(const struct site *site)
{
	size_t count = 0;

	for (size_t i = 0; i < site->licenses_len; i++)
		count += !cli_told_before(site, i);
	return count;
}

/* A person is shown every product; 1 when any of them has no access. */
static enum command_exit
show_each(const struct site *site, const struct cli_question *question)
{
	enum command_exit exit = COMMAND_YES;

	for (size_t i = 0; i < site->licenses_len; i++) {
		struct cli_question one = *question;
		char product[PRODUCT_NAME_MAX];
		enum command_exit this_exit;

		if (cli_told_before(site, i))
			continue;
		if (i > 0)
			putchar('\n');
		product_name_of(&site->licenses[i].license, product);
		printf("%s: ", product);
		one.product = product;
		this_exit = show_one(site, &one);
		if (this_exit > exit)
			exit = this_exit;
	}
	return exit;
}

enum command_exit
status_run(int argc, char **argv)
{
	struct cli_question question = { .json = false };
	const struct command_option options[] = { CLI_QUESTION_OPTIONS(question) };
	struct command_list operands;
	enum command_exit exit;
	struct site site;

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 0, 0, &operands) ||
		!cli_take_build_date(&question))
		return COMMAND_CANNOT_TELL;
	if (!cli_open_site(&site, question.json, &exit))
		return exit;
	cli_tell_unused(&site);
	if (!question.json && question.product == NULL && count_products(&site) > 1)
		exit = show_each(&site, &question);
	else
		exit = show_one(&site, &question);
	site_close(&site);
	return command_finish(exit);
}
