/* SPDX-License-Identifier: ISC */
/* skerry check and skerry limit: the two questions of a script. */
#include "daemon.h"

/* A question about one name, by the folder where no daemon has answered it. */
struct inquiry {
	struct cli_question question;
	struct command_list operands;
	struct site site;
	struct site_answer answer;
	struct show_grant grant;
};

static bool
parse(struct inquiry *inquiry, int argc, char **argv, const struct command_option *options,
	size_t options_len)
{
	return command_parse(argc, argv, options, options_len, 1, 1, &inquiry->operands) &&
	       cli_take_build_date(&inquiry->question);
}

static bool
tell_by_daemon(const struct inquiry *inquiry, const char *path, const char *read,
	enum command_exit *ret_exit)
{
	struct daemon_call call;

	daemon_call_begin(&call, "GET", path);
	daemon_call_segment(&call, inquiry->operands.values[0]);
	daemon_call_question(&call, &inquiry->question);
	daemon_call_arg(&call, "read", read);
	return daemon_tell(&call, inquiry->question.json, ret_exit);
}

static bool
inquire(struct inquiry *inquiry, enum command_exit *ret_exit)
{
	struct show_question asked = cli_asked(&inquiry->question);
	struct show_failure failure;
	struct site_query query;
	enum skerry_err err;

	if (!cli_open_site(&inquiry->site, inquiry->question.json, ret_exit))
		return false;
	/* Leaving the domain out must not take the binding away. */
	if (asked.domain == NULL)
		asked.domain = "";
	query = show_query_of(&asked);
	err = site_ask(&inquiry->site, &query, &inquiry->answer);
	inquiry->grant = (struct show_grant){ .license = inquiry->answer.license,
		.verdict = &inquiry->answer.verdict,
		.product = asked.product,
		.tenant = asked.tenant,
		.name = inquiry->operands.values[0] };
	if (err == SKERRY_OK)
		return true;
	show_unanswered(cli_show(), err, &failure);
	*ret_exit = cli_fail_shown(&failure, inquiry->question.json);
	site_close(&inquiry->site);
	return false;
}

enum command_exit
check_run(int argc, char **argv)
{
	struct inquiry inquiry = { .question.json = false };
	bool read = false;
	const struct command_option options[] = {
		{ "--read", COMMAND_FLAG, &read },
		CLI_QUESTION_OPTIONS(inquiry.question),
	};
	enum command_exit exit;
	struct show show;

	if (!parse(&inquiry, argc, argv, options, sizeof options / sizeof *options))
		return COMMAND_CANNOT_TELL;
	if (tell_by_daemon(&inquiry, "/v1/check", read ? "1" : NULL, &exit))
		return command_finish(exit);
	if (!inquire(&inquiry, &exit))
		return exit;
	show = cli_show_as(inquiry.question.json);
	show_feature(&show, &inquiry.grant, read, &exit);
	cli_close_asked(&inquiry.site);
	return command_finish(exit);
}

enum command_exit
limit_run(int argc, char **argv)
{
	struct inquiry inquiry = { .question.json = false };
	const struct command_option options[] = { CLI_QUESTION_OPTIONS(inquiry.question) };
	struct show_failure failure;
	enum command_exit exit;
	struct show show;

	if (!parse(&inquiry, argc, argv, options, sizeof options / sizeof *options))
		return COMMAND_CANNOT_TELL;
	if (tell_by_daemon(&inquiry, "/v1/limits", NULL, &exit))
		return command_finish(exit);
	if (!inquire(&inquiry, &exit))
		return exit;
	show = cli_show_as(inquiry.question.json);
	if (!show_limit(&show, &inquiry.grant, &exit, &failure))
		exit = cli_fail_shown(&failure, false);
	cli_close_asked(&inquiry.site);
	return command_finish(exit);
}
