/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_CBOR_H
#define FORMATS_CBOR_H

/*
 * Deterministic CBOR (RFC 8949, section 4.2.1): the strict reader. The writer, which cannot write
 * what the reader refuses, comes along from cbor_writer.h.
 *
 * It latches its first error: after it every call does nothing and returns zero, false or an empty
 * string, so a caller reads a whole structure and asks once. Nothing is allocated; the strings that
 * it returns point into its input. Pure and thread-safe (one reader, one thread).
 *
 *	struct cbor_map map;
 *	int64_t label;
 *
 *	cbor_reader_init(&r, bytes, bytes_len);
 *	cbor_map_begin(&r, 8, &map);
 *	while (cbor_map_label(&r, &map, &label))
 *		switch (label) {
 *		case 1: count = cbor_read_uint(&r, 100); break;
 *		default: cbor_skip(&r);
 *		}
 *	err = cbor_reader_finish(&r, &offset);
 */

#include "cbor_item.h"
#include "cbor_writer.h"
#include "skerry_error.h"

enum {
	CBOR_DEPTH_MAX = 16,  /* arrays, maps and tags inside one another */
	CBOR_COUNT_MAX = 4096 /* entries of an array or map that cbor_skip passes over */
};

/* Fields are the reader's own, but `at`: the offset of the next item. */
struct cbor_reader {
	const uint8_t *bytes;
	size_t bytes_len;
	size_t at;
	enum skerry_err err;
	size_t err_offset;
	unsigned depth;
};

/* A map being read: how much is left and the key before, to hold the order. Opaque. */
struct cbor_map {
	size_t left;
	size_t key_at, key_len; /* encoded bytes of the key before; key_len 0: none yet */
};

void cbor_reader_init(struct cbor_reader *ret_reader, const uint8_t *bytes, size_t bytes_len);

/*
 * Each read takes the next item, or latches an error at its offset:
 *
 * CBOR_TRUNCATED, _NOT_SHORTEST, _INDEFINITE, _RESERVED, _FLOAT, _UNDEFINED, _SIMPLE
 *                    a head outside the profile
 * CBOR_TYPE          another type
 * CBOR_RANGE         a number outside [min, max]
 * CBOR_COUNT         a string longer, or an array or map with more entries, than max
 * CBOR_LENGTH        a string, or at least one byte for each item of an array or map, reaches
 *                    beyond the input
 * CBOR_UTF8          text that is not UTF-8 (RFC 3629: no surrogates, no overlong forms)
 * CBOR_DEPTH         more than CBOR_DEPTH_MAX levels
 * CBOR_TAG           a tag other than the one asked for, or where none belongs
 * CBOR_KEY_ORDER, _KEY_DUPLICATE    map keys, compared as encoded bytes
 */
enum cbor_type cbor_peek(const struct cbor_reader *r); /* by its first byte; not judged yet */
bool cbor_peek_null(const struct cbor_reader *r);
uint64_t cbor_read_uint(struct cbor_reader *r, uint64_t max);
int64_t cbor_read_int(struct cbor_reader *r, int64_t min, int64_t max);
struct cbor_bytes cbor_read_bytes(struct cbor_reader *r, size_t max);
/* Exactly `len` bytes; another length is CBOR_COUNT. NULL on error. */
const uint8_t *cbor_read_fixed(struct cbor_reader *r, size_t len);
struct cbor_text cbor_read_text(struct cbor_reader *r, size_t max);
bool cbor_read_bool(struct cbor_reader *r);
void cbor_read_null(struct cbor_reader *r);

/*
 * Opens an array of at most `max` entries and returns their number. The caller reads each of them;
 * cbor_array_end then closes it.
 */
size_t cbor_array_begin(struct cbor_reader *r, size_t max);
void cbor_array_end(struct cbor_reader *r);

/* Opens a map. cbor_map_label and _name return false, and close it, after the last entry. */
void cbor_map_begin(struct cbor_reader *r, size_t max, struct cbor_map *ret_map);
bool cbor_map_label(struct cbor_reader *r, struct cbor_map *map, int64_t *ret_label);
bool cbor_map_name(
	struct cbor_reader *r, struct cbor_map *map, size_t max, struct cbor_text *ret_name);
/* A key of either kind; the other one of the two is left alone. *ret_is_label tells which. */
bool cbor_map_key(struct cbor_reader *r, struct cbor_map *map, int64_t *ret_label,
	struct cbor_text *ret_name, bool *ret_is_label);

/* Takes the tag `tag`; its content follows. Counts as a level until cbor_tag_end. */
void cbor_tag_begin(struct cbor_reader *r, uint64_t tag);
void cbor_tag_end(struct cbor_reader *r);

/*
 * Passes over the next item, whatever it is, holding it to the whole profile: nested levels count
 * from where the reader stands, maps have text or integer keys in order, and no tag is allowed.
 */
void cbor_skip(struct cbor_reader *r);

/* Latches `err` at `offset`, unless an earlier error stands. For the format's own refusals. */
void cbor_reader_fail(struct cbor_reader *r, enum skerry_err err, size_t offset);

/* CBOR_TRAILING where bytes are left. Returns the latched error; *ret_offset only on error. */
enum skerry_err cbor_reader_finish(struct cbor_reader *r, size_t *ret_offset);

#endif
