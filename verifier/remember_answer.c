/* SPDX-License-Identifier: ISC */
#include "remember_answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verifier/state/starved.h"
#include "verifier/state/unpairings.h"

/*
 * Ways of asking whose last verdict is remembered; of more, the one asked longest ago goes. Many times those
 * that a daemon finds anew each minute (ANSWERS_MAX): else each of them would be news each time.
 */
enum { QUESTIONS_MAX = 512 };

static bool
begin_change(struct remember_change *change)
{
	if (!change->begun && change->err == SKERRY_OK) {
		change->err = memory_begin(change->memory);
		change->begun = change->err == SKERRY_OK;
	}
	return change->err == SKERRY_OK;
}

void
remember_finish(struct remember_change *change)
{
	if (change->begun && change->err == SKERRY_OK)
		change->err = memory_commit(change->memory, change->counts);
	if (change->begun)
		memory_rollback(change->memory);
	if (change->memory->trouble == SKERRY_OK)
		change->memory->trouble = change->err;
}

/* Whether it was here before this memory was made, so that nobody knows what was before. */
static enum skerry_err
was_found(const struct memory *memory, const struct site_license *held, bool *ret_found)
{
	struct arrival arrival;
	char path[DOCUMENTS_PATH_MAX];
	bool known;
	enum skerry_err err;

	snprintf(path, sizeof path, "licenses/%s", held->file);
	err = arrivals_find(memory->store, path, &arrival, &known);
	if (err == SKERRY_OK)
		*ret_found = known && arrival.found;
	else if (!starved_is(err))
		*ret_found = true;
	return starved_is(err) ? err : SKERRY_OK;
}

bool
remember_pairing_lost(const struct memory *memory)
{
	return memory->clock_lost && memory->store == NULL;
}

static void
note(struct remember_change *change, const struct site_license *held, enum condition_kind kind,
	const char *value, bool seen_before, const struct condition *condition)
{
	const struct license *license = &held->license;
	char subject[JOURNAL_SUBJECT_MAX];
	bool written = false;

	if (!begin_change(change))
		return;
	snprintf(subject, sizeof subject, "license %.*s", (int)license->id.len, license->id.chars);
	change->err = condition_write(
		change->memory->store, &held->license, kind, value, condition, &written);
	/* Of domains beyond those that are remembered, each call would tell it anew. */
	if (change->err != SKERRY_OK || !written)
		return;
	change->counts = change->counts || condition->mismatch || seen_before;
	/* That it matches from the beginning is no news. */
	if (condition->mismatch || seen_before)
		change->err = memory_tell(change->memory,
			condition->mismatch ? "condition.begins" : "condition.over", subject,
			"kind=%s activation=%" PRIu64 " edition=%" PRIu64,
			kind == CONDITION_MACHINE ? "machine" : "domain", license->activation,
			license->edition);
}

static int64_t
since_nobody_knows(enum skerry_err err, enum skerry_err *ret_starved)
{
	if (starved_is(err))
		*ret_starved = err;
	return LICENSE_NEVER;
}

int64_t
remember_condition(const struct memory *memory, struct remember_change *change,
	const struct site_license *held, enum condition_kind kind, const char *value, bool holds,
	int64_t now, enum skerry_err *ret_starved)
{
	struct condition before,
		after = { .seen = true, .mismatch = holds, .since = LICENSE_NEVER };
	enum skerry_err err;
	int64_t begins = now;
	bool found = false, first = true;

	if (memory == NULL || memory->store == NULL || strlen(value) >= CONDITION_VALUE_MAX)
		return LICENSE_NEVER;
	err = condition_read(memory->store, &held->license, kind, value, &before);
	if (err == SKERRY_OK && holds && !before.mismatch &&
		(kind == CONDITION_DOMAIN || !before.seen))
		err = condition_begin(memory->store, &held->license, kind, now,
			held->license.ladder.rebind_grace_s, &begins, &first);
	/* Of a machine that was seen some other way, it is known what was before. */
	if (err == SKERRY_OK && holds && !before.seen && (kind == CONDITION_DOMAIN || first))
		err = was_found(memory, held, &found);
	if (err != SKERRY_OK)
		return since_nobody_knows(err, ret_starved);
	if (holds && before.mismatch)
		after.since = before.since < now ? before.since : now;
	else if (holds && !found)
		after.since = begins;
	if (holds && before.mismatch && before.since == LICENSE_NEVER)
		after.since = LICENSE_NEVER;
	if (change != NULL && (before.seen || holds || kind == CONDITION_MACHINE) &&
		(before.mismatch != holds || !before.seen))
		note(change, held, kind, value, before.seen, &after);
	return after.since;
}

