/* SPDX-License-Identifier: ISC */
#include "site_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/deflate.h"
#include "keys/exchange_open.h"
#include "keys/untrusted_file.h"
#include "site_heal.h"
#include "site_inside.h"
#include "verifier/state/folder_files.h"
#include "verifier/state/starved.h"
#include "verifier/state/vendor_marks.h"

static const char *const FOLDERS[] = { FOLDER_REPLIES "/", FOLDER_STATUSES "/" };

struct cbor_text
site_status_brand(const struct status_list *list)
{
	const size_t prefix = sizeof STATUS_LIST_URI_PREFIX - 1;

	return (struct cbor_text){ list->uri.chars + prefix, list->uri.len - prefix };
}

/* --- looking up ------------------------------------------------------------------------------ */

static struct site_reply *
find_reply(const struct site *site, struct cbor_text brand)
{
	for (size_t i = 0; i < site->replies_len; i++)
		if (cbor_text_same(site->replies[i].reply.brand, brand))
			return &site->replies[i];
	return NULL;
}

static struct site_status *
find_status(const struct site *site, struct cbor_text brand)
{
	for (size_t i = 0; i < site->statuses_len; i++)
		if (cbor_text_same(site_status_brand(&site->statuses[i].list), brand))
			return &site->statuses[i];
	return NULL;
}

const struct site_reply *
site_reply(const struct site *site, struct cbor_text brand)
{
	return find_reply(site, brand);
}

const struct site_status *
site_status(const struct site *site, struct cbor_text brand)
{
	return find_status(site, brand);
}

struct cbor_text
site_words_told(const struct site *site, const struct site_license *held)
{
	const struct license *license = &held->license;
	const struct site_reply *newest = find_reply(site, license->brand);
	unsigned code = held->status == EVALUATE_STATUS_REVOKED     ? REPLY_REVOKED
			: held->status == EVALUATE_STATUS_SUSPENDED ? REPLY_SUSPENDED
								    : REPLY_OK;

	for (size_t i = 0; newest != NULL && code != REPLY_OK && i < newest->reply.results_len;
		i++) {
		const struct reply_result *result = &newest->reply.results[i];

		if (result->code == code && cbor_text_same(result->license, license->id))
			return result->told;
	}
	return (struct cbor_text){ NULL, 0 };
}

/* --- which is newer -------------------------------------------------------------------------- */

enum word_fate
site_reply_fate(const struct site *site, const struct reply *reply, struct cbor_bytes bytes,
	const int64_t *mark)
{
	const struct site_reply *held = find_reply(site, reply->brand);
	const struct word next = words_of_reply(reply, bytes);
	struct word word;

	if (held != NULL)
		word = words_of_reply(
			&held->reply, (struct cbor_bytes){ held->document, held->document_len });
	return words_fate(&next, held == NULL ? NULL : &word, mark);
}

enum word_fate
site_status_fate(const struct site *site, const struct status_list *list, struct cbor_bytes bytes,
	const struct clock *clock, const int64_t *mark)
{
	const struct site_status *held = find_status(site, site_status_brand(list));
	const struct word next = words_of_list(list, bytes, clock);
	struct word word;

	if (held != NULL)
		word = words_of_list(&held->list,
			(struct cbor_bytes){ held->document, held->document_len }, clock);
	return words_fate(&next, held == NULL ? NULL : &word, mark);
}

/* --- holding --------------------------------------------------------------------------------- */

