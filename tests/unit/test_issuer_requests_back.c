/* SPDX-License-Identifier: ISC */
/* A site that went back and asks again; a desk that went back and hears of its own; all in one second. */
#include "issuer/desk/manifests.h"
#include "issuer/exchange/intake.h"
#include "issuer/exchange/replies.h"
#include "tests/unit/requests_at_desk.h"
#include "verifier/decide/words.h"

/* --- what the desk leaves ---------------------------------------------------------------------- */

struct left {
	const uint8_t *nonce;
	struct reply *reply;
	uint64_t before;
	size_t len, answers;
};

static enum skerry_err
look_at(void *context, const struct replies_left *one)
{
	struct left *left = context;
	struct cose_sign1 message;
	size_t offset;

	assert_true(one->number > left->before);
	left->before = one->number;
	left->len++;
	assert_int_equal(
		cose_sign1_parse(one->bytes.data, one->bytes.len, &message, &offset), SKERRY_OK);
	assert_int_equal(reply_parse(message.payload, left->reply, &offset), SKERRY_OK);
	left->answers += left->reply->nonce != NULL &&
			 memcmp(left->reply->nonce, left->nonce, REPLY_NONCE_LEN) == 0;
	return SKERRY_OK;
}

/* How many replies this site is left, ascending, and how many of them answer the request of `nonce`. */
static struct left
what_is_left(struct desk_fixture *fixture, const uint8_t *nonce)
{
	struct left left = { .nonce = nonce, .reply = malloc(sizeof *left.reply) };
	struct installation installation;
	struct trust *trust = NULL;

	assert_non_null(left.reply);
	fixture->desk.now = fixture->desk.clock;
	assert_int_equal(manifests_load(&fixture->desk, &trust), SKERRY_OK);
	assert_int_equal(
		installations_find_key(&fixture->desk, site.site_id, &installation), SKERRY_OK);
	assert_int_equal(
		replies_each_left(&fixture->desk, trust, &installation, look_at, &left), SKERRY_OK);
	free(trust);
	free(left.reply);
	return left;
}

/* --- a site that went back --------------------------------------------------------------------- */

/* It waits for the answer to its very request, however much it was told before it went back. */
static void
request_that_comes_again_leaves_its_own_answer_again(void **state)
{
	struct desk_fixture *fixture = *state;
	uint8_t *sealed = malloc(REQUESTER_ROOM), nonce[REQUEST_NONCE_LEN];
	struct requester before;
	size_t len;

	assert_non_null(sealed);
	len = requester_write(&site, fixture, REQUEST_PAIR, sold.key, sealed);
	memcpy(nonce, site.written[site.written_len - 1].nonce, sizeof nonce);
	before = site;
	for (int i = 0; i < 2; i++)
		assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
	assert_int_equal(what_is_left(fixture, nonce).len, 1);
	assert_int_equal(requester_collect(&site, fixture), 1);
	fixture->desk.clock += REPLIES_REPEATED_S;
	for (int i = 0; i < 2 * REPLIES_LEFT_MAX; i++) {
		fixture->desk.clock += DAY;
		visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	}
	assert_int_equal(what_is_left(fixture, nonce).answers, 0);
	/* its folder is put back: the stick brings the same request */
	assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
	assert_int_equal(answered.arrival, FORK_AGAIN);
	assert_int_equal(what_is_left(fixture, nonce).answers, 1);
	/* also where one that went on is answered in between, and only for a while */
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_int_equal(what_is_left(fixture, nonce).answers, 1);
	assert_true(requester_collect(&before, fixture) > 0);
	assert_int_equal(before.held_len, 1);
	fixture->desk.clock += REPLIES_REPEATED_S;
	assert_int_equal(what_is_left(fixture, nonce).answers, 0);
	free(sealed);
}

