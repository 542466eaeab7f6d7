/* SPDX-License-Identifier: ISC */
/* What of the vendor's words is newer, and what counts: each rule of words.h row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fixture_hotel.h"
#include "verifier/decide/words.h"

#define NOW HOTEL_ISSUED_AT
#define DAY INT64_C(86400)
#define FAR (NOW + 300 * DAY)
#define OVERLAP (14 * DAY)

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const uint8_t KID[COSE_KID_LEN] = { 1 };

/* The vendor has taken back what lies between NOW and FAR. */
static struct clock
clock_that_was_reset(void)
{
	struct clock clock;

	clock_init(&clock);
	clock_learn(&clock, KID, FAR);
	clock_reset(&clock, NOW, 0);
	assert_true(clock_is_void(&clock, FAR));
	return clock;
}

static struct clock
clock_of_now(void)
{
	struct clock clock;

	clock_init(&clock);
	clock_learn(&clock, KID, NOW);
	return clock;
}

/* --- which is newer -------------------------------------------------------------------------- */

static struct word
word(int64_t number, int64_t issued_at, bool is_void, const char *bytes, size_t len)
{
	return (struct word){ number, issued_at, is_void, { (const uint8_t *)bytes, len } };
}

static void
order_follows_number_then_date_then_bytes(void **state)
{
	static const struct {
		int64_t number, issued_at;
		bool is_void;
		const char *bytes;
		size_t len;
	} ASCENDING[] = {
		{ 9, NOW + 9, true, "z", 1 },
		{ 10, NOW, true, "a", 1 },
		{ 1, NOW + 5, false, "z", 1 },
		{ 2, NOW - 5, false, "z", 1 },
		{ 2, NOW, false, "a", 1 },
		{ 2, NOW, false, "ab", 2 },
		{ 2, NOW, false, "b", 1 },
		{ INT64_MAX, INT64_MIN, false, "a", 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ASCENDING); i++)
		for (size_t j = 0; j < COUNT(ASCENDING); j++) {
			const struct word next = word(ASCENDING[i].number, ASCENDING[i].issued_at,
				ASCENDING[i].is_void, ASCENDING[i].bytes, ASCENDING[i].len);
			const struct word held = word(ASCENDING[j].number, ASCENDING[j].issued_at,
				ASCENDING[j].is_void, ASCENDING[j].bytes, ASCENDING[j].len);

			if (i != j && cbor_bytes_same(next.bytes, held.bytes))
				continue;
			assert_int_equal(words_fate(&next, &held, NULL), i == j  ? WORD_HELD
									 : i > j ? WORD_NEWER
										 : WORD_OLDER);
		}
}

static void
mark_keeps_out_what_is_older_where_nothing_is_held(void **state)
{
	static const int64_t MARK = 5;
	const struct word held = word(3, NOW, false, "held", 4);

	(void)state;
	for (int64_t number = 4; number <= 6; number++) {
		const struct word next = word(number, NOW, false, "next", 4),
				  gone = word(number, NOW, true, "next", 4);

		assert_int_equal(words_fate(&next, NULL, NULL), WORD_NEWER);
		assert_int_equal(
			words_fate(&next, NULL, &MARK), number < MARK ? WORD_OLDER : WORD_NEWER);
		assert_int_equal(
			words_fate(&next, &held, &MARK), number < MARK ? WORD_OLDER : WORD_NEWER);
		assert_int_equal(words_fate(&gone, NULL, &MARK), WORD_OLDER);
		assert_int_equal(words_fate(&gone, NULL, NULL), WORD_NEWER);
	}
	/* What is here is here, whatever else is known. */
	assert_int_equal(words_fate(&held, &held, &MARK), WORD_HELD);
}

static void
only_a_list_is_of_a_date_that_was_taken_back(void **state)
{
	static const struct cbor_bytes BYTES = { (const uint8_t *)"x", 1 };
	const struct clock clock = clock_that_was_reset();
	struct status_list list = { .issued_at = FAR };
	struct reply reply = { .number = 7, .issued_at = FAR };

	(void)state;
	assert_true(words_of_list(&list, BYTES, &clock).is_void);
	assert_true(words_of_list(&list, BYTES, &clock).number == FAR);
	list.issued_at = NOW + DAY;
	assert_false(words_of_list(&list, BYTES, &clock).is_void);
	assert_false(words_of_reply(&reply, BYTES).is_void);
	assert_true(words_of_reply(&reply, BYTES).number == 7);
}

/* --- what counts ----------------------------------------------------------------------------- */

static struct license
document(int64_t issued_at)
{
	struct license license;

	hotel_license_bare(&license);
	license.issued_at = issued_at;
	license.has_status = true;
	license.status_uri = fixture_text("skerry:hotelhub");
	license.status_index = 2;
	license.ladder.overlap_s = OVERLAP;
	return license;
}

static void
list_says_something_of_what_is_no_later(void **state)
{
	static const struct {
		int64_t listed, made;
		bool reset, counts;
	} ROWS[] = {
		{ NOW, NOW, false, true },
		{ NOW + 1, NOW, false, true },
		{ NOW, NOW + 1, false, false },
		{ NOW, FAR, false, false },
		{ NOW, FAR, true, true },
		{ NOW, NOW + 1, true, false },
	};
	static const uint8_t BYTES[] = { STATUS_LIST_SUSPENDED << 4 };

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const struct clock clock = ROWS[i].reset ? clock_that_was_reset() : clock_of_now();
		const struct license license = document(ROWS[i].made);
		const struct status_list list = { .uri = fixture_text("skerry:hotelhub"),
			.issued_at = ROWS[i].listed,
			.bits = STATUS_LIST_BITS };

		assert_int_equal(words_list_counts(&list, &license, &clock), ROWS[i].counts);
		assert_int_equal(words_status(&list, (struct cbor_bytes){ BYTES, sizeof BYTES },
					 &license, &clock),
			ROWS[i].counts ? EVALUATE_STATUS_SUSPENDED : EVALUATE_STATUS_UNKNOWN);
	}
}

