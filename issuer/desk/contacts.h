/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_CONTACTS_H
#define ISSUER_DESK_CONTACTS_H

/*
 * The brands as a manifest carries them: name, license key format, and the contact, so that every
 * message can say whom to call.
 */

#include "formats/manifest.h"
#include "issuer/desk/brands.h"

struct contacts;

/*
 * Of every brand. CBOR_COUNT when more than MANIFEST_BRANDS_MAX have a contact; brands without one
 * are left out first.
 */
enum skerry_err contacts_gather(struct desk *desk, struct contacts **ret_contacts);
void contacts_free(struct contacts *contacts);

/* Whether the manifest says just this. */
bool contacts_same(const struct contacts *contacts, const struct manifest *manifest);

/* Into the manifest, which borrows the contacts' memory. */
void contacts_put(const struct contacts *contacts, struct manifest *manifest);

#endif
