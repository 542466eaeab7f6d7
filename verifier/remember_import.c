/* SPDX-License-Identifier: ISC */
#include "remember_import.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/deflate.h"
#include "keys/secretbox.h"
#include "remember_key.h"
#include "remember_time.h"
#include "site_inside.h"
#include "site_words.h"
#include "verifier/state/desk_heads.h"
#include "verifier/state/extensions.h"
#include "verifier/state/folder_files.h"
#include "verifier/state/key_masks.h"
#include "verifier/state/reached.h"
#include "verifier/state/requests.h"
#include "verifier/state/refusals.h"
#include "verifier/state/told_lately.h"
#include "verifier/state/unpairings.h"
#include "verifier/state/vendor_marks.h"

/* What the items of one carrier do together. */
struct import {
	struct taking *taking;
	struct site *site;
	struct memory *memory;
	bool after_rollback, manifest_taken, license_taken, word_taken;
	bool resets;
	int64_t vendor_time, ran; /* of the reset */
};

/* --- rows of the journal --------------------------------------------------------------------- */

static const char *
word_of(enum take_fate fate)
{
	static const char *const WORDS[] = { "import.refused", "import.taken", "import.waits",
		"import.held", "import.older" };

	return WORDS[fate];
}

static bool
was_taken(const struct take_result *result)
{
	return result->fate == TAKE_TAKEN || result->fate == TAKE_WAITS;
}

static void
describe(const struct take_result *result, char ret_subject[JOURNAL_SUBJECT_MAX],
	char ret_detail[JOURNAL_DETAIL_MAX])
{
	const char *error = skerry_err_name(result->err);

	switch (result->kind) {
	case DOCUMENT_MANIFEST:
		snprintf(ret_subject, JOURNAL_SUBJECT_MAX, "manifest %" PRIu64, result->version);
		snprintf(ret_detail, JOURNAL_DETAIL_MAX, "error=%s", error);
		break;
	case DOCUMENT_REPLY:
		snprintf(ret_subject, JOURNAL_SUBJECT_MAX, "reply %" PRIu64, result->number);
		snprintf(ret_detail, JOURNAL_DETAIL_MAX, "brand=%s answers=%" PRIu64 " error=%s",
			result->brand, result->answers, error);
		break;
	case DOCUMENT_STATUS_LIST:
		snprintf(ret_subject, JOURNAL_SUBJECT_MAX, "status %s", result->brand);
		snprintf(ret_detail, JOURNAL_DETAIL_MAX, "error=%s", error);
		break;
	default:
		snprintf(ret_subject, JOURNAL_SUBJECT_MAX, "license %s", result->id);
		snprintf(ret_detail, JOURNAL_DETAIL_MAX, "product=%s edition=%" PRIu64 " error=%s",
			result->product, result->edition, error);
	}
}

/* memory_tell, or memory_tell_later. */
typedef enum skerry_err tell_row(struct memory *, const char *, const char *, const char *, ...);

/* What brought nothing is told once a day: anybody may bring it again and again. */
static enum skerry_err
tell_result(tell_row *tell, struct memory *memory, const struct take_result *result)
{
	char subject[JOURNAL_SUBJECT_MAX], detail[JOURNAL_DETAIL_MAX];
	const char *word = word_of(result->fate);
	bool told = false;
	enum skerry_err err = SKERRY_OK;

	describe(result, subject, detail);
	if (!was_taken(result))
		err = told_lately(memory, word, subject, detail, &told);
	return err == SKERRY_OK && !told ? tell(memory, word, subject, "%s", detail) : err;
}

static const struct site_license *
find_held(const struct site *site, struct cbor_bytes bytes)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct site_license *held = &site->licenses[i];

		if (cbor_bytes_same(
			    (struct cbor_bytes){ held->document, held->document_len }, bytes))
			return held;
	}
	return NULL;
}

/* --- time ------------------------------------------------------------------------------------ */

/* Before a row is told: it bears the time that the documents of its carrier prove. */
static void
learn_time(const struct import *import)
{
	const struct taking *taking = import->taking;

	for (size_t i = 0; i < taking->items_len; i++) {
		const struct take_item *item = &taking->items[i];
		const struct site_license *held = NULL;

		if (!was_taken(&item->result))
			continue;
		if (item->result.kind == DOCUMENT_LICENSE)
			held = find_held(import->site, item->bytes);
		if (held != NULL && held->standing == SKERRY_OK)
			clock_learn(&import->memory->clock, held->kid, held->license.issued_at);
		else if (item->result.kind == DOCUMENT_REPLY ||
			 item->result.kind == DOCUMENT_STATUS_LIST)
			clock_learn(&import->memory->clock, item->kid, item->issued_at);
	}
}

