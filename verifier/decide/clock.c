/* SPDX-License-Identifier: ISC */
#include "clock.h"

#include <string.h>

#include "clock_boots.h"
#include "clock_marks.h"
#include "clock_span.h"

static const uint8_t NO_KEY[COSE_KID_LEN] = { 0 };

static int64_t
best_lead(const struct clock *clock)
{
	return clock_larger(clock->wall_lead, clock_marks_best(clock));
}

void
clock_init(struct clock *ret_clock)
{
	memset(ret_clock, 0, sizeof *ret_clock);
	ret_clock->wall_lead = CLOCK_NONE;
	ret_clock->boot_lead = CLOCK_NONE;
}

bool
clock_started(const struct clock *clock)
{
	return best_lead(clock) != CLOCK_NONE;
}

int64_t
clock_settled(const struct clock *clock)
{
	/* Without a lead this is long before 1970, and no overflow: running time is not negative. */
	return clock_clamp(clock->ran + best_lead(clock));
}

/* --- news ------------------------------------------------------------------------------------ */

/* A tick has four at most, a confirmation two more: together CLOCK_EVENTS_MAX. */
static void
tell(struct clock_news *news, enum clock_event_kind kind, int64_t seconds)
{
	news->list[news->len++] = (struct clock_event){ .kind = kind, .seconds = seconds };
}

static void
tell_condition(struct clock *clock, enum evaluate_clock now, struct clock_news *news)
{
	if (now != clock->condition)
		news->list[news->len++] = (struct clock_event){
			.kind = CLOCK_EVENT_CONDITION, .before = clock->condition, .after = now
		};
	clock->condition = now;
}

/* --- the wall clock -------------------------------------------------------------------------- */

static void
drop_candidate(struct clock *clock, struct clock_news *news)
{
	if (clock->candidate.need_s != 0)
		tell(news, CLOCK_EVENT_CANDIDATE_GONE, 0);
	clock->candidate = (struct clock_candidate){ 0 };
}

/* Was the gap there when this boot's clock began to speak? A day is what is believed anyway. */
static bool
as_at_boot(const struct clock *clock, int64_t wall_lead)
{
	int64_t since = wall_lead - clock->boot_lead;

	return -CLOCK_NEAR_S <= since && since <= CLOCK_NEAR_S;
}

/* How long a clock that is `ahead` of settled has to run; 0 where no time proves it. */
static int64_t
needed(const struct clock *clock, int64_t wall_lead, int64_t ahead, bool first_gap)
{
	if (ahead <= CLOCK_WEEKS_S)
		return CLOCK_NEED_S;
	if (ahead > CLOCK_SEASON_S || !as_at_boot(clock, wall_lead))
		return 0;
	return first_gap ? CLOCK_NEED_S : CLOCK_NEED_SEASON_S;
}

static void
propose(struct clock *clock, int64_t wall_lead, bool first_gap, struct clock_news *news)
{
	int64_t ahead = wall_lead - best_lead(clock);
	int64_t need_s = needed(clock, wall_lead, ahead, first_gap);

	if (need_s == 0)
		return;
	clock->candidate = (struct clock_candidate){
		.need_s = need_s, .lead = wall_lead, .seen_at = clock_settled(clock)
	};
	tell(news, CLOCK_EVENT_CANDIDATE, ahead);
}

/* True when nothing is left to decide about this reading. */
static bool
weigh_candidate(struct clock *clock, int64_t wall_lead, int64_t agreed_s, struct clock_news *news)
{
	struct clock_candidate *candidate = &clock->candidate;
	int64_t beyond = wall_lead - candidate->lead;

	if (candidate->lead <= best_lead(clock) || beyond < -CLOCK_DRIFT_S ||
		beyond > CLOCK_WEEKS_S) {
		drop_candidate(clock, news);
		return false;
	}
	if (beyond > 0 && beyond <= CLOCK_NEAR_S)
		candidate->lead = wall_lead;
	candidate->agreed_s += agreed_s;
	if (candidate->agreed_s < candidate->need_s)
		return true;
	/* What the clock shows beyond it has not been shown as long. */
	clock->wall_lead = clock_smaller(candidate->lead, wall_lead);
	*candidate = (struct clock_candidate){ 0 };
	return false;
}

/* A clock that speaks: believes it, weighs it, or lets it go. */
static void
weigh(struct clock *clock, int64_t wall_lead, int64_t agreed_s, struct clock_news *news)
{
	bool first_gap = !clock->believed_once;

	clock->believed_once = true;
	if (wall_lead - best_lead(clock) > CLOCK_NEAR_S && clock->candidate.need_s != 0 &&
		weigh_candidate(clock, wall_lead, agreed_s, news))
		return;
	if (wall_lead - best_lead(clock) > CLOCK_NEAR_S) {
		propose(clock, wall_lead, first_gap, news);
		return;
	}
	drop_candidate(clock, news);
	if (wall_lead > best_lead(clock))
		clock->wall_lead = wall_lead;
}

