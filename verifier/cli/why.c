/* SPDX-License-Identifier: ISC */
/* skerry why and skerry what-if: the verdict explained; at another date, with other components. */
#include "daemon.h"
#include "formats/date.h"

typedef bool show_verb(const struct show *, const struct site *, const struct show_question *,
	enum command_exit *, struct show_failure *);

/* What both take. */
struct asking_why {
	struct cli_question question;
	struct command_list without;
	const char *at_text;
	int64_t at;
};

static bool
take_at(struct asking_why *asking)
{
	asking->at = LICENSE_NEVER;
	if (asking->at_text == NULL || date_parse(asking->at_text, &asking->at) == SKERRY_OK)
		return true;
	command_misuse("--at %s: write 2027-04-28 or 2027-04-28T12:00:00Z", asking->at_text);
	return false;
}

static bool
take_components(struct asking_why *asking)
{
	for (size_t i = 0; i < asking->without.len; i++) {
		unsigned bit = show_component(asking->without.values[i]);

		if (bit == 0) {
			command_misuse(
				"there is no component '%s': `skerry fingerprint` lists them",
				asking->without.values[i]);
			return false;
		}
		asking->question.without |= bit;
	}
	return true;
}

static enum command_exit
answer(const struct asking_why *asking, const char *path, show_verb *verb)
{
	struct show_question asked = cli_asked(&asking->question);
	struct show show = cli_show_as(asking->question.json);
	struct show_failure failure;
	struct daemon_call call;
	enum command_exit exit;
	struct site site;

	daemon_call_begin(&call, "GET", path);
	daemon_call_question(&call, &asking->question);
	daemon_call_arg(&call, "at", asking->at_text);
	for (size_t i = 0; i < asking->without.len; i++)
		daemon_call_arg(&call, "without", asking->without.values[i]);
	if (daemon_tell(&call, show.json, &exit))
		return command_finish(exit);
	if (!cli_open_site(&site, show.json, &exit))
		return exit;
	cli_tell_unused(&site);
	asked.at = asking->at;
	if (!verb(&show, &site, &asked, &exit, &failure))
		exit = cli_fail_shown(&failure, show.json);
	cli_close_asked(&site);
	return command_finish(exit);
}

enum command_exit
why_run(int argc, char **argv)
{
	struct asking_why asking = { .at_text = NULL };
	const struct command_option options[] = {
		{ "--at", COMMAND_VALUE, &asking.at_text },
		CLI_QUESTION_OPTIONS(asking.question),
	};
	struct command_list operands;

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 0, 0, &operands) ||
		!cli_take_build_date(&asking.question) || !take_at(&asking))
		return COMMAND_CANNOT_TELL;
	return answer(&asking, "/v1/why", show_why);
}

enum command_exit
what_if_run(int argc, char **argv)
{
	struct asking_why asking = { .at_text = NULL };
	const struct command_option options[] = {
		{ "--at", COMMAND_VALUE, &asking.at_text },
		{ "--without", COMMAND_LIST, &asking.without },
		CLI_QUESTION_OPTIONS(asking.question),
	};
	struct command_list operands;

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 0, 0, &operands) ||
		!cli_take_build_date(&asking.question) || !take_at(&asking) ||
		!take_components(&asking))
		return COMMAND_CANNOT_TELL;
	return answer(&asking, "/v1/what-if", show_what_if);
}
