/* SPDX-License-Identifier: ISC */
#include "past_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formats/date.h"
#include "formats/member.h"
#include "moment.h"
#include "verifier/texts/why_words.h"
#include "why_view.h"

enum { MARGIN = 2, DATE_WIDTH = 20 };

/* --- sentences ------------------------------------------------------------------------------- */

/* Of the command that asked that way; what values it gave is not kept. */
static void
write_asked(const struct verdict_question *asked, char *ret_text, size_t max)
{
	snprintf(ret_text, max, "skerry status%s%s%s%s%s%s%s%s",
		asked->has_product ? " --product " : "", asked->product,
		asked->has_tenant ? " --tenant " : "", asked->tenant,
		asked->has_domain ? " --domain " : "", asked->domain,
		asked->values > 0 ? " --custom ..." : "",
		asked->has_build ? " --build-date ..." : "");
}

/* Values of the product's own are counted and not kept, and so is a build date: nobody knows which. */
static bool
is_unkept(const struct past *past)
{
	return past->asked.values > 0 || past->asked.has_build;
}

static void
add_stand(struct sentence *s, const struct past *past)
{
	const struct skerry_verdict *verdict = &past->record.verdict;
	const struct timeline_step step = { past->recorded_at, verdict->state, verdict->access,
		verdict->reason, verdict->notice };
	char words[WHY_WORDS_MAX];

	why_words_step(s->texts, &step, words);
	sentence_chars(s, words);
}

static void
add_value(void *context, struct sentence *s, const char *name, size_t len)
{
	const struct past *past = context;
	char asked[WHY_WORDS_MAX];

	if (sentence_is(name, len, "at"))
		sentence_moment(s, past->at);
	else if (sentence_is(name, len, "recorded_at"))
		sentence_moment(s, past->recorded_at);
	else if (sentence_is(name, len, "next"))
		sentence_moment(s, past->record.next_at);
	else if (sentence_is(name, len, "newer_at"))
		sentence_moment(s, past->newer.at);
	else if (sentence_is(name, len, "newer"))
		sentence_number(s, past->newer.seq);
	else if (sentence_is(name, len, "entry"))
		sentence_number(s, past->seq);
	else if (sentence_is(name, len, "turned"))
		sentence_number(s, past->place.turned_seq);
	else if (sentence_is(name, len, "broken"))
		sentence_number(s, past->broken_seq);
	else if (sentence_is(name, len, "stand"))
		add_stand(s, past);
	else if (sentence_is(name, len, "asked")) {
		write_asked(&past->asked, asked, sizeof asked);
		sentence_outside(s, (struct cbor_text){ asked, strlen(asked) });
	}
}

static void
add(struct sentence *s, const struct past *past, bool holds, const char *sentence)
{
	struct past *values = (struct past *)past;

	if (holds)
		sentence_add(s, sentence, add_value, values);
}

/* Where the answer comes from, and what is to be said of that. */
static void
write_source(const struct view *view, const struct past *past, char ret_text[PAST_VIEW_SOURCE_MAX])
{
	const struct texts *texts = view->show->texts;
	struct sentence s;

	sentence_begin(&s, texts, view->local, ret_text, PAST_VIEW_SOURCE_MAX);
	add(&s, past, past->broken_seq != 0, texts->past_broken);
	add(&s, past, past->outdated, texts->past_newer);
	add(&s, past, !past->changed, texts->past_told);
	add(&s, past, past->changed,
		past->basis == PAST_FROM_FACTS ? texts->past_follows : texts->past_passed);
	add(&s, past, past->basis == PAST_FROM_RECORD, texts->past_gone);
	add(&s, past, past->basis == PAST_FROM_OTHER, texts->past_other);
	add(&s, past, past->basis == PAST_FROM_WORDS, texts->past_words);
	add(&s, past, !past->asked_so, texts->past_nearest);
	add(&s, past, past->asked_so && is_unkept(past), texts->past_unkept);
	add(&s, past, past->next_began, texts->past_next);
	add(&s, past, past->place.turned_seq != 0, texts->past_turned);
}

/* --- events ---------------------------------------------------------------------------------- */

static const char *
clock_words(const struct texts *texts, const char *word)
{
	for (unsigned i = 0; i < TEXTS_CLOCKS; i++)
		if (strcmp(clock_condition_name((enum evaluate_clock)i), word) == 0)
			return texts->clock[i];
	return word;
}

static void
add_outside(struct sentence *s, const char *text)
{
	sentence_outside(s, (struct cbor_text){ text, strlen(text) });
}

