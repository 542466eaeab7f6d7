/* SPDX-License-Identifier: ISC */
/* What a product tells goes out where the customer has allowed it by name, and nowhere else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "verifier/state/events.h"

enum { WHO = 1000, TEXT_MAX = 8192 };

/* --- words for the tests --------------------------------------------------------------------- */

/* One change that has to come about. */
#define CHANGE(counts, call, expected)                                                             \
	do {                                                                                       \
		assert_int_equal(memory_begin(site.memory), SKERRY_OK);                            \
		assert_int_equal(call, expected);                                                  \
		if ((expected) == SKERRY_OK)                                                       \
			assert_int_equal(memory_commit(site.memory, counts), SKERRY_OK);           \
		memory_rollback(site.memory);                                                      \
	} while (0)

static void
decide(const char *name, enum telemetry_consent consent)
{
	CHANGE(true, telemetry_decide(site.memory, name, consent, WHO), SKERRY_OK);
}

static enum telemetry_consent
set(const char *name, const char *typed)
{
	enum telemetry_consent consent = TELEMETRY_UNDECIDED;
	struct telemetry_value value;

	assert_true(telemetry_read_value(typed, &value));
	CHANGE(false, telemetry_set(site.memory, name, &value, &consent), SKERRY_OK);
	return consent;
}

static enum telemetry_consent
happen(const char *name, const char *text)
{
	enum telemetry_consent consent = TELEMETRY_UNDECIDED;

	CHANGE(false, events_add(site.memory, name, text, &consent), SKERRY_OK);
	return consent;
}

static enum skerry_err
add_value(void *context, const struct telemetry *row)
{
	char *text = context;
	size_t len = strlen(text);

	assert_true(row->is_set);
	if (row->value.is_number)
		snprintf(text + len, TEXT_MAX - len, "%s=%lld ", row->name,
			(long long)row->value.number);
	else
		snprintf(text + len, TEXT_MAX - len, "%s='%s' ", row->name, row->value.text);
	return SKERRY_OK;
}

static enum skerry_err
add_event(void *context, const struct event *event)
{
	char *text = context;
	size_t len = strlen(text);

	snprintf(text + len, TEXT_MAX - len, "%s:%s ", event->name, event->text);
	return SKERRY_OK;
}

/* What a request would carry. */
static const char *
parcel(void)
{
	static char text[TEXT_MAX];

	text[0] = '\0';
	assert_int_equal(telemetry_each_allowed(site.memory->store, add_value, text), SKERRY_OK);
	assert_int_equal(events_each_allowed(site.memory->store, add_event, text), SKERRY_OK);
	return text;
}

static enum skerry_err
find_row(void *context, const struct telemetry *row)
{
	struct telemetry *wanted = context;

	if (strcmp(row->name, wanted->name) == 0)
		*wanted = *row;
	return SKERRY_OK;
}

static struct telemetry
row_of(const char *name)
{
	struct telemetry row = { .consent = TELEMETRY_DENIED, .events = -1 };

	snprintf(row.name, sizeof row.name, "%s", name);
	assert_int_equal(telemetry_each(site.memory->store, find_row, &row), SKERRY_OK);
	assert_true(row.events >= 0);
	return row;
}

/* --- names and values ------------------------------------------------------------------------ */

#define A_16 "aaaaaaaaaaaaaaaa"
#define A_64 A_16 A_16 A_16 A_16

static void
names_are_few_characters_and_begin_with_a_letter(void **state)
{
	static const char *const GOOD[] = { "a", "rooms", "app.version", "disk_2.free", A_64 };
	static const char *const BAD[] = { "", "Rooms", "2rooms", ".rooms", "_", "ro-oms", "ro oms",
		"rooms\n", "r\xc3\xb6", A_64 "a", "rooms=1", "a/b", "a'b" };

	(void)state;
	for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
		assert_true(telemetry_is_name(GOOD[i]));
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		assert_false(telemetry_is_name(BAD[i]));
}

