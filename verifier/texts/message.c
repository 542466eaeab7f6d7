/* SPDX-License-Identifier: ISC */
#include "message.h"

#include <string.h>

#include "sentence.h"
#include "why_words.h"

/* Of a license that waits; something else may change before it begins. */
static int64_t
begins_at(const struct message_subject *subject)
{
	if (subject->why != NULL && subject->why->links[0].code == WHY_BEGINS_LATER)
		return subject->why->links[0].until;
	return subject->verdict->next_change_at;
}

static void
add_value(void *context, struct sentence *s, const char *name, size_t len)
{
	const struct message_subject *subject = context;
	const struct skerry_verdict *verdict = subject->verdict;

	if (sentence_is(name, len, "product"))
		sentence_outside(
			s, (struct cbor_text){ subject->product, strlen(subject->product) });
	else if (sentence_is(name, len, "tenant"))
		sentence_outside(s, (struct cbor_text){ subject->tenant, strlen(subject->tenant) });
	else if (sentence_is(name, len, "renew_by"))
		sentence_day(s, verdict->renew_by);
	else if (sentence_is(name, len, "valid_until"))
		sentence_day(s, verdict->valid_until);
	else if (sentence_is(name, len, "maintenance_until"))
		sentence_day(s, verdict->maintenance_until);
	else if (sentence_is(name, len, "next"))
		sentence_moment(s, begins_at(subject));
	else if (sentence_is(name, len, "grace_until"))
		sentence_moment(s, verdict->grace_until);
	else if (sentence_is(name, len, "degraded_until"))
		sentence_moment(s, verdict->degraded_until);
	else if (sentence_is(name, len, WHY_TOLD))
		sentence_outside(s, why_told(&subject->why->links[0]));
	else if (sentence_is(name, len, "name"))
		sentence_outside(s, subject->name);
}

static void
add(struct sentence *s, const struct message_subject *subject, const char *sentence)
{
	struct message_subject value = *subject;

	sentence_add(s, sentence, add_value, &value);
}

void
message_set_contact(struct message_subject *subject, const struct manifest_contact *contact)
{
	if (contact == NULL)
		return;
	subject->name = contact->name;
	subject->telephone = contact->telephone;
	subject->email = contact->email;
	subject->url = contact->url;
}

static const char *
cause_of(const struct texts *texts, const struct message_subject *subject)
{
	const struct skerry_verdict *verdict = subject->verdict;

	if (verdict->reason == SKERRY_REASON_WRONG_TENANT && subject->tenant != NULL)
		return texts->no_tenant;
	if (verdict->reason == SKERRY_REASON_EXPIRED && verdict->at < verdict->valid_until)
		return texts->last_date;
	if (verdict->reason != SKERRY_REASON_OK)
		return texts->cause[verdict->reason];
	if (verdict->renew_by != SKERRY_NEVER)
		return texts->active_until_renewal;
	if (verdict->valid_until != SKERRY_NEVER)
		return texts->active_until_end;
	return texts->cause[SKERRY_REASON_OK];
}

/* Whether the vendor says why it is so. */
static bool
is_told(const struct message_subject *subject)
{
	return subject->why != NULL && why_told(&subject->why->links[0]).len > 0;
}

/* What raises the notice though it takes nothing away; NULL. */
static const struct why_link *
first_notice(const struct message_subject *subject)
{
	for (size_t i = 0; subject->why != NULL && i < subject->why->len; i++)
		if (subject->why->links[i].part == WHY_NOTICE)
			return &subject->why->links[i];
	return NULL;
}

/* Unexplained, a notice of a license that is in order can only mean an old status list. */
static bool
is_quiet(const struct message_subject *subject)
{
	return subject->why == NULL && subject->verdict->reason == SKERRY_REASON_OK &&
	       subject->verdict->notice != SKERRY_NOTICE_NONE;
}

void
message_holds(const struct texts *texts, const struct message_subject *subject,
	char ret_text[MESSAGE_MAX])
{
	const struct why_link *notice = first_notice(subject);
	const struct skerry_verdict *verdict = subject->verdict;
	struct sentence s;

	sentence_begin(&s, texts, subject->local, ret_text, MESSAGE_MAX);
	add(&s, subject, cause_of(texts, subject));
	add(&s, subject, texts->effect[verdict->state]);
	if (is_told(subject))
		add(&s, subject, texts->told);
	if (notice != NULL)
		why_words_add(&s, notice, subject->product);
	if (is_quiet(subject))
		add(&s, subject, texts->active_quiet);
}

/* "Call HotelHub: +62 631 555 0100, help@hotelhub.example." */
static void
add_contact(struct sentence *s, const struct message_subject *subject)
{
	const struct cbor_text ways[] = { subject->telephone, subject->email, subject->url };
	bool called = false;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		if (ways[i].len == 0)
			continue;
		if (!called)
			add(s, subject,
				subject->name.len > 0 ? s->texts->call_name
						      : s->texts->call_vendor);
		sentence_chars(s, called ? ", " : " ");
		sentence_outside(s, ways[i]);
		called = true;
	}
	if (called)
		sentence_chars(s, ".");
}

void
message_contact(const struct texts *texts, const struct message_subject *subject,
	char ret_text[MESSAGE_MAX])
{
	struct sentence s;

	sentence_begin(&s, texts, subject->local, ret_text, MESSAGE_MAX);
	add_contact(&s, subject);
}

/* Of what decides, where there is more to say than of its reason. */
static const char *
action_of(const struct texts *texts, const struct message_subject *subject)
{
	const struct why *why = subject->why;

	if (is_told(subject))
		return texts->told_action;
	if (why != NULL && why->links[0].part == WHY_DECIDES &&
		texts->advice[why->links[0].code] != NULL)
		return texts->advice[why->links[0].code];
	return texts->action[subject->verdict->reason];
}

static void
begin_to_do(struct sentence *s, const struct texts *texts, const struct message_subject *subject,
	char ret_text[MESSAGE_MAX])
{
	const struct why_link *notice = first_notice(subject);
	const char *action = action_of(texts, subject);

	sentence_begin(s, texts, subject->local, ret_text, MESSAGE_MAX);
	sentence_chars(s, action);
	if (subject->why != NULL && subject->why->by_telephone)
		add(s, subject, texts->by_telephone);
	if (notice != NULL && why_words_advice(texts, notice) != action)
		add(s, subject, why_words_advice(texts, notice));
	if (is_quiet(subject))
		add(s, subject, texts->action[SKERRY_REASON_OVERDUE]);
}

void
message_to_do(const struct texts *texts, const struct message_subject *subject,
	char ret_text[MESSAGE_MAX])
{
	struct sentence s;

	begin_to_do(&s, texts, subject, ret_text);
}

void
message_action(const struct texts *texts, const struct message_subject *subject,
	char ret_text[MESSAGE_MAX])
{
	struct sentence s;

	begin_to_do(&s, texts, subject, ret_text);
	if (s.len > 0)
		add_contact(&s, subject);
}
