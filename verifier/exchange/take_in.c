/* SPDX-License-Identifier: ISC */
#include "take_in.h"

#include <stdlib.h>
#include <string.h>

#include "taking.h"
#include "verifier/remember_import.h"
#include "verifier/state/folder_files.h"
#include "verifier/state/requests.h"

enum { ITEMS_FIRST = 16 };

void
taking_refuse(struct take_result *result, enum skerry_err err, size_t offset)
{
	result->fate = TAKE_REFUSED;
	result->err = err;
	result->offset = offset;
}

void
taking_word(struct take_result *result, enum word_fate fate)
{
	static const enum take_fate FATES[] = {
		[WORD_NEWER] = TAKE_TAKEN, [WORD_HELD] = TAKE_HELD, [WORD_OLDER] = TAKE_OLDER
	};

	result->fate = FATES[fate];
	result->err = fate == WORD_OLDER ? SKERRY_ERR_OLDER_EDITION : SKERRY_OK;
}

int64_t
taking_now(const struct taking *taking)
{
	return taking->now > taking->site->floor ? taking->now : taking->site->floor;
}

/* --- what came ------------------------------------------------------------------------------- */

static enum skerry_err
add_item(struct taking *taking, enum document_kind kind, struct cbor_bytes bytes)
{
	size_t room = taking->items_room == 0 ? ITEMS_FIRST : 2 * taking->items_room;
	struct take_item *more, *item;

	if (taking->items_len == taking->items_room) {
		more = realloc(taking->items, room * sizeof *more);
		if (more == NULL)
			return SKERRY_ERR_NO_MEMORY;
		taking->items = more;
		taking->items_room = room;
	}
	item = &taking->items[taking->items_len++];
	memset(item, 0, sizeof *item);
	item->bytes = bytes;
	item->result.kind = kind;
	taking_refuse(&item->result, SKERRY_ERR_DOCUMENT_KIND, 0);
	return SKERRY_OK;
}

/* Behind their reply. */
static enum skerry_err
add_licenses(struct taking *taking, size_t at)
{
	const struct reply *reply = taking->items[at].reply;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; reply != NULL && i < reply->licenses_len && err == SKERRY_OK; i++) {
		err = add_item(taking, DOCUMENT_LICENSE, reply->licenses[i]);
		if (err != SKERRY_OK)
			break;
		taking->items[taking->items_len - 1].result.in_reply = true;
		taking->items[taking->items_len - 1].of_brand = reply->brand;
	}
	return err;
}

/* The manifests first: what they list opens the rest. */
static enum skerry_err
follow_manifests(struct taking *taking, const struct document *documents, size_t documents_len)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < documents_len && err == SKERRY_OK; i++)
		err = add_item(taking, documents[i].kind, documents[i].bytes);
	return err == SKERRY_OK ? taking_manifests(taking) : err;
}

/* In the order of the carrier, each reply with what is in it. */
static enum skerry_err
open_replies(struct taking *taking, const struct document *documents, size_t documents_len)
{
	struct take_item *before = taking->items;
	enum skerry_err err = SKERRY_OK;

	taking->items = NULL;
	taking->items_len = taking->items_room = 0;
	for (size_t i = 0; i < documents_len && err == SKERRY_OK; i++) {
		err = add_item(taking, documents[i].kind, documents[i].bytes);
		if (err == SKERRY_OK && documents[i].kind == DOCUMENT_REPLY) {
			size_t at = taking->items_len - 1;

			err = taking_reply(taking, &documents[i], &taking->items[at]);
			if (err == SKERRY_OK)
				err = add_licenses(taking, at);
		} else if (err == SKERRY_OK) {
			taking->items[taking->items_len - 1].result = before[i].result;
		}
	}
	free(before);
	return err;
}

static enum skerry_err
take_each(struct taking *taking, enum document_kind kind,
	enum skerry_err (*take)(struct taking *, struct take_item *))
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < taking->items_len && err == SKERRY_OK; i++)
		if (taking->items[i].result.kind == kind)
			err = take(taking, &taking->items[i]);
	return err;
}

/* The answer to the newest request, once; recorded with the rest. */
static enum skerry_err
foresee_reset(struct taking *taking)
{
	const struct memory *memory = taking->site->memory;
	const struct reply *answer = NULL;
	struct requests_row newest;
	uint8_t *sealed = NULL;
	bool waits = false;
	enum skerry_err err = requests_newest_open(memory->store, &newest, &sealed, &waits);

	free(sealed);
	taking->clock = memory->clock;
	for (size_t i = 0; i < taking->items_len && err == SKERRY_OK && waits; i++) {
		const struct reply *reply = taking->items[i].reply;

		if (answer == NULL && reply != NULL && reply->answers != 0 &&
			memcmp(reply->nonce, newest.sent.nonce, REQUEST_NONCE_LEN) == 0)
			answer = reply;
	}
	if (answer != NULL && answer->time_reset)
		clock_reset(&taking->clock, answer->issued_at, newest.sent.ran);
	return err;
}

