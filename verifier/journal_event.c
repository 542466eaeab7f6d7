/* SPDX-License-Identifier: ISC */
#include "journal_event.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *kind;
	enum journal_event_code code;
} KINDS[] = {
	{ "import.taken", EVENT_LICENSE_TAKEN },
	{ "import.waits", EVENT_LICENSE_WAITS },
	{ "import.refused", EVENT_LICENSE_REFUSED },
	{ "document.found", EVENT_FILE_FOUND },
	{ "document.gone", EVENT_FILE_GONE },
	{ "document.healed", EVENT_FILE_HEALED },
	{ "clock.moved", EVENT_CLOCK_MOVED },
	{ "clock.candidate", EVENT_CLOCK_CANDIDATE },
	{ "clock.candidate.gone", EVENT_CLOCK_CANDIDATE_GONE },
	{ "clock.condition", EVENT_CLOCK_WORD },
	{ "clock.strange", EVENT_CLOCK_STRANGE },
	{ "clock.confirmed", EVENT_CLOCK_CONFIRMED },
	{ "clock.back", EVENT_CLOCK_BACK },
	{ "condition.begins", EVENT_MACHINE_BEGINS },
	{ "condition.over", EVENT_MACHINE_OVER },
	{ "state.rollback", EVENT_ROLLBACK },
	{ "state.rollback.over", EVENT_ROLLBACK_OVER },
	{ "state.restored", EVENT_RESTORED },
	{ "state.rebuilt", EVENT_REBUILT },
	{ "journal.broken", EVENT_JOURNAL_BROKEN },
	{ "trust.pinned", EVENT_PINNED },
	{ "telephone.extended", EVENT_EXTENDED },
};

/* They change nothing, or are told otherwise. */
static const char *const QUIET[] = { "verdict", "import.held", "import.older", "state.backup",
	"state.new", "state.lost.over", "telemetry.allowed", "telemetry.denied",
	"telemetry.forgotten" };

static bool
is(struct cbor_text text, const char *word)
{
	return text.len == strlen(word) && memcmp(text.chars, word, text.len) == 0;
}

static void
copy(struct cbor_text text, char *ret_text, size_t max)
{
	size_t len = text.len < max ? text.len : max - 1;

	/* Bytes 10xxxxxx go on with a character whose beginning must then go as well. */
	while (len > 0 && len < text.len && ((unsigned char)text.chars[len] & 0xc0) == 0x80)
		len--;
	if (len > 0)
		memcpy(ret_text, text.chars, len);
	ret_text[len] = '\0';
}

/* "name=value" among the words of a detail; "" where it is not. */
static void
copy_value(struct cbor_text detail, const char *name, char *ret_value, size_t max)
{
	size_t name_len = strlen(name), at = 0;

	ret_value[0] = '\0';
	while (at < detail.len) {
		const char *word = detail.chars + at;
		const char *space = memchr(word, ' ', detail.len - at);
		size_t len = space == NULL ? detail.len - at : (size_t)(space - word);

		if (len > name_len && memcmp(word, name, name_len) == 0 && word[name_len] == '=') {
			copy((struct cbor_text){ word + name_len + 1, len - name_len - 1 },
				ret_value, max);
			return;
		}
		at += len + 1;
	}
}

/* A row's kind alone does not tell a manifest from a license, nor a machine from a domain. */
static enum journal_event_code
refine(enum journal_event_code code, struct cbor_text subject, const char *what)
{
	bool manifest = subject.len > 9 && memcmp(subject.chars, "manifest ", 9) == 0;
	bool license = subject.len > 8 && memcmp(subject.chars, "license ", 8) == 0;
	bool domain = strcmp(what, "domain") == 0;

	switch (code) {
	case EVENT_LICENSE_TAKEN:
	case EVENT_LICENSE_WAITS:
		if (manifest)
			return EVENT_MANIFEST_TAKEN;
		return license ? code : EVENT_OTHER;
	case EVENT_LICENSE_REFUSED:
		if (manifest)
			return EVENT_MANIFEST_REFUSED;
		return license ? code : EVENT_OTHER;
	case EVENT_MACHINE_BEGINS:
		return domain ? EVENT_DOMAIN_BEGINS : code;
	case EVENT_MACHINE_OVER:
		return domain ? EVENT_DOMAIN_OVER : code;
	default:
		return code;
	}
}

bool
journal_event_read(const struct journal_row *row, struct journal_event *ret_event)
{
	struct journal_event event = { .seq = row->seq, .at = row->moment.settled };
	char what[EVENT_WORD_MAX], seconds[EVENT_WORD_MAX];
	const char *space;

	for (size_t i = 0; i < sizeof QUIET / sizeof *QUIET; i++)
		if (is(row->kind, QUIET[i]))
			return false;
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
		if (is(row->kind, KINDS[i].kind))
			event.code = KINDS[i].code;
	copy_value(row->detail, "kind", what, sizeof what);
	event.code = refine(event.code, row->subject, what);
	copy(row->kind, event.kind, sizeof event.kind);
	copy(row->subject, event.subject, sizeof event.subject);
	space = strchr(event.subject, ' ');
	if (space != NULL)
		copy((struct cbor_text){ space + 1, strlen(space + 1) }, event.name,
			sizeof event.name);
	copy_value(row->detail, "product", event.product, sizeof event.product);
	copy_value(row->detail, "edition", event.edition, sizeof event.edition);
	copy_value(row->detail, "error", event.error, sizeof event.error);
	copy_value(row->detail, "before", event.before, sizeof event.before);
	copy_value(row->detail, "after", event.after, sizeof event.after);
	copy_value(row->detail, event.code == EVENT_CLOCK_CANDIDATE ? "ahead_s" : "seconds",
		seconds, sizeof seconds);
	event.seconds = strtoll(seconds, NULL, 10);
	/* Whoever finds that nobody has looked for a day looks: that it is over says nothing more. */
	if (event.code == EVENT_CLOCK_WORD && strcmp(event.before, "unattended") == 0 &&
		strcmp(event.after, "ok") == 0)
		return false;
	if (event.code == EVENT_CLOCK_WORD && strcmp(event.after, "unattended") == 0)
		event.code = EVENT_CLOCK_LAPSE;
	*ret_event = event;
	return true;
}
