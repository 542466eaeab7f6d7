/* SPDX-License-Identifier: ISC */
/* skerry what-if: the verdict at another date, or with other components. Changes nothing. */
#include <string.h>

#include "cli.h"
#include "forecast_view.h"
#include "formats/date.h"
#include "formats/fingerprint.h"
#include "verifier/texts/why_words.h"
#include "why_view.h"

/* What there is, and what there would be. */
struct comparison {
	struct cli_question question;
	unsigned named; /* of the components asked about, those that the license has */
	int64_t at;     /* LICENSE_NEVER: now */
	struct explanation now, then;
};

/* --- components ------------------------------------------------------------------------------ */

static bool
take_components(const struct command_list *names, unsigned *ret_types)
{
	unsigned types = 0;

	for (size_t i = 0; i < names->len; i++) {
		unsigned type = fingerprint_type_from_name(
			(struct cbor_text){ names->values[i], strlen(names->values[i]) });

		if (type == 0) {
			command_misuse(
				"there is no component '%s': `skerry fingerprint` lists them",
				names->values[i]);
			return false;
		}
		types |= MATCH_TYPE_BIT(type);
	}
	*ret_types = types;
	return true;
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
	sentence_begin(&s, cli_texts(), NULL, text, sizeof text);
	sentence_add(&s, sentence, add_value, &values);
	why_view_print_wrapped(2, text);
}

static void
print_components(const struct comparison *c)
{
	const struct texts *texts = cli_texts();
	unsigned asked = c->question.without;

	if (c->then.answer.license == NULL || asked == 0)
		return;
	if (c->then.answer.license->components_len == 0) {
		print_sentence(c, texts->without_unbound, asked);
	} else {
		print_sentence(c, matches(&c->then) ? texts->without_matches : texts->without_fails,
			c->named);
		print_sentence(c, texts->without_unnamed, asked & ~c->named);
	}
	putchar('\n');
}

static void
add_at(void *context, struct sentence *s, const char *name, size_t name_len)
{
	const struct comparison *c = context;

	if (sentence_is(name, name_len, "at"))
		sentence_moment(s, c->at);
}

/* What held then is the journal's to tell. */
static void
print_as_if(const struct comparison *c)
{
	struct comparison values = { .at = c->at };
	char text[WHY_WORDS_MAX];
	struct sentence s;

	if (c->at >= c->now.answer.verdict.at)
		return;
	sentence_begin(&s, cli_texts(), &c->then.answer.facts.local, text, sizeof text);
	sentence_add(&s, cli_texts()->as_if, add_at, &values);
	why_view_print_wrapped(2, text);
	putchar('\n');
}

static void
print_stand(const char *label, const struct explanation *explanation)
{
	char words[WHY_WORDS_MAX];

	why_words_step(cli_texts(), &explanation->forecast.steps[0], words);
	printf("  %-16s  %s\n", label, words);
}

static void
print_all(const struct site *site, const struct comparison *c)
{
	const struct view view = view_of_site(site, &c->question, &c->then);
	char date[WHY_WORDS_MAX];

	print_as_if(c);
	print_components(c);
	print_stand(cli_texts()->now, &c->now);
	why_words_date(cli_texts(), c->at, &c->then.answer.facts.local, date);
	print_stand(c->at == LICENSE_NEVER ? cli_texts()->then : date, &c->then);
	putchar('\n');
	why_view_print(&view, c->at == LICENSE_NEVER);
}

/* --- for scripts ----------------------------------------------------------------------------- */

static void
types_json(struct json *j, const char *name, unsigned types)
{
	json_name(j, name);
	json_array_open(j);
	for (unsigned type = 1; type <= FINGERPRINT_TYPE_LAST; type++)
		if ((types & MATCH_TYPE_BIT(type)) != 0)
			json_chars(j, fingerprint_type_name(type));
	json_array_close(j);
}

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
	json_name(j, "matched");
	json_uint(j, answer->tally.matched);
	json_name(j, "unreadable");
	json_uint(j, answer->tally.unreadable);
	json_name(j, "threshold");
	json_uint(j, answer->tally.threshold);
	json_object_close(j);
}

static void
print_json(const struct site *site, const struct comparison *c)
{
	const struct view view = view_of_site(site, &c->question, &c->then);
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	types_json(&j, "without", c->question.without);
	types_json(&j, "not_in_license", c->question.without & ~c->named);
	now_json(&j, &c->now.answer.verdict);
	fingerprint_json(&j, c);
	why_view_json(&j, &view);
	json_object_close(&j);
	putchar('\n');
}

/* --------------------------------------------------------------------------------------------- */

static enum command_exit
compare(const struct site *site, struct comparison *c)
{
	struct cli_question present = c->question;
	enum command_exit exit;

	present.without = 0;
	if (!cli_explain(site, &present, LICENSE_NEVER, &c->now, &exit) ||
		!cli_explain(site, &c->question, c->at, &c->then, &exit))
		return exit;
	c->named = c->question.without & types_of(c->then.answer.license);
	if (c->question.json)
		print_json(site, c);
	else
		print_all(site, c);
	return c->then.answer.verdict.access == SKERRY_ACCESS_NONE ? COMMAND_NO : COMMAND_YES;
}

enum command_exit
what_if_run(int argc, char **argv)
{
	struct comparison c = { .at = LICENSE_NEVER };
	struct command_list operands, without = { .len = 0 };
	const char *at_text = NULL;
	const struct command_option options[] = {
		{ "--at", COMMAND_VALUE, &at_text },
		{ "--without", COMMAND_LIST, &without },
		CLI_QUESTION_OPTIONS(c.question),
	};
	enum command_exit exit;
	struct site site;

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 0, 0, &operands) ||
		!cli_take_build_date(&c.question))
		return COMMAND_CANNOT_TELL;
	if (at_text != NULL && date_parse(at_text, &c.at) != SKERRY_OK)
		return command_misuse("--at %s: write 2027-04-28 or 2027-04-28T12:00:00Z", at_text);
	if (!take_components(&without, &c.question.without))
		return COMMAND_CANNOT_TELL;
	if (at_text == NULL && without.len == 0)
		return command_misuse("name a date with --at, a component with --without, or both");
	if (!cli_open_site(&site, c.question.json, &exit))
		return exit;
	cli_tell_unused(&site);
	exit = compare(&site, &c);
	site_close(&site);
	return command_finish(exit);
}