/* Before there is a time, a manifest came no earlier than it was made. */
static int64_t
arrival_of_manifest(const struct site *site)
{
	const struct clock *clock = &site->memory->clock;

	return clock_started(clock) ? clock_settled(clock) : site->trust->manifest.issued_at;
}

/* What it has ended ends when it is on record, and so the next opening has it. */
static void
date_manifest(struct site *site)
{
	int64_t at = arrival_of_manifest(site);

	for (size_t i = 0; i < site->licenses_len; i++)
		if (site->licenses[i].key_revoked_since == site->followed_since)
			site->licenses[i].key_revoked_since = at;
	site->followed_since = at;
}

/* --- what is kept ---------------------------------------------------------------------------- */

static enum skerry_err
keep_row(struct import *import, struct take_item *item, const char *folder, const char *file,
	int64_t last_at)
{
	struct arrival arrival = { .bytes = item->bytes,
		.arrived_at = clock_settled(&import->memory->clock),
		.last_at = last_at,
		.unfiled = true };

	if (item->result.kind == DOCUMENT_MANIFEST)
		arrival.arrived_at = import->site->followed_since;
	snprintf(item->file, sizeof item->file, "%s/%s", folder, file);
	item->arrived_at = arrival.arrived_at;
	arrival.file = item->file;
	return arrivals_put(import->memory->store, &arrival);
}

static enum skerry_err
keep_manifest(struct import *import, struct take_item *item)
{
	char file[DOCUMENTS_NAME_MAX];

	import->manifest_taken = true;
	snprintf(file, sizeof file, "%" PRIu64 FOLDER_MANIFEST_END, item->result.version);
	return keep_row(import, item, FOLDER_MANIFESTS, file, LICENSE_NEVER);
}

/* Another one of the same carrier may have taken its place already. */
static enum skerry_err
keep_license(struct import *import, struct take_item *item)
{
	const struct site_license *held = find_held(import->site, item->bytes);
	enum skerry_err err;

	import->license_taken = true;
	if (held == NULL)
		return SKERRY_OK;
	import->after_rollback |= held->license.issued_at > import->memory->rollback_since;
	err = keep_row(import, item, FOLDER_LICENSES, held->file, held->license.expires_at);
	return err == SKERRY_OK ? reached_add(import->memory->store, &held->license,
					  clock_settled(&import->memory->clock))
				: err;
}

static enum skerry_err
keep_unpairings(struct memory *memory, const struct reply *reply, const uint8_t kid[COSE_KID_LEN],
	int64_t heard_at)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < reply->results_len && err == SKERRY_OK; i++) {
		const struct reply_result *result = &reply->results[i];
		const struct unpairing unpairing = { .brand = reply->brand,
			.license = result->license,
			.told_at = reply->issued_at,
			.until = result->until,
			.heard_at = heard_at };

		if (result->code != REPLY_UNPAIRED || result->license.len == 0)
			continue;
		err = unpairings_put(memory->store, &unpairing, kid);
		if (err == SKERRY_OK)
			err = key_masks_drop(
				memory->store, reply->brand, result->license, reply->issued_at);
	}
	return err;
}

enum skerry_err
remember_reply(struct memory *memory, const struct reply *reply, const uint8_t kid[COSE_KID_LEN],
	int64_t heard_at)
{
	const struct vendor_mark mark = { (int64_t)reply->number, reply->issued_at };
	enum skerry_err err =
		vendor_marks_put(memory->store, VENDOR_WORD_REPLY, reply->brand, kid, &mark);

	if (err == SKERRY_OK)
		err = refusals_hear(memory->store, reply);
	return err == SKERRY_OK ? keep_unpairings(memory, reply, kid, heard_at) : err;
}

enum skerry_err
remember_status(
	struct memory *memory, const struct status_list *list, const uint8_t kid[COSE_KID_LEN])
{
	const struct vendor_mark mark = { list->issued_at, list->issued_at };

