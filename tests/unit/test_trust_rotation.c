/* SPDX-License-Identifier: ISC */
/*
 * Chains of manifests: each test is a history of key ceremonies. A step is written as the version,
 * the roots (seeds), the threshold and who signed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "keys/random.h"
#include "keys/sign.h"
#include "keys/trust.h"
#include "tests/unit/fixture_ceremony.h"

enum { SEEDS_MAX = 8 };

struct step {
	uint64_t version;
	unsigned threshold;
	uint8_t roots[SEEDS_MAX], signers[SEEDS_MAX]; /* seeds, ended by 0 */
	enum skerry_err want;
};

struct chain {
	struct trust trust;
	struct manifest manifest;
	uint8_t bytes[MANIFEST_MAX];
	size_t len;
};

static int
set_up(void **state)
{
	*state = calloc(1, sizeof(struct chain));
	return *state == NULL;
}

static int
tear_down(void **state)
{
	free(*state);
	return 0;
}

static size_t
seeds_len(const uint8_t seeds[SEEDS_MAX])
{
	size_t len = 0;

	while (len < SEEDS_MAX && seeds[len] != 0)
		len++;
	return len;
}

static void
set_roots(struct manifest *manifest, const uint8_t roots[SEEDS_MAX])
{
	manifest->roots_len = seeds_len(roots);
	for (size_t i = 0; i < manifest->roots_len; i++)
		manifest->roots[i] = ceremony_public(KEY_ROOT, roots[i]);
}

static void
sign_step(struct chain *c, const uint8_t signers[SEEDS_MAX])
{
	c->len = ceremony_sign_manifest(&c->manifest, signers, seeds_len(signers), c->bytes);
}

static enum skerry_err
advance(struct chain *c)
{
	size_t offset;

	return trust_advance(&c->trust, c->bytes, c->len, &offset);
}

/* Begins with version 1: roots 1, 2, 3, threshold 2. */
static void
begin(struct chain *c)
{
	size_t offset;

	ceremony_manifest(&c->manifest, 1, 3, 2);
	sign_step(c, (const uint8_t[SEEDS_MAX]){ 1, 2 });
	assert_int_equal(trust_anchor(&c->trust, c->bytes, c->len, &offset), SKERRY_OK);
}

static void
walk(struct chain *c, const struct step *steps, size_t steps_len)
{
	begin(c);
	for (size_t i = 0; i < steps_len; i++) {
		uint64_t before = c->trust.manifest.version;
		enum skerry_err err;

		ceremony_manifest(&c->manifest, steps[i].version, 1, steps[i].threshold);
		set_roots(&c->manifest, steps[i].roots);
		sign_step(c, steps[i].signers);
		err = advance(c);
		if (err != steps[i].want)
			print_error("step %zu: %s\n", i, skerry_err_name(err));
		assert_int_equal(err, steps[i].want);
		assert_int_equal(
			c->trust.manifest.version, err == SKERRY_OK ? steps[i].version : before);
	}
}

#define WALK(steps) walk(*state, steps, sizeof(steps) / sizeof *(steps))
#define NO_THRESHOLD SKERRY_ERR_TRUST_THRESHOLD

static void
two_of_three_may_sign_in_any_pair(void **state)
{
	static const struct step STEPS[] = {
		{ 2, 2, { 1, 2, 3 }, { 1, 2 }, SKERRY_OK },
		{ 3, 2, { 1, 2, 3 }, { 3, 1 }, SKERRY_OK },
		{ 4, 2, { 1, 2, 3 }, { 2, 3 }, SKERRY_OK },
		{ 5, 2, { 1, 2, 3 }, { 1, 2, 3 }, SKERRY_OK },
		{ 6, 2, { 1, 2, 3 }, { 0 }, NO_THRESHOLD },
		{ 6, 2, { 1, 2, 3 }, { 1 }, NO_THRESHOLD },
		{ 6, 2, { 1, 2, 3 }, { 1, 1 }, NO_THRESHOLD }, /* one key counts once */
	};

	WALK(STEPS);
}

static void
a_lost_root_is_replaced_by_the_other_two(void **state)
{
	static const struct step STEPS[] = {
		{ 2, 2, { 1, 2, 4 }, { 1, 2 }, SKERRY_OK },
		{ 3, 2, { 1, 2, 4 }, { 1, 3 }, SKERRY_ERR_TRUST_ROOT_UNKNOWN }, /* found again */
		{ 3, 2, { 1, 2, 4 }, { 1, 2, 3 }, SKERRY_ERR_TRUST_ROOT_UNKNOWN },
		{ 3, 2, { 1, 2, 4 }, { 4, 2 }, SKERRY_OK },
	};

	WALK(STEPS);
}

