/* SPDX-License-Identifier: ISC */
#ifndef KEYS_CLI_MANIFEST_VIEW_H
#define KEYS_CLI_MANIFEST_VIEW_H

/* What a manifest says, for the people at a ceremony and for scripts. */

#include "manifest_file.h"

/* Prints it with the state of its signatures; `before` is the version before, or NULL. */
void manifest_view_print(const struct manifest_file *file, const struct manifest_file *before);

/*
 * The members of one object: version, issued_at, expires_at, trial, threshold, roots[{kid, alg,
 * signed}], issuing[{kid, alg, roles[], brands[], not_before, not_after, latest, perpetual,
 * revoked_at}], exchange[{kid, revoked_at}], contacts{BRAND: {name, telephone, email, url,
 * languages[], key_format}}, signers[{kid, state}]
 */
void manifest_view_json(
	struct json *j, const struct manifest_file *file, const struct manifest_file *before);

#endif
