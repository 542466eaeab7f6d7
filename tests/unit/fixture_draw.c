/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_draw.h"

static uint64_t random_state;

void
draw_seed(uint64_t seed)
{
	random_state = seed;
}

/* xorshift64*: the same on every machine. */
uint64_t
draw_below(uint64_t below)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * UINT64_C(2685821657736338717) >> 11) % below;
}

static int64_t
draw_instant(void)
{
	/* Some near the end of time, where sums must not wrap; some never. */
	switch (draw_below(16)) {
	case 0:
		return LICENSE_NEVER;
	case 1:
		return LICENSE_TIME_MAX - (int64_t)draw_below(100);
	default:
		return ISSUED + (int64_t)draw_below((uint64_t)(900 * DAY));
	}
}

static int64_t
draw_duration(void)
{
	switch (draw_below(8)) {
	case 0:
	case 1:
		return 0;
	case 2:
		return LICENSE_DURATION_MAX;
	case 3:
		return (int64_t)draw_below(5);
	default:
		return (int64_t)draw_below((uint64_t)(400 * DAY));
	}
}

void
draw_license(struct license *ret_license)
{
	*ret_license = (struct license){
		.issued_at = ISSUED,
		.not_before = ISSUED +
			      (draw_below(4) == 0 ? (int64_t)draw_below((uint64_t)(30 * DAY)) : 0),
		.expires_at = draw_below(8) == 0 ? draw_instant() : LICENSE_NEVER,
		.renew_by = draw_instant(),
		.valid_until = draw_instant(),
		.maintenance_until = draw_instant(),
		.has_status = draw_below(2) == 0,
		.telephone_steps = (unsigned)draw_below(4),
		.telephone_days = (unsigned)draw_below(30),
		.ladder = { .warn_s = draw_duration() * (draw_below(4) == 0 ? -1 : 1),
			.alert_s = draw_duration() * (draw_below(4) == 0 ? -1 : 1),
			.grace_s = draw_duration(),
			.degraded_s = draw_duration(),
			.expiry_grace_s = draw_duration(),
			.rebind_grace_s = draw_duration(),
			.tolerance_s = draw_duration(),
			.overlap_s = draw_duration(),
			.max_status_age_s = draw_duration(),
			.rollback_policy = (enum license_rollback)draw_below(2),
			.day_end_minutes = (unsigned)draw_below(1440) },
	};
}

void
draw_facts(struct evaluate_facts *ret_facts)
{
	evaluate_facts_init(ret_facts, ISSUED + (int64_t)draw_below((uint64_t)(1500 * DAY)),
		(int32_t)draw_below(26 * 3600) - 12 * 3600);
	ret_facts->machine =
		draw_below(3) == 0 ? (enum evaluate_match)draw_below(4) : EVALUATE_MATCH;
	ret_facts->site_key =
		draw_below(16) == 0 ? (enum evaluate_match)draw_below(4) : EVALUATE_MATCH;
	ret_facts->pairing_lost = ret_facts->site_key == EVALUATE_MISMATCH && draw_below(2) == 0;
	ret_facts->domain =
		draw_below(4) == 0 ? (enum evaluate_match)draw_below(4) : EVALUATE_UNKNOWN;
	ret_facts->tenant =
		draw_below(4) == 0 ? (enum evaluate_match)draw_below(4) : EVALUATE_UNKNOWN;
	ret_facts->status =
		draw_below(8) == 0 ? (enum evaluate_status)draw_below(4) : EVALUATE_STATUS_VALID;
	ret_facts->clock =
		draw_below(8) == 0 ? (enum evaluate_clock)draw_below(5) : EVALUATE_CLOCK_OK;
	ret_facts->telephone_steps = (unsigned)draw_below(5);
	ret_facts->state_rollback = draw_below(4) == 0;
	if (draw_below(2) == 0)
		ret_facts->status_issued_at = draw_instant();
	if (draw_below(2) == 0)
		ret_facts->rollback_since = draw_instant();
	if (draw_below(2) == 0)
		ret_facts->machine_since = draw_instant();
	if (draw_below(2) == 0)
		ret_facts->domain_since = draw_instant();
	if (draw_below(2) == 0)
		ret_facts->tenant_since = draw_instant();
	if (draw_below(6) == 0)
		ret_facts->key_revoked_since = draw_instant();
	if (draw_below(6) == 0)
		ret_facts->unpaired_since = draw_instant();
	if (draw_below(8) == 0)
		ret_facts->build_date = draw_instant();
	if (draw_below(8) == 0)
		ret_facts->candidate = ret_facts->candidate_due = draw_instant();
}
