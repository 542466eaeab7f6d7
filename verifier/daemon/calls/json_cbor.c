/* SPDX-License-Identifier: ISC */
#include "json_cbor.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "formats/cbor.h"

static void write_value(struct cbor_writer *w, const json_t *value, unsigned depth);

static struct cbor_text
key_of(const void *iter)
{
	void *at = (void *)iter;

	return (struct cbor_text){ json_object_iter_key(at), json_object_iter_key_len(at) };
}

/* As their encoded bytes stand: the shorter one first, since its length is in front. */
static int
compare(const void *a, const void *b)
{
	struct cbor_text left = key_of(*(void *const *)a), right = key_of(*(void *const *)b);

	if (left.len != right.len)
		return left.len < right.len ? -1 : 1;
	return memcmp(left.chars, right.chars, left.len);
}

static void
write_object(struct cbor_writer *w, json_t *object, unsigned depth)
{
	size_t room = json_object_size(object), count = 0;
	void **entries = calloc(room + 1, sizeof *entries);
	struct cbor_map_out map;

	if (entries == NULL) {
		cbor_writer_fail(w, SKERRY_ERR_NO_MEMORY);
		return;
	}
	for (void *i = json_object_iter(object); i != NULL && count < room;
		i = json_object_iter_next(object, i))
		entries[count++] = i;
	qsort(entries, count, sizeof *entries, compare);
	cbor_map_open(w, &map);
	for (size_t i = 0; i < count; i++) {
		cbor_map_put_name(w, &map, key_of(entries[i]));
		write_value(w, json_object_iter_value(entries[i]), depth);
	}
	cbor_map_close(w, &map);
	free(entries);
}

static void
write_value(struct cbor_writer *w, const json_t *value, unsigned depth)
{
	if (depth == CBOR_DEPTH_MAX)
		cbor_writer_fail(w, SKERRY_ERR_INTERNAL);
	if (w->err != SKERRY_OK)
		return;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		write_object(w, (json_t *)value, depth + 1);
		return;
	case JSON_ARRAY:
		cbor_write_array(w, json_array_size(value));
		for (size_t i = 0; i < json_array_size(value); i++)
			write_value(w, json_array_get(value, i), depth + 1);
		return;
	case JSON_STRING:
		cbor_write_text(w,
			(struct cbor_text){ json_string_value(value), json_string_length(value) });
		return;
	case JSON_INTEGER:
		cbor_write_int(w, json_integer_value(value));
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		cbor_write_bool(w, json_is_true(value));
		return;
	case JSON_NULL:
		cbor_write_null(w);
		return;
	case JSON_REAL:
		break;
	}
	cbor_writer_fail(w, SKERRY_ERR_INTERNAL);
}

/* No item is longer than its JSON by more than the head of a long text is than two quotation marks. */
static size_t
room_for(size_t text_len)
{
	return text_len + text_len / 64 + 16;
}

enum skerry_err
json_cbor(const char *text, size_t text_len, uint8_t **ret_cbor, size_t *ret_cbor_len)
{
	size_t room = room_for(text_len);
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;
	json_t *value = json_loadb(
		text, text_len, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
	uint8_t *bytes = malloc(room);
	struct cbor_writer w;

	if (value == NULL)
		err = SKERRY_ERR_INTERNAL;
	else if (bytes != NULL) {
		cbor_writer_init(&w, bytes, room);
		write_value(&w, value, 0);
		err = cbor_writer_finish(&w, ret_cbor_len);
	}
	json_decref(value);
	if (err == SKERRY_OK)
		*ret_cbor = bytes;
	else
		free(bytes);
	return err;
}
