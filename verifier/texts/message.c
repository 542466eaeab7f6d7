/* SPDX-License-Identifier: ISC */
#include "message.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "formats/date.h"
#include "formats/ladder.h"
#include "formats/table.h"

/* Text in the making; what does not fit is left out from the first character on that does not. */
struct message {
	char *text;
	size_t len;
	bool full;
};

static void
append(void *context, const char *text, size_t text_len)
{
	struct message *m = context;
	size_t room = MESSAGE_MAX - 1 - m->len;

	if (m->full)
		return;
	if (text_len > room) {
		m->full = true;
		text_len = room;
		/* Bytes 10xxxxxx go on with a character whose beginning must then go as well. */
		while (text_len > 0 && ((unsigned char)text[text_len] & 0xc0) == 0x80)
			text_len--;
	}
	memcpy(m->text + m->len, text, text_len);
	m->len += text_len;
	m->text[m->len] = '\0';
}

static void
append_chars(struct message *m, const char *text)
{
	append(m, text, strlen(text));
}

static void
append_outside(struct message *m, struct cbor_text text)
{
	table_safe_text(text.chars, text.len, append, m);
}

/* Dates that were agreed on are days of UTC, as they were written. */
static void
append_day(struct message *m, int64_t at)
{
	char day[DATE_TEXT_MAX];

	date_format_day(at, day);
	append_chars(m, day);
}

/* A moment at which something stops is told as the clock on the wall will show it. */
static void
append_moment(struct message *m, int64_t at, int32_t utc_offset_s)
{
	char local[DATE_TEXT_MAX], shown[DATE_TEXT_MAX];

	date_format(at == SKERRY_NEVER ? at : at + utc_offset_s, local);
	/* "2027-04-28T04:00:00Z" */
	snprintf(shown, sizeof shown, "%.10s %.5s", local, local + 11);
	append_chars(m, shown);
	append_chars(m, " local time");
}

static bool
is_name(const char *name, size_t name_len, const char *wanted)
{
	return name_len == strlen(wanted) && memcmp(name, wanted, name_len) == 0;
}

static void
append_value(struct message *m, const struct message_subject *subject, const char *name, size_t len)
{
	const struct skerry_verdict *verdict = subject->verdict;
	int32_t offset = subject->utc_offset_s;

	if (is_name(name, len, "product"))
		append_outside(m, (struct cbor_text){ subject->product, strlen(subject->product) });
	else if (is_name(name, len, "renew_by"))
		append_day(m, verdict->renew_by);
	else if (is_name(name, len, "valid_until"))
		append_day(m, verdict->valid_until);
	else if (is_name(name, len, "maintenance_until"))
		append_day(m, verdict->maintenance_until);
	else if (is_name(name, len, "next"))
		append_moment(m, verdict->next_change_at, offset);
	else if (is_name(name, len, "grace_until"))
		append_moment(m, verdict->grace_until, offset);
	else if (is_name(name, len, "degraded_until"))
		append_moment(m, verdict->degraded_until, offset);
	else if (is_name(name, len, "name"))
		append_outside(m, subject->name);
}

/* A sentence of the catalogue with its values; a space comes between sentences. */
static void
append_sentence(struct message *m, const struct message_subject *subject, const char *sentence)
{
	const char *open, *close;

	if (m->len > 0 && sentence[0] != '\0')
		append_chars(m, " ");
	while ((open = strchr(sentence, '{')) != NULL && (close = strchr(open, '}')) != NULL) {
		append(m, sentence, (size_t)(open - sentence));
		append_value(m, subject, open + 1, (size_t)(close - open - 1));
		sentence = close + 1;
	}
	append_chars(m, sentence);
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
cause_of(const struct texts *texts, const struct skerry_verdict *verdict)
{
	if (verdict->reason != SKERRY_REASON_OK)
		return texts->cause[verdict->reason];
	if (verdict->renew_by != SKERRY_NEVER)
		return texts->active_until_renewal;
	if (verdict->valid_until != SKERRY_NEVER)
		return texts->active_until_end;
	return texts->cause[SKERRY_REASON_OK];
}

void
message_holds(const struct texts *texts, const struct message_subject *subject,
	char ret_text[MESSAGE_MAX])
{
	const struct skerry_verdict *verdict = subject->verdict;
	struct message m = { .text = ret_text };

	ret_text[0] = '\0';
	append_sentence(&m, subject, cause_of(texts, verdict));
	append_sentence(&m, subject, texts->effect[verdict->state]);
	if (verdict->reason == SKERRY_REASON_OK && verdict->notice != SKERRY_NOTICE_NONE)
		append_sentence(&m, subject, texts->active_quiet);
}

/* "Call HotelHub: +62 631 555 0100, help@hotelhub.example." */
static void
append_contact(struct message *m, const struct texts *texts, const struct message_subject *subject)
{
	const struct cbor_text ways[] = { subject->telephone, subject->email, subject->url };
	bool called = false;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		if (ways[i].len == 0)
			continue;
		if (!called)
			append_sentence(m, subject,
				subject->name.len > 0 ? texts->call_name : texts->call_vendor);
		append_chars(m, called ? ", " : " ");
		append_outside(m, ways[i]);
		called = true;
	}
	if (called)
		append_chars(m, ".");
}

void
message_action(const struct texts *texts, const struct message_subject *subject,
	char ret_text[MESSAGE_MAX])
{
	const struct skerry_verdict *verdict = subject->verdict;
	struct message m = { .text = ret_text };

	ret_text[0] = '\0';
	append_sentence(&m, subject, texts->action[verdict->reason]);
	if (verdict->reason == SKERRY_REASON_OK && verdict->notice != SKERRY_NOTICE_NONE)
		append_sentence(&m, subject, texts->action[SKERRY_REASON_OVERDUE]);
	if (m.len > 0)
		append_contact(&m, texts, subject);
}
