/* SPDX-License-Identifier: ISC */
#include "document.h"

#include <string.h>

#include "armor.h"
#include "base45.h"
#include "cose.h"
#include "fingerprint.h"
#include "license.h"
#include "mail.h"
#include "manifest.h"

enum {
	MARK_MAX = 32,
	MARKED_ITEMS_MAX = 16, /* items of an array that begins with a mark */
	KEY_LABELS_MAX = 4,
	KEY_TYPE_LABEL = 1, /* kty (RFC 9052, section 7) */
	KEY_TYPE_OKP = 1,
	TYPE_LABEL = 16,     /* typ (RFC 9596) */
	UTF16_CHARACTERS = 8 /* that tell UTF-16 from binary */
};

/* What tells each kind: a typ in the COSE header, or the text that begins a CBOR array. */
static const struct kind {
	enum document_kind kind;
	const char *name, *label, *type, *mark;
} KINDS[] = {
	{ DOCUMENT_LICENSE, "license", "LICENSE", LICENSE_TYPE, NULL },
	{ DOCUMENT_MANIFEST, "manifest", "MANIFEST", MANIFEST_TYPE, NULL },
	{ DOCUMENT_STATUS_LIST, "status list", "STATUS LIST", "application/statuslist+cwt", NULL },
	{ DOCUMENT_REQUEST, "request", "REQUEST", "application/vnd.skerry.request+cwt", NULL },
	{ DOCUMENT_REPLY, "reply", "REPLY", "application/vnd.skerry.reply+cwt", NULL },
	{ DOCUMENT_BUNDLE, "bundle", "BUNDLE", "application/vnd.skerry.bundle+cwt", NULL },
	{ DOCUMENT_SECRET_KEY, "secret key", "SECRET KEY", NULL, "skerry-key" },
	{ DOCUMENT_PUBLIC_KEY, "public key", "PUBLIC KEY", NULL, NULL },
	{ DOCUMENT_FINGERPRINT, "fingerprint", "FINGERPRINT", NULL, FINGERPRINT_MARK },
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

enum document_kind
document_kind_from_label(const char *label)
{
	for (size_t i = 0; i < KINDS_LEN; i++)
		if (strcmp(KINDS[i].label, label) == 0)
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

/* What has been found so far. */
struct found {
	const uint8_t *input; /* offsets count from here */
	struct document *documents;
	size_t count;
	size_t offset; /* of the error */
};

static enum skerry_err
add(struct found *found, enum document_carrier carrier, enum document_kind kind,
	struct cbor_bytes bytes)
{
	/* A mail carries its text twice, plain and as HTML, and replies quote what came before. */
	for (size_t i = 0; i < found->count; i++)
		if (cbor_bytes_same(found->documents[i].bytes, bytes))
			return SKERRY_OK;
	if (found->count == DOCUMENT_PARTS_MAX)
		return SKERRY_ERR_DOCUMENT_COUNT;
	found->documents[found->count++] = (struct document){ kind, carrier, bytes };
	return SKERRY_OK;
}

static enum skerry_err
add_armor(struct found *found, const char *label, struct cbor_bytes bytes)
{
	enum document_kind claimed = document_kind_from_label(label), kind;
	enum skerry_err err;

	if (claimed == DOCUMENT_UNKNOWN)
		return SKERRY_ERR_ARMOR_LABEL;
	err = document_identify(bytes.data, bytes.len, &kind);
	if (err != SKERRY_OK)
		return err;
	if (kind != claimed)
		return SKERRY_ERR_DOCUMENT_KIND;
	return add(found, DOCUMENT_ARMOR, kind, bytes);
}

/* Every armored block of a text. No block at all is no error. */
static enum skerry_err
unwrap_armor(struct found *found, uint8_t *text, size_t text_len)
{
	size_t at = 0, base = (size_t)(text - found->input);

	for (;;) {
		char label[ARMOR_LABEL_MAX + 1];
		struct cbor_bytes bytes = { text + at, 0 };
		size_t offset;
		enum skerry_err err = armor_read(
			(const char *)text, text_len, &at, label, text + at, &bytes.len, &offset);

		if (err == SKERRY_ERR_ARMOR_BEGIN && offset == text_len)
			return SKERRY_OK;
		found->offset = base + offset;
		if (err == SKERRY_OK)
			err = add_armor(found, label, bytes);
		if (err != SKERRY_OK)
			return err;
	}
}

/* QR text from behind its prefix. */
static enum skerry_err
unwrap_qr(struct found *found, uint8_t *text, size_t text_len)
{
	struct cbor_bytes bytes = { text, 0 };
	size_t offset;
	enum document_kind kind;
	enum skerry_err err;

	found->offset = (size_t)(text - found->input);
	/* A line end is no Base45; a blank is. */
	while (text_len > 0 && (text[text_len - 1] == '\n' || text[text_len - 1] == '\r'))
		text_len--;
	err = base45_decode((const char *)text, text_len, text, &bytes.len, &offset);
	if (err != SKERRY_OK) {
		found->offset += offset;
		return err;
	}
	err = document_identify(bytes.data, bytes.len, &kind);
	if (err != SKERRY_OK)
		return err;
	return add(found, DOCUMENT_QR, kind, bytes);
}

/* Binary, QR text, or text with armor. Finding nothing is no error. */
static enum skerry_err
unwrap_plain(struct found *found, uint8_t *bytes, size_t bytes_len)
{
	static const size_t PREFIX_LEN = sizeof DOCUMENT_QR_PREFIX - 1;
	enum document_kind kind;
	size_t at = 0;

	if (document_identify(bytes, bytes_len, &kind) == SKERRY_OK)
		return add(found, DOCUMENT_BINARY, kind, (struct cbor_bytes){ bytes, bytes_len });
	if (bytes_len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	while (at < bytes_len && memchr(" \t\r\n", bytes[at], 4) != NULL)
		at++;
	if (bytes_len - at >= PREFIX_LEN && memcmp(bytes + at, DOCUMENT_QR_PREFIX, PREFIX_LEN) == 0)
		return unwrap_qr(found, bytes + at + PREFIX_LEN, bytes_len - at - PREFIX_LEN);
	return unwrap_armor(found, bytes, bytes_len);
}

/* What one mail has given. */
struct mail_found {
	struct found *found;
	/* Of the alternative being read: its first error, which stands if no part of it is good. */
	size_t alternative, count_before;
	enum skerry_err err;
	size_t err_offset;
};

static enum skerry_err
end_alternative(struct mail_found *mail)
{
	enum skerry_err err = mail->err;

	mail->err = SKERRY_OK;
	if (err == SKERRY_OK || mail->found->count > mail->count_before)
		return SKERRY_OK;
	mail->found->offset = mail->err_offset;
	return err;
}

/* Unwraps one part. Where its base64 is damaged, that is what is wrong with its document. */
static enum skerry_err
unwrap_part(struct found *found, const struct mail_part *part)
{
	size_t before = found->count;
	enum skerry_err err = unwrap_plain(found, part->bytes, part->bytes_len);

	if (part->err != SKERRY_OK && (err != SKERRY_OK || found->count > before)) {
		found->count = before;
		found->offset = part->err_offset;
		return part->err;
	}
	if (part->decoded)
		found->offset = part->offset;
	return err;
}

static enum skerry_err
visit_part(void *context, const struct mail_part *part)
{
	struct mail_found *mail = context;
	enum skerry_err err = SKERRY_OK;

	if (part->alternative != mail->alternative) {
		err = end_alternative(mail);
		mail->alternative = part->alternative;
		mail->count_before = mail->found->count;
	}
	if (err != SKERRY_OK)
		return err;
	err = unwrap_part(mail->found, part);
	if (part->alternative == MAIL_NO_ALTERNATIVE || err == SKERRY_OK)
		return err;
	if (mail->err == SKERRY_OK) {
		mail->err = err;
		mail->err_offset = mail->found->offset;
	}
	return SKERRY_OK;
}

static enum skerry_err
unwrap_mail(struct found *found, uint8_t *mail, size_t mail_len)
{
	struct mail_found context = { .found = found, .alternative = MAIL_NO_ALTERNATIVE };
	enum skerry_err err = mail_walk(mail, mail_len, visit_part, &context);

	if (err == SKERRY_OK)
		err = end_alternative(&context);
	for (size_t i = 0; i < found->count; i++)
		found->documents[i].carrier = DOCUMENT_MAIL;
	if (err == SKERRY_OK && found->count == 0) {
		found->offset = 0;
		return SKERRY_ERR_MAIL_PART;
	}
	return err;
}

/* Text as some editors save it: a byte order mark, or ASCII with a zero beside each character. */
static bool
is_utf16(const uint8_t *bytes, size_t bytes_len)
{
	size_t zero;

	if (bytes_len < 2 * UTF16_CHARACTERS)
		return false;
	if ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff))
		return true;
	zero = bytes[0] == 0 ? 0 : 1;
	for (size_t i = 0; i < 2 * UTF16_CHARACTERS; i += 2)
		if (bytes[i + zero] != 0 || bytes[i + 1 - zero] == 0 || bytes[i + 1 - zero] > 0x7f)
			return false;
	return true;
}

static enum skerry_err
unwrap(struct found *found, uint8_t *input, size_t input_len)
{
	enum document_kind kind;
	enum skerry_err err = document_identify(input, input_len, &kind);

	if (err == SKERRY_OK)
		return add(found, DOCUMENT_BINARY, kind, (struct cbor_bytes){ input, input_len });
	if (err == SKERRY_ERR_DOCUMENT_EMPTY)
		return err;
	if (input_len > DOCUMENT_MAX)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	if (is_utf16(input, input_len))
		return SKERRY_ERR_DOCUMENT_UTF16;
	if (mail_is_mail(input, input_len))
		return unwrap_mail(found, input, input_len);
	err = unwrap_plain(found, input, input_len);
	if (err == SKERRY_OK && found->count == 0) {
		found->offset = 0;
		return SKERRY_ERR_DOCUMENT_UNKNOWN;
	}
	return err;
}

enum skerry_err
document_unwrap(uint8_t *input, size_t input_len, struct document ret_documents[DOCUMENT_PARTS_MAX],
	size_t *ret_count, size_t *ret_offset)
{
	struct found found = { .input = input, .documents = ret_documents };
	enum skerry_err err = unwrap(&found, input, input_len);

	if (err == SKERRY_OK)
		*ret_count = found.count;
	else
		*ret_offset = found.offset;
	return err;
}
