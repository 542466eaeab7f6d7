/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_CBOR_WRITER_H
#define FORMATS_CBOR_WRITER_H

/*
 * The writer of deterministic CBOR: always the shortest head, map keys in order, text in UTF-8.
 *
 * It latches its first error: after it every call does nothing, so a caller writes a whole
 * structure and asks once. Nothing is allocated; pure and thread-safe (one writer, one thread).
 * It does not count: that an array gets its items, a map key its one item and a tag its content,
 * and that levels stay within CBOR_DEPTH_MAX, is the caller's part.
 */

#include "cbor_item.h"
#include "skerry_error.h"

struct cbor_writer {
	uint8_t *bytes;
	size_t bytes_max;
	size_t len;
	enum skerry_err err;
};

/* A map being written. Opaque. */
struct cbor_map_out {
	size_t at;              /* where its head will go */
	size_t key_at, key_len; /* encoded bytes of the key before */
	size_t count;
};

/* Latches NO_SPACE when the buffer is full, and ARGUMENT for text that is not UTF-8. */
void cbor_writer_init(struct cbor_writer *ret_writer, uint8_t *bytes, size_t bytes_max);
void cbor_write_uint(struct cbor_writer *w, uint64_t value);
void cbor_write_int(struct cbor_writer *w, int64_t value);
void cbor_write_bytes(struct cbor_writer *w, const uint8_t *data, size_t len);
void cbor_write_text(struct cbor_writer *w, struct cbor_text text);
void cbor_write_chars(struct cbor_writer *w, const char *terminated);
void cbor_write_bool(struct cbor_writer *w, bool value);
void cbor_write_null(struct cbor_writer *w);
void cbor_write_tag(struct cbor_writer *w, uint64_t tag);
/* One item that is encoded already, by this writer; it is not looked at. */
void cbor_write_encoded(struct cbor_writer *w, const uint8_t *item, size_t item_len);
/* The caller then writes exactly `count` items. */
void cbor_write_array(struct cbor_writer *w, size_t count);

/*
 * A map whose number of entries need not be known: the head is put in when it is closed. Each key
 * is followed by one item. A key that is not above the one before latches KEY_ORDER or
 * KEY_DUPLICATE.
 */
void cbor_map_open(struct cbor_writer *w, struct cbor_map_out *ret_map);
void cbor_map_put_label(struct cbor_writer *w, struct cbor_map_out *map, int64_t label);
void cbor_map_put_name(struct cbor_writer *w, struct cbor_map_out *map, struct cbor_text name);
void cbor_map_close(struct cbor_writer *w, struct cbor_map_out *map);

/* Latches `err`, unless an earlier error stands. For the format's own refusals. */
void cbor_writer_fail(struct cbor_writer *w, enum skerry_err err);

/* The latched error; stores the length only on success. */
enum skerry_err cbor_writer_finish(const struct cbor_writer *w, size_t *ret_len);

#endif
