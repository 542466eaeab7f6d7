/* SPDX-License-Identifier: ISC */
/* A site's exported journal against what its requests have told the desk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/site_journal.h"
#include "issuer/desk/journal_compare.h"
#include "keys/log_chain.h"
#include "keys/store.h"
#include "tests/unit/fixture_desk.h"

enum { ENTRIES = 8, WRITTEN_AT = 6, FILE_MAX = 8192 };

/* What somebody does to the file after the site wrote it. */
enum trick {
	HONEST,
	EDITED,      /* an entry, its hash as it was */
	HASHED_ANEW, /* ... and all hashes behind it made to fit */
	CUT,         /* the end is missing */
	SHORTER,     /* whole, and ends earlier */
	TRIMMED,     /* the oldest are gone, as a site lets them go */
	WITHOUT_ONE,
	OTHER_REQUEST,
	NOT_ARRIVED,
	STOPGAP,
	OTHER_SITE,
	NO_JOURNAL
};

static const uint8_t BOOT[SITE_JOURNAL_BOOT_LEN] = { 1 };
static const char DIGEST[] = "000102030405060708090a0b0c0d0e0f",
		  OTHER_DIGEST[] = "ff0102030405060708090a0b0c0d0e0f";

struct file {
	uint8_t bytes[FILE_MAX];
	size_t len;
};

static void
add(struct file *file, const struct site_journal_item *item)
{
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, file->bytes + file->len, sizeof file->bytes - file->len);
	site_journal_write_item(&w, item);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	file->len += len;
}

static void
say(enum trick trick, int64_t seq, char subject[32], char detail[128])
{
	bool edited = seq == 3 && (trick == EDITED || trick == HASHED_ANEW);

	snprintf(subject, 32, "request %d", trick == NOT_ARRIVED ? 9 : 2);
	snprintf(detail, 128, "kind=heartbeat digest=%s%s",
		trick == OTHER_REQUEST || trick == NOT_ARRIVED || trick == STOPGAP ? OTHER_DIGEST
										   : DIGEST,
		trick == STOPGAP ? " stopgap" : "");
	if (seq != WRITTEN_AT) {
		snprintf(subject, 32, "site");
		snprintf(detail, 128, "%s %lld", edited ? "edited" : "day", (long long)seq);
	}
}

/* The journal of that site; ret_hashes[seq] as the honest one has them. */
static void
write_journal(enum trick trick, struct file *ret_file, uint8_t ret_hashes[ENTRIES + 1][HASH_LEN])
{
	int64_t last = trick == SHORTER ? ENTRIES - 3 : ENTRIES;
	struct site_journal_item item = { .kind = SITE_JOURNAL_HEADER,
		.install_id = cbor_text_from_chars(trick == OTHER_SITE ? "box-8" : "box-7") };

	memset(ret_file, 0, sizeof *ret_file);
	memset(ret_hashes[0], 0, HASH_LEN);
	add(ret_file, &item);
	for (int64_t seq = 1; seq <= last; seq++) {
		char subject[32], detail[128];
		struct site_journal_entry *entry = &item.entry;

		say(trick == EDITED ? HONEST : trick, seq, subject, detail);
		*entry = (struct site_journal_entry){
			.seq = seq, .settled = DESK_NOW + seq, .wall = DESK_NOW + seq, .boot = BOOT
		};
		entry->kind = cbor_text_from_chars(seq == WRITTEN_AT ? "request.written" : "day");
		entry->subject = cbor_text_from_chars(subject);
		entry->detail = cbor_text_from_chars(detail);
		assert_int_equal(log_chain_next(ret_hashes[seq - 1], site_journal_write_fields,
					 entry, ret_hashes[seq]),
			SKERRY_OK);
		entry->hash = ret_hashes[seq];
		item.kind = SITE_JOURNAL_ENTRY;
		say(trick, seq, subject, detail);
		entry->detail = cbor_text_from_chars(detail);
		if (!(trick == TRIMMED && seq < 4) && !(trick == WITHOUT_ONE && seq == 5))
			add(ret_file, &item);
	}
	item = (struct site_journal_item){
		.kind = SITE_JOURNAL_END, .seq = last, .hash = ret_hashes[last]
	};
	if (trick != CUT)
		add(ret_file, &item);
	if (trick == NO_JOURNAL)
		ret_file->bytes[1] = 0xff;
}

static void
run(struct desk *desk, const char *sql, const uint8_t *bytes, size_t bytes_len)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	store_bind_bytes(&q, bytes, bytes_len);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

/* A site that wrote two requests, the first with the journal's third entry for head, the second with its seventh. */
static void
record_site(struct desk *desk)
{
	static uint8_t site_id[32] = { 0xab, 0xcd, 0xef }, digest[16];
	uint8_t hashes[ENTRIES + 1][HASH_LEN];
	static struct file file;

	write_journal(HONEST, &file, hashes);
	for (uint8_t i = 0; i < sizeof digest; i++)
		digest[i] = i;
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	run(desk,
		"INSERT INTO installation (id, site_id, tag, first_contact_at, last_contact_at,"
		" number, nonce, kind, issued_at, wall, condition, manifest_version, install_id)"
		" VALUES (1, ?, 'K7QM', 1, 1, 2, zeroblob(16), 'heartbeat', 1, 1, 0, 1, 'box-7')",
		site_id, sizeof site_id);
	run(desk,
		"INSERT INTO installation_line (installation_id, line, parent, from_number, first,"
		" first_reply, tip, seq, seen, reply, told)"
		" SELECT 1, 0, 0, 0, 1, 0, 3, 7, 0, 0, 0 WHERE ? IS NOT NULL",
		site_id, 1);
	run(desk,
		"INSERT INTO request (installation_id, number, digest, line, arrived, stopgap,"
		" journal_seq, journal_hash) VALUES (1, 1, zeroblob(16), 0, 1, 0, 3, ?)",
		hashes[3], HASH_LEN);
	run(desk,
		"INSERT INTO request (installation_id, number, digest, line, arrived, stopgap)"
		" VALUES (1, 2, ?, 0, 0, 0)",
		digest, sizeof digest);
	run(desk,
		"INSERT INTO request (installation_id, number, digest, line, arrived, stopgap,"
		" journal_seq, journal_hash) VALUES (1, 3, x'aa0102030405060708090a0b0c0d0e0f', 0,"
		" 1, 0, 7, ?)",
		hashes[7], HASH_LEN);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
}

