/* SPDX-License-Identifier: ISC */
#include "mangled.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "utf8.h"

enum {
	ESCAPE_LEN = 3,      /* "=3D" */
	ENTITY_MAX = 10,     /* "&NewLine;", the longest that is worth knowing, and a bit */
	TAG_MAX = 256,       /* bytes of a tag with its attributes */
	SOFT_BLANKS_MAX = 32 /* blanks that a mail server may leave behind a soft "=" */
};

/* What an entity stands for; numbers are read as they are. */
static const struct {
	const char *name;
	uint32_t point;
} ENTITIES[] = {
	{ "nbsp", 0xa0 },
	{ "ensp", 0x2002 },
	{ "emsp", 0x2003 },
	{ "thinsp", 0x2009 },
	{ "zwnj", 0x200c },
	{ "zwj", 0x200d },
	{ "shy", 0xad },
	{ "Tab", '\t' },
	{ "NewLine", '\n' },
	{ "gt", '>' },
	{ "equals", '=' },
	{ "plus", '+' },
	{ "sol", '/' },
	{ "hyphen", 0x2010 },
	{ "dash", 0x2010 },
	{ "ndash", 0x2013 },
	{ "mdash", 0x2014 },
	{ "horbar", 0x2015 },
	{ "minus", 0x2212 },
};

/* Tags that only say how a text looks or where its lines end. */
static const char *const TAGS[] = { "br", "p", "div", "span", "pre", "tt", "code", "font", "b",
	"wbr", "blockquote", "body", "html", "td", "tr" };

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Value of a digit in `base` 10 or 16, or `base`. */
static unsigned
digit_value(char c, unsigned base)
{
	unsigned value = base;

	if (c >= '0' && c <= '9')
		value = (unsigned)(c - '0');
	else if (c >= 'a' && c <= 'f')
		value = (unsigned)(c - 'a') + 10;
	else if (c >= 'A' && c <= 'F')
		value = (unsigned)(c - 'A') + 10;
	return value < base ? value : base;
}

/* The byte at the start of `text`, which may be spelled "=3D"; returns the bytes it takes. */
static size_t
next_byte(const char *text, size_t text_len, char *ret_byte)
{
	if (text[0] == '=' && text_len >= ESCAPE_LEN) {
		unsigned high = digit_value(text[1], 16), low = digit_value(text[2], 16);

		if (high < 16 && low < 16) {
			*ret_byte = (char)(high << 4 | low);
			return ESCAPE_LEN;
		}
	}
	*ret_byte = text[0];
	return 1;
}

/* As utf8_next, but of bytes that may be escaped each. */
static size_t
next_point(const char *text, size_t text_len, uint32_t *ret_point)
{
	char bytes[UTF8_MAX];
	size_t ends[UTF8_MAX] = { 0 }, len = 0, at = 0;

	while (at < text_len && len < UTF8_MAX) {
		at += next_byte(text + at, text_len - at, &bytes[len]);
		ends[len++] = at;
	}
	len = utf8_next(bytes, len, ret_point);
	if (*ret_point == UTF8_BROKEN && len == 1)
		switch ((unsigned char)bytes[0]) {
		case 0x96: /* Windows-1252 */
			*ret_point = 0x2013;
			break;
		case 0x97:
			*ret_point = 0x2014;
			break;
		case 0xa0:
			*ret_point = 0xa0;
			break;
		default:
			break;
		}
	return ends[len - 1];
}

/* Length of a soft break at the start of `text`: "=", perhaps blanks, a line end. 0: none. */
static size_t
soft_break(const char *text, size_t text_len)
{
	size_t at = 1;

	if (text[0] != '=')
		return 0;
	while (at < text_len && at <= SOFT_BLANKS_MAX && (text[at] == ' ' || text[at] == '\t'))
		at++;
	if (at < text_len && text[at] == '\n')
		return at + 1;
	if (at < text_len && text[at] == '\r')
		return at + 1 < text_len && text[at + 1] == '\n' ? at + 2 : at + 1;
	return 0;
}

/* Reads the number of "&#160;" or "&#xa0;" from behind "&#". */
static bool
entity_number(const char *digits, size_t digits_len, uint32_t *ret_point)
{
	unsigned base = digits_len > 0 && (*digits == 'x' || *digits == 'X') ? 16 : 10;
	size_t i = base == 16 ? 1 : 0;
	uint32_t point = 0;

	if (i == digits_len)
		return false;
	for (; i < digits_len; i++) {
		unsigned digit = digit_value(digits[i], base);

		if (digit == base)
			return false;
		point = point * base + digit;
	}
	*ret_point = point;
	return true;
}

