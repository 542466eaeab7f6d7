/* SPDX-License-Identifier: ISC */
#include "document.h"

#include <string.h>

#include "bundle.h"
#include "cose.h"
#include "fingerprint.h"
#include "license.h"
#include "manifest.h"
#include "proof.h"
#include "sealed.h"
#include "status_list.h"

enum {
	MARK_MAX = 32,
	MARKED_ITEMS_MAX = 16, /* items of an array that begins with a mark */
	KEY_LABELS_MAX = 4,
	KEY_TYPE_LABEL = 1, /* kty (RFC 9052, section 7) */
	KEY_TYPE_OKP = 1,
	TYPE_LABEL = 16 /* typ (RFC 9596) */
};

/* What tells each kind: a typ in the COSE header, or the text that begins a CBOR array. */
static const struct kind {
	enum document_kind kind;
	const char *name, *label, *type, *mark;
} KINDS[] = {
	{ DOCUMENT_LICENSE, "license", "LICENSE", LICENSE_TYPE, NULL },
	{ DOCUMENT_MANIFEST, "manifest", "MANIFEST", MANIFEST_TYPE, NULL },
	{ DOCUMENT_STATUS_LIST, "status list", "STATUS LIST", STATUS_LIST_TYPE, NULL },
	{ DOCUMENT_REQUEST, "request", "REQUEST", NULL, SEALED_REQUEST_MARK },
	{ DOCUMENT_REPLY, "reply", "REPLY", NULL, SEALED_REPLY_MARK },
	{ DOCUMENT_BUNDLE, "bundle", "BUNDLE", NULL, BUNDLE_MARK },
	{ DOCUMENT_SECRET_KEY, "secret key", "SECRET KEY", NULL, "skerry-key" },
	{ DOCUMENT_PUBLIC_KEY, "public key", "PUBLIC KEY", NULL, NULL },
	{ DOCUMENT_FINGERPRINT, "fingerprint", "FINGERPRINT", NULL, FINGERPRINT_MARK },
	{ DOCUMENT_PROOF, "proof", "PROOF", PROOF_TYPE, NULL },
};

enum { KINDS_LEN = sizeof KINDS / sizeof *KINDS };

const char *
document_kind_name(enum document_kind kind)
{
	for (size_t i = 0; i < KINDS_LEN; i++)
		if (KINDS[i].kind == kind)
			return KINDS[i].name;
	return "unknown document";
}

const char *
document_armor_label(enum document_kind kind)
{
	for (size_t i = 0; i < KINDS_LEN; i++)
		if (KINDS[i].kind == kind)
			return KINDS[i].label;
	return "DOCUMENT";
}

/* Blanks apart, since a line may have been folded inside a word. */
static bool
is_label(const char *label, const char *other)
{
	for (;; label++, other++) {
		label += strspn(label, " ");
		other += strspn(other, " ");
		if (*label != *other)
			return false;
		if (*label == '\0')
			return true;
	}
}

enum document_kind
document_kind_from_label(const char *label)
{
	for (size_t i = 0; i < KINDS_LEN; i++)
		if (is_label(KINDS[i].label, label))
			return KINDS[i].kind;
	return DOCUMENT_UNKNOWN;
}

static enum document_kind
kind_from_type(struct cbor_text type)
{
	for (size_t i = 0; i < KINDS_LEN; i++)
		if (KINDS[i].type != NULL && cbor_text_equals(type, KINDS[i].type))
			return KINDS[i].kind;
	return DOCUMENT_UNKNOWN;
}

/* typ out of a protected header, whatever else that holds. */
static enum document_kind
kind_from_protected(struct cbor_bytes header)
{
	struct cbor_text type = { NULL, 0 };
	struct cbor_reader r;
	struct cbor_map map;
	int64_t label;

	cbor_reader_init(&r, header.data, header.len);
	cbor_map_begin(&r, COSE_PROTECTED_MAX, &map);
	while (cbor_map_label(&r, &map, &label))
		if (label == TYPE_LABEL)
			type = cbor_read_text(&r, COSE_TYPE_MAX);
		else
			cbor_skip(&r);
	return r.err == SKERRY_OK ? kind_from_type(type) : DOCUMENT_UNKNOWN;
}

static enum document_kind
kind_from_envelope(struct cbor_reader *r, uint64_t tag)
{
	struct cbor_bytes header;

	cbor_tag_begin(r, tag);
	cbor_array_begin(r, 4);
	header = cbor_read_bytes(r, COSE_PROTECTED_MAX);
	return r->err == SKERRY_OK ? kind_from_protected(header) : DOCUMENT_UNKNOWN;
}

static enum document_kind
kind_from_mark(struct cbor_reader *r)
{
	struct cbor_text mark;

	cbor_array_begin(r, MARKED_ITEMS_MAX);
	mark = cbor_read_text(r, MARK_MAX);
	for (size_t i = 0; r->err == SKERRY_OK && i < KINDS_LEN; i++)
		if (KINDS[i].mark != NULL && cbor_text_equals(mark, KINDS[i].mark))
			return KINDS[i].kind;
	return DOCUMENT_UNKNOWN;
}

/* A COSE_Key begins with its key type: 1 is the first label of the deterministic order. */
static enum document_kind
kind_from_key(struct cbor_reader *r)
{
	struct cbor_map map;
	int64_t label;

	cbor_map_begin(r, KEY_LABELS_MAX, &map);
	if (cbor_map_label(r, &map, &label) && label == KEY_TYPE_LABEL &&
		cbor_read_uint(r, KEY_TYPE_OKP) == KEY_TYPE_OKP)
		return DOCUMENT_PUBLIC_KEY;
	return DOCUMENT_UNKNOWN;
}

enum skerry_err
document_identify(const uint8_t *bytes, size_t bytes_len, enum document_kind *ret_kind)
{
	enum { SIGN1_BYTE = 0xc0 | COSE_TAG_SIGN1 }; /* head of tag 18 */
	enum document_kind kind = DOCUMENT_UNKNOWN;
	struct cbor_reader r;

	if (bytes_len == 0)
		return SKERRY_ERR_DOCUMENT_EMPTY;
	cbor_reader_init(&r, bytes, bytes_len);
	switch (cbor_peek(&r)) {
	case CBOR_TAG:
		kind = kind_from_envelope(
			&r, bytes[0] == SIGN1_BYTE ? COSE_TAG_SIGN1 : COSE_TAG_SIGN);
		break;
	case CBOR_ARRAY:
		kind = kind_from_mark(&r);
		break;
	case CBOR_MAP:
		kind = kind_from_key(&r);
		break;
	default:
		break;
	}
	if (kind == DOCUMENT_UNKNOWN)
		return SKERRY_ERR_DOCUMENT_UNKNOWN;
	*ret_kind = kind;
	return SKERRY_OK;
}
