/* SPDX-License-Identifier: ISC */
/* seat: who gets what, for each right, lease, pool and burst; against a second telling of the rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/decide/seat.h"

enum { NOW = 1000, TTL = 60, NEXT = 1007 };

static const enum seat_right RIGHTS[] = { SEAT_RIGHT_NONE, SEAT_RIGHT_OWNER, SEAT_RIGHT_SECRET,
	SEAT_RIGHT_WRONG, SEAT_RIGHT_OPERATOR };

#define EACH(list, item)                                                                           \
	for (size_t item##_at = 0; item##_at < sizeof(list) / sizeof *(list); item##_at++)

/* --- the rules a second time, as sentences ------------------------------------------------------- */

struct situation {
	struct seat_terms terms;
	struct seat_pool pool;
	struct seat_lease lease;
	enum seat_right right;
};

static bool
may_renew(const struct situation *s)
{
	return s->right == SEAT_RIGHT_OWNER || s->right == SEAT_RIGHT_SECRET;
}

static bool
burst_has_room(const struct situation *s, uint64_t used)
{
	return s->pool.burst_left_s >= 1 && used <= s->terms.max + s->terms.burst;
}

static enum skerry_err
expected_error(const struct situation *s)
{
	uint64_t plain_others = s->pool.used - s->pool.marked;

	if (!s->terms.access)
		return SKERRY_ERR_NO_ACCESS;
	if (s->terms.max == 0)
		return SKERRY_ERR_NO_SEATS;
	if (s->lease.held) {
		if (!may_renew(s))
			return SKERRY_ERR_SEAT_HELD;
		plain_others -= s->lease.marked ? 0 : 1;
		return plain_others < s->terms.max || burst_has_room(s, s->pool.used)
			       ? SKERRY_OK
			       : SKERRY_ERR_SEAT_NONE_FREE;
	}
	if (s->terms.cap > 0 && s->pool.of_asker >= s->terms.cap)
		return SKERRY_ERR_SEAT_CAP;
	return s->pool.used < s->terms.max || burst_has_room(s, s->pool.used + 1)
		       ? SKERRY_OK
		       : SKERRY_ERR_SEAT_NONE_FREE;
}

static bool
expected_mark(const struct situation *s)
{
	uint64_t plain = s->pool.used - s->pool.marked;

	if (s->lease.held)
		return plain - (s->lease.marked ? 0 : 1) >= s->terms.max;
	return s->pool.used >= s->terms.max;
}

static void
assert_put(const struct situation *s)
{
	struct seat_answer answer = seat_put(&s->terms, &s->pool, &s->lease, s->right, NOW);
	enum skerry_err err = expected_error(s);

	assert_int_equal(answer.err, err);
	if (err == SKERRY_OK) {
		assert_int_equal(answer.fate, s->lease.held ? SEAT_RENEWED : SEAT_CLAIMED);
		assert_int_equal(answer.ends_at, NOW + TTL);
		assert_int_equal(answer.marked, expected_mark(s));
		assert_true(s->lease.held || s->pool.used + 1 <= s->terms.max + s->terms.burst);
	} else {
		assert_int_equal(answer.fate, SEAT_REFUSED);
		assert_int_equal(answer.ends_at, 0);
		assert_int_equal(answer.marked, err == SKERRY_ERR_SEAT_NONE_FREE && s->lease.held);
	}
	assert_int_equal(answer.retry_at, err == SKERRY_ERR_SEAT_NONE_FREE ? NEXT : INT64_MAX);
}

/* --- every combination --------------------------------------------------------------------------- */

static size_t cases;

static void
each_right(struct situation *s)
{
	EACH(RIGHTS, right)
	{
		s->right = RIGHTS[right_at];
		assert_put(s);
		cases++;
	}
}

static void
each_lease(struct situation *s)
{
	s->lease = (struct seat_lease){ .held = false };
	each_right(s);
	/* A lease that is held is among those of its pool. */
	if (s->pool.used > s->pool.marked) {
		s->lease = (struct seat_lease){ .held = true, .ends_at = NEXT };
		each_right(s);
	}
	if (s->pool.marked > 0) {
		s->lease = (struct seat_lease){ .held = true, .marked = true, .ends_at = NEXT };
		each_right(s);
	}
}

static void
each_pool(struct situation *s)
{
	static const int64_t LEFT[] = { 0, 1, SEAT_BURST_S };

	for (uint64_t used = 0; used <= 7; used++)
		for (uint64_t marked = 0; marked <= used; marked++)
			EACH(LEFT, left)
	for (uint64_t of_asker = 0; of_asker <= 3; of_asker++) {
		s->pool = (struct seat_pool){ .used = used,
			.marked = marked,
			.of_asker = of_asker,
			.burst_left_s = LEFT[left_at],
			.next_end = NEXT };
		each_lease(s);
	}
}

static void
each_combination_has_the_answer_that_the_rules_give(void **state)
{
	(void)state;
	cases = 0;
	for (unsigned access = 0; access <= 1; access++)
		for (uint64_t max = 0; max <= 4; max++)
			for (uint64_t burst = 0; burst <= 2; burst++)
				for (uint64_t cap = 0; cap <= 2; cap++) {
					struct situation s = { .terms = { access != 0, max, burst,
								       TTL, cap } };

					each_pool(&s);
				}
	assert_true(cases > 400000);
}

