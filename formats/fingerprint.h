/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_FINGERPRINT_H
#define FORMATS_FINGERPRINT_H

/*
 * The fingerprint file: salted hashes of a machine's components, made by `skerry fingerprint --out`
 * and read by `skerry-issuer license issue --fingerprint`. A CBOR array
 *
 *	[ "skerry-fingerprint", 1, salt, [ [type, hash] ... ], { label: value } ]
 *
 * labels: 1 hostname, 2 operating system, 3 application version, 4 install id, 5 COSE_Key of the
 * site, 6 domains. claims.h has the rule for unknown labels; the list of components and the map may
 * be empty, but are there. On disk keys/checked puts a checksum behind it, since nothing signs it: a
 * damaged one would make a license that fits no machine.
 */

#include "license.h"

#define FINGERPRINT_MARK "skerry-fingerprint"

enum {
	FINGERPRINT_MAX = 8192, /* bytes of the file */
	FINGERPRINT_VERSION = 1,
	FINGERPRINT_INFO_MAX = 128 /* bytes of each machine info text */
};

/* Stable numbers: they are signed into licenses. */
enum fingerprint_type {
	FINGERPRINT_MACHINE_ID = 1,
	FINGERPRINT_PRODUCT_UUID = 2,
	FINGERPRINT_BOARD_SERIAL = 3,
	FINGERPRINT_DISK_SERIAL = 4,
	FINGERPRINT_MAC = 5,
	FINGERPRINT_CPU_MODEL = 6,
	FINGERPRINT_OS = 7,
	FINGERPRINT_INSTALL_PATH = 8,
	FINGERPRINT_CUSTOM = 9
};
enum { FINGERPRINT_TYPE_LAST = FINGERPRINT_CUSTOM };

struct fingerprint_component {
	unsigned type;          /* enum fingerprint_type; several of one type are allowed (MACs) */
	struct cbor_bytes hash; /* LICENSE_COMPONENT_HASH_MIN to _MAX bytes */
};

struct fingerprint {
	struct cbor_bytes salt; /* LICENSE_SALT_LEN bytes */
	struct fingerprint_component components[LICENSE_COMPONENTS_MAX]; /* ascending: type, hash */
	size_t components_len;
	struct cbor_text hostname, os, app_version, install_id; /* absent: { NULL, 0 } */
	bool has_site_key;
	struct cose_key site_key;
	struct cbor_text domains[LICENSE_DOMAINS_MAX]; /* ascending by cbor_text_order */
	size_t domains_len;
};

/* "machine_id", "custom", ... as the command line and JSON spell a type; NULL for other numbers. */
const char *fingerprint_type_name(unsigned type);
/* 0 for an unknown name. */
unsigned fingerprint_type_from_name(struct cbor_text name);
/* What it usually counts, 1 to 4, as issuer/decide/weights.h explains; 1 for other numbers. */
unsigned fingerprint_type_weight(unsigned type);

/*
 * Reads the file's bytes without the checksum; strings borrow `bytes`. Errors and offsets as in
 * license.h; CLAIM_VALUE for another mark, too. *ret_fingerprint is written on success alone.
 */
enum skerry_err fingerprint_parse(
	struct cbor_bytes bytes, struct fingerprint *ret_fingerprint, size_t *ret_offset);
/* Latches what fingerprint_parse would refuse; components and domains must be in order. */
void fingerprint_write(struct cbor_writer *w, const struct fingerprint *fingerprint);

/* The list of components alone, which requests have too. Returns how many; maybe none. */
size_t fingerprint_read_components(
	struct cbor_reader *r, struct fingerprint_component ret_components[LICENSE_COMPONENTS_MAX]);
void fingerprint_write_components(
	struct cbor_writer *w, const struct fingerprint_component *components, size_t len);

#endif
