/* SPDX-License-Identifier: ISC */
#include "cose.h"

#include <string.h>

/* Labels of protected headers (RFC 9052, section 3.1; RFC 9596). */
enum { HEADER_ALG = 1, HEADER_KID = 4, HEADER_TYP = 16 };

/* Which of them a protected header holds. */
enum { HAS_ALG = 1, HAS_KID = 2, HAS_TYP = 4 };

/* The two algorithms as they are encoded. */
enum { ENCODED_EDDSA = 0x27, ENCODED_ED25519 = 0x32 };

enum { SIGN1_PARTS = 4, SIGN_PARTS = 4, SIGNER_PARTS = 3 };

struct protected_header {
	struct cbor_bytes bytes;
	enum cose_alg alg;
	uint8_t kid[COSE_KID_LEN];
	struct cbor_text type;
};

/* Opens an array of exactly `count` entries. */
static void
begin_parts(struct cbor_reader *r, size_t count)
{
	size_t at = r->at;

	if (cbor_array_begin(r, count) != count)
		cbor_reader_fail(r, SKERRY_ERR_CBOR_COUNT, at);
}

/* Takes the next item if it is of `type`; tells any other item of the profile as `err`. */
static bool
item_is(struct cbor_reader *r, enum cbor_type type, enum skerry_err err)
{
	size_t at = r->at;

	if (cbor_peek(r) == type)
		return true;
	cbor_skip(r);
	cbor_reader_fail(r, err, at);
	return false;
}

static enum cose_alg
read_alg(struct cbor_reader *r)
{
	size_t at = r->at;

	cbor_skip(r);
	if (r->err == SKERRY_OK && r->bytes[at] == ENCODED_EDDSA)
		return COSE_ALG_EDDSA;
	if (r->err == SKERRY_OK && r->bytes[at] == ENCODED_ED25519)
		return COSE_ALG_ED25519;
	cbor_reader_fail(r, SKERRY_ERR_COSE_ALGORITHM, at);
	return COSE_ALG_NONE;
}

static void
read_kid(struct cbor_reader *r, uint8_t ret_kid[COSE_KID_LEN])
{
	size_t at = r->at;
	struct cbor_bytes kid;

	if (!item_is(r, CBOR_BYTES, SKERRY_ERR_COSE_KID))
		return;
	kid = cbor_read_bytes(r, SIZE_MAX);
	if (kid.len == COSE_KID_LEN)
		memcpy(ret_kid, kid.data, COSE_KID_LEN);
	else
		cbor_reader_fail(r, SKERRY_ERR_COSE_KID, at);
}

static struct cbor_text
read_type(struct cbor_reader *r)
{
	size_t at = r->at;
	struct cbor_text type = { NULL, 0 };

	if (!item_is(r, CBOR_TEXT, SKERRY_ERR_COSE_TYPE))
		return type;
	type = cbor_read_text(r, SIZE_MAX);
	if (type.len > COSE_TYPE_MAX)
		cbor_reader_fail(r, SKERRY_ERR_COSE_TYPE, at);
	return type;
}

/* Reads one header whose key stood at `at`, and returns which it is. */
static unsigned
read_header(struct cbor_reader *r, int64_t label, size_t at, struct protected_header *header)
{
	switch (label) {
	case HEADER_ALG:
		header->alg = read_alg(r);
		return HAS_ALG;
	case HEADER_KID:
		read_kid(r, header->kid);
		return HAS_KID;
	case HEADER_TYP:
		header->type = read_type(r);
		return HAS_TYP;
	default:
		cbor_reader_fail(r, SKERRY_ERR_COSE_HEADER_UNKNOWN, at);
		return 0;
	}
}

/* Reads the encoded map that a protected header holds; it must have exactly the headers `wanted`. */
static void
read_headers(struct cbor_reader *r, unsigned wanted, struct protected_header *header)
{
	size_t start = r->at, at;
	unsigned has = 0;
	struct cbor_map map;
	struct cbor_text name;
	int64_t label = 0;
	bool is_label;

	cbor_map_begin(r, CBOR_COUNT_MAX, &map);
	for (at = r->at; cbor_map_key(r, &map, &label, &name, &is_label); at = r->at) {
		unsigned one = read_header(r, is_label ? label : 0, at, header);

		if ((one & wanted) == 0)
			cbor_reader_fail(r, SKERRY_ERR_COSE_HEADER_UNKNOWN, at);
		has |= one;
	}
	if (has != wanted)
		cbor_reader_fail(r, SKERRY_ERR_COSE_HEADER_MISSING, start);
}

