/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_SHOW_H
#define VERIFIER_CLI_SHOW_H

/* The claims of each kind of document, unverified, as `show` prints them. */

#include "formats/cbor.h"
#include "formats/json.h"

/* Both parse form and claims of a whole signed document; errors with their byte in it. */
enum skerry_err show_license(struct cbor_bytes document, size_t *ret_offset);
enum skerry_err show_license_json(struct json *j, struct cbor_bytes document, size_t *ret_offset);
enum skerry_err show_manifest(struct cbor_bytes document, size_t *ret_offset);
enum skerry_err show_manifest_json(struct json *j, struct cbor_bytes document, size_t *ret_offset);

/* As text for `j` NULL. A status list stays packed, a request or reply sealed. */
enum skerry_err show_status_list(struct json *j, struct cbor_bytes document, size_t *ret_offset);
enum skerry_err show_sealed(struct json *j, struct cbor_bytes document, size_t *ret_offset);
enum skerry_err show_proof(struct json *j, struct cbor_bytes document, size_t *ret_offset);

#endif
