/* SPDX-License-Identifier: ISC */
/*
 * Operators of one brand: what they may change, row by row of the audit log. tests/lint/96-audit-actions.sh
 * holds ACTIONS and KINDS against what the desk writes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/audit_verify.h"
#include "issuer/desk/brand_guard.h"
#include "issuer/desk/operators.h"

enum kind {
	LICENSE,
	LICENSE_KEY,
	SALE,
	CUSTOMER,
	BRAND,
	PRODUCT,
	PLAN,
	INSTALLATION,
	BATCH,
	/* From here on the whole desk's. */
	BUNDLE,
	KEY,
	MANIFEST,
	OPERATOR,
	AUDIT,
	DESK,
	CLOCK,
	UNHEARD_OF,
	KINDS_LEN
};

static const char *const KINDS[KINDS_LEN] = { "license ", "license key ", "sale ", "customer ",
	"brand ", "product ", "plan ", "installation ", "batch ", "bundle ", "key ", "manifest ",
	"operator ", "audit", "desk", "clock", "licenses " };

static const struct {
	const char *action;
	enum kind kind;
} ACTIONS[] = {
	{ "audit.archive", AUDIT },
	{ "brand.add", BRAND },
	{ "brand.set", BRAND },
	{ "bundle.make", BUNDLE },
	{ "clock.confirm", CLOCK },
	{ "customer.add", CUSTOMER },
	{ "customer.erase", CUSTOMER },
	{ "customer.set", CUSTOMER },
	{ "desk.init", DESK },
	{ "desk.recover", DESK },
	{ "document.show", LICENSE },
	{ "extend.told", LICENSE },
	{ "key.add", KEY },
	{ "key.new", LICENSE_KEY },
	{ "key.use", KEY },
	{ "license.batch", BATCH },
	{ "license.extend", LICENSE },
	{ "license.issue", LICENSE },
	{ "license.letter", LICENSE },
	{ "license.new", LICENSE },
	{ "license.renew", LICENSE },
	{ "license.repeat", SALE },
	{ "license.resume", LICENSE },
	{ "license.reveal", LICENSE },
	{ "license.revoke", LICENSE },
	{ "license.set", LICENSE },
	{ "license.suspend", LICENSE },
	{ "manifest.add", MANIFEST },
	{ "manifest.rewrite", MANIFEST },
	{ "operator.add", OPERATOR },
	{ "operator.remove", OPERATOR },
	{ "operator.set", OPERATOR },
	{ "plan.add", PLAN },
	{ "plan.set", PLAN },
	{ "product.add", PRODUCT },
	{ "product.set", PRODUCT },
	{ "reply.make", INSTALLATION },
	{ "site.adopt", LICENSE },
	{ "site.again", INSTALLATION },
	{ "site.erase", INSTALLATION },
	{ "site.fork", INSTALLATION },
	{ "site.history", INSTALLATION },
	{ "site.key_unknown", INSTALLATION },
	{ "site.lost", INSTALLATION },
	{ "site.migrate", LICENSE },
	{ "site.new", INSTALLATION },
	{ "site.opening", INSTALLATION },
	{ "site.pair", LICENSE },
	{ "site.proof", LICENSE },
	{ "site.release", LICENSE },
	{ "site.set", INSTALLATION },
	{ "site.settle", INSTALLATION },
	{ "site.take_up", LICENSE },
	{ "site.unpair", LICENSE },
	{ "status.sign", BRAND },
	{ "stick.leave", BUNDLE },
	{ "tomorrow.deed", UNHEARD_OF },
};

enum { HOTEL, ROCKET, BRANDS_LEN };

/* Two brands with a sale each, an installation each and one of both; one operator of HotelHub. */
struct world {
	struct desk_fixture *fixture;
	struct desk *desk;
	int64_t budi;
	char which[BRANDS_LEN][KINDS_LEN][AUDIT_SUBJECT_MAX];
};

enum { AT_HOTEL = 1, AT_ROCKET = 2, AT_BOTH = 3, AT_NONE = 4 };

