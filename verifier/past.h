/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_PAST_H
#define VERIFIER_PAST_H

/*
 * What held at a site at an instant that has passed, as its journal tells: the last verdict that whoever
 * asked the same question was told before it, explained from the facts recorded with it.
 *
 * Between two rows a verdict holds until a date ends it, which nobody may have asked about. Where the
 * license of the row is still held, what held at the instant follows from the recorded facts; where it
 * is not, the record is told, and whether the dates in it had passed.
 *
 * All of it is in settled time, in the order of the journal (journal_search.h).
 */

#include "explanation.h"
#include "journal_event.h"
#include "verdict_question.h"
#include "verdict_record.h"
#include "verifier/state/journal_search.h"

enum {
	PAST_EVENTS_MAX = 5,
	PAST_LOOKED_AT = 1000, /* rows that are looked at for them */
	PAST_WAYS_MAX = 256    /* ways of asking that are looked through for the nearest one */
};

enum past_answer {
	PAST_FOUND = 0,
	PAST_BEFORE,   /* the journal does not reach back so far */
	PAST_NOT_ASKED /* it does, but nobody had asked about such a license */
};

/* Where the answer comes from. */
enum past_basis {
	PAST_FROM_FACTS = 0, /* the facts, and the license, which is held, or that there was none */
	PAST_FROM_RECORD,    /* the license is not held any more */
	PAST_FROM_OTHER,     /* it is, but this version decides otherwise by those facts */
	PAST_FROM_WORDS      /* another version recorded it: its facts cannot be read */
};

/* About 9 KB; borrows the site. The rest is of PAST_FOUND. */
struct past {
	enum past_answer answer;
	struct journal_place place;
	int64_t at;
	int64_t broken_seq; /* 0; from this row on the journal is not as it was written */
	struct journal_event events[PAST_EVENTS_MAX]; /* the last ones before, the latest first */
	size_t events_len;

	int64_t seq, recorded_at; /* the row's */
	struct verdict_question asked;
	bool asked_so; /* exactly this way; else it is the nearest */
	struct verdict_record record;
	enum past_basis basis;
	bool changed; /* the verdict at the instant is not the recorded one: a date had passed */
	/* Nobody had asked since another license came, which may have given more or less, or began. */
	bool outdated, next_began;
	struct journal_event newer; /* outdated: what came */
	/*
	 * As of the instant. From the record: no license, its first link is WHY_RECORDED, and of the
	 * forecast only the beginning; from words: not even dates.
	 */
	struct explanation explanation;
};

/*
 * `at` lies before the site's present; query->at, root and without play no part. FILE_PERMISSION where
 * the journal cannot be read at all; NOT_UNIQUE as in site_ask; errors of store.h. What is explained
 * borrows from *ret_past, which is written in place, on an error too.
 */
enum skerry_err past_ask(
	const struct site *site, const struct site_query *query, int64_t at, struct past *ret_past);

#endif
