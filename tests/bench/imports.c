/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bare.h"
#include "bench.h"
#include "bundles.h"
#include "formats/deflate.h"
#include "issuer/desk/manifests.h"
#include "issuer/desk/operators.h"
#include "issuer/exchange/bundles_inside.h"
#include "keys/exchange_seal.h"
#include "keys/random.h"
#include "keys/seal.h"
#include "keys/untrusted_file.h"
#include "verifier/exchange/bundle_in.h"

enum { ROUNDS = 5, FILE_MAX = 64 * 1024, BOX_MAX = 64 * 1024 };

static const size_t SIZES[] = { 1, 1000, 100000, 1000000 };
enum { SIZES_LEN = sizeof SIZES / sizeof *SIZES };

static struct {
	struct desk desk;
	struct signing signing;
	struct key_pair site, opening;
	uint8_t site_id[COSE_THUMBPRINT_LEN];
	uint8_t license[FILE_MAX], box[BOX_MAX];
	size_t license_len, box_len;
	uint64_t number; /* of the next reply */
	char path[BARE_PATH_LEN];
} b;

/* --- a bundle with one page -------------------------------------------------------------------- */

static size_t
read_file(const char *folder, const char *name, uint8_t *ret_bytes)
{
	char path[BARE_PATH_LEN];
	FILE *file;
	size_t len;

	snprintf(path, sizeof path, "%s%s%s", folder, folder[0] == '\0' ? "" : "/", name);
	file = fopen(path, "rb");
	bench_require(file != NULL, path);
	len = fread(ret_bytes, 1, FILE_MAX, file);
	fclose(file);
	return len;
}

static void
open_pair(const char *folder, const char *name, enum key_purpose purpose, struct key_pair *ret_pair)
{
	static uint8_t bytes[FILE_MAX];
	const struct key_wrap open = { .kind = KEY_WRAP_NONE };
	size_t len = read_file(folder, name, bytes), offset;

	bench_require(
		key_file_open(bytes, len, purpose, &open, ret_pair, &offset) == SKERRY_OK, name);
}

/* The next reply to the site, with its license. */
static void
make_box(void)
{
	static uint8_t document[BOX_MAX];
	uint8_t cti[LICENSE_CTI_LEN];
	struct reply reply = { .brand = cbor_text_from_chars("hotelhub"),
		.issued_at = b.desk.now,
		.cti = { cti, sizeof cti },
		.number = b.number,
		.licenses = { { b.license, b.license_len } },
		.licenses_len = 1 };
	size_t len;

	random_bytes(cti, sizeof cti);
	memcpy(reply.site_id, b.site_id, sizeof reply.site_id);
	bench_require(exchange_sign_reply(&b.signing.pair, &reply, document, sizeof document,
			      &len) == SKERRY_OK &&
			      seal_box(&b.opening.public_key, (struct cbor_bytes){ document, len },
				      b.box, sizeof b.box, &b.box_len) == SKERRY_OK,
		"no box");
}

static void
add_manifest(void *context, uint64_t version, struct cbor_bytes bytes)
{
	struct bundles *bundles = context;

	(void)version;
	bundles->chain = realloc(bundles->chain, bundles->chain_len + bytes.len);
	memcpy(bundles->chain + bundles->chain_len, bytes.data, bytes.len);
	bundles->chain_len += bytes.len;
}

static void
pack_common(struct bundles *bundles)
{
	const struct bundle_common common = { .lists_len = 0 };
	uint8_t page[64];
	struct cbor_writer w;

	cbor_writer_init(&w, page, sizeof page);
	bundle_common_write(&w, &common);
	bundles->common = malloc(deflate_bound(sizeof page));
	bench_require(
		cbor_writer_finish(&w, &bundles->common_len) == SKERRY_OK &&
			deflate_pack(page, bundles->common_len, bundles->common,
				deflate_bound(sizeof page), &bundles->common_stored) == SKERRY_OK,
		"no page 0");
}

static int
by_key(const void *x, const void *y)
{
	return memcmp(((const struct bundles_site *)x)->key, ((const struct bundles_site *)y)->key,
		BUNDLE_SORT_KEY_LEN);
}

