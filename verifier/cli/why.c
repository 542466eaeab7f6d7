/* SPDX-License-Identifier: ISC */
/* skerry why: the verdict explained, and what comes. */
#include "cli.h"
#include "formats/date.h"
#include "why_view.h"

static void
print_json(const struct view *view)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
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

	if (!command_parse(argc, argv, options, sizeof options / sizeof *options, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (at_text != NULL && date_parse(at_text, &at) != SKERRY_OK)
		return command_misuse("--at %s: write 2027-04-28 or 2027-04-28T12:00:00Z", at_text);
	if (!cli_open_site(&site, question.json, &exit))
		return exit;
	cli_tell_unused(&site);
	exit = answer(&site, &question, at);
	site_close(&site);
	return command_finish(exit);
}
