/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_LICENSE_TERMS_H
#define FORMATS_LICENSE_TERMS_H

/*
 * The terms of a license: what the product may do, where, and how gently it ends. Labels 8 to 15 of
 * the private map (license.h lists them); license.c reads and writes all others.
 */

#include "claims.h"
#include "license.h"

/* Reads the value of the label at hand; one that is no term is passed over or refused. */
void license_terms_read(
	struct cbor_reader *r, const struct claims *claims, struct license *license);

/*
 * Reads the type and the hash of a component, between which a license has its weight (NULL: there
 * is none). The fingerprint file has the same.
 */
void license_terms_read_component(struct cbor_reader *r, unsigned *ret_type, unsigned *ret_weight,
	struct cbor_bytes *ret_hash);

/* Writes the labels and values of all terms that there are. */
void license_terms_put(
	struct cbor_writer *w, struct cbor_map_out *map, const struct license *license);

#endif
