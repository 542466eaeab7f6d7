/* SPDX-License-Identifier: ISC */
/* What requests leave in the records: of several brands and products, edited by hand, erased, undone. */
#include "issuer/desk/audit_verify.h"
#include "issuer/desk/erasure.h"
#include "issuer/desk/founding.h"
#include "issuer/exchange/bundles_renew.h"
#include "tests/unit/fixture_statements.h"
#include "tests/unit/requests_at_desk.h"

static enum skerry_err
verify(struct desk_fixture *fixture)
{
	struct audit_verdict verdict;

	return audit_verify_desk(&fixture->desk, NULL, 0, &verdict);
}

static enum reply_code
asked(struct desk_fixture *fixture, struct requester *who, enum request_kind kind)
{
	return requester_ask(who, fixture, kind, sold.key, &answered);
}

/* --- several ----------------------------------------------------------------------------------- */

/* A product and plan like the fixture's, of a brand; sold to a customer of it under one key. */
static void
offer(struct desk_fixture *fixture, const char *brand_slug, const char *key_format,
	const char *product_slug, int64_t activations)
{
	struct desk *desk = &fixture->desk;
	struct brand brand = { .id = 0 };
	struct product product = { .name = "Product" };
	struct plan *plan = calloc(1, sizeof *plan);

	assert_non_null(plan);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	if (key_format != NULL) {
		struct customer customer = { .email = "owner@grand.example", .name = "Grand" };

		snprintf(brand.slug, sizeof brand.slug, "%s", brand_slug);
		snprintf(brand.name, sizeof brand.name, "%s", brand_slug);
		snprintf(brand.key_format, sizeof brand.key_format, "%s", key_format);
		assert_int_equal(brands_insert(desk, &brand), SKERRY_OK);
		snprintf(customer.brand, sizeof customer.brand, "%s", brand_slug);
		customer.brand_id = brand.id;
		assert_int_equal(customers_insert(desk, &customer), SKERRY_OK);
	}
	assert_int_equal(brands_find(desk, brand_slug, &brand), SKERRY_OK);
	product.brand_id = brand.id;
	snprintf(product.brand, sizeof product.brand, "%s", brand_slug);
	snprintf(product.slug, sizeof product.slug, "%s", product_slug);
	assert_int_equal(products_insert(desk, &product), SKERRY_OK);
	plan_default(plan);
	plan->brand_id = brand.id;
	plan->product_id = product.id;
	snprintf(plan->brand, sizeof plan->brand, "%s", brand_slug);
	snprintf(plan->product, sizeof plan->product, "%s", product_slug);
	snprintf(plan->slug, sizeof plan->slug, "standard");
	snprintf(plan->name, sizeof plan->name, "Standard");
	plan->terms.term = (struct date_duration){ .months = 12 };
	plan->max_activations = activations;
	assert_int_equal(plans_insert(desk, plan), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	free(plan);
}

static void
sell(struct desk_fixture *fixture, const char *first, const char *second, struct sold *ret_sold)
{
	struct sell wish = { .items = { { first, LICENSE_NEVER, 0 }, { second, LICENSE_NEVER, 0 } },
		.items_len = second == NULL ? 1 : 2,
		.customer = "owner@grand.example",
		.tenant = "",
		.price = "",
		.currency = "",
		.payment = "" };

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(sell_licenses(&fixture->desk, &wish, ret_sold), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
}

static void
each_brand_answers_for_itself(void **state)
{
	struct desk_fixture *fixture = *state;
	struct sold *other = malloc(sizeof *other);

	assert_non_null(other);
	offer(fixture, "rthub", "RT###-####-####-####-####", "hub", 1);
	sell(fixture, "rthub/hub/standard", NULL, other);
	site.says.keys[0] = cbor_text_from_chars(other->key);
	site.says.keys_len = 1;
	requester_visit(&site, fixture, REQUEST_PAIR, sold.key, &answered);
	site.says.keys_len = 0;
	assert_int_equal(answered.results_len, 2);
	assert_int_equal(answered.replies, 2);
	assert_int_equal(site.held_len, 2);
	assert_int_equal(requester_count(fixture, "SELECT count(DISTINCT brand_id) FROM reply"), 2);
	assert_int_equal(requester_count(fixture, "SELECT count(DISTINCT number) FROM reply"), 2);
	/* a heartbeat concerns both, and one request has two heartbeats */
	fixture->desk.clock += DAY;
	requester_visit(&site, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	assert_int_equal(answered.replies, 2);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM heartbeat"), 4);
	assert_int_equal(verify(fixture), SKERRY_OK);
	free(other);
}

static void
one_key_of_several_products_has_a_result_for_each(void **state)
{
	struct desk_fixture *fixture = *state;
	struct requester second, third;

	offer(fixture, "group", "RM-####-####-####-####", "pos", 2);
	offer(fixture, "group", NULL, "desk", 1);
	sell(fixture, "group/pos/standard", "group/desk/standard", &sold);
	requester_make(&second, fixture, 2);
	requester_make(&third, fixture, 3);
	requester_visit(&site, fixture, REQUEST_PAIR, sold.key, &answered);
	assert_int_equal(answered.results_len, 2);
	assert_int_equal(answered.replies, 1);
	assert_int_equal(site.held_len, 2);
	/* each product has its own activations */
	requester_visit(&second, fixture, REQUEST_PAIR, sold.key, &answered);
	assert_int_equal(answered.results[0].code, REPLY_OK);
	assert_int_equal(answered.results[1].code, REPLY_PAIRED_ELSEWHERE);
	requester_visit(&third, fixture, REQUEST_PAIR, sold.key, &answered);
	assert_int_equal(answered.results[0].code, REPLY_ACTIVATIONS_EXHAUSTED);
	/* a migration does not guess which of two machines died; it may say so by its install id */
	requester_visit(&third, fixture, REQUEST_MIGRATE, sold.key, &answered);
	assert_int_equal(answered.results[0].code, REPLY_ACTIVATIONS_EXHAUSTED);
	assert_int_equal(answered.results[1].code, REPLY_OK);
	assert_int_equal(verify(fixture), SKERRY_OK);
	requester_free(&second);
	requester_free(&third);
}

/* --- edited ------------------------------------------------------------------------------------ */

static void
edited_records_are_found(void **state)
{
	static const char *const EDITS[] = {
		"UPDATE installation SET opening_key = (SELECT opening_key FROM installation WHERE "
		"id ="
		" 2) WHERE id = 1",
		"UPDATE installation SET site_key = (SELECT site_key FROM installation WHERE id = "
		"2)"
		" WHERE id = 1",
		"UPDATE installation SET site_id = randomblob(32) WHERE id = 1",
		"UPDATE installation SET tag = 'AAAA' WHERE id = 1",
		"UPDATE installation SET site_key = NULL WHERE id = 1",
		"UPDATE installation SET nonce = x'00000000000000000000000000000000', kind = 'x'",
		"UPDATE installation SET fork_found = 2, fork_found_at = 1800000000 WHERE id = 1",
		"UPDATE installation SET fork_found = 0 WHERE id = 2",
		"UPDATE revocation SET effective_at = effective_at + 86400",
		"DELETE FROM revocation",
		"UPDATE activation SET installation_id = 2 WHERE number = 1",
		"UPDATE activation SET installation_id = 99 WHERE number = 1",
		"UPDATE activation SET unpaired_at = 1800000000, unpaired_why = 'unpaired' WHERE"
		" number = 2",
		"UPDATE reply SET number = number + 1000 WHERE document_id = (SELECT "
		"min(document_id) "
		"FROM"
		" reply)",
		"UPDATE reply SET installation_id = 2, number = 7 WHERE document_id = (SELECT "
		"min(document_id) "
		"FROM"
		" reply)",
		"DELETE FROM reply WHERE document_id = (SELECT min(document_id) FROM reply)",
		"UPDATE document SET bytes = randomblob(50) WHERE kind = 'reply'",
		"UPDATE document SET digest = randomblob(32) WHERE kind = 'reply'",
		"INSERT INTO reply SELECT d.id, 1, 1, 5, NULL FROM document d WHERE d.kind = "
		"'license'"
		" LIMIT 1",
	};
	struct desk_fixture *fixture = *state;
	struct requester copy, other;

	requester_make(&other, fixture, 2);
	asked(fixture, &site, REQUEST_PAIR);
	asked(fixture, &site, REQUEST_UNPAIR);
	asked(fixture, &site, REQUEST_PAIR);
	requester_visit(&other, fixture, REQUEST_PAIR, sold.key, &answered);
	copy = other;
	fixture->desk.clock += DAY;
	requester_visit(&other, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	requester_visit(&copy, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	assert_int_equal(answered.found, FORK_RESTORED);
	assert_int_equal(verify(fixture), SKERRY_OK);
	for (size_t i = 0; i < sizeof EDITS / sizeof *EDITS; i++) {
		assert_int_equal(store_begin(fixture->desk.store), SKERRY_OK);
		requester_execute(fixture, EDITS[i]);
		if (verify(fixture) != SKERRY_ERR_AUDIT_CHAIN)
			fail_msg("not found: %s", EDITS[i]);
		store_rollback(fixture->desk.store);
	}
	assert_int_equal(verify(fixture), SKERRY_OK);
	requester_free(&other);
}

static void
erased_customers_sites_are_nobodys(void **state)
{
	struct desk_fixture *fixture = *state;
	struct customer customer;
	struct erasure erasure;

	site.says.hostname = cbor_text_from_chars("reception-of-mrs-miller");
	site.says.install_id = cbor_text_from_chars("miller-1");
	asked(fixture, &site, REQUEST_PAIR);
	assert_int_equal(erasure_prepare(&fixture->desk), SKERRY_OK);
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(
		customers_find(&fixture->desk, NULL, "owner@grand.example", &customer), SKERRY_OK);
	assert_int_equal(erasure_make(&fixture->desk, &customer, true, &erasure), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	assert_int_equal(erasure_scrub(&fixture->desk), SKERRY_OK);
	assert_int_equal(requester_count(fixture,
				 "SELECT count(*) FROM installation WHERE hostname IS NULL AND"
				 " install_id IS NULL AND site_key IS NULL AND opening_key IS"
				 " NULL"),
		1);
	assert_int_equal(
		requester_count(fixture, "SELECT sum(length(bytes)) FROM document WHERE kind ="
					 " 'reply'"),
		0);
	assert_int_equal(verify(fixture), SKERRY_OK);
	/* what it holds goes on, and nobody is sent to compare a letter for it */
	requester_visit(&site, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	assert_int_equal(answered.results_len, 1);
	assert_int_equal(answered.results[0].code, REPLY_EXPIRED);
	assert_false(answered.results[0].issued);
	/* its next request is a stranger's, whose key nobody knows */
	fixture->desk.clock += DAY;
	requester_visit(&site, fixture, REQUEST_PAIR, sold.key, &answered);
	assert_int_equal(answered.results[0].code, REPLY_KEY_UNKNOWN);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM installation"), 2);
	assert_int_equal(verify(fixture), SKERRY_OK);
}

/* --- undone ------------------------------------------------------------------------------------ */

static void
one_that_fails_leaves_the_others_of_its_change(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct requests_opened opened[2] = { { .plain = NULL }, { .plain = NULL } };
	uint8_t *sealed = malloc(REQUESTER_ROOM);
	struct requests requests;
	struct requester other;
	size_t offset, len;

	assert_non_null(sealed);
	requester_make(&other, fixture, 2);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(requests_begin(desk, &requests), SKERRY_OK);
	len = requester_write(&site, fixture, REQUEST_PAIR, sold.key, sealed);
	assert_int_equal(
		requests_open(&requests, (struct cbor_bytes){ sealed, len }, &opened[0], &offset),
		SKERRY_OK);
	len = requester_write(&other, fixture, REQUEST_PAIR, sold.key, sealed);
	assert_int_equal(
		requests_open(&requests, (struct cbor_bytes){ sealed, len }, &opened[1], &offset),
		SKERRY_OK);
	/* the first one's reply cannot be recorded */
	requester_execute(fixture,
		"CREATE TEMP TRIGGER full BEFORE INSERT ON main.reply WHEN NEW.installation_id"
		" = 1 AND (SELECT count(*) FROM main.activation) = 1 BEGIN SELECT"
		" RAISE(ABORT, 'full'); END");
	assert_int_not_equal(
		requests_answer(desk, &requests, &opened[0], REQUESTS_STICK, &answered), SKERRY_OK);
	requester_execute(fixture, "DROP TRIGGER full");
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM installation"), 0);
	assert_int_equal(
		requests_answer(desk, &requests, &opened[1], REQUESTS_STICK, &answered), SKERRY_OK);
	assert_int_equal(answered.results[0].activation, 1);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	assert_int_equal(verify(fixture), SKERRY_OK);
	for (size_t i = 0; i < 2; i++)
		requests_opened_free(&opened[i]);
	requests_close(&requests);
	requester_free(&other);
	free(sealed);
}

static void
unasked_reply_brings_the_next_document(void **state)
{
	struct desk_fixture *fixture = *state;
	const struct bundles_wish everybody = { .all = true };
	struct bundles_summary summary = { .renewed = 0 };
	struct plan_shelf shelf = { .plans_len = 0 };
	struct desk *desk = &fixture->desk;
	struct signing signing;

	asked(fixture, &site, REQUEST_PAIR);
	requester_execute(fixture, "UPDATE activation SET outdated = 1");
	fixture->desk.clock += DAY;
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(signing_open(desk, &signing), SKERRY_OK);
	assert_int_equal(bundles_renew(desk, &signing, &shelf, &everybody, &summary), SKERRY_OK);
	assert_int_equal(summary.renewed, 1);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	signing_close(&signing);
	plan_shelf_clear(&shelf);
	assert_int_equal(requester_collect(&site, fixture), 1);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM reply WHERE request_id IS NULL"), 1);
	assert_int_equal(verify(fixture), SKERRY_OK);
}

static void
only_the_newest_replies_are_left(void **state)
{
	struct desk_fixture *fixture = *state;
	struct requester deaf;

	asked(fixture, &site, REQUEST_PAIR);
	deaf = site;
	for (int i = 0; i < 6; i++) {
		uint8_t *sealed = malloc(REQUESTER_ROOM);
		size_t len;

		assert_non_null(sealed);
		fixture->desk.clock += DAY;
		len = requester_write(&deaf, fixture, REQUEST_HEARTBEAT, NULL, sealed);
		assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
		free(sealed);
	}
	assert_int_equal(requester_collect(&deaf, fixture), REPLIES_LEFT_MAX);
}

static void
statements_reach_their_rows_by_an_index(void **state)
{
	static const char *const BEGINNINGS[] = { "SELECT a.id, a.number, a.status_index, a.kind",
		"SELECT DISTINCT license_id", "SELECT a.license_id, a.id, a.number",
		"SELECT number, digest, line", "SELECT id FROM request", "SELECT i.id",
		"UPDATE activation SET last_contact_at", "UPDATE installation SET fork_since" };
	struct desk_fixture *fixture = *state;

	asked(fixture, &site, REQUEST_PAIR);
	for (size_t i = 0; i < sizeof BEGINNINGS / sizeof *BEGINNINGS; i++) {
		desk_fixture_reopen(fixture);
		asked(fixture, &site, REQUEST_HEARTBEAT);
		fixture_statements_indexed(fixture->desk.store, BEGINNINGS[i], true);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, remove_all)
	const struct CMUnitTest tests[] = {
		TEST(each_brand_answers_for_itself),
		TEST(one_key_of_several_products_has_a_result_for_each),
		TEST(edited_records_are_found),
		TEST(erased_customers_sites_are_nobodys),
		TEST(one_that_fails_leaves_the_others_of_its_change),
		TEST(unasked_reply_brings_the_next_document),
		TEST(only_the_newest_replies_are_left),
		TEST(statements_reach_their_rows_by_an_index),
	};

	return cmocka_run_group_tests_name("requests_records", tests, NULL, NULL);
}