static void
each_contradiction_is_told_where_it_is(void **state)
{
	static const struct {
		enum trick trick;
		enum skerry_err err;
		enum journal_fault fault;
		int64_t seq;
		uint64_t number;
		int64_t heads, older, requests, apart;
	} CASES[] = {
		{ HONEST, SKERRY_OK, JOURNAL_AGREES, 0, 0, 2, 0, 1, 0 },
		{ EDITED, SKERRY_OK, JOURNAL_FAULT_CHAIN, 3, 0, 0, 0, 0, 0 },
		{ HASHED_ANEW, SKERRY_OK, JOURNAL_FAULT_HEAD, 3, 1, 0, 0, 0, 0 },
		{ CUT, SKERRY_OK, JOURNAL_FAULT_CHAIN, 9, 0, 2, 0, 1, 0 },
		{ SHORTER, SKERRY_OK, JOURNAL_FAULT_SHORT, 7, 3, 1, 0, 0, 0 },
		{ TRIMMED, SKERRY_OK, JOURNAL_AGREES, 0, 0, 1, 1, 1, 0 },
		{ WITHOUT_ONE, SKERRY_OK, JOURNAL_FAULT_CHAIN, 6, 0, 1, 0, 0, 0 },
		/* Whoever exchanges a request makes all that follows fit: heads tell it later. */
		{ OTHER_REQUEST, SKERRY_OK, JOURNAL_FAULT_REQUEST, 6, 2, 1, 0, 0, 0 },
		{ OTHER_SITE, SKERRY_ERR_NOT_FOUND, JOURNAL_AGREES, 0, 0, 0, 0, 0, 0 },
		{ NO_JOURNAL, SKERRY_ERR_CBOR_INDEFINITE, JOURNAL_AGREES, 0, 0, 0, 0, 0, 0 },
	};
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	char path[128];

	record_site(desk);
	snprintf(path, sizeof path, "%s/site.journal", fixture->folder);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		uint8_t hashes[ENTRIES + 1][HASH_LEN];
		struct journal_compared compared;
		struct installation site;
		static struct file file;
		enum skerry_err err;
		FILE *out = fopen(path, "wb");

		write_journal(CASES[i].trick, &file, hashes);
		assert_non_null(out);
		assert_int_equal(fwrite(file.bytes, 1, file.len, out), file.len);
		assert_int_equal(fclose(out), 0);
		err = journal_compare(desk, path, NULL, &site, &compared);
		if (err != CASES[i].err ||
			(err == SKERRY_OK &&
				(compared.fault != CASES[i].fault || compared.seq != CASES[i].seq ||
					compared.number != CASES[i].number ||
					compared.heads != CASES[i].heads ||
					compared.heads_older != CASES[i].older ||
					compared.requests != CASES[i].requests ||
					compared.requests_apart != CASES[i].apart)))
			fail_msg("case %zu: %s, %s at %lld (%llu), %lld %lld %lld %lld", i,
				skerry_err_name(err), journal_fault_name(compared.fault),
				(long long)compared.seq, (unsigned long long)compared.number,
				(long long)compared.heads, (long long)compared.heads_older,
				(long long)compared.requests, (long long)compared.requests_apart);
	}
}

/* A request that never came and one that nothing grows from contradict nothing. */
static void
request_on_its_way_is_no_contradiction(void **state)
{
	static const enum trick TRICKS[] = { NOT_ARRIVED, STOPGAP };
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	char path[128];

	record_site(desk);
	/* Nothing behind the entry in question was told. */
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	run(desk, "DELETE FROM request WHERE number = 3 AND ? IS NOT NULL", BOOT, 1);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	snprintf(path, sizeof path, "%s/site.journal", fixture->folder);
	for (size_t i = 0; i < sizeof TRICKS / sizeof *TRICKS; i++) {
		uint8_t hashes[ENTRIES + 1][HASH_LEN];
		struct journal_compared compared;
		struct installation site;
		static struct file file;
		FILE *out = fopen(path, "wb");

		write_journal(TRICKS[i], &file, hashes);
		assert_non_null(out);
		assert_int_equal(fwrite(file.bytes, 1, file.len, out), file.len);
		assert_int_equal(fclose(out), 0);
		assert_int_equal(journal_compare(desk, path, "K7QM", &site, &compared), SKERRY_OK);
		assert_int_equal(compared.fault, JOURNAL_AGREES);
		assert_int_equal(compared.requests_apart, 1);
	}
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_DESK(each_contradiction_is_told_where_it_is),
		AT_DESK(request_on_its_way_is_no_contradiction),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
