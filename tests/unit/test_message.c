/* SPDX-License-Identifier: ISC */
/* Words: every verdict has a sentence and says whom to call; texts from outside are cut and cleaned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cbor_item.h"
#include "verifier/texts/en.h"
#include "verifier/texts/id.h"
#include "verifier/texts/message.h"

/* 2027-04-28T23:59:59Z. */
#define UNTIL INT64_C(1808956799)

static struct skerry_verdict
verdict_of(enum skerry_state state, enum skerry_reason reason, enum skerry_notice notice)
{
	return (struct skerry_verdict){ .state = state,
		.reason = reason,
		.notice = notice,
		.at = UNTIL,
		.next_change_at = UNTIL,
		.renew_by = UNTIL,
		.valid_until = UNTIL,
		.maintenance_until = UNTIL,
		.grace_until = UNTIL + 4 * 3600 + 1,
		.degraded_until = UNTIL + 86400 + 4 * 3600 + 1 };
}

static struct message_subject
subject_of(const struct skerry_verdict *verdict)
{
	return (struct message_subject){ .verdict = verdict,
		.product = "hotelhub/hms",
		.name = { "HotelHub", 8 },
		.telephone = { "+62 631 555 0100", 16 },
		.email = { "help@hotelhub.example", 21 } };
}

static const struct {
	enum skerry_state state;
	enum skerry_reason reason;
	enum skerry_notice notice;
	const char *holds, *action;
} SAID[] = {
	{ SKERRY_STATE_ACTIVE, SKERRY_REASON_OK, SKERRY_NOTICE_NONE,
		"The license for hotelhub/hms is valid; it must be renewed by 2027-04-28.", "" },
	{ SKERRY_STATE_ACTIVE, SKERRY_REASON_OK, SKERRY_NOTICE_WARN,
		"The license for hotelhub/hms is valid; it must be renewed by 2027-04-28. Nothing "
		"has "
		"come "
		"from the vendor for a long time.",
		"Import the renewal file, or ask the vendor for one. Call HotelHub: +62 631 555 "
		"0100, "
		"help@hotelhub.example." },
	{ SKERRY_STATE_GRACE, SKERRY_REASON_RENEWAL_MISSED, SKERRY_NOTICE_ALERT,
		"The license for hotelhub/hms should have been renewed by 2027-04-28. Everything "
		"works until 2027-04-29 04:00 local time.",
		"Import the renewal file, or ask the vendor for one. Call HotelHub: +62 631 555 "
		"0100, "
		"help@hotelhub.example." },
	{ SKERRY_STATE_DEGRADED, SKERRY_REASON_EXPIRED, SKERRY_NOTICE_ALERT,
		"The license for hotelhub/hms ended on 2027-04-28. Data can be read but not "
		"changed, "
		"until 2027-04-30 04:00 local time.",
		"Buy a new term and import its license file. Call HotelHub: +62 631 555 0100, "
		"help@hotelhub.example." },
	{ SKERRY_STATE_LOCKED, SKERRY_REASON_MAINTENANCE_ENDED, SKERRY_NOTICE_ALERT,
		"Maintenance ended on 2027-04-28, before this version was made. The product is "
		"locked; its "
		"data is kept.",
		"Use the version before, or buy maintenance and import the new license. Call "
		"HotelHub: "
		"+62 631 555 0100, help@hotelhub.example." },
};

static void
sentences_name_dates_remedy_and_whom_to_call(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof SAID / sizeof *SAID; i++) {
		struct skerry_verdict verdict =
			verdict_of(SAID[i].state, SAID[i].reason, SAID[i].notice);
		struct message_subject subject = subject_of(&verdict);
		char text[MESSAGE_MAX];

		message_holds(&TEXTS_EN, &subject, text);
		assert_string_equal(text, SAID[i].holds);
		message_action(&TEXTS_EN, &subject, text);
		assert_string_equal(text, SAID[i].action);
	}
}