static void
value_comes_out_as_it_was_put_in(void **state)
{
	static const char *const NUMBERS[] = { "0", "7", "-1", "9223372036854775807",
		"-9223372036854775808" };
	static const char *const TEXTS[] = { "-0", "007", "+1", " 1", "1 ", "1.5", "1e3", "0x10",
		"9223372036854775808", "-9223372036854775809", "4.2", "true", "caf\xc3\xa9",
		A_64 A_64 };
	static const char *const BAD[] = { "", "a\nb", "\x1b[31m", "\x7f", "\xff", "caf\xc3",
		"\xe2\x80\xae", A_64 A_64 "a" };
	struct telemetry_value value;
	char again[32];

	(void)state;
	for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
		assert_true(telemetry_read_value(NUMBERS[i], &value));
		assert_true(value.is_number);
		snprintf(again, sizeof again, "%lld", (long long)value.number);
		assert_string_equal(again, NUMBERS[i]);
	}
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
		assert_true(telemetry_read_value(TEXTS[i], &value));
		assert_false(value.is_number);
		assert_string_equal(value.text, TEXTS[i]);
	}
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		assert_false(telemetry_read_value(BAD[i], &value));
}

/* --- consent --------------------------------------------------------------------------------- */

static void
nothing_goes_out_that_was_not_allowed_by_its_name(void **state)
{
	(void)state;
	assert_int_equal(set("rooms", "118"), TELEMETRY_UNDECIDED);
	assert_int_equal(set("rooms_2", "8"), TELEMETRY_UNDECIDED);
	assert_int_equal(happen("rooms_2", "full"), TELEMETRY_UNDECIDED);
	assert_string_equal(parcel(), "");
	/* Before the product names it or after: the name counts, and no part of it. */
	decide("rooms", TELEMETRY_ALLOWED);
	decide("app.version", TELEMETRY_ALLOWED);
	assert_string_equal(parcel(), "rooms=118 ");
	assert_int_equal(set("app.version", "4.2"), TELEMETRY_ALLOWED);
	assert_int_equal(set("app", "hms"), TELEMETRY_UNDECIDED);
	assert_string_equal(parcel(), "app.version='4.2' rooms=118 ");
	/* The last value is the one that goes, also of another kind, and after an opening. */
	assert_int_equal(set("rooms", "many"), TELEMETRY_ALLOWED);
	site_reopen();
	assert_string_equal(parcel(), "app.version='4.2' rooms='many' ");
	decide("rooms_2", TELEMETRY_ALLOWED);
	assert_string_equal(parcel(), "app.version='4.2' rooms='many' rooms_2=8 rooms_2:full ");
	assert_true(row_of("rooms").decided_by == WHO);
	assert_true(row_of("app").decided_by == -1);
	assert_true(row_of("app").decided_at == LICENSE_NEVER);
}

static void
denying_erases_and_nothing_is_kept_from_then_on(void **state)
{
	struct telemetry row;

	(void)state;
	decide("rooms", TELEMETRY_ALLOWED);
	set("rooms", "zimmer-neunzehn");
	happen("rooms", "wasser-im-keller");
	decide("rooms", TELEMETRY_DENIED);
	assert_string_equal(parcel(), "");
	assert_int_equal(set("rooms", "zimmer-neunzehn"), TELEMETRY_DENIED);
	assert_int_equal(happen("rooms", "wasser-im-keller"), TELEMETRY_DENIED);
	row = row_of("rooms");
	assert_int_equal(row.consent, TELEMETRY_DENIED);
	assert_false(row.is_set);
	assert_int_equal(row.events, 0);
	/* Allowed again, what was erased does not come back. */
	decide("rooms", TELEMETRY_ALLOWED);
	assert_string_equal(parcel(), "");
	assert_int_equal(set("rooms", "5"), TELEMETRY_ALLOWED);
	assert_string_equal(parcel(), "rooms=5 ");
}

/* A row that was written by hand, or by a later version. */
static void
only_a_plain_yes_is_a_yes(void **state)
{
	static const char *const OTHERS[] = { "2", "3", "-1", "0", "257", "4294967297" };
	char sql[96];

	(void)state;
	decide("rooms", TELEMETRY_ALLOWED);
	set("rooms", "118");
	happen("rooms", "flood");
	for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
		struct store_query q;

		snprintf(sql, sizeof sql, "UPDATE telemetry SET consent = %s", OTHERS[i]);
		store_query(site.memory->store, &q, sql);
		assert_int_equal(store_run(&q), SKERRY_OK);
		assert_string_equal(parcel(), "");
		assert_int_not_equal(row_of("rooms").consent, TELEMETRY_ALLOWED);
	}
}

