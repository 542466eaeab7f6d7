/* SPDX-License-Identifier: ISC */
/* A reason that sites are told: in every reply of the brand to a site that has the license, while it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_guests.h"
#include "issuer/change_status.h"
#include "issuer/desk/customers.h"
#include "issuer/desk/erasure.h"
#include "issuer/desk/notes.h"
#include "issuer/exchange/replies_told.h"
#include "issuer/issue.h"

enum { DAY = 86400 };

static struct sold sold;
static struct guest *guest;
static struct read_box box;

/* Another license of the one customer, at that site. */
static void
sell_to(const struct guest *site)
{
	static struct binding binding = { .kind = ACTIVATION_UNBOUND };
	static struct issued issued;
	struct issue issue = { .binding = &binding, .until = LICENSE_NEVER };

	desk_fixture_sell(hotels.fixture, &sold);
	issue.license_id = sold.licenses[0].public_id;
	guests_begin(0);
	assert_int_equal(issue_license(guests_desk(), &issue, &issued), SKERRY_OK);
	guests_run("UPDATE activation SET installation_id = ?1 WHERE status_index = ?2", site->id,
		issued.status_index);
	guests_end();
}

static int
set_up(void **state)
{
	guests_set_up(state);
	guests_begin(0);
	guest = guests_check_in("");
	guests_end();
	sell_to(guest);
	return 0;
}

static void
move(int64_t license_id, enum lifecycle_move what, const char *reason, bool tell)
{
	struct license_record license;
	struct status_changed changed;

	guests_begin(0);
	assert_int_equal(licenses_find_row(guests_desk(), license_id, &license), SKERRY_OK);
	assert_int_equal(
		change_status(guests_desk(), &license, what, reason, tell, &changed), SKERRY_OK);
	guests_end();
}

/* What the newest reply in the next bundle says; how many replies the site is left. */
static size_t
visit(int64_t after_s)
{
	struct left left;
	size_t boxes;

	guests_make_at(after_s, &GUESTS_ALL, &left);
	memset(&box.reply, 0, sizeof box.reply);
	boxes = guests_visit(&left, guest, "hotelhub", &box);
	free(left.bytes);
	return boxes;
}

/* An answer that says nothing by itself. */
static void
answer(int64_t after_s)
{
	struct replies_draft draft = { .brand_id = 1 };
	struct installation row;

	guests_begin(after_s);
	draft.reply.brand = cbor_text_from_chars("hotelhub");
	draft.reply.acknowledged = 7;
	assert_int_equal(installations_find_row(guests_desk(), guest->id, &row), SKERRY_OK);
	assert_int_equal(replies_make(guests_desk(), &hotels.signing, &row, &draft), SKERRY_OK);
	assert_int_equal(draft.reply.results_len, 0);
	guests_end();
}

static void
assert_says(size_t index, unsigned code, const char *told)
{
	const struct reply_result *result = &box.reply.results[index];

	assert_true(index < box.reply.results_len);
	assert_int_equal(result->code, code);
	assert_true(cbor_text_equals(result->product, "hms"));
	assert_int_equal(result->license.len, LICENSE_ID_LEN);
	if (told == NULL)
		assert_int_equal(result->told.len, 0);
	else
		assert_true(cbor_text_equals(result->told, told));
}

static void
bundle_tells_what_nobody_asked_and_once(void **state)
{
	(void)state;
	move(1, LIFECYCLE_REVOKE, "Chargeback", true);
	assert_int_equal(visit(0), 1);
	assert_says(0, REPLY_REVOKED, "Chargeback");
	assert_int_equal(box.reply.results_len, 1);
	assert_int_equal(box.reply.licenses_len, 0);
	assert_int_equal(box.reply.answers, 0);
	assert_true(cbor_text_equals(box.reply.results[0].text,
		"This license is revoked. HotelHub says: Chargeback. Contact support."));
	assert_int_equal(visit(60), 1);
	assert_int_equal(guests_count("SELECT count(*) FROM reply"), 1);
}

