/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_ceremony.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/ladder.h"
#include "keys/sign.h"

struct key_pair
ceremony_pair_alg(enum key_purpose purpose, uint8_t seed, enum cose_alg alg)
{
	uint8_t secret[KEY_SECRET_LEN];
	struct key_pair pair;

	memset(secret, seed, sizeof secret);
	assert_int_equal(key_pair_from_secret(purpose, alg, secret, &pair), SKERRY_OK);
	return pair;
}

struct key_pair
ceremony_pair(enum key_purpose purpose, uint8_t seed)
{
	return ceremony_pair_alg(purpose, seed, COSE_ALG_EDDSA);
}

struct cose_key
ceremony_public(enum key_purpose purpose, uint8_t seed)
{
	struct key_pair pair = ceremony_pair(purpose, seed);
	struct cose_key key = pair.public_key;

	key_pair_free(&pair);
	return key;
}

void
ceremony_manifest(
	struct manifest *ret_manifest, uint64_t version, unsigned roots_len, unsigned threshold)
{
	memset(ret_manifest, 0, sizeof *ret_manifest);
	ret_manifest->version = version;
	ret_manifest->issued_at = CEREMONY_TODAY;
	ret_manifest->expires_at = LICENSE_NEVER;
	ret_manifest->threshold = threshold;
	ret_manifest->roots_len = roots_len;
	for (unsigned i = 0; i < roots_len; i++)
		ret_manifest->roots[i] = ceremony_public(KEY_ROOT, (uint8_t)(i + 1));
	ret_manifest->keys_len = 1;
	ret_manifest->keys[0] = (struct manifest_key){
		.key = ceremony_public(KEY_ISSUING, CEREMONY_ISSUING),
		.not_before = CEREMONY_TODAY - 365 * CEREMONY_DAY,
		.not_after = CEREMONY_TODAY + 365 * CEREMONY_DAY,
		.latest = CEREMONY_TODAY + 3650 * CEREMONY_DAY,
		.roles = MANIFEST_ROLES_ALL,
		.revoked_at = LICENSE_NEVER,
	};
	ret_manifest->exchange_len = 1;
	ret_manifest->exchange[0] = (struct manifest_exchange){
		.key = ceremony_public(KEY_EXCHANGE, CEREMONY_EXCHANGE),
		.revoked_at = LICENSE_NEVER,
	};
}

size_t
ceremony_sign_manifest(
	const struct manifest *manifest, const uint8_t *seeds, size_t seeds_len, uint8_t *ret_bytes)
{
	uint8_t *unsigned_bytes = malloc(MANIFEST_MAX);
	struct cbor_writer w;
	size_t payload_len, len;

	assert_non_null(unsigned_bytes);
	cbor_writer_init(&w, unsigned_bytes, MANIFEST_MAX);
	manifest_write(&w, manifest);
	assert_int_equal(cbor_writer_finish(&w, &payload_len), SKERRY_OK);
	assert_int_equal(
		sign_unsigned(MANIFEST_TYPE, (struct cbor_bytes){ unsigned_bytes, payload_len },
			ret_bytes, MANIFEST_MAX, &len),
		SKERRY_OK);
	for (size_t i = 0; i < seeds_len; i++) {
		struct key_pair root = ceremony_pair(KEY_ROOT, seeds[i]);

		memcpy(unsigned_bytes, ret_bytes, len);
		assert_int_equal(
			sign_add(&root, unsigned_bytes, len, ret_bytes, MANIFEST_MAX, &len),
			SKERRY_OK);
		key_pair_free(&root);
	}
	free(unsigned_bytes);
	return len;
}

static struct cbor_text
text(const char *chars)
{
	return (struct cbor_text){ chars, strlen(chars) };
}

void
ceremony_license(struct license *ret_license)
{
	static const uint8_t CTI[LICENSE_CTI_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	memset(ret_license, 0, sizeof *ret_license);
	ret_license->brand = text("hotelhub");
	ret_license->product = text("hms");
	ret_license->plan = text("island");
	ret_license->id = text("0123456789ABCDEF");
	ret_license->cti = (struct cbor_bytes){ CTI, sizeof CTI };
	ret_license->issued_at = ret_license->not_before = CEREMONY_TODAY;
	ret_license->edition = 1;
	ret_license->activation = 1;
	ret_license->renew_by = CEREMONY_TODAY + 180 * CEREMONY_DAY;
	ret_license->valid_until = CEREMONY_TODAY + 730 * CEREMONY_DAY;
	ret_license->maintenance_until = LICENSE_NEVER;
	ret_license->ladder.grace_s = 365 * CEREMONY_DAY;
	ret_license->grants[0] = (struct license_grant){ .name = text("channel_manager") };
	ret_license->grants_len = 1;
	ret_license->expires_at = ladder_last_date(ret_license);
}

size_t
ceremony_sign_license(
	const struct license *license, const struct key_pair *pair, uint8_t *ret_bytes)
{
	uint8_t payload[LICENSE_MAX];
	struct cbor_writer w;
	size_t payload_len, len;

	cbor_writer_init(&w, payload, sizeof payload);
	license_write(&w, license);
	assert_int_equal(cbor_writer_finish(&w, &payload_len), SKERRY_OK);
	assert_int_equal(sign_sign1(pair, LICENSE_TYPE, (struct cbor_bytes){ payload, payload_len },
				 ret_bytes, LICENSE_MAX, &len),
		SKERRY_OK);
	return len;
}