static enum skerry_err
copy_of(struct cbor_bytes bytes, uint8_t **ret_copy)
{
	uint8_t *copy = malloc(bytes.len == 0 ? 1 : bytes.len);

	if (copy == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(copy, bytes.data, bytes.len);
	*ret_copy = copy;
	return SKERRY_OK;
}

static enum skerry_err
verify_reply(const struct site *site, struct cbor_bytes bytes, struct site_reply *ret_held)
{
	const struct manifest_key *key;
	size_t offset;
	uint8_t *copy;
	enum skerry_err err = copy_of(bytes, &copy);

	if (err != SKERRY_OK)
		return err;
	err = exchange_verify_reply(site->trust, site->site_id,
		(struct cbor_bytes){ copy, bytes.len }, &ret_held->reply, &key, &offset);
	if (err != SKERRY_OK) {
		free(copy);
		return err;
	}
	ret_held->document = copy;
	ret_held->document_len = bytes.len;
	memcpy(ret_held->kid, site->trust->kids[key - site->trust->manifest.keys], COSE_KID_LEN);
	return SKERRY_OK;
}

static enum skerry_err
verify_status(const struct site *site, struct cbor_bytes bytes, struct site_status *ret_held)
{
	const struct manifest_key *key;
	size_t offset;
	uint8_t *copy;
	enum skerry_err err = copy_of(bytes, &copy);

	if (err != SKERRY_OK)
		return err;
	err = trust_open_status_list(site->trust, copy, bytes.len, &ret_held->list, &key, &offset);
	if (err != SKERRY_OK) {
		free(copy);
		return err;
	}
	ret_held->document = copy;
	ret_held->document_len = bytes.len;
	memcpy(ret_held->kid, site->trust->kids[key - site->trust->manifest.keys], COSE_KID_LEN);
	return SKERRY_OK;
}

/* Takes over `held`. */
static enum skerry_err
place_reply(struct site *site, struct site_reply *held)
{
	struct site_reply *place = find_reply(site, held->reply.brand);
	enum skerry_err err = SKERRY_OK;

	if (place != NULL) {
		if (strcmp(place->file, held->file) != 0)
			err = site_note_replaced(site, FOLDERS[VENDOR_WORD_REPLY], place->file);
		if (err == SKERRY_OK)
			free(place->document);
	} else if (site->replies_len == SITE_WORDS_MAX) {
		err = SKERRY_ERR_DOCUMENT_COUNT;
	} else {
		place = &site->replies[site->replies_len++];
	}
	if (err == SKERRY_OK)
		*place = *held;
	else
		free(held->document);
	return err;
}

static enum skerry_err
place_status(struct site *site, struct site_status *held)
{
	struct site_status *place = find_status(site, site_status_brand(&held->list));
	enum skerry_err err = SKERRY_OK;

	if (place != NULL) {
		if (strcmp(place->file, held->file) != 0)
			err = site_note_replaced(site, FOLDERS[VENDOR_WORD_STATUS], place->file);
		if (err == SKERRY_OK)
			free(place->document);
	} else if (site->statuses_len == SITE_WORDS_MAX) {
		err = SKERRY_ERR_DOCUMENT_COUNT;
	} else {
		place = &site->statuses[site->statuses_len++];
	}
	if (err == SKERRY_OK)
		*place = *held;
	else
		free(held->document);
	return err;
}

enum skerry_err
site_keep_reply(struct site *site, struct cbor_bytes bytes)
{
	struct site_reply *held = malloc(sizeof *held);
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (held != NULL)
		err = verify_reply(site, bytes, held);
	if (err == SKERRY_OK) {
		documents_word_name(
			held->reply.brand, held->reply.number, bytes, FOLDER_REPLY_END, held->file);
		err = place_reply(site, held);
	}
	if (err == SKERRY_OK)
		site_raise_floor(site, held->reply.issued_at);
	free(held);
	return err;
}

enum skerry_err
site_keep_status(struct site *site, struct cbor_bytes bytes)
{
	struct site_status held;
	enum skerry_err err = verify_status(site, bytes, &held);

	if (err != SKERRY_OK)
		return err;
	documents_word_name(site_status_brand(&held.list), (uint64_t)held.list.issued_at, bytes,
		FOLDER_STATUS_END, held.file);
	err = place_status(site, &held);
	if (err == SKERRY_OK)
		site_raise_floor(site, held.list.issued_at);
	return err;
}

/* --- loading --------------------------------------------------------------------------------- */

struct loading {
	struct site *site;
	enum vendor_word word;
	enum skerry_err err;
};

/* It keeps the name that its file has. An older one lay there when whoever replaced it was stopped. */
static enum skerry_err
load_reply(struct site *site, const char *file, struct cbor_bytes bytes)
{
	struct site_reply *held = malloc(sizeof *held);
	enum skerry_err err = held == NULL ? SKERRY_ERR_NO_MEMORY : verify_reply(site, bytes, held);

	if (err == SKERRY_OK && site_reply_fate(site, &held->reply, bytes, NULL) != WORD_NEWER) {
		free(held->document);
		err = site_note_replaced(site, FOLDERS[VENDOR_WORD_REPLY], file);
	} else if (err == SKERRY_OK) {
		snprintf(held->file, sizeof held->file, "%s", file);
		err = place_reply(site, held);
	}
	free(held);
	return err;
}

static enum skerry_err
load_status(struct site *site, const char *file, struct cbor_bytes bytes)
{
	struct site_status held;
	enum skerry_err err = verify_status(site, bytes, &held);

	if (err != SKERRY_OK)
		return err;
	if (site_status_fate(site, &held.list, bytes, &site->memory->clock, NULL) != WORD_NEWER) {
		free(held.document);
		return site_note_replaced(site, FOLDERS[VENDOR_WORD_STATUS], file);
	}
	snprintf(held.file, sizeof held.file, "%s", file);
	return place_status(site, &held);
}

static enum skerry_err
load_word(struct loading *loading, const char *file, struct cbor_bytes bytes)
{
	return loading->word == VENDOR_WORD_REPLY ? load_reply(loading->site, file, bytes)
						  : load_status(loading->site, file, bytes);
}

/* Whether the trust says no, or the site has another key since: it is whole, and of no more use. */
static bool
is_over(enum skerry_err err)
{
	return (err >= SKERRY_ERR_TRUST_KEY_UNKNOWN && err <= SKERRY_ERR_TRUST_GRACE &&
		       err != SKERRY_ERR_TRUST_ALGORITHM) ||
	       err == SKERRY_ERR_OTHER_SITE;
}

static enum skerry_err
load_healed(struct loading *loading, const char *file, enum skerry_err why)
{
	size_t bytes_max = loading->word == VENDOR_WORD_REPLY ? REPLY_MAX : STATUS_LIST_MAX;
	struct site *site = loading->site;
	char path[DOCUMENTS_PATH_MAX];
	uint8_t *bytes;
	size_t len;
	bool healed = false;
	enum skerry_err err;

	snprintf(path, sizeof path, "%s%s", FOLDERS[loading->word], file);
	err = site_heal_file(site, path, &healed);
	if (err != SKERRY_OK || !healed)
		return err == SKERRY_OK ? why : err;
	err = untrusted_file_read_at(site->documents.directory, path, bytes_max, &bytes, &len);
	if (err != SKERRY_OK)
		return err;
	err = load_word(loading, file, (struct cbor_bytes){ bytes, len });
	free(bytes);
	return err;
}

static void
load_file(void *context, const char *file, enum skerry_err err, const uint8_t *bytes,
	size_t bytes_len)
{
	struct loading *loading = context;

	if (loading->err != SKERRY_OK)
		return;
	if (err == SKERRY_OK)
		err = load_word(loading, file, (struct cbor_bytes){ bytes, bytes_len });
	if (err != SKERRY_OK && !starved_is(err) && err != SKERRY_ERR_DOCUMENT_COUNT)
		err = load_healed(loading, file, err);
	if (is_over(err))
		err = site_note_replaced(loading->site, FOLDERS[loading->word], file);
	if (starved_is(err))
		loading->err = err;
	else if (err != SKERRY_OK)
		site_add_unused(loading->site, FOLDERS[loading->word], file, err);
}

enum skerry_err
site_words_load(struct site *site)
{
	struct loading replies = { site, VENDOR_WORD_REPLY, SKERRY_OK },
		       statuses = { site, VENDOR_WORD_STATUS, SKERRY_OK };
	enum skerry_err err;

	site->replies = malloc(SITE_WORDS_MAX * sizeof *site->replies);
	site->statuses = malloc(SITE_WORDS_MAX * sizeof *site->statuses);
	if (site->replies == NULL || site->statuses == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = documents_each_file(
		&site->documents, FOLDER_REPLIES, FOLDER_REPLY_END, REPLY_MAX, load_file, &replies);
	if (err == SKERRY_OK)
		err = replies.err;
	if (err == SKERRY_OK)
		err = documents_each_file(&site->documents, FOLDER_STATUSES, FOLDER_STATUS_END,
			STATUS_LIST_MAX, load_file, &statuses);
	return err == SKERRY_OK ? statuses.err : err;
}

void
site_words_free(struct site *site)
{
	for (size_t i = 0; i < site->replies_len; i++)
		free(site->replies[i].document);
	for (size_t i = 0; i < site->statuses_len; i++)
		free(site->statuses[i].document);
	free(site->replies);
	free(site->statuses);
	site->replies = NULL;
	site->statuses = NULL;
	site->replies_len = site->statuses_len = 0;
}

/* --- what the manifests say of it ------------------------------------------------------------ */

static enum skerry_err
review_replies(struct site *site)
{
	enum skerry_err err = SKERRY_OK;
	size_t i = 0;

	while (i < site->replies_len && err == SKERRY_OK) {
		struct site_reply *held = &site->replies[i];

		if (vendor_mark_stands(site->trust, VENDOR_WORD_REPLY, held->reply.brand, held->kid,
			    held->reply.issued_at)) {
			i++;
			continue;
		}
		err = site_note_replaced(site, FOLDERS[VENDOR_WORD_REPLY], held->file);
		free(held->document);
		*held = site->replies[--site->replies_len];
	}
	return err;
}

static enum skerry_err
review_statuses(struct site *site)
{
	enum skerry_err err = SKERRY_OK;
	size_t i = 0;

	while (i < site->statuses_len && err == SKERRY_OK) {
		struct site_status *held = &site->statuses[i];

		if (vendor_mark_stands(site->trust, VENDOR_WORD_STATUS,
			    site_status_brand(&held->list), held->kid, held->list.issued_at)) {
			i++;
			continue;
		}
		err = site_note_replaced(site, FOLDERS[VENDOR_WORD_STATUS], held->file);
		free(held->document);
		*held = site->statuses[--site->statuses_len];
	}
	return err;
}

enum skerry_err
site_words_review(struct site *site)
{
	enum skerry_err err = review_replies(site);

	return err == SKERRY_OK ? review_statuses(site) : err;
}

/* --- what the lists say ---------------------------------------------------------------------- */

static bool
is_asked(const struct site *site, const struct site_status *status)
{
	for (size_t i = 0; i < site->licenses_len; i++)
		if (words_list_counts(
			    &status->list, &site->licenses[i].license, &site->memory->clock))
			return true;
	return false;
}

static void
apply_to(struct site_license *held, const struct site_status *status, struct cbor_bytes bytes,
	const struct clock *clock)
{
	enum evaluate_status says = words_status(&status->list, bytes, &held->license, clock);

	if (says == EVALUATE_STATUS_UNKNOWN)
		return;
	held->status = says;
	held->status_issued_at = status->list.issued_at;
}

/* A list that does not unpack says nothing: it was refused before it could be kept. */
static enum skerry_err
apply_list(struct site *site, const struct site_status *status)
{
	uint8_t *bytes = malloc(STATUS_LIST_BYTES_MAX);
	size_t len = 0;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (bytes != NULL)
		err = deflate_unpack(status->list.packed.data, status->list.packed.len, bytes,
			STATUS_LIST_BYTES_MAX, &len);
	for (size_t i = 0; i < site->licenses_len && err == SKERRY_OK; i++)
		apply_to(&site->licenses[i], status, (struct cbor_bytes){ bytes, len },
			&site->memory->clock);
	free(bytes);
	return err == SKERRY_ERR_NO_MEMORY ? err : SKERRY_OK;
}

enum skerry_err
site_words_apply(struct site *site)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < site->licenses_len; i++) {
		site->licenses[i].status = EVALUATE_STATUS_UNKNOWN;
		site->licenses[i].status_issued_at = LICENSE_NEVER;
	}
	for (size_t i = 0; i < site->statuses_len && err == SKERRY_OK; i++)
		if (is_asked(site, &site->statuses[i]))
			err = apply_list(site, &site->statuses[i]);
	return err;
}
