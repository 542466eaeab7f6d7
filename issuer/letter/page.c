/* SPDX-License-Identifier: ISC */
#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/base45.h"
#include "formats/date.h"
#include "formats/document.h"
#include "qr.h"

enum {
	KEY_QR_MM = 31,
	PAPER_QR_MM = 58,      /* beside the steps */
	PAPER_QR_WIDE_MM = 80, /* where its modules would be too small for that */
	PAPER_QR_NARROW_SIZE = 97,
	INCLUDES_MAX = 8, /* of a plan's features; the site's `skerry status` has them all */
	NUMBER_MAX = 24,
	DAY_TEXT_MAX = 64
};

struct page {
	const struct letter *letter;
	const struct letter_texts *texts;
	html_sink *sink;
	void *context;
};

static void
raw(const struct page *page, const char *html)
{
	page->sink(page->context, html, strlen(html));
}

static void
text(const struct page *page, const char *chars)
{
	html_text(chars, strlen(chars), page->sink, page->context);
}

/* What somebody entered: isolated, so that its direction stays its own. */
static void
entered(const struct page *page, const char *chars)
{
	raw(page, "<bdi>");
	text(page, chars);
	raw(page, "</bdi>");
}

/* A phrase of the catalogue with `value` in place of what stands in braces. */
static void
phrase(const struct page *page, const char *chars, const char *value)
{
	const char *open = strchr(chars, '{'), *close = open == NULL ? NULL : strchr(open, '}');

	if (close == NULL) {
		text(page, chars);
		return;
	}
	html_text(chars, (size_t)(open - chars), page->sink, page->context);
	entered(page, value);
	text(page, close + 1);
}

/* "28 April 2027" in the catalogue's words. */
static void
day_text(const struct letter_texts *texts, int64_t at, char ret_text[DAY_TEXT_MAX])
{
	char day[DATE_TEXT_MAX];
	const char *from = texts->date;
	size_t len = 0;
	long month;

	date_format_day(at, day);
	month = strtol(day + 5, NULL, 10);
	ret_text[0] = '\0';
	while (*from != '\0' && len + 1 < DAY_TEXT_MAX) {
		if (strncmp(from, "{day}", 5) == 0)
			snprintf(ret_text + len, DAY_TEXT_MAX - len, "%ld",
				strtol(day + 8, NULL, 10));
		else if (strncmp(from, "{month}", 7) == 0)
			snprintf(
				ret_text + len, DAY_TEXT_MAX - len, "%s", texts->months[month - 1]);
		else if (strncmp(from, "{year}", 6) == 0)
			snprintf(ret_text + len, DAY_TEXT_MAX - len, "%.4s", day);
		else
			snprintf(ret_text + len, DAY_TEXT_MAX - len, "%c", *from);
		from = *from == '{' ? strchr(from, '}') + 1 : from + 1;
		len = strlen(ret_text);
	}
}

static void
dated(const struct page *page, const char *chars, int64_t at)
{
	char day[DAY_TEXT_MAX];

	day_text(page->texts, at, day);
	phrase(page, chars, day);
}

static void
counted(const struct page *page, const char *chars, int64_t count)
{
	char number[NUMBER_MAX];

	snprintf(number, sizeof number, "%lld", (long long)count);
	phrase(page, chars, number);
}

/* --- the top: whose, from whom, the key -------------------------------------------------------- */

static void
put_head(const struct page *page)
{
	const struct customer *customer = &page->letter->customer;

	raw(page, "<!DOCTYPE html>\n<html lang=\"");
	text(page, page->texts->tag);
	raw(page, "\">\n<head>\n<meta charset=\"utf-8\">\n"
		  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		  "style-src 'unsafe-inline'\">\n"
		  "<meta name=\"viewport\" content=\"width=device-width\">\n"
		  "<meta name=\"color-scheme\" content=\"light\">\n<title>");
	{
		/* A title knows no elements. */
		const char *chars = page->texts->title, *close = strchr(chars, '}');

		html_text(chars, strcspn(chars, "{"), page->sink, page->context);
		text(page, page->letter->brand.name);
		text(page, close == NULL ? "" : close + 1);
	}
	raw(page, "</title>\n<style>\n");
	raw(page, PAGE_STYLE);
	raw(page, "</style>\n</head>\n<body>\n<header>\n<div><h1>");
	text(page, page->texts->heading);
	raw(page, "</h1>\n<p class=\"customer\">");
	entered(page, customer->name);
	if (customer->company[0] != '\0' && strcmp(customer->company, customer->name) != 0) {
		raw(page, "<br>");
		entered(page, customer->company);
	}
	raw(page, "</p></div>\n<div><p class=\"brand\">");
	entered(page, page->letter->brand.name);
	raw(page, "</p>\n<p class=\"date\">");
	dated(page, page->texts->dated, page->letter->written_at);
	raw(page, "</p></div>\n</header>\n");
}

