/* SPDX-License-Identifier: ISC */
/* The letter: complete in every language, only text from the desk's records, the QR code as drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/issue.h"
#include "issuer/letter/page.h"
#include "issuer/letter/qr_svg.h"

/* --- texts --------------------------------------------------------------------------------------- */

enum { TEXTS_LEN = sizeof(struct letter_texts) / sizeof(const char *) };

/* "{date}" of "until {date}"; "" without one. */
static void
placeholder(const char *text, char ret_name[32])
{
	const char *open = strchr(text, '{');

	snprintf(ret_name, 32, "%.*s", open == NULL ? 0 : (int)(strchr(open, '}') + 1 - open),
		open == NULL ? "" : open);
}

static void
no_language_lacks_a_text(void **state)
{
	const struct letter_texts *catalogues[] = { &LETTER_TEXTS_EN, &LETTER_TEXTS_ID };
	const char *english[TEXTS_LEN], *texts[TEXTS_LEN];

	(void)state;
	memcpy(english, &LETTER_TEXTS_EN, sizeof english);
	for (size_t c = 0; c < sizeof catalogues / sizeof *catalogues; c++) {
		memcpy(texts, catalogues[c], sizeof texts);
		for (size_t i = 0; i < TEXTS_LEN; i++) {
			char wanted[32], got[32];

			if (texts[i] == NULL || texts[i][0] == '\0')
				fail_msg("%s lacks \"%s\"", catalogues[c]->tag, english[i]);
			placeholder(english[i], wanted);
			placeholder(texts[i], got);
			assert_string_equal(got, wanted);
		}
	}
}

static void
indonesian_is_translated(void **state)
{
	const char *english[TEXTS_LEN], *texts[TEXTS_LEN];
	size_t same = 0;

	(void)state;
	memcpy(english, &LETTER_TEXTS_EN, sizeof english);
	memcpy(texts, &LETTER_TEXTS_ID, sizeof texts);
	for (size_t i = 0; i < TEXTS_LEN; i++)
		same += strcmp(english[i], texts[i]) == 0;
	/* April, September, November, the order of a date, "No.", "E-mail", "Web". */
	assert_int_equal(same, 7);
}

static void
a_language_is_found_by_its_tag(void **state)
{
	(void)state;
	assert_ptr_equal(letter_texts_find("en"), &LETTER_TEXTS_EN);
	assert_ptr_equal(letter_texts_find("EN-GB"), &LETTER_TEXTS_EN);
	assert_ptr_equal(letter_texts_find("id"), &LETTER_TEXTS_ID);
	assert_ptr_equal(letter_texts_find("id-ID"), &LETTER_TEXTS_ID);
	assert_null(letter_texts_find("de"));
	assert_null(letter_texts_find("i"));
	assert_null(letter_texts_find("ido"));
	assert_null(letter_texts_find(""));
}

/* --- QR codes ------------------------------------------------------------------------------------ */

static void
to_file(void *file, const char *text, size_t text_len)
{
	fwrite(text, 1, text_len, file);
}

static char *svg;

static void
write_svg(const struct qr *qr)
{
	size_t len;
	FILE *file = open_memstream(&svg, &len);

	assert_non_null(file);
	qr_write_svg(qr, 40, "a \"label\"", to_file, file);
	assert_int_equal(fclose(file), 0);
}

/* Draws the last path as a printer would, and compares. */
static void
assert_drawn(const struct qr *qr)
{
	static char drawn[256][256];
	const char *path;
	int x, y, width, back, used;

	memset(drawn, 0, sizeof drawn);
	write_svg(qr);
	path = strstr(svg, "fill=\"#000\" d=\"");
	assert_non_null(path);
	path += strlen("fill=\"#000\" d=\"");
	for (; *path == 'M'; path += used) {
		used = 0;
		assert_int_equal(
			sscanf(path, "M%d %dh%dv1h-%dz%n", &x, &y, &width, &back, &used), 4);
		assert_true(used > 0 && width == back && width > 0);
		for (int i = 0; i < width; i++) {
			assert_int_equal(drawn[y][x + i], 0);
			drawn[y][x + i] = 1;
		}
	}
	assert_int_equal(*path, '"');
	for (y = 0; y < qr->size + 2 * QR_QUIET; y++)
		for (x = 0; x < qr->size + 2 * QR_QUIET; x++)
			assert_int_equal(drawn[y][x], qr_dark(qr, x - QR_QUIET, y - QR_QUIET));
	assert_non_null(strstr(svg, "a &quot;label&quot;"));
	free(svg);
}

