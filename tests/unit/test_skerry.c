/* SPDX-License-Identifier: ISC */
/*
 * libskerry in bytes mode: what opens, what does not and why, and what an open handle answers.
 * Licenses here never end or lie centuries away, so that the clock of the machine plays no part.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_ceremony.h"
#include "formats/armor.h"
#include "formats/base45.h"
#include "formats/document.h"
#include "formats/fingerprint.h"
#include "formats/ladder.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "skerry.h"

enum { OTHER_ROOT = 9, OTHER_ISSUING = 51 };

/* --- a vendor and a sale --------------------------------------------------------------------- */

struct sale {
	uint8_t trust[MANIFEST_MAX], license[LICENSE_MAX];
	size_t trust_len, license_len;
};

static void
lasting_manifest(struct manifest *ret_manifest, uint64_t version)
{
	struct manifest_contact *contact = &ret_manifest->contacts[0];

	ceremony_manifest(ret_manifest, version, 1, 1);
	ret_manifest->keys[0].not_before = 0;
	ret_manifest->keys[0].not_after = ret_manifest->keys[0].latest = LICENSE_NEVER;
	ret_manifest->keys[0].perpetual = true;
	contact->brand = (struct cbor_text){ "hotelhub", 8 };
	contact->name = (struct cbor_text){ "HotelHub", 8 };
	contact->telephone = (struct cbor_text){ "+62 631 555 0100", 16 };
	ret_manifest->contacts_len = 1;
}

static void
lasting_license(struct license *ret_license)
{
	ceremony_license(ret_license);
	ret_license->renew_by = ret_license->valid_until = LICENSE_NEVER;
	ret_license->grants[0] = (struct license_grant){
		.name = { "tier", 4 }, .value = LICENSE_STRING, .text = { "gold", 4 }
	};
	ret_license->grants[1] = (struct license_grant){
		.name = { "max_rooms", 9 }, .value = LICENSE_NUMBER, .number = 100
	};
	ret_license->grants[2] = (struct license_grant){ .name = { "channel_manager", 15 } };
	ret_license->grants_len = 3;
	ret_license->expires_at = LICENSE_NEVER;
}

static void
sign_license(struct sale *sale, struct license *license, uint8_t issuing)
{
	struct key_pair pair = ceremony_pair(KEY_ISSUING, issuing);

	license->expires_at = ladder_last_date(license);
	sale->license_len = ceremony_sign_license(license, &pair, sale->license);
	key_pair_free(&pair);
}

static void
sign_manifest(struct sale *sale, const struct manifest *manifest, uint8_t root)
{
	sale->trust_len = ceremony_sign_manifest(manifest, &root, 1, sale->trust);
}

static struct manifest manifest_made;
static struct license license_made;

static void
make_sale(struct sale *ret_sale)
{
	lasting_manifest(&manifest_made, 1);
	sign_manifest(ret_sale, &manifest_made, 1);
	lasting_license(&license_made);
	sign_license(ret_sale, &license_made, CEREMONY_ISSUING);
}

static struct skerry_config
config_of(const struct sale *sale)
{
	struct skerry_config config = SKERRY_CONFIG_INIT;

	config.trust = sale->trust;
	config.trust_len = sale->trust_len;
	config.license = sale->license;
	config.license_len = sale->license_len;
	config.product = "hotelhub/hms";
	return config;
}

static enum skerry_err
open_error(const struct skerry_config *config)
{
	struct skerry *skerry = NULL;
	struct skerry_failure failure = { 0 };
	enum skerry_err err = skerry_open(config, &skerry, &failure);

	if (err == SKERRY_OK) {
		skerry_close(skerry);
		return err;
	}
	assert_null(skerry);
	assert_int_equal(failure.err, err);
	assert_true(strstr(failure.message, skerry_strerror(err)) != NULL);
	/* It may be left out. */
	assert_int_equal(skerry_open(config, &skerry, NULL), err);
	return err;
}

