/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_words.h"
#include "keys/exchange_seal.h"
#include "keys/seal.h"
#include "verifier/site_words.h"
#include "verifier/state/refusals.h"
#include "verifier/state/requests.h"

static struct signed_document license, second, manifest;
static struct word_document reply, later, other;

#define OVERLAP (14 * DAY)

/* At once: no time goes by. */
static enum take_fate
take(const struct word_document *document)
{
	assert_int_equal(site_take(&document->document, 1, site_now(&site)), SKERRY_OK);
	site_reopen();
	return results[0].fate;
}

static void
put_license(const struct signed_document *document)
{
	reply_made.licenses[reply_made.licenses_len++] = document->document.bytes;
}

static struct site_answer
ask(void)
{
	return site_ask_at(site_now(&site));
}

static const struct site_reply *
held(void)
{
	return site_reply(&site, cbor_text_from_chars("hotelhub"));
}

/* --- what it brings -------------------------------------------------------------------------- */

static void
reply_brings_licenses_and_is_kept_with_what_it_says(void **state)
{
	(void)state;
	site_make_license(&license, 4);
	words_reply(3);
	put_license(&license);
	reply_made.results[0] = (struct reply_result){
		.code = REPLY_OK, .text = cbor_text_from_chars("Welcome."), .until = LICENSE_NEVER
	};
	reply_made.results_len = 1;
	words_sign_reply(&reply);
	assert_int_equal(take(&reply), TAKE_TAKEN);
	assert_int_equal(results_len, 2);
	assert_int_equal(results[0].kind, DOCUMENT_REPLY);
	assert_int_equal(results[0].number, 3);
	assert_string_equal(results[0].brand, "hotelhub");
	assert_false(results[0].in_reply);
	assert_int_equal(results[1].kind, DOCUMENT_LICENSE);
	assert_int_equal(results[1].fate, TAKE_TAKEN);
	assert_int_equal(results[1].edition, 4);
	assert_true(results[1].in_reply);
	assert_int_equal(ask().license->edition, 4);
	assert_non_null(held());
	assert_true(cbor_text_equals(held()->reply.results[0].text, "Welcome."));
	assert_null(site_reply(&site, cbor_text_from_chars("rthub")));
	/* Sealed anew it is the same reply. */
	words_sign_box(&later);
	assert_int_equal(take(&later), TAKE_HELD);
	assert_int_equal(results[1].fate, TAKE_HELD);
}

static void
older_number_changes_nothing_but_a_higher_edition_counts(void **state)
{
	(void)state;
	words_reply(5);
	words_sign_reply(&later);
	site_make_license(&license, 4);
	words_reply(4);
	reply_made.issued_at = TODAY + 40 * DAY;
	put_license(&license);
	words_sign_reply(&reply);
	assert_int_equal(take(&later), TAKE_TAKEN);
	assert_int_equal(take(&reply), TAKE_OLDER);
	assert_int_equal(results[0].err, SKERRY_ERR_OLDER_EDITION);
	assert_int_equal(results[1].fate, TAKE_TAKEN);
	assert_int_equal(held()->reply.number, 5);
	assert_int_equal(ask().license->edition, 4);
	/* What it says of the time does not count either. */
	assert_true(site_now(&site) < TODAY + DAY);
}

static void
license_of_another_brand_than_its_reply_is_refused(void **state)
{
	(void)state;
	ceremony_license(&license_made);
	license_made.brand = cbor_text_from_chars("rthub");
	site_sign_license(&license);
	words_reply(1);
	put_license(&license);
	words_sign_reply(&reply);
	assert_int_equal(take(&reply), TAKE_TAKEN);
	assert_int_equal(results[1].fate, TAKE_REFUSED);
	assert_int_equal(results[1].err, SKERRY_ERR_BRAND);
	assert_int_equal(site.licenses_len, 0);
}

static void
each_brand_has_numbers_of_its_own(void **state)
{
	(void)state;
	words_reply(9);
	words_sign_reply(&reply);
	words_reply(2);
	reply_made.brand = cbor_text_from_chars("rthub");
	words_sign_reply(&other);
	assert_int_equal(take(&reply), TAKE_TAKEN);
	assert_int_equal(take(&other), TAKE_TAKEN);
	assert_int_equal(site.replies_len, 2);
}

/* --- requests -------------------------------------------------------------------------------- */

