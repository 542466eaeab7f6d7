/* SPDX-License-Identifier: ISC */
/* The catalogues: no language lacks a text, loses a value, or says more than a buffer holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/texts/en.h"
#include "verifier/texts/extend_words.h"
#include "verifier/texts/id.h"
#include "verifier/texts/why_words.h"

static const struct texts *const LANGUAGES[] = { &TEXTS_EN, &TEXTS_ID };
enum { LANGUAGES_LEN = 2 };

/* A catalogue is nothing but texts, so it can be walked as a list of them. */
enum { TEXTS_LEN = sizeof(struct texts) / sizeof(const char *) };

static const char *
text_at(const struct texts *texts, size_t index)
{
	const char *text;

	memcpy(&text, (const char *)texts + index * sizeof text, sizeof text);
	return text;
}

static bool
is_advice(size_t index)
{
	size_t first = offsetof(struct texts, advice) / sizeof(const char *);

	return index >= first && index < first + WHY_CODES;
}

static void
no_language_lacks_a_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXTS_LEN; i++) {
		const char *english = text_at(&TEXTS_EN, i);

		for (size_t l = 0; l < LANGUAGES_LEN; l++) {
			const char *text = text_at(LANGUAGES[l], i);

			if ((text == NULL) != (english == NULL) ||
				(text == NULL && !is_advice(i)) ||
				(text != NULL && (text[0] == '\0') != (english[0] == '\0')))
				fail_msg("%s: text %zu is '%s', in English '%s'",
					LANGUAGES[l]->language, i, text, english);
		}
	}
}

/* How often {name} stands in a text. */
static size_t
count_value(const char *text, const char *value, size_t value_len)
{
	size_t count = 0;

	for (; (text = strchr(text, '{')) != NULL; text++)
		count += strncmp(text, value, value_len) == 0;
	return count;
}

static void
translations_keep_every_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXTS_LEN; i++) {
		const char *english = text_at(&TEXTS_EN, i), *other = text_at(&TEXTS_ID, i);

		if (english == NULL)
			continue;
		assert_int_equal(count_value(english, "{", 1), count_value(other, "{", 1));
		for (const char *at = english; (at = strchr(at, '{')) != NULL; at++) {
			size_t len = strcspn(at, "}") + 1;

			assert_int_equal(
				count_value(english, at, len), count_value(other, at, len));
		}
	}
}

/* Sentences end in a full stop and phrases do not; nothing is said in two languages. */
static void
translations_are_sentences_where_english_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXTS_LEN; i++) {
		const char *english = text_at(&TEXTS_EN, i), *other = text_at(&TEXTS_ID, i);
		size_t len;

		if (english == NULL || english[0] == '\0')
			continue;
		len = strlen(english);
		assert_int_equal(english[len - 1] == '.', other[strlen(other) - 1] == '.');
		if (len > 12 && strcmp(english, other) == 0)
			fail_msg("not translated: %s", english);
	}
}

/* What is no sentence, from one member of the catalogue to another. */
#define PHRASES(first, last)                                                                       \
	{                                                                                          \
		offsetof(struct texts, first) / sizeof(const char *),                              \
			(offsetof(struct texts, last) + sizeof(((struct texts *)NULL)->last)) /    \
				sizeof(const char *)                                               \
	}

