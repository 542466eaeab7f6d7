/* SPDX-License-Identifier: ISC */
/* Manifests: what may be pinned, and what may follow it with the license. */
#include "corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/armor.h"
#include "formats/cose.h"
#include "keys/sign.h"
#include "tests/unit/fixture_payload.h"
#include "tests/unit/fixture_refusals.h"

enum { VERSIONS_MAX = 8, SPARE = 51, CARRIER_MAX = 1 << 17 };

static struct manifest manifest;
static struct cbor_bytes versions[VERSIONS_MAX]; /* of the history below; [1] is the first */

/* In place of the one that was there. */
static void
keep(unsigned version, struct cbor_bytes bytes)
{
	static uint8_t kept[VERSIONS_MAX][MANIFEST_MAX];

	assert_in_range(bytes.len, 1, MANIFEST_MAX);
	memcpy(kept[version], bytes.data, bytes.len);
	versions[version] = (struct cbor_bytes){ kept[version], bytes.len };
}

static void
put_armor(char *carrier, size_t *len, const char *label, struct cbor_bytes bytes)
{
	size_t more;

	assert_in_range(ARMOR_TEXT_MAX(bytes.len), 0, CARRIER_MAX - *len);
	armor_write(label, bytes.data, bytes.len, carrier + *len, &more);
	*len += more;
}

/* A license by the key `seed`, and behind it the versions named, as one carries it by hand. */
static void
carry(const char *name, const char *trust, uint8_t seed, const uint8_t *with)
{
	static char carrier[CARRIER_MAX];
	struct license license;
	uint8_t document[LICENSE_MAX];
	struct key_pair pair = ceremony_pair(KEY_ISSUING, seed);
	size_t len = 0;

	hotel_license_unbound(&license);
	put_armor(carrier, &len, "LICENSE",
		(struct cbor_bytes){ document, ceremony_sign_license(&license, &pair, document) });
	key_pair_free(&pair);
	for (; *with != 0; with++)
		put_armor(carrier, &len, "MANIFEST", versions[*with]);
	corpus_add(&(struct corpus_case){
		.name = name, .trust = trust, .license = { (const uint8_t *)carrier, len } });
}
#define CARRY(name, trust, seed, ...) carry(name, trust, seed, (const uint8_t[]){ __VA_ARGS__, 0 })

static void
set_roots(uint8_t first, uint8_t second, uint8_t third)
{
	manifest.roots[0] = ceremony_public(KEY_ROOT, first);
	manifest.roots[1] = ceremony_public(KEY_ROOT, second);
	manifest.roots[2] = ceremony_public(KEY_ROOT, third);
}

static void
add_key(uint8_t seed)
{
	manifest.keys[manifest.keys_len] = manifest.keys[0];
	manifest.keys[manifest.keys_len++].key = ceremony_public(KEY_ISSUING, seed);
}

static void
keep_version(unsigned version, const uint8_t *seeds)
{
	manifest.version = version;
	keep(version, corpus_sign_manifest(&manifest, seeds));
	corpus_file(corpus_name("version-%u", version), versions[version]);
}
#define VERSION(version, ...) keep_version(version, (const uint8_t[]){ __VA_ARGS__, 0 })

/*
 * Version 1: roots 1 2 3, two of them. 2: root 3 gives way to 4. 3: a second issuing key. 4: 2 and 1 give
 * way to 5 and 6, in two ceremonies with 5. 6: the first issuing key is revoked.
 */
static void
history(void)
{
	ceremony_manifest(&manifest, 1, 3, 2);
	VERSION(1, 1, 2);
	set_roots(1, 2, 4);
	VERSION(2, 1, 2);
	add_key(SPARE);
	VERSION(3, 2, 4);
	set_roots(1, 5, 4);
	VERSION(4, 1, 4);
	set_roots(6, 5, 4);
	VERSION(5, 4, 5);
	manifest.keys[0].revoked_at = CORPUS_DAY;
	VERSION(6, 5, 6);
}