/* A drawer full of old sticks does not make bundles large. */
static void
few_of_many_that_come_again_are_left(void **state)
{
	enum { OLD = 2 * REPLIES_REPEATED_MAX };
	struct desk_fixture *fixture = *state;
	uint8_t *sealed[OLD], nonce[REQUEST_NONCE_LEN];
	size_t lens[OLD];

	for (size_t i = 0; i < OLD; i++) {
		sealed[i] = malloc(REQUESTER_ROOM);
		assert_non_null(sealed[i]);
		lens[i] = requester_write(&site, fixture, REQUEST_HEARTBEAT, NULL, sealed[i]);
		memcpy(nonce, site.written[site.written_len - 1].nonce, sizeof nonce);
		assert_int_equal(requester_hand(fixture, sealed[i], lens[i], &answered), SKERRY_OK);
		requester_collect(&site, fixture);
		fixture->desk.clock += DAY;
	}
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	for (size_t i = 0; i < OLD; i++) {
		assert_int_equal(requester_hand(fixture, sealed[i], lens[i], &answered), SKERRY_OK);
		free(sealed[i]);
	}
	/* one that nobody has taken in yet is left once, beside them */
	assert_int_equal(what_is_left(fixture, nonce).len, REPLIES_REPEATED_MAX + 1);
	assert_int_equal(what_is_left(fixture, nonce).answers, 1);
}

/* --- a site whose requests come late ------------------------------------------------------------ */

enum { LATE = 2 * REPLIES_TELLING_MAX }; /* REQUEST_PENDING_MAX: as many as a site lists */

/* Answers to what it wrote before come after it, and push nothing out. */
static void
answer_to_the_newest_request_is_left_whatever_comes_late(void **state)
{
	struct desk_fixture *fixture = *state;
	uint8_t *sealed[LATE], nonce[REQUEST_NONCE_LEN];
	size_t lens[LATE];

	for (size_t i = 0; i < LATE; i++) {
		sealed[i] = malloc(REQUESTER_ROOM);
		assert_non_null(sealed[i]);
		lens[i] = requester_write(&site, fixture, REQUEST_PAIR, sold.key, sealed[i]);
		fixture->desk.clock += 60;
	}
	memcpy(nonce, site.written[site.written_len - 1].nonce, sizeof nonce);
	for (size_t i = LATE; i > 0; i--) {
		assert_int_equal(
			requester_hand(fixture, sealed[i - 1], lens[i - 1], &answered), SKERRY_OK);
		free(sealed[i - 1]);
	}
	assert_int_equal(answered.arrival, FORK_LATE);
	assert_int_equal(what_is_left(fixture, nonce).answers, 1);
	assert_int_equal(what_is_left(fixture, nonce).len, REPLIES_LEFT_MAX);
	assert_int_equal(requester_collect(&site, fixture), REPLIES_LEFT_MAX);
	assert_int_equal(site.held_len, 1);
	assert_int_equal(site.written_len, 1);
	requester_expect_sound(fixture);
}

static size_t in_order;

static void
expect_new(void *context, const struct intake_line *line)
{
	(void)context;
	assert_int_equal(line->err, SKERRY_OK);
	assert_int_equal(line->answered->arrival, FORK_NEW);
	in_order++;
}

/* Files are read in the order of their names, and a site's requests in the order of their numbers. */
static void
round_is_answered_in_the_order_of_numbers(void **state)
{
	struct desk_fixture *fixture = *state;
	uint8_t *sealed[LATE];
	struct intake intake;
	size_t lens[LATE];

	in_order = 0;
	for (size_t i = 0; i < LATE; i++) {
		sealed[i] = malloc(REQUESTER_ROOM);
		assert_non_null(sealed[i]);
		lens[i] = requester_write(&site, fixture, i == 0 ? REQUEST_PAIR : REQUEST_HEARTBEAT,
			i == 0 ? sold.key : NULL, sealed[i]);
	}
	assert_int_equal(intake_begin(&fixture->desk, expect_new, NULL, &intake), SKERRY_OK);
	for (size_t i = LATE; i > 0; i--) {
		assert_int_equal(intake_take(&intake, "file", i, REQUESTS_STICK,
					 (struct cbor_bytes){ sealed[i - 1], lens[i - 1] }),
			SKERRY_OK);
		free(sealed[i - 1]);
	}
	assert_int_equal(intake_flush(&intake), SKERRY_OK);
	intake_end(&intake);
	assert_int_equal(in_order, LATE);
}

