/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_SEALED_H
#define FORMATS_SEALED_H

/*
 * The sealed container: a signed document that only its recipient can read.
 *
 *	[ "skerry-request" or "skerry-reply", recipient's kid (8 bytes), sealed box ]
 *
 * The box is libsodium's crypto_box_seal (keys/seal.h): X25519 with a key pair of its own that is then
 * thrown away, so that not even the sender opens it again, and two boxes of one document have nothing in
 * common. Inside is one COSE_Sign1, zero bytes behind it up to a multiple of SEALED_STEP, so that a
 * length tells little. On the vendor's stick replies go without the container, as boxes in a bundle.
 * Pure and thread-safe.
 */

#include "cbor.h"
#include "cose_key.h"

#define SEALED_REQUEST_MARK "skerry-request"
#define SEALED_REPLY_MARK "skerry-reply"

enum {
	SEALED_STEP = 256,
	SEALED_BOX_OVERHEAD = 48, /* an X25519 key and a Poly1305 tag */
	SEALED_PLAIN_MAX = 256 * 1024,
	SEALED_BOX_MAX = SEALED_PLAIN_MAX + SEALED_BOX_OVERHEAD,
	SEALED_MAX = SEALED_BOX_MAX + 64 /* of the container */
};

enum sealed_kind { SEALED_REQUEST = 1, SEALED_REPLY };

struct sealed {
	enum sealed_kind kind;
	uint8_t kid[COSE_KID_LEN]; /* whom it is for, as claimed: opening tells */
	struct cbor_bytes box;
};

/*
 * Reads one whole container; what it returns borrows `bytes`. CBOR errors with their offset, CLAIM_VALUE
 * (another mark, a box of a length that none has), DOCUMENT_TOO_LARGE. Nothing of it is authentic, mark
 * and kid neither: the signature inside tells.
 */
enum skerry_err sealed_parse(
	const uint8_t *bytes, size_t bytes_len, struct sealed *ret_sealed, size_t *ret_offset);
/* Latches what sealed_parse would refuse, as CLAIM_VALUE. */
void sealed_write(struct cbor_writer *w, const struct sealed *sealed);

/* Length after padding; 0 for none, and for more than SEALED_PLAIN_MAX. */
size_t sealed_padded(size_t len);
/* Whether a box can have that length: the overhead, and one SEALED_STEP or more. */
bool sealed_is_box_len(size_t len);

/*
 * Of padded bytes, the COSE_Sign1 that begins them; it borrows them, and is told by its form alone.
 * CBOR errors with their offset in `bytes`; CBOR_TRAILING for padding that is not zero.
 */
enum skerry_err sealed_trim(const uint8_t *bytes, size_t bytes_len, struct cbor_bytes *ret_document,
	size_t *ret_offset);

#endif
