/* SPDX-License-Identifier: ISC */
#include "mark.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "formats/date.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/high_water.h"

enum { HASH_SHOWN = 16, MARK_SEALED_MAX = 1 + MARK_DESK_LEN + 6 * 8 + HASH_LEN };

_Static_assert(DESK_PUBLIC_ID_LEN == 2 * MARK_DESK_LEN, "a mark holds the whole public id");
_Static_assert((int)VAULT_SEAL_LEN == (int)MARK_SEAL_LEN, "a mark holds a whole seal");

/* Which statement a seal is under. */
enum seal_of { SEAL_MARK = 'M', SEAL_SETTLED = 'S' };

static const char RECOVER[] = "Go on with: skerry-issuer recover";

static const char *
home_of(const struct desk *desk)
{
	return desk->home != NULL ? desk->home : desk->path;
}

static enum skerry_err
inner_path(const struct desk *desk, char ret_path[DESK_PATH_MAX])
{
	return snprintf(ret_path, DESK_PATH_MAX, "%s/desk.mark", home_of(desk)) < DESK_PATH_MAX
		       ? SKERRY_OK
		       : SKERRY_ERR_FILE_MISSING;
}

/* What the records say about the desk; nothing of a desk that is being founded. */
static enum skerry_err
read_desk(struct desk *desk, char ret_public_id[DESK_PUBLIC_ID_LEN + 1])
{
	struct store_query q;

	ret_public_id[0] = '\0';
	desk->marked = false;
	store_query(desk->store, &q, "SELECT public_id, marked FROM desk");
	if (store_step(&q)) {
		store_text(&q, 0, ret_public_id, DESK_PUBLIC_ID_LEN + 1);
		desk->marked = store_int(&q, 1) != 0;
	}
	return store_done(&q);
}

/* The desk's public id as a mark has it; zeros while there is none. */
static enum skerry_err
read_whose(struct desk *desk, uint8_t ret_whose[MARK_DESK_LEN])
{
	char id[DESK_PUBLIC_ID_LEN + 1];
	enum skerry_err err = read_desk(desk, id);

	memset(ret_whose, 0, MARK_DESK_LEN);
	if (err == SKERRY_OK && strlen(id) == DESK_PUBLIC_ID_LEN)
		for (size_t i = 0; i < MARK_DESK_LEN; i++) {
			char digits[3] = { id[2 * i], id[2 * i + 1], '\0' };

			ret_whose[i] = (uint8_t)strtoul(digits, NULL, 16);
		}
	return err;
}

static void
put_number(uint8_t bytes[MARK_SEALED_MAX], size_t *len, int64_t number)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		bytes[(*len)++] = (uint8_t)((uint64_t)number >> shift);
}

/* `more` is a third number: of a settled one its recovery. */
static void
seal(const struct desk *desk, enum seal_of what, const struct mark *mark, int64_t more,
	uint8_t ret_seal[MARK_SEAL_LEN])
{
	uint8_t bytes[MARK_SEALED_MAX];
	size_t len = 0;

	bytes[len++] = (uint8_t)what;
	memcpy(bytes + len, mark->desk, MARK_DESK_LEN);
	len += MARK_DESK_LEN;
	put_number(bytes, &len, mark->seq);
	put_number(bytes, &len, mark->at);
	put_number(bytes, &len, more);
	memcpy(bytes + len, mark->hash, HASH_LEN);
	len += HASH_LEN;
	if (mark->has_high) {
		put_number(bytes, &len, mark->high.status_next);
		put_number(bytes, &len, mark->high.activation_next);
		put_number(bytes, &len, mark->high.edition);
	}
	vault_seal(&desk->vault, bytes, len, ret_seal);
}

/* A locked desk cannot tell who made it. */
static bool
is_sealed(const struct desk *desk, enum seal_of what, const struct mark *mark, int64_t more,
	const uint8_t *there)
{
	uint8_t expected[MARK_SEAL_LEN];

	if (!vault_is_open(&desk->vault))
		return true;
	seal(desk, what, mark, more, expected);
	return memcmp(there, expected, MARK_SEAL_LEN) == 0;
}