/* What stands before the first random character of the brand's keys, without its hyphen. */
static void
key_prefix(const struct letter *letter, char ret_prefix[LICENSE_KEY_MAX + 1])
{
	size_t len = strcspn(letter->brand.key_format, "#");

	while (len > 0 && letter->brand.key_format[len - 1] == '-')
		len--;
	snprintf(ret_prefix, LICENSE_KEY_MAX + 1, "%.*s", (int)len, letter->brand.key_format);
}

/* Groups may end a line, never be broken; copied, the key has no blanks in it. */
static void
put_key_text(const struct page *page)
{
	const char *key = page->letter->key;

	raw(page, "<p class=\"text\">");
	while (*key != '\0') {
		size_t len = strcspn(key, "-");

		len += key[len] == '-';
		raw(page, "<span>");
		html_text(key, len, page->sink, page->context);
		raw(page, "</span><wbr>");
		key += len;
	}
	raw(page, "</p>\n");
}

static void
put_key(const struct page *page)
{
	char prefix[LICENSE_KEY_MAX + 1];
	struct qr qr;

	key_prefix(page->letter, prefix);
	raw(page, "<div class=\"key\">\n<div><h2>");
	text(page, page->texts->key);
	raw(page, "</h2>\n");
	put_key_text(page);
	raw(page, "<p class=\"note\">");
	phrase(page, prefix[0] == '\0' ? page->texts->key_symbols : page->texts->key_symbols_prefix,
		prefix);
	raw(page, "<br>");
	text(page, page->texts->key_keep);
	raw(page, "</p></div>\n");
	if (qr_make(page->letter->key, true, &qr)) {
		qr_write_svg(&qr, KEY_QR_MM, page->texts->key_qr, page->sink, page->context);
		qr_free(&qr);
	}
	raw(page, "</div>\n");
}

/* --- what was bought --------------------------------------------------------------------------- */

/* "max_rooms" reads "max rooms". */
static void
put_name(const struct page *page, const char *name)
{
	raw(page, "<bdi>");
	for (size_t len; *name != '\0'; name += len) {
		len = strcspn(name, "_");
		html_text(name, len, page->sink, page->context);
		if (name[len] == '_') {
			raw(page, " ");
			len++;
		}
	}
	raw(page, "</bdi>");
}

static void
put_grant(const struct page *page, const struct plan_grant *grant)
{
	char number[NUMBER_MAX];

	put_name(page, grant->name);
	if (grant->value == LICENSE_NUMBER) {
		snprintf(number, sizeof number, "%lld", (long long)grant->number);
		raw(page, ": ");
		text(page, number);
	} else if (grant->value == LICENSE_STRING) {
		raw(page, ": ");
		entered(page, grant->text);
	}
}

static void
put_includes(const struct page *page, const struct plan *plan)
{
	size_t shown = plan->grants_len < INCLUDES_MAX ? plan->grants_len : INCLUDES_MAX;
	const char *between = "";

	for (size_t i = 0; i < shown; i++, between = "; ") {
		raw(page, between);
		put_grant(page, &plan->grants[i]);
	}
	if (plan->seats_max > 0) {
		raw(page, between);
		counted(page, page->texts->seats, plan->seats_max);
		between = "; ";
	}
	if (shown < plan->grants_len) {
		raw(page, between);
		counted(page, page->texts->more, (int64_t)(plan->grants_len - shown));
	}
}