static bool
is_phrase(size_t index)
{
	static const struct {
		size_t from, until;
	} ROWS[] = {
		PHRASES(language, language),
		PHRASES(call_name, this_site), /* a number follows */
		PHRASES(part, since),
		PHRASES(stand, then),
		PHRASES(past_heading, past_heading),
		PHRASES(past_events, was_to_come),
		PHRASES(clock, clock),
		PHRASES(extend_heading, extend_left_term),
		PHRASES(import_license, import_manifest),
		PHRASES(clock_site, monitor_unused),
		PHRASES(local_time, files),
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		if (index >= ROWS[i].from && index < ROWS[i].until)
			return true;
	return false;
}

static void
sentences_end_in_a_full_stop_and_phrases_do_not(void **state)
{
	(void)state;
	for (size_t l = 0; l < LANGUAGES_LEN; l++)
		for (size_t i = 0; i < TEXTS_LEN; i++) {
			const char *text = text_at(LANGUAGES[l], i);

			if (text == NULL || text[0] == '\0')
				continue;
			if ((text[strlen(text) - 1] == '.') == is_phrase(i))
				fail_msg("%s: %s", LANGUAGES[l]->language, text);
			if (strstr(text, "  ") != NULL || text[strlen(text) - 1] == ' ')
				fail_msg("%s: blanks in '%s'", LANGUAGES[l]->language, text);
		}
}

/* In a sheet of 80 columns: a label with a blank behind it, and what stands beside it. */
static void
labels_fit_their_column_and_phrases_their_line(void **state)
{
	enum { LABEL_MAX = 19, BESIDE_MAX = 80 - 22 };

	(void)state;
	for (size_t l = 0; l < LANGUAGES_LEN; l++) {
		const struct texts *texts = LANGUAGES[l];
		const char *const labels[] = { texts->extend_steps, texts->extend_next,
			texts->extend_before, texts->extend_renew_by, texts->extend_full,
			texts->extend_read, texts->extend_left, texts->clock_site,
			texts->clock_machine, texts->clock_condition, texts->clock_candidate,
			texts->clock_believed, texts->clock_correct, texts->clock_advice };
		const char *const beside[] = { texts->extend_left_none, texts->extend_left_term,
			texts->extend_all_used, texts->extend_term_ends, texts->extend_too_late,
			texts->clock[EVALUATE_CLOCK_OK], texts->clock[EVALUATE_CLOCK_BEHIND],
			texts->clock[EVALUATE_CLOCK_AHEAD_UNPROVEN],
			texts->clock[EVALUATE_CLOCK_FAULT],
			texts->clock[EVALUATE_CLOCK_UNATTENDED] };

		for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
			assert_in_range(strlen(labels[i]), 2, LABEL_MAX);
		for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
			assert_in_range(strlen(beside[i]), 2, BESIDE_MAX);
		assert_in_range(strlen(texts->extend_type), 2, 79);
	}
}

/* Shown on any terminal, whatever its locale. */
static void
catalogues_are_ascii(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXTS_LEN; i++)
		for (size_t l = 0; l < LANGUAGES_LEN; l++)
			for (const char *at = text_at(LANGUAGES[l], i); at != NULL && *at != '\0';
				at++)
				assert_in_range(*at, ' ', '~');
}

