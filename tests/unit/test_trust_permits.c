/* SPDX-License-Identifier: ISC */
/* "May this key sign this?": the pure decision as a table, each boundary to the second. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/ladder.h"
#include "keys/trust.h"
#include "tests/unit/fixture_ceremony.h"

#define DAY CEREMONY_DAY
#define TODAY CEREMONY_TODAY
#define NEVER LICENSE_NEVER
#define TEXT(chars)                                                                                \
	{                                                                                          \
		chars, sizeof chars - 1                                                            \
	}

/* A key for one brand, the year 2027, ending 2030. */
static const struct manifest_key KEY = {
	.not_before = TODAY,
	.not_after = TODAY + 365 * DAY,
	.latest = TODAY + 1000 * DAY,
	.roles = MANIFEST_ROLE_LICENSE | MANIFEST_ROLE_REPLY,
	.revoked_at = NEVER,
	.brands = { TEXT("hotelhub"), TEXT("rthub") },
	.brands_len = 2,
};

static const struct trust_claims CLAIMS = {
	.role = MANIFEST_ROLE_LICENSE,
	.brand = TEXT("hotelhub"),
	.issued_at = TODAY + DAY,
	.expires_at = TODAY + 100 * DAY,
	.grace_s = 30 * DAY,
};

static enum skerry_err
permits_at(int64_t issued_at, int64_t expires_at, int64_t grace_s, bool perpetual)
{
	struct manifest_key key = KEY;
	struct trust_claims claims = CLAIMS;

	key.perpetual = perpetual;
	claims.issued_at = issued_at;
	claims.expires_at = expires_at;
	claims.grace_s = grace_s;
	return trust_permits(&key, &claims);
}

static void
every_role_needs_its_own_bit(void **state)
{
	struct manifest_key key = KEY;
	struct trust_claims claims = CLAIMS;

	(void)state;
	for (unsigned roles = 0; roles <= MANIFEST_ROLES_ALL; roles++)
		for (unsigned role = 1; role <= MANIFEST_ROLE_BUNDLE; role <<= 1) {
			key.roles = roles;
			claims.role = (enum manifest_role)role;
			assert_int_equal(trust_permits(&key, &claims),
				roles & role ? SKERRY_OK : SKERRY_ERR_TRUST_ROLE);
		}
}

static void
a_brand_must_be_listed_unless_all_are_served(void **state)
{
	static const struct {
		struct cbor_text brand;
		enum skerry_err of_two, of_all;
	} BRANDS[] = {
		{ TEXT("hotelhub"), SKERRY_OK, SKERRY_OK }, { TEXT("rthub"), SKERRY_OK, SKERRY_OK },
		{ TEXT("groupone"), SKERRY_ERR_TRUST_BRAND, SKERRY_OK },
		{ TEXT("hotelhu"), SKERRY_ERR_TRUST_BRAND, SKERRY_OK },
		{ TEXT("hotelhub2"), SKERRY_ERR_TRUST_BRAND, SKERRY_OK },
		{ TEXT("hotelhub\0"), SKERRY_ERR_TRUST_BRAND, SKERRY_OK },
		{ TEXT(""), SKERRY_ERR_TRUST_BRAND, SKERRY_OK },
		{ { NULL, 0 }, SKERRY_ERR_TRUST_BRAND, SKERRY_OK }, /* speaks for all brands */
	};
	struct manifest_key of_all = KEY;

	(void)state;
	of_all.brands_len = 0;
	for (size_t i = 0; i < sizeof BRANDS / sizeof *BRANDS; i++) {
		struct trust_claims claims = CLAIMS;

		claims.brand = BRANDS[i].brand;
		assert_int_equal(trust_permits(&KEY, &claims), BRANDS[i].of_two);
		assert_int_equal(trust_permits(&of_all, &claims), BRANDS[i].of_all);
	}
}

