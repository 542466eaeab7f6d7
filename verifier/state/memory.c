/* SPDX-License-Identifier: ISC */
#include "memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock_file.h"
#include "formats/date.h"
#include "verifier/decide/clock_record.h"

void
memory_path(const struct memory *memory, const char *name, char ret_path[MEMORY_PATH_MAX])
{
	snprintf(ret_path, MEMORY_PATH_MAX, "/proc/self/fd/%d/%s", memory->documents.directory,
		name);
}

enum skerry_err
memory_read_mark(const struct memory *memory, struct mark *ret_mark)
{
	struct mark_file file = { .fd = -1 };
	char path[MEMORY_PATH_MAX];
	enum skerry_err err;

	memory_path(memory, MEMORY_MARK_FILE, path);
	err = mark_file_open(path, false, &file);
	if (err == SKERRY_OK)
		err = mark_file_read(&file, ret_mark);
	mark_file_close(&file);
	return err == SKERRY_OK && !seal_mark_holds(ret_mark, memory->seal_key)
		       ? SKERRY_ERR_FILE_DAMAGED
		       : err;
}

int64_t
memory_now(const struct memory *memory)
{
	int64_t settled = clock_settled(&memory->clock);

	if (!clock_started(&memory->clock))
		return memory->moment.wall;
	return memory->unrecorded_now > settled ? memory->unrecorded_now : settled;
}

/* --- changes --------------------------------------------------------------------------------- */

static enum skerry_err
tell_waiting(struct memory *memory)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < memory->words_len && err == SKERRY_OK; i++)
		err = memory_tell(memory, memory->words[i].kind, memory->words[i].subject, "%s",
			memory->words[i].detail);
	if (err == SKERRY_OK && memory->words_more > 0)
		err = memory_tell(memory, memory->words[MEMORY_WORDS_MAX - 1].kind, "more",
			"count=%zu", memory->words_more);
	return err;
}

/* What waits for a change goes first: the change may bring rows whose files are yet to be written. */
static enum skerry_err
tell_left_over(struct memory *memory)
{
	enum skerry_err err = memory->filed ? arrivals_all_filed(memory->store) : SKERRY_OK;

	return err == SKERRY_OK ? tell_waiting(memory) : err;
}

enum skerry_err
memory_begin(struct memory *memory)
{
	enum skerry_err err = SKERRY_ERR_FILE_PERMISSION;

	if (memory->store == NULL || !memory->writes)
		return err;
	err = store_begin(memory->store);
	memory->changes_before = store_total_changes(memory->store);
	memory->told = 0;
	if (err == SKERRY_OK)
		err = tell_left_over(memory);
	if (err != SKERRY_OK)
		store_rollback(memory->store);
	return err;
}

void
memory_rollback(struct memory *memory)
{
	if (memory->store != NULL)
		store_rollback(memory->store);
}

enum skerry_err
memory_tell(struct memory *memory, const char *kind, const char *subject, const char *detail, ...)
{
	struct journal_moment moment = memory->moment;
	char text[JOURNAL_DETAIL_MAX];
	va_list arguments;
	enum skerry_err err;

	moment.settled = clock_settled(&memory->clock);
	va_start(arguments, detail);
	vsnprintf(text, sizeof text, detail, arguments);
	va_end(arguments);
	err = journal_append(memory->store, &moment, kind, subject, "%s", text);
	memory->told += err == SKERRY_OK;
	return err;
}

enum skerry_err
memory_tell_later(
	struct memory *memory, const char *kind, const char *subject, const char *detail, ...)
{
	struct memory_word *word;
	va_list arguments;

