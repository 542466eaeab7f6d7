/* SPDX-License-Identifier: ISC */
/*
 * Speed and size, beside the bare limit and beside peers, in one run. Every figure is printed with
 * what it should be; nothing here passes or fails, since a duration depends on the machine's day.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "bench.h"
#include "bundles.h"
#include "commits.h"
#include "desk.h"
#include "formats/cose.h"
#include "hello.h"
#include "hostile.h"
#include "keys/hash.h"
#include "keys/trust.h"
#include "libcbor_walk.h"
#include "license_bench.h"
#include "peers.h"
#include "ready.h"
#include "requests.h"
#include "seats.h"
#include "site.h"
#include "skerry.h"
#include "verifier/decide/match.h"

static struct bench_documents documents;
static struct trust trust;

/* --- bytes to verdict, and the bare verification of that length -------------------------------- */

static struct {
	uint8_t tbs[LICENSE_MAX + COSE_TBS_OVERHEAD_MAX];
	size_t tbs_len;
	uint8_t signature[COSE_SIGNATURE_LEN], public_key[COSE_KEY_X_LEN];
} bare;

static void
prepare_bare(void)
{
	struct cose_sign1 message;
	size_t offset;

	bench_require(cose_sign1_parse(documents.bound, documents.bound_len, &message, &offset) ==
				      SKERRY_OK &&
			      cose_sign1_tbs(message.protected_bytes, message.payload, bare.tbs,
				      sizeof bare.tbs, &bare.tbs_len) == SKERRY_OK,
		"the license does not parse");
	memcpy(bare.signature, message.signature, sizeof bare.signature);
	memcpy(bare.public_key, trust.manifest.keys[0].key.x, sizeof bare.public_key);
}

static void
bare_verification(void *context)
{
	(void)context;
	bench_require(crypto_sign_verify_detached(
			      bare.signature, bare.tbs, bare.tbs_len, bare.public_key) == 0,
		"the bare signature does not pass");
}

static enum evaluate_match
match(const struct license *license)
{
	enum match_sight sights[LICENSE_COMPONENTS_MAX];
	uint8_t hash[LICENSE_COMPONENT_HASH_MAX];

	for (size_t i = 0; i < license->components_len; i++) {
		const struct license_component *component = &license->components[i];
		const char *value = bench_component(i);

		hash_component(license->salt.data, component->type, value, strlen(value), hash,
			component->hash.len);
		sights[i] = memcmp(hash, component->hash.data, component->hash.len) == 0
				    ? MATCH_SAME
				    : MATCH_DIFFERS;
	}
	return match_machine(license, sights, NULL);
}

static void
bytes_to_verdict(void *context)
{
	static struct license license;
	const struct manifest_key *key;
	struct evaluate_facts facts;
	struct skerry_verdict verdict;
	size_t offset;

	(void)context;
	bench_require(trust_open_license(&trust, documents.bound, documents.bound_len, &license,
			      &key, &offset) == SKERRY_OK,
		"the license is refused");
	evaluate_facts_init(&facts, documents.issued_at + 60, 0);
	facts.machine = match(&license);
	evaluate(&license, &facts, &verdict);
	bench_require(verdict.access == SKERRY_ACCESS_FULL && facts.machine == EVALUATE_MATCH,
		"the verdict is not full access");
}

/* --- asking an open handle --------------------------------------------------------------------- */

static void
check_feature(void *skerry)
{
	if (skerry_feature(skerry, "channel_manager") == SKERRY_ERR_NO_FEATURE)
		bench_require(0, "the feature is missing");
}

static struct skerry *
open_handle(void)
{
	struct skerry_config config = SKERRY_CONFIG_INIT;
	struct skerry_failure failure;
	struct skerry *skerry = NULL;

	config.trust = documents.manifest;
	config.trust_len = documents.manifest_len;
	config.product = "hotelhub/hms";
	config.license = documents.unbound;
	config.license_len = documents.unbound_len;
	if (skerry_open(&config, &skerry, &failure) != SKERRY_OK) {
		fprintf(stderr, "bench: %s\n", failure.message);
		exit(2);
	}
	return skerry;
}

/* --- CBOR: decode and walk --------------------------------------------------------------------- */

static struct cbor_bytes claims;

/* Skipping holds every item to the whole profile; the map is entered so that both walk alike. */
static void
skerry_walk(void *context)
{
	struct cbor_reader r;
	size_t offset;

	(void)context;
	cbor_reader_init(&r, claims.data, claims.len);
	cbor_skip(&r);
	bench_require(cbor_reader_finish(&r, &offset) == SKERRY_OK, "our CBOR does not read");
}

