/* SPDX-License-Identifier: ISC */
/* A sale's records: keys, payments, whose they are, and how a typed key is found again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"

static struct sold sold, again;

static struct sell
sale_of(const char *plan)
{
	return (struct sell){ .items = { { plan, LICENSE_NEVER, 0 } },
		.items_len = 1,
		.customer = "owner@grand.example",
		.tenant = "",
		.price = "",
		.currency = "",
		.payment = "" };
}

static enum skerry_err
sell_it(struct desk_fixture *fixture, const struct sell *sell, struct sold *ret_sold)
{
	enum skerry_err err;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	err = sell_licenses(&fixture->desk, sell, ret_sold);
	if (err == SKERRY_OK)
		assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	else
		desk_rollback(&fixture->desk);
	return err;
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

static enum skerry_err
find(struct desk_fixture *fixture, const char *typed)
{
	struct license_key_record key = { .id = 0 };
	char text[LICENSE_KEY_MAX + 1] = "";
	enum skerry_err err = licenses_find_key(&fixture->desk, typed, &key, text);

	if (err == SKERRY_OK)
		assert_string_equal(text, sold.key);
	return err;
}

static void
typed_key_is_found_however_it_was_typed(void **state)
{
	struct desk_fixture *fixture = *state;
	char typed[128];
	size_t len = 0;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(find(fixture, sold.key), SKERRY_OK);
	for (const char *c = sold.key; *c != '\0'; c++)
		if (*c == '-')
			typed[len++] = ' ';
		else
			typed[len++] = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
	typed[len] = '\0';
	assert_int_equal(find(fixture, typed), SKERRY_OK);
	desk_fixture_reopen(fixture);
	assert_int_equal(find(fixture, sold.key), SKERRY_OK);
}

static void
wrong_character_is_a_typing_error_and_an_unsold_key_is_unknown(void **state)
{
	static const uint8_t random[LICENSE_KEY_SYMBOLS_MAX] = { 1, 2, 3 };
	struct desk_fixture *fixture = *state;
	char key[LICENSE_KEY_MAX + 1];

	desk_fixture_sell(fixture, &sold);
	memcpy(key, sold.key, sizeof key);
	key[6] = key[6] == '0' ? '1' : '0';
	assert_int_equal(find(fixture, key), SKERRY_ERR_LICENSE_KEY_TYPO);
	assert_int_equal(
		license_key_make("HMS-#####-#####-#####-#####", random, sizeof random, key),
		SKERRY_OK);
	assert_int_equal(find(fixture, key), SKERRY_ERR_KEY_UNKNOWN);
	assert_int_equal(find(fixture, "RT000-0000-0000-0000-0000"), SKERRY_ERR_LICENSE_KEY_PREFIX);
	assert_int_equal(find(fixture, ""), SKERRY_ERR_LICENSE_KEY_LENGTH);
}

static void
payment_announced_again_gives_the_same_key(void **state)
{
	struct desk_fixture *fixture = *state;
	struct sell sell = sale_of("hotelhub/hms/island");

	sell.payment = "PP-1";
	assert_int_equal(sell_it(fixture, &sell, &sold), SKERRY_OK);
	assert_false(sold.repeated);
	assert_int_equal(sell_it(fixture, &sell, &again), SKERRY_OK);
	assert_true(again.repeated);
	assert_string_equal(again.key, sold.key);
	assert_string_equal(again.licenses[0].public_id, sold.licenses[0].public_id);
	assert_int_equal(count(fixture, "SELECT count(*) FROM license"), 1);
	sell.tenant = "other";
	assert_int_equal(sell_it(fixture, &sell, &again), SKERRY_ERR_EXISTS);
}

static void
new_customer_is_entered_with_the_sale_and_a_known_one_must_be_the_same(void **state)
{
	static char long_name[ENTRY_NAME_MAX + 2];
	static const struct {
		struct sell_entry entry;
		enum skerry_err err;
	} AGAIN[] = {
		{ { "", "", "" }, SKERRY_OK },
		{ { "Hotel \"Bintang\"", "", "" }, SKERRY_OK },
		{ { "", "PT Laut", "id" }, SKERRY_OK },
		{ { "Hotel Bintang", "", "" }, SKERRY_ERR_EXISTS },
		{ { "", "Other", "" }, SKERRY_ERR_EXISTS },
		{ { "", "", "en" }, SKERRY_ERR_EXISTS },
	};
	static const struct {
		const char *customer;
		struct sell_entry entry;
	} UNUSABLE[] = {
		{ "somebody", { "", "", "" } },
		{ "7", { "", "", "" } },
		{ "a@b@c", { "", "", "" } },
		{ "x@y.example", { "two\nlines", "", "" } },
		{ "x@y.example", { "right\xe2\x80\xaeleft", "", "" } },
		{ "x@y.example", { long_name, "", "" } },
		{ "x@y.example", { "", long_name, "" } },
		{ "x@y.example", { "", "", "english, please, all of it" } },
	};
	struct desk_fixture *fixture = *state;
	struct sell sell = sale_of("hotelhub/hms/island");
	struct sell_entry entry = { "Hotel \"Bintang\"", "PT Laut", "id" };

	memset(long_name, 'x', sizeof long_name - 1);
	sell.customer = "bintang@laut.example";
	assert_int_equal(sell_it(fixture, &sell, &sold), SKERRY_ERR_NOT_FOUND);
	sell.entry = &entry;
	assert_int_equal(sell_it(fixture, &sell, &sold), SKERRY_OK);
	assert_true(sold.entered);
	assert_string_equal(sold.customer, "bintang@laut.example");
	for (size_t i = 0; i < sizeof AGAIN / sizeof *AGAIN; i++) {
		sell.entry = &AGAIN[i].entry;
		sell.customer = "Bintang@LAUT.example";
		assert_int_equal(sell_it(fixture, &sell, &again), AGAIN[i].err);
		assert_false(again.entered);
	}
	for (size_t i = 0; i < sizeof UNUSABLE / sizeof *UNUSABLE; i++) {
		sell.entry = &UNUSABLE[i].entry;
		sell.customer = UNUSABLE[i].customer;
		assert_int_equal(sell_it(fixture, &sell, &again), SKERRY_ERR_ARGUMENT);
	}
	assert_int_equal(count(fixture, "SELECT count(*) FROM customer"), 2);
}

static void
key_holds_one_license_for_each_product_and_tenant(void **state)
{
	struct desk_fixture *fixture = *state;
	struct sell sell = sale_of("hotelhub/hms/island");

	desk_fixture_sell(fixture, &sold);
	sell.key = sold.key;
	sell.customer = NULL;
	assert_int_equal(sell_it(fixture, &sell, &again), SKERRY_ERR_EXISTS);
	sell.tenant = "hotel-b";
	assert_int_equal(sell_it(fixture, &sell, &again), SKERRY_OK);
	assert_string_equal(again.key, sold.key);
	assert_string_equal(again.customer, "owner@grand.example");
	assert_int_equal(count(fixture, "SELECT count(*) FROM license_key"), 1);
	assert_int_equal(count(fixture, "SELECT count(*) FROM sale"), 2);
}

static void
sale_that_fails_half_way_leaves_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	struct sell sell = sale_of("hotelhub/hms/island");
	int64_t rows = count(fixture, "SELECT count(*) FROM audit");

	sell.items[1] = (struct sell_item){ "hotelhub/hms/nothing", LICENSE_NEVER, 0 };
	sell.items_len = 2;
	assert_int_equal(sell_it(fixture, &sell, &sold), SKERRY_ERR_NOT_FOUND);
	sell.items[1].plan = "hotelhub/hms/island"; /* the same product twice */
	assert_int_equal(sell_it(fixture, &sell, &sold), SKERRY_ERR_EXISTS);
	assert_int_equal(count(fixture, "SELECT count(*) FROM license_key"), 0);
	assert_int_equal(count(fixture, "SELECT count(*) FROM audit"), rows);
}