static bool
look_at_row(void *context, const struct journal_row *row)
{
	char detail[JOURNAL_DETAIL_MAX + 1], *told = context;
	size_t len = strlen(told);

	snprintf(detail, sizeof detail, "%.*s", (int)row->detail.len, row->detail.chars);
	assert_null(strstr(detail, "118"));
	assert_null(strstr(detail, "flood"));
	if (row->kind.len > 9 && memcmp(row->kind.chars, "telemetry", 9) == 0)
		snprintf(told + len, TEXT_MAX - len, "%.*s %.*s %s; ", (int)row->kind.len,
			row->kind.chars, (int)row->subject.len, row->subject.chars, detail);
	return true;
}

static void
decisions_are_journaled_with_who_and_values_never(void **state)
{
	static char told[TEXT_MAX];

	(void)state;
	set("rooms", "118");
	decide("rooms", TELEMETRY_ALLOWED);
	decide("rooms", TELEMETRY_ALLOWED);
	set("rooms", "118");
	happen("rooms", "flood");
	decide("rooms", TELEMETRY_DENIED);
	CHANGE(true, telemetry_forget(site.memory, "rooms", 7), SKERRY_OK);
	CHANGE(true, telemetry_forget(site.memory, "rooms", 7), SKERRY_ERR_NOT_FOUND);
	assert_int_equal(journal_each(site.memory->store, 0, 100, look_at_row, told), SKERRY_OK);
	assert_string_equal(told, "telemetry.allowed rooms uid=1000 before=undecided; "
				  "telemetry.denied rooms uid=1000 before=allowed; "
				  "telemetry.forgotten rooms uid=7 before=denied; ");
	assert_int_equal(memory_number("SELECT count(*) FROM telemetry"), 0);
	assert_int_equal(memory_number("SELECT count(*) FROM event"), 0);
	memory_assert_whole();
}

/* --- as many as there is room for ------------------------------------------------------------ */

static void
name_numbered(int i, char ret_name[16])
{
	snprintf(ret_name, 16, "name_%d", i);
}

static void
oldest_undecided_name_makes_room_and_no_decided_one(void **state)
{
	struct telemetry_value value = { .is_number = true };
	enum telemetry_consent consent;
	char name[16];

	(void)state;
	for (int i = 0; i < TELEMETRY_NAMES_MAX; i++) {
		name_numbered(i, name);
		set(name, "1");
		happen(name, "x");
	}
	decide("name_0", TELEMETRY_ALLOWED);
	decide("name_1", TELEMETRY_DENIED);
	set("one_more", "1");
	assert_int_equal(memory_number("SELECT count(*) FROM telemetry"), TELEMETRY_NAMES_MAX);
	assert_int_equal(memory_number("SELECT count(*) FROM telemetry WHERE name = 'name_2'"), 0);
	assert_int_equal(memory_number("SELECT count(*) FROM event WHERE name = 'name_2'"), 0);
	assert_string_equal(parcel(), "name_0=1 name_0:x ");
	assert_int_equal(row_of("name_1").consent, TELEMETRY_DENIED);
	decide("one_more", TELEMETRY_DENIED);
	for (int i = 3; i < TELEMETRY_NAMES_MAX; i++) {
		name_numbered(i, name);
		decide(name, TELEMETRY_DENIED);
	}
	/* The customer has decided all of them: another one waits until one is forgotten. */
	CHANGE(true, telemetry_decide(site.memory, "late", TELEMETRY_ALLOWED, WHO),
		SKERRY_ERR_NO_SPACE);
	CHANGE(false, telemetry_set(site.memory, "late", &value, &consent), SKERRY_ERR_NO_SPACE);
	CHANGE(false, events_add(site.memory, "late", "", &consent), SKERRY_ERR_NO_SPACE);
	assert_string_equal(parcel(), "name_0=1 name_0:x ");
	CHANGE(true, telemetry_forget(site.memory, "name_9", WHO), SKERRY_OK);
	decide("late", TELEMETRY_ALLOWED);
}