static void
languages_are_found_by_locale(void **state)
{
	static const struct {
		const char *name;
		const struct texts *texts;
	} ROWS[] = {
		{ "en", &TEXTS_EN },
		{ "en_US.UTF-8", &TEXTS_EN },
		{ "C", &TEXTS_EN },
		{ "C.UTF-8", &TEXTS_EN },
		{ "POSIX", &TEXTS_EN },
		{ "id", &TEXTS_ID },
		{ "id_ID", &TEXTS_ID },
		{ "id-ID", &TEXTS_ID },
		{ "id.UTF-8", &TEXTS_ID },
		{ "id@latin", &TEXTS_ID },
		{ "", NULL },
		{ "_ID", NULL },
		{ "i", NULL },
		{ "idn", NULL },
		{ "ID", NULL },
		{ "de_AT.UTF-8", NULL },
		{ "ceb", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		assert_ptr_equal(texts_find(ROWS[i].name), ROWS[i].texts);
}

/* --- values ---------------------------------------------------------------------------------- */

static void
numbers_and_durations_agree_with_their_words(void **state)
{
	static const struct {
		int64_t seconds;
		const char *english, *indonesian;
	} ROWS[] = {
		{ 0, "0 days", "0 hari" },
		{ 1, "1 second", "1 detik" },
		{ 59, "59 seconds", "59 detik" },
		{ 60, "1 minute", "1 menit" },
		{ 90, "90 seconds", "90 detik" },
		{ 3600, "1 hour", "1 jam" },
		{ 5400, "90 minutes", "90 menit" },
		{ 86400, "1 day", "1 hari" },
		{ 2 * 86400, "2 days", "2 hari" },
		{ 36 * 3600, "36 hours", "36 jam" },
		{ INT64_C(365) * 86400, "365 days", "365 hari" },
		{ -86400, "-1 day", "-1 hari" },
		{ LICENSE_DURATION_MAX, "36600 days", "36600 hari" },
	};
	char text[64];
	struct sentence s;

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		sentence_begin(&s, &TEXTS_EN, NULL, text, sizeof text);
		sentence_duration(&s, ROWS[i].seconds);
		assert_string_equal(text, ROWS[i].english);
		sentence_begin(&s, &TEXTS_ID, NULL, text, sizeof text);
		sentence_duration(&s, ROWS[i].seconds);
		assert_string_equal(text, ROWS[i].indonesian);
	}
	for (int files = 0; files <= 2; files++) {
		sentence_begin(&s, &TEXTS_EN, NULL, text, sizeof text);
		sentence_count(&s, files, TEXTS_EN.files);
		assert_string_equal(text, files == 0   ? "0 files"
					  : files == 1 ? "1 file"
						       : "2 files");
	}
}

/* Somebody plans by it: never less than it is, and no seconds. */
static void
what_is_left_is_told_in_hours(void **state)
{
	static const struct {
		int64_t seconds;
		const char *english, *indonesian;
	} ROWS[] = {
		{ 0, "0 minutes", "0 menit" },
		{ 1, "1 minute", "1 menit" },
		{ 3599, "1 hour", "1 jam" },
		{ 3540, "59 minutes", "59 menit" },
		{ 3600, "1 hour", "1 jam" },
		{ 3601, "2 hours", "2 jam" },
		{ 23 * 3600 + 1, "1 day", "1 hari" },
		{ 71 * 3600, "71 hours", "71 jam" },
		{ 72 * 3600, "3 days", "3 hari" },
	};
	char text[64];
	struct sentence s;

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		sentence_begin(&s, &TEXTS_EN, NULL, text, sizeof text);
		sentence_left(&s, ROWS[i].seconds);
		assert_string_equal(text, ROWS[i].english);
		sentence_begin(&s, &TEXTS_ID, NULL, text, sizeof text);
		sentence_left(&s, ROWS[i].seconds);
		assert_string_equal(text, ROWS[i].indonesian);
	}
}

/* The clock on the wall in Jayapura, nine hours east, and of the last day of the calendar. */
static void
moments_are_local_and_days_are_as_agreed(void **state)
{
	char text[64];
	struct sentence s;

	(void)state;
	sentence_begin(
		&s, &TEXTS_ID, &(struct local_clock){ .offset_s = 9 * 3600 }, text, sizeof text);
	sentence_moment(&s, INT64_C(1808956799));
	assert_string_equal(text, "2027-04-29 08:59 waktu setempat");
	sentence_begin(
		&s, &TEXTS_ID, &(struct local_clock){ .offset_s = 9 * 3600 }, text, sizeof text);
	sentence_day(&s, INT64_C(1808956799));
	assert_string_equal(text, "2027-04-28");
	sentence_begin(
		&s, &TEXTS_EN, &(struct local_clock){ .offset_s = 14 * 3600 }, text, sizeof text);
	sentence_moment(&s, INT64_MAX);
	assert_string_equal(text, "9999-12-31 23:59 local time");
}

static void
value_that_is_not_known_vanishes_and_text_is_cut_at_a_character(void **state)
{
	const struct why_link link = { .code = WHY_OTHER_TENANT, .state = SKERRY_STATE_ACTIVE };
	char text[24];
	struct sentence s;

	(void)state;
	sentence_begin(&s, &TEXTS_EN, NULL, text, sizeof text);
	sentence_outside(&s, (struct cbor_text){ "12345678901234567890ab\xc3\xa9", 24 });
	assert_string_equal(text, "12345678901234567890ab");
	sentence_chars(&s, "x");
	assert_string_equal(text, "12345678901234567890ab");
	why_words_add(&s, &link, "p");
	assert_string_equal(text, "12345678901234567890ab");
}

