/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_BASE64_JSON_H
#define VERIFIER_DAEMON_CALLS_BASE64_JSON_H

/* Bytes in an answer: as base64 (RFC 4648, section 4), padded, in one line. */

#include "formats/cbor.h"
#include "formats/json.h"

/* A value. False: no memory; null was written. */
bool base64_json(struct json *j, struct cbor_bytes bytes);

#endif
