/* SPDX-License-Identifier: ISC */
#include "stick.h"

#include <stdlib.h>
#include <string.h>

#include "keys/mailbag_leave.h"
#include "keys/mailbag_remove.h"
#include "readme.h"
#include "verifier/state/requests.h"

/* A file that a manifest may still make readable. */
struct waiting {
	char *name, *shown;
	enum document_kind kind;
	enum skerry_err err;
	size_t offset;
};

/* A request of this site's, to be removed. */
struct own {
	char *name, *shown;
	struct mailbag_identity identity;
	enum requests_mine mine; /* a second copy of the open one counts as answered: it may go */
	bool copy, gone;
};

struct visiting {
	struct site *site;
	const struct stick_visit *visit;
	struct stick_result *result;
	struct mailbag bag;
	struct waiting *waiting, *before; /* of this round, and of the one before it */
	size_t waiting_len, before_len;
	bool again; /* a later round: only what waited is looked at */
	struct own *own;
	size_t own_len;
	const struct request_made *made; /* NULL: none */
	bool lies;                       /* it does already */
	enum skerry_err err;             /* of the site: ends the visit */
};

static void
tell(const struct visiting *v, const struct stick_line *line)
{
	struct stick_result *result = v->result;

	result->taken += line->deed == STICK_TAKEN;
	result->left += line->deed == STICK_LEFT;
	result->removed += line->deed == STICK_REMOVED;
	result->skipped += line->deed == STICK_SKIPPED;
	if (v->visit->tell != NULL)
		v->visit->tell(v->visit->context, line);
}

/* Room for one more in an array that grows by doubling. */
static void *
grow(struct visiting *v, void *array, size_t len, size_t size)
{
	void *grown = array;

	if ((len & (len - 1)) == 0)
		grown = reallocarray(array, len == 0 ? 1 : 2 * len, size);
	if (grown == NULL)
		v->err = SKERRY_ERR_NO_MEMORY;
	return grown;
}

static bool
copy_names(struct visiting *v, const struct mailbag_entry *entry, char **ret_name, char **ret_shown)
{
	*ret_name = strdup(entry->name);
	*ret_shown = strdup(entry->shown);
	if (*ret_name != NULL && *ret_shown != NULL)
		return true;
	free(*ret_name);
	free(*ret_shown);
	v->err = SKERRY_ERR_NO_MEMORY;
	return false;
}

/* --- taking in ------------------------------------------------------------------------------- */

static void
free_waiting(struct waiting *list, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		free(list[i].name);
		free(list[i].shown);
	}
	free(list);
}

static bool
has_waited(const struct visiting *v, const char *name)
{
	for (size_t i = 0; i < v->before_len; i++)
		if (strcmp(v->before[i].name, name) == 0)
			return true;
	return false;
}

static void
wait_for_manifest(
	struct visiting *v, const struct mailbag_entry *entry, enum skerry_err err, size_t offset)
{
	struct waiting *grown = grow(v, v->waiting, v->waiting_len, sizeof *grown);
	struct waiting waiting = { .kind = entry->kind, .err = err, .offset = offset };

	if (grown == NULL)
		return;
	v->waiting = grown;
	if (copy_names(v, entry, &waiting.name, &waiting.shown))
		v->waiting[v->waiting_len++] = waiting;
}

static void
refuse(struct visiting *v, const struct mailbag_entry *entry, enum skerry_err err, size_t offset)
{
	const struct stick_line line = { .deed = STICK_SKIPPED,
		.kind = entry->kind,
		.shown = entry->shown,
		.found = entry->found,
		.err = err,
		.offset = offset };

	if (err == SKERRY_ERR_TRUST_KEY_UNKNOWN || err == SKERRY_ERR_TRUST_SEQUENCE)
		wait_for_manifest(v, entry, err, offset);
	else
		tell(v, &line);
}

static void
tell_taken(const struct visiting *v, const struct mailbag_entry *entry,
	const struct take_results *results, const struct bundle_taken *bundle)
{
	const struct stick_line line = {
		.deed = take_results_has_news(results) ? STICK_TAKEN : STICK_NOTHING,
		.kind = entry->kind,
		.shown = entry->shown,
		.taken = results,
		.bundle = bundle,
	};

	tell(v, &line);
}

