/* SPDX-License-Identifier: ISC */
#include "cbor.h"

/* Simple values that are told apart; true lies between false and null. */
enum { SIMPLE_FALSE = 20, SIMPLE_NULL = 22, SIMPLE_UNDEFINED = 23 };

/* An item's head: where it starts, where what follows it starts, and its argument. */
struct head {
	size_t at, after;
	enum cbor_type type;
	uint64_t value;
};

void
cbor_reader_init(struct cbor_reader *ret_reader, const uint8_t *bytes, size_t bytes_len)
{
	*ret_reader = (struct cbor_reader){ .bytes = bytes, .bytes_len = bytes_len };
}

void
cbor_reader_fail(struct cbor_reader *r, enum skerry_err err, size_t offset)
{
	if (r->err != SKERRY_OK)
		return;
	r->err = err;
	r->err_offset = offset;
}

enum skerry_err
cbor_reader_finish(struct cbor_reader *r, size_t *ret_offset)
{
	if (r->at < r->bytes_len)
		cbor_reader_fail(r, SKERRY_ERR_CBOR_TRAILING, r->at);
	if (r->err != SKERRY_OK)
		*ret_offset = r->err_offset;
	return r->err;
}

/* What is wrong with the simple value of that number, if anything. */
static inline enum skerry_err
simple_error(uint64_t number)
{
	if (number >= SIMPLE_FALSE && number <= SIMPLE_NULL)
		return SKERRY_OK;
	return number == SIMPLE_UNDEFINED ? SKERRY_ERR_CBOR_UNDEFINED : SKERRY_ERR_CBOR_SIMPLE;
}

/* Big-endian number of `len` bytes: 1, 2, 4 or 8. */
static inline uint64_t
big_endian(const uint8_t *bytes, size_t len)
{
	uint64_t value = bytes[0];

	for (size_t i = 1; i < len; i++)
		value = value << 8 | bytes[i];
	return value;
}

/*
 * Decodes the argument that follows an initial byte. A value that fits into half the bytes, or
 * into the initial byte itself, is not in its shortest form.
 */
static enum skerry_err
read_argument(const uint8_t *bytes, size_t bytes_len, struct head *head)
{
	size_t len;
	uint64_t least;

	switch (head->value) {
	case CBOR_INFO_ONE_BYTE:
		len = 1;
		least = CBOR_INFO_ONE_BYTE;
		break;
	case CBOR_INFO_TWO_BYTES:
		len = 2;
		least = UINT64_C(1) << 8;
		break;
	case CBOR_INFO_FOUR_BYTES:
		len = 4;
		least = UINT64_C(1) << 16;
		break;
	case CBOR_INFO_EIGHT_BYTES:
		len = 8;
		least = UINT64_C(1) << 32;
		break;
	case CBOR_INFO_INDEFINITE:
		return SKERRY_ERR_CBOR_INDEFINITE;
	default:
		return SKERRY_ERR_CBOR_RESERVED;
	}
	if (bytes_len < len)
		return SKERRY_ERR_CBOR_TRUNCATED;
	if (head->type == CBOR_SIMPLE)
		return len == 1 ? SKERRY_ERR_CBOR_SIMPLE : SKERRY_ERR_CBOR_FLOAT;
	head->value = big_endian(bytes, len);
	head->after += len;
	return head->value < least ? SKERRY_ERR_CBOR_NOT_SHORTEST : SKERRY_OK;
}

/* Looks at the next head without taking it; latches the error of one outside the profile. */
static inline bool
next_head(struct cbor_reader *r, struct head *ret_head)
{
	size_t at = r->at;
	struct head head = { .at = at, .after = at + 1 };
	enum skerry_err err = SKERRY_OK;

	if (r->err != SKERRY_OK)
		return false;
	if (at >= r->bytes_len) {
		cbor_reader_fail(r, SKERRY_ERR_CBOR_TRUNCATED, at);
		return false;
	}
	head.type = (enum cbor_type)(r->bytes[at] >> 5);
	head.value = r->bytes[at] & CBOR_INFO_MASK;
	if (head.value >= CBOR_INFO_ONE_BYTE)
		err = read_argument(r->bytes + head.after, r->bytes_len - head.after, &head);
	else if (head.type == CBOR_SIMPLE)
		err = simple_error(head.value);
	if (err != SKERRY_OK) {
		cbor_reader_fail(r, err, at);
		return false;
	}
	*ret_head = head;
	return true;
}

/* Latches what is wrong with an item that is not of the type asked for. */
static void
fail_type(struct cbor_reader *r, const struct head *head)
{
	cbor_reader_fail(
		r, head->type == CBOR_TAG ? SKERRY_ERR_CBOR_TAG : SKERRY_ERR_CBOR_TYPE, head->at);
}

/* Looks at the next head, which must be of `type`. */
static inline bool
typed_head(struct cbor_reader *r, enum cbor_type type, struct head *ret_head)
{
	if (!next_head(r, ret_head))
		return false;
	if (ret_head->type == type)
		return true;
	fail_type(r, ret_head);
	return false;
}

