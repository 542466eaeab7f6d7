/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_sale.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "formats/ladder.h"

void
sale_manifest(struct manifest *ret_manifest, uint64_t version)
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

void
sale_license(struct license *ret_license)
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

void
sale_sign_license(struct sale *sale, struct license *license, uint8_t issuing)
{
	struct key_pair pair = ceremony_pair(KEY_ISSUING, issuing);

	license->expires_at = ladder_last_date(license);
	sale->license_len = ceremony_sign_license(license, &pair, sale->license);
	key_pair_free(&pair);
}

void
sale_sign_manifest(struct sale *sale, const struct manifest *manifest, uint8_t root)
{
	sale->trust_len = ceremony_sign_manifest(manifest, &root, 1, sale->trust);
}

void
sale_make(struct sale *ret_sale)
{
	static struct manifest manifest;
	static struct license license;

	sale_manifest(&manifest, 1);
	sale_sign_manifest(ret_sale, &manifest, 1);
	sale_license(&license);
	sale_sign_license(ret_sale, &license, CEREMONY_ISSUING);
}

struct skerry_config
sale_config(const struct sale *sale)
{
	struct skerry_config config = SKERRY_CONFIG_INIT;

	config.trust = sale->trust;
	config.trust_len = sale->trust_len;
	config.license = sale->license;
	config.license_len = sale->license_len;
	config.product = "hotelhub/hms";
	return config;
}

enum skerry_err
sale_open_error(const struct skerry_config *config)
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

struct skerry *
sale_open(const struct skerry_config *config)
{
	struct skerry *skerry;
	struct skerry_failure failure;

	if (skerry_open(config, &skerry, &failure) != SKERRY_OK)
		fail_msg("%s", failure.message);
	return skerry;
}
