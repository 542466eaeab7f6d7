/* SPDX-License-Identifier: ISC */
/* skerry clock confirm: somebody's word for the machine's clock. */
#include "told.h"
#include "verifier/show/deeds.h"

static bool
through_daemon(const char *date, const struct cli_question *question, enum command_exit *ret_exit)
{
	struct daemon_call call;
	struct told_body body;
	bool told;

	daemon_call_begin(&call, "POST", "/v1/clock/confirm");
	told_body_begin(&body);
	told_body_chars(&body, "date", date);
	told_body_list(&body, "custom", question->custom.values, question->custom.len);
	told_body_chars(&body, "install_path", question->install_path);
	told_body_chars(&body, "domain", question->domain);
	told_body_end(&body, &call);
	told = told_print(&call, question->json, ret_exit);
	told_body_free(&body);
	return told;
}

static enum command_exit
with_folder(const char *date, const struct cli_question *question)
{
	struct show_question asked = cli_asked(question);
	bool json = question->json;
	struct show show = cli_show_as(json);
	struct show_failure failure;
	enum command_exit exit;
	struct site site;

	if (!cli_open_site_to_write(&site, json, &exit))
		return exit;
	if (!show_confirm(&show, &site, date, &asked, &exit, &failure))
		exit = cli_fail_shown(&failure, json);
	site_close(&site);
	return exit;
}

enum command_exit
clock_confirm_run(int argc, char **argv)
{
	struct cli_question question = { .json = false };
	const struct command_option options[] = {
		{ "--custom", COMMAND_LIST, &question.custom },
		{ "--install-path", COMMAND_VALUE, &question.install_path },
		{ "--domain", COMMAND_VALUE, &question.domain },
		{ "--json", COMMAND_FLAG, &question.json },
	};
	struct command_list operands;
	enum command_exit exit;
	const char *date;

	if (!command_parse(argc, argv, options, sizeof options / sizeof *options, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	date = operands.values[0];
	if (!show_confirm_reads(date))
		return command_misuse("DATE %s: write 2027-04-28 or 2027-04-28T12:00:00Z", date);
	if (!through_daemon(date, &question, &exit))
		exit = with_folder(date, &question);
	return command_finish(exit);
}