enum cbor_type
cbor_peek(const struct cbor_reader *r)
{
	if (r->err != SKERRY_OK || r->at >= r->bytes_len)
		return CBOR_NONE;
	return (enum cbor_type)(r->bytes[r->at] >> 5);
}

bool
cbor_peek_null(const struct cbor_reader *r)
{
	return cbor_peek(r) == CBOR_SIMPLE && r->bytes[r->at] == CBOR_BYTE_NULL;
}

uint64_t
cbor_read_uint(struct cbor_reader *r, uint64_t max)
{
	struct head head;

	if (!typed_head(r, CBOR_UINT, &head))
		return 0;
	if (head.value > max) {
		cbor_reader_fail(r, SKERRY_ERR_CBOR_RANGE, head.at);
		return 0;
	}
	r->at = head.after;
	return head.value;
}

static inline int64_t
read_int(struct cbor_reader *r, int64_t min, int64_t max)
{
	struct head head;
	int64_t value;

	if (!next_head(r, &head))
		return 0;
	if (head.type != CBOR_UINT && head.type != CBOR_NINT) {
		fail_type(r, &head);
		return 0;
	}
	value = head.type == CBOR_UINT ? (int64_t)head.value : -1 - (int64_t)head.value;
	if (head.value > INT64_MAX || value < min || value > max) {
		cbor_reader_fail(r, SKERRY_ERR_CBOR_RANGE, head.at);
		return 0;
	}
	r->at = head.after;
	return value;
}

int64_t
cbor_read_int(struct cbor_reader *r, int64_t min, int64_t max)
{
	return read_int(r, min, max);
}

/* Takes a string of either kind; its bytes stand at ret_head->after. */
static inline bool
read_string(struct cbor_reader *r, enum cbor_type type, size_t max, struct head *ret_head)
{
	enum skerry_err err = SKERRY_OK;

	if (!typed_head(r, type, ret_head))
		return false;
	if (ret_head->value > r->bytes_len - ret_head->after)
		err = SKERRY_ERR_CBOR_LENGTH;
	else if (ret_head->value > max)
		err = SKERRY_ERR_CBOR_COUNT;
	else if (type == CBOR_TEXT &&
		 !cbor_is_utf8(r->bytes + ret_head->after, (size_t)ret_head->value))
		err = SKERRY_ERR_CBOR_UTF8;
	if (err != SKERRY_OK) {
		cbor_reader_fail(r, err, ret_head->at);
		return false;
	}
	r->at = ret_head->after + (size_t)ret_head->value;
	return true;
}

struct cbor_bytes
cbor_read_bytes(struct cbor_reader *r, size_t max)
{
	struct head head;

	if (!read_string(r, CBOR_BYTES, max, &head))
		return (struct cbor_bytes){ NULL, 0 };
	return (struct cbor_bytes){ r->bytes + head.after, (size_t)head.value };
}

const uint8_t *
cbor_read_fixed(struct cbor_reader *r, size_t len)
{
	struct head head;

	if (!read_string(r, CBOR_BYTES, len, &head))
		return NULL;
	if (head.value != len) {
		cbor_reader_fail(r, SKERRY_ERR_CBOR_COUNT, head.at);
		return NULL;
	}
	return r->bytes + head.after;
}

struct cbor_text
cbor_read_text(struct cbor_reader *r, size_t max)
{
	struct head head;

	if (!read_string(r, CBOR_TEXT, max, &head))
		return (struct cbor_text){ NULL, 0 };
	return (struct cbor_text){ (const char *)r->bytes + head.after, (size_t)head.value };
}

bool
cbor_read_bool(struct cbor_reader *r)
{
	struct head head;

	if (!typed_head(r, CBOR_SIMPLE, &head))
		return false;
	if (r->bytes[head.at] == CBOR_BYTE_NULL) {
		fail_type(r, &head);
		return false;
	}
	r->at = head.after;
	return r->bytes[head.at] == CBOR_BYTE_TRUE;
}

void
cbor_read_null(struct cbor_reader *r)
{
	struct head head;

	if (!typed_head(r, CBOR_SIMPLE, &head))
		return;
	if (r->bytes[head.at] == CBOR_BYTE_NULL)
		r->at = head.after;
	else
		fail_type(r, &head);
}

/* Goes one level down into the item whose head is given. */
static bool
enter(struct cbor_reader *r, const struct head *head)
{
	if (r->depth >= CBOR_DEPTH_MAX) {
		cbor_reader_fail(r, SKERRY_ERR_CBOR_DEPTH, head->at);
		return false;
	}
	r->depth++;
	r->at = head->after;
	return true;
}

static void
leave(struct cbor_reader *r)
{
	if (r->err == SKERRY_OK && r->depth > 0)
		r->depth--;
}

/* Opens an array, or a map, whose entries take at least `entry_len` bytes each. */
static inline size_t
begin(struct cbor_reader *r, enum cbor_type type, size_t entry_len, size_t max)
{
	struct head head;

	if (!typed_head(r, type, &head))
		return 0;
	if (head.value > (r->bytes_len - head.after) / entry_len) {
		cbor_reader_fail(r, SKERRY_ERR_CBOR_LENGTH, head.at);
		return 0;
	}
	if (head.value > max) {
		cbor_reader_fail(r, SKERRY_ERR_CBOR_COUNT, head.at);
		return 0;
	}
	return enter(r, &head) ? (size_t)head.value : 0;
}

