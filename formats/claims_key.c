/* SPDX-License-Identifier: ISC */
#include "claims_key.h"

#include <string.h>

enum { CNF_COSE_KEY = 1, THUMBPRINT_CHARS = 2 * COSE_THUMBPRINT_LEN };

static const char DIGITS[] = "0123456789abcdef";

void
claims_read_key(struct cbor_reader *r, enum cose_curve curve, struct cose_key *ret_key)
{
	size_t at = r->at;

	cose_key_read(r, ret_key);
	if (r->err == SKERRY_OK && ret_key->curve != curve)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
}

void
claims_read_cnf(struct cbor_reader *r, struct cose_key *ret_key)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		if (label == CNF_COSE_KEY)
			claims_read_key(r, COSE_CURVE_ED25519, ret_key);
		else
			claims_unknown(r, &claims);
	claims_require(r, &claims, CLAIMS_BIT(CNF_COSE_KEY));
}

void
claims_put_cnf(struct cbor_writer *w, struct cbor_map_out *map, const struct cose_key *key)
{
	struct cbor_map_out cnf;

	cbor_map_put_label(w, map, CLAIM_CNF);
	cbor_map_open(w, &cnf);
	cbor_map_put_label(w, &cnf, CNF_COSE_KEY);
	cose_key_write(w, key);
	cbor_map_close(w, &cnf);
}

/* 16 for what is no digit. */
static unsigned
digit_value(char digit)
{
	const char *found = digit == '\0' ? NULL : strchr(DIGITS, digit);

	return found == NULL ? 16 : (unsigned)(found - DIGITS);
}

void
claims_read_thumbprint(struct cbor_reader *r, uint8_t ret_thumbprint[COSE_THUMBPRINT_LEN])
{
	size_t at = r->at;
	struct cbor_text text = cbor_read_text(r, THUMBPRINT_CHARS);
	bool good = text.len == THUMBPRINT_CHARS;

	for (size_t i = 0; good && i < COSE_THUMBPRINT_LEN; i++) {
		unsigned high = digit_value(text.chars[2 * i]);
		unsigned low = digit_value(text.chars[2 * i + 1]);

		good = high < 16 && low < 16;
		ret_thumbprint[i] = (uint8_t)(high << 4 | low);
	}
	if (!good)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
}

void
claims_put_thumbprint(struct cbor_writer *w, struct cbor_map_out *map, int64_t label,
	const uint8_t thumbprint[COSE_THUMBPRINT_LEN])
{
	char chars[THUMBPRINT_CHARS];

	for (size_t i = 0; i < COSE_THUMBPRINT_LEN; i++) {
		chars[2 * i] = DIGITS[thumbprint[i] >> 4];
		chars[2 * i + 1] = DIGITS[thumbprint[i] & 15];
	}
	cbor_map_put_label(w, map, label);
	cbor_write_text(w, (struct cbor_text){ chars, sizeof chars });
}
