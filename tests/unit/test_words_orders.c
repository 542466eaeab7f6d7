/* SPDX-License-Identifier: ISC */
/*
 * Eight carriers of one history in all 40,320 orders: what is kept and what a verdict is made of come out
 * the same. A site of pure parts alone: succession, words, the clock's marks, and of each key whether it
 * stands. test_take_orders has a sample of orders on a real folder.
 *
 * A license that a stolen key signed and that came before the manifest says so is not compared: it stays
 * for the grace that it gives itself (site.h), and one that came later was never taken. A reply whose place
 * a stolen key's took before it was revoked is gone until it comes again; its number counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hotel.h"
#include "verifier/decide/succession.h"
#include "verifier/decide/words.h"

#define DAY INT64_C(86400)
#define START HOTEL_ISSUED_AT
#define ON(day) (START + (day)*DAY)
#define FAR ON(73 * 365) /* 2099 */
#define OVERLAP (14 * DAY)

enum { CARRIERS = 8, ORDERS = 40320 };
enum { OURS, STOLEN, KEYS };
enum { PAIRED_AT = 2, AGAIN_AT = 5, PLACES = 8 }; /* indexes of the two pairings */
enum { LICENSES = 8, PARTS = 2 };

static const uint8_t KIDS[KEYS][COSE_KID_LEN] = { { 1 }, { 2 } };

/* --- the history ----------------------------------------------------------------------------- */

struct paper {
	struct license license;
	int key;
};

/* A reply with what is unpaired by it, its licenses beside it. */
struct said {
	struct reply reply;
	int key;
	uint8_t bytes[2];
};

struct listed {
	struct status_list list;
	int key;
	uint8_t bytes[2], unpacked[PLACES];
};

struct carrier {
	bool manifest; /* the one that revokes the stolen key */
	const struct paper *papers[PARTS];
	const struct said *said[PARTS];
	const struct listed *listed[PARTS];
};

static struct paper first, renewed, again, waiting, forged;
static struct said paired, renewal, unpaired, repaired, resealed, forged_reply;
static struct listed valid, suspended, ended, forged_list;
static struct carrier carriers[CARRIERS];

static void
make_paper(struct paper *paper, uint64_t edition, uint64_t activation, int64_t iat)
{
	hotel_license_bare(&paper->license);
	paper->license.edition = edition;
	paper->license.activation = activation;
	paper->license.issued_at = paper->license.not_before = iat;
	paper->license.has_status = true;
	paper->license.status_uri = fixture_text("skerry:hotelhub");
	paper->license.status_index = activation == 1 ? PAIRED_AT : AGAIN_AT;
	paper->license.ladder.overlap_s = OVERLAP;
	paper->key = OURS;
}

static void
make_said(struct said *said, uint64_t number, int64_t iat)
{
	static uint8_t count;

	said->reply.brand = first.license.brand;
	said->reply.number = number;
	said->reply.issued_at = iat;
	said->bytes[0] = count++;
	said->key = OURS;
}

static void
unpair(struct said *said)
{
	said->reply.results[0] = (struct reply_result){ .code = REPLY_UNPAIRED,
		.license = first.license.id,
		.until = said->reply.issued_at + OVERLAP };
	said->reply.results_len = 1;
}

static void
make_listed(struct listed *listed, int64_t iat, enum status_list_value one,
	enum status_list_value other)
{
	static uint8_t count;

	listed->list = (struct status_list){
		.uri = first.license.status_uri, .issued_at = iat, .bits = STATUS_LIST_BITS
	};
	status_list_set(listed->unpacked, PAIRED_AT, one);
	status_list_set(listed->unpacked, AGAIN_AT, other);
	listed->bytes[0] = count++;
	listed->key = OURS;
}

static void
steal(void)
{
	make_paper(&forged, 99, 3, FAR);
	make_said(&forged_reply, INT64_MAX, FAR);
	unpair(&forged_reply);
	make_listed(&forged_list, FAR, STATUS_LIST_INVALID, STATUS_LIST_INVALID);
	forged.key = forged_reply.key = forged_list.key = STOLEN;
}