/* --- whose it is: root meets a stick as root, the site and what is left are always its owner's ------ */

static bool
enter_site(struct visiting *v)
{
	v->err = writer_step_in(&v->site->documents.writer);
	return v->err == SKERRY_OK;
}

static void
leave_site(struct visiting *v)
{
	enum skerry_err err = writer_step_out(&v->site->documents.writer);

	if (v->err == SKERRY_OK)
		v->err = err;
}

/* Who meets the stick the next time, as the daemon may, has to remove it. */
static void
leave_for_owner(struct visiting *v)
{
	const struct writer *writer = &v->site->documents.writer;

	v->bag.is_for = writer->became_owner;
	v->bag.user = writer->owner;
	v->bag.group = writer->owner_group;
}

/* --- what lies there -------------------------------------------------------------------------- */

static void
take_bundle(struct visiting *v, const struct mailbag_entry *entry)
{
	int file = entry->file;
	struct bundle_source source = bundle_source_file(&file, entry->size);
	struct bundle_taken taken;
	enum skerry_err refusal;
	size_t offset;

	if (!enter_site(v))
		return;
	v->err = bundle_take(v->site, &source, site_now(v->site), &taken, &refusal, &offset);
	leave_site(v);
	if (v->err != SKERRY_OK)
		return;
	if (refusal != SKERRY_OK) {
		refuse(v, entry, refusal, offset);
		return;
	}
	tell_taken(v, entry, &taken.results, &taken);
	take_results_free(&taken.results);
}

static void
take_document(struct visiting *v, const struct mailbag_entry *entry)
{
	struct document document = { .kind = entry->kind };
	struct take_results results;
	uint8_t *bytes = NULL;
	enum skerry_err err = mailbag_read(entry, &bytes, &document.bytes.len);

	if (err == SKERRY_ERR_NO_MEMORY)
		v->err = err;
	else if (err != SKERRY_OK)
		refuse(v, entry, err, 0);
	if (err != SKERRY_OK)
		return;
	document.bytes.data = bytes;
	if (enter_site(v)) {
		v->err = take_in(v->site, &document, 1, site_now(v->site), &results);
		leave_site(v);
	}
	free(bytes);
	if (v->err != SKERRY_OK)
		return;
	if (results.list[0].fate == TAKE_REFUSED)
		refuse(v, entry, results.list[0].err, results.list[0].offset);
	else
		tell_taken(v, entry, &results, NULL);
	take_results_free(&results);
}

/* What is no document; the mailbag's own texts are nobody's business. */
static void
pass_over(struct visiting *v, const struct mailbag_entry *entry)
{
	const struct stick_line line = { .deed = STICK_SKIPPED,
		.kind = entry->kind,
		.shown = entry->shown,
		.found = entry->found,
		.err = entry->err };

	if (entry->found != MAILBAG_OWN_TEXT)
		tell(v, &line);
}

static bool
take_entry(void *context, const struct mailbag_entry *entry)
{
	struct visiting *v = context;

	if (v->again && (entry->name == NULL || !has_waited(v, entry->name)))
		return true;
	if (entry->found != MAILBAG_DOCUMENT)
		pass_over(v, entry);
	else if (entry->kind == DOCUMENT_BUNDLE)
		take_bundle(v, entry);
	else if (entry->kind != DOCUMENT_REQUEST)
		take_document(v, entry);
	return v->err == SKERRY_OK;
}

static void
tell_waiting(struct visiting *v)
{
	for (size_t i = 0; i < v->waiting_len; i++) {
		const struct waiting *waiting = &v->waiting[i];
		const struct stick_line line = { .deed = STICK_SKIPPED,
			.kind = waiting->kind,
			.shown = waiting->shown,
			.err = waiting->err,
			.offset = waiting->offset };

		tell(v, &line);
	}
}

/* Round by round, as long as one brings a manifest and something waits for one. */
static void
take_all(struct visiting *v)
{
	uint64_t version;

	do {
		version = v->site->trust->manifest.version;
		free_waiting(v->before, v->before_len);
		v->before = v->waiting;
		v->before_len = v->waiting_len;
		v->waiting = NULL;
		v->waiting_len = 0;
		v->result->looking = mailbag_look(&v->bag, take_entry, v);
		v->again = true;
	} while (v->err == SKERRY_OK && v->result->looking == SKERRY_OK && v->waiting_len > 0 &&
		 v->site->trust->manifest.version > version);
	tell_waiting(v);
}