static void
who_may_release_is_who_claimed_who_has_the_secret_and_the_operator(void **state)
{
	(void)state;
	EACH(RIGHTS, right)
	{
		enum seat_right right = RIGHTS[right_at];
		bool may = right == SEAT_RIGHT_OWNER || right == SEAT_RIGHT_SECRET ||
			   right == SEAT_RIGHT_OPERATOR;

		for (unsigned marked = 0; marked <= 1; marked++) {
			struct seat_lease held = { true, marked != 0, NEXT };
			struct seat_answer answer = seat_release(&held, right);

			assert_int_equal(answer.fate, may ? SEAT_RELEASED : SEAT_REFUSED);
			assert_int_equal(answer.err, may ? SKERRY_OK : SKERRY_ERR_SEAT_SECRET);
		}
		assert_int_equal(seat_release(&(struct seat_lease){ .held = false }, right).err,
			SKERRY_ERR_SEAT_UNKNOWN);
	}
}

/* --- single rules that matter ---------------------------------------------------------------------- */

static void
spent_burst_ends_marked_leases_and_no_others(void **state)
{
	const struct seat_terms terms = { true, 2, 2, TTL, 0 };
	const struct seat_pool pool = { .used = 3, .marked = 1, .next_end = NEXT };
	const struct seat_lease plain = { true, false, NEXT }, marked = { true, true, NEXT };

	(void)state;
	assert_int_equal(
		seat_put(&terms, &pool, &plain, SEAT_RIGHT_SECRET, NOW).fate, SEAT_RENEWED);
	assert_int_equal(seat_put(&terms, &pool, &marked, SEAT_RIGHT_SECRET, NOW).err,
		SKERRY_ERR_SEAT_NONE_FREE);
}

static void
marked_lease_that_finds_room_is_a_plain_one(void **state)
{
	const struct seat_terms terms = { true, 2, 2, TTL, 0 };
	const struct seat_pool pool = { .used = 2, .marked = 1, .next_end = NEXT };
	const struct seat_lease marked = { true, true, NEXT };
	struct seat_answer answer = seat_put(&terms, &pool, &marked, SEAT_RIGHT_SECRET, NOW);

	(void)state;
	assert_int_equal(answer.fate, SEAT_RENEWED);
	assert_false(answer.marked);
}

/* 30 people are in, and the new license grants 20 and a burst of 3: 10 are told so, and none of the others. */
static void
license_that_is_cut_down_refuses_as_many_as_are_too_many(void **state)
{
	const struct seat_terms terms = { true, 20, 3, TTL, 0 };
	struct seat_pool pool = { .used = 30, .burst_left_s = SEAT_BURST_S, .next_end = NEXT };
	struct seat_lease leases[30] = { { .held = false } };
	int refused = 0;

	(void)state;
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < 30; i++) {
			struct seat_answer answer;

			leases[i].held = true;
			answer = seat_put(&terms, &pool, &leases[i], SEAT_RIGHT_OWNER, NOW);
			refused += answer.fate == SEAT_REFUSED;
			pool.marked += answer.marked;
			pool.marked -= leases[i].marked;
			leases[i].marked = answer.marked;
		}
	assert_int_equal(pool.marked, 10);
	assert_int_equal(refused, 3 * 10);
}

static void
sums_that_do_not_fit_are_the_largest(void **state)
{
	const struct seat_terms terms = { true, UINT64_MAX, UINT64_MAX, INT64_MAX, 0 };
	const struct seat_pool pool = { .used = 5, .burst_left_s = 1, .next_end = NEXT };
	const struct seat_lease none = { .held = false };

	(void)state;
	assert_int_equal(seat_put(&terms, &pool, &none, SEAT_RIGHT_NONE, NOW).ends_at, INT64_MAX);
}

static void
budget_is_spent_and_restored_second_by_second(void **state)
{
	static const struct {
		int64_t left;
		bool over;
		int64_t span, then;
	} CASES[] = { { SEAT_BURST_S, true, 1, SEAT_BURST_S - 1 }, { 5, true, 5, 0 },
		{ 5, true, 6, 0 }, { 5, true, INT64_MAX, 0 }, { 0, false, 1, 1 },
		{ SEAT_BURST_S - 1, false, 1, SEAT_BURST_S },
		{ SEAT_BURST_S - 1, false, 2, SEAT_BURST_S }, { 0, false, INT64_MAX, SEAT_BURST_S },
		{ 7, true, 0, 7 }, { 7, false, -9, 7 }, { 7, true, INT64_MIN, 7 },
		{ -3, false, 0, 0 }, { SEAT_BURST_S + 9, true, 0, SEAT_BURST_S } };

	(void)state;
	EACH(CASES, c)
	{
		assert_int_equal(
			seat_burst_left(CASES[c_at].left, CASES[c_at].over, CASES[c_at].span),
			CASES[c_at].then);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_combination_has_the_answer_that_the_rules_give),
		cmocka_unit_test(
			who_may_release_is_who_claimed_who_has_the_secret_and_the_operator),
		cmocka_unit_test(spent_burst_ends_marked_leases_and_no_others),
		cmocka_unit_test(marked_lease_that_finds_room_is_a_plain_one),
		cmocka_unit_test(license_that_is_cut_down_refuses_as_many_as_are_too_many),
		cmocka_unit_test(sums_that_do_not_fit_are_the_largest),
		cmocka_unit_test(budget_is_spent_and_restored_second_by_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
