/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_TEXTS_EXTEND_WORDS_H
#define VERIFIER_TEXTS_EXTEND_WORDS_H

/*
 * Sentences and phrases of the catalogue about renewal by telephone. Pure and thread-safe; what comes
 * from a document is made safe to show.
 */

#include "formats/license.h"
#include "texts.h"

enum { EXTEND_WORDS_MAX = 512 }; /* bytes of each text, terminator included */

/* `words` is one of a catalogue's extend_...; `step` the one that it is about, `held` what counts. */
void extend_words(const struct texts *texts, const char *words, const struct license *license,
	unsigned step, unsigned held, char ret_text[EXTEND_WORDS_MAX]);

#endif