static bool
believable(int64_t ahead)
{
	return -CLOCK_NEAR_S <= ahead && ahead <= CLOCK_SEASON_S;
}

static void
look_at_wall(struct clock *clock, int64_t wall_lead, int64_t agreed_s, struct clock_news *news)
{
	int64_t before = best_lead(clock), moved;

	if (clock->boot_lead == CLOCK_NONE && believable(wall_lead - before))
		clock->boot_lead = wall_lead;
	if (clock->boot_lead != CLOCK_NONE)
		weigh(clock, wall_lead, agreed_s, news);
	moved = best_lead(clock) - before;
	if (moved > CLOCK_DRIFT_S)
		tell(news, CLOCK_EVENT_MOVED, moved);
}

static enum evaluate_clock
condition_of(const struct clock *clock, const struct clock_elapsed *elapsed, int64_t wall_lead,
	int64_t tolerance_s)
{
	int64_t ahead = wall_lead - best_lead(clock);

	if (elapsed->fault)
		return EVALUATE_CLOCK_FAULT;
	if (ahead > CLOCK_NEAR_S &&
		(clock->candidate.need_s == 0 || clock->boot_lead == CLOCK_NONE))
		return EVALUATE_CLOCK_AHEAD_UNPROVEN;
	if (-ahead > clock_clamp(tolerance_s))
		return EVALUATE_CLOCK_BEHIND;
	if (elapsed->seconds >= CLOCK_UNATTENDED_S)
		return EVALUATE_CLOCK_UNATTENDED;
	return EVALUATE_CLOCK_OK;
}

/* Time that is counted now was running time at the look at the wall clock: what that showed stays. */
static void
count_uptime(struct clock *clock, int64_t uptime)
{
	int64_t counted = clock_smaller(uptime, CLOCK_TIME_MAX - clock->ran);

	clock->ran += counted;
	if (clock->boot_lead != CLOCK_NONE)
		clock->boot_lead -= counted;
	if (clock->candidate.need_s != 0)
		clock->candidate.lead -= counted;
}

/* Another boot's uptime. True where it is strange. */
static bool
weigh_uptime(struct clock *clock, const struct clock_elapsed *elapsed, int64_t wall_lead,
	struct clock_news *news)
{
	int64_t strange, counted = clock_boots_uptime(clock, elapsed,
				 believable(wall_lead - best_lead(clock)), &strange);

	count_uptime(clock, counted);
	if (strange == 0)
		return false;
	tell(news, CLOCK_EVENT_STRANGE, strange);
	news->list[news->len - 1].counted = counted;
	return true;
}

void
clock_tick(struct clock *clock, const struct clock_reading *reading, int64_t tolerance_s,
	struct clock_news *ret_news)
{
	struct clock_elapsed elapsed = clock_boots_count(clock, reading);
	int64_t wall_lead = clock_clamp(reading->wall) - clock->ran;
	bool attended = elapsed.seconds < CLOCK_UNATTENDED_S;

	ret_news->len = 0;
	if (!clock_started(clock)) {
		tell_condition(
			clock, elapsed.fault ? EVALUATE_CLOCK_FAULT : EVALUATE_CLOCK_OK, ret_news);
		return;
	}
	look_at_wall(clock, wall_lead, attended ? elapsed.seconds : 0, ret_news);
	elapsed.fault |= weigh_uptime(clock, &elapsed, wall_lead, ret_news);
	wall_lead = clock_clamp(reading->wall) - clock->ran;
	clock->boots[0].settled = clock_settled(clock);
	tell_condition(clock, condition_of(clock, &elapsed, wall_lead, tolerance_s), ret_news);
}

/* --- documents ------------------------------------------------------------------------------- */

/* What boots remember of settled at their last tick is no longer so. */
static void
forget_boots(struct clock *clock)
{
	if (clock->boots_len > 1)
		clock->boots_len = 1;
	clock->boots[0].settled = clock_settled(clock);
}

static void
count_taken_back(struct clock *clock)
{
	clock->taken_back += clock->taken_back < INT64_MAX;
	forget_boots(clock);
}

bool
clock_is_void(const struct clock *clock, int64_t iat)
{
	return !clock_marks_has(clock, NO_KEY) && clock_clamp(iat) <= clock->void_until &&
	       clock_clamp(iat) - clock_settled(clock) > CLOCK_WEEKS_S;
}

bool
clock_learn(struct clock *clock, const uint8_t kid[COSE_KID_LEN], int64_t iat)
{
	int64_t at = clock_clamp(iat), before = clock_settled(clock);
	bool anew = clock_marks_has(clock, NO_KEY), first = !clock_started(clock);

	if (clock_is_void(clock, iat))
		return false;
	/* What stood in for a lost key ends where a key speaks again. */
	if (anew)
		clock_marks_drop(clock, NO_KEY);
	clock_marks_put(clock, kid, at - clock->ran);
	if (clock_settled(clock) < before)
		count_taken_back(clock);
	if (first)
		forget_boots(clock);
	return clock_settled(clock) != before;
}

