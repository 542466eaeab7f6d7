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

#include "fixture_sale.h"
#include "formats/document.h"
#include "formats/fingerprint.h"
#include "formats/ladder.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "skerry.h"

enum { OTHER_ROOT = 9, OTHER_ISSUING = 51 };

static struct manifest manifest_made;
static struct license license_made;
static struct sale sale;

static int
make_the_sale(void **state)
{
	(void)state;
	if (random_start() != SKERRY_OK)
		return -1;
	sale_make(&sale);
	return 0;
}

/* --- what opens ------------------------------------------------------------------------------ */

static void
open_handle_answers_features_limits_and_texts(void **state)
{
	struct skerry_config config = sale_config(&sale);
	struct skerry *skerry = sale_open(&config);
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
	struct skerry_config config = sale_config(&sale);
	struct skerry *skerry = sale_open(&config);
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
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_ARGUMENT);
	config = sale_config(&sale);
	config.trust = NULL;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_ARGUMENT);
	config = sale_config(&sale);
	config.license = NULL;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_ARGUMENT);
	config = sale_config(&sale);
	config.product = NULL;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_ARGUMENT);
	config = sale_config(&sale);
	config.custom_len = SKERRY_CUSTOM_MAX + 1;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_ARGUMENT);
	config.custom_len = 1;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_ARGUMENT);
	config = sale_config(&sale);
	config.install_path = "opt/hms";
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_ARGUMENT);
}

static void
product_is_named_with_its_brand(void **state)
{
	const struct {
		const char *product;
		enum skerry_err err;
	} names[] = {
		{ "hotelhub/hms", SKERRY_OK },
		{ "hotelhub/pos", SKERRY_ERR_PRODUCT },
		{ "rthub/hms", SKERRY_ERR_BRAND },
		/* Another brand of the same vendor may sell its own "hms". */
		{ "hms", SKERRY_ERR_ARGUMENT },
		{ "hotelhub/", SKERRY_ERR_ARGUMENT },
		{ "/hms", SKERRY_ERR_ARGUMENT },
		{ "hotelhub/hms/island", SKERRY_ERR_ARGUMENT },
		{ "hotelhub", SKERRY_ERR_ARGUMENT },
		{ "hotelhub/HMS", SKERRY_ERR_ARGUMENT },
		{ "", SKERRY_ERR_ARGUMENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct skerry_config config = sale_config(&sale);

		config.product = names[i].product;
		assert_int_equal(sale_open_error(&config), names[i].err);
	}
}

static void
another_vendors_root_refuses(void **state)
{
	static struct sale other;
	struct skerry_config config;

	(void)state;
	sale_manifest(&manifest_made, 1);
	manifest_made.roots[0] = ceremony_public(KEY_ROOT, OTHER_ROOT);
	manifest_made.keys[0].key = ceremony_public(KEY_ISSUING, OTHER_ISSUING);
	sale_sign_manifest(&other, &manifest_made, OTHER_ROOT);
	config = sale_config(&sale);
	config.trust = other.trust;
	config.trust_len = other.trust_len;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_TRUST_KEY_UNKNOWN);
}

static void
signing_key_must_have_role_brand_and_date(void **state)
{
	static struct sale other;
	struct skerry_config config;

	(void)state;
	other = sale;
	config = sale_config(&other);
	sale_manifest(&manifest_made, 1);
	manifest_made.keys[0].roles = MANIFEST_ROLE_REPLY;
	sale_sign_manifest(&other, &manifest_made, 1);
	config.trust_len = other.trust_len;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_TRUST_ROLE);

	sale_manifest(&manifest_made, 1);
	manifest_made.keys[0].brands[0] = (struct cbor_text){ "rthub", 5 };
	manifest_made.keys[0].brands_len = 1;
	sale_sign_manifest(&other, &manifest_made, 1);
	config.trust_len = other.trust_len;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_TRUST_BRAND);

	sale_manifest(&manifest_made, 1);
	manifest_made.keys[0].not_after = CEREMONY_TODAY - 1;
	sale_sign_manifest(&other, &manifest_made, 1);
	config.trust_len = other.trust_len;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_TRUST_RETIRED);

	sale_manifest(&manifest_made, 1);
	manifest_made.keys[0].revoked_at = CEREMONY_TODAY + 1;
	sale_sign_manifest(&other, &manifest_made, 1);
	config.trust_len = other.trust_len;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_TRUST_KEY_REVOKED);
}

