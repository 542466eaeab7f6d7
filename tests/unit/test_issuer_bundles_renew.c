/* SPDX-License-Identifier: ISC */
/* What a bundle renews unasked: documents that changed or are due, each as far as that gains. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_guests.h"
#include "issuer/desk/manifests.h"
#include "issuer/exchange/bundles_renew.h"
#include "issuer/issue.h"
#include "issuer/renew.h"

enum { DAY = 86400 };

static struct sold sold;

/* A site with a document of a license of its own; within no change. */
static struct guest *
sell_to_a_site(void)
{
	static struct binding binding = { .kind = ACTIVATION_UNBOUND };
	static struct issued issued;
	struct issue issue = { .binding = &binding, .until = LICENSE_NEVER };
	struct guest *guest;

	desk_fixture_sell(hotels.fixture, &sold);
	issue.license_id = sold.licenses[0].public_id;
	guests_begin(0);
	guest = guests_check_in("");
	assert_int_equal(issue_license(guests_desk(), &issue, &issued), SKERRY_OK);
	guests_run("UPDATE activation SET installation_id = ?1 WHERE status_index = ?2", guest->id,
		issued.status_index);
	guests_end();
	return guest;
}

/* The end of the one license in the reply. */
static int64_t
end_of_license(const struct read_box *box)
{
	static struct license license;
	const struct manifest_key *key;
	struct trust *trust;
	size_t offset;

	assert_int_equal(box->reply.licenses_len, 1);
	assert_int_equal(manifests_load(guests_desk(), &trust), SKERRY_OK);
	assert_int_equal(trust_open_license(trust, box->reply.licenses[0].data,
				 box->reply.licenses[0].len, &license, &key, &offset),
		SKERRY_OK);
	free(trust);
	return license.valid_until;
}

static void
changed_license_reaches_its_site_unasked_and_once(void **state)
{
	struct renewal renewal = {
		.until = LICENSE_NEVER, .price = "", .currency = "", .payment = ""
	};
	static struct read_box box;
	struct license_record license;
	struct renewed renewed;
	struct guest *guest;
	struct left left;

	(void)state;
	guest = sell_to_a_site();
	sell_to_a_site();
	guests_make_at(0, &GUESTS_ALL, &left);
	assert_int_equal(left.summary.renewed, 0);
	assert_int_equal(left.summary.boxes, 0);
	free(left.bytes);
	guests_begin(0);
	assert_int_equal(licenses_find_row(guests_desk(), 1, &license), SKERRY_OK);
	assert_int_equal(renew_license(guests_desk(), &hotels.shelf, &license, &renewal, &renewed),
		SKERRY_OK);
	guests_end();
	guests_make_at(0, &GUESTS_ALL, &left);
	assert_int_equal(left.summary.renewed, 1);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(guests_visit(&left, guest, "hotelhub", &box), 1);
	assert_int_equal(end_of_license(&box), renewed.after);
	assert_int_equal(box.reply.acknowledged, 7);
	free(left.bytes);
	guests_make_at(0, &GUESTS_ALL, &left);
	assert_int_equal(left.summary.renewed, 0);
	assert_int_equal(left.summary.boxes, 1);
	free(left.bytes);
}

static void
due_documents_are_renewed_as_far_as_that_gains(void **state)
{
	struct bundles_wish wish = { .all = true };
	int64_t renews = 180 * DAY;
	struct left left;

	(void)state;
	sell_to_a_site();
	wish.due_until = DESK_NOW + renews - 1;
	guests_make_at(0, &wish, &left);
	assert_int_equal(left.summary.renewed, 0);
	free(left.bytes);
	/* Issued today: not again before tomorrow. */
	wish.due_until = DESK_NOW + renews;
	guests_make_at(BUNDLES_RENEWED_S - 1, &wish, &left);
	assert_int_equal(left.summary.renewed, 0);
	free(left.bytes);
	guests_make_at(BUNDLES_RENEWED_S, &wish, &left);
	assert_int_equal(left.summary.renewed, 1);
	free(left.bytes);
	/* The license ends then: another document would say the same. */
	guests_run("UPDATE license SET valid_until = ?1", DESK_NOW + 100 * DAY, 0);
	guests_run("UPDATE activation SET renew_by = ?1", DESK_NOW + 100 * DAY, 0);
	guests_make_at(5 * DAY, &wish, &left);
	assert_int_equal(left.summary.renewed, 0);
	free(left.bytes);
}