static const struct {
	const char *customer, *price, *currency, *payment, *tenant;
	enum skerry_err err;
} REFUSED[] = {
	{ "nobody@grand.example", "", "", "", "", SKERRY_ERR_NOT_FOUND },
	{ "99", "", "", "", "", SKERRY_ERR_NOT_FOUND },
	{ "owner@grand.example", "1,5", "", "", "", SKERRY_ERR_ARGUMENT },
	{ "owner@grand.example", "1", "euro", "", "", SKERRY_ERR_ARGUMENT },
	{ "owner@grand.example", "1", "", "", "", SKERRY_ERR_ARGUMENT },
	{ "owner@grand.example", "", "EUR", "", "", SKERRY_ERR_ARGUMENT },
	{ "owner@grand.example", "1", "EUR", "a\nb", "", SKERRY_ERR_ARGUMENT },
	{ "owner@grand.example", "1", "EUR", "", "a\x1b", SKERRY_ERR_ARGUMENT },
};

static void
unusable_words_are_refused(void **state)
{
	struct desk_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		struct sell sell = sale_of("hotelhub/hms/island");

		sell.customer = REFUSED[i].customer;
		sell.price = REFUSED[i].price;
		sell.currency = REFUSED[i].currency;
		sell.payment = REFUSED[i].payment;
		sell.tenant = REFUSED[i].tenant;
		assert_int_equal(sell_it(fixture, &sell, &sold), REFUSED[i].err);
		assert_true(fixture->desk.advice[0] != '\0');
	}
}

int
main(void)
{
#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		AT_DESK(typed_key_is_found_however_it_was_typed),
		AT_DESK(wrong_character_is_a_typing_error_and_an_unsold_key_is_unknown),
		AT_DESK(payment_announced_again_gives_the_same_key),
		AT_DESK(new_customer_is_entered_with_the_sale_and_a_known_one_must_be_the_same),
		AT_DESK(key_holds_one_license_for_each_product_and_tenant),
		AT_DESK(sale_that_fails_half_way_leaves_nothing),
		AT_DESK(unusable_words_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
