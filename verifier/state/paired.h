/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_PAIRED_H
#define VERIFIER_STATE_PAIRED_H

/*
 * Since when a license is paired with this site: when it first came here after the site had first asked to
 * be paired, or just when it first came, where it never asked. Renewals of it do not count. As the journal
 * has it, so nobody knows any more when its beginning is gone.
 */

#include "keys/store.h"

/* LICENSE_NEVER: nobody knows. Errors of store.h. */
enum skerry_err paired_since(struct store *store, const char *license_id, int64_t *ret_at);

#endif