static int
make_history(void **state)
{
	(void)state;
	make_paper(&first, 1, 1, ON(0));
	make_paper(&renewed, 2, 1, ON(4));
	make_paper(&again, 3, 2, ON(7));
	make_paper(&waiting, 4, 2, ON(9));
	waiting.license.not_before = ON(40);
	make_said(&paired, 1, ON(0));
	make_said(&renewal, 2, ON(4));
	make_said(&unpaired, 3, ON(6));
	unpair(&unpaired);
	make_said(&repaired, 4, ON(7));
	make_said(&resealed, 2, ON(4));
	make_listed(&valid, ON(0), STATUS_LIST_VALID, STATUS_LIST_VALID);
	make_listed(&suspended, ON(2), STATUS_LIST_SUSPENDED, STATUS_LIST_VALID);
	make_listed(&ended, ON(8), STATUS_LIST_INVALID, STATUS_LIST_VALID);
	steal();
	carriers[0] =
		(struct carrier){ .papers = { &first }, .said = { &paired }, .listed = { &valid } };
	carriers[1] = (struct carrier){ .listed = { &suspended } };
	/* Resumed, and renewed by a mail without a list. */
	carriers[2] = (struct carrier){ .papers = { &renewed }, .said = { &renewal } };
	carriers[3] = (struct carrier){ .said = { &unpaired }, .listed = { &suspended } };
	carriers[4] = (struct carrier){ .papers = { &again }, .said = { &repaired } };
	carriers[5] =
		(struct carrier){ .manifest = true, .papers = { &waiting }, .listed = { &ended } };
	carriers[6] = (struct carrier){
		.papers = { &forged }, .said = { &forged_reply }, .listed = { &forged_list }
	};
	/* An old stick, with a reply of a number that was given twice. */
	carriers[7] = (struct carrier){ .papers = { &first, &renewed },
		.said = { &resealed, &paired },
		.listed = { &suspended, &valid } };
	return 0;
}

/* --- a site ---------------------------------------------------------------------------------- */

struct marks {
	int64_t best[KEYS]; /* INT64_MIN: none */
};

struct held {
	bool revoked; /* the stolen key */
	const struct paper *papers[LICENSES];
	size_t papers_len;
	const struct said *said;
	const struct listed *listed;
	struct marks replies, lists;
	struct unpairing unpairings[KEYS];
	bool has_unpairing[KEYS];
	struct clock clock;
	int64_t floor;
};

static bool
stands(const struct held *held, int key)
{
	return key == OURS || !held->revoked;
}

static const int64_t *
best_mark(const struct held *held, const struct marks *marks)
{
	const int64_t *best = NULL;

	for (int key = 0; key < KEYS; key++)
		if (stands(held, key) && marks->best[key] != INT64_MIN &&
			(best == NULL || marks->best[key] > *best))
			best = &marks->best[key];
	return best;
}

static void
raise(int64_t *best, int64_t value)
{
	*best = value > *best ? value : *best;
}

static struct word
word_of(const struct said *said)
{
	return words_of_reply(&said->reply, (struct cbor_bytes){ said->bytes, sizeof said->bytes });
}

static struct word
word_of_list(const struct held *held, const struct listed *listed)
{
	return words_of_list(&listed->list,
		(struct cbor_bytes){ listed->bytes, sizeof listed->bytes }, &held->clock);
}

static void
take_said(struct held *held, const struct said *said)
{
	const struct word next = word_of(said);
	const struct reply_result *result = &said->reply.results[0];
	struct word before;

	if (!stands(held, said->key))
		return;
	if (held->said != NULL)
		before = word_of(held->said);
	if (words_fate(&next, held->said == NULL ? NULL : &before,
		    best_mark(held, &held->replies)) == WORD_NEWER) {
		held->said = said;
		clock_learn(&held->clock, KIDS[said->key], said->reply.issued_at);
		raise(&held->floor, said->reply.issued_at);
	}
	raise(&held->replies.best[said->key], next.number);
	if (said->reply.results_len == 0)
		return;
	held->has_unpairing[said->key] = true;
	held->unpairings[said->key] = (struct unpairing){ .brand = said->reply.brand,
		.license = result->license,
		.told_at = said->reply.issued_at,
		.until = result->until,
		.heard_at = clock_settled(&held->clock) };
}

static void
take_listed(struct held *held, const struct listed *listed)
{
	const struct word next = word_of_list(held, listed);
	struct word before;

	if (!stands(held, listed->key))
		return;
	if (held->listed != NULL)
		before = word_of_list(held, held->listed);
	if (words_fate(&next, held->listed == NULL ? NULL : &before,
		    best_mark(held, &held->lists)) != WORD_NEWER)
		return;
	held->listed = listed;
	raise(&held->lists.best[listed->key], next.number);
	raise(&held->floor, listed->list.issued_at);
	clock_learn(&held->clock, KIDS[listed->key], listed->list.issued_at);
}

static struct succession
place_of(const struct held *held, const struct paper *paper)
{
	return (struct succession){ &paper->license, stands(held, paper->key) };
}

static void
let_go_replaced(struct held *held)
{
	size_t kept = 0;

	for (size_t i = 0; i < held->papers_len; i++) {
		const struct succession this = place_of(held, held->papers[i]);
		bool replaced = false;

		for (size_t j = 0; j < held->papers_len; j++) {
			const struct succession other = place_of(held, held->papers[j]);

			replaced |= succession_replaces(&other, &this, held->floor);
		}
		/* In place: what is dropped here is outranked by one that is not. */
		if (!replaced)
			held->papers[kept++] = held->papers[i];
	}
	held->papers_len = kept;
}

