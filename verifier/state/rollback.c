/* SPDX-License-Identifier: ISC */
#include "rollback.h"

#include <inttypes.h>
#include <string.h>

#include "restored.h"
#include "telemetry.h"

static bool
is_news(const struct memory *memory)
{
	return memory->news.rolled_back || memory->news.mark_lost;
}

/*
 * Whether an older state was put back: one without what the mark has, or that has run for less.
 * `err` is what reading the mark has come to.
 */
static enum skerry_err
compare_mark(struct memory *memory, enum skerry_err err, struct mark *mark)
{
	uint8_t hash[HASH_LEN];
	struct journal_head head;
	bool found = false;

	memory->mark_there = err == SKERRY_OK;
	if (err == SKERRY_ERR_FILE_MISSING || err == SKERRY_ERR_FILE_DAMAGED) {
		memory->news.mark_lost = memory->marked;
		*mark = (struct mark){ 0 };
		return SKERRY_OK;
	}
	/* The mark is opened to be raised; who may not do that leaves the comparing to who may. */
	if (err == SKERRY_ERR_FILE_PERMISSION && !memory->writes)
		return SKERRY_OK;
	if (err == SKERRY_OK)
		err = journal_find(memory->store, mark->seq, hash, &found);
	if (err == SKERRY_OK && found)
		memory->news.rolled_back = memcmp(hash, mark->hash, HASH_LEN) != 0;
	if (err == SKERRY_OK && !found) {
		err = journal_read_head(memory->store, &head);
		/* Rows that are too old to be kept are no older state. */
		memory->news.rolled_back = err == SKERRY_OK && mark->seq > head.seq;
	}
	memory->news.rolled_back |= err == SKERRY_OK && mark->at > memory->recorded_ran;
	return err;
}

/* A restore that was cut short before it wrote its mark. */
static enum skerry_err
finish_restore(struct memory *memory, const struct mark *mark)
{
	bool replaces = false;
	enum skerry_err err = SKERRY_OK;

	if (memory->news.rolled_back)
		err = restored_replaces(memory->store, mark, &replaces);
	if (err != SKERRY_OK || !replaces)
		return err;
	memory->news.rolled_back = false;
	return memory->writes ? memory_raise_mark(memory) : SKERRY_OK;
}

/*
 * site.clock is written behind the database, too, and a backup alone is older than it. A reader comes
 * in between.
 */
static enum skerry_err
compare_clock(struct memory *memory)
{
	bool restored = false;
	enum skerry_err err;

	if (!memory->writes || memory->filed_ran <= memory->recorded_ran)
		return SKERRY_OK;
	err = restored_replaces(memory->store, NULL, &restored);
	memory->news.rolled_back |= err == SKERRY_OK && !restored;
	return err;
}

enum skerry_err
rollback_find(struct memory *memory, enum skerry_err mark_err, struct mark *mark)
{
	enum skerry_err err = compare_mark(memory, mark_err, mark);

	if (err == SKERRY_OK)
		err = finish_restore(memory, mark);
	if (err == SKERRY_OK)
		err = compare_clock(memory);
	if (err == SKERRY_OK && is_news(memory) && memory->rollback_since == LICENSE_NEVER)
		memory->rollback_since = clock_settled(&memory->clock);
	return err;
}

enum skerry_err
rollback_record(struct memory *memory, const struct mark *mark)
{
	int64_t ran = memory->recorded_ran;
	struct journal_head head;
	enum skerry_err err;

	if (!is_news(memory))
		return SKERRY_OK;
	err = memory_begin(memory);

	if (err == SKERRY_OK)
		err = journal_read_head(memory->store, &head);
	if (err == SKERRY_OK)
		err = memory_tell(memory, "state.rollback", MEMORY_MARK_FILE,
			"mark=%" PRId64 " journal=%" PRId64 " marked_ran=%" PRId64 " ran=%" PRId64,
			mark->seq, head.seq, mark->at, ran);
	if (err == SKERRY_OK)
		err = telemetry_doubt(memory->store, &memory->news.consents_lost);
	if (err == SKERRY_OK)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}
