/* SPDX-License-Identifier: ISC */
#include "fixture_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void
key_id(uint8_t key, uint8_t ret_kid[COSE_KID_LEN])
{
	memset(ret_kid, 0, COSE_KID_LEN);
	ret_kid[0] = key;
}

void
life_reading(const struct life *life, struct clock_reading *ret_reading)
{
	*ret_reading = (struct clock_reading){ .mono_s = life->mono,
		.wall = life->true_time + life->wall_off };
	memcpy(ret_reading->boot_id, &life->boot, sizeof life->boot);
	ret_reading->boot_id[CLOCK_BOOT_ID_LEN - 1] = 1;
}

void
life_tick(struct life *life)
{
	struct clock_reading reading;
	int64_t settled;

	life_reading(life, &reading);
	clock_tick(&life->clock, &reading, life->tolerance, &life->news);
	settled = clock_settled(&life->clock);
	/* A confirmation has room for two more. */
	assert_in_range(life->news.len, 0, CLOCK_EVENTS_MAX - 2);
	/* Every second that ran is charged, and none comes back. */
	assert_true(settled - life->settled_before >= life->ran - life->ran_before);
	life->settled_before = settled;
	life->ran_before = life->ran;
	for (size_t i = 0; i < life->news.len; i++)
		life->news_count[life->news.list[i].kind]++;
}

void
life_install(struct life *life, int64_t now, int64_t iat)
{
	*life = (struct life){ .true_time = now,
		.boot = 1,
		.mono = 30,
		.tick_every = FIXTURE_HOUR,
		.tolerance = CLOCK_TOLERANCE_S };
	clock_init(&life->clock);
	life_learn(life, 1, iat);
}

void
life_run(struct life *life, int64_t seconds)
{
	while (seconds > 0) {
		int64_t step = seconds < life->tick_every ? seconds : life->tick_every;

		seconds -= step;
		life->true_time += step;
		life->mono += step;
		life->ran += step;
		life_tick(life);
	}
}

void
life_off(struct life *life, int64_t seconds)
{
	life->true_time += seconds + 30;
	life->mono = 30;
	life->boot++;
	life_tick(life);
}

void
life_off_rtc(struct life *life, int64_t seconds, int64_t rtc)
{
	life->wall_off = rtc - (life->true_time + seconds + 30);
	life_off(life, seconds);
}

void
life_run_unseen(struct life *life, int64_t seconds)
{
	life->true_time += seconds;
	life->mono += seconds;
}

void
life_run_as_another(struct life *life, int64_t seconds)
{
	life_run_unseen(life, seconds);
	life->boot++;
	life_tick(life);
}

void
life_boot_late(struct life *life, int64_t off, int64_t uptime, int64_t rtc)
{
	life->wall_off = rtc - (life->true_time + off);
	life->true_time += off + uptime;
	life->mono = uptime;
	life->boot++;
	life_tick(life);
}

void
life_pause(struct life *life, int64_t seconds)
{
	life->true_time += seconds;
	life_tick(life);
}

void
life_set_wall(struct life *life, int64_t wall)
{
	life->wall_off = wall - life->true_time;
	life_tick(life);
}

void
life_correct(struct life *life)
{
	life_set_wall(life, life->true_time);
}

bool
life_learn(struct life *life, uint8_t key, int64_t iat)
{
	uint8_t kid[COSE_KID_LEN];
	bool moved;

	life_tick(life);
	key_id(key, kid);
	moved = clock_learn(&life->clock, kid, iat);
	life->settled_before = clock_settled(&life->clock);
	return moved;
}

bool
life_forget(struct life *life, uint8_t key)
{
	uint8_t kid[COSE_KID_LEN];
	bool back;

	key_id(key, kid);
	back = clock_forget(&life->clock, kid);
	life->settled_before = clock_settled(&life->clock);
	return back;
}

int64_t
life_lag(const struct life *life)
{
	return life->true_time - clock_settled(&life->clock);
}

int64_t
life_gap(const struct life *life)
{
	return life->true_time + life->wall_off - clock_settled(&life->clock);
}

bool
life_told(const struct life *life, enum clock_event_kind kind, int64_t seconds)
{
	for (size_t i = 0; i < life->news.len; i++)
		if (life->news.list[i].kind == kind && life->news.list[i].seconds == seconds)
			return true;
	return false;
}

void
life_settle(struct life *life)
{
	life_install(life, FIXTURE_START, FIXTURE_START);
	life_run(life, 30 * FIXTURE_DAY);
	assert_int_equal(life_gap(life), 0);
	assert_int_equal(life->clock.condition, EVALUATE_CLOCK_OK);
}

void
life_make_gap(struct life *life, enum life_occasion occasion, int64_t ahead)
{
	switch (occasion) {
	case LIFE_IN_BOOT:
		life_settle(life);
		life_set_wall(life, clock_settled(&life->clock) + ahead);
		break;
	case LIFE_POWER_OFF:
		life_settle(life);
		life_off_rtc(life, 600, clock_settled(&life->clock) + ahead);
		break;
	case LIFE_FIRST:
		life_install(life, FIXTURE_START + ahead, FIXTURE_START);
		life_tick(life);
	}
}

uint64_t
dice_below(struct dice *dice, uint64_t below)
{
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return (dice->state * UINT64_C(2685821657736338717) >> 11) % below;
}
