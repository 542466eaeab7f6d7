/* SPDX-License-Identifier: ISC */
/* A site in one file, and back: also from a stick on which somebody has been at work. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "fixture_tree.h"
#include "keys/atomic_file.h"
#include "verifier/state/backup_file.h"
#include "verifier/state/site_backup.h"
#include "verifier/state/schema.h"
#include "verifier/state/tokens.h"

static struct signed_document first;
static char stick[64], file[96];
static struct site_backup_written written;

static int
set_up(void **state)
{
	if (site_set_up(state) != 0)
		return -1;
	tree_make(stick);
	snprintf(file, sizeof file, "%s/hotel.backup", stick);
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	memory_ask(NULL);
	assert_int_equal(site_backup_write(site.memory, file, false, &written), SKERRY_OK);
	return 0;
}

static int
tear_down(void **state)
{
	tree_remove(stick);
	return site_tear_down(state);
}

static enum skerry_err
restore(struct site_backup_restored *ret_restored)
{
	struct documents documents;
	pid_t holder;
	enum skerry_err err;

	assert_int_equal(documents_create(folder, &documents, &holder), SKERRY_OK);
	err = site_backup_restore(&documents, file, ret_restored);
	documents_close(&documents);
	return err;
}

static void
run(struct store *store, const char *sql)
{
	struct store_query q;

	store_query(store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static void
take_end_away(void)
{
	struct stat status;

	assert_int_equal(stat(file, &status), 0);
	assert_int_equal(truncate(file, status.st_size - BACKUP_FILE_END_LEN), 0);
}

/* As whoever has the stick can: the key that seals it lies in it. */
static void
forge(const char *sql)
{
	uint8_t key[SEAL_KEY_LEN], tables[HASH_LEN];
	struct cbor_bytes bytes;
	struct store_query q;
	struct store *store;

	take_end_away();
	assert_int_equal(store_open(file, &SITE_SCHEMA, &store), SKERRY_OK);
	run(store, sql);
	store_query(store, &q, "SELECT bytes FROM kept_file WHERE name = 'site.key'");
	if (store_step(&q)) {
		bytes = store_bytes(&q, 0);
		seal_key(bytes.data, bytes.len, key);
		if (seal_read_tables(store, tables) == SKERRY_OK)
			seal_write(store, key, tables);
	}
	store_done(&q);
	store_close(store);
	assert_int_equal(backup_file_end(file), SKERRY_OK);
}

/* --- honest ---------------------------------------------------------------------------------- */

static void
restored_site_goes_on_where_the_backup_was(void **state)
{
	struct site_backup_restored restored;

	(void)state;
	WHILE_CLOSED(assert_int_equal(restore(&restored), SKERRY_OK));
	assert_true(restored.here);
	assert_false(site.memory->news.rebuilt || site.memory->news.rolled_back ||
		     site.memory->news.mark_lost);
	assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(memory_rows("state.restored"), 1);
	memory_assert_whole();
	site_reopen();
	assert_false(site.memory->news.rolled_back);
}

/* A backup from before it is no way out of it. */
static void
rollback_that_was_told_outlives_a_restore(void **state)
{
	struct site_backup_restored restored;

	(void)state;
	WHILE_CLOSED(memory_remove_file("state.mark"));
	assert_true(memory_ask(NULL).facts.state_rollback);
	WHILE_CLOSED(assert_int_equal(restore(&restored), SKERRY_OK));
	assert_true(memory_ask(NULL).facts.state_rollback);
}

static void
time_does_not_go_back_with_a_backup(void **state)
{
	struct site_backup_restored restored;

	(void)state;
	site_live_until(TODAY + 50 * DAY);
	WHILE_CLOSED(assert_int_equal(restore(&restored), SKERRY_OK));
	assert_true(site_now(&site) >= TODAY + 50 * DAY - MEMORY_FILE_S);
}

/* --- tokens ---------------------------------------------------------------------------------- */

static bool
knows_token(const char *text)
{
	static struct tokens tokens;
	char name[TOKEN_NAME_MAX + 1];

	assert_int_equal(tokens_load(site.documents.directory, &tokens), SKERRY_OK);
	return tokens_find(&tokens, text, name);
}

/* Onto a new machine they come along; what was removed since stays removed. */
static void
tokens_come_back_where_none_are_known(void **state)
{
	struct site_backup_restored restored;
	char text[TOKEN_TEXT_MAX];

	(void)state;
	assert_int_equal(
		tokens_add(site.documents.directory, "reception-2", TODAY, text), SKERRY_OK);
	assert_int_equal(site_backup_write(site.memory, file, true, &written), SKERRY_OK);
	assert_int_equal(tokens_remove(site.documents.directory, "reception-2"), SKERRY_OK);
	WHILE_CLOSED(assert_int_equal(restore(&restored), SKERRY_OK));
	assert_false(knows_token(text));
	WHILE_CLOSED({
		memory_remove_file(TOKENS_FILE);
		assert_int_equal(restore(&restored), SKERRY_OK);
	});
	assert_true(knows_token(text));
}

