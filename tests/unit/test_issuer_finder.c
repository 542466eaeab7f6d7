/* SPDX-License-Identifier: ISC */
/* Finding licenses by what somebody says, whatever somebody types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/desk/finder.h"

static struct finder_hit hits[FINDER_HITS_MAX];
static size_t hits_len;
static bool more;

static enum skerry_err
find_in(struct desk *desk, const char *text, int64_t brand_id, size_t limit)
{
	struct finder_query query = { .text = text, .brand_id = brand_id, .limit = limit };

	hits_len = 0;
	more = false;
	return finder_search(desk, &query, hits, &hits_len, &more);
}

static size_t
found(struct desk *desk, const char *text)
{
	assert_int_equal(find_in(desk, text, 0, 20), SKERRY_OK);
	return hits_len;
}

static void
execute(struct desk *desk, const char *sql)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

/* A second customer, whose site is active under license 1 of the first. */
static void
furnish(struct desk_fixture *fixture, struct sold *ret_sold)
{
	struct desk *desk = &fixture->desk;
	struct customer customer = { .brand_id = 1,
		.brand = "hotelhub",
		.email = "info@penginapan.example",
		.name = "Caf\xc3\xa9 \xc3\x9cnal",
		.company = "P.T. Laut-Biru" };

	desk_fixture_sell(fixture, ret_sold);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(customers_insert(desk, &customer), SKERRY_OK);
	execute(desk,
		"INSERT INTO activation (brand_id, license_id, number, kind, status_index, site_id,"
		" hostname, domains, install_id, tenant, paired_at) VALUES (1, 1, 9, 'machine', 99,"
		" x'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90',"
		" 'pos-7.lobby', 'book.laut.example', 'inst-4711', 'west', 1)");
	assert_int_equal(finder_put_activation(desk, store_last_id(desk->store)), SKERRY_OK);
	execute(desk, "UPDATE license SET tenant = 'west-wing' WHERE id = 1");
	execute(desk, "UPDATE sale SET payment = 'INV/2027-03' WHERE id = 1");
	assert_int_equal(desk_commit(desk), SKERRY_OK);
}

static void
each_thing_that_is_known_finds(void **state)
{
	static const struct {
		const char *text;
		int kind; /* -1: nothing is found */
	} CASES[] = {
		{ "owner@grand.example", FINDER_EMAIL },
		{ "OWNER@Grand.Example", FINDER_EMAIL },
		{ "owner@", FINDER_EMAIL },
		{ "owner@grand.example.", FINDER_CUSTOMER },
		{ "grand", FINDER_CUSTOMER },
		{ "hotel GRAND", FINDER_CUSTOMER },
		{ "grand hotel", FINDER_CUSTOMER },
		{ "gra hot", FINDER_CUSTOMER },
		{ "grand motel", -1 },
		{ "cafe unal", FINDER_CUSTOMER },
		{ "CAFE\xcc\x81", FINDER_CUSTOMER }, /* the accent as a character of its own */
		{ "laut biru", FINDER_CUSTOMER },
		{ "laut-bi", FINDER_CUSTOMER },
		{ "pos-7.lobby", FINDER_HOST },
		{ "lobby", FINDER_HOST },
		{ "book.laut.example", FINDER_HOST },
		{ "inst-4711", FINDER_HOST },
		{ "west-wing", FINDER_TENANT },
		{ "west-w", FINDER_TENANT },
		{ "INV/2027-03", FINDER_PAYMENT },
		{ "a1b2c3", FINDER_SITE },
		{ "A1B2C3D", FINDER_SITE },
		{ "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90", FINDER_SITE },
		{ "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9000", -1 },
		{ "a1b2c", -1 },
		{ "a1b2c4", -1 },
		{ "a1b2cg", -1 },
	};
	struct desk_fixture *fixture = *state;
	static struct sold sold;

	furnish(fixture, &sold);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		size_t len = found(&fixture->desk, CASES[i].text);

		if ((len == 0) != (CASES[i].kind < 0) ||
			(len != 0 && (int)hits[0].kind != CASES[i].kind))
			fail_msg("'%s': %zu found, by %s", CASES[i].text, len,
				len == 0 ? "nothing" : finder_kind_name(hits[0].kind));
	}
}

