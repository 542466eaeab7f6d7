/* SPDX-License-Identifier: ISC */
/* The state machine of a license: every status times every move, forbidden ones included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "formats/license.h"
#include "issuer/decide/lifecycle.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { NOW = 1000, LATER = 2000, EARLIER = 500 };

/* Short words for the table below. */
#define U STANDING_UNPAIRED
#define P STANDING_PAIRED
#define W STANDING_PAIRED_PENDING_REVOKE
#define S STANDING_SUSPENDED
#define R STANDING_REVOKED
#define no_S SKERRY_ERR_SUSPENDED
#define no_R SKERRY_ERR_REVOKED
#define no_E SKERRY_ERR_EXPIRED
#define no SKERRY_ERR_STATUS_FORBIDS

/* A status after the move, or the error: errors begin at 100. */
static const struct {
	enum standing stored;
	int64_t valid_until, pending_until, sites, lapses_at;
	int after[LIFECYCLE_LAST + 1];
} MOVES[] = {
	/*                                       ISSUE PAIR RELEASE RENEW SET SUSPEND RESUME REVOKE */
	{ U, LATER, LICENSE_NEVER, 0, 0, { U, P, U, U, U, S, no, R } },
	{ U, LICENSE_NEVER, LICENSE_NEVER, 0, 0, { U, P, U, U, U, S, no, R } },
	/* sites counts the others: one of two was released */
	{ P, LATER, LICENSE_NEVER, 1, LATER, { P, P, P, P, P, S, no, R } },
	/* the last one, whose document lives on, for good, or has ended */
	{ P, LATER, LICENSE_NEVER, 0, LATER, { P, P, W, P, P, S, no, R } },
	{ P, LATER, LICENSE_NEVER, 0, LICENSE_NEVER, { P, P, W, P, P, S, no, R } },
	{ P, LATER, LICENSE_NEVER, 0, NOW, { P, P, U, P, P, S, no, R } },
	{ P, LATER, LICENSE_NEVER, 0, NOW + 1, { P, P, W, P, P, S, no, R } },
	/* pending, and read after its date */
	{ W, LATER, LATER, 0, LATER, { W, P, W, W, W, S, no, R } },
	{ W, LATER, EARLIER, 0, EARLIER, { W, P, U, W, W, S, no, R } },
	/* resumed, it is what its activations say */
	{ S, LATER, LICENSE_NEVER, 2, 0, { no_S, no_S, S, no_S, S, no, P, R } },
	{ S, LATER, LICENSE_NEVER, 0, LATER, { no_S, no_S, S, no_S, S, no, W, R } },
	{ S, LATER, LICENSE_NEVER, 0, EARLIER, { no_S, no_S, S, no_S, S, no, U, R } },
	{ S, LATER, LICENSE_NEVER, 0, 0, { no_S, no_S, S, no_S, S, no, U, R } },
	/* what somebody decided outlasts the calendar */
	{ S, EARLIER, LICENSE_NEVER, 1, 0, { no_S, no_S, S, no_S, S, no, P, R } },
	/* the end */
	{ R, LATER, LICENSE_NEVER, 1, 0, { no_R, no_R, no_R, no_R, no_R, no_R, no_R, no_R } },
	{ R, EARLIER, LICENSE_NEVER, 0, 0, { no_R, no_R, no_R, no_R, no_R, no_R, no_R, no_R } },
	/* expired: everything but a new document */
	{ U, EARLIER, LICENSE_NEVER, 0, 0, { no_E, no_E, U, U, U, S, no, R } },
	{ P, EARLIER, LICENSE_NEVER, 0, LATER, { no_E, no_E, W, P, P, S, no, R } },
	{ P, EARLIER, LICENSE_NEVER, 1, 0, { no_E, no_E, P, P, P, S, no, R } },
	{ W, EARLIER, LATER, 0, LATER, { no_E, no_E, W, W, W, S, no, R } },
	/* to the second: valid_until itself is still good */
	{ P, NOW, LICENSE_NEVER, 1, 0, { P, P, P, P, P, S, no, R } },
	{ P, NOW - 1, LICENSE_NEVER, 1, 0, { no_E, no_E, P, P, P, S, no, R } },
};