static void
chains(void)
{
	CARRY("chain-next", "version-1", CEREMONY_ISSUING, 2);
	CARRY("chain-key-of-version-3", "version-1", SPARE, 2, 3);
	CARRY("chain-any-order", "version-1", SPARE, 3, 2);
	CARRY("chain-any-order-5", "version-1", SPARE, 4, 2, 5, 1, 3);
	CARRY("chain-key-not-yet-known", "version-1", SPARE, 2);
	CARRY("chain-gap", "version-1", SPARE, 3);
	CARRY("chain-gap-behind-one", "version-1", SPARE, 2, 4, 5);
	CARRY("chain-gap-harmless", "version-1", CEREMONY_ISSUING, 3);
	CARRY("chain-revocation", "version-1", CEREMONY_ISSUING, 2, 3, 4, 5, 6);
	CARRY("chain-revocation-beyond-a-gap", "version-1", CEREMONY_ISSUING, 2, 3, 4, 6);
	CARRY("chain-older-with-it", "version-3", SPARE, 1, 2, 3, 4);
	CARRY("chain-older-than-all-roots", "version-6", SPARE, 1, 2, 3);
	CARRY("chain-pinned-with-old-signer", "version-5", SPARE, 6);
}

/* Version 2 in other hands. */
static void
bad_steps(void)
{
	static const struct {
		const char *name;
		uint8_t roots[3], threshold, signers[4];
	} STEPS[] = {
		{ "step-unsigned", { 1, 2, 3 }, 2, { 0 } },
		{ "step-one-signature", { 1, 2, 3 }, 2, { 1, 0 } },
		{ "step-three-signatures", { 1, 2, 3 }, 2, { 1, 2, 3, 0 } },
		{ "step-stranger-signs-too", { 1, 2, 3 }, 2, { 1, 2, 9, 0 } },
		{ "step-strangers-sign", { 1, 2, 3 }, 2, { 8, 9, 0 } },
		{ "step-new-roots-by-themselves", { 7, 8, 9 }, 2, { 7, 8, 0 } },
		{ "step-new-roots-not-signing", { 7, 8, 9 }, 2, { 1, 2, 0 } },
		{ "step-lower-threshold", { 1, 2, 3 }, 1, { 1, 0 } },
		{ "step-lower-threshold-signed", { 1, 2, 3 }, 1, { 1, 2, 0 } },
		{ "step-higher-threshold", { 1, 2, 3 }, 3, { 1, 2, 0 } },
		{ "step-higher-threshold-signed", { 1, 2, 3 }, 3, { 1, 2, 3, 0 } },
	};

	for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
		ceremony_manifest(&manifest, 2, 3, STEPS[i].threshold);
		set_roots(STEPS[i].roots[0], STEPS[i].roots[1], STEPS[i].roots[2]);
		keep(7, corpus_sign_manifest(&manifest, STEPS[i].signers));
		CARRY(STEPS[i].name, "version-1", CEREMONY_ISSUING, 7);
	}
}

