/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "contact_file.h"
#include "formats/license_key.h"
#include "formats/utf8.h"
#include "keys/untrusted_file.h"

enum { COMPLAINT_MAX = 256 };

/* A line that is being read; what is wrong with it ends up in `complaint`. */
struct reader {
	struct manifest_contact *contact;
	unsigned line;
	char complaint[COMPLAINT_MAX];
};

static bool
complain(struct reader *r, const char *field, const char *what)
{
	snprintf(r->complaint, sizeof r->complaint, "Line %u, %s: %s", r->line, field, what);
	return false;
}

static struct cbor_text
trimmed(const char *from, const char *to)
{
	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (to > from && (to[-1] == ' ' || to[-1] == '\t' || to[-1] == '\r'))
		to--;
	return (struct cbor_text){ from, (size_t)(to - from) };
}

static bool
take_text(struct reader *r, const char *field, struct cbor_text value, size_t max,
	struct cbor_text *target)
{
	if (target->chars != NULL)
		return complain(r, field, "the field is there twice.");
	if (value.len == 0)
		return complain(r, field, "nothing stands behind the colon.");
	if (value.len > max)
		return complain(r, field, "the text is too long.");
	*target = value;
	return true;
}

static bool
take_languages(struct reader *r, struct cbor_text value)
{
	struct manifest_contact *contact = r->contact;
	const char *at = value.chars, *end = value.chars + value.len;

	if (contact->languages_len > 0)
		return complain(r, "languages", "the field is there twice.");
	while (at < end) {
		const char *from = at;
		size_t len;

		while (at < end && *at != ' ' && *at != ',')
			at++;
		len = (size_t)(at - from);
		at += at < end;
		if (len == 0)
			continue;
		if (len > MANIFEST_LANGUAGE_MAX)
			return complain(r, "languages", "a language is a short code, as en or id.");
		if (contact->languages_len == MANIFEST_LANGUAGES_MAX)
			return complain(r, "languages", "there are too many.");
		contact->languages[contact->languages_len++] = (struct cbor_text){ from, len };
	}
	return contact->languages_len > 0 ||
	       complain(r, "languages", "nothing stands behind the colon.");
}

static bool
take_key_format(struct reader *r, struct cbor_text value)
{
	char template[LICENSE_KEY_MAX + 1];

	if (!take_text(r, "key-format", value, LICENSE_KEY_MAX, &r->contact->key_format))
		return false;
	memcpy(template, value.chars, value.len);
	template[value.len] = '\0';
	if (license_key_check_template(template) != SKERRY_OK)
		return complain(r, "key-format",
			"this is no template, as HMS-#####-#####-#####-##### is one.");
	return true;
}

static bool
take_field(struct reader *r, struct cbor_text field, struct cbor_text value)
{
	struct manifest_contact *contact = r->contact;
	size_t max = MANIFEST_CONTACT_MAX;

	if (cbor_text_equals(field, "name"))
		return take_text(r, "name", value, max, &contact->name);
	if (cbor_text_equals(field, "telephone"))
		return take_text(r, "telephone", value, max, &contact->telephone);
	if (cbor_text_equals(field, "email"))
		return take_text(r, "email", value, max, &contact->email);
	if (cbor_text_equals(field, "url"))
		return take_text(r, "url", value, max, &contact->url);
	if (cbor_text_equals(field, "languages"))
		return take_languages(r, value);
	if (cbor_text_equals(field, "key-format"))
		return take_key_format(r, value);
	snprintf(r->complaint, sizeof r->complaint,
		"Line %u, %.*s: there is no such field (name, telephone, email, url, languages, "
		"key-format).",
		r->line, (int)(field.len > 40 ? 40 : field.len), field.chars);
	return false;
}

/* What a site will show to people: nothing that turns a terminal around. */
static bool
is_plain_text(struct cbor_text text)
{
	for (size_t at = 0; at < text.len;) {
		uint32_t point;

		at += utf8_next(text.chars + at, text.len - at, &point);
		if (point == UTF8_BROKEN || utf8_is_control(point))
			return false;
	}
	return true;
}

static bool
take_line(struct reader *r, const char *from, const char *to)
{
	struct cbor_text line = trimmed(from, to), value;
	const char *colon;

	if (line.len == 0 || line.chars[0] == '#')
		return true;
	colon = memchr(line.chars, ':', line.len);
	if (colon == NULL)
		return complain(r, "no field", "a line is a field, a colon and a text.");
	value = trimmed(colon + 1, line.chars + line.len);
	if (!is_plain_text(value))
		return complain(r, "no text", "it is not UTF-8, or holds a control character.");
	return take_field(r, trimmed(line.chars, colon), value);
}

static bool
take_lines(struct reader *r, const char *text, size_t text_len)
{
	const char *at = text, *end = text + text_len;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *to = newline == NULL ? end : newline;

		r->line++;
		if (!take_line(r, at, to))
			return false;
		at = newline == NULL ? end : newline + 1;
	}
	return true;
}

static bool
is_brand(struct cbor_text brand)
{
	return cbor_text_equals(brand, "*") || license_is_slug(brand);
}

bool
contact_file_read(const char *argument, struct manifest_contact *ret_contact, uint8_t **ret_memory,
	bool json, enum command_exit *ret_exit)
{
	const char *colon = strchr(argument, ':');
	struct manifest_contact contact = { .languages_len = 0 };
	struct reader r = { .contact = &contact };
	struct command_failure failure = { .err = SKERRY_ERR_CLAIM_VALUE };
	uint8_t *memory = NULL;
	size_t len;

	if (colon != NULL)
		contact.brand = (struct cbor_text){ argument, (size_t)(colon - argument) };
	if (colon == NULL || !is_brand(contact.brand)) {
		*ret_exit = command_misuse("--contact wants BRAND:FILE, not '%s'", argument);
		return false;
	}
	failure.subject = colon + 1;
	errno = 0;
	failure.err = untrusted_file_read(colon + 1, CONTACT_FILE_MAX, &memory, &len);
	failure.system_errno = failure.err == SKERRY_ERR_IO ? errno : 0;
	if (failure.err == SKERRY_OK && !take_lines(&r, (const char *)memory, len)) {
		failure.err = SKERRY_ERR_CLAIM_VALUE;
		failure.message = r.complaint;
		failure.advice = "Correct the line and run the command again.";
	}
	if (failure.err != SKERRY_OK) {
		free(memory);
		*ret_exit = command_fail_json(&failure, json);
		return false;
	}
	*ret_contact = contact;
	*ret_memory = memory;
	return true;
}
