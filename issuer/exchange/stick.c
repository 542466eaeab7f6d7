/* SPDX-License-Identifier: ISC */
#include "stick.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle_own.h"
#include "formats/date.h"
#include "issuer/desk/heartbeats.h"
#include "keys/mailbag_leave.h"
#include "keys/mailbag_remove.h"
#include "stick_text.h"

/* Audit row of a bundle that was made for a stick. */
#define ACTION "stick.leave"

enum { ATTEMPTS = 5 };

/* A file on the stick that the desk may remove one day. */
struct held {
	char *name, *shown;
	struct mailbag_identity identity;
	bool is_bundle, answered, gone;
	struct bundle_own own;
};

struct visit {
	struct desk *desk;
	const struct desk_stick_visit *wish;
	struct desk_stick_result *result;
	struct mailbag bag;
	struct intake intake;
	struct held *held;
	size_t held_len, held_max;
	int newest_file; /* of our bundle with the highest number; -1 */
	uint64_t newest;
	enum skerry_err err; /* of the desk: ends the visit */
};

/* --- telling --------------------------------------------------------------------------------- */

static void
tell(struct visit *v, const struct desk_stick_line *line)
{
	v->result->read += line->deed == DESK_STICK_READ;
	v->result->removed += line->deed == DESK_STICK_REMOVED;
	v->result->skipped += line->deed == DESK_STICK_SKIPPED;
	v->wish->tell(v->wish->context, line);
}

static void
tell_skipped(struct visit *v, const struct mailbag_entry *entry, enum skerry_err err)
{
	const struct desk_stick_line line = { .deed = DESK_STICK_SKIPPED,
		.kind = entry->kind,
		.shown = entry->shown,
		.found = entry->found,
		.err = err };

	tell(v, &line);
}

static void
tell_bundle(struct visit *v, enum desk_stick_deed deed, const char *shown, uint64_t seq)
{
	const struct desk_stick_line line = {
		.deed = deed, .kind = DOCUMENT_BUNDLE, .shown = shown, .seq = seq
	};

	tell(v, &line);
}

/* --- looking --------------------------------------------------------------------------------- */

static struct held *
hold(struct visit *v, const struct mailbag_entry *entry)
{
	struct held one = { .identity = entry->identity };

	if (v->held_len == v->held_max) {
		size_t max = v->held_max == 0 ? 64 : v->held_max * 2;
		struct held *more = realloc(v->held, max * sizeof *more);

		if (more == NULL)
			return NULL;
		v->held = more;
		v->held_max = max;
	}
	one.name = strdup(entry->name);
	one.shown = strdup(entry->shown);
	v->held[v->held_len] = one;
	v->held_len++;
	return one.name == NULL || one.shown == NULL ? NULL : &v->held[v->held_len - 1];
}

static void
take_request(struct visit *v, const struct mailbag_entry *entry)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum skerry_err err = mailbag_read(entry, &bytes, &len);

	if (err != SKERRY_OK) {
		tell_skipped(v, entry, err);
		return;
	}
	v->err = hold(v, entry) == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;
	if (v->err == SKERRY_OK)
		v->err = intake_take(&v->intake, entry->shown, v->held_len - 1, REQUESTS_STICK,
			(struct cbor_bytes){ bytes, len });
	free(bytes);
}

static void
note_newest(struct visit *v, const struct mailbag_entry *entry, uint64_t seq)
{
	if (v->newest_file >= 0 && seq <= v->newest)
		return;
	if (v->newest_file >= 0)
		close(v->newest_file);
	v->newest_file = dup(entry->file);
	v->newest = seq;
}

static void
note_bundle(struct visit *v, const struct mailbag_entry *entry)
{
	struct bundle_own own = { .mine = false };
	bool is_desks;
	enum skerry_err err = bundle_own_read(
		v->desk, v->intake.requests.signing.trust, entry->file, &own, &is_desks);
	struct held *one;

	if (is_desks) {
		v->err = err;
		return;
	}
	if (err != SKERRY_OK || !own.mine) {
		tell_skipped(v, entry, err == SKERRY_OK ? SKERRY_ERR_NOT_FOUND : err);
		return;
	}
	one = hold(v, entry);
	if (one == NULL) {
		v->err = SKERRY_ERR_NO_MEMORY;
		return;
	}
	one->is_bundle = true;
	one->own = own;
	note_newest(v, entry, own.seq);
}

