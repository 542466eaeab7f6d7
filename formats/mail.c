/* SPDX-License-Identifier: ISC */
#include "mail.h"

#include <string.h>
#include <strings.h>

#include "base64.h"

enum { BOUNDARY_MAX = 70 /* RFC 2046, section 5.1.1 */ };

/* A stretch of the mail. */
struct span {
	const uint8_t *bytes;
	size_t len;
};

/* Takes the next line off *text; its line end belongs to no line. False at the end. */
static bool
take_line(struct span *text, struct span *ret_line)
{
	size_t len = 0, end;

	if (text->len == 0)
		return false;
	while (len < text->len && text->bytes[len] != '\n' && text->bytes[len] != '\r')
		len++;
	end = len;
	if (end < text->len)
		end += text->bytes[end] == '\r' && end + 1 < text->len &&
				       text->bytes[end + 1] == '\n'
			       ? 2
			       : 1;
	*ret_line = (struct span){ text->bytes, len };
	*text = (struct span){ text->bytes + end, text->len - end };
	return true;
}

static bool
begins_with(struct span text, const char *start)
{
	size_t len = strlen(start);

	return text.len >= len && strncasecmp((const char *)text.bytes, start, len) == 0;
}

static bool
is_space(uint8_t byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static struct span
skip_spaces(struct span text)
{
	while (text.len > 0 && is_space(*text.bytes))
		text = (struct span){ text.bytes + 1, text.len - 1 };
	return text;
}

/* Length of a field's name with its colon (RFC 5322, section 2.2). 0: the line is no field. */
static size_t
field_name(struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (line.bytes[i] == ':')
			return i > 0 ? i + 1 : 0;
		if (line.bytes[i] <= ' ' || line.bytes[i] >= 0x7f)
			return 0;
	}
	return 0;
}

/* Passes what may stand before the first field: a BOM, blank lines, the mbox separator. */
static struct span
skip_preamble(struct span mail)
{
	struct span rest, line;

	if (begins_with(mail, "\xef\xbb\xbf"))
		mail = (struct span){ mail.bytes + 3, mail.len - 3 };
	mail = skip_spaces(mail);
	rest = mail;
	if (begins_with(mail, "From ") && take_line(&rest, &line))
		mail = rest;
	return mail;
}

static bool
is_known_field(struct span line)
{
	static const char *const FIELDS[] = { "From:", "To:", "Subject:", "Date:", "Received:",
		"MIME-Version:", "Content-Type:", "Content-Transfer-Encoding:", "Return-Path:",
		"Delivered-To:", "Message-ID:", "Reply-To:", "X-Mozilla-Status:" };

	for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
		if (begins_with(line, FIELDS[i]))
			return true;
	return false;
}

bool
mail_is_mail(const uint8_t *text, size_t text_len)
{
	struct span rest = skip_preamble((struct span){ text, text_len });
	struct span line;
	bool known = false, first = true;

	for (; take_line(&rest, &line) && line.len > 0; first = false) {
		bool folded = !first && is_space(*line.bytes);

		if (!folded && field_name(line) == 0)
			return false;
		known = known || is_known_field(line);
	}
	return known;
}

/* Cuts the header off *text, with the blank line behind it. */
static struct span
take_header(struct span *text)
{
	struct span header = *text, line;

	while (take_line(text, &line) && line.len > 0)
		continue;
	header.len = (size_t)(text->bytes - header.bytes);
	return header;
}

/* The value of a field with all its folded lines; empty where the header has none of that name. */
static struct span
find_field(struct span header, const char *name)
{
	struct span line, value = { header.bytes, 0 };

	while (take_line(&header, &line))
		if (value.len > 0 && line.len > 0 && is_space(*line.bytes))
			value.len = (size_t)(line.bytes + line.len - value.bytes);
		else if (value.len > 0)
			break;
		else if (begins_with(line, name))
			value = line;
	if (value.len > 0) {
		value.bytes += strlen(name);
		value.len -= strlen(name);
	}
	return skip_spaces(value);
}

/* Passes a parameter's value up to the next ";" outside quotes. */
static struct span
skip_parameter(struct span value)
{
	bool quoted = false;

	for (; value.len > 0; value = (struct span){ value.bytes + 1, value.len - 1 }) {
		if (*value.bytes == '"')
			quoted = !quoted;
		else if (*value.bytes == ';' && !quoted)
			return (struct span){ value.bytes + 1, value.len - 1 };
	}
	return value;
}