static void
undone(void)
{
	static const uint8_t TWO[] = { 1, 2, 0 };

	ceremony_manifest(&manifest, 1, 3, 2);
	add_key(SPARE);
	manifest.keys[0].revoked_at = CORPUS_DAY;
	manifest.exchange[0].revoked_at = CORPUS_DAY;
	corpus_file("undo-from", corpus_sign_manifest(&manifest, TWO));
	manifest.version = 2;
	manifest.keys[0].revoked_at = LICENSE_NEVER;
	keep(7, corpus_sign_manifest(&manifest, TWO));
	CARRY("undo-revocation", "undo-from", SPARE, 7);
	manifest.keys[0].revoked_at = CORPUS_DAY + 1;
	keep(7, corpus_sign_manifest(&manifest, TWO));
	CARRY("undo-revocation-later", "undo-from", SPARE, 7);
	manifest.keys[0].revoked_at = CORPUS_DAY - 1;
	keep(7, corpus_sign_manifest(&manifest, TWO));
	CARRY("undo-revocation-earlier", "undo-from", SPARE, 7);
	manifest.exchange[0].revoked_at = LICENSE_NEVER;
	keep(7, corpus_sign_manifest(&manifest, TWO));
	CARRY("undo-exchange-revocation", "undo-from", SPARE, 7);
	manifest.exchange_len = 0;
	keep(7, corpus_sign_manifest(&manifest, TWO));
	CARRY("undo-exchange-key", "undo-from", SPARE, 7);
	manifest.exchange_len = 1;
	manifest.exchange[0].revoked_at = CORPUS_DAY;
	manifest.keys[0] = manifest.keys[1];
	manifest.keys_len = 1;
	keep(7, corpus_sign_manifest(&manifest, TWO));
	CARRY("undo-key-dropped", "undo-from", SPARE, 7);
	manifest.keys[1] = manifest.keys[0];
	manifest.keys[0].key = ceremony_public(KEY_ISSUING, CEREMONY_ISSUING);
	manifest.keys_len = 2;
	manifest.keys[0].revoked_at = CORPUS_DAY;
	manifest.keys[1].revoked_at = LICENSE_NEVER;
	keep(7, corpus_sign_manifest(&manifest, TWO));
	CARRY("undo-nothing", "undo-from", SPARE, 7);
	manifest.keys[1].key.alg = COSE_ALG_ED25519;
	keep(7, corpus_sign_manifest(&manifest, TWO));
	CARRY("undo-algorithm-of-key", "undo-from", SPARE, 7);
}

/* Another manifest of the version that is held. */
static void
forks(void)
{
	ceremony_manifest(&manifest, 1, 3, 2);
	manifest.issued_at++;
	keep(7, corpus_sign_manifest(&manifest, (const uint8_t[]){ 1, 2, 0 }));
	CARRY("fork-same-roots", "version-1", CEREMONY_ISSUING, 7);
	keep(7, corpus_sign_manifest(&manifest, (const uint8_t[]){ 0 }));
	CARRY("fork-unsigned", "version-1", CEREMONY_ISSUING, 7);
	set_roots(7, 8, 9);
	keep(7, corpus_sign_manifest(&manifest, (const uint8_t[]){ 7, 8, 0 }));
	CARRY("fork-of-strangers", "version-1", CEREMONY_ISSUING, 7);
	CARRY("fork-of-strangers-older", "version-2", CEREMONY_ISSUING, 7);
	CARRY("held-again", "version-1", CEREMONY_ISSUING, 1);
	/* The same claims with other signatures. */
	ceremony_manifest(&manifest, 1, 3, 2);
	keep(7, corpus_sign_manifest(&manifest, (const uint8_t[]){ 3, 0 }));
	CARRY("held-other-signer", "version-1", CEREMONY_ISSUING, 7);
	keep(7, corpus_sign_manifest(&manifest, (const uint8_t[]){ 9, 0 }));
	CARRY("held-signed-by-a-stranger", "version-1", CEREMONY_ISSUING, 7);
	/* A trial desk rewrites its first version until a license leaves. */
	manifest.trial = true;
	corpus_file("trial", corpus_sign_manifest(&manifest, (const uint8_t[]){ 1, 2, 0 }));
	manifest.issued_at--;
	keep(7, corpus_sign_manifest(&manifest, (const uint8_t[]){ 1, 2, 0 }));
	CARRY("fork-of-a-trial", "trial", CEREMONY_ISSUING, 7);
	keep(7, corpus_sign_manifest(&manifest, (const uint8_t[]){ 1, 9, 0 }));
	CARRY("fork-of-a-trial-by-a-stranger", "trial", CEREMONY_ISSUING, 7);
}

static void
anchor(const char *name, struct cbor_bytes bytes)
{
	struct license license;

	hotel_license_unbound(&license);
	corpus_file(name, bytes);
	corpus_add(&(struct corpus_case){
		.name = name, .trust = name, .license = corpus_sign(&license) });
}