static bool
see(void *context, const struct mailbag_entry *entry)
{
	struct visit *v = context;

	if (entry->found == MAILBAG_OWN_TEXT)
		return true;
	if (entry->found != MAILBAG_DOCUMENT)
		tell_skipped(v, entry, entry->err);
	else if (entry->kind == DOCUMENT_REQUEST)
		take_request(v, entry);
	else if (entry->kind == DOCUMENT_BUNDLE)
		note_bundle(v, entry);
	else
		tell_skipped(v, entry, SKERRY_ERR_DOCUMENT_KIND);
	return v->err == SKERRY_OK;
}

static void
take_answer(void *context, const struct intake_line *line)
{
	struct visit *v = context;
	const struct desk_stick_line told = {
		.deed = line->err == SKERRY_OK ? DESK_STICK_READ : DESK_STICK_SKIPPED,
		.kind = DOCUMENT_REQUEST,
		.shown = line->shown,
		.err = line->err,
		.offset = line->offset,
		.advice = line->advice,
		.answered = line->answered,
	};

	v->held[line->number].answered = line->err == SKERRY_OK;
	tell(v, &told);
}

static void
look(struct visit *v)
{
	size_t swept;

	if (v->bag.writing == SKERRY_OK)
		(void)mailbag_sweep(&v->bag, &swept);
	v->err = intake_begin(v->desk, take_answer, v, &v->intake);
	if (v->err != SKERRY_OK)
		return;
	v->result->looking = mailbag_look(&v->bag, see, v);
	/* What was read is answered, also when the stick is gone by now. */
	if (v->err == SKERRY_OK)
		v->err = intake_flush(&v->intake);
}

/* --- what a bundle was made for -------------------------------------------------------------- */

enum { WISH_HASH_LEN = 16, WISH_TEXT_ROOM = 2 * WISH_HASH_LEN + 1 };

static bool
is_whole(const struct bundles_wish *wish)
{
	return wish->all && wish->group == NULL && wish->brand_id == 0;
}

/* The wish in hex, for the audit row: equal wishes have equal words. */
static void
write_wish(const struct bundles_wish *wish, char ret_text[WISH_TEXT_ROOM])
{
	const struct cbor_bytes rows = { (const uint8_t *)wish->installations,
		wish->installations_len * sizeof *wish->installations };
	uint8_t hash[HASH_LEN], words[INSTALLATIONS_GROUP_MAX + 64], of_rows[HASH_LEN];
	int len;

	hash_blake2b(NULL, 0, rows.data, rows.len, of_rows);
	len = snprintf((char *)words, sizeof words, "%d %lld %.*s", wish->all,
		(long long)wish->brand_id, INSTALLATIONS_GROUP_MAX,
		wish->group == NULL ? "" : wish->group);
	hash_blake2b(of_rows, HASH_LEN, words, (size_t)len, hash);
	for (size_t i = 0; i < WISH_HASH_LEN; i++)
		snprintf(ret_text + 2 * i, 3, "%02x", hash[i]);
}

/* Whether the last row of the log is of that bundle, made for this wish: then nothing is new since. */
static enum skerry_err
is_last_change(struct visit *v, uint64_t seq, bool *ret_is)
{
	char subject[AUDIT_SUBJECT_MAX], wish[WISH_TEXT_ROOM], detail[WISH_TEXT_ROOM + 8];
	struct store_query q;

	write_wish(&v->wish->wish, wish);
	snprintf(subject, sizeof subject, "bundle %llu", (unsigned long long)seq);
	snprintf(detail, sizeof detail, "wish=%s", wish);
	store_query(v->desk->store, &q,
		"SELECT action = ? AND subject = ? AND detail = ? FROM audit"
		" ORDER BY seq DESC LIMIT 1");
	store_bind_text(&q, ACTION);
	store_bind_text(&q, subject);
	store_bind_text(&q, detail);
	*ret_is = store_step(&q) && store_int(&q, 0) == 1;
	return store_done(&q);
}

