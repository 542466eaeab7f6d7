/* SPDX-License-Identifier: ISC */
/*
 * libskerry and the bytes it opens: every changed bit and every truncation, every carrier, and the
 * manifests that come with a license.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_sale.h"
#include "formats/armor.h"
#include "formats/base45.h"
#include "formats/document.h"
#include "keys/random.h"

enum { OTHER_ISSUING = 51 };

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
	struct skerry_config config = sale_config(&sale);

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
	assert_int_equal(sale_open_error(&config), SKERRY_OK);
}

static void
every_flipped_bit_and_truncation_of_a_manifest_is_refused(void **state)
{
	static uint8_t changed[MANIFEST_MAX];
	struct skerry_config config = sale_config(&sale);

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
	assert_int_equal(sale_open_error(&config), SKERRY_OK);
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
	struct skerry_config config = sale_config(&sale);
	size_t prefix = strlen(DOCUMENT_QR_PREFIX);

	(void)state;
	config.license = armor;
	config.license_len = append_armor(armor, 0, "LICENSE", sale.license, sale.license_len);
	memcpy(before, armor, config.license_len);
	assert_int_equal(sale_open_error(&config), SKERRY_OK);
	assert_memory_equal(before, armor, config.license_len);

	memcpy(qr, DOCUMENT_QR_PREFIX, prefix);
	base45_encode(sale.license, sale.license_len, qr + prefix);
	config.license = qr;
	config.license_len = prefix + BASE45_TEXT_LEN(sale.license_len);
	assert_int_equal(sale_open_error(&config), SKERRY_OK);
}

/* The license is signed by a key that only the third manifest lists; the product pins the first. */
static void
manifests_that_follow_the_license_are_followed(void **state)
{
	static char text[4 * MANIFEST_MAX];
	static struct sale newer;
	static uint8_t second[MANIFEST_MAX], third[MANIFEST_MAX];
	const uint8_t root = 1;
	struct skerry_config config = sale_config(&sale);
	size_t second_len, third_len, len, license_end;

	(void)state;
	sale_manifest(&manifest_made, 2);
	second_len = ceremony_sign_manifest(&manifest_made, &root, 1, second);
	sale_manifest(&manifest_made, 3);
	manifest_made.keys[1] = manifest_made.keys[0];
	manifest_made.keys[1].key = ceremony_public(KEY_ISSUING, OTHER_ISSUING);
	manifest_made.keys_len = 2;
	third_len = ceremony_sign_manifest(&manifest_made, &root, 1, third);
	sale_license(&license_made);
	sale_sign_license(&newer, &license_made, OTHER_ISSUING);

	config.license = text;
	license_end = append_armor(text, 0, "LICENSE", newer.license, newer.license_len);
	config.license_len = license_end;
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_TRUST_KEY_UNKNOWN);
	/* In any order, old ones among them. */
	len = append_armor(text, license_end, "MANIFEST", third, third_len);
	config.license_len = append_armor(text, len, "MANIFEST", second, second_len);
	assert_int_equal(sale_open_error(&config), SKERRY_OK);
	config.license_len =
		append_armor(text, config.license_len, "MANIFEST", sale.trust, sale.trust_len);
	assert_int_equal(sale_open_error(&config), SKERRY_OK);
	/* One in between is missing. */
	config.license_len = append_armor(text, license_end, "MANIFEST", third, third_len);
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_TRUST_KEY_UNKNOWN);
	/* A product may pin the whole chain. */
	len = append_armor(text, 0, "MANIFEST", sale.trust, sale.trust_len);
	len = append_armor(text, len, "MANIFEST", second, second_len);
	config = sale_config(&newer);
	config.trust = text;
	config.trust_len = append_armor(text, len, "MANIFEST", third, third_len);
	assert_int_equal(sale_open_error(&config), SKERRY_OK);
	/* A bad signature on a manifest that comes along refuses the whole. */
	second[second_len - 1] ^= 1;
	config = sale_config(&newer);
	config.trust = sale.trust;
	config.trust_len = sale.trust_len;
	config.license = text;
	len = append_armor(text, 0, "LICENSE", sale.license, sale.license_len);
	config.license_len = append_armor(text, len, "MANIFEST", second, second_len);
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_SIGNATURE);
}

