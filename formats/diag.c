/* SPDX-License-Identifier: ISC */
#include "diag.h"

#include <string.h>

#include "cose.h"
#include "utf8.h"

enum {
	ONE_LINE_MAX = 24, /* encoded bytes of an array or map that stays on one line */
	EMBEDDED_MAX = 4,  /* byte strings inside one another that are written as CBOR */
	DECIMAL_MAX = 20,  /* digits of the largest number */
	HEX_CHUNK_BYTES = 32
};

/*
 * The bytes before `end` have passed the reader, so that the printer decodes them without a doubt.
 * Where it reaches `end` inside an item, the document is broken there, and it stops.
 */
struct printer {
	const uint8_t *bytes;
	size_t end;
	diag_sink *sink;
	void *context;
	unsigned level, embedded;
	bool has_stopped;
};

struct head {
	enum cbor_type type;
	uint64_t value;
	size_t len;
};

static size_t write_item(struct printer *p, size_t at);

static void
put(struct printer *p, const char *text, size_t len)
{
	if (!p->has_stopped)
		p->sink(p->context, text, len);
}

static void
put_chars(struct printer *p, const char *terminated)
{
	put(p, terminated, strlen(terminated));
}

static void
put_number(struct printer *p, uint64_t value)
{
	char digits[DECIMAL_MAX];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	put(p, digits + at, sizeof digits - at);
}

static void
put_negative(struct printer *p, uint64_t argument)
{
	put_chars(p, "-");
	if (argument == UINT64_MAX)
		put_chars(p, "18446744073709551616"); /* 2^64, which no uint64_t holds */
	else
		put_number(p, argument + 1);
}

static void
put_new_line(struct printer *p)
{
	put_chars(p, "\n");
	for (unsigned i = 0; i < p->level; i++)
		put_chars(p, "  ");
}

static void
put_hex(struct printer *p, const uint8_t *bytes, size_t len)
{
	static const char DIGITS[] = "0123456789abcdef";
	char hex[2 * HEX_CHUNK_BYTES];

	put_chars(p, "h'");
	while (len > 0) {
		size_t chunk = len < HEX_CHUNK_BYTES ? len : HEX_CHUNK_BYTES;

		for (size_t i = 0; i < chunk; i++) {
			hex[2 * i] = DIGITS[bytes[i] >> 4];
			hex[2 * i + 1] = DIGITS[bytes[i] & 0xf];
		}
		put(p, hex, 2 * chunk);
		bytes += chunk;
		len -= chunk;
	}
	put_chars(p, "'");
}

/* All that utf8_is_control knows lies in the first plane: four digits are enough. */
static void
put_escaped(struct printer *p, uint32_t point)
{
	static const char DIGITS[] = "0123456789abcdef";
	const char escape[] = { '\\', 'u', DIGITS[point >> 12 & 0xf], DIGITS[point >> 8 & 0xf],
		DIGITS[point >> 4 & 0xf], DIGITS[point & 0xf] };

	put(p, escape, sizeof escape);
}

static void
put_text(struct printer *p, const char *text, size_t len)
{
	put_chars(p, "\"");
	while (len > 0) {
		uint32_t point;
		size_t step = utf8_next(text, len, &point);

		if (utf8_is_control(point)) {
			put_escaped(p, point);
		} else {
			if (point == '"' || point == '\\')
				put_chars(p, "\\");
			put(p, text, step);
		}
		text += step;
		len -= step;
	}
	put_chars(p, "\"");
}

/* Decodes a head that has passed the reader. */
static struct head
head_at(const struct printer *p, size_t at)
{
	struct head head = { .type = (enum cbor_type)(p->bytes[at] >> 5),
		.value = p->bytes[at] & CBOR_INFO_MASK,
		.len = 1 };
	size_t argument_len;

	if (head.value < CBOR_INFO_ONE_BYTE)
		return head;
	argument_len = (size_t)1 << (head.value - CBOR_INFO_ONE_BYTE);
	head.value = 0;
	for (; head.len <= argument_len; head.len++)
		head.value = head.value << 8 | p->bytes[at + head.len];
	return head;
}

/* Whether the item at `at` is short enough for one line, and whole. */
static bool
fits_one_line(const struct printer *p, size_t at)
{
	size_t start = at;

	for (uint64_t left = 1; left > 0; left--) {
		struct head head;

		if (at >= p->end)
			return false;
		head = head_at(p, at);
		at += head.len;
		if (head.type == CBOR_BYTES || head.type == CBOR_TEXT)
			at += (size_t)head.value;
		else if (head.type == CBOR_ARRAY)
			left += head.value;
		else if (head.type == CBOR_MAP)
			left += 2 * head.value;
		if (at - start > ONE_LINE_MAX)
			return false;
	}
	return true;
}