static void
take_paper(struct held *held, const struct paper *paper)
{
	const struct succession next = place_of(held, paper);
	int64_t proven = held->floor;

	raise(&proven, paper->license.issued_at);
	if (!next.key_stands)
		return;
	for (size_t i = 0; i < held->papers_len; i++) {
		const struct succession here = place_of(held, held->papers[i]);

		if (held->papers[i] == paper || succession_is_older(&next, &here, proven))
			return;
	}
	held->papers[held->papers_len++] = paper;
	raise(&held->floor, paper->license.issued_at);
	clock_learn(&held->clock, KIDS[paper->key], paper->license.issued_at);
	let_go_replaced(held);
}

static void
find_floor(struct held *held)
{
	held->floor = INT64_MIN;
	for (size_t i = 0; i < held->papers_len; i++)
		if (stands(held, held->papers[i]->key))
			raise(&held->floor, held->papers[i]->license.issued_at);
	if (held->said != NULL)
		raise(&held->floor, held->said->reply.issued_at);
	if (held->listed != NULL)
		raise(&held->floor, held->listed->list.issued_at);
}

static void
revoke(struct held *held)
{
	held->revoked = true;
	if (held->said != NULL && held->said->key == STOLEN)
		held->said = NULL;
	if (held->listed != NULL && held->listed->key == STOLEN)
		held->listed = NULL;
	held->has_unpairing[STOLEN] = false;
	clock_forget(&held->clock, KIDS[STOLEN]);
	find_floor(held);
}

static void
take(struct held *held, const struct carrier *carrier)
{
	if (carrier->manifest)
		revoke(held);
	for (size_t i = 0; i < PARTS; i++)
		if (carrier->said[i] != NULL)
			take_said(held, carrier->said[i]);
	for (size_t i = 0; i < PARTS; i++)
		if (carrier->papers[i] != NULL)
			take_paper(held, carrier->papers[i]);
	for (size_t i = 0; i < PARTS; i++)
		if (carrier->listed[i] != NULL)
			take_listed(held, carrier->listed[i]);
}

/* --- where it ends --------------------------------------------------------------------------- */

static void
expect_paper(const struct held *held, const struct paper *paper, enum evaluate_status status,
	int64_t unpaired_since)
{
	struct unpaired told = WORDS_PAIRED;
	size_t count = 0;

	for (size_t i = 0; i < held->papers_len; i++)
		count += held->papers[i] == paper;
	assert_int_equal(count, 1);
	assert_int_equal(words_status(&held->listed->list,
				 (struct cbor_bytes){ held->listed->unpacked, PLACES },
				 &paper->license, &held->clock),
		status);
	for (int key = 0; key < KEYS; key++)
		if (held->has_unpairing[key])
			words_hear_unpairing(
				&held->unpairings[key], &paper->license, &held->clock, &told);
	assert_true(told.since == unpaired_since);
}

static void
expect_end(const struct held *held)
{
	size_t standing = 0;

	for (size_t i = 0; i < held->papers_len; i++)
		standing += stands(held, held->papers[i]->key);
	assert_int_equal(standing, 3);
	assert_ptr_equal(held->listed, &ended);
	expect_paper(held, &renewed, EVALUATE_STATUS_REVOKED, ON(6));
	expect_paper(held, &again, EVALUATE_STATUS_VALID, LICENSE_NEVER);
	expect_paper(held, &waiting, EVALUATE_STATUS_UNKNOWN, LICENSE_NEVER);
	assert_true(*best_mark(held, &held->replies) == 4);
	assert_true(*best_mark(held, &held->lists) == ON(8));
	assert_true(held->floor == ON(9));
	assert_true(clock_settled(&held->clock) == ON(9));
	assert_int_equal(held->clock.marks_len, 1);
	assert_true(held->clock.void_until == 0);
}

static unsigned orders, displaced;

/* The reply that a stolen key's took the place of comes again, the one thing that is not here. */
static void
expect_same_end(const struct held *at_end)
{
	struct held held = *at_end;

	expect_end(&held);
	if (held.said != &repaired) {
		assert_null(held.said);
		displaced++;
		take_said(&held, &repaired);
		assert_ptr_equal(held.said, &repaired);
		expect_end(&held);
	}
	orders++;
}

/* Orders that begin alike share that beginning. */
static void
go_on(const struct held *before, unsigned left)
{
	if (left == 0)
		expect_same_end(before);
	for (unsigned i = 0; i < CARRIERS; i++) {
		struct held held = *before;

		if ((left >> i & 1) == 0)
			continue;
		take(&held, &carriers[i]);
		go_on(&held, left & ~(1u << i));
	}
}

static void
every_order_of_eight_carriers_ends_in_one_state(void **state)
{
	struct held held = { .replies = { { INT64_MIN, INT64_MIN } },
		.lists = { { INT64_MIN, INT64_MIN } },
		.floor = INT64_MIN };

	(void)state;
	clock_init(&held.clock);
	go_on(&held, (1u << CARRIERS) - 1);
	assert_int_equal(orders, ORDERS);
	/* Where the manifest comes after both the forged number and the last of ours. */
	assert_int_equal(displaced, ORDERS / 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_order_of_eight_carriers_ends_in_one_state),
	};

	return cmocka_run_group_tests(tests, make_history, NULL);
}
