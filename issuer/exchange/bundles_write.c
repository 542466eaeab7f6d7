/* SPDX-License-Identifier: ISC */
/*
 * A prepared bundle, written: pages are sealed and hashed by a crew, page by page, into a file without a
 * name; then the parts before them are signed, read back as a site would, and all of it leaves in order.
 */
#include "bundles_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "issuer/crew.h"
#include "keys/exchange_open.h"
#include "keys/file_error.h"
#include "keys/seal.h"

enum { PIECE = 128 * 1024 /* bytes that are handed out at a time */ };

/* A reply to be sealed into a page. */
struct letter {
	const uint8_t *key;
	struct cose_key opening;
	size_t at, len; /* in `plain` */
};

/* A page on its way. Its memory is used again by later ones. */
struct sheet {
	struct bundles_page *page;
	struct letter *letters;
	size_t letters_len, letters_max;
	uint8_t *plain, *sealed, *box;
	size_t plain_len, plain_max, sealed_max, box_max;
};

struct writing {
	struct desk *desk;
	const struct signing *signing;
	struct bundles *bundles;
	bool (*put)(void *, const uint8_t *bytes, size_t len);
	void *context;
	int spool;
	const struct bundles_site *site; /* whose replies are copied */
	struct installation installation;
	struct sheet *sheet; /* into which */
	size_t copied;
	uint64_t last;
};

/* Room for `needed` bytes; what it held stays. */
static bool
reserve(void **memory, size_t *max, size_t needed)
{
	size_t more = *max == 0 ? 4096 : *max;
	void *grown;

	if (needed <= *max)
		return true;
	while (more < needed)
		more *= 2;
	grown = realloc(*memory, more);
	if (grown == NULL)
		return false;
	*memory = grown;
	*max = more;
	return true;
}

/* --- sealing --------------------------------------------------------------------------------- */

static enum skerry_err
seal_letter(struct sheet *sheet, const struct letter *letter, struct cbor_writer *w,
	struct bundle_page_out *out)
{
	const struct cbor_bytes document = { sheet->plain + letter->at, letter->len };
	void *box = sheet->box;
	size_t len = 0;
	enum skerry_err err;

	if (!reserve(&box, &sheet->box_max, seal_box_size(letter->len)))
		return SKERRY_ERR_NO_MEMORY;
	sheet->box = box;
	err = seal_box(&letter->opening, document, sheet->box, sheet->box_max, &len);
	if (err == SKERRY_OK)
		bundle_page_put(w, out, letter->key, (struct cbor_bytes){ sheet->box, len });
	return err;
}

/* On any thread. */
static enum skerry_err
seal_sheet(void *context, void *piece)
{
	struct sheet *sheet = piece;
	struct bundle_page_out out;
	void *sealed = sheet->sealed;
	struct cbor_writer w;
	size_t len = 0;
	enum skerry_err err = SKERRY_OK;

	(void)context;
	if (!reserve(&sealed, &sheet->sealed_max, sheet->page->len))
		return SKERRY_ERR_NO_MEMORY;
	sheet->sealed = sealed;
	cbor_writer_init(&w, sheet->sealed, sheet->page->len);
	bundle_page_begin(&w, &out, sheet->letters_len);
	for (size_t i = 0; i < sheet->letters_len && err == SKERRY_OK; i++)
		err = seal_letter(sheet, &sheet->letters[i], &w, &out);
	bundle_page_end(&w, &out);
	if (err == SKERRY_OK)
		err = cbor_writer_finish(&w, &len);
	if (err == SKERRY_OK && len != sheet->page->len)
		err = SKERRY_ERR_INTERNAL;
	if (err == SKERRY_OK)
		hash_sha256(sheet->sealed, len, sheet->page->hash);
	return err;
}

static void
clear_sheet(void *piece)
{
	struct sheet *sheet = piece;

	free(sheet->letters);
	free(sheet->plain);
	free(sheet->sealed);
	free(sheet->box);
}

/* --- the pages' file ------------------------------------------------------------------------- */

