/* SPDX-License-Identifier: ISC */
/* How documents travel: armor, QR text, mail; several in one; and what is no document. */
#include "corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/armor.h"
#include "formats/base45.h"
#include "formats/document.h"
#include "tests/unit/fixture_hex.h"

enum { ROOM = 1 << 16 };

static char plain[ROOM]; /* the license in armor */
static size_t plain_len;
static uint8_t document[LICENSE_MAX];
static size_t document_len;

static void
add(const char *name, const void *bytes, size_t len)
{
	corpus_add(&(struct corpus_case){ .name = name, .license = { bytes, len } });
}

static void
put(char *text, size_t *len, const char *chars)
{
	for (; *chars != '\0'; chars++)
		text[(*len)++] = *chars;
}

/* The armor with each of its line ends replaced, and something before and behind. */
static void
add_written(const char *name, const char *before, const char *line_end, const char *behind)
{
	char text[ROOM];
	size_t len = 0;

	put(text, &len, before);
	for (size_t i = 0; i < plain_len; i++)
		put(text, &len, plain[i] == '\n' ? line_end : (const char[]){ plain[i], '\0' });
	put(text, &len, behind);
	add(name, text, len);
}

static void
armors(void)
{
	add("armor", plain, plain_len);
	add("armor-last-line-end-missing", plain, plain_len - 1);
	add_written("armor-crlf", "", "\r\n", "");
	add_written("armor-cr", "", "\r", "");
	add_written("armor-bom-crlf", "\xef\xbb\xbf", "\r\n", "");
	add_written("armor-blank-lines", "", "\n\n", "");
	add_written("armor-quoted", "> ", "\n> ", "\n");
	add_written("armor-text-around", "Dear Ms. Sinaga,\n\nhere it is.\n\n", "\n",
		"\nKind regards\n-- \nHotelHub\n");
	add_written("armor-indented", "    ", "\n    ", "\n");
	add_written("armor-one-line", "", " ", "");
}

/* Bits of the last digit that no byte takes. */
static void
needless_bits(void)
{
	char text[ROOM], *last;
	struct license license;
	struct cbor_bytes bytes;
	size_t len;

	hotel_license_unbound(&license);
	license.licensee = fixture_text("Grand Hotel");
	bytes = corpus_sign(&license);
	if (bytes.len % 3 == 0) {
		license.licensee = fixture_text("Grand Hotels");
		bytes = corpus_sign(&license);
	}
	armor_write("LICENSE", bytes.data, bytes.len, text, &len);
	text[len] = '\0';
	last = strchr(text, '=') - 1;
	add("armor-padded", text, len);
	*last = *last == '9' ? '8' : (char)(*last + 1);
	add("armor-needless-bits", text, len);
}

/* Puts `put` where `find` stands. */
static void
add_changed(const char *name, const char *find, const char *put)
{
	char text[ROOM], *at;
	size_t rest;

	memcpy(text, plain, plain_len);
	text[plain_len] = '\0';
	at = strstr(text, find);
	assert_non_null(at);
	rest = strlen(at + strlen(find)) + 1;
	memmove(at + strlen(put), at + strlen(find), rest);
	memcpy(at, put, strlen(put));
	add(name, text, strlen(text));
}

static void
bad_armors(void)
{
	char line[65] = "", end[5] = "";

	memcpy(line, strchr(plain, '\n') + 1, 64);
	memcpy(end, strstr(plain, "\n-----END") - 4, 4);
	add_changed("armor-no-begin", "-----BEGIN SKERRY LICENSE-----\n", "");
	add_changed("armor-no-end", "-----END SKERRY LICENSE-----\n", "");
	add_changed("armor-end-of-another", "END SKERRY LICENSE", "END SKERRY REPLY");
	add_changed("armor-label-of-another", "BEGIN SKERRY LICENSE", "BEGIN SKERRY REPLY");
	add_changed("armor-label-unknown", "BEGIN SKERRY LICENSE", "BEGIN SKERRY TICKET");
	for (size_t i = 0; i < 2; i++) {
		static const char *const NAMES[] = { "armor-called-reply", "armor-called-ticket" };
		char text[ROOM];
		size_t len;

		armor_write(i == 0 ? "REPLY" : "TICKET", document, document_len, text, &len);
		add(NAMES[i], text, len);
	}
	add_changed("armor-other-pem", "SKERRY LICENSE-----\n", "CERTIFICATE-----\n");
	add_changed("armor-line-lost", line, "");
	add_changed("armor-character-star", "\n", "\n*");
	add_changed("armor-character-umlaut", "\n", "\n\xc3\xbc");
	add_changed("armor-padding-inside", "\n", "\n=");
	add_changed("armor-digit-lost", end, "AAA");
	add_changed("armor-padding-needless", "\n-----END", "====\n-----END");
	add("armor-cut", plain, plain_len / 2);
	add("armor-cut-in-end", plain, plain_len - 12);
}

