/* SPDX-License-Identifier: ISC */
/* The carriers of document.h. What a document is, document.c tells. */
#include "document.h"

#include <string.h>

#include "armor.h"
#include "base45.h"
#include "cose.h"
#include "mail.h"

enum { UTF16_CHARACTERS = 8 /* that tell UTF-16 from binary */ };

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
	static const char BLANKS[] = { ' ', '\t', '\r', '\n' };
	enum document_kind kind;
	size_t at = 0;

	if (document_identify(bytes, bytes_len, &kind) == SKERRY_OK)
		return add(found, DOCUMENT_BINARY, kind, (struct cbor_bytes){ bytes, bytes_len });
	if (bytes_len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	while (at < bytes_len && memchr(BLANKS, bytes[at], sizeof BLANKS) != NULL)
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
	/* Damage that may be why nothing is found. */
	enum skerry_err damage;
	size_t damage_offset;
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

	if (mail->damage == SKERRY_OK) {
		mail->damage = part->err;
		mail->damage_offset = part->err_offset;
	}
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
		found->offset = context.damage_offset;
		return context.damage != SKERRY_OK ? context.damage : SKERRY_ERR_MAIL_PART;
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

/*
 * Bytes that begin as an envelope and could not be identified: what is wrong with them says more
 * than that they are unknown. A text may begin with the same byte.
 */
static enum skerry_err
judge_unknown(struct found *found, const uint8_t *input, size_t input_len)
{
	static const uint8_t SIGN1[] = { 0xc0 | COSE_TAG_SIGN1 }, SIGN[] = { 0xd8, COSE_TAG_SIGN };
	enum skerry_err err = SKERRY_OK;

	found->offset = 0;
	if (cbor_is_utf8(input, input_len))
		return SKERRY_ERR_DOCUMENT_UNKNOWN;
	if (input_len > sizeof SIGN1 && memcmp(input, SIGN1, sizeof SIGN1) == 0) {
		struct cose_sign1 message;

		err = cose_sign1_parse(input, input_len, &message, &found->offset);
	} else if (input_len > sizeof SIGN && memcmp(input, SIGN, sizeof SIGN) == 0) {
		struct cose_sign message;

		err = cose_sign_parse(input, input_len, &message, &found->offset);
	}
	if (err != SKERRY_OK)
		return err;
	found->offset = 0;
	return SKERRY_ERR_DOCUMENT_UNKNOWN;
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
	if (err == SKERRY_OK && found->count == 0)
		return judge_unknown(found, input, input_len);
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