static void
each_dark_module_is_drawn_once(void **state)
{
	static const char *const TEXTS[] = { "A", "HMS-7QK2M-94XPA-C0DTE-1ZRJB",
		"SKERRY:0123456789 $%*+-./:ABCDEFGHIJKLMNOPQRSTUVWXYZ" };

	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
		struct qr qr;

		assert_true(qr_make(TEXTS[i], true, &qr));
		/* The finder patterns: it is a QR code and not an empty square. */
		assert_true(qr_dark(&qr, 0, 0) && qr_dark(&qr, qr.size - 1, 0));
		assert_true(qr_dark(&qr, 0, qr.size - 1) && qr_dark(&qr, 3, 3));
		assert_false(qr_dark(&qr, 1, 1));
		assert_drawn(&qr);
		qr_free(&qr);
	}
}

static void
a_text_for_no_paper_makes_no_code(void **state)
{
	static char text[QR_LARGEST_CHARS + 2];
	struct qr qr;

	(void)state;
	memset(text, 'A', 2520); /* what version 30 holds at the lowest level, and one more */
	assert_true(qr_make(text, false, &qr));
	assert_int_equal(qr.size, 17 + 4 * QR_VERSION_MAX);
	assert_drawn(&qr);
	qr_free(&qr);
	text[2520] = 'A';
	assert_false(qr_make(text, false, &qr));
	/* on a screen there is more room */
	memset(text, 'A', QR_LARGEST_CHARS);
	assert_true(qr_make_large(text, &qr));
	assert_int_equal(qr.size, 17 + 4 * QR_VERSION_LARGEST);
	assert_drawn(&qr);
	qr_free(&qr);
	text[QR_LARGEST_CHARS] = 'A';
	assert_false(qr_make_large(text, &qr));
}

/* --- the letter of a sale ------------------------------------------------------------------------ */

static struct sold sold;
static char *page;