/* A copy of the desk at another place has a life of its own, so the place is part of the name. */
static bool
outer_path(struct desk *desk, char ret_path[DESK_PATH_MAX])
{
	char named[DESK_PATH_MAX + DESK_PUBLIC_ID_LEN + 2], id[DESK_PUBLIC_ID_LEN + 1],
		hex[2 * HASH_SHOWN + 1];
	uint8_t hash[HASH_LEN];
	char *real;
	int len;

	if (desk->marks_folder == NULL || read_desk(desk, id) != SKERRY_OK || id[0] == '\0')
		return false;
	real = realpath(home_of(desk), NULL);
	if (real == NULL)
		return false;
	len = snprintf(named, sizeof named, "%s %s", id, real);
	free(real);
	if (len < 0 || (size_t)len >= sizeof named)
		return false;
	hash_blake2b(NULL, 0, (const uint8_t *)named, (size_t)len, hash);
	for (size_t i = 0; i < HASH_SHOWN; i++)
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	return snprintf(ret_path, DESK_PATH_MAX, "%s/%s.mark", desk->marks_folder, hex) <
	       DESK_PATH_MAX;
}

static enum skerry_err
read_mark(const char *path, struct mark *ret_mark)
{
	struct mark_file file = { .fd = -1 };
	enum skerry_err err = mark_file_open(path, false, &file);

	if (err == SKERRY_OK)
		err = mark_file_read(&file, ret_mark);
	mark_file_close(&file);
	return err;
}

/* Reads one and adds it, unless it is nobody's. Errors of mark_file.h. */
static enum skerry_err
gather(struct desk *desk, const char *path, bool outer, const uint8_t whose[MARK_DESK_LEN],
	struct marks *marks)
{
	struct mark mark;
	enum skerry_err err = read_mark(path, &mark);

	if (err != SKERRY_OK)
		return err;
	if (memcmp(mark.desk, whose, MARK_DESK_LEN) != 0 ||
		!is_sealed(desk, SEAL_MARK, &mark, 0, mark.seal)) {
		marks->lost = marks->altered = true;
		return SKERRY_OK;
	}
	marks->outer[marks->len] = outer;
	marks->marks[marks->len++] = mark;
	return SKERRY_OK;
}

enum skerry_err
marks_gather(struct desk *desk, struct marks *ret_marks)
{
	char path[DESK_PATH_MAX];
	uint8_t whose[MARK_DESK_LEN];
	struct marks marks = { .len = 0 };
	enum skerry_err err = read_whose(desk, whose);

	if (err == SKERRY_OK)
		err = inner_path(desk, path);
	if (err == SKERRY_OK)
		err = gather(desk, path, false, whose, &marks);
	if (err == SKERRY_ERR_FILE_MISSING || err == SKERRY_ERR_FILE_DAMAGED) {
		marks.lost = desk->marked;
		err = SKERRY_OK;
	} else if (err != SKERRY_OK) {
		return desk_refuse(desk, err, path, "%s", skerry_err_advice(err));
	}
	if (outer_path(desk, path))
		(void)gather(desk, path, true, whose, &marks);
	*ret_marks = marks;
	return err;
}

/* The hash of a row, also of the last one that was archived; *ret_found false for other rows. */
static enum skerry_err
find_row(struct desk *desk, int64_t seq, uint8_t ret_hash[HASH_LEN], bool *ret_found)
{
	struct store_query q;

	*ret_found = false;
	store_query(desk->store, &q,
		"SELECT hash FROM audit WHERE seq = ?1"
		" UNION ALL SELECT hash FROM audit_anchor WHERE seq = ?1");
	store_bind_int_at(&q, 1, seq);
	if (store_step(&q)) {
		struct cbor_bytes hash = store_bytes(&q, 0);

		*ret_found = hash.len == HASH_LEN;
		if (*ret_found)
			memcpy(ret_hash, hash.data, HASH_LEN);
	}
	return store_done(&q);
}