/* Reads the byte string of a protected header, and with a second reader what is inside. */
static void
read_protected(struct cbor_reader *r, unsigned wanted, struct protected_header *ret_header)
{
	size_t at = r->at, inner_offset;
	struct cbor_reader inner;

	ret_header->bytes = cbor_read_bytes(r, COSE_PROTECTED_MAX);
	if (r->err != SKERRY_OK)
		return;
	/* RFC 9052 writes an empty map as an empty string. */
	if (ret_header->bytes.len == 0) {
		cbor_reader_fail(r, SKERRY_ERR_COSE_HEADER_MISSING, at);
		return;
	}
	/* It sees the message up to the end of the string, so that offsets are the message's. */
	cbor_reader_init(&inner, r->bytes, r->at);
	inner.at = r->at - ret_header->bytes.len;
	read_headers(&inner, wanted, ret_header);
	if (cbor_reader_finish(&inner, &inner_offset) != SKERRY_OK)
		cbor_reader_fail(r, inner.err, inner_offset);
}

static void
read_unprotected(struct cbor_reader *r)
{
	struct cbor_map map;
	struct cbor_text name;
	int64_t label;
	bool is_label;
	size_t at;

	cbor_map_begin(r, CBOR_COUNT_MAX, &map);
	at = r->at;
	if (cbor_map_key(r, &map, &label, &name, &is_label))
		cbor_reader_fail(r, SKERRY_ERR_COSE_UNPROTECTED, at);
}

static const uint8_t *
read_signature(struct cbor_reader *r)
{
	size_t at = r->at;
	struct cbor_bytes signature = cbor_read_bytes(r, SIZE_MAX);

	if (signature.len == COSE_SIGNATURE_LEN)
		return signature.data;
	cbor_reader_fail(r, SKERRY_ERR_COSE_SIGNATURE_LENGTH, at);
	return NULL;
}

static struct cbor_bytes
read_payload(struct cbor_reader *r, size_t *ret_offset)
{
	struct cbor_bytes payload = cbor_read_bytes(r, SIZE_MAX);

	*ret_offset = r->at - payload.len;
	return payload;
}

enum skerry_err
cose_sign1_parse(
	const uint8_t *bytes, size_t bytes_len, struct cose_sign1 *ret_message, size_t *ret_offset)
{
	struct cbor_reader r;
	struct protected_header header = { .alg = COSE_ALG_NONE };
	struct cose_sign1 message = { .alg = COSE_ALG_NONE };
	enum skerry_err err;

	cbor_reader_init(&r, bytes, bytes_len);
	cbor_tag_begin(&r, COSE_TAG_SIGN1);
	begin_parts(&r, SIGN1_PARTS);
	read_protected(&r, HAS_ALG | HAS_KID | HAS_TYP, &header);
	read_unprotected(&r);
	message.payload = read_payload(&r, &message.payload_offset);
	message.signature = read_signature(&r);
	cbor_array_end(&r);
	cbor_tag_end(&r);
	err = cbor_reader_finish(&r, ret_offset);
	if (err != SKERRY_OK)
		return err;

	message.alg = header.alg;
	memcpy(message.kid, header.kid, COSE_KID_LEN);
	message.type = header.type;
	message.protected_bytes = header.bytes;
	*ret_message = message;
	return SKERRY_OK;
}

static void
read_signer(struct cbor_reader *r, struct cose_signer *ret_signer)
{
	struct protected_header header = { .alg = COSE_ALG_NONE };

	begin_parts(r, SIGNER_PARTS);
	read_protected(r, HAS_ALG | HAS_KID, &header);
	read_unprotected(r);
	ret_signer->signature = read_signature(r);
	cbor_array_end(r);
	ret_signer->alg = header.alg;
	memcpy(ret_signer->kid, header.kid, COSE_KID_LEN);
	ret_signer->protected_bytes = header.bytes;
}

/* Ascending order, so that one key is not counted twice and a set has one encoding. */
static void
read_signers(struct cbor_reader *r, struct cose_sign *message)
{
	message->signers_len = cbor_array_begin(r, COSE_SIGNERS_MAX);
	for (size_t i = 0; i < message->signers_len && r->err == SKERRY_OK; i++) {
		struct cose_signer *signer = &message->signers[i];
		size_t at = r->at;

		read_signer(r, signer);
		if (i > 0 && memcmp(signer[-1].kid, signer->kid, COSE_KID_LEN) >= 0)
			cbor_reader_fail(r, SKERRY_ERR_COSE_SIGNERS, at);
	}
	cbor_array_end(r);
}

enum skerry_err
cose_sign_parse(
	const uint8_t *bytes, size_t bytes_len, struct cose_sign *ret_message, size_t *ret_offset)
{
	struct cbor_reader r;
	struct protected_header header = { .alg = COSE_ALG_NONE };
	struct cose_sign message = { .signers_len = 0 };
	enum skerry_err err;

	cbor_reader_init(&r, bytes, bytes_len);
	cbor_tag_begin(&r, COSE_TAG_SIGN);
	begin_parts(&r, SIGN_PARTS);
	read_protected(&r, HAS_TYP, &header);
	read_unprotected(&r);
	message.payload = read_payload(&r, &message.payload_offset);
	read_signers(&r, &message);
	cbor_array_end(&r);
	cbor_tag_end(&r);
	err = cbor_reader_finish(&r, ret_offset);
	if (err != SKERRY_OK)
		return err;

	message.type = header.type;
	message.protected_bytes = header.bytes;
	*ret_message = message;
	return SKERRY_OK;
}

