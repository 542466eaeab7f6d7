/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_BUNDLE_FAN_H
#define FORMATS_BUNDLE_FAN_H

/* What the index of a bundle and its fans share: places, and the fan as an item among others. */

#include "bundle.h"

/*
 * Reads the four items of a place. `packed`: up to the limits of page 0; otherwise those of any other
 * page, and the two lengths are the same (CLAIM_CONFLICT at `entry_at`).
 */
void bundle_place_read(
	struct cbor_reader *r, bool packed, size_t entry_at, struct bundle_place *ret_place);
void bundle_place_write(struct cbor_writer *w, const struct bundle_place *place);

/* Reads a whole fan; `each`, if any, is called with each entry in turn. */
void bundle_fan_read(struct cbor_reader *r, void (*each)(void *, const struct bundle_entry *entry),
	void *context);
/* Writes it, unjudged. */
void bundle_fan_put(struct cbor_writer *w, const struct bundle_entry *entries, size_t entries_len);

#endif