static enum skerry_err
is_settled(struct desk *desk, const struct mark *mark, bool *ret_settled)
{
	struct mark ours = *mark;
	struct store_query q;
	enum skerry_err err = read_whose(desk, ours.desk);

	*ret_settled = false;
	ours.has_high = false;
	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"SELECT at, recovery, seal FROM mark_settled WHERE seq = ? AND hash = ?");
	store_bind_int(&q, mark->seq);
	store_bind_bytes(&q, mark->hash, HASH_LEN);
	if (store_step(&q)) {
		struct cbor_bytes there = store_bytes(&q, 2);

		*ret_settled = store_int(&q, 0) == mark->at && there.len == MARK_SEAL_LEN &&
			       is_sealed(desk, SEAL_SETTLED, &ours, store_int(&q, 1), there.data);
	}
	return store_done(&q);
}

/*
 * Whether an archive took the row. An archive begins with a mark that is as new as the log, so
 * DESK/desk.mark never lies before one; the mark of somebody who has long not worked may. One that
 * tells of higher numbers than the records is of another life.
 */
static enum skerry_err
is_archived(struct desk *desk, const struct mark *mark, bool *ret_archived)
{
	struct audit_head anchor;
	struct mark_high high;
	enum skerry_err err = audit_read_anchor(desk->store, &anchor);

	if (err == SKERRY_OK)
		err = high_water_read(desk, &high);
	*ret_archived =
		err == SKERRY_OK && mark->seq < anchor.seq && high_water_covers(&high, &mark->high);
	return err;
}

enum skerry_err
mark_judge(struct desk *desk, const struct mark *mark, bool outer, enum mark_state *ret_state)
{
	uint8_t hash[HASH_LEN];
	bool found, settled = false, archived = false;
	bool held = mark->seq == 0;
	enum skerry_err err = find_row(desk, mark->seq, hash, &found);

	if (err == SKERRY_OK && found)
		held = memcmp(hash, mark->hash, HASH_LEN) == 0;
	if (err == SKERRY_OK && !held)
		err = is_settled(desk, mark, &settled);
	if (err == SKERRY_OK && !held && outer)
		err = is_archived(desk, mark, &archived);
	if (err != SKERRY_OK)
		return err;
	*ret_state = held       ? MARK_HELD
		     : settled  ? MARK_SETTLED
		     : archived ? MARK_ARCHIVED
				: MARK_CONTRADICTS;
	return SKERRY_OK;
}

enum skerry_err
mark_settle(struct desk *desk, const struct mark *mark)
{
	struct audit_head head;
	struct mark sealed = *mark;
	struct store_query q;
	uint8_t there[MARK_SEAL_LEN];
	enum skerry_err err = audit_read_head(desk->store, &head);

	if (err == SKERRY_OK)
		err = read_whose(desk, sealed.desk);
	if (err != SKERRY_OK)
		return err;
	sealed.has_high = false;
	seal(desk, SEAL_SETTLED, &sealed, head.seq, there);
	store_query(desk->store, &q,
		"INSERT OR REPLACE INTO mark_settled (seq, hash, at, recovery, settled_at, seal)"
		" VALUES (?, ?, ?, ?, ?, ?)");
	store_bind_int(&q, mark->seq);
	store_bind_bytes(&q, mark->hash, HASH_LEN);
	store_bind_int(&q, mark->at);
	store_bind_int(&q, head.seq);
	store_bind_int(&q, desk->now);
	store_bind_bytes(&q, there, sizeof there);
	return store_run(&q);
}

enum skerry_err
mark_settled_each(
	struct desk *desk, void (*each)(void *, const struct mark_settled *), void *context)
{
	struct mark mark = { .seq = 0 };
	struct store_query q;
	enum skerry_err err = read_whose(desk, mark.desk);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"SELECT seq, at, recovery, settled_at, hash, seal FROM mark_settled"
		" ORDER BY recovery, seq");
	while (store_step(&q)) {
		struct mark_settled one = { .seq = store_int(&q, 0),
			.at = store_int(&q, 1),
			.recovery = store_int(&q, 2),
			.settled_at = store_int(&q, 3) };
		struct cbor_bytes hash = store_bytes(&q, 4), there = store_bytes(&q, 5);

		mark.seq = one.seq;
		mark.at = one.at;
		if (hash.len == HASH_LEN)
			memcpy(mark.hash, hash.data, HASH_LEN);
		one.sealed = hash.len == HASH_LEN && there.len == MARK_SEAL_LEN &&
			     is_sealed(desk, SEAL_SETTLED, &mark, one.recovery, there.data);
		each(context, &one);
	}
	return store_done(&q);
}

