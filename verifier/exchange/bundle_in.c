/* SPDX-License-Identifier: ISC */
#include "bundle_in.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/deflate.h"
#include "keys/exchange_open.h"
#include "keys/hash.h"
#include "manifest_chain.h"

/* --- where the bytes are --------------------------------------------------------------------- */

static enum skerry_err
read_file(void *context, uint64_t offset, uint8_t *ret_bytes, size_t len)
{
	const int *file = context;

	while (len > 0) {
		ssize_t got = pread(*file, ret_bytes, len, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = EIO; /* shorter than it was when it was opened */
		if (got <= 0)
			return SKERRY_ERR_IO;
		ret_bytes += got;
		offset += (uint64_t)got;
		len -= (size_t)got;
	}
	return SKERRY_OK;
}

static enum skerry_err
read_bytes(void *context, uint64_t offset, uint8_t *ret_bytes, size_t len)
{
	const struct cbor_bytes *bytes = context;

	memcpy(ret_bytes, bytes->data + offset, len);
	return SKERRY_OK;
}

struct bundle_source
bundle_source_file(int *file, uint64_t size)
{
	return (struct bundle_source){ read_file, file, size };
}

struct bundle_source
bundle_source_bytes(struct cbor_bytes *bytes)
{
	return (struct bundle_source){ read_bytes, bytes, bytes->len };
}

/* --- parts ----------------------------------------------------------------------------------- */

/* A bundle being read. */
struct reading {
	const struct bundle_source *source;
	struct trust *trust; /* a copy of the site's, which goes on */
	const uint8_t *site_id;
	struct bundle_head head;
	uint64_t pages; /* where they begin */
	uint8_t *index; /* document, which `claims` borrows */
	struct bundle_index claims;
	struct bundle_in bundle;
	size_t room;   /* of bundle.documents */
	size_t offset; /* of an error, in the file */
};

static bool
is_within(const struct reading *reading, uint64_t offset, uint64_t len)
{
	return offset <= reading->source->size && len <= reading->source->size - offset;
}

/* Bytes that the file is known to have. */
static enum skerry_err
read_part(const struct reading *reading, uint64_t offset, uint64_t len, uint8_t **ret_bytes)
{
	uint8_t *bytes = malloc(len);
	enum skerry_err err;

	if (bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = reading->source->read(reading->source->context, offset, bytes, len);
	if (err != SKERRY_OK)
		free(bytes);
	else
		*ret_bytes = bytes;
	return err;
}

/* What lies at a place of the verified index, or of a fan that it vouches for. */
static enum skerry_err
read_place(const struct reading *reading, const struct bundle_place *place,
	struct cbor_bytes *ret_stored)
{
	uint8_t *bytes = NULL;
	enum skerry_err err;

	if (!is_within(reading, reading->pages + place->offset, place->stored_len))
		return SKERRY_ERR_BUNDLE_DAMAGED;
	err = read_part(reading, reading->pages + place->offset, place->stored_len, &bytes);
	if (err != SKERRY_OK)
		return err;
	*ret_stored = (struct cbor_bytes){ bytes, place->stored_len };
	if (exchange_is_stored(place, *ret_stored))
		return SKERRY_OK;
	free(bytes);
	return SKERRY_ERR_BUNDLE_DAMAGED;
}

static void
move_offset(struct reading *reading, const struct bundle_place *place)
{
	reading->offset += reading->pages + place->offset;
}

static enum skerry_err
append(struct reading *reading, enum document_kind kind, struct cbor_bytes bytes)
{
	struct bundle_in *bundle = &reading->bundle;

	if (bundle->documents_len == reading->room) {
		size_t room = reading->room == 0 ? 8 : 2 * reading->room;
		struct document *grown = reallocarray(bundle->documents, room, sizeof *grown);

		if (grown == NULL)
			return SKERRY_ERR_NO_MEMORY;
		bundle->documents = grown;
		reading->room = room;
	}
	bundle->documents[bundle->documents_len++] = (struct document){ .kind = kind,
		.carrier = kind == DOCUMENT_REPLY ? DOCUMENT_BOX : DOCUMENT_BINARY,
		.bytes = bytes };
	return SKERRY_OK;
}

/* --- head, chain, index ---------------------------------------------------------------------- */

static enum skerry_err
read_head(struct reading *reading)
{
	uint8_t front[BUNDLE_HEAD_MAX];
	uint64_t size = reading->source->size;
	size_t len = size < sizeof front ? (size_t)size : sizeof front;
	enum skerry_err err = reading->source->read(reading->source->context, 0, front, len);

	if (err == SKERRY_OK)
		err = bundle_head_parse(front, len, &reading->head, &reading->offset);
	if (err != SKERRY_OK)
		return err;
	reading->pages = reading->head.head_len + reading->head.chain_len + reading->head.index_len;
	if (is_within(reading, 0, reading->pages))
		return SKERRY_OK;
	reading->offset = (size_t)size;
	return SKERRY_ERR_CBOR_TRUNCATED;
}

/* One manifest; *version is that of the one before, 0 for the first. */
static enum skerry_err
follow_one(struct reading *reading, struct cbor_bytes manifest, uint64_t *version)
{
	const struct document document = { .kind = DOCUMENT_MANIFEST, .bytes = manifest };
	struct manifest_chain step;
	enum skerry_err err =
		manifest_chain_follow(reading->trust, &document, 1, &step, &reading->offset);
	uint64_t before = *version;

	if (err != SKERRY_OK)
		return err;
	*version = step.versions[0];
	reading->offset = 0;
	/* Each is looked at once, however often somebody repeats it. */
	if (*version <= before)
		return SKERRY_ERR_CLAIM_VALUE;
	reading->bundle.gap = step.fates[0] == MANIFEST_FATE_GAP;
	if (step.fates[0] != MANIFEST_FATE_TAKEN)
		return SKERRY_OK;
	reading->bundle.manifests++;
	return append(reading, DOCUMENT_MANIFEST, manifest);
}

static enum skerry_err
follow_chain(struct reading *reading, struct cbor_bytes chain)
{
	enum skerry_err err = SKERRY_OK;
	uint64_t version = 0;
	size_t at = 0;

	/* Nothing follows behind a gap. */
	while (at < chain.len && err == SKERRY_OK && !reading->bundle.gap) {
		struct cbor_bytes manifest;
		size_t begin = at;

		err = bundle_chain_next(chain, &at, &manifest, &reading->offset);
		begin = err == SKERRY_OK ? begin : 0;
		if (err == SKERRY_OK)
			err = follow_one(reading, manifest, &version);
		if (err != SKERRY_OK)
			reading->offset += reading->head.head_len + begin;
	}
	return err;
}

static void
keep_claims(struct reading *reading)
{
	const struct bundle_index *claims = &reading->claims;
	struct bundle_in *bundle = &reading->bundle;

	bundle->seq = claims->seq;
	bundle->issued_at = claims->issued_at;
	memcpy(bundle->id, claims->id, BUNDLE_ID_LEN);
	bundle->audit_seq = claims->audit_seq;
	if (claims->audit_seq > 0)
		memcpy(bundle->audit_hash, claims->audit_hash, BUNDLE_HASH_LEN);
}

static enum skerry_err
read_index(struct reading *reading)
{
	const struct bundle_head *head = &reading->head;
	const struct manifest_key *key;
	struct cbor_bytes chain;
	enum skerry_err err =
		read_part(reading, head->head_len, head->chain_len, &reading->bundle.memory[0]);

	if (err == SKERRY_OK)
		err = read_part(reading, head->head_len + head->chain_len, head->index_len,
			&reading->index);
	if (err != SKERRY_OK)
		return err;
	chain = (struct cbor_bytes){ reading->bundle.memory[0], head->chain_len };
	err = follow_chain(reading, chain);
	if (err != SKERRY_OK)
		return err;
	err = exchange_open_index(reading->trust, chain,
		(struct cbor_bytes){ reading->index, head->index_len }, &reading->claims, &key,
		&reading->offset);
	if (err == SKERRY_OK)
		keep_claims(reading);
	else
		reading->offset += head->head_len + head->chain_len;
	return err == SKERRY_ERR_TRUST_KEY_UNKNOWN && reading->bundle.gap
		       ? SKERRY_ERR_TRUST_SEQUENCE
		       : err;
}

/* --- page 0: the status lists ---------------------------------------------------------------- */

static enum skerry_err
append_lists(struct reading *reading, struct cbor_bytes page)
{
	struct bundle_common common;
	enum skerry_err err = bundle_common_parse(page, &common, &reading->offset);

	/* The offset is one of what was packed: no byte of the file. */
	reading->offset = 0;
	for (size_t i = 0; err == SKERRY_OK && i < common.lists_len; i++) {
		reading->bundle.lists++;
		err = append(reading, DOCUMENT_STATUS_LIST, common.lists[i]);
	}
	return err;
}

static enum skerry_err
read_common(struct reading *reading)
{
	const struct bundle_place *place = &reading->claims.common;
	struct cbor_bytes stored, page = { NULL, 0 };
	uint8_t *bytes;
	enum skerry_err err = read_place(reading, place, &stored);

	if (err != SKERRY_OK)
		return err;
	bytes = malloc(place->len);
	reading->bundle.memory[1] = bytes;
	if (bytes == NULL)
		err = SKERRY_ERR_NO_MEMORY;
	else
		err = deflate_unpack(stored.data, stored.len, bytes, place->len, &page.len);
	free((void *)stored.data);
	if (err == SKERRY_OK && page.len != place->len)
		err = SKERRY_ERR_CLAIM_CONFLICT;
	if (err != SKERRY_OK)
		return err;
	page.data = bytes;
	return append_lists(reading, page);
}

/* --- this site's page ------------------------------------------------------------------------ */

struct collecting {
	struct reading *reading;
	enum skerry_err err;
};

static bool
collect(void *context, struct cbor_bytes box)
{
	struct collecting *collecting = context;

	collecting->reading->bundle.boxes++;
	collecting->err = append(collecting->reading, DOCUMENT_REPLY, box);
	return collecting->err == SKERRY_OK;
}

static enum skerry_err
read_page(struct reading *reading, const struct bundle_place *place, const uint8_t *sort_key)
{
	struct collecting collecting = { reading, SKERRY_OK };
	struct cbor_bytes page;
	enum skerry_err err = read_place(reading, place, &page);

	if (err != SKERRY_OK)
		return err;
	reading->bundle.memory[2] = (uint8_t *)page.data;
	err = bundle_page_each(page, sort_key, collect, &collecting, &reading->offset);
	if (err != SKERRY_OK)
		move_offset(reading, place);
	return err == SKERRY_OK ? collecting.err : err;
}

/* From the index to an index page, to the page. Below no entry there is nothing for this site. */
static enum skerry_err
read_boxes(struct reading *reading)
{
	uint8_t sort_key[BUNDLE_SORT_KEY_LEN];
	struct bundle_entry entry;
	struct bundle_place fan_at;
	struct cbor_bytes fan;
	enum skerry_err err;
	bool found = false;

	hash_sort_key(reading->claims.id, reading->site_id, sort_key);
	err = bundle_fan_find(reading->claims.fan, sort_key, &found, &entry, &reading->offset);
	if (err != SKERRY_OK || !found)
		return err;
	fan_at = entry.place;
	err = read_place(reading, &fan_at, &fan);
	if (err != SKERRY_OK)
		return err;
	err = bundle_fan_find(fan, sort_key, &found, &entry, &reading->offset);
	if (err != SKERRY_OK)
		move_offset(reading, &fan_at);
	else if (found)
		err = read_page(reading, &entry.place, sort_key);
	free((void *)fan.data);
	return err;
}

/* --- all of it ------------------------------------------------------------------------------- */

enum skerry_err
bundle_in_open(const struct bundle_source *source, const struct trust *trust,
	const uint8_t site_id[COSE_THUMBPRINT_LEN], struct bundle_in *ret_bundle,
	size_t *ret_offset)
{
	struct reading reading = { .source = source, .site_id = site_id };
	enum skerry_err err;

	*ret_bundle = (struct bundle_in){ .seq = 0 };
	*ret_offset = 0;
	reading.trust = malloc(sizeof *reading.trust);
	if (reading.trust == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = trust_copy(trust, reading.trust);
	if (err == SKERRY_OK)
		err = read_head(&reading);
	if (err == SKERRY_OK)
		err = read_index(&reading);
	if (err == SKERRY_OK)
		err = read_common(&reading);
	if (err == SKERRY_OK)
		err = read_boxes(&reading);
	free(reading.index);
	free(reading.trust);
	if (err == SKERRY_OK) {
		*ret_bundle = reading.bundle;
		return SKERRY_OK;
	}
	bundle_in_free(&reading.bundle);
	*ret_offset = reading.offset;
	return err;
}

void
bundle_in_free(struct bundle_in *bundle)
{
	free(bundle->documents);
	for (size_t i = 0; i < sizeof bundle->memory / sizeof *bundle->memory; i++)
		free(bundle->memory[i]);
	*bundle = (struct bundle_in){ .seq = 0 };
}
