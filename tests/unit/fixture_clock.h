/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_CLOCK_H
#define TESTS_FIXTURE_CLOCK_H

/*
 * A life of a site: true time passes, the wall clock is off by as much as somebody likes,
 * boots come and go, and each step ticks. What settled has to keep is asserted at every tick.
 */

#include "verifier/decide/clock.h"

#define FIXTURE_HOUR INT64_C(3600)
#define FIXTURE_DAY INT64_C(86400)
/* 2027-01-15 */
#define FIXTURE_START INT64_C(1800000000)
/* A wall clock that reads 2099. */
#define FIXTURE_2099 INT64_C(4080000000)

struct life {
	struct clock clock;
	int64_t true_time, wall_off; /* wall = true_time + wall_off */
	int64_t mono, ran;  /* of this boot; of all boots, between ticks that could count */
	int64_t tick_every; /* how long life_run waits between ticks */
	int64_t tolerance;
	uint64_t boot;
	struct clock_news news; /* of the last tick */
	size_t news_count[CLOCK_EVENT_STRANGE + 1];
	int64_t settled_before, ran_before;
};

/* Installed with a document of `key` 1 issued at `iat`, while it is `now` and the clock is right. */
void life_install(struct life *life, int64_t now, int64_t iat);
void life_reading(const struct life *life, struct clock_reading *ret_reading);
void life_tick(struct life *life);
/* Runs, with a tick every `tick_every` seconds and at the end. */
void life_run(struct life *life, int64_t seconds);
/* Off; the wall clock goes on by itself. Ticks 30 s after the boot. */
void life_off(struct life *life, int64_t seconds);
/* Off; at the boot the wall clock shows `rtc`. */
void life_off_rtc(struct life *life, int64_t seconds, int64_t rtc);
/* Paused or suspended: true time and wall clock go on, the monotonic clock does not. */
void life_pause(struct life *life, int64_t seconds);
/* Runs on without a tick: nothing of it may be counted yet. */
void life_run_unseen(struct life *life, int64_t seconds);
/* Runs on without a tick, which then comes under a boot id that was never seen: `ran` is without it. */
void life_run_as_another(struct life *life, int64_t seconds);
/* Off; the wall clock shows `rtc` from then on; one tick, `uptime` after the boot. */
void life_boot_late(struct life *life, int64_t off, int64_t uptime, int64_t rtc);
void life_set_wall(struct life *life, int64_t wall);
/* Sets the wall clock right. */
void life_correct(struct life *life);
/* A document of a key is taken in, after a tick. */
bool life_learn(struct life *life, uint8_t key, int64_t iat);
bool life_forget(struct life *life, uint8_t key);

/* How far settled is behind true time, and behind the wall clock. */
int64_t life_lag(const struct life *life);
int64_t life_gap(const struct life *life);
/* Did the last tick tell that? */
bool life_told(const struct life *life, enum clock_event_kind kind, int64_t seconds);

/* Installed at FIXTURE_START, and has run for 30 days with a good clock. */
void life_settle(struct life *life);

/* How a wall clock comes to be ahead of settled. */
enum life_occasion { LIFE_IN_BOOT, LIFE_POWER_OFF, LIFE_FIRST };
/* Settles (or, first, installs), and makes the wall clock be `ahead` of settled. */
void life_make_gap(struct life *life, enum life_occasion occasion, int64_t ahead);

/* xorshift64*, the same on every machine. */
struct dice {
	uint64_t state;
};
uint64_t dice_below(struct dice *dice, uint64_t below);

#endif