static void
old_and_new_thresholds_are_both_needed(void **state)
{
	static const struct step STEPS[] = {
		{ 2, 2, { 4, 5, 6 }, { 4, 5 }, NO_THRESHOLD },       /* none of the old */
		{ 2, 2, { 4, 5, 6 }, { 4, 5, 6, 1 }, NO_THRESHOLD }, /* old one short */
		{ 2, 2, { 4, 5, 6 }, { 1, 2 }, NO_THRESHOLD },       /* none of the new */
		{ 2, 2, { 4, 5, 6 }, { 1, 2, 3, 4 }, NO_THRESHOLD }, /* new one short */
		{ 2, 2, { 1, 5, 6 }, { 1, 5 }, NO_THRESHOLD },       /* 1 counts for both */
		{ 2, 2, { 1, 5, 6 }, { 1, 2 }, NO_THRESHOLD },
		{ 2, 2, { 4, 5, 6 }, { 1, 2, 4, 5 }, SKERRY_OK },
		{ 3, 2, { 4, 5, 7 }, { 1, 2, 4, 5 }, SKERRY_ERR_TRUST_ROOT_UNKNOWN },
		{ 3, 2, { 4, 5, 7 }, { 4, 5 }, SKERRY_OK },
	};

	WALK(STEPS);
}

static void
the_threshold_is_raised_and_lowered(void **state)
{
	static const struct step STEPS[] = {
		{ 2, 3, { 1, 2, 3 }, { 1, 2 }, NO_THRESHOLD }, /* three must sign the raise */
		{ 2, 3, { 1, 2, 3 }, { 1, 2, 3 }, SKERRY_OK },
		{ 3, 1, { 1, 2, 3 }, { 1, 2 }, NO_THRESHOLD }, /* three must sign the fall too */
		{ 3, 1, { 1, 2, 3 }, { 1, 2, 3 }, SKERRY_OK },
		{ 4, 1, { 3 }, { 2 }, NO_THRESHOLD }, /* old enough, new not */
		{ 4, 1, { 3 }, { 3 }, SKERRY_OK },
		{ 5, 2, { 3, 4 }, { 3 }, NO_THRESHOLD },
		{ 5, 2, { 3, 4 }, { 3, 4 }, SKERRY_OK },
	};

	WALK(STEPS);
}

static void
a_stranger_spoils_even_a_full_set(void **state)
{
	static const struct step STEPS[] = {
		{ 2, 2, { 1, 2, 3 }, { 1, 2, 9 }, SKERRY_ERR_TRUST_ROOT_UNKNOWN },
		{ 2, 2, { 1, 2, 3 }, { 8, 9 }, SKERRY_ERR_TRUST_ROOT_UNKNOWN },
	};

	WALK(STEPS);
}

static void
versions_come_one_after_the_other(void **state)
{
	static const struct step STEPS[] = {
		{ 3, 2, { 1, 2, 3 }, { 1, 2 }, SKERRY_ERR_TRUST_SEQUENCE }, /* skipped 2 */
		{ 2, 2, { 1, 2, 3 }, { 1, 2 }, SKERRY_OK },
		{ 3, 2, { 1, 2, 3 }, { 1, 2 }, SKERRY_OK },
		{ 2, 2, { 1, 2, 3 }, { 1, 2 }, SKERRY_ERR_TRUST_SEQUENCE }, /* replayed */
		{ 1, 2, { 1, 2, 3 }, { 1, 2 }, SKERRY_ERR_TRUST_SEQUENCE },
		{ 3, 1, { 1, 2, 3 }, { 1, 2, 3 }, SKERRY_ERR_TRUST_SEQUENCE }, /* another 3 */
		{ INT64_MAX, 2, { 1, 2, 3 }, { 1, 2 }, SKERRY_ERR_TRUST_SEQUENCE },
		{ 4, 2, { 1, 2, 3 }, { 1, 2 }, SKERRY_OK },
	};

	WALK(STEPS);
}

static void
the_same_version_again_changes_nothing(void **state)
{
	struct chain *c = *state;
	struct trust *before = malloc(sizeof *before);

	assert_non_null(before);
	begin(c);
	/* All roots replaced: its first signers are no roots of it. */
	ceremony_manifest(&c->manifest, 2, 3, 2);
	set_roots(&c->manifest, (const uint8_t[SEEDS_MAX]){ 4, 5, 6 });
	sign_step(c, (const uint8_t[SEEDS_MAX]){ 1, 2, 4, 5 });
	assert_int_equal(advance(c), SKERRY_OK);
	memcpy(before, &c->trust, sizeof *before);
	assert_int_equal(advance(c), SKERRY_OK);
	sign_step(c, (const uint8_t[SEEDS_MAX]){ 4, 6 });
	assert_int_equal(advance(c), SKERRY_OK);
	assert_memory_equal(&c->trust, before, sizeof *before);
	free(before);
}