static void
run_sql(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	store_query(fixture->desk.store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static enum skerry_err
gather(struct desk_fixture *fixture, int64_t license_id, struct letter **ret_letter,
	size_t *ret_left_out)
{
	return letter_gather(&fixture->desk, sold.licenses[0].license_key_id, license_id,
		ret_letter, ret_left_out);
}

static void
write_page(const struct letter *letter, const struct letter_texts *texts)
{
	size_t len;
	FILE *file;

	free(page);
	file = open_memstream(&page, &len);
	assert_non_null(file);
	page_write(letter, texts, to_file, file);
	assert_int_equal(fclose(file), 0);
}

static void
issue(struct desk_fixture *fixture, enum activation_kind kind, int64_t until)
{
	static struct binding binding;
	static struct issued issued;
	struct issue issue = {
		.license_id = sold.licenses[0].public_id, .binding = &binding, .until = until
	};

	binding.kind = kind;
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(issue_license(&fixture->desk, &issue, &issued), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
}

static void
a_sale_is_on_its_page(void **state)
{
	struct desk_fixture *fixture = *state;
	struct letter *letter;
	size_t left_out = 77;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(gather(fixture, 0, &letter, &left_out), SKERRY_OK);
	assert_int_equal(left_out, 0);
	assert_string_equal(letter->key, sold.key);
	assert_int_equal(letter->licenses_len, 1);
	assert_null(letter->licenses[0].document);
	write_page(letter, &LETTER_TEXTS_EN);
	for (const char *part = sold.key; part != NULL; part = strchr(part + 1, '-')) {
		char span[64];
		size_t at = *part == '-';
		size_t len = strcspn(part + at, "-");

		snprintf(span, sizeof span, "<span>%.*s%s</span>", (int)len, part + at,
			part[at + len] == '-' ? "-" : "");
		assert_non_null(strstr(page, span));
	}
	assert_non_null(strstr(page, "<bdi>Grand Hotel</bdi>"));
	assert_non_null(strstr(page, "<bdi>15 January 2030</bdi>"));
	assert_non_null(strstr(page, sold.licenses[0].public_id));
	assert_non_null(strstr(page, "channel manager"));
	assert_non_null(strstr(page, "<span>fingerprint</span>"));
	assert_null(strstr(page, "starter.license"));
	assert_non_null(strstr(page, "Ask whoever sold you"));
	write_page(letter, &LETTER_TEXTS_ID);
	assert_non_null(strstr(page, "<html lang=\"id\">"));
	assert_non_null(strstr(page, "<bdi>15 Januari 2030</bdi>"));
	letter_free(letter);
}

static void
a_page_brings_nothing_but_text_from_outside(void **state)
{
	static const char *const NAMES[] = { "<script>alert(1)</script>", "\"'><img src=x>",
		"\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7 \xe2\x80\xae<b>", "{product} {date}",
		"%s%n", "</bdi></style><style>" };
	static const char *const FETCHES[] = { "url(", "@import", "http", "</" };
	struct desk_fixture *fixture = *state;
	struct letter *letter;
	size_t left_out, plain_elements = 0;

	desk_fixture_sell(fixture, &sold);
	issue(fixture, ACTIVATION_UNBOUND, LICENSE_NEVER);
	assert_int_equal(gather(fixture, 0, &letter, &left_out), SKERRY_OK);
	strcpy(letter->customer.company, "company");
	strcpy(letter->brand.email, "mail");
	for (size_t i = 0; i <= sizeof NAMES / sizeof *NAMES; i++) {
		const char *name = i == 0 ? "plain" : NAMES[i - 1];
		char *fields[] = { letter->customer.name, letter->customer.company,
			letter->brand.name, letter->brand.phone, letter->brand.email,
			letter->brand.url, letter->licenses[0].product_name,
			letter->licenses[0].plan.name, letter->licenses[0].record.tenant };
		size_t elements = 0;

		for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
			strcpy(fields[f], name);
		strcpy(letter->customer.company, i == 0 ? "other" : name);
		letter->customer.name[0] = 'x'; /* company and name differ */
		write_page(letter, &LETTER_TEXTS_ID);
		for (const char *c = page; *c != '\0'; c++)
			elements += *c == '<';
		if (i == 0)
			plain_elements = elements;
		assert_int_equal(elements, plain_elements);
		assert_null(strstr(page, "<script"));
		assert_null(strstr(page, "\xe2\x80\xae"));
	}
	for (size_t i = 0; i < sizeof FETCHES / sizeof *FETCHES; i++)
		assert_null(strstr(PAGE_STYLE, FETCHES[i]));
	letter_free(letter);
}

static void
a_starter_stands_on_paper_until_it_ends(void **state)
{
	struct desk_fixture *fixture = *state;
	struct letter *letter;
	size_t left_out;

	desk_fixture_sell(fixture, &sold);
	issue(fixture, ACTIVATION_STARTER, DESK_NOW + 30 * LADDER_DAY_S);
	assert_int_equal(gather(fixture, 0, &letter, &left_out), SKERRY_OK);
	assert_non_null(letter->licenses[0].document);
	assert_true(letter->licenses[0].starter);
	assert_int_equal(letter->licenses[0].document_until, DESK_NOW + 30 * LADDER_DAY_S);
	write_page(letter, &LETTER_TEXTS_EN);
	assert_non_null(strstr(page, "starter.license"));
	assert_non_null(strstr(page, "<bdi>14 February 2027</bdi>"));
	assert_non_null(strstr(page, "The starter license on paper"));
	assert_non_null(strstr(page, "site.fingerprint"));
	letter_free(letter);
	fixture->desk.clock = DESK_NOW + 30 * LADDER_DAY_S + 1;
	assert_int_equal(gather(fixture, 0, &letter, &left_out), SKERRY_OK);
	assert_null(letter->licenses[0].document);
	letter_free(letter);
}

static void
an_unbound_license_needs_no_fingerprint(void **state)
{
	struct desk_fixture *fixture = *state;
	struct letter *letter;
	size_t left_out;

	desk_fixture_sell(fixture, &sold);
	issue(fixture, ACTIVATION_UNBOUND, LICENSE_NEVER);
	assert_int_equal(gather(fixture, 0, &letter, &left_out), SKERRY_OK);
	write_page(letter, &LETTER_TEXTS_EN);
	assert_non_null(strstr(page, "pack.license"));
	assert_null(strstr(page, "site.fingerprint"));
	letter_free(letter);
	run_sql(fixture, "INSERT INTO revocation (brand_id, license_id, activation_id, reason, at)"
			 " SELECT brand_id, license_id, id, 'revoked', 1 FROM activation");
	assert_int_equal(gather(fixture, 0, &letter, &left_out), SKERRY_OK);
	assert_null(letter->licenses[0].document);
	letter_free(letter);
}

static void
what_has_ended_gets_no_letter(void **state)
{
	static const struct {
		const char *sql;
		int64_t at;
		enum skerry_err err;
	} CASES[] = {
		{ "UPDATE license SET status = 'suspended'", DESK_NOW, SKERRY_ERR_SUSPENDED },
		{ "UPDATE license SET status = 'revoked'", DESK_NOW, SKERRY_ERR_REVOKED },
		{ "UPDATE license SET status = 'paired', valid_until = 1800000100", DESK_NOW + 101,
			SKERRY_ERR_EXPIRED },
		{ "UPDATE license SET status = 'paired', valid_until = 1800000100", DESK_NOW + 100,
			SKERRY_OK },
	};
	struct desk_fixture *fixture = *state;

	desk_fixture_sell(fixture, &sold);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		struct letter *letter = NULL;
		size_t left_out = 77;

		run_sql(fixture, CASES[i].sql);
		fixture->desk.clock = CASES[i].at;
		assert_int_equal(gather(fixture, 0, &letter, &left_out), CASES[i].err);
		if (CASES[i].err != SKERRY_OK) {
			assert_null(letter);
			assert_int_equal(left_out, 77);
		}
		letter_free(letter);
	}
}

static void
of_several_licenses_those_that_stand_are_listed(void **state)
{
	struct desk_fixture *fixture = *state;
	struct letter *letter = NULL;
	size_t left_out;

	desk_fixture_sell(fixture, &sold);
	issue(fixture, ACTIVATION_UNBOUND, LICENSE_NEVER);
	run_sql(fixture,
		"INSERT INTO license (public_id, brand_id, license_key_id, sale_id, product_id,"
		" plan_id, status, valid_from, valid_until, max_activations, tenant, created_at)"
		" SELECT 'ZZZZZZZZZZZZZZZZ', brand_id, license_key_id, sale_id, product_id,"
		" plan_id, 'suspended', valid_from, valid_until, 1, 'annex', created_at"
		" FROM license");
	assert_int_equal(gather(fixture, 0, &letter, &left_out), SKERRY_OK);
	assert_int_equal(letter->licenses_len, 1);
	assert_int_equal(left_out, 1);
	letter_free(letter);
	/* Named by its id, the one that ended is what was asked for. */
	letter = NULL;
	assert_int_equal(
		gather(fixture, sold.licenses[0].id + 1, &letter, &left_out), SKERRY_ERR_SUSPENDED);
	assert_string_equal(fixture->desk.subject, "ZZZZZZZZZZZZZZZZ");
	run_sql(fixture, "UPDATE license SET status = 'unpaired'");
	assert_int_equal(gather(fixture, 0, &letter, &left_out), SKERRY_OK);
	assert_int_equal(letter->licenses_len, 2);
	write_page(letter, &LETTER_TEXTS_EN);
	assert_non_null(strstr(page, "<bdi>annex</bdi>"));
	assert_non_null(strstr(page, "hms-pack.license"));
	letter_free(letter);
}

#define WITH_DESK(test)                                                                            \
	cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_language_lacks_a_text),
		cmocka_unit_test(indonesian_is_translated),
		cmocka_unit_test(a_language_is_found_by_its_tag),
		cmocka_unit_test(each_dark_module_is_drawn_once),
		cmocka_unit_test(a_text_for_no_paper_makes_no_code),
		WITH_DESK(a_sale_is_on_its_page),
		WITH_DESK(a_page_brings_nothing_but_text_from_outside),
		WITH_DESK(a_starter_stands_on_paper_until_it_ends),
		WITH_DESK(an_unbound_license_needs_no_fingerprint),
		WITH_DESK(what_has_ended_gets_no_letter),
		WITH_DESK(of_several_licenses_those_that_stand_are_listed),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(page);
	return failed;
}