static void
license_id_and_shown_key_find_in_any_case(void **state)
{
	struct desk_fixture *fixture = *state;
	static struct sold sold;
	char lower[LICENSE_ID_LEN + 1], masked[LICENSE_KEY_MAX + 1];

	furnish(fixture, &sold);
	for (size_t i = 0; i <= LICENSE_ID_LEN; i++)
		lower[i] = (char)(sold.licenses[0].public_id[i] |
				  (sold.licenses[0].public_id[i] > '9' ? 0x20 : 0));
	assert_int_equal(found(&fixture->desk, sold.licenses[0].public_id), 1);
	assert_int_equal(hits[0].kind, FINDER_LICENSE);
	assert_int_equal(found(&fixture->desk, lower), 1);
	assert_int_equal(hits[0].license_id, 1);
	license_key_mask("HMS-#####-#####-#####-#####", sold.key, masked);
	assert_int_equal(found(&fixture->desk, masked), 1);
	assert_int_equal(hits[0].kind, FINDER_MASKED);
	/* Without the vault's help the key itself is only a text. */
	assert_int_equal(found(&fixture->desk, sold.key), 0);
}

static void
operators_of_the_query_language_are_mere_characters(void **state)
{
	static const char *const NOTHING[] = { "", "*", "\"", "\"\"", "'", "(", "()", "-", "+", "^",
		":", "words:", "{words}:", ";", "%", "_", "\\", "\xe2\x80\xae",
		"grand AND NOT hotel", "grand NOT hotel", "NEAR(grand hotel, 5)", "x' OR '1'='1",
		"gr?nd" };
	static const char *const GRAND[] = { "\"grand\"", "(grand)", "^grand", "-grand", "+grand",
		"gr*nd*", "grand*", "%grand%", "{grand}", "grand\"*", "\"grand\" + \"hotel\"",
		"grand;--", "\xe2\x80\xaegrand", "gr\xc3\xa4nd", "grand\xe3\x80\x80hotel",
		"grand\xc2\xa0hotel", "grand\xe2\x80\x94hotel", "'; DROP TABLE finder; -- grand" };
	struct desk_fixture *fixture = *state;
	static struct sold sold;

	furnish(fixture, &sold);
	for (size_t i = 0; i < sizeof NOTHING / sizeof *NOTHING; i++)
		if (found(&fixture->desk, NOTHING[i]) != 0)
			fail_msg("'%s' finds", NOTHING[i]);
	/* "gr*nd*" are two beginnings, "gr" and "nd"; the statement's words are looked for as words. */
	for (size_t i = 0; i < sizeof GRAND / sizeof *GRAND; i++)
		if (found(&fixture->desk, GRAND[i]) !=
			(strncmp(GRAND[i], "gr*", 3) == 0 || GRAND[i][0] == '\'' ? 0 : 1))
			fail_msg("'%s' finds %zu", GRAND[i], hits_len);
	assert_int_equal(found(&fixture->desk, "grand"), 1);
}

/* Appends the character in UTF-8. */
static void
append_character(char *text, unsigned c)
{
	unsigned char *at = (unsigned char *)text + strlen(text);

	if (c < 0x80) {
		*at++ = (unsigned char)c;
	} else if (c < 0x800) {
		*at++ = (unsigned char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		*at++ = (unsigned char)(0xe0 | c >> 12);
		*at++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	} else {
		*at++ = (unsigned char)(0xf0 | c >> 18);
		*at++ = (unsigned char)(0x80 | (c >> 12 & 0x3f));
		*at++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	}
	if (c >= 0x80)
		*at++ = (unsigned char)(0x80 | (c & 0x3f));
	*at = '\0';
}

/* Whatever the tokenizer takes for a letter or not: no text makes the search itself fail. */
static void
no_character_breaks_a_search(void **state)
{
	enum { AT_ONCE = 12 /* of them, all within the words that are looked at */ };
	struct desk_fixture *fixture = *state;
	char text[8 * AT_ONCE] = "a";
	unsigned gathered = 0;

	for (unsigned c = 1; c <= 0x10ffff; c += c < 0x2100 ? 1 : 331) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		append_character(text, c);
		append_character(text, 'a' + gathered);
		if (++gathered < AT_ONCE)
			continue;
		if (find_in(&fixture->desk, text, 0, 20) != SKERRY_OK)
			fail_msg("up to U+%04X: %s", c, store_detail(fixture->desk.store));
		strcpy(text, "a");
		gathered = 0;
	}
}

