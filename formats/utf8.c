/* SPDX-License-Identifier: ISC */
#include "utf8.h"

/*
 * What a lead byte asks for. `low` and `high` bound the second byte: they shut out overlong forms,
 * surrogates and everything above U+10FFFF (RFC 3629, section 4).
 */
struct lead {
	uint8_t first, last;
	uint8_t len;
	uint8_t low, high;
};

static const struct lead LEADS[] = {
	{ 0x00, 0x7f, 1, 0, 0 },
	{ 0xc2, 0xdf, 2, 0x80, 0xbf },
	{ 0xe0, 0xe0, 3, 0xa0, 0xbf },
	{ 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f },
	{ 0xee, 0xef, 3, 0x80, 0xbf },
	{ 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf },
	{ 0xf4, 0xf4, 4, 0x80, 0x8f },
};

struct range {
	uint32_t first, last;
};

static const struct range CONTROLS[] = {
	{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0x061c, 0x061c }, /* Arabic letter mark */
	{ 0x200e, 0x200f }, /* left-to-right and right-to-left mark */
	{ 0x2028, 0x202e }, /* separators, embeddings, overrides */
	{ 0x2066, 0x206f }, /* isolates, deprecated format characters */
	{ 0xfff9, 0xfffb }, /* interlinear annotations */
};

static const struct range BLANKS[] = {
	{ 0x09, 0x0d }, { 0x20, 0x20 }, { 0x85, 0x85 }, { 0xa0, 0xa0 }, /* non-breaking space */
	{ 0xad, 0xad },                         /* soft hyphen: shown only where a line is broken */
	{ 0x061c, 0x061c },                     /* bidirectional marks show nothing */
	{ 0x180e, 0x180e }, { 0x2000, 0x200f }, /* spaces by width, zero-width ones, marks */
	{ 0x2028, 0x202f }, { 0x205f, 0x2064 }, { 0x2066, 0x206f }, { 0x3000, 0x3000 },
	{ 0xfeff, 0xfeff }, /* BOM */
};

static const struct range DASHES[] = {
	{ '-', '-' },
	{ 0x2010, 0x2015 }, /* hyphen, non-breaking hyphen, figure, en, em dash, horizontal bar */
	{ 0x2043, 0x2043 }, /* hyphen bullet */
	{ 0x2212, 0x2212 }, /* minus sign */
	{ 0x2500, 0x2501 }, /* box drawing */
	{ 0x2e3a, 0x2e3b }, /* two-em, three-em dash */
	{ 0xfe58, 0xfe58 },
	{ 0xfe63, 0xfe63 },
	{ 0xff0d, 0xff0d },
};

static const struct lead *
find_lead(uint8_t byte)
{
	for (size_t i = 0; i < sizeof LEADS / sizeof *LEADS; i++)
		if (byte >= LEADS[i].first && byte <= LEADS[i].last)
			return &LEADS[i];
	return NULL;
}

size_t
utf8_next(const char *text, size_t text_len, uint32_t *ret_point)
{
	uint8_t first = (uint8_t)text[0];
	const struct lead *lead = find_lead(first);
	uint32_t point;

	*ret_point = UTF8_BROKEN;
	if (lead == NULL)
		return 1;
	point = lead->len == 1 ? first : first & (0x7fu >> lead->len);
	for (size_t i = 1; i < lead->len; i++) {
		uint8_t byte = i < text_len ? (uint8_t)text[i] : 0;

		if (byte < (i == 1 ? lead->low : 0x80) || byte > (i == 1 ? lead->high : 0xbf))
			return i;
		point = point << 6 | (byte & 0x3fu);
	}
	*ret_point = point;
	return lead->len;
}

static bool
is_in(uint32_t point, const struct range *ranges, size_t ranges_len)
{
	for (size_t i = 0; i < ranges_len; i++)
		if (point >= ranges[i].first && point <= ranges[i].last)
			return true;
	return false;
}

bool
utf8_is_control(uint32_t point)
{
	return is_in(point, CONTROLS, sizeof CONTROLS / sizeof *CONTROLS);
}

bool
utf8_is_blank(uint32_t point)
{
	return is_in(point, BLANKS, sizeof BLANKS / sizeof *BLANKS);
}

bool
utf8_is_dash(uint32_t point)
{
	return is_in(point, DASHES, sizeof DASHES / sizeof *DASHES);
}
