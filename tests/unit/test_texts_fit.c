/* SPDX-License-Identifier: ISC */
/* The catalogues with the longest values that there can be: nothing is cut by its buffer. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/manifest.h"
#include "verifier/show/past_view.h"
#include "verifier/product_name.h"
#include "verifier/texts/en.h"
#include "verifier/texts/extend_words.h"
#include "verifier/texts/id.h"
#include "verifier/texts/message.h"
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

/* How often {name} stands in a text. */
static size_t
count_value(const char *text, const char *value, size_t value_len)
{
	size_t count = 0;

	for (; (text = strchr(text, '{')) != NULL; text++)
		count += strncmp(text, value, value_len) == 0;
	return count;
}

static char long_text[MANIFEST_CONTACT_MAX];

/* What a fact of that kind can be at most. */
static struct why_fact
longest_fact(const char *name, size_t name_len)
{
	static char names[32][64];
	static size_t next;
	struct why_fact fact = { .kind = WHY_NUMBER, .number = INT64_MAX };
	char *kept = names[next++ % 32];

	snprintf(kept, sizeof names[0], "%.*s", (int)name_len, name);
	fact.name = kept;
	if (strstr(kept, "_s") == kept + name_len - 2) {
		fact.kind = WHY_DURATION;
		fact.number = LICENSE_DURATION_MAX - 1;
	} else if (strstr(kept, "_by") != NULL || strstr(kept, "_until") != NULL ||
		   strstr(kept, "_at") != NULL || strstr(kept, "_due") != NULL ||
		   strstr(kept, "candidate") != NULL || strstr(kept, "_date") != NULL ||
		   strstr(kept, "_before") != NULL) {
		fact.kind = WHY_INSTANT;
		fact.number = LICENSE_TIME_MAX;
	} else if (strcmp(kept, "different") == 0 || strcmp(kept, "not_readable") == 0) {
		fact.kind = WHY_COMPONENTS;
		fact.number = 1023;
	} else if (strcmp(kept, "license_domain") == 0) {
		fact.kind = WHY_TEXT;
		fact.text = (struct cbor_text){ long_text, LICENSE_DOMAIN_MAX };
	} else if (strcmp(kept, "tenant") == 0) {
		fact.kind = WHY_TEXT;
		fact.text = (struct cbor_text){ long_text, LICENSE_TENANT_MAX };
	}
	return fact;
}

/* A link whose facts are the values of its sentence, each as long as it can be. */
static struct why_link
longest_link(enum why_code code)
{
	struct why_link link = { .code = code,
		.part = WHY_NOTICE,
		.state = SKERRY_STATE_GRACE,
		.since = LICENSE_TIME_MAX,
		.until = LICENSE_TIME_MAX };
	const char *at = TEXTS_EN.why[code];

	for (; (at = strchr(at, '{')) != NULL; at++) {
		size_t len = strcspn(at + 1, "}");

		if (!sentence_is(at + 1, len, "product"))
			link.facts[link.facts_len++] = longest_fact(at + 1, len);
	}
	return link;
}

enum { NOTICES = WHY_STATE_NOTICED - WHY_CLOCK_BEHIND + 1 };

/* A cut text has no full stop at its end. */
static void
every_text_fits_its_buffer_with_the_longest_values(void **state)
{
	static struct why why;
	char product[PRODUCT_NAME_MAX];

	(void)state;
	memset(long_text, 'x', sizeof long_text);
	memset(product, 'y', sizeof product - 1);
	product[sizeof product - 1] = '\0';
	for (size_t l = 0; l < LANGUAGES_LEN; l++)
		for (int n = 0; n < TEXTS_STATES * TEXTS_REASONS * NOTICES; n++) {
			struct skerry_verdict verdict = { .state = (enum skerry_state)(
								  n % TEXTS_STATES),
				.reason = (enum skerry_reason)(n / TEXTS_STATES % TEXTS_REASONS),
				.notice = SKERRY_NOTICE_ALERT,
				.next_change_at = SKERRY_NEVER,
				.renew_by = SKERRY_NEVER,
				.valid_until = SKERRY_NEVER,
				.grace_until = SKERRY_NEVER,
				.degraded_until = SKERRY_NEVER };
			const struct message_subject subject = { .verdict = &verdict,
				.product = product,
				.why = &why,
				.name = { long_text, 32 },
				.telephone = { long_text, 32 },
				.email = { long_text, 64 },
				.url = { long_text, 64 } };
			char text[MESSAGE_MAX];

			why.links[0] = longest_link((enum why_code)(
				WHY_CLOCK_BEHIND + n / TEXTS_STATES / TEXTS_REASONS));
			why.len = 1;
			why.by_telephone = verdict.reason == SKERRY_REASON_OVERDUE ||
					   verdict.reason == SKERRY_REASON_RENEWAL_MISSED;
			message_holds(LANGUAGES[l], &subject, text);
			assert_int_equal(text[strlen(text) - 1], '.');
			assert_null(strpbrk(text, "{}"));
			message_action(LANGUAGES[l], &subject, text);
			assert_true(text[0] == '\0' || text[strlen(text) - 1] == '.');
		}
}