	return vendor_marks_put(
		memory->store, VENDOR_WORD_STATUS, site_status_brand(list), kid, &mark);
}

/* Whatever its number: what it repeats of a request was written by this site alone. */
static enum skerry_err
acknowledge(struct import *import, struct take_item *item)
{
	const struct reply *reply = item->reply;
	bool newest = false, known = false;
	struct requests_row row;
	enum skerry_err err;

	if (reply->answers == 0)
		return SKERRY_OK;
	err = requests_acknowledge(import->memory, reply->nonce, &row, &newest, &known);
	if (err == SKERRY_OK && known) {
		err = remember_key(import->site, reply, row.keys);
		secretbox_wipe(row.keys, sizeof row.keys);
	}
	if (err != SKERRY_OK || !known)
		return err;
	item->result.answers = row.sent.number;
	if (!reply->time_reset || !newest)
		return SKERRY_OK;
	item->result.time_reset = import->resets = true;
	import->vendor_time = reply->issued_at;
	import->ran = row.sent.ran;
	return SKERRY_OK;
}

static enum skerry_err
keep_reply(struct import *import, struct take_item *item)
{
	const struct site_reply *held = site_reply(import->site, item->reply->brand);
	enum skerry_err err = acknowledge(import, item);

	if (err == SKERRY_OK && item->result.fate != TAKE_REFUSED)
		err = remember_reply(import->memory, item->reply, item->kid,
			clock_settled(&import->memory->clock));
	if (err != SKERRY_OK || !was_taken(&item->result))
		return err;
	import->after_rollback |= item->reply->issued_at > import->memory->rollback_since;
	/* A newer one may have come beside it. */
	if (held == NULL || !cbor_bytes_same(item->bytes,
				    (struct cbor_bytes){ held->document, held->document_len }))
		return SKERRY_OK;
	return keep_row(import, item, FOLDER_REPLIES, held->file, LICENSE_NEVER);
}

static enum skerry_err
keep_status(struct import *import, struct take_item *item)
{
	const struct site_status *held =
		site_status(import->site, cbor_text_from_chars(item->result.brand));
	enum skerry_err err;

	import->word_taken = true;
	if (held == NULL || !cbor_bytes_same(item->bytes,
				    (struct cbor_bytes){ held->document, held->document_len }))
		return SKERRY_OK;
	err = remember_status(import->memory, &held->list, item->kid);
	return err == SKERRY_OK ? keep_row(import, item, FOLDER_STATUSES, held->file, LICENSE_NEVER)
				: err;
}

static enum skerry_err
keep_item(struct import *import, struct take_item *item)
{
	/* What is not kept acknowledges all the same. */
	if (item->reply != NULL)
		return keep_reply(import, item);
	if (!was_taken(&item->result))
		return SKERRY_OK;
	switch (item->result.kind) {
	case DOCUMENT_MANIFEST:
		return keep_manifest(import, item);
	case DOCUMENT_LICENSE:
		return keep_license(import, item);
	case DOCUMENT_STATUS_LIST:
		return keep_status(import, item);
	default:
		return SKERRY_OK;
	}
}

static enum skerry_err
see_list(struct memory *memory, const struct status_list *list)
{
	uint8_t *bytes = malloc(STATUS_LIST_BYTES_MAX);
	size_t len;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (bytes != NULL)
		err = deflate_unpack(
			list->packed.data, list->packed.len, bytes, STATUS_LIST_BYTES_MAX, &len);
	if (err == SKERRY_OK)
		err = reached_see(memory->store, list, bytes, len, clock_settled(&memory->clock));
	free(bytes);
	return err == SKERRY_ERR_DEFLATE || err == SKERRY_ERR_DEFLATE_LENGTH ? SKERRY_OK : err;
}

/* What the lists say of documents held now and before, for the next request to tell. */
static enum skerry_err
see_lists(const struct import *import)
{
	enum skerry_err err = SKERRY_OK;

	if (!import->word_taken && !import->license_taken)
		return SKERRY_OK;
	for (size_t i = 0; i < import->site->statuses_len && err == SKERRY_OK; i++)
		err = see_list(import->memory, &import->site->statuses[i].list);
	return err;
}

/* --- what goes ------------------------------------------------------------------------------- */