/* Length of an entity at the start of `text`. 0: none that is known. */
static size_t
entity(const char *text, size_t text_len, uint32_t *ret_point)
{
	size_t name_len = 0;

	if (text[0] != '&')
		return 0;
	while (1 + name_len < text_len && name_len < ENTITY_MAX && text[1 + name_len] != ';')
		name_len++;
	if (1 + name_len == text_len || text[1 + name_len] != ';' || name_len == 0)
		return 0;
	if (text[1] == '#')
		return entity_number(text + 2, name_len - 1, ret_point) ? name_len + 2 : 0;
	for (size_t i = 0; i < sizeof ENTITIES / sizeof *ENTITIES; i++)
		if (strlen(ENTITIES[i].name) == name_len &&
			memcmp(ENTITIES[i].name, text + 1, name_len) == 0) {
			*ret_point = ENTITIES[i].point;
			return name_len + 2;
		}
	return 0;
}

static bool
is_tag_name(const char *name, size_t name_len)
{
	for (size_t i = 0; i < sizeof TAGS / sizeof *TAGS; i++)
		if (strlen(TAGS[i]) == name_len && strncasecmp(TAGS[i], name, name_len) == 0)
			return true;
	return false;
}

/* Length of a harmless tag at the start of `text`. 0: none. */
static size_t
tag(const char *text, size_t text_len)
{
	static const char BEHIND_NAME[] = { '>', '/', ' ', '\t', '\r', '\n', '=' };
	size_t name = 1, at;

	if (text[0] != '<')
		return 0;
	name += name < text_len && text[name] == '/';
	for (at = name; at < text_len && at < TAG_MAX && is_letter(text[at]);)
		at++;
	/* "<b@hotel.example>" is an address. */
	if (!is_tag_name(text + name, at - name) || at == text_len ||
		memchr(BEHIND_NAME, text[at], sizeof BEHIND_NAME) == NULL)
		return 0;
	for (; at < text_len && at < TAG_MAX && text[at] != '<'; at++)
		if (text[at] == '>')
			return at + 1;
	return 0;
}

/* Blanks that take no room on the line: in the middle of a word they are an accident. */
static bool
shows_nothing(uint32_t point)
{
	return point == 0xad || point == 0x61c || point == 0x180e || point == 0xfeff ||
	       (point >= 0x200b && point <= 0x200f) || (point >= 0x202a && point <= 0x202e) ||
	       (point >= 0x2060 && point <= 0x206f);
}

static enum mangled_kind
classify(uint32_t point)
{
	if (point == '=')
		return MANGLED_EQUALS;
	if (point == '>')
		return MANGLED_QUOTE;
	if (point == 0x2014 || point == 0x2015 || point == 0x2e3a || point == 0x2e3b)
		return MANGLED_LONG_DASH;
	if (utf8_is_dash(point))
		return MANGLED_DASH;
	if (utf8_is_blank(point))
		return shows_nothing(point) ? MANGLED_NOTHING : MANGLED_BLANK;
	return point > ' ' && point < 0x7f ? MANGLED_CHARACTER : MANGLED_OTHER;
}

struct mangled
mangled_next(const char *text, size_t text_len, size_t at)
{
	struct mangled c = { .kind = MANGLED_END, .at = at, .next = at };
	const char *here = text + at;
	size_t left = text_len - at, len;
	uint32_t point;

	if (left == 0)
		return c;
	/* Nearly all of them. */
	if (is_letter(*here) || digit_value(*here, 10) < 10) {
		c.kind = MANGLED_CHARACTER;
		c.character = *here;
		c.next = at + 1;
		return c;
	}
	if ((len = soft_break(here, left)) > 0) {
		c.kind = MANGLED_SOFT;
	} else if ((len = tag(here, left)) > 0) {
		c.kind = MANGLED_BLANK;
	} else {
		len = entity(here, left, &point);
		if (len == 0)
			len = next_point(here, left, &point);
		c.kind = classify(point);
		if (c.kind == MANGLED_EQUALS && len == ESCAPE_LEN)
			c.kind = MANGLED_ESCAPED;
		if (c.kind == MANGLED_CHARACTER)
			c.character = (char)point;
	}
	c.next = at + len;
	return c;
}
