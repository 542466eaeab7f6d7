/* SPDX-License-Identifier: ISC */
/* skerry telemetry: what the customer allows to be sent, what the product tells, what would go out. */
#include <string.h>
#include <unistd.h>

#include "told.h"
#include "verifier/show/deeds.h"

static enum command_exit
read_order(const struct command_list *operands, struct show_order *order)
{
	char misuse[SHOW_MISUSE_MAX];

	for (size_t i = 0; i < operands->len; i++) {
		const char *typed = operands->values[i], *equals = strchr(typed, '=');
		size_t len = equals == NULL ? strlen(typed) : (size_t)(equals - typed);

		if (order->work == SHOW_SET && equals == NULL)
			return command_misuse("%s: write NAME=VALUE", typed);
		/* An equals sign is in no name, and then refused with it. */
		if (order->work != SHOW_SET)
			len = strlen(typed);
		if (!show_order_add(order, typed, len, equals == NULL ? NULL : equals + 1, misuse))
			return command_misuse("%s", misuse);
	}
	return COMMAND_YES;
}

static void
put_order(
	struct told_body *body, const struct show_order *order, const struct command_list *operands)
{
	static const char *const NAMES[] = { [SHOW_ALLOW] = "allow",
		[SHOW_DENY] = "deny",
		[SHOW_FORGET] = "forget",
		[SHOW_SET] = "set" };
	struct json *j = &body->j;

	if (order->work != SHOW_SET) {
		told_body_list(body, NAMES[order->work], operands->values, operands->len);
		return;
	}
	json_name(j, NAMES[order->work]);
	json_object_open(j);
	for (size_t i = 0; i < order->len; i++) {
		json_name(j, order->names[i]);
		json_chars(j, strchr(operands->values[i], '=') + 1);
	}
	json_object_close(j);
}

/* Which of the two counts would be anybody's guess. */
static const char *
find_twice(const struct show_order *order)
{
	for (size_t i = 0; i < order->len && order->work == SHOW_SET; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(order->names[i], order->names[k]) == 0)
				return order->names[i];
	return NULL;
}

static bool
through_daemon(const struct show_order *order, const struct command_list *operands, bool json,
	enum command_exit *ret_exit)
{
	struct daemon_call call;
	struct told_body body;
	bool told;

	daemon_call_begin(&call, "POST", "/v1/telemetry");
	told_body_begin(&body);
	put_order(&body, order, operands);
	told_body_end(&body, &call);
	told = told_print(&call, json, ret_exit);
	told_body_free(&body);
	return told;
}

static enum command_exit
with_folder(struct show_order *order, bool json)
{
	struct show show = cli_show_as(json);
	struct show_failure failure;
	enum command_exit exit;
	struct site site;

	if (!cli_open_site_to_write(&site, json, &exit))
		return exit;
	if (!show_telemetry(&show, &site, order, &exit, &failure))
		exit = cli_fail_shown(&failure, json);
	site_close(&site);
	return exit;
}

static enum command_exit
run(int argc, char **argv, enum show_work work)
{
	static struct show_order order;
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list operands;
	enum command_exit exit;

	if (!command_parse(argc, argv, options, 1, 1, COMMAND_LIST_MAX, &operands))
		return COMMAND_CANNOT_TELL;
	order = (struct show_order){ .work = work, .who = (int64_t)getuid() };
	exit = read_order(&operands, &order);
	if (exit != COMMAND_YES)
		return exit;
	if (find_twice(&order) != NULL)
		return command_misuse("%s is given twice", find_twice(&order));
	if (!through_daemon(&order, &operands, json, &exit))
		exit = with_folder(&order, json);
	return command_finish(exit);
}

enum command_exit
telemetry_allow_run(int argc, char **argv)
{
	return run(argc, argv, SHOW_ALLOW);
}

enum command_exit
telemetry_deny_run(int argc, char **argv)
{
	return run(argc, argv, SHOW_DENY);
}

enum command_exit
telemetry_forget_run(int argc, char **argv)
{
	return run(argc, argv, SHOW_FORGET);
}

enum command_exit
telemetry_set_run(int argc, char **argv)
{
	return run(argc, argv, SHOW_SET);
}

enum command_exit
telemetry_list_run(int argc, char **argv)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list operands;
	struct show_failure failure;
	struct daemon_call call;
	enum command_exit exit;
	struct show show;
	struct site site;

	if (!command_parse(argc, argv, options, 1, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	daemon_call_begin(&call, "GET", "/v1/telemetry");
	if (told_print(&call, json, &exit))
		return command_finish(exit);
	show = cli_show_as(json);
	if (!cli_open_site(&site, json, &exit))
		return exit;
	if (!show_telemetry_list(&show, &site, &exit, &failure))
		exit = cli_fail_shown(&failure, json);
	site_close(&site);
	return command_finish(exit);
}
