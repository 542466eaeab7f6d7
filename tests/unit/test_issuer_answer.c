/* SPDX-License-Identifier: ISC */
/* What a request gets: kind x status x dates x activations x fingerprint x migrations, and so on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "issuer/decide/answer.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { NOW = 1800000000, UNTIL = NOW + 86400, OVERLAP = 14 * 86400, NEXT = NOW + 777, ALLOWED = 3 };

static const enum request_kind KINDS[] = { REQUEST_PAIR, REQUEST_MIGRATE, REQUEST_HEARTBEAT,
	REQUEST_UNPAIR };

/* In the order of KINDS. "free": where an activation is; "-": nothing to do. */
static const struct {
	enum answer_place place;
	bool binds;
	const char *cells[4];
} PLACES[] = {
	{ ANSWER_NOWHERE, true, { "free", "replace", "unknown", "-" } },
	{ ANSWER_HERE, true, { "renew", "renew", "renew", "end" } },
	{ ANSWER_CHANGED, true, { "changed", "move", "renew told", "end" } },
	{ ANSWER_REINSTALLED, true, { "move", "move", "not paired", "-" } },
	{ ANSWER_BY_HAND, true, { "adopt", "adopt", "renew", "end" } },
	{ ANSWER_BY_HAND, false, { "free", "replace", "renew", "-" } },
	{ ANSWER_PROVED, true, { "take up", "take up", "take up", "end" } },
	{ ANSWER_ENDED, true, { "free", "replace", "unknown", "-" } },
};

/* What the desk has, and which row and column of PLACES. */
struct matrix_case {
	struct answer_facts facts;
	size_t place, kind;
};

static bool
is(const char *cell, const char *word)
{
	return strcmp(cell, word) == 0;
}

/* The first refusal in the order of the house, as one reads it off the rules. */
static enum reply_code
expected_code(const struct answer_facts *facts, const char *cell)
{
	bool pairing = facts->kind == REQUEST_PAIR || facts->kind == REQUEST_MIGRATE;
	bool leaves = facts->kind == REQUEST_UNPAIR;
	bool full = facts->license.sites >= facts->max_activations;
	bool needs_free = is(cell, "free") || (is(cell, "replace") && facts->replaceable != 1);
	enum standing stored = facts->license.stored;

	if (facts->malformed)
		return REPLY_MALFORMED;
	if (!facts->key_known)
		return REPLY_KEY_UNKNOWN;
	if (stored == STANDING_REVOKED)
		return REPLY_REVOKED;
	if (facts->license.erased && !leaves)
		return pairing ? REPLY_KEY_UNKNOWN : REPLY_EXPIRED;
	if (stored == STANDING_SUSPENDED && !leaves)
		return REPLY_SUSPENDED;
	if (facts->license.valid_until < NOW && !leaves)
		return REPLY_EXPIRED;
	if (pairing && !facts->fingerprint_enough)
		return REPLY_FINGERPRINT_INSUFFICIENT;
	if (is(cell, "changed") ||
		((needs_free || is(cell, "unknown")) && full && facts->max_activations == 1))
		return REPLY_PAIRED_ELSEWHERE;
	if (needs_free && full)
		return REPLY_ACTIVATIONS_EXHAUSTED;
	if (leaves || is(cell, "unknown") || is(cell, "not paired"))
		return REPLY_UNPAIRED;
	return REPLY_OK;
}

static enum answer_act
expected_act(const struct answer_facts *facts, const char *cell)
{
	static const struct {
		const char *cell;
		enum answer_act act;
	} ACTS[] = { { "renew", ANSWER_RENEW }, { "renew told", ANSWER_RENEW },
		{ "end", ANSWER_END }, { "move", ANSWER_MOVE }, { "adopt", ANSWER_ADOPT },
		{ "take up", ANSWER_TAKE_UP }, { "free", ANSWER_ACTIVATE } };

	if (is(cell, "replace"))
		return facts->replaceable == 1 ? ANSWER_MOVE : ANSWER_ACTIVATE;
	if (is(cell, "renew") && facts->starter && facts->place == ANSWER_BY_HAND)
		return ANSWER_NOTHING;
	for (size_t i = 0; i < COUNT(ACTS); i++)
		if (is(cell, ACTS[i].cell))
			return ACTS[i].act;
	return ANSWER_NOTHING;
}