static void
hear_reply(const struct reply *reply, const struct license *license, const struct clock *clock,
	struct unpaired *unpaired)
{
	for (size_t i = 0; i < reply->results_len; i++) {
		const struct reply_result *result = &reply->results[i];
		const struct unpairing unpairing = { .brand = reply->brand,
			.license = result->license,
			.told_at = reply->issued_at,
			.until = result->until,
			.heard_at = LICENSE_NEVER };

		if (result->code == REPLY_UNPAIRED)
			words_hear_unpairing(&unpairing, license, clock, unpaired);
	}
}

enum skerry_err
remember_unpaired(const struct site *site, const struct site_license *held, int64_t *ret_since)
{
	const struct memory *memory = site->memory;
	struct unpaired unpaired = WORDS_PAIRED;
	enum skerry_err err = SKERRY_ERR_STORE_MISSING;

	if (memory->store != NULL)
		err = unpairings_find(
			memory->store, &held->license, &memory->clock, &unpaired.since);
	if (starved_is(err))
		return err;
	for (size_t i = 0; err != SKERRY_OK && i < site->replies_len; i++)
		hear_reply(&site->replies[i].reply, &held->license, &memory->clock, &unpaired);
	*ret_since = unpaired.since;
	return SKERRY_OK;
}

static enum skerry_err
last_words(struct store *store, const char *question, const char *words, bool *ret_same)
{
	struct store_query q;

	*ret_same = false;
	store_query(store, &q, "SELECT words FROM verdict WHERE question = ?");
	store_bind_text(&q, question);
	if (store_step(&q)) {
		const char *last = store_chars(&q, 0);

		*ret_same = last != NULL && strcmp(last, words) == 0;
	}
	return store_done(&q);
}

bool
remember_was_told(struct remember_change *change, const char *question)
{
	struct store_query q;
	enum skerry_err err;
	bool told;

	if (change->err != SKERRY_OK)
		return false;
	store_query(change->memory->store, &q, "SELECT 1 FROM verdict WHERE question = ?");
	store_bind_text(&q, question);
	told = store_step(&q);
	err = store_done(&q);
	change->err = err;
	return told;
}

static enum skerry_err
write_words(struct memory *memory, const char *question, const char *words)
{
	struct journal_head head;
	struct store_query q;
	enum skerry_err err = journal_read_head(memory->store, &head);

	if (err != SKERRY_OK)
		return err;
	store_query(memory->store, &q, "INSERT OR REPLACE INTO verdict VALUES (?, ?, ?)");
	store_bind_text(&q, question);
	store_bind_text(&q, words);
	store_bind_int(&q, head.seq);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	store_query(memory->store, &q,
		"DELETE FROM verdict WHERE question NOT IN"
		" (SELECT question FROM verdict ORDER BY seq DESC LIMIT ?)");
	store_bind_int(&q, QUESTIONS_MAX);
	return store_run(&q);
}

void
remember_verdict(
	struct remember_change *change, const char *question, const char *words, const char *facts)
{
	bool same;

	if (change->err != SKERRY_OK)
		return;
	change->err = last_words(change->memory->store, question, words, &same);
	if (change->err != SKERRY_OK || same || !begin_change(change))
		return;
	change->err = memory_tell(change->memory, "verdict", question, "%s %s", words, facts);
	if (change->err == SKERRY_OK)
		change->err = write_words(change->memory, question, words);
}
