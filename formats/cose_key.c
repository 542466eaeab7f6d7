/* SPDX-License-Identifier: ISC */
#include "cose_key.h"

#include <string.h>

enum { HEAD_MAX = 10 };

/* The bytes before x. */
struct head {
	size_t len;
	uint8_t bytes[HEAD_MAX];
};

/* Deterministic encoding leaves one form for each kind of key. */
static const struct kind {
	enum cose_curve curve;
	enum cose_alg alg;
	struct head whole, hashed; /* a key is hashed without its algorithm */
} KINDS[] = {
	{ COSE_CURVE_ED25519, COSE_ALG_EDDSA, /* {1: 1, 3: -8, -1: 6, -2: h'...'} */
		{ 10, { 0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, COSE_KEY_X_LEN } },
		{ 8, { 0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, COSE_KEY_X_LEN } } },
	{ COSE_CURVE_ED25519, COSE_ALG_ED25519, /* {1: 1, 3: -19, -1: 6, -2: h'...'} */
		{ 10, { 0xa4, 0x01, 0x01, 0x03, 0x32, 0x20, 0x06, 0x21, 0x58, COSE_KEY_X_LEN } },
		{ 8, { 0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, COSE_KEY_X_LEN } } },
	{ COSE_CURVE_X25519, COSE_ALG_NONE, /* {1: 1, -1: 4, -2: h'...'} */
		{ 8, { 0xa3, 0x01, 0x01, 0x20, 0x04, 0x21, 0x58, COSE_KEY_X_LEN } },
		{ 8, { 0xa3, 0x01, 0x01, 0x20, 0x04, 0x21, 0x58, COSE_KEY_X_LEN } } },
};

enum { KINDS_LEN = sizeof KINDS / sizeof *KINDS };

/* Puts x behind its head. */
static size_t
put_x(const struct head *head, const struct cose_key *key, uint8_t ret_bytes[COSE_KEY_MAX])
{
	memcpy(ret_bytes, head->bytes, head->len);
	memcpy(ret_bytes + head->len, key->x, COSE_KEY_X_LEN);
	return head->len + COSE_KEY_X_LEN;
}

void
cose_key_read(struct cbor_reader *r, struct cose_key *ret_key)
{
	size_t at = r->at;

	/* What is outside the profile of CBOR is told as that. */
	cbor_skip(r);
	if (r->err != SKERRY_OK)
		return;
	for (size_t i = 0; i < KINDS_LEN; i++) {
		const struct head *whole = &KINDS[i].whole;

		if (r->at - at != whole->len + COSE_KEY_X_LEN ||
			memcmp(r->bytes + at, whole->bytes, whole->len) != 0)
			continue;
		ret_key->curve = KINDS[i].curve;
		ret_key->alg = KINDS[i].alg;
		memcpy(ret_key->x, r->bytes + at + whole->len, COSE_KEY_X_LEN);
		return;
	}
	cbor_reader_fail(r, SKERRY_ERR_COSE_KEY, at);
}

void
cose_key_write(struct cbor_writer *w, const struct cose_key *key)
{
	for (size_t i = 0; i < KINDS_LEN; i++)
		if (KINDS[i].curve == key->curve && KINDS[i].alg == key->alg) {
			uint8_t bytes[COSE_KEY_MAX];

			cbor_write_encoded(w, bytes, put_x(&KINDS[i].whole, key, bytes));
			return;
		}
	cbor_writer_fail(w, SKERRY_ERR_ARGUMENT);
}

enum skerry_err
cose_key_parse(const uint8_t *bytes, size_t bytes_len, struct cose_key *ret_key, size_t *ret_offset)
{
	struct cbor_reader r;
	struct cose_key key = { .alg = COSE_ALG_NONE };
	enum skerry_err err;

	cbor_reader_init(&r, bytes, bytes_len);
	cose_key_read(&r, &key);
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_key = key;
	return err;
}

size_t
cose_key_thumbprint_input(const struct cose_key *key, uint8_t ret_bytes[COSE_KEY_MAX])
{
	size_t i = 0;

	/* The two kinds of one curve are hashed alike; the last entry takes what is left. */
	while (i + 1 < KINDS_LEN && KINDS[i].curve != key->curve)
		i++;
	return put_x(&KINDS[i].hashed, key, ret_bytes);
}

bool
cose_key_same_point(const struct cose_key *a, const struct cose_key *b)
{
	return memcmp(a->x, b->x, COSE_KEY_X_LEN) == 0;
}

bool
cose_key_same(const struct cose_key *a, const struct cose_key *b)
{
	return a->curve == b->curve && a->alg == b->alg && cose_key_same_point(a, b);
}
