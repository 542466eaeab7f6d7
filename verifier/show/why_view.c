/* SPDX-License-Identifier: ISC */
#include "why_view.h"

#include <stdio.h>
#include <string.h>

#include "components_view.h"
#include "forecast_view.h"
#include "formats/fingerprint.h"
#include "formats/member.h"
#include "verifier/texts/why_words.h"

enum { COLUMNS = 80, MARGIN = 2, MARGIN_FACTS = 4 };

/* --- what to do ------------------------------------------------------------------------------ */

struct advice {
	const char *list[WHY_LINKS_MAX + 1];
	size_t len;
};

static bool
is_given(const struct advice *advice, const char *text)
{
	for (size_t i = 0; i < advice->len; i++)
		if (advice->list[i] == text)
			return true;
	return false;
}

/* What each link advises, the deciding one's first, each once. */
static void
gather_advice(const struct texts *texts, const struct why *why, struct advice *ret_advice)
{
	ret_advice->len = 0;
	for (size_t i = 0; i < why->len; i++) {
		const char *text = why_words_advice(texts, &why->links[i]);

		if (text[0] != '\0' && !is_given(ret_advice, text))
			ret_advice->list[ret_advice->len++] = text;
		/* Beside the file that is missing. */
		if (i == 0 && why->by_telephone)
			ret_advice->list[ret_advice->len++] = texts->by_telephone;
	}
}

/* --- for a person ---------------------------------------------------------------------------- */

void
why_view_print_behind(FILE *out, const char *lead, int margin, const char *text)
{
	size_t column = (size_t)fprintf(out, "%-*s", margin, lead);
	bool first = true;

	while (*text != '\0') {
		size_t word = strcspn(text, " ");

		if (!first && column + 1 + word >= COLUMNS) {
			column = (size_t)fprintf(out, "\n%*s", margin, "") - 1;
			first = true;
		}
		column += (size_t)fprintf(out, "%s%.*s", first ? "" : " ", (int)word, text);
		first = false;
		text += word;
		text += strspn(text, " ");
	}
	putc('\n', out);
}

void
why_view_print_wrapped(FILE *out, int margin, const char *text)
{
	why_view_print_behind(out, "", margin, text);
}

static void
print_link(const struct view *view, const struct why_link *link)
{
	char product[PRODUCT_NAME_MAX], text[WHY_WORDS_MAX];
	struct sentence s;

	sentence_begin(&s, view->show->texts, view->local, text, sizeof text);
	why_words_add(&s, link, view_product(view, product));
	why_view_print_wrapped(view->show->out, MARGIN, text);
	why_words_facts(view->show->texts, link, text);
	if (text[0] != '\0')
		why_view_print_wrapped(view->show->out, MARGIN_FACTS, text);
	why_words_since(view->show->texts, link, view->local, text);
	if (text[0] != '\0')
		why_view_print_wrapped(view->show->out, MARGIN_FACTS, text);
}

void
why_view_print_chain(const struct view *view)
{
	const struct why *why = &view->explanation->why;

	for (size_t i = 0; i < why->len; i++) {
		if (i == 0 || why->links[i].part != why->links[i - 1].part)
			fprintf(view->show->out, "\n%s\n",
				view->show->texts->part[why->links[i].part]);
		print_link(view, &why->links[i]);
	}
}

static void
print_actions(const struct view *view)
{
	char contact[MESSAGE_MAX];
	struct advice advice;

	gather_advice(view->show->texts, &view->explanation->why, &advice);
	view_contact(view, contact);
	if (advice.len == 0)
		return;
	fprintf(view->show->out, "\n%s\n", view->show->texts->to_do);
	for (size_t i = 0; i < advice.len; i++)
		why_view_print_wrapped(view->show->out, MARGIN, advice.list[i]);
	if (contact[0] != '\0')
		why_view_print_wrapped(view->show->out, MARGIN, contact);
}

void
why_view_print_to_come(const struct view *view, const char *heading, bool from_now)
{
	fprintf(view->show->out, "\n%s (%s)\n", heading, view->show->texts->local_time);
	forecast_print_steps(view->show, view->explanation, from_now);
}

void
why_view_print(const struct view *view, bool from_now)
{
	view_print_verdict(view);
	why_view_print_chain(view);
	print_actions(view);
	why_view_print_to_come(view, view->show->texts->to_come, from_now);
}

/* --- for scripts ----------------------------------------------------------------------------- */

static void
time_of_day_json(struct json *j, int64_t minutes)
{
	char text[24];

	snprintf(text, sizeof text, "%02u:%02u", (unsigned)(minutes / 60 % 24),
		(unsigned)(minutes % 60));
	json_chars(j, text);
}

static void
fact_json(struct json *j, const struct why_fact *fact)
{
	json_name(j, fact->name);
	switch (fact->kind) {
	case WHY_INSTANT:
		json_date(j, fact->number);
		break;
	case WHY_DURATION:
	case WHY_NUMBER:
		json_int(j, fact->number);
		break;
	case WHY_MINUTES:
		time_of_day_json(j, fact->number);
		break;
	case WHY_COMPONENTS:
		components_view_types_json(j, (unsigned)fact->number);
		break;
	case WHY_TEXT:
		json_text(j, fact->text);
		break;
	case WHY_BYTES:
		json_hex(j, fact->bytes.data, fact->bytes.len);
		break;
	}
}

static void
link_json(struct json *j, const struct view *view, const struct why_link *link)
{
	char product[PRODUCT_NAME_MAX], text[WHY_WORDS_MAX];
	struct sentence s;

	json_object_open(j);
	member_chars(j, "code", why_code_name(link->code));
	member_chars(j, "part", why_part_name(link->part));
	member_chars(j, "reason", skerry_reason_name(link->reason));
	member_chars(j, "state", skerry_state_name(link->state));
	member_date(j, "since", link->since);
	member_date(j, "until", link->until);
	json_name(j, "facts");
	json_object_open(j);
	for (size_t i = 0; i < link->facts_len; i++)
		fact_json(j, &link->facts[i]);
	json_object_close(j);
	sentence_begin(&s, view->show->texts, view->local, text, sizeof text);
	why_words_add(&s, link, view_product(view, product));
	member_chars(j, "text", text);
	json_object_close(j);
}

static void
verdict_json(struct json *j, const struct view *view)
{
	char product[PRODUCT_NAME_MAX], text[MESSAGE_MAX];

	member_chars(
		j, "product", view->license == NULL ? view->product : view_product(view, product));
	member_date(j, "at", view->verdict->at);
	view_words_json(j, view->verdict);
	view_holds(view, text);
	member_chars(j, "message", text);
}

void
why_view_json(struct json *j, const struct view *view)
{
	const struct why *why = &view->explanation->why;
	struct advice advice;

	verdict_json(j, view);
	json_name(j, "reasons");
	json_array_open(j);
	for (size_t i = 0; i < why->len; i++)
		link_json(j, view, &why->links[i]);
	json_array_close(j);
	gather_advice(view->show->texts, why, &advice);
	if (view->passed)
		advice.len = 0;
	json_name(j, "actions");
	json_array_open(j);
	for (size_t i = 0; i < advice.len; i++)
		json_chars(j, advice.list[i]);
	json_array_close(j);
	view_contact_json(j, view->contact);
	forecast_json(j, view->show->texts, view->explanation);
}
