/* SPDX-License-Identifier: ISC */
#include "page.h"

#include <stdio.h>
#include <string.h>

#include "bought.h"
#include "qr_svg.h"
#include "steps.h"

enum { KEY_QR_MM = 31 };

/* --- the top: whose, from whom, the key -------------------------------------------------------- */

/* A title knows no elements: what was entered stands bare in it. */
static void
put_title(const struct ink *ink)
{
	const char *chars = ink->texts->title, *close = strchr(chars, '}');

	html_text(chars, strcspn(chars, "{"), ink->sink, ink->context);
	ink_text(ink, ink->letter->brand.name);
	ink_text(ink, close == NULL ? "" : close + 1);
}

static void
put_head(const struct ink *ink)
{
	const struct customer *customer = &ink->letter->customer;

	ink_raw(ink, "<!DOCTYPE html>\n<html lang=\"");
	ink_text(ink, ink->texts->tag);
	ink_raw(ink, "\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "style-src 'unsafe-inline'\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width\">\n"
		     "<meta name=\"color-scheme\" content=\"light\">\n<title>");
	put_title(ink);
	ink_raw(ink, "</title>\n<style>\n");
	ink_raw(ink, PAGE_STYLE);
	ink_raw(ink, "</style>\n</head>\n<body>\n<header>\n<div><h1>");
	ink_text(ink, ink->texts->heading);
	ink_raw(ink, "</h1>\n<p class=\"customer\">");
	ink_entered(ink, customer->name);
	if (customer->company[0] != '\0' && strcmp(customer->company, customer->name) != 0) {
		ink_raw(ink, "<br>");
		ink_entered(ink, customer->company);
	}
	ink_raw(ink, "</p></div>\n<div><p class=\"brand\">");
	ink_entered(ink, ink->letter->brand.name);
	ink_raw(ink, "</p>\n<p class=\"date\">");
	ink_dated(ink, ink->texts->dated, ink->letter->written_at);
	ink_raw(ink, "</p></div>\n</header>\n");
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
put_key_text(const struct ink *ink)
{
	const char *key = ink->letter->key;

	ink_raw(ink, "<p class=\"text\">");
	while (*key != '\0') {
		size_t len = strcspn(key, "-");

		len += key[len] == '-';
		ink_raw(ink, "<span>");
		html_text(key, len, ink->sink, ink->context);
		ink_raw(ink, "</span><wbr>");
		key += len;
	}
	ink_raw(ink, "</p>\n");
}

static void
put_key(const struct ink *ink)
{
	char prefix[LICENSE_KEY_MAX + 1];
	struct qr qr;

	key_prefix(ink->letter, prefix);
	ink_raw(ink, "<div class=\"key\">\n<div><h2>");
	ink_text(ink, ink->texts->key);
	ink_raw(ink, "</h2>\n");
	put_key_text(ink);
	ink_raw(ink, "<p class=\"note\">");
	ink_phrase(ink,
		prefix[0] == '\0' ? ink->texts->key_symbols : ink->texts->key_symbols_prefix,
		prefix);
	ink_raw(ink, "<br>");
	ink_text(ink, ink->texts->key_keep);
	ink_raw(ink, "</p></div>\n");
	if (qr_make(ink->letter->key, true, &qr)) {
		qr_write_svg(&qr, KEY_QR_MM, ink->texts->key_qr, ink->sink, ink->context);
		qr_free(&qr);
	}
	ink_raw(ink, "</div>\n");
}

/* --- whom to call -------------------------------------------------------------------------------- */

static void
put_contact(const struct ink *ink, const char *label, const char *value)
{
	if (value[0] == '\0')
		return;
	ink_raw(ink, "<div><dt>");
	ink_text(ink, label);
	ink_raw(ink, "</dt><dd>");
	ink_entered(ink, value);
	ink_raw(ink, "</dd></div>\n");
}

static void
put_call(const struct ink *ink)
{
	const struct brand *brand = &ink->letter->brand;

	ink_raw(ink, "<div class=\"call\"><h2>");
	ink_text(ink, ink->texts->call);
	ink_raw(ink, "</h2>\n");
	if (!brands_has_contact(brand)) {
		ink_raw(ink, "<p>");
		ink_phrase(ink, ink->texts->call_nobody, steps_product(ink->letter));
		ink_raw(ink, "</p>");
	} else {
		ink_raw(ink, "<dl>\n");
		put_contact(ink, ink->texts->telephone, brand->phone);
		put_contact(ink, ink->texts->email, brand->email);
		put_contact(ink, ink->texts->web, brand->url);
		ink_raw(ink, "</dl>");
	}
	ink_raw(ink, "</div>\n");
}

void
page_write(const struct letter *letter, const struct letter_texts *texts, html_sink *sink,
	void *context)
{
	struct ink ink = { letter, texts, sink, context };

	put_head(&ink);
	put_key(&ink);
	bought_write(&ink);
	steps_write(&ink);
	put_call(&ink);
	steps_write_papers(&ink);
	ink_raw(&ink, "</body>\n</html>\n");
}
