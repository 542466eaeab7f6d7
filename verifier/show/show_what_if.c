/* SPDX-License-Identifier: ISC */
/* The verdict at another date, or with other components. Changes nothing. */
#include <string.h>

#include "components_view.h"
#include "formats/fingerprint.h"
#include "formats/member.h"
#include "verifier/texts/why_words.h"
#include "why_view.h"

/* What there is, and what there would be. */
struct comparison {
	const struct show *show;
	const struct site *site;
	const struct show_question *question;
	unsigned named; /* of the components asked about, those that the license has */
	struct explanation now, then;
};

/* --- components ------------------------------------------------------------------------------ */

unsigned
show_component(const char *name)
{
	unsigned type = fingerprint_type_from_name((struct cbor_text){ name, strlen(name) });

	return type == 0 ? 0 : MATCH_TYPE_BIT(type);
}

static unsigned
types_of(const struct license *license)
{
	unsigned types = 0;

	for (size_t i = 0; license != NULL && i < license->components_len; i++)
		if (license->components[i].type <= FINGERPRINT_TYPE_LAST)
			types |= MATCH_TYPE_BIT(license->components[i].type);
	return types;
}

static bool
matches(const struct explanation *explanation)
{
	return explanation->answer.facts.machine == EVALUATE_MATCH;
}

/* --- for a person ---------------------------------------------------------------------------- */

struct sentence_values {
	unsigned types;
	const struct match_tally *tally;
};

static void
add_value(void *context, struct sentence *s, const char *name, size_t name_len)
{
	const struct sentence_values *values = context;

	if (sentence_is(name, name_len, "without"))
		sentence_components(s, values->types);
	else if (sentence_is(name, name_len, "matched"))
		sentence_number(s, values->tally->matched);
	else if (sentence_is(name, name_len, "threshold"))
		sentence_number(s, values->tally->threshold);
}

static void
print_sentence(const struct comparison *c, const char *sentence, unsigned types)
{
	struct sentence_values values = { types, &c->then.answer.tally };
	char text[WHY_WORDS_MAX];
	struct sentence s;

	if (types == 0)
		return;
	sentence_begin(&s, c->show->texts, NULL, text, sizeof text);
	sentence_add(&s, sentence, add_value, &values);
	why_view_print_wrapped(c->show->out, 2, text);
}

static void
print_components(const struct comparison *c)
{
	const struct texts *texts = c->show->texts;
	unsigned asked = c->question->without;

	if (c->then.answer.license == NULL || asked == 0)
		return;
	if (c->then.answer.license->components_len == 0) {
		print_sentence(c, texts->without_unbound, asked);
	} else {
		print_sentence(c, matches(&c->then) ? texts->without_matches : texts->without_fails,
			c->named);
		print_sentence(c, texts->without_unnamed, asked & ~c->named);
	}
	putc('\n', c->show->out);
}

static void
add_at(void *context, struct sentence *s, const char *name, size_t name_len)
{
	const int64_t *at = context;

	if (sentence_is(name, name_len, "at"))
		sentence_moment(s, *at);
}

/* What held then is the journal's to tell. */
static void
print_as_if(const struct comparison *c)
{
	int64_t at = c->question->at;
	char text[WHY_WORDS_MAX];
	struct sentence s;

	if (at >= c->now.answer.verdict.at)
		return;
	sentence_begin(&s, c->show->texts, &c->then.answer.facts.local, text, sizeof text);
	sentence_add(&s, c->show->texts->as_if, add_at, &at);
	why_view_print_wrapped(c->show->out, 2, text);
	putc('\n', c->show->out);
}

static void
print_stand(const struct show *show, const char *label, const struct explanation *explanation)
{
	char words[WHY_WORDS_MAX];

	why_words_step(show->texts, &explanation->forecast.steps[0], words);
	fprintf(show->out, "  %-16s  %s\n", label, words);
}

static void
print_all(const struct comparison *c)
{
	const struct view view = view_of_site(c->show, c->site, c->question, &c->then);
	char date[WHY_WORDS_MAX];

	print_as_if(c);
	print_components(c);
	print_stand(c->show, c->show->texts->now, &c->now);
	why_words_date(c->show->texts, c->question->at, &c->then.answer.facts.local, date);
	print_stand(
		c->show, c->question->at == LICENSE_NEVER ? c->show->texts->then : date, &c->then);
	putc('\n', c->show->out);
	why_view_print(&view, c->question->at == LICENSE_NEVER);
}

/* --- for scripts ----------------------------------------------------------------------------- */

static void
now_json(struct json *j, const struct skerry_verdict *verdict)
{
	json_name(j, "now");
	json_object_open(j);
	view_words_json(j, verdict);
	json_object_close(j);
}

static void
fingerprint_json(struct json *j, const struct comparison *c)
{
	const struct site_answer *answer = &c->then.answer;

	json_name(j, "fingerprint");
	json_object_open(j);
	json_name(j, "matches");
	if (answer->license == NULL || answer->license->components_len == 0)
		json_null(j);
	else
		json_bool(j, matches(&c->then));
	member_uint(j, "matched", answer->tally.matched);
	member_uint(j, "unreadable", answer->tally.unreadable);
	member_uint(j, "threshold", answer->tally.threshold);
	json_object_close(j);
}

static void
print_json(const struct comparison *c)
{
	const struct view view = view_of_site(c->show, c->site, c->question, &c->then);
	struct json j;

	json_init(&j, command_sink, c->show->out);
	json_object_open(&j);
	json_name(&j, "without");
	components_view_types_json(&j, c->question->without);
	json_name(&j, "not_in_license");
	components_view_types_json(&j, c->question->without & ~c->named);
	now_json(&j, &c->now.answer.verdict);
	fingerprint_json(&j, c);
	why_view_json(&j, &view);
	json_object_close(&j);
	putc('\n', c->show->out);
}

/* --------------------------------------------------------------------------------------------- */

bool
show_what_if(const struct show *show, const struct site *site, const struct show_question *question,
	enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	struct comparison c = { .show = show, .site = site, .question = question };
	struct site_query present = show_query_of(question), other = present;
	enum skerry_err err;

	present.without = 0;
	err = explanation_make(site, &present, LICENSE_NEVER, &c.now);
	if (err == SKERRY_OK)
		err = explanation_make(site, &other, question->at, &c.then);
	if (err != SKERRY_OK) {
		show_unanswered(show, err, ret_failure);
		return false;
	}
	c.named = question->without & types_of(c.then.answer.license);
	if (show->json)
		print_json(&c);
	else
		print_all(&c);
	*ret_exit = c.then.answer.verdict.access == SKERRY_ACCESS_NONE ? COMMAND_NO : COMMAND_YES;
	return true;
}