static void
what_is_not_told_makes_no_reply(void **state)
{
	(void)state;
	move(1, LIFECYCLE_SUSPEND, "Maria never pays", false);
	assert_int_equal(visit(0), 0);
	answer(1);
	assert_int_equal(visit(2), 1);
	assert_int_equal(box.reply.results_len, 0);
}

static void
every_later_reply_tells_it(void **state)
{
	(void)state;
	move(1, LIFECYCLE_SUSPEND, "Invoice 12", true);
	answer(1);
	assert_int_equal(visit(2), 1);
	assert_says(0, REPLY_SUSPENDED, "Invoice 12");
	answer(60 * DAY);
	assert_int_equal(visit(60 * DAY + 1), 2);
	assert_says(0, REPLY_SUSPENDED, "Invoice 12");
}

/* The documents of others go with it, in one reply. */
static void
it_goes_with_documents_of_the_same_site(void **state)
{
	(void)state;
	sell_to(guest);
	sell_to(guest);
	move(2, LIFECYCLE_SUSPEND, "Invoice 12", true);
	guests_begin(0);
	guests_run("UPDATE activation SET outdated = 1", 0, 0);
	guests_end();
	assert_int_equal(visit(0), 1);
	assert_says(0, REPLY_SUSPENDED, "Invoice 12");
	assert_int_equal(box.reply.licenses_len, 2);
	assert_int_equal(guests_count("SELECT count(*) FROM activation WHERE outdated = 1"), 0);
}

static void
resumed_license_is_told_for_a_while(void **state)
{
	(void)state;
	move(1, LIFECYCLE_SUSPEND, "Invoice 12", true);
	assert_int_equal(visit(0), 1);
	move(1, LIFECYCLE_RESUME, "Thank you!", true);
	assert_int_equal(visit(1), 2);
	assert_says(0, REPLY_OK, "Thank you!");
	assert_true(cbor_text_equals(box.reply.results[0].text,
		"This license is active again. HotelHub says: Thank you!"));
	assert_int_equal(box.reply.licenses_len, 1);
	answer(REPLIES_TOLD_RESUMED_S - 1);
	visit(REPLIES_TOLD_RESUMED_S - 1);
	assert_says(0, REPLY_OK, "Thank you!");
	answer(REPLIES_TOLD_RESUMED_S);
	visit(REPLIES_TOLD_RESUMED_S);
	assert_int_equal(box.reply.results_len, 0);
}

static void
resumed_without_a_word_takes_the_reason_away(void **state)
{
	(void)state;
	move(1, LIFECYCLE_SUSPEND, "Invoice 12", true);
	visit(0);
	move(1, LIFECYCLE_RESUME, "paid", false);
	visit(1);
	assert_int_equal(box.reply.licenses_len, 1);
	assert_int_equal(box.reply.results_len, 0);
}

/* Else a site that missed what lay between would go on quoting the reason before. */
static void
next_move_without_a_word_is_told_as_that(void **state)
{
	(void)state;
	move(1, LIFECYCLE_SUSPEND, "Invoice 12", true);
	visit(0);
	move(1, LIFECYCLE_RESUME, NULL, false);
	move(1, LIFECYCLE_SUSPEND, "Maria again", false);
	assert_int_equal(visit(1), 2);
	assert_says(0, REPLY_SUSPENDED, NULL);
	assert_true(cbor_text_equals(box.reply.results[0].text,
		"This license is suspended. Contact sales; it goes on as soon as they resume it."));
}

static void
harder_move_without_a_word_reaches_sites_unasked(void **state)
{
	(void)state;
	move(1, LIFECYCLE_SUSPEND, "Invoice 12", true);
	assert_int_equal(visit(0), 1);
	move(1, LIFECYCLE_REVOKE, NULL, false);
	assert_int_equal(visit(1), 2);
	assert_says(0, REPLY_REVOKED, NULL);
}

