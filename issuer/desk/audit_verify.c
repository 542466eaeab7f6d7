/* SPDX-License-Identifier: ISC */
#include "audit_verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/desk/audit_archive.h"
#include "issuer/desk/audit_check.h"
#include "issuer/desk/audit_check_installations.h"
#include "issuer/desk/audit_check_licenses.h"
#include "issuer/desk/audit_check_telephone.h"
#include "issuer/desk/audit_misfit.h"
#include "issuer/desk/audit_parted.h"
#include "issuer/desk/mark.h"

/* A verification under way: the row before the one that is looked at. */
struct walk {
	struct desk *desk;
	struct audit_verdict *verdict;
	int64_t seq, at;
	uint8_t hash[HASH_LEN];
	struct audit_head named;  /* by the last audit.archive row */
	struct audit_noted noted; /* reasons that rows of archives name */
};

static bool
is_sound(const struct walk *walk)
{
	return walk->verdict->fault == AUDIT_SOUND;
}

/* The row becomes the one before. */
static void
advance(struct walk *walk, const struct audit_log_row *row)
{
	walk->seq = row->seq;
	walk->at = row->at;
	memcpy(walk->hash, row->hash.data, HASH_LEN);
}

/* How a row with the right number does not fit. */
static enum skerry_err
judge_misfit(struct walk *walk, const struct audit_log_row *row)
{
	struct audit_misfit misfit;
	enum skerry_err err = audit_misfit_judge(walk->desk->store, walk->hash, row, &misfit);

	if (err != SKERRY_OK)
		return err;
	if (misfit.place != 0)
		audit_blame(walk->verdict, AUDIT_MOVED, "It was moved: it fits as row %lld.",
			(long long)misfit.place);
	else if (misfit.added)
		audit_blame(walk->verdict, AUDIT_ADDED,
			"It was added: the row after it follows on the row before it.");
	else if (misfit.gap != 0)
		audit_blame(walk->verdict, AUDIT_MISSING,
			"%lld rows before it were removed and the rest numbered anew.",
			(long long)misfit.gap);
	else
		audit_blame(walk->verdict, AUDIT_EDITED,
			"It was edited, or the row before it was edited and hashed anew: its hash "
			"does not fit.");
	return SKERRY_OK;
}

/* Looks at a row of the log. */
static enum skerry_err
look_at(struct walk *walk, const struct audit_log_row *row)
{
	bool fits = row->seq == walk->seq + 1 && audit_follows(walk->hash, row);

	if (fits) {
		advance(walk, row);
		return SKERRY_OK;
	}
	audit_blame_row(walk->verdict, row);
	if (row->seq == walk->seq + 1)
		return judge_misfit(walk, row);
	if (row->seq <= walk->seq)
		audit_blame(walk->verdict, AUDIT_ADDED,
			"It was added: rows up to %lld are archived.", (long long)walk->seq);
	else
		audit_blame(walk->verdict, AUDIT_MISSING,
			"%lld rows before it are missing, from row %lld.",
			(long long)(row->seq - walk->seq - 1), (long long)(walk->seq + 1));
	return SKERRY_OK;
}

static int
nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "seq=12 hash=..." of an audit.archive row: the anchor that it vouches for. */
static void
note_anchor(struct walk *walk, const struct audit_log_row *row)
{
	static const char SEQ[] = "seq=", HASH[] = " hash=";
	char detail[128], *hex;
	struct audit_head named = { 0 };

	if (!cbor_text_equals(row->action, "audit.archive"))
		return;
	audit_copy_text(row->detail, detail, sizeof detail);
	if (strncmp(detail, SEQ, sizeof SEQ - 1) != 0)
		return;
	named.seq = strtoll(detail + sizeof SEQ - 1, &hex, 10);
	if (strncmp(hex, HASH, sizeof HASH - 1) != 0)
		return;
	hex += sizeof HASH - 1;
	for (size_t i = 0; i < HASH_LEN; i++) {
		int high = nibble(hex[2 * i]), low = high < 0 ? -1 : nibble(hex[2 * i + 1]);

		if (low < 0)
			return;
		named.hash[i] = (uint8_t)(high << 4 | low);
	}
	walk->named = named;
}

static enum skerry_err
walk_log(struct walk *walk)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;

	store_query(walk->desk->store, &q, "SELECT " AUDIT_COLUMNS " FROM audit ORDER BY seq");
	while (err == SKERRY_OK && is_sound(walk) && store_step(&q)) {
		struct audit_log_row row;

		audit_read_row(&q, &row);
		if (walk->verdict->rows++ == 0)
			walk->verdict->first = row.seq;
		walk->verdict->last = row.seq;
		err = look_at(walk, &row);
		note_anchor(walk, &row);
	}
	done = store_done(&q);
	return done != SKERRY_OK ? done : err;
}