static void
reply_acknowledges_the_request_whose_nonce_it_repeats(void **state)
{
	(void)state;
	words_write_request(1, 0x11);
	words_reply(1);
	words_answer(1, 0x99);
	words_sign_reply(&other);
	assert_int_equal(take(&other), TAKE_TAKEN);
	assert_int_equal(results[0].answers, 0);
	words_reply(2);
	words_sign_reply(&later);
	assert_int_equal(take(&later), TAKE_TAKEN);
	/* It was left behind, and came after the next one. */
	words_reply(1);
	words_answer(1, 0x11);
	words_sign_reply(&reply);
	assert_int_equal(take(&reply), TAKE_OLDER);
	assert_int_equal(results[0].answers, 1);
	assert_int_equal(take(&reply), TAKE_OLDER);
	assert_int_equal(results[0].answers, 0);
}

/* A thief of no key, and a desk that was wrong: both have to be outlived. */
static void
time_is_reset_by_the_answer_to_the_newest_request_once(void **state)
{
	(void)state;
	ceremony_license(&license_made);
	license_made.issued_at = license_made.not_before = TODAY + 300 * DAY;
	license_made.renew_by += 300 * DAY;
	site_sign_license(&license);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	assert_true(site_now(&site) >= TODAY + 300 * DAY);
	words_write_request(1, 0x11);
	words_write_request(2, 0x22);
	words_reply(1);
	words_answer(1, 0x11);
	reply_made.time_reset = true;
	words_sign_reply(&reply);
	assert_int_equal(take(&reply), TAKE_TAKEN);
	assert_int_equal(results[0].answers, 1);
	assert_false(results[0].time_reset);
	assert_true(site_now(&site) >= TODAY + 300 * DAY);
	words_reply(2);
	words_answer(2, 0x22);
	reply_made.time_reset = true;
	words_sign_reply(&later);
	assert_int_equal(site_take(&later.document, 1, site_now(&site)), SKERRY_OK);
	assert_true(results[0].time_reset);
	assert_true(site_now(&site) >= TODAY && site_now(&site) < TODAY + DAY);
	assert_true(site.floor < TODAY + DAY);
	site_reopen();
	assert_true(site_now(&site) < TODAY + 2 * DAY);
	assert_true(site.floor < TODAY + DAY);
	assert_int_equal(site_take(&later.document, 1, site_now(&site)), SKERRY_OK);
	assert_false(results[0].time_reset);
}

/* --- pairings that end ------------------------------------------------------------------------ */

static void
paired_license(struct signed_document *ret_document, uint64_t edition, uint64_t activation,
	int64_t issued_at)
{
	ceremony_license(&license_made);
	license_made.edition = edition;
	license_made.activation = activation;
	license_made.issued_at = license_made.not_before = issued_at;
	license_made.has_site_key = true;
	license_made.site_key = site.identity.site_key;
	license_made.ladder.overlap_s = OVERLAP;
	site_sign_license(ret_document);
}

static void
say_unpaired(int64_t issued_at, int64_t until)
{
	reply_made.issued_at = issued_at;
	reply_made.results[0] = (struct reply_result){ .code = REPLY_UNPAIRED,
		.product = cbor_text_from_chars("hms"),
		.license = cbor_text_from_chars("0123456789ABCDEF"),
		.until = until };
	reply_made.results_len = 1;
}

