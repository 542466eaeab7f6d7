/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_FINGERPRINT_VIEW_H
#define VERIFIER_SHOW_FINGERPRINT_VIEW_H

/* A machine's fingerprint, gathered and told. */

#include "formats/fingerprint.h"
#include "show.h"
#include "verifier/gather/components.h"

/* About 20 KB. It points into itself once it is gathered: not to be copied. */
struct fingerprint_view {
	struct components components;
	struct fingerprint fingerprint;
	uint8_t salt[LICENSE_SALT_LEN]; /* the caller's */
	uint8_t hashes[LICENSE_COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX];
	char hostname[FINGERPRINT_INFO_MAX + 1], os[FINGERPRINT_INFO_MAX + 1];
	struct identity identity;
};

/* From the machine that components.h describes. Errors of components_collect. */
enum skerry_err fingerprint_view_collect(
	struct fingerprint_view *view, const struct components_query *machine);
/* With the salt that is there by now; `site` NULL: whose it is, nobody knows. */
void fingerprint_view_fill(struct fingerprint_view *view, const struct components_query *machine,
	const struct site *site);

/* In words a table; `file`, where it was written, is for JSON alone: NULL. */
void fingerprint_view_show(
	const struct show *show, const struct fingerprint_view *view, const char *file);

#endif
