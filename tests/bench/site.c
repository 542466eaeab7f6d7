/* SPDX-License-Identifier: ISC */
#include "site.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "formats/cose.h"
#include "keys/store.h"
#include "site_fill.h"
#include "verifier/question.h"
#include "verifier/state/journal.h"

static char path[256];

/* --- the bare verification of the licenses that the folder holds -------------------------------- */

static struct bare {
	uint8_t tbs[LICENSE_MAX + COSE_TBS_OVERHEAD_MAX], signature[COSE_SIGNATURE_LEN],
		public_key[COSE_KEY_X_LEN];
	size_t tbs_len;
} bare[SITE_FILL_LICENSES];

static void
prepare_bare(const struct site *site)
{
	bench_require(site->licenses_len == SITE_FILL_LICENSES, "licenses are missing");
	for (size_t i = 0; i < SITE_FILL_LICENSES; i++) {
		const struct site_license *held = &site->licenses[i];
		struct cose_sign1 message;
		size_t offset;

		bench_require(cose_sign1_parse(held->document, held->document_len, &message,
				      &offset) == SKERRY_OK &&
				      cose_sign1_tbs(message.protected_bytes, message.payload,
					      bare[i].tbs, sizeof bare[i].tbs,
					      &bare[i].tbs_len) == SKERRY_OK,
			"a license does not parse");
		memcpy(bare[i].signature, message.signature, sizeof bare[i].signature);
		memcpy(bare[i].public_key, site->trust->manifest.keys[0].key.x,
			sizeof bare[i].public_key);
	}
}

static void
verify_one(void *context)
{
	const struct bare *b = context;

	bench_require(
		crypto_sign_verify_detached(b->signature, b->tbs, b->tbs_len, b->public_key) == 0,
		"a bare signature does not pass");
}

static void
verify_all(void *context)
{
	(void)context;
	for (size_t i = 0; i < SITE_FILL_LICENSES; i++)
		verify_one(&bare[i]);
}

/* --- one evaluation ------------------------------------------------------------------------------ */

struct moment {
	const struct license *license;
	struct evaluate_facts facts;
};

static void
evaluate_once(void *context)
{
	const struct moment *moment = context;
	struct skerry_verdict verdict;

	evaluate(moment->license, &moment->facts, &verdict);
	bench_require(verdict.access == SKERRY_ACCESS_FULL, "the verdict is not full access");
}

static void
evaluation(const struct site *site)
{
	struct moment moment = { .license = &site->licenses[0].license };
	const struct bench_way way = { "evaluate", evaluate_once, &moment },
			       peer = { "bare crypto_sign_verify_detached", verify_one, &bare[0] };
	struct bench_result result;
	size_t before;

	evaluate_facts_init(&moment.facts, SITE_FILL_NOW + 60, 0);
	moment.facts.machine = EVALUATE_MATCH;
	bench_pair(&way, &peer, &result);
	bench_line("one evaluation", &peer, &result, "at most 200 ns");
	before = bench_allocations();
	evaluate_once(&moment);
	printf("%-34s %10zu      (should be 0)\n", "heap calls of an evaluation",
		bench_allocations() - before);
}

/* --- opening ------------------------------------------------------------------------------------- */

static void
open_and_close(void *context)
{
	enum skerry_err (*opening)(const char *, struct site *, struct site_failure *) =
		*(enum skerry_err(**)(const char *, struct site *, struct site_failure *))context;
	struct clock_reading reading = site_fill_reading();
	struct site_failure where;
	struct site site;

	bench_require(opening(path, &site, &where) == SKERRY_OK &&
			      site_tick(&site, &reading) == SKERRY_OK &&
			      site.licenses_len == SITE_FILL_LICENSES &&
			      site.memory->trouble == SKERRY_OK && site.memory->store != NULL,
		"the state folder does not open");
	site_close(&site);
}

static void
openings(void)
{
	enum skerry_err (*asking)(const char *, struct site *, struct site_failure *) =
		site_open_to_ask;
	enum skerry_err (*reading)(const char *, struct site *, struct site_failure *) = site_open;
	const struct bench_way ways[] = { { "opening, writing", open_and_close, &asking },
		{ "opening, reading", open_and_close, &reading } },
			       peer = { "those signatures, bare", verify_all, NULL };

	printf("A state folder, %d licenses and %d entries, opened, ticked and closed:\n",
		SITE_FILL_LICENSES, SITE_FILL_ROWS);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct bench_result result;

		bench_pair_busy(&ways[i], &peer, &result);
		bench_line(ways[i].name, &peer, &result, "at most 1.2");
	}
}