static void
tokens_that_cannot_be_read_are_in_no_backup(void **state)
{
	struct site_backup_restored restored;

	(void)state;
	assert_int_equal(atomic_file_write_at(site.documents.directory, TOKENS_FILE,
				 (const uint8_t *)"nonsense", 8, 0600, true),
		SKERRY_OK);
	assert_int_equal(site_backup_write(site.memory, file, true, &written), SKERRY_OK);
	WHILE_CLOSED({
		memory_remove_file(TOKENS_FILE);
		assert_int_equal(restore(&restored), SKERRY_OK);
	});
	assert_false(memory_file_there(TOKENS_FILE));
}

/* --- hostile --------------------------------------------------------------------------------- */

static void
backup_that_is_none_is_refused_and_changes_nothing(void **state)
{
	static const char *const FORGERIES[] = {
		"DROP TABLE kept_file",
		"DELETE FROM kept_file WHERE name = 'site.key'",
		"INSERT INTO kept_file VALUES ('tokens', CAST('a b c' AS BLOB))",
		"INSERT INTO kept_file VALUES ('tokens', x'')",
		"DELETE FROM kept_file WHERE name = 'install-id'",
		"UPDATE kept_file SET bytes = zeroblob(2000000) WHERE name = 'site.key'",
		"UPDATE kept_file SET bytes = x'' WHERE name = 'install-id'",
		"UPDATE kept_file SET bytes = CAST(x'20' || bytes AS BLOB) WHERE name = "
		"'install-id'",
		"UPDATE kept_file SET bytes = zeroblob(200) WHERE name = 'opening.key'",
		"UPDATE kept_file SET bytes = zeroblob(200) WHERE name = 'trust.manifest'",
		"UPDATE document SET bytes = x'00'",
		"CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM document; END",
		"CREATE VIEW v AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x FROM r)"
		" SELECT x FROM r",
		"DROP TABLE condition",
		"DROP TABLE memory",
		"PRAGMA application_id = 1",
		"PRAGMA user_version = 0",
	};
	char copy[64];

	(void)state;
	site_close(&site);
	tree_make(copy);
	tree_copy(stick, copy);
	for (size_t i = 0; i < sizeof FORGERIES / sizeof *FORGERIES; i++) {
		struct site_backup_restored restored;

		tree_copy(copy, stick);
		forge(FORGERIES[i]);
		if (restore(&restored) != SKERRY_ERR_FILE_DAMAGED)
			fail_msg("taken: %s", FORGERIES[i]);
		memory_open_again();
		assert_false(site.memory->news.rebuilt);
		assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_ACTIVE);
		site_close(&site);
	}
	tree_copy(copy, stick);
	forge("PRAGMA user_version = 99");
	{
		struct site_backup_restored restored;

		assert_int_equal(restore(&restored), SKERRY_ERR_STORE_VERSION);
	}
	tree_remove(copy);
	memory_open_again();
}

/* Names from a stick, of files that are put back where they are missing. */
static void
file_names_in_a_backup_lead_nowhere(void **state)
{
	static const char *const NAMES[] = { "licenses/../../../%s/evil.license",
		"licenses/../evil.license", "manifests//evil.manifest", "../evil.license",
		"licenses/.evil.license", "evil.license", "/etc/evil.license", "licenses/evil",
		"" };
	char copy[64], evil[128];

	(void)state;
	site_close(&site);
	tree_make(copy);
	tree_copy(stick, copy);
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		struct site_backup_restored restored;
		char name[128], sql[400], hex[2 * HASH_LEN + 1];
		uint8_t digest[HASH_LEN];

		snprintf(name, sizeof name, i == 0 ? "licenses/../../..%s/evil.license" : "%s",
			i == 0 ? stick : NAMES[i]);
		tree_copy(copy, stick);
		hash_blake2b(NULL, 0, (const uint8_t *)"", 1, digest);
		for (size_t k = 0; k < HASH_LEN; k++)
			snprintf(hex + 2 * k, 3, "%02x", digest[k]);
		snprintf(sql, sizeof sql,
			"INSERT INTO document (file, digest, bytes, arrived_at, last_at, found)"
			" VALUES ('%s', x'%s', x'00', 1, NULL, 0)",
			name, hex);
		forge(sql);
		assert_int_equal(restore(&restored), SKERRY_OK);
		memory_open_again();
		snprintf(evil, sizeof evil, "%s/evil.license", stick);
		assert_int_equal(access(evil, F_OK), -1);
		assert_false(memory_file_there("evil.license"));
		assert_true(site.memory->news.rebuilt);
		site_close(&site);
	}
	tree_remove(copy);
	memory_open_again();
}

