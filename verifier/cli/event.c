/* SPDX-License-Identifier: ISC */
/* skerry event add: something happened to the product. */
#include "told.h"
#include "verifier/show/deeds.h"

static bool
through_daemon(const char *name, const char *text, bool json, enum command_exit *ret_exit)
{
	struct daemon_call call;
	struct told_body body;
	bool told;

	daemon_call_begin(&call, "POST", "/v1/events");
	told_body_begin(&body);
	told_body_chars(&body, "name", name);
	told_body_chars(&body, "text", text);
	told_body_end(&body, &call);
	told = told_print(&call, json, ret_exit);
	told_body_free(&body);
	return told;
}

static enum command_exit
with_folder(const char *name, const char *text, bool json)
{
	struct show show = cli_show_as(json);
	struct show_failure failure;
	enum command_exit exit;
	struct site site;

	if (!cli_open_site_to_write(&site, json, &exit))
		return exit;
	if (!show_event(&show, &site, name, text, &exit, &failure))
		exit = cli_fail_shown(&failure, json);
	site_close(&site);
	return exit;
}

enum command_exit
event_add_run(int argc, char **argv)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	char misuse[SHOW_MISUSE_MAX];
	struct command_list operands;
	const char *name, *text;
	enum command_exit exit;

	if (!command_parse(argc, argv, options, 1, 1, 2, &operands))
		return COMMAND_CANNOT_TELL;
	name = operands.values[0];
	text = operands.len > 1 ? operands.values[1] : NULL;
	if (!show_event_check(name, text, misuse))
		return command_misuse("%s", misuse);
	if (!through_daemon(name, text, json, &exit))
		exit = with_folder(name, text, json);
	return command_finish(exit);
}