static struct skerry *
must_open(const struct skerry_config *config)
{
	struct skerry *skerry;
	struct skerry_failure failure;

	if (skerry_open(config, &skerry, &failure) != SKERRY_OK)
		fail_msg("%s", failure.message);
	return skerry;
}

static struct sale sale;

static int
make_the_sale(void **state)
{
	(void)state;
	if (random_start() != SKERRY_OK)
		return -1;
	make_sale(&sale);
	return 0;
}

/* --- what opens ------------------------------------------------------------------------------ */

static void
open_handle_answers_features_limits_and_texts(void **state)
{
	struct skerry_config config = config_of(&sale);
	struct skerry *skerry = must_open(&config);
	int64_t number = 7;
	char text[5] = "-";

	(void)state;
	assert_int_equal(skerry_feature(skerry, "channel_manager"), SKERRY_OK);
	assert_int_equal(skerry_feature_read(skerry, "channel_manager"), SKERRY_OK);
	assert_int_equal(skerry_feature(skerry, "channel_manage"), SKERRY_ERR_NO_FEATURE);
	assert_int_equal(skerry_feature(skerry, "max_rooms"), SKERRY_ERR_NO_FEATURE);
	assert_int_equal(skerry_feature(skerry, "tier"), SKERRY_ERR_NO_FEATURE);
	assert_int_equal(skerry_feature(skerry, ""), SKERRY_ERR_NO_FEATURE);

	assert_int_equal(skerry_limit(skerry, "channel_manager", &number), SKERRY_ERR_NO_LIMIT);
	assert_int_equal(skerry_limit(skerry, "max_beds", &number), SKERRY_ERR_NO_LIMIT);
	assert_true(number == 7);
	assert_int_equal(skerry_limit(skerry, "max_rooms", &number), SKERRY_OK);
	assert_true(number == 100);

	assert_int_equal(skerry_text(skerry, "tier", text, 4), SKERRY_ERR_NO_SPACE);
	assert_int_equal(skerry_text(skerry, "max_rooms", text, 5), SKERRY_ERR_NO_LIMIT);
	assert_string_equal(text, "-");
	assert_int_equal(skerry_text(skerry, "tier", text, 5), SKERRY_OK);
	assert_string_equal(text, "gold");
	skerry_close(skerry);
	skerry_close(NULL);
}

static void
missing_arguments_are_told(void **state)
{
	struct skerry_config config = config_of(&sale);
	struct skerry *skerry = must_open(&config);
	struct skerry_verdict verdict;
	char text[SKERRY_MESSAGE_MAX];
	int64_t number;

	(void)state;
	assert_int_equal(skerry_feature(NULL, "a"), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_feature(skerry, NULL), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_feature_read(NULL, "a"), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_limit(NULL, "a", &number), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_limit(skerry, NULL, &number), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_limit(skerry, "a", NULL), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_text(NULL, "a", text, 9), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_text(skerry, NULL, text, 9), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_text(skerry, "a", NULL, 9), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_verdict(NULL, &verdict), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_verdict(skerry, NULL), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_verdict_at(NULL, 0, &verdict), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_message(NULL, text, sizeof text), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_message(skerry, NULL, sizeof text), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_message(skerry, text, sizeof text - 1), SKERRY_ERR_NO_SPACE);
	assert_int_equal(skerry_open(NULL, &skerry, NULL), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_open(&config, NULL, NULL), SKERRY_ERR_ARGUMENT);
	skerry_close(skerry);

	config.config_size--;
	assert_int_equal(open_error(&config), SKERRY_ERR_ARGUMENT);
	config = config_of(&sale);
	config.trust = NULL;
	assert_int_equal(open_error(&config), SKERRY_ERR_ARGUMENT);
	config = config_of(&sale);
	config.license = NULL;
	assert_int_equal(open_error(&config), SKERRY_ERR_ARGUMENT);
	config = config_of(&sale);
	config.product = NULL;
	assert_int_equal(open_error(&config), SKERRY_ERR_ARGUMENT);
	config = config_of(&sale);
	config.custom_len = SKERRY_CUSTOM_MAX + 1;
	assert_int_equal(open_error(&config), SKERRY_ERR_ARGUMENT);
	config.custom_len = 1;
	assert_int_equal(open_error(&config), SKERRY_ERR_ARGUMENT);
}

