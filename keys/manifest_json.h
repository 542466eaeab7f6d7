/* SPDX-License-Identifier: ISC */
#ifndef KEYS_MANIFEST_JSON_H
#define KEYS_MANIFEST_JSON_H

/* A manifest's claims for scripts, the same from every program that shows one. */

#include "formats/json.h"
#include "formats/manifest.h"

/*
 * Writes the members version, issued_at, expires_at, trial, threshold, roots, issuing, exchange and
 * contacts into the object that is open. `root_signed` has an entry for each root: what the program
 * found out about its signature.
 */
void manifest_json(struct json *j, const struct manifest *manifest, const bool *root_signed);

#endif
