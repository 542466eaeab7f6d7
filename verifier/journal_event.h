/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_JOURNAL_EVENT_H
#define VERIFIER_JOURNAL_EVENT_H

/*
 * A row of the journal as something that happened, for people: what kind of thing, and the values that
 * its sentence needs (texts.h). Pure; copies what it needs of the row.
 */

#include "verifier/state/journal.h"

enum journal_event_code {
	EVENT_OTHER = 0, /* what this version has no words for: kind and subject alone */
	EVENT_LICENSE_TAKEN,
	EVENT_LICENSE_WAITS,
	EVENT_LICENSE_REFUSED,
	EVENT_MANIFEST_TAKEN,
	EVENT_MANIFEST_REFUSED,
	EVENT_FILE_FOUND,
	EVENT_FILE_GONE,
	EVENT_FILE_HEALED,
	EVENT_CLOCK_MOVED,
	EVENT_CLOCK_CANDIDATE,
	EVENT_CLOCK_CANDIDATE_GONE,
	EVENT_CLOCK_WORD,
	EVENT_CLOCK_STRANGE, /* a boot that began before the last one's end */
	EVENT_CLOCK_LAPSE, /* nobody had looked for a day: found by who looks, and over with that */
	EVENT_CLOCK_CONFIRMED,
	EVENT_CLOCK_BACK,
	EVENT_MACHINE_BEGINS,
	EVENT_MACHINE_OVER,
	EVENT_DOMAIN_BEGINS,
	EVENT_DOMAIN_OVER,
	EVENT_ROLLBACK,
	EVENT_ROLLBACK_OVER,
	EVENT_RESTORED,
	EVENT_REBUILT,
	EVENT_JOURNAL_BROKEN,
	EVENT_PINNED,
	EVENT_EXTENDED
};
enum { EVENT_CODES = EVENT_EXTENDED + 1 };

enum {
	EVENT_WORD_MAX = 64, /* bytes of each value, terminator included; what is longer is cut */
	EVENT_SUBJECT_MAX = 160
};

struct journal_event {
	enum journal_event_code code;
	int64_t seq, at; /* settled */
	char kind[JOURNAL_KIND_MAX];
	char subject[EVENT_SUBJECT_MAX];
	char name[EVENT_WORD_MAX]; /* the license's id, or the manifest's version */
	char product[EVENT_SUBJECT_MAX];
	char edition[EVENT_WORD_MAX], error[EVENT_WORD_MAX];
	char before[EVENT_WORD_MAX], after[EVENT_WORD_MAX]; /* words of the clock */
	int64_t seconds;
};

/* False for what bears on no verdict: verdicts themselves, backups, what was held already. */
bool journal_event_read(const struct journal_row *row, struct journal_event *ret_event);

#endif