/* What a site has to hear lies behind many answers that say nothing of it. */
static void
document_is_left_behind_many_later_answers(void **state)
{
	struct desk_fixture *fixture = *state;
	uint8_t *sealed = malloc(REQUESTER_ROOM), nonce[REQUEST_NONCE_LEN];

	assert_non_null(sealed);
	for (int i = 0; i < 3 * REPLIES_LEFT_MAX; i++) {
		size_t len =
			requester_write(&site, fixture, i == 0 ? REQUEST_PAIR : REQUEST_HEARTBEAT,
				i == 0 ? sold.key : NULL, sealed);

		if (i == 0)
			memcpy(nonce, site.written[0].nonce, sizeof nonce);
		else if (i == 1)
			/* nothing is renewed any more */
			requester_execute(fixture, "UPDATE license SET status = 'suspended'");
		assert_int_equal(requester_hand(fixture, sealed, len, &answered), SKERRY_OK);
		fixture->desk.clock += 60;
	}
	free(sealed);
	assert_int_equal(what_is_left(fixture, nonce).answers, 1);
	assert_int_equal(what_is_left(fixture, nonce).len, REPLIES_LEFT_MAX);
}

/* --- a desk that went back --------------------------------------------------------------------- */

/* What it signed, and has no record of, is revoked for as long as it lives. */
static void
lost_document_lengthens_its_activation(void **state)
{
	static const char *const ENDS[] = { "SELECT max(expires_at) FROM activation",
		"SELECT max(lapses_at) FROM revocation" };
	struct desk_fixture *fixture = *state;
	int64_t ends;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	fixture->desk.clock += 20 * DAY;
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	ends = requester_count(fixture, ENDS[0]);
	/* of two documents the newer one is lost */
	requester_execute(fixture, "DELETE FROM heartbeat");
	requester_execute(fixture, "DELETE FROM reply");
	requester_execute(fixture,
		"DELETE FROM document WHERE kind = 'license' AND expires_at ="
		" (SELECT max(expires_at) FROM document WHERE kind = 'license')");
	requester_execute(fixture, "UPDATE activation SET expires_at ="
				   " (SELECT max(expires_at) FROM document WHERE kind ="
				   " 'license')");
	requester_execute(fixture, "UPDATE license SET edition = (SELECT max(edition) FROM"
				   " document WHERE kind = 'license')");
	assert_true(requester_count(fixture, ENDS[0]) < ends);
	fixture->desk.clock += DAY;
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_UNPAIRED);
	assert_int_equal(requester_count(fixture, ENDS[0]), ends);
	assert_int_equal(requester_count(fixture, ENDS[1]), ends);
	/* likewise where it was revoked before that is known */
	requester_execute(fixture, "UPDATE revocation SET lapses_at = lapses_at - 86400");
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_UNPAIRED);
	assert_int_equal(requester_count(fixture, ENDS[1]), ends);
}

/* --- within one second ------------------------------------------------------------------------- */

struct hearing {
	struct requester *who;
	struct reply *reply;
	struct license license;
	struct unpairing unpairing[8];
	size_t unpairings_len;
};

static enum skerry_err
hear(void *context, const struct replies_left *left)
{
	struct hearing *hearing = context;
	struct reply *reply = hearing->reply;
	struct cose_sign1 message;
	size_t offset;

	assert_int_equal(
		cose_sign1_parse(left->bytes.data, left->bytes.len, &message, &offset), SKERRY_OK);
	assert_int_equal(reply_parse(message.payload, reply, &offset), SKERRY_OK);
	for (size_t i = 0; i < reply->results_len; i++)
		if (reply->results[i].code == REPLY_UNPAIRED)
			hearing->unpairing[hearing->unpairings_len++] =
				(struct unpairing){ .told_at = reply->issued_at,
					.until = reply->results[i].until,
					.heard_at = reply->issued_at };
	requester_take(hearing->who, left->bytes, reply);
	return SKERRY_OK;
}

