/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_LETTER_TEXTS_H
#define ISSUER_LETTER_TEXTS_H

/*
 * Everything that the letter says, one catalogue a language. What stands in braces is put in:
 *
 *	{product} {brand} {date} {count} {prefix} {email} {tenant} {file}
 *
 * All members are texts, so that a test can walk through them.
 */

#include <stdbool.h>

struct letter_texts {
	const char *tag; /* as HTML and customers name the language */
	const char *months[12];
	const char *date; /* {day} {month} {year} */

	const char *title, *heading, *dated;
	const char *key, *key_symbols, *key_symbols_prefix, *key_keep, *key_qr;
	const char *bought, *product, *valid, *sites, *includes, *number;
	const char *until, *forever, *maintenance, *for_tenant, *seats, *more;
	const char *steps, *prepare, *trust, *roots, *starter, *unbound, *fingerprint, *send,
		*send_to_nobody, *import, *status;
	const char *paper_starter, *paper_license, *paper, *paper_qr;
	const char *call, *telephone, *email, *web, *call_nobody;
};

extern const struct letter_texts LETTER_TEXTS_EN, LETTER_TEXTS_ID;

/*
 * The catalogue of a language tag ("id", "id-ID", in any case); NULL when there is none.
 * LETTER_TEXTS_LANGUAGES lists what there is: "en, id".
 */
const struct letter_texts *letter_texts_find(const char *language);
extern const char LETTER_TEXTS_LANGUAGES[];

#endif