/* Rows of files whose place another one has taken; the files go behind them. */
static enum skerry_err
drop_replaced(struct site *site)
{
	static const char LICENSES[] = FOLDER_LICENSES "/";
	struct store *store = site->memory->store;
	char path[DOCUMENTS_PATH_MAX];
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < site->replaced_len && err == SKERRY_OK; i++) {
		const char *file = site->replaced[i];

		err = arrivals_drop(store, file);
		if (err != SKERRY_OK || strncmp(file, LICENSES, sizeof LICENSES - 1) != 0)
			continue;
		extension_path(file + sizeof LICENSES - 1, path);
		err = arrivals_drop(store, path);
	}
	return err;
}

static enum skerry_err
forget_revoked(struct import *import, bool *ret_back)
{
	struct store *store = import->memory->store;
	enum skerry_err err;

	if (!import->manifest_taken)
		return SKERRY_OK;
	err = vendor_marks_review(store, import->site->trust);
	if (err == SKERRY_OK)
		err = unpairings_review(store, import->site->trust);
	return err == SKERRY_OK ? remember_time_cut(import->site, ret_back) : err;
}

static bool
holds_unpaired(const struct site *site)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;

		if (license->has_site_key &&
			!cose_key_same(&license->site_key, &site->identity.site_key))
			return true;
	}
	return false;
}

static enum skerry_err
reset_time(struct import *import, bool *back)
{
	struct memory *memory = import->memory;

	if (!import->resets)
		return SKERRY_OK;
	*back = clock_reset(&memory->clock, import->vendor_time, import->ran) || *back;
	site_find_floor(import->site);
	return memory_tell(memory, "clock.reset", "clock", "%s", "");
}

static enum skerry_err
keep_items(struct import *import)
{
	struct taking *taking = import->taking;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < taking->items_len && err == SKERRY_OK; i++) {
		err = keep_item(import, &taking->items[i]);
		if (err == SKERRY_OK)
			err = tell_result(memory_tell, import->memory, &taking->items[i].result);
	}
	return err;
}

static enum skerry_err
keep_head(const struct import *import)
{
	const struct take_head *told = import->taking->head;
	struct desk_head head;

	if (told == NULL)
		return SKERRY_OK;
	head.seq = told->seq;
	memcpy(head.hash, told->hash, sizeof head.hash);
	return desk_heads_put(import->memory->store, &head);
}

static enum skerry_err
record_import(struct import *import)
{
	struct site *site = import->site;
	bool back = false;
	enum skerry_err err;

	learn_time(import);
	if (import->taking->trust_moved)
		date_manifest(site);
	err = keep_items(import);
	if (err == SKERRY_OK)
		err = keep_head(import);
	if (err == SKERRY_OK)
		err = see_lists(import);
	if (err == SKERRY_OK)
		err = forget_revoked(import, &back);
	if (err == SKERRY_OK)
		err = drop_replaced(site);
	back = remember_time_forget(site) || back;
	if (err == SKERRY_OK)
		err = reset_time(import, &back);
	if (err == SKERRY_OK && back)
		err = remember_time_bring_back(site->memory);
	if (err == SKERRY_OK && import->after_rollback)
		err = memory_end_rollback(site->memory);
	if (err == SKERRY_OK && import->license_taken && !holds_unpaired(site))
		err = memory_end_loss(site->memory);
	return err;
}

/* Not one of which anything was kept, or heard. */
static bool
changes_nothing(const struct taking *taking)
{
	for (size_t i = 0; i < taking->items_len; i++)
		if (was_taken(&taking->items[i].result) || taking->items[i].reply != NULL)
			return false;
	return !taking->trust_moved && taking->head == NULL && taking->site->replaced_len == 0;
}

static enum skerry_err
tell_all_later(const struct taking *taking)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < taking->items_len && err == SKERRY_OK; i++)
		err = tell_result(
			memory_tell_later, taking->site->memory, &taking->items[i].result);
	return err;
}

static enum skerry_err
record(struct taking *taking)
{
	struct memory *memory = taking->site->memory;
	struct import import = { .taking = taking, .site = taking->site, .memory = memory };
	enum skerry_err err = memory_begin(memory);

	if (err == SKERRY_OK)
		err = record_import(&import);
	if (err == SKERRY_OK)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}

enum skerry_err
remember_import(struct taking *taking)
{
	return changes_nothing(taking) ? tell_all_later(taking) : record(taking);
}
