/* SPDX-License-Identifier: ISC */
/* What a daemon shows: a license with its manifests, and a proof of this nonce, this license, now. */
#include "corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/armor.h"
#include "formats/cose.h"
#include "formats/proof.h"
#include "keys/hash.h"
#include "keys/sign.h"
#include "tests/unit/fixture_payload.h"

enum { SITE = 81, OTHER_SITE = 82, SPARE = 51, ROOM = 1 << 16 };

static const uint8_t NONCE[] = { 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a,
	0x1b, 0x1c, 0x1d, 0x1e, 0x1f };
static const struct cbor_bytes ASKED = { NONCE, sizeof NONCE };

/* What the daemon of the cases begins with; each changes one thing. */
static struct license license;
static struct proof proof;
static uint8_t license_bytes[LICENSE_MAX], hash[HASH_LEN];
static size_t license_len;
static struct manifest manifest;

static void
set_license(uint8_t issuing)
{
	struct key_pair pair = ceremony_pair(KEY_ISSUING, issuing);

	license_len = ceremony_sign_license(&license, &pair, license_bytes);
	key_pair_free(&pair);
	hash_sha256(license_bytes, license_len, hash);
}

/* A site that is in order, on its machine, for 15 minutes from CORPUS_DAY on. */
static void
begin(void)
{
	hotel_license(&license);
	license.site_key = ceremony_public(KEY_SITE, SITE);
	set_license(CEREMONY_ISSUING);
	proof = (struct proof){ .product = fixture_text("hotelhub/hms"),
		.issued_at = CORPUS_DAY,
		.expires_at = CORPUS_DAY + PROOF_LIVES_S,
		.nonce = ASKED,
		.license_hash = hash,
		.state = SKERRY_STATE_ACTIVE,
		.access = SKERRY_ACCESS_FULL,
		.next_change_at = HOTEL_ISSUED_AT + 7 * CEREMONY_DAY,
		.renew_by = license.renew_by,
		.valid_until = license.valid_until,
		.maintenance_until = LICENSE_NEVER,
		.grace_until = CORPUS_DAY + 58 * CEREMONY_DAY,
		.degraded_until = CORPUS_DAY + 88 * CEREMONY_DAY,
		.message = fixture_text("The license for hotelhub/hms is valid."),
		.manifest_version = 1 };
}

static struct cbor_bytes
sign_proof(uint8_t site)
{
	static uint8_t payload[PROOF_PAYLOAD_MAX], bytes[PROOF_MAX];
	struct key_pair pair = ceremony_pair(KEY_SITE, site);
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, payload, sizeof payload);
	proof_write(&w, &proof);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(sign_sign1(&pair, PROOF_TYPE, (struct cbor_bytes){ payload, len }, bytes,
				 sizeof bytes, &len),
		SKERRY_OK);
	key_pair_free(&pair);
	return (struct cbor_bytes){ bytes, len };
}

static struct corpus_case
base(const char *name)
{
	return (struct corpus_case){ .name = name,
		.license = { license_bytes, license_len },
		.at = CORPUS_DAY,
		.nonce = ASKED };
}

static void
add(const char *name)
{
	struct corpus_case c = base(name);

	c.proof = sign_proof(SITE);
	corpus_add(&c);
}

static void
good(void)
{
	struct corpus_case c;

	begin();
	add("proof");
	c = base("proof-last-second");
	c.proof = sign_proof(SITE);
	c.at = proof.expires_at - 1;
	corpus_add(&c);
	c.name = "proof-expired";
	c.at = proof.expires_at;
	corpus_add(&c);
	proof.state = SKERRY_STATE_DEGRADED;
	proof.access = SKERRY_ACCESS_READ_ONLY;
	proof.reason = SKERRY_REASON_WRONG_MACHINE;
	proof.notice = SKERRY_NOTICE_ALERT;
	add("proof-read-only");
	proof.state = SKERRY_STATE_LOCKED;
	proof.access = SKERRY_ACCESS_NONE;
	proof.reason = SKERRY_REASON_REVOKED;
	proof.next_change_at = proof.grace_until = proof.degraded_until = LICENSE_NEVER;
	add("proof-locked");
	begin();
	proof.clock = SKERRY_CLOCK_BEHIND;
	proof.state_rollback = true;
	proof.notice = SKERRY_NOTICE_WARN;
	add("proof-clock-behind");
}

