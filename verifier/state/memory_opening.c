/* SPDX-License-Identifier: ISC */
/*
 * Why a new database gets its name last: a kill in the middle of making one would otherwise leave
 * one that is empty, which the next opening could not tell from one that was damaged.
 */
#include "memory_opening.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock_file.h"
#include "arrivals.h"
#include "healing.h"
#include "identity.h"
#include "keys/untrusted_file.h"
#include "rollback.h"
#include "schema.h"
#include "starved.h"
#include "telemetry.h"
#include "verifier/decide/clock_record.h"

#define NEW_FILE ".skerry-new.db"

static bool
is_there(const struct memory *memory, const char *name)
{
	return faccessat(memory->documents.directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* --- the records outside --------------------------------------------------------------------- */

/* As much running time as either tells. *ret_rollback_since is what the file says, LICENSE_NEVER. */
static enum skerry_err
join_clock_file(struct memory *memory, int64_t *ret_rollback_since)
{
	struct clock clock;
	enum skerry_err err;

	*ret_rollback_since = LICENSE_NEVER;
	memory->filed_ran = MEMORY_NOT_FILED;
	err = clock_file_read(&memory->documents, memory->seal_key, &clock, ret_rollback_since);
	if (err == SKERRY_OK) {
		memory->filed_ran = clock.ran;
		clock_join(&memory->clock, &clock);
	}
	return err;
}

/* What cannot be read just now is not lost. */
static bool
is_lost(enum skerry_err err)
{
	return err != SKERRY_OK && err != SKERRY_ERR_FILE_PERMISSION && err != SKERRY_ERR_IO &&
	       err != SKERRY_ERR_NO_MEMORY;
}

static enum skerry_err
read_anchor(const struct memory *memory, uint8_t **ret_bytes, size_t *ret_len)
{
	return untrusted_file_read_at(
		memory->documents.directory, DOCUMENTS_ANCHOR, MANIFEST_MAX, ret_bytes, ret_len);
}

/* --- making one ------------------------------------------------------------------------------ */

/* What one is made from. */
struct making {
	struct cbor_bytes
		anchor;   /* absent: one that cannot be read, which is told where it is loaded */
	struct mark mark; /* of the lost one; number 0: none */
};

static enum skerry_err
insert_row(struct memory *memory, const struct making *making)
{
	uint8_t record[CLOCK_RECORD_MAX], digest[HASH_LEN] = { 0 };
	struct store_query q;
	size_t len;
	enum skerry_err err = clock_record_write(&memory->clock, record, &len);

	if (err != SKERRY_OK)
		return err;
	if (making->anchor.data != NULL)
		hash_blake2b(NULL, 0, making->anchor.data, making->anchor.len, digest);
	store_query(memory->store, &q,
		"INSERT INTO memory"
		" (id, origin, anchor, clock, clock_lost, checked_ran, marked, rollback_since)"
		" VALUES (1, ?, ?, ?, ?, ?, 1, ?)");
	store_bind_int(&q, memory->origin);
	store_bind_bytes(&q, digest, sizeof digest);
	store_bind_bytes(&q, record, len);
	store_bind_int(&q, memory->clock_lost);
	store_bind_int(&q, memory->clock.ran);
	store_bind_date(&q, memory->rollback_since);
	return store_run(&q);
}

static enum skerry_err
tell_beginning(struct memory *memory)
{
	if (memory->origin == MEMORY_FRESH)
		return memory_tell(memory, "state.new", MEMORY_FILE, "%s", "");
	return memory_tell(memory, "state.rebuilt", MEMORY_FILE, "cause=%s clock=%s journal=%s%s",
		memory->news.edited    ? "edited"
		: memory->news.damaged ? "damaged"
				       : "missing",
		memory->clock_lost ? "lost" : "kept", memory->news.mark_lost ? "lost" : "goes_on",
		memory->clock_lost ? " site_key=new" : "");
}

static enum skerry_err
keep_anchor(struct memory *memory, struct cbor_bytes bytes)
{
	const struct arrival arrival = { .file = DOCUMENTS_ANCHOR,
		.bytes = bytes,
		.arrived_at = clock_settled(&memory->clock),
		.last_at = LICENSE_NEVER };

	return arrivals_put(memory->store, &arrival);
}

static enum skerry_err
fill(struct memory *memory, const struct making *making)
{
	struct journal_head anchor = { .seq = making->mark.seq };
	enum skerry_err err = memory_begin(memory);

	if (err == SKERRY_OK)
		err = insert_row(memory, making);
	if (err == SKERRY_OK && making->anchor.data != NULL)
		err = keep_anchor(memory, making->anchor);
	if (err == SKERRY_OK && anchor.seq != 0) {
		memcpy(anchor.hash, making->mark.hash, HASH_LEN);
		err = journal_set_anchor(memory->store, &anchor);
	}
	if (err == SKERRY_OK)
		err = tell_beginning(memory);
	/* site.clock waits until the database has its name: where it was lost, that is still to be told. */
	memory->filed_ran = memory->clock.ran;
	if (err == SKERRY_OK)
		err = memory_commit(memory, false);
	memory_rollback(memory);
	/* The mark does not: without the name the next opening makes both anew. */
	return err == SKERRY_OK ? memory_raise_mark(memory) : err;
}

/* The database has its log written into it when it is closed; only then it may be moved. */
static enum skerry_err
take_name(struct memory *memory)
{
	int directory = memory->documents.directory;

	store_close(memory->store);
	memory->store = NULL;
	if (renameat(directory, NEW_FILE, directory, MEMORY_FILE) != 0 || fsync(directory) != 0)
		return SKERRY_ERR_IO;
	return SKERRY_OK;
}

static void
drop_new(const struct memory *memory)
{
	unlinkat(memory->documents.directory, NEW_FILE, 0);
	unlinkat(memory->documents.directory, NEW_FILE "-wal", 0);
	unlinkat(memory->documents.directory, NEW_FILE "-shm", 0);
}

static enum skerry_err
make(struct memory *memory, const struct making *making)
{
	char path[MEMORY_PATH_MAX];
	enum skerry_err err;

	memory_path(memory, NEW_FILE, path);
	memory->mark_there = true;
	drop_new(memory);
	err = store_create(path, &SITE_SCHEMA, &memory->store);
	if (err == SKERRY_OK)
		err = fill(memory, making);
	if (err == SKERRY_OK)
		err = take_name(memory);
	if (err != SKERRY_OK) {
		int saved = errno;

		store_close(memory->store);
		memory->store = NULL;
		drop_new(memory);
		errno = saved;
	}
	return err;
}

/*
 * What was paired with the old key was paired with a time that nobody knows any more. The key goes
 * first: after a kill in between, the memory is lost still.
 */
static enum skerry_err
renew_key(struct memory *memory)
{
	return memory->clock_lost ? identity_renew_site_key(&memory->documents, memory->seal_key)
				  : SKERRY_OK;
}

/* In place of one that is lost. What began before that goes on, where site.clock tells. */
static enum skerry_err
make_anew(struct memory *memory)
{
	struct making making = { .mark = { .seq = 0 } };
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum skerry_err err, clock_err;

	memory->news.mark_lost = memory_read_mark(memory, &making.mark) != SKERRY_OK;
	if (memory->news.mark_lost)
		making.mark.seq = 0;
	memory->origin = MEMORY_REBUILT;
	clock_init(&memory->clock);
	clock_err = join_clock_file(memory, &memory->rollback_since);
	memory->clock_lost = is_lost(clock_err);
	if (clock_err != SKERRY_OK && !memory->clock_lost)
		return clock_err;
	memory->news.rebuilt = true;
	memory->news.consents_lost = !memory->news.none_allowed;
	if (read_anchor(memory, &bytes, &len) == SKERRY_OK)
		making.anchor = (struct cbor_bytes){ bytes, len };
	err = renew_key(memory);
	if (err == SKERRY_OK)
		err = make(memory, &making);
	free(bytes);
	return err;
}

enum skerry_err
memory_create(const struct documents *documents, const struct cbor_bytes *anchor)
{
	const struct making making = { .anchor = *anchor };
	struct memory memory = { .documents = *documents,
		.writes = true,
		.origin = MEMORY_FRESH,
		.rollback_since = LICENSE_NEVER,
		.filed_ran = MEMORY_NOT_FILED };
	enum skerry_err err;

	if (is_there(&memory, MEMORY_FILE))
		return SKERRY_OK;
	clock_init(&memory.clock);
	err = identity_renew_site_key(documents, memory.seal_key);
	/* Whatever lies there was sealed by another key. */
	if (err == SKERRY_OK)
		err = clock_file_write(
			documents, memory.seal_key, &memory.clock, memory.rollback_since);
	if (err == SKERRY_OK)
		err = make(&memory, &making);
	explicit_bzero(memory.seal_key, sizeof memory.seal_key);
	return err;
}

/* --- one that is there ----------------------------------------------------------------------- */

static enum skerry_err
read_row(struct memory *memory, uint8_t ret_anchor[HASH_LEN], int64_t *ret_checked_ran)
{
	struct store_query q;
	enum skerry_err err = SKERRY_ERR_STORE_DAMAGED, query_err;
	size_t offset;

	store_query(memory->store, &q, SEAL_MEMORY_ROW);
	if (store_step(&q)) {
		struct cbor_bytes anchor = store_bytes(&q, 1), clock = store_bytes(&q, 2);

		memory->origin = (enum memory_origin)store_int(&q, 0);
		memory->clock_lost = store_int(&q, 3) != 0;
		*ret_checked_ran = store_int(&q, 4);
		memory->marked = store_int(&q, 5) != 0;
		memory->rollback_since = store_date(&q, 6);
		if (anchor.len == HASH_LEN && clock_record_read(clock.data, clock.len,
						      &memory->clock, &offset) == SKERRY_OK) {
			memcpy(ret_anchor, anchor.data, HASH_LEN);
			err = SKERRY_OK;
		}
	}
	query_err = store_done(&q);
	/* A table that is not there: this database did not come out of this program. */
	return query_err == SKERRY_ERR_STORE ? SKERRY_ERR_STORE_DAMAGED
	       : query_err != SKERRY_OK      ? query_err
					     : err;
}

/* Manifests that followed from another anchor are of no use to this one. */
static enum skerry_err
record_anchor(struct memory *memory, struct cbor_bytes bytes, const uint8_t digest[HASH_LEN])
{
	struct store_query q;
	enum skerry_err err = memory_begin(memory);

	if (err == SKERRY_OK)
		err = arrivals_drop_below(memory->store, "manifests/");
	if (err == SKERRY_OK)
		err = keep_anchor(memory, bytes);
	if (err == SKERRY_OK) {
		store_query(memory->store, &q, "UPDATE memory SET anchor = ?");
		store_bind_bytes(&q, digest, HASH_LEN);
		err = store_run(&q);
	}
	if (err == SKERRY_OK)
		err = memory_tell(memory, "trust.pinned", DOCUMENTS_ANCHOR, "%s", "");
	if (err == SKERRY_OK)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}

static bool
is_anchor(const uint8_t *bytes, size_t len)
{
	struct trust *trust = malloc(sizeof *trust);
	size_t offset;
	bool is = trust != NULL && trust_anchor(trust, bytes, len, &offset) == SKERRY_OK;

	free(trust);
	return is;
}

/* Another one was pinned; what is none, the disk has made of the one that was there. */
static enum skerry_err
follow_anchor(struct memory *memory, const uint8_t before[HASH_LEN])
{
	uint8_t digest[HASH_LEN], *bytes;
	size_t len;
	enum skerry_err err = read_anchor(memory, &bytes, &len);

	if (err == SKERRY_ERR_FILE_PERMISSION || err == SKERRY_ERR_IO ||
		err == SKERRY_ERR_NO_MEMORY || err == SKERRY_ERR_FILE_NOT_REGULAR)
		return SKERRY_OK;
	if (err != SKERRY_OK)
		return healing_put_back_damaged(memory, DOCUMENTS_ANCHOR);
	hash_blake2b(NULL, 0, bytes, len, digest);
	err = SKERRY_OK;
	if (memcmp(digest, before, HASH_LEN) != 0)
		err = is_anchor(bytes, len)
			      ? record_anchor(memory, (struct cbor_bytes){ bytes, len }, digest)
			      : healing_put_back_damaged(memory, DOCUMENTS_ANCHOR);
	free(bytes);
	return err;
}

/* --- opening --------------------------------------------------------------------------------- */

static enum skerry_err
record_check(struct memory *memory, int64_t broken_seq)
{
	struct store_query q;
	enum skerry_err err = memory_begin(memory);

	if (err == SKERRY_OK && broken_seq != 0)
		err = memory_tell(memory, "journal.broken", "journal", "seq=%" PRId64, broken_seq);
	if (err == SKERRY_OK) {
		store_query(memory->store, &q, "UPDATE memory SET checked_ran = ?");
		store_bind_int(&q, memory->clock.ran);
		err = store_run(&q);
	}
	if (err == SKERRY_OK)
		err = memory_commit(memory, false);
	memory_rollback(memory);
	return err;
}

static enum skerry_err
check_daily(struct memory *memory, int64_t checked_ran)
{
	int64_t seq = 0;
	enum skerry_err err;

	if (memory->clock.ran - checked_ran < MEMORY_CHECK_S)
		return SKERRY_OK;
	err = memory_check(memory, &seq);
	if (err != SKERRY_OK && err != SKERRY_ERR_AUDIT_CHAIN)
		return err;
	memory->news.broken_seq = seq;
	return record_check(memory, seq);
}

/* The row of `memory`, in one state with what its seal is of. */
static enum skerry_err
read_sealed(struct memory *memory, uint8_t ret_anchor[HASH_LEN], int64_t *ret_checked_ran)
{
	bool begun = false;
	enum skerry_err err = store_begin_reading(memory->store, &begun);

	if (err == SKERRY_OK)
		err = seal_check_plain(memory->store);
	if (err == SKERRY_OK)
		err = read_row(memory, ret_anchor, ret_checked_ran);
	if (err == SKERRY_OK) {
		err = seal_check(memory->store, memory->seal_key, memory->tables);
		memory->news.edited = memory->news.edited || err == SKERRY_ERR_STORE_DAMAGED;
	}
	if (begun)
		store_rollback(memory->store);
	return err;
}

/* What the database says, beside what lies outside of it. */
static enum skerry_err
take_up(struct memory *memory)
{
	uint8_t anchor[HASH_LEN];
	int64_t checked_ran = 0, filed_since;
	struct mark mark = { 0 };
	/* Before the database: a writer raises it afterwards. */
	enum skerry_err mark_err = memory_read_mark(memory, &mark);
	enum skerry_err err = read_sealed(memory, anchor, &checked_ran);

	if (err != SKERRY_OK)
		return err;
	memory->recorded_ran = memory->clock.ran;
	memory->recorded_settled = clock_settled(&memory->clock);
	memcpy(memory->recorded_boot, memory->clock.boots[0].id, CLOCK_BOOT_ID_LEN);
	join_clock_file(memory, &filed_since);
	err = rollback_find(memory, mark_err, &mark);
	if (err != SKERRY_OK || !memory->writes)
		return err;
	err = rollback_record(memory, &mark);
	if (err == SKERRY_OK)
		err = follow_anchor(memory, anchor);
	if (err == SKERRY_OK)
		err = healing_put_back(memory);
	return err == SKERRY_OK ? check_daily(memory, checked_ran) : err;
}

static bool
lay_aside(const struct memory *memory, const char *name, const char *aside)
{
	int directory = memory->documents.directory;

	return renameat(directory, name, directory, aside) == 0 || errno == ENOENT;
}

static enum skerry_err
set_aside(struct memory *memory)
{
	bool none_allowed = memory->store != NULL && telemetry_none_allowed(memory->store);

	store_close(memory->store);
	memory->store = NULL;
	memory->news = (struct memory_news){
		.damaged = true, .edited = memory->news.edited, .none_allowed = none_allowed
	};
	/* Its log first: it belongs to no other database. */
	if (lay_aside(memory, MEMORY_FILE "-wal", MEMORY_DAMAGED_FILE "-wal") &&
		lay_aside(memory, MEMORY_FILE "-shm", MEMORY_DAMAGED_FILE "-shm") &&
		lay_aside(memory, MEMORY_FILE, MEMORY_DAMAGED_FILE))
		return SKERRY_OK;
	return SKERRY_ERR_IO;
}

static enum skerry_err
open_store(struct memory *memory)
{
	char path[MEMORY_PATH_MAX];

	memory_path(memory, MEMORY_FILE, path);
	return memory->writes ? store_open(path, &SITE_SCHEMA, &memory->store)
			      : store_open_to_read(path, &SITE_SCHEMA, &memory->store);
}

static enum skerry_err
open_to_write(struct memory *memory)
{
	enum skerry_err err = open_store(memory);

	if (err == SKERRY_OK)
		err = take_up(memory);
	if (err == SKERRY_ERR_STORE_DAMAGED) {
		err = set_aside(memory);
		if (err == SKERRY_OK)
			err = SKERRY_ERR_STORE_MISSING;
	}
	if (err != SKERRY_ERR_STORE_MISSING)
		return err;
	err = make_anew(memory);
	if (err == SKERRY_OK)
		err = open_store(memory);
	if (err == SKERRY_OK)
		err = take_up(memory);
	return err;
}

/* What cannot be read is told by who writes; the time is known from the file at least. */
static enum skerry_err
open_to_read(struct memory *memory)
{
	enum skerry_err err = open_store(memory), clock_err;

	if (err == SKERRY_OK)
		err = take_up(memory);
	if (err == SKERRY_OK || starved_is(err))
		return err;
	store_close(memory->store);
	memory->store = NULL;
	memory->news = (struct memory_news){ 0 };
	memory->unread = err;
	memory->origin = MEMORY_REBUILT;
	clock_init(&memory->clock);
	clock_err = join_clock_file(memory, &memory->rollback_since);
	/* Who writes gives the site another key then. */
	memory->clock_lost = is_lost(clock_err) &&
			     (err == SKERRY_ERR_STORE_MISSING || err == SKERRY_ERR_STORE_DAMAGED);
	return SKERRY_OK;
}

enum skerry_err
memory_open(const struct documents *documents, const uint8_t seal_key[SEAL_KEY_LEN], bool writes,
	struct memory *ret_memory)
{
	struct memory memory = {
		.documents = *documents, .writes = writes, .rollback_since = LICENSE_NEVER
	};
	enum skerry_err err;

	memcpy(memory.seal_key, seal_key, SEAL_KEY_LEN);
	clock_init(&memory.clock);
	err = writes ? open_to_write(&memory) : open_to_read(&memory);
	memory.news.clock_lost = memory.clock_lost;
	if (err != SKERRY_OK)
		memory_close(&memory);
	else
		*ret_memory = memory;
	return err;
}

/* That it fails is no harm to what is held. */
static void
record_left_over(struct memory *memory)
{
	if (memory_begin(memory) == SKERRY_OK)
		memory_commit(memory, false);
	memory_rollback(memory);
}

void
memory_close(struct memory *memory)
{
	int saved = errno;

	if ((memory->filed || memory->words_len > 0) && memory->trouble == SKERRY_OK)
		record_left_over(memory);
	free(memory->words);
	memory->words = NULL;
	/* Found while it was used: the next opening makes it anew. */
	if (memory->writes && memory->trouble == SKERRY_ERR_STORE_DAMAGED)
		set_aside(memory);
	store_close(memory->store);
	memory->store = NULL;
	errno = saved;
}
