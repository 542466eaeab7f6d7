/* SPDX-License-Identifier: ISC */
#include "recovery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/decide/desk_clock.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/high_water.h"
#include "issuer/desk/manifests.h"
#include "keys/random.h"
#include "keys/untrusted_file.h"

static enum skerry_err
run(struct desk *desk, const char *sql)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	return store_run(&q);
}

/*
 * Where the records that were put back end: `clock confirm` may have added rows since, and hands
 * out nothing. *ret_confirmed: the last row is one of those.
 */
static enum skerry_err
find_end(struct desk *desk, int64_t *ret_seq, bool *ret_confirmed)
{
	struct store_query q;

	*ret_seq = 0;
	*ret_confirmed = false;
	store_query(desk->store, &q, "SELECT seq, action FROM audit ORDER BY seq DESC");
	while (store_step(&q)) {
		const char *action = store_chars(&q, 1);

		*ret_seq = store_int(&q, 0);
		if (action == NULL || strcmp(action, "clock.confirm") != 0)
			break;
		*ret_confirmed = true;
	}
	return store_done(&q);
}

/* At most so many rows are lost. Another life may have parted from this one at any row. */
static int64_t
lost_rows(int64_t end, const struct mark *mark)
{
	return mark->seq > end ? mark->seq - end : mark->seq;
}

static enum skerry_err
count_mark(struct desk *desk, int64_t end, const struct mark *mark, bool outer,
	struct recovery *recovery)
{
	int64_t lost;
	enum mark_state state;
	enum skerry_err err = mark_judge(desk, mark, outer, &state);

	if (err != SKERRY_OK)
		return err;
	if (mark->has_high)
		high_water_raise(&recovery->high, &mark->high);
	recovery->stale |= state == MARK_SETTLED;
	if (state != MARK_CONTRADICTS)
		return SKERRY_OK;
	recovery->settles[recovery->settles_len++] = *mark;
	lost = lost_rows(end, mark);
	recovery->needed = recovery->known = true;
	recovery->counted |= !mark->has_high;
	if (lost > recovery->lost)
		recovery->lost = lost;
	if (mark->seq > recovery->to_seq) {
		recovery->to_seq = mark->seq;
		recovery->to_at = mark->at;
	}
	return SKERRY_OK;
}

enum skerry_err
recovery_look(struct desk *desk, const struct mark *further, struct recovery *ret_recovery)
{
	struct recovery recovery = { .needed = false };
	struct audit_head head;
	struct marks marks;
	int64_t end, last;
	bool confirmed;
	enum skerry_err err = audit_read_head(desk->store, &head);

	if (err == SKERRY_OK)
		err = marks_gather(desk, &marks);
	if (err == SKERRY_OK)
		err = find_end(desk, &end, &confirmed);
	if (err != SKERRY_OK)
		return err;
	recovery.from_seq = head.seq;
	recovery.from_at = last = head.at;
	for (size_t i = 0; i < marks.len && err == SKERRY_OK; i++)
		err = count_mark(desk, end, &marks.marks[i], marks.outer[i], &recovery);
	if (err == SKERRY_OK && further != NULL)
		err = count_mark(desk, end, further, false, &recovery);
	if (err == SKERRY_OK && marks.lost) {
		recovery.needed = true;
		recovery.known = false;
		recovery.counted = true;
		if (recovery.lost < RECOVERY_UNKNOWN)
			recovery.lost = RECOVERY_UNKNOWN;
	}
	if (recovery.to_at > last && !confirmed)
		last = recovery.to_at;
	if (err == SKERRY_OK)
		err = desk_clock_judge(last, desk->now, &desk->now);
	if (err == SKERRY_ERR_DESK_CLOCK)
		desk_refuse_clock(desk, last);
	if (err == SKERRY_OK)
		*ret_recovery = recovery;
	return err;
}

/* 0 to 2^bits - 1. */
static int64_t
draw(unsigned bits)
{
	uint8_t bytes[4];
	uint32_t number;

	random_bytes(bytes, sizeof bytes);
	memcpy(&number, bytes, sizeof number);
	return number & ((UINT32_C(1) << bits) - 1);
}