static void
list_says_something_of_its_own_brand_and_places(void **state)
{
	static const uint8_t BYTES[] = { STATUS_LIST_SUSPENDED << 4 | 3 << 2 |
					 STATUS_LIST_INVALID };
	static const enum evaluate_status SAYS[] = { EVALUATE_STATUS_REVOKED,
		EVALUATE_STATUS_UNKNOWN, EVALUATE_STATUS_SUSPENDED, EVALUATE_STATUS_VALID,
		EVALUATE_STATUS_UNKNOWN };
	const struct clock clock = clock_of_now();
	struct license license = document(NOW);
	struct status_list list = {
		.uri = fixture_text("skerry:hotelhub"), .issued_at = NOW, .bits = STATUS_LIST_BITS
	};
	const struct cbor_bytes bytes = { BYTES, sizeof BYTES };

	(void)state;
	for (size_t i = 0; i < COUNT(SAYS); i++) {
		license.status_index = i;
		assert_int_equal(words_status(&list, bytes, &license, &clock), SAYS[i]);
	}
	license.status_index = 2;
	license.has_status = false;
	assert_int_equal(words_status(&list, bytes, &license, &clock), EVALUATE_STATUS_UNKNOWN);
	license.has_status = true;
	list.uri = fixture_text("skerry:rthub");
	assert_int_equal(words_status(&list, bytes, &license, &clock), EVALUATE_STATUS_UNKNOWN);
}

static int64_t
unpaired_since(const struct unpairing list[], size_t len, const struct license *license)
{
	const struct clock clock = clock_of_now();
	struct unpaired forward = WORDS_PAIRED, backward = WORDS_PAIRED;

	for (size_t i = 0; i < len; i++) {
		words_hear_unpairing(&list[i], license, &clock, &forward);
		words_hear_unpairing(&list[len - 1 - i], license, &clock, &backward);
	}
	assert_true(forward.since == backward.since && forward.told_at == backward.told_at);
	return forward.since;
}

static void
unpairing_counts_for_what_was_made_before_it(void **state)
{
	const struct cbor_text brand = fixture_text("hotelhub"), other = fixture_text("rthub");
	struct license license = document(NOW);
	const struct unpairing told[] = {
		{ brand, license.id, NOW - 1, NOW, NOW },
		{ other, license.id, NOW, NOW, NOW },
		{ brand, other, NOW, NOW, NOW },
		{ brand, license.id, NOW + 3 * DAY, LICENSE_NEVER, NOW + 4 * DAY },
		{ brand, license.id, NOW + 5 * DAY, NOW + OVERLAP, NOW + 6 * DAY },
	};

	(void)state;
	license.brand = brand;
	assert_true(unpaired_since(told, 3, &license) == LICENSE_NEVER);
	/* The first to say so, although a later one would have it earlier. */
	assert_true(unpaired_since(told, 5, &license) == NOW + 4 * DAY);
	license.issued_at = NOW + 4 * DAY;
	assert_true(unpaired_since(told, 5, &license) == NOW);
	license.issued_at = NOW + 5 * DAY + 1;
	assert_true(unpaired_since(told, 5, &license) == LICENSE_NEVER);
}

static void
unpairing_begins_when_the_overlap_did_or_it_was_heard(void **state)
{
	const struct license license = document(NOW);
	static const struct {
		int64_t until, heard_at, since;
	} ROWS[] = {
		{ NOW + OVERLAP, NOW + 9 * DAY, NOW },
		{ NOW + 90 * DAY, NOW + 9 * DAY, NOW + 9 * DAY },
		{ LICENSE_NEVER, NOW + 9 * DAY, NOW + 9 * DAY },
		{ NOW + OVERLAP, LICENSE_NEVER, NOW },
		{ LICENSE_NEVER, LICENSE_NEVER, NOW + DAY },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const struct unpairing told = { license.brand, license.id, NOW + DAY, ROWS[i].until,
			ROWS[i].heard_at };

		assert_true(unpaired_since(&told, 1, &license) == ROWS[i].since);
	}
}

/* Told by two replies of one second, of which one came late. */
static void
of_two_unpairings_of_one_second_the_earlier_counts(void **state)
{
	const struct license license = document(NOW);
	const struct unpairing told[] = {
		{ license.brand, license.id, NOW + DAY, LICENSE_NEVER, NOW + 9 * DAY },
		{ license.brand, license.id, NOW + DAY, LICENSE_NEVER, NOW + 2 * DAY },
	};

	(void)state;
	assert_true(unpaired_since(told, 2, &license) == NOW + 2 * DAY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_follows_number_then_date_then_bytes),
		cmocka_unit_test(mark_keeps_out_what_is_older_where_nothing_is_held),
		cmocka_unit_test(only_a_list_is_of_a_date_that_was_taken_back),
		cmocka_unit_test(list_says_something_of_what_is_no_later),
		cmocka_unit_test(list_says_something_of_its_own_brand_and_places),
		cmocka_unit_test(unpairing_counts_for_what_was_made_before_it),
		cmocka_unit_test(unpairing_begins_when_the_overlap_did_or_it_was_heard),
		cmocka_unit_test(of_two_unpairings_of_one_second_the_earlier_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