static struct bundles *
lay_out(size_t sites)
{
	struct bundles *bundles = calloc(1, sizeof *bundles);

	bench_require(bundles != NULL, "no memory");
	bundles->summary.seq = b.number;
	bundles->summary.issued_at = b.desk.now;
	random_bytes(bundles->summary.id, BUNDLE_ID_LEN);
	bench_require(manifests_each(&b.desk, add_manifest, bundles) == SKERRY_OK, "no chain");
	pack_common(bundles);
	bundles->sites = calloc(sites, sizeof *bundles->sites);
	bench_require(bundles->sites != NULL, "no memory");
	bundles->sites_len = sites;
	for (size_t i = 0; i < sites; i++) {
		random_bytes(bundles->sites[i].key, BUNDLE_SORT_KEY_LEN);
		bundles->sites[i].boxes = 1;
		bundles->sites[i].bytes = (uint32_t)bundles_box_size(b.box_len);
	}
	bundles->sites[0].id = 1;
	hash_sort_key(bundles->summary.id, b.site_id, bundles->sites[0].key);
	qsort(bundles->sites, sites, sizeof *bundles->sites, by_key);
	bench_require(bundles_lay_out(&b.signing, bundles) == SKERRY_OK, "no places");
	for (size_t i = 0; i < bundles->pages_len; i++)
		random_bytes(bundles->pages[i].hash, BUNDLE_HASH_LEN);
	return bundles;
}

static void
put(int file, const uint8_t *bytes, size_t len, uint64_t at)
{
	bench_require(pwrite(file, bytes, len, (off_t)at) == (ssize_t)len, "no bundle");
}

/* The page of the one site; its neighbors' boxes are noise. */
static void
write_page(int file, const struct bundles *bundles, uint64_t pages_at)
{
	static uint8_t bytes[BUNDLE_PAGE_MAX], noise[BOX_MAX];
	struct bundles_page *page = bundles->pages;
	const struct bundles_site *site = bundles->sites;
	struct bundle_page_out out;
	struct cbor_writer w;
	size_t len;

	while (site->id != 1)
		site++;
	while ((size_t)(site - bundles->sites) >= page->first + page->sites)
		page++;
	cbor_writer_init(&w, bytes, sizeof bytes);
	bundle_page_begin(&w, &out, page->boxes);
	for (size_t i = page->first; i < page->first + page->sites; i++) {
		random_bytes(noise, b.box_len);
		bundle_page_put(&w, &out, bundles->sites[i].key,
			(struct cbor_bytes){
				bundles->sites[i].id == 1 ? b.box : noise, b.box_len });
	}
	bundle_page_end(&w, &out);
	bench_require(cbor_writer_finish(&w, &len) == SKERRY_OK && len == page->len, "no page");
	hash_sha256(bytes, len, page->hash);
	put(file, bytes, len, pages_at + page->offset);
}