static const struct held *
find_newest(const struct visit *v)
{
	for (size_t i = 0; i < v->held_len; i++)
		if (v->held[i].is_bundle && v->held[i].own.seq == v->newest)
			return &v->held[i];
	return NULL;
}

/* Whether our newest bundle here says all that a new one would. */
static bool
stays(struct visit *v)
{
	const struct held *newest = find_newest(v);
	int64_t now = desk_clock(v->desk);
	bool is = false;

	if (newest == NULL || v->newest_file < 0 || v->wish->wish.due_until != 0 ||
		newest->own.issued_at > now || now - newest->own.issued_at >= STATUS_LISTS_AGE_S)
		return false;
	v->err = is_last_change(v, newest->own.seq, &is);
	is = is && v->err == SKERRY_OK &&
	     bundle_own_is_whole(v->intake.requests.signing.trust, v->newest_file);
	if (is)
		tell_bundle(v, DESK_STICK_STAYS, newest->shown, newest->own.seq);
	return is;
}

/* --- leaving --------------------------------------------------------------------------------- */

static void
remove_held(struct visit *v, struct held *one)
{
	enum skerry_err err = mailbag_remove(&v->bag, one->name, &one->identity);
	const struct desk_stick_line line = {
		.deed = err == SKERRY_OK ? DESK_STICK_REMOVED : DESK_STICK_SKIPPED,
		.kind = one->is_bundle ? DOCUMENT_BUNDLE : DOCUMENT_REQUEST,
		.shown = one->shown,
		.err = err,
		.seq = one->own.seq,
	};

	one->gone = true;
	/* Somebody was faster: that is as good. */
	if (err != SKERRY_ERR_FILE_MISSING)
		tell(v, &line);
	if (err == SKERRY_ERR_IO)
		v->result->finished = err;
}

/* Our bundles below that number; true where one went. */
static bool
remove_bundles(struct visit *v, uint64_t below)
{
	size_t before = v->result->removed;

	for (size_t i = 0; i < v->held_len; i++)
		if (v->held[i].is_bundle && !v->held[i].gone && v->held[i].own.seq < below)
			remove_held(v, &v->held[i]);
	return v->result->removed > before;
}

static bool
remove_answered(struct visit *v)
{
	size_t before = v->result->removed;

	for (size_t i = 0; i < v->held_len; i++)
		if (!v->held[i].is_bundle && !v->held[i].gone && v->held[i].answered)
			remove_held(v, &v->held[i]);
	return v->result->removed > before;
}

static bool
put(void *context, const uint8_t *bytes, size_t len)
{
	return mailbag_leave_put(context, bytes, len);
}

/* Once: errors of the stick; those of the desk go to v->err. */
static enum skerry_err
write_once(struct visit *v, const struct requests *requests, struct bundles *bundles,
	char ret_name[MAILBAG_DRAWN_ROOM])
{
	struct mailbag_out out;
	enum skerry_err err = mailbag_leave_begin(&v->bag, v->result->bundle.bytes, &out), written;

	if (err != SKERRY_OK)
		return err;
	written =
		bundles_write(v->desk, &requests->signing, bundles, put, &out, &v->result->bundle);
	if (written != SKERRY_OK && out.err == SKERRY_OK) {
		v->err = written;
		mailbag_leave_drop(&out);
		return SKERRY_OK;
	}
	return mailbag_leave_end(&out, ret_name);
}

/* Makes room in the order of the promise: our older bundles, then requests that are answered. */
static enum skerry_err
write_bundle(struct visit *v, const struct requests *requests, struct bundles *bundles)
{
	char name[MAILBAG_DRAWN_ROOM];
	enum skerry_err err = write_once(v, requests, bundles, name);

	if (err == SKERRY_ERR_DISK_FULL && remove_bundles(v, v->result->bundle.seq))
		err = write_once(v, requests, bundles, name);
	if (err == SKERRY_ERR_DISK_FULL && remove_answered(v))
		err = write_once(v, requests, bundles, name);
	if (err == SKERRY_OK && v->err == SKERRY_OK) {
		v->result->left = true;
		tell_bundle(v, DESK_STICK_LEFT, name, v->result->bundle.seq);
	}
	return err;
}

