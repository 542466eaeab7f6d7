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
#include "formats/deflate.h"
#include "verifier/site_words.h"
#include "verifier/state/reached.h"

static struct signed_document license, manifest;
static struct word_document list, later, other;

static void
set(size_t index, uint8_t value)
{
	memset(words_values, 0, sizeof words_values);
	words_values[index] = value;
}

static void
held_license(uint64_t index)
{
	words_license(&license, 1, index);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
}

static enum skerry_state
state_now(void)
{
	return site_ask_at(site_now(&site)).verdict.state;
}

static enum skerry_reason
reason_now(void)
{
	return site_ask_at(site_now(&site)).verdict.reason;
}

static void
path_of_list(char ret_path[256])
{
	assert_int_equal(site.statuses_len, 1);
	snprintf(ret_path, 256, "%s/statuses/%s", folder, site.statuses[0].file);
}

/* --- what a list does ------------------------------------------------------------------------ */

static void
suspension_locks_at_import_and_a_later_list_lifts_it(void **state)
{
	(void)state;
	held_license(7);
	set(7, STATUS_LIST_SUSPENDED);
	words_sign_list(&list, TODAY + DAY);
	set(7, STATUS_LIST_VALID);
	words_sign_list(&later, TODAY + 2 * DAY);
	assert_int_equal(state_now(), SKERRY_STATE_ACTIVE);
	assert_int_equal(words_take_at(&list, TODAY + DAY), TAKE_TAKEN);
	assert_string_equal(results[0].brand, "hotelhub");
	assert_int_equal(state_now(), SKERRY_STATE_LOCKED);
	assert_int_equal(reason_now(), SKERRY_REASON_SUSPENDED);
	assert_int_equal(words_take_at(&list, TODAY + DAY), TAKE_HELD);
	assert_int_equal(words_take_at(&later, TODAY + 2 * DAY), TAKE_TAKEN);
	assert_int_equal(state_now(), SKERRY_STATE_ACTIVE);
	/* The stick of before the resume. */
	assert_int_equal(words_take_at(&list, TODAY + 3 * DAY), TAKE_OLDER);
	assert_int_equal(results[0].err, SKERRY_ERR_OLDER_EDITION);
	assert_int_equal(state_now(), SKERRY_STATE_ACTIVE);
	assert_int_equal(site.statuses_len, 1);
}

static void
revocation_locks_for_good(void **state)
{
	(void)state;
	held_license(0);
	set(0, STATUS_LIST_INVALID);
	words_sign_list(&list, TODAY + DAY);
	assert_int_equal(words_take_at(&list, TODAY + DAY), TAKE_TAKEN);
	assert_int_equal(state_now(), SKERRY_STATE_LOCKED);
	assert_int_equal(reason_now(), SKERRY_REASON_REVOKED);
}

/* The list may be here before the license that it is about. */
static void
list_that_comes_first_counts_for_what_comes_later(void **state)
{
	(void)state;
	set(5, STATUS_LIST_INVALID);
	words_sign_list(&list, TODAY);
	assert_int_equal(words_take_at(&list, TODAY), TAKE_TAKEN);
	held_license(5);
	assert_int_equal(reason_now(), SKERRY_REASON_REVOKED);
}

static void
renewed(uint64_t index, int64_t issued_at)
{
	words_license(&license, 2, index);
	license_made.issued_at = issued_at;
	site_sign_license(&license);
}

