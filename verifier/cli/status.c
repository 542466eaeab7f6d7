/* SPDX-License-Identifier: ISC */
/* skerry status: what holds here, until when, and whom to call. */
#include "daemon.h"

enum command_exit
status_run(int argc, char **argv)
{
	struct cli_question question = { .json = false };
	const struct command_option options[] = { CLI_QUESTION_OPTIONS(question) };
	struct command_list operands;
	struct show_failure failure;
	struct show_question asked;
	struct daemon_call call;
	enum command_exit exit;
	struct show show;
	struct site site;

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 0, 0, &operands) ||
		!cli_take_build_date(&question))
		return COMMAND_CANNOT_TELL;
	daemon_call_begin(&call, "GET", "/v1/status");
	daemon_call_question(&call, &question);
	if (daemon_tell(&call, question.json, &exit))
		return command_finish(exit);
	if (!cli_open_site(&site, question.json, &exit))
		return exit;
	cli_tell_unused(&site);
	show = cli_show_as(question.json);
	asked = cli_asked(&question);
	if (!show_status(&show, &site, &asked, &exit, &failure))
		exit = cli_fail_shown(&failure, question.json);
	cli_close_asked(&site);
	return command_finish(exit);
}
