/* SPDX-License-Identifier: ISC */
/* Who signed, and whether the manifest lets it; and documents of other kinds. */
#include "corpus.h"

#include <string.h>

#include "formats/bundle.h"
#include "formats/cose.h"
#include "formats/ladder.h"
#include "formats/proof.h"
#include "formats/reply.h"
#include "formats/request.h"
#include "formats/status_list.h"

enum { SPARE = 51, DESK_2_ROOT = 21, DESK_2_ISSUING = 71 };

static const uint8_t ROOTS[] = { 1, 2, 0 };
static struct manifest manifest;

/* The vendor's manifest with its issuing key changed. */
static struct manifest_key *
begin(void)
{
	ceremony_manifest(&manifest, 1, 3, 2);
	return &manifest.keys[0];
}

static void
ask(const char *name, const struct license *license)
{
	corpus_file(name, corpus_sign_manifest(&manifest, ROOTS));
	corpus_add(&(struct corpus_case){
		.name = name, .trust = name, .license = corpus_sign(license) });
}

static void
windows(void)
{
	struct license license;
	struct manifest_key *key;

	hotel_license_unbound(&license);
	key = begin();
	key->not_before = license.issued_at;
	key->not_after = license.issued_at;
	ask("window-both-ends", &license);
	key = begin();
	key->not_before = license.issued_at + 1;
	ask("window-not-yet", &license);
	key = begin();
	key->not_after = license.issued_at - 1;
	ask("window-retired", &license);
	key = begin();
	key->latest = license.expires_at;
	ask("latest-reached", &license);
	key = begin();
	key->latest = license.expires_at - 1;
	ask("latest-passed", &license);
	key = begin();
	key->not_before = key->not_after = 0;
	key->not_after = LICENSE_NEVER;
	key->latest = LICENSE_NEVER;
	ask("window-open", &license);
}

static void
roles_and_brands(void)
{
	struct license license;
	struct manifest_key *key;

	hotel_license_unbound(&license);
	key = begin();
	key->roles = MANIFEST_ROLE_STATUS | MANIFEST_ROLE_REPLY | MANIFEST_ROLE_BUNDLE;
	ask("role-other", &license);
	key = begin();
	key->roles = MANIFEST_ROLE_LICENSE;
	ask("role-license", &license);
	key = begin();
	key->brands[0] = fixture_text("rthub");
	key->brands_len = 1;
	ask("key-of-other-brand", &license);
	key = begin();
	key->brands[0] = fixture_text("rthub");
	key->brands[1] = fixture_text("hotelhub");
	key->brands_len = 2;
	ask("key-of-both-brands", &license);
}

static void
what_needs_permission(void)
{
	struct license license;

	hotel_license_bare(&license);
	begin();
	ask("perpetual-not-permitted", &license);
	begin()->perpetual = true;
	ask("perpetual-permitted", &license);
	begin()->latest = 1;
	manifest.keys[0].perpetual = true;
	ask("perpetual-beyond-latest", &license);
	hotel_license_unbound(&license);
	license.ladder.grace_s = LADDER_GRACE_MAX_S;
	license.expires_at = ladder_last_date(&license);
	begin();
	ask("grace-400-days", &license);
	license.ladder.grace_s++;
	license.expires_at = ladder_last_date(&license);
	ask("grace-over-400-days", &license);
	begin()->perpetual = true;
	ask("grace-over-400-days-permitted", &license);
}

/* The revocation comes last of what is checked: it alone leaves a license genuine. */
static void
revoked(void)
{
	struct license license;

	hotel_license_unbound(&license);
	begin()->revoked_at = CORPUS_DAY;
	ask("key-revoked", &license);
	begin()->revoked_at = LICENSE_TIME_MAX;
	ask("key-revoked-in-the-future", &license);
	begin()->revoked_at = CORPUS_DAY;
	manifest.keys[0].roles = MANIFEST_ROLE_REPLY;
	ask("key-revoked-and-other-role", &license);
}

static void
keys(void)
{
	struct license license;
	struct cbor_bytes unsigned_bytes;
	struct cose_sign1 message;
	uint8_t payload[LICENSE_MAX], bytes[LICENSE_MAX];
	size_t offset, kid_at;

	hotel_license_unbound(&license);
	unsigned_bytes = corpus_sign(&license);
	cose_sign1_parse(unsigned_bytes.data, unsigned_bytes.len, &message, &offset);
	memcpy(payload, message.payload.data, message.payload.len);
	message.payload.data = payload;
	corpus_add(&(struct corpus_case){ .name = "key-unknown",
		.license = corpus_sign_bytes(KEY_ISSUING, SPARE, LICENSE_TYPE, message.payload) });
	corpus_add(&(struct corpus_case){ .name = "key-root",
		.license = corpus_sign_bytes(KEY_ROOT, 1, LICENSE_TYPE, message.payload) });
	/* Another key's signature under the name of the known one. */
	unsigned_bytes = corpus_sign_bytes(KEY_ISSUING, SPARE, LICENSE_TYPE, message.payload);
	memcpy(bytes, unsigned_bytes.data, unsigned_bytes.len);
	kid_at = 9;
	memcpy(bytes + kid_at,
		corpus_sign_bytes(KEY_ISSUING, CEREMONY_ISSUING, LICENSE_TYPE, message.payload)
				.data +
			kid_at,
		COSE_KID_LEN);
	corpus_add(&(struct corpus_case){
		.name = "key-borrowed-name", .license = { bytes, unsigned_bytes.len } });
	begin()->key.alg = COSE_ALG_ED25519;
	ask("key-other-algorithm", &license);
	/* A small-order key in the manifest itself: nothing verifies under it. */
	begin();
	memset(manifest.keys[0].key.x, 0, sizeof manifest.keys[0].key.x);
	manifest.keys[0].key.x[0] = 1;
	ask("key-small-order-listed", &license);
	ceremony_manifest(&manifest, 1, 1, 1);
	manifest.keys_len = 0;
	corpus_file("keys-none", corpus_sign_manifest(&manifest, (const uint8_t[]){ 1, 0 }));
	corpus_add(&(struct corpus_case){
		.name = "keys-none", .trust = "keys-none", .license = corpus_sign(&license) });
}

