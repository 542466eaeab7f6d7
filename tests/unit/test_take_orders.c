/* SPDX-License-Identifier: ISC */
/*
 * Eight carriers in any order lead to one state, and parts of two bundles that are mixed to no state that
 * whole ones would not. Licenses, replies and lists are of one desk whose clock goes on.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_words.h"
#include "verifier/site_words.h"

enum { CARRIERS = 8, ORDERS = 200, STATE_MAX = 512 };

static struct signed_document first, second, third, manifest;
static struct word_document words[CARRIERS];
static struct document carriers[CARRIERS];

static void
paired(struct signed_document *ret_document, uint64_t edition, uint64_t activation, int64_t day)
{
	words_license(ret_document, edition, activation);
	license_made.activation = activation;
	license_made.issued_at = license_made.not_before = TODAY + day * DAY;
	license_made.ladder.overlap_s = 14 * DAY;
	site_sign_license(ret_document);
}

static void
dated_reply(uint64_t number, int64_t day, const struct signed_document *license)
{
	words_reply(number);
	reply_made.issued_at = TODAY + day * DAY;
	if (license != NULL)
		reply_made.licenses[reply_made.licenses_len++] = license->document.bytes;
}

/* A pairing, a suspension and its end, an unpairing, a new pairing with a renewal; a manifest beside it. */
static void
make_carriers(void)
{
	static const uint8_t VALUES[] = { STATUS_LIST_VALID, STATUS_LIST_SUSPENDED,
		STATUS_LIST_VALID };
	static const int64_t DAYS[] = { 1, 2, 7 };

	paired(&first, 1, 1, 0);
	paired(&second, 2, 2, 4);
	paired(&third, 3, 2, 6);
	dated_reply(1, 0, &first);
	words_sign_reply(&words[0]);
	dated_reply(2, 3, NULL);
	reply_made.results[0] = (struct reply_result){ .code = REPLY_UNPAIRED,
		.license = cbor_text_from_chars("0123456789ABCDEF"),
		.until = TODAY + 17 * DAY };
	reply_made.results_len = 1;
	words_sign_box(&words[1]);
	dated_reply(3, 4, &second);
	words_sign_box(&words[2]);
	dated_reply(4, 6, &third);
	words_sign_reply(&words[3]);
	for (size_t i = 0; i < 3; i++) {
		memset(words_values, 0, sizeof words_values);
		words_values[2] = VALUES[i];
		words_sign_list(&words[4 + i], TODAY + DAYS[i] * DAY);
	}
	for (size_t i = 0; i < 7; i++)
		carriers[i] = words[i].document;
	site_make_manifest(&manifest, 2);
	carriers[7] = manifest.document;
}

static size_t
add(char *state, size_t len, const char *format, uint64_t a, uint64_t b, int64_t c, int64_t d)
{
	return len + (size_t)snprintf(state + len, STATE_MAX - len, format, a, b, c, d);
}

static uint64_t
number_of(enum skerry_state state, enum skerry_reason reason)
{
	return (uint64_t)state * 100 + (uint64_t)reason;
}

static void
describe(char ret_state[STATE_MAX])
{
	const struct skerry_verdict verdict = site_ask_at(TODAY + 10 * DAY).verdict;
	size_t len = 0;

	len = add(ret_state, len,
		"trust %" PRIu64 " replies %" PRIu64 " floor %" PRId64 " verdict %" PRId64 "\n",
		site.trust->manifest.version, site.replies[0].reply.number, site.floor - TODAY,
		(int64_t)number_of(verdict.state, verdict.reason));
	len = add(ret_state, len,
		"list %" PRIu64 " of %" PRIu64 ", %" PRId64 " replies, %" PRId64 " licenses\n",
		(uint64_t)(site.statuses[0].list.issued_at - TODAY), site.statuses_len,
		(int64_t)site.replies_len, (int64_t)site.licenses_len);
	for (size_t i = 0; i < site.licenses_len; i++)
		len = add(ret_state, len,
			"edition %" PRIu64 " activation %" PRIu64 " status %" PRId64 " at %" PRId64
			"\n",
			site.licenses[i].license.edition, site.licenses[i].license.activation,
			(int64_t)site.licenses[i].status,
			site.licenses[i].status_issued_at - TODAY);
	assert_true(len < STATE_MAX && site.unused_len == 0);
}

