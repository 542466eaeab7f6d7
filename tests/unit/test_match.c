/* SPDX-License-Identifier: ISC */
/* Matching: every subset of components that is the same, different or unreadable; domains. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/fingerprint.h"
#include "verifier/decide/match.h"

enum { COMPONENTS = 8, SIGHTS = 3 };

static const unsigned WEIGHTS[COMPONENTS] = { 3, 3, 2, 2, 1, 1, 1, 1 };

static struct license
bound_license(size_t components_len, unsigned threshold)
{
	struct license license = { .components_len = components_len, .threshold = threshold };

	for (size_t i = 0; i < components_len; i++)
		license.components[i].weight = WEIGHTS[i];
	return license;
}

/* The rule in its plainest words, from the sums alone. */
static enum evaluate_match
expected_match(unsigned same, unsigned unreadable, unsigned threshold)
{
	if (same >= threshold)
		return EVALUATE_MATCH;
	return same + unreadable >= threshold ? EVALUATE_TOO_FEW : EVALUATE_MISMATCH;
}

static void
every_subset_of_components_is_judged_by_weight(void **state)
{
	size_t combinations = 1;

	(void)state;
	for (size_t i = 0; i < COMPONENTS; i++)
		combinations *= SIGHTS;
	for (unsigned threshold = 1; threshold <= 14; threshold++) {
		struct license license = bound_license(COMPONENTS, threshold);

		for (size_t n = 0; n < combinations; n++) {
			enum match_sight sights[COMPONENTS];
			unsigned same = 0, unreadable = 0;
			struct match_tally tally;
			size_t rest = n;

			for (size_t i = 0; i < COMPONENTS; i++, rest /= SIGHTS) {
				sights[i] = (enum match_sight)(rest % SIGHTS);
				if (sights[i] == MATCH_SAME)
					same += WEIGHTS[i];
				if (sights[i] == MATCH_UNREADABLE)
					unreadable += WEIGHTS[i];
			}
			assert_int_equal(match_machine(&license, sights, &tally),
				expected_match(same, unreadable, threshold));
			assert_int_equal(tally.matched, same);
			assert_int_equal(tally.unreadable, unreadable);
			assert_int_equal(tally.threshold, threshold);
		}
	}
}

/* Every number of components that a license may have, every subset of them, the threshold at each sum. */
static void
every_subset_of_every_number_of_components(void **state)
{
	(void)state;
	for (size_t n = 1; n <= LICENSE_COMPONENTS_MAX; n++) {
		struct license license = { .components_len = n };
		unsigned all = 0;

		for (size_t i = 0; i < n; i++) {
			license.components[i].weight =
				i % 5 == 4 ? LICENSE_WEIGHT_MAX : 1 + (unsigned)i % 3;
			all += license.components[i].weight;
		}
		for (unsigned set = 0; set < 1u << n; set++) {
			enum match_sight sights[LICENSE_COMPONENTS_MAX];
			unsigned same = 0, number = 0;
			struct match_tally tally;

			for (size_t i = 0; i < n; i++) {
				sights[i] = set >> i & 1 ? MATCH_SAME : MATCH_DIFFERS;
				same += sights[i] == MATCH_SAME ? license.components[i].weight : 0;
				number += sights[i] == MATCH_SAME;
			}
			for (unsigned beyond = 0; beyond <= 1; beyond++) {
				license.threshold = same + beyond;
				assert_int_equal(match_machine(&license, sights, &tally),
					beyond ? EVALUATE_MISMATCH : EVALUATE_MATCH);
				assert_int_equal(tally.matched, same);
				assert_int_equal(tally.components_matched, number);
				assert_int_equal(tally.components, n);
				/* Those that differ unread: all of them could be the same. */
				for (size_t i = 0; i < n; i++)
					if (sights[i] == MATCH_DIFFERS)
						sights[i] = MATCH_UNREADABLE;
				assert_int_equal(match_machine(&license, sights, &tally),
					beyond == 0   ? EVALUATE_MATCH
					: same == all ? EVALUATE_MISMATCH
						      : EVALUATE_TOO_FEW);
				assert_int_equal(tally.unreadable, all - same);
				for (size_t i = 0; i < n; i++)
					if (sights[i] == MATCH_UNREADABLE)
						sights[i] = MATCH_DIFFERS;
			}
		}
	}
}