static void
it_is_told_in_the_language_of_the_customer(void **state)
{
	(void)state;
	guests_begin(0);
	guests_run("UPDATE customer SET language = 'id-ID'", 0, 0);
	guests_end();
	move(1, LIFECYCLE_REVOKE, "Faktur 12.", true);
	visit(0);
	assert_true(cbor_text_equals(box.reply.results[0].text,
		"Lisensi ini telah dicabut. HotelHub menyatakan: Faktur 12. Hubungi dukungan."));
}

static void
erased_reason_is_told_no_more(void **state)
{
	struct erasure erasure;
	struct customer customer = { .id = 1, .email = "owner@grand.example" };

	(void)state;
	move(1, LIFECYCLE_REVOKE, "Maria charged it back", true);
	guests_begin(0);
	assert_int_equal(erasure_make(guests_desk(), &customer, true, &erasure), SKERRY_OK);
	guests_end();
	assert_int_equal(guests_count("SELECT count(*) FROM note WHERE told = 1"), 0);
	{
		struct replies_told *told;
		struct reply bare = { .results_len = 0 };

		guests_begin(0);
		assert_int_equal(
			replies_told_add(guests_desk(), guest->id, 1, &bare, &told), SKERRY_OK);
		assert_int_equal(replies_told_reply(told)->results_len, 1);
		assert_int_equal(replies_told_reply(told)->results[0].told.len, 0);
		replies_told_free(told);
		guests_end();
	}
}

/* More than a reply has room for: as many as it holds, the rest has its status. */
static void
room_of_a_reply_is_kept(void **state)
{
	static char words[NOTES_TOLD_MAX + 1];

	(void)state;
	memset(words, 'w', NOTES_TOLD_MAX);
	for (int i = 1; i < REPLY_RESULTS_MAX + 2; i++)
		sell_to(guest);
	for (int i = 0; i < REPLY_RESULTS_MAX + 2; i++)
		move(i + 1, LIFECYCLE_REVOKE, words, true);
	assert_int_equal(visit(0), 1);
	assert_int_equal(box.reply.results_len, REPLY_RESULTS_MAX);
	assert_says(REPLY_RESULTS_MAX - 1, REPLY_REVOKED, words);
}

static void
reason_to_be_told_is_one_and_short(void **state)
{
	static char words[NOTES_TOLD_MAX + 2];
	const char *const WRONG[] = { NULL, words, "", "a\nb", "\033[31m", "\xe2\x80\xaex" };
	struct license_record license;
	struct status_changed changed;

	(void)state;
	memset(words, 'w', NOTES_TOLD_MAX + 1);
	for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
		guests_begin(0);
		assert_int_equal(licenses_find_row(guests_desk(), 1, &license), SKERRY_OK);
		assert_int_equal(change_status(guests_desk(), &license, LIFECYCLE_REVOKE, WRONG[i],
					 true, &changed),
			SKERRY_ERR_ARGUMENT);
		guests_end();
	}
	assert_int_equal(guests_count("SELECT count(*) FROM note"), 0);
}

int
main(void)
{
#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, guests_tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_DESK(bundle_tells_what_nobody_asked_and_once),
		AT_A_DESK(what_is_not_told_makes_no_reply),
		AT_A_DESK(every_later_reply_tells_it),
		AT_A_DESK(it_goes_with_documents_of_the_same_site),
		AT_A_DESK(resumed_license_is_told_for_a_while),
		AT_A_DESK(resumed_without_a_word_takes_the_reason_away),
		AT_A_DESK(next_move_without_a_word_is_told_as_that),
		AT_A_DESK(harder_move_without_a_word_reaches_sites_unasked),
		AT_A_DESK(it_is_told_in_the_language_of_the_customer),
		AT_A_DESK(erased_reason_is_told_no_more),
		AT_A_DESK(room_of_a_reply_is_kept),
		AT_A_DESK(reason_to_be_told_is_one_and_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
