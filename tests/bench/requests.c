/* SPDX-License-Identifier: ISC */
#include "requests.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "bench.h"
#include "issuer/desk/manifests.h"
#include "issuer/desk/operators.h"
#include "issuer/exchange/intake.h"
#include "issuer/sell.h"
#include "keys/exchange_seal.h"
#include "keys/hash.h"
#include "keys/random.h"

enum { PAGE = 1000, SEALED_ROOM = 8192 };

/* What a heartbeat writes. */
static const struct bare_table TABLE_OF[] = { { "request", NULL, 1 }, { "document", NULL, 2 },
	{ "reply", NULL, 1 }, { "heartbeat", NULL, 1 }, { "audit", NULL, 2 } };
enum { TABLES = sizeof TABLE_OF / sizeof *TABLE_OF };

struct guest {
	uint8_t secret[KEY_SECRET_LEN], digest[REQUEST_DIGEST_LEN];
	char key[LICENSE_KEY_MAX + 1];
	uint8_t *sealed; /* the next request */
	size_t sealed_len;
};

static struct scene {
	struct desk desk;
	struct cose_key exchange;
	struct guest *guests;
	int64_t guests_len;
	size_t answered, plain_len, document_len;
	char done_path[BARE_PATH_LEN + 16], empty_path[BARE_PATH_LEN + 16];
} scene;

/* --- a desk and its sites ---------------------------------------------------------------------- */

static void
open_desk(const char *path)
{
	struct trust *trust;

	bench_require(desk_open(path, &scene.desk) == SKERRY_OK &&
			      operators_unlock(&scene.desk, NULL) == SKERRY_OK &&
			      manifests_load(&scene.desk, &trust) == SKERRY_OK,
		"the desk does not open");
	scene.exchange = trust->manifest.exchange[0].key;
	free(trust);
}

static void
sell_all(void)
{
	static struct sold sold;
	char email[64];
	const struct sell_entry entry = { "Grand Hotel", "", "" };
	struct sell sale = { .items = { { "hotelhub/hms/island", LICENSE_NEVER, 0 } },
		.items_len = 1,
		.entry = &entry,
		.customer = email,
		.tenant = "",
		.price = "",
		.currency = "",
		.payment = "" };

	for (int64_t i = 0; i < scene.guests_len; i++) {
		bench_require(i % PAGE != 0 || desk_begin(&scene.desk) == SKERRY_OK, "no change");
		snprintf(email, sizeof email, "owner%lld@stay.example", (long long)i);
		bench_require(
			sell_licenses(&scene.desk, &sale, &sold) == SKERRY_OK, "nothing is sold");
		strcpy(scene.guests[i].key, sold.key);
		random_bytes(scene.guests[i].secret, KEY_SECRET_LEN);
		bench_require((i + 1) % PAGE != 0 || desk_commit(&scene.desk) == SKERRY_OK,
			"nothing is sold");
	}
	bench_require(scene.guests_len % PAGE == 0 || desk_commit(&scene.desk) == SKERRY_OK,
		"nothing is sold");
}

/* --- what the sites write ---------------------------------------------------------------------- */

static void
seal(struct guest *guest, const struct key_pair *site, struct request *request)
{
	uint8_t sealed[SEALED_ROOM];

	hash_thumbprint(&scene.exchange, request->audience);
	request->site_key = site->public_key;
	request->issued_at = request->wall = desk_clock(&scene.desk);
	request->manifest_version = 1;
	request->rolled_back_since = LICENSE_NEVER;
	bench_require(exchange_seal_request(site, &scene.exchange, request, guest->digest, sealed,
			      sizeof sealed, &guest->sealed_len) == SKERRY_OK,
		"a request is not written");
	guest->sealed = malloc(guest->sealed_len);
	bench_require(guest->sealed != NULL, "no memory");
	memcpy(guest->sealed, sealed, guest->sealed_len);
	scene.plain_len = guest->sealed_len - SEALED_BOX_OVERHEAD;
}

static void
open_pairs(const struct guest *guest, struct key_pair *ret_site, struct key_pair *ret_opening)
{
	bench_require(key_pair_from_secret(KEY_SITE, COSE_ALG_EDDSA, guest->secret, ret_site) ==
				      SKERRY_OK &&
			      key_pair_from_secret(KEY_OPENING, COSE_ALG_EDDSA, guest->secret,
				      ret_opening) == SKERRY_OK,
		"no keys");
}