/* How long a text of `why --at` or `what-if` is with each of its values as long as it can be. */
static size_t
longest_length(const char *text)
{
	static const struct {
		const char *value;
		size_t max;
	} ROWS[] = {
		{ "{at}", 34 }, /* "9999-12-31 23:59 waktu setempat" */
		{ "{recorded_at}", 34 },
		{ "{newer_at}", 34 },
		{ "{next}", 34 },
		{ "{entry}", 20 },
		{ "{newer}", 20 },
		{ "{turned}", 20 },
		{ "{broken}", 20 },
		{ "{stand}", 58 },
		{ "{asked}", 64 + PRODUCT_NAME_MAX + LICENSE_TENANT_MAX + LICENSE_DOMAIN_MAX },
		{ "{kind}", JOURNAL_KIND_MAX },
		{ "{subject}", EVENT_SUBJECT_MAX },
		{ "{name}", EVENT_WORD_MAX },
		{ "{edition}", EVENT_WORD_MAX },
		{ "{error}", EVENT_WORD_MAX },
		{ "{before}", EVENT_WORD_MAX },
		{ "{after}", EVENT_WORD_MAX },
		{ "{duration}", 32 },
		{ "{without}", 128 },
		{ "{matched}", 20 },
		{ "{threshold}", 20 },
	};
	size_t len = strlen(text), values = 0;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		size_t count = count_value(text, ROWS[i].value, strlen(ROWS[i].value));

		values += count;
		len += count * ROWS[i].max;
	}
	/* A value that is not among them would vanish. */
	assert_int_equal(values, count_value(text, "{", 1));
	return len;
}

/* What is told of a past is one paragraph of most of these sentences. */
static void
past_and_what_if_fit_their_buffers_with_the_longest_values(void **state)
{
	size_t past_from = offsetof(struct texts, past_heading) / sizeof(const char *);
	size_t past_until = offsetof(struct texts, past_events) / sizeof(const char *);
	size_t event_until = offsetof(struct texts, clock) / sizeof(const char *);
	size_t without = offsetof(struct texts, without_matches) / sizeof(const char *);

	(void)state;
	for (size_t l = 0; l < LANGUAGES_LEN; l++) {
		size_t paragraph = 0;

		for (size_t i = without; i < event_until; i++) {
			size_t len = longest_length(text_at(LANGUAGES[l], i));

			if (i >= past_from && i < past_until)
				paragraph += len + 1;
			if (strstr(text_at(LANGUAGES[l], i), "{asked}") == NULL)
				assert_in_range(len, 1, WHY_WORDS_MAX - 1);
		}
		assert_in_range(paragraph, 1, PAST_VIEW_SOURCE_MAX - 1);
	}
}

static void
renewal_by_telephone_fits_its_buffer_with_the_longest_values(void **state)
{
	static char slug[LICENSE_SLUG_MAX];
	const struct license license = { .id = { slug, LICENSE_ID_LEN },
		.brand = { slug, sizeof slug },
		.product = { slug, sizeof slug },
		.activation = UINT64_MAX,
		.edition = UINT64_MAX,
		.telephone_steps = LICENSE_STEPS_MAX,
		.telephone_days = UINT_MAX };
	size_t first = offsetof(struct texts, extend_taken) / sizeof(const char *);
	size_t last = offsetof(struct texts, extend_type) / sizeof(const char *);
	char text[EXTEND_WORDS_MAX];

	(void)state;
	memset(slug, 'x', sizeof slug);
	for (size_t l = 0; l < LANGUAGES_LEN; l++)
		for (size_t i = first; i <= last; i++) {
			extend_words(LANGUAGES[l], text_at(LANGUAGES[l], i), &license,
				LICENSE_STEPS_MAX, LICENSE_STEPS_MAX, text);
			assert_int_equal(text[strlen(text) - 1], '.');
			assert_null(strpbrk(text, "{}"));
		}
}

static void
every_link_has_words_and_its_values_in_them(void **state)
{
	static const char PRODUCT[] = "hotelhub/hms";

	(void)state;
	memset(long_text, 'x', sizeof long_text);
	for (size_t l = 0; l < LANGUAGES_LEN; l++)
		for (unsigned code = 0; code < WHY_CODES; code++) {
			const struct why_link link = longest_link((enum why_code)code);
			char text[WHY_WORDS_MAX], facts[WHY_WORDS_MAX];
			struct sentence s;

			sentence_begin(&s, LANGUAGES[l], NULL, text, sizeof text);
			why_words_add(&s, &link, PRODUCT);
			assert_in_range(strlen(text), 20, WHY_WORDS_MAX - 1);
			assert_int_equal(text[strlen(text) - 1], '.');
			assert_null(strstr(text, "  "));
			why_words_facts(LANGUAGES[l], &link, facts);
			assert_int_equal(facts[0] == '\0', link.facts_len == 0);
			assert_in_range(strlen(facts), 0, WHY_WORDS_MAX - 2);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_text_fits_its_buffer_with_the_longest_values),
		cmocka_unit_test(past_and_what_if_fit_their_buffers_with_the_longest_values),
		cmocka_unit_test(renewal_by_telephone_fits_its_buffer_with_the_longest_values),
		cmocka_unit_test(every_link_has_words_and_its_values_in_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
