/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_DOCUMENT_H
#define TESTS_FIXTURE_DOCUMENT_H

/* Documents that look like one of a kind from outside, and say nothing: for who only carries them. */

#include <stddef.h>
#include <stdint.h>

#include "formats/cose.h"
#include "formats/document.h"

enum { DOCUMENT_MADE_MAX = 1024 };

/* These give the length. An envelope of that tag and typ around a payload of fixed bytes. */
size_t document_make_envelope(uint64_t tag, const char *type, uint8_t bytes[DOCUMENT_MADE_MAX]);
/* An array that begins with a mark. */
size_t document_make_marked(const char *mark, uint8_t bytes[DOCUMENT_MADE_MAX]);
size_t document_make_key(enum cose_curve curve, uint8_t bytes[DOCUMENT_MADE_MAX]);
/* One of that kind, whatever it is. */
size_t document_make(enum document_kind kind, uint8_t bytes[DOCUMENT_MADE_MAX]);

#endif
