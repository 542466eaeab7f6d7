/* SPDX-License-Identifier: ISC */
/* Erasing a customer: nothing of the person is left in the desk, and the log still verifies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/desk/audit_verify.h"
#include "issuer/desk/erasure.h"
#include "issuer/desk/finder.h"
#include "issuer/desk/notes.h"
#include "keys/untrusted_file.h"

static void
execute(struct desk *desk, const char *sql)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	if (store_run(&q) != SKERRY_OK)
		fail_msg("%s: %s", sql, store_detail(desk->store));
}

static int64_t
number(struct desk *desk, const char *sql)
{
	struct store_query q;
	int64_t value = -1;

	store_query(desk->store, &q, sql);
	if (store_step(&q))
		value = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return value;
}

/* A customer with everything that a desk may know of one, each with "qqx" in it somewhere. */
static void
furnish(struct desk_fixture *fixture, struct customer *ret_customer)
{
	struct desk *desk = &fixture->desk;
	struct customer customer = { .brand_id = 1,
		.brand = "hotelhub",
		.email = "before-qqx@palm.example",
		.name = "Maria qqx",
		.company = "qqx Resorts",
		.language = "id" };
	struct sell sell = { .items = { { "hotelhub/hms/island", LICENSE_NEVER, 0 } },
		.items_len = 1,
		.customer = "2",
		.tenant = "wing-qqx",
		.price = "",
		.currency = "",
		.payment = "PAY-1" };
	char subject[AUDIT_SUBJECT_MAX];
	struct note note;
	static struct sold sold;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(customers_insert(desk, &customer), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	strcpy(customer.email, "now-qqx@palm.example");
	assert_int_equal(customers_update(desk, &customer), SKERRY_OK);
	assert_int_equal(sell_licenses(desk, &sell, &sold), SKERRY_OK);
	execute(desk,
		"INSERT INTO activation (brand_id, license_id, number, kind, status_index, site_id,"
		" site_key, opening_key, fingerprint, domains, tenant, install_id, hostname, os,"
		" app_version, paired_at) VALUES (1, 2, 1, 'machine', 0, CAST('id-qqx' AS BLOB),"
		" CAST('key-qqx' AS BLOB), CAST('open-qqx' AS BLOB), CAST('print-qqx' AS BLOB),"
		" 'qqx.example', 'wing-qqx', 'inst-qqx', 'host-qqx', 'os-qqx', 'app-qqx',"
		" 1800000000)");
	assert_int_equal(finder_put_activation(desk, store_last_id(desk->store)), SKERRY_OK);
	snprintf(subject, sizeof subject, "license %s", sold.licenses[0].public_id);
	assert_int_equal(audit_append(desk, "license.issue", subject,
				 "activation=1 edition=1 index=0 key=0000000000000000 new"),
		SKERRY_OK);
	execute(desk,
		"INSERT INTO heartbeat (brand_id, activation_id, received_at, source, telemetry)"
		" VALUES (1, 1, 1, 'mail', 'telemetry-qqx')");
	execute(desk,
		"INSERT INTO document (kind, brand_id, activation_id, edition, issued_at, digest,"
		" bytes) VALUES ('license', 1, 1, 1, 1, zeroblob(32), CAST('bytes-qqx' AS BLOB))");
	assert_int_equal(notes_insert(desk, 1, 2, "Maria qqx asked", &note), SKERRY_OK);
	assert_int_equal(
		audit_append(desk, "license.suspend", "license 2", "to=suspended%s", note.mark),
		SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	*ret_customer = customer;
}

static enum skerry_err
erase(struct desk *desk, const struct customer *customer, bool force)
{
	struct erasure erasure;
	enum skerry_err err;

	assert_int_equal(erasure_prepare(desk), SKERRY_OK);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	err = erasure_make(desk, customer, force, &erasure);
	if (err != SKERRY_OK) {
		desk_rollback(desk);
		return err;
	}
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	assert_int_equal(erasure.licenses, 1);
	assert_int_equal(erasure.sites, 1);
	assert_int_equal(erasure.documents, 1);
	assert_int_equal(erasure.reasons, 1);
	assert_int_equal(erasure.heartbeats, 1);
	return erasure_scrub(desk);
}

/* How often the text stands in a file of the desk; 0 for a file that is not there. */
static size_t
occurrences(const struct desk_fixture *fixture, const char *name, const char *text)
{
	char path[128];
	uint8_t *bytes;
	size_t len, count = 0;

	snprintf(path, sizeof path, "%s/%s", fixture->path, name);
	if (untrusted_file_read(path, 1 << 26, &bytes, &len) != SKERRY_OK)
		return 0;
	for (size_t i = 0; i + strlen(text) <= len; i++)
		count += memcmp(bytes + i, text, strlen(text)) == 0;
	free(bytes);
	return count;
}

static void
nothing_of_the_person_is_left_in_the_files(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct customer customer;

	furnish(fixture, &customer);
	assert_true(occurrences(fixture, "issuer.db-wal", "qqx") > 10);
	assert_int_equal(erase(desk, &customer, true), SKERRY_OK);
	assert_int_equal(occurrences(fixture, "issuer.db", "qqx"), 0);
	assert_int_equal(occurrences(fixture, "issuer.db-wal", "qqx"), 0);
	assert_int_equal(occurrences(fixture, "issuer.db", "palm"), 0);
	/* The other customer is untouched. */
	assert_true(occurrences(fixture, "issuer.db", "owner@grand.example") > 0);
	assert_int_equal(number(desk, "SELECT count(*) FROM finder('grand')"), 1);
	assert_int_equal(number(desk, "SELECT count(*) FROM finder"), 1);
}

static void
business_stays_under_the_number(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct customer customer;
	struct audit_verdict verdict;

	furnish(fixture, &customer);
	/* Its digest is made up: before, the document is what does not fit. */
	assert_int_equal(audit_verify_desk(desk, NULL, 0, &verdict), SKERRY_ERR_AUDIT_CHAIN);
	assert_int_equal(verdict.fault, AUDIT_DOCUMENT);
	assert_int_equal(erase(desk, &customer, true), SKERRY_OK);
	assert_int_equal(audit_verify_desk(desk, NULL, 0, &verdict), SKERRY_OK);
	assert_int_equal(verdict.notes, 1);
	assert_int_equal(number(desk, "SELECT count(*) FROM sale WHERE payment = 'PAY-1'"), 1);
	assert_int_equal(number(desk, "SELECT count(*) FROM license"), 2);
	assert_int_equal(
		number(desk, "SELECT count(*) FROM document WHERE digest = zeroblob(32)"), 1);
	assert_int_equal(number(desk, "SELECT count(*) FROM audit WHERE action = 'customer.erase'"
				      " AND subject = 'customer 2'"),
		1);
	desk_fixture_reopen(fixture);
	assert_int_equal(customers_find(desk, "hotelhub", "2", &customer), SKERRY_OK);
	assert_string_equal(customer.email, "erased-2@invalid");
	assert_string_equal(customer.name, "erased");
	assert_string_equal(customer.company, "");
	assert_int_equal(customer.erased_at, DESK_NOW);
	assert_int_equal(number(desk, "PRAGMA integrity_check"), 0); /* "ok" */
}

static void
standing_license_holds_its_customer(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct customer customer;

	furnish(fixture, &customer);
	assert_int_equal(erase(desk, &customer, false), SKERRY_ERR_IN_USE);
	assert_non_null(strstr(desk->advice, "revoke"));
	/* Suspended is standing: it can be resumed. */
	execute(desk, "UPDATE license SET status = 'suspended' WHERE id = 2");
	assert_int_equal(erase(desk, &customer, false), SKERRY_ERR_IN_USE);
	execute(desk, "UPDATE license SET valid_until = 1800000000 WHERE id = 2");
	assert_int_equal(erase(desk, &customer, false), SKERRY_ERR_IN_USE);
	assert_true(number(desk, "SELECT count(*) FROM customer WHERE erased_at IS NULL") == 2);
	execute(desk, "UPDATE license SET valid_until = 1799999999 WHERE id = 2");
	assert_int_equal(erase(desk, &customer, false), SKERRY_OK);
}

static void
revoked_license_lets_its_customer_go(void **state)
{
	struct desk_fixture *fixture = *state;
	struct customer customer;

	furnish(fixture, &customer);
	execute(&fixture->desk, "UPDATE license SET status = 'revoked' WHERE id = 2");
	assert_int_equal(erase(&fixture->desk, &customer, false), SKERRY_OK);
}

static void
erased_customer_is_neither_changed_nor_sold_to(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct sell sell = { .items = { { "hotelhub/hms/island", LICENSE_NEVER, 0 } },
		.items_len = 1,
		.customer = "2",
		.tenant = "",
		.price = "",
		.currency = "",
		.payment = "" };
	struct customer customer;
	static struct sold sold;

	furnish(fixture, &customer);
	assert_int_equal(erase(desk, &customer, true), SKERRY_OK);
	assert_int_equal(customers_find(desk, NULL, "2", &customer), SKERRY_OK);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	strcpy(customer.name, "Maria");
	assert_int_equal(customers_update(desk, &customer), SKERRY_ERR_STATUS_FORBIDS);
	assert_int_equal(sell_licenses(desk, &sell, &sold), SKERRY_ERR_STATUS_FORBIDS);
	/* The same person may come back, as somebody new. */
	customer = (struct customer){
		.brand_id = 1, .brand = "hotelhub", .email = "now-qqx@palm.example", .name = "Maria"
	};
	assert_int_equal(customers_insert(desk, &customer), SKERRY_OK);
	assert_int_equal(customer.id, 3);
	/* And nobody takes an erased one's address. */
	strcpy(customer.email, "erased-4@INVALID");
	assert_int_equal(customers_insert(desk, &customer), SKERRY_ERR_ARGUMENT);
	desk_rollback(desk);
}

int
main(void)
{
#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		AT_DESK(nothing_of_the_person_is_left_in_the_files),
		AT_DESK(business_stays_under_the_number),
		AT_DESK(standing_license_holds_its_customer),
		AT_DESK(revoked_license_lets_its_customer_go),
		AT_DESK(erased_customer_is_neither_changed_nor_sold_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
