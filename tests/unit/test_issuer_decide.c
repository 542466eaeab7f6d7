/* SPDX-License-Identifier: ISC */
/* What the desk decides without looking anywhere: dates, editions, clock, standing, weights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "issuer/decide/desk_clock.h"
#include "issuer/decide/edition.h"
#include "issuer/decide/entry.h"
#include "issuer/decide/standing.h"
#include "issuer/decide/terms.h"
#include "issuer/decide/weights.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static int64_t
at(const char *text)
{
	int64_t when = 0;

	if (strcmp(text, "never") == 0)
		return LICENSE_NEVER;
	assert_int_equal(date_parse(text, &when), SKERRY_OK);
	return when;
}

static struct date_duration
span(const char *text)
{
	struct date_duration duration = { 0, 0, false };

	assert_int_equal(date_duration_parse(text, &duration), SKERRY_OK);
	return duration;
}

static void
sale_dates_follow_from_plan_and_clerk(void **state)
{
	static const struct {
		bool perpetual;
		const char *term, *maintenance, *from, *until, *valid_until, *maintenance_until;
	} SALES[] = {
		{ false, "3y", "0", "2026-04-28T10:00:00Z", "never", "2029-04-28T10:00:00Z",
			"never" },
		{ false, "1mo", "0", "2027-01-31T10:00:00Z", "never", "2027-02-28T10:00:00Z",
			"never" },
		{ false, "1y", "0", "2028-02-29T00:00:00Z", "never", "2029-02-28T00:00:00Z",
			"never" },
		{ false, "1y", "0", "2026-04-28T10:00:00Z", "2027-04-28", "2027-04-28T23:59:59Z",
			"never" },
		{ true, "1y", "1y", "2026-04-28T10:00:00Z", "never", "never",
			"2027-04-28T10:00:00Z" },
		{ true, "1y", "0", "2026-04-28T10:00:00Z", "2030-01-01", "2030-01-01T23:59:59Z",
			"never" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(SALES); i++) {
		struct terms terms = { .perpetual = SALES[i].perpetual,
			.term = span(SALES[i].term),
			.maintained = strcmp(SALES[i].maintenance, "0") != 0,
			.maintenance = span(SALES[i].maintenance) };
		struct terms_dates dates;

		assert_int_equal(
			terms_of_sale(&terms, at(SALES[i].from), at(SALES[i].until), &dates),
			SKERRY_OK);
		assert_int_equal(dates.valid_from, at(SALES[i].from));
		assert_int_equal(dates.valid_until, at(SALES[i].valid_until));
		assert_int_equal(dates.maintenance_until, at(SALES[i].maintenance_until));
	}
}

static void
sale_that_ends_before_it_begins_is_refused(void **state)
{
	struct terms terms = { .term = span("1y") };
	struct terms_dates dates = { 7, 7, 7 };

	(void)state;
	assert_int_equal(terms_of_sale(&terms, 1000, 1000, &dates), SKERRY_ERR_ARGUMENT);
	assert_int_equal(terms_of_sale(&terms, 1000, 999, &dates), SKERRY_ERR_ARGUMENT);
	assert_int_equal(dates.valid_until, 7);
}

static void
renewal_is_due_no_later_than_the_end(void **state)
{
	struct terms terms = { .renews = true, .renew = span("30d") };

	(void)state;
	assert_int_equal(
		terms_renew_by(&terms, at("2026-01-01"), at("2027-01-01")), at("2026-01-31"));
	assert_int_equal(
		terms_renew_by(&terms, at("2026-01-01"), at("2026-01-15")), at("2026-01-15"));
	assert_int_equal(terms_renew_by(&terms, at("2026-01-01"), LICENSE_NEVER), at("2026-01-31"));
	terms.renews = false;
	assert_int_equal(terms_renew_by(&terms, 0, LICENSE_NEVER), LICENSE_NEVER);
	assert_int_equal(terms_renew_by(&terms, 0, 50), 50);
}

static void
notices_follow_the_rhythm_and_are_never_early(void **state)
{
	static const struct {
		const char *renew, *warn, *alert;
	} RHYTHMS[] = {
		{ "180d", "30d", "7d" }, /* HotelHub's island */
		{ "30d", "7d", "3d" },
		{ "1h", "15m", "450s" },
		{ "1s", "0", "0" },
		{ "4d", "1d", "12h" },
		{ "345604s", "1d", "43200s" }, /* a second over a day, and half of it */
		{ "7d", "1d", "21h" },
		{ "8d", "2d", "1d" },
		{ "9d", "2d", "1d" },
		{ "55d", "13d", "6d" },
		{ "56d", "14d", "7d" },
		{ "119d", "29d", "7d" },
		{ "120d", "30d", "7d" },
		{ "1mo", "7d", "3d" },
		{ "1y", "30d", "7d" },
		{ "100y", "30d", "7d" },
	};
	struct terms terms = { .renews = true };
	struct license_ladder ladder;

	(void)state;
	for (size_t i = 0; i < COUNT(RHYTHMS); i++) {
		terms.renew = span(RHYTHMS[i].renew);
		terms_notices(&terms, &ladder);
		assert_int_equal(ladder.warn_s, date_duration_seconds(span(RHYTHMS[i].warn)));
		assert_int_equal(ladder.alert_s, date_duration_seconds(span(RHYTHMS[i].alert)));
	}
	terms.renews = false;
	terms_notices(&terms, &ladder);
	assert_int_equal(ladder.warn_s, 0);
	assert_int_equal(ladder.alert_s, 0);
}

