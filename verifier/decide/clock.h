/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_CLOCK_H
#define VERIFIER_DECIDE_CLOCK_H

/*
 * The site's own time: what it is, given clocks that nobody needs to trust. Pure: readings and
 * documents as arguments, the state a plain struct (clock_record.h has its bytes).
 *
 * `ran` counts the running time that all boots have shown. Every source of time is a lead, an
 * instant minus `ran` at the moment it was learned, and
 *
 *	settled = ran + the largest lead
 *
 * so all sources go on with running time and none is mixed into another:
 *
 *	a mark      for each signing key, the best iat - ran that a document of that key gave. When a
 *	            key is revoked its mark goes, and settled is what it would be without its
 *	            documents: no running time and no other mark was ever built on theirs.
 *	wall_lead   the best wall clock that was believed, or what the vendor's reset said.
 *
 * The wall clock ahead of settled by d:
 *
 *	d <= 0                  nothing; `behind` when by more than the tolerance
 *	0 < d <= 24 h           believed
 *	24 h < d <= 60 d        a candidate: believed after 24 h of running that agree with it
 *	60 d < d <= 400 d       a candidate for 72 h where it was so when this boot first showed a
 *	                        believable clock (give or take 24 h); for 24 h if the folder
 *	                        never saw one before
 *	otherwise               ahead_unproven: clock_confirm or the vendor's time_reset
 *
 * Believable is from 24 h behind settled to 400 d ahead. Until a boot has shown such a clock (a dead
 * RTC awaits NTP, or a hand) its clock says nothing and a candidate waits; from then on it speaks,
 * and a clock that is set later did not jump across a power-off.
 *
 * A candidate is a lead, and the clock agrees with it while it shows no less (but for CLOCK_DRIFT_S)
 * and at most 60 d more. What it shows beyond the candidate, up to 24 h, moves it on, as it would
 * settled: a night. A longer off time agrees, but what is believed in the end is the candidate, and
 * the rest is then a gap of its own. Otherwise a glitch in the last hour would be believed with the
 * hours of another clock.
 *
 * What holds, whatever the readings:
 *
 * 1. Ticks and documents never take settled back. Only clock_forget, clock_reset, and the first
 *    document after all others have lost their key, do: leads grow and ran does.
 * 2. Settled grows by at least the running time between two ticks of one remembered boot, so no
 *    history of clock moves gives more running time than was licensed, but what nobody counted:
 *    - what a boot ran before its first tick, where the wall clock shows a believable time then, or
 *      where its uptime is no less than that of the last tick and that was over 24 h;
 *    - what it ran after its last tick, and up to a tick that is a fault of another kind;
 *    - of strange boots (below), CLOCK_STRANGE_MAX, and as many again for each CLOCK_STRANGE_S of
 *      counted running; of each more, what goes beyond 24 h, or 60 d.
 *    In a boot with a second tick, all from the first one on counts.
 * 3. If no wall clock and no iat was ever ahead of true time, settled is not either: ran grows no
 *    faster than true time, so a lead that was not ahead stays so. But for machines that show
 *    another's uptime: CLOCK_SKEW_S for each, a day where its clock says nothing, and for those that
 *    are strange and not excused.
 * 4. A step of a wrong clock by more than 24 h, beyond settled and candidate, is believed only when the
 *    clock has shown it through 24 h (beyond 60 d, but for the first gap: 72 h) of running with ticks.
 *    One that a believable clock contradicts before that leaves no trace. Up to 24 h ahead, a wrong
 *    clock is believed at once.
 *
 * A boot that is not remembered comes with an uptime, of which nobody knows whose it is: the machine
 * was restarted, the folder moved to a machine with a year of uptime, or the boot id is another one
 * though nothing was restarted (some containers have their own; a thief makes one up).
 *
 *	the wall clock is believable	it tells what passed. But uptime that goes on from the last
 *					tick's, by more than settled did, is strange.
 *	it says nothing			the uptime counts; where it goes on from one of over 24 h, what
 *					was added. Over 24 h, or going on, it is strange.
 *
 * Strange is a fault in word and an event. The first CLOCK_STRANGE_MAX are excused: nothing of them
 * counts, or 24 h where the wall clock says nothing. Afterwards up to 24 h of each count, or 60 d. So a
 * folder may move to as many machines, whatever their uptime, and a boot id that changes at each call
 * ends no count. CLOCK_STRANGE_S of running that was counted excuse anew. CLOCK_BOOTS_MAX boots are
 * remembered, so that machines that take turns in one folder are charged as one; what several of them
 * ran at once counts once. A folder in which more machines than CLOCK_STRANGE_MAX + 1 come anew within
 * that time may be charged up to a day for each of the others.
 *
 * All arithmetic is on numbers clamped to CLOCK_TIME_MAX, the year 9999; nothing overflows.
 */