/* A forgotten entry of the catalogue would be a NULL here, a misspelt value would vanish. */
static void
every_state_and_reason_has_words(void **state)
{
	const struct texts *const languages[] = { &TEXTS_EN, &TEXTS_ID };

	(void)state;
	for (int n = 0; n < 2 * TEXTS_STATES * TEXTS_REASONS; n++) {
		const struct texts *texts = languages[n % 2];
		struct skerry_verdict verdict =
			verdict_of((enum skerry_state)(n / 2 % TEXTS_STATES),
				(enum skerry_reason)(n / 2 / TEXTS_STATES), SKERRY_NOTICE_ALERT);
		struct message_subject subject = subject_of(&verdict);
		char text[MESSAGE_MAX];

		message_holds(texts, &subject, text);
		assert_true(strlen(text) > 20);
		assert_null(strpbrk(text, "{}"));
		assert_null(strstr(text, "  "));
		assert_null(strstr(text, " ."));
		message_action(texts, &subject, text);
		assert_non_null(strstr(text, "+62 631 555 0100"));
		assert_int_equal(text[strlen(text) - 1], '.');
	}
}

/* A clock that is wrong is not a vendor that is silent. */
static void
notice_that_is_explained_is_the_one_that_is_told(void **state)
{
	struct skerry_verdict verdict =
		verdict_of(SKERRY_STATE_ACTIVE, SKERRY_REASON_OK, SKERRY_NOTICE_WARN);
	struct message_subject subject = subject_of(&verdict);
	struct why why = { .len = 2 };
	char text[MESSAGE_MAX];

	(void)state;
	why.links[0] = (struct why_link){ .code = WHY_VALID, .state = SKERRY_STATE_ACTIVE };
	why.links[1] = (struct why_link){
		.code = WHY_CLOCK_AHEAD, .part = WHY_NOTICE, .state = SKERRY_STATE_ACTIVE
	};
	subject.why = &why;
	message_holds(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "The license for hotelhub/hms is valid; it must be renewed by "
				  "2027-04-28. The system's clock is too far ahead to be "
				  "believed.");
	message_action(&TEXTS_EN, &subject, text);
	assert_non_null(strstr(text, "skerry clock confirm"));
	assert_non_null(strstr(text, "Call HotelHub: +62 631 555 0100"));
	/* An old list is told with its date, and its advice once. */
	why.links[1].code = WHY_STATUS_OLD;
	why.links[1].facts[0] =
		(struct why_fact){ .name = "heard_at", .kind = WHY_INSTANT, .number = UNTIL };
	why.links[1].facts[1] = (struct why_fact){
		.name = "max_status_age_s", .kind = WHY_DURATION, .number = 86400
	};
	why.links[1].facts_len = 2;
	verdict.reason = SKERRY_REASON_OVERDUE;
	message_holds(&TEXTS_ID, &subject, text);
	assert_non_null(strstr(text, "bertanggal 2027-04-28; lisensi memerlukan kabar setidaknya "
				     "setiap 1 hari."));
	message_action(&TEXTS_ID, &subject, text);
	assert_string_equal(text, "Impor file perpanjangan, atau mintalah kepada vendor. Hubungi "
				  "HotelHub: +62 631 555 0100, help@hotelhub.example.");
	why.len = 1;
	message_action(&TEXTS_EN, &subject, text);
	assert_non_null(strstr(text, "Import the renewal file"));
}

/* A copy that was put back is no damaged file: the license that is held does not mend it. */
static void
restored_copy_wants_a_new_license(void **state)
{
	struct skerry_verdict verdict =
		verdict_of(SKERRY_STATE_GRACE, SKERRY_REASON_STATE_DAMAGED, SKERRY_NOTICE_ALERT);
	struct message_subject subject = subject_of(&verdict);
	struct why why = { .len = 1 };
	char text[MESSAGE_MAX];

	(void)state;
	why.links[0] = (struct why_link){ .code = WHY_STATE_RESTORED,
		.reason = SKERRY_REASON_STATE_DAMAGED,
		.state = SKERRY_STATE_GRACE };
	subject.why = &why;
	message_to_do(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "Ask the vendor for a new license file and import it; the one "
				  "that is held does not end this.");
	why.links[0].code = WHY_FILES_UNUSED;
	message_to_do(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "Import the license once more, or ask the vendor for it.");
}