/* Whether the newest document of the site is unpaired by what the desk leaves, as the site decides. */
static bool
ends_unpaired(struct desk_fixture *fixture)
{
	struct hearing hearing = { .who = &site, .reply = malloc(sizeof *hearing.reply) };
	struct unpaired unpaired = WORDS_PAIRED;
	const struct clock clock = { 0 };
	struct installation installation;
	struct cose_sign1 message;
	struct trust *trust = NULL;
	size_t offset;

	assert_non_null(hearing.reply);
	assert_int_equal(manifests_load(&fixture->desk, &trust), SKERRY_OK);
	assert_int_equal(
		installations_find_key(&fixture->desk, site.site_id, &installation), SKERRY_OK);
	assert_int_equal(
		replies_each_left(&fixture->desk, trust, &installation, hear, &hearing), SKERRY_OK);
	assert_int_equal(site.held_len, 1);
	assert_int_equal(
		cose_sign1_parse(site.held[0], site.held_lens[0], &message, &offset), SKERRY_OK);
	assert_int_equal(license_parse(message.payload, &hearing.license, &offset), SKERRY_OK);
	for (size_t i = 0; i < hearing.unpairings_len; i++) {
		hearing.unpairing[i].brand = hearing.license.brand;
		hearing.unpairing[i].license = hearing.license.id;
		words_hear_unpairing(&hearing.unpairing[i], &hearing.license, &clock, &unpaired);
	}
	free(trust);
	free(hearing.reply);
	return unpaired.since != LICENSE_NEVER;
}

/* Written one after the other, read in one second; nothing is taken in between. */
static void
hand_all(struct desk_fixture *fixture, const enum request_kind *kinds, size_t len)
{
	uint8_t *sealed = malloc(REQUESTER_ROOM);

	assert_non_null(sealed);
	for (size_t i = 0; i < len; i++) {
		size_t sealed_len = requester_write(&site, fixture, kinds[i],
			kinds[i] == REQUEST_PAIR ? sold.key : NULL, sealed);

		assert_int_equal(requester_hand(fixture, sealed, sealed_len, &answered), SKERRY_OK);
		assert_int_equal(answered.arrival, FORK_NEW);
	}
	free(sealed);
}

static void
who_pairs_anew_within_a_second_ends_paired(void **state)
{
	static const enum request_kind KINDS[] = { REQUEST_UNPAIR, REQUEST_HEARTBEAT,
		REQUEST_PAIR };
	struct desk_fixture *fixture = *state;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	fixture->desk.clock += DAY;
	hand_all(fixture, KINDS, 3);
	assert_false(ends_unpaired(fixture));
	requester_expect_sound(fixture);
}

static void
who_unpairs_within_a_second_ends_unpaired(void **state)
{
	static const enum request_kind KINDS[] = { REQUEST_UNPAIR, REQUEST_PAIR, REQUEST_UNPAIR };
	struct desk_fixture *fixture = *state;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	fixture->desk.clock += DAY;
	hand_all(fixture, KINDS, 3);
	assert_true(ends_unpaired(fixture));
	requester_expect_sound(fixture);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, remove_all)
	const struct CMUnitTest tests[] = {
		TEST(request_that_comes_again_leaves_its_own_answer_again),
		TEST(few_of_many_that_come_again_are_left),
		TEST(answer_to_the_newest_request_is_left_whatever_comes_late),
		TEST(round_is_answered_in_the_order_of_numbers),
		TEST(document_is_left_behind_many_later_answers),
		TEST(lost_document_lengthens_its_activation),
		TEST(who_pairs_anew_within_a_second_ends_paired),
		TEST(who_unpairs_within_a_second_ends_unpaired),
	};

	return cmocka_run_group_tests_name("requests_back", tests, NULL, NULL);
}