static void
add_event_value(void *context, struct sentence *s, const char *name, size_t len)
{
	const struct journal_event *event = context;

	if (sentence_is(name, len, "name"))
		add_outside(s, event->name);
	else if (sentence_is(name, len, "edition"))
		add_outside(s, event->edition);
	else if (sentence_is(name, len, "error"))
		add_outside(s, event->error);
	else if (sentence_is(name, len, "subject"))
		add_outside(s, event->subject);
	else if (sentence_is(name, len, "kind"))
		add_outside(s, event->kind);
	else if (sentence_is(name, len, "before"))
		add_outside(s, clock_words(s->texts, event->before));
	else if (sentence_is(name, len, "after"))
		add_outside(s, clock_words(s->texts, event->after));
	else if (sentence_is(name, len, "duration"))
		sentence_span(s, event->seconds);
}

static void
write_event(
	const struct texts *texts, const struct journal_event *event, char ret_text[WHY_WORDS_MAX])
{
	struct journal_event values = *event;
	struct sentence s;

	sentence_begin(&s, texts, 0, ret_text, WHY_WORDS_MAX);
	sentence_add(&s, texts->event[event->code], add_event_value, &values);
}

/* --- for a person ---------------------------------------------------------------------------- */

static void
print_events(const struct view *view, const struct past *past)
{
	const struct show *show = view->show;
	char date[WHY_WORDS_MAX], text[WHY_WORDS_MAX], lead[WHY_WORDS_MAX + 8];

	if (past->events_len == 0)
		return;
	fprintf(show->out, "\n%s (%s)\n", show->texts->past_events, show->texts->local_time);
	for (size_t i = 0; i < past->events_len; i++) {
		/* The first documents came before the site had a time. */
		snprintf(date, sizeof date, "-");
		if (past->events[i].at > 0)
			why_words_date(show->texts, past->events[i].at, view->local, date);
		write_event(show->texts, &past->events[i], text);
		snprintf(lead, sizeof lead, "%*s%s", MARGIN, "", date);
		why_view_print_behind(show->out, lead, DATE_WIDTH, text);
	}
}

static void
print_past(const struct view *view, const struct past *past)
{
	const struct show *show = view->show;
	char heading[WHY_WORDS_MAX], source[PAST_VIEW_SOURCE_MAX], text[MESSAGE_MAX];
	struct sentence s;

	sentence_begin(&s, show->texts, view->local, heading, sizeof heading);
	add(&s, past, true, show->texts->past_heading);
	fprintf(show->out, "%s\n", heading);
	view_print_verdict(view);
	if (past->basis == PAST_FROM_RECORD || past->basis == PAST_FROM_OTHER) {
		view_holds(view, text);
		why_view_print_wrapped(show->out, 0, text);
	}
	write_source(view, past, source);
	why_view_print_wrapped(show->out, 0, source);
	if (past->basis != PAST_FROM_WORDS)
		why_view_print_chain(view);
	print_events(view, past);
	if (past->basis == PAST_FROM_FACTS)
		why_view_print_to_come(view, show->texts->was_to_come, false);
}

/* --- for scripts ----------------------------------------------------------------------------- */

static void
put_seq(struct json *j, const char *name, int64_t seq)
{
	json_name(j, name);
	if (seq == 0)
		json_null(j);
	else
		json_int(j, seq);
}

static void
asked_json(struct json *j, const struct past *past)
{
	const struct verdict_question *asked = &past->asked;

	json_name(j, "asked");
	json_object_open(j);
	json_name(j, "same");
	if (past->asked_so && is_unkept(past))
		json_null(j);
	else
		json_bool(j, past->asked_so);
	member_chars(j, "product", asked->has_product ? asked->product : NULL);
	member_chars(j, "tenant", asked->has_tenant ? asked->tenant : NULL);
	member_chars(j, "domain", asked->has_domain ? asked->domain : NULL);
	member_uint(j, "values", asked->values);
	member_bool(j, "build_date", asked->has_build);
	json_object_close(j);
}

static void
license_json(struct json *j, const struct past *past)
{
	const struct verdict_record *record = &past->record;

	json_name(j, "license");
	if (record->license_id[0] == '\0') {
		json_null(j);
		return;
	}
	json_object_open(j);
	member_chars(j, "id", record->license_id);
	member_uint(j, "edition", record->edition);
	member_bool(j, "held", past->basis == PAST_FROM_FACTS || past->basis == PAST_FROM_OTHER);
	json_object_close(j);
}