/* One sentence more, between what to do and whom to call; without steps that help, not a word. */
static void
telephone_is_advised_where_it_can_renew(void **state)
{
	static const struct {
		enum skerry_state state;
		enum skerry_reason reason;
	} ROWS[] = {
		{ SKERRY_STATE_OVERDUE, SKERRY_REASON_OVERDUE },
		{ SKERRY_STATE_GRACE, SKERRY_REASON_RENEWAL_MISSED },
		{ SKERRY_STATE_DEGRADED, SKERRY_REASON_RENEWAL_MISSED },
		{ SKERRY_STATE_LOCKED, SKERRY_REASON_RENEWAL_MISSED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct skerry_verdict verdict =
			verdict_of(ROWS[i].state, ROWS[i].reason, SKERRY_NOTICE_ALERT);
		struct message_subject subject = subject_of(&verdict);
		struct why why = { .len = 1, .by_telephone = true };
		char text[MESSAGE_MAX];

		why.links[0] = (struct why_link){
			.code = WHY_RENEWAL_MISSED, .reason = ROWS[i].reason, .state = ROWS[i].state
		};
		subject.why = &why;
		message_action(&TEXTS_EN, &subject, text);
		assert_string_equal(text,
			"Import the renewal file, or ask the vendor for one. It can also be "
			"renewed by telephone: run `skerry extend` and call the vendor. Call "
			"HotelHub: +62 631 555 0100, help@hotelhub.example.");
		message_to_do(&TEXTS_ID, &subject, text);
		assert_string_equal(text,
			"Impor file perpanjangan, atau mintalah kepada vendor. Perpanjangan juga "
			"dapat dilakukan lewat telepon: jalankan `skerry extend`, lalu hubungi "
			"vendor.");
		why.by_telephone = false;
		message_action(&TEXTS_EN, &subject, text);
		assert_null(strstr(text, "extend"));
		subject.why = NULL;
		message_action(&TEXTS_EN, &subject, text);
		assert_null(strstr(text, "extend"));
	}
}

static void
contact_is_a_sentence_by_itself(void **state)
{
	struct skerry_verdict verdict =
		verdict_of(SKERRY_STATE_ACTIVE, SKERRY_REASON_OK, SKERRY_NOTICE_NONE);
	struct message_subject subject = subject_of(&verdict);
	char text[MESSAGE_MAX];

	(void)state;
	message_contact(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "Call HotelHub: +62 631 555 0100, help@hotelhub.example.");
	message_set_contact(&subject, &(struct manifest_contact){ .languages_len = 0 });
	message_contact(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "");
}

static void
valid_license_tells_the_date_that_it_has(void **state)
{
	struct skerry_verdict verdict =
		verdict_of(SKERRY_STATE_ACTIVE, SKERRY_REASON_OK, SKERRY_NOTICE_NONE);
	struct message_subject subject = subject_of(&verdict);
	char text[MESSAGE_MAX];

	(void)state;
	verdict.renew_by = SKERRY_NEVER;
	message_holds(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "The license for hotelhub/hms is valid until 2027-04-28.");
	verdict.valid_until = SKERRY_NEVER;
	message_holds(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "The license for hotelhub/hms is valid and does not end.");
}

/* A license without a term may have a signed last date; it did not end on a day that never comes. */
static void
last_date_is_not_told_as_the_end_of_the_term(void **state)
{
	struct skerry_verdict verdict =
		verdict_of(SKERRY_STATE_LOCKED, SKERRY_REASON_EXPIRED, SKERRY_NOTICE_ALERT);
	struct message_subject subject = subject_of(&verdict);
	char text[MESSAGE_MAX];

	(void)state;
	verdict.valid_until = SKERRY_NEVER;
	message_holds(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "The last date that is signed into the license for hotelhub/hms "
				  "has passed. The product is locked; its data is kept.");
}

/* Another machine's grace may end while the license still waits. */
static void
license_that_waits_is_told_with_its_own_date(void **state)
{
	struct skerry_verdict verdict = verdict_of(
		SKERRY_STATE_UNLICENSED, SKERRY_REASON_NOT_YET_VALID, SKERRY_NOTICE_INFO);
	struct message_subject subject = subject_of(&verdict);
	struct why why = { .len = 1 };
	char text[MESSAGE_MAX];

	(void)state;
	why.links[0] = (struct why_link){ .code = WHY_BEGINS_LATER, .until = UNTIL + 86401 };
	subject.why = &why;
	message_holds(&TEXTS_EN, &subject, text);
	assert_string_equal(
		text, "The license for hotelhub/hms begins on 2027-04-30 00:00 local time.");
}

/* The clock on the wall in Makassar, eight hours east. */
static void
moments_are_told_in_local_time(void **state)
{
	struct skerry_verdict verdict =
		verdict_of(SKERRY_STATE_GRACE, SKERRY_REASON_WRONG_MACHINE, SKERRY_NOTICE_ALERT);
	struct message_subject subject = subject_of(&verdict);
	char text[MESSAGE_MAX];

	(void)state;
	subject.local = &(struct local_clock){ .offset_s = 8 * 3600 };
	message_holds(&TEXTS_EN, &subject, text);
	assert_non_null(strstr(text, "until 2027-04-29 12:00 local time."));
}

static void
contact_may_have_holes(void **state)
{
	struct skerry_verdict verdict =
		verdict_of(SKERRY_STATE_LOCKED, SKERRY_REASON_REVOKED, SKERRY_NOTICE_ALERT);
	struct message_subject subject = subject_of(&verdict);
	char text[MESSAGE_MAX];

	(void)state;
	subject.name.len = subject.telephone.len = 0;
	message_action(&TEXTS_EN, &subject, text);
	assert_string_equal(
		text, "Ask the vendor for the reason. Call the vendor: help@hotelhub.example.");
	subject.email.len = 0;
	message_action(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "Ask the vendor for the reason.");
	message_set_contact(&subject, NULL);
	message_action(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "Ask the vendor for the reason.");
}

static void
text_from_outside_is_cleaned_and_cut_at_a_character(void **state)
{
	struct skerry_verdict verdict =
		verdict_of(SKERRY_STATE_LOCKED, SKERRY_REASON_REVOKED, SKERRY_NOTICE_ALERT);
	struct message_subject subject = subject_of(&verdict);
	char text[MESSAGE_MAX], name[2 * MESSAGE_MAX];

	(void)state;
	subject.name = (struct cbor_text){ "Evil\033[31m", 9 };
	message_action(&TEXTS_EN, &subject, text);
	assert_null(strchr(text, '\033'));
	/* Two-byte characters at an even and at an odd place. */
	for (size_t shift = 0; shift < 2; shift++) {
		size_t len = shift;

		name[0] = 'x';
		for (; len + 1 < sizeof name; len += 2)
			memcpy(name + len, "\xc3\xa9", 2);
		subject.name = (struct cbor_text){ name, len };
		message_action(&TEXTS_EN, &subject, text);
		assert_in_range(strlen(text), MESSAGE_MAX - 3, MESSAGE_MAX - 1);
		assert_true(cbor_is_utf8((const uint8_t *)text, strlen(text)));
	}
}

/* As why.c explains it. */
static struct why
why_of(struct cbor_text told)
{
	struct why why = { .len = 1 };

	why.links[0] = (struct why_link){ .code = WHY_REVOKED,
		.reason = SKERRY_REASON_REVOKED,
		.state = SKERRY_STATE_LOCKED,
		.since = LICENSE_NEVER,
		.until = LICENSE_NEVER,
		.facts = { { .name = WHY_TOLD, .kind = WHY_TEXT, .text = told } },
		.facts_len = told.len > 0 };
	return why;
}

static void
reason_that_the_vendor_tells_is_quoted(void **state)
{
	struct skerry_verdict verdict =
		verdict_of(SKERRY_STATE_LOCKED, SKERRY_REASON_REVOKED, SKERRY_NOTICE_ALERT);
	struct message_subject subject = subject_of(&verdict);
	struct why why = why_of((struct cbor_text){ "Chargeback of invoice 4711", 26 });
	char text[MESSAGE_MAX];

	(void)state;
	subject.why = &why;
	message_holds(&TEXTS_EN, &subject, text);
	assert_string_equal(text,
		"The vendor has revoked the license for hotelhub/hms. The product is locked; its "
		"data is kept. The vendor says: \"Chargeback of invoice 4711\".");
	message_to_do(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "Settle it with the vendor.");
	message_holds(&TEXTS_ID, &subject, text);
	assert_non_null(strstr(text, " Vendor menyatakan: \"Chargeback of invoice 4711\"."));
	why = why_of((struct cbor_text){ NULL, 0 });
	message_holds(&TEXTS_EN, &subject, text);
	assert_null(strstr(text, "says"));
	message_to_do(&TEXTS_EN, &subject, text);
	assert_string_equal(text, "Ask the vendor for the reason.");
}

/* The longest one fits whole; no byte of it steers a terminal or turns the text around it. */
static void
reason_that_the_vendor_tells_is_cleaned(void **state)
{
	struct skerry_verdict verdict =
		verdict_of(SKERRY_STATE_LOCKED, SKERRY_REASON_REVOKED, SKERRY_NOTICE_ALERT);
	struct message_subject subject = subject_of(&verdict);
	char text[MESSAGE_MAX], told[201], product[130];
	struct why why = why_of((struct cbor_text){ "\033[31mred\n\xc2\x9b"
						    "2J\xe2\x80\xae"
						    "x",
		17 });

	(void)state;
	subject.why = &why;
	message_holds(&TEXTS_EN, &subject, text);
	assert_non_null(strstr(text, "says: \"?[31mred??2J?x\"."));
	memset(told, 'w', sizeof told - 1);
	memset(product, 'p', sizeof product - 1);
	told[200] = product[129] = '\0';
	why = why_of((struct cbor_text){ told, 200 });
	subject.product = product;
	message_holds(&TEXTS_EN, &subject, text);
	assert_string_equal(text + strlen(text) - 4, "ww\".");
	message_holds(&TEXTS_ID, &subject, text);
	assert_string_equal(text + strlen(text) - 4, "ww\".");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences_name_dates_remedy_and_whom_to_call),
		cmocka_unit_test(every_state_and_reason_has_words),
		cmocka_unit_test(notice_that_is_explained_is_the_one_that_is_told),
		cmocka_unit_test(restored_copy_wants_a_new_license),
		cmocka_unit_test(telephone_is_advised_where_it_can_renew),
		cmocka_unit_test(contact_is_a_sentence_by_itself),
		cmocka_unit_test(valid_license_tells_the_date_that_it_has),
		cmocka_unit_test(last_date_is_not_told_as_the_end_of_the_term),
		cmocka_unit_test(license_that_waits_is_told_with_its_own_date),
		cmocka_unit_test(moments_are_told_in_local_time),
		cmocka_unit_test(contact_may_have_holes),
		cmocka_unit_test(text_from_outside_is_cleaned_and_cut_at_a_character),
		cmocka_unit_test(reason_that_the_vendor_tells_is_quoted),
		cmocka_unit_test(reason_that_the_vendor_tells_is_cleaned),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
