/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_COMPONENTS_H
#define VERIFIER_GATHER_COMPONENTS_H

/*
 * What this machine shows of itself: values that tell it from others, and where one cannot be had,
 * why. They leave this module only as keyed hashes.
 */

#include "formats/fingerprint.h"
#include "verifier/decide/match.h"

enum {
	COMPONENTS_MAX = 16,
	COMPONENT_VALUE_MAX = 128, /* bytes; a longer custom value is refused */
	COMPONENTS_CUSTOM_MAX = 8
};

enum component_sight {
	COMPONENT_PRESENT,
	COMPONENT_JUNK,      /* readable, but the same on many machines: it does not count */
	COMPONENT_UNREADABLE /* neither match nor mismatch */
};

struct component {
	unsigned type; /* enum fingerprint_type */
	enum component_sight sight;
	enum skerry_err err; /* UNREADABLE: why */
	const char *cause;   /* JUNK and UNREADABLE: a few static words for a person; else NULL */
	char value[COMPONENT_VALUE_MAX + 1]; /* PRESENT: normalized and terminated */
	size_t value_len;
};

struct components {
	struct component list[COMPONENTS_MAX];
	size_t len;
};

/*
 * Collects under `root` ("/" for this machine) and adds the `custom` values that the product or
 * the container supplies. ARGUMENT for more than COMPONENTS_CUSTOM_MAX of them, or an empty or too
 * long one; a value that cannot be had is no error. Thread-safe.
 */
enum skerry_err components_collect(const char *root, const char *const *custom, size_t custom_len,
	struct components *ret_components);

/* Hashes under the license's salt and compares: one entry for each of the license's components. */
void components_compare(const struct components *components, const struct license *license,
	enum match_sight ret_sights[LICENSE_COMPONENTS_MAX]);

/*
 * The present ones, hashed under `salt` into `ret_hashes` and in the order of a fingerprint file;
 * equal ones once. Returns their number.
 */
size_t components_hash(const struct components *components, const uint8_t salt[LICENSE_SALT_LEN],
	uint8_t ret_hashes[COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX],
	struct fingerprint_component ret_list[COMPONENTS_MAX]);

#endif