/* As group.one mails them: one file, a license for each of three products. */
static void
first_license_that_fits_is_opened(void **state)
{
	static const char *const PRODUCTS[] = { "crm", "pos", "hms" };
	static char text[6 * LICENSE_MAX];
	static struct sale one;
	struct skerry_config config = sale_config(&sale);
	struct skerry_failure failure;
	struct skerry *skerry;
	size_t len = 0;
	int64_t rooms;

	(void)state;
	for (int64_t i = 0; i < 3; i++) {
		sale_license(&license_made);
		license_made.product = (struct cbor_text){ PRODUCTS[i], strlen(PRODUCTS[i]) };
		for (size_t k = 0; k < license_made.grants_len; k++)
			if (license_made.grants[k].value == LICENSE_NUMBER)
				license_made.grants[k].number = 10 + i;
		license_made.tenant =
			i == 1 ? (struct cbor_text){ "north", 5 } : (struct cbor_text){ NULL, 0 };
		sale_sign_license(&one, &license_made, CEREMONY_ISSUING);
		len = append_armor(text, len, "LICENSE", one.license, one.license_len);
	}
	config.license = text;
	config.license_len = len;
	skerry = sale_open(&config);
	assert_int_equal(skerry_limit(skerry, "max_rooms", &rooms), SKERRY_OK);
	assert_true(rooms == 12);
	skerry_close(skerry);
	config.product = "hotelhub/pos";
	config.tenant = "north";
	assert_int_equal(sale_open_error(&config), SKERRY_OK);
	/* Where none fits, it is the first one's error. */
	config.tenant = "south";
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_PRODUCT);
	config.product = "hotelhub/crm";
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_TENANT);
	/* A damaged one does not stand in the way of the next, and is told where it was the first. */
	config = sale_config(&sale);
	sale_license(&license_made);
	sale_sign_license(&one, &license_made, CEREMONY_ISSUING);
	one.license[one.license_len - 1] ^= 1;
	config.license = text;
	len = append_armor(text, 0, "LICENSE", one.license, one.license_len);
	config.license_len = append_armor(text, len, "LICENSE", sale.license, sale.license_len);
	assert_int_equal(sale_open_error(&config), SKERRY_OK);
	config.product = "hotelhub/crm";
	assert_int_equal(sale_open_error(&config), SKERRY_ERR_SIGNATURE);
	assert_int_equal(skerry_open(&config, &skerry, &failure), SKERRY_ERR_SIGNATURE);
}

/* Whoever pins a manifest that still carries an old root's signature is told how to make one. */
static void
manifest_with_a_strangers_signature_is_told_with_the_remedy(void **state)
{
	static uint8_t bytes[MANIFEST_MAX];
	static const uint8_t ROOTS[] = { 1, 9 };
	struct skerry_config config = sale_config(&sale);
	struct skerry_failure failure;
	struct skerry *skerry;

	(void)state;
	sale_manifest(&manifest_made, 2);
	config.trust = bytes;
	config.trust_len = ceremony_sign_manifest(&manifest_made, ROOTS, 2, bytes);
	assert_int_equal(skerry_open(&config, &skerry, &failure), SKERRY_ERR_TRUST_ROOT_UNKNOWN);
	assert_non_null(strstr(failure.message, "skerry-keys manifest anchor"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_flipped_bit_and_truncation_of_a_license_is_refused),
		cmocka_unit_test(every_flipped_bit_and_truncation_of_a_manifest_is_refused),
		cmocka_unit_test(every_carrier_is_understood_and_left_unchanged),
		cmocka_unit_test(manifests_that_follow_the_license_are_followed),
		cmocka_unit_test(first_license_that_fits_is_opened),
		cmocka_unit_test(manifest_with_a_strangers_signature_is_told_with_the_remedy),
	};
	return cmocka_run_group_tests(tests, make_the_sale, NULL);
}