static uint64_t drawn = 1;

static size_t
draw(size_t below)
{
	drawn = drawn * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)((drawn >> 33) % below);
}

static void
shuffle(size_t order[CARRIERS])
{
	for (size_t i = CARRIERS; i > 1; i--) {
		size_t at = draw(i), kept = order[i - 1];

		order[i - 1] = order[at];
		order[at] = kept;
	}
}

/* Some come twice, some together. */
static void
take_in_order(const size_t order[CARRIERS])
{
	struct document together[CARRIERS];
	size_t len;

	for (size_t i = 0; i < CARRIERS; i += len) {
		len = 1 + draw(CARRIERS - i < 3 ? CARRIERS - i : 3);
		for (size_t j = 0; j < len; j++)
			together[j] = carriers[order[i + j]];
		assert_int_equal(site_take(together, len, TODAY), SKERRY_OK);
		if (draw(4) == 0)
			assert_int_equal(
				site_take(&carriers[order[draw(i + 1)]], 1, TODAY), SKERRY_OK);
	}
}

static void
every_order_of_carriers_leads_to_one_state(void **state)
{
	size_t order[CARRIERS] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	char expected[STATE_MAX] = "", got[STATE_MAX];

	for (unsigned i = 0; i < ORDERS; i++) {
		/* Each site has keys of its own. */
		make_carriers();
		take_in_order(order);
		site_reopen();
		describe(got);
		if (i == 0)
			memcpy(expected, got, sizeof got);
		if (strcmp(expected, got) != 0)
			fail_msg("order %u ends in\n%sand not in\n%s", i, got, expected);
		shuffle(order);
		site_tear_down(state);
		site_set_up(state);
	}
	assert_non_null(strstr(expected, "edition 3 activation 2 status 1"));
}

/* What a bundle says counts or does not, document by document: a part of another one takes nothing back. */
static void
parts_of_two_bundles_that_are_mixed_take_nothing_back(void **state)
{
	static const size_t OLD[] = { 0, 5 }, NEW[] = { 3, 6 };

	for (unsigned mix = 0; mix < 4; mix++) {
		struct document both[2], newest[2];
		struct skerry_verdict verdict;

		make_carriers();
		for (size_t i = 0; i < 2; i++) {
			both[i] = carriers[(mix >> i & 1) != 0 ? NEW[i] : OLD[i]];
			newest[i] = carriers[NEW[i]];
		}
		assert_int_equal(site_take(newest, 2, TODAY), SKERRY_OK);
		assert_int_equal(site_take(both, 2, TODAY), SKERRY_OK);
		for (size_t i = 0; i < results_len; i++)
			assert_int_not_equal(results[i].fate, TAKE_REFUSED);
		site_reopen();
		verdict = site_ask_at(TODAY + 10 * DAY).verdict;
		assert_int_equal(verdict.state, SKERRY_STATE_ACTIVE);
		assert_int_equal(site.replies[0].reply.number, 4);
		assert_true(site.statuses[0].list.issued_at == TODAY + 7 * DAY);
		site_tear_down(state);
		site_set_up(state);
	}
}

/* Next year's license came first; without this year's the hotel would stand still until it begins. */
static void
license_that_waits_keeps_no_earlier_one_out(void **state)
{
	(void)state;
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.not_before = TODAY + 9 * DAY;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_WAITS);
	assert_int_equal(site_ask_at(TODAY).verdict.state, SKERRY_STATE_UNLICENSED);
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_int_equal(site.licenses_len, 2);
	assert_int_equal(site_ask_at(TODAY).license->edition, 1);
	assert_int_equal(site_ask_at(TODAY + 9 * DAY).license->edition, 2);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_HELD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_order_of_carriers_leads_to_one_state, site_set_up, site_tear_down),
		cmocka_unit_test_setup_teardown(
			parts_of_two_bundles_that_are_mixed_take_nothing_back, site_set_up,
			site_tear_down),
		cmocka_unit_test_setup_teardown(
			license_that_waits_keeps_no_earlier_one_out, site_set_up, site_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
