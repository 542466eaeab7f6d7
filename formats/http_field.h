/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_HTTP_FIELD_H
#define FORMATS_HTTP_FIELD_H

/*
 * One field of the head of an HTTP message, a request's or a response's, read strictly (RFC 9110, sections
 * 5.5 and 5.6.2). Pure and thread-safe.
 */

#include <stdbool.h>
#include <stddef.h>

struct http_field {
	const char *name, *value; /* not terminated; the value without blanks around it */
	size_t name_len, value_len;
};

/*
 * Borrows both. False, with *ret_field untouched, for a name that is no token, as that of a folded line is
 * not, and for a control character in the value.
 */
bool http_field_read(const char *name, size_t name_len, const char *value, size_t value_len,
	struct http_field *ret_field);

/* In any case of its letters. */
bool http_field_is(const struct http_field *field, const char *name);

#endif