static void
write_bundle(size_t sites)
{
	static uint8_t bytes[BUNDLE_PAGE_MAX], hashes[BUNDLE_FAN_MAX][BUNDLE_HASH_LEN];
	static struct bundle_entry entries[BUNDLE_FAN_MAX];
	struct bundles *bundles;
	uint64_t index_at, pages_at, at;
	struct cbor_writer w;
	size_t len;
	int file = open(b.path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	make_box();
	bundles = lay_out(sites);
	index_at = bundles->head_len + bundles->chain_len;
	pages_at = index_at + bundles->index_len;
	bench_require(
		file >= 0 && ftruncate(file, (off_t)bundles->summary.bytes) == 0, "no bundle");
	write_page(file, bundles, pages_at);
	cbor_writer_init(&w, bytes, sizeof bytes);
	bundle_head_write(&w, bundles->chain_len, bundles->index_len);
	put(file, bytes, w.len, 0);
	put(file, bundles->chain, bundles->chain_len, bundles->head_len);
	put(file, bundles->common, bundles->common_stored, pages_at);
	at = bundles->common_stored;
	for (size_t i = 0; i < bundles->fans_len; i++) {
		bench_require(bundles_write_fan(bundles, i, at, bytes, &len, &entries[i],
				      hashes[i]) == SKERRY_OK,
			"no index page");
		put(file, bytes, len, pages_at + at);
		at += len;
	}
	bench_require(bundles_sign_index(&b.signing, bundles, entries, bytes, &len) == SKERRY_OK &&
			      len == bundles->index_len,
		"no index");
	put(file, bytes, len, index_at);
	close(file);
	bundles_free(bundles);
}

/* --- measuring --------------------------------------------------------------------------------- */

static int
ascending(const void *a, const void *b_)
{
	double x = *(const double *)a, y = *(const double *)b_;

	return (x > y) - (x < y);
}

/* The reader alone, with what it opened in the cache, as a courier's stick is not. */
static void
read_it(void *context)
{
	const struct bundle_source *source = context;
	struct bundle_in in;
	size_t offset;

	bench_require(
		bundle_in_open(source, b.signing.trust, b.site_id, &in, &offset) == SKERRY_OK &&
			in.boxes == 1,
		"the site's box is not found");
	bundle_in_free(&in);
}

static double
reading_ms(void)
{
	double spent[ROUNDS];
	int file = open(b.path, O_RDONLY | O_CLOEXEC);
	struct bundle_source source;

	bench_require(file >= 0, "no bundle");
	source = bundle_source_file(&file, (uint64_t)lseek(file, 0, SEEK_END));
	for (int i = 0; i < ROUNDS; i++) {
		double before = bare_cpu();

		read_it(&source);
		spent[i] = (bare_cpu() - before) * 1e3;
	}
	close(file);
	qsort(spent, ROUNDS, sizeof *spent, ascending);
	return spent[ROUNDS / 2];
}

struct import {
	double cpu_ms, wall_ms, reading_ms;
	long resident_kb;
};

static void
write_apart(void *context, double *results)
{
	write_bundle(*(const size_t *)context);
	*results = 0;
}

static void
measure(char *const *arguments, size_t sites, struct import *ret_import)
{
	double cpu[ROUNDS], wall[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		struct bare_run run;

		double none;

		b.number++;
		if (sites > 0)
			bare_run_apart(write_apart, &sites, &none, 1);
		bare_run_program(arguments, &run);
		cpu[i] = run.cpu * 1e3;
		wall[i] = run.wall * 1e3;
		ret_import->resident_kb = run.resident_kb;
	}
	qsort(cpu, ROUNDS, sizeof *cpu, ascending);
	qsort(wall, ROUNDS, sizeof *wall, ascending);
	ret_import->cpu_ms = cpu[ROUNDS / 2];
	ret_import->wall_ms = wall[ROUNDS / 2];
	ret_import->reading_ms = sites > 0 ? reading_ms() : 0;
}

int
imports_bench(int argc, char **argv)
{
	char *nothing[] = { argv[2], "--version", NULL };
	char *alone[] = { argv[2], "--state", argv[3], "import", argv[5], NULL };
	char *arguments[] = { argv[2], "--state", argv[3], "import", b.path, NULL };
	struct import start, import;

	bench_require(argc == 6 && random_start() == SKERRY_OK,
		"bench imports PROGRAM STATE DESK LICENSE");
	open_pair(argv[3], "site.key", KEY_SITE, &b.site);
	open_pair(argv[3], "opening.key", KEY_OPENING, &b.opening);
	hash_thumbprint(&b.site.public_key, b.site_id);
	bench_require(desk_open(argv[4], &b.desk) == SKERRY_OK &&
			      operators_unlock(&b.desk, NULL) == SKERRY_OK &&
			      signing_open(&b.desk, &b.signing) == SKERRY_OK,
		"the desk does not open");
	b.license_len = read_file("", argv[5], b.license);
	b.desk.now = desk_clock(&b.desk);
	b.number = (uint64_t)b.desk.now;
	snprintf(b.path, sizeof b.path, "%s.bundle", argv[3]);
	measure(nothing, 0, &start);
	printf("%-34s %10.1f ms   (process start: %.1f ms CPU)\n", "skerry --version, wall",
		start.wall_ms, start.cpu_ms);
	measure(alone, 0, &import);
	printf("%-34s %10.1f ms   wall %.1f ms; beyond process start\n",
		"import of a license that is held, CPU", import.cpu_ms - start.cpu_ms,
		import.wall_ms - start.wall_ms);
	for (size_t i = 0; i < SIZES_LEN; i++) {
		char title[64];

		measure(arguments, SIZES[i], &import);
		snprintf(title, sizeof title, "import of %zu sites' bundle, CPU", SIZES[i]);
		printf("%-34s %10.1f ms   (at most 10) wall %.1f ms; reading alone %.2f ms; %ld kB "
		       "(at most 8192), each beyond process start\n",
			title, import.cpu_ms - start.cpu_ms, import.wall_ms - start.wall_ms,
			import.reading_ms, import.resident_kb - start.resident_kb);
	}
	unlink(b.path);
	signing_close(&b.signing);
	desk_close(&b.desk);
	return 0;
}