static void
libcbor_walk(void *context)
{
	(void)context;
	libcbor_decode_and_walk(claims.data, claims.len);
}

static void
license_walk(void *context)
{
	static struct license license;
	size_t offset;

	(void)context;
	bench_require(
		license_parse(claims, &license, &offset) == SKERRY_OK, "the claims do not parse");
}

/* --- the table --------------------------------------------------------------------------------- */

static void
line(const char *what, bench_call *call, void *context, const char *peer_name,
	bench_call *peer_call, void *peer_context, const char *promise)
{
	const struct bench_way way = { what, call, context },
			       peer = { peer_name, peer_call, peer_context };
	struct bench_result result;

	bench_pair(&way, &peer, &result);
	bench_line(what, &peer, &result, promise);
}

static void
speed(struct peers *peers, struct skerry *skerry)
{
	line("bytes to verdict, bound license", bytes_to_verdict, NULL,
		"bare crypto_sign_verify_detached", bare_verification, NULL, "at most 1.10");
	line("feature check", check_feature, skerry, "OpenSSL Ed25519 verification",
		peers_openssl_ed25519, peers, "at most 100 ns");
	line("feature check", check_feature, skerry, "libjwt RS256 verification",
		peers_libjwt_rs256, peers, "");
	line("feature check", check_feature, skerry, "cjose RS256 verification", peers_cjose_rs256,
		peers, "");
	line("CBOR decode and walk of a license", skerry_walk, NULL, "libcbor", libcbor_walk, NULL,
		"at most 0.2");
	line("... into struct license", license_walk, NULL, "libcbor", libcbor_walk, NULL,
		"at most 0.2");
}

static void
allocations(struct skerry *skerry)
{
	size_t before = bench_allocations();

	check_feature(skerry);
	skerry_walk(NULL);
	license_walk(NULL);
	printf("%-34s %10zu      (should be 0)\n", "heap calls of the check and walk",
		bench_allocations() - before);
	before = bench_allocations();
	libcbor_walk(NULL);
	printf("%-34s %10zu\n", "heap calls of libcbor's walk", bench_allocations() - before);
}

static void
sizes(const struct peers *peers)
{
	printf("%-34s %10zu B    (at most 640)\n", "license, site key, 6 components",
		documents.bound_len);
	printf("%-34s %10zu B    (at most 440)\n", "license, unbound", documents.unbound_len);
	printf("%-34s %10zu B\n", "RS256 JWT of the same claims", peers_jwt_len(peers));
}

int
main(int argc, char **argv)
{
	struct peers *peers;
	struct skerry *skerry;
	struct cose_sign1 message;
	size_t offset;

	if (argc == 3 && strcmp(argv[1], "desk") == 0) {
		desk_bench(argv[2]);
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "site") == 0) {
		site_bench(argv[2]);
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "seats") == 0) {
		seats_bench(argv[2]);
		return 0;
	}
	if (argc > 1 && strcmp(argv[1], "batch") == 0)
		return batch_bench(argc, argv);
	if (argc > 1 && strcmp(argv[1], "bundles") == 0)
		return bundles_bench(argc, argv);
	if (argc > 1 && strcmp(argv[1], "commits") == 0)
		return commits_bench(argc, argv);
	if (argc > 1 && strcmp(argv[1], "ready") == 0)
		return ready_bench(argc, argv);
	if (argc > 1 && strcmp(argv[1], "hello") == 0)
		return hello_bench(argc, argv);
	if (argc > 1 && strcmp(argv[1], "hostile") == 0)
		return hostile_bench(argc, argv);
	if (argc > 1 && strcmp(argv[1], "imports") == 0)
		return imports_bench(argc, argv);
	if (argc > 1 && strcmp(argv[1], "requests") == 0)
		return requests_bench(argc, argv);
	bench_documents_make(&documents);
	bench_require(trust_anchor(&trust, documents.manifest, documents.manifest_len, &offset) ==
			      SKERRY_OK,
		"the manifest is refused");
	prepare_bare();
	bench_require(cose_sign1_parse(documents.bound, documents.bound_len, &message, &offset) ==
			      SKERRY_OK,
		"the license does not parse");
	claims = message.payload;
	peers = peers_new(bare.tbs, bare.tbs_len);
	skerry = open_handle();
	speed(peers, skerry);
	allocations(skerry);
	sizes(peers);
	skerry_close(skerry);
	peers_free(peers);
	return 0;
}
