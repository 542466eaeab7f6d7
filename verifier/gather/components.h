/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_COMPONENTS_H
#define VERIFIER_GATHER_COMPONENTS_H

/*
 * What this machine shows of itself: values that tell it from others, and where one cannot be had,
 * why. They leave this module only as keyed hashes (and root_values.h, for root's oneshot at boot).
 *
 *	machine_id    components_machine_id.h
 *	product_uuid  components_firmware.h     board_serial  components_firmware.h
 *	disk_serial   components_disk.h         mac           components_network.h
 *	cpu_model     components_kind.h         os            components_kind.h
 *	install_path  as the caller passes it, without slashes that say nothing
 *	custom        as the caller passes it
 *
 * junk.h tells how the others are written, and what does not count.
 */

#include "component_list.h"
#include "verifier/decide/match.h"

struct components_query {
	const char *root;         /* "/" for this machine, or a captured tree */
	const char *install_path; /* where the product is installed; NULL: not given */
	const char *const *custom;
	size_t custom_len;
};

/*
 * Collects every row. ARGUMENT for more than COMPONENTS_CUSTOM_MAX custom values, for an empty one or
 * one over COMPONENT_VALUE_MAX bytes, and for an install path that is not absolute or too long; a
 * value that cannot be had is no error. Reads a bounded number of bytes, allocates nothing, waits for
 * nothing. Uses up to 45 KB of stack. Thread-safe.
 */
enum skerry_err components_collect(
	const struct components_query *query, struct components *ret_components);

/* What the query supplies alone, of the same two rows. ARGUMENT. Reads nothing. */
enum skerry_err components_take(
	const struct components_query *query, struct components *ret_components);

/* Only whether the query is one: ARGUMENT, as components_collect has it. */
enum skerry_err components_check(const struct components_query *query);

/* True where something tells this machine from others of its kind with the same system. */
bool components_identify(const struct components *components);

/*
 * Hashes under the license's salt and compares: one entry for each of the license's components. Of
 * several values of one type one is enough to be the SAME; where none is, and one could not be read,
 * it is UNREADABLE. Junk is neither.
 */
void components_compare(const struct components *components, const struct license *license,
	enum match_sight ret_sights[LICENSE_COMPONENTS_MAX]);

/*
 * The present ones, hashed under `salt` into `ret_hashes` and in the order of a fingerprint file;
 * equal ones once. Returns their number. Where they are too many for a license, network cards and
 * then disks beyond the first stay out.
 */
size_t components_hash(const struct components *components, const uint8_t salt[LICENSE_SALT_LEN],
	uint8_t ret_hashes[LICENSE_COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX],
	struct fingerprint_component ret_list[LICENSE_COMPONENTS_MAX]);

#endif