static void
what_may_not_be_renewed_stops_nobody_else(void **state)
{
	static struct read_box box;
	struct guest *bad, *good, *revoked;
	struct left left;
	int64_t edition;

	(void)state;
	bad = sell_to_a_site();
	good = sell_to_a_site();
	revoked = sell_to_a_site();
	guests_begin(0);
	guests_run("UPDATE activation SET outdated = 1", 0, 0);
	guests_run("UPDATE license SET status = 'suspended' WHERE id = 3", 0, 0);
	/* Beyond what the key may sign below, and within. */
	guests_run("UPDATE license SET valid_until = ?1 WHERE id = 1",
		DESK_NOW + INT64_C(1000) * DAY, 0);
	guests_run("UPDATE license SET valid_until = ?1 WHERE id = 2", DESK_NOW + 30 * DAY, 0);
	guests_end();
	edition = guests_count("SELECT edition FROM license WHERE id = 1");
	guests_begin(0);
	{
		struct bundles *bundles;
		struct bundles_summary summary;

		hotels.signing.trust->manifest.keys[0].latest = DESK_NOW + 300 * DAY;
		assert_int_equal(bundles_prepare(guests_desk(), &hotels.signing, &hotels.shelf,
					 &GUESTS_ALL, &bundles, &left.summary),
			SKERRY_OK);
		assert_int_equal(desk_commit(guests_desk()), SKERRY_OK);
		left.len = left.max = left.stop_at = 0;
		left.bytes = NULL;
		assert_int_equal(bundles_write(guests_desk(), &hotels.signing, bundles, guests_keep,
					 &left, &summary),
			SKERRY_OK);
		bundles_free(bundles);
	}
	signing_close(&hotels.signing);
	plan_shelf_clear(&hotels.shelf);
	assert_int_equal(left.summary.renewed, 1);
	assert_int_equal(left.summary.refused, 1);
	assert_int_equal(left.summary.refusal, SKERRY_ERR_TRUST_LATEST);
	/* nothing was issued, and no edition is gone */
	assert_int_equal(guests_count("SELECT edition FROM license WHERE id = 1"), edition);
	assert_int_equal(guests_visit(&left, good, "hotelhub", &box), 1);
	assert_int_equal(guests_visit(&left, bad, "hotelhub", &box), 0);
	assert_int_equal(guests_visit(&left, revoked, "hotelhub", &box), 0);
	free(left.bytes);
}

static void
clone_is_not_renewed_where_the_plan_says_so(void **state)
{
	static struct read_box box;
	struct guest *guest;
	struct left left;

	(void)state;
	guest = sell_to_a_site();
	guests_begin(0);
	guests_run("UPDATE activation SET outdated = 1", 0, 0);
	guests_run("UPDATE plan SET rollback_policy = ?1", LICENSE_ROLLBACK_GRACE, 0);
	guests_run("UPDATE installation SET fork_found = ?1", FORK_CLONE, 0);
	guests_end();
	guests_make_at(0, &GUESTS_ALL, &left);
	assert_int_equal(left.summary.renewed, 0);
	assert_int_equal(guests_visit(&left, guest, "hotelhub", &box), 0);
	free(left.bytes);
	/* one that was only restored is, and was told so with its answer */
	guests_begin(0);
	guests_run("UPDATE installation SET fork_found = ?1", FORK_RESTORED, 0);
	guests_end();
	guests_make_at(0, &GUESTS_ALL, &left);
	assert_int_equal(left.summary.renewed, 1);
	assert_int_equal(guests_visit(&left, guest, "hotelhub", &box), 1);
	assert_int_equal(box.reply.history, REPLY_HISTORY_OK);
	free(left.bytes);
}

/* By its four characters and by its id, say: what is refused there is made again once. */
static void
site_that_is_named_twice_is_one(void **state)
{
	static const uint8_t NONCE[REPLY_NONCE_LEN] = { 1 };
	static struct read_box box;
	struct replies_draft draft = { .brand_id = 1, .reply = { .answers = 7, .nonce = NONCE } };
	struct installation row;
	struct guest *guest;
	struct left left;
	int64_t twice[2];
	const struct bundles_wish wish = { .installations = twice, .installations_len = 2 };

	(void)state;
	guests_begin(0);
	guest = guests_check_in("");
	twice[0] = twice[1] = guest->id;
	draft.reply.brand = cbor_text_from_chars("hotelhub");
	draft.reply.acknowledged = 7;
	assert_int_equal(installations_find_row(guests_desk(), guest->id, &row), SKERRY_OK);
	assert_int_equal(replies_make(guests_desk(), &hotels.signing, &row, &draft), SKERRY_OK);
	guests_run("UPDATE document SET kid = zeroblob(8) WHERE kind = 'reply'", 0, 0);
	guests_end();
	guests_make_at(0, &wish, &left);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(guests_visit(&left, guest, "hotelhub", &box), 1);
	free(left.bytes);
}

static void
many_documents_of_one_site_take_few_replies(void **state)
{
	enum { MANY = REPLY_LICENSES_MAX + 3 };
	static struct read_box box;
	struct guest *guest;
	struct left left;

	(void)state;
	guest = sell_to_a_site();
	for (int i = 1; i < MANY; i++)
		sell_to_a_site();
	guests_begin(0);
	guests_run("UPDATE activation SET installation_id = ?1, outdated = 1", guest->id, 0);
	guests_end();
	guests_make_at(0, &GUESTS_ALL, &left);
	assert_int_equal(left.summary.renewed, MANY);
	assert_in_range(guests_visit(&left, guest, "hotelhub", &box), 2, 3);
	assert_int_equal(guests_count("SELECT count(*) FROM activation WHERE outdated = 1"), 0);
	free(left.bytes);
}

int
main(void)
{
#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, guests_set_up, guests_tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_DESK(changed_license_reaches_its_site_unasked_and_once),
		AT_A_DESK(due_documents_are_renewed_as_far_as_that_gains),
		AT_A_DESK(what_may_not_be_renewed_stops_nobody_else),
		AT_A_DESK(clone_is_not_renewed_where_the_plan_says_so),
		AT_A_DESK(site_that_is_named_twice_is_one),
		AT_A_DESK(many_documents_of_one_site_take_few_replies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
