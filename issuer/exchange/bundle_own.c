/* SPDX-License-Identifier: ISC */
#include "bundle_own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "issuer/desk/mark.h"
#include "issuer/exchange/bundles.h"
#include "keys/exchange_open.h"

/* All of them, or false. */
static bool
read_at(int file, uint64_t offset, uint8_t *bytes, size_t bytes_len)
{
	while (bytes_len > 0) {
		ssize_t got = pread(file, bytes, bytes_len, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		bytes += got;
		bytes_len -= (size_t)got;
		offset += (uint64_t)got;
	}
	return true;
}

static size_t
read_front(int file, uint8_t bytes[BUNDLE_HEAD_MAX])
{
	ssize_t got;

	do
		got = pread(file, bytes, BUNDLE_HEAD_MAX, 0);
	while (got < 0 && errno == EINTR);
	return got < 0 ? 0 : (size_t)got;
}

struct opened {
	struct bundle_head head;
	struct bundle_index index;
	uint8_t *bytes; /* of the signed index, which `index` borrows */
};

/* The chain is not read: whoever signed the index is a key that this desk knows already. */
static enum skerry_err
open_index(const struct trust *trust, int file, struct opened *ret_opened)
{
	struct opened opened = { .bytes = NULL };
	const struct manifest_key *key;
	struct cose_sign1 message;
	uint8_t front[BUNDLE_HEAD_MAX];
	size_t offset = 0;
	enum skerry_err err =
		bundle_head_parse(front, read_front(file, front), &opened.head, &offset);

	if (err != SKERRY_OK)
		return err;
	opened.bytes = malloc((size_t)opened.head.index_len);
	if (opened.bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (!read_at(file, opened.head.head_len + opened.head.chain_len, opened.bytes,
		    (size_t)opened.head.index_len))
		err = SKERRY_ERR_CBOR_LENGTH;
	if (err == SKERRY_OK)
		err = trust_open_signed(trust, BUNDLE_TYPE,
			(struct cbor_bytes){ opened.bytes, (size_t)opened.head.index_len },
			&message, &key, &offset);
	if (err == SKERRY_OK)
		err = bundle_index_parse(message.payload, &opened.index, &offset);
	if (err == SKERRY_OK)
		*ret_opened = opened;
	else
		free(opened.bytes);
	return err;
}

enum skerry_err
bundle_own_read(struct desk *desk, const struct trust *trust, int file, struct bundle_own *ret_own,
	bool *ret_desk)
{
	struct opened opened;
	struct bundle_own own = { .mine = false };
	enum skerry_err err = open_index(trust, file, &opened);

	*ret_desk = err == SKERRY_ERR_NO_MEMORY;
	if (err != SKERRY_OK)
		return err;
	err = bundles_find(desk, opened.index.id, &own.seq, &own.mine);
	own.issued_at = opened.index.issued_at;
	/* The records lost it with their end: its signature is proof enough that it is of this desk. */
	if (err == SKERRY_OK && !own.mine) {
		own.seq = opened.index.seq;
		err = mark_settled_since(desk, own.issued_at, &own.mine);
	}
	free(opened.bytes);
	*ret_desk = err != SKERRY_OK;
	if (err == SKERRY_OK)
		*ret_own = own;
	return err;
}

/* --- whole ----------------------------------------------------------------------------------- */

struct walk {
	int file;
	uint64_t pages; /* where they begin */
	uint8_t *bytes; /* of the largest part */
};

static bool
is_stored(const struct walk *walk, const struct bundle_place *place, uint8_t *bytes)
{
	return place->stored_len <= BUNDLE_STORED_MAX &&
	       read_at(walk->file, walk->pages + place->offset, bytes, (size_t)place->stored_len) &&
	       exchange_is_stored(place, (struct cbor_bytes){ bytes, (size_t)place->stored_len });
}

/* An index page, and the pages of boxes that it names. */
static bool
is_page_whole(const struct walk *walk, const struct bundle_place *place)
{
	struct bundle_entry *entries = malloc(BUNDLE_FAN_MAX * sizeof *entries);
	uint8_t *fan = malloc(BUNDLE_PAGE_MAX);
	size_t len = 0, offset;
	bool whole = entries != NULL && fan != NULL && place->stored_len <= BUNDLE_PAGE_MAX &&
		     is_stored(walk, place, fan) &&
		     bundle_fan_parse((struct cbor_bytes){ fan, (size_t)place->stored_len },
			     entries, &len, &offset) == SKERRY_OK;

	for (size_t i = 0; whole && i < len; i++)
		whole = is_stored(walk, &entries[i].place, walk->bytes);
	free(entries);
	free(fan);
	return whole;
}

static bool
is_whole(const struct walk *walk, const struct bundle_index *index)
{
	struct bundle_entry *entries = malloc(BUNDLE_FAN_MAX * sizeof *entries);
	size_t len = 0, offset;
	bool whole = entries != NULL && is_stored(walk, &index->common, walk->bytes) &&
		     bundle_fan_parse(index->fan, entries, &len, &offset) == SKERRY_OK;

	for (size_t i = 0; whole && i < len; i++)
		whole = is_page_whole(walk, &entries[i].place);
	free(entries);
	return whole;
}

static bool
has_chain(int file, const struct opened *opened)
{
	size_t len = (size_t)opened->head.chain_len;
	uint8_t *chain = malloc(len);
	struct bundle_place place = {
		.stored_len = len, .len = len, .hash = opened->index.chain_hash
	};
	bool has = chain != NULL && read_at(file, opened->head.head_len, chain, len) &&
		   exchange_is_stored(&place, (struct cbor_bytes){ chain, len });

	free(chain);
	return has;
}

bool
bundle_own_is_whole(const struct trust *trust, int file)
{
	struct opened opened;
	struct walk walk = { .file = file };
	bool whole;

	if (open_index(trust, file, &opened) != SKERRY_OK)
		return false;
	walk.pages = opened.head.head_len + opened.head.chain_len + opened.head.index_len;
	walk.bytes = malloc(BUNDLE_STORED_MAX);
	whole = walk.bytes != NULL && has_chain(file, &opened) && is_whole(&walk, &opened.index);
	free(walk.bytes);
	free(opened.bytes);
	return whole;
}