static void
one_more_same_component_never_makes_it_worse(void **state)
{
	struct license license = bound_license(COMPONENTS, 7);

	(void)state;
	for (unsigned set = 0; set < 1u << COMPONENTS; set++) {
		enum match_sight sights[COMPONENTS];
		enum evaluate_match before;

		for (size_t i = 0; i < COMPONENTS; i++)
			sights[i] = set >> i & 1 ? MATCH_SAME : MATCH_DIFFERS;
		before = match_machine(&license, sights, NULL);
		for (size_t i = 0; i < COMPONENTS; i++) {
			enum match_sight was = sights[i];

			sights[i] = MATCH_SAME;
			if (before == EVALUATE_MATCH)
				assert_int_equal(
					match_machine(&license, sights, NULL), EVALUATE_MATCH);
			sights[i] = was;
		}
	}
}

/* Each set of types against a license that names every type, two of them twice, and a later one. */
static void
what_if_changes_exactly_the_types_that_are_named(void **state)
{
	enum { TYPES = FINGERPRINT_TYPE_LAST, NAMED = TYPES + 3, LATER = 255 };
	struct license license = bound_license(0, 9);

	(void)state;
	for (unsigned i = 0; i < TYPES; i++)
		license.components[i].type = i + 1;
	license.components[TYPES].type = FINGERPRINT_MAC;
	license.components[TYPES + 1].type = FINGERPRINT_CUSTOM;
	license.components[TYPES + 2].type = LATER;
	license.components_len = NAMED;
	for (size_t i = 0; i < NAMED; i++)
		license.components[i].weight = 1;
	for (unsigned types = 0; types < 1u << (TYPES + 1); types++) {
		enum match_sight sights[NAMED + 1], before;
		size_t changed = 0;
		unsigned same = 0;
		struct match_tally tally;

		/* One that the license does not count any more. */
		license.components[NAMED].type = FINGERPRINT_MAC;
		sights[NAMED] = MATCH_SAME;

		for (size_t i = 0; i < NAMED; i++)
			sights[i] = (enum match_sight)((i + 1) % SIGHTS);
		assert_true(match_without(&license, types, sights) <= NAMED);
		for (size_t i = 0; i < NAMED; i++) {
			unsigned type = license.components[i].type;
			bool named = type != LATER && (types & MATCH_TYPE_BIT(type)) != 0;

			before = (enum match_sight)((i + 1) % SIGHTS);
			assert_int_equal(sights[i], named ? MATCH_DIFFERS : before);
			changed += sights[i] != before;
			same += sights[i] == MATCH_SAME;
		}
		/* Once more changes nothing more. */
		assert_int_equal(match_without(&license, types, sights), 0);
		assert_int_equal(sights[NAMED], MATCH_SAME);
		match_machine(&license, sights, &tally);
		assert_int_equal(tally.matched, same);
		for (size_t i = 0; i < NAMED; i++)
			sights[i] = (enum match_sight)((i + 1) % SIGHTS);
		assert_int_equal(match_without(&license, types, sights), changed);
	}
}

static void
license_without_components_asks_nothing(void **state)
{
	struct license license = bound_license(0, 0);
	struct match_tally tally;

	(void)state;
	assert_int_equal(match_machine(&license, NULL, &tally), EVALUATE_UNKNOWN);
	assert_int_equal(tally.components, 0);
}

