/* SPDX-License-Identifier: ISC */
/* Saved mails: which text is one, and what parts come out of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/mail.h"

static const struct {
	const char *text;
	bool is_mail;
} TEXTS[] = {
	{ "From: a\n\nx", true }, { "from: a\r\n\r\nx", true },
	{ "\xef\xbb\xbfSubject: a\n\n", true }, { "\n\nSubject: a\n\n", true },
	{ "X-Own: 1\nMIME-Version: 1.0\n\n", true },
	{ "X-Own: 1\n folded: line\n\tand more\nDate: x\n\n", true },
	{ "From someone@example Mon Apr  5\nTo: x\n\n", true },
	{ "Subject: no blank line behind it\n", true }, { "", false }, { "Hello,\n", false },
	{ "Note: read this\n\nFrom: here\n", false },
	{ "From: a\n-----BEGIN SKERRY LICENSE-----\n", false },
	{ "From: a\nDear Ms Jones, this is text\n\n", false }, { " From: a\n x\n\n", true },
	{ ": From\n\n", false }, { "Sub ject: a\n\n", false },
	{ "-----BEGIN SKERRY LICENSE-----\nFrom: x\n", false },
	{ "SKERRY:ABC\nFrom: x\n\n", true }, /* "SKERRY:" has the form of a field */
};

static void
a_mail_begins_with_fields_that_mail_programs_know(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		if (mail_is_mail((const uint8_t *)TEXTS[i].text, strlen(TEXTS[i].text)) !=
			TEXTS[i].is_mail)
			fail_msg("\"%s\"", TEXTS[i].text);
}

/* Parts as one text: "[body]", then "d" where decoded, "a" in an alternative, "!" if damaged. */
struct parts {
	char text[4096];
	size_t len, parts;
	const uint8_t *mail;
};

static enum skerry_err
note_part(void *context, const struct mail_part *part)
{
	struct parts *parts = context;

	if (!part->decoded)
		assert_ptr_equal(parts->mail + part->offset, part->bytes);
	parts->len += (size_t)snprintf(parts->text + parts->len, sizeof parts->text - parts->len,
		"[%.*s]%s%s%s", (int)part->bytes_len, (const char *)part->bytes,
		part->decoded ? "d" : "", part->alternative != MAIL_NO_ALTERNATIVE ? "a" : "",
		part->err != SKERRY_OK ? "!" : "");
	assert_true(parts->len < sizeof parts->text);
	parts->parts++;
	return SKERRY_OK;
}

static const struct {
	const char *mail, *parts;
} MAILS[] = {
	{ "From: a\n\nbody\n", "[body\n]" },
	{ "From: a\n\n", "[]" },
	{ "From: a\n", "[]" },
	{ "From: a\r\n\r\none\r\ntwo", "[one\r\ntwo]" },
	{ "From: a\r\rone\rtwo", "[one\rtwo]" },
	{ "Content-Transfer-Encoding: BASE64\n\naGVs\nbG8=\n", "[hello]d" },
	{ "Content-Transfer-Encoding:\n  base64\n\n a G V s b G 8 = \n", "[hello]d" },
	{ "Content-Transfer-Encoding: base64\n\naGVsbG8\n", "[hello]d" }, /* padding lost */
	{ "Content-Transfer-Encoding: base64\n\n\n\naGVs\n\nFooter\n", "[hel]d" },
	{ "Content-Transfer-Encoding: base64\n\naGVs!bG8=\n", "[hel]d!" },
	{ "Content-Transfer-Encoding: quoted-printable\n\na=3Db=\nc=  \nd  \ne=zz=4",
		"[a=bcd\ne=zz=4]d" },
	{ "Content-Transfer-Encoding: quoted-printable\n\n=e4=C3=A4", "[\xe4\xc3\xa4]d" },
	{ "Content-Type: multipart/mixed; boundary=b\n\npre\n--b\n\none\n--b\nA: "
	  "b\n\ntwo\n--b--\npost\n",
		"[one][two]" },
	{ "Content-Type: multipart/mixed; boundary=\"b c\"\n\n--b c  \n\none\n--b c--", "[one]" },
	{ "Content-Type: multipart/mixed; charset=\"boundary=x\"; boundary=b\n\n--b\n\none\n--b--",
		"[one]" },
	{ "Content-Type: Multipart/Mixed;\n\tBoundary = b\n\n--b\n\none\n", "[one]" }, /* cut */
	{ "Content-Type: multipart/mixed; boundary=b\n\n--bb\n\none\n--b--\n",
		"[--bb\n\none\n--b--\n]" },                                    /* no delimiter */
	{ "Content-Type: multipart/mixed\n\n--b\n\none\n", "[--b\n\none\n]" }, /* no boundary */
	{ "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\none\n", "[--\n\none\n]" },
	{ "Content-Type: multipart/mixed; boundary\n\none\n", "[one\n]" },
	{ "Content-Type: multipart/mixed; boundary=\"open\n\none\n", "[one\n]" },
	{ "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative;"
	  " boundary=i\n\n--i\n\none\n--i\n\ntwo\n--i--\n--o\n\nthree\n--o--\n",
		"[one]a[two]a[three]" },
	{ "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; "
	  "boundary=i\n\n"
	  "--i\n\none\n--o\n\ntwo\n--o--\n",
		"[one][two]" }, /* the inner one is never closed */
	{ "Content-Type: message/rfc822\n\nFrom: x\n\nbody", "[body]" },
	{ "Content-Type: message/rfc822\nContent-Transfer-Encoding: "
	  "base64\n\nRnJvbTogeAoKYm9keQ==\n",
		"[body]d" },
};

