/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_CONTACTS_H
#define ISSUER_DESK_CONTACTS_H

/* The brands' contacts as a manifest carries them, so that every message can say whom to call. */

#include "formats/manifest.h"
#include "issuer/desk/brands.h"

struct contacts;

/* Of every brand that has one. CBOR_COUNT for more than MANIFEST_BRANDS_MAX. */
enum skerry_err contacts_gather(struct desk *desk, struct contacts **ret_contacts);
void contacts_free(struct contacts *contacts);

/* Whether the manifest says just this. */
bool contacts_same(const struct contacts *contacts, const struct manifest *manifest);

/* Into the manifest, which borrows the contacts' memory. */
void contacts_put(const struct contacts *contacts, struct manifest *manifest);

#endif