static void
put_license(const struct page *page, const struct letter_license *license)
{
	const struct license_record *record = &license->record;
	char number[NUMBER_MAX];

	raw(page, "<tr><td><b>");
	entered(page, license->product_name);
	raw(page, "</b><br>");
	entered(page, license->plan.name);
	if (record->tenant[0] != '\0') {
		raw(page, ", ");
		phrase(page, page->texts->for_tenant, record->tenant);
	}
	raw(page, "<br><small>");
	phrase(page, page->texts->number, record->public_id);
	raw(page, "</small></td><td class=\"date\">");
	if (record->valid_until == LICENSE_NEVER)
		text(page, page->texts->forever);
	else
		dated(page, page->texts->until, record->valid_until);
	if (record->maintenance_until != LICENSE_NEVER) {
		raw(page, "<br><small>");
		dated(page, page->texts->maintenance, record->maintenance_until);
		raw(page, "</small>");
	}
	raw(page, "</td><td>");
	snprintf(number, sizeof number, "%lld", (long long)record->max_activations);
	text(page, number);
	raw(page, "</td><td>");
	put_includes(page, &license->plan);
	raw(page, "</td></tr>\n");
}

static void
put_bought(const struct page *page)
{
	const struct letter_texts *texts = page->texts;
	const char *titles[] = { texts->product, texts->valid, texts->sites, texts->includes };

	raw(page, "<h2>");
	text(page, texts->bought);
	raw(page, "</h2>\n<table>\n<thead><tr>");
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		raw(page, "<th>");
		text(page, titles[i]);
		raw(page, "</th>");
	}
	raw(page, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < page->letter->licenses_len; i++)
		put_license(page, &page->letter->licenses[i]);
	raw(page, "</tbody>\n</table>\n");
}

/* --- what to do ---------------------------------------------------------------------------------- */

/* A line may end between its words, never within one: a hyphen is part of an option. */
static void
put_words(const struct page *page, const char *words)
{
	for (size_t len; *words != '\0'; words += len) {
		size_t blanks = strspn(words, " ");

		if (blanks > 0)
			raw(page, " ");
		len = blanks + strcspn(words + blanks, " ");
		raw(page, "<span>");
		html_text(words + blanks, len - blanks, page->sink, page->context);
		raw(page, "</span>");
	}
}

static void
put_command(const struct page *page, const char *before, const char *value)
{
	raw(page, "<code>");
	put_words(page, before);
	put_words(page, value);
	raw(page, "</code>");
}

/* The one product, or all of them, as a sentence names them. */
static const char *
product_of(const struct letter *letter)
{
	return letter->licenses_len == 1 ? letter->licenses[0].product_name : letter->brand.name;
}

static void
put_trust_step(const struct page *page)
{
	raw(page, "<li>");
	text(page, page->texts->trust);
	put_command(page, "skerry init --trust vendor.manifest", "");
	if (page->letter->roots_len > 0) {
		raw(page, "<span class=\"roots\">");
		text(page, page->texts->roots);
		for (size_t i = 0; i < page->letter->roots_len; i++) {
			raw(page, " <code>");
			text(page, page->letter->roots[i]);
			raw(page, "</code>");
		}
		raw(page, "</span>");
	}
	raw(page, "</li>\n");
}

/* What the pack itself carries; *ret_bound: a license of this machine's own is still to come. */
static void
put_pack_steps(const struct page *page, bool *ret_bound)
{
	*ret_bound = false;
	for (size_t i = 0; i < page->letter->licenses_len; i++) {
		const struct letter_license *license = &page->letter->licenses[i];

		*ret_bound |= license->document == NULL || license->starter;
		if (license->document == NULL)
			continue;
		raw(page, "<li>");
		if (license->starter)
			dated(page, page->texts->starter, license->document_until);
		else
			text(page, page->texts->unbound);
		put_command(page, "skerry import",
			license->starter ? " starter.license" : " pack.license");
		raw(page, "</li>\n");
	}
}