static void
write_pair(struct guest *guest)
{
	static struct request request;
	uint8_t nonce[REQUEST_NONCE_LEN], salt[LICENSE_SALT_LEN],
		hashes[2][LICENSE_COMPONENT_HASH_MAX];
	struct key_pair site, opening;

	request = (struct request){ .kind = REQUEST_PAIR, .number = 1, .nonce = nonce };
	random_bytes(nonce, sizeof nonce);
	random_bytes(salt, sizeof salt);
	random_bytes(hashes[0], sizeof hashes);
	open_pairs(guest, &site, &opening);
	request.has_opening_key = true;
	request.opening_key = opening.public_key;
	request.keys[request.keys_len++] = cbor_text_from_chars(guest->key);
	request.salt = (struct cbor_bytes){ salt, sizeof salt };
	request.components[0] = (struct fingerprint_component){ FINGERPRINT_MACHINE_ID,
		{ hashes[0], sizeof hashes[0] } };
	request.components[1] = (struct fingerprint_component){ FINGERPRINT_PRODUCT_UUID,
		{ hashes[1], sizeof hashes[1] } };
	request.components_len = 2;
	seal(guest, &site, &request);
	key_pair_free(&site);
	key_pair_free(&opening);
}

/* It shows the license that the pairing brought. */
static void
write_heartbeat(struct guest *guest)
{
	static struct request request;
	uint8_t nonce[REQUEST_NONCE_LEN], site_id[COSE_THUMBPRINT_LEN], before[REQUEST_DIGEST_LEN];
	struct installation installation;
	struct key_pair site, opening;
	struct store_query q;

	request = (struct request){ .kind = REQUEST_HEARTBEAT, .number = 2, .nonce = nonce };
	random_bytes(nonce, sizeof nonce);
	memcpy(before, guest->digest, sizeof before);
	request.pending[0] = (struct request_pending){ 1, before };
	request.pending_len = 1;
	open_pairs(guest, &site, &opening);
	hash_thumbprint(&site.public_key, site_id);
	bench_require(installations_find_key(&scene.desk, site_id, &installation) == SKERRY_OK &&
			      installation.id != 0,
		"a site is not known");
	request.reply_number = installation.reply_made;
	store_query(scene.desk.store, &q,
		"SELECT d.bytes FROM activation a JOIN document d ON d.activation_id = a.id"
		" WHERE a.installation_id = ? AND d.kind = 'license'");
	store_bind_int(&q, installation.id);
	bench_require(store_step(&q), "a site has no license");
	request.held[request.held_len++] = store_bytes(&q, 0);
	scene.document_len = store_bytes(&q, 0).len;
	seal(guest, &site, &request);
	bench_require(store_done(&q) == SKERRY_OK, "the desk is not read");
	key_pair_free(&site);
	key_pair_free(&opening);
}

/* --- reading them ------------------------------------------------------------------------------ */

static void
take_answer(void *context, const struct intake_line *line)
{
	(void)context;
	bench_require(line->err == SKERRY_OK && line->answered->results_len == 1 &&
			      line->answered->results[0].code == REPLY_OK,
		"a request is not answered");
	scene.answered++;
}

static void
write_all(void (*write)(struct guest *))
{
	for (int64_t i = 0; i < scene.guests_len; i++) {
		free(scene.guests[i].sealed);
		write(&scene.guests[i]);
	}
}

/* CPU seconds; *ret_wall of a clock. */
static double
read_all(double *ret_wall)
{
	struct intake intake;
	double before, begun;

	scene.answered = 0;
	begun = bare_wall();
	before = bare_cpu();
	bench_require(intake_begin(&scene.desk, take_answer, NULL, &intake) == SKERRY_OK,
		"the desk does not open");
	for (int64_t i = 0; i < scene.guests_len; i++)
		bench_require(intake_take(&intake, "", 0, REQUESTS_STICK,
				      (struct cbor_bytes){ scene.guests[i].sealed,
					      scene.guests[i].sealed_len }) == SKERRY_OK,
			"the desk does not answer");
	bench_require(intake_flush(&intake) == SKERRY_OK, "the desk does not answer");
	intake_end(&intake);
	before = bare_cpu() - before;
	*ret_wall = bare_wall() - begun;
	bench_require(scene.answered == (size_t)scene.guests_len, "some are not answered");
	return before;
}

