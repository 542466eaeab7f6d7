/* SPDX-License-Identifier: ISC */
/*
 * A bundle at its site. The input is the file; changes to bytes of a good one, three each; or what a true
 * index promises: page 0, an index page, a page. It is read within its end, and taken whole or not at all.
 */
#include <stdlib.h>
#include <string.h>

#include "keys/exchange_seal.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "tests/unit/fixture_ceremony.h"
#include "verifier/exchange/bundle_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 16, FILE_MAX = 2 * INPUT_MAX, BOX_LEN = SEALED_BOX_OVERHEAD + SEALED_STEP };

enum part { PART_COMMON, PART_FAN, PART_PAGE, PARTS };

static const uint8_t SITE_ID[COSE_THUMBPRINT_LEN] = { 7 }, BUNDLE_ID[BUNDLE_ID_LEN] = { 1, 2, 3 };
static const uint8_t FIRST[BUNDLE_SORT_KEY_LEN], BOX[BOX_LEN];
static struct trust trust;
static struct key_pair issuing;
static uint8_t chain[MANIFEST_MAX], file[FILE_MAX], good[FILE_MAX];
static size_t chain_len, good_len;

static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* --- making one ------------------------------------------------------------------------------ */

static uint8_t fan_bytes[256], page_bytes[BOX_LEN + 64], hashes[PARTS + 1][HASH_LEN];

static size_t
write_page(void)
{
	uint8_t sort_key[BUNDLE_SORT_KEY_LEN];
	struct bundle_page_out page;
	struct cbor_writer w;

	hash_sort_key(BUNDLE_ID, SITE_ID, sort_key);
	cbor_writer_init(&w, page_bytes, sizeof page_bytes);
	bundle_page_begin(&w, &page, 1);
	bundle_page_put(&w, &page, sort_key, (struct cbor_bytes){ BOX, sizeof BOX });
	bundle_page_end(&w, &page);
	require(w.err == SKERRY_OK);
	return w.len;
}

static struct bundle_place
place_of(uint64_t offset, struct cbor_bytes stored, uint8_t hash[HASH_LEN])
{
	hash_sha256(stored.data, stored.len, hash);
	return (struct bundle_place){ offset, stored.len, stored.len, hash };
}

static size_t
write_fan(const struct bundle_place *page)
{
	const struct bundle_entry entry = { FIRST, *page };
	struct cbor_writer w;

	cbor_writer_init(&w, fan_bytes, sizeof fan_bytes);
	bundle_fan_write(&w, &entry, 1);
	require(w.err == SKERRY_OK);
	return w.len;
}

static void
append(struct cbor_writer *w, struct cbor_bytes bytes)
{
	require(w->len + bytes.len <= FILE_MAX);
	memcpy(w->bytes + w->len, bytes.data, bytes.len);
	w->len += bytes.len;
}

/* Head, chain, index over these three, in their order. */
static size_t
write_file(uint8_t *ret_file, const struct cbor_bytes parts[PARTS], struct bundle_index *index,
	const struct bundle_entry *entry)
{
	static uint8_t signed_index[BUNDLE_INDEX_MAX];
	uint8_t chain_hash[HASH_LEN];
	struct cbor_writer w;
	size_t index_len;

	hash_sha256(chain, chain_len, chain_hash);
	index->issued_at = CEREMONY_TODAY;
	index->id = BUNDLE_ID;
	index->seq = 1;
	index->chain_hash = chain_hash;
	require(exchange_sign_index(&issuing, index, entry, 1, signed_index, sizeof signed_index,
			&index_len) == SKERRY_OK);
	cbor_writer_init(&w, ret_file, FILE_MAX);
	bundle_head_write(&w, chain_len, index_len);
	require(w.err == SKERRY_OK);
	append(&w, (struct cbor_bytes){ chain, chain_len });
	append(&w, (struct cbor_bytes){ signed_index, index_len });
	for (unsigned i = 0; i < PARTS; i++)
		append(&w, parts[i]);
	return w.len;
}