/* One thing is not as it was asked. */
static void
other_questions(void)
{
	static const uint8_t OTHER[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
	struct corpus_case c;

	begin();
	proof.nonce = (struct cbor_bytes){ OTHER, sizeof OTHER };
	add("proof-other-nonce");
	proof.nonce = (struct cbor_bytes){ NONCE, 8 };
	add("proof-beginning-of-nonce");
	begin();
	proof.product = fixture_text("hotelhub/pos");
	add("proof-other-product");
	begin();
	proof.tenant = fixture_text("annex");
	add("proof-tenant-not-asked");
	begin();
	proof.domain = fixture_text("pms.lan");
	add("proof-domain-not-asked");
	begin();
	proof.build_date = CORPUS_DAY;
	add("proof-build-not-asked");
	begin();
	c = base("proof-build-not-told");
	c.build_date = CORPUS_DAY;
	c.proof = sign_proof(SITE);
	corpus_add(&c);
	c = base("proof-domain-not-told");
	c.domain = "pms.lan";
	c.proof = sign_proof(SITE);
	corpus_add(&c);
	license.tenant = fixture_text("annex");
	set_license(CEREMONY_ISSUING);
	proof.tenant = license.tenant;
	proof.domain = fixture_text("pms.lan");
	proof.build_date = CORPUS_DAY;
	c = base("proof-all-asked");
	c.tenant = "annex";
	c.domain = "pms.lan";
	c.build_date = CORPUS_DAY;
	c.proof = sign_proof(SITE);
	corpus_add(&c);
	c.name = "proof-other-tenant";
	c.tenant = "main";
	corpus_add(&c);
}

static void
other_licenses(void)
{
	struct corpus_case c;
	struct cbor_bytes made;
	uint8_t kept[PROOF_MAX];

	begin();
	license.edition++;
	made = sign_proof(SITE);
	memcpy(kept, made.data, made.len);
	set_license(CEREMONY_ISSUING);
	c = base("proof-other-license");
	c.proof = (struct cbor_bytes){ kept, made.len };
	corpus_add(&c);
	begin();
	license.has_site_key = false;
	set_license(CEREMONY_ISSUING);
	add("proof-unpaired");
	begin();
	license.product = fixture_text("pos");
	set_license(CEREMONY_ISSUING);
	add("proof-license-of-other-product");
	begin();
	license.site_key = ceremony_public(KEY_SITE, OTHER_SITE);
	set_license(CEREMONY_ISSUING);
	add("proof-license-of-other-site");
	begin();
	set_license(SPARE);
	add("proof-license-of-unknown-key");
}

/* By whom, and as what. */
static void
other_signers(void)
{
	struct corpus_case c;
	struct cbor_bytes made;
	struct cose_sign1 message;
	uint8_t payload[PROOF_MAX], bytes[PROOF_MAX];
	size_t offset;

	begin();
	c = base("proof-by-other-site");
	c.proof = sign_proof(OTHER_SITE);
	corpus_add(&c);
	made = sign_proof(SITE);
	assert_int_equal(cose_sign1_parse(made.data, made.len, &message, &offset), SKERRY_OK);
	memcpy(payload, message.payload.data, message.payload.len);
	message.payload.data = payload;
	c.name = "proof-by-the-vendor";
	c.proof = corpus_sign_bytes(KEY_ISSUING, CEREMONY_ISSUING, PROOF_TYPE, message.payload);
	corpus_add(&c);
	c.name = "proof-typed-license";
	c.proof = corpus_sign_bytes(KEY_SITE, SITE, LICENSE_TYPE, message.payload);
	corpus_add(&c);
	c.name = "proof-is-the-license";
	c.proof = c.license;
	corpus_add(&c);
	c.name = "proof-empty";
	c.proof = (struct cbor_bytes){ bytes, 0 };
	corpus_add(&c);
	made = sign_proof(SITE);
	memcpy(bytes, made.data, made.len);
	c.proof = (struct cbor_bytes){ bytes, made.len - 1 };
	c.name = "proof-cut";
	corpus_add(&c);
	c.proof.len = made.len;
	for (size_t at = 0; at < made.len; at += 23) {
		bytes[at] ^= (uint8_t)(1u << at % 8);
		c.name = corpus_name("proof-flip-%03zu", at);
		corpus_add(&c);
		bytes[at] ^= (uint8_t)(1u << at % 8);
	}
	memcpy(payload, message.payload.data, message.payload.len);
	c.name = "proof-claims-cut";
	message.payload.len--;
	c.proof = corpus_sign_bytes(KEY_SITE, SITE, PROOF_TYPE, message.payload);
	corpus_add(&c);
	c.name = "proof-claims-none";
	payload[0] = 0xa0;
	message.payload.len = 1;
	c.proof = corpus_sign_bytes(KEY_SITE, SITE, PROOF_TYPE, message.payload);
	corpus_add(&c);
}

/* Claims that no site should have signed. CORPUS_DAY is 1777593600, 69f3ed00. */
static void
claims(void)
{
	static const struct {
		const char *name, *find, *put;
	} ALTERED[] = {
		{ "aud-without-brand", "036c686f74656c6875622f686d73", "0363686d73" },
		{ "aud-upper-case", "036c686f74656c6875622f686d73",
			"036c486f74656c6875622f686d73" },
		{ "exp-at-iat", "041a69f3f084", "041a69f3ed00" },
		{ "exp-second-over", "041a69f3f084", "041a69f3f085" },
		{ "iat-later", "061a69f3ed00", "061a69f3f085" },
		{ "nonce-short", "0a50101112131415161718191a1b1c1d1e1f", "0a4710111213141516" },
		{ "nonce-text", "0a50101112131415161718191a1b1c1d1e1f",
			"0a6810111213141516"
			"17" },
		{ "version", "01010258", "01020258" },
		{ "hash-short", "01010258", "01010259" },
		{ "state-zero", "03010402", "03000402" },
		{ "state-256", "03010402", "031901000402" },
		{ "state-long", "03010402", "0318010402" },
		{ "order", "03010402", "04020301" },
		{ "manifest-zero", "1301", "1300" },
	};
	static struct payload full, altered;
	struct cose_sign1 message;
	struct cbor_bytes made;
	size_t offset;

	begin();
	made = sign_proof(SITE);
	assert_int_equal(cose_sign1_parse(made.data, made.len, &message, &offset), SKERRY_OK);
	memcpy(full.bytes, message.payload.data, message.payload.len);
	full.len = message.payload.len;
	for (size_t i = 0; i < sizeof ALTERED / sizeof *ALTERED; i++) {
		struct corpus_case c = base(corpus_name("proof-claims-%s", ALTERED[i].name));

		altered = full;
		payload_patch(&altered, ALTERED[i].find, ALTERED[i].put);
		c.proof = corpus_sign_bytes(KEY_SITE, SITE, PROOF_TYPE,
			(struct cbor_bytes){ altered.bytes, altered.len });
		corpus_add(&c);
	}
	for (size_t i = 0; i < 4; i++) {
		struct corpus_case c = base(corpus_name("proof-claims-%s-%s",
			i % 2 == 0 ? "unknown" : "critical", i < 2 ? "outer" : "own"));

		altered = full;
		payload_insert(&altered, i < 2 ? 0 : payload_find(&full, "01010258") - 1,
			i % 2 == 0 ? "1828" : "20", (const uint8_t[]){ 0xf6 }, 1);
		c.proof = corpus_sign_bytes(KEY_SITE, SITE, PROOF_TYPE,
			(struct cbor_bytes){ altered.bytes, altered.len });
		corpus_add(&c);
	}
	for (int64_t label = 3; label <= 10; label++) {
		struct corpus_case c = base(corpus_name("proof-without-%d", (int)label));

		if (label == 5 || (label > 6 && label < 10))
			continue;
		altered = full;
		payload_drop(&altered, 0, label);
		c.proof = corpus_sign_bytes(KEY_SITE, SITE, PROOF_TYPE,
			(struct cbor_bytes){ altered.bytes, altered.len });
		corpus_add(&c);
	}
}

/* Whoever has a site's key signs what he likes; the license has the last word. */
static void
lies(void)
{
	begin();
	proof.issued_at = license.issued_at + 70 * CEREMONY_DAY;
	proof.expires_at = proof.issued_at + 60;
	add("proof-full-when-degraded");
	proof.issued_at = license.issued_at + 61 * CEREMONY_DAY;
	proof.expires_at = proof.issued_at + 60;
	add("proof-full-in-the-day-after");
	proof.access = SKERRY_ACCESS_READ_ONLY;
	proof.state = SKERRY_STATE_DEGRADED;
	proof.issued_at = license.issued_at + 70 * CEREMONY_DAY;
	proof.expires_at = proof.issued_at + 60;
	add("proof-read-only-when-degraded");
	proof.issued_at = license.expires_at + 10 * CEREMONY_DAY;
	proof.expires_at = proof.issued_at + 60;
	add("proof-read-only-after-all");
	begin();
	license.not_before = CORPUS_DAY + CEREMONY_DAY;
	set_license(CEREMONY_ISSUING);
	add("proof-before-it-begins");
	begin();
	proof.state = SKERRY_STATE_LOCKED + 1;
	add("proof-word-unknown-state");
	begin();
	proof.access = SKERRY_ACCESS_FULL + 1;
	add("proof-word-unknown-access");
	begin();
	proof.reason = SKERRY_REASON_NO_DAEMON;
	add("proof-word-no-daemon");
	begin();
	proof.notice = SKERRY_NOTICE_ALERT + 1;
	add("proof-word-unknown-notice");
	begin();
	proof.clock = SKERRY_CLOCK_UNATTENDED + 1;
	add("proof-word-unknown-clock");
}

static void
put_armor(char *carrier, size_t *len, const char *label, struct cbor_bytes bytes)
{
	size_t more;

	armor_write(label, bytes.data, bytes.len, carrier + *len, &more);
	*len += more;
}

/* The license, the first manifest, and where `next` says so `manifest` as the second. */
static void
add_chain(const char *name, bool next)
{
	static char carrier[ROOM];
	static const uint8_t TWO[] = { 1, 2, 0 };
	static struct manifest first;
	struct corpus_case c = base(name);
	size_t len = 0;

	put_armor(carrier, &len, "LICENSE", c.license);
	ceremony_manifest(&first, 1, 3, 2);
	put_armor(carrier, &len, "MANIFEST", corpus_sign_manifest(&first, TWO));
	if (next)
		put_armor(carrier, &len, "MANIFEST", corpus_sign_manifest(&manifest, TWO));
	c.license = (struct cbor_bytes){ (const uint8_t *)carrier, len };
	c.proof = sign_proof(SITE);
	corpus_add(&c);
}

static void
chains(void)
{
	begin();
	ceremony_manifest(&manifest, 2, 3, 2);
	add_chain("proof-chain-of-one", false);
	proof.manifest_version = 2;
	add_chain("proof-chain-of-two", true);
	add_chain("proof-manifest-left-out", false);
	manifest.version = 3;
	add_chain("proof-manifest-between-left-out", true);
	proof.manifest_version = 1;
	add_chain("proof-gap-not-told", true);
	/* The license's key is revoked: the site says so, or not. */
	manifest.version = proof.manifest_version = 2;
	manifest.keys[0].revoked_at = CORPUS_DAY;
	add_chain("proof-revoked-not-admitted", true);
	proof.state = SKERRY_STATE_GRACE;
	proof.reason = SKERRY_REASON_SIGNING_KEY_REVOKED;
	proof.notice = SKERRY_NOTICE_ALERT;
	add_chain("proof-revoked-in-grace", true);
	manifest.keys[0].revoked_at = LICENSE_NEVER;
	manifest.keys[0].roles = MANIFEST_ROLE_STATUS;
	add_chain("proof-narrowed-in-grace", true);
	ceremony_manifest(&manifest, 1, 3, 2);
	manifest.keys[0].revoked_at = CORPUS_DAY;
	corpus_file("proof-pinned-revoked",
		corpus_sign_manifest(&manifest, (const uint8_t[]){ 1, 2, 0 }));
	{
		struct corpus_case c = base("proof-pinned-revoked");

		proof.manifest_version = 1;
		c.trust = "proof-pinned-revoked";
		c.proof = sign_proof(SITE);
		corpus_add(&c);
		c.name = "proof-of-other-vendor";
		c.trust = "other-vendor";
		corpus_add(&c);
	}
}

void
corpus_proofs(void)
{
	good();
	other_questions();
	other_licenses();
	other_signers();
	claims();
	lies();
	chains();
}
