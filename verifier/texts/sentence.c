/* SPDX-License-Identifier: ISC */
#include "sentence.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formats/date.h"
#include "formats/fingerprint.h"
#include "formats/table.h"
#include "verifier/decide/match.h"

static void
append(void *context, const char *text, size_t text_len)
{
	struct sentence *s = context;
	size_t room = s->max - 1 - s->len;

	if (s->full)
		return;
	if (text_len > room) {
		s->full = true;
		text_len = room;
		/* Bytes 10xxxxxx go on with a character whose beginning must then go as well. */
		while (text_len > 0 && ((unsigned char)text[text_len] & 0xc0) == 0x80)
			text_len--;
	}
	memcpy(s->text + s->len, text, text_len);
	s->len += text_len;
	s->text[s->len] = '\0';
}

void
sentence_begin(struct sentence *s, const struct texts *texts, const struct local_clock *local,
	char *text, size_t max)
{
	*s = (struct sentence){ .texts = texts, .local = local, .text = text, .max = max };
	text[0] = '\0';
}

void
sentence_add(struct sentence *s, const char *sentence, sentence_value *value, void *context)
{
	const char *open, *close;

	if (s->len > 0 && sentence[0] != '\0')
		append(s, " ", 1);
	while ((open = strchr(sentence, '{')) != NULL && (close = strchr(open, '}')) != NULL) {
		append(s, sentence, (size_t)(open - sentence));
		value(context, s, open + 1, (size_t)(close - open - 1));
		sentence = close + 1;
	}
	sentence_chars(s, sentence);
}

bool
sentence_is(const char *name, size_t name_len, const char *wanted)
{
	return name_len == strlen(wanted) && memcmp(name, wanted, name_len) == 0;
}

void
sentence_chars(struct sentence *s, const char *chars)
{
	append(s, chars, strlen(chars));
}

void
sentence_outside(struct sentence *s, struct cbor_text text)
{
	table_safe_text(text.chars, text.len, append, s);
}

void
sentence_number(struct sentence *s, int64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, number);
	sentence_chars(s, text);
}

void
sentence_count(struct sentence *s, int64_t number, const char *const forms[TEXTS_FORMS])
{
	sentence_number(s, number);
	sentence_chars(s, " ");
	sentence_chars(s, forms[number == 1 || number == -1 ? 0 : 1]);
}

void
sentence_day(struct sentence *s, int64_t at)
{
	char day[DATE_TEXT_MAX];

	date_format_day(at, day);
	sentence_chars(s, day);
}

void
sentence_minute(struct sentence *s, int64_t at)
{
	char local[DATE_TEXT_MAX], shown[DATE_TEXT_MAX];

	date_format(at > INT64_MAX - 86400 ? at : at + local_clock_offset(s->local, at), local);
	/* "2027-04-28T04:00:00Z" */
	snprintf(shown, sizeof shown, "%.10s %.5s", local, local + 11);
	sentence_chars(s, shown);
}

void
sentence_moment(struct sentence *s, int64_t at)
{
	sentence_minute(s, at);
	sentence_chars(s, " ");
	sentence_chars(s, s->texts->local_time);
}

static const int64_t UNITS[TEXTS_UNITS] = { 86400, 3600, 60, 1 };

void
sentence_span(struct sentence *s, int64_t seconds)
{
	size_t unit = 0;

	while (unit + 1 < TEXTS_UNITS && seconds < UNITS[unit])
		unit++;
	sentence_count(s, seconds / UNITS[unit], s->texts->units[unit]);
}

void
sentence_duration(struct sentence *s, int64_t seconds)
{
	size_t unit = 0;

	while (seconds % UNITS[unit] != 0)
		unit++;
	sentence_count(s, seconds / UNITS[unit], s->texts->units[unit]);
}

void
sentence_left(struct sentence *s, int64_t seconds)
{
	const size_t unit = seconds > UNITS[1] ? 1 : 2;

	seconds = (seconds + UNITS[unit] - 1) / UNITS[unit] * UNITS[unit];
	if (seconds == 0)
		sentence_count(s, 0, s->texts->units[unit]);
	else
		sentence_duration(s, seconds);
}

void
sentence_components(struct sentence *s, int64_t types)
{
	const char *separator = "";

	for (unsigned type = 1; type <= FINGERPRINT_TYPE_LAST; type++) {
		if ((types & MATCH_TYPE_BIT(type)) == 0)
			continue;
		sentence_chars(s, separator);
		sentence_chars(s, fingerprint_type_name(type));
		separator = ", ";
	}
}
