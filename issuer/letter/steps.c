/* SPDX-License-Identifier: ISC */
#include "steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/base45.h"
#include "formats/document.h"
#include "qr_svg.h"

enum {
	PAPER_QR_MM = 58,      /* beside the steps */
	PAPER_QR_WIDE_MM = 80, /* where its modules would be too small for that */
	PAPER_QR_NARROW_SIZE = 97,
	FILE_MAX = LICENSE_SLUG_MAX + 24
};

/* "starter.license", or of several products "hms-starter.license", so that none takes another's. */
static void
document_file(const struct letter *letter, const struct letter_license *license, const char *suffix,
	char ret_file[FILE_MAX])
{
	bool several = letter->licenses_len > 1;

	snprintf(ret_file, FILE_MAX, "%s%s%s.%s", several ? license->record.product : "",
		several ? "-" : "", license->starter ? "starter" : "pack", suffix);
}

/* A line may end between its words, never within one: a hyphen is part of an option. */
static void
put_words(const struct ink *ink, const char *words)
{
	for (size_t len; *words != '\0'; words += len) {
		len = strspn(words, " ");
		if (len > 0) {
			ink_raw(ink, " ");
			continue;
		}
		len = strcspn(words, " ");
		ink_raw(ink, "<span>");
		html_text(words, len, ink->sink, ink->context);
		ink_raw(ink, "</span>");
	}
}

static void
put_command(const struct ink *ink, const char *before, const char *value)
{
	ink_raw(ink, "<code>");
	put_words(ink, before);
	put_words(ink, value);
	ink_raw(ink, "</code>");
}

const char *
steps_product(const struct letter *letter)
{
	return letter->licenses_len == 1 ? letter->licenses[0].product_name : letter->brand.name;
}

static void
put_trust_step(const struct ink *ink)
{
	ink_raw(ink, "<li>");
	ink_text(ink, ink->texts->trust);
	put_command(ink, "skerry init --trust vendor.manifest", "");
	if (ink->letter->roots_len > 0) {
		ink_raw(ink, "<span class=\"roots\">");
		ink_text(ink, ink->texts->roots);
		for (size_t i = 0; i < ink->letter->roots_len; i++) {
			ink_raw(ink, " <code>");
			ink_text(ink, ink->letter->roots[i]);
			ink_raw(ink, "</code>");
		}
		ink_raw(ink, "</span>");
	}
	ink_raw(ink, "</li>\n");
}

/* What the pack itself carries; *ret_bound: a license of this machine's own is still to come. */
static void
put_pack_steps(const struct ink *ink, bool *ret_bound)
{
	*ret_bound = false;
	for (size_t i = 0; i < ink->letter->licenses_len; i++) {
		const struct letter_license *license = &ink->letter->licenses[i];
		char file[FILE_MAX];

		*ret_bound |= license->document == NULL || license->starter;
		if (license->document == NULL)
			continue;
		ink_raw(ink, "<li>");
		if (license->starter)
			ink_dated(ink, ink->texts->starter, license->document_until);
		else
			ink_text(ink, ink->texts->unbound);
		document_file(ink->letter, license, "license", file);
		put_command(ink, "skerry import ", file);
		ink_raw(ink, "</li>\n");
	}
}

static void
put_bound_steps(const struct ink *ink)
{
	char before[LICENSE_KEY_MAX + 64];

	snprintf(before, sizeof before, "skerry fingerprint --key %s", ink->letter->key);
	ink_raw(ink, "<li>");
	ink_text(ink, ink->texts->fingerprint);
	put_command(ink, before, " --out site.fingerprint");
	ink_raw(ink, "</li>\n<li>");
	if (ink->letter->brand.email[0] != '\0')
		ink_phrase(ink, ink->texts->send, ink->letter->brand.email);
	else
		ink_text(ink, ink->texts->send_to_nobody);
	ink_raw(ink, "</li>\n<li>");
	ink_text(ink, ink->texts->import);
	put_command(ink, "skerry import site.license", "");
	ink_raw(ink, "</li>\n");
}

/* --- a document as a QR code --------------------------------------------------------------------- */

/* False where the document is too large for paper: then its file is what there is. */
static bool
document_qr(const struct letter_license *license, struct qr *ret_qr)
{
	size_t prefix_len = strlen(DOCUMENT_QR_PREFIX), text_len;
	char *chars;
	bool made;

	if (license->document == NULL)
		return false;
	text_len = BASE45_TEXT_LEN(license->document_len);
	chars = malloc(prefix_len + text_len + 1);
	if (chars == NULL)
		return false;
	memcpy(chars, DOCUMENT_QR_PREFIX, prefix_len);
	base45_encode(license->document, license->document_len, chars + prefix_len);
	chars[prefix_len + text_len] = '\0';
	made = qr_make(chars, false, ret_qr);
	free(chars);
	return made;
}

static void
put_paper(const struct ink *ink, const struct letter_license *license, const struct qr *qr,
	const char *element, int width_mm)
{
	char file[FILE_MAX];

	document_file(ink->letter, license, "qr", file);
	ink_raw(ink, element);
	qr_write_svg(qr, width_mm, ink->texts->paper_qr, ink->sink, ink->context);
	ink_raw(ink, "<div><h2>");
	ink_text(ink, license->starter ? ink->texts->paper_starter : ink->texts->paper_license);
	if (ink->letter->licenses_len > 1) {
		ink_raw(ink, " (");
		ink_entered(ink, license->product_name);
		ink_raw(ink, ")");
	}
	ink_raw(ink, "</h2>\n<p class=\"note\">");
	ink_phrase(ink, ink->texts->paper, file);
	ink_raw(ink, "</p>");
	put_command(ink, "skerry import ", file);
	ink_raw(ink, "</div>\n");
}

static bool
stands_beside(const struct ink *ink, const struct qr *qr)
{
	return ink->letter->licenses_len == 1 && qr->size <= PAPER_QR_NARROW_SIZE;
}

void
steps_write(const struct ink *ink)
{
	struct qr qr;
	bool bound;

	ink_raw(ink, "<div class=\"steps\">\n<section><h2>");
	ink_text(ink, ink->texts->steps);
	ink_raw(ink, "</h2>\n<ol>\n<li>");
	ink_phrase(ink, ink->texts->prepare, steps_product(ink->letter));
	ink_raw(ink, "</li>\n");
	put_trust_step(ink);
	put_pack_steps(ink, &bound);
	if (bound)
		put_bound_steps(ink);
	ink_raw(ink, "<li>");
	ink_text(ink, ink->texts->status);
	put_command(ink, "skerry status", "");
	ink_raw(ink, "</li>\n</ol></section>\n");
	if (document_qr(&ink->letter->licenses[0], &qr)) {
		if (stands_beside(ink, &qr)) {
			put_paper(ink, &ink->letter->licenses[0], &qr, "<aside>\n", PAPER_QR_MM);
			ink_raw(ink, "</aside>\n");
		}
		qr_free(&qr);
	}
	ink_raw(ink, "</div>\n");
}

void
steps_write_papers(const struct ink *ink)
{
	struct qr qr;

	for (size_t i = 0; i < ink->letter->licenses_len; i++) {
		if (!document_qr(&ink->letter->licenses[i], &qr))
			continue;
		if (!stands_beside(ink, &qr)) {
			put_paper(ink, &ink->letter->licenses[i], &qr, "<div class=\"paper\">\n",
				qr.size <= PAPER_QR_NARROW_SIZE ? PAPER_QR_MM : PAPER_QR_WIDE_MM);
			ink_raw(ink, "</div>\n");
		}
		qr_free(&qr);
	}
}