	if (memory->words == NULL)
		memory->words = calloc(MEMORY_WORDS_MAX, sizeof *memory->words);
	if (memory->words == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (memory->words_len == MEMORY_WORDS_MAX) {
		memory->words_more++;
		return SKERRY_OK;
	}
	word = &memory->words[memory->words_len++];
	snprintf(word->kind, sizeof word->kind, "%s", kind);
	snprintf(word->subject, sizeof word->subject, "%s", subject);
	va_start(arguments, detail);
	vsnprintf(word->detail, sizeof word->detail, detail, arguments);
	va_end(arguments);
	return SKERRY_OK;
}

static enum skerry_err
write_row(struct memory *memory)
{
	uint8_t record[CLOCK_RECORD_MAX];
	struct store_query q;
	size_t len;
	enum skerry_err err = clock_record_write(&memory->clock, record, &len);

	if (err != SKERRY_OK)
		return err;
	store_query(memory->store, &q,
		"UPDATE memory SET clock = ?, clock_lost = ?, marked = ?, rollback_since = ?");
	store_bind_bytes(&q, record, len);
	store_bind_int(&q, memory->clock_lost);
	/* Known to the database only when it is there: a crash before its first write is no loss. */
	store_bind_int(&q, memory->mark_there);
	store_bind_date(&q, memory->rollback_since);
	return store_run(&q);
}

/* The row of `memory` and those of the journal are sealed without looking at all the others. */
static enum skerry_err
seal(struct memory *memory, uint8_t ret_tables[HASH_LEN])
{
	int64_t changes = store_total_changes(memory->store) - memory->changes_before;
	enum skerry_err err = SKERRY_OK;

	if (changes == memory->told + 1)
		memcpy(ret_tables, memory->tables, HASH_LEN);
	else
		err = seal_read_tables(memory->store, ret_tables);
	return err == SKERRY_OK ? seal_write(memory->store, memory->seal_key, ret_tables) : err;
}

/* The head of the journal and the running time, in the file outside of it. */
enum skerry_err
memory_raise_mark(struct memory *memory)
{
	struct mark mark = { .at = memory->clock.ran };
	struct journal_head head;
	char path[MEMORY_PATH_MAX];
	struct mark_file file = { .fd = -1 };
	enum skerry_err err = journal_read_head(memory->store, &head);

	if (err != SKERRY_OK)
		return err;
	mark.seq = head.seq;
	memcpy(mark.hash, head.hash, HASH_LEN);
	seal_mark(&mark, memory->seal_key);
	memory_path(memory, MEMORY_MARK_FILE, path);
	err = mark_file_open(path, true, &file);
	/* Also lower: what the mark told of the state before has been heard. */
	if (err == SKERRY_OK)
		err = mark_file_replace(&file, &mark);
	mark_file_close(&file);
	memory->mark_there = memory->mark_there || err == SKERRY_OK;
	return err;
}

static enum skerry_err
write_file(struct memory *memory)
{
	enum skerry_err err = clock_file_write(
		&memory->documents, memory->seal_key, &memory->clock, memory->rollback_since);

	if (err == SKERRY_OK)
		memory->filed_ran = memory->clock.ran;
	return err;
}

void
memory_note_filed(struct memory *memory)
{
	memory->filed = true;
}

enum skerry_err
memory_commit(struct memory *memory, bool counts)
{
	uint8_t tables[HASH_LEN];
	enum skerry_err err = write_row(memory);

	/* Now and then also without news: an older copy without them is then older by the clock. */
	counts = counts || memory->clock.ran - memory->filed_ran >= MEMORY_FILE_S ||
		 memory->words_len > 0;
	if (err == SKERRY_OK && counts)
		err = journal_trim(memory->store, JOURNAL_KEPT_MAX);
	if (err == SKERRY_OK)
		err = seal(memory, tables);
	if (err == SKERRY_OK)
		err = store_commit(memory->store);
	if (err != SKERRY_OK)
		return err;
	memory->recorded_ran = memory->clock.ran;
	memory->recorded_settled = clock_settled(&memory->clock);
	memcpy(memory->recorded_boot, memory->clock.boots[0].id, CLOCK_BOOT_ID_LEN);
	memory->recorded_mono = memory->clock.boots[0].mono_s;
	memory->marked = memory->mark_there;
	memory->filed = false;
	memory->words_len = memory->words_more = 0;
	memcpy(memory->tables, tables, HASH_LEN);
	if (counts)
		err = memory_raise_mark(memory);
	return err == SKERRY_OK && counts ? write_file(memory) : err;
}

enum skerry_err
memory_end_loss(struct memory *memory)
{
	if (!memory->clock_lost)
		return SKERRY_OK;
	memory->clock_lost = false;
	return memory_tell(memory, "state.lost.over", MEMORY_FILE, "%s", "");
}

enum skerry_err
memory_end_rollback(struct memory *memory)
{
	if (memory->rollback_since == LICENSE_NEVER)
		return SKERRY_OK;
	memory->rollback_since = LICENSE_NEVER;
	return memory_tell(memory, "state.rollback.over", MEMORY_MARK_FILE, "%s", "");
}

/* --- time ------------------------------------------------------------------------------------ */

static enum skerry_err
tell_event(struct memory *memory, const struct clock_event *event)
{
	switch (event->kind) {
	case CLOCK_EVENT_MOVED:
		return memory_tell(
			memory, "clock.moved", "clock", "seconds=%" PRId64, event->seconds);
	case CLOCK_EVENT_CANDIDATE:
		return memory_tell(
			memory, "clock.candidate", "clock", "ahead_s=%" PRId64, event->seconds);
	case CLOCK_EVENT_CANDIDATE_GONE:
		return memory_tell(memory, "clock.candidate.gone", "clock", "%s", "");
	case CLOCK_EVENT_CONDITION:
		return memory_tell(memory, "clock.condition", "clock", "before=%s after=%s",
			clock_condition_name(event->before), clock_condition_name(event->after));
	case CLOCK_EVENT_STRANGE:
		return memory_tell(memory, "clock.strange", "clock",
			"seconds=%" PRId64 " counted=%" PRId64, event->seconds, event->counted);
	}
	return SKERRY_OK;
}

enum skerry_err
memory_tell_clock(struct memory *memory, const struct clock_news *news)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < news->len && err == SKERRY_OK; i++)
		err = tell_event(memory, &news->list[i]);
	return err;
}