/* What changes nothing must still be genuine, or a damaged copy would be called the one held. */
static void
a_damaged_or_foreign_copy_of_a_held_version_is_refused(void **state)
{
	struct chain *c = *state;

	begin(c);
	ceremony_manifest(&c->manifest, 2, 3, 2);
	sign_step(c, (const uint8_t[SEEDS_MAX]){ 1, 2 });
	assert_int_equal(advance(c), SKERRY_OK);
	c->bytes[c->len - 1] ^= 1;
	assert_int_equal(advance(c), SKERRY_ERR_SIGNATURE);
	set_roots(&c->manifest, (const uint8_t[SEEDS_MAX]){ 7, 8, 9 });
	sign_step(c, (const uint8_t[SEEDS_MAX]){ 7, 8, 9 });
	assert_int_equal(advance(c), SKERRY_ERR_TRUST_ROOT_UNKNOWN);
	ceremony_manifest(&c->manifest, 1, 3, 2);
	sign_step(c, (const uint8_t[SEEDS_MAX]){ 1, 2 });
	assert_int_equal(advance(c), SKERRY_ERR_TRUST_SEQUENCE);
	c->bytes[c->len - 1] ^= 1;
	assert_int_equal(advance(c), SKERRY_ERR_SIGNATURE);
}

static void
a_bad_signature_beside_enough_good_ones_is_refused(void **state)
{
	struct chain *c = *state;
	struct cose_sign message;
	size_t offset;

	begin(c);
	ceremony_manifest(&c->manifest, 2, 3, 2);
	sign_step(c, (const uint8_t[SEEDS_MAX]){ 1, 2, 3 });
	assert_int_equal(cose_sign_parse(c->bytes, c->len, &message, &offset), SKERRY_OK);
	for (size_t i = 0; i < 3; i++) {
		size_t at = (size_t)(message.signers[i].signature - c->bytes);

		c->bytes[at] ^= 1;
		assert_int_equal(advance(c), SKERRY_ERR_SIGNATURE);
		c->bytes[at] ^= 1;
	}
	assert_int_equal(advance(c), SKERRY_OK);
}

static void
no_key_is_dropped_or_exchanged(void **state)
{
	static const uint8_t SIGNERS[SEEDS_MAX] = { 1, 2 };
	struct chain *c = *state;

	begin(c);
	ceremony_manifest(&c->manifest, 2, 3, 2);
	c->manifest.keys_len = 0;
	sign_step(c, SIGNERS);
	assert_int_equal(advance(c), SKERRY_ERR_TRUST_KEY_DROPPED);
	c->manifest.keys_len = 1;
	c->manifest.keys[0].key = ceremony_public(KEY_ISSUING, CEREMONY_ISSUING + 1);
	sign_step(c, SIGNERS);
	assert_int_equal(advance(c), SKERRY_ERR_TRUST_KEY_DROPPED);
	ceremony_manifest(&c->manifest, 2, 3, 2);
	c->manifest.keys[0].key.alg = COSE_ALG_ED25519; /* the same point, another key */
	sign_step(c, SIGNERS);
	assert_int_equal(advance(c), SKERRY_ERR_TRUST_KEY_DROPPED);
	ceremony_manifest(&c->manifest, 2, 3, 2);
	c->manifest.exchange_len = 0;
	sign_step(c, SIGNERS);
	assert_int_equal(advance(c), SKERRY_ERR_TRUST_KEY_DROPPED);
	ceremony_manifest(&c->manifest, 2, 3, 2);
	c->manifest.keys[1] = c->manifest.keys[0];
	c->manifest.keys[0].key = ceremony_public(KEY_ISSUING, CEREMONY_ISSUING + 1);
	c->manifest.keys_len = 2; /* order does not matter */
	sign_step(c, SIGNERS);
	assert_int_equal(advance(c), SKERRY_OK);
}

static void
a_revocation_is_never_undone(void **state)
{
	static const uint8_t SIGNERS[SEEDS_MAX] = { 1, 2 };
	static const struct {
		int64_t key, exchange;
		enum skerry_err err;
	} ROWS[] = {
		{ LICENSE_NEVER, CEREMONY_TODAY, SKERRY_ERR_TRUST_KEY_DROPPED },
		{ CEREMONY_TODAY, LICENSE_NEVER, SKERRY_ERR_TRUST_KEY_DROPPED },
		{ CEREMONY_TODAY + 1, CEREMONY_TODAY, SKERRY_ERR_TRUST_KEY_DROPPED },
		{ CEREMONY_TODAY, CEREMONY_TODAY + 1, SKERRY_ERR_TRUST_KEY_DROPPED },
		{ CEREMONY_TODAY, CEREMONY_TODAY, SKERRY_OK },
	};
	struct chain *c = *state;

	begin(c);
	ceremony_manifest(&c->manifest, 2, 3, 2);
	c->manifest.keys[0].revoked_at = c->manifest.exchange[0].revoked_at = CEREMONY_TODAY;
	sign_step(c, SIGNERS);
	assert_int_equal(advance(c), SKERRY_OK);
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		ceremony_manifest(&c->manifest, 3, 3, 2);
		c->manifest.keys[0].revoked_at = ROWS[i].key;
		c->manifest.exchange[0].revoked_at = ROWS[i].exchange;
		sign_step(c, SIGNERS);
		assert_int_equal(advance(c), ROWS[i].err);
	}
}

