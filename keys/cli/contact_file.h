/* SPDX-License-Identifier: ISC */
#ifndef KEYS_CLI_CONTACT_FILE_H
#define KEYS_CLI_CONTACT_FILE_H

/*
 * Whom a site's messages name, as an operator writes it down for `--contact BRAND:FILE`:
 *
 *	# HotelHub's licensing desk
 *	name: HotelHub Support
 *	telephone: +62 361 555 0100
 *	email: desk@hotelhub.example
 *	url: https://hotelhub.example/licenses
 *	languages: en id
 *	key-format: HMS-#####-#####-#####-#####
 *
 * Each field at most once, in any order; blank lines and lines that begin with # are passed over.
 */

#include "formats/manifest.h"
#include "keys/command.h"

enum { CONTACT_FILE_MAX = 8192 };

/*
 * Reads "BRAND:FILE" (BRAND may be "*", for all that have no contact of their own). The contact
 * borrows `argument` and *ret_memory, which the caller frees. Tells each refusal with its line and
 * field.
 */
bool contact_file_read(const char *argument, struct manifest_contact *ret_contact,
	uint8_t **ret_memory, bool json, enum command_exit *ret_exit);

#endif
