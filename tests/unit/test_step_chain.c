/* SPDX-License-Identifier: ISC */
/* The hash chain of telephone renewal: every step leads down to the anchor, and only down. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hex.h"
#include "keys/random.h"
#include "keys/step_chain.h"

static struct secretbox_key key;
static const uint8_t CTI[LICENSE_CTI_LEN] = { 1, 2, 3 }, OTHER_CTI[LICENSE_CTI_LEN] = { 9 };

static int
make_key(void **state)
{
	static const uint8_t bytes[SECRETBOX_KEY_LEN] = "a desk's key of thirty-two byte";

	(void)state;
	return random_start() == SKERRY_OK && secretbox_key_take(bytes, &key) == SKERRY_OK ? 0 : -1;
}

static int
free_key(void **state)
{
	(void)state;
	secretbox_key_free(&key);
	return 0;
}

/* Value j of a chain of LICENSE_STEPS_MAX steps. */
static void
value(const uint8_t cti[LICENSE_CTI_LEN], unsigned j, uint8_t ret_value[LICENSE_ANCHOR_LEN])
{
	step_chain_seed(&key, cti, ret_value);
	step_chain_walk(ret_value, cti, LICENSE_STEPS_MAX, j);
}

static void
each_step_leads_to_the_anchor(void **state)
{
	uint8_t anchor[LICENSE_ANCHOR_LEN], step[LICENSE_ANCHOR_LEN];

	(void)state;
	value(CTI, 0, anchor);
	assert_true(anchor[0] < 0x80);
	for (unsigned j = 1; j <= LICENSE_STEPS_MAX; j++) {
		value(CTI, j, step);
		assert_true(step[0] < 0x80);
		assert_memory_not_equal(step, anchor, sizeof anchor);
		step_chain_walk(step, CTI, j, 0);
		assert_memory_equal(step, anchor, sizeof anchor);
	}
}

static void
walking_nowhere_changes_nothing(void **state)
{
	uint8_t step[LICENSE_ANCHOR_LEN], before[LICENSE_ANCHOR_LEN];

	(void)state;
	value(CTI, 7, step);
	memcpy(before, step, sizeof step);
	step_chain_walk(step, CTI, 7, 7);
	assert_memory_equal(step, before, sizeof step);
}

static void
value_of_one_step_is_no_good_as_another(void **state)
{
	uint8_t anchor[LICENSE_ANCHOR_LEN], step[LICENSE_ANCHOR_LEN];

	(void)state;
	value(CTI, 0, anchor);
	for (unsigned j = 1; j <= LICENSE_STEPS_MAX; j++) {
		if (j == 3)
			continue;
		value(CTI, 3, step);
		step_chain_walk(step, CTI, j, 0);
		assert_memory_not_equal(step, anchor, sizeof anchor);
	}
}

static void
documents_have_chains_of_their_own(void **state)
{
	uint8_t anchor[LICENSE_ANCHOR_LEN], step[LICENSE_ANCHOR_LEN];

	(void)state;
	value(CTI, 0, anchor);
	value(OTHER_CTI, 0, step);
	assert_memory_not_equal(step, anchor, sizeof anchor);
	/* nor does one document's value lead to another's anchor */
	value(OTHER_CTI, 3, step);
	step_chain_walk(step, CTI, 3, 0);
	assert_memory_not_equal(step, anchor, sizeof anchor);
}

static void
the_chain_is_the_documented_one(void **state)
{
	/* Worked out by another program (docs/formats.md, "Telephone renewal"). */
	static const char *const VALUES[] = { "275526c7b4fbc6b880f87f03",
		"7ef32a383e89e417ba3ee475", "788f8ecc1d67244c529ecc96",
		"00112233445566778899aabb" };
	uint8_t cti[LICENSE_CTI_LEN], step[LICENSE_ANCHOR_LEN], expected[LICENSE_ANCHOR_LEN];

	(void)state;
	fixture_hex("0001020304050607", cti, 0, sizeof cti);
	fixture_hex(VALUES[3], step, 0, sizeof step);
	for (unsigned j = 3; j > 0; j--) {
		step_chain_down(step, cti, j);
		fixture_hex(VALUES[j - 1], expected, 0, sizeof expected);
		assert_memory_equal(step, expected, sizeof step);
	}
}

/* Worked out by another program: a desk that is replaced goes on with the chains of the one before. */
static void
the_seed_of_a_key_and_a_document_stays(void **state)
{
	uint8_t cti[LICENSE_CTI_LEN], seed[LICENSE_ANCHOR_LEN], expected[LICENSE_ANCHOR_LEN];

	(void)state;
	fixture_hex("0001020304050607", cti, 0, sizeof cti);
	fixture_hex("29f7d70311ae8bdb27f5cb0b", expected, 0, sizeof expected);
	step_chain_seed(&key, cti, seed);
	assert_memory_equal(seed, expected, sizeof seed);
}

/* A license of `steps` steps over an anchor. */
static struct license
license_of(const uint8_t anchor[LICENSE_ANCHOR_LEN], unsigned steps)
{
	return (struct license){ .cti = { CTI, sizeof CTI },
		.anchor = { anchor, LICENSE_ANCHOR_LEN },
		.telephone_steps = steps,
		.telephone_days = 14 };
}

static void
a_step_is_found_by_its_value_alone(void **state)
{
	uint8_t anchor[LICENSE_ANCHOR_LEN], step[LICENSE_ANCHOR_LEN];
	struct license license;

	(void)state;
	value(CTI, 0, anchor);
	license = license_of(anchor, LICENSE_STEPS_MAX);
	for (unsigned j = 1; j <= LICENSE_STEPS_MAX; j++) {
		value(CTI, j, step);
		assert_int_equal(step_chain_find(&license, step), j);
	}
}

static void
no_step_is_found_where_there_is_none(void **state)
{
	uint8_t anchor[LICENSE_ANCHOR_LEN], step[LICENSE_ANCHOR_LEN];
	struct license license;

	(void)state;
	value(CTI, 0, anchor);
	license = license_of(anchor, 3);
	/* the anchor itself, which every license shows; a step beyond what the license allows */
	assert_int_equal(step_chain_find(&license, anchor), 0);
	value(CTI, 4, step);
	assert_int_equal(step_chain_find(&license, step), 0);
	/* another document's; one bit off */
	value(OTHER_CTI, 1, step);
	assert_int_equal(step_chain_find(&license, step), 0);
	value(CTI, 2, step);
	assert_int_equal(step_chain_find(&license, step), 2);
	step[11] ^= 1;
	assert_int_equal(step_chain_find(&license, step), 0);
	license = (struct license){ .cti = { CTI, sizeof CTI }, .telephone_steps = 3 };
	assert_int_equal(step_chain_find(&license, step), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_step_leads_to_the_anchor),
		cmocka_unit_test(walking_nowhere_changes_nothing),
		cmocka_unit_test(value_of_one_step_is_no_good_as_another),
		cmocka_unit_test(documents_have_chains_of_their_own),
		cmocka_unit_test(the_chain_is_the_documented_one),
		cmocka_unit_test(the_seed_of_a_key_and_a_document_stays),
		cmocka_unit_test(a_step_is_found_by_its_value_alone),
		cmocka_unit_test(no_step_is_found_where_there_is_none),
	};
	return cmocka_run_group_tests(tests, make_key, free_key);
}