static void
unpaired_site_goes_on_for_its_overlap(void **state)
{
	(void)state;
	paired_license(&license, 1, 1, TODAY);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	words_reply(1);
	say_unpaired(TODAY + DAY, TODAY + DAY + OVERLAP);
	words_sign_reply(&reply);
	assert_int_equal(words_take_at(&reply, TODAY + 5 * DAY), TAKE_TAKEN);
	assert_int_equal(ask().verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(ask().verdict.reason, SKERRY_REASON_UNPAIRED);
	/* It began when the vendor wrote it down, not when the boat came. */
	assert_true(ask().facts.unpaired_since == TODAY + DAY);
	assert_int_equal(site_ask_at(TODAY + DAY + OVERLAP - 1).verdict.state, SKERRY_STATE_GRACE);
	assert_int_equal(
		site_ask_at(TODAY + DAY + OVERLAP + DAY).verdict.state, SKERRY_STATE_LOCKED);
	/* The next reply says nothing of it, and it is unpaired all the same. */
	words_reply(2);
	words_sign_reply(&later);
	assert_int_equal(take(&later), TAKE_TAKEN);
	assert_int_equal(ask().verdict.reason, SKERRY_REASON_UNPAIRED);
}

static void
unpairing_of_a_desk_whose_clock_is_ahead_begins_when_it_is_heard(void **state)
{
	(void)state;
	paired_license(&license, 1, 1, TODAY);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	words_reply(1);
	say_unpaired(TODAY, TODAY + 90 * DAY);
	words_sign_reply(&reply);
	assert_int_equal(take(&reply), TAKE_TAKEN);
	assert_true(ask().facts.unpaired_since < TODAY + DAY);
}

/* In whichever order they come; and an edition of the old activation does not bring it back. */
static void
what_was_paired_after_an_unpairing_stands(void **state)
{
	const struct document *orders[2][3] = {
		{ &license.document, &reply.document, &second.document },
		{ &second.document, &reply.document, &license.document },
	};

	for (size_t order = 0; order < 2; order++) {
		paired_license(&license, 1, 1, TODAY);
		paired_license(&second, 2, 2, TODAY + 3 * DAY);
		words_reply(1);
		say_unpaired(TODAY + 2 * DAY, TODAY + 2 * DAY + OVERLAP);
		words_sign_reply(&reply);
		site_live_until(TODAY + 4 * DAY);
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(
				site_take(orders[order][i], 1, site_now(&site)), SKERRY_OK);
		site_reopen();
		assert_int_equal(site.licenses_len, 2);
		assert_int_equal(ask().verdict.state, SKERRY_STATE_ACTIVE);
		assert_int_equal(ask().license->activation, 2);
		site_tear_down(state);
		site_set_up(state);
	}
}

/* --- who may speak --------------------------------------------------------------------------- */

static void
refuse(const struct document *document, enum skerry_err err)
{
	assert_int_equal(site_take(document, 1, TODAY), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_REFUSED);
	assert_int_equal(results[0].err, err);
	assert_int_equal(results_len, 1);
	site_reopen();
	assert_int_equal(site.replies_len, 0);
	assert_int_equal(site.unused_len, 0);
}

static void
reply_for_another_site_is_refused_also_when_sealed_for_this_one(void **state)
{
	struct key_pair stranger = ceremony_pair(KEY_OPENING, 99);
	struct key_pair issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	size_t len;

	(void)state;
	words_reply(1);
	reply_made.site_id[0] ^= 1;
	words_sign_reply(&reply);
	refuse(&reply.document, SKERRY_ERR_OTHER_SITE);
	words_sign_box(&reply);
	refuse(&reply.document, SKERRY_ERR_OTHER_SITE);
	words_reply(1);
	assert_int_equal(exchange_seal_reply(&issuing, &stranger.public_key, &reply_made,
				 reply.bytes, sizeof reply.bytes, &len),
		SKERRY_OK);
	reply.document = (struct document){ .kind = DOCUMENT_REPLY, .bytes = { reply.bytes, len } };
	refuse(&reply.document, SKERRY_ERR_SEALED);
	key_pair_free(&stranger);
	key_pair_free(&issuing);
}

static void
reply_that_is_none_is_refused(void **state)
{
	static uint8_t plain[REPLY_MAX];
	struct key_pair issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	struct document document = { .kind = DOCUMENT_REPLY, .bytes = { plain, 0 } };
	size_t len;

	(void)state;
	words_reply(1);
	words_sign_box(&reply);
	reply.bytes[60] ^= 1;
	refuse(&reply.document, SKERRY_ERR_SEALED);
	/* A license in a box, and a reply without one. */
	site_make_license(&license, 1);
	assert_int_equal(seal_box(&site.identity.opening_key, license.document.bytes, plain,
				 sizeof plain, &document.bytes.len),
		SKERRY_OK);
	document.carrier = DOCUMENT_BOX;
	refuse(&document, SKERRY_ERR_COSE_TYPE);
	assert_int_equal(
		exchange_sign_reply(&issuing, &reply_made, plain, sizeof plain, &len), SKERRY_OK);
	document = (struct document){ .kind = DOCUMENT_REPLY, .bytes = { plain, len } };
	assert_int_equal(site_take(&document, 1, TODAY), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_REFUSED);
	document.bytes.len = 0;
	refuse(&document, SKERRY_ERR_DOCUMENT_TOO_LARGE);
	key_pair_free(&issuing);
}

/* --- what becomes of it ----------------------------------------------------------------------- */

static void
reply_is_put_back_where_it_is_gone(void **state)
{
	char path[256];

	(void)state;
	words_reply(1);
	words_sign_reply(&reply);
	assert_int_equal(take(&reply), TAKE_TAKEN);
	site_reopen();
	snprintf(path, sizeof path, "%s/replies/%s", folder, held()->file);
	assert_int_equal(unlink(path), 0);
	site_reopen();
	assert_int_equal(site.memory->news.files_healed, 1);
	assert_non_null(held());
}

/* A memory made anew finds them, and what they said goes on. */
static void
reply_is_found_by_a_memory_that_was_lost(void **state)
{
	char path[128];

	(void)state;
	paired_license(&license, 1, 1, TODAY);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	words_reply(7);
	say_unpaired(TODAY + DAY, TODAY + DAY + OVERLAP);
	words_sign_reply(&reply);
	words_reply(6);
	words_sign_reply(&other);
	assert_int_equal(words_take_at(&reply, TODAY + 2 * DAY), TAKE_TAKEN);
	site_close(&site);
	snprintf(path, sizeof path, "%s/site.db", folder);
	assert_int_equal(unlink(path), 0);
	site_reopen();
	assert_true(site.memory->news.rebuilt);
	site_reopen();
	assert_non_null(held());
	assert_int_equal(ask().verdict.reason, SKERRY_REASON_UNPAIRED);
	assert_true(ask().facts.unpaired_since == TODAY + DAY);
	assert_int_equal(take(&other), TAKE_OLDER);
}

static void
what_a_revoked_key_said_is_unsaid(void **state)
{
	(void)state;
	site_two_keys(2);
	site_sign_manifest(&manifest);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	paired_license(&license, 1, 1, TODAY);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	words_reply(4);
	words_sign_reply(&reply);
	assert_int_equal(take(&reply), TAKE_TAKEN);
	words_reply(INT64_MAX);
	say_unpaired(TODAY + 200 * DAY, TODAY);
	words_sign_reply_by(&other, SITE_OTHER_ISSUING);
	assert_int_equal(take(&other), TAKE_TAKEN);
	assert_int_equal(ask().verdict.state, SKERRY_STATE_LOCKED);
	words_reply(5);
	words_sign_reply(&later);
	assert_int_equal(take(&later), TAKE_OLDER);
	site_two_keys(3);
	manifest_made.keys[1].revoked_at = TODAY;
	site_sign_manifest(&manifest);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	assert_null(held());
	assert_true(site_now(&site) < TODAY + 100 * DAY);
	assert_int_equal(ask().verdict.state, SKERRY_STATE_ACTIVE);
	/* The number counts again that the other key had come to. */
	words_reply(3);
	words_sign_reply(&other);
	assert_int_equal(take(&other), TAKE_OLDER);
	assert_int_equal(take(&later), TAKE_TAKEN);
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

/* --- what it refuses ------------------------------------------------------------------------- */

/* A reply of that number with one result, or none: REPLY_CODE_MAX. */
static void
answer(uint64_t number, unsigned code)
{
	words_reply(number);
	reply_made.issued_at += (int64_t)number;
	reply_made.results[0] = (struct reply_result){ .code = code,
		.product = cbor_text_from_chars("hms"),
		.text = cbor_text_from_chars("Ask us."),
		.until = LICENSE_NEVER };
	reply_made.results_len = code == REPLY_CODE_MAX ? 0 : 1;
	words_sign_reply(&reply);
	assert_int_equal(take(&reply), TAKE_TAKEN);
}

static size_t
refused(struct refusal list[REFUSALS_MAX])
{
	size_t len = 0;

	assert_int_equal(
		refusals_read(site.memory->store, cbor_text_from_chars("hotelhub"), list, &len),
		SKERRY_OK);
	return len;
}

static void
what_was_refused_is_known_until_something_else_is_answered(void **state)
{
	static struct refusal list[REFUSALS_MAX];

	(void)state;
	answer(1, REPLY_PAIRED_ELSEWHERE);
	assert_int_equal(refused(list), 1);
	answer(2, REPLY_CODE_MAX);
	assert_int_equal(refused(list), 1);
	assert_int_equal(list[0].code, REPLY_PAIRED_ELSEWHERE);
	assert_string_equal(list[0].product, "hms");
	assert_string_equal(list[0].text, "Ask us.");
	answer(3, REPLY_KEY_UNKNOWN);
	assert_int_equal(refused(list), 1);
	assert_int_equal(list[0].code, REPLY_KEY_UNKNOWN);
	answer(4, REPLY_OK);
	assert_int_equal(refused(list), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(reply_brings_licenses_and_is_kept_with_what_it_says),
		AT_A_SITE(older_number_changes_nothing_but_a_higher_edition_counts),
		AT_A_SITE(license_of_another_brand_than_its_reply_is_refused),
		AT_A_SITE(each_brand_has_numbers_of_its_own),
		AT_A_SITE(reply_acknowledges_the_request_whose_nonce_it_repeats),
		AT_A_SITE(time_is_reset_by_the_answer_to_the_newest_request_once),
		AT_A_SITE(unpaired_site_goes_on_for_its_overlap),
		AT_A_SITE(unpairing_of_a_desk_whose_clock_is_ahead_begins_when_it_is_heard),
		AT_A_SITE(what_was_paired_after_an_unpairing_stands),
		AT_A_SITE(reply_for_another_site_is_refused_also_when_sealed_for_this_one),
		AT_A_SITE(reply_that_is_none_is_refused),
		AT_A_SITE(reply_is_put_back_where_it_is_gone),
		AT_A_SITE(reply_is_found_by_a_memory_that_was_lost),
		AT_A_SITE(what_a_revoked_key_said_is_unsaid),
		AT_A_SITE(what_was_refused_is_known_until_something_else_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
