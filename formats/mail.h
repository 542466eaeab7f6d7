/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_MAIL_H
#define FORMATS_MAIL_H

/*
 * The parts of a saved mail (RFC 5322), multipart and forwarded ones (RFC 2045, 2046) included.
 * Decodes base64 and quoted-printable in place. Line ends may be LF, CRLF or CR. Pure; one mail, one
 * thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "skerry_error.h"

enum {
	MAIL_DEPTH_MAX = 8,  /* multiparts and forwarded mails inside one another */
	MAIL_PARTS_MAX = 128 /* parts that are looked at */
};

#define MAIL_NO_ALTERNATIVE SIZE_MAX

/* A part that holds no parts itself. */
struct mail_part {
	uint8_t *bytes; /* decoded; the visitor may overwrite them */
	size_t bytes_len;
	size_t offset; /* in the mail, of the body before it was decoded */
	bool decoded;  /* false: `bytes` stand at `offset` as they came */
	/* Parts of one multipart/alternative say the same; this is its offset, or the above. */
	size_t alternative;
	/* ARMOR_CHARACTER where its base64 is damaged at that offset; `bytes` end there. */
	enum skerry_err err;
	size_t err_offset;
};

/* Anything but SKERRY_OK ends the walk. */
typedef enum skerry_err mail_visit(void *context, const struct mail_part *part);

/* True for text that begins with a mail's header: fields, of which a mail program knows one. */
bool mail_is_mail(const uint8_t *text, size_t text_len);

/*
 * Visits each part in its order. Parts deeper than MAIL_DEPTH_MAX are visited as they stand.
 * DOCUMENT_COUNT for more than MAIL_PARTS_MAX parts, else what the visitor returned.
 */
enum skerry_err mail_walk(uint8_t *mail, size_t mail_len, mail_visit *visit, void *context);

#endif