enum skerry_err
cose_protected_write(enum cose_alg alg, const uint8_t kid[COSE_KID_LEN], const char *type,
	uint8_t ret_bytes[COSE_PROTECTED_MAX], size_t *ret_len)
{
	struct cbor_writer w;
	struct cbor_map_out map;

	if (alg != COSE_ALG_NONE && alg != COSE_ALG_EDDSA && alg != COSE_ALG_ED25519)
		return SKERRY_ERR_ARGUMENT;
	if (type == NULL ? alg == COSE_ALG_NONE : strlen(type) > COSE_TYPE_MAX)
		return SKERRY_ERR_ARGUMENT;
	cbor_writer_init(&w, ret_bytes, COSE_PROTECTED_MAX);
	cbor_map_open(&w, &map);
	if (alg != COSE_ALG_NONE) {
		cbor_map_put_label(&w, &map, HEADER_ALG);
		cbor_write_int(&w, alg);
		cbor_map_put_label(&w, &map, HEADER_KID);
		cbor_write_bytes(&w, kid, COSE_KID_LEN);
	}
	if (type != NULL) {
		cbor_map_put_label(&w, &map, HEADER_TYP);
		cbor_write_chars(&w, type);
	}
	cbor_map_close(&w, &map);
	return cbor_writer_finish(&w, ret_len);
}

static void
write_bytes(struct cbor_writer *w, struct cbor_bytes bytes)
{
	cbor_write_bytes(w, bytes.data, bytes.len);
}

enum skerry_err
cose_sign1_tbs(struct cbor_bytes protected_bytes, struct cbor_bytes payload, uint8_t *ret_bytes,
	size_t bytes_max, size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_bytes, bytes_max);
	cbor_write_array(&w, 4);
	cbor_write_chars(&w, "Signature1");
	write_bytes(&w, protected_bytes);
	cbor_write_bytes(&w, NULL, 0); /* external_aad */
	write_bytes(&w, payload);
	return cbor_writer_finish(&w, ret_len);
}

enum skerry_err
cose_sign_tbs(struct cbor_bytes body_protected, struct cbor_bytes sign_protected,
	struct cbor_bytes payload, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_bytes, bytes_max);
	cbor_write_array(&w, 5);
	cbor_write_chars(&w, "Signature");
	write_bytes(&w, body_protected);
	write_bytes(&w, sign_protected);
	cbor_write_bytes(&w, NULL, 0); /* external_aad */
	write_bytes(&w, payload);
	return cbor_writer_finish(&w, ret_len);
}

/* A message or signature begins with its protected and an empty unprotected header. */
static void
write_headers(struct cbor_writer *w, struct cbor_bytes protected_bytes)
{
	struct cbor_map_out unprotected;

	write_bytes(w, protected_bytes);
	cbor_map_open(w, &unprotected);
	cbor_map_close(w, &unprotected);
}

void
cose_sign1_write(struct cbor_writer *w, struct cbor_bytes protected_bytes,
	struct cbor_bytes payload, const uint8_t signature[COSE_SIGNATURE_LEN])
{
	cbor_write_tag(w, COSE_TAG_SIGN1);
	cbor_write_array(w, SIGN1_PARTS);
	write_headers(w, protected_bytes);
	write_bytes(w, payload);
	cbor_write_bytes(w, signature, COSE_SIGNATURE_LEN);
}

/* The signer with the lowest kid above `before`; any kid is above NULL. */
static const struct cose_signer *
next_signer(const struct cose_sign *message, const uint8_t *before)
{
	const struct cose_signer *next = NULL;

	for (size_t i = 0; i < message->signers_len; i++) {
		const struct cose_signer *signer = &message->signers[i];

		if ((before == NULL || memcmp(signer->kid, before, COSE_KID_LEN) > 0) &&
			(next == NULL || memcmp(signer->kid, next->kid, COSE_KID_LEN) < 0))
			next = signer;
	}
	return next;
}

void
cose_sign_write(struct cbor_writer *w, const struct cose_sign *message)
{
	const struct cose_signer *signer = NULL;

	if (message->signers_len > COSE_SIGNERS_MAX) {
		cbor_writer_fail(w, SKERRY_ERR_ARGUMENT);
		return;
	}
	cbor_write_tag(w, COSE_TAG_SIGN);
	cbor_write_array(w, SIGN_PARTS);
	write_headers(w, message->protected_bytes);
	write_bytes(w, message->payload);
	cbor_write_array(w, message->signers_len);
	for (size_t i = 0; i < message->signers_len; i++) {
		signer = next_signer(message, signer == NULL ? NULL : signer->kid);
		if (signer == NULL) {
			/* Fewer kids than signers: one is there twice. */
			cbor_writer_fail(w, SKERRY_ERR_COSE_SIGNERS);
			return;
		}
		cbor_write_array(w, SIGNER_PARTS);
		write_headers(w, signer->protected_bytes);
		cbor_write_bytes(w, signer->signature, COSE_SIGNATURE_LEN);
	}
}