/* --- requests that lie there ----------------------------------------------------------------- */

static void
hold_own(struct visiting *v, const struct mailbag_entry *entry, enum requests_mine mine)
{
	struct own *grown = grow(v, v->own, v->own_len, sizeof *grown);
	struct own own = { .identity = entry->identity,
		.mine = mine == REQUESTS_OPEN ? REQUESTS_ANSWERED : mine,
		.copy = mine == REQUESTS_OPEN };

	if (grown == NULL)
		return;
	v->own = grown;
	if (copy_names(v, entry, &own.name, &own.shown))
		v->own[v->own_len++] = own;
}

static void
tell_request(const struct visiting *v, enum stick_deed deed, const char *shown, uint64_t number)
{
	const struct stick_line line = { .deed = deed,
		.kind = DOCUMENT_REQUEST,
		.shown = shown,
		.err = deed == STICK_SKIPPED ? SKERRY_ERR_OTHER_SITE : SKERRY_OK,
		.number = number };

	tell(v, &line);
}

/* The one that waits for its answer stays, once. */
static void
judge_request(struct visiting *v, const struct mailbag_entry *entry, struct cbor_bytes bytes)
{
	enum requests_mine mine = REQUESTS_NOT_MINE;

	if (enter_site(v)) {
		v->err = requests_find(v->site->memory->store, bytes, &mine);
		leave_site(v);
	}
	if (v->err != SKERRY_OK)
		return;
	if (mine == REQUESTS_NOT_MINE) {
		tell_request(v, STICK_SKIPPED, entry->shown, 0);
	} else if (mine == REQUESTS_OPEN && !v->lies) {
		v->lies = true;
		tell_request(v, STICK_STAYS, entry->shown, v->made == NULL ? 0 : v->made->number);
	} else {
		hold_own(v, entry, mine);
	}
}

static bool
look_at_request(void *context, const struct mailbag_entry *entry)
{
	struct visiting *v = context;
	uint8_t *bytes = NULL;
	enum skerry_err err;
	size_t len;

	if (entry->found != MAILBAG_DOCUMENT || entry->kind != DOCUMENT_REQUEST)
		return true;
	err = mailbag_read(entry, &bytes, &len);
	if (err == SKERRY_ERR_NO_MEMORY)
		v->err = err;
	else if (err != SKERRY_OK)
		refuse(v, entry, err, 0);
	else
		judge_request(v, entry, (struct cbor_bytes){ bytes, len });
	free(bytes);
	return v->err == SKERRY_OK;
}

static void
note_writing(struct visiting *v, enum skerry_err err)
{
	if (v->result->writing == SKERRY_OK)
		v->result->writing = err;
}

static void
tell_removed(const struct visiting *v, const struct own *own)
{
	const struct stick_line line = { .deed = STICK_REMOVED,
		.kind = DOCUMENT_REQUEST,
		.shown = own->shown,
		.answered = own->mine == REQUESTS_ANSWERED && !own->copy };

	tell(v, &line);
}

static void
remove_own(struct visiting *v, enum requests_mine which)
{
	for (size_t i = 0; i < v->own_len; i++) {
		struct own *own = &v->own[i];
		enum skerry_err err;

		if (own->gone || own->mine != which)
			continue;
		own->gone = true;
		err = mailbag_remove(&v->bag, own->name, &own->identity);
		if (err == SKERRY_OK)
			tell_removed(v, own);
		/* Somebody else was faster, or put another file there: nothing is left to do. */
		else if (err != SKERRY_ERR_FILE_MISSING && err != SKERRY_ERR_FILE_CHANGED)
			note_writing(v, err);
	}
}

/* A full stick: what is answered goes first, and only then what the new one replaces. */
static void
leave_request(struct visiting *v)
{
	static const enum requests_mine GO[] = { REQUESTS_ANSWERED, REQUESTS_SUPERSEDED };
	const struct request_made *made = v->made;
	char name[MAILBAG_DRAWN_ROOM];
	enum skerry_err err = mailbag_leave(&v->bag, made->sealed, made->sealed_len, name);

	for (size_t i = 0; i < 2 && err == SKERRY_ERR_DISK_FULL; i++) {
		size_t before = v->result->removed;

		remove_own(v, GO[i]);
		if (v->result->removed > before)
			err = mailbag_leave(&v->bag, made->sealed, made->sealed_len, name);
	}
	if (err != SKERRY_OK) {
		note_writing(v, err);
		return;
	}
	v->lies = true;
	tell_request(v, STICK_LEFT, name, made->number);
}