static void
documents_change_places_in_vain(void **state)
{
	struct skerry_config config = sale_config(&sale);

	(void)state;
	config.license = sale.trust;
	config.license_len = sale.trust_len;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_DOCUMENT_KIND);
	config = sale_config(&sale);
	config.trust = sale.license;
	config.trust_len = sale.license_len;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_DOCUMENT_KIND);
	config = sale_config(&sale);
	config.license_len = 0;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_DOCUMENT_EMPTY);
	config.license_len = (size_t)DOCUMENT_MAX + 1;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	config = sale_config(&sale);
	config.trust_len = SIZE_MAX;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	config = sale_config(&sale);
	config.license = "hello, this is no license";
	config.license_len = 25;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_DOCUMENT_UNKNOWN);
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
	sale_sign_license(&dated, &license_made, CEREMONY_ISSUING);
	config = sale_config(&dated);
	skerry = sale_open(&config);
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
	sale_license(&license_made);
	license_made.issued_at = license_made.not_before = 1000;
	license_made.valid_until = 90 * CEREMONY_DAY - 1;
	sale_sign_license(&old, &license_made, CEREMONY_ISSUING);
	config = sale_config(&old);
	skerry = sale_open(&config);
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

/* A message in a foreign language is better than none. */
static void
message_speaks_the_configs_language_else_english(void **state)
{
	static const struct {
		const char *language, *begins;
	} ROWS[] = { { NULL, "The license " }, { "en", "The license " }, { "fr", "The license " },
		{ "", "The license " }, { "id", "Masa berlaku lisensi " },
		{ "id_ID.UTF-8", "Masa berlaku lisensi " } };
	static struct sale old;

	(void)state;
	old = sale;
	sale_license(&license_made);
	license_made.issued_at = license_made.not_before = 1000;
	license_made.valid_until = 90 * CEREMONY_DAY - 1;
	sale_sign_license(&old, &license_made, CEREMONY_ISSUING);
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct skerry_config config = sale_config(&old);
		char text[SKERRY_MESSAGE_MAX];
		struct skerry *skerry;

		config.language = ROWS[i].language;
		skerry = sale_open(&config);
		assert_int_equal(skerry_message(skerry, text, sizeof text), SKERRY_OK);
		assert_memory_equal(text, ROWS[i].begins, strlen(ROWS[i].begins));
		skerry_close(skerry);
	}
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
	sale_license(&license_made);
	license_made.issued_at = license_made.not_before = 1000;
	license_made.renew_by = CEREMONY_DAY;
	license_made.ladder.grace_s = CEREMONY_DAY;
	license_made.ladder.degraded_s = LICENSE_DURATION_MAX;
	sale_sign_license(&old, &license_made, CEREMONY_ISSUING);
	config = sale_config(&old);
	skerry = sale_open(&config);
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
	sale_license(&license_made);
	license_made.not_before = LICENSE_TIME_MAX;
	sale_sign_license(&early, &license_made, CEREMONY_ISSUING);
	config = sale_config(&early);
	skerry = sale_open(&config);
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
	struct skerry_config config = sale_config(&sale);

	(void)state;
	config.tenant = "north";
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_TENANT);
	north = sale;
	sale_license(&license_made);
	license_made.tenant = (struct cbor_text){ "north", 5 };
	sale_sign_license(&north, &license_made, CEREMONY_ISSUING);
	config = sale_config(&north);
	assert_int_equal(sale_open_error(&config), SKERRY_OK);
	config.tenant = "north";
	assert_int_equal(sale_open_error(&config), SKERRY_OK);
	config.tenant = "south";
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_TENANT);
}