/* Read out on a telephone, so not a digit may be missing. */
static void
renewal_by_telephone_is_told_in_both_languages(void **state)
{
	static const struct license LICENSE = { .id = { "2S9VAA5T85MRXEBH", 16 },
		.brand = { "hotelhub", 8 },
		.product = { "hms", 3 },
		.activation = 1,
		.edition = UINT64_MAX,
		.telephone_steps = 3,
		.telephone_days = 14 };
	static const struct {
		size_t member;
		const char *english, *indonesian;
	} ROWS[] = {
		{ offsetof(struct texts, extend_taken),
			"Accepted: step 2 of 3 for hotelhub/hms, license 2S9VAA5T85MRXEBH.",
			"Diterima: langkah 2 dari 3 untuk hotelhub/hms, lisensi "
			"2S9VAA5T85MRXEBH." },
		{ offsetof(struct texts, extend_held),
			"Nothing new: step 2 of hotelhub/hms, license 2S9VAA5T85MRXEBH, counts "
			"already.",
			"Tidak ada yang baru: langkah 2 untuk hotelhub/hms, lisensi "
			"2S9VAA5T85MRXEBH, sudah berlaku." },
		{ offsetof(struct texts, extend_lower),
			"Nothing changed: this is the code of step 2 of hotelhub/hms, license "
			"2S9VAA5T85MRXEBH, and step 1 counts already.",
			"Tidak ada yang berubah: ini kode langkah 2 untuk hotelhub/hms, lisensi "
			"2S9VAA5T85MRXEBH, sedangkan langkah 1 sudah berlaku." },
		{ offsetof(struct texts, extend_say),
			"Say: license 2S9VAA5T85MRXEBH, activation 1, edition "
			"18446744073709551615: step 2 is next.",
			"Sebutkan: lisensi 2S9VAA5T85MRXEBH, aktivasi 1, edisi "
			"18446744073709551615, langkah 2." },
		{ offsetof(struct texts, extend_used), "1 of 3, 14 days each",
			"1 dari 3, masing-masing 14 hari" },
		{ offsetof(struct texts, extend_would),
			"Step 2 would: ask the vendor for its code.",
			"Langkah 2 akan memulihkannya: mintalah kodenya kepada vendor." },
		{ offsetof(struct texts, extend_ask),
			"Ask for 1 steps at once: step 2 is the first that brings access back.",
			"Mintalah 1 langkah sekaligus: baru langkah 2 yang memulihkan akses." },
		{ offsetof(struct texts, extend_left_of), "2 of 3", "2 dari 3" },
	};
	char text[EXTEND_WORDS_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		size_t index = ROWS[i].member / sizeof(const char *);

		extend_words(&TEXTS_EN, text_at(&TEXTS_EN, index), &LICENSE, 2, 1, text);
		assert_string_equal(text, ROWS[i].english);
		extend_words(&TEXTS_ID, text_at(&TEXTS_ID, index), &LICENSE, 2, 1, text);
		assert_string_equal(text, ROWS[i].indonesian);
	}
}

static void
facts_are_told_by_name_with_values_as_they_are(void **state)
{
	static const uint8_t kid[] = { 0x00, 0xab, 0xff };
	const struct why_link link = { .code = WHY_SIGNING_KEY,
		.facts_len = 6,
		.facts = {
			{ .name = "kid", .kind = WHY_BYTES, .bytes = { kid, sizeof kid } },
			{ .name = "issued_at", .kind = WHY_INSTANT, .number = 0 },
			{ .name = "day_end", .kind = WHY_MINUTES, .number = 245 },
			{ .name = "files", .kind = WHY_NUMBER, .number = 1 },
			{ .name = "different",
				.kind = WHY_COMPONENTS,
				.number = (1 << 5) | (1 << 9) },
			{ .name = "domain", .kind = WHY_TEXT, .text = { "a\033[1m", 5 } },
		} };
	char text[WHY_WORDS_MAX];

	(void)state;
	why_words_facts(&TEXTS_EN, &link, text);
	assert_string_equal(text, "kid 00abff, issued_at 1970-01-01T00:00:00Z, day_end 04:05, "
				  "files 1, different mac, custom, domain a?[1m");
}

