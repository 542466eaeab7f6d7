/* SPDX-License-Identifier: ISC */
#ifndef KEYS_CARRIED_H
#define KEYS_CARRIED_H

/*
 * A document argument of a command: a path or "-", in any carrier, read and unwrapped.
 */

#include "formats/document.h"

struct carried {
	struct document documents[DOCUMENT_PARTS_MAX];
	size_t count;
	uint8_t *memory; /* the documents point into it */
};

/* Errors of untrusted_file.h and document_unwrap; *ret_offset is 0 where it says nothing. */
enum skerry_err carried_read(const char *path, struct carried *ret_carried, size_t *ret_offset);
void carried_free(struct carried *carried);

/* The first document of that kind, or NULL. */
const struct document *carried_find(const struct carried *carried, enum document_kind kind);

/*
 * Writes a document where --out says: binary or armored; mode 0644; "-" is standard output.
 * Errors of atomic_file.h.
 */
enum skerry_err carried_write(const char *path, enum document_kind kind, const uint8_t *bytes,
	size_t bytes_len, bool armored, bool replace);

#endif
