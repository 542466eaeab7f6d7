/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_ROOT_VALUES_H
#define VERIFIER_GATHER_ROOT_VALUES_H

/*
 * What the system shows to root alone, kept for one boot in a small file that the site's user can
 * read. A service at boot writes it (`skerry fingerprint --collect`):
 *
 *	skerry-components 1
 *	boot_id=BOOT ID
 *	/sys/class/dmi/id/product_uuid=VALUE
 *	/sys/class/dmi/id/board_serial=VALUE
 *	/sys/class/net/CARD=ADDRESS                     for each card that identifies the machine
 *
 * The cards are for a daemon that has no network at all, and so sees no card.
 *
 * The values are raw: the salt comes with the license, later, and each license has its own. So the
 * file is for root and group skerry alone. It is believed when it is of this boot, and belongs to
 * root or to who reads it. Thread-safe.
 */

#include <stdbool.h>
#include <stddef.h>

#include "component_list.h"
#include "formats/skerry_error.h"

#define ROOT_VALUES_PATH "/run/skerry/components"
#define ROOT_VALUES_PRODUCT_UUID "/sys/class/dmi/id/product_uuid"
#define ROOT_VALUES_BOARD_SERIAL "/sys/class/dmi/id/board_serial"
#define ROOT_VALUES_CARDS "/sys/class/net/"

enum { ROOT_VALUES_MAX = 2048 };

struct root_values {
	char text[ROOT_VALUES_MAX];
	size_t len;
};

/* Reads ROOT_VALUES_PATH below `root`; nothing where it is missing, of another boot, or not trusted. */
void root_values_read(const char *root, struct root_values *ret_values);

/* What the file at `path` holds; borrows `values`. */
bool root_values_find(const struct root_values *values, const char *path, const char **ret_value,
	size_t *ret_value_len);

/* The next card from *at on, which begins as 0: its name and address; false: no more. */
bool root_values_next_card(const struct root_values *values, size_t *at,
	char ret_card[COMPONENT_FROM_MAX + 1], const char **ret_value, size_t *ret_value_len);

/*
 * Makes the file's text from the originals below `root`, and of the cards among `cards` that are present. One that is not there is left out; one that
 * is no text is empty. FILE_PERMISSION: this is not root; FILE_MISSING: the boot has no id; IO.
 */
enum skerry_err root_values_collect(
	const char *root, const struct components *cards, struct root_values *ret_values);

#endif