static void
put_armor(char *text, size_t *len, const char *label, struct cbor_bytes bytes)
{
	size_t more;

	armor_write(label, bytes.data, bytes.len, text + *len, &more);
	*len += more;
}

/* Of several licenses the first that fits; a damaged one beside it does not hurt. */
static void
several(void)
{
	char text[ROOM];
	struct license license;
	struct cbor_bytes hms, pos, bad;
	uint8_t hms_bytes[LICENSE_MAX], pos_bytes[LICENSE_MAX], bad_bytes[LICENSE_MAX];
	size_t len = 0;

	hotel_license_unbound(&license);
	hms = corpus_sign(&license);
	memcpy(hms_bytes, hms.data, hms.len);
	hms.data = hms_bytes;
	memcpy(bad_bytes, hms.data, hms.len);
	bad = (struct cbor_bytes){ bad_bytes, hms.len };
	bad_bytes[hms.len - 9] ^= 1;
	license.product = fixture_text("pos");
	pos = corpus_sign(&license);
	memcpy(pos_bytes, pos.data, pos.len);
	pos.data = pos_bytes;

	put_armor(text, &len, "LICENSE", pos);
	put_armor(text, &len, "LICENSE", hms);
	add("several-second-fits", text, len);
	corpus_add(&(struct corpus_case){ .name = "several-none-fits",
		.license = { (uint8_t *)text, len },
		.product = "hotelhub/spa" });
	corpus_add(&(struct corpus_case){ .name = "several-other-brand",
		.license = { (uint8_t *)text, len },
		.product = "rthub/hms" });
	len = 0;
	put_armor(text, &len, "LICENSE", bad);
	put_armor(text, &len, "LICENSE", hms);
	add("several-first-bad", text, len);
	len = 0;
	put_armor(text, &len, "LICENSE", bad);
	put_armor(text, &len, "LICENSE", pos);
	add("several-bad-and-other", text, len);
	len = 0;
	put_armor(text, &len, "LICENSE", hms);
	put_armor(text, &len, "LICENSE", hms);
	add("several-the-same", text, len);
	len = 0;
	for (unsigned i = 0; i < DOCUMENT_PARTS_MAX + 1; i++) {
		license.edition = i + 1;
		put_armor(text, &len, "LICENSE", corpus_sign(&license));
	}
	add("several-too-many", text, len);
}

/* `before`, the prefix, and the license; returns where that begins. */
static size_t
put_qr(char *text, size_t *len, const char *before, const char *prefix)
{
	size_t at;

	*len = 0;
	put(text, len, before);
	put(text, len, prefix);
	at = *len;
	base45_encode(document, document_len, text + at);
	*len += BASE45_TEXT_LEN(document_len);
	return at;
}

static void
qr_texts(void)
{
	char text[ROOM];
	size_t len, at = put_qr(text, &len, "", DOCUMENT_QR_PREFIX);

	add("qr", text, len);
	add("qr-character-lost", text, len - 1);
	add("qr-two-characters-lost", text, len - 2);
	put(text, &len, "\r\n");
	add("qr-line-end", text, len);
	for (size_t i = at + 30; i < at + 33; i++)
		text[i] = ':';
	add("qr-range", text, len);
	text[at + 30] = 'a';
	add("qr-lower-case", text, len);
	add("qr-nothing", text, at);
	put_qr(text, &len, " \r\n", DOCUMENT_QR_PREFIX);
	add("qr-blanks-before", text, len);
	put_qr(text, &len, "", "skerry:");
	add("qr-prefix-lower-case", text, len);
}

static const char HEADER[] = "From: HotelHub <help@hotelhub.example>\n"
			     "To: owner@grand.example\n"
			     "Subject: Your license\n"
			     "Date: Tue, 28 Apr 2026 09:00:00 +0700\n"
			     "MIME-Version: 1.0\n";

static void
put_base64(char *text, size_t *len)
{
	char armor[ROOM];
	size_t armor_len;

	armor_write("LICENSE", document, document_len, armor, &armor_len);
	armor[armor_len] = '\0';
	*strstr(armor, "-----END") = '\0';
	put(text, len, strchr(armor, '\n') + 1);
}