static void
parts_come_out_decoded_and_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof MAILS / sizeof *MAILS; i++) {
		size_t len = strlen(MAILS[i].mail);
		uint8_t *mail = malloc(len);
		struct parts parts = { .mail = mail };

		assert_non_null(mail);
		memcpy(mail, MAILS[i].mail, len);
		assert_int_equal(mail_walk(mail, len, note_part, &parts), SKERRY_OK);
		if (strcmp(parts.text, MAILS[i].parts) != 0)
			fail_msg("mail %zu: %s instead of %s", i, parts.text, MAILS[i].parts);
		free(mail);
	}
}

static enum skerry_err
note_damage(void *context, const struct mail_part *part)
{
	*(size_t *)context = part->err_offset;
	return part->err;
}

static void
damaged_base64_is_told_with_its_place(void **state)
{
	char mail[] = "Subject: x\nContent-Transfer-Encoding: base64\n\naGVs\nb?8=\n";
	size_t place = (size_t)(strchr(mail, '?') - mail), offset = 0;

	(void)state;
	assert_int_equal(mail_walk((uint8_t *)mail, strlen(mail), note_damage, &offset),
		SKERRY_ERR_ARMOR_CHARACTER);
	assert_int_equal(offset, place);
}

/* Multiparts inside one another, `depth` of them, around one body. */
static size_t
nest(char *mail, size_t max, unsigned depth)
{
	size_t len = 0;

	for (unsigned i = 0; i < depth; i++)
		len += (size_t)snprintf(mail + len, max - len,
			"Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
	return len + (size_t)snprintf(mail + len, max - len, "\nbody\n");
}

static void
too_deep_a_part_is_visited_as_it_stands(void **state)
{
	char mail[4096];
	struct parts parts = { .mail = (const uint8_t *)mail };

	(void)state;
	assert_int_equal(mail_walk((uint8_t *)mail, nest(mail, sizeof mail, MAIL_DEPTH_MAX),
				 note_part, &parts),
		SKERRY_OK);
	assert_string_equal(parts.text, "[body]");
	parts = (struct parts){ .mail = (const uint8_t *)mail };
	assert_int_equal(mail_walk((uint8_t *)mail, nest(mail, sizeof mail, MAIL_DEPTH_MAX + 1),
				 note_part, &parts),
		SKERRY_OK);
	assert_string_equal(parts.text, "[--b8\n\nbody]");
}

static void
forwarding_has_an_end(void **state)
{
	char mail[4096];
	struct parts parts = { .mail = (const uint8_t *)mail };
	size_t len = 0;

	(void)state;
	for (unsigned i = 0; i < 10; i++)
		len += (size_t)snprintf(
			mail + len, sizeof mail - len, "Content-Type: message/rfc822\n\n");
	assert_int_equal(mail_walk((uint8_t *)mail, len, note_part, &parts), SKERRY_OK);
	assert_string_equal(parts.text, "[Content-Type: message/rfc822\n\n]");
}

static void
more_parts_than_anybody_sends_are_refused(void **state)
{
	static char mail[8192];
	struct parts parts = { .mail = (const uint8_t *)mail };
	size_t len = (size_t)snprintf(
		mail, sizeof mail, "Content-Type: multipart/mixed; boundary=b\n\n");

	(void)state;
	for (unsigned i = 0; i <= MAIL_PARTS_MAX; i++)
		len += (size_t)snprintf(mail + len, sizeof mail - len, "--b\n\nx\n");
	assert_int_equal(
		mail_walk((uint8_t *)mail, len, note_part, &parts), SKERRY_ERR_DOCUMENT_COUNT);
	assert_int_equal(parts.parts, MAIL_PARTS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_begins_with_fields_that_mail_programs_know),
		cmocka_unit_test(parts_come_out_decoded_and_in_order),
		cmocka_unit_test(damaged_base64_is_told_with_its_place),
		cmocka_unit_test(too_deep_a_part_is_visited_as_it_stands),
		cmocka_unit_test(forwarding_has_an_end),
		cmocka_unit_test(more_parts_than_anybody_sends_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
