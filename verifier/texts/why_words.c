/* SPDX-License-Identifier: ISC */
#include "why_words.h"

#include <stdio.h>
#include <string.h>

#include "formats/date.h"

struct link_words {
	const struct why_link *link;
	const char *product;
};

static void
add_time_of_day(struct sentence *s, int64_t minutes)
{
	char text[24];

	snprintf(text, sizeof text, "%02u:%02u", (unsigned)(minutes / 60 % 24),
		(unsigned)(minutes % 60));
	sentence_chars(s, text);
}

static void
add_hex(struct sentence *s, struct cbor_bytes bytes)
{
	char text[3];

	for (size_t i = 0; i < bytes.len; i++) {
		snprintf(text, sizeof text, "%02x", bytes.data[i]);
		sentence_chars(s, text);
	}
}

/* Renewal and term are days that were agreed on; all else happens at a moment. */
static bool
is_day(const char *name)
{
	static const char *const DAYS[] = { "renew_by", "valid_until", "maintenance_until",
		"build_date", "heard_at", "expires_at" };

	for (size_t i = 0; i < sizeof DAYS / sizeof *DAYS; i++)
		if (strcmp(DAYS[i], name) == 0)
			return true;
	return false;
}

static void
add_fact(struct sentence *s, const struct why_fact *fact)
{
	switch (fact->kind) {
	case WHY_INSTANT:
		if (is_day(fact->name))
			sentence_day(s, fact->number);
		else
			sentence_moment(s, fact->number);
		break;
	case WHY_DURATION:
		if (strcmp(fact->name, "left_s") == 0)
			sentence_left(s, fact->number);
		else
			sentence_duration(s, fact->number);
		break;
	case WHY_NUMBER:
		if (strcmp(fact->name, "files") == 0)
			sentence_count(s, fact->number, s->texts->files);
		else
			sentence_number(s, fact->number);
		break;
	case WHY_MINUTES:
		add_time_of_day(s, fact->number);
		break;
	case WHY_COMPONENTS:
		sentence_components(s, fact->number);
		break;
	case WHY_TEXT:
		sentence_outside(s, fact->text);
		break;
	case WHY_BYTES:
		add_hex(s, fact->bytes);
		break;
	}
}

static void
add_value(void *context, struct sentence *s, const char *name, size_t name_len)
{
	const struct link_words *words = context;
	const struct why_link *link = words->link;

	if (sentence_is(name, name_len, "product"))
		sentence_outside(s, (struct cbor_text){ words->product, strlen(words->product) });
	else if (sentence_is(name, name_len, "since"))
		sentence_moment(s, link->since);
	else if (sentence_is(name, name_len, "until"))
		sentence_moment(s, link->until);
	for (size_t i = 0; i < link->facts_len; i++)
		if (sentence_is(name, name_len, link->facts[i].name))
			add_fact(s, &link->facts[i]);
}

void
why_words_add(struct sentence *s, const struct why_link *link, const char *product)
{
	struct link_words words = { link, product };
	const char *step = link->until == LICENSE_NEVER ? s->texts->step_open[link->state]
							: s->texts->step[link->state];

	sentence_add(s, s->texts->why[link->code], add_value, &words);
	sentence_add(s, step, add_value, &words);
	if (why_told(link).len > 0)
		sentence_add(s, s->texts->told, add_value, &words);
}

void
why_words_facts(
	const struct texts *texts, const struct why_link *link, char ret_text[WHY_WORDS_MAX])
{
	struct sentence s;
	char date[DATE_TEXT_MAX];

	sentence_begin(&s, texts, NULL, ret_text, WHY_WORDS_MAX);
	for (size_t i = 0; i < link->facts_len; i++) {
		const struct why_fact *fact = &link->facts[i];

		/* People's words are quoted in the sentence before. */
		if (strcmp(fact->name, WHY_TOLD) == 0)
			continue;
		sentence_chars(&s, i == 0 ? "" : ", ");
		sentence_chars(&s, fact->name);
		sentence_chars(&s, " ");
		if (fact->kind == WHY_INSTANT) {
			date_format(fact->number, date);
			sentence_chars(&s, date);
		} else if (fact->kind == WHY_NUMBER) {
			sentence_number(&s, fact->number);
		} else {
			add_fact(&s, fact);
		}
	}
}

void
why_words_since(const struct texts *texts, const struct why_link *link,
	const struct local_clock *local, char ret_text[WHY_WORDS_MAX])
{
	struct link_words words = { link, "" };
	struct sentence s;

	sentence_begin(&s, texts, local, ret_text, WHY_WORDS_MAX);
	if (link->since != LICENSE_NEVER)
		sentence_add(&s, texts->since, add_value, &words);
}

const char *
why_words_advice(const struct texts *texts, const struct why_link *link)
{
	if (why_told(link).len > 0)
		return texts->told_action;
	return texts->advice[link->code] != NULL ? texts->advice[link->code]
						 : texts->action[link->reason];
}

void
why_words_step(
	const struct texts *texts, const struct timeline_step *step, char ret_text[WHY_WORDS_MAX])
{
	bool calm = step->state == SKERRY_STATE_ACTIVE || step->state == SKERRY_STATE_OVERDUE;
	struct sentence s;

	sentence_begin(&s, texts, NULL, ret_text, WHY_WORDS_MAX);
	sentence_chars(&s, texts->stand[step->state]);
	sentence_chars(&s, texts->brief[step->reason][0] == '\0' ? "" : ": ");
	sentence_chars(&s, texts->brief[step->reason]);
	/* From grace on it is an alert anyway. */
	if (calm)
		sentence_chars(&s, texts->notice[step->notice]);
}

void
why_words_date(const struct texts *texts, int64_t at, const struct local_clock *local,
	char ret_text[WHY_WORDS_MAX])
{
	struct sentence s;

	sentence_begin(&s, texts, local, ret_text, WHY_WORDS_MAX);
	if (at == LICENSE_NEVER)
		sentence_chars(&s, texts->now);
	else
		sentence_minute(&s, at);
}