static void
mails(void)
{
	char text[ROOM];
	size_t len = 0;

	put(text, &len, HEADER);
	put(text, &len, "Content-Type: text/plain; charset=utf-8\n\nGood morning,\n\n");
	put_armor(text, &len, "LICENSE", (struct cbor_bytes){ document, document_len });
	put(text, &len, "\nKind regards\n");
	add("mail-plain", text, len);

	len = 0;
	put(text, &len, HEADER);
	put(text, &len,
		"Content-Type: multipart/mixed; boundary=\"b1\"\n\n--b1\n"
		"Content-Type: text/plain\n\nSee the attachment.\n--b1\n"
		"Content-Type: application/octet-stream; name=\"hms.license\"\n"
		"Content-Transfer-Encoding: base64\n"
		"Content-Disposition: attachment; filename=\"hms.license\"\n\n");
	put_base64(text, &len);
	put(text, &len, "--b1--\n");
	add("mail-attached", text, len);

	len = 0;
	put(text, &len, HEADER);
	put(text, &len,
		"Content-Type: text/plain\n"
		"Content-Transfer-Encoding: quoted-printable\n\n"
		"-----BEGIN SKERRY LICENSE-----\n");
	put_base64(text, &len);
	if (text[len - 2] == '=') {
		len -= text[len - 3] == '=' ? 3 : 2;
		put(text, &len, document_len % 3 == 1 ? "=3D=3D\n" : "=3D\n");
	}
	put(text, &len, "-----END SKERRY LICENSE-----\n");
	add("mail-quoted-printable", text, len);

	len = 0;
	put(text, &len, HEADER);
	put(text, &len, "Content-Type: text/plain\n\nThe license is coming tomorrow.\n");
	add("mail-without-document", text, len);
}

static void
no_documents(void)
{
	static const struct {
		const char *name, *hex;
	} OTHERS[] = {
		{ "no-text", "48656c6c6f" },
		{ "no-blanks", "200a0a" },
		{ "no-html", "3c68746d6c3e343034204e6f7420466f756e643c2f68746d6c3e" },
		{ "no-json", "7b226c6963656e7365223a6e756c6c7d" },
		{ "no-cbor-number", "00" },
		{ "no-mark-unknown", "8169736b657272792d6f6c64" },
		{ "no-array-of-nothing", "80" },
		{ "no-zip", "504b0304140000000800" },
		{ "no-key", "a4010103272006215820404142434445464748494a4b4c4d4e4f505152535455565758"
			    "595a5b5c5d5e5f" },
		{ "no-request", "836e736b657272792d726571756573744811efe2f53257885743000000" },
		{ "no-reply", "836c736b657272792d7265706c794811efe2f53257885743000000" },
		{ "no-bundle", "836d736b657272792d62756e646c650101" },
		{ "no-fingerprint", "8572736b657272792d66696e6765727072696e7401" },
		{ "no-secret-key", "876a736b657272792d6b657901" },
		{ "no-utf16", "fffe48006500780078007800780078007800780078007800" },
	};
	uint8_t bytes[256];

	for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
		add(OTHERS[i].name, bytes, fixture_hex(OTHERS[i].hex, bytes, 0, sizeof bytes));
}

/* What a vendor also writes, where a license should stand. */
static void
manifests_alone(void)
{
	static struct manifest manifest;
	struct cbor_bytes bytes;
	char text[ROOM];
	size_t len = 0;

	ceremony_manifest(&manifest, 1, 3, 2);
	bytes = corpus_sign_manifest(&manifest, (const uint8_t[]){ 1, 2, 0 });
	add("manifest-alone", bytes.data, bytes.len);
	put_armor(text, &len, "MANIFEST", bytes);
	add("manifest-alone-armor", text, len);
	len = 0;
	put_armor(text, &len, "LICENSE", bytes);
	add("manifest-called-license", text, len);
}

void
corpus_carriers(void)
{
	struct license license;
	struct cbor_bytes bytes;

	hotel_license_unbound(&license);
	bytes = corpus_sign(&license);
	memcpy(document, bytes.data, bytes.len);
	document_len = bytes.len;
	put_armor(plain, &plain_len, "LICENSE", bytes);
	armors();
	bad_armors();
	needless_bits();
	several();
	qr_texts();
	mails();
	no_documents();
	manifests_alone();
}
