/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "seal.h"

_Static_assert(SEALED_BOX_OVERHEAD == crypto_box_SEALBYTES, "overhead of a box");
_Static_assert(KEY_SECRET_LEN == crypto_box_SECRETKEYBYTES, "secret length");

enum { CONTAINER_MAX = SEALED_MAX - SEALED_BOX_MAX };

size_t
seal_box_size(size_t len)
{
	size_t padded = sealed_padded(len);

	return padded == 0 ? 0 : padded + SEALED_BOX_OVERHEAD;
}

size_t
seal_size(size_t len)
{
	size_t box = seal_box_size(len);

	return box == 0 ? 0 : box + CONTAINER_MAX;
}

enum skerry_err
seal_box(const struct cose_key *recipient, struct cbor_bytes document, uint8_t *ret_box,
	size_t box_max, size_t *ret_len)
{
	size_t padded = sealed_padded(document.len);
	uint8_t *plain;
	int sealed;

	if (recipient->curve != COSE_CURVE_X25519)
		return SKERRY_ERR_COSE_KEY;
	if (padded == 0)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	if (box_max < padded + SEALED_BOX_OVERHEAD)
		return SKERRY_ERR_NO_SPACE;
	plain = malloc(padded);
	if (plain == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(plain, document.data, document.len);
	memset(plain + document.len, 0, padded - document.len);
	sealed = crypto_box_seal(ret_box, plain, padded, recipient->x);
	/* A request has license keys. */
	sodium_memzero(plain, document.len);
	free(plain);
	/* libsodium refuses a shared secret of zeros, and nothing else. */
	if (sealed != 0)
		return SKERRY_ERR_COSE_KEY;
	*ret_len = padded + SEALED_BOX_OVERHEAD;
	return SKERRY_OK;
}

enum skerry_err
seal_open_box(const struct key_pair *pair, struct cbor_bytes box, uint8_t *ret_plain,
	size_t plain_max, struct cbor_bytes *ret_document, size_t *ret_offset)
{
	*ret_offset = 0;
	if (pair->public_key.curve != COSE_CURVE_X25519)
		return SKERRY_ERR_ARGUMENT;
	if (!sealed_is_box_len(box.len))
		return SKERRY_ERR_SEALED;
	if (plain_max < box.len - SEALED_BOX_OVERHEAD)
		return SKERRY_ERR_NO_SPACE;
	if (crypto_box_seal_open(ret_plain, box.data, box.len, pair->public_key.x, pair->secret) !=
		0)
		return SKERRY_ERR_SEALED;
	return sealed_trim(ret_plain, box.len - SEALED_BOX_OVERHEAD, ret_document, ret_offset);
}

enum skerry_err
seal_container(enum sealed_kind kind, const struct cose_key *recipient, struct cbor_bytes document,
	uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	struct sealed sealed = { .kind = kind };
	size_t box_max = seal_box_size(document.len), box_len;
	struct cbor_writer w;
	uint8_t *box = malloc(box_max + 1);
	enum skerry_err err;

	if (box == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = seal_box(recipient, document, box, box_max, &box_len);
	if (err == SKERRY_OK) {
		sealed.box = (struct cbor_bytes){ box, box_len };
		hash_kid(recipient, sealed.kid);
		cbor_writer_init(&w, ret_bytes, bytes_max);
		sealed_write(&w, &sealed);
		err = cbor_writer_finish(&w, ret_len);
	}
	free(box);
	return err;
}

static enum sealed_kind
opens(const struct key_pair *pair)
{
	return pair->purpose == KEY_EXCHANGE ? SEALED_REQUEST : SEALED_REPLY;
}

enum skerry_err
seal_open(const struct key_pair *pair, const uint8_t *bytes, size_t bytes_len, uint8_t *ret_plain,
	size_t plain_max, struct cbor_bytes *ret_document, size_t *ret_offset)
{
	struct sealed sealed;
	enum skerry_err err = sealed_parse(bytes, bytes_len, &sealed, ret_offset);

	if (err != SKERRY_OK)
		return err;
	*ret_offset = 0;
	if (pair->public_key.curve != COSE_CURVE_X25519)
		return SKERRY_ERR_ARGUMENT;
	if (sealed.kind != opens(pair))
		return SKERRY_ERR_DOCUMENT_KIND;
	if (memcmp(sealed.kid, pair->kid, COSE_KID_LEN) != 0)
		return SKERRY_ERR_SEALED;
	return seal_open_box(pair, sealed.box, ret_plain, plain_max, ret_document, ret_offset);
}