/* The anchor is a row of a table: the log has to name it. */
static void
check_anchor(struct walk *walk, const struct audit_head *anchor)
{
	if (!is_sound(walk))
		return;
	if (walk->named.seq == anchor->seq && memcmp(walk->named.hash, anchor->hash, HASH_LEN) == 0)
		return;
	walk->verdict->seq = anchor->seq;
	walk->verdict->at = anchor->at;
	if (walk->named.seq == 0)
		audit_blame(walk->verdict, AUDIT_ANCHOR,
			"Rows up to it are said to be archived, and no row of the log says so.");
	else
		audit_blame(walk->verdict, AUDIT_ANCHOR,
			"Rows up to it are said to be archived, and the log says it was row %lld.",
			(long long)walk->named.seq);
}

/* One archive: its rows follow on what was read before. */
static enum skerry_err
walk_archive(struct walk *walk, const char *path, bool is_first)
{
	struct audit_archive archive = { .bytes = NULL };
	struct audit_log_item item;
	bool more = true;
	enum skerry_err err = audit_archive_open(walk->desk, path, &archive);

	/* What came before the first one named is not looked at; row 1 follows on nothing. */
	if (err == SKERRY_OK && is_first && archive.header.seq > 1) {
		walk->seq = archive.header.seq - 1;
		memcpy(walk->hash, archive.header.hash, HASH_LEN);
	}
	while (err == SKERRY_OK && is_sound(walk)) {
		err = audit_archive_next(walk->desk, path, &archive, &item, &more);
		if (err != SKERRY_OK || !more)
			break;
		if (item.kind != AUDIT_LOG_ROW)
			continue;
		walk->verdict->archived++;
		if (item.row.seq == walk->seq + 1 && audit_follows(walk->hash, &item.row)) {
			advance(walk, &item.row);
			err = audit_check_note(walk->desk, &item.row, &walk->noted, walk->verdict);
			continue;
		}
		audit_blame_row(walk->verdict, &item.row);
		if (item.row.seq == walk->seq + 1)
			audit_blame(walk->verdict, AUDIT_EDITED,
				"%s: its hash does not fit, or another archive comes before it.",
				path);
		else
			audit_blame(walk->verdict, AUDIT_MISSING,
				"%s: it does not follow on row %lld. Name all archives, the oldest "
				"first.",
				path, (long long)walk->seq);
	}
	audit_archive_close(&archive);
	return err;
}

/* Those that the log follows on; the others are of the life before a recovery. */
static enum skerry_err
walk_archives(struct walk *walk, const char *const *archives, size_t archives_len,
	const struct audit_head *anchor)
{
	struct audit_verdict *verdict = walk->verdict;
	const char *last = NULL;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < archives_len && err == SKERRY_OK && is_sound(walk); i++) {
		int64_t shared = 0;

		err = audit_parted_judge(walk->desk, archives[i], anchor, &shared);
		if (err != SKERRY_OK)
			return err;
		if (shared != 0) {
			verdict->archives_parted++;
			if (verdict->parted_after == 0 || shared < verdict->parted_after)
				verdict->parted_after = shared;
			continue;
		}
		err = walk_archive(walk, archives[i], last == NULL);
		last = archives[i];
	}
	if (err != SKERRY_OK || !is_sound(walk) || last == NULL)
		return err;
	if (walk->seq != anchor->seq || memcmp(walk->hash, anchor->hash, HASH_LEN) != 0) {
		verdict->seq = walk->seq;
		verdict->at = walk->at;
		audit_blame(verdict, AUDIT_MISSING,
			"%s ends there, and the desk archived rows up to %lld: another archive "
			"follows, or this is another desk's or of a life before a recovery.",
			last, (long long)anchor->seq);
	}
	return SKERRY_OK;
}

/* A row that does not fit behind all that was ever marked is nobody's work. */
static void
judge_tail(struct walk *walk, const struct marks *marks)
{
	int64_t marked = 0;

	for (size_t i = 0; i < marks->len; i++)
		marked = marks->marks[i].seq > marked ? marks->marks[i].seq : marked;
	if (walk->verdict->fault == AUDIT_EDITED && marks->len > 0 && walk->verdict->seq > marked)
		audit_blame(walk->verdict, AUDIT_ADDED,
			"It was added: the desk's own work ends with row %lld.", (long long)marked);
}