/* --- onto the disk --------------------------------------------------------------------------- */

static enum skerry_err
write_file(const struct documents *documents, const struct take_item *item)
{
	if (item->result.kind == DOCUMENT_MANIFEST)
		return documents_put_manifest(documents, item->result.version, item->bytes.data,
			item->bytes.len, item->arrived_at);
	return folder_files_put_path(
		documents->directory, item->file, item->bytes.data, item->bytes.len);
}

static bool
manifest_comes_before(const struct take_item *item, uint64_t version, uint64_t than)
{
	return item->result.kind == DOCUMENT_MANIFEST && item->file[0] != '\0' &&
	       item->result.version > than && item->result.version < version;
}

/* By ascending version, so that the folder holds an unbroken chain at every moment. */
static enum skerry_err
write_manifests(const struct taking *taking)
{
	enum skerry_err err = SKERRY_OK;
	uint64_t done = 0;

	while (err == SKERRY_OK) {
		const struct take_item *next = NULL;

		for (size_t i = 0; i < taking->items_len; i++)
			if (manifest_comes_before(&taking->items[i],
				    next == NULL ? UINT64_MAX : next->result.version, done))
				next = &taking->items[i];
		if (next == NULL)
			break;
		err = write_file(&taking->site->documents, next);
		done = next->result.version;
	}
	return err;
}

static bool
has_filed(const struct taking *taking)
{
	for (size_t i = 0; i < taking->items_len; i++)
		if (taking->items[i].file[0] != '\0')
			return true;
	return false;
}

static enum skerry_err
write_files(const struct taking *taking)
{
	enum skerry_err err = write_manifests(taking);

	for (size_t i = 0; i < taking->items_len && err == SKERRY_OK; i++)
		if (taking->items[i].result.kind != DOCUMENT_MANIFEST &&
			taking->items[i].file[0] != '\0')
			err = write_file(&taking->site->documents, &taking->items[i]);
	if (err == SKERRY_OK)
		err = site_drop_replaced(taking->site);
	if (err == SKERRY_OK && has_filed(taking))
		memory_note_filed(taking->site->memory);
	return err;
}

/* --- all of it ------------------------------------------------------------------------------- */

static enum skerry_err
take(struct taking *taking, const struct document *documents, size_t documents_len)
{
	enum skerry_err err = follow_manifests(taking, documents, documents_len);

	/* Also what a manifest has just ended, or an import that was stopped has left. */
	if (err == SKERRY_OK)
		err = site_let_go_replaced(taking->site);
	if (err == SKERRY_OK)
		err = open_replies(taking, documents, documents_len);
	if (err == SKERRY_OK)
		err = take_each(taking, DOCUMENT_LICENSE, taking_license);
	if (err == SKERRY_OK)
		err = foresee_reset(taking);
	if (err == SKERRY_OK)
		err = take_each(taking, DOCUMENT_STATUS_LIST, taking_status);
	if (err == SKERRY_OK)
		err = remember_import(taking);
	if (err == SKERRY_OK)
		err = write_files(taking);
	/* What is of a date that was taken back shows only now. */
	return err == SKERRY_OK ? site_words_apply(taking->site) : err;
}

static void
end(struct taking *taking)
{
	for (size_t i = 0; i < taking->items_len; i++) {
		free(taking->items[i].reply);
		free(taking->items[i].plain);
	}
	free(taking->items);
	key_pair_free(&taking->opening);
}

static enum skerry_err
hand_out(const struct taking *taking, struct take_results *ret_results)
{
	struct take_results results = { .len = taking->items_len };

	results.list = malloc((results.len + 1) * sizeof *results.list);
	if (results.list == NULL)
		return SKERRY_ERR_NO_MEMORY;
	for (size_t i = 0; i < results.len; i++)
		results.list[i] = taking->items[i].result;
	*ret_results = results;
	return SKERRY_OK;
}

void
take_results_free(struct take_results *results)
{
	free(results->list);
	*results = (struct take_results){ .len = 0 };
}

enum skerry_err
take_in_bundle(struct site *site, const struct document *documents, size_t documents_len,
	const struct take_head *head, int64_t now, struct take_results *ret_results)
{
	struct taking taking = { .site = site, .now = now };
	enum skerry_err err;

	if (documents_len > TAKE_DOCUMENTS_MAX)
		return SKERRY_ERR_DOCUMENT_COUNT;
	taking.head = head;
	err = take(&taking, documents, documents_len);
	if (err == SKERRY_OK)
		err = hand_out(&taking, ret_results);
	end(&taking);
	return err;
}

enum skerry_err
take_in(struct site *site, const struct document *documents, size_t documents_len, int64_t now,
	struct take_results *ret_results)
{
	return take_in_bundle(site, documents, documents_len, NULL, now, ret_results);
}
