/* SPDX-License-Identifier: ISC */
/* skerry why: the verdict explained, and what comes; of a date that has passed, from the journal. */
#include "cli.h"
#include "formats/date.h"
#include "past_view.h"
#include "why_view.h"

static void
print_json(const struct view *view)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "from");
	json_chars(&j, "documents");
	why_view_json(&j, view);
	json_object_close(&j);
	putchar('\n');
}

static enum command_exit
answer(const struct site *site, const struct cli_question *question, int64_t at)
{
	struct explanation explanation;
	enum command_exit exit;
	struct view view;

	if (!cli_explain(site, question, at, &explanation, &exit))
		return exit;
	view = view_of_site(site, question, &explanation);
	if (question->json)
		print_json(&view);
	else
		why_view_print(&view, at == LICENSE_NEVER);
	return explanation.answer.verdict.access == SKERRY_ACCESS_NONE ? COMMAND_NO : COMMAND_YES;
}

/* Before the site's present, by its own time. */
static bool
has_passed(const struct site *site, int64_t at)
{
	int64_t now = site_now(site);

	return at != LICENSE_NEVER && at < (now > site->floor ? now : site->floor);
}

static enum command_exit
answer_past(const struct site *site, const struct cli_question *question, int64_t at)
{
	enum command_exit exit;
	struct past past;

	if (!cli_look_back(site, question, at, &past, &exit))
		return exit;
	return past_view_show(site, question, &past);
}

enum command_exit
why_run(int argc, char **argv)
{
	struct cli_question question = { .json = false };
	const char *at_text = NULL;
	const struct command_option options[] = {
		{ "--at", COMMAND_VALUE, &at_text },
		CLI_QUESTION_OPTIONS(question),
	};
	int64_t at = LICENSE_NEVER;
	struct command_list operands;
	enum command_exit exit;
	struct site site;

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 0, 0, &operands) ||
		!cli_take_build_date(&question))
		return COMMAND_CANNOT_TELL;
	if (at_text != NULL && date_parse(at_text, &at) != SKERRY_OK)
		return command_misuse("--at %s: write 2027-04-28 or 2027-04-28T12:00:00Z", at_text);
	if (!cli_open_site(&site, question.json, &exit))
		return exit;
	cli_tell_unused(&site);
	exit = has_passed(&site, at) ? answer_past(&site, &question, at)
				     : answer(&site, &question, at);
	site_close(&site);
	return command_finish(exit);
}