bool
clock_forget(struct clock *clock, const uint8_t kid[COSE_KID_LEN])
{
	int64_t before = clock_settled(clock), lead = best_lead(clock);

	if (!clock_marks_has(clock, kid))
		return false;
	clock_marks_drop(clock, kid);
	if (!clock_started(clock))
		clock_marks_put(clock, NO_KEY, lead);
	count_taken_back(clock);
	return clock_settled(clock) < before;
}

/* --- people ---------------------------------------------------------------------------------- */

enum clock_answer
clock_confirm(struct clock *clock, const struct clock_reading *reading, int64_t tolerance_s,
	int64_t from, int64_t until, struct clock_news *ret_news)
{
	int64_t wall = clock_clamp(reading->wall), ahead;

	clock_tick(clock, reading, tolerance_s, ret_news);
	if (!clock_started(clock))
		return CLOCK_NOT_STARTED;
	if (wall < from || wall > until)
		return CLOCK_OTHER_DATE;
	ahead = wall - clock_settled(clock);
	if (ahead <= 0)
		return CLOCK_NOT_AHEAD;
	clock->wall_lead = wall - clock->ran;
	clock->candidate = (struct clock_candidate){ 0 };
	tell(ret_news, CLOCK_EVENT_MOVED, ahead);
	if (clock->condition == EVALUATE_CLOCK_AHEAD_UNPROVEN)
		tell_condition(clock, EVALUATE_CLOCK_OK, ret_news);
	return CLOCK_CONFIRMED;
}

bool
clock_reset(struct clock *clock, int64_t vendor_time, int64_t ran_at_request)
{
	int64_t before = clock_settled(clock);
	int64_t ran_since = clock_larger(0, clock->ran - clock_clamp(ran_at_request));
	int64_t now = clock_clamp(vendor_time) + clock_larger(0, ran_since - CLOCK_JOURNEY_S);
	int64_t lead = clock_clamp(now) - clock->ran;

	clock_marks_drop_above(clock, lead);
	clock->wall_lead = lead;
	clock->candidate = (struct clock_candidate){ 0 };
	count_taken_back(clock);
	if (before > clock_settled(clock))
		clock->void_until = clock_larger(clock->void_until, before);
	return before > clock_settled(clock);
}

/* --- copies ---------------------------------------------------------------------------------- */

void
clock_join(struct clock *clock, const struct clock *other)
{
	const struct clock theirs = *other, ours = *clock;

	/* Boots, candidate and condition belong to the running time that they were seen in. */
	if (theirs.ran > ours.ran)
		*clock = theirs;
	if (theirs.taken_back != ours.taken_back) {
		const struct clock *newer = theirs.taken_back > ours.taken_back ? &theirs : &ours;

		clock->wall_lead = newer->wall_lead;
		memcpy(clock->marks, newer->marks, sizeof clock->marks);
		clock->marks_len = newer->marks_len;
		clock->void_until = newer->void_until;
		clock->taken_back = newer->taken_back;
		forget_boots(clock);
		return;
	}
	clock->wall_lead = clock_larger(ours.wall_lead, theirs.wall_lead);
	clock->void_until = clock_larger(ours.void_until, theirs.void_until);
	for (size_t i = 0; i < ours.marks_len; i++)
		clock_marks_put(clock, ours.marks[i].kid, ours.marks[i].lead);
	for (size_t i = 0; i < theirs.marks_len; i++)
		clock_marks_put(clock, theirs.marks[i].kid, theirs.marks[i].lead);
}

bool
clock_outlook(const struct clock *clock, struct clock_outlook *ret_outlook)
{
	const struct clock_candidate *candidate = &clock->candidate;

	if (candidate->need_s == 0)
		return false;
	ret_outlook->instant = clock_clamp(clock->ran + candidate->lead);
	ret_outlook->left_s = candidate->need_s - candidate->agreed_s;
	ret_outlook->due = clock_clamp(clock_settled(clock) + ret_outlook->left_s);
	ret_outlook->seen_at = candidate->seen_at;
	return true;
}

const char *
clock_condition_name(enum evaluate_clock condition)
{
	static const char *const NAMES[] = { [EVALUATE_CLOCK_OK] = "ok",
		[EVALUATE_CLOCK_BEHIND] = "behind",
		[EVALUATE_CLOCK_AHEAD_UNPROVEN] = "ahead_unproven",
		[EVALUATE_CLOCK_FAULT] = "fault",
		[EVALUATE_CLOCK_UNATTENDED] = "unattended" };

	return NAMES[condition];
}