/* Suspended, resumed, renewed by mail: the list of before the resume is still the one that is held. */
static void
document_made_after_a_list_is_the_later_word(void **state)
{
	struct site_answer answer;

	(void)state;
	held_license(7);
	set(7, STATUS_LIST_SUSPENDED);
	words_sign_list(&list, TODAY + DAY);
	assert_int_equal(words_take_at(&list, TODAY + DAY), TAKE_TAKEN);
	assert_int_equal(reason_now(), SKERRY_REASON_SUSPENDED);
	renewed(7, TODAY + DAY + 1);
	assert_int_equal(site_take_at(&license, TODAY + 2 * DAY), TAKE_TAKEN);
	answer = site_ask_at(site_now(&site));
	assert_int_equal(answer.verdict.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(answer.facts.status, EVALUATE_STATUS_UNKNOWN);
	assert_true(answer.facts.status_issued_at == LICENSE_NEVER);
	/* Suspended again, in the very second that the document was made. */
	words_sign_list(&later, TODAY + DAY + 1);
	assert_int_equal(words_take_at(&later, TODAY + 3 * DAY), TAKE_TAKEN);
	assert_int_equal(reason_now(), SKERRY_REASON_SUSPENDED);
}

/* A desk whose clock was ahead: what it made then is not for ever later than what it says now. */
static void
document_of_a_date_that_was_taken_back_is_no_later_word(void **state)
{
	(void)state;
	renewed(7, TODAY + 300 * DAY);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	words_write_request(1, 0x11);
	words_reply(1);
	words_answer(1, 0x11);
	reply_made.time_reset = true;
	words_sign_reply(&other);
	assert_int_equal(words_take_at(&other, TODAY), TAKE_TAKEN);
	assert_true(site_now(&site) < TODAY + DAY);
	set(7, STATUS_LIST_SUSPENDED);
	words_sign_list(&list, TODAY + DAY);
	assert_int_equal(words_take_at(&list, TODAY + DAY), TAKE_TAKEN);
	assert_int_equal(reason_now(), SKERRY_REASON_SUSPENDED);
}

/* The list of the wrong date is held; the reply that puts the time right and the next list come together. */
static void
list_beside_the_reply_that_resets_the_time_is_taken_at_once(void **state)
{
	struct document both[2];

	(void)state;
	held_license(7);
	set(7, STATUS_LIST_SUSPENDED);
	words_sign_list(&other, TODAY + 300 * DAY);
	assert_int_equal(words_take_at(&other, TODAY), TAKE_TAKEN);
	words_write_request(1, 0x11);
	words_reply(1);
	words_answer(1, 0x11);
	reply_made.time_reset = true;
	words_sign_reply(&later);
	set(7, STATUS_LIST_VALID);
	words_sign_list(&list, TODAY + DAY);
	both[0] = list.document;
	both[1] = later.document;
	assert_int_equal(site_take(both, 2, site_now(&site)), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_TAKEN);
	assert_true(results[1].time_reset);
	assert_int_equal(site_ask_at(TODAY + DAY).verdict.state, SKERRY_STATE_ACTIVE);
	assert_true(site_now(&site) < TODAY + 2 * DAY && site.floor == TODAY + DAY);
	site_reopen();
	assert_int_equal(state_now(), SKERRY_STATE_ACTIVE);
	assert_int_equal(words_take_at(&other, TODAY + 2 * DAY), TAKE_OLDER);
	assert_int_equal(site.statuses_len, 1);
}

static void
what_a_list_does_not_say_locks_nobody(void **state)
{
	struct site_answer answer;

	(void)state;
	set(9, 3);
	words_sign_list(&list, TODAY);
	assert_int_equal(words_take_at(&list, TODAY), TAKE_TAKEN);
	for (uint64_t index = 9; index < 3 * WORDS_LIST_LEN; index += 2 * WORDS_LIST_LEN) {
		words_license(&license, index, index);
		assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
		answer = site_ask_at(TODAY);
		assert_int_equal(answer.verdict.state, SKERRY_STATE_ACTIVE);
		assert_int_equal(answer.facts.status, EVALUATE_STATUS_UNKNOWN);
		assert_true(answer.facts.status_issued_at == LICENSE_NEVER);
	}
	words_license(&license, 1000, 10);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	answer = site_ask_at(TODAY);
	assert_int_equal(answer.facts.status, EVALUATE_STATUS_VALID);
	assert_true(answer.facts.status_issued_at == TODAY);
}

static void
list_of_another_brand_is_about_others(void **state)
{
	(void)state;
	held_license(7);
	set(7, STATUS_LIST_INVALID);
	words_sign_list_by(&other, "rthub", TODAY, CEREMONY_ISSUING);
	assert_int_equal(words_take_at(&other, TODAY), TAKE_TAKEN);
	assert_int_equal(state_now(), SKERRY_STATE_ACTIVE);
	set(7, STATUS_LIST_VALID);
	words_sign_list(&list, TODAY);
	assert_int_equal(words_take_at(&list, TODAY), TAKE_TAKEN);
	assert_int_equal(site.statuses_len, 2);
}

static void
stale_list_is_a_warning(void **state)
{
	(void)state;
	words_license(&license, 1, 3);
	license_made.ladder.max_status_age_s = 10 * DAY;
	site_sign_license(&license);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	set(3, STATUS_LIST_VALID);
	words_sign_list(&list, TODAY + 5 * DAY);
	assert_int_equal(words_take_at(&list, TODAY + 5 * DAY), TAKE_TAKEN);
	assert_int_equal(site_ask_at(TODAY + 15 * DAY - 1).verdict.notice, SKERRY_NOTICE_NONE);
	assert_int_equal(site_ask_at(TODAY + 15 * DAY).verdict.notice, SKERRY_NOTICE_WARN);
}

/* --- what is refused ------------------------------------------------------------------------- */

static void
refuse(const struct word_document *document, enum skerry_err err)
{
	assert_int_equal(site_take(&document->document, 1, TODAY), SKERRY_OK);
	assert_int_equal(results[0].fate, TAKE_REFUSED);
	assert_int_equal(results[0].err, err);
	site_reopen();
	assert_int_equal(site.statuses_len, 0);
	assert_int_equal(site.unused_len, 0);
}

static void
only_a_key_with_the_role_for_the_brand_signs_a_list(void **state)
{
	(void)state;
	site_two_keys(2);
	manifest_made.keys[1].roles = (uint8_t)(MANIFEST_ROLES_ALL & ~MANIFEST_ROLE_STATUS);
	site_sign_manifest(&manifest);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	words_sign_list_by(&list, "hotelhub", TODAY, SITE_OTHER_ISSUING);
	refuse(&list, SKERRY_ERR_TRUST_ROLE);
	words_sign_list_by(&list, "hotelhub", TODAY, 77);
	refuse(&list, SKERRY_ERR_TRUST_KEY_UNKNOWN);
	words_sign_list_by(&list, "hotelhub", TODAY + 400 * DAY, CEREMONY_ISSUING);
	refuse(&list, SKERRY_ERR_TRUST_RETIRED);
}

static void
list_that_does_not_unpack_is_refused(void **state)
{
	static uint8_t zeros[STATUS_LIST_BYTES_MAX + 1], packed[8192];
	struct cbor_bytes bomb = { packed, 0 };

	(void)state;
	words_sign_packed(&list, "hotelhub", TODAY,
		(struct cbor_bytes){ (const uint8_t *)"no stream", 9 }, CEREMONY_ISSUING);
	refuse(&list, SKERRY_ERR_DEFLATE);
	assert_int_equal(
		deflate_pack(zeros, sizeof zeros, packed, sizeof packed, &bomb.len), SKERRY_OK);
	words_sign_packed(&list, "hotelhub", TODAY, bomb, CEREMONY_ISSUING);
	refuse(&list, SKERRY_ERR_DEFLATE_LENGTH);
}

static void
altered_list_is_refused(void **state)
{
	(void)state;
	set(1, STATUS_LIST_VALID);
	words_sign_list(&list, TODAY);
	list.bytes[list.document.bytes.len - 1] ^= 1;
	refuse(&list, SKERRY_ERR_SIGNATURE);
}

/* --- what becomes of its file ---------------------------------------------------------------- */

static void
list_is_put_back_where_it_is_gone_or_damaged(void **state)
{
	char path[256];
	FILE *file;

	(void)state;
	held_license(7);
	set(7, STATUS_LIST_SUSPENDED);
	words_sign_list(&list, TODAY);
	assert_int_equal(words_take_at(&list, TODAY), TAKE_TAKEN);
	path_of_list(path);
	site_reopen();
	assert_int_equal(unlink(path), 0);
	site_reopen();
	assert_int_equal(site.memory->news.files_healed, 1);
	assert_int_equal(state_now(), SKERRY_STATE_LOCKED);
	file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, -3, SEEK_END), 0);
	assert_int_equal(fputc('!', file), '!');
	assert_int_equal(fclose(file), 0);
	site_reopen();
	assert_int_equal(site.memory->news.files_healed, 1);
	assert_int_equal(state_now(), SKERRY_STATE_LOCKED);
	assert_int_equal(site.unused_len, 0);
}