static void
newest_events_stay_and_those_not_allowed_go_first(void **state)
{
	char text[16];

	(void)state;
	decide("kept", TELEMETRY_ALLOWED);
	happen("kept", "first");
	for (int i = 0; i < EVENTS_KEPT_MAX + 50; i++) {
		snprintf(text, sizeof text, "x%d", i);
		happen("noise", text);
	}
	assert_int_equal(memory_number("SELECT count(*) FROM event"), EVENTS_KEPT_MAX);
	assert_string_equal(parcel(), "kept:first ");
	assert_int_equal(row_of("noise").events, EVENTS_KEPT_MAX - 1);
	assert_int_equal(row_of("noise").events_dropped, 51);
	for (int i = 0; i < EVENTS_KEPT_MAX; i++) {
		snprintf(text, sizeof text, "%d", i);
		happen("kept", text);
	}
	assert_int_equal(row_of("noise").events, 0);
	assert_int_equal(row_of("kept").events, EVENTS_KEPT_MAX);
	assert_int_equal(row_of("kept").events_dropped, 1);
	assert_non_null(strstr(parcel(), "kept:0 kept:1 "));
	assert_null(strstr(parcel(), "first"));
}

/* As if each event had happened so many seconds earlier. */
static void
age_events(int64_t seconds)
{
	struct store_query q;

	store_query(site.memory->store, &q, "UPDATE event SET at = at - ?");
	store_bind_int(&q, seconds);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static void
what_happens_again_within_five_minutes_is_kept_once(void **state)
{
	(void)state;
	decide("error", TELEMETRY_ALLOWED);
	decide("page", TELEMETRY_ALLOWED);
	for (int i = 0; i < 3; i++)
		assert_int_equal(happen("error", "index.php:12"), TELEMETRY_ALLOWED);
	happen("error", "index.php:13");
	happen("page", "index.php:12");
	assert_string_equal(parcel(), "error:index.php:12 error:index.php:13 page:index.php:12 ");
	assert_int_equal(row_of("error").events_dropped, 0);
	CHANGE(true, (age_events(EVENT_SAME_S - 1), SKERRY_OK), SKERRY_OK);
	happen("error", "index.php:12");
	assert_int_equal(row_of("error").events, 2);
	CHANGE(true, (age_events(1), SKERRY_OK), SKERRY_OK);
	happen("error", "index.php:12");
	happen("error", "index.php:12");
	assert_int_equal(row_of("error").events, 3);
	/* One whose time lies ahead, from before the time was set back, silences nobody. */
	CHANGE(true, (age_events(-EVENT_SAME_S - 1), SKERRY_OK), SKERRY_OK);
	happen("page", "index.php:12");
	assert_int_equal(row_of("page").events, 2);
}

static void
text_of_an_event_is_one_line(void **state)
{
	char text[EVENT_TEXT_MAX + 2];

	(void)state;
	assert_true(events_is_text(""));
	assert_true(events_is_text("disk full: 0 B"));
	assert_false(events_is_text("a\nb"));
	assert_false(events_is_text("\x1b[2J"));
	assert_false(events_is_text("\xc3"));
	memset(text, 'x', sizeof text);
	text[EVENT_TEXT_MAX + 1] = '\0';
	assert_false(events_is_text(text));
	text[EVENT_TEXT_MAX] = '\0';
	assert_true(events_is_text(text));
}

/* --- older states and lost ones -------------------------------------------------------------- */

static void
copy_file(const char *from, const char *to)
{
	char source[128], target[128];
	FILE *in, *out;
	int c;

	snprintf(source, sizeof source, "%s/%s", folder, from);
	snprintf(target, sizeof target, "%s/%s", folder, to);
	in = fopen(source, "rb");
	out = fopen(target, "wb");
	assert_non_null(in);
	assert_non_null(out);
	while ((c = getc(in)) != EOF)
		putc(c, out);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

/* All that can be found in the file of the database. */
static bool
file_has(const char *wanted)
{
	char path[128], *bytes = calloc(1, 1 << 20);
	FILE *file;
	size_t len;
	bool found;

	snprintf(path, sizeof path, "%s/site.db", folder);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_non_null(bytes);
	len = fread(bytes, 1, 1 << 20, file);
	assert_true(feof(file));
	fclose(file);
	found = memmem(bytes, len, wanted, strlen(wanted)) != NULL;
	free(bytes);
	return found;
}

static void
erased_is_erased_from_the_file(void **state)
{
	(void)state;
	decide("rooms", TELEMETRY_ALLOWED);
	set("rooms", "zimmer-neunzehn");
	happen("rooms", "wasser-im-keller");
	site_close(&site);
	assert_true(file_has("zimmer-neunzehn"));
	assert_true(file_has("wasser-im-keller"));
	memory_open_again();
	/* As SQLite is built where nobody asked for more. */
	assert_int_equal(memory_number("PRAGMA secure_delete = OFF"), 0);
	decide("rooms", TELEMETRY_DENIED);
	site_close(&site);
	assert_false(file_has("zimmer-neunzehn"));
	assert_false(file_has("wasser-im-keller"));
	memory_open_again();
}

static void
consent_does_not_come_back_with_an_older_state(void **state)
{
	(void)state;
	decide("rooms", TELEMETRY_ALLOWED);
	decide("users", TELEMETRY_DENIED);
	set("rooms", "118");
	happen("rooms", "flood");
	WHILE_CLOSED(copy_file("site.db", "site.db.old"));
	assert_string_equal(parcel(), "rooms=118 rooms:flood ");
	assert_false(site.memory->news.consents_lost);
	decide("rooms", TELEMETRY_DENIED);
	WHILE_CLOSED(copy_file("site.db.old", "site.db"));
	assert_true(site.memory->news.rolled_back);
	assert_true(site.memory->news.consents_lost);
	assert_string_equal(parcel(), "");
	assert_int_equal(row_of("rooms").consent, TELEMETRY_UNDECIDED);
	assert_false(row_of("rooms").is_set);
	assert_int_equal(row_of("users").consent, TELEMETRY_DENIED);
	site_reopen();
	assert_false(site.memory->news.consents_lost);
}

/* Something else than the program writes into the database, which is made anew. */
static void
edit_and_reopen(void)
{
	struct store_query q;

	store_query(site.memory->store, &q, "UPDATE memory SET marked = 0");
	assert_int_equal(store_run(&q), SKERRY_OK);
	site_reopen();
}

/* Which a database that was edited still tells. */
static void
where_nothing_was_allowed_nothing_is_said_to_be_lost(void **state)
{
	(void)state;
	decide("rooms", TELEMETRY_DENIED);
	edit_and_reopen();
	assert_true(site.memory->news.rebuilt);
	assert_false(site.memory->news.consents_lost);
	decide("rooms", TELEMETRY_ALLOWED);
	edit_and_reopen();
	assert_true(site.memory->news.rebuilt);
	assert_true(site.memory->news.consents_lost);
}

static void
lost_database_means_nobody_has_allowed_anything(void **state)
{
	(void)state;
	decide("rooms", TELEMETRY_ALLOWED);
	set("rooms", "118");
	WHILE_CLOSED(memory_remove_file("site.db"));
	assert_true(site.memory->news.consents_lost);
	assert_string_equal(parcel(), "");
	assert_int_equal(set("rooms", "118"), TELEMETRY_UNDECIDED);
	assert_string_equal(parcel(), "");
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_few_characters_and_begin_with_a_letter),
		cmocka_unit_test(value_comes_out_as_it_was_put_in),
		cmocka_unit_test(text_of_an_event_is_one_line),
		AT_A_SITE(nothing_goes_out_that_was_not_allowed_by_its_name),
		AT_A_SITE(denying_erases_and_nothing_is_kept_from_then_on),
		AT_A_SITE(only_a_plain_yes_is_a_yes),
		AT_A_SITE(decisions_are_journaled_with_who_and_values_never),
		AT_A_SITE(oldest_undecided_name_makes_room_and_no_decided_one),
		AT_A_SITE(newest_events_stay_and_those_not_allowed_go_first),
		AT_A_SITE(what_happens_again_within_five_minutes_is_kept_once),
		AT_A_SITE(erased_is_erased_from_the_file),
		AT_A_SITE(consent_does_not_come_back_with_an_older_state),
		AT_A_SITE(where_nothing_was_allowed_nothing_is_said_to_be_lost),
		AT_A_SITE(lost_database_means_nobody_has_allowed_anything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
