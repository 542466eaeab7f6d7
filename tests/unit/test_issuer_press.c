/* SPDX-License-Identifier: ISC */
/* Many licenses on many threads: in order, recorded once each, and never beyond an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/desk/audit.h"
#include "issuer/press.h"

/* More than any ring holds at once on this machine's processors. */
enum { MANY = 1200, STOP_AT = 300 };

struct tray {
	const struct signing *signing;
	uint64_t count, stop_at;
	int64_t last_edition;
};

static struct binding binding = { .kind = ACTIVATION_UNBOUND };
static struct sold sold;

static enum skerry_err
take(void *context, uint64_t tag, const struct issued *issued)
{
	struct tray *tray = context;
	static struct license license;
	const struct manifest_key *key;
	size_t offset;

	assert_int_equal(tag, tray->count);
	assert_true(issued->edition > tray->last_edition);
	if (tag % 100 == 0)
		assert_int_equal(trust_open_license(tray->signing->trust, issued->bytes,
					 issued->len, &license, &key, &offset),
			SKERRY_OK);
	tray->last_edition = issued->edition;
	return ++tray->count == tray->stop_at ? SKERRY_ERR_IO : SKERRY_OK;
}

static int64_t
count(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;
	int64_t number = -1;

	store_query(fixture->desk.store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return number;
}

struct running {
	struct signing signing;
	struct plan_shelf shelf;
	struct tray tray;
	struct press *press;
	struct issue issue;
};

static void
start(struct desk_fixture *fixture, uint64_t stop_at, struct running *ret_running)
{
	*ret_running = (struct running){ .tray.stop_at = stop_at };
	desk_fixture_sell(fixture, &sold);
	ret_running->issue = (struct issue){ .license_id = sold.licenses[0].public_id,
		.binding = &binding,
		.until = LICENSE_NEVER };
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(signing_open(&fixture->desk, &ret_running->signing), SKERRY_OK);
	ret_running->tray.signing = &ret_running->signing;
	assert_int_equal(press_open(&fixture->desk, &ret_running->signing, &ret_running->shelf,
				 take, &ret_running->tray, &ret_running->press),
		SKERRY_OK);
}

static void
stop(struct running *running)
{
	press_close(running->press);
	plan_shelf_clear(&running->shelf);
	signing_close(&running->signing);
}

static void
everything_is_delivered_in_order_and_recorded_once(void **state)
{
	struct desk_fixture *fixture = *state;
	struct running running;
	int64_t bad = 0;

	start(fixture, UINT64_MAX, &running);
	for (uint64_t i = 0; i < MANY; i++)
		assert_int_equal(press_add(running.press, &running.issue, i), SKERRY_OK);
	assert_int_equal(press_drain(running.press), SKERRY_OK);
	assert_int_equal(running.tray.count, MANY);
	assert_int_equal(press_drain(running.press), SKERRY_OK);
	stop(&running);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	assert_int_equal(
		count(fixture, "SELECT count(*) FROM document WHERE kind = 'license'"), MANY);
	assert_int_equal(
		count(fixture, "SELECT count(DISTINCT cti) FROM document WHERE kind = 'license'"),
		MANY);
	assert_int_equal(
		count(fixture, "SELECT count(*) FROM audit WHERE action = 'license.issue'"), MANY);
	assert_int_equal(count(fixture, "SELECT edition FROM license"), running.tray.last_edition);
	assert_int_equal(count(fixture, "SELECT count(*) FROM activation"), 1);
	assert_int_equal(audit_chain_holds(fixture->desk.store, &bad), SKERRY_OK);
}

static void
refused_draft_leaves_the_press_running(void **state)
{
	struct desk_fixture *fixture = *state;
	struct running running;
	struct issue wrong;

	start(fixture, UINT64_MAX, &running);
	wrong = running.issue;
	wrong.license_id = "0000000000000000";
	for (uint64_t i = 0; i < 10; i++) {
		assert_int_equal(press_add(running.press, &wrong, 99), SKERRY_ERR_NOT_FOUND);
		assert_int_equal(press_add(running.press, &running.issue, i), SKERRY_OK);
	}
	assert_int_equal(press_drain(running.press), SKERRY_OK);
	assert_int_equal(running.tray.count, 10);
	stop(&running);
	desk_rollback(&fixture->desk);
	assert_int_equal(count(fixture, "SELECT count(*) FROM document WHERE kind = 'license'"), 0);
}

static void
error_of_delivery_ends_it_for_good(void **state)
{
	struct desk_fixture *fixture = *state;
	enum skerry_err err = SKERRY_OK;
	struct running running;

	start(fixture, STOP_AT, &running);
	for (uint64_t i = 0; i < MANY && err == SKERRY_OK; i++)
		err = press_add(running.press, &running.issue, i);
	if (err == SKERRY_OK)
		err = press_drain(running.press);
	assert_int_equal(err, SKERRY_ERR_IO);
	assert_int_equal(running.tray.count, STOP_AT);
	assert_int_equal(press_add(running.press, &running.issue, 0), SKERRY_ERR_IO);
	assert_int_equal(press_drain(running.press), SKERRY_ERR_IO);
	assert_int_equal(running.tray.count, STOP_AT);
	stop(&running);
}

static void
press_may_be_closed_with_sheets_on_their_way(void **state)
{
	struct running running;

	start(*state, UINT64_MAX, &running);
	for (uint64_t i = 0; i < 5; i++)
		assert_int_equal(press_add(running.press, &running.issue, i), SKERRY_OK);
	stop(&running);
	press_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_is_delivered_in_order_and_recorded_once,
			desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(refused_draft_leaves_the_press_running,
			desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(
			error_of_delivery_ends_it_for_good, desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(press_may_be_closed_with_sheets_on_their_way,
			desk_fixture_make, desk_fixture_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