static enum answer_act
arrived_act(const struct answer_facts *facts, enum answer_act act)
{
	bool document_alone = act == ANSWER_RENEW || act == ANSWER_TAKE_UP;

	if (facts->arrival == FORK_AGAIN ||
		(facts->arrival == FORK_LATE && (document_alone || facts->superseded)) ||
		(facts->arrival == FORK_FORGOTTEN && act != ANSWER_RENEW))
		return ANSWER_NOTHING;
	return act;
}

static void
check_case(const struct matrix_case *one)
{
	const struct answer_facts *facts = &one->facts;
	const char *cell = PLACES[one->place].cells[one->kind];
	enum reply_code code = expected_code(facts, cell);
	bool does = code == REPLY_OK || code == REPLY_UNPAIRED;
	enum answer_act act = does ? arrived_act(facts, expected_act(facts, cell)) : ANSWER_NOTHING;
	bool counts = act == ANSWER_MOVE || act == ANSWER_END;
	bool withheld =
		facts->found == FORK_CLONE && facts->rollback_policy == LICENSE_ROLLBACK_GRACE;
	struct answer answer = answer_judge(facts);

	/* An unpair that comes too late: what it would have ended stands. */
	if (code == REPLY_UNPAIRED && act == ANSWER_NOTHING && is(cell, "end"))
		code = REPLY_OK;
	if (counts && facts->migrations.count >= ALLOWED) {
		code = REPLY_MIGRATION_LIMIT;
		act = ANSWER_NOTHING;
		counts = false;
	}
	if (withheld && (act == ANSWER_RENEW || act == ANSWER_TAKE_UP))
		act = ANSWER_NOTHING;
	if (answer.code != code || answer.act != act || answer.counts != counts)
		fail_msg("%s: code %d for %d, act %d for %d", cell, (int)answer.code, (int)code,
			(int)answer.act, (int)act);
	assert_int_equal(answer.words == ANSWER_WORDS_NONE, code == REPLY_OK);
	if (code == REPLY_MIGRATION_LIMIT)
		assert_int_equal(answer.until, NEXT);
	else if (code == REPLY_EXPIRED)
		assert_int_equal(answer.until,
			facts->license.erased ? LICENSE_NEVER : facts->license.valid_until);
	else if (code == REPLY_UNPAIRED)
		assert_int_equal(answer.until, act == ANSWER_END              ? NOW + OVERLAP
					       : facts->place == ANSWER_ENDED ? NOW + 99
									      : NOW);
	else
		assert_int_equal(answer.until, LICENSE_NEVER);
	if (facts->found == FORK_CLONE)
		assert_int_equal(
			answer.notice, withheld ? ANSWER_WORDS_CLONE_GRACE : ANSWER_WORDS_CLONE);
}

/* Takes the next digit off a mixed-radix number. */
static size_t
digit(size_t *number, size_t radix)
{
	size_t value = *number % radix;

	*number /= radix;
	return value;
}

static struct matrix_case
case_of(size_t number)
{
	struct matrix_case one = {
		.facts = { .license = { .now = NOW, .pending_until = LICENSE_NEVER },
			.overlap_s = OVERLAP,
			.ends_at = NOW + 99,
			.key_known = true,
			.migrations = { .next_at = NEXT },
			.migrations_allowed = ALLOWED }
	};
	struct answer_facts *facts = &one.facts;
	size_t known, found;

	one.kind = digit(&number, COUNT(KINDS));
	facts->kind = KINDS[one.kind];
	one.place = digit(&number, COUNT(PLACES));
	facts->place = PLACES[one.place].place;
	facts->binds = PLACES[one.place].binds;
	facts->license.stored = (enum standing)digit(&number, STANDING_REVOKED + 1);
	facts->license.valid_until = digit(&number, 2) == 0 ? UNTIL : NOW - 1;
	facts->max_activations = 1 + (int64_t)digit(&number, 2);
	facts->license.sites = (int64_t)digit(&number, 3);
	facts->fingerprint_enough = digit(&number, 2) == 0;
	facts->migrations.count = digit(&number, 2) == 0 ? ALLOWED - 1 : ALLOWED;
	facts->replaceable = (int64_t)digit(&number, 3);
	facts->arrival = (enum fork_arrival)digit(&number, FORK_FORGOTTEN + 1);
	facts->superseded = digit(&number, 2) == 1;
	facts->starter = digit(&number, 2) == 1;
	facts->license.erased = digit(&number, 2) == 1;
	known = digit(&number, 3);
	facts->malformed = known == 1;
	facts->key_known = known != 2;
	found = digit(&number, 4);
	facts->found = found > FORK_CLONE ? FORK_CLONE : (enum fork_found)found;
	facts->rollback_policy =
		found > FORK_CLONE ? LICENSE_ROLLBACK_GRACE : LICENSE_ROLLBACK_NOTICE;
	return one;
}