static enum skerry_reason
reason_of(const struct skerry_config *config)
{
	struct skerry *skerry = sale_open(config);
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
	sale_license(&license_made);
	license_made.maintenance_until = CEREMONY_TODAY;
	license_made.domains[0] = (struct cbor_text){ "pms.lan", 7 };
	license_made.domains_len = 1;
	hash_component(SALT, FINGERPRINT_CUSTOM, "container-7", 11, hash, sizeof hash);
	license_made.salt = (struct cbor_bytes){ SALT, sizeof SALT };
	license_made.threshold = 1;
	license_made.components[0] =
		(struct license_component){ FINGERPRINT_CUSTOM, 1, { hash, sizeof hash } };
	license_made.components_len = 1;
	sale_sign_license(&bound, &license_made, CEREMONY_ISSUING);

	config = sale_config(&bound);
	config.custom[0] = "container-7";
	config.custom_len = 1;
	assert_int_equal(reason_of(&config), SKERRY_REASON_WRONG_DOMAIN);
	config.domain = "pms.lan";
	assert_int_equal(reason_of(&config), SKERRY_REASON_OK);
	config.build_date = CEREMONY_TODAY + 1;
	assert_int_equal(reason_of(&config), SKERRY_REASON_MAINTENANCE_ENDED);
	config.build_date = CEREMONY_TODAY;
	assert_int_equal(reason_of(&config), SKERRY_REASON_OK);
	config.domain = "PMS.lan.";
	assert_int_equal(reason_of(&config), SKERRY_REASON_OK);
	config.domain = "pms.example";
	assert_int_equal(reason_of(&config), SKERRY_REASON_WRONG_DOMAIN);
	config.domain = "pms.lan";
	config.custom[0] = "container-8";
	assert_int_equal(reason_of(&config), SKERRY_REASON_WRONG_MACHINE);
	config.custom_len = 0;
	assert_int_equal(reason_of(&config), SKERRY_REASON_TOO_FEW_COMPONENTS);
}

static void
install_path_counts_as_a_component(void **state)
{
	static struct sale bound;
	static const uint8_t SALT[LICENSE_SALT_LEN] = { 1 };
	uint8_t hash[LICENSE_COMPONENT_HASH_MIN];
	struct skerry_config config;

	(void)state;
	bound = sale;
	sale_license(&license_made);
	hash_component(SALT, FINGERPRINT_INSTALL_PATH, "/opt/hms", 8, hash, sizeof hash);
	license_made.salt = (struct cbor_bytes){ SALT, sizeof SALT };
	license_made.threshold = 1;
	license_made.components[0] =
		(struct license_component){ FINGERPRINT_INSTALL_PATH, 1, { hash, sizeof hash } };
	license_made.components_len = 1;
	sale_sign_license(&bound, &license_made, CEREMONY_ISSUING);
	config = sale_config(&bound);
	assert_int_equal(reason_of(&config), SKERRY_REASON_TOO_FEW_COMPONENTS);
	config.install_path = "/opt/hms/";
	assert_int_equal(reason_of(&config), SKERRY_REASON_OK);
	config.install_path = "/opt/other";
	assert_int_equal(reason_of(&config), SKERRY_REASON_WRONG_MACHINE);
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
	struct skerry_config config = sale_config(&sale);
	struct skerry *skerry = sale_open(&config);
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
		cmocka_unit_test(product_is_named_with_its_brand),
		cmocka_unit_test(another_vendors_root_refuses),
		cmocka_unit_test(signing_key_must_have_role_brand_and_date),
		cmocka_unit_test(documents_change_places_in_vain),
		cmocka_unit_test(verdict_follows_the_ladder_at_any_instant),
		cmocka_unit_test(expired_license_opens_and_grants_nothing),
		cmocka_unit_test(message_speaks_the_configs_language_else_english),
		cmocka_unit_test(degraded_license_reads_and_does_not_write),
		cmocka_unit_test(license_that_begins_later_waits),
		cmocka_unit_test(tenant_is_the_one_asked_for),
		cmocka_unit_test(build_date_domain_and_machine_are_compared),
		cmocka_unit_test(install_path_counts_as_a_component),
		cmocka_unit_test(any_number_of_threads_may_ask_one_handle),
		cmocka_unit_test(words_are_those_of_the_contract),
	};
	return cmocka_run_group_tests(tests, make_the_sale, NULL);
}
