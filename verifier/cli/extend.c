/* SPDX-License-Identifier: ISC */
/* skerry extend: renewal by telephone, what to say there and what one is told. */
#include <stdio.h>
#include <string.h>

#include "told.h"
#include "verifier/show/deeds.h"

/* A code may be typed in groups with blanks between: each comes as an operand. */
enum { GROUPS_MAX = STEP_CODE_SYMBOLS, CODE_MAX = STEP_CODE_TYPED_MAX + 2 };

/* Joins the groups; what is too long stays too long. */
static void
join(const struct command_list *groups, char ret_typed[CODE_MAX])
{
	size_t len = 0;

	ret_typed[0] = '\0';
	for (size_t i = 0; i < groups->len && len < CODE_MAX - 1; i++) {
		snprintf(ret_typed + len, CODE_MAX - len, "%s%s", i > 0 ? " " : "",
			groups->values[i]);
		len += strlen(ret_typed + len);
	}
}

/* `typed` "": the list. */
static bool
through_daemon(const char *typed, const char *product, bool json, enum command_exit *ret_exit)
{
	struct daemon_call call;
	struct told_body body;
	bool told;

	daemon_call_begin(&call, typed[0] != '\0' ? "POST" : "GET", "/v1/extend");
	if (typed[0] == '\0') {
		daemon_call_arg(&call, "product", product);
		return told_print(&call, json, ret_exit);
	}
	told_body_begin(&body);
	told_body_chars(&body, "code", typed);
	told_body_end(&body, &call);
	told = told_print(&call, json, ret_exit);
	told_body_free(&body);
	return told;
}

static enum command_exit
with_folder(const char *typed, const char *product, bool json)
{
	struct show show = cli_show_as(json);
	struct show_failure failure;
	enum command_exit exit;
	struct site site;

	if (typed[0] != '\0' ? !cli_open_site_to_write(&site, json, &exit)
			     : !cli_open_site(&site, json, &exit))
		return exit;
	if (typed[0] == '\0') {
		show_extend_list(&show, &site, product, &exit);
	} else if (!show_extend(&show, &site, typed, &exit, &failure)) {
		exit = cli_fail_shown(&failure, json);
		if (!json)
			cli_tell_unused(&site);
	}
	site_close(&site);
	return exit;
}

enum command_exit
extend_run(int argc, char **argv)
{
	const char *product = NULL;
	bool json = false;
	const struct command_option options[] = { { "--product", COMMAND_VALUE, &product },
		{ "--json", COMMAND_FLAG, &json } };
	uint8_t value[STEP_CODE_VALUE_LEN];
	struct show_failure failure;
	struct command_list groups;
	enum command_exit exit;
	char typed[CODE_MAX];

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 0, GROUPS_MAX, &groups))
		return COMMAND_CANNOT_TELL;
	if (groups.len > 0 && product != NULL)
		return command_misuse("a code finds its license by itself; --product is for the "
				      "list");
	join(&groups, typed);
	if (groups.len > 0 && !show_extend_read(typed, value, &failure))
		return command_finish(cli_fail_shown(&failure, json));
	if (!through_daemon(typed, product, json, &exit))
		exit = with_folder(typed, product, json);
	return command_finish(exit);
}