static enum skerry_err
prepare(struct visit *v, struct requests *ret_requests, struct bundles **ret_bundles)
{
	const struct bundles_wish *wish = &v->wish->wish;
	char subject[AUDIT_SUBJECT_MAX], words[WISH_TEXT_ROOM];
	enum skerry_err err = desk_begin(v->desk);

	if (err != SKERRY_OK)
		return err;
	err = heartbeats_prune(v->desk);
	if (err == SKERRY_OK)
		err = requests_begin(v->desk, ret_requests);
	if (err == SKERRY_OK)
		err = bundles_prepare(v->desk, &ret_requests->signing, &ret_requests->shelf, wish,
			ret_bundles, &v->result->bundle);
	write_wish(wish, words);
	snprintf(subject, sizeof subject, "bundle %llu", (unsigned long long)v->result->bundle.seq);
	if (err == SKERRY_OK)
		err = audit_append(v->desk, ACTION, subject, "wish=%s", words);
	if (err == SKERRY_OK)
		return desk_commit(v->desk);
	desk_rollback(v->desk);
	return err;
}

static void
leave_once(struct visit *v)
{
	struct requests requests = { .pairs = NULL };
	struct bundles *bundles = NULL;
	enum skerry_err err;

	v->err = prepare(v, &requests, &bundles);
	if (v->err == SKERRY_OK) {
		err = write_bundle(v, &requests, bundles);
		if (err == SKERRY_ERR_IO)
			v->result->finished = err;
		else
			v->result->writing = err;
	}
	bundles_free(bundles);
	requests_close(&requests);
}

/* Another process may answer a site of this bundle while it is written: then there is a newer one to make. */
static void
leave(struct visit *v)
{
	v->err = SKERRY_ERR_STORE_BUSY;
	for (int i = 0; i < ATTEMPTS && v->err == SKERRY_ERR_STORE_BUSY; i++)
		leave_once(v);
}

static void
finish(struct visit *v)
{
	char line[MAILBAG_LINE_MAX + 1];
	enum skerry_err err;

	stick_text_receipt(desk_clock(v->desk), v->result->read, v->result->left, line);
	/* No failure of these is one to exchange. */
	(void)stick_text_readme(v->desk, &v->bag);
	(void)mailbag_receipt(&v->bag, v->result->tag, line);
	err = mailbag_finish(&v->bag);
	if (v->result->finished == SKERRY_OK)
		v->result->finished = err;
}

static void
exchange(struct visit *v)
{
	struct desk_stick_result *result = v->result;

	result->writing = v->bag.writing;
	v->err = stick_text_tag(v->desk, result->tag);
	if (v->err == SKERRY_OK)
		look(v);
	result->finished = result->looking;
	if (v->err != SKERRY_OK || v->bag.writing != SKERRY_OK || result->looking != SKERRY_OK)
		return;
	result->stays = stays(v);
	if (v->err == SKERRY_OK && !result->stays)
		leave(v);
	if (v->err == SKERRY_OK && result->finished == SKERRY_OK &&
		(result->left || result->stays) && is_whole(&v->wish->wish))
		remove_bundles(v, result->stays ? v->newest : result->bundle.seq);
	if (v->err == SKERRY_OK && result->finished == SKERRY_OK)
		finish(v);
}

enum skerry_err
desk_stick_exchange(struct desk *desk, const char *dir, const struct desk_stick_visit *wish,
	struct desk_stick_result *ret_result)
{
	struct visit v = { .desk = desk, .wish = wish, .result = ret_result, .newest_file = -1 };
	enum skerry_err err;

	*ret_result = (struct desk_stick_result){ .read = 0 };
	err = mailbag_open(dir, true, &v.bag);
	if (err != SKERRY_OK)
		return err;
	ret_result->opened = true;
	if (wish->opened != NULL)
		wish->opened(wish->context, v.bag.writing);
	exchange(&v);
	if (v.newest_file >= 0)
		close(v.newest_file);
	for (size_t i = 0; i < v.held_len; i++) {
		free(v.held[i].name);
		free(v.held[i].shown);
	}
	free(v.held);
	intake_end(&v.intake);
	mailbag_close(&v.bag);
	return v.err;
}