static void
values_of_other_types_are_damage(void **state)
{
	struct site_backup_restored restored;

	(void)state;
	forge("DROP TABLE document");
	forge("CREATE TABLE document (file, digest, bytes, arrived_at, last_at, found)");
	forge("INSERT INTO document VALUES (NULL, 'x', NULL, 'text', 1.5, NULL)");
	WHILE_CLOSED(assert_int_equal(restore(&restored), SKERRY_ERR_FILE_DAMAGED));
	assert_false(site.memory->news.rebuilt);
	assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_ACTIVE);
}

/* Each part of it, the end too, a part more and a part less. */
static void
one_bit_is_noticed_and_changes_nothing(void **state)
{
	struct site_backup_restored restored;
	struct stat status;
	off_t len;
	int fd;

	(void)state;
	site_close(&site);
	fd = open(file, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0 && fstat(fd, &status) == 0);
	len = status.st_size;
	for (off_t at = 0; at < len; at += at + 101 < len ? 101 : 1) {
		uint8_t byte;

		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= (uint8_t)(1 << (at & 7));
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		if (restore(&restored) != SKERRY_ERR_FILE_DAMAGED)
			fail_msg("taken: a bit at %lld", (long long)at);
		byte ^= (uint8_t)(1 << (at & 7));
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	assert_int_equal(ftruncate(fd, len - 1), 0);
	assert_int_equal(restore(&restored), SKERRY_ERR_FILE_DAMAGED);
	assert_int_equal(ftruncate(fd, len), 0);
	assert_int_equal(restore(&restored), SKERRY_ERR_FILE_DAMAGED);
	close(fd);
	memory_open_again();
	assert_int_equal(memory_rows("state.restored"), 0);
	assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_ACTIVE);
}

/* A lost memory has made the site's key another one: the backup brings the pairing back. */
static void
backup_brings_back_what_was_paired(void **state)
{
	struct site_backup_restored restored;

	(void)state;
	license_made.has_site_key = true;
	license_made.site_key = site.identity.site_key;
	license_made.edition = 2;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_int_equal(site_backup_write(site.memory, file, true, &written), SKERRY_OK);
	WHILE_CLOSED({
		memory_remove_file("site.db");
		memory_remove_file("site.clock");
		memory_remove_file("state.mark");
	});
	assert_int_equal(memory_ask(NULL).verdict.access, SKERRY_ACCESS_NONE);
	WHILE_CLOSED(assert_int_equal(restore(&restored), SKERRY_OK));
	assert_int_equal(memory_ask(NULL).verdict.access, SKERRY_ACCESS_FULL);
	assert_false(memory_ask(NULL).facts.state_rollback);
	assert_false(site.memory->news.clock_lost);
	memory_assert_whole();
	/* A folder that does not know who it is, or whose id was made anew, is not another site. */
	WHILE_CLOSED({
		memory_remove_file("install-id");
		assert_int_equal(restore(&restored), SKERRY_OK);
	});
	assert_int_equal(memory_ask(NULL).verdict.access, SKERRY_ACCESS_FULL);
}

static void
what_is_no_file_is_not_waited_for(void **state)
{
	struct site_backup_restored restored;

	(void)state;
	site_close(&site);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_int_equal(restore(&restored), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(symlink("/dev/zero", file), 0);
	assert_int_equal(restore(&restored), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(mkdir(file, 0700), 0);
	assert_int_equal(restore(&restored), SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(rmdir(file), 0);
	assert_int_equal(restore(&restored), SKERRY_ERR_FILE_MISSING);
	{
		int fd = open(file, O_CREAT | O_WRONLY, 0600);

		assert_true(fd >= 0);
		assert_int_equal(ftruncate(fd, INT64_C(1) << 40), 0);
		close(fd);
	}
	assert_int_equal(restore(&restored), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	memory_open_again();
}

int
main(void)
{
#define AT_A_SITE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_SITE(restored_site_goes_on_where_the_backup_was),
		AT_A_SITE(rollback_that_was_told_outlives_a_restore),
		AT_A_SITE(time_does_not_go_back_with_a_backup),
		AT_A_SITE(tokens_come_back_where_none_are_known),
		AT_A_SITE(tokens_that_cannot_be_read_are_in_no_backup),
		AT_A_SITE(backup_that_is_none_is_refused_and_changes_nothing),
		AT_A_SITE(file_names_in_a_backup_lead_nowhere),
		AT_A_SITE(values_of_other_types_are_damage),
		AT_A_SITE(one_bit_is_noticed_and_changes_nothing),
		AT_A_SITE(backup_brings_back_what_was_paired),
		AT_A_SITE(what_is_no_file_is_not_waited_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
