/* SPDX-License-Identifier: ISC */
/* Which document takes the place of which: the whole table, and the attacks behind its rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fixture_hotel.h"
#include "verifier/decide/succession.h"

#define NOW HOTEL_ISSUED_AT

static struct license
edition_of(uint64_t edition)
{
	struct license license;

	hotel_license_bare(&license);
	license.activation = 1;
	license.edition = edition;
	return license;
}

static void
editions_compete_within_brand_id_and_activation(void **state)
{
	struct license held = edition_of(5), next = edition_of(LICENSE_COUNTER_MAX);
	const struct succession old = { &held, true }, new = { &next, true };

	(void)state;
	assert_true(succession_competes(&next, &held));
	assert_true(succession_replaces(&new, &old, NOW));
	assert_true(succession_is_older(&old, &new, NOW));
	for (int strange = 0; strange < 3; strange++) {
		next = edition_of(LICENSE_COUNTER_MAX);
		if (strange == 0)
			next.brand = fixture_text("rthub");
		if (strange == 1)
			next.id = fixture_text("7QK2M94XPAC0DTE2");
		if (strange == 2)
			next.activation = 2;
		assert_false(succession_competes(&next, &held));
		assert_false(succession_replaces(&new, &old, NOW));
		assert_false(succession_is_older(&old, &new, NOW));
	}
}

/* Editions beside the keys that signed them, in every combination. */
static void
a_key_that_stands_outranks_every_edition(void **state)
{
	static const struct {
		uint64_t next, held;
		bool next_stands, held_stands, replaces;
	} ROWS[] = {
		{ 2, 1, true, true, true },
		{ 2, 2, true, true, false },
		{ 1, 2, true, true, false },
		{ 1, LICENSE_COUNTER_MAX, true, false, true },
		{ 2, 2, true, false, true },
		{ LICENSE_COUNTER_MAX, 1, false, true, false },
		{ 2, 2, false, true, false },
		{ 2, 1, false, false, true },
		{ 2, 2, false, false, false },
		{ 1, 2, false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct license a = edition_of(ROWS[i].next), b = edition_of(ROWS[i].held);
		const struct succession next = { &a, ROWS[i].next_stands },
					held = { &b, ROWS[i].held_stands };

		assert_int_equal(succession_replaces(&next, &held, NOW), ROWS[i].replaces);
		assert_int_equal(succession_is_older(&next, &held, NOW), !ROWS[i].replaces);
		/* Two never take each other's place. */
		assert_false(succession_replaces(&next, &held, NOW) &&
			     succession_replaces(&held, &next, NOW));
	}
}

/* The next year's license came first, and this year's is still on its way. */
static void
who_has_not_begun_keeps_nobody_out_who_begins_sooner(void **state)
{
	struct license a = edition_of(1), b = edition_of(2);
	const struct succession next = { &a, true }, held = { &b, true };

	(void)state;
	b.not_before = NOW + 10;
	for (int64_t sooner = -1; sooner <= 1; sooner++) {
		a.not_before = b.not_before - sooner;
		assert_int_equal(succession_is_older(&next, &held, NOW), sooner <= 0);
		assert_true(succession_is_older(&next, &held, NOW + 10));
	}
}

static void
who_has_not_begun_takes_nobodys_place(void **state)
{
	struct license a = edition_of(2), b = edition_of(1);
	const struct succession next = { &a, true }, held = { &b, true }, bad = { &b, false };

	(void)state;
	a.not_before = NOW + 1;
	assert_false(succession_replaces(&next, &held, NOW));
	assert_false(succession_replaces(&next, &bad, NOW));
	assert_false(succession_is_older(&next, &held, NOW));
	assert_true(succession_replaces(&next, &held, NOW + 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(editions_compete_within_brand_id_and_activation),
		cmocka_unit_test(a_key_that_stands_outranks_every_edition),
		cmocka_unit_test(who_has_not_begun_keeps_nobody_out_who_begins_sooner),
		cmocka_unit_test(who_has_not_begun_takes_nobodys_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
