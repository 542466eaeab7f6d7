/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_CLAIMS_H
#define FORMATS_CLAIMS_H

/*
 * Maps of claims, and the one rule by which they grow: a reader refuses an unknown negative label
 * (critical) and any text label, and passes over an unknown positive one.
 *
 *	struct claims claims;
 *	int64_t label;
 *
 *	claims_begin(&r, &claims);
 *	while (claims_next(&r, &claims, &label))
 *		switch (label) {
 *		case 1: at = claims_read_date(&r); break;
 *		default: claims_unknown(&r, &claims);
 *		}
 *	claims_require(&r, &claims, CLAIMS_BIT(1));
 *
 * One meaning has one encoding: what is absent is not written, so an empty text, an empty list, a
 * false or a zero in an optional claim is refused as CLAIM_VALUE. All calls latch as cbor.h's do.
 */

#include "cbor.h"

enum { CLAIMS_MAX = 64 }; /* entries of one map, unknown ones included */

/* CWT labels (RFC 8392, RFC 8747, Token Status List) and the private map of every document. */
enum {
	CLAIM_ISS = 1,
	CLAIM_SUB = 2,
	CLAIM_AUD = 3,
	CLAIM_EXP = 4,
	CLAIM_NBF = 5,
	CLAIM_IAT = 6,
	CLAIM_CTI = 7,
	CLAIM_CNF = 8,
	CLAIM_STATUS = 65535,
	CLAIM_SKERRY = -65537
};

/* Labels for claims_require: 0 to 62, and the private map. */
#define CLAIMS_BIT(label) (UINT64_C(1) << (label))
#define CLAIMS_BIT_SKERRY (UINT64_C(1) << 63)

struct claims {
	struct cbor_map map;
	size_t at;       /* offset of the map */
	size_t label_at; /* offset of the label read last */
	int64_t label;
	uint64_t seen; /* CLAIMS_BIT of each label read */
};

void claims_begin(struct cbor_reader *r, struct claims *ret_claims);
/* The next label, whose value follows; false, and the map closed, after the last. */
bool claims_next(struct cbor_reader *r, struct claims *claims, int64_t *ret_label);
/* For every label that the caller does not know: passes over its value or latches CLAIM_CRITICAL. */
void claims_unknown(struct cbor_reader *r, const struct claims *claims);
/* CLAIM_MISSING, at the map, unless each of `labels` (bits) was read. */
void claims_require(struct cbor_reader *r, const struct claims *claims, uint64_t labels);

/* UTC seconds, 0 to LICENSE_TIME_MAX; CBOR_RANGE. */
int64_t claims_read_date(struct cbor_reader *r);
/* From `min` to LICENSE_DURATION_MAX, but not 0. */
int64_t claims_read_duration(struct cbor_reader *r, int64_t min);
/* 1 to `max`. */
uint64_t claims_read_positive(struct cbor_reader *r, uint64_t max);
/* 1 to `max` bytes. */
struct cbor_text claims_read_text(struct cbor_reader *r, size_t max);
/* Text of the form that `has_form` knows, else CLAIM_VALUE. */
struct cbor_text claims_read_form(
	struct cbor_reader *r, size_t max, bool (*has_form)(struct cbor_text));
/* Exactly `len` bytes; CBOR_COUNT. */
struct cbor_bytes claims_read_fixed(struct cbor_reader *r, size_t len);
/* `true`: what is false is not written. */
bool claims_read_true(struct cbor_reader *r);
/* Format version of a document: 1 to `known`; CLAIM_VERSION above. */
void claims_read_version(struct cbor_reader *r, uint64_t known);

/* Opens an array of exactly `len` items; CBOR_COUNT otherwise. False after any error. */
bool claims_tuple_begin(struct cbor_reader *r, size_t len);
/* Opens an array of 1 to `max` items. */
size_t claims_list_begin(struct cbor_reader *r, size_t max);
/*
 * A list of 1 to `max` texts, each of up to `text_max` bytes and of the form that `has_form` knows,
 * ascending by cbor_text_order and none twice. `ret_texts` has room for `max`. Returns their number.
 */
size_t claims_read_set(struct cbor_reader *r, size_t max, size_t text_max,
	bool (*has_form)(struct cbor_text), struct cbor_text *ret_texts);

/* Each writes a label and its value, or nothing when the value is absent. */
void claims_put_date(struct cbor_writer *w, struct cbor_map_out *map, int64_t label,
	int64_t at); /* LICENSE_NEVER */
void claims_put_int(struct cbor_writer *w, struct cbor_map_out *map, int64_t label, int64_t value);
void claims_put_uint(
	struct cbor_writer *w, struct cbor_map_out *map, int64_t label, uint64_t value);
void claims_put_text(
	struct cbor_writer *w, struct cbor_map_out *map, int64_t label, struct cbor_text text);
void claims_put_true(struct cbor_writer *w, struct cbor_map_out *map, int64_t label, bool value);
void claims_put_texts(struct cbor_writer *w, struct cbor_map_out *map, int64_t label,
	const struct cbor_text *texts, size_t texts_len);

/*
 * Latches what a reader said about the bytes just written: CLAIM_ errors and DOCUMENT_TOO_LARGE as
 * they are, all others as CLAIM_VALUE, since the bytes are well-formed and a value is out of range.
 */
void claims_write_judge(struct cbor_writer *w, enum skerry_err reader_err);

#endif