static void
put_bound_steps(const struct page *page)
{
	char before[LICENSE_KEY_MAX + 64];

	snprintf(before, sizeof before, "skerry fingerprint --key %s", page->letter->key);
	raw(page, "<li>");
	text(page, page->texts->fingerprint);
	put_command(page, before, " --out site.fingerprint");
	raw(page, "</li>\n<li>");
	if (page->letter->brand.email[0] != '\0')
		phrase(page, page->texts->send, page->letter->brand.email);
	else
		text(page, page->texts->send_to_nobody);
	raw(page, "</li>\n<li>");
	text(page, page->texts->import);
	put_command(page, "skerry import site.license", "");
	raw(page, "</li>\n");
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
put_paper(const struct page *page, const struct letter_license *license, const struct qr *qr,
	const char *element, int width_mm)
{
	const char *file = license->starter ? " starter.qr" : " pack.qr";

	raw(page, element);
	qr_write_svg(qr, width_mm, page->texts->paper_qr, page->sink, page->context);
	raw(page, "<div><h2>");
	text(page, license->starter ? page->texts->paper_starter : page->texts->paper_license);
	if (page->letter->licenses_len > 1) {
		raw(page, " (");
		entered(page, license->product_name);
		raw(page, ")");
	}
	raw(page, "</h2>\n<p class=\"note\">");
	phrase(page, page->texts->paper, file + 1);
	raw(page, "</p>");
	put_command(page, "skerry import", file);
	raw(page, "</div>\n");
}

/* The one small code stands beside the steps, so that a usual sale takes one page. */
static bool
stands_beside(const struct page *page, const struct qr *qr)
{
	return page->letter->licenses_len == 1 && qr->size <= PAPER_QR_NARROW_SIZE;
}

static void
put_steps(const struct page *page)
{
	struct qr qr;
	bool bound;

	raw(page, "<div class=\"steps\">\n<section><h2>");
	text(page, page->texts->steps);
	raw(page, "</h2>\n<ol>\n<li>");
	phrase(page, page->texts->prepare, product_of(page->letter));
	raw(page, "</li>\n");
	put_trust_step(page);
	put_pack_steps(page, &bound);
	if (bound)
		put_bound_steps(page);
	raw(page, "<li>");
	text(page, page->texts->status);
	put_command(page, "skerry status", "");
	raw(page, "</li>\n</ol></section>\n");
	if (document_qr(&page->letter->licenses[0], &qr)) {
		if (stands_beside(page, &qr)) {
			put_paper(page, &page->letter->licenses[0], &qr, "<aside>\n", PAPER_QR_MM);
			raw(page, "</aside>\n");
		}
		qr_free(&qr);
	}
	raw(page, "</div>\n");
}

static void
put_papers(const struct page *page)
{
	struct qr qr;

	for (size_t i = 0; i < page->letter->licenses_len; i++) {
		if (!document_qr(&page->letter->licenses[i], &qr))
			continue;
		if (!stands_beside(page, &qr)) {
			put_paper(page, &page->letter->licenses[i], &qr, "<div class=\"paper\">\n",
				qr.size <= PAPER_QR_NARROW_SIZE ? PAPER_QR_MM : PAPER_QR_WIDE_MM);
			raw(page, "</div>\n");
		}
		qr_free(&qr);
	}
}

/* --- whom to call -------------------------------------------------------------------------------- */

static void
put_contact(const struct page *page, const char *label, const char *value)
{
	if (value[0] == '\0')
		return;
	raw(page, "<div><dt>");
	text(page, label);
	raw(page, "</dt><dd>");
	entered(page, value);
	raw(page, "</dd></div>\n");
}

static void
put_call(const struct page *page)
{
	const struct brand *brand = &page->letter->brand;

	raw(page, "<div class=\"call\"><h2>");
	text(page, page->texts->call);
	raw(page, "</h2>\n");
	if (!brands_has_contact(brand)) {
		raw(page, "<p>");
		phrase(page, page->texts->call_nobody, product_of(page->letter));
		raw(page, "</p>");
	} else {
		raw(page, "<dl>\n");
		put_contact(page, page->texts->telephone, brand->phone);
		put_contact(page, page->texts->email, brand->email);
		put_contact(page, page->texts->web, brand->url);
		raw(page, "</dl>");
	}
	raw(page, "</div>\n");
}

void
page_write(const struct letter *letter, const struct letter_texts *texts, html_sink *sink,
	void *context)
{
	struct page page = { letter, texts, sink, context };

	put_head(&page);
	put_key(&page);
	put_bought(&page);
	put_steps(&page);
	put_call(&page);
	put_papers(&page);
	raw(&page, "</body>\n</html>\n");
}