struct covering {
	int64_t seq, at;
	bool covers, since;
};

static void
cover(void *context, const struct mark_settled *one)
{
	struct covering *covering = context;

	covering->covers |=
		one->sealed && one->recovery <= covering->seq && covering->seq <= one->seq;
	covering->since |= one->sealed && covering->at <= one->settled_at;
}

enum skerry_err
mark_settled_covers(struct desk *desk, int64_t seq, bool *ret_covers)
{
	struct covering covering = { .seq = seq, .at = INT64_MAX };
	enum skerry_err err = mark_settled_each(desk, cover, &covering);

	*ret_covers = covering.covers;
	return err;
}

enum skerry_err
mark_settled_since(struct desk *desk, int64_t at, bool *ret_since)
{
	struct covering covering = { .seq = -1, .at = at };
	enum skerry_err err = mark_settled_each(desk, cover, &covering);

	*ret_since = covering.since;
	return err;
}

static enum skerry_err
refuse_behind(struct desk *desk, const struct mark *mark)
{
	char last[DATE_TEXT_MAX] = "", marked[DATE_TEXT_MAX];
	struct audit_head head;

	if (audit_read_head(desk->store, &head) == SKERRY_OK)
		date_format(head.at, last);
	date_format(mark->at, marked);
	return desk_refuse(desk, SKERRY_ERR_STORE_BEHIND, home_of(desk),
		"Its last entry is of %s, and it worked until %s. %s", last, marked, RECOVER);
}

/* Makes each folder of the path that is missing; whether that worked shows when it is used. */
static void
make_folders(const char *path)
{
	char part[DESK_PATH_MAX];
	int len = snprintf(part, sizeof part, "%s", path);

	if (len < 0 || len >= DESK_PATH_MAX)
		return;
	for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(part, 0700);
		*slash = '/';
	}
	mkdir(part, 0700);
}

static enum skerry_err
write_mark(const char *path, const struct mark *mark, bool lower_too, bool lazy)
{
	struct mark_file file = { .fd = -1 };
	enum skerry_err err = mark_file_open(path, true, &file);

	file.lazy = lazy;
	if (err == SKERRY_OK)
		err = lower_too ? mark_file_replace(&file, mark) : mark_file_raise(&file, mark);
	mark_file_close(&file);
	return err;
}

static void
write_outer(struct desk *desk, const struct mark *mark, bool lower_too)
{
	char path[DESK_PATH_MAX];
	int saved = errno;

	if (outer_path(desk, path) &&
		write_mark(path, mark, lower_too, true) == SKERRY_ERR_FILE_MISSING) {
		make_folders(desk->marks_folder);
		(void)write_mark(path, mark, lower_too, true);
	}
	errno = saved;
}

static enum skerry_err
write_inner(struct desk *desk, const struct mark *mark, bool lower_too)
{
	char path[DESK_PATH_MAX];
	enum skerry_err err = inner_path(desk, path);

	if (err == SKERRY_OK)
		err = write_mark(path, mark, lower_too, false);
	return err == SKERRY_OK ? err : desk_refuse(desk, err, path, "%s", skerry_err_advice(err));
}

static enum skerry_err
write_both(struct desk *desk, const struct mark *mark, bool lower_too)
{
	enum skerry_err err = write_inner(desk, mark, lower_too);

	if (err == SKERRY_OK)
		write_outer(desk, mark, lower_too);
	return err;
}

static enum skerry_err
refuse_lost(struct desk *desk, bool altered)
{
	if (altered)
		return desk_refuse(desk, SKERRY_ERR_STORE_BEHIND, home_of(desk),
			"Its mark is another desk's, or was altered, so that nothing tells whether "
			"these are its latest records. %s",
			RECOVER);
	return desk_refuse(desk, SKERRY_ERR_STORE_BEHIND, home_of(desk),
		"Its mark, desk.mark, is missing or damaged, so that nothing tells whether "
		"these are its latest records. %s",
		RECOVER);
}