static void
each_request_gets_what_the_rules_say(void **state)
{
	const size_t cases =
		COUNT(KINDS) * COUNT(PLACES) * 5 * 2 * 2 * 3 * 2 * 2 * 3 * 4 * 2 * 2 * 2 * 3 * 4;

	(void)state;
	for (size_t i = 0; i < cases; i++) {
		struct matrix_case one = case_of(i);

		check_case(&one);
	}
}

static struct answer_facts
paired_once(enum request_kind kind, enum answer_place place)
{
	struct matrix_case one = case_of(0);

	one.facts.kind = kind;
	one.facts.place = place;
	one.facts.binds = true;
	one.facts.license.stored = STANDING_PAIRED;
	one.facts.license.sites = 1;
	return one.facts;
}

static void
a_repeated_request_makes_nothing_twice(void **state)
{
	/* What was nowhere before is here, and what was here has ended. */
	struct answer_facts facts = paired_once(REQUEST_PAIR, ANSWER_HERE);

	(void)state;
	assert_int_equal(answer_judge(&facts).act, ANSWER_RENEW);
	facts.kind = REQUEST_MIGRATE;
	facts.migrations.count = ALLOWED;
	assert_int_equal(answer_judge(&facts).act, ANSWER_RENEW);
	facts = paired_once(REQUEST_UNPAIR, ANSWER_ENDED);
	facts.migrations.count = ALLOWED;
	assert_int_equal(answer_judge(&facts).code, REPLY_UNPAIRED);
	assert_int_equal(answer_judge(&facts).act, ANSWER_NOTHING);
}

static void
an_unpair_that_comes_late_unpairs_nothing_that_stands(void **state)
{
	struct answer_facts facts = paired_once(REQUEST_UNPAIR, ANSWER_HERE);

	(void)state;
	facts.arrival = FORK_LATE;
	assert_int_equal(answer_judge(&facts).act, ANSWER_END);
	facts.superseded = true;
	assert_int_equal(answer_judge(&facts).code, REPLY_OK);
	assert_int_equal(answer_judge(&facts).act, ANSWER_NOTHING);
	assert_int_equal(answer_judge(&facts).until, LICENSE_NEVER);
	facts.place = ANSWER_ENDED;
	assert_int_equal(answer_judge(&facts).code, REPLY_UNPAIRED);
}

static void
the_words_fit_the_case(void **state)
{
	struct answer_facts facts = paired_once(REQUEST_PAIR, ANSWER_CHANGED);

	(void)state;
	assert_int_equal(answer_judge(&facts).words, ANSWER_WORDS_CHANGED);
	facts.kind = REQUEST_HEARTBEAT;
	assert_int_equal(answer_judge(&facts).notice, ANSWER_WORDS_CHANGED);
	facts.found = FORK_RESTORED;
	assert_int_equal(answer_judge(&facts).notice, ANSWER_WORDS_CHANGED);
	facts.place = ANSWER_HERE;
	assert_int_equal(answer_judge(&facts).notice, ANSWER_WORDS_RESTORED);
	facts = paired_once(REQUEST_MIGRATE, ANSWER_NOWHERE);
	facts.max_activations = facts.license.sites = facts.replaceable = 2;
	assert_int_equal(answer_judge(&facts).words, ANSWER_WORDS_WHICH);
	facts.kind = REQUEST_PAIR;
	assert_int_equal(answer_judge(&facts).words, ANSWER_WORDS_EXHAUSTED);
	facts = paired_once(REQUEST_HEARTBEAT, ANSWER_HERE);
	facts.license.erased = true;
	assert_int_equal(answer_judge(&facts).words, ANSWER_WORDS_ERASED);
	assert_true(answer_judge(&facts).until == LICENSE_NEVER);
	facts.key_known = false;
	assert_int_equal(answer_judge(&facts).words, ANSWER_WORDS_KEY_UNKNOWN);
	facts.no_tenant = true;
	assert_int_equal(answer_judge(&facts).code, REPLY_KEY_UNKNOWN);
	assert_int_equal(answer_judge(&facts).words, ANSWER_WORDS_NO_TENANT);
	/* moved away before it asks: the license is not free */
	facts = paired_once(REQUEST_UNPAIR, ANSWER_ENDED);
	assert_int_equal(answer_judge(&facts).words, ANSWER_WORDS_MOVED);
	facts.license.sites = 0;
	assert_int_equal(answer_judge(&facts).words, ANSWER_WORDS_UNPAIRED);
	assert_non_null(strstr(
		answer_words(ANSWER_WORDS_KEY_UNKNOWN, "en"), "License key not recognized."));
	assert_string_equal(answer_words(ANSWER_WORDS_EXPIRED, "en"),
		"This license is expired. Contact sales to renew.");
	assert_string_equal(answer_words(ANSWER_WORDS_LIMIT, "en"),
		"Migration limit reached, contact support.");
}