static const struct {
	const char *allowed, *domain;
	enum evaluate_match match;
} DOMAINS[] = {
	{ "rt.example", "rt.example", EVALUATE_MATCH },
	{ "rt.example", "RT.Example", EVALUATE_MATCH },
	{ "rt.example", "rt.example.", EVALUATE_MATCH },
	{ "rt.example", "rt.example..", EVALUATE_MISMATCH },
	{ "rt.example", "a.rt.example", EVALUATE_MISMATCH },
	{ "rt.example", "xrt.example", EVALUATE_MISMATCH },
	{ "rt.example", "rt.exampl", EVALUATE_MISMATCH },
	{ "rt.example", "rt.example.evil", EVALUATE_MISMATCH },
	{ "rt.example", "", EVALUATE_MISMATCH },
	{ "rt.example", ".", EVALUATE_MISMATCH },
	{ "rt.example", NULL, EVALUATE_MISMATCH },
	{ "*.rt.example", "a.rt.example", EVALUATE_MATCH },
	{ "*.rt.example", "A.RT.EXAMPLE.", EVALUATE_MATCH },
	{ "*.rt.example", "a.b.rt.example", EVALUATE_MISMATCH },
	{ "*.rt.example", "rt.example", EVALUATE_MISMATCH },
	{ "*.rt.example", ".rt.example", EVALUATE_MISMATCH },
	{ "*.rt.example", "a.xrt.example", EVALUATE_MISMATCH },
	{ "*.rt.example", "localhost", EVALUATE_MISMATCH },
	{ "z.example", "Z.EXAMPLE", EVALUATE_MATCH },
	{ "a.example", "b.example", EVALUATE_MISMATCH },
	{ "a.example", "a.b.example", EVALUATE_MISMATCH },
	{ "*.x", "a.x", EVALUATE_MATCH },
	{ "a", "a", EVALUATE_MATCH },
	/* No license says these; nothing but itself fits. */
	{ "", "", EVALUATE_MISMATCH },
	{ ".", ".", EVALUATE_MISMATCH },
	{ "*.", "a..", EVALUATE_MISMATCH },
	{ "*", "a", EVALUATE_MISMATCH },
	{ "*.", "a.", EVALUATE_MISMATCH },
	{ "*x.example", "ax.example", EVALUATE_MISMATCH },
	{ "*x.example", "a.example", EVALUATE_MISMATCH },
};

static void
domain_matches_exactly_or_by_one_label(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof DOMAINS / sizeof *DOMAINS; i++) {
		struct license license = { .domains_len = 2 };
		enum evaluate_match match;

		license.domains[0] = (struct cbor_text){ "other.example", 13 };
		license.domains[1] =
			(struct cbor_text){ DOMAINS[i].allowed, strlen(DOMAINS[i].allowed) };
		match = match_domain(&license, DOMAINS[i].domain);
		if (match != DOMAINS[i].match)
			print_message("%s %s\n", DOMAINS[i].allowed, DOMAINS[i].domain);
		assert_int_equal(match, DOMAINS[i].match);
		/* Each of its domains, and none behind them. */
		license.domains[2] = (struct cbor_text){ "third.example", 13 };
		assert_int_equal(match_domain(&license, "other.example"), EVALUATE_MATCH);
		assert_int_equal(match_domain(&license, "third.example"), EVALUATE_MISMATCH);
	}
}

static void
license_without_domains_asks_for_none(void **state)
{
	struct license license = { .domains_len = 0 };

	(void)state;
	assert_int_equal(match_domain(&license, "rt.example"), EVALUATE_UNKNOWN);
	assert_int_equal(match_domain(&license, NULL), EVALUATE_UNKNOWN);
}

static void
tenant_is_compared_only_when_asked_for(void **state)
{
	struct license none = { .tenant = { NULL, 0 } }, north = { .tenant = { "north", 5 } };

	(void)state;
	assert_int_equal(match_tenant(&none, NULL), EVALUATE_UNKNOWN);
	assert_int_equal(match_tenant(&north, NULL), EVALUATE_UNKNOWN);
	assert_int_equal(match_tenant(&north, "north"), EVALUATE_MATCH);
	assert_int_equal(match_tenant(&north, "North"), EVALUATE_MISMATCH);
	assert_int_equal(match_tenant(&north, "nort"), EVALUATE_MISMATCH);
	assert_int_equal(match_tenant(&north, ""), EVALUATE_MISMATCH);
	assert_int_equal(match_tenant(&none, "north"), EVALUATE_MISMATCH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_subset_of_components_is_judged_by_weight),
		cmocka_unit_test(every_subset_of_every_number_of_components),
		cmocka_unit_test(one_more_same_component_never_makes_it_worse),
		cmocka_unit_test(what_if_changes_exactly_the_types_that_are_named),
		cmocka_unit_test(license_without_components_asks_nothing),
		cmocka_unit_test(domain_matches_exactly_or_by_one_label),
		cmocka_unit_test(license_without_domains_asks_for_none),
		cmocka_unit_test(tenant_is_compared_only_when_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