static enum skerry_err
mark_head(struct desk *desk, struct mark *ret_mark)
{
	struct audit_head head;
	enum skerry_err err = audit_read_head(desk->store, &head);

	if (err == SKERRY_OK && !vault_is_open(&desk->vault))
		err = SKERRY_ERR_PASSPHRASE;
	if (err != SKERRY_OK)
		return err;
	*ret_mark = (struct mark){ .seq = head.seq, .at = head.at, .has_high = true };
	memcpy(ret_mark->hash, head.hash, HASH_LEN);
	err = high_water_read(desk, &ret_mark->high);
	if (err == SKERRY_OK)
		err = read_whose(desk, ret_mark->desk);
	if (err == SKERRY_OK)
		seal(desk, SEAL_MARK, ret_mark, 0, ret_mark->seal);
	return err;
}

/*
 * A mark that holds but is no row of the log guards nothing, and its number may keep later ones
 * out. One behind the log comes from a program that was killed. The lock is held, so that the head
 * is what every neighbor has committed.
 */
static enum skerry_err
mend(struct desk *desk, const struct marks *marks, const enum mark_state *states)
{
	struct mark head = { .seq = 0 };
	bool inner = false, outer = false;
	enum skerry_err err = SKERRY_OK;

	if (!vault_is_open(&desk->vault) || marks->len == 0)
		return SKERRY_OK;
	err = mark_head(desk, &head);
	for (size_t i = 0; i < marks->len; i++) {
		bool *which = marks->outer[i] ? &outer : &inner;

		*which |= states[i] != MARK_HELD ||
			  (!marks->outer[i] && marks->marks[i].seq < head.seq);
	}
	if (err == SKERRY_OK && inner)
		err = write_inner(desk, &head, true);
	if (err == SKERRY_OK && outer)
		write_outer(desk, &head, true);
	return err;
}

enum skerry_err
mark_check(struct desk *desk)
{
	enum mark_state states[MARKS_MAX];
	struct marks marks = { .len = 0 };
	enum skerry_err err = marks_gather(desk, &marks);

	desk->mark_stands = false;
	if (err == SKERRY_OK && marks.lost)
		return refuse_lost(desk, marks.altered);
	for (size_t i = 0; i < marks.len && err == SKERRY_OK; i++) {
		err = mark_judge(desk, &marks.marks[i], marks.outer[i], &states[i]);
		if (err == SKERRY_OK && states[i] == MARK_CONTRADICTS)
			err = refuse_behind(desk, &marks.marks[i]);
	}
	if (err == SKERRY_OK)
		err = mend(desk, &marks, states);
	desk->mark_stands = err == SKERRY_OK;
	return err;
}

/* `marked` is set by the first change that finds a mark, never by one that may fail to write it. */
enum skerry_err
mark_prepare(struct desk *desk, struct mark *ret_mark)
{
	char path[DESK_PATH_MAX];
	struct mark there;
	struct store_query q;
	enum skerry_err err = mark_head(desk, ret_mark);

	if (err != SKERRY_OK)
		return err;
	if (desk->marked || !desk->mark_stands || inner_path(desk, path) != SKERRY_OK ||
		read_mark(path, &there) != SKERRY_OK)
		return SKERRY_OK;
	store_query(desk->store, &q, "UPDATE desk SET marked = 1");
	return store_run(&q);
}

enum skerry_err
mark_raise(struct desk *desk, const struct mark *mark)
{
	enum skerry_err err = write_both(desk, mark, false);

	if (err != SKERRY_OK)
		desk_refuse(desk, err, "desk.mark",
			"The change is recorded, but no file was let go: the mark beside the "
			"records could not be written. Check the disk and who may write in %s.",
			home_of(desk));
	return err;
}

enum skerry_err
mark_replace(struct desk *desk, const struct mark *mark)
{
	struct audit_head head;
	enum skerry_err err = store_begin(desk->store);

	if (err != SKERRY_OK)
		return err;
	err = audit_read_head(desk->store, &head);
	/* Whoever went on in the meantime has replaced it already. */
	if (err == SKERRY_OK)
		err = write_both(desk, mark, head.seq == mark->seq);
	store_rollback(desk->store);
	if (err != SKERRY_OK)
		desk_refuse(desk, err, "desk.mark",
			"The records are recovered, but their mark could not be written. Check the "
			"disk and who may write in %s, then run it again.",
			home_of(desk));
	return err;
}