#include "evaluate.h"
#include "formats/cose_key.h"

/* Instants and counts alike; in seconds. */
#define CLOCK_TIME_MAX LICENSE_TIME_MAX
/* No such lead. */
#define CLOCK_NONE INT64_MIN

enum {
	CLOCK_BOOT_ID_LEN = 16,
	CLOCK_BOOTS_MAX = 16, /* boots remembered */
	CLOCK_MARKS_MAX = 8,  /* signing keys whose marks are kept; of more, the lowest goes */

	CLOCK_NEAR_S = 86400,         /* a wall clock this far ahead is believed at once */
	CLOCK_WEEKS_S = 60 * 86400,   /* beyond: only across a power-off */
	CLOCK_SEASON_S = 400 * 86400, /* beyond: never by itself */
	CLOCK_NEED_S = 24 * 3600,     /* running time for a candidate */
	CLOCK_NEED_SEASON_S = 72 * 3600,
	CLOCK_DRIFT_S = 3600,         /* clocks this close agree; a smaller move is no news */
	CLOCK_UNATTENDED_S = 86400,   /* running without a tick */
	CLOCK_SKEW_S = 10,            /* clocks of one machine, read one after the other */
	CLOCK_STRANGE_MAX = 8,        /* boots that are excused ... */
	CLOCK_STRANGE_S = 14 * 86400, /* ... until so much running was counted */
	CLOCK_JOURNEY_S = 30 * 86400, /* a reply's way: not added to the time that it tells */
	CLOCK_TOLERANCE_S = 86400     /* where a license says nothing */
};

/* What the clocks of the machine show (verifier/gather/clocks.h). Any value is safe. */
struct clock_reading {
	uint8_t boot_id[CLOCK_BOOT_ID_LEN];
	int64_t mono_s; /* since the boot, of the machine: the namespace's offset taken off */
	int64_t wall;   /* UTC */
	bool uncounted; /* boot id or monotonic time cannot be relied on: no elapsed time from them */
	bool namespaced; /* the process sees shifted clocks; what it sees was shifted back */
};

struct clock_mark {
	uint8_t kid[COSE_KID_LEN]; /* all zeros: stands in for the last key, which lost its say */
	int64_t lead;
};

struct clock_boot {
	uint8_t id[CLOCK_BOOT_ID_LEN]; /* all zeros: readings that could not be counted */
	int64_t mono_s, settled;       /* at its last tick */
};

struct clock_candidate {
	int64_t need_s; /* 0: there is none */
	int64_t agreed_s;
	int64_t lead;
	int64_t seen_at; /* settled time when it was first seen */
};

struct clock {
	int64_t ran;
	int64_t wall_lead;                        /* CLOCK_NONE */
	struct clock_mark marks[CLOCK_MARKS_MAX]; /* ascending by kid */
	size_t marks_len;
	struct clock_boot boots[CLOCK_BOOTS_MAX]; /* the last to tick first */
	size_t boots_len;
	int64_t boot_lead;  /* the first believable wall clock of this boot; CLOCK_NONE */
	bool believed_once; /* a believable one was seen in this folder: its first gap is over */
	struct clock_candidate candidate;
	int64_t strange;               /* boots that were excused */
	int64_t strange_ran;           /* running time counted since the first of them */
	enum evaluate_clock condition; /* as of the last tick */
	int64_t void_until;            /* a reset took back time up to here; 0 */
	uint64_t taken_back;           /* how often clock_forget and clock_reset did */
};

/* For the journal. */
enum clock_event_kind {
	CLOCK_EVENT_MOVED = 1, /* the wall clock moved settled on by over CLOCK_DRIFT_S: seconds */
	CLOCK_EVENT_CANDIDATE, /* one was seen: seconds ahead of settled */
	CLOCK_EVENT_CANDIDATE_GONE, /* ... and went away, or was overtaken by a document */
	CLOCK_EVENT_CONDITION,      /* the word changed */
	CLOCK_EVENT_STRANGE /* a boot that began before the last one's end: seconds, counted */
};

struct clock_event {
	enum clock_event_kind kind;
	int64_t seconds;
	int64_t counted;                   /* STRANGE */
	enum evaluate_clock before, after; /* CONDITION */
};

