/* SPDX-License-Identifier: ISC */
#include "status_list.h"

#include "claims.h"

enum {
	CLAIM_STATUS_LIST = 65533,
	LIST_NAMES_MAX = 8, /* entries of the inner map */
	LIST_NAME_MAX = 32,
	ENTRY_MASK = 3, /* of STATUS_LIST_BITS */
	ENTRIES_PER_BYTE = 8 / STATUS_LIST_BITS
};

static bool
is_width(uint64_t bits)
{
	return bits == 1 || bits == 2 || bits == 4 || bits == 8;
}

static void
read_bits(struct cbor_reader *r, struct status_list *list)
{
	size_t at = r->at;

	list->bits = (unsigned)cbor_read_uint(r, UINT32_MAX);
	if (!is_width(list->bits))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
}

static void
read_packed(struct cbor_reader *r, struct status_list *list)
{
	size_t at = r->at;

	list->packed = cbor_read_bytes(r, STATUS_LIST_PACKED_MAX);
	if (list->packed.len == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
}

/* A map of names: what the draft has none for is critical, as a text label is anywhere. */
static void
read_list(struct cbor_reader *r, struct status_list *list)
{
	size_t map_at = r->at, name_at;
	struct cbor_text name;
	struct cbor_map map;

	cbor_map_begin(r, LIST_NAMES_MAX, &map);
	for (;;) {
		name_at = r->at;
		if (!cbor_map_name(r, &map, LIST_NAME_MAX, &name))
			break;
		if (cbor_text_equals(name, "bits"))
			read_bits(r, list);
		else if (cbor_text_equals(name, "lst"))
			read_packed(r, list);
		else if (cbor_text_equals(name, "aggregation_uri"))
			cbor_skip(r);
		else
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_CRITICAL, name_at);
	}
	if (list->bits == 0 || list->packed.len == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_MISSING, map_at);
}

static void
read_claims(struct cbor_reader *r, struct status_list *list)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case CLAIM_SUB:
			list->uri = claims_read_text(r, STATUS_LIST_URI_MAX);
			break;
		case CLAIM_IAT:
			list->issued_at = claims_read_date(r);
			break;
		case CLAIM_STATUS_LIST:
			read_list(r, list);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims, CLAIMS_BIT(CLAIM_SUB) | CLAIMS_BIT(CLAIM_IAT));
	if (list->packed.len == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_MISSING, claims.at);
}

enum skerry_err
status_list_parse(struct cbor_bytes payload, struct status_list *ret_list, size_t *ret_offset)
{
	struct status_list list = { 0 };
	struct cbor_reader r;
	enum skerry_err err;

	cbor_reader_init(&r, payload.data, payload.len);
	if (payload.len > STATUS_LIST_PAYLOAD_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, STATUS_LIST_PAYLOAD_MAX);
	read_claims(&r, &list);
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_list = list;
	return err;
}

static void
write_claims(struct cbor_writer *w, const struct status_list *list)
{
	struct cbor_map_out map, inner;

	cbor_map_open(w, &map);
	claims_put_text(w, &map, CLAIM_SUB, list->uri);
	cbor_map_put_label(w, &map, CLAIM_IAT);
	cbor_write_int(w, list->issued_at);
	cbor_map_put_label(w, &map, CLAIM_STATUS_LIST);
	cbor_map_open(w, &inner);
	cbor_map_put_name(w, &inner, cbor_text_from_chars("lst"));
	cbor_write_bytes(w, list->packed.data, list->packed.len);
	cbor_map_put_name(w, &inner, cbor_text_from_chars("bits"));
	cbor_write_uint(w, list->bits);
	cbor_map_close(w, &inner);
	cbor_map_close(w, &map);
}

void
status_list_write(struct cbor_writer *w, const struct status_list *list)
{
	size_t start = w->len, offset;
	struct status_list read_back;

	write_claims(w, list);
	if (w->err != SKERRY_OK)
		return;
	/* The reader is the one judge of what may be signed. */
	claims_write_judge(
		w, status_list_parse((struct cbor_bytes){ w->bytes + start, w->len - start },
			   &read_back, &offset));
}

enum status_list_value
status_list_get(const uint8_t *bytes, size_t bytes_len, unsigned bits, uint64_t index)
{
	unsigned per_byte, shift, value;

	if (!is_width(bits))
		return STATUS_LIST_NO_WORD;
	per_byte = 8 / bits;
	if (index / per_byte >= bytes_len)
		return STATUS_LIST_NO_WORD;
	shift = (unsigned)(index % per_byte) * bits;
	value = bytes[index / per_byte] >> shift & ((1u << bits) - 1);
	return value <= STATUS_LIST_SUSPENDED ? (enum status_list_value)value : STATUS_LIST_NO_WORD;
}

void
status_list_set(uint8_t *bytes, uint64_t index, enum status_list_value value)
{
	unsigned shift = (unsigned)(index % ENTRIES_PER_BYTE) * STATUS_LIST_BITS;
	unsigned kept = bytes[index / ENTRIES_PER_BYTE] & ~((unsigned)ENTRY_MASK << shift);

	bytes[index / ENTRIES_PER_BYTE] = (uint8_t)(kept | ((unsigned)value & ENTRY_MASK) << shift);
}

size_t
status_list_size(uint64_t count)
{
	return (size_t)(count / ENTRIES_PER_BYTE + (count % ENTRIES_PER_BYTE != 0));
}
