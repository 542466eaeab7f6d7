/* SPDX-License-Identifier: ISC */
/* What can be told of what travels on a stick without opening or unpacking it. */
#include "show.h"

#include <stdio.h>

#include "cli.h"
#include "formats/cose.h"
#include "formats/sealed.h"
#include "formats/status_list.h"
#include "verifier/show/sheet.h"

enum { KID_HEX_LEN = 2 * COSE_KID_LEN };

static void
show_kid(const char *label, const uint8_t kid[COSE_KID_LEN])
{
	char hex[KID_HEX_LEN + 1];

	for (size_t i = 0; i < COSE_KID_LEN; i++)
		snprintf(hex + 2 * i, 3, "%02x", kid[i]);
	sheet_chars(cli_show(), label, hex);
}

enum skerry_err
show_status_list(struct json *j, struct cbor_bytes document, size_t *ret_offset)
{
	struct cose_sign1 message;
	struct status_list list;
	enum skerry_err err = cose_sign1_parse(document.data, document.len, &message, ret_offset);

	if (err != SKERRY_OK)
		return err;
	err = status_list_parse(message.payload, &list, ret_offset);
	if (err != SKERRY_OK) {
		*ret_offset += message.payload_offset;
		return err;
	}
	/* The statuses are packed, and nothing is unpacked before its signature has passed. */
	if (j == NULL) {
		show_kid("signing key", message.kid);
		sheet_text(cli_show(), "list", list.uri);
		sheet_date(cli_show(), "issued at", list.issued_at);
		sheet_format(cli_show(), "statuses", "packed, %zu bytes", list.packed.len);
		return SKERRY_OK;
	}
	json_name(j, "signing_key");
	json_hex(j, message.kid, COSE_KID_LEN);
	json_name(j, "list");
	json_text(j, list.uri);
	json_name(j, "issued_at");
	json_date(j, list.issued_at);
	json_name(j, "bits");
	json_uint(j, list.bits);
	json_name(j, "packed_bytes");
	json_uint(j, list.packed.len);
	return SKERRY_OK;
}

enum skerry_err
show_sealed(struct json *j, struct cbor_bytes document, size_t *ret_offset)
{
	struct sealed sealed;
	enum skerry_err err = sealed_parse(document.data, document.len, &sealed, ret_offset);

	if (err != SKERRY_OK)
		return err;
	if (j == NULL) {
		show_kid("sealed to key", sealed.kid);
		sheet_chars(cli_show(), "readable by",
			sealed.kind == SEALED_REQUEST ? "the vendor's licensing desk alone"
						      : "the site that it was made for alone");
		return SKERRY_OK;
	}
	json_name(j, "sealed_to");
	json_hex(j, sealed.kid, COSE_KID_LEN);
	return SKERRY_OK;
}
