/* SPDX-License-Identifier: ISC */
#ifndef KEYS_SEAL_H
#define KEYS_SEAL_H

/*
 * Sealing: a signed document that only one key pair opens again. libsodium's crypto_box_seal (X25519,
 * XSalsa20-Poly1305, a nonce out of the two public keys) around the document and its padding; the form
 * is formats/sealed.h's. Sealing says nothing of who sealed: anybody can who has the public key. That
 * is the signature's part, inside, and it is checked after opening.
 *
 * Boxes alone go into a bundle, boxes in a container are files. Sealing the same document twice gives
 * two boxes without a common byte but by chance. Thread-safe after random_start.
 */

#include "formats/sealed.h"
#include "keys/key_file.h"

/* Room that the box of a document of `len` bytes takes, exactly, and its container at most; 0 for none
 * or more than SEALED_PLAIN_MAX. */
size_t seal_box_size(size_t len);
size_t seal_size(size_t len);

/*
 * Seals a document to a public key. `ret_box` has room for box_max, seal_box_size(document.len) or more;
 * the two do not overlap. DOCUMENT_TOO_LARGE (seal_box_size is 0), NO_SPACE, NO_MEMORY; COSE_KEY: not
 * X25519, or a point of small order, which would open for everybody.
 */
enum skerry_err seal_box(const struct cose_key *recipient, struct cbor_bytes document,
	uint8_t *ret_box, size_t box_max, size_t *ret_len);

/*
 * Opens a box with a pair of the purpose KEY_EXCHANGE or KEY_OPENING (ARGUMENT for another). `ret_plain`
 * has room for plain_max bytes, box.len - SEALED_BOX_OVERHEAD or more (NO_SPACE), does not overlap the
 * box, and need not be locked; *ret_document borrows it. SEALED: to another key, altered, or of a length
 * that no box has. What opens and then is no padded COSE_Sign1 gives sealed_trim's errors, with
 * *ret_offset in the plain bytes, else 0. After an error `ret_plain` holds nothing to use.
 */
enum skerry_err seal_open_box(const struct key_pair *pair, struct cbor_bytes box,
	uint8_t *ret_plain, size_t plain_max, struct cbor_bytes *ret_document, size_t *ret_offset);

/* seal_box, and the container around it. `ret_bytes` has room for bytes_max, seal_size or more. */
enum skerry_err seal_container(enum sealed_kind kind, const struct cose_key *recipient,
	struct cbor_bytes document, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len);

/*
 * Opens a container: an exchange key opens requests, an opening key replies (DOCUMENT_KIND for the other
 * one). SEALED also when its kid is not the pair's. Errors of sealed_parse with *ret_offset in `bytes`
 * and of seal_open_box. Room of plain_max = bytes_len is enough.
 */
enum skerry_err seal_open(const struct key_pair *pair, const uint8_t *bytes, size_t bytes_len,
	uint8_t *ret_plain, size_t plain_max, struct cbor_bytes *ret_document, size_t *ret_offset);

#endif
