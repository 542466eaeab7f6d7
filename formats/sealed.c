/* SPDX-License-Identifier: ISC */
#include "sealed.h"

#include <string.h>

#include "claims.h"
#include "cose.h"

enum { MARK_MAX = 32 };

static const char *
mark_of(enum sealed_kind kind)
{
	switch (kind) {
	case SEALED_REQUEST:
		return SEALED_REQUEST_MARK;
	case SEALED_REPLY:
		return SEALED_REPLY_MARK;
	}
	return NULL;
}

static void
read_kind(struct cbor_reader *r, struct sealed *sealed)
{
	size_t at = r->at;
	struct cbor_text mark = cbor_read_text(r, MARK_MAX);

	if (cbor_text_equals(mark, SEALED_REQUEST_MARK))
		sealed->kind = SEALED_REQUEST;
	else if (cbor_text_equals(mark, SEALED_REPLY_MARK))
		sealed->kind = SEALED_REPLY;
	else
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
}

static void
read_kid(struct cbor_reader *r, struct sealed *sealed)
{
	const uint8_t *kid = cbor_read_fixed(r, COSE_KID_LEN);

	if (kid != NULL)
		memcpy(sealed->kid, kid, COSE_KID_LEN);
}

static void
read_box(struct cbor_reader *r, struct sealed *sealed)
{
	size_t at = r->at;

	sealed->box = cbor_read_bytes(r, SEALED_BOX_MAX);
	if (!sealed_is_box_len(sealed->box.len))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
}

enum skerry_err
sealed_parse(const uint8_t *bytes, size_t bytes_len, struct sealed *ret_sealed, size_t *ret_offset)
{
	struct sealed sealed = { 0 };
	struct cbor_reader r;
	enum skerry_err err;

	cbor_reader_init(&r, bytes, bytes_len);
	if (bytes_len > SEALED_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, SEALED_MAX);
	if (claims_tuple_begin(&r, 3)) {
		read_kind(&r, &sealed);
		read_kid(&r, &sealed);
		read_box(&r, &sealed);
		cbor_array_end(&r);
	}
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_sealed = sealed;
	return err;
}

void
sealed_write(struct cbor_writer *w, const struct sealed *sealed)
{
	const char *mark = mark_of(sealed->kind);

	if (mark == NULL || !sealed_is_box_len(sealed->box.len)) {
		cbor_writer_fail(w, SKERRY_ERR_CLAIM_VALUE);
		return;
	}
	cbor_write_array(w, 3);
	cbor_write_chars(w, mark);
	cbor_write_bytes(w, sealed->kid, COSE_KID_LEN);
	cbor_write_bytes(w, sealed->box.data, sealed->box.len);
}

bool
sealed_is_box_len(size_t len)
{
	return len >= SEALED_BOX_OVERHEAD + SEALED_STEP && len <= SEALED_BOX_MAX &&
	       (len - SEALED_BOX_OVERHEAD) % SEALED_STEP == 0;
}

size_t
sealed_padded(size_t len)
{
	if (len == 0 || len > SEALED_PLAIN_MAX)
		return 0;
	return (len + SEALED_STEP - 1) / SEALED_STEP * SEALED_STEP;
}

enum skerry_err
sealed_trim(
	const uint8_t *bytes, size_t bytes_len, struct cbor_bytes *ret_document, size_t *ret_offset)
{
	struct cbor_reader r;

	cbor_reader_init(&r, bytes, bytes_len);
	cbor_tag_begin(&r, COSE_TAG_SIGN1);
	cbor_skip(&r);
	cbor_tag_end(&r);
	for (size_t at = r.at; r.err == SKERRY_OK && at < bytes_len; at++)
		if (bytes[at] != 0)
			cbor_reader_fail(&r, SKERRY_ERR_CBOR_TRAILING, at);
	if (r.err == SKERRY_OK)
		*ret_document = (struct cbor_bytes){ bytes, r.at };
	else
		*ret_offset = r.err_offset;
	return r.err;
}