/* The boundary of a Content-Type; empty where it has none that is allowed. */
static struct span
find_boundary(struct span type)
{
	struct span value = skip_spaces(skip_parameter(type));
	size_t len = 0;

	while (value.len > 0 && !begins_with(value, "boundary"))
		value = skip_spaces(skip_parameter(value));
	if (value.len == 0)
		return value;
	value = skip_spaces((struct span){ value.bytes + 8, value.len - 8 });
	if (!begins_with(value, "="))
		return (struct span){ value.bytes, 0 };
	value = skip_spaces((struct span){ value.bytes + 1, value.len - 1 });
	if (begins_with(value, "\"")) {
		value = (struct span){ value.bytes + 1, value.len - 1 };
		while (len < value.len && value.bytes[len] != '"')
			len++;
	} else {
		while (len < value.len && value.bytes[len] != ';' && !is_space(value.bytes[len]))
			len++;
	}
	return (struct span){ value.bytes, len <= BOUNDARY_MAX ? len : 0 };
}

enum delimiter { DELIMITER_NONE, DELIMITER_OPEN, DELIMITER_CLOSE };

static enum delimiter
delimiter(struct span line, struct span boundary)
{
	enum delimiter found = DELIMITER_OPEN;

	if (!begins_with(line, "--") || line.len < boundary.len + 2 ||
		memcmp(line.bytes + 2, boundary.bytes, boundary.len) != 0)
		return DELIMITER_NONE;
	line = (struct span){ line.bytes + 2 + boundary.len, line.len - 2 - boundary.len };
	if (begins_with(line, "--")) {
		found = DELIMITER_CLOSE;
		line = (struct span){ line.bytes + 2, line.len - 2 };
	}
	return skip_spaces(line).len == 0 ? found : DELIMITER_NONE;
}

/* Takes all lines up to the next delimiter, which is taken too. A cut mail ends like a closed one. */
static enum delimiter
take_body(struct span *text, struct span boundary, struct span *ret_body)
{
	struct span line;

	*ret_body = (struct span){ text->bytes, 0 };
	while (take_line(text, &line)) {
		enum delimiter found = delimiter(line, boundary);

		if (found != DELIMITER_NONE)
			return found;
		ret_body->len = (size_t)(line.bytes + line.len - ret_body->bytes);
	}
	return DELIMITER_CLOSE;
}

/*
 * Decodes base64 in place. It ends at its padding or at a blank line: mailing lists put their text
 * behind it.
 */
static void
decode_base64(struct mail_part *part)
{
	struct base64 decoder = { .bytes = part->bytes };
	struct span text = { part->bytes, part->bytes_len }, line;
	bool ended = false;

	while (!ended && take_line(&text, &line)) {
		size_t before = decoder.count;

		for (size_t i = 0; i < line.len && !ended; i++) {
			unsigned value = base64_value((char)line.bytes[i]);

			if (value != BASE64_NO_DIGIT) {
				base64_add(&decoder, value);
			} else if (!is_space(line.bytes[i])) {
				ended = true;
				if (line.bytes[i] != '=') {
					part->err = SKERRY_ERR_ARMOR_CHARACTER;
					part->err_offset = part->offset +
							   (size_t)(line.bytes + i - part->bytes);
				}
			}
		}
		ended = ended || (before > 0 && decoder.count == before);
	}
	base64_end(&decoder);
	part->bytes_len = decoder.bytes_len;
	part->decoded = true;
}

static unsigned
hex_value(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - (unsigned)'0';
	if (byte >= 'A' && byte <= 'F')
		return byte - (unsigned)'A' + 10;
	return byte >= 'a' && byte <= 'f' ? byte - (unsigned)'a' + 10 : 16;
}

/* A line of quoted-printable; returns the bytes written. *ret_soft: the line goes on. */
static size_t
decode_quoted_line(struct span line, uint8_t *out, bool *ret_soft)
{
	size_t len = 0;

	*ret_soft = false;
	/* Blanks at the end were added on the way (RFC 2045, section 6.7, rule 3). */
	while (line.len > 0 && is_space(line.bytes[line.len - 1]))
		line.len--;
	if (line.len > 0 && line.bytes[line.len - 1] == '=') {
		*ret_soft = true;
		line.len--;
	}
	for (size_t i = 0; i < line.len; i++) {
		uint8_t byte = line.bytes[i];

		if (byte == '=' && i + 2 < line.len && hex_value(line.bytes[i + 1]) < 16 &&
			hex_value(line.bytes[i + 2]) < 16) {
			byte = (uint8_t)(hex_value(line.bytes[i + 1]) << 4 |
					 hex_value(line.bytes[i + 2]));
			i += 2;
		}
		out[len++] = byte;
	}
	return len;
}

