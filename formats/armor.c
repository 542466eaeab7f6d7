/* SPDX-License-Identifier: ISC */
#include "armor.h"

#include <stdbool.h>
#include <string.h>

#include "base64.h"
#include "mangled.h"

enum {
	LINE_BYTES = 48, /* 64 characters (RFC 7468, section 2) */
	HYPHENS = 5      /* on each side of BEGIN and END */
};

static char *
put_chars(char *out, const char *chars)
{
	while (*chars != '\0')
		*out++ = *chars++;
	return out;
}

static char *
put_line(char *out, const char *verb, const char *label)
{
	out = put_chars(out, verb);
	out = put_chars(out, label);
	return put_chars(out, "-----\n");
}

void
armor_write(const char *label, const uint8_t *bytes, size_t bytes_len, char *ret_text,
	size_t *ret_text_len)
{
	char *out = put_line(ret_text, "-----BEGIN SKERRY ", label);

	for (size_t at = 0; at < bytes_len; at += 3) {
		size_t left = bytes_len - at;

		base64_encode_group(bytes + at, left < 3 ? left : 3, out);
		out += 4;
		if (left <= 3 || (at + 3) % LINE_BYTES == 0)
			*out++ = '\n';
	}
	out = put_line(out, "-----END SKERRY ", label);
	*ret_text_len = (size_t)(out - ret_text);
}

/* Where a reader stands: `c` is the character that comes next. */
struct cursor {
	const char *text;
	size_t text_len;
	struct mangled c;
};

static void
go_to(struct cursor *cursor, size_t at)
{
	cursor->c = mangled_next(cursor->text, cursor->text_len, at);
}

static void
advance(struct cursor *cursor)
{
	go_to(cursor, cursor->c.next);
}

static bool
is_dash(const struct cursor *cursor)
{
	return cursor->c.kind == MANGLED_DASH || cursor->c.kind == MANGLED_LONG_DASH;
}

static bool
is_blank(const struct cursor *cursor)
{
	return cursor->c.kind == MANGLED_BLANK || cursor->c.kind == MANGLED_NOTHING ||
	       cursor->c.kind == MANGLED_SOFT;
}