static void
events_json(struct json *j, const struct texts *texts, const struct past *past)
{
	char text[WHY_WORDS_MAX];

	json_name(j, "events");
	json_array_open(j);
	for (size_t i = 0; i < past->events_len; i++) {
		const struct journal_event *event = &past->events[i];

		write_event(texts, event, text);
		json_object_open(j);
		member_int(j, "seq", event->seq);
		member_date(j, "at", event->at > 0 ? event->at : LICENSE_NEVER);
		member_chars(j, "kind", event->kind);
		member_chars(j, "subject", event->subject);
		member_chars(j, "text", text);
		json_object_close(j);
	}
	json_array_close(j);
}

static void
put_recorded(struct json *j, const struct past *past)
{
	const struct skerry_verdict *verdict = &past->record.verdict;

	json_name(j, "recorded");
	json_object_open(j);
	member_date(j, "at", past->recorded_at);
	view_words_json(j, verdict);
	json_object_close(j);
}

static void
print_json(const struct view *view, const struct past *past)
{
	static const char *const BASES[] = { [PAST_FROM_FACTS] = "facts",
		[PAST_FROM_RECORD] = "record",
		[PAST_FROM_OTHER] = "other_decision",
		[PAST_FROM_WORDS] = "other_version" };
	char source[PAST_VIEW_SOURCE_MAX];
	struct json j;

	json_init(&j, command_sink, view->show->out);
	json_object_open(&j);
	member_chars(&j, "from", "journal");
	put_seq(&j, "seq", past->seq);
	member_chars(&j, "basis", BASES[past->basis]);
	write_source(view, past, source);
	member_chars(&j, "source", source);
	put_recorded(&j, past);
	asked_json(&j, past);
	license_json(&j, past);
	put_seq(&j, "broken_seq", past->broken_seq);
	put_seq(&j, "turned_seq", past->place.turned_seq);
	put_seq(&j, "newer_seq", past->outdated ? past->newer.seq : 0);
	member_bool(&j, "next_began", past->next_began);
	events_json(&j, view->show->texts, past);
	why_view_json(&j, view);
	json_object_close(&j);
	putc('\n', view->show->out);
}

/* --------------------------------------------------------------------------------------------- */

static void
tell_not_found(const struct show *show, const struct past *past, struct show_failure *ret_failure)
{
	struct command_failure failure = { .err = SKERRY_ERR_NOT_FOUND, .subject = show->folder };
	char message[160], date[MOMENT_TEXT_MAX];
	int64_t first_at = past->place.first_at;

	moment_format(show->place, first_at, date);
	if (past->answer == PAST_NOT_ASKED)
		snprintf(message, sizeof message,
			"By then nobody had asked about such a license here.");
	else if (first_at == LICENSE_NEVER)
		snprintf(message, sizeof message,
			"The journal has nothing yet: no license has told this site the time.");
	else
		snprintf(message, sizeof message, "The journal reaches back to %s%s.", date,
			past->place.begun_here ? ", when this site got its first license"
					       : "; what was before is gone from it");
	failure.message = message;
	failure.advice =
		"`skerry what-if --at DATE` tells what today's documents would say of that "
		"date.";
	failure_keep(ret_failure, &failure, COMMAND_CANNOT_TELL);
}

/* The product as it was found then, else as it was asked for. */
static const char *
product_of(const struct show_question *question, const struct past *past,
	char product[PRODUCT_NAME_MAX])
{
	if (past->record.product[0] == '\0')
		return question->product;
	snprintf(product, PRODUCT_NAME_MAX, "%s/%s", past->record.brand, past->record.product);
	return product;
}

bool
past_view_show(const struct show *show, const struct site *site,
	const struct show_question *question, const struct past *past, enum command_exit *ret_exit,
	struct show_failure *ret_failure)
{
	struct show_question named = *question;
	char product[PRODUCT_NAME_MAX];
	struct view view;

	if (past->answer != PAST_FOUND) {
		tell_not_found(show, past, ret_failure);
		return false;
	}
	named.product = product_of(question, past, product);
	view = view_of_site(show, site, &named, &past->explanation);
	view.passed = true;
	if (show->json)
		print_json(&view, past);
	else
		print_past(&view, past);
	if (past->broken_seq != 0 || past->outdated || past->next_began)
		*ret_exit = COMMAND_CANNOT_TELL;
	else
		*ret_exit = view.verdict->access == SKERRY_ACCESS_NONE ? COMMAND_NO : COMMAND_YES;
	return true;
}