/* The log against what was seen of it outside the database. */
static enum skerry_err
check_marks(struct walk *walk, const struct marks *marks)
{
	struct audit_verdict *verdict = walk->verdict;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < marks->len && err == SKERRY_OK && is_sound(walk); i++) {
		const struct mark *mark = &marks->marks[i];
		enum mark_state state;

		err = mark_judge(walk->desk, mark, marks->outer[i], &state);
		if (err != SKERRY_OK)
			continue;
		verdict->marks += state == MARK_HELD;
		verdict->marks_settled += state == MARK_SETTLED;
		verdict->marks_archived += state == MARK_ARCHIVED;
		if (state != MARK_CONTRADICTS)
			continue;
		verdict->seq = mark->seq;
		verdict->at = mark->at;
		if (mark->seq > walk->seq)
			audit_blame(walk->verdict, AUDIT_CUT_OFF,
				"The mark outside the database saw this row, and the log ends with "
				"row %lld: its end was cut off, or the records were put back from "
				"a backup (then: skerry-issuer recover).",
				(long long)walk->seq);
		else
			audit_blame(walk->verdict, AUDIT_REPLACED,
				"The mark outside the database saw another row there: it or one "
				"before it was edited, and everything after hashed anew.");
	}
	if (err == SKERRY_OK && is_sound(walk) && marks->lost)
		audit_blame(walk->verdict, AUDIT_NO_MARK,
			"The rows fit, but %s, so that nothing tells whether the log is whole.",
			marks->altered
				? "a mark outside the database is another desk's or was altered"
				: "desk.mark is missing or damaged");
	return err;
}

/* "row 12 (license.issue of 2027-01-15T08:00:00Z)", or what else the fault is about. */
static enum skerry_err
refuse(struct walk *walk)
{
	const struct audit_verdict *verdict = walk->verdict;
	char subject[DESK_SUBJECT_MAX], at[DATE_TEXT_MAX];

	date_format(verdict->at, at);
	if (verdict->seq == 0)
		snprintf(subject, sizeof subject, "%s",
			verdict->subject[0] != '\0' ? verdict->subject : "the mark");
	else
		snprintf(subject, sizeof subject, "row %lld (%s%s%s%s%s)", (long long)verdict->seq,
			verdict->action, verdict->action[0] == '\0' ? "" : " of ", at,
			verdict->subject[0] == '\0' ? "" : ", ", verdict->subject);
	return desk_refuse(walk->desk, SKERRY_ERR_AUDIT_CHAIN, subject,
		"%s Keep this desk as it is, and compare it with an earlier backup.",
		verdict->says);
}

/* Everything that is asked of one state of the database. */
static enum skerry_err
walk_desk(struct walk *walk, const char *const *archives, size_t archives_len,
	const struct marks *marks)
{
	struct audit_head anchor;
	enum skerry_err err = audit_read_anchor(walk->desk->store, &anchor);

	if (err == SKERRY_OK)
		err = walk_archives(walk, archives, archives_len, &anchor);
	if (err == SKERRY_OK && is_sound(walk)) {
		walk->seq = anchor.seq;
		memcpy(walk->hash, anchor.hash, HASH_LEN);
		err = walk_log(walk);
		judge_tail(walk, marks);
	}
	if (err == SKERRY_OK)
		check_anchor(walk, &anchor);
	if (err == SKERRY_OK && is_sound(walk))
		err = check_marks(walk, marks);
	if (err == SKERRY_OK && is_sound(walk))
		err = audit_check_notes(walk->desk, &anchor, &walk->noted, walk->verdict);
	if (err == SKERRY_OK && is_sound(walk))
		err = audit_check_records(walk->desk, walk->verdict);
	if (err == SKERRY_OK && is_sound(walk))
		err = audit_check_erased(walk->desk, &anchor, walk->verdict);
	if (err == SKERRY_OK && is_sound(walk))
		err = audit_check_licenses(walk->desk, &anchor, walk->verdict);
	if (err == SKERRY_OK && is_sound(walk))
		err = audit_check_telephone(walk->desk, &anchor, walk->verdict);
	if (err == SKERRY_OK && is_sound(walk))
		err = audit_check_installations(walk->desk, &anchor, walk->verdict);
	if (err == SKERRY_OK && is_sound(walk))
		err = audit_check_documents(walk->desk, walk->verdict);
	return err;
}

enum skerry_err
audit_verify_desk(struct desk *desk, const char *const *archives, size_t archives_len,
	struct audit_verdict *ret_verdict)
{
	struct walk walk = { .desk = desk, .verdict = ret_verdict };
	struct marks marks;
	bool begun = false;
	enum skerry_err err;

	*ret_verdict = (struct audit_verdict){ .fault = AUDIT_SOUND };
	/* The marks first: what is added meanwhile lies behind them. */
	err = marks_gather(desk, &marks);
	if (err == SKERRY_OK)
		err = store_begin_reading(desk->store, &begun);
	if (err == SKERRY_OK)
		err = walk_desk(&walk, archives, archives_len, &marks);
	if (begun)
		store_rollback(desk->store);
	if (err != SKERRY_OK)
		return err;
	return is_sound(&walk) ? SKERRY_OK : refuse(&walk);
}
