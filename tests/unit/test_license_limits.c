/* SPDX-License-Identifier: ISC */
/* Each limit of a license: what just fits survives, what is one more cannot be written. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_hex.h"
#include "fixture_hotel.h"
#include "fixture_license.h"
#include "fixture_payload.h"
#include "formats/ladder.h"

static enum skerry_err
write_result(const struct license *license)
{
	static uint8_t bytes[LICENSE_MAX];
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, bytes, sizeof bytes);
	license_write(&w, license);
	return cbor_writer_finish(&w, &len);
}

static const char FILLER[] =
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

static struct cbor_text
filler(size_t len)
{
	assert_true(len < sizeof FILLER);
	return (struct cbor_text){ FILLER, len };
}

/* The license is fine; with the statement it is not. */
#define REFUSED_WITH(statement, want)                                                              \
	do {                                                                                       \
		struct license license;                                                            \
		hotel_license_full(&license);                                                      \
		statement;                                                                         \
		if (write_result(&license) != (want))                                              \
			fail_msg("%s: %s", #statement, skerry_err_name(write_result(&license)));   \
	} while (0)
#define REFUSED(statement) REFUSED_WITH(statement, SKERRY_ERR_CLAIM_VALUE)
/* The license is fine with it, and comes back the same. */
#define ACCEPTED(statement)                                                                        \
	do {                                                                                       \
		struct license license;                                                            \
		hotel_license_full(&license);                                                      \
		statement;                                                                         \
		license.expires_at = ladder_last_date(&license);                                   \
		license_assert_survives(&license);                                                 \
	} while (0)

static void
texts_end_at_their_limits(void **state)
{
	(void)state;
	ACCEPTED(license.product = filler(LICENSE_SLUG_MAX));
	REFUSED(license.product = filler(LICENSE_SLUG_MAX + 1));
	ACCEPTED(license.plan = filler(LICENSE_SLUG_MAX));
	REFUSED(license.plan = filler(LICENSE_SLUG_MAX + 1));
	REFUSED(license.plan = filler(0));
	REFUSED(license.id = filler(LICENSE_ID_LEN));
	ACCEPTED(license.grants[2].name = filler(LICENSE_NAME_MAX));
	REFUSED(license.grants[2].name = filler(LICENSE_NAME_MAX + 1));
	ACCEPTED(license.grants[0].text = filler(LICENSE_VALUE_MAX));
	REFUSED(license.grants[0].text = filler(LICENSE_VALUE_MAX + 1));
	ACCEPTED(license.grants[0].text = filler(0));
	ACCEPTED(license.tenant = filler(LICENSE_TENANT_MAX));
	REFUSED(license.tenant = filler(LICENSE_TENANT_MAX + 1));
	ACCEPTED(license.tenant = filler(0));
	ACCEPTED(license.licensee = filler(LICENSE_LICENSEE_MAX));
	REFUSED(license.licensee = filler(LICENSE_LICENSEE_MAX + 1));
	REFUSED_WITH(license.licensee = fixture_text("\xff"), SKERRY_ERR_ARGUMENT);
	REFUSED_WITH(license.brand = filler(LICENSE_SLUG_MAX), SKERRY_ERR_CLAIM_CONFLICT);
	ACCEPTED((license.brand = filler(LICENSE_SLUG_MAX), license.has_status = false,
		license.status_index = 0, license.status_uri = filler(0)));
}

static void
numbers_end_at_their_limits(void **state)
{
	(void)state;
	ACCEPTED(license.edition = LICENSE_COUNTER_MAX);
	REFUSED(license.edition = (uint64_t)LICENSE_COUNTER_MAX + 1);
	ACCEPTED(license.activation = LICENSE_COUNTER_MAX);
	REFUSED(license.activation = (uint64_t)LICENSE_COUNTER_MAX + 1);
	ACCEPTED(license.status_index = LICENSE_COUNTER_MAX);
	REFUSED(license.status_index = (uint64_t)LICENSE_COUNTER_MAX + 1);
	ACCEPTED(license.grants[1].number = INT64_MIN);
	ACCEPTED(license.grants[1].number = INT64_MAX);
	ACCEPTED(license.issued_at = LICENSE_TIME_MAX);
	REFUSED(license.issued_at = LICENSE_TIME_MAX + 1);
	REFUSED(license.issued_at = LICENSE_NEVER);
	REFUSED(license.not_before = -1);
	ACCEPTED(license.not_before = license.valid_until);
	REFUSED_WITH(license.not_before = license.valid_until + 1, SKERRY_ERR_CLAIM_CONFLICT);
	ACCEPTED(license.maintenance_until = LICENSE_TIME_MAX);
	REFUSED(license.maintenance_until = LICENSE_TIME_MAX + 1);
	ACCEPTED((license.seats_max = license.seats_burst = LICENSE_SEATS_MAX));
	REFUSED(license.seats_max = LICENSE_SEATS_MAX + 1);
	REFUSED(license.seats_burst = LICENSE_SEATS_MAX + 1);
	REFUSED(license.seats_ttl_s = 0);
	ACCEPTED(license.seats_ttl_s = LICENSE_DURATION_MAX);
	REFUSED(license.seats_ttl_s = LICENSE_DURATION_MAX + 1);
	ACCEPTED((license.ladder.warn_s = license.ladder.alert_s = -LICENSE_DURATION_MAX));
	REFUSED(license.ladder.warn_s = -LICENSE_DURATION_MAX - 1);
	REFUSED(license.ladder.alert_s = LICENSE_DURATION_MAX + 1);
	ACCEPTED((license.ladder.grace_s = license.ladder.degraded_s = LICENSE_DURATION_MAX));
	REFUSED(license.ladder.grace_s = -1);
	REFUSED(license.ladder.rebind_grace_s = INT64_MIN);
	REFUSED(license.ladder.tolerance_s = INT64_MAX);
	ACCEPTED(license.ladder.day_end_minutes = 1439);
	REFUSED(license.ladder.day_end_minutes = 1440);
	REFUSED(license.ladder.rollback_policy = (enum license_rollback)2);
	ACCEPTED(license.telephone_steps = LICENSE_STEPS_MAX);
	REFUSED(license.telephone_steps = LICENSE_STEPS_MAX + 1);
	REFUSED(license.telephone_steps = 0);
	ACCEPTED(license.telephone_days = LICENSE_STEP_DAYS_MAX);
	REFUSED(license.telephone_days = LICENSE_STEP_DAYS_MAX + 1);
	REFUSED(license.grants[0].value = (enum license_value)3);
}

static void
bytes_have_their_lengths(void **state)
{
	(void)state;
	REFUSED(license.cti = fixture_bytes(0, LICENSE_CTI_LEN - 1));
	REFUSED(license.cti = fixture_bytes(0, LICENSE_CTI_LEN + 1));
	REFUSED(license.salt = fixture_bytes(0, LICENSE_SALT_LEN - 1));
	REFUSED(license.salt = ((struct cbor_bytes){ NULL, 0 }));
	REFUSED(license.anchor = fixture_bytes(0, LICENSE_ANCHOR_LEN + 1));
	ACCEPTED(license.components[0].hash = fixture_bytes(9, LICENSE_COMPONENT_HASH_MAX));
	REFUSED(license.components[0].hash = fixture_bytes(9, LICENSE_COMPONENT_HASH_MAX + 1));
	REFUSED(license.components[0].hash = fixture_bytes(9, LICENSE_COMPONENT_HASH_MIN - 1));
	ACCEPTED(license.components[5].type = LICENSE_COMPONENT_TYPE_MAX);
	REFUSED(license.components[5].type = LICENSE_COMPONENT_TYPE_MAX + 1);
	REFUSED(license.components[0].type = 0);
	ACCEPTED(license.components[5].weight = LICENSE_WEIGHT_MAX);
	REFUSED(license.components[5].weight = LICENSE_WEIGHT_MAX + 1);
	REFUSED(license.components[5].weight = 0);
	ACCEPTED(license.threshold = 13);
	REFUSED(license.threshold = 14);
	REFUSED(license.threshold = 0);
	REFUSED(license.site_key = fixture_key(COSE_CURVE_X25519, 1));
}

static void
counts_beyond_the_struct_are_not_followed(void **state)
{
	(void)state;
	REFUSED(license.grants_len = LICENSE_GRANTS_MAX + 1);
	REFUSED(license.components_len = LICENSE_COMPONENTS_MAX + 1);
	REFUSED(license.domains_len = SIZE_MAX);
}

static void
lists_are_in_order_and_nothing_is_twice(void **state)
{
	(void)state;
	REFUSED_WITH(
		license.grants[1].name = license.grants[0].name, SKERRY_ERR_CBOR_KEY_DUPLICATE);
	REFUSED_WITH(license.grants[2].name = fixture_text("a"), SKERRY_ERR_CBOR_KEY_ORDER);
	REFUSED(license.domains[1] = license.domains[0]);
	REFUSED(license.domains[0] = fixture_text("zz.sibolga.example"));
	REFUSED(license.components[1] = license.components[0]);
	REFUSED(license.components[0].type = 7);
}

/* exp is what a foreign CWT library goes by: the ladder may not run beyond it. */
static void
exp_covers_the_ladder(void **state)
{
	(void)state;
	REFUSED_WITH(license.expires_at -= 1, SKERRY_ERR_CLAIM_CONFLICT);
	REFUSED_WITH(license.expires_at = LICENSE_NEVER, SKERRY_ERR_CLAIM_CONFLICT);
	REFUSED_WITH(
		license.renew_by = license.valid_until = LICENSE_NEVER, SKERRY_ERR_CLAIM_CONFLICT);
	/* The last date lies beyond every date there is. */
	REFUSED((license.renew_by = license.valid_until = LICENSE_TIME_MAX,
		license.expires_at = ladder_last_date(&license)));
	ACCEPTED((license.renew_by = license.valid_until = LICENSE_NEVER));
}

static struct payload edited;

/*
 * The bare license with a list in its private map: `before` it, then `items` times the item, each
 * with other digits in the two bytes at `digits_at`, which makes an order.
 */
static enum skerry_err
parse_with_list(const char *key, const char *before, unsigned major, size_t items, const char *item,
	size_t digits_at)
{
	static uint8_t list[1 << 14];
	size_t len = fixture_hex(before, list, 0, sizeof list), offset;
	struct license license;

	hotel_license_bare(&license);
	edited.len = license_encode(&license, edited.bytes);
	assert_true(items < 256);
	if (items < 24) {
		list[len++] = (uint8_t)(major << 5 | items);
	} else {
		list[len++] = (uint8_t)(major << 5 | 24);
		list[len++] = (uint8_t)items;
	}
	for (size_t i = 0; i < items; i++) {
		size_t at = len + digits_at;

		len = fixture_hex(item, list, len, sizeof list);
		list[at] = (uint8_t)('A' + i / 10);
		list[at + 1] = (uint8_t)('0' + i % 10);
		if (major == 4 && item[0] == '6')
			list[at] |= 0x20; /* domains are in lower case */
	}
	payload_insert(&edited, payload_find(&edited, "a30101021a"), key, list, len);
	return license_parse((struct cbor_bytes){ edited.bytes, edited.len }, &license, &offset);
}

static void
lists_end_at_their_limits(void **state)
{
	static const char SALT_AND_THRESHOLD[] = "8350a0a1a2a3a4a5a6a7a8a9aaabacadaeaf01";
	static const char COMPONENT[] = "8301014c000102030405060708090a0b";

	(void)state;
	for (size_t more = 0; more <= 1; more++) {
		enum skerry_err want = more == 0 ? SKERRY_OK : SKERRY_ERR_CBOR_COUNT;

		assert_int_equal(
			parse_with_list("08", "", 5, LICENSE_GRANTS_MAX + more, "623030f5", 1),
			want);
		assert_int_equal(
			parse_with_list("0c", "", 4, LICENSE_DOMAINS_MAX + more, "63303030", 1),
			want);
		assert_int_equal(parse_with_list("0b", SALT_AND_THRESHOLD, 4,
					 LICENSE_COMPONENTS_MAX + more, COMPONENT, 4),
			want);
	}
}

static void
names_that_are_names(void **state)
{
	static const char *const DOMAINS[] = { "a", "pms", "pms.lan", "*.example.com", "*.lan",
		"192.168.1.10", "xn--bcher-kva.example", "a-b.c-d", "0.0" };
	static const char *const NO_DOMAINS[] = { "", ".", "*", "*.", ".lan", "lan.", "a..b",
		"-a.b", "a-.b", "A.b", "a_b", "a b", "*a.b", "a.*.b", "*.*.b", "**.b", "a/b",
		"a:80", "\xc3\xa4.b",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b" };
	char longest[LICENSE_DOMAIN_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof DOMAINS / sizeof *DOMAINS; i++)
		assert_true(license_is_domain(fixture_text(DOMAINS[i])));
	for (size_t i = 0; i < sizeof NO_DOMAINS / sizeof *NO_DOMAINS; i++)
		assert_false(license_is_domain(fixture_text(NO_DOMAINS[i])));
	for (size_t i = 0; i < sizeof longest; i++)
		longest[i] = i % 2 == 0 ? 'a' : '.';
	longest[LICENSE_DOMAIN_MAX] = 'b';
	assert_true(license_is_domain((struct cbor_text){ longest, LICENSE_DOMAIN_MAX }));
	longest[LICENSE_DOMAIN_MAX - 2] = 'b';
	assert_false(license_is_domain((struct cbor_text){ longest, LICENSE_DOMAIN_MAX + 1 }));
	assert_false(license_is_domain((struct cbor_text){ NULL, 0 }));
	assert_true(license_is_slug(fixture_text("0a-_")));
	assert_false(license_is_slug(fixture_text("_a")));
	assert_false(license_is_slug((struct cbor_text){ NULL, 0 }));
	assert_false(license_is_slug((struct cbor_text){ "a\0b", 3 }));
	assert_false(license_is_name((struct cbor_text){ "a\0b", 3 }));
	assert_true(license_is_name(fixture_text("Zimmer \xc3\xbc")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_end_at_their_limits),
		cmocka_unit_test(numbers_end_at_their_limits),
		cmocka_unit_test(bytes_have_their_lengths),
		cmocka_unit_test(counts_beyond_the_struct_are_not_followed),
		cmocka_unit_test(lists_are_in_order_and_nothing_is_twice),
		cmocka_unit_test(exp_covers_the_ladder),
		cmocka_unit_test(lists_end_at_their_limits),
		cmocka_unit_test(names_that_are_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