static void
execute(struct desk *desk, const char *sql)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	if (store_run(&q) != SKERRY_OK)
		fail_msg("%s: %s", sql, store_detail(desk->store));
}

static void
sell(struct desk *desk, const char *plan, struct sold *ret_sold)
{
	struct sell sell = { .items = { { plan, LICENSE_NEVER, 0 } },
		.items_len = 1,
		.customer = "owner@grand.example",
		.tenant = "",
		.price = "",
		.currency = "",
		.payment = "" };

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(sell_licenses(desk, &sell, ret_sold), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
}

static void
add_rocket(struct desk *desk)
{
	struct brand brand = {
		.slug = "rocket", .name = "Rocket", .key_format = "ROC-#####-#####-#####-#####"
	};
	struct product product = { .brand = "rocket", .slug = "cdn", .name = "CDN" };
	struct customer customer = {
		.brand = "rocket", .email = "owner@grand.example", .name = "Grand Hotel"
	};
	struct plan *plan = malloc(sizeof *plan);

	assert_non_null(plan);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(brands_insert(desk, &brand), SKERRY_OK);
	product.brand_id = customer.brand_id = brand.id;
	assert_int_equal(products_insert(desk, &product), SKERRY_OK);
	assert_int_equal(customers_insert(desk, &customer), SKERRY_OK);
	plan_default(plan);
	plan->brand_id = brand.id;
	plan->product_id = product.id;
	strcpy(plan->brand, "rocket");
	strcpy(plan->product, "cdn");
	strcpy(plan->slug, "year");
	strcpy(plan->name, "Year");
	assert_int_equal(plans_insert(desk, plan), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	free(plan);
}

static void
place(struct desk *desk, int64_t brand, int64_t index, int64_t installation)
{
	char sql[256];

	snprintf(sql, sizeof sql,
		"INSERT INTO activation (brand_id, license_id, number, kind, status_index, "
		"paired_at,"
		" installation_id) VALUES (%lld, %lld, %lld, 'site', %lld, 0, %lld)",
		(long long)brand, (long long)brand, (long long)index, (long long)index + 100,
		(long long)installation);
	execute(desk, sql);
}

static void
name_subjects(struct world *world, int brand, const char *slug, const char *product,
	const struct sold *sold)
{
	const struct license_record *license = &sold->licenses[0];
	char(*which)[AUDIT_SUBJECT_MAX] = world->which[brand];

	snprintf(which[LICENSE], AUDIT_SUBJECT_MAX, "%s", license->public_id);
	snprintf(which[LICENSE_KEY], AUDIT_SUBJECT_MAX, "%lld", (long long)license->license_key_id);
	snprintf(which[SALE], AUDIT_SUBJECT_MAX, "%lld", (long long)sold->sale_id);
	snprintf(which[CUSTOMER], AUDIT_SUBJECT_MAX, "%lld", (long long)license->customer_id);
	snprintf(which[BRAND], AUDIT_SUBJECT_MAX, "%s", slug);
	snprintf(which[PRODUCT], AUDIT_SUBJECT_MAX, "%s/%s", slug, product);
	snprintf(which[PLAN], AUDIT_SUBJECT_MAX, "%s/%s/any", slug, product);
	snprintf(which[INSTALLATION], AUDIT_SUBJECT_MAX, "%d",
		brand == HOTEL ? AT_HOTEL : AT_ROCKET);
	snprintf(which[BATCH], AUDIT_SUBJECT_MAX, "%s", "0123456789abcdef");
	for (size_t kind = BUNDLE; kind < KINDS_LEN; kind++)
		snprintf(which[kind], AUDIT_SUBJECT_MAX, "%s",
			KINDS[kind][strlen(KINDS[kind]) - 1] == ' ' ? "1" : "");
}

static int
make_world(void **state)
{
	struct world *world = calloc(1, sizeof *world);
	struct sold *sold = malloc(sizeof *sold);
	struct operator_record person;
	void *fixture;

	assert_non_null(world);
	assert_non_null(sold);
	assert_int_equal(desk_fixture_make(&fixture), 0);
	world->fixture = fixture;
	world->desk = &world->fixture->desk;
	add_rocket(world->desk);
	sell(world->desk, "hotelhub/hms/island", sold);
	name_subjects(world, HOTEL, "hotelhub", "hms", sold);
	sell(world->desk, "rocket/cdn/year", sold);
	name_subjects(world, ROCKET, "rocket", "cdn", sold);
	free(sold);
	place(world->desk, 1, 1, AT_HOTEL);
	place(world->desk, 1, 2, AT_HOTEL);
	place(world->desk, 2, 1, AT_ROCKET);
	place(world->desk, 1, 3, AT_BOTH);
	place(world->desk, 2, 2, AT_BOTH);
	assert_int_equal(desk_begin(world->desk), SKERRY_OK);
	assert_int_equal(
		operators_add(world->desk, "budi", "hotelhub", NULL, 0, &person), SKERRY_OK);
	assert_int_equal(desk_commit(world->desk), SKERRY_OK);
	world->budi = person.id;
	*state = world;
	return 0;
}

static int
remove_world(void **state)
{
	struct world *world = *state;
	void *fixture = world->fixture;

	desk_fixture_remove(&fixture);
	free(world);
	return 0;
}

static int64_t
last_row(struct desk *desk)
{
	struct audit_head head;

	assert_int_equal(audit_read_head(desk->store, &head), SKERRY_OK);
	return head.seq;
}

/* In a change of its own, taken back: what the guard says of a row, and whether the row was there. */
static enum skerry_err
append(struct world *world, int64_t who, const char *action, const char *subject)
{
	struct desk *desk = world->desk;
	int64_t before = last_row(desk);
	enum skerry_err err;

	desk->operator_id = who;
	desk->refused = SKERRY_OK;
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	err = audit_append(desk, action, subject, "%s", "");
	assert_int_equal(last_row(desk) - before, err == SKERRY_OK);
	desk_rollback(desk);
	return err;
}

static void
every_action_is_for_those_of_its_brand(void **state)
{
	struct world *world = *state;
	bool met[KINDS_LEN] = { false };

	for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++) {
		enum kind kind = ACTIONS[i].kind;

		met[kind] = true;
		for (int brand = 0; brand < BRANDS_LEN; brand++) {
			char subject[2 * AUDIT_SUBJECT_MAX];
			bool may = kind == BATCH || (kind < BUNDLE && brand == HOTEL);

			snprintf(subject, sizeof subject, "%s%s", KINDS[kind],
				world->which[brand][kind]);
			assert_int_equal(append(world, 1, ACTIONS[i].action, subject), SKERRY_OK);
			assert_int_equal(append(world, world->budi, ACTIONS[i].action, subject),
				may ? SKERRY_OK : SKERRY_ERR_OTHER_BRAND);
			if (may)
				continue;
			assert_int_equal(world->desk->refused, SKERRY_ERR_OTHER_BRAND);
			assert_string_equal(world->desk->subject, subject);
			assert_non_null(strstr(world->desk->advice, "budi works for hotelhub"));
			assert_non_null(strstr(world->desk->advice, "all brands: owner"));
			assert_non_null(strstr(world->desk->advice,
				kind < BUNDLE ? "this is of rocket" : "not of that brand alone"));
		}
	}
	for (size_t kind = 0; kind < KINDS_LEN; kind++)
		assert_true(met[kind]);
}

static void
what_cannot_be_told_is_refused(void **state)
{
	static const struct {
		const char *subject;
		enum skerry_err err;
	} CASES[] = {
		{ "installation 3", SKERRY_ERR_OTHER_BRAND }, /* of both */
		{ "installation 4", SKERRY_OK },              /* of none yet */
		{ "license ffffffffffffffff", SKERRY_ERR_OTHER_BRAND },
		{ "license", SKERRY_ERR_OTHER_BRAND },
		{ "license key 99", SKERRY_ERR_OTHER_BRAND },
		{ "license key", SKERRY_ERR_OTHER_BRAND },
		{ "customer 1 OR 1", SKERRY_ERR_OTHER_BRAND },
		{ "customer ", SKERRY_ERR_OTHER_BRAND },
		{ "brand hotel", SKERRY_ERR_OTHER_BRAND },
		{ "product hotelhub", SKERRY_ERR_OTHER_BRAND },
		{ "product hotelhubs/hms", SKERRY_ERR_OTHER_BRAND },
		{ "plan /hotelhub/", SKERRY_ERR_OTHER_BRAND },
		{ "batches 1", SKERRY_ERR_OTHER_BRAND },
		{ "", SKERRY_ERR_OTHER_BRAND },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		assert_int_equal(
			append(world, world->budi, "any.deed", CASES[i].subject), CASES[i].err);
		assert_int_equal(append(world, 1, "any.deed", CASES[i].subject), SKERRY_OK);
	}
	world->desk->operator_id = world->budi;
	assert_int_equal(brand_guard_ask(world->desk, 1), SKERRY_OK);
	assert_int_equal(brand_guard_ask(world->desk, 2), SKERRY_ERR_OTHER_BRAND);
	assert_string_equal(world->desk->subject, "brand rocket");
	assert_int_equal(brand_guard_ask(world->desk, 0), SKERRY_ERR_OTHER_BRAND);
	assert_int_equal(brand_guard_ask(world->desk, 99), SKERRY_ERR_OTHER_BRAND);
}

/* A bundle's, a reply's and a manifest's row: whose it is follows from what it was made for. */
static void
brand_that_is_given_counts_whatever_the_subject(void **state)
{
	static const struct {
		int64_t brand;
		enum skerry_err err;
	} CASES[] = { { 0, SKERRY_ERR_OTHER_BRAND }, { 1, SKERRY_OK },
		{ 2, SKERRY_ERR_OTHER_BRAND }, { 99, SKERRY_ERR_OTHER_BRAND } };
	struct world *world = *state;
	struct desk *desk = world->desk;

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		int64_t before = last_row(desk);

		desk->operator_id = world->budi;
		assert_int_equal(desk_begin(desk), SKERRY_OK);
		assert_int_equal(audit_append_of(desk, CASES[i].brand, "reply.make",
					 "installation 3", "%s", ""),
			CASES[i].err);
		assert_int_equal(last_row(desk) - before, CASES[i].err == SKERRY_OK);
		desk_rollback(desk);
	}
}