static void
decode_quoted(struct mail_part *part)
{
	struct span text = { part->bytes, part->bytes_len }, line;
	uint8_t *out = part->bytes;

	while (take_line(&text, &line)) {
		bool soft, ended = text.bytes > line.bytes + line.len;

		out += decode_quoted_line(line, out, &soft);
		/* Only in place of a line end, so that the output stays behind the input. */
		if (!soft && ended)
			*out++ = '\n';
	}
	part->bytes_len = (size_t)(out - part->bytes);
	part->decoded = true;
}

/* The walk through one mail. */
struct walk {
	uint8_t *mail; /* offsets count from here */
	mail_visit *visit;
	void *context;
	size_t parts;
	size_t alternative;
	size_t decoded_at; /* offset of the decoded part around, or SIZE_MAX */
};

static enum skerry_err walk_entity(struct walk *walk, struct span entity, unsigned depth);

/* From behind the first delimiter. */
static enum skerry_err
walk_multipart(struct walk *walk, struct span text, struct span boundary, unsigned depth)
{
	enum delimiter next = DELIMITER_OPEN;

	while (next == DELIMITER_OPEN) {
		struct span body;
		enum skerry_err err;

		next = take_body(&text, boundary, &body);
		err = walk_entity(walk, body, depth);
		if (err != SKERRY_OK)
			return err;
	}
	return SKERRY_OK;
}

static enum skerry_err
walk_leaf(struct walk *walk, struct span header, struct span body, unsigned depth)
{
	struct span encoding = find_field(header, "Content-Transfer-Encoding:");
	struct span type = find_field(header, "Content-Type:");
	struct mail_part part = {
		.bytes = walk->mail + (body.bytes - walk->mail),
		.bytes_len = body.len,
		.offset = (size_t)(body.bytes - walk->mail),
		.alternative = walk->alternative,
	};
	size_t outer = walk->decoded_at;
	enum skerry_err err;

	if (begins_with(encoding, "base64"))
		decode_base64(&part);
	else if (begins_with(encoding, "quoted-printable"))
		decode_quoted(&part);
	if (outer != SIZE_MAX) {
		part.decoded = true;
		part.offset = part.err_offset = outer;
	}
	if (begins_with(type, "message/rfc822") && depth < MAIL_DEPTH_MAX) {
		if (part.decoded)
			walk->decoded_at = part.offset;
		err = walk_entity(walk, (struct span){ part.bytes, part.bytes_len }, depth + 1);
		walk->decoded_at = outer;
		return err;
	}
	if (++walk->parts > MAIL_PARTS_MAX)
		return SKERRY_ERR_DOCUMENT_COUNT;
	return walk->visit(walk->context, &part);
}

static enum skerry_err
walk_entity(struct walk *walk, struct span entity, unsigned depth)
{
	struct span body = entity, header = take_header(&body), parts = body, preamble;
	struct span type = find_field(header, "Content-Type:");
	struct span boundary = find_boundary(type);
	size_t outer = walk->alternative;
	enum skerry_err err;

	/* A multipart without any delimiter is a text whose header promises too much. */
	if (!begins_with(type, "multipart/") || boundary.len == 0 || depth == MAIL_DEPTH_MAX ||
		take_body(&parts, boundary, &preamble) != DELIMITER_OPEN)
		return walk_leaf(walk, header, body, depth);
	if (begins_with(type, "multipart/alternative"))
		walk->alternative = (size_t)(body.bytes - walk->mail);
	err = walk_multipart(walk, parts, boundary, depth + 1);
	walk->alternative = outer;
	return err;
}

enum skerry_err
mail_walk(uint8_t *mail, size_t mail_len, mail_visit *visit, void *context)
{
	struct walk walk = { .mail = mail,
		.visit = visit,
		.context = context,
		.alternative = MAIL_NO_ALTERNATIVE,
		.decoded_at = SIZE_MAX };

	return walk_entity(&walk, skip_preamble((struct span){ mail, mail_len }), 0);
}