static bool
is_equals(const struct cursor *cursor)
{
	return cursor->c.kind == MANGLED_EQUALS || cursor->c.kind == MANGLED_ESCAPED ||
	       cursor->c.kind == MANGLED_SOFT;
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool
is_word_character(const struct cursor *cursor)
{
	char c = upper(cursor->c.character);

	return cursor->c.kind == MANGLED_CHARACTER &&
	       ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
}

/* Passes blanks and the ">" that quoting puts behind them. True: there was a space to see. */
static bool
skip_blanks(struct cursor *cursor)
{
	bool seen = false, blank = false;

	for (; is_blank(cursor) || (blank && cursor->c.kind == MANGLED_QUOTE); advance(cursor)) {
		blank = true;
		seen = seen || cursor->c.kind == MANGLED_BLANK;
	}
	return seen;
}

/* Passes a run of dashes that stands for `max` hyphens or a few more; returns for how many. */
static size_t
skip_dashes(struct cursor *cursor, size_t max)
{
	size_t hyphens = 0;

	for (; hyphens < max && (is_dash(cursor) || cursor->c.kind == MANGLED_NOTHING);
		advance(cursor))
		if (is_dash(cursor))
			hyphens += cursor->c.kind == MANGLED_LONG_DASH ? 2 : 1;
	return hyphens;
}

/*
 * Passes `words`, in any case, wherever blanks stand in the text or in `words`. On false the cursor
 * stands at the character that does not fit.
 */
static bool
take_words(struct cursor *cursor, const char *words)
{
	for (; *words != '\0'; words++) {
		if (*words == ' ')
			continue;
		skip_blanks(cursor);
		if (!is_word_character(cursor) || upper(cursor->c.character) != *words)
			return false;
		advance(cursor);
	}
	return true;
}

/* Reads the label behind "BEGIN SKERRY" and the dashes behind it. */
static enum skerry_err
read_label(struct cursor *cursor, char ret_label[ARMOR_LABEL_MAX + 1], size_t *ret_offset)
{
	size_t len = 0;

	for (;;) {
		bool space = skip_blanks(cursor) && len > 0;

		if (!is_word_character(cursor))
			break;
		if (len + space >= ARMOR_LABEL_MAX)
			return SKERRY_ERR_ARMOR_LABEL;
		if (space)
			ret_label[len++] = ' ';
		ret_label[len++] = upper(cursor->c.character);
		advance(cursor);
	}
	if (cursor->c.kind == MANGLED_END) {
		*ret_offset = cursor->c.at;
		return SKERRY_ERR_ARMOR_END;
	}
	if (!is_dash(cursor) || len == 0)
		return SKERRY_ERR_ARMOR_LABEL;
	ret_label[len] = '\0';
	skip_dashes(cursor, SIZE_MAX);
	return SKERRY_OK;
}

/* Looks for a BEGIN line and passes it. *ret_offset is where its dashes begin. */
static enum skerry_err
find_begin(struct cursor *cursor, char ret_label[ARMOR_LABEL_MAX + 1], size_t *ret_offset)
{
	for (;;) {
		struct cursor words;
		size_t hyphens;

		while (cursor->c.kind != MANGLED_END && !is_dash(cursor))
			advance(cursor);
		*ret_offset = cursor->c.at;
		if (cursor->c.kind == MANGLED_END)
			return SKERRY_ERR_ARMOR_BEGIN;
		/* "- -----BEGIN": dashes escaped for a signed mail (RFC 9580, section 7.2). */
		for (hyphens = 0; is_dash(cursor); skip_blanks(cursor))
			hyphens += skip_dashes(cursor, SIZE_MAX);
		/* A single hyphen is a hyphen: "Step 1 - begin Skerry ..." is no block. */
		if (hyphens < 2)
			continue;
		words = *cursor;
		if (take_words(cursor, "BEGIN SKERRY"))
			return read_label(cursor, ret_label, ret_offset);
		if (take_words(&words, "END SKERRY"))
			return SKERRY_ERR_ARMOR_BEGIN;
	}
}

/* What stands between the lines. */
struct body {
	struct base64 base64;
	size_t last_at; /* where the last digit stands */
	size_t breaks;  /* soft breaks before it: the text is quoted-printable */
	/* "=" since then: of any kind, of those "=3D", and of those at the end of a line. */
	size_t equals, escaped, soft;
	size_t equals_at; /* the first of them */
};

static void
count_equals(struct body *body, const struct mangled *c)
{
	if (body->equals++ == 0)
		body->equals_at = c->at;
	body->escaped += c->kind == MANGLED_ESCAPED;
	body->soft += c->kind == MANGLED_SOFT;
}

static enum skerry_err
add_character(struct body *body, const struct mangled *c, size_t *ret_offset)
{
	unsigned value = base64_value(c->character);

	if (value == BASE64_NO_DIGIT) {
		*ret_offset = c->at;
		return SKERRY_ERR_ARMOR_CHARACTER;
	}
	if (body->equals > body->soft) {
		*ret_offset = body->equals_at;
		return SKERRY_ERR_ARMOR_PADDING;
	}
	/* More base64: what could have been padding was soft breaks. */
	body->breaks += body->soft;
	body->equals = body->soft = 0;
	body->last_at = c->at;
	base64_add(&body->base64, value);
	return SKERRY_OK;
}

/* Where "=" at the end of a line may be a soft break, padding is at least all the others. */
static bool
is_padded(const struct body *body, unsigned padding)
{
	bool quoted_printable = body->breaks > 0 || body->escaped > 0;
	size_t least = quoted_printable ? body->equals - body->soft : body->equals;

	return least <= padding && padding <= body->equals;
}

/* Checks the end of the base64, which is followed at `end_at` by dashes, and adds its last bytes. */
static enum skerry_err
finish_body(struct body *body, size_t end_at, size_t *ret_offset)
{
	unsigned padding = base64_padding(&body->base64);

	if (padding == 3 || (padding > 0 && body->equals == 0)) {
		*ret_offset = end_at;
		return SKERRY_ERR_ARMOR_LENGTH;
	}
	if (!is_padded(body, padding)) {
		*ret_offset = body->equals_at;
		return SKERRY_ERR_ARMOR_PADDING;
	}
	/* Bits that no byte takes must be zero, or two texts would stand for the same bytes. */
	if (!base64_end(&body->base64)) {
		*ret_offset = body->last_at;
		return SKERRY_ERR_ARMOR_PADDING;
	}
	return SKERRY_OK;
}

/*
 * At dashes in the body: takes the END line. *ret_offset is where it would have to be. On
 * ARMOR_CHARACTER the cursor stands behind the dashes, so that no run of them is passed twice.
 */
static enum skerry_err
take_end(struct cursor *cursor, const char *label, size_t *ret_offset)
{
	struct cursor words;

	*ret_offset = cursor->c.at;
	for (; is_dash(cursor); skip_blanks(cursor))
		skip_dashes(cursor, SIZE_MAX);
	words = *cursor;
	if (take_words(&words, "END SKERRY") && take_words(&words, label) &&
		!is_word_character(&words)) {
		/* No more than its own: the next block's may follow at once. */
		skip_dashes(&words, HYPHENS);
		*cursor = words;
		return SKERRY_OK;
	}
	if (words.c.kind == MANGLED_END)
		return SKERRY_ERR_ARMOR_END;
	words = *cursor;
	if (take_words(&words, "END") || take_words(&words, "BEGIN"))
		return SKERRY_ERR_ARMOR_END;
	return SKERRY_ERR_ARMOR_CHARACTER;
}

/* Reads the base64 up to the next dashes. ">" is quoting only where a blank stands before it. */
static enum skerry_err
read_characters(struct cursor *cursor, struct body *body, size_t *ret_offset)
{
	bool quotable = true;

	for (; !is_dash(cursor); advance(cursor)) {
		enum skerry_err err = SKERRY_OK;

		*ret_offset = cursor->c.at;
		if (cursor->c.kind == MANGLED_END)
			return SKERRY_ERR_ARMOR_END;
		if (is_equals(cursor))
			count_equals(body, &cursor->c);
		else if (cursor->c.kind == MANGLED_CHARACTER)
			err = add_character(body, &cursor->c, ret_offset);
		else if (!is_blank(cursor) && !(quotable && cursor->c.kind == MANGLED_QUOTE))
			err = SKERRY_ERR_ARMOR_CHARACTER;
		if (err != SKERRY_OK)
			return err;
		quotable = is_blank(cursor) || cursor->c.kind == MANGLED_QUOTE;
	}
	return SKERRY_OK;
}

/* From behind the BEGIN line to behind the END line. */
static enum skerry_err
read_body(struct cursor *cursor, const char *label, struct body *body, size_t *ret_offset)
{
	for (;;) {
		size_t dashes_at;
		enum skerry_err err = read_characters(cursor, body, ret_offset);

		if (err != SKERRY_OK)
			return err;
		dashes_at = cursor->c.at;
		err = take_end(cursor, label, ret_offset);
		if (err == SKERRY_OK)
			return finish_body(body, dashes_at, ret_offset);
		/* Before any base64 they are the BEGIN line's, broken by a new line. */
		if (err != SKERRY_ERR_ARMOR_CHARACTER || body->base64.count > 0)
			return err;
	}
}

enum skerry_err
armor_read(const char *text, size_t text_len, size_t *at, char ret_label[ARMOR_LABEL_MAX + 1],
	uint8_t *ret_bytes, size_t *ret_bytes_len, size_t *ret_offset)
{
	struct cursor cursor = { .text = text, .text_len = text_len };
	struct body body = { .base64 = { .bytes = ret_bytes } };
	char label[ARMOR_LABEL_MAX + 1];
	size_t begin_at;
	enum skerry_err err;

	go_to(&cursor, *at);
	err = find_begin(&cursor, label, &begin_at);
	*ret_offset = begin_at;
	if (err == SKERRY_ERR_ARMOR_BEGIN)
		*at = text_len;
	if (err == SKERRY_OK)
		err = read_body(&cursor, label, &body, ret_offset);
	if (err != SKERRY_OK)
		return err;
	*at = cursor.c.at;
	memcpy(ret_label, label, sizeof label);
	*ret_bytes_len = body.base64.bytes_len;
	*ret_offset = begin_at;
	return SKERRY_OK;
}
