/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_TEXTS_SENTENCE_H
#define VERIFIER_TEXTS_SENTENCE_H

/*
 * A sentence of a catalogue put into a buffer, with values in place of {names}. Pure. What comes from
 * a document is made safe to show; text that does not fit ends at a whole character.
 */

#include "formats/cbor_item.h"
#include "formats/local_clock.h"
#include "texts.h"

/* Terminated at all times. */
struct sentence {
	const struct texts *texts;       /* the words of durations and times of day */
	const struct local_clock *local; /* times of day are told by it; NULL: in UTC */
	char *text;
	size_t max, len;
	bool full;
};

void sentence_begin(struct sentence *s, const struct texts *texts, const struct local_clock *local,
	char *text, size_t max);

/* Appends the value of that name; nothing for a name that is not known. */
typedef void sentence_value(void *context, struct sentence *s, const char *name, size_t name_len);

/* Appends a sentence, after a space where there is text before it; "" appends nothing. */
void sentence_add(struct sentence *s, const char *sentence, sentence_value *value, void *context);

/* True where a value's name is the one wanted. */
bool sentence_is(const char *name, size_t name_len, const char *wanted);

/* --- values ---------------------------------------------------------------------------------- */

void sentence_chars(struct sentence *s, const char *chars);
void sentence_outside(struct sentence *s, struct cbor_text text);
void sentence_number(struct sentence *s, int64_t number);
/* "1 file", "3 files". */
void sentence_count(struct sentence *s, int64_t number, const char *const forms[TEXTS_FORMS]);
/* A day of UTC: dates that were agreed on, as they were written. */
void sentence_day(struct sentence *s, int64_t at);
/* Local day and time: moments at which something stops, as the clock on the wall will show them. */
void sentence_moment(struct sentence *s, int64_t at);
/* The same without saying so, for lists: "2027-04-28 04:00". */
void sentence_minute(struct sentence *s, int64_t at);
/* In the largest unit that gives a whole number: "14 days", "36 hours", "1 day". */
void sentence_duration(struct sentence *s, int64_t seconds);
/* About as long: in its largest unit alone, rounded down. */
void sentence_span(struct sentence *s, int64_t seconds);
/* What is left to wait: whole hours, below one whole minutes, rounded up; "3 days", "71 hours". */
void sentence_left(struct sentence *s, int64_t seconds);
/* MATCH_TYPE_BITs, as the command line spells them: "disk_serial, mac". */
void sentence_components(struct sentence *s, int64_t types);

#endif
