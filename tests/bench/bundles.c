/* SPDX-License-Identifier: ISC */
#include "bundles.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bare.h"
#include "bench.h"
#include "formats/sealed.h"
#include "issuer/desk/installations.h"
#include "keys/hash.h"
#include "keys/random.h"

enum { LICENSE_MESSAGE = 512, REPLY_MESSAGE = 768 };

/* What one site's renewal writes. */
static const struct bare_table TABLE_OF[] = { { "document", NULL, 2 }, { "reply", NULL, 1 },
	{ "audit", NULL, 2 } };
enum { TABLES = sizeof TABLE_OF / sizeof *TABLE_OF };

/* --- sites ------------------------------------------------------------------------------------- */

static void
check_in(struct desk *desk, int64_t activation)
{
	struct installation row = { .has_opening_key = true,
		.has_site_key = true,
		.number = 7,
		.kind = REQUEST_HEARTBEAT,
		.rolled_back_since = LICENSE_NEVER,
		.found_at = LICENSE_NEVER,
		.settled_at = LICENSE_NEVER,
		.site_key = { .curve = COSE_CURVE_ED25519, .alg = COSE_ALG_EDDSA },
		.opening_key = { .curve = COSE_CURVE_X25519 } };
	struct store_query q;

	random_bytes(row.site_key.x, sizeof row.site_key.x);
	random_bytes(row.opening_key.x, sizeof row.opening_key.x);
	hash_thumbprint(&row.site_key, row.site_id);
	bench_require(installations_write(desk, &row) == SKERRY_OK, "no installation");
	store_query(desk->store, &q,
		"UPDATE activation SET installation_id = ?, outdated = 1 WHERE id = ?");
	store_bind_int(&q, row.id);
	store_bind_int(&q, activation);
	bench_require(store_run(&q) == SKERRY_OK, "no activation");
}

/* As if each activation had told of itself, and its license was renewed since. */
static void
fill(const char *path)
{
	struct store_query q;
	struct desk desk;

	bench_require(desk_open(path, &desk) == SKERRY_OK && store_begin(desk.store) == SKERRY_OK,
		"the desk does not open");
	store_query(desk.store, &q, "SELECT id FROM activation ORDER BY id");
	while (store_step(&q))
		check_in(&desk, store_int(&q, 0));
	bench_require(store_done(&q) == SKERRY_OK && store_commit(desk.store) == SKERRY_OK,
		"the desk does not fill");
	desk_close(&desk);
}

/* --- the bare work ----------------------------------------------------------------------------- */

struct places {
	char done_path[BARE_PATH_LEN + 16], empty_path[BARE_PATH_LEN + 16];
	int sites;
	size_t box_len;
};

static double
bare_sealing(int count, size_t len)
{
	uint8_t public_key[crypto_box_PUBLICKEYBYTES], secret_key[crypto_box_SECRETKEYBYTES];
	uint8_t *plain = calloc(1, len), *box = malloc(len + crypto_box_SEALBYTES);
	double before;

	bench_require(plain != NULL && box != NULL, "no memory");
	crypto_box_keypair(public_key, secret_key);
	before = bare_cpu();
	for (int i = 0; i < count; i++)
		bench_require(crypto_box_seal(box, plain, len, public_key) == 0, "no box");
	before = bare_cpu() - before;
	free(plain);
	free(box);
	return before;
}

static void
work_barely(void *context, double *results)
{
	const struct places *places = context;

	results[0] = bare_signing(places->sites, LICENSE_MESSAGE) +
		     bare_signing(places->sites, REPLY_MESSAGE);
	results[1] = bare_sealing(places->sites, places->box_len);
	results[2] = bare_inserting(TABLE_OF, TABLES, places->done_path, places->empty_path);
}

/* --- printing ---------------------------------------------------------------------------------- */

static void
print_run(const char *title, const struct bare_run *run, double bare, int sites)
{
	double each = 1e6 / sites;

	printf("%-34s %10.1f us   %-34s %10.1f us   %6.3f   (at most 1.5)\n", title,
		run->cpu * each, "bare sign, verify, seal, insert", bare * each, run->cpu / bare);
	printf("%-34s %10.1f s    (CPU %.1f s: %.2f processors busy)\n", "... all of them, wall",
		run->wall, run->cpu, run->cpu / run->wall);
	printf("%-34s %10ld kB   (at most 65536)\n", "... resident", run->resident_kb);
}

static long long
size_of(const char *path)
{
	struct stat info;

	bench_require(stat(path, &info) == 0, "no bundle");
	return info.st_size;
}

int
bundles_bench(int argc, char **argv)
{
	char work[BARE_PATH_LEN], bare[BARE_PATH_LEN], file[BARE_PATH_LEN], state[BARE_PATH_LEN];
	char *arguments[] = { argv[2], "--desk", work, "bundle", "--force", "--out", file, NULL };
	struct bare_run first, again;
	struct places places;
	double spent[3];

	bench_require(argc == 5 && sodium_init() >= 0, "bench bundles PROGRAM DESK SITES");
	places.sites = atoi(argv[4]);
	snprintf(work, sizeof work, "%s.work", argv[3]);
	snprintf(bare, sizeof bare, "%s.bare", argv[3]);
	snprintf(file, sizeof file, "%s.bundle", argv[3]);
	snprintf(state, sizeof state, "%s.state", argv[3]);
	snprintf(places.done_path, sizeof places.done_path, "%s/issuer.db", work);
	snprintf(places.empty_path, sizeof places.empty_path, "%s/issuer.db", bare);
	bench_require(setenv("XDG_STATE_HOME", state, 1) == 0, "no memory");
	fill(argv[3]);
	bare_run_shell("rm -rf '%s' '%s'", work, bare);
	bare_run_shell("cp -r '%s' '%s'", argv[3], work);
	bare_run_shell("cp -r '%s' '%s'", argv[3], bare);
	sync();
	bare_run_program(arguments, &first);
	bare_run_program(arguments, &again);
	sync();
	places.box_len = sealed_padded((size_t)(size_of(file) / places.sites) - SEALED_STEP);
	bare_run_apart(work_barely, &places, spent, 3);
	print_run(
		"CPU of a site, all renewed", &first, spent[0] + spent[1] + spent[2], places.sites);
	printf("%-34s sign and verify %.1f us, seal %.1f us, insert %.1f us\n", "... of which bare",
		spent[0] * 1e6 / places.sites, spent[1] * 1e6 / places.sites,
		spent[2] * 1e6 / places.sites);
	print_run("CPU of a site, nothing new", &again, spent[1], places.sites);
	printf("%-34s %10lld B\n", "... the bundle, for each site", size_of(file) / places.sites);
	bare_run_shell("rm -rf '%s' '%s'", work, bare);
	return unlink(file);
}
