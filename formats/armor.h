/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_ARMOR_H
#define FORMATS_ARMOR_H

/*
 * PEM armor (RFC 7468) for documents that travel as text:
 *
 *	-----BEGIN SKERRY LICENSE-----
 *	base64, 64 characters a line
 *	-----END SKERRY LICENSE-----
 *
 * Written strictly, read forgivingly. Forgiven, since mail programs and word processors do it: CRLF
 * and CR, a BOM, spaces and tabs, non-breaking and zero-width spaces, "> " quoting of any depth,
 * lines folded anew, blank lines between, hyphens turned into dashes (also fewer of them: before
 * BEGIN two, or one long dash), case of the words BEGIN and END, dashes escaped by PGP,
 * quoted-printable soft breaks and "=3D" for "=", HTML's entities and tags of layout, text before
 * and after. Whatever is forgiven reads back to the same bytes; what is not gives an error, since a
 * wrong guess would surface as a bad signature.
 *
 * Base64 has no checksum: a character that became another base64 character, or a whole line of four
 * characters or a multiple that went missing, cannot be seen here. The document's own reader and
 * signature see it.
 */

#include <stddef.h>
#include <stdint.h>

#include "skerry_error.h"

enum { ARMOR_LABEL_MAX = 32 }; /* characters of a label without "SKERRY " */

/* Characters that armor_write needs at most for `bytes_len` bytes under any label. */
#define ARMOR_TEXT_MAX(bytes_len) (((bytes_len) + 2) / 3 * 4 / 64 + ((bytes_len) + 2) / 3 * 4 + 160)

/*
 * Writes a block; `label` is the part after "SKERRY " ("LICENSE"). `ret_text` has room for
 * ARMOR_TEXT_MAX(bytes_len); not terminated. Cannot fail.
 */
void armor_write(const char *label, const uint8_t *bytes, size_t bytes_len, char *ret_text,
	size_t *ret_text_len);

/*
 * Looks for the next block at or after *at, decodes it into `ret_bytes` (room for text_len - *at;
 * it may be the same memory as the text from *at on, since a byte is written only behind the
 * characters it stands for) and moves *at behind its END line. `ret_label` is terminated.
 *
 * ARMOR_BEGIN      no (further) block; *at is the end, and so is *ret_offset, unless an END line
 *                  has no BEGIN
 * ARMOR_LABEL      a SKERRY block whose label is too long or empty
 * ARMOR_END        the text ends, or another BEGIN or END comes, before this block's END
 * ARMOR_CHARACTER, ARMOR_LENGTH, ARMOR_PADDING    as their names say
 *
 * *ret_offset is the place in `text`; on success that of the BEGIN line. On an error other than
 * ARMOR_BEGIN *at stays.
 */
enum skerry_err armor_read(const char *text, size_t text_len, size_t *at,
	char ret_label[ARMOR_LABEL_MAX + 1], uint8_t *ret_bytes, size_t *ret_bytes_len,
	size_t *ret_offset);

#endif