static void
text_that_is_too_long_or_no_text_is_refused(void **state)
{
	static char longest[FINDER_TEXT_MAX + 1], longer[10 * 1024];
	static const char *const BROKEN[] = { "\xff", "grand\xc3", "\xed\xa0\x80", "\xc0\xaf" };
	struct desk_fixture *fixture = *state;

	memset(longer, 'x', sizeof longer - 1);
	memset(longest, 'x', sizeof longest - 1);
	assert_int_equal(find_in(&fixture->desk, longest, 0, 20), SKERRY_OK);
	assert_int_equal(find_in(&fixture->desk, longer, 0, 20), SKERRY_ERR_ARGUMENT);
	for (size_t i = 0; i < sizeof longest - 1; i += 2)
		longest[i] = ' ';
	assert_int_equal(find_in(&fixture->desk, longest, 0, 20), SKERRY_OK);
	for (size_t i = 0; i < sizeof BROKEN / sizeof *BROKEN; i++)
		assert_int_equal(find_in(&fixture->desk, BROKEN[i], 0, 20), SKERRY_ERR_ARGUMENT);
}

static void
limit_and_brand_narrow_a_search(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	static struct sold sold;

	for (int i = 0; i < 5; i++)
		desk_fixture_sell(fixture, &sold);
	assert_int_equal(find_in(desk, "grand", 0, 5), SKERRY_OK);
	assert_int_equal(hits_len, 5);
	assert_false(more);
	assert_int_equal(find_in(desk, "grand", 0, 4), SKERRY_OK);
	assert_int_equal(hits_len, 4);
	assert_true(more);
	for (size_t i = 0; i < hits_len; i++)
		for (size_t j = 0; j < i; j++)
			assert_true(hits[i].license_id != hits[j].license_id);
	assert_int_equal(find_in(desk, "grand", 1, 9), SKERRY_OK);
	assert_int_equal(hits_len, 5);
	assert_int_equal(find_in(desk, "grand", 2, 9), SKERRY_OK);
	assert_int_equal(hits_len, 0);
	assert_int_equal(find_in(desk, "owner@grand.example", 2, 9), SKERRY_OK);
	assert_int_equal(hits_len, 0);
}

static void
changed_customer_is_found_by_the_new_name_alone(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct customer customer;

	assert_int_equal(customers_find(desk, NULL, "1", &customer), SKERRY_OK);
	strcpy(customer.name, "Palm Court");
	strcpy(customer.email, "desk@palm.example");
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(customers_update(desk, &customer), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	assert_int_equal(found(desk, "palm court"), 1);
	assert_int_equal(hits[0].license_id, 0);
	assert_int_equal(hits[0].customer_id, 1);
	assert_int_equal(found(desk, "grand"), 0);
}

static void
removed_customer_and_sites_are_not_found(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	static struct sold sold;

	furnish(fixture, &sold);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(finder_remove_customer(desk, 1), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	assert_int_equal(found(desk, "grand"), 0);
	assert_int_equal(found(desk, "lobby"), 0);
	assert_int_equal(found(desk, "unal"), 1);
}

/* A million licenses cost no more than a thousand: nothing is read but what fits. */
static void
every_statement_uses_an_index(void **state)
{
	struct desk_fixture *fixture = *state;

	for (size_t i = 0; FINDER_STATEMENTS[i] != NULL; i++) {
		struct store_query q;
		char sql[1024];

		snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", FINDER_STATEMENTS[i]);
		store_query(fixture->desk.store, &q, sql);
		while (store_step(&q)) {
			const char *plan = store_chars(&q, 3);

			if ((strncmp(plan, "SCAN", 4) == 0 && strncmp(plan, "SCAN b ", 7) != 0 &&
				    strstr(plan, "VIRTUAL TABLE INDEX 64:M") == NULL) ||
				strstr(plan, "TEMP B-TREE") != NULL)
				fail_msg("%s\n  %s", sql, plan);
		}
		assert_int_equal(store_done(&q), SKERRY_OK);
	}
}

int
main(void)
{
#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		AT_DESK(each_thing_that_is_known_finds),
		AT_DESK(license_id_and_shown_key_find_in_any_case),
		AT_DESK(operators_of_the_query_language_are_mere_characters),
		AT_DESK(no_character_breaks_a_search),
		AT_DESK(text_that_is_too_long_or_no_text_is_refused),
		AT_DESK(limit_and_brand_narrow_a_search),
		AT_DESK(changed_customer_is_found_by_the_new_name_alone),
		AT_DESK(removed_customer_and_sites_are_not_found),
		AT_DESK(every_statement_uses_an_index),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
