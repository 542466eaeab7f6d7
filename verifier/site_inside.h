/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SITE_INSIDE_H
#define VERIFIER_SITE_INSIDE_H

/* What the parts of a site's opening share; nobody else's. */

#include "site.h"

/* Verifies a license and holds it, also one that is genuine but no longer permitted. */
enum skerry_err site_hold(struct site *site, const char *file, struct cbor_bytes bytes);

/* A file that grants nothing; `folder` with its '/', or "". */
void site_add_unused(struct site *site, const char *folder, const char *name, enum skerry_err err);

/* A file, by its path, that is of no more use: it goes with the next change of what is held. */
enum skerry_err site_note_replaced(struct site *site, const char *folder, const char *name);

/* An instant of a document that stands says that it is no earlier, unless the vendor took it back. */
void site_raise_floor(struct site *site, int64_t issued_at);

/* The floor anew, of all that is held and stands. */
void site_find_floor(struct site *site);

#endif