static void
product_is_named_with_or_without_its_brand(void **state)
{
	const struct {
		const char *product;
		enum skerry_err err;
	} names[] = {
		{ "hms", SKERRY_OK },
		{ "hotelhub/hms", SKERRY_OK },
		{ "pos", SKERRY_ERR_PRODUCT },
		{ "hotelhub/pos", SKERRY_ERR_PRODUCT },
		{ "rthub/hms", SKERRY_ERR_BRAND },
		{ "hotelhub/", SKERRY_ERR_PRODUCT },
		{ "/hms", SKERRY_ERR_BRAND },
		{ "hotelhub", SKERRY_ERR_PRODUCT },
		{ "HMS", SKERRY_ERR_PRODUCT },
		{ "", SKERRY_ERR_PRODUCT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct skerry_config config = config_of(&sale);

		config.product = names[i].product;
		assert_int_equal(open_error(&config), names[i].err);
	}
}

static void
another_vendors_root_refuses(void **state)
{
	static struct sale other;
	struct skerry_config config;

	(void)state;
	lasting_manifest(&manifest_made, 1);
	manifest_made.roots[0] = ceremony_public(KEY_ROOT, OTHER_ROOT);
	manifest_made.keys[0].key = ceremony_public(KEY_ISSUING, OTHER_ISSUING);
	sign_manifest(&other, &manifest_made, OTHER_ROOT);
	config = config_of(&sale);
	config.trust = other.trust;
	config.trust_len = other.trust_len;
	assert_int_equal(open_error(&config), SKERRY_ERR_TRUST_KEY_UNKNOWN);
}

static void
signing_key_must_have_role_brand_and_date(void **state)
{
	static struct sale other;
	struct skerry_config config;

	(void)state;
	other = sale;
	config = config_of(&other);
	lasting_manifest(&manifest_made, 1);
	manifest_made.keys[0].roles = MANIFEST_ROLE_REPLY;
	sign_manifest(&other, &manifest_made, 1);
	config.trust_len = other.trust_len;
	assert_int_equal(open_error(&config), SKERRY_ERR_TRUST_ROLE);

	lasting_manifest(&manifest_made, 1);
	manifest_made.keys[0].brands[0] = (struct cbor_text){ "rthub", 5 };
	manifest_made.keys[0].brands_len = 1;
	sign_manifest(&other, &manifest_made, 1);
	config.trust_len = other.trust_len;
	assert_int_equal(open_error(&config), SKERRY_ERR_TRUST_BRAND);

	lasting_manifest(&manifest_made, 1);
	manifest_made.keys[0].not_after = CEREMONY_TODAY - 1;
	sign_manifest(&other, &manifest_made, 1);
	config.trust_len = other.trust_len;
	assert_int_equal(open_error(&config), SKERRY_ERR_TRUST_RETIRED);

	lasting_manifest(&manifest_made, 1);
	manifest_made.keys[0].revoked_at = CEREMONY_TODAY + 1;
	sign_manifest(&other, &manifest_made, 1);
	config.trust_len = other.trust_len;
	assert_int_equal(open_error(&config), SKERRY_ERR_TRUST_KEY_REVOKED);
}

static void
documents_change_places_in_vain(void **state)
{
	struct skerry_config config = config_of(&sale);

	(void)state;
	config.license = sale.trust;
	config.license_len = sale.trust_len;
	assert_int_equal(open_error(&config), SKERRY_ERR_DOCUMENT_KIND);
	config = config_of(&sale);
	config.trust = sale.license;
	config.trust_len = sale.license_len;
	assert_int_equal(open_error(&config), SKERRY_ERR_DOCUMENT_KIND);
	config = config_of(&sale);
	config.license_len = 0;
	assert_int_equal(open_error(&config), SKERRY_ERR_DOCUMENT_EMPTY);
	config.license_len = (size_t)DOCUMENT_MAX + 1;
	assert_int_equal(open_error(&config), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	config = config_of(&sale);
	config.trust_len = SIZE_MAX;
	assert_int_equal(open_error(&config), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	config = config_of(&sale);
	config.license = "hello, this is no license";
	config.license_len = 25;
	assert_int_equal(open_error(&config), SKERRY_ERR_DOCUMENT_UNKNOWN);
}

/* --- one changed byte ------------------------------------------------------------------------ */

static void
expect_refused(const struct skerry_config *config, const char *what, size_t at)
{
	struct skerry *skerry = NULL;
	struct skerry_failure failure;
	enum skerry_err err = skerry_open(config, &skerry, &failure);

	if (err < 200 || err >= 600)
		fail_msg("%s changed at %zu: %s", what, at, skerry_err_name(err));
}

static void
every_flipped_bit_and_truncation_of_a_license_is_refused(void **state)
{
	static uint8_t changed[LICENSE_MAX];
	struct skerry_config config = config_of(&sale);

	(void)state;
	config.license = changed;
	memcpy(changed, sale.license, sale.license_len);
	for (size_t at = 0; at < sale.license_len; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			changed[at] ^= (uint8_t)(1u << bit);
			expect_refused(&config, "license", at);
			changed[at] ^= (uint8_t)(1u << bit);
		}
	for (size_t len = 0; len < sale.license_len; len++) {
		config.license_len = len;
		expect_refused(&config, "license", len);
	}
	config.license_len = sale.license_len + 1;
	expect_refused(&config, "license", sale.license_len);
	config.license_len--;
	assert_int_equal(open_error(&config), SKERRY_OK);
}

static void
every_flipped_bit_and_truncation_of_a_manifest_is_refused(void **state)
{
	static uint8_t changed[MANIFEST_MAX];
	struct skerry_config config = config_of(&sale);

	(void)state;
	config.trust = changed;
	memcpy(changed, sale.trust, sale.trust_len);
	for (size_t at = 0; at < sale.trust_len; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			changed[at] ^= (uint8_t)(1u << bit);
			expect_refused(&config, "manifest", at);
			changed[at] ^= (uint8_t)(1u << bit);
		}
	for (size_t len = 0; len < sale.trust_len; len++) {
		config.trust_len = len;
		expect_refused(&config, "manifest", len);
	}
	config.trust_len = sale.trust_len;
	assert_int_equal(open_error(&config), SKERRY_OK);
}

/* --- carriers -------------------------------------------------------------------------------- */

static size_t
append_armor(char *text, size_t at, const char *label, const uint8_t *bytes, size_t bytes_len)
{
	size_t len;

	armor_write(label, bytes, bytes_len, text + at, &len);
	return at + len;
}

static void
every_carrier_is_understood_and_left_unchanged(void **state)
{
	static char armor[ARMOR_TEXT_MAX(LICENSE_MAX)], qr[2 * LICENSE_MAX],
		before[2 * LICENSE_MAX];
	struct skerry_config config = config_of(&sale);
	size_t prefix = strlen(DOCUMENT_QR_PREFIX);

	(void)state;
	config.license = armor;
	config.license_len = append_armor(armor, 0, "LICENSE", sale.license, sale.license_len);
	memcpy(before, armor, config.license_len);
	assert_int_equal(open_error(&config), SKERRY_OK);
	assert_memory_equal(before, armor, config.license_len);

	memcpy(qr, DOCUMENT_QR_PREFIX, prefix);
	base45_encode(sale.license, sale.license_len, qr + prefix);
	config.license = qr;
	config.license_len = prefix + BASE45_TEXT_LEN(sale.license_len);
	assert_int_equal(open_error(&config), SKERRY_OK);
}

/* The license is signed by a key that only the third manifest lists; the product pins the first. */
static void
manifests_that_follow_the_license_are_followed(void **state)
{
	static char text[4 * MANIFEST_MAX];
	static struct sale newer;
	static uint8_t second[MANIFEST_MAX], third[MANIFEST_MAX];
	const uint8_t root = 1;
	struct skerry_config config = config_of(&sale);
	size_t second_len, third_len, len, license_end;

	(void)state;
	lasting_manifest(&manifest_made, 2);
	second_len = ceremony_sign_manifest(&manifest_made, &root, 1, second);
	lasting_manifest(&manifest_made, 3);
	manifest_made.keys[1] = manifest_made.keys[0];
	manifest_made.keys[1].key = ceremony_public(KEY_ISSUING, OTHER_ISSUING);
	manifest_made.keys_len = 2;
	third_len = ceremony_sign_manifest(&manifest_made, &root, 1, third);
	lasting_license(&license_made);
	sign_license(&newer, &license_made, OTHER_ISSUING);

	config.license = text;
	license_end = append_armor(text, 0, "LICENSE", newer.license, newer.license_len);
	config.license_len = license_end;
	assert_int_equal(open_error(&config), SKERRY_ERR_TRUST_KEY_UNKNOWN);
	/* In any order, old ones among them. */
	len = append_armor(text, license_end, "MANIFEST", third, third_len);
	config.license_len = append_armor(text, len, "MANIFEST", second, second_len);
	assert_int_equal(open_error(&config), SKERRY_OK);
	config.license_len =
		append_armor(text, config.license_len, "MANIFEST", sale.trust, sale.trust_len);
	assert_int_equal(open_error(&config), SKERRY_OK);
	/* One in between is missing. */
	config.license_len = append_armor(text, license_end, "MANIFEST", third, third_len);
	assert_int_equal(open_error(&config), SKERRY_ERR_TRUST_KEY_UNKNOWN);
	/* A product may pin the whole chain. */
	len = append_armor(text, 0, "MANIFEST", sale.trust, sale.trust_len);
	len = append_armor(text, len, "MANIFEST", second, second_len);
	config = config_of(&newer);
	config.trust = text;
	config.trust_len = append_armor(text, len, "MANIFEST", third, third_len);
	assert_int_equal(open_error(&config), SKERRY_OK);
	/* A bad signature on a manifest that comes along refuses the whole. */
	second[second_len - 1] ^= 1;
	config = config_of(&newer);
	config.trust = sale.trust;
	config.trust_len = sale.trust_len;
	config.license = text;
	len = append_armor(text, 0, "LICENSE", sale.license, sale.license_len);
	config.license_len = append_armor(text, len, "MANIFEST", second, second_len);
	assert_int_equal(open_error(&config), SKERRY_ERR_SIGNATURE);
}

/* --- verdicts -------------------------------------------------------------------------------- */

static void
verdict_follows_the_ladder_at_any_instant(void **state)
{
	static struct sale dated;
	struct skerry_config config;
	struct skerry_verdict verdict;
	struct skerry *skerry;

	(void)state;
	dated = sale;
	ceremony_license(&license_made);
	sign_license(&dated, &license_made, CEREMONY_ISSUING);
	config = config_of(&dated);
	skerry = must_open(&config);
	assert_int_equal(skerry_verdict_at(skerry, CEREMONY_TODAY, &verdict), SKERRY_OK);
	assert_int_equal(verdict.state, SKERRY_STATE_ACTIVE);
	assert_true(verdict.next_change_at == license_made.renew_by);
	assert_int_equal(skerry_verdict_at(skerry, license_made.renew_by - 1, &verdict), SKERRY_OK);
	assert_int_equal(verdict.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(skerry_verdict_at(skerry, license_made.renew_by, &verdict), SKERRY_OK);
	assert_int_equal(verdict.state, SKERRY_STATE_GRACE);
	assert_true(verdict.at == license_made.renew_by);
	assert_true(verdict.next_change_at == verdict.grace_until);
	assert_int_equal(skerry_verdict_at(skerry, verdict.grace_until, &verdict), SKERRY_OK);
	assert_int_equal(verdict.state, SKERRY_STATE_LOCKED);
	assert_true(verdict.next_change_at == SKERRY_NEVER);
	/* Before the license was issued no time counts. */
	assert_int_equal(skerry_verdict_at(skerry, 0, &verdict), SKERRY_OK);
	assert_int_equal(verdict.state, SKERRY_STATE_ACTIVE);
	assert_true(verdict.at == CEREMONY_TODAY);
	skerry_close(skerry);
}

/* Long over: it opens, and says so instead of granting anything. */
static void
expired_license_opens_and_grants_nothing(void **state)
{
	static struct sale old;
	struct skerry_config config;
	struct skerry_verdict verdict;
	struct skerry *skerry;
	char text[SKERRY_MESSAGE_MAX];
	int64_t number;

	(void)state;
	old = sale;
	lasting_license(&license_made);
	license_made.issued_at = license_made.not_before = 1000;
	license_made.valid_until = 90 * CEREMONY_DAY - 1;
	sign_license(&old, &license_made, CEREMONY_ISSUING);
	config = config_of(&old);
	skerry = must_open(&config);
	assert_int_equal(skerry_verdict(skerry, &verdict), SKERRY_OK);
	assert_int_equal(verdict.state, SKERRY_STATE_LOCKED);
	assert_int_equal(verdict.reason, SKERRY_REASON_EXPIRED);
	assert_int_equal(skerry_feature(skerry, "channel_manager"), SKERRY_ERR_NO_ACCESS);
	assert_int_equal(skerry_feature_read(skerry, "channel_manager"), SKERRY_ERR_NO_ACCESS);
	assert_int_equal(skerry_limit(skerry, "max_rooms", &number), SKERRY_ERR_NO_ACCESS);
	assert_int_equal(skerry_text(skerry, "tier", text, sizeof text), SKERRY_ERR_NO_ACCESS);
	assert_int_equal(skerry_message(skerry, text, sizeof text), SKERRY_OK);
	assert_string_equal(text,
		"The license for hotelhub/hms ended on 1970-03-31. The product is locked; its data "
		"is kept. Buy a new term and import its license file. Call HotelHub: +62 631 555 "
		"0100.");
	skerry_close(skerry);
}

static void
degraded_license_reads_and_does_not_write(void **state)
{
	static struct sale old;
	struct skerry_config config;
	struct skerry *skerry;
	int64_t number;

	(void)state;
	old = sale;
	lasting_license(&license_made);
	license_made.issued_at = license_made.not_before = 1000;
	license_made.renew_by = CEREMONY_DAY;
	license_made.ladder.grace_s = CEREMONY_DAY;
	license_made.ladder.degraded_s = LICENSE_DURATION_MAX;
	sign_license(&old, &license_made, CEREMONY_ISSUING);
	config = config_of(&old);
	skerry = must_open(&config);
	assert_int_equal(skerry_feature(skerry, "channel_manager"), SKERRY_ERR_NO_ACCESS);
	assert_int_equal(skerry_feature_read(skerry, "channel_manager"), SKERRY_OK);
	assert_int_equal(skerry_feature_read(skerry, "nothing"), SKERRY_ERR_NO_FEATURE);
	assert_int_equal(skerry_limit(skerry, "max_rooms", &number), SKERRY_OK);
	skerry_close(skerry);
}

static void
license_that_begins_later_waits(void **state)
{
	static struct sale early;
	struct skerry_config config;
	struct skerry_verdict verdict;
	struct skerry *skerry;

	(void)state;
	early = sale;
	lasting_license(&license_made);
	license_made.not_before = LICENSE_TIME_MAX;
	sign_license(&early, &license_made, CEREMONY_ISSUING);
	config = config_of(&early);
	skerry = must_open(&config);
	assert_int_equal(skerry_verdict(skerry, &verdict), SKERRY_OK);
	assert_int_equal(verdict.reason, SKERRY_REASON_NOT_YET_VALID);
	assert_true(verdict.next_change_at == LICENSE_TIME_MAX);
	assert_int_equal(skerry_feature(skerry, "channel_manager"), SKERRY_ERR_NO_ACCESS);
	skerry_close(skerry);
}

static void
tenant_is_the_one_asked_for(void **state)
{
	static struct sale north;
	struct skerry_config config = config_of(&sale);

	(void)state;
	config.tenant = "north";
	assert_int_equal(open_error(&config), SKERRY_ERR_TENANT);
	north = sale;
	lasting_license(&license_made);
	license_made.tenant = (struct cbor_text){ "north", 5 };
	sign_license(&north, &license_made, CEREMONY_ISSUING);
	config = config_of(&north);
	assert_int_equal(open_error(&config), SKERRY_OK);
	config.tenant = "north";
	assert_int_equal(open_error(&config), SKERRY_OK);
	config.tenant = "south";
	assert_int_equal(open_error(&config), SKERRY_ERR_TENANT);
}

static enum skerry_reason
reason_of(const struct skerry_config *config)
{
	struct skerry *skerry = must_open(config);
	struct skerry_verdict verdict;

	assert_int_equal(skerry_verdict(skerry, &verdict), SKERRY_OK);
	skerry_close(skerry);
	return verdict.reason;
}

static void
build_date_domain_and_machine_are_compared(void **state)
{
	static struct sale bound;
	static const uint8_t SALT[LICENSE_SALT_LEN] = { 1 };
	uint8_t hash[LICENSE_COMPONENT_HASH_MIN];
	struct skerry_config config;

	(void)state;
	bound = sale;
	lasting_license(&license_made);
	license_made.maintenance_until = CEREMONY_TODAY;
	license_made.domains[0] = (struct cbor_text){ "pms.lan", 7 };
	license_made.domains_len = 1;
	hash_component(SALT, FINGERPRINT_CUSTOM, "container-7", 11, hash, sizeof hash);
	license_made.salt = (struct cbor_bytes){ SALT, sizeof SALT };
	license_made.threshold = 1;
	license_made.components[0] =
		(struct license_component){ FINGERPRINT_CUSTOM, 1, { hash, sizeof hash } };
	license_made.components_len = 1;
	sign_license(&bound, &license_made, CEREMONY_ISSUING);

	config = config_of(&bound);
	config.custom[0] = "container-7";
	config.custom_len = 1;
	assert_int_equal(reason_of(&config), SKERRY_REASON_OK);
	config.build_date = CEREMONY_TODAY + 1;
	assert_int_equal(reason_of(&config), SKERRY_REASON_MAINTENANCE_ENDED);
	config.build_date = CEREMONY_TODAY;
	assert_int_equal(reason_of(&config), SKERRY_REASON_OK);
	config.domain = "PMS.lan.";
	assert_int_equal(reason_of(&config), SKERRY_REASON_OK);
	config.domain = "pms.example";
	assert_int_equal(reason_of(&config), SKERRY_REASON_WRONG_DOMAIN);
	config.domain = NULL;
	config.custom[0] = "container-8";
	assert_int_equal(reason_of(&config), SKERRY_REASON_WRONG_MACHINE);
	config.custom_len = 0;
	assert_int_equal(reason_of(&config), SKERRY_REASON_TOO_FEW_COMPONENTS);
}

/* --- many at once ---------------------------------------------------------------------------- */

enum { THREADS = 8, QUESTIONS = 20000 };

static void *
ask_often(void *handle)
{
	struct skerry *skerry = handle;
	intptr_t wrong = 0;

	for (int i = 0; i < QUESTIONS; i++) {
		struct skerry_verdict verdict;
		int64_t number = 0;

		wrong += skerry_feature(skerry, "channel_manager") != SKERRY_OK;
		wrong += skerry_limit(skerry, "max_rooms", &number) != SKERRY_OK || number != 100;
		wrong += skerry_verdict(skerry, &verdict) != SKERRY_OK;
	}
	return (void *)wrong;
}

static void
any_number_of_threads_may_ask_one_handle(void **state)
{
	struct skerry_config config = config_of(&sale);
	struct skerry *skerry = must_open(&config);
	pthread_t threads[THREADS];

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_often, skerry), 0);
	for (size_t i = 0; i < THREADS; i++) {
		void *wrong;

		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
	skerry_close(skerry);
}

static void
words_are_those_of_the_contract(void **state)
{
	(void)state;
	assert_string_equal(skerry_access_name(SKERRY_ACCESS_NONE), "none");
	assert_string_equal(skerry_access_name(SKERRY_ACCESS_READ_ONLY), "read_only");
	assert_string_equal(skerry_access_name(SKERRY_ACCESS_FULL), "full");
	assert_string_equal(skerry_access_name((enum skerry_access)9), "unknown");
	assert_string_equal(skerry_state_name(SKERRY_STATE_UNLICENSED), "unlicensed");
	assert_string_equal(skerry_state_name(SKERRY_STATE_ACTIVE), "active");
	assert_string_equal(skerry_state_name(SKERRY_STATE_OVERDUE), "overdue");
	assert_string_equal(skerry_state_name(SKERRY_STATE_GRACE), "grace");
	assert_string_equal(skerry_state_name(SKERRY_STATE_DEGRADED), "degraded");
	assert_string_equal(skerry_state_name(SKERRY_STATE_LOCKED), "locked");
	assert_string_equal(skerry_state_name((enum skerry_state)9), "unknown");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_OK), "ok");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_NOT_YET_VALID), "not_yet_valid");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_OVERDUE), "overdue");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_EXPIRED), "expired");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_RENEWAL_MISSED), "renewal_missed");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_SUSPENDED), "suspended");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_REVOKED), "revoked");
	assert_string_equal(
		skerry_reason_name(SKERRY_REASON_SIGNING_KEY_REVOKED), "signing_key_revoked");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_UNPAIRED), "unpaired");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_WRONG_MACHINE), "wrong_machine");
	assert_string_equal(
		skerry_reason_name(SKERRY_REASON_TOO_FEW_COMPONENTS), "too_few_components");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_WRONG_DOMAIN), "wrong_domain");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_WRONG_TENANT), "wrong_tenant");
	assert_string_equal(
		skerry_reason_name(SKERRY_REASON_MAINTENANCE_ENDED), "maintenance_ended");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_NO_LICENSE), "no_license");
	assert_string_equal(skerry_reason_name(SKERRY_REASON_STATE_DAMAGED), "state_damaged");
	assert_string_equal(skerry_reason_name((enum skerry_reason)99), "unknown");
	assert_string_equal(skerry_notice_name(SKERRY_NOTICE_NONE), "none");
	assert_string_equal(skerry_notice_name(SKERRY_NOTICE_INFO), "info");
	assert_string_equal(skerry_notice_name(SKERRY_NOTICE_WARN), "warn");
	assert_string_equal(skerry_notice_name(SKERRY_NOTICE_ALERT), "alert");
	assert_string_equal(skerry_notice_name((enum skerry_notice)9), "unknown");
	assert_string_equal(skerry_version(), SKERRY_VERSION);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_handle_answers_features_limits_and_texts),
		cmocka_unit_test(missing_arguments_are_told),
		cmocka_unit_test(product_is_named_with_or_without_its_brand),
		cmocka_unit_test(another_vendors_root_refuses),
		cmocka_unit_test(signing_key_must_have_role_brand_and_date),
		cmocka_unit_test(documents_change_places_in_vain),
		cmocka_unit_test(every_flipped_bit_and_truncation_of_a_license_is_refused),
		cmocka_unit_test(every_flipped_bit_and_truncation_of_a_manifest_is_refused),
		cmocka_unit_test(every_carrier_is_understood_and_left_unchanged),
		cmocka_unit_test(manifests_that_follow_the_license_are_followed),
		cmocka_unit_test(verdict_follows_the_ladder_at_any_instant),
		cmocka_unit_test(expired_license_opens_and_grants_nothing),
		cmocka_unit_test(degraded_license_reads_and_does_not_write),
		cmocka_unit_test(license_that_begins_later_waits),
		cmocka_unit_test(tenant_is_the_one_asked_for),
		cmocka_unit_test(build_date_domain_and_machine_are_compared),
		cmocka_unit_test(any_number_of_threads_may_ask_one_handle),
		cmocka_unit_test(words_are_those_of_the_contract),
	};
	return cmocka_run_group_tests(tests, make_the_sale, NULL);
}