/* The list before it, put in the place of the newer one by hand. */
static void
older_list_in_the_folder_changes_nothing(void **state)
{
	char path[256];
	FILE *file;

	(void)state;
	held_license(7);
	set(7, STATUS_LIST_VALID);
	words_sign_list(&list, TODAY);
	set(7, STATUS_LIST_SUSPENDED);
	words_sign_list(&later, TODAY + DAY);
	assert_int_equal(words_take_at(&later, TODAY + DAY), TAKE_TAKEN);
	snprintf(path, sizeof path, "%s/statuses/before.status", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fwrite(list.bytes, 1, list.document.bytes.len, file);
	assert_int_equal(fclose(file), 0);
	site_reopen();
	assert_int_equal(state_now(), SKERRY_STATE_LOCKED);
	assert_int_equal(words_take_at(&later, TODAY + DAY), TAKE_HELD);
	assert_int_equal(access(path, F_OK), -1);
	/* Alone in the folder and unknown to the memory, it is older than the mark. */
	path_of_list(path);
	assert_int_equal(words_take_at(&list, TODAY + DAY), TAKE_OLDER);
}

/* --- keys that are revoked ------------------------------------------------------------------- */

static void
list_of_a_revoked_key_goes_with_its_date(void **state)
{
	int64_t before;

	(void)state;
	site_two_keys(2);
	site_sign_manifest(&manifest);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	held_license(7);
	set(7, STATUS_LIST_VALID);
	words_sign_list(&list, TODAY);
	assert_int_equal(words_take_at(&list, TODAY), TAKE_TAKEN);
	/* The thief locks everybody, with a date far ahead. */
	set(7, STATUS_LIST_INVALID);
	words_sign_list_by(&other, "hotelhub", TODAY + 300 * DAY, SITE_OTHER_ISSUING);
	before = site_now(&site);
	assert_int_equal(words_take_at(&other, TODAY), TAKE_TAKEN);
	assert_int_equal(reason_now(), SKERRY_REASON_REVOKED);
	assert_true(site_now(&site) >= TODAY + 300 * DAY);
	site_two_keys(3);
	manifest_made.keys[1].revoked_at = TODAY;
	site_sign_manifest(&manifest);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	assert_int_equal(site.statuses_len, 0);
	assert_int_equal(state_now(), SKERRY_STATE_ACTIVE);
	assert_true(site_now(&site) < before + DAY);
	/* The vendor's next list, whose date is an honest one. */
	set(7, STATUS_LIST_SUSPENDED);
	words_sign_list(&later, TODAY + DAY);
	assert_int_equal(words_take_at(&list, TODAY), TAKE_TAKEN);
	assert_int_equal(words_take_at(&later, TODAY + DAY), TAKE_TAKEN);
	assert_int_equal(words_take_at(&other, TODAY + DAY), TAKE_REFUSED);
	assert_int_equal(results[0].err, SKERRY_ERR_TRUST_KEY_REVOKED);
	assert_int_equal(reason_now(), SKERRY_REASON_SUSPENDED);
}

/* --- what the vendor is told of it ----------------------------------------------------------- */

static struct reached_row seen;
static size_t seen_len;

static bool
see(void *context, const struct reached_row *row)
{
	(void)context;
	seen = *row;
	seen.uri = (struct cbor_text){ NULL, 0 };
	seen_len++;
	return true;
}

static void
look(void)
{
	seen_len = 0;
	assert_int_equal(reached_each(site.memory->store, see, NULL), SKERRY_OK);
}

static void
revocation_that_arrived_is_told_also_of_documents_held_before(void **state)
{
	(void)state;
	held_license(7);
	words_license(&license, 2, 8);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	look();
	assert_int_equal(seen_len, 0);
	set(7, STATUS_LIST_INVALID);
	words_sign_list(&list, TODAY + DAY);
	assert_int_equal(words_take_at(&list, TODAY + DAY), TAKE_TAKEN);
	assert_int_equal(state_now(), SKERRY_STATE_ACTIVE);
	look();
	assert_int_equal(seen_len, 1);
	assert_int_equal(seen.index, 7);
	assert_int_equal(seen.value, STATUS_LIST_INVALID);
	assert_true(seen.at >= TODAY + DAY && seen.at < TODAY + 2 * DAY);
	/* Told again by a later list, it is no news; lifted, it is nothing to tell. */
	words_sign_list(&later, TODAY + 3 * DAY);
	assert_int_equal(words_take_at(&later, TODAY + 3 * DAY), TAKE_TAKEN);
	look();
	assert_true(seen_len == 1 && seen.at < TODAY + 2 * DAY);
	set(8, STATUS_LIST_SUSPENDED);
	words_sign_list(&list, TODAY + 4 * DAY);
	assert_int_equal(words_take_at(&list, TODAY + 4 * DAY), TAKE_TAKEN);
	look();
	assert_int_equal(seen_len, 1);
	assert_int_equal(seen.index, 8);
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(suspension_locks_at_import_and_a_later_list_lifts_it),
		AT_A_SITE(revocation_locks_for_good),
		AT_A_SITE(list_that_comes_first_counts_for_what_comes_later),
		AT_A_SITE(document_made_after_a_list_is_the_later_word),
		AT_A_SITE(document_of_a_date_that_was_taken_back_is_no_later_word),
		AT_A_SITE(list_beside_the_reply_that_resets_the_time_is_taken_at_once),
		AT_A_SITE(what_a_list_does_not_say_locks_nobody),
		AT_A_SITE(list_of_another_brand_is_about_others),
		AT_A_SITE(stale_list_is_a_warning),
		AT_A_SITE(only_a_key_with_the_role_for_the_brand_signs_a_list),
		AT_A_SITE(list_that_does_not_unpack_is_refused),
		AT_A_SITE(altered_list_is_refused),
		AT_A_SITE(list_is_put_back_where_it_is_gone_or_damaged),
		AT_A_SITE(older_list_in_the_folder_changes_nothing),
		AT_A_SITE(list_of_a_revoked_key_goes_with_its_date),
		AT_A_SITE(revocation_that_arrived_is_told_also_of_documents_held_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