/* A good one, but for the part that the input stands for. */
static size_t
make(enum part part, struct cbor_bytes input, uint8_t *ret_file)
{
	/* An empty array of lists, packed (level 0). */
	static const uint8_t NONE[] = { 0x78, 0x01, 0x01, 1, 0, 0xfe, 0xff, 0x80, 0, 0x81, 0,
		0x81 };
	struct cbor_bytes parts[PARTS] = { { NONE, sizeof NONE }, { fan_bytes, 0 },
		{ page_bytes, 0 } };
	struct bundle_index index = { .seq = 1 };
	struct bundle_entry entry = { .first = FIRST };
	struct bundle_place page;

	parts[PART_PAGE].len = write_page();
	if (part != PARTS)
		parts[part] = input;
	index.common = place_of(0, parts[PART_COMMON], hashes[0]);
	index.common.len = part == PART_COMMON ? INPUT_MAX : 1;
	/* Behind page 0 the page, and then the index page, so that it can say where that is. */
	page = place_of(parts[PART_COMMON].len, parts[PART_PAGE], hashes[1]);
	if (part != PART_FAN)
		parts[PART_FAN].len = write_fan(&page);
	entry.place =
		place_of(parts[PART_COMMON].len + parts[PART_PAGE].len, parts[PART_FAN], hashes[2]);
	return write_file(ret_file,
		(const struct cbor_bytes[PARTS]){
			parts[PART_COMMON], parts[PART_PAGE], parts[PART_FAN] },
		&index, &entry);
}

static void
begin(void)
{
	struct manifest *manifest = malloc(sizeof *manifest);
	const uint8_t root = 1;
	size_t offset;

	require(manifest != NULL && random_start() == SKERRY_OK);
	ceremony_manifest(manifest, 1, 1, 1);
	chain_len = ceremony_sign_manifest(manifest, &root, 1, chain);
	require(trust_anchor(&trust, chain, chain_len, &offset) == SKERRY_OK);
	issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	good_len = make(PARTS, (struct cbor_bytes){ NULL, 0 }, good);
	free(manifest);
}

/* --- reading it ------------------------------------------------------------------------------ */

static enum skerry_err
read_within(void *context, uint64_t offset, uint8_t *ret_bytes, size_t len)
{
	const struct cbor_bytes *bytes = context;

	require(offset <= bytes->len && len <= bytes->len - offset);
	memcpy(ret_bytes, bytes->data + offset, len);
	return SKERRY_OK;
}

/* Number of boxes; -1: refused. */
static int
open_bytes(const uint8_t *data, size_t size)
{
	static const struct bundle_in NOTHING;
	struct cbor_bytes bytes = { data, size };
	struct bundle_source source = { read_within, &bytes, size };
	struct bundle_in bundle;
	size_t offset;
	enum skerry_err err = bundle_in_open(&source, &trust, SITE_ID, &bundle, &offset);
	int boxes = err == SKERRY_OK ? (int)bundle.boxes : -1;

	require(err == SKERRY_OK || memcmp(&bundle, &NOTHING, sizeof bundle) == 0);
	require(bundle.documents_len == bundle.manifests + bundle.lists + bundle.boxes);
	for (size_t i = 0; i < bundle.documents_len; i++)
		require(bundle.documents[i].bytes.data != NULL &&
			bundle.documents[i].bytes.len > 0);
	bundle_in_free(&bundle);
	return boxes;
}

static void
open_changed(const uint8_t *data, size_t size)
{
	memcpy(file, good, good_len);
	for (size_t i = 0; i + 2 < size && i < 3 * 64; i += 3)
		file[((size_t)data[i] << 8 | data[i + 1]) % good_len] = data[i + 2];
	/* No byte of it is without a hash or a signature. */
	require(open_bytes(file, good_len) == (memcmp(file, good, good_len) == 0 ? 1 : -1));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct cbor_bytes input = { data, size };

	if (size == 0 || size > INPUT_MAX)
		return 0;
	if (good_len == 0)
		begin();
	open_bytes(data, size);
	if (size % (PARTS + 1) == PARTS)
		open_changed(data, size);
	else
		open_bytes(file, make((enum part)(size % (PARTS + 1)), input, file));
	return 0;
}