static void
every_move_from_every_status_has_one_outcome(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(MOVES); i++)
		for (int move = 0; move <= LIFECYCLE_LAST; move++) {
			struct lifecycle_facts facts = { MOVES[i].stored, MOVES[i].valid_until,
				MOVES[i].pending_until, NOW, MOVES[i].sites, MOVES[i].lapses_at,
				false };
			struct lifecycle next = { STANDING_EXPIRED, 7 };
			enum skerry_err err =
				lifecycle_judge((enum lifecycle_move)move, &facts, &next);
			int after = err == SKERRY_OK ? (int)next.stored : (int)err;

			if (after != MOVES[i].after[move])
				fail_msg("row %zu, move %d: %d instead of %d", i, move, after,
					MOVES[i].after[move]);
			/* An output untouched on failure; a pending end where it is pending. */
			if (err != SKERRY_OK) {
				assert_int_equal(next.stored, STANDING_EXPIRED);
				assert_int_equal(next.pending_until, 7);
				assert_true(lifecycle_advice((enum lifecycle_move)move, err)[0]);
			} else if (next.stored != STANDING_PAIRED_PENDING_REVOKE) {
				assert_int_equal(next.pending_until, LICENSE_NEVER);
			} else if (move == LIFECYCLE_RELEASE || move == LIFECYCLE_RESUME) {
				assert_int_equal(next.pending_until, MOVES[i].lapses_at);
			} else {
				assert_int_equal(next.pending_until, MOVES[i].pending_until);
			}
		}
}

static void
erased_customer_is_given_nothing_new(void **state)
{
	static const bool FORBIDDEN[LIFECYCLE_LAST + 1] = { [LIFECYCLE_ISSUE] = true,
		[LIFECYCLE_PAIR] = true,
		[LIFECYCLE_RENEW] = true,
		[LIFECYCLE_SET] = true };

	(void)state;
	for (size_t i = 0; i < COUNT(MOVES); i++)
		for (int move = 0; move <= LIFECYCLE_LAST; move++) {
			struct lifecycle_facts facts = { MOVES[i].stored, MOVES[i].valid_until,
				MOVES[i].pending_until, NOW, MOVES[i].sites, MOVES[i].lapses_at,
				true };
			struct lifecycle next;
			enum skerry_err err =
				lifecycle_judge((enum lifecycle_move)move, &facts, &next);
			int living = MOVES[i].after[move];

			if (FORBIDDEN[move])
				assert_int_equal(err, MOVES[i].stored == STANDING_REVOKED
							      ? SKERRY_ERR_REVOKED
							      : SKERRY_ERR_STATUS_FORBIDS);
			else
				assert_int_equal(err, living >= 100 ? living : SKERRY_OK);
		}
}

static void
table_has_every_status(void **state)
{
	bool seen[STANDING_LAST + 1] = { false };

	(void)state;
	for (size_t i = 0; i < COUNT(MOVES); i++)
		seen[standing_at(
			MOVES[i].stored, MOVES[i].valid_until, MOVES[i].pending_until, NOW)] = true;
	for (size_t i = 0; i <= STANDING_LAST; i++)
		assert_true(seen[i]);
}

static void
nothing_leads_away_from_revoked(void **state)
{
	(void)state;
	for (int move = 0; move <= LIFECYCLE_LAST; move++)
		for (int64_t until = EARLIER; until <= LATER; until += EARLIER) {
			struct lifecycle_facts facts = { STANDING_REVOKED, until, LICENSE_NEVER,
				NOW, 3, LATER, false };
			struct lifecycle next;

			assert_int_equal(lifecycle_judge((enum lifecycle_move)move, &facts, &next),
				SKERRY_ERR_REVOKED);
		}
}

static void
pending_revoke_reads_unpaired_after_its_date(void **state)
{
	(void)state;
	assert_int_equal(standing_at(W, LATER, NOW, NOW - 1), W);
	assert_int_equal(standing_at(W, LATER, NOW, NOW), U);
	assert_int_equal(standing_at(W, LATER, LICENSE_NEVER, LATER), W);
	assert_int_equal(standing_at(W, NOW, NOW, NOW + 1), STANDING_EXPIRED);
	/* Of other statuses the date says nothing. */
	assert_int_equal(standing_at(P, LATER, EARLIER, NOW), P);
	assert_int_equal(standing_at(S, LATER, EARLIER, NOW), S);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_move_from_every_status_has_one_outcome),
		cmocka_unit_test(erased_customer_is_given_nothing_new),
		cmocka_unit_test(table_has_every_status),
		cmocka_unit_test(nothing_leads_away_from_revoked),
		cmocka_unit_test(pending_revoke_reads_unpaired_after_its_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