static void
windows_and_ends_hold_to_the_second(void **state)
{
	static const int64_t BEGIN = TODAY, END = TODAY + 365 * DAY, LATEST = TODAY + 1000 * DAY,
			     GRACE = LADDER_GRACE_MAX_S;
	static const struct {
		int64_t issued_at, expires_at, grace_s;
		enum skerry_err plain, perpetual;
	} ROWS[] = {
		{ BEGIN - 1, LATEST, 0, SKERRY_ERR_TRUST_NOT_YET, SKERRY_ERR_TRUST_NOT_YET },
		{ BEGIN, LATEST, 0, SKERRY_OK, SKERRY_OK },
		{ BEGIN + 1, LATEST, 0, SKERRY_OK, SKERRY_OK },
		{ END - 1, LATEST, 0, SKERRY_OK, SKERRY_OK },
		{ END, LATEST, 0, SKERRY_OK, SKERRY_OK },
		{ END + 1, LATEST, 0, SKERRY_ERR_TRUST_RETIRED, SKERRY_ERR_TRUST_RETIRED },
		{ BEGIN, LATEST - 1, 0, SKERRY_OK, SKERRY_OK },
		{ BEGIN, LATEST + 1, 0, SKERRY_ERR_TRUST_LATEST, SKERRY_ERR_TRUST_LATEST },
		{ BEGIN, NEVER - 1, 0, SKERRY_ERR_TRUST_LATEST, SKERRY_ERR_TRUST_LATEST },
		{ BEGIN, NEVER, 0, SKERRY_ERR_TRUST_PERPETUAL, SKERRY_OK },
		{ BEGIN, LATEST, GRACE - 1, SKERRY_OK, SKERRY_OK },
		{ BEGIN, LATEST, GRACE, SKERRY_OK, SKERRY_OK },
		{ BEGIN, LATEST, GRACE + 1, SKERRY_ERR_TRUST_GRACE, SKERRY_OK },
		{ 0, NEVER, GRACE + 1, SKERRY_ERR_TRUST_NOT_YET, SKERRY_ERR_TRUST_NOT_YET },
		{ INT64_MAX, LATEST, 0, SKERRY_ERR_TRUST_RETIRED, SKERRY_ERR_TRUST_RETIRED },
		{ INT64_MIN, LATEST, 0, SKERRY_ERR_TRUST_NOT_YET, SKERRY_ERR_TRUST_NOT_YET },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		assert_int_equal(
			permits_at(ROWS[i].issued_at, ROWS[i].expires_at, ROWS[i].grace_s, false),
			ROWS[i].plain);
		assert_int_equal(
			permits_at(ROWS[i].issued_at, ROWS[i].expires_at, ROWS[i].grace_s, true),
			ROWS[i].perpetual);
	}
}

static void
a_key_without_an_end_signs_forever_what_ends(void **state)
{
	struct manifest_key key = KEY;
	struct trust_claims claims = CLAIMS;

	(void)state;
	key.not_after = key.latest = NEVER;
	claims.issued_at = claims.expires_at = LICENSE_TIME_MAX;
	assert_int_equal(trust_permits(&key, &claims), SKERRY_OK);
}

/* Spoils the claims in every combination: the earliest of the documented order is told. */
static void
the_first_of_the_documented_order_is_told(void **state)
{
	static const enum skerry_err ORDER[] = { SKERRY_ERR_TRUST_ROLE, SKERRY_ERR_TRUST_BRAND,
		SKERRY_ERR_TRUST_NOT_YET, SKERRY_ERR_TRUST_RETIRED, SKERRY_ERR_TRUST_PERPETUAL,
		SKERRY_ERR_TRUST_GRACE, SKERRY_ERR_TRUST_LATEST, SKERRY_ERR_TRUST_KEY_REVOKED };

	(void)state;
	for (unsigned spoiled = 0; spoiled < 256; spoiled++) {
		struct manifest_key key = KEY;
		struct trust_claims claims = CLAIMS;
		enum skerry_err want = SKERRY_OK;

		if (spoiled & 1)
			key.roles = MANIFEST_ROLE_BUNDLE;
		if (spoiled & 2)
			claims.brand = (struct cbor_text)TEXT("groupone");
		if (spoiled & 4)
			key.not_before = claims.issued_at + 1;
		if (spoiled & 8)
			key.not_after = claims.issued_at - 1;
		if (spoiled & 64)
			claims.expires_at = key.latest + 1;
		if (spoiled & 16)
			claims.expires_at = NEVER; /* hides 64, and comes before it */
		if (spoiled & 32)
			claims.grace_s = LADDER_GRACE_MAX_S + 1;
		if (spoiled & 128)
			key.revoked_at = TODAY;
		for (size_t i = 8; i-- > 0;)
			if (spoiled & 1u << i)
				want = ORDER[i];
		assert_int_equal(trust_permits(&key, &claims), want);
	}
}

static void
revocation_counts_whatever_its_date(void **state)
{
	static const int64_t DATES[] = { 0, TODAY - 1, TODAY, TODAY + 5000 * DAY };

	(void)state;
	for (size_t i = 0; i < sizeof DATES / sizeof *DATES; i++) {
		struct manifest_key key = KEY;

		key.revoked_at = DATES[i];
		assert_int_equal(trust_permits(&key, &CLAIMS), SKERRY_ERR_TRUST_KEY_REVOKED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_role_needs_its_own_bit),
		cmocka_unit_test(a_brand_must_be_listed_unless_all_are_served),
		cmocka_unit_test(windows_and_ends_hold_to_the_second),
		cmocka_unit_test(a_key_without_an_end_signs_forever_what_ends),
		cmocka_unit_test(the_first_of_the_documented_order_is_told),
		cmocka_unit_test(revocation_counts_whatever_its_date),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