static void
a_root_that_changes_its_algorithm_signs_for_neither_side(void **state)
{
	struct chain *c = *state;
	struct key_pair changed = ceremony_pair_alg(KEY_ROOT, 1, COSE_ALG_ED25519);
	uint8_t before[MANIFEST_MAX];

	begin(c);
	ceremony_manifest(&c->manifest, 2, 3, 2);
	c->manifest.roots[0].alg = COSE_ALG_ED25519;
	sign_step(c, (const uint8_t[SEEDS_MAX]){ 1, 2 });
	assert_int_equal(advance(c), SKERRY_ERR_TRUST_ALGORITHM);
	sign_step(c, (const uint8_t[SEEDS_MAX]){ 2 });
	memcpy(before, c->bytes, c->len);
	assert_int_equal(
		sign_add(&changed, before, c->len, c->bytes, MANIFEST_MAX, &c->len), SKERRY_OK);
	assert_int_equal(advance(c), SKERRY_ERR_TRUST_ALGORITHM);
	sign_step(c, (const uint8_t[SEEDS_MAX]){ 2, 3 });
	assert_int_equal(advance(c), SKERRY_OK);
	key_pair_free(&changed);
}

/* The licenses of a site outlive every rotation: the key stays known. */
static void
a_license_opens_after_ten_rotations(void **state)
{
	struct chain *c = *state;
	struct key_pair issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	const struct manifest_key *key;
	struct license license, got;
	uint8_t bytes[LICENSE_MAX];
	size_t len, offset;

	ceremony_license(&license);
	len = ceremony_sign_license(&license, &issuing, bytes);
	key_pair_free(&issuing);
	begin(c);
	for (uint8_t i = 0; i < 10; i++) {
		ceremony_manifest(&c->manifest, i + 2u, 3, 2);
		set_roots(&c->manifest, (const uint8_t[SEEDS_MAX]){ (uint8_t)(i + 2),
						(uint8_t)(i + 3), (uint8_t)(i + 4) });
		c->manifest.keys[0].not_after = CEREMONY_TODAY; /* retired */
		sign_step(c, (const uint8_t[SEEDS_MAX]){ (uint8_t)(i + 2), (uint8_t)(i + 3) });
		assert_int_equal(advance(c), SKERRY_OK);
		assert_int_equal(
			trust_open_license(&c->trust, bytes, len, &got, &key, &offset), SKERRY_OK);
	}
}

static void
another_vendors_chain_does_not_continue_this_one(void **state)
{
	struct chain *c = *state;

	begin(c);
	ceremony_manifest(&c->manifest, 2, 3, 2);
	set_roots(&c->manifest, (const uint8_t[SEEDS_MAX]){ 7, 8, 9 });
	sign_step(c, (const uint8_t[SEEDS_MAX]){ 7, 8, 9 });
	assert_int_equal(advance(c), SKERRY_ERR_TRUST_THRESHOLD);
}

#define WITH_CHAIN(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CHAIN(two_of_three_may_sign_in_any_pair),
		WITH_CHAIN(a_lost_root_is_replaced_by_the_other_two),
		WITH_CHAIN(old_and_new_thresholds_are_both_needed),
		WITH_CHAIN(the_threshold_is_raised_and_lowered),
		WITH_CHAIN(a_stranger_spoils_even_a_full_set),
		WITH_CHAIN(versions_come_one_after_the_other),
		WITH_CHAIN(the_same_version_again_changes_nothing),
		WITH_CHAIN(a_damaged_or_foreign_copy_of_a_held_version_is_refused),
		WITH_CHAIN(a_bad_signature_beside_enough_good_ones_is_refused),
		WITH_CHAIN(no_key_is_dropped_or_exchanged),
		WITH_CHAIN(a_revocation_is_never_undone),
		WITH_CHAIN(a_root_that_changes_its_algorithm_signs_for_neither_side),
		WITH_CHAIN(a_license_opens_after_ten_rotations),
		WITH_CHAIN(another_vendors_chain_does_not_continue_this_one),
	};
	return random_start() != SKERRY_OK || cmocka_run_group_tests(tests, NULL, NULL);
}
