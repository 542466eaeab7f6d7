/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_DOMAIN_SET_H
#define ISSUER_DECIDE_DOMAIN_SET_H

/* The domains that a license is bound to, however somebody typed them. Pure. */

#include "formats/license.h"

enum { DOMAIN_SET_MAX = LICENSE_DOMAINS_MAX * (LICENSE_DOMAIN_MAX + 1) };

/*
 * Lower case, in order, each once, a space between: the same domains give the same text. A point at
 * the end does not count.
 *
 * CLAIM_VALUE with *ret_bad, the first name that is no domain; CBOR_COUNT over LICENSE_DOMAINS_MAX.
 */
enum skerry_err domain_set_read(const char *const *names, size_t names_len,
	char ret_text[DOMAIN_SET_MAX + 1], size_t *ret_bad);

/* What a domain looks like, for messages. */
#define DOMAIN_SET_ADVICE                                                                          \
	"A domain is a host name such as shop.example or *.shop.example, without http://, port "   \
	"or path."

#endif