static void
editions_only_grow(void **state)
{
	static const struct {
		int64_t previous, proved, now, edition;
	} NEXT[] = {
		{ 0, 0, 1800000000, 1800000000 },
		{ 1800000000, 0, 1800000000, 1800000001 },
		{ 1800000005, 0, 1800000000, 1800000006 }, /* several in one second */
		{ 1700000000, 1800000009, 1800000000, 1800000010 },
		{ 1700000000, 1700000000, 1800000000, 1800000000 },
		{ 1800000000, 1800000000 + 60 * 86400, 1800000000, 1800000001 + 60 * 86400 },
	};
	int64_t edition = 7;

	(void)state;
	for (size_t i = 0; i < COUNT(NEXT); i++) {
		assert_int_equal(
			edition_next(NEXT[i].previous, NEXT[i].proved, NEXT[i].now, &edition),
			SKERRY_OK);
		assert_int_equal(edition, NEXT[i].edition);
	}
	edition = 7;
	assert_int_equal(edition_next(0, 1800000001 + 60 * 86400, 1800000000, &edition),
		SKERRY_ERR_DESK_CLOCK);
	assert_int_equal(edition, 7);
}

static void
clock_that_contradicts_the_log_is_not_believed(void **state)
{
	enum { LAST = 1800000000 };
	static const struct {
		int64_t clock, now; /* now 0: refused */
	} CLOCKS[] = {
		{ LAST, LAST },
		{ LAST + 1, LAST + 1 },
		{ LAST - 1, LAST },
		{ LAST - DESK_CLOCK_STEP_S, LAST },
		{ LAST - DESK_CLOCK_STEP_S - 1, 0 },
		{ LAST + DESK_CLOCK_PAUSE_S, LAST + DESK_CLOCK_PAUSE_S },
		{ LAST + DESK_CLOCK_PAUSE_S + 1, 0 },
		{ 0, 0 },
		{ 4070908800, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(CLOCKS); i++) {
		int64_t now = 0;
		enum skerry_err err = desk_clock_judge(LAST, CLOCKS[i].clock, &now);

		assert_int_equal(err, CLOCKS[i].now == 0 ? SKERRY_ERR_DESK_CLOCK : SKERRY_OK);
		assert_int_equal(now, CLOCKS[i].now);
	}
}

static void
standing_reads_in_everybodys_words(void **state)
{
	enum { UNTIL = 1000, GRACE = 100 };
	static const struct {
		enum standing stored;
		int64_t now;
		const char *shown, *access;
	} SHOWN[] = {
		{ STANDING_UNPAIRED, 1000, "unpaired", "ACTIVE" },
		{ STANDING_PAIRED, 1001, "expired", "GRACE_PERIOD" },
		{ STANDING_PAIRED, 1100, "expired", "GRACE_PERIOD" },
		{ STANDING_PAIRED_PENDING_REVOKE, 1101, "expired", "EXPIRED" },
		{ STANDING_PAIRED_PENDING_REVOKE, 1, "paired_pending_revoke", "ACTIVE" },
		{ STANDING_SUSPENDED, 1, "suspended", "SUSPENDED" },
		{ STANDING_SUSPENDED, 9999, "suspended", "SUSPENDED" },
		{ STANDING_REVOKED, 9999, "revoked", "SUSPENDED" },
	};
	enum standing standing;

	(void)state;
	for (size_t i = 0; i < COUNT(SHOWN); i++) {
		assert_string_equal(standing_name(standing_at(
					    SHOWN[i].stored, UNTIL, LICENSE_NEVER, SHOWN[i].now)),
			SHOWN[i].shown);
		assert_string_equal(
			standing_access_word(SHOWN[i].stored, UNTIL, GRACE, SHOWN[i].now),
			SHOWN[i].access);
	}
	for (int i = 0; i <= STANDING_LAST; i++) {
		assert_true(standing_from_name(standing_name((enum standing)i), &standing));
		assert_int_equal(standing, i);
	}
	assert_false(standing_from_name("grace", &standing));
}

static void
perpetual_license_never_expires(void **state)
{
	(void)state;
	assert_int_equal(
		standing_at(STANDING_PAIRED, LICENSE_NEVER, LICENSE_NEVER, LICENSE_TIME_MAX),
		STANDING_PAIRED);
	assert_string_equal(
		standing_access_word(STANDING_PAIRED, LICENSE_NEVER, 0, LICENSE_TIME_MAX),
		"ACTIVE");
}

/* A machine with one component of each listed type; `changed` marks those with another hash. */
static struct fingerprint
machine(const unsigned *types, size_t len, unsigned changed)
{
	static uint8_t hashes[2][16][12];
	static const uint8_t salt[LICENSE_SALT_LEN] = { 5 };
	struct fingerprint f = { .salt = { salt, sizeof salt }, .components_len = len };

	for (size_t i = 0; i < len; i++) {
		unsigned other = changed >> i & 1;

		memset(hashes[other][i], (int)(i + 16 * other + 1), 12);
		f.components[i] =
			(struct fingerprint_component){ types[i], { hashes[other][i], 12 } };
	}
	return f;
}

static const unsigned OFFICE_PC[] = { FINGERPRINT_MACHINE_ID, FINGERPRINT_PRODUCT_UUID,
	FINGERPRINT_BOARD_SERIAL, FINGERPRINT_DISK_SERIAL, FINGERPRINT_MAC, FINGERPRINT_CPU_MODEL,
	FINGERPRINT_OS };

static void
repaired_machine_is_known_and_another_is_not(void **state)
{
	static const struct {
		const char *what;
		unsigned changed; /* bits of OFFICE_PC */
		bool same;
	} REPAIRS[] = {
		{ "nothing", 0x00, true },
		{ "disk", 0x08, true },
		{ "disk and system", 0x49, true },
		{ "network card", 0x10, true },
		{ "mainboard with its network and processor", 0x36, false },
		{ "everything but the operating system's name", 0x3f, false },
		{ "everything", 0x7f, false },
	};
	struct fingerprint before = machine(OFFICE_PC, COUNT(OFFICE_PC), 0);

	(void)state;
	assert_int_equal(weights_sum(&before), 15);
	assert_int_equal(weights_default_threshold(&before), 8);
	for (size_t i = 0; i < COUNT(REPAIRS); i++) {
		struct fingerprint now = machine(OFFICE_PC, COUNT(OFFICE_PC), REPAIRS[i].changed);

		if (weights_same_machine(&before, &now) != REPAIRS[i].same)
			fail_msg("%s", REPAIRS[i].what);
	}
}

/* A copy carries its machine-id and system along, to a host of the same kind. */
static void
copied_machine_is_another_one_and_one_set_up_anew_is_not(void **state)
{
	enum { COPY, ANEW, FINGERPRINTS };
	static const unsigned LISTS[][5] = {
		{ FINGERPRINT_MACHINE_ID, FINGERPRINT_PRODUCT_UUID, FINGERPRINT_CPU_MODEL,
			FINGERPRINT_OS },
		{ FINGERPRINT_MACHINE_ID, FINGERPRINT_PRODUCT_UUID, FINGERPRINT_CPU_MODEL,
			FINGERPRINT_OS, FINGERPRINT_INSTALL_PATH },
		{ FINGERPRINT_MACHINE_ID, FINGERPRINT_BOARD_SERIAL, FINGERPRINT_DISK_SERIAL,
			FINGERPRINT_CPU_MODEL, FINGERPRINT_OS },
		{ FINGERPRINT_MACHINE_ID, FINGERPRINT_CPU_MODEL, FINGERPRINT_OS,
			FINGERPRINT_CUSTOM },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(LISTS); i++) {
		size_t len = LISTS[i][4] == 0 ? 4 : 5;
		struct fingerprint before = machine(LISTS[i], len, 0), now;
		unsigned changed[FINGERPRINTS] = { 0, 0 };

		for (size_t c = 0; c < len; c++)
			if (LISTS[i][c] == FINGERPRINT_MACHINE_ID)
				changed[ANEW] |= 1u << c;
			else if (LISTS[i][c] != FINGERPRINT_CPU_MODEL &&
				 LISTS[i][c] != FINGERPRINT_OS &&
				 LISTS[i][c] != FINGERPRINT_INSTALL_PATH)
				changed[COPY] |= 1u << c;
		now = machine(LISTS[i], len, changed[COPY]);
		assert_false(weights_same_machine(&before, &now));
		now = machine(LISTS[i], len, changed[ANEW]);
		assert_true(weights_same_machine(&before, &now));
	}
}

/* Whatever a machine shows, the threshold can be reached, and half of it is never enough. */
static void
default_threshold_is_between_half_and_all(void **state)
{
	(void)state;
	for (unsigned set = 1; set < 1u << FINGERPRINT_TYPE_LAST; set++) {
		unsigned types[FINGERPRINT_TYPE_LAST];
		struct fingerprint f;
		size_t len = 0;

		for (unsigned type = 1; type <= FINGERPRINT_TYPE_LAST; type++)
			if (set >> (type - 1) & 1)
				types[len++] = type;
		f = machine(types, len, 0);
		assert_true(weights_default_threshold(&f) > weights_sum(&f) / 2);
		assert_true(weights_default_threshold(&f) <= weights_sum(&f));
	}
}

static void
custom_component_decides_beside_a_machine_id(void **state)
{
	static const unsigned CONTAINER[] = { FINGERPRINT_MACHINE_ID, FINGERPRINT_CUSTOM };
	struct fingerprint before = machine(CONTAINER, 2, 0), new_id = machine(CONTAINER, 2, 1),
			   other = machine(CONTAINER, 2, 2);

	(void)state;
	assert_true(weights_same_machine(&before, &new_id));
	assert_false(weights_same_machine(&before, &other));
}

static void
machines_under_different_salts_are_not_compared(void **state)
{
	static const uint8_t salt[LICENSE_SALT_LEN] = { 6 };
	struct fingerprint before = machine(OFFICE_PC, COUNT(OFFICE_PC), 0), now = before,
			   nothing = { .salt = before.salt };

	(void)state;
	now.salt = (struct cbor_bytes){ salt, sizeof salt };
	assert_false(weights_same_machine(&before, &now));
	assert_false(weights_same_machine(&nothing, &nothing));
}

static void
names_that_deceive_or_break_lines_are_refused(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} NAMES[] = {
		{ "Grand Hotel", true },
		{ "O'Brien & \"Sons\"; DROP TABLE brand;--", true },
		{ "\xd7\x9e\xd7\x9c\xd7\x95\xd7\x9f", true }, /* Hebrew */
		{ "\xf0\x9f\x8f\xa8", true },
		{ "", false },
		{ "a\nb", false },
		{ "a\x1b[2Jb", false },
		{ "a\x7f", false },
		{ " ", false },
		{ "\xc2\xa0\xe3\x80\x80\xe2\x80\x8b", false }, /* blanks alone */
		{ "\xe3\x80\x81", true },
		{ "a\xe2\x80\xae"
		  "b",
			false }, /* right-to-left override */
		{ "a\xe2\x80\x8f", false },
		{ "a\xe2\x81\xa6", false },
		{ "a\xe2\x80\x8b", false }, /* seen by nobody, and another name for a search */
		{ "a\xe2\x81\xa0", false },
		{ "a\xef\xbb\xbf", false },
		{ "a\xe2\x80\x8c\xd9\x87", true }, /* a joiner that a word is written with */
		{ "a\xd8\x9c", false },
		{ "a\xc2\x85", false },
		{ "a\xe2\x80\xa8", false },
		{ "caf\xe9", false },
		{ "a\xe2\x80", false },
		{ "\xc0\x80", false },
	};
	char longest[ENTRY_NAME_MAX + 2];

	(void)state;
	for (size_t i = 0; i < COUNT(NAMES); i++)
		assert_int_equal(entry_is_name(NAMES[i].text, ENTRY_NAME_MAX), NAMES[i].good);
	memset(longest, 'x', sizeof longest);
	longest[ENTRY_NAME_MAX] = '\0';
	assert_true(entry_is_name(longest, ENTRY_NAME_MAX));
	longest[ENTRY_NAME_MAX] = 'x';
	longest[ENTRY_NAME_MAX + 1] = '\0';
	assert_false(entry_is_name(longest, ENTRY_NAME_MAX));
}