static int64_t
smaller(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

/*
 * Above all that marks tell of; and by `further` more where one does not tell, or there is none. An
 * edition is the time it was made at or, for several in a second, that and one more for each. So
 * what is lost lies at most one a row beyond the mark's time or the edition that is known.
 */
static enum skerry_err
raise_numbers(struct desk *desk, const struct recovery *recovery)
{
	int64_t now = recovery->to_at > desk->now ? recovery->to_at : desk->now;
	int64_t further = recovery->counted ? recovery->lost : 0;
	int64_t apart = smaller(further, RECOVERY_EDITIONS);
	struct store_query q;
	enum skerry_err err;

	if (recovery->counted && !recovery->known)
		apart += draw(RECOVERY_EDITION_BITS);
	store_query(desk->store, &q, "UPDATE brand SET status_next = max(status_next + ?1, ?2)");
	store_bind_int_at(&q, 1, further);
	store_bind_int_at(&q, 2, recovery->high.status_next);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"UPDATE license SET activation_next = max(activation_next + ?1, ?2),"
		" edition = max(max(edition, ?3) + ?4, ?5)");
	store_bind_int_at(&q, 1, further);
	store_bind_int_at(&q, 2, recovery->high.activation_next);
	store_bind_int_at(&q, 3, recovery->counted ? now : 0);
	store_bind_int_at(&q, 4, apart);
	store_bind_int_at(&q, 5, smaller(recovery->high.edition, now + RECOVERY_EDITIONS));
	err = store_run(&q);
	return err == SKERRY_OK ? high_water_measure(desk) : err;
}

static enum skerry_err
read_manifest(struct desk *desk, uint64_t version, uint8_t **ret_bytes, size_t *ret_len)
{
	const char *home = desk->home != NULL ? desk->home : desk->path;
	char path[DESK_PATH_MAX];

	if (snprintf(path, sizeof path, "%s/manifests/%llu.manifest", home,
		    (unsigned long long)version) >= DESK_PATH_MAX)
		return SKERRY_ERR_FILE_MISSING;
	return untrusted_file_read(path, MANIFEST_MAX, ret_bytes, ret_len);
}

/* One version, or nothing of it. */
static enum skerry_err
take_manifest(struct desk *desk, uint64_t version, const uint8_t *bytes, size_t len)
{
	uint64_t taken;
	enum skerry_err err = run(desk, "SAVEPOINT manifest");

	if (err != SKERRY_OK)
		return err;
	err = manifests_take(desk, bytes, len, false, &taken, NULL);
	if (err == SKERRY_OK && taken != version)
		err = SKERRY_ERR_TRUST_SEQUENCE;
	if (err != SKERRY_OK) {
		(void)run(desk, "ROLLBACK TO manifest");
		/* Rows of the log may have gone with it. */
		desk->head_known = false;
	}
	(void)run(desk, "RELEASE manifest");
	return err;
}

/* Sites hold these versions, so the chain goes on behind them. */
static enum skerry_err
take_manifests(struct desk *desk, struct recovery *recovery)
{
	struct trust *trust = NULL;
	uint64_t version;
	enum skerry_err err = manifests_load(desk, &trust);

	if (err != SKERRY_OK)
		return err;
	version = trust->manifest.version;
	free(trust);
	for (;;) {
		uint8_t *bytes = NULL;
		size_t len = 0;

		if (read_manifest(desk, ++version, &bytes, &len) != SKERRY_OK)
			return SKERRY_OK;
		err = take_manifest(desk, version, bytes, len);
		free(bytes);
		if (err != SKERRY_OK) {
			recovery->manifests_left = true;
			return SKERRY_OK;
		}
		recovery->manifests++;
	}
}

/*
 * Where no mark tells how far it had come, one that nobody made stands for the last row there can be:
 * what sites hold of rows up to it may be of the records that were lost.
 */
static enum skerry_err
settle_unknown(struct desk *desk, const struct recovery *recovery)
{
	struct mark mark = { .seq = recovery->from_seq + recovery->lost, .at = desk->now };

	random_bytes(mark.hash, sizeof mark.hash);
	return mark_settle(desk, &mark);
}

enum skerry_err
recovery_apply(struct desk *desk, const char *source, struct recovery *recovery)
{
	enum skerry_err err = SKERRY_OK;

	/* Two recoveries that know nothing of each other shall not go on at the same number. */
	if (recovery->needed && !recovery->known)
		recovery->lost += draw(RECOVERY_UNKNOWN_BITS);
	if (recovery->needed)
		err = raise_numbers(desk, recovery);
	if (err == SKERRY_OK)
		err = take_manifests(desk, recovery);
	if (err == SKERRY_OK)
		err = audit_append(desk, "desk.recover", "desk",
			"source=%s from=%lld to=%lld raised=%lld manifests=%lld marks=%zu", source,
			(long long)recovery->from_seq, (long long)recovery->to_seq,
			(long long)recovery->lost, (long long)recovery->manifests,
			recovery->settles_len);
	for (size_t i = 0; i < recovery->settles_len && err == SKERRY_OK; i++)
		err = mark_settle(desk, &recovery->settles[i]);
	if (err == SKERRY_OK && recovery->needed && !recovery->known)
		err = settle_unknown(desk, recovery);
	return err;
}

enum skerry_err
recovery_commit(struct desk *desk, struct mark *ret_mark)
{
	struct mark mark;
	enum skerry_err err;

	desk->mark_stands = false;
	err = mark_prepare(desk, &mark);
	if (err == SKERRY_OK)
		err = desk_commit(desk);
	if (err == SKERRY_OK)
		*ret_mark = mark;
	return err;
}
