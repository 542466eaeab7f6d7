/* SPDX-License-Identifier: ISC */
#include "cbor_writer.h"

#include <string.h>

void
cbor_writer_init(struct cbor_writer *ret_writer, uint8_t *bytes, size_t bytes_max)
{
	*ret_writer = (struct cbor_writer){ .bytes = bytes, .bytes_max = bytes_max };
}

void
cbor_writer_fail(struct cbor_writer *w, enum skerry_err err)
{
	if (w->err == SKERRY_OK)
		w->err = err;
}

enum skerry_err
cbor_writer_finish(const struct cbor_writer *w, size_t *ret_len)
{
	if (w->err == SKERRY_OK)
		*ret_len = w->len;
	return w->err;
}

static void
append(struct cbor_writer *w, const void *data, size_t len)
{
	if (w->err != SKERRY_OK || len == 0)
		return;
	if (len > w->bytes_max - w->len) {
		cbor_writer_fail(w, SKERRY_ERR_NO_SPACE);
		return;
	}
	memcpy(w->bytes + w->len, data, len);
	w->len += len;
}

/* Encodes the shortest head and returns its length. */
static size_t
encode_head(enum cbor_type type, uint64_t value, uint8_t ret_head[CBOR_HEAD_MAX])
{
	unsigned info = CBOR_INFO_ONE_BYTE;
	size_t argument_len = 1;

	if (value < CBOR_INFO_ONE_BYTE) {
		ret_head[0] = (uint8_t)((unsigned)type << 5 | (unsigned)value);
		return 1;
	}
	while (argument_len < 8 && value >> (argument_len * 8) != 0) {
		argument_len *= 2;
		info++;
	}
	ret_head[0] = (uint8_t)((unsigned)type << 5 | info);
	for (size_t i = argument_len; i > 0; i--, value >>= 8)
		ret_head[i] = (uint8_t)value;
	return 1 + argument_len;
}

static void
write_head(struct cbor_writer *w, enum cbor_type type, uint64_t value)
{
	uint8_t head[CBOR_HEAD_MAX];

	append(w, head, encode_head(type, value, head));
}

void
cbor_write_uint(struct cbor_writer *w, uint64_t value)
{
	write_head(w, CBOR_UINT, value);
}

void
cbor_write_int(struct cbor_writer *w, int64_t value)
{
	if (value >= 0)
		write_head(w, CBOR_UINT, (uint64_t)value);
	else
		write_head(w, CBOR_NINT, (uint64_t)(-1 - value));
}

void
cbor_write_bytes(struct cbor_writer *w, const uint8_t *data, size_t len)
{
	write_head(w, CBOR_BYTES, len);
	append(w, data, len);
}

void
cbor_write_text(struct cbor_writer *w, struct cbor_text text)
{
	if (!cbor_is_utf8((const uint8_t *)text.chars, text.len))
		cbor_writer_fail(w, SKERRY_ERR_ARGUMENT);
	write_head(w, CBOR_TEXT, text.len);
	append(w, text.chars, text.len);
}

void
cbor_write_chars(struct cbor_writer *w, const char *terminated)
{
	cbor_write_text(w, (struct cbor_text){ terminated, strlen(terminated) });
}

void
cbor_write_bool(struct cbor_writer *w, bool value)
{
	write_head(w, CBOR_SIMPLE, (value ? CBOR_BYTE_TRUE : CBOR_BYTE_FALSE) & CBOR_INFO_MASK);
}

void
cbor_write_null(struct cbor_writer *w)
{
	write_head(w, CBOR_SIMPLE, CBOR_BYTE_NULL & CBOR_INFO_MASK);
}

void
cbor_write_tag(struct cbor_writer *w, uint64_t tag)
{
	write_head(w, CBOR_TAG, tag);
}

void
cbor_write_encoded(struct cbor_writer *w, const uint8_t *item, size_t item_len)
{
	append(w, item, item_len);
}

void
cbor_write_array(struct cbor_writer *w, size_t count)
{
	write_head(w, CBOR_ARRAY, count);
}

void
cbor_map_open(struct cbor_writer *w, struct cbor_map_out *ret_map)
{
	*ret_map = (struct cbor_map_out){ .at = w->len };
	/* Room for the head of a small map; a larger one's content moves when it is closed. */
	write_head(w, CBOR_MAP, 0);
}

/* Counts the key that stands from `at` to the end, and holds it to its place. */
static void
key_put(struct cbor_writer *w, struct cbor_map_out *map, size_t at)
{
	if (w->err != SKERRY_OK)
		return;
	if (map->key_len > 0) {
		int order = cbor_key_order(
			w->bytes + map->key_at, map->key_len, w->bytes + at, w->len - at);

		if (order == 0)
			cbor_writer_fail(w, SKERRY_ERR_CBOR_KEY_DUPLICATE);
		else if (order > 0)
			cbor_writer_fail(w, SKERRY_ERR_CBOR_KEY_ORDER);
	}
	map->key_at = at;
	map->key_len = w->len - at;
	map->count++;
}

void
cbor_map_put_label(struct cbor_writer *w, struct cbor_map_out *map, int64_t label)
{
	size_t at = w->len;

	cbor_write_int(w, label);
	key_put(w, map, at);
}

void
cbor_map_put_name(struct cbor_writer *w, struct cbor_map_out *map, struct cbor_text name)
{
	size_t at = w->len;

	cbor_write_text(w, name);
	key_put(w, map, at);
}

void
cbor_map_close(struct cbor_writer *w, struct cbor_map_out *map)
{
	uint8_t head[CBOR_HEAD_MAX];
	size_t head_len = encode_head(CBOR_MAP, map->count, head);
	size_t content_len;

	if (w->err != SKERRY_OK)
		return;
	if (head_len - 1 > w->bytes_max - w->len) {
		cbor_writer_fail(w, SKERRY_ERR_NO_SPACE);
		return;
	}
	content_len = w->len - map->at - 1;
	if (head_len > 1)
		memmove(w->bytes + map->at + head_len, w->bytes + map->at + 1, content_len);
	memcpy(w->bytes + map->at, head, head_len);
	w->len += head_len - 1;
}
