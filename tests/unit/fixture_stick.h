/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_STICK_H
#define TESTS_FIXTURE_STICK_H

/*
 * Sticks: documents by their first bytes alone, and a mailbag filled with every trick that a hostile stick
 * can hold, between honest files. Failures end the test; a trick that this machine or user cannot make is
 * told and skipped.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/mailbag_look.h"

/* Something that begins as a document of that kind does, `len` bytes or its least; free() it. */
uint8_t *stick_document(enum document_kind kind, size_t len, size_t *ret_len);

/* A new file. */
void stick_put(const char *folder, const char *name, const uint8_t *bytes, size_t len);
void stick_put_document(const char *folder, const char *name, enum document_kind kind, size_t len);

struct stick_trick {
	const char *name;
	enum mailbag_found found;
	enum document_kind kind; /* where found by its first bytes */
};

/* Fills the mailbag; what it then holds, in no order. */
void stick_make_hostile(
	const char *folder, const struct stick_trick **ret_tricks, size_t *ret_tricks_len);

#endif