static void
every_language_says_everything(void **state)
{
	static const char *const LANGUAGES[] = { "en", "id", "id-ID", "ID", "idx", "", "pt-BR" };

	(void)state;
	for (size_t i = 0; i < COUNT(LANGUAGES); i++)
		for (int words = 1; words <= ANSWER_WORDS_LAST; words++) {
			const char *text = answer_words((enum answer_words)words, LANGUAGES[i]);
			const char *english = answer_words((enum answer_words)words, "en");

			assert_true(strlen(text) > 20 && strlen(text) < REPLY_TEXT_MAX);
			assert_int_equal(
				text[strlen(text) - 1] == '.' || strstr(text, "skerry ") != NULL,
				true);
			assert_int_equal(text != english, i >= 1 && i <= 3);
		}
	assert_string_equal(answer_words(ANSWER_WORDS_NONE, "id"), "");
}

static void
time_is_reset_for_the_newest_request_with_a_bad_clock(void **state)
{
	static const bool BAD[] = { false, true, true, true, false, false };

	(void)state;
	for (unsigned condition = 0; condition < COUNT(BAD); condition++)
		for (int arrival = FORK_NEW; arrival <= FORK_FORGOTTEN; arrival++)
			assert_int_equal(answer_resets_time(condition, (enum fork_arrival)arrival),
				BAD[condition] && arrival == FORK_NEW);
	assert_false(answer_resets_time(REQUEST_CONDITION_MAX, FORK_NEW));
}

static void
what_the_vendor_says_stands_behind_the_first_sentence(void **state)
{
	static const struct {
		enum answer_words words;
		const char *language, *told, *text;
	} TOLD[] = {
		{ ANSWER_WORDS_REVOKED, "en", "Chargeback",
			"This license is revoked. HotelHub says: Chargeback. Contact support." },
		{ ANSWER_WORDS_REVOKED, "en", "Is it paid?",
			"This license is revoked. HotelHub says: Is it paid? Contact support." },
		{ ANSWER_WORDS_SUSPENDED, "id-ID", "Faktur 4711.",
			"Lisensi ini ditangguhkan. HotelHub menyatakan: Faktur 4711. Hubungi "
			"bagian "
			"penjualan; lisensi berjalan lagi setelah dilanjutkan." },
		{ ANSWER_WORDS_RESUMED, "en", "Thank you",
			"This license is active again. HotelHub says: Thank you." },
	};
	char text[256], longest[201], name[129], whole[513];

	(void)state;
	for (size_t i = 0; i < sizeof TOLD / sizeof *TOLD; i++) {
		answer_words_told(TOLD[i].words, TOLD[i].language, "HotelHub", TOLD[i].told, text,
			sizeof text);
		assert_string_equal(text, TOLD[i].text);
	}
	memset(longest, 'x', sizeof longest - 1);
	memset(name, 'n', sizeof name - 1);
	longest[200] = name[128] = '\0';
	answer_words_told(ANSWER_WORDS_SUSPENDED, "id", name, longest, whole, sizeof whole);
	assert_string_equal(whole + strlen(whole) - 12, "dilanjutkan.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_request_gets_what_the_rules_say),
		cmocka_unit_test(a_repeated_request_makes_nothing_twice),
		cmocka_unit_test(an_unpair_that_comes_late_unpairs_nothing_that_stands),
		cmocka_unit_test(the_words_fit_the_case),
		cmocka_unit_test(what_the_vendor_says_stands_behind_the_first_sentence),
		cmocka_unit_test(every_language_says_everything),
		cmocka_unit_test(time_is_reset_for_the_newest_request_with_a_bad_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