/* With the neutral element as key every R fits that is S times the base point, whatever is signed. */
static void
small_order_signature(const char *name, const uint8_t signature[COSE_SIGNATURE_LEN])
{
	uint8_t bytes[LICENSE_MAX], header[COSE_PROTECTED_MAX];
	struct cbor_writer w;
	struct license license;
	struct cose_sign1 message;
	struct cbor_bytes document;
	size_t header_len, len, offset;
	/* SHA-256 of {1: 1, -1: 6, -2: 01 00...}, its first 8 bytes. */
	static const uint8_t KID[] = { 0xd6, 0x08, 0xc9, 0x01, 0xbd, 0x36, 0xcb, 0xa8 };

	hotel_license_unbound(&license);
	document = corpus_sign(&license);
	cose_sign1_parse(document.data, document.len, &message, &offset);
	cose_protected_write(COSE_ALG_EDDSA, KID, LICENSE_TYPE, header, &header_len);
	cbor_writer_init(&w, bytes, sizeof bytes);
	cose_sign1_write(&w, (struct cbor_bytes){ header, header_len }, message.payload, signature);
	cbor_writer_finish(&w, &len);
	corpus_add(&(struct corpus_case){
		.name = name, .trust = "key-small-order-listed", .license = { bytes, len } });
}

static void
small_order_signatures(void)
{
	uint8_t signature[COSE_SIGNATURE_LEN] = { 1 };

	/* R is the neutral element and S = 0; R is the base point and S = 1. */
	small_order_signature("key-small-order-signs", signature);
	memset(signature, 0x66, 32);
	signature[0] = 0x58;
	signature[32] = 1;
	small_order_signature("key-small-order-signs-large", signature);
}

/* A second desk, with roots and keys of its own. */
static void
another_vendor(void)
{
	struct license license;
	struct cbor_bytes bytes;
	uint8_t payload[LICENSE_MAX];
	struct cose_sign1 message;
	size_t offset;

	hotel_license_unbound(&license);
	ceremony_manifest(&manifest, 1, 1, 1);
	manifest.roots[0] = ceremony_public(KEY_ROOT, DESK_2_ROOT);
	manifest.keys[0].key = ceremony_public(KEY_ISSUING, DESK_2_ISSUING);
	corpus_file("other-vendor",
		corpus_sign_manifest(&manifest, (const uint8_t[]){ DESK_2_ROOT, 0 }));
	bytes = corpus_sign(&license);
	corpus_add(&(struct corpus_case){
		.name = "vendor-other-pinned", .trust = "other-vendor", .license = bytes });
	cose_sign1_parse(bytes.data, bytes.len, &message, &offset);
	memcpy(payload, message.payload.data, message.payload.len);
	message.payload.data = payload;
	bytes = corpus_sign_bytes(KEY_ISSUING, DESK_2_ISSUING, LICENSE_TYPE, message.payload);
	corpus_add(&(struct corpus_case){ .name = "vendor-other-license", .license = bytes });
	corpus_add(&(struct corpus_case){
		.name = "vendor-other-both", .trust = "other-vendor", .license = bytes });
}

/* The license's claims under the types of other documents, by a key that may sign all of them. */
static void
other_types(void)
{
	static const struct {
		const char *name, *type;
	} TYPES[] = { { "type-reply", REPLY_TYPE }, { "type-request", REQUEST_TYPE },
		{ "type-manifest", MANIFEST_TYPE }, { "type-status-list", STATUS_LIST_TYPE },
		{ "type-bundle", BUNDLE_TYPE }, { "type-proof", PROOF_TYPE },
		{ "type-upper-case", "Application/vnd.skerry.license+cwt" },
		{ "type-shorter", "application/vnd.skerry.license" }, { "type-empty", "" } };
	struct license license;
	struct cose_sign1 message;
	uint8_t payload[LICENSE_MAX];
	struct cbor_bytes bytes;
	size_t offset;

	hotel_license_unbound(&license);
	bytes = corpus_sign(&license);
	cose_sign1_parse(bytes.data, bytes.len, &message, &offset);
	memcpy(payload, message.payload.data, message.payload.len);
	message.payload.data = payload;
	for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
		corpus_add(&(struct corpus_case){ .name = TYPES[i].name,
			.license = corpus_sign_bytes(
				KEY_ISSUING, CEREMONY_ISSUING, TYPES[i].type, message.payload) });
}

void
corpus_trust(void)
{
	windows();
	roles_and_brands();
	what_needs_permission();
	revoked();
	keys();
	small_order_signatures();
	another_vendor();
	other_types();
}
