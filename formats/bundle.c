/* SPDX-License-Identifier: ISC */
#include "bundle.h"

#include "bundle_fan.h"
#include "claims.h"
#include "manifest.h"

enum {
	INDEX_VERSION = 1,
	INDEX_SEQ = 2,
	INDEX_CHAIN_HASH = 3,
	INDEX_AUDIT = 4,
	INDEX_COMMON = 5,
	INDEX_FAN = 6
};

/* --- head ------------------------------------------------------------------------------------ */

static bool
is_mark(struct cbor_text text)
{
	return cbor_text_equals(text, BUNDLE_MARK);
}

enum skerry_err
bundle_head_parse(
	const uint8_t *bytes, size_t bytes_len, struct bundle_head *ret_head, size_t *ret_offset)
{
	struct bundle_head head = { 0 };
	struct cbor_reader r;

	cbor_reader_init(&r, bytes, bytes_len);
	claims_tuple_begin(&r, 3);
	claims_read_form(&r, sizeof BUNDLE_MARK - 1, is_mark);
	head.chain_len = claims_read_positive(&r, BUNDLE_CHAIN_MAX);
	head.index_len = claims_read_positive(&r, BUNDLE_INDEX_MAX);
	cbor_array_end(&r);
	if (r.err != SKERRY_OK) {
		*ret_offset = r.err_offset;
		return r.err;
	}
	head.head_len = r.at;
	*ret_head = head;
	return SKERRY_OK;
}

void
bundle_head_write(struct cbor_writer *w, uint64_t chain_len, uint64_t index_len)
{
	size_t start = w->len, offset;
	struct bundle_head read_back;

	cbor_write_array(w, 3);
	cbor_write_chars(w, BUNDLE_MARK);
	cbor_write_uint(w, chain_len);
	cbor_write_uint(w, index_len);
	if (w->err != SKERRY_OK)
		return;
	claims_write_judge(
		w, bundle_head_parse(w->bytes + start, w->len - start, &read_back, &offset));
}

/* --- chain ----------------------------------------------------------------------------------- */

enum skerry_err
bundle_chain_next(
	struct cbor_bytes chain, size_t *at, struct cbor_bytes *ret_manifest, size_t *ret_offset)
{
	enum { PARTS = 4 };
	struct cbor_reader r;

	cbor_reader_init(&r, chain.data, chain.len);
	r.at = *at;
	cbor_tag_begin(&r, COSE_TAG_SIGN);
	claims_tuple_begin(&r, PARTS);
	for (unsigned part = 0; part < PARTS; part++)
		cbor_skip(&r);
	cbor_array_end(&r);
	cbor_tag_end(&r);
	if (r.err == SKERRY_OK && r.at - *at > MANIFEST_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, *at + MANIFEST_MAX);
	if (r.err != SKERRY_OK) {
		*ret_offset = r.err_offset;
		return r.err;
	}
	*ret_manifest = (struct cbor_bytes){ chain.data + *at, r.at - *at };
	*at = r.at;
	return SKERRY_OK;
}

/* --- index ----------------------------------------------------------------------------------- */

static void
read_audit(struct cbor_reader *r, struct bundle_index *index)
{
	if (!claims_tuple_begin(r, 2))
		return;
	index->audit_seq = claims_read_positive(r, LICENSE_COUNTER_MAX);
	index->audit_hash = cbor_read_fixed(r, BUNDLE_HASH_LEN);
	cbor_array_end(r);
}

static void
read_common(struct cbor_reader *r, struct bundle_index *index)
{
	size_t at = r->at;

	if (!claims_tuple_begin(r, 4))
		return;
	bundle_place_read(r, true, at, &index->common);
	cbor_array_end(r);
}

static void
read_fan(struct cbor_reader *r, struct bundle_index *index)
{
	size_t at = r->at;

	bundle_fan_read(r, NULL, NULL);
	index->fan = (struct cbor_bytes){ r->bytes + at, r->at - at };
}