/* Writes what is inside an array or map, entry by entry. */
static size_t
write_entries(struct printer *p, size_t at, const struct head *head, bool one_line)
{
	for (uint64_t i = 0; i < head->value && !p->has_stopped; i++) {
		if (i > 0)
			put_chars(p, one_line ? ", " : ",");
		if (!one_line)
			put_new_line(p);
		at = write_item(p, at);
		if (head->type == CBOR_MAP) {
			put_chars(p, ": ");
			at = write_item(p, at);
		}
	}
	return at;
}

static size_t
write_container(struct printer *p, size_t at, const struct head *head)
{
	bool one_line = fits_one_line(p, at);

	put_chars(p, head->type == CBOR_MAP ? "{" : "[");
	p->level++;
	at = write_entries(p, at + head->len, head, one_line);
	p->level--;
	if (!one_line)
		put_new_line(p);
	put_chars(p, head->type == CBOR_MAP ? "}" : "]");
	return at;
}

/* Reads one document: an item of the profile, or one of the two envelopes. */
static enum skerry_err
check(const uint8_t *bytes, size_t len, size_t *ret_offset)
{
	static const uint8_t SIGN1[] = { 0xd2 }, SIGN[] = { 0xd8, COSE_TAG_SIGN };
	struct cbor_reader r;

	cbor_reader_init(&r, bytes, len);
	if (len >= sizeof SIGN1 && memcmp(bytes, SIGN1, sizeof SIGN1) == 0)
		cbor_tag_begin(&r, COSE_TAG_SIGN1);
	else if (len >= sizeof SIGN && memcmp(bytes, SIGN, sizeof SIGN) == 0)
		cbor_tag_begin(&r, COSE_TAG_SIGN);
	cbor_skip(&r);
	return cbor_reader_finish(&r, ret_offset);
}

/* A map, array or envelope; a number or text inside a byte string is taken for chance. */
static bool
holds_document(const uint8_t *bytes, size_t len)
{
	size_t offset;
	unsigned type = len == 0 ? CBOR_NONE : bytes[0] >> 5;

	return (type == CBOR_ARRAY || type == CBOR_MAP || type == CBOR_TAG) &&
	       check(bytes, len, &offset) == SKERRY_OK;
}

static void
write_bytes(struct printer *p, const uint8_t *bytes, size_t len)
{
	struct printer inner = *p;

	if (p->embedded >= EMBEDDED_MAX || !holds_document(bytes, len)) {
		put_hex(p, bytes, len);
		return;
	}
	inner.bytes = bytes;
	inner.end = len;
	inner.embedded++;
	put_chars(p, "<< ");
	write_item(&inner, 0);
	put_chars(p, " >>");
}

static void
put_simple(struct printer *p, uint8_t byte)
{
	put_chars(p, byte == CBOR_BYTE_NULL ? "null" : byte == CBOR_BYTE_TRUE ? "true" : "false");
}

/*
 * Writes the item at `at` and returns where the next one stands. Calls itself for what is inside,
 * CBOR_DEPTH_MAX levels in each of EMBEDDED_MAX + 1 documents at most.
 */
static size_t
write_item(struct printer *p, size_t at)
{
	struct head head;
	const uint8_t *content;

	if (at >= p->end)
		p->has_stopped = true;
	if (p->has_stopped)
		return at;
	head = head_at(p, at);
	content = p->bytes + at + head.len;
	switch (head.type) {
	case CBOR_UINT:
		put_number(p, head.value);
		break;
	case CBOR_NINT:
		put_negative(p, head.value);
		break;
	case CBOR_BYTES:
		write_bytes(p, content, (size_t)head.value);
		return at + head.len + (size_t)head.value;
	case CBOR_TEXT:
		put_text(p, (const char *)content, (size_t)head.value);
		return at + head.len + (size_t)head.value;
	case CBOR_ARRAY:
	case CBOR_MAP:
		return write_container(p, at, &head);
	case CBOR_TAG:
		put_number(p, head.value);
		put_chars(p, "(");
		at = write_item(p, at + head.len);
		put_chars(p, ")");
		return at;
	case CBOR_SIMPLE:
	case CBOR_NONE:
		put_simple(p, p->bytes[at]);
		break;
	}
	return at + head.len;
}

enum skerry_err
diag_write(
	const uint8_t *bytes, size_t bytes_len, diag_sink *sink, void *context, size_t *ret_offset)
{
	struct printer p = { .bytes = bytes, .end = bytes_len, .sink = sink, .context = context };
	size_t offset = 0;
	enum skerry_err err = check(bytes, bytes_len, &offset);

	if (err != SKERRY_OK) {
		p.end = offset;
		*ret_offset = offset;
	}
	if (p.end > 0) {
		write_item(&p, 0);
		sink(context, "\n", 1);
	}
	return err;
}
