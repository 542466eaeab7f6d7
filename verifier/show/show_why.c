/* SPDX-License-Identifier: ISC */
/* The verdict explained, and what comes; of a date that has passed, from the journal. */
#include "past_view.h"
#include "why_view.h"

#include "formats/member.h"

static void
print_json(const struct view *view)
{
	struct json j;

	json_init(&j, command_sink, view->show->out);
	json_object_open(&j);
	member_chars(&j, "from", "documents");
	why_view_json(&j, view);
	json_object_close(&j);
	putc('\n', view->show->out);
}

static bool
answer(const struct show *show, const struct site *site, const struct show_question *question,
	enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	const struct site_query query = show_query_of(question);
	struct explanation explanation;
	enum skerry_err err = explanation_make(site, &query, question->at, &explanation);
	struct view view;

	if (err != SKERRY_OK) {
		show_unanswered(show, err, ret_failure);
		return false;
	}
	view = view_of_site(show, site, question, &explanation);
	if (show->json)
		print_json(&view);
	else
		why_view_print(&view, question->at == LICENSE_NEVER);
	*ret_exit =
		explanation.answer.verdict.access == SKERRY_ACCESS_NONE ? COMMAND_NO : COMMAND_YES;
	return true;
}

/* Before the site's present, by its own time. */
static bool
has_passed(const struct site *site, int64_t at)
{
	int64_t now = site_now(site);

	return at != LICENSE_NEVER && at < (now > site->floor ? now : site->floor);
}

static bool
answer_past(const struct show *show, const struct site *site, const struct show_question *question,
	enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	const struct site_query query = show_query_of(question);
	struct past past;
	enum skerry_err err = past_ask(site, &query, question->at, &past);

	if (err != SKERRY_OK) {
		show_unanswered(show, err, ret_failure);
		return false;
	}
	return past_view_show(show, site, question, &past, ret_exit, ret_failure);
}

bool
show_why(const struct show *show, const struct site *site, const struct show_question *question,
	enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	return (has_passed(site, question->at) ? answer_past : answer)(
		show, site, question, ret_exit, ret_failure);
}