static void
exchange_requests(struct visiting *v)
{
	v->result->looking = mailbag_look(&v->bag, look_at_request, v);
	/* Without having seen all of it nothing is left: it may lie there. */
	if (v->err != SKERRY_OK || v->result->looking != SKERRY_OK || v->bag.writing != SKERRY_OK)
		return;
	if (v->made != NULL && !v->lies)
		leave_request(v);
	remove_own(v, REQUESTS_ANSWERED);
	if (v->lies)
		remove_own(v, REQUESTS_SUPERSEDED);
}

/* --- the visit ------------------------------------------------------------------------------- */

/* Not where it could not be left: that would only be one more to wait for. */
static void
make_request(struct visiting *v, struct request_made *ret_made)
{
	struct stick_result *result = v->result;

	if (v->visit->only_take || v->bag.writing != SKERRY_OK || !enter_site(v))
		return;
	result->making = request_make(v->site, &v->visit->wish, ret_made);
	leave_site(v);
	if (result->making == SKERRY_OK || result->making == SKERRY_ERR_REQUEST_WAITS)
		result->request = *ret_made;
	if (result->making != SKERRY_OK)
		return;
	v->made = ret_made;
	result->request.sealed = NULL;
	result->request.sealed_len = 0;
}

/* Neither text is worth a failure. */
static void
finish(struct visiting *v)
{
	struct stick_result *result = v->result;
	char line[MAILBAG_LINE_MAX + 1];

	result->lies = v->lies;
	if (v->bag.writing == SKERRY_OK) {
		site_receipt_line(site_now(v->site), result->taken, v->lies, line);
		(void)site_readme(v->site, &v->bag);
		(void)mailbag_receipt(&v->bag, result->tag, line);
	}
	result->finished = result->looking != SKERRY_OK ? result->looking : mailbag_finish(&v->bag);
	if (result->finished == SKERRY_OK && result->writing == SKERRY_ERR_IO)
		result->finished = SKERRY_ERR_IO;
}

static void
visit_bag(struct visiting *v)
{
	struct request_made made = { .number = 0 };
	size_t swept;

	v->result->writing = v->bag.writing;
	if (v->bag.writing == SKERRY_OK)
		(void)mailbag_sweep(&v->bag, &swept);
	take_all(v);
	if (v->err == SKERRY_OK && v->result->looking == SKERRY_OK) {
		make_request(v, &made);
		if (v->err == SKERRY_OK)
			exchange_requests(v);
	}
	if (v->err == SKERRY_OK)
		finish(v);
	/* Once it lies there. A mark that is behind does no harm. */
	if (v->made != NULL && v->lies && v->err == SKERRY_OK && enter_site(v)) {
		(void)request_written(v->site);
		leave_site(v);
	}
	v->made = NULL;
	request_made_free(&made);
}

enum skerry_err
stick_exchange(struct site *site, const char *dir, const struct stick_visit *visit,
	struct stick_result *ret_result)
{
	struct visiting v = { .site = site, .visit = visit, .result = ret_result };
	enum skerry_err back;

	*ret_result = (struct stick_result){ .taken = 0 };
	site_tag(site, ret_result->tag);
	leave_site(&v);
	if (v.err == SKERRY_OK)
		v.err = visit->bare ? mailbag_open_bare(dir, &v.bag)
				    : mailbag_open(dir, !visit->only_take, &v.bag);
	if (v.err == SKERRY_OK) {
		ret_result->opened = true;
		leave_for_owner(&v);
		visit_bag(&v);
		mailbag_close(&v.bag);
	}
	back = writer_step_in(&site->documents.writer);
	if (v.err == SKERRY_OK)
		v.err = back;
	free_waiting(v.before, v.before_len);
	free_waiting(v.waiting, v.waiting_len);
	for (size_t i = 0; i < v.own_len; i++) {
		free(v.own[i].name);
		free(v.own[i].shown);
	}
	free(v.own);
	return v.err;
}