/* --- the bare work ----------------------------------------------------------------------------- */

static double
open_barely(void)
{
	uint8_t public_key[crypto_box_PUBLICKEYBYTES], secret_key[crypto_box_SECRETKEYBYTES];
	uint8_t signer[crypto_sign_PUBLICKEYBYTES], signing[crypto_sign_SECRETKEYBYTES];
	static uint8_t plain[SEALED_ROOM], box[SEALED_ROOM + crypto_box_SEALBYTES];
	uint8_t signature[crypto_sign_BYTES];
	double before;

	crypto_box_keypair(public_key, secret_key);
	crypto_sign_keypair(signer, signing);
	crypto_sign_detached(signature, NULL, plain, scene.plain_len, signing);
	crypto_box_seal(box, plain, scene.plain_len, public_key);
	before = bare_cpu();
	for (int64_t i = 0; i < scene.guests_len; i++)
		bench_require(
			crypto_box_seal_open(plain, box, scene.plain_len + crypto_box_SEALBYTES,
				public_key, secret_key) == 0 &&
				crypto_sign_verify_detached(
					signature, plain, scene.plain_len, signer) == 0,
			"a box does not open");
	return bare_cpu() - before;
}

static void
work_barely(void *context, double *results)
{
	(void)context;
	results[0] = open_barely();
	results[1] = bare_inserting(TABLE_OF, TABLES, scene.done_path, scene.empty_path);
	/* The license that it shows is verified; license and reply are signed, and read back. */
	results[2] = bare_signing((int)scene.guests_len, scene.document_len) +
		     bare_signing((int)scene.guests_len, scene.document_len + SEALED_STEP);
}

static void
print(const char *title, double spent, const char *peer, double bare, const char *promise)
{
	double each = 1e6 / (double)scene.guests_len;

	printf("%-34s %10.1f us   %-34s %10.1f us   %6.3f   %s\n", title, spent * each, peer,
		bare * each, bare / spent, promise);
}

int
requests_bench(int argc, char **argv)
{
	char work[BARE_PATH_LEN], bare[BARE_PATH_LEN];
	double pairs, heartbeats, again, wall, none, spent[3];

	bench_require(argc == 4 && random_start() == SKERRY_OK, "bench requests DESK COUNT");
	scene.guests_len = atoll(argv[3]);
	scene.guests = calloc((size_t)scene.guests_len, sizeof *scene.guests);
	bench_require(scene.guests_len > 0 && scene.guests != NULL, "bench requests DESK COUNT");
	snprintf(work, sizeof work, "%s.requests", argv[2]);
	snprintf(bare, sizeof bare, "%s.bare", argv[2]);
	snprintf(scene.done_path, sizeof scene.done_path, "%s/issuer.db", work);
	snprintf(scene.empty_path, sizeof scene.empty_path, "%s/issuer.db", bare);
	bare_run_shell("rm -rf '%s' '%s'", work, bare);
	bare_run_shell("cp -r '%s' '%s'", argv[2], work);
	open_desk(work);
	sell_all();
	write_all(write_pair);
	pairs = read_all(&none);
	desk_close(&scene.desk);
	bare_run_shell("cp -r '%s' '%s'", work, bare);
	open_desk(work);
	write_all(write_heartbeat);
	heartbeats = read_all(&wall);
	again = read_all(&none);
	desk_close(&scene.desk);
	bare_run_apart(work_barely, NULL, spent, 3);
	print("CPU of a request read, answered", heartbeats, "bare open, verify, sign, commit",
		spent[0] + spent[1] + spent[2], "(rate: at least 0.5)");
	printf("%-34s %10.0f a second, wall, commits on the disk; each also has a license and a "
	       "reply signed, and read back\n",
		"... read, answered, recorded", (double)scene.guests_len / wall);
	print("...", heartbeats, "... without what is signed", spent[0] + spent[1], "");
	print("... read again", again, "bare open, verify", spent[0], "");
	printf("%-34s %10.1f us\n", "... of a pairing", pairs * 1e6 / (double)scene.guests_len);
	for (int64_t i = 0; i < scene.guests_len; i++)
		free(scene.guests[i].sealed);
	bare_run_shell("rm -rf '%s' '%s'", work, bare);
	free(scene.guests);
	return 0;
}
