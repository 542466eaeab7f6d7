/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_DOCUMENT_H
#define FORMATS_DOCUMENT_H

/*
 * Which document is this, and how was it carried?
 *
 * Every command takes a document as binary, PEM armor, QR text or a saved mail, and finds out by
 * itself. QR text is "SKERRY:" and the document in Base45. A mail is searched for all three in its
 * text and its attachments, forwarded mails included (mail.h). A document that is there twice (as
 * plain text and as HTML) is found once.
 */

#include "cbor.h"

#define DOCUMENT_QR_PREFIX "SKERRY:"

enum {
	DOCUMENT_MAX = 1 << 20, /* bytes of a carrier (a mail, say) that is looked into */
	DOCUMENT_PARTS_MAX = 16 /* documents in one carrier */
};

enum document_kind {
	DOCUMENT_UNKNOWN = 0,
	DOCUMENT_LICENSE,
	DOCUMENT_MANIFEST,
	DOCUMENT_STATUS_LIST,
	DOCUMENT_REQUEST,
	DOCUMENT_REPLY,
	DOCUMENT_BUNDLE,
	DOCUMENT_SECRET_KEY,
	DOCUMENT_PUBLIC_KEY,
	DOCUMENT_FINGERPRINT,
	DOCUMENT_PROOF
};

/* DOCUMENT_BOX: a reply as it lies in a bundle, sealed and without its container (sealed.h). */
enum document_carrier { DOCUMENT_BINARY, DOCUMENT_ARMOR, DOCUMENT_QR, DOCUMENT_MAIL, DOCUMENT_BOX };

struct document {
	enum document_kind kind;
	enum document_carrier carrier;
	struct cbor_bytes bytes; /* the binary document */
};

/*
 * What one binary document is, from its first items alone (tag and typ, mark, or COSE_Key): the
 * rest may still be malformed. DOCUMENT_EMPTY; DOCUMENT_UNKNOWN for anything else, text included.
 */
enum skerry_err document_identify(
	const uint8_t *bytes, size_t bytes_len, enum document_kind *ret_kind);

/*
 * Finds the documents in what somebody carried, decoding text in place: `input` is overwritten and
 * the results point into it. At least one is found on success.
 *
 * DOCUMENT_EMPTY, DOCUMENT_UNKNOWN (none of the four carriers, or an armor or QR text that holds
 * something else), DOCUMENT_TOO_LARGE (no binary document, and longer than DOCUMENT_MAX),
 * DOCUMENT_UTF16, DOCUMENT_COUNT, MAIL_PART (a mail without a document), DOCUMENT_KIND (an armor's
 * label contradicts its content), the errors of armor.h and base45.h
 *
 * *ret_offset is the place in `input`; of what was decoded from base64 or quoted-printable parts of
 * a mail, where that part begins. A part in error spoils a mail, but one of several alternatives
 * (RFC 2046, section 5.1.4) does not, as long as another one is good. On an error `input` and
 * `ret_documents` hold nothing to use.
 */
enum skerry_err document_unwrap(uint8_t *input, size_t input_len,
	struct document ret_documents[DOCUMENT_PARTS_MAX], size_t *ret_count, size_t *ret_offset);

/* "license", "manifest", "secret key", ... for messages; never NULL. */
const char *document_kind_name(enum document_kind kind);

/* "LICENSE", ...: the armor label of a kind, and back, blanks apart (DOCUMENT_UNKNOWN). */
const char *document_armor_label(enum document_kind kind);
enum document_kind document_kind_from_label(const char *label);

#endif