/* An operator who was limited while unlocked is so with the next change, and free again likewise. */
static void
limit_counts_from_the_next_change_on(void **state)
{
	struct world *world = *state;
	struct desk *desk = world->desk;
	struct operator_record person;

	desk->operator_id = world->budi;
	assert_int_equal(brand_guard_ask(desk, 1), SKERRY_OK);
	execute(desk, "UPDATE operator SET brand_id = 2 WHERE name = 'budi'");
	assert_int_equal(
		append(world, world->budi, "customer.set", "customer 1"), SKERRY_ERR_OTHER_BRAND);
	execute(desk, "UPDATE operator SET brand_id = 1 WHERE name = 'budi'");
	desk->operator_id = 1;
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(operators_find(desk, "budi", &person), SKERRY_OK);
	assert_string_equal(person.brand, "hotelhub");
	assert_int_equal(operators_set_brand(desk, &person, NULL), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	assert_int_equal(append(world, world->budi, "customer.set", "customer 2"), SKERRY_OK);
	assert_int_equal(append(world, world->budi, "key.use", "key 1"), SKERRY_OK);
}

static void
last_operator_of_all_brands_stays_so(void **state)
{
	struct world *world = *state;
	struct desk *desk = world->desk;
	struct operator_record owner, budi, citra;

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(operators_find(desk, "owner", &owner), SKERRY_OK);
	assert_int_equal(operators_find(desk, "budi", &budi), SKERRY_OK);
	assert_int_equal(operators_set_brand(desk, &owner, "rocket"), SKERRY_ERR_IN_USE);
	assert_int_equal(operators_remove(desk, &owner), SKERRY_ERR_IN_USE);
	assert_string_equal(desk->message, "This is the last operator of all brands.");
	assert_int_equal(operators_set_brand(desk, &budi, "rocker"), SKERRY_ERR_NOT_FOUND);
	assert_int_equal(operators_add(desk, "citra", NULL, NULL, 0, &citra), SKERRY_OK);
	/* Themselves: from the next change on. */
	assert_int_equal(operators_set_brand(desk, &owner, "rocket"), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(operators_set_brand(desk, &owner, NULL), SKERRY_ERR_OTHER_BRAND);
	assert_int_equal(operators_remove(desk, &citra), SKERRY_ERR_OTHER_BRAND);
	desk_rollback(desk);
	desk->operator_id = citra.id;
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(operators_remove(desk, &budi), SKERRY_OK);
	desk_rollback(desk);
}

static void
own_passphrase_is_everybodys_own(void **state)
{
	static const uint8_t WRAPPED[1];
	struct world *world = *state;
	struct desk *desk = world->desk;
	struct operator_record owner, budi;

	desk->operator_id = world->budi;
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(operators_find(desk, "owner", &owner), SKERRY_OK);
	assert_int_equal(operators_find(desk, "budi", &budi), SKERRY_OK);
	assert_int_equal(operators_set_passphrase(desk, &budi, WRAPPED, 1), SKERRY_OK);
	assert_int_equal(
		operators_set_passphrase(desk, &owner, WRAPPED, 1), SKERRY_ERR_OTHER_BRAND);
	assert_int_equal(operators_rename(desk, &budi, "budi2"), SKERRY_ERR_OTHER_BRAND);
	assert_int_equal(operators_set_brand(desk, &budi, NULL), SKERRY_ERR_OTHER_BRAND);
	assert_int_equal(
		operators_add(desk, "citra", "hotelhub", NULL, 0, &owner), SKERRY_ERR_OTHER_BRAND);
	desk_rollback(desk);
}

static void
limit_that_no_row_tells_of_is_found(void **state)
{
	static const struct {
		const char *sql;
		enum audit_fault fault;
	} CASES[] = {
		{ "UPDATE operator SET brand_id = brand_id", AUDIT_SOUND },
		{ "UPDATE operator SET brand_id = NULL WHERE name = 'budi'", AUDIT_RECORD },
		{ "UPDATE operator SET brand_id = 2 WHERE name = 'budi'", AUDIT_RECORD },
		{ "UPDATE operator SET brand_id = 1 WHERE name = 'budi'", AUDIT_SOUND },
		{ "UPDATE operator SET brand_id = 1 WHERE id = 1", AUDIT_RECORD },
		{ "UPDATE operator SET brand_id = NULL WHERE id = 1", AUDIT_SOUND },
	};
	struct world *world = *state;
	struct audit_verdict verdict;

	execute(world->desk, "DELETE FROM activation");
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		execute(world->desk, CASES[i].sql);
		assert_int_equal(audit_verify_desk(world->desk, NULL, 0, &verdict),
			CASES[i].fault == AUDIT_SOUND ? SKERRY_OK : SKERRY_ERR_AUDIT_CHAIN);
		assert_int_equal(verdict.fault, CASES[i].fault);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_action_is_for_those_of_its_brand, make_world, remove_world),
		cmocka_unit_test_setup_teardown(
			what_cannot_be_told_is_refused, make_world, remove_world),
		cmocka_unit_test_setup_teardown(
			brand_that_is_given_counts_whatever_the_subject, make_world, remove_world),
		cmocka_unit_test_setup_teardown(
			limit_counts_from_the_next_change_on, make_world, remove_world),
		cmocka_unit_test_setup_teardown(
			last_operator_of_all_brands_stays_so, make_world, remove_world),
		cmocka_unit_test_setup_teardown(
			own_passphrase_is_everybodys_own, make_world, remove_world),
		cmocka_unit_test_setup_teardown(
			limit_that_no_row_tells_of_is_found, make_world, remove_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
