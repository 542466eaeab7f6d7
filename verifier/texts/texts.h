/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_TEXTS_TEXTS_H
#define VERIFIER_TEXTS_TEXTS_H

/*
 * Everything that the site says about a verdict, a renewal by telephone and its clock. Each language is
 * one such catalogue, complete; errors, and the labels of a license's own sheet, are English.
 *
 * Sentences about a verdict (message.h) have the values
 *
 *	{product} {renew_by} {valid_until} {maintenance_until} {next} {grace_until} {degraded_until}
 *	{name}
 *
 * and those about a link of its explanation (why_words.h) the names of the link's facts, {product},
 * {since} and {until}. A sentence ends in a full stop, a phrase does not.
 */

#include <stdbool.h>

#include "skerry.h"
#include "verifier/decide/why.h"
#include "verifier/journal_event.h"

enum {
	TEXTS_REASONS = SKERRY_REASON_NO_DAEMON + 1,
	TEXTS_STATES = SKERRY_STATE_LOCKED + 1,
	TEXTS_ACCESSES = SKERRY_ACCESS_FULL + 1,
	TEXTS_NOTICES = SKERRY_NOTICE_ALERT + 1,
	TEXTS_PARTS = WHY_NEWS + 1,
	TEXTS_CLOCKS = EVALUATE_CLOCK_UNATTENDED + 1,
	TEXTS_UNITS = 4, /* days, hours, minutes, seconds */
	TEXTS_FORMS = 2  /* of one, of several */
};

struct texts {
	const char *language; /* "en" */

	/* --- a verdict, in sentences --- */
	const char *cause[TEXTS_REASONS];  /* why it is so; by enum skerry_reason */
	const char *last_date;             /* instead of cause[EXPIRED] where the term goes on */
	const char *no_tenant;             /* instead of cause[WRONG_TENANT]: {tenant} */
	const char *active_until_renewal;  /* instead of cause[OK] where there is a renew_by */
	const char *active_until_end;      /* and where there is only a valid_until */
	const char *active_quiet;          /* where nothing is wrong but a notice is due */
	const char *effect[TEXTS_STATES];  /* what it means; by enum skerry_state; "" for nothing */
	const char *action[TEXTS_REASONS]; /* what to do; "" for nothing */
	const char *by_telephone; /* after the action of a renewal that may come so; a sentence */
	const char *told;         /* behind the effect of a suspension or revocation: {told} */
	const char *told_action;  /* in place of the action there */
	const char *call_name, *call_vendor; /* whom to call, by name or without one */
	const char *this_site;               /* a phrase in place of a product that nobody named */

	/* --- its explanation --- */
	const char *why[WHY_CODES];          /* sentences */
	const char *step[TEXTS_STATES];      /* where a link leaves the license, and until when */
	const char *step_open[TEXTS_STATES]; /* the same where that does not end */
	const char *advice[WHY_CODES]; /* in place of action; NULL: that of the link's reason */
	const char *part[TEXTS_PARTS]; /* headings; phrases */
	const char *to_do, *to_come;   /* headings */
	const char *since;             /* "since {since}" */

	/* --- the forecast, in phrases --- */
	const char *stand[TEXTS_STATES];   /* what the product may do */
	const char *brief[TEXTS_REASONS];  /* why; "" for nothing */
	const char *notice[TEXTS_NOTICES]; /* how loud, where nothing else says so; "" */
	const char *now;                   /* in place of the first date */
	const char *then;                  /* beside it: what if? */
	const char *unchanged;             /* nothing changes by itself; a sentence */
	const char *and_more;              /* there are more steps; a sentence */

	/* --- what if; sentences --- */
	const char *without_matches, *without_fails; /* {without} {matched} {threshold} */
	const char *without_unbound, *without_unnamed;

	const char *as_if; /* a date that has passed: {at} */

	/* --- what held then (past.h); {at} {entry} {recorded_at} {stand} {asked} {newer} {newer_at} {next} {turned} {broken} --- */
	const char *past_heading; /* a phrase */
	const char *past_told, *past_follows, *past_passed;
	const char *past_gone, *past_other, *past_words;
	const char *past_nearest, *past_unkept, *past_newer, *past_next, *past_turned, *past_broken;
	const char *past_events, *was_to_come; /* headings */
	/* {name} {edition} {error} {subject} {kind} {duration} {before} {after} */
	const char *event[EVENT_CODES];
	const char *clock[TEXTS_CLOCKS]; /* phrases; by enum evaluate_clock */

	/*
	 * --- renewal by telephone (extend_words.h) ---
	 * {product} {license} {activation} {edition} {step} {steps} {held} {left} {days} {count}
	 */
	const char *extend_taken, *extend_held, *extend_lower; /* what came of a code; sentences */
	const char *extend_in_vain, *extend_would, *extend_none_would; /* where it is too late */
	const char *extend_say, *extend_ask, *extend_type; /* what to do there; sentences */
	const char *extend_heading;                        /* a phrase, as what follows */
	const char *extend_steps, *extend_used;            /* a label; "1 of 3, 14 days each" */
	const char *extend_next; /* a label, and what may stand behind it */
	const char *extend_all_used, *extend_term_ends, *extend_too_late;
	const char *extend_before, *extend_renew_by, *extend_full, *extend_read,
		*extend_left; /* labels */
	const char *extend_left_of, *extend_left_none, *extend_left_term;

	/* --- import; {license} {product} {edition} {version}, {document}, {renew_by} {before}, of replies,
	 * lists and bundles {number} {brand} {date} {request} --- */
	const char *import_license, *import_reply, *import_status, *import_bundle, /* phrases */
		*import_says, *import_notice,                                      /* labels */
		*import_manifest;
	const char *import_renew_by, *import_answers, *import_time, *import_nothing;
	const char *import_taken, *import_waits, *import_held, *import_older, *import_older_vendor;
	const char *import_free, *import_earlier, *import_later; /* after a renewal by telephone */

	/* --- the clock --- */
	const char *clock_begins;               /* a sentence */
	const char *clock_confirmed;            /* a sentence: {before} {after} */
	const char *clock_site, *clock_machine; /* labels, as what follows */
	const char *clock_condition, *clock_candidate, *clock_believed, *clock_correct,
		*clock_advice;
	const char *clock_left; /* a phrase behind clock_believed: {left} */

	/* --- the line of a monitor; phrases --- */
	const char *monitor_clock; /* before the condition, or clock_candidate and clock_left */
	const char *monitor_rollback, *monitor_unrecorded, *monitor_exposed;
	const char *monitor_unused[TEXTS_FORMS]; /* behind a number */

	/* --- words --- */
	const char *local_time; /* after a time of day */
	const char *access[TEXTS_ACCESSES];
	const char *units[TEXTS_UNITS][TEXTS_FORMS];
	const char *files[TEXTS_FORMS];
};

/* By a language or locale ("id", "id_ID.UTF-8", "en-US", "C"); NULL for one that there is not. */
const struct texts *texts_find(const char *language);

#endif