size_t
cbor_array_begin(struct cbor_reader *r, size_t max)
{
	return begin(r, CBOR_ARRAY, 1, max);
}

void
cbor_array_end(struct cbor_reader *r)
{
	leave(r);
}

void
cbor_map_begin(struct cbor_reader *r, size_t max, struct cbor_map *ret_map)
{
	*ret_map = (struct cbor_map){ .left = begin(r, CBOR_MAP, 2, max) };
}

/* True when a key comes next; closes the map when none does. */
static bool
key_follows(struct cbor_reader *r, const struct cbor_map *map)
{
	if (r->err != SKERRY_OK)
		return false;
	if (map->left > 0)
		return true;
	leave(r);
	return false;
}

/* Whether two keys are in order: told by their first bytes, mostly. */
static inline int
key_order(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	return a[0] < b[0] ? -1 : cbor_key_order(a, a_len, b, b_len);
}

/* Holds the key from `at` to where the reader stands to its place after the one before. */
static inline bool
key_taken(struct cbor_reader *r, struct cbor_map *map, size_t at)
{
	size_t len = r->at - at;
	int order = -1;

	if (r->err != SKERRY_OK)
		return false;
	if (map->key_len > 0)
		order = key_order(r->bytes + map->key_at, map->key_len, r->bytes + at, len);
	if (order >= 0) {
		cbor_reader_fail(r,
			order == 0 ? SKERRY_ERR_CBOR_KEY_DUPLICATE : SKERRY_ERR_CBOR_KEY_ORDER, at);
		return false;
	}
	map->left--;
	map->key_at = at;
	map->key_len = len;
	return true;
}

bool
cbor_map_label(struct cbor_reader *r, struct cbor_map *map, int64_t *ret_label)
{
	size_t at = r->at;
	int64_t label;

	if (!key_follows(r, map))
		return false;
	label = read_int(r, INT64_MIN, INT64_MAX);
	if (!key_taken(r, map, at))
		return false;
	*ret_label = label;
	return true;
}

bool
cbor_map_name(struct cbor_reader *r, struct cbor_map *map, size_t max, struct cbor_text *ret_name)
{
	size_t at = r->at;
	struct cbor_text name;

	if (!key_follows(r, map))
		return false;
	name = cbor_read_text(r, max);
	if (!key_taken(r, map, at))
		return false;
	*ret_name = name;
	return true;
}

bool
cbor_map_key(struct cbor_reader *r, struct cbor_map *map, int64_t *ret_label,
	struct cbor_text *ret_name, bool *ret_is_label)
{
	bool is_label = cbor_peek(r) != CBOR_TEXT;
	bool taken = is_label ? cbor_map_label(r, map, ret_label)
			      : cbor_map_name(r, map, SIZE_MAX, ret_name);

	if (taken)
		*ret_is_label = is_label;
	return taken;
}

void
cbor_tag_begin(struct cbor_reader *r, uint64_t tag)
{
	struct head head;

	if (!typed_head(r, CBOR_TAG, &head))
		return;
	if (head.value != tag)
		fail_type(r, &head);
	else
		enter(r, &head);
}

void
cbor_tag_end(struct cbor_reader *r)
{
	leave(r);
}

/* Passes over a key, whose number may be any that CBOR can hold. */
static bool
skip_key(struct cbor_reader *r, struct cbor_map *map)
{
	size_t at = r->at;
	struct head head;

	if (!key_follows(r, map) || !next_head(r, &head))
		return false;
	if (head.type == CBOR_TEXT)
		cbor_read_text(r, SIZE_MAX);
	else if (head.type == CBOR_UINT || head.type == CBOR_NINT)
		r->at = head.after;
	else
		fail_type(r, &head);
	return key_taken(r, map, at);
}

/* Calls itself for what is inside, CBOR_DEPTH_MAX levels at most: cbor_array_begin sees to it. */
void
cbor_skip(struct cbor_reader *r)
{
	struct cbor_map map;
	struct head head;

	if (!next_head(r, &head))
		return;
	switch (head.type) {
	case CBOR_UINT:
	case CBOR_NINT:
	case CBOR_SIMPLE:
		r->at = head.after;
		break;
	case CBOR_BYTES:
	case CBOR_TEXT:
		read_string(r, head.type, SIZE_MAX, &head);
		break;
	case CBOR_ARRAY:
		for (size_t left = cbor_array_begin(r, CBOR_COUNT_MAX); left > 0; left--)
			cbor_skip(r);
		cbor_array_end(r);
		break;
	case CBOR_MAP:
		cbor_map_begin(r, CBOR_COUNT_MAX, &map);
		while (skip_key(r, &map))
			cbor_skip(r);
		break;
	case CBOR_TAG:
	case CBOR_NONE:
		fail_type(r, &head);
		break;
	}
}