/* --- an entry of the journal --------------------------------------------------------------------- */

#define SUBJECT "license 7QK2M94XPAC0DTE1"
#define DETAIL "product=hotelhub/hms edition=1790000000 error=ok"

static void
append(void *context)
{
	struct memory *memory = context;

	bench_require(
		memory_begin(memory) == SKERRY_OK &&
			memory_tell(memory, "import.held", SUBJECT, "%s", DETAIL) == SKERRY_OK &&
			memory_commit(memory, false) == SKERRY_OK,
		"no entry is added");
}

static struct {
	sqlite3 *db;
	sqlite3_stmt *begin, *insert, *commit;
	sqlite3_int64 seq;
} plain;

static void
step(sqlite3_stmt *statement)
{
	bench_require(
		sqlite3_step(statement) == SQLITE_DONE && sqlite3_reset(statement) == SQLITE_OK,
		sqlite3_errmsg(plain.db));
}

static void
prepare(const char *sql, sqlite3_stmt **ret_statement)
{
	bench_require(sqlite3_prepare_v3(plain.db, sql, -1, SQLITE_PREPARE_PERSISTENT,
			      ret_statement, NULL) == SQLITE_OK,
		sqlite3_errmsg(plain.db));
}

static void
bare_open(const char *folder)
{
	char file[300];

	snprintf(file, sizeof file, "%s/bare.db", folder);
	unlink(file);
	bench_require(
		sqlite3_open_v2(file, &plain.db,
			SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			NULL) == SQLITE_OK &&
			sqlite3_exec(plain.db,
				"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				"CREATE TABLE journal (seq INTEGER PRIMARY KEY, settled INTEGER,"
				" wall INTEGER, boot BLOB, kind TEXT, subject TEXT, detail TEXT,"
				" hash BLOB) STRICT",
				NULL, NULL, NULL) == SQLITE_OK,
		"no bare database");
	prepare("BEGIN IMMEDIATE", &plain.begin);
	prepare("INSERT INTO journal VALUES (?, 1790003600, 1790003600, x'0102030405060708',"
		" 'import.held', '" SUBJECT "', '" DETAIL "', ?)",
		&plain.insert);
	prepare("COMMIT", &plain.commit);
}

static void
bare_close(const char *folder)
{
	char file[300];

	sqlite3_finalize(plain.begin);
	sqlite3_finalize(plain.insert);
	sqlite3_finalize(plain.commit);
	sqlite3_close(plain.db);
	snprintf(file, sizeof file, "%s/bare.db", folder);
	unlink(file);
}

static void
bare_commit(void *context)
{
	static const uint8_t HASH[32] = { 1 };

	(void)context;
	step(plain.begin);
	sqlite3_bind_int64(plain.insert, 1, ++plain.seq);
	sqlite3_bind_blob(plain.insert, 2, HASH, sizeof HASH, SQLITE_STATIC);
	step(plain.insert);
	step(plain.commit);
}

static void
journal(const char *folder, struct site *site)
{
	const struct bench_way way = { "entry", append, site->memory },
			       peer = { "bare SQLite commit", bare_commit, NULL };
	struct bench_result result;

	bare_open(folder);
	bench_pair(&way, &peer, &result);
	bench_line("journal entry, committed", &peer, &result, "at most 1.33 (rate 0.75)");
	bare_close(folder);
}

void
site_bench(const char *folder)
{
	struct clock_reading reading = site_fill_reading();
	struct site_failure where;
	struct site site;

	/* As `skerry` does. */
	store_claim_process();
	site_fill_make(folder, path, sizeof path);
	bench_require(site_open_to_write(path, &site, &where) == SKERRY_OK &&
			      site_tick(&site, &reading) == SKERRY_OK,
		"the state folder does not open");
	prepare_bare(&site);
	evaluation(&site);
	journal(folder, &site);
	site_close(&site);
	openings();
}