enum { CLOCK_EVENTS_MAX = 6 };

struct clock_news {
	struct clock_event list[CLOCK_EVENTS_MAX];
	size_t len;
};

/* A folder's first: no document, no boot. */
void clock_init(struct clock *ret_clock);

/* False until the first clock_learn: there is no settled time, and clock_settled says 0. */
bool clock_started(const struct clock *clock);
int64_t clock_settled(const struct clock *clock);

/*
 * One look at the clocks, by whoever may write the state: the daemon each minute, each call of the
 * CLI, each opening of the library and each check more than a minute after the last tick. Who may
 * only read ticks a copy, and asks that. `tolerance_s` is the license's. Never fails.
 *
 * The condition, in order: fault (the monotonic clock went back in this boot, cannot be relied on,
 * a time namespace shifts it, or the boot is strange), ahead_unproven, behind, unattended (CLOCK_UNATTENDED_S of running
 * before this tick were without one; they agree with no candidate), ok. A fault makes the reading
 * the base of what follows. Shifted clocks are a fault in word alone: what they show is shifted back
 * and counts, since a namespace that stopped the count would be free running time.
 */
void clock_tick(struct clock *clock, const struct clock_reading *reading, int64_t tolerance_s,
	struct clock_news *ret_news);

/*
 * A license, status list or reply that the manifest accepts, signed by the key `kid` at `iat`, is
 * taken in (manifests do not count). After a tick of the same moment, or running time since the last
 * one is added to an iat that is later. Once for each document: afterwards it says nothing new. True
 * when settled moved.
 *
 * After a reset, an iat that lies in what was taken back and over CLOCK_WEEKS_S ahead of settled
 * says nothing either: it is the wrong date again, on an old stick. Once settled has come near, it
 * counts.
 */
bool clock_learn(struct clock *clock, const uint8_t kid[COSE_KID_LEN], int64_t iat);
/* Whether an iat says nothing because of that. */
bool clock_is_void(const struct clock *clock, int64_t iat);

/*
 * The manifest no longer accepts documents of this key. Where only some of them lost their standing
 * (a window cut short), the caller learns the others again: they then count without the running time
 * since they came. With no other source of time left, settled stays as it is until the next
 * clock_learn, which starts it anew. True when settled went back; instants that the caller keeps
 * (a mismatch began at) may then lie ahead.
 */
bool clock_forget(struct clock *clock, const uint8_t kid[COSE_KID_LEN]);

enum clock_answer {
	CLOCK_CONFIRMED = 0,
	CLOCK_NOT_STARTED,
	CLOCK_NOT_AHEAD,  /* the wall clock is not ahead of settled: nothing to confirm */
	CLOCK_OTHER_DATE, /* the wall clock does not show the date that was confirmed */
};

/*
 * `skerry clock confirm DATE`: somebody vouches for the wall clock by naming the date that it should
 * show, as the span from..until (a day in local time, or an instant and some minutes). Clock and
 * person have to say the same, which finds a typo of either. Ticks; afterwards settled is the wall
 * clock's, whatever the gap. Never takes settled back. Whether the new time would lock a license is
 * for the caller, on a copy.
 */
enum clock_answer clock_confirm(struct clock *clock, const struct clock_reading *reading,
	int64_t tolerance_s, int64_t from, int64_t until, struct clock_news *ret_news);

/*
 * The vendor's time_reset: settled is `vendor_time`, and the running time since the request that it
 * answers (whose `ran` the caller kept) less CLOCK_JOURNEY_S. Later marks and the candidate go. That
 * it answers the newest nonce, once, is for the caller. After a tick of the same moment. True when
 * settled went back.
 */
bool clock_reset(struct clock *clock, int64_t vendor_time, int64_t ran_at_request);

/*
 * Two copies of one state (the site-key file holds one too): as much running time as either has, and
 * the later marks, but what one of them has taken back stays so.
 */
void clock_join(struct clock *clock, const struct clock *other);

/* The word for a condition: "ok", "behind", "ahead_unproven", "fault", "unattended". */
const char *clock_condition_name(enum evaluate_clock condition);

/* What is to be told of a candidate. */
struct clock_outlook {
	int64_t instant; /* what the wall clock showed, gone on with running time: will be believed */
	int64_t left_s; /* running time until then */
	int64_t due;    /* ... as a date in settled time, if running goes on */
	int64_t seen_at;
};

/* False where there is no candidate. */
bool clock_outlook(const struct clock *clock, struct clock_outlook *ret_outlook);

#endif
