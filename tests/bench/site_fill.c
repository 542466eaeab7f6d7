/* SPDX-License-Identifier: ISC */
#include "site_fill.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "keys/random.h"
#include "license_bench.h"
#include "verifier/exchange/take_in.h"

struct clock_reading
site_fill_reading(void)
{
	return (struct clock_reading){
		.boot_id = "a boot of bench", .mono_s = 86400, .wall = SITE_FILL_NOW
	};
}

static void
found(const char *path, const struct bench_documents *documents)
{
	const struct cbor_bytes anchor = { documents->manifest, documents->manifest_len };
	struct documents folder;
	pid_t holder;

	bench_require(documents_create(path, &folder, &holder) == SKERRY_OK &&
			      identity_create(&folder) == SKERRY_OK &&
			      memory_create(&folder, &anchor) == SKERRY_OK &&
			      documents_put_anchor(&folder, documents->manifest,
				      documents->manifest_len) == SKERRY_OK,
		"no state folder can be made there");
	documents_close(&folder);
}

static void
import(struct site *site, const struct bench_documents *documents)
{
	static uint8_t bytes[LICENSE_MAX];
	struct take_results results;

	for (unsigned i = 0; i < SITE_FILL_LICENSES; i++) {
		struct document document = { .kind = DOCUMENT_LICENSE,
			.bytes = { bytes, bench_documents_license(documents, i, bytes) } };

		bench_require(take_in(site, &document, 1, site_now(site), &results) == SKERRY_OK &&
				      results.list[0].fate == TAKE_TAKEN,
			"a license is not taken in");
		take_results_free(&results);
	}
}

static void
tell(struct memory *memory)
{
	bench_require(memory_begin(memory) == SKERRY_OK, "the journal does not fill");
	for (int i = 0; i < SITE_FILL_ROWS; i++)
		bench_require(memory_tell(memory, "import.held", "license 7QK2M94XPAC0DTE1",
				      "product=hotelhub/hms edition=%d error=ok", i) == SKERRY_OK,
			"the journal does not fill");
	bench_require(memory_commit(memory, true) == SKERRY_OK, "the journal does not fill");
}

/* Made under another name, so that one whose filling was interrupted is none. */
static void
make(const char *path)
{
	static struct bench_documents documents;
	struct clock_reading reading = site_fill_reading();
	struct site_failure where;
	struct site site;
	char unfinished[256];

	snprintf(unfinished, sizeof unfinished, "%s.%ld", path, (long)getpid());
	fprintf(stderr, "bench: filling %s\n", path);
	bench_documents_make(&documents);
	found(unfinished, &documents);
	bench_require(site_open_to_write(unfinished, &site, &where) == SKERRY_OK &&
			      site_tick(&site, &reading) == SKERRY_OK,
		"the state folder does not open");
	import(&site, &documents);
	tell(site.memory);
	site_close(&site);
	bench_require(rename(unfinished, path) == 0, "the state folder cannot be renamed");
}

void
site_fill_make(const char *folder, char *ret_path, size_t path_max)
{
	bench_require(random_start() == SKERRY_OK, "no random numbers");
	snprintf(ret_path, path_max, "%s/site-%d-%d", folder, SITE_FILL_LICENSES, SITE_FILL_ROWS);
	if (access(ret_path, F_OK) != 0)
		make(ret_path);
}
