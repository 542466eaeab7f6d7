/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_ACCEPT_H
#define VERIFIER_DAEMON_HTTP_HTTP_ACCEPT_H

/* In which form and language somebody wants an answer (RFC 9110, sections 12.5.1 and 12.5.4). Pure. */

#include "http.h"

/*
 * Of Accept: the form that its most fitting range gives the highest weight, JSON where several are worth as
 * much or none is wanted; for errors CBOR where it is named at all, else JSON. Parameters other than q are
 * passed over.
 */
void http_accept_format(const char *value, size_t value_len, enum http_format *ret_format,
	enum http_format *ret_error_format);

/* Of Accept-Language: its first tag; "" for "*", for one that is too long, and for none. */
void http_accept_language(const char *value, size_t value_len, char ret_language[16]);

#endif
