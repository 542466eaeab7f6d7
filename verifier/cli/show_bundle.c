/* SPDX-License-Identifier: ISC */
#include "show_bundle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "formats/cose.h"
#include "formats/diag.h"
#include "formats/manifest.h"
#include "verifier/show/sheet.h"

enum { HEX_MAX = 2 * BUNDLE_HASH_LEN };

/* What the front of a bundle tells. */
struct front {
	struct bundle_head head;
	struct cbor_bytes chain, index_document;
	uint64_t oldest, newest; /* manifest versions of the chain */
	size_t manifests;
	struct cose_sign1 message;
	struct bundle_index index;
	struct bundle_entry entries[BUNDLE_FAN_MAX];
	size_t entries_len;
	uint64_t pages_len;
};

static void
sheet_hex(const char *label, const uint8_t *bytes, size_t len)
{
	char hex[HEX_MAX + 1];

	for (size_t i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	sheet_chars(cli_show(), label, hex);
}

static enum skerry_err
read_manifest(struct cbor_bytes bytes, struct manifest *scratch, size_t *ret_offset)
{
	struct cose_sign message;
	enum skerry_err err = cose_sign_parse(bytes.data, bytes.len, &message, ret_offset);

	if (err != SKERRY_OK)
		return err;
	err = manifest_parse(message.payload, scratch, ret_offset);
	if (err != SKERRY_OK)
		*ret_offset += message.payload_offset;
	return err;
}

static enum skerry_err
read_chain(struct front *front, size_t *ret_offset)
{
	struct manifest *scratch = malloc(sizeof *scratch);
	enum skerry_err err = scratch == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;
	struct cbor_bytes manifest;
	size_t at = 0;

	while (err == SKERRY_OK && at < front->chain.len) {
		size_t begin = at;

		err = bundle_chain_next(front->chain, &at, &manifest, ret_offset);
		if (err != SKERRY_OK)
			break;
		err = read_manifest(manifest, scratch, ret_offset);
		if (err != SKERRY_OK) {
			*ret_offset += begin;
			break;
		}
		if (front->manifests++ == 0)
			front->oldest = scratch->version;
		front->newest = scratch->version;
	}
	free(scratch);
	return err;
}

static enum skerry_err
read_index(struct front *front, size_t *ret_offset)
{
	struct cbor_bytes document = front->index_document;
	enum skerry_err err =
		cose_sign1_parse(document.data, document.len, &front->message, ret_offset);

	if (err != SKERRY_OK)
		return err;
	err = bundle_index_parse(front->message.payload, &front->index, ret_offset);
	if (err != SKERRY_OK) {
		*ret_offset += front->message.payload_offset;
		return err;
	}
	/* The index was read with its fan: this one is well-formed. */
	return bundle_fan_parse(front->index.fan, front->entries, &front->entries_len, ret_offset);
}

static enum skerry_err
read_front(struct cbor_bytes document, uint64_t size, struct front *front, size_t *ret_offset)
{
	enum skerry_err err =
		bundle_head_parse(document.data, document.len, &front->head, ret_offset);
	size_t chain_at = front->head.head_len, index_at, end;

	if (err != SKERRY_OK)
		return err;
	index_at = chain_at + (size_t)front->head.chain_len;
	end = index_at + (size_t)front->head.index_len;
	if (document.len < end) {
		*ret_offset = document.len;
		return SKERRY_ERR_CBOR_TRUNCATED;
	}
	front->chain = (struct cbor_bytes){ document.data + chain_at, index_at - chain_at };
	front->index_document = (struct cbor_bytes){ document.data + index_at, end - index_at };
	front->pages_len = size - end;
	err = read_chain(front, ret_offset);
	if (err != SKERRY_OK) {
		*ret_offset += chain_at;
		return err;
	}
	err = read_index(front, ret_offset);
	if (err != SKERRY_OK)
		*ret_offset += index_at;
	return err;
}

static void
print_front(const struct front *front)
{
	const struct bundle_index *index = &front->index;

	sheet_hex("bundle", index->id, BUNDLE_ID_LEN);
	sheet_number(cli_show(), "number", index->seq);
	sheet_date(cli_show(), "issued at", index->issued_at);
	sheet_hex("signing key", front->message.kid, COSE_KID_LEN);
	sheet_format(cli_show(), "manifests", "version %" PRIu64 " to %" PRIu64 ", %zu bytes",
		front->oldest, front->newest, front->chain.len);
	if (index->audit_hash != NULL)
		sheet_format(cli_show(), "audit log", "at row %" PRIu64, index->audit_seq);
	sheet_format(
		cli_show(), "status lists", "packed, %" PRIu64 " bytes", index->common.stored_len);
	sheet_format(cli_show(), "pages", "%" PRIu64 " bytes below %zu index pages",
		front->pages_len, front->entries_len);
	sheet_chars(cli_show(), "readable by", "each site its own part alone");
}

static void
front_json(struct json *j, const struct front *front)
{
	const struct bundle_index *index = &front->index;

	json_name(j, "bundle");
	json_hex(j, index->id, BUNDLE_ID_LEN);
	json_name(j, "number");
	json_uint(j, index->seq);
	json_name(j, "issued_at");
	json_date(j, index->issued_at);
	json_name(j, "signing_key");
	json_hex(j, front->message.kid, COSE_KID_LEN);
	json_name(j, "oldest_manifest");
	json_uint(j, front->oldest);
	json_name(j, "newest_manifest");
	json_uint(j, front->newest);
	json_name(j, "chain_bytes");
	json_uint(j, front->chain.len);
	json_name(j, "chain_sha256");
	json_hex(j, index->chain_hash, BUNDLE_HASH_LEN);
	json_name(j, "audit_row");
	if (index->audit_hash == NULL)
		json_null(j);
	else
		json_uint(j, index->audit_seq);
	json_name(j, "audit_hash");
	if (index->audit_hash == NULL)
		json_null(j);
	else
		json_hex(j, index->audit_hash, BUNDLE_HASH_LEN);
	json_name(j, "status_lists_bytes");
	json_uint(j, index->common.stored_len);
	json_name(j, "index_pages");
	json_uint(j, front->entries_len);
	json_name(j, "pages_bytes");
	json_uint(j, front->pages_len);
}

enum skerry_err
show_bundle(struct json *j, struct cbor_bytes document, uint64_t size, size_t *ret_offset)
{
	struct front *front = calloc(1, sizeof *front);
	enum skerry_err err;

	*ret_offset = 0;
	if (front == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = read_front(document, size, front, ret_offset);
	if (err == SKERRY_OK && j == NULL)
		print_front(front);
	else if (err == SKERRY_OK)
		front_json(j, front);
	free(front);
	return err;
}

static enum skerry_err
write_items(struct cbor_bytes document, const struct front *front)
{
	struct cbor_bytes item = { document.data, front->head.head_len };
	size_t at = 0, offset;
	enum skerry_err err = diag_write(item.data, item.len, command_sink, stdout, &offset);

	while (err == SKERRY_OK && at < front->chain.len) {
		err = bundle_chain_next(front->chain, &at, &item, &offset);
		if (err == SKERRY_OK)
			err = diag_write(item.data, item.len, command_sink, stdout, &offset);
	}
	item = front->index_document;
	if (err == SKERRY_OK)
		err = diag_write(item.data, item.len, command_sink, stdout, &offset);
	if (err == SKERRY_OK)
		printf("/ pages: %" PRIu64 " bytes /\n", front->pages_len);
	return err;
}

enum skerry_err
show_bundle_diag(struct cbor_bytes document, uint64_t size, size_t *ret_offset)
{
	struct front *front = calloc(1, sizeof *front);
	enum skerry_err err;

	*ret_offset = 0;
	if (front == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = read_front(document, size, front, ret_offset);
	/* What was read is well-formed. */
	if (err == SKERRY_OK)
		err = write_items(document, front);
	free(front);
	return err;
}
