/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan_flags.h"
#include "plan_out.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char PLAN_ADD_HELP[] = PLAN_FLAGS_HELP
	"\n"
	"example: skerry-issuer plan add hotelhub/hms/island --term 3y \\\n"
	"             --renew-every 180d --grace 365d --feature channel_manager \\\n"
	"             --limit max_rooms=100 --seats 30\n";
const char PLAN_SET_HELP[] = PLAN_FLAGS_HELP
	"  --without NAME         takes a feature or limit away\n"
	"\n"
	"Only what is named changes. Licenses get it with their next document.\n"
	"\n"
	"example: skerry-issuer plan set hotelhub/hms/island --limit max_rooms=120\n";
const char PLAN_LIST_HELP[] = "  --json\n"
			      "\n"
			      "example: skerry-issuer plan list hotelhub/hms\n";
const char PLAN_SHOW_HELP[] = "  --json\n"
			      "\n"
			      "example: skerry-issuer plan show hotelhub/hms/island\n";

/* A plan that is to be: its product must be there. */
static enum skerry_err
prepare(struct desk *desk, const char *path, struct plan *ret_plan)
{
	char slugs[3][LICENSE_SLUG_MAX + 1], under[PRODUCTS_PATH_MAX];
	struct product product;
	enum skerry_err err = products_split_path(desk, path, 3, slugs);

	if (err != SKERRY_OK)
		return err;
	snprintf(under, sizeof under, "%s/%s", slugs[0], slugs[1]);
	err = products_find(desk, under, &product);
	if (err != SKERRY_OK)
		return err;
	plan_default(ret_plan);
	ret_plan->product_id = product.id;
	ret_plan->brand_id = product.brand_id;
	memcpy(ret_plan->brand, product.brand, sizeof ret_plan->brand);
	memcpy(ret_plan->product, product.slug, sizeof ret_plan->product);
	memcpy(ret_plan->slug, slugs[2], sizeof ret_plan->slug);
	snprintf(ret_plan->name, sizeof ret_plan->name, "%s", ret_plan->slug);
	return SKERRY_OK;
}

/* *ret_misuse: a flag's value was none, and has been told. */
static enum skerry_err
change(struct session *session, const char *path, const struct plan_flags *flags, bool is_new,
	bool *ret_misuse)
{
	struct desk *desk = &session->desk;
	struct plan *plan = malloc(sizeof *plan);
	enum skerry_err err = plan == NULL ? SKERRY_ERR_NO_MEMORY : session_begin(session);

	if (err == SKERRY_OK)
		err = is_new ? prepare(desk, path, plan) : plans_find(desk, path, plan);
	if (err == SKERRY_OK)
		*ret_misuse = !plan_flags_apply(flags, !is_new, plan);
	if (err == SKERRY_OK && !*ret_misuse) {
		err = is_new ? plans_insert(desk, plan) : plans_update(desk, plan);
		if (err == SKERRY_OK)
			err = desk_commit(desk);
	}
	free(plan);
	return err;
}

static enum command_exit
report_plan(struct session *session, const char *path)
{
	struct plan *plan = malloc(sizeof *plan);
	enum skerry_err err =
		plan == NULL ? SKERRY_ERR_NO_MEMORY : plans_find(&session->desk, path, plan);
	struct report report;

	if (err == SKERRY_OK) {
		report_begin(&report, session->json);
		plan_out_put(&report, plan);
	}
	free(plan);
	return err == SKERRY_OK ? session_end_report(session, &report, err)
				: session_end(session, err, path);
}

static enum command_exit
add_or_set(int argc, char **argv, bool is_new)
{
	struct plan_flags flags = { .name = NULL };
	struct command_option table[PLAN_FLAGS_MAX];
	struct command_list operands;
	struct session session;
	bool misuse = false;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(
		    argc, argv, table, plan_flags_table(&flags, !is_new, table), 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, flags.json);
	if (exit != COMMAND_YES)
		return exit;
	err = change(&session, operands.values[0], &flags, is_new, &misuse);
	if (err == SKERRY_OK && !misuse && flags.json)
		return report_plan(&session, operands.values[0]);
	exit = session_end(&session, err, operands.values[0]);
	if (misuse)
		return COMMAND_CANNOT_TELL;
	if (exit == COMMAND_YES)
		printf("plan %s\n", operands.values[0]);
	return command_finish(exit);
}

enum command_exit
plan_add(int argc, char **argv)
{
	return add_or_set(argc, argv, true);
}

enum command_exit
plan_set(int argc, char **argv)
{
	return add_or_set(argc, argv, false);
}

static void
put_row(void *context, const struct plan *plan)
{
	struct report *report = context;

	report_row_begin(report);
	report_json_text(report, "brand", plan->brand);
	session_report_path(report, plan->brand, plan->product, plan->slug);
	report_text(report, "name", plan->name);
	plan_out_duration(report, "term", !plan->terms.perpetual, plan->terms.term);
	plan_out_duration(report, "renew_every", plan->terms.renews, plan->terms.renew);
	plan_out_seconds(report, "grace_s", plan->ladder.grace_s);
	report_number(report, "activations", plan->max_activations);
	report_number(report, "seats", plan->seats_max);
	report_row_end(report);
}

enum command_exit
plan_list(int argc, char **argv)
{
	static const struct table_column COLUMNS[] = { { "PLAN", false }, { "NAME", false },
		{ "TERM", true }, { "RENEW", true }, { "GRACE", true }, { "ACTIVATIONS", true },
		{ "SEATS", true } };
	struct command_list operands;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	exit = session_start(argc, argv, 0, 1, &operands, &session);
	if (exit != COMMAND_YES)
		return exit;
	report_begin(&report, session.json);
	report_table_begin(&report, "plans", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	err = plans_each(
		&session.desk, operands.len == 0 ? NULL : operands.values[0], put_row, &report);
	report_table_end(&report);
	return session_end_report(&session, &report, err);
}

enum command_exit
plan_show(int argc, char **argv)
{
	struct command_list operands;
	struct session session;
	enum command_exit exit;

	exit = session_start(argc, argv, 1, 1, &operands, &session);
	if (exit != COMMAND_YES)
		return exit;
	return report_plan(&session, operands.values[0]);
}
