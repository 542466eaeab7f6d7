/* SPDX-License-Identifier: ISC */
/* A site's answer on captured machines: the license that was made for one, asked about on another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/fixture_machine.h"
#include "tests/unit/fixture_site.h"
#include "verifier/confirm.h"

static struct signed_document document;
static struct machine machine;

/* The site holds a license that the desk has made of what this machine shows. */
static void
bind_to(const char *name, const char *install_path, const char *custom)
{
	const struct components_query query = { .root = machine.root,
		.install_path = install_path,
		.custom = &custom,
		.custom_len = custom != NULL };
	struct components components;
	struct license bound;

	machine_set_up(&machine, name);
	assert_int_equal(components_collect(&query, &components), SKERRY_OK);
	bound = machine_license(&components);
	ceremony_license(&license_made);
	license_made.salt = bound.salt;
	license_made.threshold = bound.threshold;
	memcpy(license_made.components, bound.components, sizeof bound.components);
	license_made.components_len = bound.components_len;
	license_made.ladder.rebind_grace_s = 14 * DAY;
	site_sign_license(&document);
	assert_int_equal(site_take_at(&document, TODAY), TAKE_TAKEN);
}

static struct site_answer
ask_on(const char *root, const char *install_path)
{
	const struct site_query query = {
		.product = "hms", .install_path = install_path, .root = root, .at = TODAY + DAY
	};
	struct site_answer answer;

	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	return answer;
}

static void
license_of_a_machine_holds_there_and_nowhere_else(void **state)
{
	static const char *const OTHERS[] = { "bare-metal", "cloud-nitro", "cloud-virtio",
		"cloud-xen", "kvm", "vmware", "raspberry", "laptop" };
	struct site_answer answer;

	(void)state;
	bind_to("none-readable", NULL, NULL);
	answer = ask_on(machine.root, NULL);
	assert_int_equal(answer.verdict.reason, SKERRY_REASON_OK);
	assert_int_equal(answer.verdict.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(answer.tally.matched, 15);
	assert_int_equal(answer.tally.threshold, 8);
	for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
		char root[64];

		snprintf(root, sizeof root, MACHINES "%s", OTHERS[i]);
		answer = ask_on(root, NULL);
		assert_int_not_equal(answer.verdict.reason, SKERRY_REASON_OK);
		assert_true(answer.tally.matched < answer.tally.threshold);
	}
	answer = ask_on(MACHINES "laptop", NULL);
	assert_int_equal(answer.verdict.reason, SKERRY_REASON_WRONG_MACHINE);
	/* A container shows next to nothing: it is told so, and not called another machine. */
	answer = ask_on(MACHINES "container", NULL);
	assert_int_equal(answer.verdict.reason, SKERRY_REASON_TOO_FEW_COMPONENTS);
	machine_remove(&machine);
}

static void
install_path_counts_where_it_is_told(void **state)
{
	const struct site_query relative = { .product = "hms", .install_path = "opt" };
	struct site_answer told, untold, other;

	(void)state;
	bind_to("vmware", "/opt/hms/", NULL);
	told = ask_on(machine.root, "/opt//hms");
	untold = ask_on(machine.root, NULL);
	other = ask_on(machine.root, "/srv/hms");
	assert_int_equal(told.tally.components, 5);
	assert_int_equal(told.tally.matched, 9);
	assert_int_equal(untold.tally.matched, 8);
	assert_int_equal(untold.tally.unreadable, 1);
	assert_int_equal(other.tally.matched, 8);
	assert_int_equal(other.tally.unreadable, 0);
	assert_int_equal(site_ask(&site, &relative, &other), SKERRY_ERR_ARGUMENT);
	machine_remove(&machine);
}

/* What the product alone knows of a container is asked for there, too: else each date would lock it. */
static void
date_is_confirmed_where_the_product_supplies_a_component(void **state)
{
	const char *own = "container-7", *other = "container-8";
	struct site_query query = { .root = machine.root };
	struct clock_reading reading;
	struct confirm_result result;

	(void)state;
	bind_to("container", NULL, own);
	reading = site_reading();
	reading.wall += 70 * DAY;
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
	for (int i = 0; i < 3; i++) {
		query.custom = i == 1 ? &other : &own;
		query.custom_len = i > 0;
		assert_int_equal(confirm_clock(&site, &reading, reading.wall - DAY,
					 reading.wall + DAY, &query, &result),
			SKERRY_OK);
		assert_int_equal(result.answer, i == 2 ? CONFIRM_DONE : CONFIRM_WOULD_LOCK);
	}
	machine_remove(&machine);
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(license_of_a_machine_holds_there_and_nowhere_else),
		AT_A_SITE(install_path_counts_where_it_is_told),
		AT_A_SITE(date_is_confirmed_where_the_product_supplies_a_component),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