/* --- forecast -------------------------------------------------------------------------------- */

static void
steps_say_what_the_product_may_do_and_why(void **state)
{
	static const struct {
		struct timeline_step step;
		const char *english, *indonesian;
	} ROWS[] = {
		{ { 0, SKERRY_STATE_ACTIVE, SKERRY_ACCESS_FULL, SKERRY_REASON_OK,
			  SKERRY_NOTICE_NONE },
			"full access", "akses penuh" },
		{ { 0, SKERRY_STATE_ACTIVE, SKERRY_ACCESS_FULL, SKERRY_REASON_OK,
			  SKERRY_NOTICE_WARN },
			"full access (warning)", "akses penuh (peringatan)" },
		{ { 0, SKERRY_STATE_OVERDUE, SKERRY_ACCESS_FULL, SKERRY_REASON_OVERDUE,
			  SKERRY_NOTICE_ALERT },
			"full access: a renewal is due (alert)",
			"akses penuh: perlu diperpanjang (mendesak)" },
		{ { 0, SKERRY_STATE_GRACE, SKERRY_ACCESS_FULL, SKERRY_REASON_RENEWAL_MISSED,
			  SKERRY_NOTICE_ALERT },
			"full access, days are counted: the renewal is missing",
			"akses penuh, masa tenggang: belum diperpanjang" },
		{ { 0, SKERRY_STATE_LOCKED, SKERRY_ACCESS_NONE, SKERRY_REASON_EXPIRED,
			  SKERRY_NOTICE_ALERT },
			"no access: the term is over", "tidak ada akses: masa berlaku habis" },
	};
	char text[WHY_WORDS_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		why_words_step(&TEXTS_EN, &ROWS[i].step, text);
		assert_string_equal(text, ROWS[i].english);
		why_words_step(&TEXTS_ID, &ROWS[i].step, text);
		assert_string_equal(text, ROWS[i].indonesian);
	}
	why_words_date(&TEXTS_ID, LICENSE_NEVER, NULL, text);
	assert_string_equal(text, "sekarang");
	why_words_date(&TEXTS_EN, 0, NULL, text);
	assert_string_equal(text, "1970-01-01 00:00");
}

/* On a terminal of 80 columns, behind margin and date. */
static void
every_step_fits_a_line(void **state)
{
	(void)state;
	for (size_t l = 0; l < LANGUAGES_LEN; l++)
		for (int n = 0; n < TEXTS_STATES * TEXTS_REASONS * TEXTS_NOTICES; n++) {
			const struct timeline_step step = { .state = (enum skerry_state)(
								    n % TEXTS_STATES),
				.reason = (enum skerry_reason)(n / TEXTS_STATES % TEXTS_REASONS),
				.notice = (enum skerry_notice)(n / TEXTS_STATES / TEXTS_REASONS) };
			char text[WHY_WORDS_MAX];

			why_words_step(LANGUAGES[l], &step, text);
			assert_in_range(strlen(text), 8, 58);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_language_lacks_a_text),
		cmocka_unit_test(translations_keep_every_value),
		cmocka_unit_test(translations_are_sentences_where_english_is),
		cmocka_unit_test(sentences_end_in_a_full_stop_and_phrases_do_not),
		cmocka_unit_test(labels_fit_their_column_and_phrases_their_line),
		cmocka_unit_test(catalogues_are_ascii),
		cmocka_unit_test(languages_are_found_by_locale),
		cmocka_unit_test(numbers_and_durations_agree_with_their_words),
		cmocka_unit_test(what_is_left_is_told_in_hours),
		cmocka_unit_test(moments_are_local_and_days_are_as_agreed),
		cmocka_unit_test(value_that_is_not_known_vanishes_and_text_is_cut_at_a_character),
		cmocka_unit_test(renewal_by_telephone_is_told_in_both_languages),
		cmocka_unit_test(facts_are_told_by_name_with_values_as_they_are),
		cmocka_unit_test(steps_say_what_the_product_may_do_and_why),
		cmocka_unit_test(every_step_fits_a_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
