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

enum { HASH_SHOWN = 16 };

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

enum skerry_err
marks_gather(struct desk *desk, struct marks *ret_marks)
{
	char path[DESK_PATH_MAX], id[DESK_PUBLIC_ID_LEN + 1];
	struct marks marks = { .len = 0 };
	enum skerry_err err = read_desk(desk, id);

	if (err == SKERRY_OK)
		err = inner_path(desk, path);
	if (err == SKERRY_OK)
		err = read_mark(path, &marks.marks[0]);
	if (err == SKERRY_ERR_FILE_MISSING || err == SKERRY_ERR_FILE_DAMAGED) {
		marks.lost = desk->marked;
		err = SKERRY_OK;
	} else if (err != SKERRY_OK) {
		return desk_refuse(desk, err, path, "%s", skerry_err_advice(err));
	} else {
		marks.len++;
	}
	if (outer_path(desk, path) && read_mark(path, &marks.marks[marks.len]) == SKERRY_OK)
		marks.len++;
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

/*
 * What an archive or a recovery has settled: a row before the archive's end, or one that is older
 * than a recovery. Asked only where the row is missing, so it may read the log.
 */
static enum skerry_err
is_settled(struct desk *desk, const struct mark *mark, bool *ret_settled)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT 1 FROM audit_anchor WHERE seq > ?1 UNION ALL"
		" SELECT 1 FROM audit WHERE action = 'desk.recover' AND at > ?2 LIMIT 1");
	store_bind_int_at(&q, 1, mark->seq);
	store_bind_int_at(&q, 2, mark->at);
	*ret_settled = store_step(&q);
	return store_done(&q);
}

enum skerry_err
mark_holds(struct desk *desk, const struct mark *mark, bool *ret_holds)
{
	uint8_t hash[HASH_LEN];
	bool found, holds = mark->seq == 0;
	enum skerry_err err = find_row(desk, mark->seq, hash, &found);

	if (err == SKERRY_OK && found)
		holds = memcmp(hash, mark->hash, HASH_LEN) == 0;
	if (err == SKERRY_OK && !holds)
		err = is_settled(desk, mark, &holds);
	if (err == SKERRY_OK)
		*ret_holds = holds;
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

enum skerry_err
mark_check(struct desk *desk)
{
	struct marks marks = { .len = 0 };
	bool holds = true;
	enum skerry_err err = marks_gather(desk, &marks);

	desk->mark_stands = false;
	if (err == SKERRY_OK && marks.lost)
		return desk_refuse(desk, SKERRY_ERR_STORE_BEHIND, home_of(desk),
			"Its mark, desk.mark, is missing or damaged, so that nothing tells whether "
			"these are its latest records. %s",
			RECOVER);
	for (size_t i = 0; i < marks.len && err == SKERRY_OK; i++) {
		err = mark_holds(desk, &marks.marks[i], &holds);
		if (err == SKERRY_OK && !holds)
			err = refuse_behind(desk, &marks.marks[i]);
	}
	desk->mark_stands = err == SKERRY_OK;
	return err;
}

/* `marked` is set by the first change that finds a mark, never by one that may fail to write it. */
enum skerry_err
mark_prepare(struct desk *desk, struct mark *ret_mark)
{
	char path[DESK_PATH_MAX];
	struct audit_head head;
	struct mark there;
	struct store_query q;
	enum skerry_err err = audit_read_head(desk->store, &head);

	if (err != SKERRY_OK)
		return err;
	*ret_mark = (struct mark){ .seq = head.seq, .at = head.at };
	memcpy(ret_mark->hash, head.hash, HASH_LEN);
	if (desk->marked || !desk->mark_stands || inner_path(desk, path) != SKERRY_OK ||
		read_mark(path, &there) != SKERRY_OK)
		return SKERRY_OK;
	store_query(desk->store, &q, "UPDATE desk SET marked = 1");
	return store_run(&q);
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
write_both(struct desk *desk, const struct mark *mark, bool lower_too)
{
	char path[DESK_PATH_MAX];
	enum skerry_err err = inner_path(desk, path);

	if (err == SKERRY_OK)
		err = write_mark(path, mark, lower_too, false);
	if (err == SKERRY_OK)
		write_outer(desk, mark, lower_too);
	return err;
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
	enum skerry_err err = write_both(desk, mark, true);

	if (err != SKERRY_OK)
		desk_refuse(desk, err, "desk.mark",
			"The records are recovered, but their mark could not be written. Check the "
			"disk and who may write in %s, then run it again.",
			home_of(desk));
	return err;
}