/* Signers ascend by their kid: 82 bytes each, at the end. */
static void
signers(void)
{
	enum { SIGNER_LEN = 82 };
	uint8_t bytes[MANIFEST_MAX] = { 0 };
	size_t len = versions[1].len, last = len - SIGNER_LEN, first = last - SIGNER_LEN;

	memcpy(bytes, versions[1].data, len);
	memcpy(bytes + first, versions[1].data + last, SIGNER_LEN);
	anchor("anchor-signer-twice", (struct cbor_bytes){ bytes, len });
	memcpy(bytes + last, versions[1].data + first, SIGNER_LEN);
	anchor("anchor-signers-exchanged", (struct cbor_bytes){ bytes, len });
}

static void
anchors(void)
{
	struct license license;
	uint8_t bytes[MANIFEST_MAX];
	char text[CARRIER_MAX];
	size_t len = 0;

	ceremony_manifest(&manifest, 1, 3, 2);
	anchor("anchor-unsigned", corpus_sign_manifest(&manifest, (const uint8_t[]){ 0 }));
	anchor("anchor-one-signature", corpus_sign_manifest(&manifest, (const uint8_t[]){ 1, 0 }));
	anchor("anchor-stranger-too",
		corpus_sign_manifest(&manifest, (const uint8_t[]){ 1, 2, 9, 0 }));
	anchor("anchor-empty", (struct cbor_bytes){ NULL, 0 });
	anchor("anchor-with-gone-root", versions[2]);
	memcpy(bytes, versions[1].data, versions[1].len);
	bytes[versions[1].len - 1] ^= 1;
	anchor("anchor-bad-signature", (struct cbor_bytes){ bytes, versions[1].len });
	bytes[versions[1].len - 1] ^= 1;
	bytes[200] ^= 1;
	anchor("anchor-altered", (struct cbor_bytes){ bytes, versions[1].len });
	anchor("anchor-cut", (struct cbor_bytes){ bytes, versions[1].len - 1 });
	hotel_license_unbound(&license);
	anchor("anchor-a-license", corpus_sign(&license));
	signers();
	put_armor(text, &len, "MANIFEST", versions[1]);
	anchor("anchor-armor", (struct cbor_bytes){ (uint8_t *)text, len });
	put_armor(text, &len, "MANIFEST", versions[2]);
	put_armor(text, &len, "MANIFEST", versions[3]);
	anchor("anchor-whole-chain", (struct cbor_bytes){ (uint8_t *)text, len });
	len = 0;
	put_armor(text, &len, "MANIFEST", versions[2]);
	put_armor(text, &len, "MANIFEST", versions[1]);
	anchor("anchor-chain-any-order", (struct cbor_bytes){ (uint8_t *)text, len });
}

/* Claims that nobody should have signed; they are told before anybody asks who did. */
static void
claims_of_manifests(void)
{
	static struct payload full, altered;
	static uint8_t bytes[MANIFEST_MAX];
	struct cbor_writer w;
	size_t len;

	hotel_manifest(&manifest);
	cbor_writer_init(&w, full.bytes, sizeof full.bytes);
	manifest_write(&w, &manifest);
	assert_int_equal(cbor_writer_finish(&w, &full.len), SKERRY_OK);
	for (size_t i = 0; i < MANIFEST_REFUSALS_LEN + 2; i++) {
		altered = full;
		/* A window that ends before it begins, and nothing at all. */
		if (i == MANIFEST_REFUSALS_LEN)
			payload_patch(
				&altered, "021a69eff880031a6bd12c00", "021a69eff880031a69eff87f");
		if (i < MANIFEST_REFUSALS_LEN)
			payload_patch(
				&altered, MANIFEST_REFUSALS[i].find, MANIFEST_REFUSALS[i].put);
		assert_int_equal(sign_unsigned(MANIFEST_TYPE,
					 (struct cbor_bytes){ altered.bytes, altered.len }, bytes,
					 sizeof bytes, &len),
			SKERRY_OK);
		anchor(corpus_name("manifest-%03zu", i), (struct cbor_bytes){ bytes, len });
	}
}

void
corpus_chains(void)
{
	history();
	chains();
	bad_steps();
	undone();
	forks();
	anchors();
	claims_of_manifests();
}