/* Gone with its last descriptor, whatever ends the program. */
static enum skerry_err
open_spool(const struct desk *desk, int *ret_file)
{
	char path[DESK_PATH_MAX];
	int file = open(desk->path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	enum skerry_err err;

	if (file < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
		err = desk_file(desk, ".pages-XXXXXX", path);
		if (err != SKERRY_OK)
			return err;
		file = mkostemp(path, O_CLOEXEC);
		if (file >= 0)
			unlink(path);
	}
	if (file < 0)
		return file_error();
	*ret_file = file;
	return SKERRY_OK;
}

static enum skerry_err
write_all(int file, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t written = write(file, bytes, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return SKERRY_ERR_IO;
		bytes += written;
		len -= (size_t)written;
	}
	return SKERRY_OK;
}

static enum skerry_err
spool_sheet(void *context, void *piece)
{
	const struct writing *writing = context;
	const struct sheet *sheet = piece;

	return write_all(writing->spool, sheet->sealed, sheet->page->len);
}

/* --- reading replies ------------------------------------------------------------------------- */

static enum skerry_err
copy_reply(void *context, uint64_t number, struct cbor_bytes signed_reply)
{
	struct writing *writing = context;
	struct sheet *sheet = writing->sheet;
	void *plain = sheet->plain, *letters = sheet->letters;
	bool room = reserve(&plain, &sheet->plain_max, sheet->plain_len + signed_reply.len);

	sheet->plain = plain;
	room = room && reserve(&letters, &sheet->letters_max,
			       (sheet->letters_len + 1) * sizeof *sheet->letters);
	sheet->letters = letters;
	if (!room)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(sheet->plain + sheet->plain_len, signed_reply.data, signed_reply.len);
	sheet->letters[sheet->letters_len++] = (struct letter){ writing->site->key,
		writing->installation.opening_key, sheet->plain_len, signed_reply.len };
	sheet->plain_len += signed_reply.len;
	writing->copied++;
	writing->last = number;
	return SKERRY_OK;
}

/* What was prepared and is not there any more cannot be left: the places are given out. */
static enum skerry_err
copy_site(struct writing *writing, const struct bundles_site *site)
{
	enum skerry_err err =
		installations_find_row(writing->desk, site->id, &writing->installation);

	writing->site = site;
	writing->copied = 0;
	if (err == SKERRY_OK && !writing->installation.has_opening_key)
		err = SKERRY_ERR_STORE_BUSY;
	if (err == SKERRY_OK)
		err = bundles_each_box_of(writing->desk, writing->signing->trust, writing->bundles,
			site, &writing->installation, copy_reply, writing, NULL);
	if (err == SKERRY_OK && (writing->copied != site->boxes || writing->last != site->last))
		err = SKERRY_ERR_STORE_BUSY;
	return err;
}

static enum skerry_err
copy_page(struct writing *writing, struct bundles_page *page, struct sheet *sheet)
{
	enum skerry_err err = SKERRY_OK;

	sheet->page = page;
	sheet->letters_len = sheet->plain_len = 0;
	writing->sheet = sheet;
	for (size_t i = 0; i < page->sites && err == SKERRY_OK; i++)
		err = copy_site(writing, &writing->bundles->sites[page->first + i]);
	return err;
}

static enum skerry_err
seal_pages(struct writing *writing)
{
	struct bundles *bundles = writing->bundles;
	struct crew *crew = NULL;
	enum skerry_err err =
		crew_open(sizeof(struct sheet), seal_sheet, spool_sheet, writing, &crew);

	for (size_t i = 0; i < bundles->pages_len && err == SKERRY_OK; i++) {
		struct sheet *sheet = crew_next(crew);

		err = sheet == NULL ? crew_failed(crew)
				    : copy_page(writing, &bundles->pages[i], sheet);
		if (err == SKERRY_OK)
			crew_hand(crew);
	}
	if (err == SKERRY_OK)
		err = crew_drain(crew);
	crew_close(crew, clear_sheet);
	if (err == SKERRY_ERR_STORE_BUSY)
		desk_refuse(writing->desk, err, NULL,
			"Somebody changed what sites are told while the bundle was written; make "
			"it "
			"again.");
	return err;
}

/* --- what comes before the pages -------------------------------------------------------------- */

struct front {
	uint8_t head[BUNDLE_HEAD_MAX];
	uint8_t *index, *fans;
	struct bundle_entry *entries;
	uint8_t (*hashes)[BUNDLE_HASH_LEN];
};

static void
free_front(struct front *front)
{
	free(front->index);
	free(front->fans);
	free(front->entries);
	free(front->hashes);
}

static enum skerry_err
write_fans(const struct bundles *bundles, struct front *front)
{
	uint64_t at = 0;
	enum skerry_err err = SKERRY_OK;

	/* A writer has room for the largest page. */
	front->fans = malloc((size_t)bundles->fans_bytes + BUNDLE_PAGE_MAX);
	front->entries = calloc(bundles->fans_len + 1, sizeof *front->entries);
	front->hashes = calloc(bundles->fans_len + 1, sizeof *front->hashes);
	if (front->fans == NULL || front->entries == NULL || front->hashes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	for (size_t i = 0; i < bundles->fans_len && err == SKERRY_OK; i++) {
		size_t len = 0;

		err = bundles_write_fan(bundles, i, bundles->common_stored + at, front->fans + at,
			&len, &front->entries[i], front->hashes[i]);
		at += len;
	}
	return err == SKERRY_OK && at != bundles->fans_bytes ? SKERRY_ERR_INTERNAL : err;
}

/* Finds the first and the last site of each index page by the way that a site goes. */
static enum skerry_err
find_pages(const struct bundles *bundles, const struct bundle_index *index, const uint8_t *fans)
{
	size_t offset;

	for (size_t i = 0; i < bundles->pages_len; i++) {
		const struct bundles_page *page = &bundles->pages[i];
		const uint8_t *key = bundles->sites[page->first + page->sites - 1].key;
		struct bundle_entry entry;
		bool found = false;
		enum skerry_err err = SKERRY_OK;

		/* A fan is read whole each time: one page of each is enough. */
		if (i % bundles->fan != 0 && i + 1 != bundles->pages_len)
			continue;
		err = bundle_fan_find(index->fan, key, &found, &entry, &offset);
		if (err == SKERRY_OK && found)
			err = bundle_fan_find(
				(struct cbor_bytes){
					fans + (entry.place.offset - bundles->common_stored),
					(size_t)entry.place.len },
				key, &found, &entry, &offset);
		if (err != SKERRY_OK)
			return err;
		if (!found || entry.place.offset != page->offset || entry.place.len != page->len ||
			memcmp(entry.place.hash, page->hash, BUNDLE_HASH_LEN) != 0)
			return SKERRY_ERR_INTERNAL;
	}
	return SKERRY_OK;
}

/* As a site would: the chain's newest manifest is the desk's own, which it verified when it loaded it. */
static enum skerry_err
read_back(const struct writing *writing, const struct front *front)
{
	const struct bundles *bundles = writing->bundles;
	const struct manifest_key *key;
	struct bundle_index index;
	size_t offset;
	enum skerry_err err = exchange_open_index(writing->signing->trust,
		(struct cbor_bytes){ bundles->chain, bundles->chain_len },
		(struct cbor_bytes){ front->index, bundles->index_len }, &index, &key, &offset);

	if (err == SKERRY_OK &&
		(index.seq != bundles->summary.seq || index.common.len != bundles->common_len ||
			!exchange_is_stored(&index.common,
				(struct cbor_bytes){ bundles->common, bundles->common_stored })))
		err = SKERRY_ERR_INTERNAL;
	return err == SKERRY_OK ? find_pages(bundles, &index, front->fans) : err;
}

static enum skerry_err
make_front(const struct writing *writing, struct front *front)
{
	const struct bundles *bundles = writing->bundles;
	struct cbor_writer w;
	size_t head_len = 0, index_len = 0;
	enum skerry_err err = write_fans(bundles, front);

	front->index = malloc(BUNDLE_INDEX_MAX);
	if (front->index == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (err == SKERRY_OK)
		err = bundles_sign_index(
			writing->signing, bundles, front->entries, front->index, &index_len);
	if (err != SKERRY_OK)
		return err;
	cbor_writer_init(&w, front->head, sizeof front->head);
	bundle_head_write(&w, bundles->chain_len, index_len);
	err = cbor_writer_finish(&w, &head_len);
	if (err == SKERRY_OK && (head_len != bundles->head_len || index_len != bundles->index_len))
		err = SKERRY_ERR_INTERNAL;
	return err == SKERRY_OK ? read_back(writing, front) : err;
}

/* --- leaving --------------------------------------------------------------------------------- */

static enum skerry_err
put_pages(const struct writing *writing)
{
	uint8_t *piece = malloc(PIECE);
	enum skerry_err err = piece == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;
	ssize_t len = 1;

	if (err == SKERRY_OK && lseek(writing->spool, 0, SEEK_SET) != 0)
		err = SKERRY_ERR_IO;
	while (err == SKERRY_OK && len > 0) {
		len = read(writing->spool, piece, PIECE);
		if ((len < 0 && errno != EINTR) ||
			(len > 0 && !writing->put(writing->context, piece, (size_t)len)))
			err = SKERRY_ERR_IO;
		len = len < 0 ? 1 : len;
	}
	free(piece);
	return err;
}

static enum skerry_err
put_all(const struct writing *writing, const struct front *front)
{
	const struct bundles *bundles = writing->bundles;
	const struct cbor_bytes PARTS[] = { { front->head, bundles->head_len },
		{ bundles->chain, bundles->chain_len }, { front->index, bundles->index_len },
		{ bundles->common, bundles->common_stored },
		{ front->fans, (size_t)bundles->fans_bytes } };

	for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
		if (PARTS[i].len > 0 &&
			!writing->put(writing->context, PARTS[i].data, PARTS[i].len))
			return SKERRY_ERR_IO;
	return put_pages(writing);
}

enum skerry_err
bundles_write(struct desk *desk, const struct signing *signing, struct bundles *bundles,
	bool (*put)(void *, const uint8_t *bytes, size_t len), void *context,
	struct bundles_summary *ret_summary)
{
	struct writing writing = { .desk = desk,
		.signing = signing,
		.bundles = bundles,
		.put = put,
		.context = context,
		.spool = -1 };
	struct front front = { .index = NULL };
	bool begun = false;
	enum skerry_err err = store_begin_reading(desk->store, &begun);

	if (err == SKERRY_OK)
		err = open_spool(desk, &writing.spool);
	if (err == SKERRY_OK)
		err = seal_pages(&writing);
	if (begun)
		store_rollback(desk->store);
	if (err == SKERRY_OK)
		err = make_front(&writing, &front);
	if (err == SKERRY_OK)
		err = put_all(&writing, &front);
	if (err == SKERRY_OK)
		*ret_summary = bundles->summary;
	free_front(&front);
	if (writing.spool >= 0)
		close(writing.spool);
	return err;
}
