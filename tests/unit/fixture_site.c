/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_tree.h"
#include "tests/unit/fixture_site.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/random.h"

/* --- documents ------------------------------------------------------------------------------- */

struct manifest manifest_made;
struct license license_made;

void
site_sign_manifest(struct signed_document *ret_document)
{
	const uint8_t root = 1;
	size_t len = ceremony_sign_manifest(&manifest_made, &root, 1, ret_document->bytes);

	ret_document->document = (struct document){ .kind = DOCUMENT_MANIFEST,
		.bytes = { ret_document->bytes, len } };
}

void
site_make_manifest(struct signed_document *ret_document, uint64_t version)
{
	ceremony_manifest(&manifest_made, version, 1, 1);
	site_sign_manifest(ret_document);
}

void
site_sign_license_by(struct signed_document *ret_document, uint8_t seed)
{
	struct key_pair pair = ceremony_pair(KEY_ISSUING, seed);
	size_t len;

	license_made.expires_at = ladder_last_date(&license_made);
	len = ceremony_sign_license(&license_made, &pair, ret_document->bytes);
	key_pair_free(&pair);
	ret_document->document = (struct document){ .kind = DOCUMENT_LICENSE,
		.bytes = { ret_document->bytes, len } };
}

void
site_sign_license(struct signed_document *ret_document)
{
	site_sign_license_by(ret_document, CEREMONY_ISSUING);
}

void
site_two_keys(uint64_t version)
{
	ceremony_manifest(&manifest_made, version, 1, 1);
	manifest_made.keys[1] = manifest_made.keys[0];
	manifest_made.keys[1].key = ceremony_public(KEY_ISSUING, SITE_OTHER_ISSUING);
	manifest_made.keys_len = 2;
}

void
site_make_license(struct signed_document *ret_document, uint64_t edition)
{
	ceremony_license(&license_made);
	license_made.edition = edition;
	site_sign_license(ret_document);
}

/* --- a folder -------------------------------------------------------------------------------- */

char folder[64];
struct site site;
struct take_result results[SITE_RESULTS_MAX];
size_t results_len;

static int
remove_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static int64_t lived;

struct clock_reading
site_reading(void)
{
	return (struct clock_reading){
		.boot_id = "a boot of tests", .mono_s = lived - TODAY + DAY, .wall = lived
	};
}

static void
tick(void)
{
	struct clock_reading reading = site_reading();

	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
}

void
site_live_until(int64_t at)
{
	struct clock_news news;

	/* Between the first and the last, what is recorded makes no difference. */
	while (lived + DAY / 2 < at) {
		struct clock_reading reading;

		lived += DAY / 2;
		reading = site_reading();
		clock_tick(&site.memory->clock, &reading, CLOCK_TOLERANCE_S, &news);
	}
	if (at > lived)
		lived = at;
	tick();
}

static void
open_site(void)
{
	struct site_failure where;

	assert_int_equal(site_open_to_write(folder, &site, &where), SKERRY_OK);
	tick();
}

void
site_reopen(void)
{
	site_close(&site);
	open_site();
}

int
site_set_up(void **state)
{
	static struct signed_document anchor;
	struct documents documents;
	pid_t holder;

	(void)state;
	if (random_start() != SKERRY_OK)
		return -1;
	tree_place("site", folder);
	assert_non_null(mkdtemp(folder));
	site_make_manifest(&anchor, 1);
	assert_int_equal(documents_create(folder, &documents, &holder), SKERRY_OK);
	assert_int_equal(identity_create(&documents), SKERRY_OK);
	assert_int_equal(memory_create(&documents, &anchor.document.bytes), SKERRY_OK);
	assert_int_equal(documents_put_anchor(
				 &documents, anchor.document.bytes.data, anchor.document.bytes.len),
		SKERRY_OK);
	documents_close(&documents);
	lived = TODAY;
	open_site();
	return 0;
}

int
site_tear_down(void **state)
{
	(void)state;
	site_close(&site);
	return nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

enum skerry_err
site_take(const struct document *documents, size_t documents_len, int64_t now)
{
	struct take_results got;
	enum skerry_err err = take_in(&site, documents, documents_len, now, &got);

	if (err != SKERRY_OK)
		return err;
	assert_true(got.len <= SITE_RESULTS_MAX);
	memcpy(results, got.list, got.len * sizeof *results);
	results_len = got.len;
	take_results_free(&got);
	return SKERRY_OK;
}

enum take_fate
site_take_at(const struct signed_document *document, int64_t now)
{
	site_live_until(now);
	assert_int_equal(site_take(&document->document, 1, now), SKERRY_OK);
	site_reopen();
	return results[0].fate;
}

struct site_answer
site_ask_at(int64_t now)
{
	const struct site_query query = { .product = "hms", .at = now };
	struct site_answer answer;

	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	return answer;
}

size_t
site_count_files(const char *below)
{
	char command[128];
	FILE *listing;
	size_t count = 0;
	int c;

	snprintf(command, sizeof command, "ls %s/%s", folder, below);
	listing = popen(command, "r");
	assert_non_null(listing);
	while ((c = fgetc(listing)) != EOF)
		count += c == '\n';
	assert_int_equal(pclose(listing), 0);
	return count;
}
