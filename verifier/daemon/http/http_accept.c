/* SPDX-License-Identifier: ISC */
#include "http_accept.h"

#include <string.h>
#include <strings.h>

static const char *const NAMES[] = {
	[HTTP_JSON] = "application/json",
	[HTTP_CBOR] = "application/cbor",
	[HTTP_TEXT] = "text/plain",
};
enum { FORMATS = sizeof NAMES / sizeof *NAMES };

struct text {
	const char *at;
	size_t len;
};

/* What stands before `separator`, without blanks around it; *rest goes behind it. */
static struct text
next(struct text *rest, char separator)
{
	const char *found = memchr(rest->at, separator, rest->len);
	struct text part = { rest->at, found != NULL ? (size_t)(found - rest->at) : rest->len };
	size_t gone = found != NULL ? part.len + 1 : part.len;

	rest->at += gone;
	rest->len -= gone;
	while (part.len > 0 && (part.at[0] == ' ' || part.at[0] == '\t')) {
		part.at++;
		part.len--;
	}
	while (part.len > 0 && (part.at[part.len - 1] == ' ' || part.at[part.len - 1] == '\t'))
		part.len--;
	return part;
}

/* "0.25" in thousandths; what is no weight is 0. */
static unsigned
weight(struct text text)
{
	unsigned value, step = 100;

	if (text.len == 0 || (text.at[0] != '0' && text.at[0] != '1'))
		return 0;
	value = text.at[0] == '1' ? 1000 : 0;
	for (size_t i = 2; i < text.len && step > 0; i++, step /= 10) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return 0;
		value += (unsigned)(text.at[i] - '0') * step;
	}
	return value > 1000 ? 1000 : value;
}

/* How closely a range fits: 3 the type itself, 2 its family, 1 all, 0 not. */
static unsigned
fit(struct text range, const char *name)
{
	const char *slash = strchr(name, '/');
	size_t family_len = (size_t)(slash - name) + 1;

	if (range.len == strlen(name) && strncasecmp(range.at, name, range.len) == 0)
		return 3;
	if (range.len == family_len + 1 && strncasecmp(range.at, name, family_len) == 0 &&
		range.at[family_len] == '*')
		return 2;
	return range.len == 3 && memcmp(range.at, "*/*", 3) == 0 ? 1 : 0;
}

void
http_accept_format(const char *value, size_t value_len, enum http_format *ret_format,
	enum http_format *ret_error_format)
{
	struct text rest = { value, value_len };
	unsigned fits[FORMATS] = { 0 }, weights[FORMATS] = { 0 }, best = 0;

	while (rest.len > 0) {
		struct text one = next(&rest, ',');
		struct text range = next(&one, ';');
		unsigned q = 1000;

		while (one.len > 0) {
			struct text parameter = next(&one, ';');
			struct text name = next(&parameter, '=');

			if (name.len == 1 && (name.at[0] == 'q' || name.at[0] == 'Q'))
				q = weight(parameter);
		}
		for (size_t i = 0; i < FORMATS; i++) {
			unsigned found = fit(range, NAMES[i]);

			if (found > fits[i]) {
				fits[i] = found;
				weights[i] = q;
			}
		}
	}
	for (size_t i = 1; i < FORMATS; i++)
		if (weights[i] > weights[best])
			best = (unsigned)i;
	*ret_format = (enum http_format)best;
	*ret_error_format = fits[HTTP_CBOR] == 3 && weights[HTTP_CBOR] > 0 ? HTTP_CBOR : HTTP_JSON;
}

void
http_accept_language(const char *value, size_t value_len, char ret_language[16])
{
	struct text rest = { value, value_len };
	struct text one = next(&rest, ',');
	struct text tag = next(&one, ';');

	ret_language[0] = '\0';
	if (tag.len > 15)
		return;
	for (size_t i = 0; i < tag.len; i++) {
		char c = tag.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-'))
			return;
	}
	memcpy(ret_language, tag.at, tag.len);
	ret_language[tag.len] = '\0';
}