static bool
moved(const struct clock_news *news)
{
	for (size_t i = 0; i < news->len; i++)
		if (news->list[i].kind == CLOCK_EVENT_MOVED)
			return true;
	return false;
}

/* What was shown as the site's time once is not taken back because the clock is. */
static bool
is_due(const struct memory *memory, const struct clock_news *news)
{
	return news->len > 0 || memory->clock.ran - memory->recorded_ran >= MEMORY_TICK_S ||
	       clock_settled(&memory->clock) - memory->recorded_settled >= MEMORY_TICK_S ||
	       memcmp(memory->recorded_boot, memory->clock.boots[0].id, CLOCK_BOOT_ID_LEN) != 0;
}

static enum skerry_err
record_tick(struct memory *memory, const struct clock_news *news)
{
	enum skerry_err err = memory_begin(memory);

	if (err == SKERRY_OK)
		err = memory_tell_clock(memory, news);
	if (err == SKERRY_OK)
		err = memory_commit(memory, moved(news));
	memory_rollback(memory);
	return err;
}

void
memory_see(struct memory *memory, const struct clock_reading *reading)
{
	memory->moment.wall = reading->wall;
	memcpy(memory->moment.boot, reading->boot_id, JOURNAL_BOOT_LEN);
}

/* Before the first tick puts this boot into the clock. */
static void
find_recorded(struct memory *memory, const struct clock_reading *reading)
{
	const struct clock *clock = &memory->clock;

	memory->ticked = true;
	memory->recorded_mono = -1;
	for (size_t i = 0; i < clock->boots_len; i++)
		if (memcmp(clock->boots[i].id, reading->boot_id, CLOCK_BOOT_ID_LEN) == 0)
			memory->recorded_mono = clock->boots[i].mono_s;
}

static bool
nobody_records(const struct memory *memory, const struct clock_reading *reading)
{
	if (memory->store != NULL && memory->writes && memory->trouble == SKERRY_OK)
		return false;
	return memory->recorded_mono < 0
		       ? reading->mono_s >= MEMORY_ALONE_S
		       : reading->mono_s - memory->recorded_mono >= CLOCK_UNATTENDED_S;
}

static void
look_at_wall(struct memory *memory, const struct clock_reading *reading)
{
	int64_t ahead = reading->wall - clock_settled(&memory->clock);

	memory->unrecorded_now = 0;
	if (clock_started(&memory->clock) && ahead > CLOCK_NEAR_S && ahead <= CLOCK_SEASON_S &&
		nobody_records(memory, reading))
		memory->unrecorded_now = reading->wall;
}

void
memory_tick(struct memory *memory, const struct clock_reading *reading, int64_t tolerance_s)
{
	struct clock_news news;
	int saved = errno;
	enum skerry_err err;

	memory_see(memory, reading);
	if (!memory->ticked)
		find_recorded(memory, reading);
	clock_tick(&memory->clock, reading, tolerance_s, &news);
	if (memory->store != NULL && memory->writes && is_due(memory, &news)) {
		err = record_tick(memory, &news);
		if (memory->trouble == SKERRY_OK)
			memory->trouble = err;
	}
	look_at_wall(memory, reading);
	errno = saved;
}

/* --- looking at all of it -------------------------------------------------------------------- */

enum skerry_err
memory_check_pages(struct store *store)
{
	struct store_query q;
	bool sound;
	enum skerry_err err;

	store_query(store, &q, "PRAGMA quick_check(1)");
	sound = store_step(&q) && strcmp(store_chars(&q, 0), "ok") == 0;
	err = store_done(&q);
	return err == SKERRY_OK && !sound ? SKERRY_ERR_STORE_DAMAGED : err;
}

static enum skerry_err
check_digests(struct store *store)
{
	uint8_t hash[HASH_LEN];
	struct store_query q;
	bool sound = true;
	enum skerry_err err;

	store_query(store, &q, "SELECT digest, bytes FROM document");
	while (sound && store_step(&q)) {
		struct cbor_bytes bytes = store_bytes(&q, 1);

		hash_blake2b(NULL, 0, bytes.data, bytes.len, hash);
		sound = cbor_bytes_same(store_bytes(&q, 0), (struct cbor_bytes){ hash, HASH_LEN });
	}
	err = store_done(&q);
	return err == SKERRY_OK && !sound ? SKERRY_ERR_STORE_DAMAGED : err;
}

enum skerry_err
memory_check(struct memory *memory, int64_t *ret_seq)
{
	enum skerry_err err = memory_check_pages(memory->store);

	if (err == SKERRY_OK)
		err = check_digests(memory->store);
	return err == SKERRY_OK ? journal_verify(memory->store, ret_seq) : err;
}