static void
read_private(struct cbor_reader *r, struct bundle_index *index)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case INDEX_VERSION:
			claims_read_version(r, BUNDLE_FORMAT_VERSION);
			break;
		case INDEX_SEQ:
			index->seq = claims_read_positive(r, LICENSE_COUNTER_MAX);
			break;
		case INDEX_CHAIN_HASH:
			index->chain_hash = cbor_read_fixed(r, BUNDLE_HASH_LEN);
			break;
		case INDEX_AUDIT:
			read_audit(r, index);
			break;
		case INDEX_COMMON:
			read_common(r, index);
			break;
		case INDEX_FAN:
			read_fan(r, index);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims,
		CLAIMS_BIT(INDEX_VERSION) | CLAIMS_BIT(INDEX_SEQ) | CLAIMS_BIT(INDEX_CHAIN_HASH) |
			CLAIMS_BIT(INDEX_COMMON) | CLAIMS_BIT(INDEX_FAN));
}

static void
read_claims(struct cbor_reader *r, struct bundle_index *index)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case CLAIM_IAT:
			index->issued_at = claims_read_date(r);
			break;
		case CLAIM_CTI:
			index->id = cbor_read_fixed(r, BUNDLE_ID_LEN);
			break;
		case CLAIM_SKERRY:
			read_private(r, index);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(
		r, &claims, CLAIMS_BIT(CLAIM_IAT) | CLAIMS_BIT(CLAIM_CTI) | CLAIMS_BIT_SKERRY);
}

enum skerry_err
bundle_index_parse(struct cbor_bytes payload, struct bundle_index *ret_index, size_t *ret_offset)
{
	struct bundle_index index = { 0 };
	struct cbor_reader r;
	enum skerry_err err;

	cbor_reader_init(&r, payload.data, payload.len);
	if (payload.len > BUNDLE_PAYLOAD_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, BUNDLE_PAYLOAD_MAX);
	read_claims(&r, &index);
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_index = index;
	return err;
}

static void
put_fixed(struct cbor_writer *w, struct cbor_map_out *map, int64_t label, const uint8_t *bytes,
	size_t len)
{
	cbor_map_put_label(w, map, label);
	/* What is not there is written as what the reader refuses. */
	cbor_write_bytes(w, bytes, bytes == NULL ? 0 : len);
}

static void
write_private(struct cbor_writer *w, const struct bundle_index *index,
	const struct bundle_entry *entries, size_t entries_len)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	claims_put_uint(w, &map, INDEX_VERSION, BUNDLE_FORMAT_VERSION);
	claims_put_uint(w, &map, INDEX_SEQ, index->seq);
	put_fixed(w, &map, INDEX_CHAIN_HASH, index->chain_hash, BUNDLE_HASH_LEN);
	if (index->audit_seq > 0 || index->audit_hash != NULL) {
		cbor_map_put_label(w, &map, INDEX_AUDIT);
		cbor_write_array(w, 2);
		cbor_write_uint(w, index->audit_seq);
		cbor_write_bytes(
			w, index->audit_hash, index->audit_hash == NULL ? 0 : BUNDLE_HASH_LEN);
	}
	cbor_map_put_label(w, &map, INDEX_COMMON);
	cbor_write_array(w, 4);
	bundle_place_write(w, &index->common);
	cbor_map_put_label(w, &map, INDEX_FAN);
	bundle_fan_put(w, entries, entries_len);
	cbor_map_close(w, &map);
}

void
bundle_index_write(struct cbor_writer *w, const struct bundle_index *index,
	const struct bundle_entry *entries, size_t entries_len)
{
	size_t start = w->len, offset;
	struct bundle_index read_back;
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	cbor_map_put_label(w, &map, CLAIM_IAT);
	cbor_write_int(w, index->issued_at);
	put_fixed(w, &map, CLAIM_CTI, index->id, BUNDLE_ID_LEN);
	cbor_map_put_label(w, &map, CLAIM_SKERRY);
	write_private(w, index, entries, entries_len);
	cbor_map_close(w, &map);
	if (w->err != SKERRY_OK)
		return;
	/* The reader is the one judge of what may be signed. */
	claims_write_judge(
		w, bundle_index_parse((struct cbor_bytes){ w->bytes + start, w->len - start },
			   &read_back, &offset));
}
