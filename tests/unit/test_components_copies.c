/* SPDX-License-Identifier: ISC */
/* Captured machines against each other and against their copies, at the threshold that the desk sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/fixture_machine.h"

static const char *const NAMES[] = { "bare-metal", "cloud-nitro", "cloud-virtio", "cloud-xen",
	"kvm", "vmware", "container", "raspberry", "junk-board", "laptop", "none-readable" };

enum { MACHINES_LEN = sizeof NAMES / sizeof *NAMES };

static enum evaluate_match
match(const struct license *license, const struct components *components)
{
	enum match_sight sights[LICENSE_COMPONENTS_MAX];

	components_compare(components, license, sights);
	return match_machine(license, sights, NULL);
}

static void
look_at(size_t index, bool as_user, struct components *ret_components)
{
	struct machine machine;

	machine_set_up(&machine, NAMES[index]);
	if (as_user) {
		machine_lock(&machine);
		machine_collect_as_user(&machine, ret_components);
	} else {
		machine_collect(&machine, ret_components);
	}
	machine_remove(&machine);
}

static struct components looks[2 * MACHINES_LEN]; /* root's of each machine, then its user's */

static void
look_at_all(void)
{
	for (size_t i = 0; i < 2 * MACHINES_LEN; i++)
		look_at(i % MACHINES_LEN, i >= MACHINES_LEN, &looks[i]);
}

static void
no_two_machines_are_the_same_at_the_usual_threshold(void **state)
{
	(void)state;
	look_at_all();
	for (size_t i = 0; i < 2 * MACHINES_LEN; i++) {
		struct license license = machine_license(&looks[i]);

		/* Of these `skerry fingerprint` writes no file. */
		if (!components_identify(&looks[i]))
			continue;
		for (size_t other = 0; other < 2 * MACHINES_LEN; other++) {
			bool same = i % MACHINES_LEN == other % MACHINES_LEN;
			enum evaluate_match got = match(&license, &looks[other]);

			if (same ? got == EVALUATE_MISMATCH : got == EVALUATE_MATCH)
				fail_msg("%s, %s", NAMES[i % MACHINES_LEN],
					NAMES[other % MACHINES_LEN]);
		}
		assert_int_equal(match(&license, &looks[i]), EVALUATE_MATCH);
	}
}

static bool
is_copied(unsigned type)
{
	return type == FINGERPRINT_MACHINE_ID || type == FINGERPRINT_CPU_MODEL ||
	       type == FINGERPRINT_OS || type == FINGERPRINT_INSTALL_PATH;
}

/* The same with its rows of these types changed; whether there was one. */
static bool
change(struct components *components, bool copied, bool machine_id)
{
	bool any = false;

	for (size_t i = 0; i < components->len; i++) {
		struct component *row = &components->list[i];

		if (row->sight != COMPONENT_PRESENT || is_copied(row->type) != copied ||
			(machine_id && row->type != FINGERPRINT_MACHINE_ID))
			continue;
		row->value[0] ^= 1;
		any = true;
	}
	return any;
}

/*
 * The image of each machine started on a host of the same kind. Where the fingerprint was taken
 * without root, a virtual machine without a disk of its own shows nothing that its copy does not.
 */
static void
copy_of_a_machine_is_another_one(void **state)
{
	static const char *const UNTOLD[] = { "cloud-virtio", "kvm", "vmware" };

	(void)state;
	look_at_all();
	for (size_t i = 0; i < 2 * MACHINES_LEN; i++) {
		struct license license = machine_license(&looks[i]);
		struct components copy = looks[i];
		enum evaluate_match expected = EVALUATE_MISMATCH;

		if (!components_identify(&looks[i]))
			continue;
		if (!change(&copy, false, false)) {
			bool known = false;

			assert_true(i >= MACHINES_LEN);
			for (size_t u = 0; u < sizeof UNTOLD / sizeof *UNTOLD; u++)
				known |= strcmp(NAMES[i % MACHINES_LEN], UNTOLD[u]) == 0;
			assert_true(known);
			expected = EVALUATE_MATCH;
		}
		assert_int_equal(match(&license, &copy), expected);
	}
}

static void
machine_set_up_anew_is_the_same_where_root_took_its_fingerprint(void **state)
{
	(void)state;
	look_at_all();
	for (size_t i = 0; i < MACHINES_LEN; i++) {
		struct license license = machine_license(&looks[i]);
		struct components anew = looks[i];

		if (change(&anew, true, true))
			assert_int_equal(match(&license, &anew), EVALUATE_MATCH);
	}
}

/* Of one image: told apart by what is theirs, and else no fingerprint is taken of them. */
static void
containers_differ_in_what_is_supplied_alone(void **state)
{
	static const char *const VOLUMES[] = { "volume-1", "volume-2" };
	struct components_query query = { .custom = VOLUMES, .custom_len = 1 };
	struct components one, other;
	struct machine machine;
	struct license license;

	(void)state;
	machine_set_up(&machine, "container");
	query.root = machine.root;
	assert_int_equal(components_collect(&query, &one), SKERRY_OK);
	query.custom = &VOLUMES[1];
	assert_int_equal(components_collect(&query, &other), SKERRY_OK);
	license = machine_license(&one);
	assert_int_equal(match(&license, &one), EVALUATE_MATCH);
	assert_int_equal(match(&license, &other), EVALUATE_MISMATCH);
	machine_collect(&machine, &other);
	assert_false(components_identify(&other));
	assert_int_not_equal(match(&license, &other), EVALUATE_MATCH);
	machine_remove(&machine);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_two_machines_are_the_same_at_the_usual_threshold),
		cmocka_unit_test(copy_of_a_machine_is_another_one),
		cmocka_unit_test(machine_set_up_anew_is_the_same_where_root_took_its_fingerprint),
		cmocka_unit_test(containers_differ_in_what_is_supplied_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
