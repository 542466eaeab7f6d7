/* SPDX-License-Identifier: ISC */
/* Since when a machine does not match, where whoever asks supplies a part of what is compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "formats/fingerprint.h"
#include "verifier/gather/components.h"

static struct signed_document first, second;
static uint8_t hashes[LICENSE_COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX];

/* For whoever names `custom`, and nothing else of the machine. */
static void
make_license(struct signed_document *ret_document, uint64_t edition, const char *custom)
{
	const struct components_query query = { .custom = &custom, .custom_len = 1 };
	struct fingerprint_component list[LICENSE_COMPONENTS_MAX];
	struct components components;
	size_t len;

	ceremony_license(&license_made);
	license_made.edition = edition;
	license_made.issued_at = TODAY - 200 * DAY + (int64_t)edition;
	license_made.not_before = license_made.issued_at;
	license_made.ladder.rebind_grace_s = 14 * DAY;
	license_made.salt.data = (const uint8_t *)"0123456789abcdef0123456789abcdef";
	license_made.salt.len = LICENSE_SALT_LEN;
	assert_int_equal(components_take(&query, &components), SKERRY_OK);
	len = components_hash(&components, license_made.salt.data, hashes, list);
	assert_int_equal(len, 1);
	license_made.components[0].type = FINGERPRINT_CUSTOM;
	license_made.components[0].weight = 1;
	license_made.components[0].hash = list[0].hash;
	license_made.components_len = 1;
	license_made.threshold = 1;
	site_sign_license(ret_document);
}

/* The license is older than the installation: a day of running proves the clock. */
static void
settle(void)
{
	make_license(&first, 1, "box-17");
	assert_int_equal(site_take_at(&first, TODAY - 2 * DAY), TAKE_TAKEN);
	site_live_until(TODAY + 2 * DAY);
}

static enum skerry_state
ask(const char *custom)
{
	const struct site_query query = {
		.product = "hms", .custom = &custom, .custom_len = custom != NULL
	};
	struct site_answer answer;

	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	assert_int_equal(site.memory->trouble, SKERRY_OK);
	return answer.verdict.state;
}

static void
asking_in_turn_writes_nothing_anew(void **state)
{
	(void)state;
	settle();
	for (int round = 0; round < 3; round++) {
		int64_t before = memory_number("SELECT count(*) FROM journal");

		assert_int_equal(ask("box-17"), SKERRY_STATE_ACTIVE);
		assert_int_equal(ask("wrong"), SKERRY_STATE_GRACE);
		assert_int_equal(ask("other"), SKERRY_STATE_GRACE);
		assert_int_equal(ask(NULL), SKERRY_STATE_GRACE);
		/* A verdict for each way, and two conditions. */
		assert_int_equal(memory_number("SELECT count(*) FROM journal") - before,
			round == 0 ? 3 + 2 : 0);
	}
	assert_int_equal(memory_rows("condition.over"), 0);
	memory_assert_whole();
}

static void
other_values_buy_no_grace(void **state)
{
	(void)state;
	settle();
	assert_int_equal(ask("box-17"), SKERRY_STATE_ACTIVE);
	assert_int_equal(ask("wrong"), SKERRY_STATE_GRACE);
	for (int day = 3; day < 18; day++) {
		site_live_until(TODAY + day * DAY);
		assert_int_equal(ask("box-17"), SKERRY_STATE_ACTIVE);
		assert_int_equal(ask("wrong"), day < 16 ? SKERRY_STATE_GRACE : SKERRY_STATE_LOCKED);
	}
	assert_int_equal(ask("another"), SKERRY_STATE_LOCKED);
	assert_int_equal(ask("wrong"), SKERRY_STATE_LOCKED);
	memory_assert_whole();
}

/* On a machine that never matched, one grace is all, however it is asked about. */
static void
machine_that_never_matched_has_one_grace(void **state)
{
	(void)state;
	settle();
	assert_int_equal(ask("wrong"), SKERRY_STATE_GRACE);
	site_live_until(TODAY + 20 * DAY);
	assert_int_equal(ask("wrong"), SKERRY_STATE_LOCKED);
	assert_int_equal(ask(NULL), SKERRY_STATE_LOCKED);
	assert_int_equal(memory_rows("condition.begins"), 2);
	memory_assert_whole();
}

/* Somebody else's wrong value has used up nothing of the grace of who has always matched. */
static void
way_that_matched_keeps_its_own_grace(void **state)
{
	(void)state;
	settle();
	assert_int_equal(ask("box-17"), SKERRY_STATE_ACTIVE);
	assert_int_equal(ask(NULL), SKERRY_STATE_GRACE);
	site_live_until(TODAY + 20 * DAY);
	assert_int_equal(ask(NULL), SKERRY_STATE_LOCKED);
	assert_int_equal(ask("box-17"), SKERRY_STATE_ACTIVE);
	/* A renewal for another name: who is called as before has a grace to change that. */
	make_license(&second, 2, "box-18");
	assert_int_equal(site_take_at(&second, TODAY + 20 * DAY), TAKE_TAKEN);
	assert_int_equal(ask("box-18"), SKERRY_STATE_ACTIVE);
	assert_int_equal(ask("box-17"), SKERRY_STATE_GRACE);
	assert_int_equal(ask(NULL), SKERRY_STATE_LOCKED);
	memory_assert_whole();
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(asking_in_turn_writes_nothing_anew),
		AT_A_SITE(other_values_buy_no_grace),
		AT_A_SITE(machine_that_never_matched_has_one_grace),
		AT_A_SITE(way_that_matched_keeps_its_own_grace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
