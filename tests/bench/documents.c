/* SPDX-License-Identifier: ISC */
#include "license_bench.h"

#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "formats/fingerprint.h"
#include "formats/ladder.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "keys/sign.h"

static const int64_t DAY = 86400;

static struct cbor_text
text(const char *chars)
{
	return (struct cbor_text){ chars, strlen(chars) };
}

const char *
bench_component(size_t index)
{
	static const char *const VALUES[BENCH_COMPONENTS] = { "4c4c4544004b3510",
		"b1f2c3d4-e5f6-4711", "PF2ABCDE", "S4EWNX0R912345", "00:1b:21:3c:9d:f8",
		"Intel(R) Xeon(R) E-2236" };

	return VALUES[index];
}

static void
make_pair(enum key_purpose purpose, struct key_pair *ret_pair)
{
	bench_require(
		key_pair_generate(purpose, COSE_ALG_EDDSA, ret_pair) == SKERRY_OK, "no key pair");
}

/* HotelHub's section 5: the features that are off are not written. */
static void
claim(struct license *license, const struct key_pair *site)
{
	static const struct license_grant GRANTS[] = {
		{ { "max_rooms", 9 }, LICENSE_NUMBER, 100, { NULL, 0 } },
		{ { "max_properties", 14 }, LICENSE_NUMBER, 1, { NULL, 0 } },
		{ { "channel_manager", 15 }, LICENSE_ON, 0, { NULL, 0 } },
		{ { "max_concurrent_users", 20 }, LICENSE_NUMBER, 30, { NULL, 0 } },
	};
	int64_t now = 1790000000;

	*license = (struct license){
		.brand = text("hotelhub"),
		.product = text("hms"),
		.plan = text("standalone-pro"),
		.id = text("7QK2M94XPAC0DTE1"),
		.cti = { (const uint8_t *)"12345678", LICENSE_CTI_LEN },
		.not_before = now,
		.issued_at = now,
		.edition = (uint64_t)now,
		.activation = 1,
		.renew_by = now + 30 * DAY,
		.valid_until = now + 365 * DAY,
		.maintenance_until = LICENSE_NEVER,
		.has_status = true,
		.status_index = 12345,
		.status_uri = text("skerry:hotelhub"),
		.seats_max = 30,
		.seats_ttl_s = 600,
		.licensee = text("Grand Hotel Sibolga"),
		.ladder = { .warn_s = 23 * DAY,
			.alert_s = 16 * DAY,
			.grace_s = 30 * DAY,
			.degraded_s = 30 * DAY,
			.expiry_grace_s = 7 * DAY,
			.rebind_grace_s = 14 * DAY,
			.tolerance_s = DAY,
			.overlap_s = 14 * DAY,
			.max_status_age_s = 400 * DAY,
			.day_end_minutes = 240 },
		.grants_len = sizeof GRANTS / sizeof *GRANTS,
	};
	memcpy(license->grants, GRANTS, sizeof GRANTS);
	if (site != NULL) {
		license->has_site_key = true;
		license->site_key = site->public_key;
	}
	license->expires_at = ladder_last_date(license);
}

static void
bind(struct license *license, const uint8_t salt[LICENSE_SALT_LEN],
	uint8_t hashes[BENCH_COMPONENTS][HASH_COMPONENT_LEN])
{
	license->salt = (struct cbor_bytes){ salt, LICENSE_SALT_LEN };
	license->threshold = 4;
	license->components_len = BENCH_COMPONENTS;
	for (unsigned i = 0; i < BENCH_COMPONENTS; i++) {
		unsigned type = FINGERPRINT_MACHINE_ID + i;

		hash_component(salt, type, bench_component(i), strlen(bench_component(i)),
			hashes[i], HASH_COMPONENT_LEN);
		license->components[i] =
			(struct license_component){ type, 1, { hashes[i], HASH_COMPONENT_LEN } };
	}
}

static size_t
seal(const struct license *license, const struct key_pair *issuing, uint8_t ret_bytes[LICENSE_MAX])
{
	uint8_t payload[LICENSE_MAX];
	struct cbor_writer w;
	struct cbor_bytes claims = { payload, 0 };
	size_t len = 0;

	cbor_writer_init(&w, payload, sizeof payload);
	license_write(&w, license);
	bench_require(cbor_writer_finish(&w, &claims.len) == SKERRY_OK &&
			      sign_sign1(issuing, LICENSE_TYPE, claims, ret_bytes, LICENSE_MAX,
				      &len) == SKERRY_OK,
		"no license");
	return len;
}

static void
make_manifest(struct bench_documents *documents, const struct key_pair *root,
	const struct key_pair *issuing)
{
	static struct manifest manifest;
	static uint8_t payload[MANIFEST_MAX], message[MANIFEST_MAX];
	struct cbor_bytes claims = { payload, 0 };
	struct cbor_writer w;
	size_t message_len = 0;

	manifest = (struct manifest){ .version = 1,
		.issued_at = documents->issued_at,
		.expires_at = LICENSE_NEVER,
		.threshold = 1,
		.roots_len = 1,
		.keys_len = 1 };
	manifest.roots[0] = root->public_key;
	manifest.keys[0] = (struct manifest_key){ .key = issuing->public_key,
		.not_before = 0,
		.not_after = LICENSE_NEVER,
		.latest = LICENSE_NEVER,
		.roles = MANIFEST_ROLES_ALL,
		.perpetual = true,
		.revoked_at = LICENSE_NEVER };
	cbor_writer_init(&w, payload, sizeof payload);
	manifest_write(&w, &manifest);
	bench_require(
		cbor_writer_finish(&w, &claims.len) == SKERRY_OK &&
			sign_unsigned(MANIFEST_TYPE, claims, message, sizeof message,
				&message_len) == SKERRY_OK &&
			sign_add(root, message, message_len, documents->manifest,
				sizeof documents->manifest, &documents->manifest_len) == SKERRY_OK,
		"no manifest");
}

void
bench_documents_make(struct bench_documents *ret_documents)
{
	static struct license license;
	uint8_t hashes[BENCH_COMPONENTS][HASH_COMPONENT_LEN];
	struct key_pair root = { 0 }, site = { 0 };

	bench_require(random_start() == SKERRY_OK, "libsodium does not start");
	make_pair(KEY_ROOT, &root);
	make_pair(KEY_ISSUING, &ret_documents->issuing);
	make_pair(KEY_SITE, &site);
	random_bytes(ret_documents->salt, sizeof ret_documents->salt);
	claim(&license, NULL);
	ret_documents->issued_at = license.issued_at;
	ret_documents->unbound_len =
		seal(&license, &ret_documents->issuing, ret_documents->unbound);
	claim(&license, &site);
	bind(&license, ret_documents->salt, hashes);
	ret_documents->bound_len = seal(&license, &ret_documents->issuing, ret_documents->bound);
	make_manifest(ret_documents, &root, &ret_documents->issuing);
	key_pair_free(&root);
	key_pair_free(&site);
}

size_t
bench_documents_license(
	const struct bench_documents *documents, unsigned number, uint8_t *ret_bytes)
{
	static struct license license;
	char id[LICENSE_ID_LEN + 1];

	claim(&license, NULL);
	snprintf(id, sizeof id, "%016u", number);
	license.id = text(id);
	return seal(&license, &documents->issuing, ret_bytes);
}
