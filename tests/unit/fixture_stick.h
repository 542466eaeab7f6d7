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

/* A request that ends in a hundred of that letter; free() it. */
uint8_t *stick_mail(char letter, size_t len, size_t *ret_len);

/* Entries of a folder, whatever they are. */
size_t stick_entries(const char *folder);

enum { STICK_HELD_MAX = 16 };

/* What mailbag_look tells, bundles apart: { 0 } to begin with. */
struct stick_held {
	size_t len, leftovers;
	struct {
		char name[256];
		uint8_t *bytes;
		size_t bytes_len;
		struct mailbag_identity identity;
	} documents[STICK_HELD_MAX];
};

bool stick_hold(void *held, const struct mailbag_entry *entry);              /* for mailbag_look */
size_t stick_copies(const struct stick_held *held, char letter, size_t len); /* of such a mail */
void stick_release(struct stick_held *held);

struct stick_trick {
	const char *name;
	enum mailbag_found found;
	enum document_kind kind; /* where found by its first bytes */
};

/* Fills the mailbag; what it then holds, in no order. */
void stick_make_hostile(
	const char *folder, const struct stick_trick **ret_tricks, size_t *ret_tricks_len);

#endif