static bool
is_url(const char *text)
{
	return entry_is_url(text, ENTRY_NAME_MAX);
}

static void
small_forms_are_held(void **state)
{
	static const struct {
		bool (*is)(const char *);
		const char *text;
		bool good;
	} FORMS[] = {
		{ entry_is_email, "a@b", true },
		{ entry_is_email, "owner@grand.example", true },
		{ entry_is_email, "@b", false },
		{ entry_is_email, "a@", false },
		{ entry_is_email, "a@b@c", false },
		{ entry_is_email, "a b@c", false },
		{ entry_is_email, "ab", false },
		{ entry_is_email, "a@b\n", false },
		{ entry_is_price, "120", true },
		{ entry_is_price, "0.0001", true },
		{ entry_is_price, "120.", false },
		{ entry_is_price, ".5", false },
		{ entry_is_price, "1.23456", false },
		{ entry_is_price, "-1", false },
		{ entry_is_price, "1,5", false },
		{ entry_is_price, "1.2.3", false },
		{ entry_is_currency, "EUR", true },
		{ entry_is_currency, "eur", false },
		{ entry_is_currency, "EURO", false },
		{ is_url, "https://shop.example/help?x=1", true },
		{ is_url, "HTTP://10.0.0.7:8080", true },
		{ is_url, "https://", false },
		{ is_url, "https:///x", false },
		{ is_url, "https://shop .example", false },
		{ is_url, "shop.example", false },
		{ is_url, "mailto:a@b.example", false },
		{ entry_is_language, "id", true },
		{ entry_is_language, "pt-BR", true },
		{ entry_is_language, "english", false },
		{ entry_is_language, "e", false },
		{ entry_is_language, "en-", false },
		{ entry_is_language, "en-US-x", false },
		{ entry_is_slug, "hotel-hub_2", true },
		{ entry_is_slug, "Hotel", false },
		{ entry_is_slug, "-a", false },
		{ entry_is_slug, "", false },
		{ entry_is_slug, "../desk", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(FORMS); i++)
		if (FORMS[i].is(FORMS[i].text) != FORMS[i].good)
			fail_msg("'%s'", FORMS[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sale_dates_follow_from_plan_and_clerk),
		cmocka_unit_test(sale_that_ends_before_it_begins_is_refused),
		cmocka_unit_test(renewal_is_due_no_later_than_the_end),
		cmocka_unit_test(notices_follow_the_rhythm_and_are_never_early),
		cmocka_unit_test(editions_only_grow),
		cmocka_unit_test(clock_that_contradicts_the_log_is_not_believed),
		cmocka_unit_test(standing_reads_in_everybodys_words),
		cmocka_unit_test(perpetual_license_never_expires),
		cmocka_unit_test(repaired_machine_is_known_and_another_is_not),
		cmocka_unit_test(custom_component_decides_beside_a_machine_id),
		cmocka_unit_test(copied_machine_is_another_one_and_one_set_up_anew_is_not),
		cmocka_unit_test(default_threshold_is_between_half_and_all),
		cmocka_unit_test(machines_under_different_salts_are_not_compared),
		cmocka_unit_test(names_that_deceive_or_break_lines_are_refused),
		cmocka_unit_test(small_forms_are_held),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
